//! The app's second thread: started when big work comes up, ended with its handle.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use futures_channel::oneshot;
use js_sys::{Array, Object, Reflect};
use kehu_ledger::errand::{Ask, Failure, SCRIPT, Step, field};
use serde::de::DeserializeOwned;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use web_sys::{Event, MessageEvent};

/// A running worker; the last handle ends it, and with it whatever it was doing.
#[derive(Clone)]
pub struct Worker(Rc<Inner>);

struct Inner {
    raw: web_sys::Worker,
    waiting: Waiting,
    next: Cell<u32>,
    _on_message: Closure<dyn Fn(MessageEvent)>,
    _on_error: Closure<dyn Fn(Event)>,
}

type Waiting = Rc<RefCell<BTreeMap<u32, Errand>>>;
type Answer = Result<(String, Vec<JsValue>), Failure>;

struct Errand {
    answer: oneshot::Sender<Answer>,
    hear: Rc<dyn Fn(Step)>,
}

/// The errand that stands for "ready": the worker answers it without being asked.
const READY: u32 = 0;

impl Worker {
    /// Starts a worker and waits until it listens.
    ///
    /// # Errors
    /// [`Failure::Lost`] when the browser cannot start it.
    pub async fn start() -> Result<Self, Failure> {
        let raw = web_sys::Worker::new(SCRIPT).map_err(|_| Failure::Lost)?;
        let waiting = Waiting::default();
        let (answer, ready) = oneshot::channel();
        waiting.borrow_mut().insert(READY, Errand { answer, hear: Rc::new(|_| ()) });
        let on_message = Closure::<dyn Fn(MessageEvent)>::new({
            let waiting = waiting.clone();
            move |event: MessageEvent| take(&waiting, &event.data())
        });
        let on_error = Closure::<dyn Fn(Event)>::new({
            let waiting = waiting.clone();
            move |event: Event| {
                leptos::logging::error!("the worker ended: {:?}", get(&event, "message"));
                // Whoever waits hears that the other end has gone.
                waiting.borrow_mut().clear();
            }
        });
        raw.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        raw.set_onerror(Some(on_error.as_ref().unchecked_ref()));
        let next = Cell::new(READY + 1);
        let worker = Self(Rc::new(Inner { raw, waiting, next, _on_message: on_message, _on_error: on_error }));
        ready.await.map_err(|_| Failure::Lost)??;
        Ok(worker)
    }

    /// Asks for something and waits for what comes of it; `hear` is told how far it is.
    ///
    /// Dropping the future asks the worker to stop.
    ///
    /// # Errors
    /// What the worker says, [`Failure::Lost`] when it ended, [`Failure::Strange`] when it said something else.
    pub async fn ask<T: DeserializeOwned>(
        &self,
        ask: &Ask,
        files: &[JsValue],
        hear: impl Fn(Step) + 'static,
    ) -> Result<(T, Vec<JsValue>), Failure> {
        let (run, answer) = self.send(ask, files, Rc::new(hear))?;
        let _stop = StopOnDrop { worker: self, run };
        let (said, files) = answer.await.map_err(|_| Failure::Lost)??;
        Ok((serde_json::from_str(&said).map_err(|_| Failure::Strange)?, files))
    }

    /// Ends it at once, whoever waits for it: they hear that it ended.
    pub fn end(&self) {
        self.0.raw.terminate();
        self.0.waiting.borrow_mut().clear();
    }

    fn send(
        &self,
        ask: &Ask,
        files: &[JsValue],
        hear: Rc<dyn Fn(Step)>,
    ) -> Result<(u32, oneshot::Receiver<Answer>), Failure> {
        let run = self.0.next.replace(self.0.next.get() + 1);
        let said = serde_json::to_string(ask).map_err(|_| Failure::Strange)?;
        let files: Array = files.iter().collect();
        let message = message(run, &[(field::ASK, said.into()), (field::FILES, files.into())]);
        let (answer, heard) = oneshot::channel();
        self.0.waiting.borrow_mut().insert(run, Errand { answer, hear });
        self.0.raw.post_message(&message).map_err(|_| Failure::File)?;
        Ok((run, heard))
    }
}

impl Drop for Inner {
    fn drop(&mut self) {
        self.raw.set_onmessage(None);
        self.raw.set_onerror(None);
        self.raw.terminate();
    }
}

/// Tells the worker that nobody waits any more.
struct StopOnDrop<'w> {
    worker: &'w Worker,
    run: u32,
}

impl Drop for StopOnDrop<'_> {
    fn drop(&mut self) {
        if self.worker.0.waiting.borrow_mut().remove(&self.run).is_some() {
            // A worker that has ended needs no stopping.
            _ = self.worker.0.raw.post_message(&message(self.run, &[(field::STOP, true.into())]));
        }
    }
}

/// Hands on what the worker says.
fn take(waiting: &Waiting, message: &JsValue) {
    let Some(run) = get(message, field::RUN).and_then(|run| run.as_f64()).map(|run| run as u32) else { return };
    let said = |name: &str| get(message, name).and_then(|said| said.as_string());
    if let Some(step) = said(field::STEP) {
        let hear = waiting.borrow().get(&run).map(|errand| errand.hear.clone());
        if let (Some(hear), Ok(step)) = (hear, serde_json::from_str(&step)) {
            hear(step);
        }
        return;
    }
    let Some(errand) = waiting.borrow_mut().remove(&run) else { return };
    let answer = match (said(field::DONE), said(field::FAILED)) {
        (Some(done), _) => Ok((done, files(message))),
        (None, Some(failed)) => Err(serde_json::from_str(&failed).unwrap_or(Failure::Strange)),
        (None, None) => Err(Failure::Strange),
    };
    // Nobody waits when the errand was given up meanwhile.
    _ = errand.answer.send(answer);
}

fn files(message: &JsValue) -> Vec<JsValue> {
    let files = get(message, field::FILES).and_then(|files| files.dyn_into::<Array>().ok());
    files.map(|files| files.iter().collect()).unwrap_or_default()
}

fn message(run: u32, fields: &[(&str, JsValue)]) -> Object {
    let message = Object::new();
    // Setting a property of a fresh plain object cannot fail.
    _ = Reflect::set(&message, &field::RUN.into(), &run.into());
    for (name, content) in fields {
        _ = Reflect::set(&message, &(*name).into(), content);
    }
    message
}

fn get(object: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(object, &name.into()).ok().filter(|value| !value.is_undefined() && !value.is_null())
}
