//! What the import page knows: the file, what its columns mean, what the rehearsal found, and what came of it.

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use futures_util::future::AbortHandle;
use kehu_domain::dictionary::Dictionary;
use kehu_domain::import::{
    Counts, Encoding, ImportError, Options, Origin, Proposal, Remembered, Use, default_tag, recognise,
};
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::stamp::Stamp;
use kehu_ledger::errand::Failure;
use kehu_ledger::import::{Checked, Seen};
use leptos::prelude::*;
use send_wrapper::SendWrapper;

use super::profiles;
use crate::exchange::Worker;
use crate::moment;
use crate::workspace::{Reversal, Workspace};

/// The steps of an import, in order.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Step {
    /// Choosing a file.
    File,
    /// Saying what each column is.
    Columns,
    /// Saying how rows and records meet.
    Rules,
    /// Seeing what would happen.
    Check,
    /// It has happened.
    Done,
}

/// What is known about the chosen file.
#[derive(Clone, Debug, PartialEq)]
pub struct FileFacts {
    /// Its name.
    pub name: String,
    /// Its size in bytes.
    pub bytes: u64,
    /// How it writes characters; `None` unless it is a text.
    pub encoding: Option<Encoding>,
    /// What stands between two cells; `None` unless it is a text.
    pub delimiter: Option<char>,
    /// Where its rows come from.
    pub origin: Origin,
    /// The sheets of a workbook.
    pub sheets: Vec<String>,
    /// Which of them is open, from 0.
    pub sheet: usize,
    /// Its first rows with their numbers.
    pub preview: Vec<(u32, Vec<String>)>,
    /// Which of them, from 0, holds the headings.
    pub header: usize,
    /// How many rows with content stand below the headings; `None` while they are counted.
    pub rows: Option<usize>,
    /// What its rows are.
    pub kind: Key,
}

impl FileFacts {
    /// The headings in use.
    pub fn headers(&self) -> &[String] {
        self.preview.get(self.header).map(|(_, cells)| cells.as_slice()).unwrap_or_default()
    }
}

/// Work that is going on.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Busy {
    /// What is being done.
    pub task: Task,
    /// How much is done, in the task's unit.
    pub done: usize,
    /// How much there is; 0 while that is unknown.
    pub total: usize,
}

/// What takes its time.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Task {
    /// Decoding a file; in bytes.
    Reading,
    /// Counting its rows; in bytes.
    Counting,
    /// Learning what is in the workspace.
    Learning,
    /// Rehearsing; in rows.
    Checking,
    /// Collecting the changes; in records.
    Writing,
    /// Making them durable.
    Saving,
    /// Taking an import back; in records.
    Undoing,
    /// Grading; in customers.
    Grading,
}

/// What went wrong.
#[derive(Clone, Debug, PartialEq)]
pub enum Trouble {
    /// The file is no table that can be imported.
    Table {
        /// Its name.
        name: String,
        /// Why.
        problem: ImportError,
    },
    /// Something is wrong with the workbook.
    Workbook {
        /// Its name.
        name: String,
        /// What, as a sentence.
        words: String,
    },
    /// The work came to nothing; nothing was imported.
    Work(Failure),
}

/// What an import came to.
#[derive(Clone, Debug, PartialEq)]
pub struct Imported {
    /// The file.
    pub file: String,
    /// The batch's tag.
    pub tag: String,
    /// What became of the rows.
    pub counts: Counts,
    /// What kind of records they are.
    pub kind: Key,
    /// The act, by which it can be undone; `None` when nothing changed.
    pub act: Option<Stamp>,
}

/// The state of the page; cheap to clone.
#[derive(Clone)]
pub struct Wizard(SendWrapper<Rc<Inner>>);

/// What the page and its runs share.
pub struct Inner {
    pub(super) workspace: Workspace,
    pub(super) step: ArcRwSignal<Step>,
    pub(super) file: ArcRwSignal<Option<FileFacts>>,
    pub(super) proposal: ArcRwSignal<Option<Proposal>>,
    /// What was decided about the last file with these headings.
    pub(super) remembered: ArcRwSignal<Option<Remembered>>,
    pub(super) options: ArcRwSignal<Options>,
    pub(super) findings: ArcRwSignal<Option<Arc<Checked>>>,
    /// How many cells were put right since the rows were checked.
    pub(super) unjudged: ArcRwSignal<usize>,
    pub(super) imported: ArcRwSignal<Option<Imported>>,
    pub(super) undone: ArcRwSignal<Option<Result<Reversal, Failure>>>,
    pub(super) busy: ArcRwSignal<Option<Busy>>,
    pub(super) trouble: ArcRwSignal<Option<Trouble>>,
    pub(super) dictionary: ArcRwSignal<Arc<Dictionary>>,
    /// The workspace's pulse when the rehearsal ended.
    pub(super) checked_at: Cell<u64>,
    /// The thread that has the table; started with the first file.
    pub(super) worker: RefCell<Option<Worker>>,
    /// Gives up what is asked of it.
    pub(super) asking: RefCell<Option<AbortHandle>>,
    /// Which run is the current one; a run that is not stops by itself.
    pub(super) run: Cell<u64>,
    pub(super) has_moved: Cell<bool>,
    pub(super) wanted: Cell<Option<Key>>,
}

impl std::ops::Deref for Wizard {
    type Target = Inner;

    fn deref(&self) -> &Inner {
        &self.0
    }
}

impl Wizard {
    /// A wizard without a file.
    pub fn new(workspace: Workspace) -> Self {
        Self(SendWrapper::new(Rc::new(Inner {
            workspace,
            step: ArcRwSignal::new(Step::File),
            file: ArcRwSignal::new(None),
            proposal: ArcRwSignal::new(None),
            remembered: ArcRwSignal::new(None),
            options: ArcRwSignal::new(Options::default()),
            findings: ArcRwSignal::new(None),
            unjudged: ArcRwSignal::new(0),
            imported: ArcRwSignal::new(None),
            undone: ArcRwSignal::new(None),
            busy: ArcRwSignal::new(None),
            trouble: ArcRwSignal::new(None),
            dictionary: ArcRwSignal::new(Arc::new(Dictionary::default())),
            checked_at: Cell::new(0),
            worker: RefCell::new(None),
            asking: RefCell::new(None),
            run: Cell::new(0),
            has_moved: Cell::new(false),
            wanted: Cell::new(None),
        })))
    }

    /// The step it is at.
    pub fn step(&self) -> ArcRwSignal<Step> {
        self.step.clone()
    }

    /// What went wrong last, if anything.
    pub fn trouble(&self) -> ArcRwSignal<Option<Trouble>> {
        self.trouble.clone()
    }

    /// Whether something is going on.
    pub fn is_busy(&self) -> bool {
        self.busy.get().is_some()
    }

    /// Whether something is being written, which cannot be stopped.
    pub fn is_writing(&self) -> bool {
        self.busy.read().is_some_and(is_write)
    }

    /// Whether the rehearsal is of what is here now, under the options chosen now.
    pub fn is_checked(&self) -> bool {
        let is_fresh = self.workspace.pulse().get() == self.checked_at.get();
        is_fresh && *self.unjudged.read() == 0 && self.findings.read().is_some()
    }

    /// Goes to a step.
    pub fn go(&self, step: Step) {
        self.has_moved.set(true);
        self.trouble.set(None);
        self.undone.set(None);
        self.step.set(step);
    }

    /// Whether there are rows to go on with.
    pub fn has_rows(&self) -> bool {
        !self.is_busy() && self.file.read().as_ref().is_some_and(|file| file.rows.is_some_and(|rows| rows > 0))
    }

    /// Goes on to the rules.
    pub fn to_rules(&self) {
        self.fit_rules();
        self.go(Step::Rules);
    }

    /// Rehearses under the columns and rules of the last file with these headings; where they no longer do, the columns
    /// are shown.
    pub fn check_as_before(&self) {
        if self.fit_rules() {
            self.check();
        } else {
            self.go(Step::Columns);
        }
    }

    /// A rule that the columns no longer allow becomes the usual one; says whether the columns are in order.
    fn fit_rules(&self) -> bool {
        let mapping = self.proposal.with_untracked(|proposal| proposal.as_ref().and_then(|it| it.mapping().ok()));
        let Some(mapping) = mapping else { return false };
        self.options.update(|options| options.match_by = mapping.allowed(options.match_by));
        true
    }

    /// Forgets what was decided about files with these headings, and asks about the columns again.
    pub fn begin_anew(&self) {
        if let Some(remembered) = self.remembered.get_untracked() {
            profiles::forget(self.workspace.name(), &remembered.profile);
        }
        self.propose();
        self.go(Step::Columns);
    }

    /// Remembers what was decided about the columns, and under which rules such a file was last imported.
    pub(super) fn remember(&self, is_imported: bool) {
        let Some(profile) = self.proposal.with_untracked(|proposal| proposal.as_ref().map(Proposal::profile)) else {
            return;
        };
        let mut remembered = Remembered::from(profile);
        if is_imported {
            remembered.rules = self.options.with_untracked(Options::rules);
            remembered.imported = Some(moment::today().to_string());
        } else if let Some(before) = self.remembered.get_untracked() {
            remembered = Remembered { profile: remembered.profile, ..before };
        }
        profiles::keep(self.workspace.name(), remembered);
    }

    /// Goes back to the rules; what the rehearsal found is given up.
    pub fn back_to_rules(&self) {
        self.go(Step::Rules);
        self.stop();
        self.findings.set(None);
    }

    /// Begins a run and ends the one before it.
    pub(super) fn begin(&self, task: Task) -> u64 {
        let run = self.run.get() + 1;
        self.run.set(run);
        self.trouble.set(None);
        self.busy.set(Some(Busy { task, done: 0, total: 0 }));
        run
    }

    /// Ends a run, unless another has taken its place.
    pub(super) fn end(&self, run: u64) {
        if self.run.get() == run {
            self.busy.set(None);
        }
    }

    /// Stops what is going on; nothing is written that was not.
    pub fn stop(&self) {
        self.run.set(self.run.get() + 1);
        let is_rehearsing = self
            .busy
            .with_untracked(|busy| busy.is_some_and(|busy| matches!(busy.task, Task::Learning | Task::Checking)));
        if is_rehearsing {
            // What an earlier rehearsal found is no longer what would be written.
            self.findings.set(None);
        }
        if let Some(asking) = self.asking.take() {
            asking.abort();
        }
        self.busy.set(None);
    }

    /// The page is left: a rehearsal ends, a write that has begun is finished.
    pub fn leave(&self) {
        if !self.busy.with_untracked(|busy| busy.is_some_and(is_write)) {
            self.stop();
        }
        // Whoever still waits for an answer holds the worker too.
        *self.worker.borrow_mut() = None;
    }

    /// Says how far a run is, whenever that would show.
    pub(super) fn report(&self, run: u64, task: Task, done: usize, total: usize) {
        if self.run.get() != run {
            return;
        }
        let share = |done: usize, total: usize| done * 200 / total.max(1);
        let shown = self.busy.with_untracked(|busy| {
            busy.is_some_and(|busy| busy.task == task && share(busy.done, busy.total) == share(done, total))
        });
        if !shown {
            self.busy.set(Some(Busy { task, done, total }));
        }
    }

    /// Takes another row as the headings.
    pub fn set_header(&self, place: usize) {
        self.file.update(|file| {
            if let Some(file) = file {
                file.header = place;
            }
        });
        self.propose();
        self.count_again();
    }

    /// Takes the rows for another kind of record.
    pub fn set_kind(&self, kind: Key) {
        self.file.update(|file| {
            if let Some(file) = file {
                file.kind = kind;
            }
        });
        self.propose();
    }

    /// Matches the headings anew, and takes the rules of the last file with these headings.
    pub(super) fn propose(&self) {
        let all = profiles::read(self.workspace.name());
        let dictionary = self.dictionary.get_untracked();
        let (proposal, remembered) = self.file.with_untracked(|file| {
            let Some(file) = file else { return (None, None) };
            let known = Remembered::find(&all, &dictionary, file.kind, file.headers());
            let profiles = known.map(|known| std::slice::from_ref(&known.profile)).unwrap_or_default();
            (Proposal::new(&dictionary, file.kind, file.headers(), profiles), known.cloned())
        });
        let rules = remembered.as_ref().map(|remembered| remembered.rules).unwrap_or_default();
        self.options.update(|options| options.follow(rules));
        self.proposal.set(proposal);
        self.remembered.set(remembered);
    }

    /// Decides what becomes of a column.
    pub fn choose(&self, column: usize, decided: Use) {
        self.proposal.update(|proposal| {
            if let Some(proposal) = proposal {
                proposal.choose(column, decided);
            }
        });
    }

    /// Puts a cell right; it is judged when the rows are checked again.
    pub fn correct(&self, row: u32, column: usize, text: String) {
        self.options.update(|options| options.correct(row, column, text));
        self.unjudged.update(|count| *count += 1);
    }

    /// Writes the cells of a row anew; it is judged when the rows are checked again.
    pub fn rewrite(&self, row: u32, cells: Vec<String>) {
        self.options.update(|options| options.rewrite(row, cells));
        self.unjudged.update(|count| *count += 1);
    }

    /// Takes all corrections back and checks again.
    pub fn drop_corrections(&self) {
        self.options.update(Options::drop_corrections);
        self.check_again();
    }

    /// Begins anew with another file, perhaps of a certain kind.
    pub fn start_over(&self, wanted: Option<Key>) {
        self.stop();
        self.forget();
        self.wanted.set(wanted);
        self.go(Step::File);
    }

    /// Forgets the file and everything that came of it.
    pub(super) fn forget(&self) {
        self.file.set(None);
        self.proposal.set(None);
        self.remembered.set(None);
        self.findings.set(None);
        self.imported.set(None);
    }

    /// Takes a table that was opened: what it seems to be, where its headings are, what its columns mean.
    ///
    /// Gives whether headings were recognised.
    pub(super) fn take_table(&self, (name, bytes): (String, u64), seen: Seen) -> bool {
        let dictionary = Arc::new(self.workspace.read_once(|book| Dictionary::built_in().with_records(book)));
        let recognised = recognise(&dictionary, &seen.preview);
        let kind = recognised.map(|(kind, _)| kind).or(self.wanted.get()).unwrap_or(kind::CUSTOMER);
        self.dictionary.set(dictionary);
        let tag = self.workspace.read_once(|book| default_tag(book, moment::today()));
        self.options.set(Options::new(name.as_str(), tag));
        self.file.set(Some(FileFacts {
            name,
            bytes,
            encoding: seen.encoding,
            delimiter: seen.delimiter,
            origin: seen.origin,
            sheets: seen.sheets,
            sheet: seen.sheet,
            preview: seen.preview,
            header: recognised.map_or(0, |(_, place)| place),
            rows: None,
            kind,
        }));
        self.propose();
        recognised.is_some()
    }
}

fn is_write(busy: Busy) -> bool {
    matches!(busy.task, Task::Writing | Task::Saving | Task::Undoing | Task::Grading)
}

/// A part of the wizard as a signal of the view that shows it.
pub fn live<T: Send + Sync + 'static>(source: &ArcRwSignal<T>) -> Signal<T> {
    source.clone().into()
}
