//! Files as tables: texts, JSON, and the sheets of workbooks.

use js_sys::Uint8Array;
use kehu_domain::import::file::RowWriter;
use kehu_domain::import::{ImportError, Opening, Origin, Table};
use kehu_domain::text::Lang;
use kehu_files::sheet::{Workbook, is_workbook, words};
use kehu_ledger::errand::Failure;
use kehu_ledger::import::{Seen, Unopened, stage};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, TextDecoder, TextDecoderOptions};

use crate::desk::Errand;

/// How many bytes are decoded before the page is heard.
const SLICE_BYTES: usize = 1 << 20;

/// A file with the sheet of it that is open.
pub struct Opened {
    /// The workbook; `None` for a text.
    workbook: Option<Workbook>,
    /// Which of them the table is, from 0.
    pub sheet: usize,
    /// The rows; lent to the importer while it works.
    pub table: Option<Table>,
}

impl Opened {
    /// What the page is told of it.
    pub fn seen(&self) -> Option<Seen> {
        let table = self.table.as_ref()?;
        let is_text = table.origin == Origin::Text;
        Some(Seen {
            encoding: is_text.then_some(table.encoding),
            delimiter: is_text.then_some(table.delimiter),
            origin: table.origin,
            sheets: self.workbook.as_ref().map(names).unwrap_or_default(),
            sheet: self.sheet,
            preview: table.preview().to_vec(),
        })
    }
}

/// The bytes of a file.
///
/// # Errors
/// [`Failure::File`] when the browser cannot read it.
pub async fn bytes(file: &JsValue) -> Result<Vec<u8>, Failure> {
    let blob: &Blob = file.dyn_ref().ok_or(Failure::File)?;
    let buffer = JsFuture::from(blob.array_buffer()).await.map_err(|_| Failure::File)?;
    Ok(Uint8Array::new(&buffer).to_vec())
}

/// Opens a file as a table.
///
/// # Errors
/// A wish to stop; inside, why the file cannot be imported.
pub async fn open(errand: &Errand, bytes: Vec<u8>, lang: Lang) -> Result<Result<Opened, Unopened>, Failure> {
    if is_workbook(&bytes) {
        errand.step(stage::READING, 0, 0).await?;
        return Ok(open_workbook(bytes, lang));
    }
    let mut opening = match Opening::new(bytes, gb18030) {
        Ok(opening) => opening,
        Err(problem) => return Ok(Err(problem.into())),
    };
    loop {
        match opening.step(SLICE_BYTES) {
            Ok(true) => (),
            Ok(false) => break,
            Err(problem) => return Ok(Err(problem.into())),
        }
        let (done, total) = opening.progress();
        errand.step(stage::READING, done, total).await?;
    }
    let opened = opening.finish().map(|table| Opened { workbook: None, sheet: 0, table: Some(table) });
    Ok(opened.map_err(Unopened::from))
}

/// The first sheet with anything in it; hidden ones come last.
fn open_workbook(bytes: Vec<u8>, lang: Lang) -> Result<Opened, Unopened> {
    let mut workbook = Workbook::open(bytes).map_err(|problem| Unopened::Workbook(words(&problem, lang)))?;
    let mut places: Vec<usize> = (0..workbook.sheets().len()).collect();
    places.sort_by_key(|place| workbook.sheets().get(*place).is_some_and(|sheet| sheet.is_hidden));
    let mut first = Err(Unopened::Table(ImportError::Empty));
    for place in places {
        first = sheet_table(&mut workbook, place, lang).map(|table| (place, table));
        if !matches!(first, Err(Unopened::Table(ImportError::Empty))) {
            break;
        }
    }
    first.map(|(sheet, table)| Opened { workbook: Some(workbook), sheet, table: Some(table) })
}

/// The rows of a sheet as a table.
fn sheet_table(workbook: &mut Workbook, place: usize, lang: Lang) -> Result<Table, Unopened> {
    let name = names(workbook).into_iter().nth(place).unwrap_or_default();
    let mut rows = RowWriter::new(Origin::Sheet);
    let mut refused = None;
    let read = workbook.each_row(&name, |number, cells| {
        rows.skip_to(number);
        refused = rows.push(cells).err();
        refused.is_none()
    });
    if let Some(problem) = refused {
        return Err(problem.into());
    }
    read.map_err(|problem| Unopened::Workbook(words(&problem, lang)))?;
    Ok(rows.finish()?)
}

fn names(workbook: &Workbook) -> Vec<String> {
    workbook.sheets().iter().map(|sheet| sheet.name.clone()).collect()
}

impl Opened {
    /// Takes another sheet of the workbook; the one before is given up only if it can be read.
    ///
    /// # Errors
    /// Why the sheet cannot be imported.
    pub fn take_sheet(&mut self, place: usize, lang: Lang) -> Result<(), Unopened> {
        let Some(workbook) = &mut self.workbook else { return Ok(()) };
        self.table = Some(sheet_table(workbook, place, lang)?);
        self.sheet = place;
        Ok(())
    }
}

/// Whole characters of GB18030 by the browser's own decoder; `None` when a byte of them is bad.
fn gb18030(bytes: &[u8]) -> Option<String> {
    let options = TextDecoderOptions::new();
    options.set_fatal(true);
    let decoder = TextDecoder::new_with_label_and_options("gb18030", &options).ok()?;
    // Bad bytes are all it can object to: there is one error and it says no more.
    decoder.decode_with_u8_array(bytes).ok()
}
