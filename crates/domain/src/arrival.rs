//! What comes in from a file: looked into first, brought in whole or by choice, gone back to, and taken back as one.
//!
//! Opening a file never overwrites. [`Inside`] compares it with what is here, customer by customer and field by field; what is
//! then brought in are changes like any others, together with a record of kind [`crate::kind::ARRIVAL`] that says which
//! ([`Stamps`]). By it the whole arrival is taken back and brought back, also after a restart.

mod inside;
mod record;
mod restore;
mod stamps;

pub use inside::{Chosen, FieldRow, Group, Inside, Look, Scope, Side, State, Tally, WORKSPACE_RECORD};
pub use record::{Arrival, Mode, Note, arrivals, of_act};
pub use restore::{Turning, go_back, redo, undo};
pub use stamps::Stamps;
