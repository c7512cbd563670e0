//! Contacts leave with approval only (L7): asking, deciding, and making the file once.

use std::sync::Arc;

use kehu_domain::export::{Export, MOST_CUSTOMERS, Refused, State, contacts, exports, refused};
use kehu_domain::kind;
use kehu_domain::stamp::RecordId;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_query_map;

use super::menu::{Formats, Outcome, Ready, Said, take};
use super::words::whose;
use crate::components::{Decision, Notice, Tone};
use crate::exchange::TableFormat;
use crate::i18n::{t, t_string, td_string, use_i18n};
use crate::pages::customers::{HANDED, use_handed};
use crate::words::{problem_of, store_problem};
use crate::workspace::{Source, staff_name, use_workspace};

/// How many exports wait for the decision of the person of this device; nothing where there is none.
#[component]
pub fn ExportsWaiting() -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let count = Memo::new(move |_| {
        let person = workspace.person();
        workspace.read(|book| {
            let waits = |export: &Export| export.state() == State::Waiting && refused(book, person, export).is_none();
            exports(book).into_iter().filter(waits).count()
        })
    });
    view! {
        <Show when=move || count.get() != 0>
            <ul class="task-list">
                <li data-state="due">
                    <A href="/data/export" attr:class="task">
                        <span class="task-name">{move || t!(i18n, export.waiting.many, count = count.get())}</span>
                    </A>
                </li>
            </ul>
        </Show>
    }
}

/// Whose contacts are asked for.
#[derive(Clone, PartialEq)]
struct Asked {
    /// `None` for all.
    customers: Option<Vec<RecordId>>,
    /// The name of the one customer, or how the customers were chosen.
    called: String,
    /// How many contacts.
    count: usize,
}

/// Asks for an export of contacts: of the customer the address names, of those handed on by a list, or of all.
#[component]
pub fn AskForContacts() -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let query = use_query_map();
    let handed = use_handed();
    let asked = {
        let workspace = workspace.clone();
        Memo::new(move |_| {
            let one = query.read().get("customer").and_then(|id| id.parse::<RecordId>().ok());
            workspace.read(|book| {
                let (customers, called) = match one {
                    Some(one) => (Some(vec![one]), book.get(one).map(|of| of.text(kind::NAME).to_owned())),
                    None if query.read().get(HANDED).is_some() => {
                        handed.with(|handed| (Some(handed.customers.clone()), Some(handed.scope.clone())))
                    }
                    None => (None, None),
                };
                let count = contacts(book, customers.as_deref()).len();
                Asked { customers, called: called.unwrap_or_default(), count }
            })
        })
    };
    let reason = RwSignal::new(String::new());
    let ask = Action::new_unsync(move |(): &()| {
        let (workspace, why, locale) = (workspace.clone(), reason.get_untracked(), i18n.get_locale_untracked());
        let asked = asked.get_untracked();
        async move {
            // What one customer is called, the record says by naming it.
            let is_several = asked.customers.as_ref().is_some_and(|customers| customers.len() != 1);
            let scope = if is_several { &*asked.called } else { "" };
            match workspace.ask_export(asked.customers.as_deref(), scope, asked.count, &why).await {
                Ok(()) => {
                    reason.set(String::new());
                    (Tone::Success, td_string!(locale, export.ask.sent).to_owned())
                }
                Err(problem) => (Tone::Problem, store_problem(locale, &problem)),
            }
        }
    });
    let among = Memo::new(move |_| asked.read().customers.as_ref().map(Vec::len));
    let of_whom = move || {
        let Asked { called, count, .. } = asked.get();
        match among.get() {
            None => t_string!(i18n, export.ask.of_all, count = count),
            Some(0) => t_string!(i18n, export.ask.lost).to_owned(),
            Some(1) if query.read().get(HANDED).is_none() => {
                t_string!(i18n, export.ask.of_one, name = called, count = count)
            }
            Some(many) if many > MOST_CUSTOMERS => t_string!(i18n, export.ask.too_many, most = MOST_CUSTOMERS),
            Some(many) => t_string!(i18n, export.ask.of_chosen, customers = many, scope = called, count = count),
        }
    };
    let cannot = move || {
        reason.read().trim().is_empty()
            || asked.read().count == 0
            || among.get().is_some_and(|many| many > MOST_CUSTOMERS)
            || ask.pending().get()
    };
    view! {
        <section class="section">
            <div class="section-head"><h2>{t!(i18n, export.ask.title)}</h2></div>
            <p class="hint">{t!(i18n, export.ask.hint)}</p>
            <p class="row">
                <span>{of_whom}</span>
                <Show when=move || among.get().is_some()>
                    <A href="/data/export" attr:class="button" attr:data-size="small">{t!(i18n, export.ask.all)}</A>
                </Show>
            </p>
            <form
                class="stack"
                on:submit=move |event| {
                    event.prevent_default();
                    if !cannot() {
                        ask.dispatch_local(());
                    }
                }
            >
                <div class="field" data-wide="">
                    <label for="export-reason">{t!(i18n, export.ask.reason)}</label>
                    <input id="export-reason" type="text" maxlength="200" bind:value=reason />
                </div>
                <p class="row">
                    <button type="submit" class="button" data-kind="primary" disabled=cannot>
                        {t!(i18n, export.ask.button)}
                    </button>
                </p>
            </form>
            {move || {
                ask.value().get().filter(|_| !ask.pending().get()).map(|(tone, text)| view! { <Notice tone>{text}</Notice> })
            }}
        </section>
    }
}

/// What waits for somebody: to be decided, or to be made by whoever asked.
#[component]
pub fn Requests() -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let open = Memo::new(move |_| {
        let person = workspace.person();
        let is_open = |export: &Export| export.state() == State::Waiting || export.may_make(person);
        workspace.read(|book| exports(book).into_iter().filter(is_open).collect::<Vec<_>>())
    });
    // What was made leaves the list; what came of it stays to be read.
    let said = RwSignal::new(None::<Said>);
    view! {
        <section class="section">
            <div class="section-head"><h2>{t!(i18n, export.waiting.title)}</h2></div>
            <Show
                when=move || !open.read().is_empty()
                fallback=move || view! { <p class="hint">{t!(i18n, export.waiting.none)}</p> }
            >
                <ul class="timeline">
                    <For each=move || open.get() key=|export| (export.record, export.state() as u8) let:export>
                        <Request export said />
                    </For>
                </ul>
            </Show>
            <Outcome pending=Signal::stored(false) said=said.into() />
        </section>
    }
}

#[component]
fn Request(export: Export, said: RwSignal<Option<Said>>) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let who = workspace.read_once(|book| staff_name(book, export.asked.0));
    let of = {
        let (workspace, export) = (workspace.clone(), export.clone());
        move || {
            whose(i18n.get_locale(), &workspace, &export).into_iter().map(|line| view! { <p>{line}</p> }).collect_view()
        }
    };
    let (count, reason) = (export.count, export.reason.to_string());
    view! {
        <li>
            <h3>{move || t_string!(i18n, export.waiting.one, who = who.clone(), count = count)}</h3>
            {of}
            <p>{move || t_string!(i18n, export.log.reason, reason = reason.clone())}</p>
            {if export.state() == State::Approved {
                view! { <Make export said /> }.into_any()
            } else {
                view! { <Decide export /> }.into_any()
            }}
        </li>
    }
}

/// Approving or declining; or who may.
#[component]
fn Decide(export: Export) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let person = workspace.person();
    if let Some(against) = workspace.read(|book| refused(book, person, &export)) {
        let text = move || match against {
            Refused::NotManager => t_string!(i18n, export.waiting.not_manager),
            Refused::OwnRequest => t_string!(i18n, export.waiting.own),
        };
        return view! { <p class="hint">{text}</p> }.into_any();
    }
    let record = export.record;
    let decide = Action::new_unsync(move |(is_approved, reason): &(bool, String)| {
        let (workspace, is_approved, reason) = (workspace.clone(), *is_approved, reason.clone());
        async move { workspace.decide_export(record, is_approved, &reason).await }
    });
    view! {
        <Decision
            id=format!("decision-{record}")
            label=Signal::derive(move || t_string!(i18n, export.waiting.reason))
            yes=Signal::derive(move || t_string!(i18n, export.waiting.approve))
            no=Signal::derive(move || t_string!(i18n, export.waiting.decline))
            pending=decide.pending().into()
            problem=problem_of(i18n, decide)
            on_decide=Callback::new(move |decision| _ = decide.dispatch_local(decision))
        />
    }
    .into_any()
}

/// Makes the file of an approved export, once.
#[component]
fn Make(export: Export, said: RwSignal<Option<Said>>) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let (record, customers) = (export.record, Arc::new(export.customers));
    let make = Action::new_unsync(move |format: &TableFormat| {
        let (workspace, format, locale) = (workspace.clone(), *format, i18n.get_locale_untracked());
        let customers = customers.clone();
        async move {
            let ids = workspace.read_once(|book| contacts(book, (*customers).as_deref()));
            let source = Source::Records { kind: kind::CONTACT, ids, keys: Vec::new(), worked: Vec::new() };
            let log = async |ready: &Ready| workspace.make_export(record, ready.count, &ready.name).await;
            said.set(Some(take(&workspace, locale, source, format, log).await));
        }
    });
    view! {
        <p>{t!(i18n, export.mine.ready)}</p>
        <div role="group" aria-label=move || t_string!(i18n, export.mine.make)>
            <Formats
                pending=make.pending().into()
                on_choose=Callback::new(move |format| _ = make.dispatch_local(format))
            />
        </div>
    }
}
