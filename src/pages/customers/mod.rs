//! Customers: the list of all, and the card of one.

mod add;
mod as_of;
mod card;
mod consents;
mod delete;
mod doubles;
mod edit;
mod erase;
mod export;
mod facts;
mod fill;
mod filters;
mod grade;
mod head;
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
mod unions;
mod words;

pub use card::CustomerPage;
pub use doubles::{certainty_name, reasons};
pub use grade::GradeAll;
pub use list::CustomersPage;
pub use names::{Names, Terms, author_name, record_name};
pub use problems::{Problem, problem_text};
pub use trace::{Caps, ItemTable};
pub use trace_words::{condition, hundredths, number, source, ungraded};
pub use words::{TierSeal, urgency_name};
