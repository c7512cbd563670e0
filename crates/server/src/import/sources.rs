//! The rows of a file, whatever program wrote it: text with separators, or a sheet of a workbook.

use kehu_domain::import::{ImportError, Opening, Table};
use kehu_files::sheet::{SheetError, Workbook, is_workbook};

use crate::problem::Problem;

/// The rows of a file called `name`; of a workbook those of `sheet`, else of its first sheet that is not hidden.
///
/// # Errors
/// When the file is neither, or holds more than is read.
pub fn table(bytes: Vec<u8>, name: &str, sheet: Option<&str>) -> Result<Table, Problem> {
    let as_table = |problem| Problem::Table { file: name.to_owned(), problem };
    if !is_workbook(&bytes) {
        return Opening::read(bytes).map_err(as_table);
    }
    let text = text_of(bytes, sheet).map_err(|problem| Problem::Workbook { file: name.to_owned(), problem })?;
    if text.is_empty() {
        return Err(as_table(ImportError::Empty));
    }
    Opening::read(text).map_err(as_table)
}

/// A sheet as the text that the import reads, every row as wide as the widest: a sheet leaves out what is empty.
fn text_of(bytes: Vec<u8>, sheet: Option<&str>) -> Result<Vec<u8>, SheetError> {
    let mut workbook = Workbook::open(bytes)?;
    let shown = workbook.sheets().iter().find(|sheet| !sheet.is_hidden).or(workbook.sheets().first());
    let sheet = sheet.map(str::to_owned).or(shown.map(|sheet| sheet.name.clone())).ok_or(SheetError::NoSheets)?;
    let rows = workbook.rows(&sheet)?;
    let width = rows.iter().map(|row| row.cells.len()).max().unwrap_or_default();
    let mut text = Vec::new();
    let mut next = 1;
    for row in rows {
        // Rows keep their numbers: an empty line is passed over by the reader, but counted.
        text.extend(std::iter::repeat_n(b'\n', row.number.saturating_sub(next) as usize));
        next = row.number + 1;
        let cells = row.cells.iter().map(String::as_str).chain(std::iter::repeat(""));
        // Writing into memory cannot fail.
        let _ = csv::WriterBuilder::new().flexible(true).from_writer(&mut text).write_record(cells.take(width));
    }
    Ok(text)
}
