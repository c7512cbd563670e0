//! One case: where it stands, what comes next, its documents and what happened.

use kehu_domain::kind;
use kehu_domain::stamp::RecordId;
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos_router::components::A;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::call::CallWindow;
use super::clock::Clocks;
use super::document::{Content, Documents};
use super::filed::FiledPage;
use super::fill::FillForm;
use super::history::History;
use super::links::Links;
use super::moves::Moves;
use super::words::{case_title, due_text, step_name};
use crate::components::FlowChart;
use crate::i18n::{t, t_string, use_i18n};
use crate::moment;
use crate::pages::scores::ScorePanel;
use crate::words::lang;
use crate::workspace::{OpenCase, Workspace, staff_name, use_workspace};

/// The case of the address; with `?form=` the form to fill, with `&then=` the move it is for.
#[component]
pub fn CasePage() -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let params = use_params_map();
    let query = use_query_map();
    let id = Memo::new(move |_| params.read().get("id").and_then(|id| id.parse::<RecordId>().ok()));
    let form = Memo::new(move |_| query.read().get("form").filter(|form| !form.is_empty()));
    let then = Memo::new(move |_| query.read().get("then").filter(|then| !then.is_empty()));
    let document = Memo::new(move |_| query.read().get("document").and_then(|id| id.parse::<RecordId>().ok()));
    let is_known = {
        let workspace = workspace.clone();
        Memo::new(move |_| id.get().is_some_and(|id| workspace.case(id).is_some()))
    };
    view! {
        <Show
            when=move || is_known.get()
            fallback=move || view! {
                <main class="page">
                    <h1>{t!(i18n, cases.title)}</h1>
                    <p class="empty-state">{t!(i18n, cases.missing)}</p>
                    <p><A href="/cases" attr:class="button">{t!(i18n, cases.title)}</A></p>
                </main>
            }
        >
            {
                let workspace = workspace.clone();
                move || {
                let id = id.get().unwrap_or_default();
                let workspace = workspace.clone();
                let filed = document.get().and_then(|document| Some((workspace.case(id)?, document)));
                match (form.get(), filed) {
                    (_, Some((case, document))) => view! { <FiledPage case id=document /> }.into_any(),
                    (Some(form), None) => view! { <FillForm id=Some(id) form then=then.get() /> }.into_any(),
                    (None, None) => view! { <Overview id /> }.into_any(),
                }
            }}
        </Show>
    }
}

/// The case itself.
#[component]
fn Overview(id: RecordId) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    // What is being answered stays on the screen while other records are saved.
    look_after(&workspace, id);
    let case = Memo::new(move |_| workspace.case(id));
    view! {
        <main class="page">
            {move || {
                case.get()
                    .map(|case| {
                        let title = case.process.title.clone();
                        let customer = case.customer.map(|customer| format!("/customers/{customer}"));
                        let name = case.customer_name.clone();
                        let called = case.clone();
                        let section = kehu_domain::playbook::Playbook::built_in()
                            .section_of_process(&case.process.id)
                            .map(|section| format!("/handbook/{}", section.id));
                        view! {
                            <header class="page-header">
                                                                    <A href="/cases" attr:class="back-link">"‹ " {t!(i18n, cases.title)}</A>
                                    <h1>
                                        {move || case_title(i18n.get_locale(), &called)}
                                        <small>
                                            {move || title.get(lang(i18n)).to_owned()} " · "
                                            {section
                                                .map(|section| {
                                                    view! { <A href=section>{case.process.id.to_string()}</A> }
                                                })}
                                        </small>
                                    </h1>
                                    {customer
                                        .map(|customer| view! { <p><A href=customer>{name} " ›"</A></p> })}
                            </header>
                            <div class="columns">
                                <div class="stack">
                                    <Standing case=case.clone() />
                                    <CallWindow case=case.clone() />
                                    <Moves case=case.clone() />
                                    <Clocks case=case.clone() />
                                    <Way case=case.clone() />
                                </div>
                                <div class="stack">
                                    <ScorePanel case=case.clone() />
                                    <Facts case=case.clone() />
                                    <Links id />
                                    <Documents case=case.clone() />
                                    <History id />
                                </div>
                            </div>
                        }
                    })
            }}
        </main>
    }
}

/// What the case follows of the records is brought up to date when somebody opens it.
fn look_after(workspace: &Workspace, id: RecordId) {
    let workspace = workspace.clone();
    spawn_local(async move {
        if let Err(problem) = workspace.look_after(id).await {
            leptos::logging::warn!("the case could not be brought up to date: {problem}");
        }
    });
}

/// The flowchart of the process with the way this case has come.
#[component]
fn Way(case: OpenCase) -> impl IntoView {
    let i18n = use_i18n();
    let OpenCase { process, view, .. } = case;
    let done = view.history.iter().map(|moved| moved.from).collect::<Vec<_>>();
    view! {
        <details class="fold">
            <summary>{t!(i18n, cases.way)}</summary>
            <FlowChart process current=Some(view.step) done />
        </details>
    }
}

/// Where the case stands and until when the next move is due.
#[component]
fn Standing(case: OpenCase) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let OpenCase { process, view, due, .. } = case;
    let is_late = due.is_some_and(|due| due < moment::now());
    let owner = view.owner.map(|owner| workspace.read_once(|book| staff_name(book, owner))).unwrap_or_default();
    let is_closed = process.step(view.step).is_some_and(|step| step.is_terminal);
    view! {
        <section class="case-panel" aria-label=move || t_string!(i18n, cases.step)>
            <header>
                <div>
                    <p class="eyebrow">{t!(i18n, cases.step)}</p>
                    <h2 class="case-step">{move || step_name(i18n.get_locale(), process, view.step)}</h2>
                </div>
                <p class="hint">{t!(i18n, cases.owner)} " " {owner}</p>
            </header>
            {(!is_closed)
                .then(|| {
                    view! {
                        <p class="case-clock" data-state=is_late.then_some("late")>
                            <time>{move || due_text(i18n.get_locale(), due)}</time>
                        </p>
                    }
                })}
        </section>
    }
}

/// What the case carries.
#[component]
fn Facts(case: OpenCase) -> impl IntoView {
    let i18n = use_i18n();
    let fields: Vec<_> = case
        .process
        .fields
        .iter()
        .filter_map(|field| Some((field.clone(), case.view.fields.get(&field.key)?.clone())))
        .filter(|(_, value)| !value.is_blank())
        .collect();
    let reason = case.view.fields.get(&kind::REASON).and_then(|reason| reason.as_text().map(ToOwned::to_owned));
    view! {
        <section class="section">
            <div class="section-head"><h2>{t!(i18n, cases.facts)}</h2></div>
            <dl class="definition-list">
                {fields
                    .into_iter()
                    .map(|(field, value)| {
                        let label = field.label.clone();
                        view! {
                            <dt>{move || label.get(lang(i18n)).to_owned()}</dt>
                            <dd><Content kind=field.kind value /></dd>
                        }
                    })
                    .collect_view()}
                {reason.map(|reason| view! { <dt>{t!(i18n, cases.reason)}</dt><dd>{reason}</dd> })}
            </dl>
        </section>
    }
}
