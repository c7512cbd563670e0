//! Copies that leave: what is known of the last ones, a file to take away, and the folder that keeps itself.

use std::cell::{Cell, RefCell};
use std::rc::Rc;

use js_sys::{Function, Promise, Reflect};
use kehu_domain::rota::{self, Proven};
use kehu_ledger::errand::{Ask, BackupWritten, CopyFound, CopyKept, Failure, Make, Restored, SeriesOf, Step};
use leptos::prelude::*;
use leptos::task::spawn_local;
use send_wrapper::SendWrapper;
use serde::{Deserialize, Serialize};
use wasm_bindgen::{JsCast, JsValue};
use wasm_bindgen_futures::JsFuture;
use web_sys::{Blob, FileSystemDirectoryHandle};

use super::worker::Worker;
use crate::device::{DEMO, Remembered, device_token};
use crate::moment::{civil, wall_ms};
use crate::workspace::Workspace;

/// How often it is looked whether the folder wants a copy, in milliseconds.
const LOOK_MS: u32 = 20_000;

/// A backup that was written and read back.
pub struct Backup {
    /// What to call the file.
    pub name: String,
    /// The file: unless it is sealed, the same bytes on every device that holds the same changes.
    pub file: Blob,
    /// What is inside.
    pub written: BackupWritten,
}

/// Writes all changes of the workspace and proves the result by opening it again; `hear` is told how far it is.
///
/// # Errors
/// When the storage cannot be read or the worker cannot be had.
pub async fn write_backup(workspace: &Workspace, make: Make, hear: impl Fn(Step) + 'static) -> Result<Backup, Failure> {
    let worker = Worker::start().await?;
    let packed = if make.is_packed { ".gz" } else { "" };
    let sealed = if make.passphrase.is_some() { ".sealed" } else { "" };
    let name = format!("kehu-{}.json{packed}{sealed}", civil(wall_ms()).format("%Y%m%d-%H%M"));
    let ask = Ask::WriteBackup { workspace: workspace.name().to_owned(), make };
    let (written, files) = worker.ask(&ask, &[], hear).await?;
    let file = files.into_iter().next().and_then(|file| file.dyn_into().ok()).ok_or(Failure::Strange)?;
    Ok(Backup { name, file, written })
}

/// Where a copy to bring back comes from.
#[derive(Clone)]
pub enum Source {
    /// A file somebody chose.
    File(Blob),
    /// A copy in the folder, by its name.
    Folder(FileSystemDirectoryHandle, String),
}

/// Brings back what a copy holds and the workspace lacks; what is still readable stays as it is.
///
/// # Errors
/// What is wrong with the copy, or what the storage reports.
pub async fn restore(
    workspace: &str,
    source: Source,
    passphrase: Option<String>,
    hear: impl Fn(Step) + 'static,
) -> Result<Restored, Failure> {
    let worker = Worker::start().await?;
    let company = Marks::read().map(|marks| marks.company);
    let (from, along): (_, JsValue) = match source {
        Source::File(file) => (None, file.into()),
        Source::Folder(folder, name) => (Some(name), folder.into()),
    };
    let ask = Ask::Restore { workspace: workspace.to_owned(), company, from, passphrase };
    Ok(worker.ask(&ask, &[along], hear).await?.0)
}

/// A proven copy, as this device remembers it.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct Mark {
    /// When it was made, in milliseconds since 1970-01-01 UTC.
    pub at_ms: u64,
    /// How many changes the workspace had then.
    pub changes: usize,
    /// Whether the bytes of attachments were left out.
    pub is_without_attachments: bool,
}

impl Mark {
    /// What decides whether another copy is due.
    pub fn proven(self) -> Proven {
        Proven { at_ms: self.at_ms, changes: self.changes }
    }
}

/// The last proven copies, and whose they are.
///
/// They lie outside the workspace's database, so that they are known when it is lost, and in it, should the browser
/// clear the other place.
#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
pub struct Marks {
    /// The identity of the workspace.
    pub company: String,
    /// The last file that was handed out.
    pub file: Option<Mark>,
    /// The last copy in the folder.
    pub folder: Option<Mark>,
}

/// Where the marks lie in the workspace's own database.
const MARKS: &str = "copies";

impl Marks {
    /// What this device remembers of the workspace that is open.
    pub fn read() -> Option<Self> {
        serde_json::from_str(&Remembered::Copies.read()?).ok()
    }

    /// The later of the two.
    pub fn latest(&self) -> Option<Mark> {
        self.file.into_iter().chain(self.folder).max_by_key(|mark| mark.at_ms)
    }
}

/// How it stands with the folder for copies.
#[derive(Clone, Debug, Default, PartialEq)]
pub enum FolderState {
    /// Not known yet.
    #[default]
    Looking,
    /// This browser offers no folders.
    Unsupported,
    /// None was chosen.
    None,
    /// There is one, but the browser wants the person's leave again.
    Asks {
        /// What it is called.
        name: String,
    },
    /// Copies are kept there.
    Ready {
        /// What it is called.
        name: String,
    },
}

/// What is known of the copies of the open workspace, and the keeper of its folder; provided as context below the shell.
#[derive(Clone)]
pub struct Copies(SendWrapper<Rc<Inner>>);

struct Inner {
    workspace: Workspace,
    marks: ArcRwSignal<Marks>,
    folder: ArcRwSignal<FolderState>,
    problem: ArcRwSignal<Option<Failure>>,
    is_keeping: ArcRwSignal<bool>,
    handle: RefCell<Option<FileSystemDirectoryHandle>>,
    /// The pulse of the workspace when it was last looked at, and since when it is that.
    pulse: Cell<(u64, u64)>,
}

/// The copies of the open workspace.
///
/// # Panics
/// Outside the shell, which provides them.
#[expect(clippy::expect_used, reason = "pages exist only below an open workspace, for which the shell provides them")]
pub fn use_copies() -> Copies {
    use_context().expect("a page below an open workspace")
}

impl Copies {
    /// What is known of the copies of a workspace; looks after its folder from now on.
    pub fn of(workspace: Workspace) -> Self {
        let copies = Self(SendWrapper::new(Rc::new(Inner {
            workspace,
            marks: ArcRwSignal::new(Marks::read().unwrap_or_default()),
            folder: ArcRwSignal::default(),
            problem: ArcRwSignal::default(),
            is_keeping: ArcRwSignal::default(),
            handle: RefCell::default(),
            pulse: Cell::default(),
        })));
        spawn_local(copies.clone().look_after());
        copies
    }

    /// The last proven copies.
    pub fn marks(&self) -> Marks {
        self.0.marks.get()
    }

    /// How it stands with the folder.
    pub fn folder(&self) -> FolderState {
        self.0.folder.get()
    }

    /// Why the last copy for the folder was not made, if it was not.
    pub fn problem(&self) -> Option<Failure> {
        self.0.problem.get()
    }

    /// Whether a copy is being made for the folder.
    pub fn is_keeping(&self) -> bool {
        self.0.is_keeping.get()
    }

    /// How many changes came since the last proven copy.
    pub fn changes_since(&self) -> usize {
        let changes = self.0.workspace.read(|book| book.len());
        changes.saturating_sub(self.marks().latest().map_or(0, |mark| mark.changes))
    }

    /// Whether a person should be reminded; never of the demo company, which can be had again at any time.
    pub fn is_overdue(&self) -> bool {
        let changes = self.0.workspace.read(|book| book.len());
        let last = self.marks().latest().map(Mark::proven);
        self.0.workspace.name() != DEMO && rota::is_overdue(wall_ms(), last, changes)
    }

    /// How many changes the workspace has, for the mark of a copy that is about to be made.
    pub fn count(&self) -> usize {
        self.0.workspace.read_once(|book| book.len())
    }

    /// Takes note of a file that was proven and handed out.
    pub fn note_file(&self, mark: Mark) {
        self.note(|marks| marks.file = Some(mark));
    }

    fn note(&self, change: impl FnOnce(&mut Marks)) {
        let mut marks = Marks::read().unwrap_or_default();
        marks.company = self.0.workspace.id();
        change(&mut marks);
        let Ok(text) = serde_json::to_string(&marks) else { return };
        Remembered::Copies.write(&text);
        self.0.marks.set(marks);
        let store = self.0.workspace.store();
        spawn_local(async move {
            if let Err(problem) = store.put_meta(MARKS, text.as_bytes()).await {
                leptos::logging::warn!("the mark of a copy could not be kept: {problem}");
            }
        });
    }

    /// Lets the person choose the folder, and makes the first copy there; nothing when they choose none.
    ///
    /// # Errors
    /// [`Failure::NoLeave`] when it may not be written to, and what the storage reports.
    pub async fn choose(&self) -> Result<(), Failure> {
        let Some(handle) = picked().await? else { return Ok(()) };
        if !may_write(&handle, true).await {
            return Err(Failure::NoLeave);
        }
        kehu_store::keep(&self.key(), Some(&handle)).await?;
        self.0.handle.replace(Some(handle));
        self.note(|marks| marks.folder = None);
        self.look_at_folder().await;
        self.keep().await
    }

    /// Keeps no more copies there; what lies there stays.
    ///
    /// # Errors
    /// What the storage reports.
    pub async fn let_go(&self) -> Result<(), Failure> {
        kehu_store::keep(&self.key(), None).await?;
        self.0.handle.replace(None);
        self.0.problem.set(None);
        self.note(|marks| marks.folder = None);
        self.look_at_folder().await;
        Ok(())
    }

    /// Asks the person for leave again, as a browser wants it, and goes on.
    ///
    /// # Errors
    /// [`Failure::NoLeave`] when they refuse.
    pub async fn ask_leave(&self) -> Result<(), Failure> {
        let handle = self.0.handle.borrow().clone().ok_or(Failure::NoFolder)?;
        if !may_write(&handle, true).await {
            return Err(Failure::NoLeave);
        }
        self.look_at_folder().await;
        self.keep().await
    }

    /// Makes a copy in the folder now.
    ///
    /// # Errors
    /// Why none was made; what lay there before still does.
    pub async fn keep(&self) -> Result<(), Failure> {
        let handle = self.0.handle.borrow().clone().ok_or(Failure::NoFolder)?;
        if self.0.is_keeping.get_untracked() {
            return Ok(());
        }
        self.0.is_keeping.set(true);
        let outcome = self.keep_in(&handle).await;
        self.0.is_keeping.set(false);
        self.0.problem.set(outcome.clone().err());
        if outcome == Err(Failure::NoLeave) {
            self.look_at_folder().await;
        }
        outcome
    }

    async fn keep_in(&self, handle: &FileSystemDirectoryHandle) -> Result<(), Failure> {
        let workspace = &self.0.workspace;
        let (at_ms, changes) = (wall_ms(), self.count());
        let ask = Ask::KeepCopy { workspace: workspace.name().to_owned(), series: series_of(workspace.id()) };
        let (kept, _): (CopyKept, _) = Worker::start().await?.ask(&ask, &[handle.into()], |_| ()).await?;
        if !kept.written.is_proven {
            return Err(Failure::Unproven);
        }
        self.note(|marks| marks.folder = Some(Mark { at_ms, changes, is_without_attachments: false }));
        Ok(())
    }

    fn key(&self) -> String {
        folder_key(self.0.workspace.name())
    }

    /// Looks what the browser says of the folder.
    async fn look_at_folder(&self) {
        let handle = self.0.handle.borrow().clone();
        let state = match handle {
            Some(handle) if may_write(&handle, false).await => FolderState::Ready { name: handle.name() },
            Some(handle) => FolderState::Asks { name: handle.name() },
            None if picker().is_none() => FolderState::Unsupported,
            None => FolderState::None,
        };
        if self.0.folder.get_untracked() != state {
            self.0.folder.set(state);
        }
    }

    async fn look_after(self) {
        self.0.workspace.complete().await;
        self.recall().await;
        self.0.handle.replace(kept_folder(self.0.workspace.name()).await);
        self.look_at_folder().await;
        loop {
            if self.is_due() {
                // The reason is shown where the folder is; trying goes on.
                _ = self.keep().await;
            }
            gloo_timers::future::TimeoutFuture::new(LOOK_MS).await;
            self.look_at_folder().await;
        }
    }

    /// Takes the marks from the workspace's own database, should the browser have cleared the other place; those of
    /// another company that was here before say nothing of this one.
    async fn recall(&self) {
        let company = self.0.workspace.id();
        if let Some(marks) = Marks::read() {
            if !company.is_empty() && marks.company != company {
                self.note(|marks| (marks.file, marks.folder) = (None, None));
            }
            return;
        }
        let kept = self.0.workspace.store().get_meta(MARKS).await.ok().flatten();
        if let Some(marks) = kept.and_then(|bytes| serde_json::from_slice::<Marks>(&bytes).ok()) {
            self.note(|known| *known = marks);
        }
    }

    /// Whether the folder wants a copy; another tab may have made one meanwhile.
    fn is_due(&self) -> bool {
        let now_ms = wall_ms();
        let pulse = self.0.workspace.pulse().get_untracked();
        let (before, since_ms) = self.0.pulse.get();
        if pulse != before {
            self.0.pulse.set((pulse, now_ms));
        }
        let rests_since = if pulse == before { since_ms } else { now_ms };
        let marks = Marks::read().unwrap_or_default();
        let last = marks.folder;
        if self.0.marks.get_untracked() != marks {
            self.0.marks.set(marks);
        }
        let new = self.count().saturating_sub(last.map_or(0, |mark| mark.changes));
        matches!(self.0.folder.get_untracked(), FolderState::Ready { .. })
            && rota::is_due(now_ms, last.map(|mark| mark.at_ms), rests_since, new)
    }
}

fn series_of(company: String) -> SeriesOf {
    SeriesOf { company, device: device_token() }
}

fn folder_key(workspace: &str) -> String {
    format!("folder/{workspace}")
}

/// The folder of a workspace, also when the workspace itself is lost.
pub async fn kept_folder(workspace: &str) -> Option<FileSystemDirectoryHandle> {
    let kept = kehu_store::kept(&folder_key(workspace)).await;
    let kept = kept.inspect_err(|problem| leptos::logging::warn!("the folder is not known: {problem}"));
    kept.ok()??.dyn_into().ok()
}

/// The copies of the lost workspace that lie in its folder, the latest first.
///
/// # Errors
/// [`Failure::NoLeave`] when the person has to be asked, which needs a press of a button; [`Failure::NoFolder`].
pub async fn find_copies(folder: &FileSystemDirectoryHandle, ask: bool) -> Result<Vec<CopyFound>, Failure> {
    if !may_write(folder, ask).await {
        return Err(Failure::NoLeave);
    }
    let series = series_of(Marks::read().unwrap_or_default().company);
    Ok(Worker::start().await?.ask(&Ask::FindCopies { series }, &[folder.into()], |_| ()).await?.0)
}

/// Whether the folder may be written to; with `ask` the person is asked where the browser wants it.
///
/// A browser without such questions gives leave by the handle itself.
async fn may_write(folder: &FileSystemDirectoryHandle, ask: bool) -> bool {
    let question = if ask { "requestPermission" } else { "queryPermission" };
    let Ok(question) = Reflect::get(folder, &question.into()).and_then(|question| question.dyn_into::<Function>())
    else {
        return true;
    };
    let asked = question.call1(folder, &options(&[("mode", "readwrite")]));
    let Ok(promise) = asked.and_then(|promise| promise.dyn_into::<Promise>()) else { return false };
    JsFuture::from(promise).await.is_ok_and(|answer| answer.as_string().as_deref() == Some("granted"))
}

fn options(members: &[(&str, &str)]) -> js_sys::Object {
    let options = js_sys::Object::new();
    for (name, value) in members {
        // Setting a property of a fresh plain object cannot fail.
        _ = Reflect::set(&options, &(*name).into(), &(*value).into());
    }
    options
}

/// The browser's own way to choose a folder, where it has one.
fn picker() -> Option<Function> {
    Reflect::get(&js_sys::global(), &"showDirectoryPicker".into()).ok()?.dyn_into().ok()
}

/// The folder a person chose; `None` when they closed the choice.
async fn picked() -> Result<Option<FileSystemDirectoryHandle>, Failure> {
    let picker = picker().ok_or(Failure::NoFolder)?;
    let options = options(&[("id", "kehu-copies"), ("mode", "readwrite"), ("startIn", "documents")]);
    let asked = picker.call1(&JsValue::NULL, &options).and_then(|promise| promise.dyn_into::<Promise>());
    let chosen = match asked {
        Ok(promise) => JsFuture::from(promise).await,
        Err(thrown) => Err(thrown),
    };
    match chosen {
        Ok(handle) => handle.dyn_into().map(Some).map_err(|_| Failure::NoFolder),
        Err(thrown) => {
            let name = Reflect::get(&thrown, &"name".into()).ok().and_then(|name| name.as_string());
            if name.as_deref() == Some("AbortError") { Ok(None) } else { Err(Failure::NoLeave) }
        }
    }
}
