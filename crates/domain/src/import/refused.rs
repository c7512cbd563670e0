//! Cells that a spreadsheet would take for formulas, written so that it does not, and read back as they were.

use std::borrow::Cow;

/// Whether a spreadsheet would evaluate a cell that begins like this.
fn evaluates(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'])
}

/// Whether an apostrophe before a cell is the guard of [`guarded`].
fn looks_guarded(text: &str) -> bool {
    text.starts_with('\'') && evaluates(text.trim_start_matches('\''))
}

/// The cell of a file with an apostrophe before what would be evaluated, except plain numbers; what it says stays.
pub fn guarded(cell: &str) -> Cow<'_, str> {
    let is_number = cell.bytes().all(|b| b.is_ascii_digit() || b"+-.,".contains(&b))
        && cell.bytes().skip(1).all(|b| b != b'+' && b != b'-')
        && cell.bytes().any(|b| b.is_ascii_digit());
    if evaluates(cell) && !is_number { format!("'{cell}").into() } else { cell.into() }
}

/// The cell that says exactly `text`: guarded, and with another apostrophe where its own would be taken for the guard.
pub fn guarded_text(text: &str) -> Cow<'_, str> {
    if looks_guarded(text) { format!("'{text}").into() } else { guarded(text) }
}

/// What a cell says: the text that [`guarded`] or [`guarded_text`] wrote.
pub fn unguarded(cell: &str) -> &str {
    if looks_guarded(cell) { cell.strip_prefix('\'').unwrap_or(cell) } else { cell }
}
