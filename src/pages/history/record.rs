//! The history of one record of any kind, field by field.

use kehu_domain::stamp::RecordId;
use leptos::prelude::*;
use leptos_router::components::A;

use super::reader::{Entry, Line, of_record};
use super::words::{address_of, kind_label, record_title};
use crate::i18n::{t, t_string, use_i18n};
use crate::moment::civil;
use crate::pages::customers::Terms;
use crate::workspace::use_workspace;

/// How many entries are shown at first, and how many more at a time.
const SHOWN: usize = 100;

/// The history of the record of the address.
#[component]
pub fn RecordPage(record: RecordId) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let terms = Terms::of(&workspace);
    let title = Memo::new(move |_| {
        let locale = i18n.get_locale();
        workspace.read(|book| {
            let record = book.get(record)?;
            let address = Some(address_of(record)).filter(|address| !address.starts_with("/data"));
            let kind = kind_label(locale, &terms.get(), record.kind);
            Some((kind, record_title(book, record, locale), address, record.exists()))
        })
    });
    view! {
        <main class="page" data-width="read" tabindex="-1">
            <header class="page-header">
                <A href="/data/history" attr:class="back-link">"‹ " {t!(i18n, history.title)}</A>
                <h1>
                    {move || title.get().map(|(_, title, ..)| title)}
                    <small>{move || title.get().map(|(kind, ..)| kind)}</small>
                </h1>
                {move || {
                    let (_, _, address, exists) = title.get()?;
                    Some(match address {
                        Some(address) => view! { <p><A href=address>{t!(i18n, history.open)} " ›"</A></p> }.into_any(),
                        None if !exists => view! { <p>{t!(i18n, history.not_there)}</p> }.into_any(),
                        None => ().into_any(),
                    })
                }}
            </header>
            <Show
                when=move || title.read().is_some()
                fallback=move || view! { <p class="empty-state">{t!(i18n, history.gone)}</p> }
            >
                <RecordHistory record />
            </Show>
        </main>
    }
}

/// Everything done to one record, by day, newest first.
#[component]
pub fn RecordHistory(record: RecordId) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let terms = Terms::of(&workspace);
    let entries = Memo::new(move |_| of_record(&workspace, record, terms, i18n.get_locale()));
    view! { <Entries entries /> }
}

/// Entries by day, a part at a time.
#[component]
pub fn Entries(entries: Memo<Vec<Entry>>) -> impl IntoView {
    let i18n = use_i18n();
    let shown = RwSignal::new(SHOWN);
    let days = move || {
        let entries = entries.read();
        let mut days: Vec<(String, Vec<Entry>)> = Vec::new();
        for entry in entries.iter().take(shown.get()) {
            let day = civil(entry.at.millis()).format("%Y-%m-%d").to_string();
            match days.last_mut().filter(|(last, _)| *last == day) {
                Some((_, entries)) => entries.push(entry.clone()),
                None => days.push((day, vec![entry.clone()])),
            }
        }
        days
    };
    view! {
        <ol class="timeline">
            {move || {
                days()
                    .into_iter()
                    .map(|(day, entries)| {
                        let entries = entries.into_iter().map(|entry| view! { <EntryItem entry /> }).collect_view();
                        view! { <li><h3>{day}</h3><ol>{entries}</ol></li> }
                    })
                    .collect_view()
            }}
        </ol>
        <Show when=move || { entries.read().len() > shown.get() }>
            <p>
                <button type="button" class="button" on:click=move |_| shown.update(|shown| *shown += SHOWN)>
                    {t!(i18n, shell.action.more)}
                </button>
            </p>
        </Show>
    }
}

/// One thing somebody did; it leads to the whole act, where it can be taken back.
#[component]
fn EntryItem(entry: Entry) -> impl IntoView {
    let i18n = use_i18n();
    let Entry { act, at, who, what, lines, is_undone, .. } = entry;
    let time = civil(at.millis()).format("%H:%M").to_string();
    view! {
        <li>
            <p>
                {what}
                {is_undone.then(|| view! { " " <span class="tag">{t!(i18n, history.state.undone)}</span> })}
            </p>
            <Lines lines />
            <p class="who">
                {move || t_string!(i18n, customers.history.who, time = time.clone(), who = who.clone())} " · "
                <A href=format!("/data/history?act={act}")>{t!(i18n, history.look)}</A>
            </p>
        </li>
    }
}

/// Fields before and after.
#[component]
pub fn Lines(lines: Vec<Line>) -> impl IntoView {
    lines.into_iter().map(|line| view! { <FieldLine line /> }).collect_view()
}

#[component]
fn FieldLine(line: Line) -> impl IntoView {
    let i18n = use_i18n();
    let empty = move || t_string!(i18n, customers.history.empty);
    let Line { label, before, after, is_clashing } = line;
    view! {
        <p>
            {label} " "
            <span class="before-after">
                {before.map(|before| view! { <del>{before}</del> })}
                <ins>{move || after.clone().unwrap_or_else(|| empty().to_owned())}</ins>
            </span>
            {is_clashing
                .then(|| {
                    view! {
                        " "
                        <A href="/data" attr:class="tag" attr:data-state="late">{t!(i18n, customers.card.clash)}</A>
                    }
                })}
        </p>
    }
}
