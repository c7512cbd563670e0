//! The built program `kehu`, as somebody at a terminal or a script has it.
#![allow(clippy::unwrap_used, missing_docs)]

mod export;
mod import;
mod merge_and_diff;
mod rules;
mod score;
mod stage;
mod sync;
mod wrapping;
