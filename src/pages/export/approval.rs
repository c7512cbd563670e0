//! Contacts leave with approval only (L7): asking, deciding, and making the file once.

use kehu_domain::export::{Export, Refused, State, all_of, exports, refused};
use kehu_domain::kind;
use kehu_domain::stamp::RecordId;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_query_map;

use super::menu::{Outcome, Said, format_name, hand_over, prepare};
use crate::components::{Notice, Tone};
use crate::exchange::TableFormat;
use crate::i18n::{Locale, t, t_string, td_string, use_i18n};
use crate::words::store_problem;
use crate::workspace::{Source, Workspace, staff_name, use_workspace};

/// The contacts that leave: of one customer, or of all.
fn contacts(workspace: &Workspace, customer: Option<RecordId>) -> Vec<RecordId> {
    workspace.read_once(|book| match customer {
        Some(customer) => book.of_customer(customer, kind::CONTACT).map(|contact| contact.id).collect(),
        None => all_of(book, kind::CONTACT),
    })
}

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

/// Asks for an export of contacts: of the customer the address names, or of all.
#[component]
pub fn AskForContacts() -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let query = use_query_map();
    let customer = Memo::new(move |_| query.read().get("customer").and_then(|id| id.parse::<RecordId>().ok()));
    let known = {
        let workspace = workspace.clone();
        Memo::new(move |_| {
            workspace.pulse().track();
            let of = customer.get();
            let name = of.and_then(|of| workspace.read_once(|book| Some(book.get(of)?.text(kind::NAME).to_owned())));
            (name, contacts(&workspace, of).len())
        })
    };
    let reason = RwSignal::new(String::new());
    let ask = Action::new_unsync(move |(): &()| {
        let (workspace, why, locale) = (workspace.clone(), reason.get_untracked(), i18n.get_locale_untracked());
        let (of, count) = (customer.get_untracked(), known.get_untracked().1);
        async move {
            match workspace.ask_export(of, count, &why).await {
                Ok(()) => {
                    reason.set(String::new());
                    (Tone::Success, td_string!(locale, export.ask.sent).to_owned())
                }
                Err(problem) => (Tone::Problem, store_problem(locale, &problem)),
            }
        }
    });
    let whose = move || match known.get() {
        (Some(name), count) => t_string!(i18n, export.ask.of_one, name = name, count = count),
        (None, count) => t_string!(i18n, export.ask.of_all, count = count),
    };
    let cannot = move || reason.read().trim().is_empty() || known.read().1 == 0 || ask.pending().get();
    view! {
        <section class="section">
            <div class="section-head"><h2>{t!(i18n, export.ask.title)}</h2></div>
            <p class="hint">{t!(i18n, export.ask.hint)}</p>
            <p class="row">
                <span>{whose}</span>
                <Show when=move || customer.get().is_some()>
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
    let customer = export
        .customer
        .and_then(|of| workspace.read_once(|book| book.get(of).map(|of| of.text(kind::NAME).to_owned())));
    let (count, reason) = (export.count, export.reason.to_string());
    view! {
        <li>
            <h3>{move || t_string!(i18n, export.waiting.one, who = who.clone(), count = count)}</h3>
            {customer.map(|name| view! { <p>{move || t_string!(i18n, export.log.of, name = name.clone())}</p> })}
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
    let reason = RwSignal::new(String::new());
    let decide = Action::new_unsync(move |is_approved: &bool| {
        let (workspace, is_approved, reason) = (workspace.clone(), *is_approved, reason.get_untracked());
        async move { workspace.decide_export(record, is_approved, &reason).await }
    });
    let cannot = move || reason.read().trim().is_empty() || decide.pending().get();
    let id = format!("decision-{record}");
    view! {
        <div class="stack">
            <div class="field" data-wide="">
                <label for=id.clone()>{t!(i18n, export.waiting.reason)}</label>
                <input id=id type="text" maxlength="200" bind:value=reason />
            </div>
            <p class="row">
                <button
                    type="button"
                    class="button"
                    data-kind="primary"
                    disabled=cannot
                    on:click=move |_| _ = decide.dispatch_local(true)
                >
                    {t!(i18n, export.waiting.approve)}
                </button>
                <button type="button" class="button" disabled=cannot on:click=move |_| _ = decide.dispatch_local(false)>
                    {t!(i18n, export.waiting.decline)}
                </button>
            </p>
            {move || {
                decide
                    .value()
                    .get()
                    .and_then(Result::err)
                    .map(|problem| {
                        let text = store_problem(i18n.get_locale(), &problem);
                        view! { <Notice tone=Tone::Problem>{text}</Notice> }
                    })
            }}
        </div>
    }
    .into_any()
}

/// Makes the file of an approved export, once.
#[component]
fn Make(export: Export, said: RwSignal<Option<Said>>) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let make = Action::new_unsync(move |format: &TableFormat| {
        let (workspace, format, locale) = (workspace.clone(), *format, i18n.get_locale_untracked());
        let (record, of) = (export.record, export.customer);
        async move { said.set(Some(made(&workspace, locale, record, of, format).await)) }
    });
    let choice = move |format: TableFormat| {
        view! {
            <button
                type="button"
                class="button"
                disabled=move || make.pending().get()
                on:click=move |_| _ = make.dispatch_local(format)
            >
                {move || format_name(i18n.get_locale(), format)}
            </button>
        }
    };
    view! {
        <p>{t!(i18n, export.mine.ready)}</p>
        <p class="row" role="group" aria-label=move || t_string!(i18n, export.mine.make)>
            {choice(TableFormat::Csv)} {choice(TableFormat::Xlsx)}
        </p>
    }
}

async fn made(
    workspace: &Workspace,
    locale: Locale,
    record: RecordId,
    customer: Option<RecordId>,
    format: TableFormat,
) -> Said {
    let ids = contacts(workspace, customer);
    let source = Source::Records { kind: kind::CONTACT, ids, keys: Vec::new(), worked: Vec::new() };
    let ready = match prepare(workspace, locale, source, format).await {
        Ok(ready) => ready,
        Err(said) => return said,
    };
    match workspace.make_export(record, ready.count, &ready.name).await {
        Ok(true) => hand_over(locale, &ready),
        // Another tab was quicker.
        Ok(false) => (Tone::Problem, td_string!(locale, export.state.made).to_owned()),
        Err(problem) => (Tone::Problem, store_problem(locale, &problem)),
    }
}
