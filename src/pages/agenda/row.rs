//! Rows of work: a case, a customer to contact, something that ends, a form that was begun.

use kehu_domain::agenda::{Entry, EntryKind, State, Subject, Validity};
use kehu_domain::calendar::Stage;
use kehu_domain::kind;
use kehu_domain::roster::Line;
use kehu_domain::stamp::RecordId;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::components::A;
use leptos_router::hooks::use_navigate;

use super::words::{end_text, stage_text};
use crate::components::{Notice, Tone};
use crate::i18n::{t, t_string, use_i18n};
use crate::pages::cases::{case_subject, case_title, due_text, fill_address, form_title, step_name};
use crate::pages::customers::{TierSeal, urgency_name};
use crate::words;
use crate::words::lang;
use crate::workspace::{Workspace, staff_name, use_workspace};

/// How many of the people whose move it is are named in a row.
const PEOPLE_SHOWN: usize = 3;

/// Plans follow-ups and goes to their cases.
#[derive(Clone, Copy)]
pub struct Planner {
    on_plan: Callback<RecordId>,
    is_busy: Signal<bool>,
    problem: Signal<Option<kehu_store::StoreError>>,
}

/// The planner of a page.
pub fn use_planner() -> Planner {
    let workspace = use_workspace();
    let navigate = use_navigate();
    let plan = Action::new_unsync(move |customer: &RecordId| {
        let (workspace, customer) = (workspace.clone(), *customer);
        let today = workspace.today();
        async move { workspace.start_follow_up(customer, today, "phone").await }
    });
    Effect::new(move || {
        if let Some(Ok(Some(case))) = plan.value().get() {
            navigate(&format!("/cases/{case}"), NavigateOptions::default());
        }
    });
    Planner {
        on_plan: Callback::new(move |customer: RecordId| {
            plan.dispatch_local(customer);
        }),
        is_busy: plan.pending().into(),
        problem: Signal::derive(move || plan.value().get().and_then(Result::err)),
    }
}

/// Entries, one row each.
#[component]
pub fn Rows(
    /// The entries, in order.
    entries: Vec<Entry>,
    planner: Planner,
    /// Whether rows say whose move it is.
    #[prop(optional)]
    with_people: bool,
) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        {move || {
            planner
                .problem
                .get()
                .map(|problem| {
                    let text = words::store_problem(i18n.get_locale(), &problem);
                    view! { <Notice tone=Tone::Problem>{text}</Notice> }
                })
        }}
        <ul class="task-list">
            {entries.into_iter().map(|entry| view! { <Row entry planner with_people /> }).collect_view()}
        </ul>
    }
}

#[component]
fn Row(entry: Entry, planner: Planner, with_people: bool) -> impl IntoView {
    let workspace = use_workspace();
    let people = if with_people { people_of(&workspace, &entry) } else { String::new() };
    let state = state_of(&entry);
    match &entry.item.subject {
        Subject::Case(case) => view! { <CaseRow case=*case entry=entry.clone() people state /> }.into_any(),
        Subject::Contact(customer) => {
            let line = workspace.roster_once(|roster| roster.line(*customer).cloned());
            line.map(|line| view! { <ContactRow line planner people state /> }).into_any()
        }
        Subject::Expiry(validity) => view! { <ExpiryRow validity=validity.clone() people state /> }.into_any(),
        Subject::Draft { case, form, saved_at } => {
            let at = saved_at.format("%Y-%m-%d %H:%M").to_string();
            view! { <DraftRow case=*case form=form.to_string() at /> }.into_any()
        }
    }
}

/// Overdue is red; running out is marked as due.
fn state_of(entry: &Entry) -> Option<&'static str> {
    match entry.state {
        State::Overdue => Some("late"),
        State::Escalated => Some("due"),
        _ => None,
    }
}

fn people_of(workspace: &Workspace, entry: &Entry) -> String {
    workspace.read_once(|book| {
        let people = entry.people();
        let names = people.iter().take(PEOPLE_SHOWN).map(|person| staff_name(book, *person));
        let more = (people.len() > PEOPLE_SHOWN).then(|| "…".to_owned());
        names.chain(more).collect::<Vec<String>>().join(" / ")
    })
}

/// A case, and how far its clock has run.
#[component]
fn CaseRow(case: RecordId, entry: Entry, people: String, state: Option<&'static str>) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let open = (*workspace.open_case(case)?).clone();
    let (process, step) = (open.process, open.view.step);
    let due = entry.due;
    let title = {
        let open = open.clone();
        move || case_title(i18n.get_locale(), &open)
    };
    let about = move || {
        let subject = case_subject(i18n.get_locale(), &open).filter(|_| !open.customer_name.is_empty());
        subject.map(|subject| format!(" · {subject}"))
    };
    let is_alert = entry.kind == EntryKind::Escalation || matches!(entry.stage, Stage::Used(_)) || entry.told.is_some();
    let stage = move || is_alert.then(|| stage_text(i18n.get_locale(), &entry)).flatten();
    Some(view! {
        <li data-state=state>
            <A href=format!("/cases/{case}") attr:class="task">
                <span class="task-name">{title}</span>
                <span class="task-detail">
                    {move || process.title.get(lang(i18n)).to_owned()} {about} " · "
                    {move || step_name(i18n.get_locale(), process, step)}
                    {move || stage().map(|stage| format!(" · {stage}"))}
                    {(!people.is_empty()).then(|| format!(" · {people}"))}
                </span>
                <span class="task-due">{move || due_text(i18n.get_locale(), due)}</span>
            </A>
        </li>
    })
}

/// A customer to contact, with a follow-up to plan.
#[component]
fn ContactRow(line: Line, planner: Planner, people: String, state: Option<&'static str>) -> impl IntoView {
    let i18n = use_i18n();
    let Line { id, name, tier, is_proposed, urgency, last, due, .. } = line;
    let label = name.to_string();
    let detail = move || match last {
        Some(last) => t_string!(i18n, today.visits.last, date = last.to_string()),
        None => t_string!(i18n, today.visits.never).to_owned(),
    };
    view! {
        <li data-state=state>
            <div class="task">
                <span class="row">
                    <TierSeal tier is_proposed />
                    <A href=format!("/customers/{id}") attr:class="task-name">{name.to_string()}</A>
                </span>
                <span class="task-detail">
                    {move || urgency_name(i18n.get_locale(), urgency)}
                    {due.map(|due| format!(" · {}", due.on))} " · " {detail}
                    {(!people.is_empty()).then(|| format!(" · {people}"))}
                </span>
                <span class="task-due">
                    <button
                        type="button"
                        class="button"
                        data-size="small"
                        aria-label=move || t_string!(i18n, today.visits.plan_for, name = label.clone())
                        disabled=move || planner.is_busy.get()
                        on:click=move |_| planner.on_plan.run(id)
                    >
                        {t!(i18n, today.visits.plan)}
                    </button>
                </span>
            </div>
        </li>
    }
}

/// Something whose validity ends; it leads to its customer.
#[component]
fn ExpiryRow(validity: Validity, people: String, state: Option<&'static str>) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let name_of =
        |id: RecordId| workspace.read_once(|book| book.get(id).map(|record| record.text(kind::NAME).to_owned()));
    let customer = validity.customer.and_then(name_of);
    // A customer's own field has no name besides the customer's.
    let own = name_of(validity.record).filter(|_| validity.customer != Some(validity.record)).unwrap_or_default();
    let (end, today) = (validity.end, workspace.today());
    let name = customer.clone().unwrap_or_else(|| own.clone());
    let what = if customer.is_some() && !own.is_empty() { format!(" · {own}") } else { String::new() };
    let target = validity.customer.map(|customer| format!("/customers/{customer}"));
    let inner = move || {
        view! {
            <span class="task-name">{name.clone()}</span>
            <span class="task-detail">
                {let validity = validity.clone(); move || end_text(i18n.get_locale(), &validity, today)} {what.clone()}
                {(!people.is_empty()).then(|| format!(" · {people}"))}
            </span>
            <span class="task-due">{t!(i18n, agenda.end.on, date = end.to_string())}</span>
        }
    };
    view! {
        <li data-state=state>
            {match target {
                Some(target) => view! { <A href=target attr:class="task">{inner()}</A> }.into_any(),
                None => view! { <div class="task">{inner()}</div> }.into_any(),
            }}
        </li>
    }
}

/// A form that was begun on this device.
#[component]
fn DraftRow(case: Option<RecordId>, form: String, at: String) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let open = case.and_then(|case| workspace.open_case(case));
    let name = open.map(|case| case.customer_name.clone()).unwrap_or_default();
    let target = fill_address(case, &form);
    let title = {
        let form = form.clone();
        move || if name.is_empty() { form_title(i18n.get_locale(), &form) } else { name.clone() }
    };
    view! {
        <li>
            <A href=target attr:class="task">
                <span class="task-name">{title}</span>
                <span class="task-detail">
                    {move || form_title(i18n.get_locale(), &form)} " · " {t!(i18n, today.drafts.at, at)}
                </span>
                <span class="task-due">{t!(i18n, today.drafts.open)}</span>
            </A>
        </li>
    }
}
