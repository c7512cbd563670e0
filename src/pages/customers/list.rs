//! The list of customers: smooth at any length, found while typing, narrowed by filters.

use std::cmp::Reverse;

use kehu_domain::roster::{Line, Roster};
use kehu_domain::stamp::RecordId;
use leptos::prelude::*;
use leptos_router::components::A;

use super::add::AddCustomer;
use super::filters::{FilterBar, Filters, use_filters};
use super::grade::GradeAll;
use super::words::{TierSeal, stage_name, urgency_name};
use crate::components::VirtualList;
use crate::i18n::{t, t_string, use_i18n};
use crate::workspace::{Workspace, use_workspace};

/// Search, filters, and the customers that pass them.
#[component]
pub fn CustomersPage() -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let filters = use_filters();
    let total = {
        let workspace = workspace.clone();
        Memo::new(move |_| workspace.roster(|roster| roster.lines().len()))
    };
    let matches = {
        let workspace = workspace.clone();
        Memo::new(move |_| matching(&workspace, &filters.read()))
    };
    let line_at = {
        let workspace = workspace.clone();
        move |place: usize| {
            let id = matches.read().get(place).copied()?;
            workspace.roster(|roster| roster.line(id).cloned())
        }
    };
    let row = Callback::new(move |place| line_at(place).map(|line| view! { <Row line /> }).into_any());
    let pulse = workspace.pulse();
    let key = Callback::new(move |place: usize| {
        let id = matches.read().get(place).map(ToString::to_string).unwrap_or_default();
        format!("{id}-{}", pulse.get())
    });
    view! {
        <main class="page page-wide customers">
            <header class="page-header">
                <h1>
                    {t!(i18n, customers.title)} " "
                    <span class="count" role="status">
                        {move || match (matches.read().len(), total.get()) {
                            (count, total) if count == total => t_string!(i18n, customers.count, count = count),
                            (count, total) => t_string!(i18n, customers.count_of, count = count, total = total),
                        }}
                    </span>
                </h1>
                <div class="page-actions">
                    <AddCustomer />
                    <GradeAll />
                </div>
            </header>
            <Show when=move || total.get() != 0 fallback=Nobody>
                <FilterBar filters />
                <Show
                    when=move || !matches.read().is_empty()
                    fallback=move || view! { <p class="empty-state">{t!(i18n, customers.empty.no_match)}</p> }
                >
                    <div class="customer-list">
                        <div class="customer-list-head" aria-hidden="true">
                            <span>{t!(i18n, customers.column.tier)}</span>
                            <span>{t!(i18n, customers.column.name)}</span>
                            <span>{t!(i18n, customers.column.stage)}</span>
                            <span>{t!(i18n, customers.column.region)}</span>
                            <span>{t!(i18n, customers.column.score)}</span>
                            <span>{t!(i18n, customers.column.due)}</span>
                        </div>
                        <VirtualList
                            count=Signal::derive(move || matches.read().len())
                            label=Signal::derive(move || t_string!(i18n, customers.title).to_owned())
                            row
                            key
                        />
                    </div>
                </Show>
            </Show>
        </main>
    }
}

/// One customer in the list.
#[component]
fn Row(line: Line) -> impl IntoView {
    let i18n = use_i18n();
    let Line { id, code, name, stage, region, tier, is_proposed, score, due, last, urgency, .. } = line;
    let score = score.map(|score| format!("{}.{:02}", score / 100, score % 100)).unwrap_or_default();
    let next = move || match (last, due) {
        (None, _) => t_string!(i18n, customers.due.never).to_owned(),
        (_, Some(due)) => due.on.to_string(),
        (_, None) => t_string!(i18n, customers.due.none).to_owned(),
    };
    view! {
        <A href=format!("/customers/{id}") attr:class="customer-row" attr:data-urgency=urgency.as_str()>
            <TierSeal tier is_proposed />
            <span class="customer-name">
                <strong>{name.to_string()}</strong>
                <small>{code.to_string()}</small>
            </span>
            <span class="customer-stage">{move || stage_name(i18n.get_locale(), &stage)}</span>
            <span class="customer-region">{region.to_string()}</span>
            <span class="customer-score numeric">{score}</span>
            <span class="customer-due numeric">
                {next} " " <small class="urgency">{move || urgency_name(i18n.get_locale(), urgency)}</small>
            </span>
        </A>
    }
}

/// What stands here before there is anybody.
#[component]
fn Nobody() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div class="empty-state">
            <h2>{t!(i18n, customers.empty.title)}</h2>
            <p>{t!(i18n, customers.empty.text)}</p>
            <A href="/data/import" attr:class="button-primary">{t!(i18n, customers.empty.import)}</A>
        </div>
    }
}

/// The customers that pass the filters: the best match first, or else the most pressing.
fn matching(workspace: &Workspace, filters: &Filters) -> Vec<RecordId> {
    let found = (!filters.query.trim().is_empty()).then(|| workspace.find_customers(&filters.query, usize::MAX));
    workspace.roster(|roster: &Roster| match found {
        Some(found) => found
            .into_iter()
            .filter(|id| roster.line(*id).is_some_and(|line| filters.admit(line)))
            .collect(),
        None => {
            let mut lines: Vec<&Line> = roster.lines().iter().filter(|line| filters.admit(line)).collect();
            lines.sort_by_cached_key(|line| {
                (line.urgency, line.due.map(|due| due.on), line.tier, Reverse(line.score), line.code.clone())
            });
            lines.into_iter().map(|line| line.id).collect()
        }
    })
}
