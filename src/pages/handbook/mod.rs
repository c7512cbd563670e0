//! The handbook to read: its contents, a section as a page, and its forms as blank sheets.

mod blank;
mod contents;
mod flow;
mod section;
mod standards;
mod steps;
mod words;

pub use contents::HandbookPage;
pub use section::SectionPage;
