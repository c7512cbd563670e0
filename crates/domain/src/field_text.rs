//! A field's content as people write it: reading it from a text and showing it again.
//!
//! Whatever is shown is read back as the same value, in both languages.

mod code;
mod day;
mod number;
mod phone;
mod span;

use std::borrow::Cow;

use serde::{Deserialize, Serialize};
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfkc_quick};

use crate::dictionary::{Dictionary, folded};
use crate::field::{Cell, Choice, Choices, Field, FieldType};
use crate::key::Key;
use crate::place;
use crate::stamp::RecordId;
use crate::text::Lang;
use crate::value::{Mark, Value};

pub use code::{gs1_check_digit, is_chinese_gs1, is_gs1, is_uscc, uscc_check_character};
pub use day::{lunar_parts, serial_date};
pub use phone::{is_mobile, masked_email, masked_phone};

/// The digits of a telephone number however it is written; `None` when it is none.
pub fn phone_digits(text: &str) -> Option<String> {
    phone::digits(&composed(text)).ok()
}

/// The most characters of a long text; spec 1.2.
pub const LONG_MAX: usize = 4_000;

/// What words outside the text itself mean: choices and the names of records.
pub trait Meanings {
    /// The stored key of the choice somebody means by `text`.
    fn choice(&self, group: Key, text: &str) -> Option<Key>;
    /// What people read for a choice; `None` when it is unknown.
    fn choice_label(&self, group: Key, key: &str, lang: Lang) -> Option<String>;
    /// The record of `kind` somebody means by its code or name.
    fn record(&self, kind: Key, text: &str) -> Option<RecordId>;
    /// What people read for a record; `None` when it is unknown.
    fn record_label(&self, kind: Key, id: RecordId) -> Option<String>;
}

impl Meanings for Dictionary {
    fn choice(&self, group: Key, text: &str) -> Option<Key> {
        self.group(group)?.find(text).map(|item| item.key)
    }

    fn choice_label(&self, group: Key, key: &str, lang: Lang) -> Option<String> {
        let group = self.group(group)?;
        group.item(key).map(|_| group.shown(key, lang))
    }

    /// A dictionary knows no records; their ids are read as they are.
    fn record(&self, _kind: Key, _text: &str) -> Option<RecordId> {
        None
    }

    fn record_label(&self, _kind: Key, _id: RecordId) -> Option<String> {
        None
    }
}

/// How a text is to be read.
#[derive(Clone, Copy)]
pub struct Reading<'a> {
    /// What choices and names mean.
    pub meanings: &'a dyn Meanings,
    /// Whether the text stood in a spreadsheet cell formatted as a percentage, so that 0.85 is 85 %.
    pub is_percent_cell: bool,
}

impl<'a> Reading<'a> {
    /// Reads plain text.
    pub fn new(meanings: &'a dyn Meanings) -> Self {
        Self { meanings, is_percent_cell: false }
    }
}

/// How a value is to be shown.
#[derive(Clone, Copy)]
pub struct Showing<'a> {
    /// What choices and names are called.
    pub meanings: &'a dyn Meanings,
    /// Whether dates are written out, as in sentences, rather than short, as in tables.
    pub writes_dates_out: bool,
}

impl<'a> Showing<'a> {
    /// Shows values as in a table.
    pub fn new(meanings: &'a dyn Meanings) -> Self {
        Self { meanings, writes_dates_out: false }
    }
}

/// Why a text is not the content of a field.
#[derive(Clone, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub struct FieldProblem {
    /// What is wrong.
    pub code: ProblemCode,
    /// The offending text, cut to 80 characters.
    pub text: Box<str>,
}

/// What can be wrong with the text of a field; the words for it are a text key each.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum ProblemCode {
    /// More characters than the field takes.
    TooLong {
        /// The most it takes.
        max: u16,
    },
    /// No number, or no number one could be sure of, such as 约三十万.
    NotANumber,
    /// More digits after the point than are kept.
    TooManyPlaces {
        /// How many are kept.
        places: u8,
    },
    /// A number outside the field's bounds.
    OutOfRange,
    /// Not written like a date.
    NotADate,
    /// Written like a date, but there is no such day, as 30 February.
    NoSuchDay,
    /// Not a time of day.
    NotATime,
    /// No length of time, or none one could be sure of, such as 3.25.
    NotASpan,
    /// Not a lunar date.
    NotLunar,
    /// Neither yes nor no.
    NotYesNo,
    /// None of the choices.
    UnknownChoice,
    /// No record is called like this.
    UnknownRecord,
    /// Neither a mobile nor a landline number.
    NotAPhone,
    /// Not an e-mail address.
    NotAnEmail,
    /// Not the characters or the length of such a code.
    NotACode,
    /// The code's check digit does not fit: something is mistyped.
    CheckDigit,
    /// Not the name of an attachment.
    NotAFile,
    /// More or fewer cells than a row has.
    BadRow,
}

impl FieldProblem {
    fn new(code: ProblemCode, text: &str) -> Self {
        Self { code, text: text.chars().take(80).collect() }
    }
}

/// The text composed as NFKC and trimmed: full-width digits become digits.
pub(crate) fn composed(text: &str) -> Cow<'_, str> {
    let text = text.trim();
    if text.is_ascii() {
        return text.into();
    }
    match is_nfkc_quick(text.chars()) {
        IsNormalized::Yes => text.into(),
        _ => text.nfkc().collect::<String>().trim().to_owned().into(),
    }
}

/// Reads the content of `field`, marks included where it takes them; spec 1.4.
///
/// # Errors
/// [`FieldProblem`] as for [`parse`].
pub fn parse_field(field: &Field, text: &str, reading: Reading<'_>) -> Result<Value, FieldProblem> {
    if field.takes_marks {
        match folded(text).as_str() {
            "n/a" | "na" | "不适用" => return Ok(Value::Mark(Mark::NotApplicable)),
            "missing" | "未取得" => return Ok(Value::Mark(Mark::Missing)),
            _ => (),
        }
    }
    parse(&field.kind, text, reading)
}

/// Reads a text as content of type `kind`; an empty text is [`Value::Null`].
///
/// # Errors
/// [`FieldProblem`] says what is wrong with which text; nothing is guessed.
pub fn parse(kind: &FieldType, text: &str, reading: Reading<'_>) -> Result<Value, FieldProblem> {
    let trimmed = text.trim();
    if trimmed.is_empty() {
        return Ok(Value::Null);
    }
    parse_present(kind, trimmed, reading).map_err(|code| FieldProblem::new(code, trimmed))
}

fn parse_present(kind: &FieldType, text: &str, reading: Reading<'_>) -> Result<Value, ProblemCode> {
    match kind {
        FieldType::Text { max } => line(text, *max),
        FieldType::Long => long(text),
        FieldType::Place => line(text, place::MAX),
        FieldType::Int { min, max } => number::int(&composed(text), *min, *max).map(Value::Int),
        FieldType::Decimal { places } => number::decimal(&composed(text), *places).map(Value::from),
        FieldType::Money => number::money(&composed(text)).map(Value::Int),
        FieldType::Percent => number::percent(&composed(text), reading.is_percent_cell).map(Value::Int),
        FieldType::Score => number::hundredths(&composed(text)).map(Value::Int),
        FieldType::Rating => number::int(&composed(text), Some(1), Some(5)).map(Value::Int),
        FieldType::Seconds => span::seconds(&composed(text)).map(Value::Int),
        FieldType::Date => day::date(&composed(text)).map(Value::from),
        FieldType::DateTime => day::moment(&composed(text)).map(Value::from),
        FieldType::Time => day::time(&composed(text)).map(|time| Value::from(time.format("%H:%M").to_string())),
        FieldType::Lunar => day::lunar(&composed(text)).map(Value::from),
        FieldType::DateOrLunar => date_or_lunar(&composed(text)),
        FieldType::Bool => yes_or_no(&folded(text)).map(Value::Bool),
        FieldType::Choice(choices) => {
            choice(choices, text, reading).map(|key| Value::from(key.as_str())).ok_or(ProblemCode::UnknownChoice)
        }
        FieldType::ChoiceSet(choices) => choice_set(choices, text, reading),
        FieldType::Tags => Ok(tags(text)),
        FieldType::Reference(kind) => reference(*kind, text, reading),
        FieldType::Phone => phone::digits(&composed(text)).map(Value::from),
        FieldType::Email => phone::email(&composed(text)).map(Value::from),
        FieldType::Uscc => code::uscc(&composed(text)).map(Value::from),
        FieldType::Gtin => code::gtin(&composed(text)).map(Value::from),
        FieldType::Gln => code::gln(&composed(text)).map(Value::from),
        FieldType::File | FieldType::Photo | FieldType::Sign => code::sha256(text).map(Value::from),
        FieldType::Rows(cells) => rows(cells, text, reading),
    }
}

/// The content as a text, in `lang`; content of another type than `kind` is shown as it is.
pub fn show(kind: &FieldType, value: &Value, lang: Lang, showing: Showing<'_>) -> String {
    match (kind, value) {
        (_, Value::Null) => String::new(),
        (_, Value::Mark(mark)) => mark_word(*mark, lang).to_owned(),
        (FieldType::Money, Value::Int(fen)) => number::show_money(*fen),
        (FieldType::Percent, Value::Int(points)) => format!("{}%", number::show_hundredths(*points)),
        (FieldType::Score, Value::Int(hundredths)) => number::show_hundredths(*hundredths),
        (FieldType::Date | FieldType::DateOrLunar | FieldType::Lunar, Value::Text(text)) => {
            day::show(text, lang, showing.writes_dates_out)
        }
        (FieldType::DateTime, Value::Text(text)) => text.replace('T', " "),
        (FieldType::Bool, Value::Bool(flag)) => yes_word(*flag, lang).to_owned(),
        (FieldType::Choice(choices), Value::Text(key)) => choice_label(choices, key, lang, showing),
        (FieldType::ChoiceSet(choices), Value::List(items)) => {
            let labels = items.iter().filter_map(Value::as_text).map(|key| choice_label(choices, key, lang, showing));
            labels.collect::<Vec<_>>().join("; ")
        }
        (FieldType::Tags, Value::List(items)) => {
            let separator = if lang == Lang::Zh { "、" } else { ", " };
            items.iter().filter_map(Value::as_text).collect::<Vec<_>>().join(separator)
        }
        (FieldType::Reference(kind), Value::Text(id)) => {
            let label = id.parse().ok().and_then(|id| showing.meanings.record_label(*kind, id));
            label.unwrap_or_else(|| id.to_string())
        }
        (FieldType::Phone, Value::Text(digits)) => phone::show(digits),
        (FieldType::Place, Value::Text(text)) => place::shown(text, lang),
        (FieldType::Rows(cells), Value::List(rows)) => show_rows(cells, rows, lang, showing),
        (_, value) => plain(value),
    }
}

/// A value without a type, as it is.
fn plain(value: &Value) -> String {
    match value {
        Value::Text(text) => text.to_string(),
        Value::Int(number) => number.to_string(),
        Value::Null => String::new(),
        other => other.canonical(),
    }
}

fn mark_word(mark: Mark, lang: Lang) -> &'static str {
    match (mark, lang) {
        (Mark::NotApplicable, Lang::Zh) => "不适用",
        (Mark::NotApplicable, Lang::En) => "N/A",
        (Mark::Missing, Lang::Zh) => "未取得",
        (Mark::Missing, Lang::En) => "missing",
    }
}

fn yes_word(flag: bool, lang: Lang) -> &'static str {
    match (flag, lang) {
        (true, Lang::Zh) => "是",
        (true, Lang::En) => "yes",
        (false, Lang::Zh) => "否",
        (false, Lang::En) => "no",
    }
}

fn yes_or_no(word: &str) -> Result<bool, ProblemCode> {
    match word {
        "是" | "y" | "yes" | "1" | "true" | "t" | "√" | "✓" | "✔" | "有" => Ok(true),
        "否" | "n" | "no" | "0" | "false" | "f" | "×" | "✗" | "✘" | "无" => Ok(false),
        _ => Err(ProblemCode::NotYesNo),
    }
}

/// One line: a line break within it becomes a space.
fn line(text: &str, max: u16) -> Result<Value, ProblemCode> {
    let line = if text.contains(['\n', '\r']) {
        text.lines().map(str::trim).filter(|part| !part.is_empty()).collect::<Vec<_>>().join(" ").into()
    } else {
        Cow::Borrowed(text)
    };
    if line.len() > usize::from(max) && line.chars().count() > usize::from(max) {
        return Err(ProblemCode::TooLong { max });
    }
    Ok(Value::from(line.as_ref()))
}

/// Several lines, whatever system ended them.
fn long(text: &str) -> Result<Value, ProblemCode> {
    let text: Cow<'_, str> =
        if text.contains('\r') { text.replace("\r\n", "\n").replace('\r', "\n").into() } else { text.into() };
    if text.len() > LONG_MAX && text.chars().count() > LONG_MAX {
        return Err(ProblemCode::TooLong { max: LONG_MAX as u16 });
    }
    Ok(Value::from(text.as_ref()))
}

fn date_or_lunar(text: &str) -> Result<Value, ProblemCode> {
    match day::date(text) {
        Ok(date) => Ok(Value::from(date)),
        Err(problem) => day::lunar(text).map(Value::from).map_err(|_| problem),
    }
}

fn choice(choices: &Choices, text: &str, reading: Reading<'_>) -> Option<Key> {
    match choices {
        Choices::Group(group) => reading.meanings.choice(*group, text),
        Choices::Given(given) => {
            let text = folded(text);
            let means = |choice: &&Choice| {
                [choice.key.as_str(), &choice.label.zh, &choice.label.en].iter().any(|word| folded(word) == text)
            };
            given.iter().find(means).map(|choice| choice.key)
        }
    }
}

fn choice_label(choices: &Choices, key: &str, lang: Lang, showing: Showing<'_>) -> String {
    let label = match choices {
        Choices::Group(group) => showing.meanings.choice_label(*group, key, lang),
        Choices::Given(given) => {
            given.iter().find(|choice| choice.key == *key).map(|choice| choice.label.get(lang).to_owned())
        }
    };
    label.unwrap_or_else(|| key.to_owned())
}

/// Choices between semicolons, or between commas when a piece is no choice as a whole.
fn choice_set(choices: &Choices, text: &str, reading: Reading<'_>) -> Result<Value, ProblemCode> {
    let mut keys: Vec<Value> = Vec::new();
    let mut add = |key: Key| {
        let key = Value::from(key.as_str());
        if !keys.contains(&key) {
            keys.push(key);
        }
    };
    for piece in pieces(text, &[';', '；', '|', '\n']) {
        match choice(choices, piece, reading) {
            Some(key) => add(key),
            None => {
                for part in pieces(piece, &[',', '，', '、']) {
                    add(choice(choices, part, reading).ok_or(ProblemCode::UnknownChoice)?);
                }
            }
        }
    }
    Ok(if keys.is_empty() { Value::Null } else { Value::List(keys) })
}

fn tags(text: &str) -> Value {
    let mut tags: Vec<Value> = Vec::new();
    for piece in pieces(text, &[';', '；', '|', '\n', ',', '，', '、']) {
        let tag = Value::from(piece);
        if !tags.contains(&tag) {
            tags.push(tag);
        }
    }
    if tags.is_empty() { Value::Null } else { Value::List(tags) }
}

fn pieces<'t>(text: &'t str, separators: &'t [char]) -> impl Iterator<Item = &'t str> {
    text.split(separators).map(str::trim).filter(|piece| !piece.is_empty())
}

fn reference(kind: Key, text: &str, reading: Reading<'_>) -> Result<Value, ProblemCode> {
    let named = reading.meanings.record(kind, text);
    named.or_else(|| text.parse().ok()).map(Value::from).ok_or(ProblemCode::UnknownRecord)
}

/// One row a line, cells between bars; a backslash keeps a bar, a line break or itself.
fn rows(cells: &[Cell], text: &str, reading: Reading<'_>) -> Result<Value, ProblemCode> {
    let rows: Result<Vec<Value>, ProblemCode> = text
        .lines()
        .filter(|line| !line.trim().is_empty())
        .map(|line| {
            let texts = row_cells(line);
            if texts.len() != cells.len() {
                return Err(ProblemCode::BadRow);
            }
            let mut row = std::collections::BTreeMap::new();
            for (cell, text) in cells.iter().zip(texts) {
                match parse_field(&cell.field, &text, reading).map_err(|problem| problem.code)? {
                    Value::Null if !cell.may_be_blank() => return Err(ProblemCode::BadRow),
                    Value::Null => (),
                    value => drop(row.insert(cell.field.key, value)),
                }
            }
            Ok(Value::Map(Box::new(row)))
        })
        .collect();
    rows.map(Value::List)
}

fn row_cells(line: &str) -> Vec<String> {
    let mut cells = vec![String::new()];
    let mut chars = line.chars();
    while let Some(c) = chars.next() {
        let Some(cell) = cells.last_mut() else { break };
        match c {
            '\\' => match chars.next() {
                Some('n') => cell.push('\n'),
                Some('r') => cell.push('\r'),
                Some(other) => cell.push(other),
                None => cell.push('\\'),
            },
            '|' => cells.push(String::new()),
            other => cell.push(other),
        }
    }
    cells
}

fn show_rows(cells: &[Cell], rows: &[Value], lang: Lang, showing: Showing<'_>) -> String {
    let row = |row: &Value| {
        let show_cell = |cell: &Cell| {
            let shown = show(&cell.field.kind, row.cell(cell.field.key), lang, showing);
            shown.replace('\\', "\\\\").replace('|', "\\|").replace('\n', "\\n").replace('\r', "\\r")
        };
        cells.iter().map(show_cell).collect::<Vec<_>>().join(" | ")
    };
    rows.iter().map(row).collect::<Vec<_>>().join("\n")
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
#[path = "field_text/tests.rs"]
mod tests;
