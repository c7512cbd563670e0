//! Opening a database: making its stores, asking the sentinel, and giving way to other versions.

use std::cell::RefCell;
use std::collections::BTreeSet;
use std::rc::{Rc, Weak};

use futures_channel::oneshot;
use gloo_timers::future::TimeoutFuture;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, IdbDatabase, IdbFactory, IdbOpenDbRequest, IdbVersionChangeEvent};

use super::idb::{Fault, channel};
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
    pub(crate) listener: Option<Listener>,
}

impl Opening {
    /// Opens the workspace the plain way.
    pub fn new(workspace: &str) -> Self {
        Self { workspace: workspace.to_owned(), format: FORMAT, is_despite_loss: false, listener: None }
    }

    /// Opens even if data is missing, so that a backup can be restored into it.
    ///
    /// The sentinel stays: the next plain opening warns again, until everything is back or the
    /// loss is accepted.
    #[must_use]
    pub fn despite_loss(self) -> Self {
        Self { is_despite_loss: true, ..self }
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

/// The handlers of an opening; they listen until the request is over, however long that takes.
struct Watch {
    request: IdbOpenDbRequest,
    handlers: RefCell<Vec<Handler>>,
}

/// Waits for a request to open.
async fn answer(
    request: IdbOpenDbRequest,
    name: &str,
    absent: Absent,
    listener: Option<&Listener>,
) -> Result<Answer, StoreError> {
    let (sender, answer) = channel::<Result<Answer, StoreError>>();
    let is_refused = Rc::new(RefCell::new(false));
    let watch = Rc::new(Watch { request: request.clone(), handlers: RefCell::default() });
    let reply = {
        let sender = Rc::clone(&sender);
        move |answer| match sender.borrow_mut().take() {
            Some(sender) => sender.send(answer).err(),
            None => Some(answer),
        }
    };
    let give_up = patience(&sender);

    let refused = Rc::clone(&is_refused);
    let upgrade = {
        let request = request.clone();
        Closure::new(move |event: IdbVersionChangeEvent| {
            if event.old_version() < 1.0 && absent == Absent::Refuse {
                refused.replace(true);
                abort(&request);
            } else if let Err(thrown) = make_stores(&request) {
                // Aborting leaves the former format; the error event tells.
                web_log(&thrown);
                abort(&request);
            }
        })
    };
    let listener = listener.cloned();
    let held_up = name.to_owned();
    let wait = give_up.clone();
    let blocked = Closure::new(move |_| {
        HELD_UP.with_borrow_mut(|names| names.insert(held_up.clone()));
        if let Some(listener) = &listener {
            listener(StoreEvent::UpgradeBlocked);
        }
        wait();
    });
    let over = name.to_owned();
    let on_success = {
        let (watch, reply, over) = (Rc::clone(&watch), reply.clone(), over.clone());
        Closure::new(move |_| {
            HELD_UP.with_borrow_mut(|names| names.remove(&over));
            let Ok(db) = watch.request.result().map(JsCast::unchecked_into::<IdbDatabase>) else {
                return;
            };
            if reply(Ok(Answer::Open(db.clone()))).is_some() {
                // Nobody waits any longer; an unwatched connection would block other tabs.
                db.close();
            }
            let_go(&watch);
        })
    };
    let on_error = {
        let (watch, refused) = (Rc::clone(&watch), is_refused);
        Closure::new(move |event: IdbVersionChangeEvent| {
            // A refusal is no error worth a line in the console.
            event.prevent_default();
            HELD_UP.with_borrow_mut(|names| names.remove(&over));
            let answer = if *refused.borrow() {
                Answer::Refused
            } else {
                let error = watch.request.error().ok().flatten();
                Answer::Failed(error.map_or_else(|| Fault::of(&JsValue::UNDEFINED), |error| Fault::of(&error)))
            };
            _ = reply(Ok(answer));
            let_go(&watch);
        })
    };
    request.set_onupgradeneeded(Some(upgrade.as_ref().unchecked_ref()));
    request.set_onblocked(Some(blocked.as_ref().unchecked_ref()));
    request.set_onsuccess(Some(on_success.as_ref().unchecked_ref()));
    request.set_onerror(Some(on_error.as_ref().unchecked_ref()));
    watch.handlers.borrow_mut().extend([upgrade, blocked, on_success, on_error]);
    drop(sender);
    if HELD_UP.with_borrow(|names| names.contains(name)) {
        // An earlier opening still waits, and this one waits behind it without any event.
        give_up();
    }
    answer.await.unwrap_or(Err(StoreError::Closed))
}

type Reply = Rc<RefCell<Option<oneshot::Sender<Result<Answer, StoreError>>>>>;

/// Answers [`StoreError::UpgradeBlocked`] some time after it is called, if nothing else does.
fn patience(sender: &Reply) -> impl Fn() + Clone + 'static {
    let sender = Rc::downgrade(sender);
    move || {
        let sender = Weak::clone(&sender);
        wasm_bindgen_futures::spawn_local(async move {
            TimeoutFuture::new(PATIENCE_MS).await;
            if let Some(sender) = sender.upgrade().and_then(|sender| sender.borrow_mut().take()) {
                _ = sender.send(Err(StoreError::UpgradeBlocked));
            }
        });
    }
}

/// Ends the circle of handlers and request once the request is over.
fn let_go(watch: &Rc<Watch>) {
    let watch = Rc::clone(watch);
    wasm_bindgen_futures::spawn_local(async move {
        watch.request.set_onupgradeneeded(None);
        watch.request.set_onblocked(None);
        watch.request.set_onsuccess(None);
        watch.request.set_onerror(None);
        watch.handlers.borrow_mut().clear();
    });
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

fn web_log(thrown: &JsValue) {
    if let Some(console) = script::global("console") {
        _ = script::call(&console, "error", &["kehu store:".into(), thrown.clone()]);
    }
}
