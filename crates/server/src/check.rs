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

use crate::words;

pub use finding::Finding;

/// What to check.
#[derive(clap::Args)]
pub struct Options {
    /// The backup file.
    file: PathBuf,
}

/// What became of a check.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing is wrong.
    Sound,
    /// Something is wrong; every reason was written.
    Faulty,
}

/// Why nothing could be said about a file.
#[derive(Debug, thiserror::Error)]
pub enum CheckError {
    /// There is no such file, or it may not be read.
    #[error("{file} cannot be read: {reason}")]
    Unreadable {
        /// The file as given.
        file: String,
        /// The system's words.
        reason: io::Error,
    },
    /// The report could not be written.
    #[error("the report cannot be written: {0}")]
    Report(io::Error),
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

/// Checks the file and writes what was found to `out`.
///
/// # Errors
/// When the file cannot be read or the report cannot be written; a faulty file is a [`Verdict`].
pub fn check(options: &Options, out: &mut impl Write) -> Result<Verdict, CheckError> {
    let bytes = std::fs::read(&options.file)
        .map_err(|reason| CheckError::Unreadable { file: options.file.display().to_string(), reason })?;
    match examine(&bytes) {
        Ok(report) => {
            report.write(out).map_err(CheckError::Report)?;
            Ok(if report.findings.is_empty() { Verdict::Sound } else { Verdict::Faulty })
        }
        Err(problem) => {
            let zh = words::snapshot(&problem, Lang::Zh);
            writeln!(out, "✗ {zh} / {problem}").map_err(CheckError::Report)?;
            Ok(Verdict::Faulty)
        }
    }
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
