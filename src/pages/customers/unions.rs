//! What a customer was merged from: other names and codes, the way back, and what came late.

use kehu_domain::book::{Book, Record};
use kehu_domain::kind;
use kehu_domain::merger::{self, Late};
use kehu_domain::stamp::RecordId;
use kehu_domain::value::Value;
use kehu_store::StoreError;
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use super::names::{Names, Terms, author_name, record_name};
use crate::components::{Notice, Tone};
use crate::i18n::{Locale, t, t_string, td_string, use_i18n};
use crate::moment::civil;
use crate::words;
use crate::workspace::use_workspace;

/// One merger that made the customer what it is.
#[derive(Clone, Debug, PartialEq)]
struct Union {
    merger: RecordId,
    names: String,
    at: String,
    who: String,
}

impl Union {
    fn of(book: &Book, merger: &Record) -> Option<Self> {
        let made = merger.created()?;
        Some(Self {
            merger: merger.id,
            names: merger::concerned(merger)
                .iter()
                .skip(1)
                .map(|loser| called(book, *loser))
                .collect::<Vec<_>>()
                .join(", "),
            at: civil(made.stamp.millis()).format("%Y-%m-%d").to_string(),
            who: author_name(book, made.by),
        })
    }
}

/// A customer's name and code.
fn called(book: &Book, customer: RecordId) -> String {
    let code = book.get(customer).map(|record| record.text(kind::CODE)).unwrap_or_default();
    format!("{} {code}", record_name(book, customer)).trim().to_owned()
}

/// Aliases, mergers with the way back, and what came late; nothing for a customer that was never merged.
#[component]
pub fn Unions(
    /// The customer.
    customer: RecordId,
) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let terms = Terms::of(&workspace);
    let query = use_query_map();
    let aliases = {
        let workspace = workspace.clone();
        let texts = move |key| {
            workspace.read(|book| {
                let items = book.get(customer).map(|record| record.get(key).items().to_vec()).unwrap_or_default();
                items.iter().filter_map(Value::as_text).collect::<Vec<_>>().join(", ")
            })
        };
        Memo::new(move |_| (texts(kind::OTHER_NAMES), texts(kind::OTHER_CODES)))
    };
    let unions = {
        let workspace = workspace.clone();
        Memo::new(move |_| {
            workspace.read(|book| {
                let mergers = merger::of_survivor(book, customer);
                mergers.into_iter().filter_map(|merger| Union::of(book, merger)).collect::<Vec<_>>()
            })
        })
    };
    let late = {
        let workspace = workspace.clone();
        Memo::new(move |_| workspace.read(|book| merger::late(book, customer)))
    };
    let from = {
        let workspace = workspace.clone();
        move || {
            let id: RecordId = query.read().get("from")?.parse().ok()?;
            workspace.read(|book| (book.survivor(id) == customer && id != customer).then(|| called(book, id)))
        }
    };
    let undo = {
        let workspace = workspace.clone();
        Action::new_unsync(move |merger: &RecordId| {
            let (workspace, merger) = (workspace.clone(), *merger);
            async move { workspace.take_merger_back(merger).await }
        })
    };
    let settle = Action::new_unsync(move |(late, takes_over): &(Late, bool)| {
        let (workspace, late, takes_over) = (workspace.clone(), late.clone(), *takes_over);
        async move { workspace.settle_late(&late, takes_over).await }
    });
    let on_settle = Callback::new(move |choice: (Late, bool)| {
        settle.dispatch_local(choice);
    });
    view! {
        {move || from().map(|name| view! {
            <Notice tone=Tone::Info><p>{move || t_string!(i18n, duplicate.card.from, name = name.clone())}</p></Notice>
        })}
        {move || {
            let (names, codes) = aliases.get();
            let also = (!names.is_empty()).then(|| t_string!(i18n, duplicate.card.also, names = names));
            let codes = (!codes.is_empty()).then(|| t_string!(i18n, duplicate.card.codes, codes = codes));
            let all = [also, codes].into_iter().flatten().collect::<Vec<_>>().join(" · ");
            (!all.is_empty()).then(|| view! { <p class="hint">{all}</p> })
        }}
        <Show when=move || !late.read().is_empty()>
            <section class="section">
                <h2>{t!(i18n, duplicate.late.title)} " " <span class="count">{move || late.read().len()}</span></h2>
                <p>{t!(i18n, duplicate.late.lead)}</p>
                <ul class="stack">
                    <For each=move || late.get() key=|late| (late.record, late.field, late.at) let:late>
                        <LateCard late terms on_settle />
                    </For>
                </ul>
            </section>
        </Show>
        <Show when=move || !unions.read().is_empty()>
            <details class="fold">
                <summary>{t!(i18n, duplicate.card.title)} <span class="count">{move || unions.read().len()}</span></summary>
                <div>
                    <ul class="stack">
                        <For each=move || unions.get() key=|union| union.merger let:union>
                            <UnionLine union on_undo=Callback::new(move |merger| { undo.dispatch_local(merger); }) />
                        </For>
                    </ul>
                </div>
            </details>
        </Show>
        {move || match undo.value().get() {
            Some(Err(problem)) => Some(problem_notice(i18n.get_locale(), &problem)),
            Some(Ok(undone)) if !undone.kept.is_empty() => {
                let text = t_string!(i18n, duplicate.undone.kept, count = undone.kept.len());
                Some(view! { <Notice tone=Tone::Info><p>{text}</p></Notice> }.into_any())
            }
            Some(Ok(_)) => {
                Some(view! { <Notice tone=Tone::Success><p>{t!(i18n, duplicate.undone.all)}</p></Notice> }.into_any())
            }
            None => None,
        }}
        {move || match settle.value().get() {
            Some(Err(problem)) => Some(problem_notice(i18n.get_locale(), &problem)),
            _ => None,
        }}
    }
}

fn problem_notice(locale: Locale, problem: &StoreError) -> AnyView {
    let text = words::store_problem(locale, problem);
    view! { <Notice tone=Tone::Problem><p>{text}</p></Notice> }.into_any()
}

#[component]
fn UnionLine(
    union: Union,
    /// Takes it back.
    on_undo: Callback<RecordId>,
) -> impl IntoView {
    let i18n = use_i18n();
    let Union { merger, names, at, who } = union;
    let label = names.clone();
    view! {
        <li class="row">
            <span>{move || t_string!(i18n, duplicate.card.one, names = names.clone(), at = at.clone(), who = who.clone())}</span>
            <button
                type="button"
                class="button"
                data-size="small"
                aria-label=move || t_string!(i18n, duplicate.card.undo_of, names = label.clone())
                on:click=move |_| on_undo.run(merger)
            >
                {t!(i18n, duplicate.done.undo)}
            </button>
        </li>
    }
}

#[component]
fn LateCard(
    late: Late,
    terms: Terms,
    /// Settles it: whether it is taken over.
    on_settle: Callback<(Late, bool)>,
) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let told = {
        let late = late.clone();
        Memo::new(move |_| {
            let (lang, locale, dictionary) = (words::lang(i18n), i18n.get_locale(), terms.get());
            workspace.read(|book| {
                let names = Names { dictionary: &dictionary, book };
                let field = dictionary.kind(late.kind).and_then(|kind| kind.field(late.field));
                let shown = |value: &Value| match field {
                    _ if value.is_blank() => td_string!(locale, duplicate.pair.empty).to_owned(),
                    Some(field) => names.shown(&field.field, value, lang),
                    None => value.as_text().map_or_else(|| value.canonical(), str::to_owned),
                };
                let label =
                    field.map_or_else(|| late.field.to_string(), |field| field.field.label.get(lang).to_owned());
                let now = book.get(late.into).map(|record| shown(record.get(late.field))).unwrap_or_default();
                let who = author_name(book, late.by);
                (called(book, late.record), label, shown(&late.value), now, who)
            })
        })
    };
    let at = civil(late.at.millis()).format("%Y-%m-%d %H:%M").to_string();
    let (take, leave) = (late.clone(), late);
    view! {
        <li class="conflict-card">
            <p class="value">
                {move || {
                    let (record, field, value, ..) = told.get();
                    t_string!(i18n, duplicate.late.one, record = record, field = field, value = value)
                }}
            </p>
            <p class="hint">
                {move || {
                    let (_, _, _, now, who) = told.get();
                    let by = t_string!(i18n, duplicate.late.by, who = who, at = at.clone());
                    format!("{by} · {}", t_string!(i18n, duplicate.late.now, value = now))
                }}
            </p>
            <p class="row">
                <button type="button" class="button" on:click=move |_| on_settle.run((take.clone(), true))>
                    {t!(i18n, duplicate.late.take)}
                </button>
                <button type="button" class="button" on:click=move |_| on_settle.run((leave.clone(), false))>
                    {t!(i18n, duplicate.late.leave)}
                </button>
            </p>
        </li>
    }
}
