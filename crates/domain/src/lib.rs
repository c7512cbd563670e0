//! The rules of the handbook: values in, values out. No browser, no I/O, no clock of its own.

pub mod attachment;
pub mod book;
pub mod calendar;
pub mod care;
pub mod change;
pub mod demo;
pub mod dictionary;
pub mod expr;
pub mod field;
pub mod field_text;
pub mod form;
pub mod import;
pub mod key;
pub mod kind;
pub mod model;
pub mod place;
pub mod playbook;
pub mod roster;
pub mod score;
pub mod search;
pub mod snapshot;
pub mod stamp;
mod syllable;
pub mod text;
pub mod value;
pub mod workflow;
mod written;
