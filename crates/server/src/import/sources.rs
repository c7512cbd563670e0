//! The rows of a file, whatever program wrote it: text with separators, JSON, or a sheet of a workbook.

use kehu_domain::import::file::RowWriter;
use kehu_domain::import::{ImportError, Opening, Origin, Table};
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
    let rows = rows_of(bytes, sheet).map_err(|problem| Problem::Workbook { file: name.to_owned(), problem })?;
    rows.and_then(RowWriter::finish).map_err(as_table)
}

/// The rows of a sheet; within, what the import does not take of it.
fn rows_of(bytes: Vec<u8>, sheet: Option<&str>) -> Result<Result<RowWriter, ImportError>, SheetError> {
    let mut workbook = Workbook::open(bytes)?;
    let shown = workbook.sheets().iter().find(|sheet| !sheet.is_hidden).or(workbook.sheets().first());
    let sheet = sheet.map(str::to_owned).or(shown.map(|sheet| sheet.name.clone())).ok_or(SheetError::NoSheets)?;
    let mut rows = RowWriter::new(Origin::Sheet);
    let mut next = 1;
    let mut written = Ok(());
    workbook.each_row(&sheet, |number, cells| {
        // Rows keep their numbers: one without content is passed over by the reader, but counted.
        written = (next..number).try_for_each(|_| rows.push::<&str>(&[])).and_then(|()| rows.push(cells));
        next = number + 1;
        written.is_ok()
    })?;
    Ok(written.map(|()| rows))
}
