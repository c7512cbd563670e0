//! Importing a table: file, columns, rules, a rehearsal, and the import itself; earlier imports can be undone below.

mod as_before;
mod batches;
mod busy;
mod check_step;
mod columns_step;
mod done_step;
mod file_step;
mod lists;
mod profiles;
mod row_editor;
mod rules_step;
mod wizard;
mod words;
mod work;

use kehu_domain::import::ImportError;
use leptos::html;
use leptos::prelude::*;

use crate::components::{Notice, Tone};
use crate::i18n::{t, t_string, use_i18n};
use crate::words::lang;
use crate::workspace::use_workspace;

use batches::Batches;
use busy::BusyPanel;
use check_step::{CheckActions, CheckStep};
use columns_step::{ColumnsActions, ColumnsStep};
use done_step::DoneStep;
use file_step::{FileActions, FileStep};
use rules_step::{RulesActions, RulesStep};
use wizard::{Step, Trouble, Wizard};

pub use words::{grouped, kind_label};

/// The stepper, the step it is at, and the earlier imports.
#[component]
pub fn ImportPage() -> impl IntoView {
    let i18n = use_i18n();
    let wizard = Wizard::new(use_workspace());
    on_cleanup({
        let wizard = wizard.clone();
        move || wizard.leave()
    });
    let step = wizard.step();
    let drop_file = {
        let wizard = wizard.clone();
        move |event: web_sys::DragEvent| {
            event.prevent_default();
            let file = event.data_transfer().and_then(|dropped| dropped.files()).and_then(|files| files.get(0));
            if let Some(file) = file {
                wizard.open(file, lang(i18n));
            }
        }
    };
    let content = {
        let (wizard, step) = (wizard.clone(), step.clone());
        move || {
            let wizard = wizard.clone();
            match step.get() {
                Step::File => view! { <FileStep wizard /> }.into_any(),
                Step::Columns => view! { <ColumnsStep wizard /> }.into_any(),
                Step::Rules => view! { <RulesStep wizard /> }.into_any(),
                Step::Check => view! { <CheckStep wizard /> }.into_any(),
                Step::Done => view! { <DoneStep wizard /> }.into_any(),
            }
        }
    };
    let actions = {
        let (wizard, step) = (wizard.clone(), step.clone());
        move || {
            let wizard = wizard.clone();
            match step.get() {
                Step::File => view! { <FileActions wizard /> }.into_any(),
                Step::Columns => view! { <ColumnsActions wizard /> }.into_any(),
                Step::Rules => view! { <RulesActions wizard /> }.into_any(),
                Step::Check => view! { <CheckActions wizard /> }.into_any(),
                Step::Done => ().into_any(),
            }
        }
    };
    let place = step.clone();
    view! {
        // A file dropped beside the target would otherwise replace the app.
        <main class="page" tabindex="-1" on:dragover=|event| event.prevent_default() on:drop=drop_file>
            <header class="page-header">
                <h1>{t!(i18n, import.title)}</h1>
                <p>{t!(i18n, import.lead)}</p>
            </header>
            <Stepper step />
            <BusyPanel wizard=wizard.clone() />
            <TroubleNotice wizard=wizard.clone() />
            {content}
            // In between, earlier imports would only distract.
            {move || matches!(place.get(), Step::File | Step::Done).then(|| view! { <Batches wizard=wizard.clone() /> })}
            {actions}
        </main>
    }
}

/// The five steps and which one this is.
#[component]
fn Stepper(step: ArcRwSignal<Step>) -> impl IntoView {
    let i18n = use_i18n();
    let name = move |step: Step| match step {
        Step::File => t_string!(i18n, import.step.file),
        Step::Columns => t_string!(i18n, import.step.columns),
        Step::Rules => t_string!(i18n, import.step.rules),
        Step::Check => t_string!(i18n, import.step.check),
        Step::Done => t_string!(i18n, import.step.done),
    };
    let item = move |this: Step| {
        let (now, later) = (step.clone(), step.clone());
        view! {
            <li
                data-state=move || (this < now.get()).then_some("done")
                aria-current=move || (this == later.get()).then_some("step")
            >
                {move || name(this)}
            </li>
        }
    };
    view! {
        <ol class="stepper" aria-label=move || t_string!(i18n, import.steps)>
            {[Step::File, Step::Columns, Step::Rules, Step::Check, Step::Done].map(item).into_iter().collect_view()}
        </ol>
    }
}

/// What went wrong, with the way on.
#[component]
fn TroubleNotice(wizard: Wizard) -> impl IntoView {
    let i18n = use_i18n();
    let trouble = wizard.trouble();
    move || {
        trouble.get().map(|trouble| {
            let is_backup = matches!(trouble, Trouble::Table { problem: ImportError::Backup, .. });
            view! {
                <Notice tone=Tone::Problem>
                    <p>{move || words::trouble(i18n.get_locale(), &trouble)}</p>
                    {is_backup.then(|| view! {
                        <p><a href="/data/open">{t!(i18n, import.problem.backup_link)}</a></p>
                    })}
                </Notice>
            }
        })
    }
}

/// The heading of a step; it takes the focus when a person comes from another step.
#[component]
fn StepHeading(
    /// Whether somebody has moved between steps.
    has_moved: bool,
    children: Children,
) -> impl IntoView {
    let node = NodeRef::<html::H2>::new();
    Effect::new(move || {
        if let (Some(heading), true) = (node.get(), has_moved) {
            let _ = heading.focus();
        }
    });
    view! {
        <h2 tabindex="-1" node_ref=node>
            {children()}
        </h2>
    }
}
