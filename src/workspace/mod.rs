//! The open workspace: records in memory as signals, and the commands that change them.

mod agenda;
mod attachments;
mod care;
mod case_view;
mod cases;
mod doubles;
mod erasing;
mod exports;
mod finding;
mod grading;
mod lookups;
mod opening;
mod register;
mod rhythm;
mod rules;
mod templates;
mod undo;
mod watch;

use std::cell::{Cell, Ref, RefCell, RefMut};
use std::rc::Rc;

use chrono::{NaiveDate, NaiveDateTime};
use futures_util::lock::Mutex;
use kehu_domain::book::Book;
use kehu_domain::change::{Act, Change, FORGOTTEN};
use kehu_domain::expr::Register;
use kehu_domain::kind;
use kehu_domain::roster::{Roster, customers_of};
use kehu_domain::search::Index;
use kehu_domain::stamp::{Clock, RecordId, Stamp};
use kehu_ledger::Flaws;
use kehu_ledger::identity::{WORKSPACE_RECORD, name_workspace};
use kehu_store::{Store, StoreError};
use leptos::prelude::*;
use send_wrapper::SendWrapper;

use crate::device::Remembered;
use crate::moment;

pub use attachments::{AttachProblem, Attached};
pub use case_view::{OpenCase, documents, posts, staff_name};
pub use cases::{MoveProblem, TASK, TEMPLATE_VERSION};
pub use doubles::Swept;
pub use erasing::Consequences;
pub use exports::{Source, Worked};
pub use grading::{
    GradingDone, PARETO, RFM_CELL, RFM_INDEX, latest_score, reasons, two_decimals, value_card_in_force, value_card_of,
};
pub use lookups::{erased, lookups, record_name};
pub use opening::{Opened, open};
pub use rules::{rules, scorecards};
pub use templates::{PROPOSERS, Refused, in_force, refused, template_by};
pub use undo::{Reversal, Turn};

/// What the save light says.
#[derive(Clone, Debug, PartialEq)]
pub enum Saving {
    /// Everything done is durable on this device.
    Saved,
    /// A save is on its way.
    UnderWay,
    /// The last save failed; what was to be saved is still on the screen.
    NotSaved(StoreError),
}

/// Something that has been saved.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Saved {
    /// By this tab: how many changes.
    Here(usize),
    /// By another tab or a worker: how many entries of the store.
    Elsewhere(usize),
    /// By the worker, which had it from another device.
    Arrived,
}

type OnSaved = Rc<dyn Fn(Saved)>;

/// A handle to the open workspace; cheap to clone, provided as context below the shell.
#[derive(Clone)]
pub struct Workspace(SendWrapper<Rc<Inner>>);

struct Inner {
    name: &'static str,
    store: Store,
    book: RefCell<Book>,
    roster: RefCell<Roster>,
    index: RefCell<Index>,
    doubles: doubles::Known,
    register: Register,
    clock: RefCell<Clock>,
    /// Commits go one after another, so that each sees what the one before it wrote.
    turn: Mutex<()>,
    pulse: ArcRwSignal<u64>,
    saving: ArcRwSignal<Saving>,
    today: ArcRwSignal<NaiveDate>,
    minute: ArcRwSignal<NaiveDateTime>,
    kept: RefCell<agenda::Kept>,
    person: ArcRwSignal<Option<RecordId>>,
    cold: ArcRwSignal<bool>,
    integrity: ArcRwSignal<Flaws>,
    asked_to_persist: Cell<bool>,
    /// How many commits of other tabs are being folded.
    taking: Cell<u32>,
    own: RefCell<undo::OwnActs>,
    on_saved: RefCell<Option<OnSaved>>,
    /// How many values of forgotten records were dropped when the stored bytes were last rid of them.
    cleansed: Cell<usize>,
}

/// The workspace of the page.
///
/// # Panics
/// Outside the shell, which provides it; pages exist only below an open workspace.
#[expect(clippy::expect_used, reason = "pages exist only below an open workspace, which the shell provides")]
pub fn use_workspace() -> Workspace {
    use_context().expect("a page below an open workspace")
}

impl Workspace {
    /// Reads the records; whatever calls this runs again after every commit.
    pub fn read<T>(&self, look: impl FnOnce(&Book) -> T) -> T {
        self.0.pulse.track();
        look(&self.0.book.borrow())
    }

    /// Reads the records once.
    pub fn read_once<T>(&self, look: impl FnOnce(&Book) -> T) -> T {
        look(&self.0.book.borrow())
    }

    /// Reads the customers' lines; whatever calls this runs again after every commit and at midnight.
    pub fn roster<T>(&self, look: impl FnOnce(&Roster) -> T) -> T {
        self.0.pulse.track();
        look(&self.0.roster.borrow())
    }

    /// Reads the customers' lines once.
    pub fn roster_once<T>(&self, look: impl FnOnce(&Roster) -> T) -> T {
        look(&self.0.roster.borrow())
    }

    fn index(&self) -> Ref<'_, Index> {
        self.0.index.borrow()
    }

    fn index_mut(&self) -> RefMut<'_, Index> {
        self.0.index.borrow_mut()
    }

    /// The records, borrowed; keep it no longer than one expression and never across an `.await`.
    pub fn book(&self) -> Ref<'_, Book> {
        self.0.book.borrow()
    }

    /// Rises with every commit here and in other tabs; to derive things that are costly.
    pub fn pulse(&self) -> ArcRwSignal<u64> {
        self.0.pulse.clone()
    }

    /// What the save light says.
    pub fn saving(&self) -> ArcRwSignal<Saving> {
        self.0.saving.clone()
    }

    /// Whether orders, old scores and the like are in memory yet.
    pub fn is_complete(&self) -> ArcRwSignal<bool> {
        self.0.cold.clone()
    }

    /// Waits until the cold records are in memory.
    pub async fn complete(&self) {
        while !self.0.cold.get_untracked() {
            gloo_timers::future::TimeoutFuture::new(20).await;
        }
    }

    /// Hears of everything that is saved from now on.
    pub fn on_saved(&self, hear: impl Fn(Saved) + 'static) {
        self.0.on_saved.replace(Some(Rc::new(hear)));
    }

    fn tell_saved(&self, saved: Saved) {
        let hear = self.0.on_saved.borrow().clone();
        if let Some(hear) = hear {
            hear(saved);
        }
    }

    /// What of the stored data is damaged or missing; it is left where it is.
    pub fn integrity(&self) -> ArcRwSignal<Flaws> {
        self.0.integrity.clone()
    }

    /// Today in Shanghai; turns at midnight.
    pub fn today(&self) -> NaiveDate {
        self.0.today.get()
    }

    /// Who works here; [`kehu_domain::book::SYSTEM`] until somebody has said so.
    pub fn person(&self) -> RecordId {
        self.0.person.get().unwrap_or(kehu_domain::book::SYSTEM)
    }

    /// Who works here, asked once.
    fn person_once(&self) -> RecordId {
        self.0.person.get_untracked().unwrap_or_default()
    }

    /// Says who works here on this device.
    pub fn set_person(&self, person: RecordId) {
        Remembered::Person.write(&person.to_string());
        self.0.person.set(Some(person));
    }

    /// What the company is called; empty until somebody has said so.
    pub fn company(&self) -> String {
        self.read(|book| {
            book.get(SETTINGS_RECORD).map(|settings| settings.text(kind::NAME).to_owned()).unwrap_or_default()
        })
    }

    /// Which workspace this is: [`crate::device::MAIN`] or [`crate::device::DEMO`].
    pub fn name(&self) -> &'static str {
        self.0.name
    }

    /// The storage below, for drafts and its health.
    pub fn store(&self) -> Store {
        self.0.store.clone()
    }

    /// The workspace's identity, written into its backups; empty before anything was saved.
    pub fn id(&self) -> String {
        self.read_once(|book| {
            book.get(WORKSPACE_RECORD).map(|record| record.text(kind::WORKSPACE_ID).to_owned()).unwrap_or_default()
        })
    }

    /// Does one thing as one act: builds its changes, saves them durably, then shows them.
    ///
    /// Gives the act's stamp, by which it can be undone; `None` when nothing really changed.
    ///
    /// # Errors
    /// When it could not be saved; memory and screen stay as they were.
    pub async fn commit(&self, build: impl FnOnce(&Book, &mut Act<'_>)) -> Result<Option<Stamp>, StoreError> {
        self.commit_with_drafts(&[], build).await
    }

    /// Like [`Workspace::commit`]; the drafts that became records go in the same transaction.
    ///
    /// # Errors
    /// When it could not be saved; memory, screen and drafts stay as they were.
    pub async fn commit_with_drafts(
        &self,
        drafts: &[String],
        build: impl FnOnce(&Book, &mut Act<'_>),
    ) -> Result<Option<Stamp>, StoreError> {
        self.commit_by(self.person_once(), drafts, build).await
    }

    /// Like [`Workspace::commit_with_drafts`], in the name of `author`: the person of this device, or the app itself.
    async fn commit_by(
        &self,
        author: RecordId,
        drafts: &[String],
        build: impl FnOnce(&Book, &mut Act<'_>),
    ) -> Result<Option<Stamp>, StoreError> {
        let turn = self.0.turn.lock().await;
        let changes = {
            let (book, mut clock) = (self.0.book.borrow(), self.0.clock.borrow_mut());
            let mut act = Act::begin(&mut clock, moment::wall_ms(), author);
            self.name_workspace(&book, &mut act);
            build(&book, &mut act);
            act.finish()
        };
        let stamp = changes.first().map(|change| change.act);
        self.save(changes, drafts).await?;
        self.note_own(author, stamp);
        drop(turn);
        self.ask_to_persist();
        Ok(stamp)
    }

    /// Like [`Workspace::commit`] for much work: `build` may breathe, and other commits wait for it.
    ///
    /// # Errors
    /// When it could not be saved; nothing of it was.
    pub async fn commit_slowly(
        &self,
        build: impl AsyncFnOnce(&Self, &mut Act<'_>),
    ) -> Result<Option<Stamp>, StoreError> {
        let person = self.person_once();
        let stamp = self.commit_slowly_by(person, build).await?;
        self.note_own(person, stamp);
        Ok(stamp)
    }

    /// Like [`Workspace::commit_slowly`], in the name of `author`: the person of this device, or the app itself.
    async fn commit_slowly_by(
        &self,
        author: RecordId,
        build: impl AsyncFnOnce(&Self, &mut Act<'_>),
    ) -> Result<Option<Stamp>, StoreError> {
        let turn = self.0.turn.lock().await;
        // A copy runs ahead while the page answers; the clock itself catches up at the end.
        let mut clock = self.0.clock.borrow().clone();
        let mut act = Act::begin(&mut clock, moment::wall_ms(), author);
        self.name_workspace(&self.book(), &mut act);
        build(self, &mut act).await;
        let changes = act.finish();
        if let Some(last) = changes.last() {
            let _ = self.0.clock.borrow_mut().observe(last.stamp, moment::wall_ms());
        }
        let stamp = changes.first().map(|change| change.act);
        self.save(changes, &[]).await?;
        drop(turn);
        self.ask_to_persist();
        Ok(stamp)
    }

    /// Fills a new workspace with changes made elsewhere, such as those of the demo company.
    ///
    /// # Errors
    /// When they could not be saved; the workspace stays empty.
    pub async fn found(&self, changes: Vec<Change>) -> Result<(), StoreError> {
        let turn = self.0.turn.lock().await;
        let mut all = {
            let mut clock = self.0.clock.borrow_mut();
            let mut act = Act::begin(&mut clock, moment::wall_ms(), kehu_domain::book::SYSTEM);
            self.name_workspace(&self.book(), &mut act);
            act.finish()
        };
        all.extend(changes);
        // One transaction: a page closed half-way leaves an empty workspace, which is founded again.
        self.save(all, &[]).await?;
        drop(turn);
        self.plan_care().await?;
        Ok(())
    }

    /// Saves changes durably, then folds them into memory and tells the screen.
    async fn save(&self, changes: Vec<Change>, drafts: &[String]) -> Result<(), StoreError> {
        if changes.is_empty() && drafts.is_empty() {
            return Ok(());
        }
        self.0.saving.set(Saving::UnderWay);
        let entries = kehu_ledger::journal::entries(&changes, moment::breathe).await;
        match self.0.store.append(entries, drafts).await {
            Ok(()) => {
                self.tell_saved(Saved::Here(changes.len()));
                self.take_in(vec![changes]).await;
                self.0.saving.set(Saving::Saved);
                Ok(())
            }
            Err(problem) => {
                self.0.saving.set(Saving::NotSaved(problem.clone()));
                Err(problem)
            }
        }
    }

    /// Folds changes that are durable into memory, in slices, and then tells the screen.
    async fn take_in(&self, parts: Vec<Vec<Change>>) {
        let mut touched: Vec<RecordId> = Vec::with_capacity(parts.iter().map(Vec::len).sum());
        for part in parts {
            let mut changes = part.into_iter();
            loop {
                let slice: Vec<Change> = changes.by_ref().take(FOLD_SLICE).collect();
                if slice.is_empty() {
                    break;
                }
                touched.extend(self.about_to_be_forgotten(&slice));
                {
                    let mut book = self.0.book.borrow_mut();
                    for change in slice {
                        touched.push(change.record);
                        book.insert(change);
                    }
                }
                moment::breathe().await;
            }
        }
        touched.dedup();
        for slice in touched.chunks(FOLD_SLICE) {
            self.forget_rows(slice);
            self.plan_care_again(slice);
            moment::breathe().await;
        }
        self.refresh_roster(&touched).await;
        self.0.pulse.update(|pulse| *pulse += 1);
        if let Err(problem) = self.cleanse().await {
            leptos::logging::warn!("what was erased still lies in the store: {problem}");
        }
    }

    /// The customers whose lines the forgetting of records concerns, before it is done: then nobody knows any more whose they were.
    fn about_to_be_forgotten(&self, changes: &[Change]) -> Vec<RecordId> {
        let forgets = |change: &&Change| change.set.get(FORGOTTEN).is_some();
        let records: Vec<RecordId> = changes.iter().filter(forgets).map(|change| change.record).collect();
        if records.is_empty() {
            return records;
        }
        self.forget_rows(&records);
        self.read_once(|book| records.iter().flat_map(|record| customers_of(book, *record)).collect())
    }

    /// Works out the lines of the customers whom these records concern, and where they are found.
    async fn refresh_roster(&self, touched: &[RecordId]) {
        let today = self.0.today.get_untracked();
        let mut customers: Vec<RecordId> = Vec::new();
        let mut cased = agenda::Concerned::default();
        for slice in touched.chunks(FOLD_SLICE) {
            self.read_once(|book| {
                customers.extend(slice.iter().flat_map(|record| customers_of(book, *record)));
                slice.iter().for_each(|record| cased.add(book, *record));
            });
            customers.dedup();
            moment::breathe().await;
        }
        customers.sort_unstable();
        customers.dedup();
        for slice in customers.chunks(FOLD_SLICE) {
            {
                let book = self.0.book.borrow();
                self.0.roster.borrow_mut().refresh(&book, slice.iter().copied(), today, &rhythm::Handbook);
            }
            moment::breathe().await;
        }
        self.refresh_cases(cased);
        self.index_some(&customers).await;
        self.know_doubles_again(&customers).await;
    }

    /// Works out every line, as at start and at midnight.
    fn rebuild_roster(&self) {
        let today = self.0.today.get_untracked();
        *self.0.roster.borrow_mut() = Roster::new(&self.0.book.borrow(), today, &rhythm::Handbook);
        self.forget_cases();
        self.0.pulse.update(|pulse| *pulse += 1);
    }

    /// The first act of a workspace gives it its identity; one whose identity may only be damaged is given no other.
    fn name_workspace(&self, book: &Book, act: &mut Act<'_>) {
        if self.0.integrity.get_untracked().is_whole() {
            name_workspace(book, act, crate::device::random_bits);
        }
    }

    /// Asks the browser, once per run and after a real save, to keep our data when room gets short.
    fn ask_to_persist(&self) {
        if !self.0.asked_to_persist.replace(true) {
            leptos::task::spawn_local(async {
                kehu_store::persist().await;
            });
        }
    }
}

/// How many changes are folded into memory before the page may answer.
const FOLD_SLICE: usize = 512;

/// The record that holds the workspace's settings.
pub const SETTINGS_RECORD: RecordId = RecordId::fixed(2);
