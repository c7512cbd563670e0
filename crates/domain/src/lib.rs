//! The rules of the handbook: values in, values out. No browser, no I/O, no clock of its own.

pub mod book;
pub mod change;
pub mod field;
pub mod key;
pub mod kind;
pub mod search;
pub mod snapshot;
pub mod stamp;
pub mod text;
pub mod value;
