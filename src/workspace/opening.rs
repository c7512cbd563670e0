//! Opening a workspace: hot records at once, cold ones in slices afterwards, other tabs' commits as they come.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures_util::lock::Mutex;
use kehu_domain::book::Book;
use kehu_domain::change::Change;
use kehu_domain::roster::Roster;
use kehu_domain::search::Index;
use kehu_domain::stamp::{Clock, Stamp};
use kehu_ledger::{journal, read_class};
use kehu_store::{Class, Opening, Store, StoreError, StoreEvent};
use leptos::prelude::*;
use leptos::task::spawn_local;
use send_wrapper::SendWrapper;

use super::agenda::this_minute;
use super::register::Kept;
use super::{Inner, OpenCase, Saved, Saving, Workspace, rhythm};
use crate::device::{Remembered, random_bits};
use crate::moment::{self, breathe, wall_ms};

/// How many bytes of stored records are read at a time at start, and while people work already.
const START_BYTES: usize = 8 << 20;
const BACKGROUND_BYTES: usize = 1 << 20;

/// How many entries of another tab are read at a time.
const KEYS_AT_ONCE: usize = 16;

/// How often the date is looked at, in milliseconds.
const DATE_CHECK_MS: u32 = 30_000;

/// How long after the start the journal is tidied, in milliseconds.
const COMPACT_AFTER_MS: u32 = 4_000;

/// A workspace that opened, and what the store wants to say meanwhile.
#[derive(Clone)]
pub struct Opened {
    /// The workspace.
    pub workspace: Workspace,
    /// A card to show: another tab holds back an upgrade, or runs a newer app.
    pub standing: ArcRwSignal<Option<StoreEvent>>,
}

/// Opens a workspace with its hot records in memory; cold ones follow by themselves.
///
/// # Errors
/// When the storage cannot be opened, or was emptied or written by a newer app; nothing is touched.
pub async fn open(name: &'static str, accept_loss: bool) -> Result<Opened, StoreError> {
    let standing = ArcRwSignal::new(None);
    let ears = Ears::default();
    let opening = Opening::new(name).on_event({
        let (ears, standing) = (ears.clone(), standing.clone());
        move |event| ears.hear(event, &standing)
    });
    let store = Store::open_with(if accept_loss { opening.despite_loss() } else { opening }).await?;
    if accept_loss {
        store.accept_loss().await?;
    }
    let mut book = Book::new();
    let mut clock = Clock::new(random_bits());
    let flaws = read_class(
        &store,
        Class::Hot,
        START_BYTES,
        |change| {
            let _ = clock.observe(change.stamp, wall_ms());
            book.insert(change);
        },
        async || (),
    )
    .await?;
    let workspace = Workspace(SendWrapper::new(Rc::new_cyclic(|own| Inner {
        name,
        store,
        roster: RefCell::new(Roster::new(&book, moment::today(), &rhythm::Handbook)),
        index: RefCell::new(Index::new()),
        doubles: Default::default(),
        register: Kept::register(own),
        book: RefCell::new(book),
        clock: RefCell::new(clock),
        turn: Mutex::new(()),
        pulse: ArcRwSignal::new(0),
        saving: ArcRwSignal::new(Saving::Saved),
        today: ArcRwSignal::new(moment::today()),
        minute: ArcRwSignal::new(this_minute()),
        kept: RefCell::default(),
        person: ArcRwSignal::new(Remembered::Person.read().and_then(|text| text.parse().ok())),
        cold: ArcRwSignal::new(false),
        integrity: ArcRwSignal::new(flaws),
        asked_to_persist: Cell::new(false),
        taking: Cell::new(0),
        own: RefCell::default(),
        on_saved: RefCell::default(),
        cleansed: Cell::new(0),
    })));
    ears.wake(&workspace);
    workspace.follow_the_date();
    spawn_local(workspace.clone().settle_in());
    Ok(Opened { workspace, standing })
}

/// Hears the store from before the workspace is there, and passes on what came too early.
#[derive(Clone, Default)]
struct Ears(Rc<RefCell<(Option<Workspace>, Vec<String>)>>);

impl Ears {
    fn hear(&self, event: StoreEvent, standing: &ArcRwSignal<Option<StoreEvent>>) {
        match event {
            StoreEvent::Committed { keys, is_arrival } => {
                let workspace = self.0.borrow().0.clone();
                let saved = if is_arrival { Saved::Arrived } else { Saved::Elsewhere(keys.len()) };
                match workspace {
                    Some(workspace) => spawn_local(async move { workspace.take_from_tab(&keys, saved).await }),
                    None => self.0.borrow_mut().1.extend(keys),
                }
            }
            other => standing.set(Some(other)),
        }
    }

    fn wake(&self, workspace: &Workspace) {
        let early = {
            let mut ears = self.0.borrow_mut();
            ears.0 = Some(workspace.clone());
            std::mem::take(&mut ears.1)
        };
        if !early.is_empty() {
            let workspace = workspace.clone();
            spawn_local(async move { workspace.take_from_tab(&early, Saved::Elsewhere(early.len())).await });
        }
    }
}

impl Workspace {
    /// What follows the first list: the search index, the cold records, and a tidy journal.
    async fn settle_in(self) {
        self.index_all().await;
        self.0.pulse.update(|pulse| *pulse += 1);
        self.read_cold().await;
        if let Err(problem) = self.cleanse().await {
            leptos::logging::warn!("what was erased still lies in the store: {problem}");
        }
        self.care_for_the_day().await;
        gloo_timers::future::TimeoutFuture::new(COMPACT_AFTER_MS).await;
        if let Err(problem) = self.0.store.compact().await {
            leptos::logging::warn!("the journal could not be tidied: {problem}");
        }
    }

    /// Plans the day's care and makes the app's own moves whose time has come; what cannot be saved now is planned at the next start.
    async fn care_for_the_day(&self) {
        if let Err(problem) = self.plan_care().await {
            leptos::logging::warn!("care could not be planned: {problem}");
        }
        // Most steps wait for people and follow nothing: those are not looked at again at every start.
        let is_followed = |case: &std::rc::Rc<OpenCase>| case.waits_for_app() || case.follows_records();
        for case in self.open_cases().into_iter().filter(is_followed) {
            if let Err(problem) = self.make_app_moves(case.id).await {
                leptos::logging::warn!("a move of the app could not be saved: {problem}");
            }
            breathe().await;
        }
    }

    /// Brings the cold records into memory, in slices between which the page answers.
    async fn read_cold(&self) {
        let result = read_class(
            &self.0.store,
            Class::Cold,
            BACKGROUND_BYTES,
            |change| {
                let _ = self.0.clock.borrow_mut().observe(change.stamp, wall_ms());
                self.0.book.borrow_mut().insert(change);
            },
            breathe,
        )
        .await;
        match result {
            Ok(flaws) => self.0.integrity.update(|all| {
                all.damaged += flaws.damaged;
                all.missing += flaws.missing;
            }),
            Err(problem) => self.0.saving.set(Saving::NotSaved(problem)),
        }
        self.0.cold.set(true);
        self.0.pulse.update(|pulse| *pulse += 1);
    }

    async fn take_from_tab(&self, keys: &[String], saved: Saved) {
        self.0.taking.set(self.0.taking.get() + 1);
        self.tell_saved(saved);
        self.take_slowly(keys).await;
        self.0.taking.set(self.0.taking.get() - 1);
    }

    /// Folds what another tab or the worker has saved, in slices between which the page answers.
    async fn take_slowly(&self, keys: &[String]) {
        let mut parts: Vec<Vec<Change>> = Vec::new();
        for slice in keys.chunks(KEYS_AT_ONCE) {
            match self.0.store.read_keys(slice).await {
                Ok(found) => {
                    for entry in &found.entries {
                        let part = journal::changes(&entry.body).0;
                        self.observe(&part);
                        parts.push(part);
                        breathe().await;
                    }
                }
                Err(problem) => return self.0.saving.set(Saving::NotSaved(problem)),
            }
        }
        self.take_in(parts).await;
        if let Err(problem) = self.0.store.witness().await {
            leptos::logging::warn!("the sentinel could not be raised: {problem}");
        }
    }

    fn observe(&self, changes: &[Change]) {
        let (mut clock, now) = (self.0.clock.borrow_mut(), wall_ms());
        for change in changes {
            // One too far ahead does not move our clock.
            let _ = clock.observe(change.stamp, now);
        }
    }

    /// Waits until what the worker has saved as `act` is in memory and on screen.
    pub async fn has_taken(&self, act: Stamp) {
        while self.read_once(|book| book.newest() < act) || self.0.taking.get() > 0 {
            gloo_timers::future::TimeoutFuture::new(20).await;
        }
        self.ask_to_persist();
    }

    fn follow_the_date(&self) {
        let (today, workspace) = (self.0.today.clone(), self.clone());
        spawn_local(async move {
            loop {
                gloo_timers::future::TimeoutFuture::new(DATE_CHECK_MS).await;
                let date = moment::today();
                let is_new_day = today.get_untracked() != date;
                if is_new_day {
                    today.set(date);
                    workspace.rebuild_roster();
                }
                workspace.follow_the_minute();
                if is_new_day {
                    workspace.care_for_the_day().await;
                }
            }
        });
    }
}
