//! Customers: the list of all, and the card of one.

mod add;
mod card;
mod edit;
mod filters;
mod grade;
mod list;
mod people;
mod timeline;
mod trace;
mod words;

pub use card::CustomerPage;
pub use list::CustomersPage;
pub use words::{TierSeal, tier_meaning, urgency_name};
