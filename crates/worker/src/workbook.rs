//! Writing a table as a workbook.

use js_sys::{Array, Uint8Array};
use kehu_domain::export::{Cell, Sheet};
use kehu_domain::text::{Lang, Text};
use kehu_files::xlsx;
use kehu_ledger::errand::{Failure, WorkbookWritten};
use wasm_bindgen::JsValue;
use web_sys::{Blob, BlobPropertyBag};

use crate::desk::{Answer, Errand};

const MEDIA_TYPE: &str = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet";

/// Writes a table as XLSX; `rows` are texts, each some of its rows as JSON.
///
/// # Errors
/// When the rows cannot be read, the browser cannot make the file, or a wish to stop.
pub async fn write(errand: &Errand, mut sheet: Sheet, rows: Vec<JsValue>) -> Result<Answer, Failure> {
    let total = rows.len();
    for (done, piece) in rows.into_iter().enumerate() {
        let piece = piece.as_string().ok_or(Failure::Strange)?;
        sheet.rows.extend(serde_json::from_str::<Vec<Vec<Cell>>>(&piece).map_err(|_| Failure::Strange)?);
        errand.step(0, done + 1, total).await?;
    }
    match xlsx::write(&[sheet]) {
        Ok(bytes) => {
            let file = blob(&bytes).ok_or(Failure::File)?;
            Ok(Answer::new(&WorkbookWritten { problem: None }, &[file.into()]))
        }
        Err(problem) => {
            let text = |lang| xlsx::words(&problem, lang).into();
            let problem = Some(Text { zh: text(Lang::Zh), en: text(Lang::En) });
            Ok(Answer::new(&WorkbookWritten { problem }, &[]))
        }
    }
}

fn blob(bytes: &[u8]) -> Option<Blob> {
    let options = BlobPropertyBag::new();
    options.set_type(MEDIA_TYPE);
    Blob::new_with_u8_array_sequence_and_options(&Array::of1(&Uint8Array::from(bytes)), &options).ok()
}
