//! The cases of a customer that are not finished.

use chrono::NaiveDate;
use kehu_domain::book::Record;
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::playbook::Playbook;
use kehu_domain::roster::date;
use kehu_domain::stamp::RecordId;
use kehu_domain::text::Text;
use kehu_domain::workflow::CANCELLED;
use leptos::prelude::*;
use leptos_router::components::A;

use crate::i18n::{t, t_string, use_i18n};
use crate::words;
use crate::workspace::{Workspace, use_workspace};

/// The day a case is planned for.
const PLANNED_ON: Key = Key::of("planned_on");

/// An unfinished case.
#[derive(Clone, PartialEq)]
struct Open {
    id: RecordId,
    title: Text,
    step: Text,
    due: Option<NaiveDate>,
    is_late: bool,
}

/// Links to the unfinished cases with step and date.
#[component]
pub fn OpenCases(
    /// The customer.
    customer: RecordId,
) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let cases = Memo::new(move |_| open(&workspace, customer));
    view! {
        <section class="section" id="cases">
            <div class="section-head">
                <h2>{t!(i18n, customers.card.cases)}</h2>
                <span>{move || cases.read().len()}</span>
            </div>
            <Show
                when=move || !cases.read().is_empty()
                fallback=move || view! { <p class="hint">{t!(i18n, customers.card.no_cases)}</p> }
            >
                <ul class="task-list">
                    {move || cases.get().into_iter().map(|case| view! { <CaseRow case /> }).collect_view()}
                </ul>
            </Show>
        </section>
    }
}

#[component]
fn CaseRow(case: Open) -> impl IntoView {
    let i18n = use_i18n();
    let Open { id, title, step, due, is_late } = case;
    let due = move || due.map(|due| t_string!(i18n, customers.card.case_due, date = due));
    view! {
        <li data-state=is_late.then_some("late")>
            <A href=format!("/cases/{id}") attr:class="task-name">
                {move || title.get(words::lang(i18n)).to_owned()}
            </A>
            <span class="task-detail">{move || step.get(words::lang(i18n)).to_owned()}</span>
            <span class="task-due">{due}</span>
        </li>
    }
}

fn open(workspace: &Workspace, customer: RecordId) -> Vec<Open> {
    let today = workspace.today();
    workspace.read(|book| {
        let cases = book.of_customer(customer, kind::CASE).filter(|case| !is_finished(case));
        let mut open: Vec<Open> = cases
            .map(|case| {
                let due = date(case.get(PLANNED_ON));
                let (title, step) = words_of(case);
                Open { id: case.id, title, step, due, is_late: due.is_some_and(|due| due < today) }
            })
            .collect();
        open.sort_by_key(|case| (case.due.is_none(), case.due));
        open
    })
}

fn is_finished(case: &Record) -> bool {
    let step = case.text(kind::STEP);
    let process = Playbook::built_in().process(case.text(kind::PROCESS));
    let known = process.and_then(|process| process.steps.iter().find(|known| known.key == *step));
    known.map_or(CANCELLED == *step, |step| step.is_terminal)
}

/// What a case's process and step are called; as they are stored, when the handbook does not know them.
fn words_of(case: &Record) -> (Text, Text) {
    let plain = |key: Key| Text { zh: case.text(key).into(), en: case.text(key).into() };
    let Some(process) = Playbook::built_in().process(case.text(kind::PROCESS)) else {
        return (plain(kind::PROCESS), plain(kind::STEP));
    };
    let step = process.steps.iter().find(|step| step.key == *case.text(kind::STEP));
    (process.title.clone(), step.map_or_else(|| plain(kind::STEP), |step| step.label.clone()))
}
