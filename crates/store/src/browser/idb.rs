//! Requests and transactions of IndexedDB as futures, with the reason of every failure kept.

use std::cell::RefCell;
use std::fmt;
use std::rc::Rc;

use futures_channel::oneshot;
use js_sys::{Array, Uint8Array};
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{DomException, Event, IdbDatabase, IdbObjectStore, IdbRequest, IdbTransaction};

use super::script;
use crate::{StoreError, frame};

/// Why a request or transaction failed.
#[derive(Clone, Debug)]
pub(crate) enum Fault {
    /// What the browser reported: the exception's name and message.
    Browser { name: String, message: String },
    /// What we found ourselves in the middle of a transaction.
    Found(StoreError),
    /// What we assumed of the database no longer holds; nothing was written.
    Stale,
}

impl Fault {
    pub fn of(thrown: &JsValue) -> Self {
        let text = |name| script::property(thrown, name).and_then(|value| value.as_string());
        Self::Browser {
            name: text("name").unwrap_or_else(|| "Error".to_owned()),
            message: text("message").unwrap_or_else(|| format!("{thrown:?}")),
        }
    }

    fn named(name: &str, message: &str) -> Self {
        Self::Browser { name: name.to_owned(), message: message.to_owned() }
    }

    fn from_exception(exception: Option<DomException>) -> Self {
        match exception {
            Some(exception) => Self::Browser { name: exception.name(), message: exception.message() },
            None => Self::named("AbortError", "aborted without a reason"),
        }
    }

    pub fn is_named(&self, wanted: &str) -> bool {
        matches!(self, Self::Browser { name, .. } if name == wanted)
    }

    /// The connection is gone or unwell; a new one may succeed.
    pub fn is_lost(&self) -> bool {
        ["InvalidStateError", "UnknownError", "AbortError", "TransactionInactiveError"]
            .iter()
            .any(|name| self.is_named(name))
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, to: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Browser { name, message } => write!(to, "{name}: {message}"),
            Self::Found(error) => error.fmt(to),
            Self::Stale => to.write_str("another tab was faster"),
        }
    }
}

impl From<StoreError> for Fault {
    fn from(error: StoreError) -> Self {
        Self::Found(error)
    }
}

impl From<Fault> for StoreError {
    fn from(fault: Fault) -> Self {
        match fault {
            Fault::Found(error) => error,
            Fault::Browser { ref name, .. } if name == "QuotaExceededError" => Self::Full,
            Fault::Browser { ref name, .. } if name == "SecurityError" => Self::Unavailable,
            fault => Self::Browser(fault.to_string()),
        }
    }
}

type Handler = Closure<dyn FnMut(Event)>;
type Sender<T> = Rc<RefCell<Option<oneshot::Sender<T>>>>;

/// A handler that sends once what it makes of the event.
pub(crate) fn sending<T: 'static>(sender: &Sender<T>, outcome: impl Fn() -> T + 'static) -> Handler {
    let sender = Rc::clone(sender);
    Closure::new(move |_| {
        if let Some(sender) = sender.borrow_mut().take() {
            // Nobody waits any longer: then nobody misses the answer.
            _ = sender.send(outcome());
        }
    })
}

pub(crate) fn channel<T>() -> (Sender<T>, oneshot::Receiver<T>) {
    let (sender, receiver) = oneshot::channel();
    (Rc::new(RefCell::new(Some(sender))), receiver)
}

/// A request under way; dropping it stops listening, the request itself goes on.
pub(crate) struct Pending {
    request: IdbRequest,
    answer: oneshot::Receiver<Result<(), Fault>>,
    _handlers: [Handler; 2],
}

impl Pending {
    fn new(request: IdbRequest) -> Self {
        let (sender, answer) = channel();
        let success = sending(&sender, || Ok(()));
        let source = request.clone();
        let error = sending(&sender, move || Err(Fault::from_exception(source.error().ok().flatten())));
        request.set_onsuccess(Some(success.as_ref().unchecked_ref()));
        request.set_onerror(Some(error.as_ref().unchecked_ref()));
        Self { request, answer, _handlers: [success, error] }
    }

    /// The request's result.
    pub async fn result(mut self) -> Result<JsValue, Fault> {
        match (&mut self.answer).await {
            Ok(answer) => answer?,
            Err(_) => return Err(Fault::named("AbortError", "no answer")),
        }
        self.request.result().map_err(|thrown| Fault::of(&thrown))
    }

    /// The result as an array's values.
    pub async fn list(self) -> Result<Vec<JsValue>, Fault> {
        Ok(self.result().await?.dyn_into::<Array>().map(|list| list.to_vec()).unwrap_or_default())
    }

    /// The result as keys; ours are all text.
    pub async fn keys(self) -> Result<Vec<String>, Fault> {
        Ok(self.list().await?.iter().filter_map(JsValue::as_string).collect())
    }
}

impl Drop for Pending {
    fn drop(&mut self) {
        self.request.set_onsuccess(None);
        self.request.set_onerror(None);
    }
}

/// Whether a transaction may write.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Mode {
    Read,
    Write,
}

/// A transaction; unless finished, dropping it takes everything back.
pub(crate) struct Transaction {
    raw: IdbTransaction,
    end: RefCell<oneshot::Receiver<Result<(), Fault>>>,
    is_over: bool,
    _handlers: [Handler; 2],
}

impl Transaction {
    /// Begins one, strictly durable where it writes.
    pub fn begin(db: &IdbDatabase, stores: &[&str], mode: Mode) -> Result<Self, Fault> {
        let names: Array = stores.iter().map(|&name| JsValue::from(name)).collect();
        let mode = match mode {
            Mode::Read => "readonly",
            Mode::Write => "readwrite",
        };
        let options = script::object(&[("durability", "strict".into())]);
        let raw: IdbTransaction = script::call(db, "transaction", &[names.into(), mode.into(), options])
            .map_err(|thrown| Fault::of(&thrown))?
            .unchecked_into();
        let (sender, end) = channel();
        let complete = sending(&sender, || Ok(()));
        let source = raw.clone();
        let abort = sending(&sender, move || Err(Fault::from_exception(source.error())));
        raw.set_oncomplete(Some(complete.as_ref().unchecked_ref()));
        raw.set_onabort(Some(abort.as_ref().unchecked_ref()));
        Ok(Self { raw, end: RefCell::new(end), is_over: false, _handlers: [complete, abort] })
    }

    /// Runs `work` and waits until its writes are durable; any failure takes all of them back.
    pub async fn run<T>(
        db: &IdbDatabase,
        stores: &[&str],
        mode: Mode,
        work: &impl AsyncFn(&Self) -> Result<T, Fault>,
    ) -> Result<T, Fault> {
        let tx = Self::begin(db, stores, mode)?;
        match work(&tx).await {
            // What was read is whole without waiting for the end of reading.
            Ok(value) if mode == Mode::Read => Ok(value),
            Ok(value) => tx.finish().await.map(|()| value),
            Err(fault) => Err(tx.abandon(fault).await),
        }
    }

    async fn finish(mut self) -> Result<(), Fault> {
        // It throws when the transaction has ended by itself; how, the end tells.
        _ = script::call(&self.raw, "commit", &[]);
        let end = self.ended().await;
        self.is_over = true;
        end
    }

    /// Aborts, and tells the transaction's own reason if it has a better one than `fault`.
    async fn abandon(mut self, fault: Fault) -> Fault {
        _ = self.raw.abort();
        let end = self.ended().await;
        self.is_over = true;
        match end {
            Err(reason) if !reason.is_named("AbortError") && matches!(fault, Fault::Browser { .. }) => reason,
            _ => fault,
        }
    }

    async fn ended(&mut self) -> Result<(), Fault> {
        match self.end.get_mut().await {
            Ok(end) => end,
            Err(_) => Err(Fault::named("AbortError", "no end")),
        }
    }

    fn store(&self, name: &str) -> Result<IdbObjectStore, Fault> {
        self.raw.object_store(name).map_err(|thrown| Fault::of(&thrown))
    }

    /// Asks a store something; the arguments are IndexedDB's own.
    pub fn ask(&self, store: &str, method: &str, arguments: &[JsValue]) -> Result<Pending, Fault> {
        let store = self.store(store)?;
        script::call(&store, method, arguments)
            .map(|request| Pending::new(request.unchecked_into()))
            .map_err(|thrown| Fault::of(&thrown))
    }

    /// Writes bytes under a key, in a frame. Whether it worked, the transaction's end tells.
    pub fn put(&self, store: &str, key: &str, count: u32, body: &[u8]) -> Result<(), Fault> {
        let value = framed_array(count, body)?;
        self.put_raw(store, key, &value)
    }

    /// Writes a value under a key as it is.
    pub fn put_raw(&self, store: &str, key: &str, value: &JsValue) -> Result<(), Fault> {
        self.store(store)?.put_with_key(value, &key.into()).map(drop).map_err(|thrown| Fault::of(&thrown))
    }

    /// Removes a key, present or not.
    pub fn delete(&self, store: &str, key: &str) -> Result<(), Fault> {
        self.store(store)?.delete(&key.into()).map(drop).map_err(|thrown| Fault::of(&thrown))
    }
}

impl Drop for Transaction {
    fn drop(&mut self) {
        self.raw.set_oncomplete(None);
        self.raw.set_onabort(None);
        if !self.is_over {
            // Throws only when there is nothing left to take back.
            _ = self.raw.abort();
        }
    }
}

/// Header and body in one array, copied once.
fn framed_array(count: u32, body: &[u8]) -> Result<JsValue, Fault> {
    let header = frame::header(count, body);
    let too_large = || Fault::named("DataError", "a value of over 4 GB");
    let start = u32::try_from(header.len()).map_err(|_| too_large())?;
    let length = u32::try_from(header.len() + body.len()).map_err(|_| too_large())?;
    let array = Uint8Array::new_with_length(length);
    array.subarray(0, start).copy_from(header.as_bytes());
    array.subarray(start, length).copy_from(body);
    Ok(array.into())
}
