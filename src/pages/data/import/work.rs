//! The errands of an import: the worker has the table and does the work, the page shows what comes of it.

use std::sync::Arc;

use futures_util::future::abortable;
use kehu_domain::dictionary::Dictionary;
use kehu_domain::import::file::MAX_FILE_BYTES;
use kehu_domain::import::{Found, ImportError, List, Options};
use kehu_domain::text::Lang;
use kehu_ledger::errand::{Ask, Failure, Step as Extent};
use kehu_ledger::import::{Check, Checked, ImportAsk, Seen, Unopened, Written, stage};
use leptos::prelude::*;
use leptos::task::spawn_local;
use serde::de::DeserializeOwned;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Blob, File};

use super::wizard::{Imported, Step, Task, Trouble, Wizard};
use crate::exchange::Worker;

/// How many rows of a list are asked for at once.
pub const PAGE: usize = 50;

type Opened = Result<Seen, Unopened>;

impl Wizard {
    /// Opens a file; only where one is chosen.
    pub fn open(&self, file: File, lang: Lang) {
        if self.step.get_untracked() != Step::File {
            return;
        }
        let wizard = self.clone();
        spawn_local(async move {
            let run = wizard.begin(Task::Reading);
            wizard.forget();
            let facts = (file.name(), file.size() as u64);
            if file.size() > MAX_FILE_BYTES as f64 {
                let problem = ImportError::TooLarge { bytes: file.size() as usize };
                return wizard.fail(run, Trouble::Table { name: facts.0, problem });
            }
            if let Some((opened, _)) = wizard.ask::<Opened>(run, ImportAsk::Open(lang), &[file.into()]).await {
                wizard.take_opened(run, facts, opened).await;
            }
        });
    }

    /// Takes another sheet of the workbook.
    pub fn set_sheet(&self, place: usize, lang: Lang) {
        let Some(facts) = self.file.with_untracked(|file| file.as_ref().map(|file| (file.name.clone(), file.bytes)))
        else {
            return;
        };
        let wizard = self.clone();
        spawn_local(async move {
            let run = wizard.begin(Task::Reading);
            if let Some((opened, _)) = wizard.ask::<Opened>(run, ImportAsk::Sheet(place, lang), &[]).await {
                wizard.take_opened(run, facts, opened).await;
            }
        });
    }

    async fn take_opened(&self, run: u64, facts: (String, u64), opened: Opened) {
        let name = facts.0.clone();
        match opened {
            Ok(seen) => {
                let is_recognised = self.take_table(facts, seen);
                self.count(run).await;
                self.end(run);
                if !is_recognised {
                    self.trouble.set(Some(Trouble::Table { name, problem: ImportError::NoHeader }));
                }
            }
            Err(Unopened::Table(problem)) => self.fail(run, Trouble::Table { name, problem }),
            Err(Unopened::Workbook(words)) => self.fail(run, Trouble::Workbook { name, words }),
        }
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

    /// Counts the rows below the headings that have anything in them.
    async fn count(&self, run: u64) {
        let header = self.file.with_untracked(|file| file.as_ref().map_or(0, |file| file.header));
        let Some((rows, _)) = self.ask::<u64>(run, ImportAsk::Header(header), &[]).await else { return };
        self.file.update(|file| {
            if let Some(file) = file {
                file.rows = usize::try_from(rows).ok();
            }
        });
    }

    /// Rehearses the import as columns and rules are decided now.
    pub fn check(&self) {
        self.go(Step::Check);
        self.findings.set(None);
        self.check_again();
    }

    /// Rehearses again; the earlier findings stay in sight until the new ones are there.
    pub fn check_again(&self) {
        let Some(Ok(mapping)) = self.proposal.with_untracked(|proposal| proposal.as_ref().map(|it| it.mapping()))
        else {
            return;
        };
        let wizard = self.clone();
        spawn_local(async move {
            let run = wizard.begin(Task::Learning);
            wizard.remember(false);
            // What is still being read in would otherwise seem to change behind the rehearsal.
            wizard.workspace.complete().await;
            wizard
                .dictionary
                .set(Arc::new(wizard.workspace.read_once(|book| Dictionary::built_in().with_records(book))));
            let checked_at = wizard.workspace.pulse().get_untracked();
            let options = wizard.options.get_untracked();
            wizard.unjudged.set(0);
            let workspace = wizard.workspace.name().to_owned();
            let ask = ImportAsk::Check(Box::new(Check { workspace, mapping, options }));
            let Some((checked, _)) = wizard.ask::<Result<Checked, ImportError>>(run, ask, &[]).await else { return };
            match checked {
                Ok(checked) => {
                    wizard.checked_at.set(checked_at);
                    wizard.findings.set(Some(Arc::new(checked)));
                    wizard.end(run);
                }
                Err(problem) => {
                    let name = wizard.options.with_untracked(|options| options.file.clone());
                    wizard.fail(run, Trouble::Table { name, problem });
                }
            }
        });
    }

    /// Changes a rule and rehearses again.
    pub fn decide(&self, change: impl FnOnce(&mut Options)) {
        self.options.update(change);
        self.check_again();
    }

    /// Some rows of a list; none when the worker has gone.
    pub async fn page(&self, list: List, start: usize) -> Vec<Found> {
        let Some(worker) = self.worker.borrow().clone() else { return Vec::new() };
        let ask = Ask::Import(ImportAsk::Page { list, start, count: PAGE });
        worker.ask::<Vec<Found>>(&ask, &[], |_| ()).await.map(|(page, _)| page).unwrap_or_default()
    }

    /// The refused rows as a file.
    ///
    /// # Errors
    /// What the worker says.
    pub async fn refused(&self, lang: Lang) -> Result<Blob, Failure> {
        let worker = self.worker.borrow().clone().ok_or(Failure::Lost)?;
        let ((), files) = worker.ask(&Ask::Import(ImportAsk::Refused(lang)), &[], |_| ()).await?;
        files.into_iter().next().and_then(|file| file.dyn_into().ok()).ok_or(Failure::Strange)
    }

    /// Writes what was rehearsed, as one act.
    pub fn write(&self) {
        if self.busy.get_untracked().is_some() {
            return;
        }
        let wizard = self.clone();
        spawn_local(async move {
            let run = wizard.begin(Task::Writing);
            let names = wizard.workspace.integrity().get_untracked().is_whole();
            let author = untrack(|| wizard.workspace.person());
            match wizard.ask::<Written>(run, ImportAsk::Write { author, names }, &[]).await {
                Some((Written::Saved(act), _)) => {
                    wizard.report(run, Task::Saving, 0, 0);
                    if let Some(act) = act {
                        wizard.workspace.has_taken(act).await;
                    }
                    wizard.take_written(act);
                    wizard.end(run);
                }
                Some((Written::Stale, _)) => {
                    wizard.end(run);
                    wizard.check_again();
                }
                // What was collected is spent; only a new rehearsal can be written.
                None => wizard.findings.set(None),
            }
        });
    }

    fn take_written(&self, act: Option<kehu_domain::stamp::Stamp>) {
        self.remember(true);
        let counts = self.findings.with_untracked(|findings| findings.as_ref().map(|findings| findings.counts));
        let options = self.options.get_untracked();
        let kind = self.file.with_untracked(|file| file.as_ref().map(|file| file.kind));
        self.imported.set(kind.map(|kind| Imported {
            file: options.file,
            tag: options.tag,
            counts: counts.unwrap_or_default(),
            kind,
            act,
        }));
        self.go(Step::Done);
    }

    pub(super) fn fail(&self, run: u64, trouble: Trouble) {
        if self.run.get() == run {
            self.busy.set(None);
            self.trouble.set(Some(trouble));
        }
    }

    /// Asks the worker, which is started first where there is none; `None` when the run was given up or failed.
    async fn ask<T: DeserializeOwned>(&self, run: u64, ask: ImportAsk, files: &[JsValue]) -> Option<(T, Vec<JsValue>)> {
        let worker = match self.worker().await {
            Ok(worker) => worker,
            Err(failure) => {
                self.fail(run, Trouble::Work(failure));
                return None;
            }
        };
        let is_write = matches!(ask, ImportAsk::Write { .. });
        let hear = {
            let wizard = self.clone();
            move |extent: Extent| {
                let (task, done, total) = extent_of(extent);
                wizard.report(run, task, done, total);
            }
        };
        let ask = Ask::Import(ask);
        let (asked, handle) = abortable(worker.ask::<T>(&ask, files, hear));
        // A write that has begun is finished, whoever looks on.
        self.asking.replace((!is_write).then_some(handle));
        let answer = asked.await.ok()?;
        match answer {
            Ok(answer) => (self.run.get() == run).then_some(answer),
            Err(failure) => {
                if failure == Failure::Lost {
                    // One that has ended takes the table with it.
                    *self.worker.borrow_mut() = None;
                }
                self.fail(run, Trouble::Work(failure));
                None
            }
        }
    }

    async fn worker(&self) -> Result<Worker, Failure> {
        if let Some(worker) = self.worker.borrow().clone() {
            return Ok(worker);
        }
        let worker = Worker::start().await?;
        Ok(self.worker.borrow_mut().get_or_insert(worker).clone())
    }
}

/// How far the worker is, in the page's words.
fn extent_of(Extent { stage, done, total }: Extent) -> (Task, usize, usize) {
    let task = match stage {
        stage::READING => Task::Reading,
        stage::COUNTING => Task::Counting,
        stage::LEARNING => Task::Learning,
        stage::CHECKING => Task::Checking,
        stage::WRITING => Task::Writing,
        _ => Task::Saving,
    };
    (task, usize::try_from(done).unwrap_or(usize::MAX), usize::try_from(total).unwrap_or(usize::MAX))
}
