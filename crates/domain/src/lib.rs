//! The rules of the handbook: values in, values out. No browser, no I/O, no clock of its own.

pub mod book;
pub mod change;
pub mod expr;
pub mod field;
pub mod form;
pub mod key;
pub mod kind;
pub mod playbook;
pub mod snapshot;
pub mod stamp;
pub mod text;
pub mod value;
pub mod workflow;
