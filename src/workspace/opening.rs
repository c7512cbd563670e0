//! Opening a workspace: hot records at once, cold ones in slices afterwards, other tabs' commits as they come.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use futures_util::lock::Mutex;
use kehu_domain::book::Book;
use kehu_domain::roster::Roster;
use kehu_domain::stamp::Clock;
use kehu_store::{Class, Store, StoreError, StoreEvent};
use leptos::prelude::*;
use leptos::task::spawn_local;
use send_wrapper::SendWrapper;

use super::{Inner, Saving, Workspace, journal};
use crate::device::{Remembered, random_bits};
use crate::moment::{self, breathe, wall_ms};

/// How many bytes of stored records are read at a time at start, and while people work already.
const START_BYTES: usize = 8 << 20;
const BACKGROUND_BYTES: usize = 1 << 20;

/// How often the date is looked at, in milliseconds.
const DATE_CHECK_MS: u32 = 30_000;

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
    let store = if accept_loss { Store::open_anyway(name).await? } else { Store::open(name).await? };
    let mut book = Book::new();
    let mut clock = Clock::new(random_bits());
    let damaged = read_class(&store, Class::Hot, START_BYTES, |change| {
        let _ = clock.observe(change.stamp, wall_ms());
        book.insert(change);
    })
    .await?;
    let workspace = Workspace(SendWrapper::new(Rc::new(Inner {
        name,
        store: store.clone(),
        roster: RefCell::new(Roster::new(&book, moment::today(), &super::rhythm::Handbook)),
        book: RefCell::new(book),
        clock: RefCell::new(clock),
        turn: Mutex::new(()),
        pulse: ArcRwSignal::new(0),
        saving: ArcRwSignal::new(Saving::Saved),
        today: ArcRwSignal::new(moment::today()),
        person: ArcRwSignal::new(Remembered::Person.read().and_then(|text| text.parse().ok())),
        cold: ArcRwSignal::new(false),
        damaged: ArcRwSignal::new(damaged),
        asked_to_persist: Cell::new(false),
    })));
    let standing = ArcRwSignal::new(None);
    workspace.listen(&store, standing.clone());
    workspace.follow_the_date();
    spawn_local(workspace.clone().read_cold());
    Ok(Opened { workspace, standing })
}

impl Workspace {
    /// Brings the cold records into memory, in slices between which the page answers.
    async fn read_cold(self) {
        let result = read_class(&self.0.store, Class::Cold, BACKGROUND_BYTES, |change| {
            let _ = self.0.clock.borrow_mut().observe(change.stamp, wall_ms());
            self.0.book.borrow_mut().insert(change);
        })
        .await;
        match result {
            Ok(damaged) => self.0.damaged.update(|count| *count += damaged),
            Err(problem) => self.0.saving.set(Saving::NotSaved(problem)),
        }
        self.0.cold.set(true);
        self.0.pulse.update(|pulse| *pulse += 1);
    }

    /// Folds what other tabs commit, and passes on what the store says about itself.
    fn listen(&self, store: &Store, standing: ArcRwSignal<Option<StoreEvent>>) {
        let workspace = self.clone();
        store.on_event(move |event| match event {
            StoreEvent::Committed { keys } => {
                let workspace = workspace.clone();
                spawn_local(async move { workspace.take_from_tab(&keys).await });
            }
            other => standing.set(Some(other)),
        });
    }

    async fn take_from_tab(&self, keys: &[String]) {
        match self.0.store.read_keys(keys).await {
            Ok(slice) => {
                let mut all = Vec::new();
                for entry in slice.entries {
                    all.extend(journal::changes(&entry.body).0);
                }
                {
                    let mut clock = self.0.clock.borrow_mut();
                    for change in &all {
                        let _ = clock.observe(change.stamp, wall_ms());
                    }
                }
                self.take_in(all).await;
            }
            Err(problem) => self.0.saving.set(Saving::NotSaved(problem)),
        }
    }

    fn follow_the_date(&self) {
        let (today, workspace) = (self.0.today.clone(), self.clone());
        spawn_local(async move {
            loop {
                gloo_timers::future::TimeoutFuture::new(DATE_CHECK_MS).await;
                let date = moment::today();
                if today.get_untracked() != date {
                    today.set(date);
                    workspace.rebuild_roster();
                }
            }
        });
    }
}

/// Reads every change of a class, verified; gives the number of pieces that could not be read.
async fn read_class(
    store: &Store,
    class: Class,
    slice_bytes: usize,
    mut take: impl FnMut(kehu_domain::change::Change),
) -> Result<usize, StoreError> {
    let mut after = None;
    let mut damaged = 0;
    loop {
        let slice = store.read(class, after.as_ref(), slice_bytes).await?;
        damaged += slice.damaged.len();
        for entry in slice.entries {
            let (changes, unreadable) = journal::changes(&entry.body);
            damaged += unreadable;
            changes.into_iter().for_each(&mut take);
            if class == Class::Cold {
                breathe().await;
            }
        }
        match slice.next {
            Some(next) => after = Some(next),
            None => return Ok(damaged),
        }
    }
}
