//! How grave a complaint is, how urgent, and until when it is answered: M05.
//!
//! A [`Card`] is parsed from the playbook and refused when it cannot work; [`assess`] gives an [`Outcome`] with
//! the points of every factor and a note for everything that moved level or priority; [`dues`] gives the three
//! due moments with their reasons (C3).

mod assessment;
mod card;
mod facts;
mod parse;
mod step;
mod urgency;

pub use assessment::{Assessed, FactorState, FactorTrace, LevelNote, Outcome, assess};
pub use card::{Card, Choice, Factor, FactorScale, Floor, Level, LevelBand, Priority, PriorityLimit, Raise, Sla, Veto};
pub use facts::ComplaintFacts;
pub use parse::parse;
pub use step::{Needed, Turn, turns};
pub use urgency::{Dues, PriorityNote, Urgency, dues, prioritise};

/// The card as shipped, section 6.1 of the handbook.
pub const SHIPPED: &str =
    include_str!(concat!(env!("OUT_DIR"), "/playbook/06-complaints/6.1-reception/scorecards.json"));
