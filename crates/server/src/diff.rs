//! `kehu diff`: what two backups say differently, by customer and field, and which of it would stand if they were united.

mod compare;

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;

use kehu_domain::text::Lang;
use serde::Serialize;

use crate::files;
use crate::names::Names;
use crate::problem::Problem;
use crate::verdict::Verdict;
use compare::{Comparison, Difference, Stands};

/// What `--help` says below the options.
pub const EXAMPLES: &str = "\
Of every field that A and B fill differently, both contents are shown with who set them and when, and which one would
stand if the two were united: the later one, or neither where they clash.

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
}

/// The comparison as JSON has it.
#[derive(Serialize)]
struct Report<'c> {
    a: Side,
    b: Side,
    /// How many changes are in both.
    shared: usize,
    differences: &'c [Difference],
}

#[derive(Serialize)]
struct Side {
    file: String,
    workspace: String,
    changes: usize,
    /// Changes the other file lacks.
    only: usize,
}

/// Compares two backups and says how they differ.
///
/// # Errors
/// When a file cannot be opened.
pub fn diff(options: &Options, lang: Lang) -> Result<Verdict, Problem> {
    let (a, b) = (files::open(&options.a)?, files::open(&options.b)?);
    let compared = Comparison::of(&a.book, &b.book);
    let (only_a, only_b) = (a.book.len() - compared.shared, b.book.len() - compared.shared);
    let text = if options.json {
        let report = Report {
            a: Side { file: a.file.clone(), workspace: a.workspace.clone(), changes: a.book.len(), only: only_a },
            b: Side { file: b.file.clone(), workspace: b.workspace.clone(), changes: b.book.len(), only: only_b },
            shared: compared.shared,
            differences: &compared.differences,
        };
        serde_json::to_string_pretty(&report).unwrap_or_default() + "\n"
    } else {
        let names = Names::new(&compared.united, lang);
        told(&compared, &names, [(&a.file, only_a), (&b.file, only_b)], lang)
    };
    std::io::stdout().lock().write_all(text.as_bytes()).map_err(Problem::Output)?;
    let is_same = only_a == 0 && only_b == 0 && a.workspace == b.workspace;
    Ok(if is_same { Verdict::Fine } else { Verdict::Findings })
}

fn told(compared: &Comparison, names: &Names<'_>, only: [(&String, usize); 2], lang: Lang) -> String {
    let mut text = String::new();
    let mut owner = None;
    for difference in &compared.differences {
        let Some(record) = compared.united.get(difference.record) else { continue };
        let customer = names.customer_of(record);
        let title = customer.map_or_else(|| names.kind(record.kind), |customer| names.record(customer));
        if owner.as_ref() != Some(&title) {
            // Writing into memory cannot fail.
            let _ = writeln!(text, "{title}");
            owner = Some(title);
        }
        let _ = writeln!(text, "  {}", line(difference, record, customer.map(|it| it.id), names, lang));
    }
    let [(a, only_a), (b, only_b)] = only;
    let (shared, fields) = (compared.shared, compared.differences.len());
    let _ = match lang {
        Lang::Zh => {
            writeln!(text, "{fields} 个字段不同；{a} 独有 {only_a} 条更改，{b} 独有 {only_b} 条，共有 {shared} 条")
        }
        Lang::En => writeln!(
            text,
            "{fields} fields differ; {only_a} changes only in {a}, {only_b} only in {b}, {shared} in both"
        ),
    };
    text
}

fn line(
    difference: &Difference,
    record: &kehu_domain::book::Record,
    customer: Option<kehu_domain::stamp::RecordId>,
    names: &Names<'_>,
    lang: Lang,
) -> String {
    let content = |content: &compare::Content| match (content.value.is_blank(), lang) {
        (true, Lang::Zh) => "（空）".to_owned(),
        (true, Lang::En) => "(empty)".to_owned(),
        _ => names.value(record.kind, difference.field, &content.value),
    };
    let set = |content: &compare::Content| content.change.as_ref().map(|change| format!(" ({})", names.author(change)));
    let (a, b) = (&difference.a, &difference.b);
    let stands = match (difference.stands, lang) {
        (Stands::A, Lang::Zh) => "以前者为准",
        (Stands::A, Lang::En) => "the first stands",
        (Stands::B, Lang::Zh) => "以后者为准",
        (Stands::B, Lang::En) => "the second stands",
        (Stands::Clash, Lang::Zh) => "冲突",
        (Stands::Clash, Lang::En) => "clash",
    };
    let whose = if customer == Some(record.id) {
        String::new()
    } else {
        format!("{} {} · ", names.kind(record.kind), names.record(record))
    };
    let [set_a, set_b] = [set(a), set(b)].map(Option::unwrap_or_default);
    let field = names.field(record.kind, difference.field);
    format!("{whose}{field}: {}{set_a} → {}{set_b} [{stands}]", content(a), content(b))
}
