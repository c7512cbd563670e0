//! The open cases, the most urgent first.

use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::components::A;
use leptos_router::hooks::{use_navigate, use_query_map};

use super::words::{due_text, step_name};
use crate::i18n::{t, t_string, use_i18n};
use crate::moment;
use crate::words::lang;
use crate::workspace::{OpenCase, use_workspace};

/// Mine or everyone's, by process and step.
#[component]
pub fn CasesPage() -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let query = use_query_map();
    let navigate = use_navigate();
    let is_mine = Memo::new(move |_| query.read().get("mine").is_some());
    let is_late_only = Memo::new(move |_| query.read().get("late").is_some());
    let cases = {
        let workspace = workspace.clone();
        Signal::derive_local(move || {
            let mut cases = if is_mine.get() { workspace.waiting_for_me() } else { workspace.open_cases() };
            if is_late_only.get() {
                let now = moment::now();
                cases.retain(|case| case.due.is_some_and(|due| due < now));
            }
            cases.sort_by_key(|case| (case.due.is_none(), case.due, case.id));
            cases
        })
    };
    let count = Memo::new(move |_| cases.with(Vec::len));
    let option = move |mine: bool| {
        view! {
            <label>
                <input
                    type="radio"
                    name="whose"
                    prop:checked=move || is_mine.get() == mine
                    on:change={
                        let navigate = navigate.clone();
                        move |_| {
                            let path = if mine { "/cases?mine=1" } else { "/cases" };
                            navigate(path, NavigateOptions { replace: true, ..NavigateOptions::default() });
                        }
                    }
                />
                {move || {
                    if mine { t_string!(i18n, cases.filter.mine) } else { t_string!(i18n, cases.filter.everyone) }
                }}
            </label>
        }
    };
    view! {
        <main class="page">
            <header class="page-header">
                                    <h1>{t!(i18n, cases.title)}</h1>
                    <p role="status">{move || t!(i18n, cases.count, count = count.get())}</p>
            </header>
            <fieldset class="segmented-control">
                <legend class="visually-hidden">{t!(i18n, cases.filter.whose)}</legend>
                {option(false)}
                {option(true)}
            </fieldset>
            <div class="page-actions">
                <A href="/cases/new" attr:class="button" attr:data-kind="primary">{t!(i18n, cases.begin.title)}</A>
            </div>
            <Show
                when=move || count.get() != 0
                fallback=move || view! {
                    <div class="empty-state">
                        <h2>{t!(i18n, cases.empty.title)}</h2>
                        <p>{t!(i18n, cases.empty.text)}</p>
                        <A href="/" attr:class="button">{t!(i18n, shell.place.today)}</A>
                    </div>
                }
            >
                <ul class="task-list">
                    {move || cases.get().into_iter().map(|case| view! { <CaseRow case /> }).collect_view()}
                </ul>
            </Show>
        </main>
    }
}

/// One case in a list of work.
#[component]
pub fn CaseRow(case: OpenCase) -> impl IntoView {
    let i18n = use_i18n();
    let OpenCase { id, process, view, customer_name, due, .. } = case;
    let is_late = due.is_some_and(|due| due < moment::now());
    view! {
        <li data-state=is_late.then_some("late")>
            <A href=format!("/cases/{id}") attr:class="task">
                <span class="task-name">{customer_name}</span>
                <span class="task-detail">
                    {move || process.title.get(lang(i18n)).to_owned()} " · "
                    {move || step_name(i18n.get_locale(), process, view.step)}
                </span>
                <span class="task-due">{move || due_text(i18n.get_locale(), due)}</span>
            </A>
        </li>
    }
}
