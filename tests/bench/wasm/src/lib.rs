//! The app's own store, search, grading, import and merge, as a bench page calls them.
#![cfg(target_arch = "wasm32")]

mod clocks;
mod grading;
mod importing;
mod merging;
mod saving;
mod searching;
mod sheets;

use wasm_bindgen::JsError;

/// The lines of a file of one JSON document a line.
fn lines(file: &[u8]) -> impl Iterator<Item = &[u8]> {
    file.split(|byte| *byte == b'\n').filter(|line| !line.is_empty())
}

/// An error as a page sees it.
fn told(error: impl std::fmt::Display) -> JsError {
    JsError::new(&error.to_string())
}
