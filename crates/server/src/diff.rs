//! `kehu diff`: what two backups say differently, by customer and field, and which of it would stand if they were united.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;

use kehu_domain::arrival::{FieldRow, Inside, Scope, Side, State};
use kehu_domain::book::{Book, Record};
use kehu_domain::key::Key;
use kehu_domain::stamp::{RecordId, Stamp};
use kehu_domain::text::Lang;
use kehu_domain::value::Value;
use serde::Serialize;

use crate::files::{self, Access, Backup};
use crate::names::Names;
use crate::problem::Problem;
use crate::verdict::Verdict;

/// What `--help` says below the options.
pub const EXAMPLES: &str = "\
Of every field that A and B fill differently, both contents are shown with who set them and when, and how B stands to A:
new (only B has it), newer, older, missing (only A has it) or clash (neither replaced the other). If the two were
united, the newer content would stand.

Examples:
  kehu diff yesterday.json today.json          what has changed
  kehu diff mine.json colleague.json --json    for another program
  kehu diff a.json b.json > /dev/null          only the exit code

Exit codes: 0 both hold the same changes; 1 they differ; 2 a file cannot be opened.";

/// What to compare.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// A backup; `-` is standard input.
    a: PathBuf,
    /// Another one.
    b: PathBuf,
    /// Report as JSON, values as they are stored.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    access: Access,
}

/// The comparison as JSON has it.
#[derive(Serialize)]
struct Report {
    a: File,
    b: File,
    /// How many changes are in both.
    shared: usize,
    /// The fields that differ, customer by customer.
    differences: Vec<Difference>,
}

#[derive(Serialize)]
struct File {
    file: String,
    workspace: String,
    changes: usize,
    /// Changes the other file lacks.
    only: usize,
}

/// A field that two backups fill differently.
#[derive(Serialize)]
struct Difference {
    /// The customer the record is or belongs to.
    customer: Option<RecordId>,
    record: RecordId,
    kind: Key,
    field: Key,
    /// How the second stands to the first.
    state: &'static str,
    a: Content,
    b: Content,
}

/// What a field holds, who set it and when.
#[derive(Serialize)]
struct Content {
    value: Value,
    by: Option<RecordId>,
    at: Option<Stamp>,
}

/// A field that differs, with its record and the customer that is or belongs to.
struct Line {
    customer: Option<RecordId>,
    record: RecordId,
    kind: Key,
    row: FieldRow,
}

/// Compares two backups and says how they differ.
///
/// # Errors
/// When a file cannot be opened.
pub fn diff(options: &Options, lang: Lang) -> Result<Verdict, Problem> {
    let (a, b) = (files::open(&options.a, &options.access)?, files::open(&options.b, &options.access)?);
    let changes = || b.book.records().flat_map(Record::changes);
    let shared = changes().filter(|change| a.book.contains(change)).count();
    let scope = Scope::of(&b.book, b.extent);
    // Nothing is brought in, so nothing lies too far ahead for it.
    let inside = Inside::of(&a.book, changes().cloned(), u64::MAX, scope);
    let lines = lines(&a.book, &inside);
    let side = |backup: &Backup| File {
        file: backup.file.clone(),
        workspace: backup.workspace.clone(),
        changes: backup.book.len(),
        only: backup.book.len() - shared,
    };
    let (first, second) = (side(&a), side(&b));
    let is_same = first.only == 0 && second.only == 0 && first.workspace == second.workspace;
    let text = if options.json {
        let report = Report { a: first, b: second, shared, differences: lines.into_iter().map(difference).collect() };
        serde_json::to_string_pretty(&report).unwrap_or_default() + "\n"
    } else {
        let mut united = a.book;
        for change in inside.there().records().flat_map(Record::changes) {
            united.insert(change.clone());
        }
        told(&lines, &united, [&first, &second], shared, lang)
    };
    std::io::stdout().lock().write_all(text.as_bytes()).map_err(Problem::Output)?;
    Ok(if is_same { Verdict::Fine } else { Verdict::Findings })
}

/// The fields that differ: customer by customer, the customer's own before those of what belongs to it; last what belongs
/// to none.
fn lines(here: &Book, inside: &Inside) -> Vec<Line> {
    let mut lines = Vec::new();
    for group in &inside.groups {
        for (id, _) in &group.records {
            let known = inside.there().get(*id).or_else(|| here.get(*id));
            let Some(kind) = known.map(|record| record.kind) else { continue };
            let rows = inside.rows(here, *id).into_iter();
            lines.extend(rows.map(|row| Line { customer: group.customer, record: *id, kind, row }));
        }
    }
    let place = |line: &Line| (line.customer.is_none(), line.customer, line.customer != Some(line.record), line.record);
    lines.sort_by_key(place);
    lines
}

fn difference(line: Line) -> Difference {
    let content = |side: Side| Content { value: side.value, by: side.by, at: side.at };
    let FieldRow { field, state, here, there, .. } = line.row;
    let (customer, record, kind) = (line.customer, line.record, line.kind);
    Difference { customer, record, kind, field, state: state.as_str(), a: content(here), b: content(there) }
}

fn told(lines: &[Line], united: &Book, files: [&File; 2], shared: usize, lang: Lang) -> String {
    let names = Names::new(united, lang);
    let mut text = String::new();
    let mut last = None;
    for line in lines {
        let Some(record) = united.get(line.record) else { continue };
        let owner = line.customer.ok_or(line.kind);
        if last != Some(owner) {
            let customer = line.customer.and_then(|customer| united.get(customer));
            let title = customer.map_or_else(|| names.kind(line.kind), |customer| names.record(customer));
            // Writing into memory cannot fail.
            let _ = writeln!(text, "{title}");
            last = Some(owner);
        }
        let _ = writeln!(text, "  {}", line.told(record, &names, lang));
    }
    let [a, b] = files;
    let fields = lines.len();
    let _ = match lang {
        Lang::Zh => writeln!(
            text,
            "{fields} 个字段不同；{} 独有 {} 条更改，{} 独有 {} 条，共有 {shared} 条",
            a.file, a.only, b.file, b.only
        ),
        Lang::En => writeln!(
            text,
            "{fields} fields differ; {} changes only in {}, {} only in {}, {shared} in both",
            a.only, a.file, b.only, b.file
        ),
    };
    text
}

impl Line {
    fn told(&self, record: &Record, names: &Names<'_>, lang: Lang) -> String {
        let FieldRow { field, state, here, there, .. } = &self.row;
        let content = |side: &Side| match (side.value.is_blank(), lang) {
            (true, Lang::Zh) => "（空）".to_owned(),
            (true, Lang::En) => "(empty)".to_owned(),
            _ => names.value(self.kind, *field, &side.value),
        };
        let set = |side: &Side| match side.by.zip(side.at) {
            Some((by, at)) => format!(" ({})", names.author(by, at)),
            None => String::new(),
        };
        let whose = match self.customer {
            Some(customer) if customer == self.record => String::new(),
            _ => format!("{} {} · ", names.kind(self.kind), names.record(record)),
        };
        let field = names.field(self.kind, *field);
        let state = state_words(*state, lang);
        format!("{whose}{field}: {}{} → {}{} [{state}]", content(here), set(here), content(there), set(there))
    }
}

/// How the second stands to the first.
fn state_words(state: State, lang: Lang) -> &'static str {
    match (state, lang) {
        (State::New, Lang::Zh) => "新增",
        (State::New, Lang::En) => "new",
        (State::Changed, Lang::Zh) => "较新",
        (State::Changed, Lang::En) => "newer",
        (State::Older, Lang::Zh) => "较旧",
        (State::Older, Lang::En) => "older",
        (State::Missing, Lang::Zh) => "缺少",
        (State::Missing, Lang::En) => "missing",
        (State::Clashing, Lang::Zh) => "冲突",
        (State::Clashing, Lang::En) => "clash",
        (State::Same, Lang::Zh) => "相同",
        (State::Same, Lang::En) => "same",
    }
}
