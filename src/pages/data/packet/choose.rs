//! Choosing the customers: my week, those I am responsible for, or by name.

use std::collections::BTreeSet;

use chrono::Days;
use kehu_domain::agenda::{WEEK_DAYS, Whose};
use kehu_domain::stamp::RecordId;
use leptos::prelude::*;

use super::Selection;
use crate::i18n::{t, t_string, use_i18n};
use crate::workspace::{Workspace, use_workspace};

/// How many customers are listed at most.
const LISTED: usize = 20;

/// The ways to choose, and what was chosen.
#[component]
pub fn Choose(chosen: Selection) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let week = {
        let workspace = workspace.clone();
        Memo::new(move |_| of_my_week(&workspace))
    };
    let mine = {
        let workspace = workspace.clone();
        Memo::new(move |_| {
            let me = workspace.person();
            workspace.roster(|roster| {
                let lines = roster.lines().iter().filter(|line| line.owner == Some(me));
                lines.map(|line| line.id).collect::<BTreeSet<_>>()
            })
        })
    };
    view! {
        <section class="section stack">
            <h2>{t!(i18n, packet.choose.title)}</h2>
            <div class="row">
                <button
                    type="button"
                    class="button"
                    disabled=move || week.read().is_empty()
                    on:click=move |_| chosen.update(|chosen| chosen.extend(week.get_untracked()))
                >
                    {move || t_string!(i18n, packet.choose.week, count = week.read().len())}
                </button>
                <button
                    type="button"
                    class="button"
                    disabled=move || mine.read().is_empty()
                    on:click=move |_| chosen.update(|chosen| chosen.extend(mine.get_untracked()))
                >
                    {move || t_string!(i18n, packet.choose.mine, count = mine.read().len())}
                </button>
            </div>
            <p class="hint">{t!(i18n, packet.choose.week_hint)}</p>
            <Find chosen />
            <Chosen chosen />
        </section>
    }
}

/// The customers with something to do for the person of this device from today on, within a week.
fn of_my_week(workspace: &Workspace) -> BTreeSet<RecordId> {
    let last = workspace.today().checked_add_days(Days::new(WEEK_DAYS.unsigned_abs().into()));
    let is_this_week = |due: Option<chrono::NaiveDateTime>| due.zip(last).is_none_or(|(due, last)| due.date() <= last);
    let entries = workspace.agenda().entries(&Whose::Mine, &workspace.viewer());
    entries.into_iter().filter(|entry| is_this_week(entry.due)).filter_map(|entry| entry.item.customer).collect()
}

#[component]
fn Find(chosen: Selection) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let query = RwSignal::new(String::new());
    let found = move || {
        let query = query.read();
        if query.trim().is_empty() { Vec::new() } else { workspace.find_customers(query.trim(), LISTED) }
    };
    let found = Memo::new(move |_| found());
    view! {
        <div class="field">
            <label for="packet-find">{t!(i18n, packet.choose.find)}</label>
            <input
                id="packet-find"
                type="search"
                placeholder=move || t_string!(i18n, packet.choose.placeholder)
                prop:value=query
                on:input=move |event| query.set(event_target_value(&event))
            />
        </div>
        <Show when=move || !query.read().trim().is_empty()>
            <ul class="people-list" aria-label=move || t_string!(i18n, packet.choose.found)>
                <For each=move || found.get() key=|id| *id let:id>
                    <Take chosen id />
                </For>
            </ul>
            <Show when=move || found.read().is_empty()>
                <p class="hint">{t!(i18n, packet.choose.none)}</p>
            </Show>
        </Show>
    }
}

/// A customer that was found.
#[component]
fn Take(chosen: Selection, id: RecordId) -> impl IntoView {
    let i18n = use_i18n();
    let (name, code) = called(&use_workspace(), id);
    let label = name.clone();
    let choose = move |event| {
        let is_wanted = event_target_checked(&event);
        chosen.update(|chosen| {
            if is_wanted {
                chosen.insert(id)
            } else {
                chosen.remove(&id)
            };
        });
    };
    view! {
        <li>
            <label>
                <input
                    type="checkbox"
                    aria-label=move || t_string!(i18n, packet.choose.take, name = label.clone())
                    prop:checked=move || chosen.read().contains(&id)
                    on:change=choose
                />
                " "
                {name}
            </label>
            <span class="hint">{code}</span>
        </li>
    }
}

/// What is chosen, each to be taken out again.
#[component]
fn Chosen(chosen: Selection) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = StoredValue::new(use_workspace());
    let listed = move || chosen.read().iter().take(LISTED).copied().collect::<Vec<_>>();
    let more = move || chosen.read().len().saturating_sub(LISTED);
    let row = move |id: RecordId| {
        let (name, code) = workspace.with_value(|workspace| called(workspace, id));
        let label = name.clone();
        view! {
            <li>
                <span>{name} <small>{code}</small></span>
                <button
                    type="button"
                    class="icon-button"
                    aria-label=move || t_string!(i18n, packet.choose.remove, name = label.clone())
                    on:click=move |_| chosen.update(|chosen| _ = chosen.remove(&id))
                >
                    "×"
                </button>
            </li>
        }
    };
    view! {
        <Show
            when=move || !chosen.read().is_empty()
            fallback=move || view! { <p class="hint">{t!(i18n, packet.choose.empty)}</p> }
        >
            <div class="section-head">
                <h3 aria-live="polite">{move || t_string!(i18n, packet.choose.chosen, count = chosen.read().len())}</h3>
                <button
                    type="button"
                    class="button"
                    data-kind="quiet"
                    data-size="small"
                    on:click=move |_| chosen.update(BTreeSet::clear)
                >
                    {t!(i18n, packet.choose.clear)}
                </button>
            </div>
            <ul class="people-list">
                <For each=listed key=|id| *id children=row />
            </ul>
            <Show when=move || { more() > 0 }>
                <p class="hint">{move || t_string!(i18n, packet.choose.more, count = more())}</p>
            </Show>
        </Show>
    }
}

/// What a customer is called, and its code.
fn called(workspace: &Workspace, id: RecordId) -> (String, String) {
    workspace.roster_once(|roster| {
        roster.line(id).map(|line| (line.name.to_string(), line.code.to_string())).unwrap_or_default()
    })
}
