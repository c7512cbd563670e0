//! The words of an import: problems of files, reasons against rows, names of fields and records.

use kehu_domain::book::Book;
use kehu_domain::dictionary::Dictionary;
use kehu_domain::field::FieldType;
use kehu_domain::field_text::ProblemCode;
use kehu_domain::import::file::{MAX_COLUMNS, MAX_FILE_BYTES, MAX_LINE_BYTES, MAX_ROWS};
use kehu_domain::import::{Decision, Encoding, Fault, ImportError, Reason, Refusal, Target, Who, Why};
use kehu_domain::kind;
use kehu_domain::stamp::RecordId;
use kehu_domain::value::Value;
use kehu_ledger::import::Group;

use super::wizard::Trouble;
use crate::i18n::{Locale, td_string};
use crate::words::{failure, lang_of, megabytes, shown_value};

/// What went wrong and the way on.
pub fn trouble(locale: Locale, trouble: &Trouble) -> String {
    match trouble {
        Trouble::Table { name, problem } => table_problem(locale, name.clone(), problem),
        Trouble::Workbook { name, words } => {
            td_string!(locale, import.problem.in_workbook, name = name.clone(), words = words.clone())
        }
        Trouble::Work(problem) => failure(locale, problem),
    }
}

fn table_problem(locale: Locale, name: String, problem: &ImportError) -> String {
    match problem {
        ImportError::Empty => td_string!(locale, import.problem.empty, name = name),
        ImportError::Workbook => td_string!(locale, import.problem.workbook, name = name),
        ImportError::NotText => td_string!(locale, import.problem.not_text, name = name),
        ImportError::WrongEncoding { at } => {
            td_string!(locale, import.problem.encoding, name = name, at = grouped(at + 1))
        }
        ImportError::TooLarge { bytes } => td_string!(
            locale,
            import.problem.too_large,
            name = name,
            size = megabytes(*bytes as u64),
            limit = megabytes(MAX_FILE_BYTES as u64)
        ),
        ImportError::TooManyColumns { columns } => td_string!(
            locale,
            import.problem.too_many_columns,
            name = name,
            count = grouped(*columns),
            limit = grouped(MAX_COLUMNS)
        ),
        ImportError::TooManyRows => {
            td_string!(locale, import.problem.too_many_rows, name = name, limit = grouped(MAX_ROWS as usize))
        }
        ImportError::LineTooLong { row } => {
            let limit = megabytes(MAX_LINE_BYTES as u64);
            td_string!(locale, import.problem.line_too_long, name = name, row = grouped(*row as usize), limit = limit)
        }
        ImportError::NulCharacter { row } => {
            td_string!(locale, import.problem.nul, name = name, row = grouped(*row as usize))
        }
        ImportError::Backup => td_string!(locale, import.problem.backup, name = name),
        ImportError::BrokenJson { line, column } => {
            td_string!(
                locale,
                import.problem.broken_json,
                name = name,
                line = grouped(*line),
                column = grouped(*column)
            )
        }
        ImportError::NestedJson { row, field } if field.is_empty() => {
            td_string!(locale, import.problem.json_record, name = name, row = grouped(*row as usize))
        }
        ImportError::NestedJson { row, field } => {
            let (row, field) = (grouped(*row as usize), field.to_string());
            td_string!(locale, import.problem.nested_json, name = name, row = row, field = field)
        }
        ImportError::NoHeader => td_string!(locale, import.problem.no_header, name = name),
        ImportError::UnknownKind => td_string!(locale, import.problem.unknown_kind, name = name),
    }
}

/// A whole number as people read it: `12,345`.
pub fn grouped(number: usize) -> String {
    let digits = number.to_string();
    let mut text = String::with_capacity(digits.len() + digits.len() / 3);
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}

/// An encoding's name.
pub fn encoding_name(encoding: Encoding) -> &'static str {
    match encoding {
        Encoding::Utf8 => "UTF-8",
        Encoding::Utf16Le | Encoding::Utf16Be => "UTF-16",
        Encoding::Gb18030 => "GB18030",
    }
}

/// What a separator is called.
pub fn delimiter_name(locale: Locale, delimiter: char) -> String {
    match delimiter {
        ',' => td_string!(locale, import.file.comma).to_owned(),
        ';' => td_string!(locale, import.file.semicolon).to_owned(),
        '\t' => td_string!(locale, import.file.tab).to_owned(),
        other => other.to_string(),
    }
}

/// The field's label.
pub fn field_name(locale: Locale, dictionary: &Dictionary, target: Target) -> String {
    let field = dictionary.kind(target.kind).and_then(|kind| kind.field(target.field));
    field.map_or_else(|| target.field.to_string(), |field| field.field.label.get(lang_of(locale)).to_owned())
}

/// What a kind of record is called.
pub fn kind_label(locale: Locale, dictionary: &Dictionary, key: &str) -> String {
    let kind = dictionary.kinds().iter().find(|kind| kind.key == *key);
    kind.map_or_else(|| key.to_owned(), |kind| kind.label.get(lang_of(locale)).to_owned())
}

/// A field's content before or after an import.
pub fn value_text(locale: Locale, book: &Book, dictionary: &Dictionary, target: Target, value: &Value) -> String {
    let kind = dictionary.kind(target.kind).and_then(|kind| kind.field_type(target.field));
    match kind {
        _ if value.is_blank() => td_string!(locale, import.changed.blank).to_owned(),
        Some(FieldType::Reference(_)) => {
            value.as_text().and_then(|text| text.parse().ok()).map_or_else(String::new, |id| record_name(book, id))
        }
        Some(kind) => shown_value(locale, kind, value),
        None => value.as_text().map_or_else(|| value.canonical(), str::to_owned),
    }
}

/// A record's name, with its code where it has one.
pub fn record_name(book: &Book, id: RecordId) -> String {
    let Some(record) = book.get(id) else { return id.to_string() };
    let words = [kind::NAME, kind::CODE].map(|key| record.text(key));
    match words {
        ["", ""] => id.to_string(),
        [name, ""] => name.to_owned(),
        ["", code] => code.to_owned(),
        [name, code] => format!("{name} ({code})"),
    }
}

/// What a group of refused rows or cells has in common.
pub fn fault(locale: Locale, dictionary: &Dictionary, group: &Group) -> String {
    match group.fault {
        Fault::Missing(target) => {
            td_string!(locale, import.refused.missing, field = field_name(locale, dictionary, target))
        }
        Fault::Cell(code) => td_string!(
            locale,
            import.refused.cell,
            column = group.header.trim().to_owned(),
            problem = cell_problem(locale, code)
        ),
        Fault::Ragged => td_string!(locale, import.refused.ragged).to_owned(),
        Fault::TooLarge => td_string!(locale, import.refused.too_large).to_owned(),
        Fault::Repeated => td_string!(locale, import.refused.repeated).to_owned(),
        Fault::CodeTaken => td_string!(locale, import.refused.code_taken).to_owned(),
        Fault::Ambiguous => {
            td_string!(locale, import.refused.ambiguous, column = group.header.trim().to_owned())
        }
    }
}

/// Why one row was refused.
pub fn refusal(locale: Locale, dictionary: &Dictionary, refusal: &Refusal) -> String {
    match &refusal.reason {
        Reason::Missing(target) => {
            td_string!(locale, import.refused.missing, field = field_name(locale, dictionary, *target))
        }
        Reason::Cell(problem) => {
            td_string!(
                locale,
                import.refused.cell,
                column = problem.text.to_string(),
                problem = cell_problem(locale, problem.code)
            )
        }
        Reason::Ragged { expected, found } => {
            td_string!(locale, import.refused.ragged_row, expected = *expected, found = *found)
        }
        Reason::CellTooLarge => td_string!(locale, import.refused.too_large_row).to_owned(),
        Reason::RepeatedCode { row } => td_string!(locale, import.refused.repeated_row, row = *row),
        Reason::CodeTaken => td_string!(locale, import.refused.code_taken).to_owned(),
        Reason::Ambiguous { count } => td_string!(locale, import.refused.ambiguous_row, count = *count),
    }
}

fn cell_problem(locale: Locale, code: ProblemCode) -> String {
    let words = match code {
        ProblemCode::TooLong { max } => return td_string!(locale, import.problem_cell.too_long, max = max),
        ProblemCode::TooManyPlaces { places } => {
            return td_string!(locale, import.problem_cell.places, places = places);
        }
        ProblemCode::NotANumber => td_string!(locale, import.problem_cell.number),
        ProblemCode::OutOfRange => td_string!(locale, import.problem_cell.range),
        ProblemCode::NotADate => td_string!(locale, import.problem_cell.date),
        ProblemCode::NoSuchDay => td_string!(locale, import.problem_cell.no_day),
        ProblemCode::NotATime => td_string!(locale, import.problem_cell.time),
        ProblemCode::NotASpan => td_string!(locale, import.problem_cell.span),
        ProblemCode::NotLunar => td_string!(locale, import.problem_cell.lunar),
        ProblemCode::NotYesNo => td_string!(locale, import.problem_cell.yes_no),
        ProblemCode::UnknownChoice => td_string!(locale, import.problem_cell.choice),
        ProblemCode::UnknownRecord => td_string!(locale, import.problem_cell.record),
        ProblemCode::NotAPhone => td_string!(locale, import.problem_cell.phone),
        ProblemCode::NotAnEmail => td_string!(locale, import.problem_cell.email),
        ProblemCode::NotACode => td_string!(locale, import.problem_cell.code),
        ProblemCode::CheckDigit => td_string!(locale, import.problem_cell.check_digit),
        ProblemCode::NotAFile => td_string!(locale, import.problem_cell.file),
        ProblemCode::BadRow => td_string!(locale, import.problem_cell.bad_row),
    };
    words.to_owned()
}

/// What becomes of a double.
pub fn decision(locale: Locale, decision: Decision) -> &'static str {
    match decision {
        Decision::New => td_string!(locale, import.check.decision_new),
        Decision::Merge => td_string!(locale, import.check.decision_merge),
        Decision::Skip => td_string!(locale, import.check.decision_skip),
    }
}

/// Why two customers may be the same.
pub fn why(locale: Locale, why: Why) -> &'static str {
    match why {
        Why::Uscc => td_string!(locale, import.doubles.uscc),
        Why::NameAndPhone => td_string!(locale, import.doubles.name_phone),
        Why::Phone => td_string!(locale, import.doubles.phone),
        Why::Name => td_string!(locale, import.doubles.name),
    }
}

/// Whom a row looks like.
pub fn who(locale: Locale, book: &Book, who: Who) -> String {
    match who {
        Who::Record(id) => record_name(book, id),
        Who::Row(row) => td_string!(locale, import.doubles.row, row = row),
    }
}
