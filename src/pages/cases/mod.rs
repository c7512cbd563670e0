//! Cases: the list of open ones, and one with its next moves, forms and history.

mod begin;
mod call;
mod case;
mod clock;
mod document;
mod explained;
mod filed;
mod fill;
mod history;
mod links;
mod list;
mod moves;
mod words;

pub use begin::{BeginPage, is_filled_alone};
pub use case::CasePage;
pub use list::CasesPage;
pub use words::{case_subject, case_title, draft_of, due_text, fill_address, form_title, step_name};
