//! The bin: what was deleted, with what went along, and the way back; what was erased for good shows as a marker.

use std::collections::BTreeMap;
use std::sync::Arc;

use kehu_domain::book::{Book, Record};
use kehu_domain::change::{DELETED, FORGOTTEN, UNDOES};
use kehu_domain::dictionary::Dictionary;
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::stamp::{RecordId, Stamp};
use kehu_domain::value::Value;
use leptos::prelude::*;
use leptos_router::components::A;
use send_wrapper::SendWrapper;

use super::turning::{Outcome, Turned};
use super::words::{kind_label, record_title};
use crate::i18n::{Locale, t, t_string, td_string, use_i18n};
use crate::pages::customers::{Terms, author_name};
use crate::words::when;
use crate::workspace::{Turn, Workspace, use_workspace};

/// How many are shown at first, and more at a time.
const SHOWN: usize = 100;

/// One deletion: what it is named after and what went along.
#[derive(Clone, Debug, PartialEq)]
struct Deleted {
    act: Stamp,
    by: RecordId,
    kind: Key,
    record: RecordId,
    /// How many records of each kind went along, but for the first.
    along: Vec<(Key, usize)>,
}

/// A record that was erased: nothing but that is left of it.
#[derive(Clone, Debug, PartialEq)]
struct Erased {
    kind: Key,
    by: RecordId,
    at: Stamp,
}

#[derive(Clone, Debug, Default, PartialEq)]
struct Contents {
    deleted: Vec<Deleted>,
    erased: Vec<Erased>,
}

/// Everything deleted, the latest first.
#[component]
pub fn BinPage() -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let terms = Terms::of(&workspace);
    let contents = RwSignal::new(None::<Contents>);
    let turned: RwSignal<Turned> = RwSignal::new(None);
    let (kind, shown) = (RwSignal::new(String::new()), RwSignal::new(SHOWN));
    {
        let (pulse, workspace) = (workspace.pulse(), SendWrapper::new(workspace.clone()));
        Effect::new(move || {
            pulse.track();
            let workspace = workspace.clone();
            leptos::task::spawn_local(async move {
                let found = contents_of(&workspace).await;
                contents.try_set(Some(found));
            });
        });
    }
    let kinds = move || {
        let contents = contents.read();
        let mut kinds: Vec<Key> = contents.iter().flat_map(|found| &found.deleted).map(|one| one.kind).collect();
        kinds.sort_unstable();
        kinds.dedup();
        kinds
    };
    let listed = Memo::new(move |_| {
        let kind = kind.read();
        let contents = contents.read();
        let all = contents.iter().flat_map(|found| &found.deleted);
        all.filter(|one| kind.is_empty() || one.kind.as_str() == *kind).cloned().collect::<Vec<_>>()
    });
    let restore = {
        let workspace = workspace.clone();
        Action::new_unsync(move |act: &Stamp| {
            let (workspace, act) = (workspace.clone(), *act);
            async move {
                let result = workspace.turn(Turn::Undo, act, |_| ()).await;
                turned.set(Some((Turn::Undo, result)));
            }
        })
    };
    let on_restore = Callback::new(move |act: Stamp| {
        restore.dispatch_local(act);
    });
    let is_busy = restore.pending();
    view! {
        <main class="page" data-width="read" tabindex="-1">
            <header class="page-header">
                <A href="/data" attr:class="back-link">"‹ " {t!(i18n, data.title)}</A>
                <h1>{t!(i18n, history.bin.title)}</h1>
                <p>{t!(i18n, history.bin.lead)}</p>
            </header>
            <Outcome turned is_restored=true />
            <Show when=move || { kinds().len() > 1 }>
                <label class="field">
                    <span class="label">{t!(i18n, history.column.kind)}</span>
                    <select on:change=move |event| kind.set(event_target_value(&event))>
                        <option value="">{t!(i18n, history.filter.every_kind)}</option>
                        {move || {
                            let (locale, dictionary) = (i18n.get_locale(), terms.get());
                            kinds()
                                .into_iter()
                                .map(|key| {
                                    view! {
                                        <option value=key.as_str() selected=*kind.read_untracked() == key.as_str()>
                                            {kind_label(locale, &dictionary, key)}
                                        </option>
                                    }
                                })
                                .collect_view()
                        }}
                    </select>
                </label>
            </Show>
            <Show
                when=move || !listed.read().is_empty()
                fallback=move || {
                    let is_ready = contents.read().is_some();
                    view! {
                        <p class="empty-state" role="status">
                            {move || if is_ready { t_string!(i18n, history.bin.none) } else { t_string!(i18n, history.busy) }}
                        </p>
                    }
                }
            >
                <ul class="people-list">
                    {move || {
                        let (locale, dictionary) = (i18n.get_locale(), terms.get());
                        listed
                            .read()
                            .iter()
                            .take(shown.get())
                            .map(|one| view! { <DeletedItem one=one.clone() dictionary=dictionary.clone() locale on_restore is_busy /> })
                            .collect_view()
                    }}
                </ul>
                <Show when=move || { listed.read().len() > shown.get() }>
                    <p>
                        <button type="button" class="button" on:click=move |_| shown.update(|shown| *shown += SHOWN)>
                            {t!(i18n, shell.action.more)}
                        </button>
                    </p>
                </Show>
            </Show>
            {move || {
                let erased = contents.read().as_ref().map(|found| found.erased.clone()).unwrap_or_default();
                (!erased.is_empty()).then(|| view! { <ErasedList erased terms /> })
            }}
        </main>
    }
}

#[component]
fn DeletedItem(
    one: Deleted,
    /// What kinds are called.
    dictionary: Arc<Dictionary>,
    locale: Locale,
    /// Brings it back.
    on_restore: Callback<Stamp>,
    #[prop(into)] is_busy: Signal<bool>,
) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let (title, who) = workspace.read_once(|book| {
        let title = book.get(one.record).map(|record| record_title(book, record, locale)).unwrap_or_default();
        (title, author_name(book, one.by))
    });
    let along: Vec<String> = one
        .along
        .iter()
        .map(|(kind, count)| {
            td_string!(locale, history.bin.some, count = count, kind = kind_label(locale, &dictionary, *kind))
        })
        .collect();
    let along = (!along.is_empty())
        .then(|| td_string!(locale, history.bin.along, what = along.join(td_string!(locale, history.comma))));
    let by = td_string!(locale, history.bin.by, who = who, at = when(one.act));
    let label = td_string!(locale, history.bin.restore_label, name = title.clone());
    let (act, record) = (one.act, one.record);
    view! {
        <li>
            <span>
                <A href=format!("/data/history?record={record}")>{title}</A>
                " "
                <span class="tag">{kind_label(locale, &dictionary, one.kind)}</span>
                <small>{by}</small>
                {along.map(|along| view! { <small>{along}</small> })}
            </span>
            <button
                type="button"
                class="button"
                data-size="small"
                aria-label=label
                disabled=move || is_busy.get()
                on:click=move |_| on_restore.run(act)
            >
                {t!(i18n, history.bin.restore)}
            </button>
        </li>
    }
}

/// Markers of what was erased for good.
#[component]
fn ErasedList(erased: Vec<Erased>, terms: Terms) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let items = move || {
        let (locale, dictionary) = (i18n.get_locale(), terms.get());
        erased
            .iter()
            .map(|one| {
                let who = workspace.read_once(|book| author_name(book, one.by));
                let what = kind_label(locale, &dictionary, one.kind);
                view! { <li>{t_string!(i18n, history.bin.erased, what = what, who = who, at = when(one.at))}</li> }
            })
            .collect_view()
    };
    view! {
        <section class="section">
            <div class="section-head"><h2>{t!(i18n, history.bin.erased_title)}</h2></div>
            <p class="hint">{t!(i18n, history.bin.erased_hint)}</p>
            <ul>{items}</ul>
        </section>
    }
}

async fn contents_of(workspace: &Workspace) -> Contents {
    workspace.complete().await;
    let (mut gone, mut erased) = (Vec::new(), Vec::new());
    workspace
        .look_through(|record| {
            if *record.get(FORGOTTEN) == Value::Bool(true) {
                erased.extend(record.written(FORGOTTEN).map(|change| Erased {
                    kind: record.kind,
                    by: change.by,
                    at: change.stamp,
                }));
            } else if *record.get(DELETED) == Value::Bool(true) {
                gone.push(record.id);
            }
        })
        .await;
    erased.sort_by_key(|one| std::cmp::Reverse(one.at));
    let deleted = workspace.read_once(|book| deletions(book, &gone));
    Contents { deleted, erased }
}

/// The deletions that these records are gone by, the latest first.
fn deletions(book: &Book, gone: &[RecordId]) -> Vec<Deleted> {
    let mut by_act: BTreeMap<Stamp, Vec<&Record>> = BTreeMap::new();
    for record in gone.iter().filter_map(|id| book.get(*id)) {
        if let Some(change) = record.written(DELETED).filter(|change| !went_by_undo(book, record, change.act)) {
            by_act.entry(change.act).or_default().push(record);
        }
    }
    let deletion = |(act, mut records): (Stamp, Vec<&Record>)| {
        records.sort_by_key(|record| (rank(record.kind), record.id));
        let (first, rest) = records.split_first()?;
        let mut along: Vec<(Key, usize)> = Vec::new();
        for record in rest {
            match along.iter_mut().find(|(kind, _)| *kind == record.kind) {
                Some((_, count)) => *count += 1,
                None => along.push((record.kind, 1)),
            }
        }
        let by = first.written(DELETED)?.by;
        Some(Deleted { act, by, kind: first.kind, record: first.id, along })
    };
    by_act.into_iter().rev().filter_map(deletion).collect()
}

/// Whether a record went along when the making of what it belongs to was undone: a redo brings it back.
fn went_by_undo(book: &Book, record: &Record, act: Stamp) -> bool {
    let owner = record.reference(kind::CUSTOMER_REF).or_else(|| record.reference(kind::CASE_REF));
    let owner = owner.and_then(|owner| book.get(owner));
    owner.is_some_and(|owner| {
        owner.changes().iter().any(|change| change.act == act && change.over.get(UNDOES).is_some())
    })
}

fn rank(kind: Key) -> u8 {
    match kind.as_str() {
        "customer" => 0,
        "contact" => 1,
        "case" => 2,
        "document" => 3,
        _ => 4,
    }
}
