//! The runs of an import, in slices short enough that the page answers in between.

use std::sync::Arc;

use kehu_domain::change::Act;
use kehu_domain::dictionary::Dictionary;
use kehu_domain::import::file::MAX_FILE_BYTES;
use kehu_domain::import::{ImportError, Importer, Opening, Options, Table};
use leptos::prelude::*;
use leptos::task::spawn_local;
use web_sys::File;

use super::findings::Findings;
use super::profiles;
use super::wizard::{Imported, Step, Task, Trouble, Wizard};
use crate::exchange::{FileProblem, gb18030, read_file};
use crate::workspace::Workspace;

/// How many bytes are decoded before the clock is looked at; about 2 ms.
const SLICE_BYTES: usize = 128 * 1024;
/// How many rows are read or checked before the clock is looked at; about 2 ms.
const SLICE_ROWS: usize = 48;
/// How many records are written before the clock is looked at; about 2 ms.
const SLICE_RECORDS: usize = 96;

impl Wizard {
    /// Opens a file; only where one is chosen.
    pub fn open(&self, file: File) {
        if self.step.get_untracked() != Step::File {
            return;
        }
        let wizard = self.clone();
        spawn_local(async move {
            let run = wizard.begin(Task::Reading);
            wizard.forget();
            match wizard.read_table(&file, run).await {
                Ok(Some(table)) => {
                    let name = file.name();
                    let is_recognised = wizard.take_table(file, table);
                    wizard.count(run).await;
                    wizard.end(run);
                    if !is_recognised {
                        wizard.trouble.set(Some(Trouble::Table { name, problem: ImportError::NoHeader }));
                    }
                }
                Ok(None) => (),
                Err(trouble) => wizard.fail(run, trouble),
            }
        });
    }

    /// Counts the rows again, under other headings.
    pub(super) fn count_again(&self) {
        let wizard = self.clone();
        spawn_local(async move {
            let run = wizard.begin(Task::Counting);
            wizard.count(run).await;
            wizard.end(run);
        });
    }

    /// Rehearses the import as the columns are decided now.
    pub fn check(&self) {
        let wizard = self.clone();
        spawn_local(async move {
            wizard.go(Step::Check);
            let run = wizard.begin(Task::Learning);
            wizard.findings.set(None);
            match wizard.prepare(run).await {
                Ok(true) => wizard.rehearse(run).await,
                Ok(false) => (),
                Err(trouble) => wizard.fail(run, trouble),
            }
        });
    }

    /// Rehearses again; the earlier findings stay in sight until the new ones are there.
    pub fn check_again(&self) {
        if self.importer.borrow().is_none() {
            self.check();
            return;
        }
        let wizard = self.clone();
        spawn_local(async move {
            let run = wizard.begin(Task::Learning);
            let options = wizard.options.get_untracked();
            if let Some(importer) = wizard.importer.borrow_mut().as_mut() {
                importer.restart(options);
            }
            wizard.rehearse(run).await;
        });
    }

    /// Changes an option and rehearses again.
    pub fn decide(&self, change: impl FnOnce(&mut Options)) {
        self.options.update(change);
        self.check_again();
    }

    /// Writes what was rehearsed, as one act.
    pub fn write(&self) {
        if self.busy.get_untracked().is_some() {
            return;
        }
        let wizard = self.clone();
        spawn_local(async move {
            let run = wizard.begin(Task::Writing);
            let workspace = wizard.workspace.clone();
            let saved = workspace
                .commit_slowly(async |workspace: &Workspace, act: &mut Act<'_>| {
                    wizard.collect(workspace, act, run).await
                })
                .await;
            match saved {
                Ok(act) => {
                    let counts = wizard.importer.borrow().as_ref().map(Importer::counts).unwrap_or_default();
                    let options = wizard.options.get_untracked();
                    let kind = wizard.file.with_untracked(|file| file.as_ref().map(|file| file.kind));
                    wizard.imported.set(kind.map(|kind| Imported {
                        file: options.file,
                        tag: options.tag,
                        counts,
                        kind,
                        act,
                    }));
                    wizard.go(Step::Done);
                    wizard.end(run);
                }
                Err(problem) => {
                    // What was collected is spent; only a new rehearsal can be written.
                    wizard.findings.set(None);
                    wizard.fail(run, Trouble::Store(problem));
                }
            }
        });
    }

    pub(super) fn fail(&self, run: u64, trouble: Trouble) {
        if self.run.get() == run {
            self.busy.set(None);
            self.trouble.set(Some(trouble));
        }
    }

    async fn collect(&self, workspace: &Workspace, act: &mut Act<'_>, run: u64) {
        loop {
            let progress = {
                let mut importer = self.importer.borrow_mut();
                let Some(importer) = importer.as_mut() else { return };
                workspace.read_once(|book| importer.commit(book, act, SLICE_RECORDS))
            };
            // A write that has begun is finished, whoever looks on.
            self.goes_on(run, Task::Writing, progress.done, progress.total).await;
            if progress.is_finished || progress.total == 0 {
                self.report(run, Task::Saving, 0, 0);
                return;
            }
        }
    }

    /// Decodes a file; `None` when the run was stopped.
    async fn read_table(&self, file: &File, run: u64) -> Result<Option<Table>, Trouble> {
        let name = file.name();
        let as_file = |problem: FileProblem| Trouble::File { name: name.clone(), problem };
        let as_table = |problem: ImportError| Trouble::Table { name: name.clone(), problem };
        if file.size() > MAX_FILE_BYTES as f64 {
            return Err(as_table(ImportError::TooLarge { bytes: file.size() as usize }));
        }
        let bytes = read_file(file).await.map_err(as_file)?;
        if is_backup(&name, &bytes) {
            return Err(Trouble::Backup { name });
        }
        let mut opening = Opening::new(bytes, gb18030).map_err(as_table)?;
        loop {
            let is_more = opening.step(SLICE_BYTES).map_err(as_table)?;
            let (done, total) = opening.progress();
            if !self.goes_on(run, Task::Reading, done, total).await {
                return Ok(None);
            }
            if !is_more {
                return opening.finish().map(Some).map_err(as_table);
            }
        }
    }

    /// Counts the rows below the headings that have anything in them.
    async fn count(&self, run: u64) {
        let header = self.file.with_untracked(|file| file.as_ref().map_or(0, |file| file.header));
        if let Some(table) = self.table.borrow_mut().as_mut() {
            table.use_header(header);
        }
        let mut rows = 0;
        loop {
            let (is_more, done, total) = {
                let mut table = self.table.borrow_mut();
                let Some(table) = table.as_mut() else { return };
                let is_more = count_slice(table, &mut rows);
                (is_more, table.position(), table.bytes())
            };
            if !self.goes_on(run, Task::Counting, done, total).await {
                return;
            }
            if !is_more {
                break;
            }
        }
        self.file.update(|file| {
            if let Some(file) = file {
                file.rows = Some(rows);
            }
        });
    }

    /// Makes an importer of the table and the decided columns; says whether the run is still wanted.
    async fn prepare(&self, run: u64) -> Result<bool, Trouble> {
        let Some(Ok(mapping)) = self.proposal.with_untracked(|proposal| proposal.as_ref().map(|it| it.mapping()))
        else {
            return Ok(false);
        };
        if let Some(proposal) = self.proposal.get_untracked() {
            profiles::keep(self.workspace.name(), proposal.profile());
        }
        self.workspace.complete().await;
        let kept = self.table.borrow_mut().take();
        let mut table = match kept {
            Some(table) => table,
            None => {
                let Some(source) = self.source.borrow().clone() else { return Ok(false) };
                let Some(table) = self.read_table(&source, run).await? else { return Ok(false) };
                table
            }
        };
        let Some(file) = self.file.get_untracked() else { return Ok(false) };
        table.use_header(file.header);
        let dictionary = Arc::new(self.workspace.read_once(|book| Dictionary::built_in().with_records(book)));
        self.dictionary.set(dictionary.clone());
        let importer = Importer::new(table, &mapping, self.options.get_untracked(), dictionary)
            .map_err(|problem| Trouble::Table { name: file.name, problem })?;
        *self.importer.borrow_mut() = Some(importer);
        Ok(self.run.get() == run)
    }

    async fn rehearse(&self, run: u64) {
        let (name, total) = self.file.with_untracked(|file| {
            file.as_ref().map_or_else(Default::default, |file| (file.name.clone(), file.rows.unwrap_or_default()))
        });
        self.workspace.complete().await;
        let mut findings = Findings::default();
        loop {
            let step = {
                let mut importer = self.importer.borrow_mut();
                let Some(importer) = importer.as_mut() else { return };
                let step = self.workspace.read_once(|book| importer.step(book, SLICE_ROWS));
                findings.take_in(importer);
                step
            };
            let progress = match step {
                Ok(progress) => progress,
                Err(problem) => return self.fail(run, Trouble::Table { name, problem }),
            };
            let task = if findings.counts.rows == 0 { Task::Learning } else { Task::Checking };
            if !self.goes_on(run, task, findings.counts.rows as usize, total).await {
                return;
            }
            if progress.is_finished {
                break;
            }
        }
        self.checked_at.set(self.workspace.pulse().get_untracked());
        self.findings.set(Some(Arc::new(findings)));
        self.end(run);
    }
}

/// Counts some rows with anything in them; says whether there are more.
fn count_slice(table: &mut Table, rows: &mut usize) -> bool {
    for _ in 0..SLICE_ROWS {
        let Some(row) = table.next_row() else { return false };
        if row.cells.iter().any(|cell| !cell.trim().is_empty()) {
            *rows += 1;
        }
    }
    true
}

/// Whether the file is a backup rather than a table.
fn is_backup(name: &str, bytes: &[u8]) -> bool {
    bytes.starts_with(br#"{"format":"kehu-snapshot""#) || name.to_lowercase().ends_with(".json")
}
