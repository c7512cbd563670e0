//! What came in from files: when, from which, how much, and the way back and forth.

use kehu_domain::arrival::{Arrival, Mode, arrivals};
use kehu_domain::belonging::owner;
use kehu_domain::book::Book;
use kehu_domain::stamp::RecordId;
use kehu_ledger::arrival::TakenBack;
use leptos::prelude::*;

use super::looking::Looking;
use super::summary::moment;
use crate::components::{Notice, Tone};
use crate::device::shown_language;
use crate::i18n::{Locale, t, t_string, td_string, use_i18n};
use crate::pages::data::past::PastList;
use crate::pages::export::TableMenu;
use crate::workspace::{record_name, staff_name, use_workspace};

/// Every arrival, the latest first, and what the last undo or redo came to.
#[component]
pub fn Past(looking: Looking) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let all = Memo::new(move |_| workspace.read(arrivals));
    view! {
        <PastList
            title=Signal::derive(move || t_string!(i18n, arrival.past.title).to_owned())
            none=Signal::derive(move || t_string!(i18n, arrival.past.none).to_owned())
            columns=Signal::derive(move || {
                vec![
                    t_string!(i18n, arrival.past.file),
                    t_string!(i18n, arrival.past.what),
                    t_string!(i18n, arrival.past.when),
                    t_string!(i18n, arrival.past.way),
                ]
            })
            after=move || view! { <p><TableMenu /></p> }
            is_empty=Signal::derive(move || all.read().is_empty())
            before=move || view! { <TakenBackNotice looking /> }
        >
            <For each=move || all.get() key=|arrival| (arrival.record, arrival.undone_by) let:arrival>
                <ArrivalRow looking arrival />
            </For>
        </PastList>
    }
}

#[component]
fn ArrivalRow(looking: Looking, arrival: Arrival) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let Arrival { record, act, by, note, undone_by } = arrival;
    let is_undone = undone_by.is_some();
    let who = workspace.read_once(|book| staff_name(book, by));
    let at = moment(act.millis());
    let (file, mode, clashes) = (note.file.clone(), note.mode, note.clashes);
    let summary = move || {
        let (changes, records, customers) = (note.changes, note.records, note.customers);
        t_string!(i18n, arrival.past.summary, changes = changes, records = records, customers = customers)
    };
    let named = file.clone();
    let label = move || match is_undone {
        true => t_string!(i18n, arrival.past.redo_of, name = named.clone()),
        false => t_string!(i18n, arrival.past.undo_of, name = named.clone()),
    };
    view! {
        <tr>
            <th scope="row">{file}<small>{move || mode_name(i18n.get_locale(), mode)}</small></th>
            <td data-label=move || t_string!(i18n, arrival.past.what)>
                {summary}
                {(clashes > 0).then(|| view! {
                    " · " {move || t_string!(i18n, arrival.past.clashes, count = clashes)}
                })}
                {is_undone.then(|| view! { " " <span class="tag">{t!(i18n, arrival.past.undone)}</span> })}
            </td>
            <td data-label=move || t_string!(i18n, arrival.past.when)><time>{at}</time> " " {who}</td>
            <td data-label=move || t_string!(i18n, arrival.past.way)>
                <button
                    type="button"
                    class="button"
                    data-size="small"
                    aria-label=label
                    disabled=move || looking.task.get().is_some()
                    on:click=move |_| looking.take_back(record, is_undone)
                >
                    {move || match is_undone {
                        true => t_string!(i18n, arrival.past.redo),
                        false => t_string!(i18n, arrival.past.undo),
                    }}
                </button>
            </td>
        </tr>
    }
}

fn mode_name(locale: Locale, mode: Mode) -> &'static str {
    match mode {
        Mode::Everything => td_string!(locale, arrival.past.everything),
        Mode::Choice => td_string!(locale, arrival.past.choice),
        Mode::GoneBack => td_string!(locale, arrival.past.gone_back),
        Mode::Packet => td_string!(locale, arrival.past.packet),
    }
}

/// How much was put back, and what was left alone because somebody had edited it since.
#[component]
fn TakenBackNotice(looking: Looking) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    move || {
        let (taken, is_redo) = looking.taken_back.get()?;
        let TakenBack { last, restored, kept, kept_records } = taken;
        let text = match (last, is_redo) {
            (None, _) => t_string!(i18n, arrival.past.nothing).to_owned(),
            (_, true) => t_string!(i18n, arrival.past.redone, count = restored),
            (_, false) => t_string!(i18n, arrival.past.restored, count = restored),
        };
        let named = kept_records.len();
        let names = workspace.read_once(|book| kept_records.iter().map(|id| kept_name(book, *id)).collect::<Vec<_>>());
        let item = |(name, customer): (String, Option<RecordId>)| match customer {
            Some(customer) => view! { <li><a href=format!("/customers/{customer}")>{name}</a></li> }.into_any(),
            None => view! { <li>{name}</li> }.into_any(),
        };
        Some(view! {
            <Notice tone=Tone::Success>
                <p>{text}</p>
                {(kept > 0).then(|| view! {
                    <p>{t_string!(i18n, arrival.past.kept, count = kept)}</p>
                    <ul>{names.into_iter().map(item).collect_view()}</ul>
                    {(kept > named).then(|| view! { <p>{t_string!(i18n, arrival.past.kept_more, count = kept - named)}</p> })}
                })}
            </Notice>
        })
    }
}

/// What a record that was left alone is called, and whose it is.
fn kept_name(book: &Book, id: RecordId) -> (String, Option<RecordId>) {
    let Some(record) = book.get(id) else { return (id.to_string(), None) };
    let name = record_name(book, record, shown_language());
    (if name.is_empty() { id.to_string() } else { name }, owner(book, record))
}
