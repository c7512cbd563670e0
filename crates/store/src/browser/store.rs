//! The open workspace: its connection, its totals, and coming back after a lost connection.

use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

use gloo_timers::future::TimeoutFuture;
use js_sys::Uint8Array;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::IdbKeyRange;

use super::channel::Channel;
use super::idb::{Fault, Mode, Transaction};
use super::opening::{Absent, Connection, Holder, Listener, Opened, Opening, StoreEvent, open};
use super::{database_name, sentinel};
use crate::frame::{self, Flaw, Flawed};
use crate::{Class, StoreError, Totals};

/// The key of the totals in `meta`.
pub(super) const TOTALS: &str = "store/totals";

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
    /// Whether what is committed through this handle came from elsewhere.
    pub brings: bool,
    connection: RefCell<Option<Rc<Connection>>>,
    is_lost: Cell<bool>,
    is_closed: Cell<bool>,
    pub channel: RefCell<Option<Channel>>,
    listeners: RefCell<Vec<Listener>>,
    /// The totals as we last saw them; another tab may have raised them since.
    pub known: RefCell<Totals>,
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
            brings: opening.brings,
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
        let channel = Channel::join(&self.inner.name, move |keys, is_arrival| {
            if let Some(inner) = inner.upgrade() {
                inner.emit(&StoreEvent::Committed { keys, is_arrival });
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

    /// Takes note, outside the database, of what another tab or a worker has committed; a worker cannot do so itself.
    ///
    /// # Errors
    /// As [`Self::totals`].
    pub async fn witness(&self) -> Result<(), StoreError> {
        let totals = self.totals().await?;
        sentinel::raise(&self.inner.workspace, &totals);
        self.inner.known.replace(totals);
        Ok(())
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

    pub(super) async fn attempt<T>(
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

/// An entry's key within its store.
pub(crate) fn full_key(class: Class, key: &str) -> String {
    format!("{}{key}", class.prefix())
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

pub(super) fn decode_totals(value: &JsValue) -> Result<Totals, Fault> {
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
