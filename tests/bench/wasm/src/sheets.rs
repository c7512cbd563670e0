//! A workbook as the app reads one and writes one.

use chrono::NaiveDate;
use kehu_domain::export::{Cell, Sheet};
use kehu_files::sheet::Workbook;
use kehu_files::xlsx;
use serde::Deserialize;
use serde_json::Value as Json;
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::told;

/// The rows of a workbook's first sheet, as text.
#[wasm_bindgen]
pub struct SheetRows {
    rows: Vec<kehu_files::sheet::Row>,
}

#[wasm_bindgen]
impl SheetRows {
    /// Reads all of it.
    ///
    /// # Errors
    /// When it is no workbook, or damaged.
    #[wasm_bindgen(constructor)]
    pub fn new(file: Vec<u8>) -> Result<SheetRows, JsError> {
        let mut workbook = Workbook::open(file).map_err(told)?;
        let name = workbook.sheets().first().map(|sheet| sheet.name.clone()).unwrap_or_default();
        Ok(Self { rows: workbook.rows(&name).map_err(told)? })
    }

    /// How many rows there are, the headings among them.
    pub fn count(&self) -> usize {
        self.rows.len()
    }

    /// The text of a cell, both from 0; empty where there is none.
    pub fn cell(&self, row: usize, column: usize) -> String {
        self.rows.get(row).and_then(|row| row.cells.get(column)).cloned().unwrap_or_default()
    }
}

/// A table about to be written.
#[wasm_bindgen]
pub struct SheetWriter {
    sheet: Sheet,
}

#[derive(Deserialize)]
struct Given {
    columns: Vec<Column>,
    rows: Vec<Vec<Json>>,
}

#[derive(Deserialize)]
struct Column {
    name: String,
    kind: Kind,
}

#[derive(Clone, Copy, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Kind {
    Text,
    Int,
    Money,
    Date,
}

#[wasm_bindgen]
impl SheetWriter {
    /// Takes in a table as JSON: columns with name and kind, rows of contents.
    ///
    /// # Errors
    /// When it is not like that.
    #[wasm_bindgen(constructor)]
    pub fn new(table: &[u8]) -> Result<SheetWriter, JsError> {
        let given: Given = serde_json::from_slice(table).map_err(told)?;
        let kinds: Vec<Kind> = given.columns.iter().map(|column| column.kind).collect();
        let row = |cells: &Vec<Json>| cells.iter().zip(&kinds).map(|(content, kind)| cell(content, *kind)).collect();
        let rows = given.rows.iter().map(row).collect();
        let columns = given.columns.into_iter().map(|column| column.name).collect();
        Ok(Self { sheet: Sheet { name: "bench".into(), columns, rows } })
    }

    /// The workbook.
    ///
    /// # Errors
    /// When a cell does not fit.
    pub fn write(&self) -> Result<Vec<u8>, JsError> {
        xlsx::write(std::slice::from_ref(&self.sheet)).map_err(told)
    }
}

fn cell(content: &Json, kind: Kind) -> Cell {
    let number = content.as_i64().unwrap_or_default();
    let text = content.as_str().unwrap_or_default();
    match kind {
        Kind::Text => Cell::text(text),
        Kind::Int => Cell::Int(number),
        Kind::Money => Cell::Money(number),
        Kind::Date => text.parse::<NaiveDate>().map_or(Cell::Empty, Cell::Date),
    }
}
