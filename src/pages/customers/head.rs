//! The head of a customer card: who it is, how much they matter, when they are due, and what to do.

use chrono::NaiveDate;
use kehu_domain::kind;
use kehu_domain::roster::Line;
use kehu_domain::stamp::RecordId;
use kehu_domain::value::Value;
use kehu_store::StoreError;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::components::A;
use leptos_router::hooks::use_navigate;

use super::names::{Names, Terms, record_name};
use super::words::{TierSeal, stage_name, tier_meaning};
use crate::components::{Notice, Tone};
use crate::i18n::{t, t_string, use_i18n};
use crate::moment;
use crate::words;
use crate::workspace::use_workspace;

/// Name, tier, the facts one looks for first, the rhythm, and the actions.
#[component]
pub fn CardHead(
    /// The customer.
    customer: RecordId,
    /// What choices are called.
    terms: Terms,
) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let line = {
        let workspace = workspace.clone();
        Memo::new(move |_| workspace.roster(|roster| roster.line(customer).cloned()))
    };
    let facts = Memo::new(move |_| {
        let lang = words::lang(i18n);
        let dictionary = terms.get();
        let line = line.get()?;
        Some(workspace.read(|book| {
            let names = Names { dictionary: &dictionary, book };
            let region = dictionary
                .kind(kind::CUSTOMER)
                .and_then(|kind| kind.field(kind::REGION))
                .map(|region| names.shown(&region.field, &Value::text(line.region.clone()), lang));
            let owner = line.owner.map(|owner| record_name(book, owner));
            (region.unwrap_or_default(), owner.unwrap_or_default())
        }))
    });
    view! {
        <header class="customer-card-head">
            <div>
                <A href="/customers" attr:class="back-link">"‹ " {t!(i18n, customers.card.back)}</A>
                <h1>{move || line.read().as_ref().map(|line| line.name.to_string())}</h1>
                <p class="hint">{move || line.read().as_ref().map(|line| line.code.to_string())}</p>
            </div>
            {move || {
                line.read().as_ref().map(|line| view! { <TierSeal tier=line.tier is_proposed=line.is_proposed /> })
            }}
            <dl class="fact-list">
                <div>
                    <dt>{t!(i18n, customers.column.tier)}</dt>
                    <dd>{move || line.read().as_ref().map(|line| tier_meaning(i18n.get_locale(), line.tier, line.is_proposed))}</dd>
                </div>
                <div>
                    <dt>{t!(i18n, customers.column.stage)}</dt>
                    <dd>{move || line.read().as_ref().map(|line| stage_name(i18n.get_locale(), &line.stage))}</dd>
                </div>
                <div>
                    <dt>{t!(i18n, customers.column.region)}</dt>
                    <dd>{move || facts.get().map(|(region, _)| or_dash(region))}</dd>
                </div>
                <div>
                    <dt>{t!(i18n, customers.card.owner)}</dt>
                    <dd>{move || facts.get().map(|(_, owner)| or_dash(owner))}</dd>
                </div>
            </dl>
        </header>
        <Tags line />
        <Rhythm line />
        <Actions customer line />
    }
}

/// A text, or a dash where there is none.
pub fn or_dash(text: String) -> String {
    if text.is_empty() { "—".to_owned() } else { text }
}

#[component]
fn Tags(
    /// The customer's line.
    line: Memo<Option<Line>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let tags = Memo::new(move |_| line.read().as_ref().map(|line| line.tags.to_vec()).unwrap_or_default());
    view! {
        <Show when=move || !tags.read().is_empty()>
            <ul class="row" aria-label=move || t_string!(i18n, customers.filter.tag)>
                <For each=move || tags.get() key=Clone::clone let:tag>
                    <li class="tag">{tag.to_string()}</li>
                </For>
            </ul>
        </Show>
    }
}

/// When the customer was last contacted and when they are due, in one sentence.
#[component]
fn Rhythm(
    /// The customer's line.
    line: Memo<Option<Line>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let sentence = move || {
        let line = line.get()?;
        Some(match (line.last, line.due) {
            (Some(last), Some(due)) => {
                let tier = tier_meaning(i18n.get_locale(), line.tier, false);
                let (interval, on, overdue) = (due.interval, due.on, due.overdue_from);
                t_string!(
                    i18n,
                    customers.card.rhythm_text,
                    tier = tier,
                    interval = interval,
                    last = last,
                    due = on,
                    overdue = overdue
                )
            }
            (_, None) if line.last.is_some() || is_resting(&line) => {
                t_string!(i18n, customers.card.rhythm_none).to_owned()
            }
            _ => t_string!(i18n, customers.card.rhythm_never).to_owned(),
        })
    };
    let urgency = move || line.read().as_ref().map(|line| line.urgency.as_str());
    view! {
        <p class="rhythm" data-urgency=urgency>
            <strong>{t!(i18n, customers.card.rhythm)}</strong>
            " "
            {sentence}
        </p>
    }
}

fn is_resting(line: &Line) -> bool {
    matches!(&*line.stage, "lost" | "blacklisted")
}

/// Planning a follow-up and grading again.
#[component]
fn Actions(
    /// The customer.
    customer: RecordId,
    /// The customer's line.
    line: Memo<Option<Line>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let navigate = use_navigate();
    let plan = {
        let workspace = workspace.clone();
        Action::new_unsync(move |(): &()| {
            let (workspace, navigate, line) = (workspace.clone(), navigate.clone(), line.get_untracked());
            async move {
                let planned = planned_on(line.as_ref(), moment::today());
                let made = workspace.start_follow_up(customer, planned, "phone").await?;
                if let Some(case) = made {
                    navigate(&format!("/cases/{case}"), NavigateOptions::default());
                }
                Ok::<(), StoreError>(())
            }
        })
    };
    let regrade = Action::new_unsync(move |(): &()| {
        let workspace = workspace.clone();
        async move { workspace.grade_one(customer).await }
    });
    let outcome = move || {
        let problem = match (plan.value().get(), regrade.value().get()) {
            (Some(Err(problem)), _) | (_, Some(Err(problem))) => {
                Some(words::store_problem(i18n.get_locale(), &problem))
            }
            _ => None,
        };
        if let Some(problem) = problem {
            return Some(view! { <Notice tone=Tone::Problem>{problem}</Notice> });
        }
        let done = regrade.value().get().and_then(Result::ok).filter(|_| !regrade.pending().get())?;
        let text = match done.graded {
            0 => t_string!(i18n, customers.card.regraded_without),
            _ => t_string!(i18n, customers.card.regraded),
        };
        Some(view! { <Notice tone=Tone::Success>{text}</Notice> })
    };
    view! {
        <p class="row">
            <button
                type="button"
                class="button"
                data-kind="primary"
                disabled=move || plan.pending().get()
                on:click=move |_| {
                    plan.dispatch_local(());
                }
            >
                {t!(i18n, customers.card.start_visit)}
            </button>
            <button
                type="button"
                class="button"
                aria-busy=move || regrade.pending().get().to_string()
                disabled=move || regrade.pending().get()
                on:click=move |_| {
                    regrade.dispatch_local(());
                }
            >
                {t!(i18n, customers.card.regrade)}
            </button>
            <A href=format!("/cases/new?customer={customer}") attr:class="button">{t!(i18n, cases.begin.from)}</A>
        </p>
        {outcome}
    }
}

/// The day to plan for: when the customer is due, but not before today.
fn planned_on(line: Option<&Line>, today: NaiveDate) -> NaiveDate {
    // Who was never contacted is not left waiting for a whole interval.
    let due = line.filter(|line| line.last.is_some()).and_then(|line| line.due);
    due.map_or(today, |due| due.on.max(today))
}
