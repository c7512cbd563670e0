//! Reads XLSX: Office Open XML, strict or transitional.

use std::collections::HashMap;

use quick_xml::events::Event;

use super::Sheet;
use super::error::SheetError;
use super::form::{Form, iso_moment};
use super::parts::{Broken, Parts, Xml, append, attribute};
use super::sink::{Halt, Sink};
use kehu_domain::import::file::MAX_CELL_BYTES;

/// An opened XLSX workbook.
pub(super) struct Xlsx {
    parts: Parts,
    /// The part of each sheet.
    places: Vec<String>,
    strings_part: Option<String>,
    strings: Option<Strings>,
    forms: Vec<Form>,
    counts_from_1904: bool,
}

/// The texts that cells refer to by number.
#[derive(Default)]
struct Strings {
    text: String,
    ends: Vec<usize>,
}

impl Strings {
    fn get(&self, place: usize) -> Option<&str> {
        let start = place.checked_sub(1).map_or(Some(0), |before| self.ends.get(before).copied())?;
        self.text.get(start..*self.ends.get(place)?)
    }
}

impl Xlsx {
    pub(super) fn open(mut parts: Parts) -> Result<(Self, Vec<Sheet>), SheetError> {
        let root = relations(&mut parts, "", "_rels/.rels")?;
        let book = root.into_values().find(|relation| relation.is("/officeDocument")).map(|relation| relation.target);
        let book = book.unwrap_or_else(|| "xl/workbook.xml".to_owned());
        if book.to_lowercase().ends_with(".bin") {
            return Err(SheetError::OtherFormat { format: "XLSB" });
        }
        let (folder, file) = book.rsplit_once('/').unwrap_or(("", &book));
        let relations = relations(&mut parts, folder, &format!("{folder}/_rels/{file}.rels"))?;
        let target = |kind: &str| relations.values().find(|one| one.is(kind)).map(|one| one.target.clone());
        let (listed, counts_from_1904) = listed(&mut parts, &book)?;
        let forms = match target("/styles") {
            Some(part) => forms(&mut parts, &part)?,
            None => Vec::new(),
        };
        let strings_part = target("/sharedStrings");
        let known = listed.into_iter().filter_map(|(id, sheet)| {
            let relation = relations.get(&id).filter(|relation| relation.is("/worksheet"))?;
            Some((relation.target.clone(), sheet))
        });
        let (places, sheets) = known.unzip();
        Ok((Self { parts, places, strings_part, strings: None, forms, counts_from_1904 }, sheets))
    }

    pub(super) fn read(&mut self, sheet: usize, sink: &mut Sink<'_>) -> Result<(), Halt> {
        if self.strings.is_none() {
            self.strings = Some(match &self.strings_part {
                Some(part) => strings(&mut self.parts, part)?,
                None => Strings::default(),
            });
        }
        let strings = self.strings.as_ref().ok_or_else(|| sink.damaged())?;
        let part = self.places.get(sheet).ok_or_else(|| sink.damaged())?;
        let xml = self.parts.xml(part)?.ok_or_else(|| sink.damaged())?;
        Cells { xml, strings, forms: &self.forms, counts_from_1904: self.counts_from_1904, row: 0, column: 0 }
            .read(sink)
    }
}

/// What a part refers to.
struct Relation {
    kind: String,
    target: String,
}

impl Relation {
    fn is(&self, kind: &str) -> bool {
        self.kind.ends_with(kind)
    }
}

/// The relations of a part in `folder`, by id.
fn relations(parts: &mut Parts, folder: &str, name: &str) -> Result<HashMap<String, Relation>, SheetError> {
    let mut relations = HashMap::new();
    let Some(mut xml) = parts.xml(name)? else {
        return Err(if folder.is_empty() { SheetError::NotAWorkbook } else { SheetError::Damaged { place: None } });
    };
    while let Some(event) = xml.next()? {
        let Event::Start(element) = event else { continue };
        if element.local_name().as_ref() == "Relationship"
            && let (Some(id), Some(kind), Some(target)) =
                (attribute(&element, "Id"), attribute(&element, "Type"), attribute(&element, "Target"))
        {
            relations.insert(id, Relation { kind, target: resolved(folder, &target) });
        }
    }
    Ok(relations)
}

/// A target as a name in the ZIP file: `../x` and `/x` are understood.
fn resolved(folder: &str, target: &str) -> String {
    let target = target.replace('\\', "/");
    let mut steps: Vec<&str> = match target.strip_prefix('/') {
        Some(_) => Vec::new(),
        None => folder.split('/').filter(|step| !step.is_empty()).collect(),
    };
    for step in target.split('/') {
        match step {
            "" | "." => (),
            ".." => drop(steps.pop()),
            step => steps.push(step),
        }
    }
    steps.join("/")
}

/// The sheets with the ids of their parts, and whether days count from 1904.
fn listed(parts: &mut Parts, book: &str) -> Result<(Vec<(String, Sheet)>, bool), SheetError> {
    let mut xml = parts.xml(book)?.ok_or(SheetError::NotAWorkbook)?;
    let (mut sheets, mut counts_from_1904) = (Vec::new(), false);
    while let Some(event) = xml.next()? {
        let Event::Start(element) = event else { continue };
        match element.local_name().as_ref() {
            "workbookPr" => counts_from_1904 = matches!(attribute(&element, "date1904").as_deref(), Some("1" | "true")),
            "sheet" => {
                if let (Some(name), Some(id)) = (attribute(&element, "name"), attribute(&element, "id")) {
                    let is_hidden = attribute(&element, "state").is_some_and(|state| state != "visible");
                    sheets.push((id, Sheet { name, is_hidden }));
                }
            }
            _ => (),
        }
    }
    Ok((sheets, counts_from_1904))
}

/// What each style of a cell makes of a number.
fn forms(parts: &mut Parts, part: &str) -> Result<Vec<Form>, SheetError> {
    let Some(mut xml) = parts.xml(part)? else { return Ok(Vec::new()) };
    let (mut own, mut forms, mut is_within) = (HashMap::new(), Vec::new(), false);
    while let Some(event) = xml.next()? {
        match event {
            Event::Start(element) => match element.local_name().as_ref() {
                "numFmt" => {
                    let id = attribute(&element, "numFmtId").and_then(|id| id.parse::<u32>().ok());
                    if let (Some(id), Some(code)) = (id, attribute(&element, "formatCode")) {
                        own.insert(id, Form::of(&code));
                    }
                }
                "cellXfs" => is_within = true,
                "xf" if is_within => {
                    let id = attribute(&element, "numFmtId").and_then(|id| id.parse().ok()).unwrap_or(0);
                    forms.push(own.get(&id).copied().unwrap_or_else(|| Form::built_in(id)));
                }
                _ => (),
            },
            Event::End(element) if element.local_name().as_ref() == "cellXfs" => is_within = false,
            _ => (),
        }
    }
    Ok(forms)
}

fn strings(parts: &mut Parts, part: &str) -> Result<Strings, SheetError> {
    let mut strings = Strings::default();
    let Some(mut xml) = parts.xml(part)? else { return Ok(strings) };
    let mut one = String::new();
    let mut reads = Reads::default();
    while let Some(event) = xml.next()? {
        reads.follow(&event);
        match &event {
            Event::Start(element) if element.local_name().as_ref() == "si" => one.clear(),
            Event::End(element) if element.local_name().as_ref() == "si" => {
                strings.text.push_str(&unescaped(&one));
                strings.ends.push(strings.text.len());
            }
            // One too large is kept as such: the cell that uses it is named then.
            event if reads.is_text() && one.len() <= MAX_CELL_BYTES => append(event, &mut one),
            _ => (),
        }
    }
    Ok(strings)
}

/// Whether texts are to be read where the reader stands: within `t`, but not in a phonetic guide.
#[derive(Default)]
struct Reads {
    is_within_text: bool,
    is_guide: bool,
}

impl Reads {
    fn follow(&mut self, event: &Event<'_>) {
        let (name, is_start) = match event {
            Event::Start(element) => (element.local_name(), true),
            Event::End(element) => (element.local_name(), false),
            _ => return,
        };
        match name.as_ref() {
            "t" => self.is_within_text = is_start,
            "rPh" => self.is_guide = is_start,
            _ => (),
        }
    }

    fn is_text(&self) -> bool {
        self.is_within_text && !self.is_guide
    }
}

/// Reads `_x000D_` and its kin as the characters they stand for.
fn unescaped(text: &str) -> String {
    if !text.contains("_x") {
        return text.to_owned();
    }
    let mut units: Vec<u16> = Vec::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find("_x") {
        let (before, escape) = rest.split_at(at);
        units.extend(before.encode_utf16());
        let code = escape.get(2..7).and_then(|code| code.strip_suffix('_'));
        let is_code = |code: &&str| code.bytes().all(|b| b.is_ascii_hexdigit());
        match code.filter(is_code).and_then(|code| u16::from_str_radix(code, 16).ok()) {
            Some(unit) => {
                units.push(unit);
                rest = escape.get(7..).unwrap_or_default();
            }
            None => {
                units.extend("_x".encode_utf16());
                rest = escape.get(2..).unwrap_or_default();
            }
        }
    }
    units.extend(rest.encode_utf16());
    String::from_utf16_lossy(&units)
}

/// The cells of a sheet, while they are read.
struct Cells<'a> {
    xml: Xml<'a>,
    strings: &'a Strings,
    forms: &'a [Form],
    counts_from_1904: bool,
    row: u32,
    column: u32,
}

/// A cell whose content is being read.
#[derive(Default)]
struct Open {
    kind: String,
    form: Form,
    text: String,
    is_value: bool,
    reads: Reads,
}

impl Open {
    /// Whether texts where the reader stands belong to the content.
    fn says(&self) -> bool {
        self.is_value || self.reads.is_text()
    }
}

impl Cells<'_> {
    fn read(mut self, sink: &mut Sink<'_>) -> Result<(), Halt> {
        let mut open: Option<Open> = None;
        let mut is_within = false;
        loop {
            let (row, column) = (self.row, self.column);
            let event = match self.xml.next() {
                Ok(Some(event)) => event,
                Ok(None) => return Err(sink.damaged()),
                Err(Broken::PieceTooLarge) if open.is_none() => return Err(sink.damaged()),
                Err(broken) => return Err(sink.broken(broken, row, column)),
            };
            if let Some(cell) = &mut open {
                cell.reads.follow(&event);
            }
            match (&event, &mut open) {
                (Event::Start(element), None) => match element.local_name().as_ref() {
                    "sheetData" => is_within = true,
                    "row" if is_within => {
                        let named = attribute(element, "r").and_then(|row| row.parse::<u32>().ok());
                        self.row = named.map_or(self.row, |row| row.saturating_sub(1));
                        self.column = 0;
                    }
                    "c" if is_within => {
                        if let Some(name) = attribute(element, "r") {
                            (self.row, self.column) = place(&name).ok_or_else(|| sink.damaged())?;
                        }
                        let style = attribute(element, "s").and_then(|style| style.parse::<usize>().ok()).unwrap_or(0);
                        let form = self.forms.get(style).copied().unwrap_or_default();
                        open =
                            Some(Open { kind: attribute(element, "t").unwrap_or_default(), form, ..Open::default() });
                    }
                    _ => (),
                },
                (Event::Start(element), Some(cell)) if element.local_name().as_ref() == "v" => cell.is_value = true,
                (Event::End(element), Some(cell)) => match element.local_name().as_ref() {
                    "v" => cell.is_value = false,
                    "c" => {
                        let text = said(cell, self.strings, self.counts_from_1904).ok_or_else(|| sink.damaged())?;
                        sink.cell(self.row, self.column, text)?;
                        self.column = self.column.saturating_add(1);
                        open = None;
                    }
                    _ => (),
                },
                (Event::End(element), None) => match element.local_name().as_ref() {
                    "row" if is_within => self.row = self.row.saturating_add(1),
                    "sheetData" => return Ok(()),
                    _ => (),
                },
                // One byte too many is kept, so that the sink names the cell.
                (event, Some(cell)) if cell.says() && cell.text.len() <= MAX_CELL_BYTES => {
                    append(event, &mut cell.text)
                }
                _ => (),
            }
        }
    }
}

/// What a cell says; `None` when it refers to a text that is not there.
fn said(cell: &Open, strings: &Strings, counts_from_1904: bool) -> Option<String> {
    let text = cell.text.as_str();
    Some(match cell.kind.as_str() {
        _ if text.is_empty() => String::new(),
        "s" => strings.get(text.trim().parse().ok()?)?.to_owned(),
        "b" => (if text.trim() == "0" { "false" } else { "true" }).to_owned(),
        "e" => text.to_owned(),
        "d" => iso_moment(text),
        "" | "n" => match text.trim().parse::<f64>() {
            Ok(number) => cell.form.text(number, counts_from_1904),
            Err(_) => text.to_owned(),
        },
        _ => unescaped(text),
    })
}

/// Row and column of a name such as `B7`, from 0.
fn place(name: &str) -> Option<(u32, u32)> {
    let letters = name.bytes().take_while(u8::is_ascii_alphabetic).count();
    let (letters, digits) = name.split_at_checked(letters)?;
    if !(1..=3).contains(&letters.len()) {
        return None;
    }
    let column = letters.bytes().fold(0, |sum, letter| sum * 26 + u32::from(letter.to_ascii_uppercase() - b'A') + 1);
    Some((digits.parse::<u32>().ok()?.checked_sub(1)?, column - 1))
}
