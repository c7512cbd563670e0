//! Records in JSON as a table: a list of flat objects, or one object a line; their fields are the columns.

use std::collections::HashMap;
use std::fmt;

use serde::de::{Deserializer as _, MapAccess, SeqAccess, Visitor};
use serde_json::value::RawValue;

use super::file::{ImportError, MAX_COLUMNS, Origin, RowWriter, Table};

/// What a text begins like.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Looks {
    /// A backup of the app.
    Backup,
    /// Records in JSON.
    Records,
    /// Anything else.
    Other,
}

/// What the text begins like, by its first characters.
pub(super) fn begins_like(text: &str) -> Looks {
    let start = text.trim_start();
    if start.starts_with(r#"{"format":"kehu-snapshot""#) {
        return Looks::Backup;
    }
    let (first, rest) = (start.chars().next(), start.get(1..).unwrap_or_default().trim_start());
    match first {
        Some('{') if rest.starts_with(['"', '}']) => Looks::Records,
        // Deep nesting is JSON too, if no records.
        Some('[') if rest.starts_with(['{', '[', ']']) => Looks::Records,
        _ => Looks::Other,
    }
}

/// The records of a text that begins like JSON.
pub(super) fn table(text: &str) -> Result<Table, ImportError> {
    let rows = RowWriter::new(Origin::Json);
    let mut records = Records { text, rows, columns: Columns::default(), count: 0, refused: None };
    let read = if text.trim_start().starts_with('[') {
        let mut json = serde_json::Deserializer::from_str(text);
        json.deserialize_seq(&mut records).and_then(|()| json.end())
    } else {
        let mut lines = serde_json::Deserializer::from_str(text).into_iter::<&RawValue>();
        lines.try_for_each(|record| records.take(record?))
    };
    if let Some(refused) = records.refused {
        return Err(refused);
    }
    read.map_err(|problem| ImportError::BrokenJson { line: problem.line(), column: problem.column() })?;
    if records.count == 0 {
        return Err(ImportError::Empty);
    }
    records.rows.finish_below(&records.columns.names)
}

/// The columns so far, in order of appearance.
#[derive(Default)]
struct Columns {
    names: Vec<String>,
    places: HashMap<String, usize>,
}

impl Columns {
    fn place(&mut self, name: &str) -> usize {
        if let Some(place) = self.places.get(name) {
            return *place;
        }
        self.names.push(name.to_owned());
        self.places.insert(name.to_owned(), self.names.len() - 1);
        self.names.len() - 1
    }
}

struct Records<'t> {
    text: &'t str,
    rows: RowWriter,
    columns: Columns,
    count: u32,
    /// Why the records were given up; it says more than the reader's own error.
    refused: Option<ImportError>,
}

impl Records<'_> {
    /// Adds one record; the error only ends the reading, and `refused` says why.
    fn take<E: serde::de::Error>(&mut self, record: &RawValue) -> Result<(), E> {
        self.count = self.count.saturating_add(1);
        self.add(record).map_err(|refused| {
            self.refused = Some(refused);
            E::custom("refused")
        })
    }

    fn add(&mut self, record: &RawValue) -> Result<(), ImportError> {
        // The headings are row 1.
        let row = self.count.saturating_add(1);
        if !record.get().starts_with('{') {
            return Err(ImportError::NestedJson { row, field: "".into() });
        }
        let fields = serde_json::from_str::<Fields<'_>>(record.get());
        let fields = fields.map_err(|problem| self.broken(record.get(), &problem))?;
        let mut cells = Vec::new();
        for (name, value) in fields.0 {
            let text =
                self.plain(value)?.ok_or_else(|| ImportError::NestedJson { row, field: name.as_str().into() })?;
            let place = self.columns.place(&name);
            if place >= MAX_COLUMNS {
                return Err(ImportError::TooManyColumns { columns: place + 1 });
            }
            if cells.len() <= place {
                cells.resize(place + 1, String::new());
            }
            if let Some(cell) = cells.get_mut(place) {
                *cell = text;
            }
        }
        self.rows.push(&cells).map_err(|problem| match problem {
            ImportError::NulCharacter { .. } => ImportError::NulCharacter { row },
            other => other,
        })
    }

    /// A plain value as the text of a cell: numbers as they are written, lists of plain values joined; else `None`.
    fn plain(&self, value: &RawValue) -> Result<Option<String>, ImportError> {
        let text = value.get();
        let broken = |problem| self.broken(text, &problem);
        Ok(match text.as_bytes().first() {
            Some(b'"') => Some(serde_json::from_str(text).map_err(broken)?),
            Some(b'n') => Some(String::new()),
            Some(b'{') => None,
            Some(b'[') => {
                let items = serde_json::from_str::<Vec<&RawValue>>(text).map_err(broken)?;
                let items = items.into_iter().map(|item| match item.get().as_bytes().first() {
                    Some(b'[' | b'{') => Ok(None),
                    _ => self.plain(item),
                });
                items.collect::<Result<Option<Vec<_>>, _>>()?.map(|items| items.join("、"))
            }
            _ => Some(text.to_owned()),
        })
    }

    /// Where in the whole text a part of it is broken.
    fn broken(&self, part: &str, problem: &serde_json::Error) -> ImportError {
        let start = (part.as_ptr() as usize).saturating_sub(self.text.as_ptr() as usize);
        let before = self.text.get(..start).unwrap_or_default();
        let lines = before.matches('\n').count();
        let lead = if problem.line() == 1 { before.len() - before.rfind('\n').map_or(0, |place| place + 1) } else { 0 };
        ImportError::BrokenJson { line: lines + problem.line(), column: lead + problem.column() }
    }
}

/// The fields of an object, in order.
struct Fields<'r>(Vec<(String, &'r RawValue)>);

impl<'de> serde::Deserialize<'de> for Fields<'de> {
    fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Reader;
        impl<'de> Visitor<'de> for Reader {
            type Value = Fields<'de>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("an object")
            }

            fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<Self::Value, A::Error> {
                let mut fields = Vec::new();
                while let Some(field) = map.next_entry::<String, &'de RawValue>()? {
                    fields.push(field);
                }
                Ok(Fields(fields))
            }
        }
        deserializer.deserialize_map(Reader)
    }
}

impl<'de> Visitor<'de> for &mut Records<'_> {
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list of records")
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut list: A) -> Result<(), A::Error> {
        while let Some(record) = list.next_element::<&'de RawValue>()? {
            self.take(record)?;
        }
        Ok(())
    }
}
