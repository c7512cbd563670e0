//! The desk: takes errands from the page, says how far they are, and hands back what came of them.

use std::cell::{Cell, RefCell};
use std::collections::HashMap;
use std::rc::Rc;

use js_sys::{Array, Object, Reflect, global};
use kehu_ledger::errand::{Ask, Failure, Step, field};
use kehu_ledger::pace;
use serde::Serialize;
use wasm_bindgen::closure::Closure;
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::spawn_local;
use web_sys::{DedicatedWorkerGlobalScope, MessageEvent};

use crate::folder::Folder;
use crate::restore::{Wish, restore};
use crate::{arrival, backup, import, sync, workbook};

/// How long work may run before a wish to stop is heard, in milliseconds.
const SLICE_MS: f64 = 60.0;

/// How often the page is told how far an errand is, in milliseconds.
const TELL_MS: u64 = 100;

/// What an errand gives back: something to say, and files.
pub struct Answer {
    say: String,
    files: Array,
}

impl Answer {
    /// Says `said` and hands over `files`.
    pub fn new(said: &impl Serialize, files: &[JsValue]) -> Self {
        // What is said consists of numbers, texts and lists of them, which always can be written.
        Self { say: serde_json::to_string(said).unwrap_or_default(), files: files.iter().collect() }
    }
}

/// One errand under way.
#[derive(Clone)]
pub struct Errand {
    run: f64,
    is_stopped: Rc<Cell<bool>>,
    told: Rc<Cell<u64>>,
}

impl Errand {
    /// Says how far it is, gives way now and then, and hears whether to go on.
    ///
    /// # Errors
    /// [`Failure::Stopped`] once the page does not want it any more.
    pub async fn step(&self, stage: u8, done: usize, total: usize) -> Result<(), Failure> {
        let now = pace::wall_ms();
        if now.saturating_sub(self.told.get()) >= TELL_MS {
            self.told.set(now);
            let step = Step { stage, done: done as u64, total: total as u64 };
            post(self.run, field::STEP, &serde_json::to_string(&step).unwrap_or_default(), None);
        }
        pace::breathe(SLICE_MS).await;
        if self.is_stopped.get() { Err(Failure::Stopped) } else { Ok(()) }
    }
}

type Running = Rc<RefCell<HashMap<u64, Errand>>>;

/// Listens to the page from now on.
pub fn listen() {
    let running = Running::default();
    let on_message = Closure::<dyn Fn(MessageEvent)>::new(move |event: MessageEvent| hear(&running, &event.data()));
    if let Some(scope) = scope() {
        scope.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
    }
    on_message.forget();
    // The page waits for this before it says anything: earlier words would be lost.
    post(0.0, field::DONE, "null", None);
}

fn hear(running: &Running, message: &JsValue) {
    let Some(run) = get(message, field::RUN).and_then(|run| run.as_f64()) else { return };
    if get(message, field::STOP).is_some() {
        if let Some(errand) = running.borrow().get(&run.to_bits()) {
            errand.is_stopped.set(true);
        }
        return;
    }
    let ask = get(message, field::ASK).and_then(|ask| ask.as_string());
    let files: Vec<JsValue> = get(message, field::FILES)
        .and_then(|files| files.dyn_into::<Array>().ok())
        .map(|files| files.iter().collect())
        .unwrap_or_default();
    let errand = Errand { run, is_stopped: Rc::default(), told: Rc::default() };
    running.borrow_mut().insert(run.to_bits(), errand.clone());
    let running = running.clone();
    spawn_local(async move {
        let answer = match ask.as_deref().map(serde_json::from_str) {
            Some(Ok(ask)) => attend(&errand, ask, files).await,
            _ => Err(Failure::Strange),
        };
        running.borrow_mut().remove(&run.to_bits());
        match answer {
            Ok(answer) => post(run, field::DONE, &answer.say, Some(&answer.files)),
            Err(failure) => post(run, field::FAILED, &serde_json::to_string(&failure).unwrap_or_default(), None),
        }
    });
}

/// Does what is asked.
async fn attend(errand: &Errand, ask: Ask, files: Vec<JsValue>) -> Result<Answer, Failure> {
    match ask {
        Ask::Arrival(ask) => arrival::attend(errand, ask, &files).await,
        Ask::Import(ask) => import::attend(errand, ask, files).await,
        Ask::WriteBackup { workspace, make } => backup::write(errand, &workspace, &make).await,
        Ask::WriteWorkbook { sheet } => workbook::write(errand, sheet, files).await,
        Ask::KeepCopy { workspace, series } => {
            backup::keep(errand, &workspace, &series, &Folder::new(files.first())?).await
        }
        Ask::FindCopies { series } => backup::find(&series, &Folder::new(files.first())?).await,
        Ask::Sync(ask) => sync::attend(errand, ask).await,
        Ask::Restore { workspace, company, from, passphrase } => {
            let file = match from {
                Some(name) => Folder::new(files.first())?.file(&name).await?,
                None => files.into_iter().next().and_then(|file| file.dyn_into().ok()).ok_or(Failure::File)?,
            };
            let (company, passphrase) = (company.as_deref(), passphrase.as_deref());
            restore(errand, &Wish { workspace: &workspace, company, file: &file, passphrase }).await
        }
    }
}

fn post(run: f64, name: &str, said: &str, files: Option<&Array>) {
    let message = Object::new();
    // Setting a property of a fresh plain object cannot fail.
    _ = Reflect::set(&message, &field::RUN.into(), &run.into());
    _ = Reflect::set(&message, &name.into(), &said.into());
    if let Some(files) = files {
        _ = Reflect::set(&message, &field::FILES.into(), files);
    }
    if let Some(scope) = scope() {
        // A page that has gone hears nothing.
        _ = scope.post_message(&message);
    }
}

fn get(object: &JsValue, name: &str) -> Option<JsValue> {
    Reflect::get(object, &name.into()).ok().filter(|value| !value.is_undefined() && !value.is_null())
}

fn scope() -> Option<DedicatedWorkerGlobalScope> {
    global().dyn_into().ok()
}
