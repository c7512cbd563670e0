//! Tables for other programs, written in slices: CSV here, workbooks by the worker.

use kehu_domain::export::Sheet;
use kehu_domain::text::Text;
use kehu_ledger::errand::{Ask, Failure, WorkbookWritten};
use wasm_bindgen::{JsCast, JsValue};
use web_sys::Blob;

use super::files::blob;
use super::worker::Worker;
use crate::moment::breathe;

/// How many rows are written between two breaths.
const SLICE: usize = 250;

/// What a table is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum TableFormat {
    /// Text between commas, with the mark Excel tells UTF-8 by.
    Csv,
    /// A workbook.
    Xlsx,
}

impl TableFormat {
    /// The ending of its files.
    pub fn ending(self) -> &'static str {
        match self {
            Self::Csv => "csv",
            Self::Xlsx => "xlsx",
        }
    }
}

/// Why a table was not written.
#[derive(Clone, Debug, PartialEq)]
pub enum TableProblem {
    /// No workbook holds it; what to do.
    Refused(Text),
    /// The worker or the browser failed.
    Failed(Failure),
}

impl From<Failure> for TableProblem {
    fn from(failure: Failure) -> Self {
        Self::Failed(failure)
    }
}

/// Writes a table.
///
/// # Errors
/// [`TableProblem`]; then there is no file.
pub async fn write_table(mut sheet: Sheet, format: TableFormat) -> Result<Blob, TableProblem> {
    match format {
        TableFormat::Csv => {
            let mut text = sheet.csv_head(true);
            for rows in sheet.rows.chunks(SLICE) {
                text.extend(sheet.csv_rows(rows));
                breathe().await;
            }
            Ok(blob("text/csv", &text).ok_or(Failure::File)?)
        }
        TableFormat::Xlsx => {
            let mut pieces = Vec::new();
            for rows in std::mem::take(&mut sheet.rows).chunks(SLICE) {
                pieces.push(JsValue::from(serde_json::to_string(rows).map_err(|_| Failure::Strange)?));
                breathe().await;
            }
            let worker = Worker::start().await?;
            let (written, files): (WorkbookWritten, _) =
                worker.ask(&Ask::WriteWorkbook { sheet }, &pieces, |_| ()).await?;
            match written.problem {
                Some(problem) => Err(TableProblem::Refused(problem)),
                None => {
                    let file = files.into_iter().next().and_then(|file| file.dyn_into().ok());
                    Ok(file.ok_or(Failure::Strange)?)
                }
            }
        }
    }
}
