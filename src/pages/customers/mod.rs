//! Customers: the list of all, and the card of one.

mod add;
mod card;
mod consents;
mod edit;
mod export;
mod facts;
mod fill;
mod filters;
mod grade;
mod head;
mod history;
mod list;
mod names;
mod open_cases;
mod orders;
mod past_scores;
mod people;
mod problems;
mod timeline;
mod trace;
mod trace_words;
mod words;

pub use card::CustomerPage;
pub use grade::GradeAll;
pub use list::CustomersPage;
pub use names::Names;
pub use trace::{Caps, ItemTable};
pub use trace_words::{condition, number, source, ungraded};
pub use words::{TierSeal, urgency_name};
