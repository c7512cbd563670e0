//! `kehu export`: the records of one kind as a table for other programs, which the import reads back as they were.

use std::ffi::OsStr;
use std::path::PathBuf;

use kehu_domain::book::{Book, Record};
use kehu_domain::dictionary::{Dictionary, Kind};
use kehu_domain::export::{self, Cell, Sheet};
use kehu_domain::field::FieldType;
use kehu_domain::key::Key;
use kehu_domain::stamp::RecordId;
use kehu_domain::text::Lang;
use kehu_domain::value::Value;
use kehu_files::{delimited, xlsx};
use serde_json::Value as Json;

use crate::files::{self, Access, Output};
use crate::problem::Problem;
use crate::verdict::Verdict;

/// What `--help` says below the options.
pub const EXAMPLES: &str = "\
A row for every record, by code; headings and choices in the language of --lang, records that are referred to by their
code. Text stays text: no cell evaluates in a spreadsheet, and kehu import reads each back as the same value. JSON has
the names of fields and choices as they are stored.

Examples:
  kehu export company.json --kind customer -o customers.xlsx
  kehu export company.json --kind order --format csv | head
  kehu export company.json --kind customer --fields code,name,region -o list.csv --lang zh

Exit codes: 0 written; 2 nothing was written.";

/// What to take out.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The backup; `-` is standard input.
    #[arg(value_name = "SNAPSHOT")]
    file: PathBuf,
    /// The kind of record: customer, contact, order, receivable …
    #[arg(long)]
    kind: String,
    /// As what; the ending of OUT says it, else CSV.
    #[arg(long, value_enum)]
    format: Option<Format>,
    /// Only these fields, in this order, by their names in the data; all that hold anything when nothing is said.
    #[arg(long, value_delimiter = ',', value_name = "FIELD,…")]
    fields: Vec<String>,
    #[command(flatten)]
    access: Access,
    #[command(flatten)]
    output: Output,
}

/// What a table is written as.
#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum Format {
    /// Comma-separated text in UTF-8, with the mark Excel tells it by.
    Csv,
    /// A workbook with typed cells.
    Xlsx,
    /// A list of objects.
    Json,
}

/// Writes the records of a kind as a table.
///
/// # Errors
/// When the file cannot be opened, there is no such kind or field, or the table cannot be written.
pub fn export(options: &Options, lang: Lang) -> Result<Verdict, Problem> {
    options.output.check()?;
    let backup = files::open(&options.file, &options.access)?;
    let dictionary = Dictionary::built_in().with_records(&backup.book);
    let kind = kind_of(&options.kind, &dictionary)?;
    let fields = fields_of(&options.fields, kind)?;
    let ids = export::all_of(&backup.book, kind.key);
    let sheet = |fields: &[Key]| {
        let table = match options.fields.is_empty() {
            // Columns that nobody fills would only be in the way.
            true => export::records(&backup.book, &dictionary, kind.key, &ids, lang),
            false => export::records_with(&backup.book, &dictionary, kind.key, &ids, fields, lang),
        };
        table.unwrap_or_default()
    };
    let format = options.format.or_else(|| options.output.ending().and_then(format_of)).unwrap_or(Format::Csv);
    let bytes = match format {
        Format::Csv => delimited::for_spreadsheets(&sheet(&fields)),
        Format::Xlsx => xlsx::write(&[sheet(&fields)]).map_err(Problem::Sheet)?,
        Format::Json => {
            let table = export::records_with(&backup.book, &dictionary, kind.key, &ids, &fields, lang);
            json(&backup.book, kind, &fields, &ids, &table.unwrap_or_default())
        }
    };
    options.output.write(&bytes)?;
    Ok(Verdict::Fine)
}

fn format_of(ending: &OsStr) -> Option<Format> {
    match ending.to_str()?.to_ascii_lowercase().as_str() {
        "csv" => Some(Format::Csv),
        "xlsx" => Some(Format::Xlsx),
        "json" => Some(Format::Json),
        _ => None,
    }
}

fn kind_of<'d>(name: &str, dictionary: &'d Dictionary) -> Result<&'d Kind, Problem> {
    let found = dictionary.kinds().iter().find(|kind| kind.key == *name);
    found.ok_or_else(|| Problem::UnknownKind {
        kind: name.to_owned(),
        known: dictionary.kinds().iter().map(|kind| kind.key.to_string()).collect(),
    })
}

fn fields_of(names: &[String], kind: &Kind) -> Result<Vec<Key>, Problem> {
    let known = || kind.fields.iter().map(|field| field.field.key);
    if names.is_empty() {
        return Ok(known().collect());
    }
    let find = |name: &String| {
        known().find(|key| *key == **name).ok_or_else(|| Problem::UnknownField {
            field: name.clone(),
            known: known().map(|key| key.to_string()).collect(),
        })
    };
    names.iter().map(find).collect()
}

/// A list of objects, one a line: what a field does not hold is left out, choices are named by their keys.
fn json(book: &Book, kind: &Kind, fields: &[Key], ids: &[RecordId], table: &Sheet) -> Vec<u8> {
    let cell = |record: &Record, field: Key, cell: &Cell| {
        let keys = |items: &[Value]| items.iter().filter_map(Value::as_text).collect::<Vec<_>>().join("; ");
        let content = match (kind.field_type(field)?, record.get(field), cell) {
            (_, _, Cell::Empty) => return None,
            (_, Value::Bool(flag), _) => Json::from(*flag),
            (FieldType::Choice(_), Value::Text(key), _) => Json::from(key.as_ref()),
            (FieldType::ChoiceSet(_), Value::List(items), _) => Json::from(keys(items)),
            (_, _, Cell::Int(number)) => Json::from(*number),
            (_, _, cell) => Json::from(cell.written()),
        };
        Some((field.to_string(), content))
    };
    let object = |(record, cells): (&Record, &Vec<Cell>)| {
        let cells = fields.iter().zip(cells).filter_map(|(field, content)| cell(record, *field, content));
        Json::Object(cells.collect()).to_string()
    };
    let records = ids.iter().filter_map(|id| book.get(*id));
    let objects: Vec<String> = records.zip(&table.rows).map(object).collect();
    if objects.is_empty() { b"[]\n".to_vec() } else { format!("[\n{}\n]\n", objects.join(",\n")).into_bytes() }
}
