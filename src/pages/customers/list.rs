//! The list of customers: smooth at any length, found while typing, narrowed by filters.

use std::cmp::Reverse;
use std::collections::HashSet;

use kehu_domain::dictionary::Dictionary;
use kehu_domain::kind;
use kehu_domain::roster::{Line, Roster, Urgency};
use kehu_domain::stamp::RecordId;
use leptos::prelude::*;
use leptos_router::components::A;

use super::add::AddCustomer;
use super::choosing::{Choosing, ChosenActions};
use super::export::ExportCustomers;
use super::filters::{Contact, FilterBar, Filters, use_filters};
use super::grade::GradeAll;
use super::words::{TierSeal, stage_name, urgency_name};
use crate::components::VirtualList;
use crate::i18n::{Locale, t, t_string, use_i18n};
use crate::words::lang_of;
use crate::workspace::{Workspace, staff_name, use_workspace};

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
    let choosing = Choosing::new();
    let row = Callback::new(move |place| line_at(place).map(|line| view! { <Row line place choosing /> }).into_any());
    let pulse = workspace.pulse();
    let key = Callback::new(move |place: usize| {
        let id = matches.read().get(place).map(ToString::to_string).unwrap_or_default();
        format!("{id}-{}", pulse.get())
    });
    let head = move || {
        view! {
            <div class="list-row" role="row" aria-rowindex="1" data-choosing=move || choosing.is_on.get().then_some("")>
                <span role="columnheader" data-column="tier">{t!(i18n, customers.column.tier)}</span>
                <span role="columnheader" data-column="name">{t!(i18n, customers.column.name)}</span>
                <Show when=move || choosing.is_on.get()>
                    <span role="columnheader" data-column="choose">
                        <span class="visually-hidden">{t!(i18n, customers.choose.button)}</span>
                    </span>
                </Show>
                <span role="columnheader" data-column="code">{t!(i18n, customers.column.code)}</span>
                <span role="columnheader" data-column="stage">{t!(i18n, customers.column.stage)}</span>
                <span role="columnheader" data-column="region">{t!(i18n, customers.column.region)}</span>
                <span role="columnheader" data-column="owner">{t!(i18n, customers.column.owner)}</span>
                <span role="columnheader" data-column="due">{t!(i18n, customers.column.due)}</span>
            </div>
        }
    };
    view! {
        <main class="page" data-layout=move || (total.get() != 0).then_some("fill") tabindex="-1">
            <header class="page-header">
                <h1>{t!(i18n, customers.title)}</h1>
            </header>
            <Show when=move || total.get() != 0 fallback=Nobody>
                <FilterBar filters count=Signal::derive(move || matches.read().len()) total choosing />
                <Show
                    when=move || !matches.read().is_empty()
                    fallback=move || view! { <p class="empty-state">{t!(i18n, customers.empty.no_match)}</p> }
                >
                    <VirtualList
                        count=Signal::derive(move || matches.read().len())
                        label=Signal::derive(move || t_string!(i18n, customers.title).to_owned())
                        head=ViewFn::from(head)
                        row
                        key
                    />
                </Show>
            </Show>
            <Show
                when=move || choosing.is_on.get()
                fallback=move || {
                    view! {
                        <div class="page-actions">
                            <AddCustomer />
                            <Show when=move || total.get() != 0>
                                <ExportCustomers matches filters />
                                <GradeAll />
                                <A href="/scores/M01" attr:class="button">{t!(i18n, scores.card)}</A>
                            </Show>
                        </div>
                    }
                }
            >
                <div class="page-actions" role="group" aria-label=move || t_string!(i18n, customers.choose.actions)>
                    <ChosenActions choosing matches filters />
                </div>
            </Show>
        </main>
    }
}

/// One customer in the list.
#[component]
fn Row(
    line: Line,
    /// Its place in the list.
    place: usize,
    choosing: Choosing,
) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let Line { id, code, name, stage, region, tier, is_proposed, due, last, urgency, owner, .. } = line;
    let name = name.to_string();
    let owner = owner.map(|owner| workspace.read_once(|book| staff_name(book, owner))).unwrap_or_default();
    let next = move || match (last, due) {
        (None, _) => t_string!(i18n, customers.due.never).to_owned(),
        (_, Some(due)) if urgency > Urgency::Due => due.on.to_string(),
        (_, Some(due)) => format!("{} {}", urgency_name(i18n.get_locale(), urgency), due.on),
        (_, None) => t_string!(i18n, customers.due.none).to_owned(),
    };
    let is_choosing = move || choosing.is_on.get();
    let is_late = matches!(urgency, Urgency::Overdue | Urgency::Forgotten);
    view! {
        <div
            class="list-row"
            role="row"
            aria-rowindex=(place + 2).to_string()
            style:--index=place.to_string()
            data-choosing=move || is_choosing().then_some("")
            data-state=move || choosing.has(id).then_some("chosen")
            on:pointerdown=move |event| choosing.press(id, &event)
            on:pointermove=move |event| choosing.drag(&event)
            on:pointerup=move |_| choosing.release()
            on:pointercancel=move |_| choosing.release()
        >
            <span role="cell" data-column="tier"><TierSeal tier is_proposed /></span>
            <span role="cell" data-column="name">
                {move || match is_choosing() {
                    true => view! { <label for=format!("choose-{id}")>{name.clone()}</label> }.into_any(),
                    false => {
                        let name = name.clone();
                        view! { <A href=format!("/customers/{id}")>{name}</A> }.into_any()
                    }
                }}
            </span>
            // After the name, whose label covers the row, so that it lies on top.
            <Show when=is_choosing>
                <span role="cell" data-column="choose">
                    <input
                        id=format!("choose-{id}")
                        type="checkbox"
                        prop:checked=move || choosing.has(id)
                        on:change=move |_| choosing.toggle(id)
                    />
                </span>
            </Show>
            <span role="cell" data-column="code">{code.to_string()}</span>
            <span role="cell" data-column="stage">{move || stage_name(i18n.get_locale(), &stage)}</span>
            <span role="cell" data-column="region">{move || region_name(i18n.get_locale(), &region)}</span>
            <span role="cell" data-column="owner">{owner}</span>
            <span role="cell" data-column="due" data-state=is_late.then_some("late")>{next}</span>
        </div>
    }
}

/// A region as people read it; one that is not in the dictionary stands as it was written.
fn region_name(locale: Locale, region: &str) -> String {
    let group = Dictionary::built_in().group(kind::REGION);
    group.map_or_else(|| region.to_owned(), |group| group.shown(region, lang_of(locale)))
}

/// What stands here before there is anybody.
#[component]
fn Nobody() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div class="empty-state">
            <h2>{t!(i18n, customers.empty.title)}</h2>
            <p>{t!(i18n, customers.empty.text)}</p>
            <A href="/data/import" attr:class="button" attr:data-kind="primary">
                {t!(i18n, customers.empty.import)}
            </A>
        </div>
    }
}

/// The customers that pass the filters: the best match first, or else the most pressing.
fn matching(workspace: &Workspace, filters: &Filters) -> Vec<RecordId> {
    if let Some(part) = &filters.contact {
        return to_contact(workspace, filters, part);
    }
    let found = (!filters.query.trim().is_empty()).then(|| workspace.find_customers(&filters.query, usize::MAX));
    workspace.roster(|roster: &Roster| match found {
        Some(found) => {
            found.into_iter().filter(|id| roster.line(*id).is_some_and(|line| filters.admit(line))).collect()
        }
        None => {
            let mut lines: Vec<&Line> = roster.lines().iter().filter(|line| filters.admit(line)).collect();
            lines.sort_by_cached_key(|line| {
                (line.urgency, line.due.map(|due| due.on), line.tier, Reverse(line.score), line.code.clone())
            });
            lines.into_iter().map(|line| line.id).collect()
        }
    })
}

/// The customers of a part of the agenda, in its order, as far as they pass the other filters.
fn to_contact(workspace: &Workspace, filters: &Filters, part: &Contact) -> Vec<RecordId> {
    let found = (!filters.query.trim().is_empty())
        .then(|| workspace.find_customers(&filters.query, usize::MAX).into_iter().collect::<HashSet<_>>());
    let entries = workspace.agenda().list(part, &workspace.viewer());
    workspace.roster(|roster: &Roster| {
        let customers = entries.iter().filter_map(|entry| entry.item.customer);
        let is_found = |id: &RecordId| found.as_ref().is_none_or(|found| found.contains(id));
        customers.filter(|id| is_found(id) && roster.line(*id).is_some_and(|line| filters.admit(line))).collect()
    })
}
