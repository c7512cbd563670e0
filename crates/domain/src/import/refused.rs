//! Cells that a spreadsheet would take for formulas, written so that it does not, and read back as they were.

use std::borrow::Cow;

/// Whether a spreadsheet would evaluate a cell that begins like this.
fn evaluates(text: &str) -> bool {
    text.starts_with(['=', '+', '-', '@', '\t', '\r', '＝', '＋', '－', '＠'])
}

/// Whether the apostrophe before a cell may be the guard of [`guarded`]; one of its own then needs another.
fn looks_guarded(text: &str) -> bool {
    text.starts_with('\'') && evaluates(text.trim_start_matches('\''))
}

/// The cell as it is written: with an apostrophe before what would be evaluated, except plain numbers.
pub fn guarded(cell: &str) -> Cow<'_, str> {
    let is_number = cell.bytes().all(|b| b.is_ascii_digit() || b"+-.,".contains(&b))
        && cell.bytes().skip(1).all(|b| b != b'+' && b != b'-')
        && cell.bytes().any(|b| b.is_ascii_digit());
    let needs_guard = evaluates(cell) && !is_number || looks_guarded(cell);
    if needs_guard { format!("'{cell}").into() } else { cell.into() }
}

/// The cell as it was before [`guarded`] wrote it.
pub fn unguarded(cell: &str) -> &str {
    if looks_guarded(cell) { cell.strip_prefix('\'').unwrap_or(cell) } else { cell }
}
