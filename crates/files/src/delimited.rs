//! CSV for other programs: the table of `kehu_domain::export`, with or without the mark Excel wants.

use kehu_domain::export::Sheet;

/// The table as CSV with the mark by which Excel tells UTF-8; nothing in it evaluates, and the import reads it back.
pub fn for_spreadsheets(sheet: &Sheet) -> Vec<u8> {
    sheet.csv(true)
}

/// The table as plain CSV in UTF-8, for other programs.
pub fn plain(sheet: &Sheet) -> Vec<u8> {
    sheet.csv(false)
}
