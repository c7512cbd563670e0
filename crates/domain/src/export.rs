//! Tables for other programs: columns and typed cells, written as CSV here and as XLSX by `kehu-files`; platform 3.
//!
//! Whatever is written is read back by the import as the same value.

mod approval;
mod records;

use chrono::{NaiveDate, NaiveDateTime};
use serde::{Deserialize, Serialize};

use crate::field::FieldType;
use crate::field_text::{Showing, show};
use crate::import::guarded_text;
use crate::text::Lang;
use crate::value::Value;

pub use approval::{
    APPROVERS, Export, MOST_CUSTOMERS, Refused, State, ask, contacts, decide, exports, is_manager, log, make,
    needs_approval, refused,
};
pub use records::{all_of, filled, records, records_with};

/// How many digits of a number a spreadsheet keeps.
const DIGITS: usize = 15;

/// A table to be written.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Sheet {
    /// What it is called, for a tab and a file.
    pub name: String,
    /// The headings.
    pub columns: Vec<String>,
    /// The rows; one shorter than the headings ends in empty cells.
    pub rows: Vec<Vec<Cell>>,
}

/// The content of a cell, as exact as the record has it.
#[derive(Clone, Debug, PartialEq, Eq, Default, Serialize, Deserialize)]
pub enum Cell {
    /// Nothing.
    #[default]
    Empty,
    /// Text that stays text, whatever it looks like: names, codes, telephone numbers.
    Text(Box<str>),
    /// A whole number.
    Int(i64),
    /// An exact decimal, as `12.5`.
    Decimal(Box<str>),
    /// An amount in fen.
    Money(i64),
    /// A share in basis points.
    Percent(i64),
    /// A score in hundredths.
    Score(i64),
    /// A day.
    Date(#[serde(with = "iso")] NaiveDate),
    /// A moment, to the minute.
    DateTime(#[serde(with = "iso")] NaiveDateTime),
}

impl Cell {
    /// A text; an empty one is [`Cell::Empty`].
    pub fn text(text: impl Into<Box<str>>) -> Self {
        let text = text.into();
        if text.is_empty() { Self::Empty } else { Self::Text(text) }
    }

    /// The content of a field: numbers and days keep their type, all else is what people read.
    pub fn of(kind: &FieldType, value: &Value, lang: Lang, showing: Showing<'_>) -> Self {
        match (kind, value) {
            (_, Value::Null) => Self::Empty,
            (FieldType::Int { .. } | FieldType::Rating | FieldType::Seconds, Value::Int(number)) => Self::Int(*number),
            (FieldType::Money, Value::Int(fen)) => Self::Money(*fen),
            (FieldType::Percent, Value::Int(points)) => Self::Percent(*points),
            (FieldType::Score, Value::Int(hundredths)) => Self::Score(*hundredths),
            (FieldType::Decimal { .. }, Value::Text(number)) => Self::Decimal(number.clone()),
            (FieldType::Date | FieldType::DateOrLunar, Value::Text(text)) => match text.parse() {
                Ok(day) => Self::Date(day),
                Err(_) => Self::text(show(kind, value, lang, showing)),
            },
            (FieldType::DateTime, Value::Text(text)) => match NaiveDateTime::parse_from_str(text, "%Y-%m-%dT%H:%M") {
                Ok(moment) => Self::DateTime(moment),
                Err(_) => Self::text(show(kind, value, lang, showing)),
            },
            _ => Self::text(show(kind, value, lang, showing)),
        }
    }

    /// The content of a cell of a page, as it stands there: in a column of figures a number, an amount without its
    /// separators, or a share; all else stays text. A dash in place of a figure is nothing.
    pub fn shown(text: &str, is_figure: bool) -> Self {
        let text = text.trim();
        if !is_figure {
            return Self::text(text);
        }
        if matches!(text, "-" | "–" | "—" | "·") {
            return Self::Empty;
        }
        figure(text).unwrap_or_else(|| Self::text(text))
    }

    /// The content as the import reads it, without thousands separators.
    pub fn written(&self) -> String {
        match self {
            Self::Empty => String::new(),
            Self::Text(text) => text.to_string(),
            Self::Int(number) => number.to_string(),
            Self::Decimal(number) => number.to_string(),
            Self::Money(fen) => hundredths(*fen),
            Self::Percent(points) => format!("{}%", hundredths(*points)),
            Self::Score(score) => hundredths(*score),
            Self::Date(day) => day.to_string(),
            Self::DateTime(moment) => moment.format("%Y-%m-%d %H:%M").to_string(),
        }
    }
}

/// A number as people write it. `None` for what a spreadsheet would change: leading zeros, more digits than it keeps,
/// or a share finer than a basis point.
fn figure(text: &str) -> Option<Cell> {
    let (text, is_share) = match text.strip_suffix('%') {
        Some(share) => (share.trim_end(), true),
        None => (text.trim_start_matches(['¥', '￥']).trim_start(), false),
    };
    let plain = text.replace(',', "").replace('−', "-");
    let (whole, decimals) = plain.split_once('.').unwrap_or((&plain, ""));
    let digits = whole.strip_prefix('-').unwrap_or(whole);
    let is_number = |text: &str| text.bytes().all(|byte| byte.is_ascii_digit());
    let is_odd = digits.is_empty() || (digits.len() > 1 && digits.starts_with('0')) || plain.ends_with('.');
    if is_odd || !is_number(digits) || !is_number(decimals) || digits.len() + decimals.len() > DIGITS {
        return None;
    }
    match (is_share, decimals) {
        (true, _) if decimals.len() > 2 => None,
        (true, _) => format!("{whole}{decimals:0<2}").parse().ok().map(Cell::Percent),
        (false, "") => whole.parse().ok().map(Cell::Int),
        (false, _) => Some(Cell::Decimal(plain.into())),
    }
}

/// Hundredths with two decimals.
fn hundredths(number: i64) -> String {
    let sign = if number < 0 { "-" } else { "" };
    format!("{sign}{}.{:02}", number.unsigned_abs() / 100, number.unsigned_abs() % 100)
}

impl Sheet {
    /// The table as CSV in UTF-8; with `has_mark` it begins with the mark by which spreadsheets tell the encoding.
    ///
    /// No cell is evaluated by a spreadsheet, and the import reads every cell back as it was.
    pub fn csv(&self, has_mark: bool) -> Vec<u8> {
        let mut text = self.csv_head(has_mark);
        text.extend(self.csv_rows(&self.rows));
        text
    }

    /// The headings of [`Sheet::csv`], for tables that are written piece by piece.
    pub fn csv_head(&self, has_mark: bool) -> Vec<u8> {
        let start = if has_mark { "\u{feff}" } else { "" };
        lines(start.as_bytes().to_vec(), [self.columns.iter().map(|heading| guarded_text(heading).into_owned())])
    }

    /// Some rows of [`Sheet::csv`].
    pub fn csv_rows(&self, rows: &[Vec<Cell>]) -> Vec<u8> {
        let line = |row: &Vec<Cell>| {
            let cells: Vec<String> = row.iter().map(Cell::written).collect();
            let cells = cells.into_iter().chain(std::iter::repeat(String::new())).take(self.columns.len());
            cells.map(|cell| guarded_text(&cell).into_owned()).collect::<Vec<_>>()
        };
        lines(Vec::new(), rows.iter().map(line))
    }
}

fn lines<L: IntoIterator<Item = String>>(start: Vec<u8>, lines: impl IntoIterator<Item = L>) -> Vec<u8> {
    let mut writer = csv::WriterBuilder::new().flexible(true).from_writer(start);
    for line in lines {
        // Writing to memory cannot fail.
        let _ = writer.write_record(line);
    }
    writer.into_inner().unwrap_or_default()
}

/// Days and moments by ISO 8601, for the way to the worker.
mod iso {
    use std::fmt::{Debug, Display};
    use std::str::FromStr;

    use serde::{Deserialize, Deserializer, Serializer, de::Error};

    pub fn serialize<T: Debug, S: Serializer>(value: &T, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&format_args!("{value:?}"))
    }

    pub fn deserialize<'de, T: FromStr<Err: Display>, D: Deserializer<'de>>(deserializer: D) -> Result<T, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(D::Error::custom)
    }
}
