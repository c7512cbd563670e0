//! Workbooks of other programs (XLSX, XLS, ODS) as rows of text.
//!
//! Every cell is spelled as `kehu_domain::import` reads it: `2026-11-23`, `2026-11-23 08:30`, `85%`, `13800138000`,
//! `true`, `#N/A`. What counts is the stored value of a formula, never the formula.
//!
//! The readers are our own, on general libraries for ZIP, XML and compound files: those that exist for workbooks
//! allocate what a file claims, or panic where it lies, and a panic ends a Web Worker.

mod error;
mod form;
mod ods;
mod parts;
mod sink;
mod xls;
mod xlsx;

pub use error::{Place, SheetError, words};
pub use sink::Row;

use kehu_domain::import::guarded_text;
use sink::Sink;

/// The most bytes a workbook may take unpacked, over all its parts (1 GiB).
pub const MAX_UNPACKED_BYTES: u64 = 1 << 30;
/// The most bytes of text that are taken from one sheet (512 MiB).
pub const MAX_SHEET_BYTES: usize = 512 << 20;

/// A workbook that was opened; its sheets are read when asked for.
pub struct Workbook {
    book: Book,
    sheets: Vec<Sheet>,
}

/// A sheet of a workbook.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sheet {
    /// What its tab says.
    pub name: String,
    /// Whether the tab is hidden.
    pub is_hidden: bool,
}

enum Book {
    Xlsx(xlsx::Xlsx),
    Ods(ods::Ods),
    Xls(xls::Xls),
}

/// Whether `bytes` begin as workbooks do.
pub fn is_workbook(bytes: &[u8]) -> bool {
    bytes.starts_with(parts::ZIP) || bytes.starts_with(xls::COMPOUND)
}

impl Workbook {
    /// Opens a workbook of any of the three formats; which one is told by its bytes, not by its name.
    ///
    /// # Errors
    /// [`SheetError`] says why it cannot be read.
    pub fn open(bytes: Vec<u8>) -> Result<Self, SheetError> {
        let (book, sheets) = if bytes.starts_with(xls::COMPOUND) {
            let (book, sheets) = xls::Xls::open(bytes)?;
            (Book::Xls(book), sheets)
        } else {
            let parts = parts::Parts::open(bytes)?;
            if parts.has("content.xml") {
                let (book, sheets) = ods::Ods::open(parts)?;
                (Book::Ods(book), sheets)
            } else {
                let (book, sheets) = xlsx::Xlsx::open(parts)?;
                (Book::Xlsx(book), sheets)
            }
        };
        if sheets.is_empty() { Err(SheetError::NoSheets) } else { Ok(Self { book, sheets }) }
    }

    /// Its sheets in the order of their tabs.
    pub fn sheets(&self) -> &[Sheet] {
        &self.sheets
    }

    /// Reads a sheet row by row; rows without content are passed over. `each` gets the row's number, from 1, and its
    /// cells up to the last one with content; it says whether it wants more.
    ///
    /// # Errors
    /// [`SheetError`] with the place as far as it is known; the rows before it have been given out.
    pub fn each_row(&mut self, sheet: &str, mut each: impl FnMut(u32, &[String]) -> bool) -> Result<(), SheetError> {
        let Some(at) = self.sheets.iter().position(|known| known.name == sheet) else {
            return Err(SheetError::NoSuchSheet { sheet: sheet.to_owned() });
        };
        let mut sink = Sink::new(sheet, &mut each);
        let read = match &mut self.book {
            Book::Xlsx(book) => book.read(at, &mut sink),
            Book::Ods(book) => book.read(at, &mut sink),
            Book::Xls(book) => book.read(at, &mut sink),
        };
        match read.and_then(|()| sink.finish()) {
            Ok(()) | Err(sink::Halt::Stopped) => Ok(()),
            Err(sink::Halt::Problem(problem)) => Err(problem),
        }
    }

    /// All rows of a sheet that have content.
    ///
    /// # Errors
    /// As for [`Workbook::each_row`].
    pub fn rows(&mut self, sheet: &str) -> Result<Vec<Row>, SheetError> {
        let mut rows = Vec::new();
        self.each_row(sheet, |number, cells| {
            rows.push(Row { number, cells: cells.to_vec() });
            true
        })?;
        Ok(rows)
    }

    /// A sheet as the text of a CSV file that the import reads: rows keep their numbers, and cells that a spreadsheet
    /// would evaluate are guarded, so that each comes out as it stands in the sheet.
    ///
    /// # Errors
    /// As for [`Workbook::each_row`].
    pub fn as_csv(&mut self, sheet: &str) -> Result<String, SheetError> {
        let mut text = String::new();
        let mut next = 1;
        self.each_row(sheet, |number, cells| {
            // An empty line is passed over by the reader, but counted; a line break within a cell is not.
            text.extend(std::iter::repeat_n('\n', number.saturating_sub(next) as usize));
            next = number + 1;
            for (place, cell) in cells.iter().enumerate() {
                if place > 0 {
                    text.push(',');
                }
                quote(&guarded_text(cell), cells.len() == 1, &mut text);
            }
            text.push('\n');
            true
        })?;
        Ok(text)
    }
}

/// Appends a cell of a CSV file, in quotation marks where it needs them.
fn quote(cell: &str, is_alone: bool, text: &mut String) {
    if cell.contains(['"', ',', ';', '\t', '\n', '\r']) || is_alone && cell.is_empty() {
        text.push('"');
        text.push_str(&cell.replace('"', "\"\""));
        text.push('"');
    } else {
        text.push_str(cell);
    }
}
