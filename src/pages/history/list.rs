//! The list of all acts, the latest first, narrowed by person, kind, day and words; smooth at any length.

use std::rc::Rc;

use chrono::NaiveDate;
use kehu_domain::book::{Book, Record, SYSTEM};
use kehu_domain::dictionary::folded;
use kehu_domain::export::{Cell, Sheet};
use kehu_domain::history::{Deed, DeedKind};
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::stamp::{RecordId, Stamp};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::components::A;
use leptos_router::hooks::{use_navigate, use_query_map};
use leptos_router::params::ParamsMap;
use send_wrapper::SendWrapper;

use super::reader::ever;
use super::words::{deed_kind, deed_words};
use crate::components::VirtualList;
use crate::i18n::{Locale, t, t_string, td_string, use_i18n};
use crate::moment::civil;
use crate::pages::customers::author_name;
use crate::pages::export::{ExportMenu, HISTORY};
use crate::words::when;
use crate::workspace::{Source, Workspace, use_workspace};

/// How long typing has to rest before all records are looked through, in milliseconds.
const REST_MS: u32 = 250;

/// What the list is narrowed to; empty means all.
#[derive(Clone, Debug, Default, PartialEq)]
struct Filters {
    words: String,
    by: String,
    kind: String,
    day: String,
}

impl Filters {
    fn of(params: &ParamsMap) -> Self {
        let read = |name: &str| params.get(name).unwrap_or_default();
        Self { words: read("q"), by: read("by"), kind: read("kind"), day: read("day") }
    }

    fn address(&self) -> String {
        let mut params = ParamsMap::new();
        for (name, value) in [("q", &self.words), ("by", &self.by), ("kind", &self.kind), ("day", &self.day)] {
            if !value.is_empty() {
                params.insert(name, value.clone());
            }
        }
        format!("/data/history{}", params.to_query_string())
    }

    /// Whether an act passes everything but the words to find.
    fn admits(&self) -> impl Fn(&Deed) -> bool + use<> {
        let (by, day) = (self.by.parse::<RecordId>().ok(), self.day.parse::<NaiveDate>().ok());
        let kind = DeedKind::ALL.into_iter().find(|kind| kind.as_str() == self.kind);
        move |deed| {
            by.is_none_or(|by| by == deed.by)
                && kind.is_none_or(|kind| kind == deed.kind)
                && day.is_none_or(|day| civil(deed.act.millis()).date() == day)
        }
    }
}

type Found = SendWrapper<Rc<Vec<Deed>>>;

/// All acts, and the places among them of those that are listed.
#[derive(Clone)]
struct Shown {
    all: Found,
    places: SendWrapper<Rc<Vec<usize>>>,
}

impl Shown {
    fn at(&self, place: usize) -> Option<&Deed> {
        self.all.get(*self.places.get(place)?)
    }
}

/// Every act of the workspace.
#[component]
pub fn DeedList() -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let query = use_query_map();
    let filters = Memo::new(move |_| Filters::of(&query.read()));
    let words = Memo::new(move |_| filters.read().words.trim().to_owned());
    let all = gathered(&workspace, words);
    let shown = Memo::new_with_compare(
        move |_| {
            let admits = filters.read().admits();
            let all = all.get()?;
            let places = all.iter().enumerate().filter(|(_, deed)| admits(deed)).map(|(place, _)| place);
            let places = SendWrapper::new(Rc::new(places.collect()));
            Some(Shown { all, places })
        },
        // Equality of long lists costs more than drawing the rows on screen.
        |_, _| true,
    );
    let count = Signal::derive(move || shown.read().as_ref().map_or(0, |shown| shown.places.len()));
    let row = Callback::new(move |place: usize| {
        let deed = shown.read_untracked().as_ref().and_then(|shown| shown.at(place).cloned());
        let find = move |act| find(&all.get_untracked()?, act);
        deed.map(|deed| view! { <Row deed find=Callback::new(find) place /> }).into_any()
    });
    let key = Callback::new(move |place: usize| {
        let shown = shown.read();
        let deed = shown.as_ref().and_then(|shown| shown.at(place));
        deed.map(|deed| format!("{}-{}-{}", deed.act, deed.taken_back, i18n.get_locale())).unwrap_or_default()
    });
    let head = move || {
        view! {
            <div class="list-row" role="row" aria-rowindex="1">
                <span role="columnheader" data-column="tier"></span>
                <span role="columnheader" data-column="name">{t!(i18n, history.column.what)}</span>
                <span role="columnheader" data-column="code">{t!(i18n, history.column.records)}</span>
                <span role="columnheader" data-column="stage">{t!(i18n, history.column.kind)}</span>
                <span role="columnheader" data-column="region">{t!(i18n, history.column.state)}</span>
                <span role="columnheader" data-column="owner">{t!(i18n, history.column.who)}</span>
                <span role="columnheader" data-column="due">{t!(i18n, history.column.when)}</span>
            </div>
        }
    };
    let (narrowing, writing) = (workspace.clone(), workspace.clone());
    let scope = Signal::derive(move || scope(i18n.get_locale(), &narrowing, &filters.read()));
    let source = Callback::new(move |_| {
        let shown = shown.get_untracked();
        Source::Table(shown.map(|shown| sheet(i18n.get_locale_untracked(), &writing, &shown)).unwrap_or_default())
    });
    view! {
        <main class="page" data-layout="fill" tabindex="-1">
            <header class="page-header">
                <A href="/data" attr:class="back-link">"‹ " {t!(i18n, data.title)}</A>
                <h1>{t!(i18n, history.title)}</h1>
            </header>
            <FilterBar filters count is_busy=Signal::derive(move || shown.read().is_none()) />
            <Show
                when=move || count.get() != 0
                fallback=move || {
                    let is_busy = shown.read().is_none();
                    view! {
                        <p class="empty-state" role="status">
                            {move || if is_busy { t_string!(i18n, history.busy) } else { t_string!(i18n, history.none) }}
                        </p>
                    }
                }
            >
                <VirtualList
                    count
                    label=Signal::derive(move || t_string!(i18n, history.title).to_owned())
                    head=ViewFn::from(head)
                    row
                    key
                />
                <div class="page-actions">
                    <ExportMenu subject=HISTORY scope source />
                </div>
            </Show>
        </main>
    }
}

/// The acts that are listed as a table, with the columns of the list.
fn sheet(locale: Locale, workspace: &Workspace, shown: &Shown) -> Sheet {
    let columns = [
        td_string!(locale, history.column.what),
        td_string!(locale, history.column.records),
        td_string!(locale, history.column.kind),
        td_string!(locale, history.column.state),
        td_string!(locale, history.column.who),
        td_string!(locale, history.column.when),
    ];
    let row = |deed: &Deed| {
        let (who, (what, name)) = workspace.read_once(|book| {
            (author_name(book, deed.by), deed_words(book, deed, |act| find(&shown.all, act), locale))
        });
        vec![
            Cell::text(name),
            Cell::Int(deed.records.into()),
            Cell::text(what),
            Cell::text(state_name(locale, deed)),
            Cell::text(who),
            Cell::DateTime(civil(deed.act.millis())),
        ]
    };
    Sheet {
        name: td_string!(locale, history.title).to_owned(),
        columns: columns.map(str::to_owned).to_vec(),
        rows: (0..shown.places.len()).filter_map(|place| shown.at(place)).map(row).collect(),
    }
}

/// What the list is narrowed to, in words.
fn scope(locale: Locale, workspace: &Workspace, filters: &Filters) -> String {
    let words = filters.words.trim();
    let words = (!words.is_empty()).then(|| td_string!(locale, export.scope.query, text = words.to_owned()));
    let by = filters.by.parse().ok().map(|by| workspace.read_once(|book| author_name(book, by)));
    let kind = DeedKind::ALL.into_iter().find(|kind| kind.as_str() == filters.kind);
    let kind = kind.map(|kind| deed_kind(locale, kind).to_owned());
    let day = Some(filters.day.clone()).filter(|day| !day.is_empty());
    [words, by, kind, day].into_iter().flatten().collect::<Vec<_>>().join(" · ")
}

/// How far an act was taken back.
fn state_name(locale: Locale, deed: &Deed) -> &'static str {
    match (deed.is_undone(), deed.taken_back > 0) {
        (true, _) => td_string!(locale, history.state.undone),
        (_, true) => td_string!(locale, history.state.partly),
        _ => "",
    }
}

/// All deeds, gathered again after every commit and when the words have changed and rested; `None` until the first time.
fn gathered(workspace: &Workspace, words: Memo<String>) -> RwSignal<Option<Found>> {
    let all = RwSignal::new(None::<Found>);
    let run = StoredValue::new(0_u32);
    let (pulse, workspace) = (workspace.pulse(), SendWrapper::new(workspace.clone()));
    Effect::new(move |before: Option<String>| {
        let (words, workspace) = (words.get(), workspace.clone());
        pulse.track();
        run.update_value(|run| *run += 1);
        let this = run.get_value();
        let is_typing = before.is_some_and(|before| before != words);
        let looked_for = folded(&words);
        leptos::task::spawn_local(async move {
            if is_typing {
                gloo_timers::future::TimeoutFuture::new(REST_MS).await;
            }
            workspace.complete().await;
            // What was asked for later, or a page that was left, makes this one needless.
            if run.try_get_value() != Some(this) {
                return;
            }
            let is_about = |book: &Book, record: &Record| is_named(book, record, &looked_for);
            let deeds = workspace.deeds((!looked_for.is_empty()).then_some(&is_about)).await;
            if run.try_get_value() == Some(this) {
                all.try_set(Some(SendWrapper::new(Rc::new(deeds))));
            }
        });
        words
    });
    all
}

/// Whether a record, or the customer it belongs to, is called something like the words.
fn is_named(book: &Book, record: &Record, words: &str) -> bool {
    const NAMES: [Key; 7] =
        [kind::NAME, kind::CODE, kind::SHORT_NAME, kind::FORM_NO, Key::of("file"), Key::of("tag"), Key::of("topic")];
    let is_called = |record: &Record| NAMES.iter().any(|key| folded(ever(record, *key)).contains(words));
    let owner = || ever(record, kind::CUSTOMER_REF).parse().ok().and_then(|owner| book.get(owner));
    is_called(record) || owner().is_some_and(is_called)
}

fn find(deeds: &[Deed], act: Stamp) -> Option<Deed> {
    let place = deeds.binary_search_by(|deed| act.cmp(&deed.act)).ok()?;
    deeds.get(place).cloned()
}

/// One act.
#[component]
fn Row(
    deed: Deed,
    /// Finds another act, to name what an undo took back.
    find: Callback<Stamp, Option<Deed>>,
    /// Its place in the list.
    place: usize,
) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let who = workspace.read_once(|book| author_name(book, deed.by));
    let (address, at) = (format!("/data/history?act={}", deed.act), when(deed.act));
    let (records, is_partly) = (deed.records, deed.taken_back > 0);
    let of = deed.clone();
    let words =
        Memo::new(move |_| workspace.read_once(|book| deed_words(book, &of, |act| find.run(act), i18n.get_locale())));
    let state = move || state_name(i18n.get_locale(), &deed);
    view! {
        <div class="list-row" role="row" aria-rowindex=(place + 2).to_string() style:--index=place.to_string()>
            <span role="cell" data-column="tier">{is_partly.then_some("↶")}</span>
            <span role="cell" data-column="name"><A href=address>{move || words.read().1.clone()}</A></span>
            <span role="cell" data-column="code">{records}</span>
            <span role="cell" data-column="stage">{move || words.read().0.clone()}</span>
            <span role="cell" data-column="region">{state}</span>
            <span role="cell" data-column="owner">{who}</span>
            <span role="cell" data-column="due"><time>{at}</time></span>
        </div>
    }
}

/// Words, person, kind and day.
#[component]
fn FilterBar(
    /// What the address asks for.
    filters: Memo<Filters>,
    /// How many acts pass.
    count: Signal<usize>,
    /// Whether they are still being gathered.
    is_busy: Signal<bool>,
) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let navigate = use_navigate();
    let go = Callback::new(move |filters: Filters| {
        navigate(&filters.address(), NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() });
    });
    let people = Memo::new(move |_| {
        let mut people: Vec<(String, String)> = workspace.read(|book| {
            let staff = book.of_kind(kind::STAFF);
            staff.map(|person| (person.id.to_string(), person.text(kind::NAME).to_owned())).collect()
        });
        people.sort_by(|a, b| a.1.cmp(&b.1));
        people.insert(0, (RecordId::to_string(&SYSTEM), "Kehu".to_owned()));
        people
    });
    let now = move || filters.get_untracked();
    view! {
        <div class="toolbar" role="search">
            <label class="search-field">
                <span class="visually-hidden">{t!(i18n, history.filter.words)}</span>
                <input
                    type="search"
                    placeholder=move || t_string!(i18n, history.filter.words)
                    prop:value=move || filters.read().words.clone()
                    on:input=move |event| go.run(Filters { words: event_target_value(&event), ..now() })
                />
            </label>
            <div class="filter-bar">
                <select
                    aria-label=move || t_string!(i18n, history.column.who)
                    prop:value=move || { people.track(); filters.read().by.clone() }
                    on:change=move |event| go.run(Filters { by: event_target_value(&event), ..now() })
                >
                    <option value="">{t!(i18n, history.filter.everybody)}</option>
                    <For each=move || people.get() key=Clone::clone let((id, name))>
                        <option value=id.clone() selected=now().by == id>{name}</option>
                    </For>
                </select>
                <select
                    aria-label=move || t_string!(i18n, history.column.kind)
                    prop:value=move || filters.read().kind.clone()
                    on:change=move |event| go.run(Filters { kind: event_target_value(&event), ..now() })
                >
                    <option value="">{t!(i18n, history.filter.every_kind)}</option>
                    {DeedKind::ALL
                        .into_iter()
                        .map(|kind| {
                            view! {
                                <option value=kind.as_str() selected=now().kind == kind.as_str()>
                                    {move || deed_kind(i18n.get_locale(), kind)}
                                </option>
                            }
                        })
                        .collect_view()}
                </select>
                <input
                    type="date"
                    aria-label=move || t_string!(i18n, history.filter.day)
                    prop:value=move || filters.read().day.clone()
                    on:change=move |event| go.run(Filters { day: event_target_value(&event), ..now() })
                />
                <Show when=move || *filters.read() != Filters::default()>
                    <button type="button" class="chip" on:click=move |_| go.run(Filters::default())>
                        {t!(i18n, customers.filter.clear)}
                    </button>
                </Show>
                <span class="list-count" role="status">
                    {move || {
                        if is_busy.get() {
                            t_string!(i18n, history.busy).to_owned()
                        } else {
                            t_string!(i18n, history.count, count = count.get())
                        }
                    }}
                </span>
            </div>
        </div>
    }
}
