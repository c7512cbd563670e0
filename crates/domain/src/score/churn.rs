//! Whether a customer is about to leave, by signals of the last months: M15.
//!
//! A [`Card`] is parsed from the playbook and refused when it cannot work; [`assess`] gives an [`Outcome`] with the
//! points of every row, the signal that decided it, and every signal without data.

mod card;
mod gather;
mod parse;
mod signals;
mod step;
mod warning;

pub use card::{Card, Row, Signal, SignalScale};
pub use gather::gather;
pub use parse::parse;
pub use signals::{ComplaintCounts, Signals, order_gap, sales_change};
pub use step::{Easing, RowEasing, SignalEasing, cheapest_easing};
pub use warning::{Outcome, RowTrace, SignalTrace, assess, easing};

/// The card as shipped, section 4.2 of the handbook.
pub const SHIPPED: &str =
    include_str!(concat!(env!("OUT_DIR"), "/playbook/04-key-accounts/4.2-key-accounts/scorecards.json"));
