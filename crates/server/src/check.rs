//! `kehu check`: whether a backup is whole, and whether what it says agrees with itself and the handbook.

mod audit;
mod cases;
mod documents;
mod finding;
mod records;
mod scores;
#[cfg(test)]
mod tests;

use std::collections::BTreeMap;
use std::io::{self, Write};
use std::path::PathBuf;

use kehu_domain::book::Book;
use kehu_domain::key::Key;
use kehu_domain::snapshot::{self, Header, SnapshotError};
use kehu_domain::text::Lang;
use kehu_files::copy;

use crate::files::{self, Access};
use crate::problem::Problem;
use crate::verdict::Verdict;
use crate::words;

pub use finding::Finding;

/// What to check.
#[derive(clap::Args)]
pub struct Options {
    /// The backup file; `-` is standard input.
    file: PathBuf,
    #[command(flatten)]
    access: Access,
}

/// What an opened backup holds, and everything wrong with it.
#[derive(Debug)]
pub struct Report {
    /// What the file says about itself.
    pub header: Header,
    /// How many records there are of each kind; deleted ones are not counted.
    pub kinds: BTreeMap<Key, usize>,
    /// Everything wrong, by record.
    pub findings: Vec<Finding>,
}

/// Checks the file, packed or sealed or neither, and writes what was found to `out`.
///
/// # Errors
/// When the file or its passphrase cannot be read, or the report cannot be written; a faulty file is a [`Verdict`].
pub fn check(options: &Options, out: &mut impl Write) -> Result<Verdict, Problem> {
    match files::unwrap(&options.file, &options.access)?.map(|text| examine(&text)) {
        Ok(Ok(report)) => {
            report.write(out).map_err(Problem::Output)?;
            Ok(if report.findings.is_empty() { Verdict::Fine } else { Verdict::Findings })
        }
        Ok(Err(problem)) => refuse(out, [Lang::Zh, Lang::En].map(|lang| words::snapshot(&problem, lang))),
        Err(problem) => refuse(out, [Lang::Zh, Lang::En].map(|lang| copy::words(problem, lang))),
    }
}

fn refuse(out: &mut impl Write, [zh, en]: [String; 2]) -> Result<Verdict, Problem> {
    writeln!(out, "✗ {zh} / {en}").map_err(Problem::Output)?;
    Ok(Verdict::Findings)
}

/// Opens a backup and compares what it holds with the dictionary, the playbook and the scorecards as shipped.
///
/// # Errors
/// When the file is no whole, unaltered backup that this program knows.
pub fn examine(file: &[u8]) -> Result<Report, SnapshotError> {
    let opened = snapshot::read(file)?;
    let mut book = Book::new();
    for change in opened.changes {
        book.insert(change);
    }
    let kinds = book.kinds().map(|kind| (kind, book.of_kind(kind).count())).filter(|(_, count)| *count > 0).collect();
    let findings = audit::audit(&book);
    Ok(Report { header: opened.header, kinds, findings })
}

impl Report {
    fn write(&self, out: &mut impl Write) -> io::Result<()> {
        writeln!(out, "工作区 / workspace {}", self.header.workspace)?;
        writeln!(out, "更改 / changes {}", self.header.count)?;
        for (kind, count) in &self.kinds {
            writeln!(out, "{kind:>12} {count:>9}")?;
        }
        for finding in &self.findings {
            writeln!(out, "✗ {finding}")?;
        }
        match self.findings.len() {
            0 => writeln!(out, "✓ 完整无误 / whole and consistent"),
            count => writeln!(out, "✗ {count} 处问题 / {count} problems"),
        }
    }
}
