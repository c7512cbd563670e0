//! What is going on, how far it is, and a way to stop it.

use leptos::prelude::*;

use super::wizard::{Busy, Task, Wizard, live};
use super::words::grouped;
use crate::i18n::{Locale, t, td_string, use_i18n};
use crate::words::megabytes;

/// The panel of the running task; nothing while nothing runs.
#[component]
pub fn BusyPanel(wizard: Wizard) -> impl IntoView {
    let busy = live(&wizard.busy);
    let task = Memo::new(move |_| busy.get().map(|busy| busy.task));
    let on_stop = Callback::new(move |()| wizard.stop());
    move || task.get().map(|task| view! { <Panel task busy on_stop /> })
}

/// A bar with numbers; a task that changes nothing can be stopped.
#[component]
fn Panel(
    /// What is being done.
    task: Task,
    /// How far it is.
    busy: Signal<Option<Busy>>,
    /// Stops it.
    on_stop: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let can_stop = matches!(task, Task::Reading | Task::Learning | Task::Checking);
    let name = move || task_name(i18n.get_locale(), task);
    let total = move || busy.get().map(|busy| busy.total).filter(|total| *total > 0);
    let done = move || busy.get().map(|busy| busy.done.to_string()).filter(|_| total().is_some());
    view! {
        <div class="progress-panel" role="group" aria-label=name>
            <progress aria-label=name max=move || total().map(|total| total.to_string()) value=done></progress>
            <span class="hint">
                {move || busy.get().map(|busy| format!("{} · {}", name(), extent(i18n.get_locale(), busy)))}
            </span>
            {can_stop.then(|| view! {
                <button type="button" class="button" data-size="small" on:click=move |_| on_stop.run(())>
                    {t!(i18n, import.action.stop)}
                </button>
            })}
        </div>
    }
}

fn task_name(locale: Locale, task: Task) -> &'static str {
    match task {
        Task::Reading => td_string!(locale, import.busy.reading),
        Task::Counting => td_string!(locale, import.busy.counting),
        Task::Learning => td_string!(locale, import.busy.learning),
        Task::Checking => td_string!(locale, import.busy.checking),
        Task::Writing => td_string!(locale, import.busy.writing),
        Task::Saving => td_string!(locale, import.busy.saving),
        Task::Undoing => td_string!(locale, import.busy.undoing),
        Task::Grading => td_string!(locale, import.busy.grading),
    }
}

fn extent(locale: Locale, Busy { task, done, total }: Busy) -> String {
    match task {
        _ if total == 0 => "…".to_owned(),
        Task::Reading | Task::Counting => {
            td_string!(locale, import.busy.size, done = megabytes(done as u64), total = megabytes(total as u64))
        }
        Task::Checking => td_string!(locale, import.busy.rows, done = grouped(done), total = grouped(total)),
        Task::Learning | Task::Writing | Task::Saving | Task::Undoing | Task::Grading => {
            td_string!(locale, import.busy.records, done = grouped(done), total = grouped(total))
        }
    }
}
