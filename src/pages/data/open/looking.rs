//! What the page knows of the file it has opened, and what it asks the worker about it.

use futures_util::future::{AbortHandle, abortable};
use kehu_domain::arrival::Chosen;
use kehu_domain::stamp::RecordId;
use kehu_ledger::arrival::{self, Brought, Choice, Summary, TakenBack};
use kehu_ledger::errand::{Ask, Failure, Make, Step};
use leptos::prelude::*;
use serde::de::DeserializeOwned;
use wasm_bindgen::JsValue;

use crate::components::Progress;
use crate::exchange::{Copies, Mark, Worker, save_blob, use_copies, write_backup};
use crate::i18n::{Locale, td_string, use_i18n};
use crate::moment::wall_ms;
use crate::workspace::Workspace;

/// Where the page stands.
#[derive(Clone, PartialEq)]
pub enum Stage {
    /// A file is to be chosen.
    File,
    /// This is in the file.
    Inside(Summary),
    /// This came in, and the safety copy has this name.
    Done(Brought, Option<String>),
}

/// What is going on.
#[derive(Clone, Copy, PartialEq)]
pub enum Task {
    /// A file is opened.
    Opening(Option<Step>),
    /// A safety copy is written.
    Copying,
    /// Something is saved.
    Saving(Option<Step>),
    /// An arrival is taken back.
    TakingBack(Option<Step>),
    /// An arrival is brought back.
    BringingBack(Option<Step>),
}

impl Task {
    /// How far it is.
    fn step(self) -> Option<Step> {
        match self {
            Self::Opening(step) | Self::Saving(step) | Self::TakingBack(step) | Self::BringingBack(step) => step,
            Self::Copying => None,
        }
    }
}

/// Why the last thing asked for came to nothing.
#[derive(Clone, PartialEq)]
pub enum Trouble {
    /// What the worker said.
    Failed(Failure),
    /// The safety copy could not be written.
    NoCopy(Option<Failure>),
}

/// The file on its way in. A handle: copies are the same.
#[derive(Clone, Copy)]
pub struct Looking {
    workspace: StoredValue<Workspace>,
    copies: StoredValue<Copies>,
    worker: StoredValue<Option<Worker>, LocalStorage>,
    under_way: StoredValue<Option<AbortHandle>, LocalStorage>,
    /// The file that was chosen last.
    pub file: StoredValue<Option<web_sys::File>, LocalStorage>,
    /// What it is called.
    pub name: RwSignal<String>,
    /// Where the page stands.
    pub stage: RwSignal<Stage>,
    /// What is going on.
    pub task: RwSignal<Option<Task>>,
    /// What went wrong last.
    pub trouble: RwSignal<Option<Trouble>>,
    /// What taking back or bringing back came to, and whether it was the latter.
    pub taken_back: RwSignal<Option<(TakenBack, bool)>>,
    /// What was chosen of the file.
    pub chosen: RwSignal<Chosen>,
    /// Whether a safety copy is written first.
    pub wants_copy: RwSignal<bool>,
}

impl Looking {
    /// Nothing is open yet.
    pub fn new(workspace: Workspace) -> Self {
        Self {
            workspace: StoredValue::new(workspace),
            copies: StoredValue::new(use_copies()),
            worker: StoredValue::new_local(None),
            under_way: StoredValue::new_local(None),
            file: StoredValue::new_local(None),
            name: RwSignal::new(String::new()),
            stage: RwSignal::new(Stage::File),
            task: RwSignal::new(None),
            trouble: RwSignal::new(None),
            taken_back: RwSignal::new(None),
            chosen: RwSignal::new(Chosen::default()),
            wants_copy: RwSignal::new(true),
        }
    }

    /// The workspace of the page.
    pub fn workspace(self) -> Workspace {
        self.workspace.get_value()
    }

    /// Opens a file, with the passphrase that unseals it.
    pub fn open(self, file: web_sys::File, passphrase: Option<String>) {
        self.name.set(file.name());
        self.file.set_value(Some(file.clone()));
        self.chosen.set(Chosen::default());
        self.taken_back.set(None);
        self.run(Task::Opening(None), async move {
            let workspace = self.workspace();
            workspace.complete().await;
            let ask = arrival::Ask::Open { workspace: workspace.name().to_owned(), file: file.name(), passphrase };
            let hear = move |step| self.task.set(Some(Task::Opening(Some(step))));
            let summary: Summary = self.ask_with(ask, &[file.into()], hear).await.map_err(Trouble::Failed)?;
            self.stage.set(Stage::Inside(summary));
            Ok(())
        });
    }

    /// Brings in what was chosen; a safety copy first, where there is something to keep.
    pub fn bring(self, choice: Choice) {
        self.run(Task::Copying, async move {
            let workspace = self.workspace();
            let is_empty = workspace.read_once(|book| book.is_empty());
            let copy = match self.wants_copy.get_untracked() && !is_empty {
                true => Some(self.write_copy().await?),
                false => None,
            };
            self.task.set(Some(Task::Saving(None)));
            let ask = arrival::Ask::Bring { choice, by: workspace.person() };
            let hear = move |step| self.task.set(Some(Task::Saving(Some(step))));
            let brought: Brought = self.ask_with(ask, &[], hear).await.map_err(Trouble::Failed)?;
            workspace.has_taken(brought.last).await;
            self.stage.set(Stage::Done(brought, copy));
            Ok(())
        });
    }

    async fn write_copy(self) -> Result<String, Trouble> {
        let workspace = self.workspace();
        let (at_ms, changes) = (wall_ms(), self.copies.with_value(Copies::count));
        let make = Make { is_packed: true, ..Make::default() };
        let copy = write_backup(&workspace, make, |_| ()).await.map_err(|failure| Trouble::NoCopy(Some(failure)))?;
        if !copy.written.is_proven || !save_blob(&copy.name, &copy.file) {
            return Err(Trouble::NoCopy(None));
        }
        self.copies.with_value(|copies| copies.note_file(Mark { at_ms, changes, is_without_attachments: false }));
        Ok(copy.name)
    }

    /// Takes an arrival back, or brings it back.
    pub fn take_back(self, arrival: RecordId, is_redo: bool) {
        self.taken_back.set(None);
        let task = if is_redo { Task::BringingBack } else { Task::TakingBack };
        self.run(task(None), async move {
            let workspace = self.workspace();
            let (name, by) = (workspace.name().to_owned(), workspace.person());
            let ask = arrival::Ask::TakeBack { workspace: name, arrival, is_redo, by };
            let hear = move |step| self.task.set(Some(task(Some(step))));
            let taken: TakenBack = self.ask_with(ask, &[], hear).await.map_err(Trouble::Failed)?;
            if let Some(last) = taken.last {
                workspace.has_taken(last).await;
            }
            self.taken_back.set(Some((taken, is_redo)));
            Ok(())
        });
    }

    /// Leaves the file.
    pub fn leave(self) {
        self.file.set_value(None);
        self.worker.set_value(None);
        self.trouble.set(None);
        self.stage.set(Stage::File);
    }

    /// Gives up what is going on; nothing of it is saved then.
    pub fn stop(self) {
        self.under_way.with_value(|task| {
            if let Some(task) = task {
                task.abort();
            }
        });
    }

    /// Asks about the opened file.
    ///
    /// # Errors
    /// What the worker says.
    pub async fn ask<T: DeserializeOwned>(self, ask: arrival::Ask) -> Result<T, Failure> {
        self.ask_with(ask, &[], |_| ()).await
    }

    async fn ask_with<T: DeserializeOwned>(
        self,
        ask: arrival::Ask,
        files: &[JsValue],
        hear: impl Fn(Step) + 'static,
    ) -> Result<T, Failure> {
        let worker = match self.worker.get_value() {
            Some(worker) => worker,
            None => {
                let worker = Worker::start().await?;
                self.worker.set_value(Some(worker.clone()));
                worker
            }
        };
        Ok(worker.ask(&Ask::Arrival(ask), files, hear).await?.0)
    }

    fn run(self, task: Task, work: impl Future<Output = Result<(), Trouble>> + 'static) {
        let (work, stop) = abortable(work);
        self.under_way.set_value(Some(stop));
        self.trouble.set(None);
        self.task.set(Some(task));
        leptos::task::spawn_local(async move {
            let outcome = work.await.unwrap_or(Err(Trouble::Failed(Failure::Stopped)));
            self.task.set(None);
            self.trouble.set(outcome.err());
        });
    }
}

/// Asks a worker of its own one thing, with the files that come of it.
///
/// # Errors
/// What the worker says.
pub async fn ask_worker<T: DeserializeOwned>(ask: arrival::Ask) -> Result<(T, Vec<JsValue>), Failure> {
    Worker::start().await?.ask(&Ask::Arrival(ask), &[], |_| ()).await
}

/// What is going on, how far it is, and a way to stop it.
#[component]
pub fn WorkPanel(
    /// What is going on.
    task: RwSignal<Option<Task>>,
    /// Stops it.
    on_stop: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let step = Signal::derive(move || task.get().and_then(Task::step));
    let name = Signal::derive(move || {
        task.get().map(|task| task_name(i18n.get_locale(), task).to_owned()).unwrap_or_default()
    });
    let is_going_on = Memo::new(move |_| task.read().is_some());
    // What is being saved is saved whole; only before it can somebody change their mind.
    let may_stop = Memo::new(move |_| matches!(task.get(), Some(Task::Opening(_) | Task::Copying)));
    view! {
        <Show when=move || is_going_on.get()>
            {move || view! { <Progress name step on_stop=may_stop.get().then_some(on_stop) /> }}
        </Show>
    }
}

fn task_name(locale: Locale, task: Task) -> &'static str {
    match task {
        Task::Opening(Some(Step { stage: 0, .. })) => td_string!(locale, arrival.busy.reading),
        Task::Opening(Some(Step { stage: 2, .. })) => td_string!(locale, arrival.busy.comparing),
        Task::Opening(_) => td_string!(locale, arrival.busy.opening),
        Task::Copying => td_string!(locale, arrival.busy.copy),
        Task::Saving(_) => td_string!(locale, arrival.busy.saving),
        Task::TakingBack(_) => td_string!(locale, arrival.busy.back),
        Task::BringingBack(_) => td_string!(locale, arrival.busy.again),
    }
}
