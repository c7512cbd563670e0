//! The open workspace: appending with totals and sentinel, and coming back after a lost connection.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::{Rc, Weak};

use gloo_timers::future::TimeoutFuture;
use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::IdbKeyRange;

use super::channel::Channel;
use super::idb::{Fault, Mode, Transaction};
use super::opening::{Absent, Connection, Holder, Listener, Opened, Opening, StoreEvent, open};
use super::{database_name, sentinel};
use crate::entry::is_key;
use crate::frame::{self, Flaw, Flawed};
use crate::page::PageKey;
use crate::{Class, Entry, StoreError, Totals};

/// The key of the totals in `meta`.
const TOTALS: &str = "store/totals";

/// Pauses before trying to reopen, in milliseconds.
const BACK_OFF_MS: [u32; 4] = [0, 50, 200, 800];

/// An open workspace; clones share it.
#[derive(Clone)]
pub struct Store {
    pub(crate) inner: Rc<Inner>,
}

impl std::fmt::Debug for Store {
    fn fmt(&self, to: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        to.debug_struct("Store").field("workspace", &self.inner.workspace).finish_non_exhaustive()
    }
}

pub(crate) struct Inner {
    pub workspace: String,
    name: String,
    format: u32,
    connection: RefCell<Option<Rc<Connection>>>,
    is_lost: Cell<bool>,
    is_closed: Cell<bool>,
    channel: RefCell<Option<Channel>>,
    listeners: RefCell<Vec<Listener>>,
    /// The totals as we last saw them; another tab may have raised them since.
    known: RefCell<Totals>,
}

impl Holder for Inner {
    fn let_go(&self, event: StoreEvent) {
        self.is_lost.set(true);
        self.emit(&event);
    }
}

impl Inner {
    fn emit(&self, event: &StoreEvent) {
        // A listener may add listeners.
        let listeners = self.listeners.borrow().clone();
        for listener in listeners {
            listener(event.clone());
        }
    }

    fn connect(self: &Rc<Self>, db: web_sys::IdbDatabase) {
        let holder: Weak<Self> = Rc::downgrade(self);
        self.connection.replace(Some(Rc::new(Connection::new(db, holder))));
        self.is_lost.set(false);
    }
}

impl Store {
    /// Opens a workspace, making it when it is new.
    ///
    /// # Errors
    /// [`StoreError::Emptied`] when the sentinel knows of more changes than are recorded,
    /// [`StoreError::Incomplete`] or [`StoreError::Damaged`] when entries or their totals are
    /// lost; none of them creates or changes anything. [`StoreError::TooNew`],
    /// [`StoreError::UpgradeBlocked`], [`StoreError::Unavailable`], [`StoreError::Full`].
    pub async fn open(workspace: &str) -> Result<Self, StoreError> {
        Self::open_with(Opening::new(workspace)).await
    }

    /// Opens a workspace even if data is missing; see [`Opening::despite_loss`].
    ///
    /// # Errors
    /// As [`Self::open`], but for the losses.
    pub async fn open_anyway(workspace: &str) -> Result<Self, StoreError> {
        Self::open_with(Opening::new(workspace).despite_loss()).await
    }

    /// Opens a workspace as described.
    ///
    /// # Errors
    /// As [`Self::open`].
    pub async fn open_with(opening: Opening) -> Result<Self, StoreError> {
        let name = database_name(&opening.workspace);
        let remembered = sentinel::read(&opening.workspace).filter(|sentinel| sentinel.changes > 0);
        let absent = match &remembered {
            Some(_) if !opening.is_despite_loss => Absent::Refuse,
            _ => Absent::Create,
        };
        let expected = remembered.map_or(0, |sentinel| sentinel.changes);
        let db = match open(&name, opening.format, absent, opening.listener.as_ref()).await? {
            Opened::Open(db) => db,
            Opened::Absent => return Err(StoreError::Emptied { expected, found: 0 }),
        };
        let inner = Rc::new(Inner {
            workspace: opening.workspace,
            name,
            format: opening.format,
            connection: RefCell::default(),
            is_lost: Cell::new(false),
            is_closed: Cell::new(false),
            channel: RefCell::default(),
            listeners: RefCell::new(opening.listener.into_iter().collect()),
            known: RefCell::default(),
        });
        inner.connect(db);
        let store = Self { inner };
        if !opening.is_despite_loss {
            store.check(expected).await?;
        }
        store.join_channel();
        Ok(store)
    }

    fn join_channel(&self) {
        let inner = Rc::downgrade(&self.inner);
        let channel = Channel::join(&self.inner.name, move |keys| {
            if let Some(inner) = inner.upgrade() {
                inner.emit(&StoreEvent::Committed { keys });
            }
        });
        self.inner.channel.replace(channel);
    }

    /// Compares what is there with the totals, and the totals with the sentinel.
    async fn check(&self, expected: u64) -> Result<(), StoreError> {
        let (totals, found) = self
            .transact(&["journal", "pages", "meta"], Mode::Read, async |tx| {
                let journal = tx.ask("journal", "count", &[])?;
                let pages = tx.ask("pages", "count", &[])?;
                let totals = read_totals(tx).await?;
                Ok((totals, count(&journal.result().await?) + count(&pages.result().await?)))
            })
            .await?;
        self.inner.known.replace(totals.clone());
        if totals.changes() < expected {
            return Err(StoreError::Emptied { expected, found: totals.changes() });
        }
        if found < totals.entries() {
            return Err(StoreError::Incomplete { recorded: totals.entries(), found });
        }
        if found > 0 && totals.entries() == 0 {
            return Err(StoreError::Damaged { key: TOTALS.to_owned(), flaw: Flaw::Header });
        }
        Ok(())
    }

    /// The workspace's name.
    pub fn workspace(&self) -> &str {
        &self.inner.workspace
    }

    /// Hears events from now on, until the last handle is dropped.
    pub fn on_event(&self, listener: impl Fn(StoreEvent) + 'static) {
        self.inner.listeners.borrow_mut().push(Rc::new(listener));
    }

    /// Closes the workspace for all clones of the handle; writes under way still complete.
    pub fn close(&self) {
        self.inner.is_closed.set(true);
        self.inner.channel.replace(None);
        self.inner.connection.replace(None);
    }

    /// Appends entries in one transaction; resolves when they are durable.
    ///
    /// A key that is already there is left as it is, so appending again is harmless. The named
    /// drafts, having become records, go in the same transaction.
    ///
    /// # Errors
    /// [`StoreError::Full`], [`StoreError::NotSaved`], [`StoreError::BadKey`] and what reopening
    /// reports; nothing was written then, or (when the browser lost its answer) all of it, which
    /// appending the same entries again settles.
    pub async fn append(&self, entries: Vec<Entry>, discard_drafts: &[String]) -> Result<(), StoreError> {
        if let Some(entry) = entries.iter().find(|entry| !is_key(&entry.key)) {
            return Err(StoreError::BadKey(entry.key.clone()));
        }
        let mut entries = entries;
        // A batch that names a key twice means it once.
        let mut seen = BTreeSet::new();
        entries.retain(|entry| seen.insert((entry.class, entry.key.clone())));
        drop(seen);
        let totals = match self.append_fresh(&entries, discard_drafts).await {
            Err(Fault::Stale) => self.append_carefully(&entries, discard_drafts).await?,
            outcome => outcome?,
        };
        self.inner.known.replace(totals.clone());
        sentinel::raise(&self.inner.workspace, &totals);
        let keys: Vec<String> = entries.into_iter().map(|entry| entry.key).collect();
        if let Some(channel) = self.inner.channel.borrow().as_ref().filter(|_| !keys.is_empty()) {
            channel.tell(&keys);
        }
        Ok(())
    }

    /// Writes entries that are all newer than everything there, as almost every save is.
    ///
    /// What we know of the totals is written at once and checked on the way, which saves the save
    /// a round trip; [`Fault::Stale`] when the entries are not newer.
    async fn append_fresh(&self, entries: &[Entry], discard_drafts: &[String]) -> Result<Totals, Fault> {
        let stores: &[&str] =
            if discard_drafts.is_empty() { &["journal", "meta"] } else { &["journal", "meta", "drafts"] };
        let known = self.inner.known.borrow().clone();
        let is_fresh =
            |totals: &Totals| !totals.newest.is_empty() && entries.iter().all(|entry| entry.key > totals.newest);
        if !is_fresh(&known) {
            return Err(Fault::Stale);
        }
        self.attempt(stores, Mode::Write, async |tx| {
            let recorded = tx.ask("meta", "get", &[TOTALS.into()])?;
            let none = BTreeSet::new();
            let totals = write(tx, known.clone(), entries, &none, discard_drafts)?;
            let recorded = decode_totals(&recorded.result().await?)?;
            if recorded == known {
                return Ok(totals);
            }
            // Another tab has written meanwhile.
            if is_fresh(&recorded) { write(tx, recorded, entries, &none, &[]) } else { Err(Fault::Stale) }
        })
        .await
    }

    /// Writes those of the entries that are not there yet.
    async fn append_carefully(&self, entries: &[Entry], discard_drafts: &[String]) -> Result<Totals, StoreError> {
        let stores = ["journal", "pages", "drafts", "meta"];
        self.transact(&stores, Mode::Write, async |tx| {
            let (totals, present) = totals_and_present(tx, entries).await?;
            write(tx, totals, entries, &present, discard_drafts)
        })
        .await
    }

    /// What the database records of itself.
    ///
    /// # Errors
    /// [`StoreError::Damaged`] when the record is not as written, and what the browser reports.
    pub async fn totals(&self) -> Result<Totals, StoreError> {
        self.transact(&["meta"], Mode::Read, read_totals).await
    }

    /// Runs `work` in a transaction, and once more over a new connection when the first is lost.
    pub(crate) async fn transact<T>(
        &self,
        stores: &[&str],
        mode: Mode,
        work: impl AsyncFn(&Transaction) -> Result<T, Fault>,
    ) -> Result<T, StoreError> {
        self.attempt(stores, mode, work).await.map_err(StoreError::from)
    }

    async fn attempt<T>(
        &self,
        stores: &[&str],
        mode: Mode,
        work: impl AsyncFn(&Transaction) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let unsaved = |text: String| match mode {
            Mode::Write => Fault::Found(StoreError::NotSaved(text)),
            Mode::Read => Fault::Found(StoreError::Browser(text)),
        };
        match self.transact_once(stores, mode, &work).await {
            Err(fault) if fault.is_lost() => (),
            outcome => return outcome,
        }
        match self.reopen().await {
            Ok(()) => (),
            Err(StoreError::Browser(text)) => return Err(unsaved(text)),
            Err(error) => return Err(error.into()),
        }
        match self.transact_once(stores, mode, &work).await {
            Err(fault) if fault.is_lost() => Err(unsaved(fault.to_string())),
            outcome => outcome,
        }
    }

    async fn transact_once<T>(
        &self,
        stores: &[&str],
        mode: Mode,
        work: &impl AsyncFn(&Transaction) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        if self.inner.is_closed.get() {
            return Err(StoreError::Closed.into());
        }
        let connection = self.inner.connection.borrow().clone().ok_or(StoreError::Closed)?;
        Transaction::run(&connection.db, stores, mode, work).await
    }

    /// Connects again, patiently; never makes a database that has gone.
    async fn reopen(&self) -> Result<(), StoreError> {
        let mut last = StoreError::Closed;
        for pause_ms in BACK_OFF_MS {
            TimeoutFuture::new(pause_ms).await;
            if self.inner.is_closed.get() {
                return Err(StoreError::Closed);
            }
            match open(&self.inner.name, self.inner.format, Absent::Refuse, None).await {
                Ok(Opened::Open(db)) => {
                    self.inner.connect(db);
                    return Ok(());
                }
                Ok(Opened::Absent) => return Err(self.gone()),
                Err(error @ StoreError::Browser(_)) => last = error,
                Err(error) => return Err(error),
            }
        }
        Err(last)
    }

    /// The database is no more: deleted on purpose, or lost.
    fn gone(&self) -> StoreError {
        match sentinel::read(&self.inner.workspace) {
            Some(sentinel) if sentinel.changes > 0 => StoreError::Emptied { expected: sentinel.changes, found: 0 },
            _ => StoreError::Closed,
        }
    }
}

/// Writes the entries that are not present, takes the drafts away, and gives the new totals.
fn write(
    tx: &Transaction,
    mut totals: Totals,
    entries: &[Entry],
    present: &BTreeSet<String>,
    discard_drafts: &[String],
) -> Result<Totals, Fault> {
    for entry in entries {
        let key = full_key(entry.class, &entry.key);
        if !present.contains(&key) {
            tx.put("journal", &key, entry.count, &entry.body)?;
            totals.of_mut(entry.class).add(entry.count);
            totals.note(&entry.key);
        }
    }
    for draft in discard_drafts {
        tx.delete("drafts", draft)?;
    }
    write_totals(tx, &totals)?;
    Ok(totals)
}

/// Totals, and which of the entries are already there, asked in one go.
async fn totals_and_present(tx: &Transaction, entries: &[Entry]) -> Result<(Totals, BTreeSet<String>), Fault> {
    let totals = tx.ask("meta", "get", &[TOTALS.into()])?;
    let mut asked = Vec::new();
    for class in Class::ALL {
        let keys = || entries.iter().filter(|entry| entry.class == class).map(|entry| entry.key.as_str());
        let (Some(first), Some(last)) = (keys().min(), keys().max()) else {
            continue;
        };
        let journal = between(&full_key(class, first), &full_key(class, last))?;
        let pages = class_range(class, Some(first))?;
        asked.push((
            class,
            tx.ask("journal", "getAllKeys", &[journal.into()])?,
            tx.ask("pages", "getAllKeys", &[pages.into()])?,
        ));
    }
    let totals = decode_totals(&totals.result().await?)?;
    let mut present = BTreeSet::new();
    for (class, journal, pages) in asked {
        present.extend(journal.keys().await?);
        for page in pages.keys().await? {
            present.extend(keys_inside(tx, class, &page, entries).await?);
        }
    }
    Ok((totals, present))
}

/// Which of the entries lie inside a page: those whose very bytes it holds.
async fn keys_inside(tx: &Transaction, class: Class, page: &str, entries: &[Entry]) -> Result<Vec<String>, Fault> {
    let Some(span) = page.strip_prefix(class.prefix()).and_then(PageKey::parse) else {
        return Ok(Vec::new());
    };
    let covered: Vec<&Entry> = entries.iter().filter(|entry| entry.class == class && span.covers(&entry.key)).collect();
    if covered.is_empty() {
        return Ok(Vec::new());
    }
    let value = tx.ask("pages", "get", &[page.into()])?.result().await?;
    let Ok((_, body)) = unframed(&value) else {
        return Ok(Vec::new());
    };
    Ok(covered
        .into_iter()
        .filter(|entry| memchr::memmem::find(&body, &entry.body).is_some())
        .map(|entry| full_key(class, &entry.key))
        .collect())
}

/// An entry's key within its store.
pub(crate) fn full_key(class: Class, key: &str) -> String {
    format!("{}{key}", class.prefix())
}

/// All keys from the first to the last, both included.
fn between(first: &str, last: &str) -> Result<IdbKeyRange, Fault> {
    IdbKeyRange::bound(&first.into(), &last.into()).map_err(|thrown| Fault::of(&thrown))
}

/// All keys of a class, from `start` on.
pub(crate) fn class_range(class: Class, start: Option<&str>) -> Result<IdbKeyRange, Fault> {
    range(class, start.unwrap_or_default(), false)
}

/// All keys of a class after `key`.
pub(crate) fn class_range_after(class: Class, key: &str) -> Result<IdbKeyRange, Fault> {
    range(class, key, true)
}

fn range(class: Class, start: &str, is_after: bool) -> Result<IdbKeyRange, Fault> {
    let lower = full_key(class, start);
    // The character after `/` ends the class.
    let upper = class.prefix().replace('/', "0");
    IdbKeyRange::bound_with_lower_open_and_upper_open(&lower.into(), &upper.into(), is_after, true)
        .map_err(|thrown| Fault::of(&thrown))
}

/// The number a `count` request gives.
fn count(value: &JsValue) -> u64 {
    value.as_f64().unwrap_or_default() as u64
}

/// Takes the frame off a stored value.
pub(crate) fn unframed(value: &JsValue) -> Result<(u32, Vec<u8>), Flawed> {
    let bytes = value.dyn_ref::<Uint8Array>().ok_or(Flaw::NotBytes)?;
    frame::unframed(bytes.to_vec())
}

pub(crate) async fn read_totals(tx: &Transaction) -> Result<Totals, Fault> {
    decode_totals(&tx.ask("meta", "get", &[TOTALS.into()])?.result().await?)
}

fn decode_totals(value: &JsValue) -> Result<Totals, Fault> {
    if value.is_undefined() {
        return Ok(Totals::default());
    }
    let damaged = |flaw| StoreError::Damaged { key: TOTALS.to_owned(), flaw };
    let (_, body) = unframed(value).map_err(|flawed| damaged(flawed.flaw))?;
    let totals = std::str::from_utf8(&body).ok().and_then(Totals::from_text);
    Ok(totals.ok_or_else(|| damaged(Flaw::Header))?)
}

pub(crate) fn write_totals(tx: &Transaction, totals: &Totals) -> Result<(), Fault> {
    tx.put("meta", TOTALS, 1, totals.to_text().as_bytes())
}
