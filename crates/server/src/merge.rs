//! `kehu merge`: backups become one, as sets of changes do.

use std::fmt::Write as _;
use std::io::Write as _;
use std::path::PathBuf;

use kehu_domain::arrival::WORKSPACE_RECORD;
use kehu_domain::book::{Book, Clash};
use kehu_domain::snapshot::{Extent, Snapshot};
use kehu_domain::text::Lang;
use serde::Serialize;

use crate::files::{self, Access, Backup, Output, Wrapping};
use crate::moment::Moment;
use crate::names::Names;
use crate::problem::Problem;
use crate::verdict::Verdict;

/// What `--help` says below the options.
pub const EXAMPLES: &str = "\
Nothing is lost: the result holds every change of every file, so the order of the files changes nothing in it. Where two
people set one field without having seen each other's content, both contents are kept and the clash is named; the app
shows it as a card to settle. A change dated more than 24 hours ahead of --now is set aside: its clock was wrong.

Examples:
  kehu merge mine.json colleague.json -o both.json   two devices as one
  kehu merge day-*.json -o week.json --overwrite     several copies as one
  kehu merge a.json b.json > both.json               to standard output, the report to standard error

Exit codes: 0 united; 1 united, but fields clash or changes were set aside; 2 nothing was written.";

/// What to unite.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// The backups; `-` is standard input.
    #[arg(required = true, value_name = "SNAPSHOT")]
    files: Vec<PathBuf>,
    /// Unite backups of different workspaces too; the result is of the first one's.
    #[arg(long)]
    adopt: bool,
    /// The moment that stamps are compared with, in the time of Shanghai, as 2026-11-24T10:20; now when nothing is said.
    #[arg(long)]
    now: Option<Moment>,
    /// Report as JSON.
    #[arg(long)]
    json: bool,
    #[command(flatten)]
    access: Access,
    #[command(flatten)]
    wrapping: Wrapping,
    #[command(flatten)]
    output: Output,
}

/// What uniting came to.
#[derive(Debug, Serialize)]
struct Report {
    files: Vec<FileReport>,
    /// How many changes the result holds.
    changes: usize,
    /// The clashes that wait to be settled.
    clashes: Vec<ClashTold>,
}

/// What one file brought.
#[derive(Debug, Serialize)]
struct FileReport {
    file: String,
    /// How many changes it holds.
    changes: usize,
    /// Changes that were in no file before it.
    new: usize,
    /// Changes that were.
    known: usize,
    /// Changes dated too far ahead; the result is without them.
    set_aside: usize,
    /// Fields that clash since this file.
    clashes: usize,
}

/// Two contents of one field.
#[derive(Debug, Serialize)]
struct ClashTold {
    record: String,
    kind: String,
    field: String,
    /// Each content with who set it and when, the one in force first.
    sides: Vec<Side>,
    #[serde(skip)]
    title: String,
}

#[derive(Debug, Serialize)]
struct Side {
    value: String,
    by: String,
}

/// Unites the backups and writes the result.
///
/// # Errors
/// When a file cannot be opened, or is of another workspace and may not be adopted; nothing was written.
pub fn merge(options: &Options, lang: Lang) -> Result<Verdict, Problem> {
    options.output.check()?;
    let now = options.now.unwrap_or_else(Moment::now);
    let mut united = United::default();
    for file in &options.files {
        let opened = files::open_snapshot(file, &options.access)?;
        united.take(file.display().to_string(), opened, options.adopt, now)?;
    }
    let United { book, first, files: reports, extent } = united;
    let report = Report::new(reports, &book, lang);
    let workspace = first.map(|(_, workspace)| workspace).unwrap_or_default();
    // Where one file is whole, the bytes that others leave out are in it, as far as they are the same attachments.
    let extent = extent.unwrap_or_default();
    let backup = Backup { workspace, book, extent, ..Backup::empty() };
    options.output.write_backup(&backup, &options.wrapping, &options.access)?;
    let text = if options.json { report.json() } else { report.text(lang) };
    if options.output.is_stdout() {
        eprint!("{text}");
    } else {
        std::io::stdout().lock().write_all(text.as_bytes()).map_err(Problem::Output)?;
    }
    Ok(if report.is_plain() { Verdict::Fine } else { Verdict::Findings })
}

/// The files united so far.
#[derive(Default)]
struct United {
    book: Book,
    /// The first file that is of a workspace, and which.
    first: Option<(String, String)>,
    files: Vec<FileReport>,
    /// How much of a workspace the fullest file holds; none before the first.
    extent: Option<Extent>,
}

impl United {
    fn take(&mut self, file: String, opened: Snapshot, adopts: bool, now: Moment) -> Result<(), Problem> {
        let Snapshot { header, mut changes } = opened;
        let is_whole = self.extent == Some(Extent::Whole) || header.extent() == Extent::Whole;
        self.extent = Some(if is_whole { Extent::Whole } else { Extent::WithoutAttachments });
        match &self.first {
            Some((first, workspace)) if !header.workspace.is_empty() && header.workspace != *workspace => {
                if !adopts {
                    return Err(Problem::OtherWorkspace { first: first.clone(), other: file });
                }
                // It becomes part of the first one's workspace and has no identity of its own any more.
                changes.retain(|change| change.record != WORKSPACE_RECORD);
            }
            None if !header.workspace.is_empty() => self.first = Some((file.clone(), header.workspace)),
            _ => {}
        }
        let merged = self.book.preview(changes, now.0);
        let clashes = self.book.clashes_with(&merged.new);
        let (new, known, set_aside) = (merged.new.len(), merged.known, merged.set_aside.len());
        for change in merged.new {
            self.book.insert(change);
        }
        self.files.push(FileReport { file, changes: header.count, new, known, set_aside, clashes });
        Ok(())
    }
}

impl Report {
    fn new(files: Vec<FileReport>, book: &Book, lang: Lang) -> Self {
        let names = Names::new(book, lang);
        let clashes = book.clashes().iter().map(|clash| ClashTold::new(clash, book, &names)).collect();
        Self { files, changes: book.len(), clashes }
    }

    fn is_plain(&self) -> bool {
        self.clashes.is_empty() && self.files.iter().all(|file| file.set_aside == 0)
    }

    fn json(&self) -> String {
        serde_json::to_string_pretty(self).unwrap_or_default() + "\n"
    }

    fn text(&self, lang: Lang) -> String {
        let mut text = String::new();
        for FileReport { file, new, known, set_aside, clashes, .. } in &self.files {
            // Writing into memory cannot fail.
            let _ = match lang {
                Lang::Zh => writeln!(
                    text,
                    "{file}：新增 {new} 条更改，已有 {known} 条，搁置 {set_aside} 条（时间超前 24 小时以上），冲突 {clashes} 处"
                ),
                Lang::En => writeln!(
                    text,
                    "{file}: {new} changes new, {known} known, {set_aside} set aside (dated more than 24 h ahead), \
                     {clashes} clashes"
                ),
            };
        }
        for ClashTold { title, sides, .. } in &self.clashes {
            let told: Vec<String> = sides.iter().map(|side| format!("“{}” ({})", side.value, side.by)).collect();
            let _ = match lang {
                Lang::Zh => writeln!(text, "冲突：{title}：{}", told.join(" / ")),
                Lang::En => writeln!(text, "clash: {title}: {}", told.join(" / ")),
            };
        }
        let _ = match lang {
            Lang::Zh => writeln!(text, "共 {} 条更改，{} 处冲突待处理", self.changes, self.clashes.len()),
            Lang::En => writeln!(text, "{} changes in all, {} clashes to settle", self.changes, self.clashes.len()),
        };
        text
    }
}

impl ClashTold {
    fn new(clash: &Clash, book: &Book, names: &Names<'_>) -> Self {
        let record = book.get(clash.record);
        let kind = record.map(|record| record.kind);
        let side = |(change, value): &(kehu_domain::change::Change, kehu_domain::value::Value)| Side {
            value: names.value(change.kind, clash.field, value),
            by: names.author(change.by, change.stamp),
        };
        let called = record.map(|record| names.record(record)).unwrap_or_default();
        let label = kind.map(|kind| names.field(kind, clash.field)).unwrap_or_default();
        Self {
            record: clash.record.to_string(),
            kind: kind.map(|kind| kind.to_string()).unwrap_or_default(),
            field: clash.field.to_string(),
            sides: clash.sides.iter().map(side).collect(),
            title: format!("{called} · {label}"),
        }
    }
}
