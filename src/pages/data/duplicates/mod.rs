//! Likely doubles: a sweep of all customers, by how sure it is, and each pair side by side.

mod pair;

use kehu_domain::book::Book;
use kehu_domain::duplicate::{Certainty, Likeness, Pair};
use kehu_domain::export::{Cell, Sheet};
use kehu_domain::kind;
use kehu_domain::stamp::RecordId;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::use_query_map;

use super::import::grouped;
use crate::i18n::{Locale, t, t_string, td_string, use_i18n};
use crate::pages::customers::{certainty_name, reasons};
use crate::pages::export::{DUPLICATES, ExportMenu};
use crate::workspace::{Source, Swept, use_workspace};

pub use pair::PairPage;

/// How many pairs stand on a page.
const PER_PAGE: usize = 25;

/// A pair as its row shows it.
#[derive(Clone, Debug, PartialEq)]
struct Row {
    one: RecordId,
    other: RecordId,
    names: [String; 2],
    codes: [String; 2],
    likeness: Likeness,
}

impl Row {
    fn of(book: &Book, pair: &Pair) -> Option<Self> {
        let (one, other) = (book.get(pair.one)?, book.get(pair.other)?);
        let texts = |key| [one, other].map(|record| record.text(key).to_owned());
        let (names, codes) = (texts(kind::NAME), texts(kind::CODE));
        Some(Self { one: pair.one, other: pair.other, names, codes, likeness: pair.likeness.clone() })
    }
}

/// All pairs that wait for a decision, the surest first; looks for them when opened.
#[component]
pub fn DuplicatesPage() -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let query = use_query_map();
    let progress = ArcRwSignal::new((0, 0));
    let look = {
        let (workspace, progress) = (workspace.clone(), progress.clone());
        Action::new_unsync(move |(): &()| {
            let (workspace, progress) = (workspace.clone(), progress.clone());
            async move { workspace.sweep_doubles(move |done, total| progress.set((done, total))).await }
        })
    };
    look.dispatch_local(());
    let waiting = {
        let workspace = workspace.clone();
        Memo::new(move |_| {
            let swept = look.value();
            let swept = swept.read();
            swept.as_ref().map(|swept: &Swept| workspace.waiting_doubles(&swept.pairs)).unwrap_or_default()
        })
    };
    let sure = Memo::new(move |_| {
        let asked = query.read().get("sure");
        Certainty::ALL.into_iter().find(|certainty| Some(certainty.as_str()) == asked.as_deref())
    });
    let shown = Memo::new(move |_| {
        let wanted = |pair: &&Pair| sure.get().is_none_or(|sure| pair.likeness.certainty == sure);
        waiting.read().iter().filter(wanted).cloned().collect::<Vec<_>>()
    });
    let pages = move || shown.read().len().div_ceil(PER_PAGE).max(1);
    let page = Memo::new(move |_| {
        let asked = query.read().get("page").and_then(|page| page.parse().ok()).unwrap_or(1_usize);
        asked.clamp(1, pages())
    });
    let writing = workspace.clone();
    let rows = Memo::new(move |_| {
        let from = (page.get() - 1) * PER_PAGE;
        workspace.read(|book| {
            let shown = shown.read();
            shown.iter().skip(from).take(PER_PAGE).filter_map(|pair| Row::of(book, pair)).collect::<Vec<_>>()
        })
    });
    let source = Callback::new(move |_| {
        let locale = i18n.get_locale_untracked();
        let rows = writing.read_once(|book| {
            let rows = shown.read_untracked();
            rows.iter().filter_map(|pair| Row::of(book, pair)).map(|row| cells(locale, row)).collect()
        });
        Source::Table(sheet(locale, rows))
    });
    let scope =
        Signal::derive(move || sure.get().map(|sure| certainty_name(i18n.get_locale(), sure)).unwrap_or_default());
    let summary = move || {
        let swept = look.value().get()?;
        let found = t_string!(
            i18n,
            duplicate.found,
            customers = grouped(swept.customers),
            count = grouped(waiting.read().len())
        );
        let crowds = (swept.crowds > 0).then(|| t_string!(i18n, duplicate.crowds, count = grouped(swept.crowds)));
        Some([Some(found), crowds].into_iter().flatten().collect::<Vec<_>>().join(" "))
    };
    let is_busy = move || look.pending().get();
    view! {
        <main class="page" id="main" tabindex="-1">
            <header class="page-header">
                <A href="/data" attr:class="back-link">"‹ " {t!(i18n, data.title)}</A>
                <h1>{t!(i18n, duplicate.title)}</h1>
                <p class="lead">{t!(i18n, duplicate.lead)}</p>
            </header>
            <Show when=is_busy>
                <Progress progress=progress.clone() />
            </Show>
            <Show when=move || !is_busy()>
                <section class="section stack">
                    <p role="status">{summary}</p>
                    <Show when=move || !waiting.read().is_empty() fallback=Nothing>
                        <Filter waiting sure />
                        <Show
                            when=move || !rows.read().is_empty()
                            fallback=move || view! { <p class="hint">{t!(i18n, duplicate.none_here)}</p> }
                        >
                            <Table rows />
                            <p><ExportMenu subject=DUPLICATES scope source is_small=true /></p>
                        </Show>
                        <Pager page pages=Signal::derive(pages) sure />
                    </Show>
                    <p>
                        <button
                            type="button"
                            class="button"
                            on:click=move |_| {
                                look.dispatch_local(());
                            }
                        >
                            {t!(i18n, duplicate.again)}
                        </button>
                    </p>
                </section>
            </Show>
        </main>
    }
}

/// The pairs as a table, both customers of each in a row.
fn sheet(locale: Locale, rows: Vec<Vec<Cell>>) -> Sheet {
    let columns = [
        td_string!(locale, customers.column.name),
        td_string!(locale, customers.column.code),
        td_string!(locale, customers.column.name),
        td_string!(locale, customers.column.code),
        td_string!(locale, duplicate.column.reasons),
        td_string!(locale, duplicate.column.certainty),
    ];
    Sheet {
        name: td_string!(locale, export.list.duplicates).to_owned(),
        columns: columns.map(str::to_owned).to_vec(),
        rows,
    }
}

fn cells(locale: Locale, row: Row) -> Vec<Cell> {
    let [one, other] = row.names;
    let [first, second] = row.codes;
    let why = reasons(locale, &row.likeness);
    [one, first, other, second, why, certainty_name(locale, row.likeness.certainty).to_string()]
        .map(Cell::text)
        .to_vec()
}

#[component]
fn Progress(
    /// Done, of how much.
    progress: ArcRwSignal<(usize, usize)>,
) -> impl IntoView {
    let i18n = use_i18n();
    let (value, most, text) = (progress.clone(), progress.clone(), progress);
    view! {
        <div class="progress-panel" role="group" aria-label=move || t_string!(i18n, duplicate.busy)>
            <progress
                max=move || most.read().1.max(1).to_string()
                value=move || value.read().0.to_string()
                aria-label=move || t_string!(i18n, duplicate.busy)
            ></progress>
            <span class="hint">
                {move || {
                    let (done, total) = text.get();
                    match total {
                        0 => t_string!(i18n, duplicate.busy).to_owned(),
                        _ => t_string!(i18n, duplicate.progress, done = grouped(done), total = grouped(total)),
                    }
                }}
            </span>
        </div>
    }
}

#[component]
fn Nothing() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div class="empty-state">
            <h2>{t!(i18n, duplicate.none)}</h2>
            <p>{t!(i18n, duplicate.none_text)}</p>
        </div>
    }
}

/// The address of a page of pairs of one certainty, or of all.
fn address(sure: Option<Certainty>, page: usize) -> String {
    let sure = sure.map(|sure| format!("sure={}", sure.as_str()));
    let page = (page > 1).then(|| format!("page={page}"));
    let query = [sure, page].into_iter().flatten().collect::<Vec<_>>().join("&");
    if query.is_empty() { "/data/duplicates".to_owned() } else { format!("/data/duplicates?{query}") }
}

/// Links to all pairs, and to those of each certainty, with their numbers.
#[component]
fn Filter(waiting: Memo<Vec<Pair>>, sure: Memo<Option<Certainty>>) -> impl IntoView {
    let i18n = use_i18n();
    let choices = [None].into_iter().chain(Certainty::ALL.map(Some));
    let links = choices.map(|choice| {
        let count = move || {
            let is_meant = |pair: &&Pair| choice.is_none_or(|choice| pair.likeness.certainty == choice);
            grouped(waiting.read().iter().filter(is_meant).count())
        };
        let name = move || match choice {
            None => t_string!(i18n, duplicate.all),
            Some(choice) => certainty_name(i18n.get_locale(), choice),
        };
        let is_current = move || (sure.get() == choice).then_some("true");
        view! {
            <li>
                <a class="chip" href=address(choice, 1) aria-current=is_current>
                    {name}
                    " "
                    <span class="count">{count}</span>
                </a>
            </li>
        }
    });
    view! {
        <nav aria-label=move || t_string!(i18n, duplicate.filter)>
            <ul class="row">{links.collect_view()}</ul>
        </nav>
    }
}

#[component]
fn Table(rows: Memo<Vec<Row>>) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <table class="data-table" data-stack>
            <thead>
                <tr>
                    <th scope="col">{t!(i18n, duplicate.column.pair)}</th>
                    <th scope="col">{t!(i18n, duplicate.column.reasons)}</th>
                    <th scope="col">{t!(i18n, duplicate.column.certainty)}</th>
                    <th scope="col">{t!(i18n, duplicate.column.compare)}</th>
                </tr>
            </thead>
            <tbody>
                <For each=move || rows.get() key=|row| (row.one, row.other, row.names.clone()) let:row>
                    <PairRow row />
                </For>
            </tbody>
        </table>
    }
}

#[component]
fn PairRow(row: Row) -> impl IntoView {
    let i18n = use_i18n();
    let Row { one, other, names, codes, likeness } = row;
    let lines = names.clone().into_iter().zip(codes).map(|(name, code)| {
        view! { <span>{name} " " <span class="hint">{code}</span></span><br /> }
    });
    let [first, second] = names;
    let certainty = likeness.certainty;
    view! {
        <tr>
            <th scope="row">{lines.collect_view()}</th>
            <td data-label=move || t_string!(i18n, duplicate.column.reasons)>
                {move || reasons(i18n.get_locale(), &likeness)}
            </td>
            <td data-label=move || t_string!(i18n, duplicate.column.certainty)>
                {move || certainty_name(i18n.get_locale(), certainty)}
            </td>
            <td data-label=move || t_string!(i18n, duplicate.column.compare)>
                <a
                    class="button"
                    data-size="small"
                    href=format!("/data/duplicates/{one}/{other}")
                    aria-label=move || {
                        t_string!(i18n, duplicate.compare_of, one = first.clone(), other = second.clone())
                    }
                >
                    {t!(i18n, duplicate.compare)}
                </a>
            </td>
        </tr>
    }
}

#[component]
fn Pager(page: Memo<usize>, pages: Signal<usize>, sure: Memo<Option<Certainty>>) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Show when=move || { pages.get() > 1 }>
            <nav class="row" aria-label=move || t_string!(i18n, duplicate.pages)>
                <Show when=move || { page.get() > 1 }>
                    <a class="button" data-size="small" href=move || address(sure.get(), page.get() - 1)>
                        {t!(i18n, duplicate.before)}
                    </a>
                </Show>
                <span>{move || t_string!(i18n, duplicate.page, page = page.get(), pages = pages.get())}</span>
                <Show when=move || { page.get() < pages.get() }>
                    <a class="button" data-size="small" href=move || address(sure.get(), page.get() + 1)>
                        {t!(i18n, duplicate.next)}
                    </a>
                </Show>
            </nav>
        </Show>
    }
}
