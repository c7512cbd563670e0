//! The records of a workspace as the worker reads them: from the store, like any tab.

use std::cell::RefCell;
use std::rc::Rc;

use gloo_timers::future::TimeoutFuture;
use kehu_domain::arrival::WORKSPACE_RECORD;
use kehu_domain::book::Book;
use kehu_domain::change::Change;
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::stamp::Clock;
use kehu_ledger::errand::Failure;
use kehu_ledger::journal::{self, class_of};
use kehu_ledger::{pace, read_class};
use kehu_store::{Class, Opening, Store, StoreEvent};

use crate::desk::Errand;

/// How many bytes of stored records are read at a time.
const SLICE_BYTES: usize = 4 << 20;

/// Opens the store of a workspace that the page has open.
///
/// # Errors
/// What the browser reports.
pub async fn open(workspace: &str) -> Result<Store, Failure> {
    Ok(Store::open_with(Opening::new(workspace)).await?)
}

/// Reads the records whose kind `wants` into memory; `stage` is what the page is told meanwhile.
///
/// # Errors
/// What the browser reports, or a wish to stop.
pub async fn read(errand: &Errand, store: &Store, stage: u8, wants: impl Fn(Key) -> bool) -> Result<Book, Failure> {
    let mut book = Book::new();
    let totals = store.totals().await?;
    let total = usize::try_from(totals.changes()).unwrap_or(usize::MAX);
    let done = std::cell::Cell::new(0);
    for class in [Class::Hot, Class::Cold] {
        let take = |change: kehu_domain::change::Change| {
            done.set(done.get() + 1);
            if wants(change.kind) {
                book.insert(change);
            }
        };
        read_class(store, class, SLICE_BYTES, take, async || _ = errand.step(stage, done.get(), total).await).await?;
        errand.step(stage, done.get(), total).await?;
    }
    Ok(book)
}

/// The identity of a workspace; empty before anything was saved.
pub fn identity(book: &Book) -> String {
    book.get(WORKSPACE_RECORD).map(|record| record.text(kind::WORKSPACE_ID).to_owned()).unwrap_or_default()
}

/// A clock of the worker's own that has seen everything in `book`.
pub fn clock(book: &Book) -> Clock {
    let mut clock = Clock::new(random_bits());
    // A stamp too far ahead does not move it; the page sets those aside as well.
    _ = clock.observe(book.newest(), pace::wall_ms());
    clock
}

/// The records of some kinds, kept up with what other tabs commit.
pub struct Followed {
    store: Store,
    wanted: Vec<Key>,
    /// The records.
    pub book: Book,
    /// Later than every stamp met.
    pub clock: Clock,
    /// What other tabs have committed and is not yet taken in, by key.
    news: Rc<RefCell<Vec<String>>>,
    /// How many changes should be recorded, if nothing was missed.
    expected: u64,
}

impl Followed {
    /// Opens the store of a workspace and reads the records of the `wanted` kinds.
    ///
    /// # Errors
    /// What the browser reports, or a wish to stop.
    pub async fn read(errand: &Errand, stage: u8, workspace: &str, wanted: Vec<Key>) -> Result<Self, Failure> {
        let store = open(workspace).await?;
        let news = Rc::<RefCell<Vec<String>>>::default();
        store.on_event({
            let news = news.clone();
            move |event| {
                if let StoreEvent::Committed { keys, .. } = event {
                    news.borrow_mut().extend(keys);
                }
            }
        });
        let (book, clock) = (Book::new(), Clock::new(random_bits()));
        let mut followed = Self { store, wanted, book, clock, news, expected: 0 };
        followed.read_all(errand, stage).await?;
        Ok(followed)
    }

    /// Whether the records of these kinds are among those followed.
    pub fn holds(&self, workspace: &str, kinds: &[Key]) -> bool {
        self.store.workspace() == workspace && kinds.iter().all(|kind| self.wanted.contains(kind))
    }

    async fn read_all(&mut self, errand: &Errand, stage: u8) -> Result<(), Failure> {
        self.news.borrow_mut().clear();
        let totals = self.store.totals().await?;
        self.expected = totals.changes();
        self.book = Book::new();
        let mut done = 0;
        for class in [Class::Hot, Class::Cold] {
            if !self.wanted.iter().any(|kind| class_of(*kind) == class) {
                continue;
            }
            let mut after = None;
            loop {
                let slice = self.store.read(class, after.as_ref(), SLICE_BYTES).await?;
                for entry in slice.entries {
                    for change in journal::changes(&entry.body).0 {
                        done += 1;
                        self.take(change);
                    }
                    errand.step(stage, done, totals.changes() as usize).await?;
                }
                match slice.next {
                    Some(next) => after = Some(next),
                    None => break,
                }
            }
        }
        Ok(())
    }

    fn take(&mut self, change: Change) {
        // A stamp too far ahead is set aside by the book too.
        _ = self.clock.observe(change.stamp, pace::wall_ms());
        if self.wanted.contains(&change.kind) {
            self.book.insert(change);
        }
    }

    /// Takes in what other tabs have committed since; says whether any of it concerns the records followed.
    ///
    /// # Errors
    /// What the browser reports, or a wish to stop.
    pub async fn catch_up(&mut self, errand: &Errand, stage: u8) -> Result<bool, Failure> {
        // What was committed a moment ago is told a moment later.
        TimeoutFuture::new(0).await;
        let before = self.book.newest();
        let mut keys = std::mem::take(&mut *self.news.borrow_mut());
        keys.sort_unstable();
        keys.dedup();
        for slice in keys.chunks(KEYS_AT_ONCE) {
            for entry in self.store.read_keys(slice).await?.entries {
                self.expected += u64::from(entry.count);
                journal::changes(&entry.body).0.into_iter().for_each(|change| self.take(change));
            }
        }
        if self.store.totals().await?.changes() != self.expected {
            self.read_all(errand, stage).await?;
        }
        Ok(self.book.newest() != before)
    }

    /// Saves changes in one transaction: all of them, or none.
    ///
    /// # Errors
    /// What the browser reports; nothing was saved then.
    pub async fn save(&mut self, changes: Vec<Change>) -> Result<(), Failure> {
        let entries = journal::entries(&changes, async || ()).await;
        self.store.append(entries, &[]).await?;
        self.expected += changes.len() as u64;
        changes.into_iter().for_each(|change| self.take(change));
        Ok(())
    }
}

/// How many entries are asked for in one transaction.
const KEYS_AT_ONCE: usize = 64;

/// Random bits for node names and ids.
pub fn random_bits() -> u64 {
    let half = || (js_sys::Math::random() * 4_294_967_296.0) as u64;
    half() << 32 | half()
}
