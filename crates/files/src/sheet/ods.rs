//! Reads ODS: the OpenDocument format of LibreOffice and others.

use quick_xml::events::{BytesStart, Event};

use super::Sheet;
use super::error::SheetError;
use super::form::{Form, iso_duration, iso_moment};
use super::parts::{Broken, Parts, Xml, append, attribute};
use super::sink::{Halt, Sink};
use kehu_domain::import::file::{MAX_CELL_BYTES, MAX_COLUMNS};

/// An opened ODS workbook.
pub(super) struct Ods {
    parts: Parts,
}

const CONTENT: &str = "content.xml";

impl Ods {
    pub(super) fn open(mut parts: Parts) -> Result<(Self, Vec<Sheet>), SheetError> {
        if is_encrypted(&mut parts)? {
            return Err(SheetError::Encrypted);
        }
        let sheets = listed(&mut parts)?;
        Ok((Self { parts }, sheets))
    }

    pub(super) fn read(&mut self, sheet: usize, sink: &mut Sink<'_>) -> Result<(), Halt> {
        let mut xml = self.parts.xml(CONTENT)?.ok_or_else(|| sink.damaged())?;
        let mut before = sheet + 1;
        while before > 0 {
            match xml.next() {
                Ok(Some(Event::Start(element))) if is_sheet(&element) => before -= 1,
                Ok(Some(_)) => (),
                Ok(None) => return Err(sink.damaged()),
                Err(broken) => return Err(sink.broken(broken, 0, 0)),
            }
        }
        Rows { xml, row: 0, column: 0, repeats: 1, cells: Vec::new() }.read(sink)
    }
}

fn is_sheet(element: &BytesStart<'_>) -> bool {
    element.name().as_ref() == "table:table" && attribute(element, "table:name").is_some()
}

fn is_encrypted(parts: &mut Parts) -> Result<bool, SheetError> {
    let Some(mut xml) = parts.xml("META-INF/manifest.xml")? else { return Ok(false) };
    while let Some(event) = xml.next()? {
        if matches!(event, Event::Start(element) if element.local_name().as_ref() == "encryption-data") {
            return Ok(true);
        }
    }
    Ok(false)
}

fn listed(parts: &mut Parts) -> Result<Vec<Sheet>, SheetError> {
    let Some(mut xml) = parts.xml(CONTENT)? else { return Ok(Vec::new()) };
    let (mut sheets, mut hiding, mut style) = (Vec::new(), Vec::new(), None);
    let mut is_spreadsheet = false;
    loop {
        let element = match xml.next() {
            Ok(Some(Event::Start(element))) => element,
            Ok(Some(_)) => continue,
            // Reading the sheet will name the cell that is too large; what comes behind it is not listed.
            Err(Broken::PieceTooLarge) if !sheets.is_empty() => break,
            Ok(None) => break,
            Err(broken) => return Err(broken.into()),
        };
        match element.name().as_ref() {
            "office:spreadsheet" => is_spreadsheet = true,
            "style:style" => style = attribute(&element, "style:name"),
            "style:table-properties" if attribute(&element, "table:display").as_deref() == Some("false") => {
                hiding.extend(style.clone());
            }
            _ if is_sheet(&element) => {
                let name = attribute(&element, "table:name").unwrap_or_default();
                let is_hidden = attribute(&element, "table:style-name").is_some_and(|style| hiding.contains(&style));
                sheets.push(Sheet { name, is_hidden });
            }
            _ => (),
        }
    }
    if is_spreadsheet { Ok(sheets) } else { Err(SheetError::NotAWorkbook) }
}

/// The rows of a sheet, while they are read.
struct Rows<'a> {
    xml: Xml<'a>,
    /// From 0.
    row: u32,
    /// From 0.
    column: u32,
    /// How often the row stands there.
    repeats: u32,
    /// The cells of the row that say something, with their columns.
    cells: Vec<(u32, String)>,
}

/// A cell whose content is being read.
struct Open {
    said: Option<String>,
    text: String,
    paragraphs: u32,
    repeats: u32,
    /// How deep within a note the reader stands.
    notes: u32,
}

impl Rows<'_> {
    fn read(mut self, sink: &mut Sink<'_>) -> Result<(), Halt> {
        let mut open: Option<Open> = None;
        loop {
            let (row, column) = (self.row, self.column);
            let event = match self.xml.next() {
                Ok(Some(event)) => event,
                Ok(None) => return Err(sink.damaged()),
                Err(Broken::PieceTooLarge) if open.is_none() => return Err(sink.damaged()),
                Err(broken) => return Err(sink.broken(broken, row, column)),
            };
            match (&event, &mut open) {
                (Event::Start(element), None) => match element.name().as_ref() {
                    "table:table-row" => {
                        self.repeats = repeats(element, "table:number-rows-repeated");
                        self.column = 0;
                    }
                    "table:table-cell" | "table:covered-table-cell" => open = Some(Open::new(element)),
                    _ => (),
                },
                (Event::End(element), None) => match element.name().as_ref() {
                    "table:table-row" => self.give(sink)?,
                    "table:table" => return Ok(()),
                    _ => (),
                },
                (Event::End(element), Some(cell)) if is_cell(element.name().as_ref()) => {
                    let text = cell.said.take().unwrap_or_else(|| std::mem::take(&mut cell.text));
                    let repeats = cell.repeats;
                    open = None;
                    self.take(text, repeats);
                }
                (event, Some(cell)) => cell.follow(event),
                _ => (),
            }
        }
    }

    /// Keeps what a cell says, as often as it stands there; one column too many is kept, so that the sink names it.
    fn take(&mut self, text: String, repeats: u32) {
        if !text.is_empty() {
            let last = (MAX_COLUMNS as u32).max(self.column);
            let columns = self.column..=self.column.saturating_add(repeats - 1).min(last);
            self.cells.extend(columns.map(|column| (column, text.clone())));
        }
        self.column = self.column.saturating_add(repeats);
    }

    fn give(&mut self, sink: &mut Sink<'_>) -> Result<(), Halt> {
        if !self.cells.is_empty() {
            for repeat in 0..self.repeats {
                for (column, text) in &self.cells {
                    sink.cell(self.row.saturating_add(repeat), *column, text.clone())?;
                }
            }
            self.cells.clear();
        }
        self.row = self.row.saturating_add(self.repeats);
        Ok(())
    }
}

fn is_cell(name: &str) -> bool {
    matches!(name, "table:table-cell" | "table:covered-table-cell")
}

fn repeats(element: &BytesStart<'_>, name: &str) -> u32 {
    attribute(element, name).and_then(|count| count.parse().ok()).unwrap_or(1).max(1)
}

impl Open {
    fn new(element: &BytesStart<'_>) -> Self {
        let value = |name: &str| attribute(element, name);
        let number = |form: Form| {
            let text = value("office:value")?;
            Some(text.parse::<f64>().map_or(text, |number| form.text(number, false)))
        };
        let said = match value("office:value-type").as_deref() {
            // An error says what it is in its text.
            _ if value("calcext:value-type").as_deref() == Some("error") => None,
            Some("float" | "currency") => number(Form::Number),
            Some("percentage") => number(Form::Percent),
            Some("date") => value("office:date-value").map(|text| iso_moment(&text)),
            Some("time") => value("office:time-value").map(|text| iso_duration(&text)),
            Some("boolean") => value("office:boolean-value"),
            _ => value("office:string-value").filter(|text| !text.is_empty()),
        };
        let repeats = repeats(element, "table:number-columns-repeated");
        Self { said, text: String::new(), paragraphs: 0, repeats, notes: 0 }
    }

    fn follow(&mut self, event: &Event<'_>) {
        match event {
            Event::Start(element) if self.notes > 0 || element.name().as_ref() == "office:annotation" => {
                self.notes += 1;
            }
            Event::End(_) if self.notes > 0 => self.notes -= 1,
            // One byte too many is kept, so that the sink names the cell.
            _ if self.notes > 0 || self.text.len() > MAX_CELL_BYTES => (),
            Event::Start(element) => match element.name().as_ref() {
                "text:p" => {
                    if self.paragraphs > 0 {
                        self.text.push('\n');
                    }
                    self.paragraphs += 1;
                }
                "text:s" => {
                    let count = repeats(element, "text:c") as usize;
                    self.text.extend(std::iter::repeat_n(' ', count.min(MAX_CELL_BYTES + 1)));
                }
                "text:tab" => self.text.push('\t'),
                "text:line-break" => self.text.push('\n'),
                _ => (),
            },
            event if self.paragraphs > 0 => append(event, &mut self.text),
            _ => (),
        }
    }
}
