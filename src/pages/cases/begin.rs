//! Beginning a case of any process: about whom, and what the process asks for.

use kehu_domain::form::{self, Answers};
use kehu_domain::kind;
use kehu_domain::playbook::Playbook;
use kehu_domain::stamp::RecordId;
use kehu_domain::workflow::{Process, WithCustomer};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::components::A;
use leptos_router::hooks::{use_navigate, use_query_map};

use super::fill::FillForm;
use super::words::{move_problem, role_name};
use crate::components::{ErrorSummary, FormSheet, Notice, Tone};
use crate::i18n::{t, t_string, use_i18n};
use crate::words::lang;
use crate::workspace::{TASK, lookups, use_workspace};

/// How many customers are offered while searching.
const OFFERED: usize = 8;

/// What may be begun; with `?process=` that one, with `&customer=` about them; with `?form=` a form filled for itself.
#[component]
pub fn BeginPage() -> impl IntoView {
    let query = use_query_map();
    let process = Memo::new(move |_| query.read().get("process").unwrap_or_default());
    let customer = Memo::new(move |_| query.read().get("customer").and_then(|id| id.parse::<RecordId>().ok()));
    let form = Memo::new(move |_| query.read().get("form").filter(|form| is_filled_alone(form)));
    move || {
        if let Some(form) = form.get() {
            return view! { <FillForm id=None form then=None /> }.into_any();
        }
        match Playbook::built_in().process(&process.read()).filter(|process| process.begin.is_some()) {
            Some(process) => view! { <Begin process customer=customer.get() /> }.into_any(),
            None => view! { <Choose customer=customer.get() /> }.into_any(),
        }
    }
}

/// Whether a form is filled for itself, as a task.
pub fn is_filled_alone(form: &str) -> bool {
    Playbook::built_in().form(form).is_some_and(|form| form.process.as_deref() == Some(TASK))
}

/// Every process a person can begin, by chapter.
#[component]
fn Choose(customer: Option<RecordId>) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let name = customer.map(|id| workspace.read_once(|book| name_of(book, id)));
    let about = move |process: &Process| {
        let with = process.begin.as_ref().map(|begin| begin.customer);
        with.is_some_and(|with| customer.is_none() || with != WithCustomer::None)
    };
    let processes = Playbook::built_in().processes.iter().filter(move |process| about(process));
    view! {
        <main class="page" data-width="read">
            <header class="page-header">
                <A href="/cases" attr:class="back-link">"‹ " {t!(i18n, cases.title)}</A>
                <h1>{t!(i18n, cases.begin.title)} <small>{name}</small></h1>
            </header>
            <ul class="form-links">
                {processes
                    .map(|process| {
                        let about = customer.map(|id| format!("&customer={id}")).unwrap_or_default();
                        view! {
                            <li>
                                <A href=format!("/cases/new?process={}{about}", process.id)>
                                    {move || process.title.get(lang(i18n)).to_owned()}
                                </A>
                                <span>{process.id.to_string()}</span>
                            </li>
                        }
                    })
                    .collect_view()}
            </ul>
        </main>
    }
}

#[component]
fn Begin(process: &'static Process, customer: Option<RecordId>) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let navigate = use_navigate();
    let Some(begin) = process.begin.as_ref() else { return ().into_any() };
    let chosen = RwSignal::new(customer);
    let asks = begin.asks.clone();
    let context = {
        let workspace = workspace.clone();
        move || workspace.begin_context(process, chosen.get())
    };
    let answers = RwSignal::new(untrack(|| {
        asks.as_ref().map(|asks| form::defaults(asks, &context(), lang(i18n))).unwrap_or_default()
    }));
    let problems = RwSignal::new(Vec::new());
    let lacks_customer = RwSignal::new(false);
    let start = {
        let workspace = workspace.clone();
        Action::new_unsync(move |given: &Answers| {
            let (workspace, given) = (workspace.clone(), given.clone());
            let customer = chosen.get_untracked();
            async move { workspace.begin_case(process, customer, &given).await }
        })
    };
    Effect::new(move || {
        if let Some(Ok(case)) = start.value().get() {
            navigate(&format!("/cases/{case}"), NavigateOptions { replace: true, ..NavigateOptions::default() });
        }
    });
    let submit = {
        let (asks, context) = (asks.clone(), context.clone());
        let needs_customer = begin.customer == WithCustomer::Required;
        move |event: leptos::ev::SubmitEvent| {
            event.prevent_default();
            let found = asks.as_ref().map(|asks| form::check(asks, &answers.read_untracked(), &untrack(&context)));
            let found = found.unwrap_or_default();
            let lacks = needs_customer && chosen.get_untracked().is_none();
            lacks_customer.set(lacks);
            let is_right = found.is_empty() && !lacks;
            problems.set(found);
            if is_right {
                start.dispatch_local(answers.get_untracked());
            }
        }
    };
    let refusal = {
        let (workspace, roles) = (workspace.clone(), begin.roles.clone());
        move || {
            let kehu_domain::workflow::Actor::Person { posts, .. } = workspace.actor() else { return None };
            let may = roles.iter().any(|role| posts.contains(&role.code()));
            (!may).then(|| {
                let names: Vec<String> = roles.iter().map(|role| role_name(i18n.get_locale(), *role)).collect();
                let separator = if i18n.get_locale() == crate::i18n::Locale::zh { "、" } else { ", " };
                t_string!(i18n, cases.refused.role, roles = names.join(separator))
            })
        }
    };
    let with = begin.customer;
    let form = asks.clone();
    // A contact of one customer is none of another.
    Effect::new(move |before: Option<Option<RecordId>>| {
        let now = chosen.get();
        if before.is_some_and(|before| before != now) {
            answers.update(|answers| answers.retain(|key, _| *key != kind::CONTACT));
        }
        now
    });
    view! {
        <main class="page" data-width="read">
            <header class="page-header">
                <A href="/cases" attr:class="back-link">"‹ " {t!(i18n, cases.title)}</A>
                <h1>{move || process.title.get(lang(i18n)).to_owned()} <small>{t!(i18n, cases.begin.title)}</small></h1>
            </header>
            <form class="form-page" novalidate on:submit=submit>
                {move || refusal().map(|text| view! { <Notice tone=Tone::Info>{text}</Notice> })}
                {form.clone().map(|form| view! { <ErrorSummary form problems /> })}
                {(with != WithCustomer::None).then(|| view! { <WhoIsIt chosen with lacks=lacks_customer /> })}
                {form
                    .map(|form| {
                        // Whom there is to choose among follows the customer.
                        move || {
                            let lookups = lookups(&workspace, chosen.get());
                            let (form, context) = (form.clone(), context.clone());
                            view! {
                                <FormSheet
                                    form
                                    answers
                                    context=Signal::derive_local(context)
                                    problems
                                    lookups
                                />
                            }
                        }
                    })}
                {move || {
                    start
                        .value()
                        .get()
                        .and_then(Result::err)
                        .map(|problem| {
                            let lines = move_problem(i18n.get_locale(), &problem);
                            view! {
                                <Notice tone=Tone::Problem>
                                    {lines.into_iter().map(|line| view! { <p>{line}</p> }).collect_view()}
                                </Notice>
                            }
                        })
                }}
                <div class="save-bar">
                    <button type="submit" class="button" data-kind="primary" disabled=move || start.pending().get()>
                        {t!(i18n, cases.begin.start)}
                    </button>
                </div>
            </form>
        </main>
    }
    .into_any()
}

/// The customer a case is about: found while typing, shown once chosen.
#[component]
fn WhoIsIt(
    chosen: RwSignal<Option<RecordId>>,
    with: WithCustomer,
    /// Whether somebody tried to go on without one.
    lacks: RwSignal<bool>,
) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let words = RwSignal::new(String::new());
    let name = {
        let workspace = workspace.clone();
        move || chosen.get().map(|id| workspace.read(|book| name_of(book, id)))
    };
    let found = {
        let workspace = workspace.clone();
        Memo::new(move |_| {
            let words = words.read();
            if words.trim().is_empty() {
                return Vec::new();
            }
            let ids = workspace.find_customers(&words, OFFERED);
            workspace.read(|book| ids.iter().map(|id| (*id, name_of(book, *id))).collect::<Vec<_>>())
        })
    };
    let is_required = with == WithCustomer::Required;
    let is_chosen = Memo::new(move |_| chosen.read().is_some());
    view! {
        <section class="form-section">
            <h2>{t!(i18n, cases.begin.customer)}</h2>
            <Show
                when=move || is_chosen.get()
                fallback=move || view! {
                    <div class="field" data-wide="">
                        <label for="begin-customer">
                            {t!(i18n, cases.begin.find)} " "
                            <span class="required">
                                {move || {
                                    if is_required {
                                        t_string!(i18n, cases.form.required)
                                    } else {
                                        t_string!(i18n, cases.form.optional)
                                    }
                                }}
                            </span>
                        </label>
                        <input
                            id="begin-customer"
                            type="search"
                            autocomplete="off"
                            aria-invalid=move || lacks.get().then_some("true")
                            aria-describedby="begin-customer-problem"
                            prop:value=words
                            on:input=move |event| words.set(event_target_value(&event))
                        />
                        <p class="field-problem" id="begin-customer-problem" hidden=move || !lacks.get()>
                            {t!(i18n, cases.begin.no_customer)}
                        </p>
                        <ul class="task-list">
                            <For each=move || found.get() key=|(id, _)| *id let((id, name))>
                                <li>
                                    <button
                                        type="button"
                                        class="task"
                                        on:click=move |_| {
                                            chosen.set(Some(id));
                                            lacks.set(false);
                                        }
                                    >
                                        <span class="task-name">{name}</span>
                                    </button>
                                </li>
                            </For>
                        </ul>
                    </div>
                }
            >
                <p class="row">
                    <strong>{name.clone()}</strong>
                    <button
                        type="button"
                        class="button"
                        data-kind="quiet"
                        data-size="small"
                        on:click=move |_| chosen.set(None)
                    >
                        {t!(i18n, cases.begin.another)}
                    </button>
                </p>
            </Show>
        </section>
    }
}

fn name_of(book: &kehu_domain::book::Book, customer: RecordId) -> String {
    book.get(customer).map(|record| record.text(kind::NAME).to_owned()).unwrap_or_default()
}
