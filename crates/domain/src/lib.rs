//! The rules of the handbook: values in, values out. No browser, no I/O, no clock of its own.

pub mod calendar;
