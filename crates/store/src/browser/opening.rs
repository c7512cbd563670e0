//! Opening a database: making its stores, asking the sentinel, and giving way to other versions.

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::rc::{Rc, Weak};

use futures_channel::oneshot;
use gloo_timers::future::TimeoutFuture;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, IdbDatabase, IdbFactory, IdbOpenDbRequest, IdbVersionChangeEvent};

use super::idb::Fault;
use super::script;
use crate::StoreError;

/// The newest format of the database this app knows.
pub const FORMAT: u32 = 1;

/// The stores of a database.
pub(crate) const STORES: [&str; 5] = ["journal", "pages", "blobs", "drafts", "meta"];

/// How long another tab may hold up an upgrade before it is reported, in milliseconds.
const PATIENCE_MS: u32 = 3_000;

/// What happens to a store beyond the caller's own calls.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum StoreEvent {
    /// Another tab has committed entries; [`Store::read_keys`](crate::Store::read_keys) reads them.
    Committed {
        /// Their keys.
        keys: Vec<String>,
        /// Whether they came from another device; see [`Opening::bringing`].
        is_arrival: bool,
    },
    /// Another tab with an older version of the app is in the way of opening; it should be closed.
    UpgradeBlocked,
    /// Another tab with a newer version of the app wants the database, and has it; reload here.
    NewerTab,
    /// The browser, or another tab that deletes the workspace, has closed the database.
    Closed,
}

/// Hears events.
pub(crate) type Listener = Rc<dyn Fn(StoreEvent)>;

/// How to open a workspace.
#[derive(Clone)]
pub struct Opening {
    pub(crate) workspace: String,
    pub(crate) format: u32,
    pub(crate) is_despite_loss: bool,
    pub(crate) brings: bool,
    pub(crate) listener: Option<Listener>,
}

impl Opening {
    /// Opens the workspace the plain way.
    pub fn new(workspace: &str) -> Self {
        let workspace = workspace.to_owned();
        Self { workspace, format: FORMAT, is_despite_loss: false, brings: false, listener: None }
    }

    /// Opens even if data is missing, so that a backup can be restored into it.
    ///
    /// The sentinel stays: the next plain opening warns again, until everything is back or the
    /// loss is accepted.
    #[must_use]
    pub fn despite_loss(self) -> Self {
        Self { is_despite_loss: true, ..self }
    }

    /// Tells other tabs that whatever is committed through this handle came from another device.
    #[must_use]
    pub fn bringing(self) -> Self {
        Self { brings: true, ..self }
    }

    /// Opens as an app that knows this format, instead of [`FORMAT`].
    #[must_use]
    pub fn format(self, format: u32) -> Self {
        Self { format, ..self }
    }

    /// Hears events from before the opening succeeds, [`StoreEvent::UpgradeBlocked`] above all.
    #[must_use]
    pub fn on_event(self, listener: impl Fn(StoreEvent) + 'static) -> Self {
        Self { listener: Some(Rc::new(listener)), ..self }
    }
}

/// An open database; closed when dropped.
pub(crate) struct Connection {
    pub db: IdbDatabase,
    on_version_change: Closure<dyn FnMut(IdbVersionChangeEvent)>,
    on_close: Closure<dyn FnMut(Event)>,
}

/// Hears that a connection is gone.
pub(crate) trait Holder {
    /// The connection is closed, for this reason.
    fn let_go(&self, event: StoreEvent);
}

impl Connection {
    /// Watches a database on behalf of its holder.
    pub fn new(db: IdbDatabase, holder: Weak<impl Holder + 'static>) -> Self {
        let own = db.clone();
        let watcher = Weak::clone(&holder);
        let on_version_change = Closure::new(move |event: IdbVersionChangeEvent| {
            // Whoever asks may go on at once: a pending write still completes first.
            own.close();
            let newer = event.new_version().is_some();
            if let Some(holder) = watcher.upgrade() {
                holder.let_go(if newer { StoreEvent::NewerTab } else { StoreEvent::Closed });
            }
        });
        let on_close = Closure::new(move |_| {
            if let Some(holder) = holder.upgrade() {
                holder.let_go(StoreEvent::Closed);
            }
        });
        db.set_onversionchange(Some(on_version_change.as_ref().unchecked_ref()));
        db.set_onclose(Some(on_close.as_ref().unchecked_ref()));
        Self { db, on_version_change, on_close }
    }
}

impl Drop for Connection {
    fn drop(&mut self) {
        // Only our own handlers: the browser may know this database under several handles.
        let ours = |set: Option<js_sys::Function>, own: &JsValue| set.is_some_and(|set| JsValue::from(set) == *own);
        if ours(self.db.onversionchange(), self.on_version_change.as_ref()) {
            self.db.set_onversionchange(None);
        }
        if ours(self.db.onclose(), self.on_close.as_ref()) {
            self.db.set_onclose(None);
        }
        self.db.close();
    }
}

/// IndexedDB itself.
pub(crate) fn factory() -> Result<IdbFactory, StoreError> {
    script::global("indexedDB").map(JsCast::unchecked_into).ok_or(StoreError::Unavailable)
}

/// What to do when the database is not there yet.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Absent {
    Create,
    Refuse,
}

/// What came of a request to open.
pub(crate) enum Opened {
    Open(IdbDatabase),
    /// It is not there, and was not made.
    Absent,
}

thread_local! {
    /// Databases of which this tab has an opening held up by another tab.
    static HELD_UP: RefCell<BTreeSet<String>> = const { RefCell::new(BTreeSet::new()) };
}

/// Opens a database in the given format.
pub(crate) async fn open(
    name: &str,
    format: u32,
    absent: Absent,
    listener: Option<&Listener>,
) -> Result<Opened, StoreError> {
    let request = factory()?.open_with_u32(name, format).map_err(|thrown| opening_error(Fault::of(&thrown)))?;
    match answer(request, name, absent, listener).await? {
        Answer::Open(db) => Ok(Opened::Open(db)),
        Answer::Refused => Ok(Opened::Absent),
        Answer::Failed(fault) if fault.is_named("VersionError") => {
            Err(StoreError::TooNew { found: format_of(name).await?, known: format })
        }
        Answer::Failed(fault) => Err(opening_error(fault)),
    }
}

fn opening_error(fault: Fault) -> StoreError {
    if fault.is_named("InvalidStateError") { StoreError::Unavailable } else { fault.into() }
}

/// The format a database has, leaving it as it is.
async fn format_of(name: &str) -> Result<u32, StoreError> {
    let request = factory()?.open(name).map_err(|thrown| Fault::of(&thrown))?;
    match answer(request, name, Absent::Refuse, None).await? {
        Answer::Open(db) => {
            let format = db.version();
            db.close();
            // A version is a whole number; ours are small.
            Ok(format as u32)
        }
        Answer::Refused => Err(StoreError::Closed),
        Answer::Failed(fault) => Err(fault.into()),
    }
}

enum Answer {
    Open(IdbDatabase),
    Refused,
    Failed(Fault),
}

type Handler = Closure<dyn FnMut(IdbVersionChangeEvent)>;

/// A request to open, with its handlers; they listen until it is over, however long that takes.
struct Waiting {
    request: IdbOpenDbRequest,
    name: String,
    absent: Absent,
    listener: Option<Listener>,
    sender: RefCell<Option<oneshot::Sender<Result<Answer, StoreError>>>>,
    is_refused: Cell<bool>,
    handlers: RefCell<Vec<Handler>>,
}

/// Waits for a request to open.
async fn answer(
    request: IdbOpenDbRequest,
    name: &str,
    absent: Absent,
    listener: Option<&Listener>,
) -> Result<Answer, StoreError> {
    let (sender, answer) = oneshot::channel();
    let waiting = Rc::new(Waiting {
        request,
        name: name.to_owned(),
        absent,
        listener: listener.cloned(),
        sender: RefCell::new(Some(sender)),
        is_refused: Cell::new(false),
        handlers: RefCell::default(),
    });
    waiting.listen();
    if HELD_UP.with_borrow(|names| names.contains(name)) {
        // An earlier opening still waits, and this one waits behind it without any event.
        waiting.give_up_later();
    }
    drop(waiting);
    answer.await.unwrap_or(Err(StoreError::Closed))
}

impl Waiting {
    fn listen(self: &Rc<Self>) {
        let handler = |handle: fn(&Rc<Self>, IdbVersionChangeEvent)| {
            let waiting = Rc::clone(self);
            Closure::new(move |event| handle(&waiting, event))
        };
        let handlers: [Handler; 4] =
            [handler(Self::upgrade), handler(Self::blocked), handler(Self::succeeded), handler(Self::failed)];
        let [upgrade, blocked, success, error] = &handlers;
        self.request.set_onupgradeneeded(Some(upgrade.as_ref().unchecked_ref()));
        self.request.set_onblocked(Some(blocked.as_ref().unchecked_ref()));
        self.request.set_onsuccess(Some(success.as_ref().unchecked_ref()));
        self.request.set_onerror(Some(error.as_ref().unchecked_ref()));
        self.handlers.borrow_mut().extend(handlers);
    }

    fn upgrade(self: &Rc<Self>, event: IdbVersionChangeEvent) {
        if event.old_version() < 1.0 && self.absent == Absent::Refuse {
            self.is_refused.set(true);
            abort(&self.request);
        } else if let Err(thrown) = make_stores(&self.request) {
            // Aborting leaves the former format; the error event tells.
            log(&thrown);
            abort(&self.request);
        }
    }

    fn blocked(self: &Rc<Self>, _: IdbVersionChangeEvent) {
        HELD_UP.with_borrow_mut(|names| names.insert(self.name.clone()));
        if let Some(listener) = &self.listener {
            listener(StoreEvent::UpgradeBlocked);
        }
        self.give_up_later();
    }

    fn succeeded(self: &Rc<Self>, _: IdbVersionChangeEvent) {
        if let Ok(db) = self.request.result().map(JsCast::unchecked_into::<IdbDatabase>)
            && !self.reply(Ok(Answer::Open(db.clone())))
        {
            // Nobody waits any longer; an unwatched connection would block other tabs.
            db.close();
        }
        self.let_go();
    }

    fn failed(self: &Rc<Self>, event: IdbVersionChangeEvent) {
        // A refusal is no error worth a line in the console.
        event.prevent_default();
        let answer = if self.is_refused.get() {
            Answer::Refused
        } else {
            let error = self.request.error().ok().flatten().map(JsValue::from);
            Answer::Failed(Fault::of(&error.unwrap_or_default()))
        };
        self.reply(Ok(answer));
        self.let_go();
    }

    /// Answers [`StoreError::UpgradeBlocked`] after some time, if nothing else does.
    fn give_up_later(self: &Rc<Self>) {
        let waiting = Rc::clone(self);
        wasm_bindgen_futures::spawn_local(async move {
            TimeoutFuture::new(PATIENCE_MS).await;
            waiting.reply(Err(StoreError::UpgradeBlocked));
        });
    }

    /// Gives the first answer; false when nobody waits for it.
    fn reply(&self, answer: Result<Answer, StoreError>) -> bool {
        self.sender.borrow_mut().take().is_some_and(|sender| sender.send(answer).is_ok())
    }

    /// Ends the circle of handlers and request once the request is over.
    fn let_go(self: &Rc<Self>) {
        HELD_UP.with_borrow_mut(|names| names.remove(&self.name));
        let waiting = Rc::clone(self);
        // Not at once: one of the handlers is running.
        wasm_bindgen_futures::spawn_local(async move {
            waiting.request.set_onupgradeneeded(None);
            waiting.request.set_onblocked(None);
            waiting.request.set_onsuccess(None);
            waiting.request.set_onerror(None);
            let handlers = waiting.handlers.take();
            drop(handlers);
        });
    }
}

fn abort(request: &IdbOpenDbRequest) {
    if let Some(tx) = request.transaction() {
        _ = tx.abort();
    }
}

fn make_stores(request: &IdbOpenDbRequest) -> Result<(), JsValue> {
    let db: IdbDatabase = request.result()?.unchecked_into();
    let names = db.object_store_names();
    for store in STORES {
        if !names.contains(store) {
            db.create_object_store(store)?;
        }
    }
    Ok(())
}

fn log(thrown: &JsValue) {
    if let Some(console) = script::global("console") {
        _ = script::call(&console, "error", &["kehu store:".into(), thrown.clone()]);
    }
}
