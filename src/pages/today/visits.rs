//! Whom to contact: the most pressing customers, each with a follow-up to plan or the one under way.

use chrono::NaiveDate;
use kehu_domain::roster::{Line, Urgency};
use kehu_domain::stamp::RecordId;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::components::A;
use leptos_router::hooks::use_navigate;

use crate::components::{Notice, Tone};
use crate::i18n::{t, t_string, use_i18n};
use crate::pages::customers::{TierSeal, urgency_name};
use crate::words;
use crate::workspace::{FOLLOW_UP, use_workspace};

/// How many customers are shown before "all".
const SHOWN: usize = 10;

/// The customers who are overdue, due or forgotten, and have no follow-up planned for later.
#[component]
pub fn Visits() -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let navigate = use_navigate();
    let pressing = {
        let workspace = workspace.clone();
        Memo::new(move |_| {
            let under_way: std::collections::HashMap<RecordId, RecordId> = workspace
                .open_cases()
                .into_iter()
                .filter(|case| &*case.process.id == FOLLOW_UP)
                .filter_map(|case| Some((case.customer?, case.id)))
                .collect();
            workspace.roster(|roster| {
                let mut lines: Vec<&Line> = roster.lines().iter().filter(|line| line.urgency <= Urgency::Due).collect();
                // Overdue and due come before forgotten: a promise is kept before an old debt is paid.
                lines.sort_by_key(|line| {
                    let order = match line.urgency {
                        Urgency::Overdue => 0,
                        Urgency::Due => 1,
                        _ => 2,
                    };
                    (order, line.tier.is_none(), line.tier, line.due.map(|due| due.on), line.id)
                });
                let count = lines.len();
                let first: Vec<(Line, Option<RecordId>)> = lines
                    .into_iter()
                    .take(SHOWN)
                    .map(|line| (line.clone(), under_way.get(&line.id).copied()))
                    .collect();
                (count, first)
            })
        })
    };
    let plan = {
        let workspace = workspace.clone();
        Action::new_unsync(move |customer: &RecordId| {
            let (workspace, customer) = (workspace.clone(), *customer);
            let today = workspace.today();
            async move { workspace.start_follow_up(customer, today, "phone").await }
        })
    };
    Effect::new(move || {
        if let Some(Ok(Some(case))) = plan.value().get() {
            navigate(&format!("/cases/{case}"), NavigateOptions::default());
        }
    });
    let on_plan = Callback::new(move |customer: RecordId| {
        plan.dispatch_local(customer);
    });
    view! {
        <section class="section">
            <div class="section-head">
                <h2>{t!(i18n, today.visits.title)}</h2>
                <A href="/customers">{move || t!(i18n, today.visits.all, count = pressing.read().0)}</A>
            </div>
            {move || {
                plan.value()
                    .get()
                    .and_then(Result::err)
                    .map(|problem| {
                        let text = words::store_problem(i18n.get_locale(), &problem);
                        view! { <Notice tone=Tone::Problem>{text}</Notice> }
                    })
            }}
            <Show when=move || pressing.read().0 == 0>
                <p class="hint">{t!(i18n, today.visits.none)}</p>
            </Show>
            <ul class="task-list">
                <For
                    each=move || pressing.read().1.clone()
                    key=|(line, case)| (line.id, *case, line.urgency, line.tier)
                    let((line, case))
                >
                    <Visit line case on_plan is_busy=plan.pending() />
                </For>
            </ul>
        </section>
    }
}

#[component]
fn Visit(
    line: Line,
    /// The follow-up under way, if any.
    case: Option<RecordId>,
    on_plan: Callback<RecordId>,
    #[prop(into)] is_busy: Signal<bool>,
) -> impl IntoView {
    let i18n = use_i18n();
    let Line { id, name, tier, is_proposed, urgency, last, due, .. } = line;
    let label = name.to_string();
    let detail = move || match last {
        Some(last) => t_string!(i18n, today.visits.last, date = short(last)),
        None => t_string!(i18n, today.visits.never).to_owned(),
    };
    let action = match case {
        Some(case) => view! {
            <A
                href=format!("/cases/{case}")
                attr:class="button"
                attr:data-size="small"
                attr:aria-label=move || t_string!(i18n, today.visits.open, name = label.clone())
            >
                {t!(i18n, today.visits.go_on)}
            </A>
        }
        .into_any(),
        None => view! {
            <button
                type="button"
                class="button"
                data-size="small"
                aria-label=move || t_string!(i18n, today.visits.plan_for, name = label.clone())
                disabled=move || is_busy.get()
                on:click=move |_| on_plan.run(id)
            >
                {t!(i18n, today.visits.plan)}
            </button>
        }
        .into_any(),
    };
    let state = if urgency == Urgency::Due { None } else { Some("late") };
    view! {
        <li data-state=state>
            <div class="task">
                <span class="row">
                    <TierSeal tier is_proposed />
                    <A href=format!("/customers/{id}") attr:class="task-name">{name.to_string()}</A>
                </span>
                <span class="task-detail">
                    {move || urgency_name(i18n.get_locale(), urgency)}
                    {due.map(|due| format!(" · {}", short(due.on)))} " · " {detail}
                </span>
                <span class="task-due">{action}</span>
            </div>
        </li>
    }
}

fn short(date: NaiveDate) -> String {
    date.format("%Y-%m-%d").to_string()
}
