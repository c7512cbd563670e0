//! Two customers side by side: what each says, what the one left would say, what comes along; merged or told apart.

use kehu_domain::book::{Book, Undone};
use kehu_domain::dictionary::Dictionary;
use kehu_domain::duplicate::{Likeness, Profile, is_told_apart};
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::merger::{Line, Plan};
use kehu_domain::stamp::RecordId;
use kehu_domain::text::Lang;
use kehu_domain::value::Value;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::components::A;
use leptos_router::hooks::{use_navigate, use_params_map};

use super::super::import::{grouped, kind_label};
use crate::components::{Notice, Tone};
use crate::i18n::{Locale, t, t_string, td_string, use_i18n};
use crate::moment::civil;
use crate::pages::customers::{Names, Terms, certainty_name, reasons, record_name};
use crate::words;
use crate::workspace::use_workspace;

/// The pair of the address.
#[component]
pub fn PairPage() -> impl IntoView {
    let i18n = use_i18n();
    let params = use_params_map();
    let pair = Memo::new(move |_| {
        let params = params.read();
        let id = |name: &str| params.get(name)?.parse::<RecordId>().ok();
        Some((id("one")?, id("other")?))
    });
    view! {
        <main class="page" id="main" tabindex="-1">
            <header class="page-header">
                <A href="/data/duplicates" attr:class="back-link">"‹ " {t!(i18n, duplicate.pair.back)}</A>
                <h1>{t!(i18n, duplicate.pair.title)}</h1>
            </header>
            {move || match pair.get() {
                Some((one, other)) => view! { <Comparison one other /> }.into_any(),
                None => view! { <Gone /> }.into_any(),
            }}
        </main>
    }
}

#[component]
fn Gone() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div class="empty-state">
            <h2>{t!(i18n, duplicate.pair.gone)}</h2>
            <p>{t!(i18n, duplicate.pair.gone_text)}</p>
            <A href="/data/duplicates" attr:class="button">{t!(i18n, duplicate.pair.back)}</A>
        </div>
    }
}

/// A field as the comparison shows it.
#[derive(Clone, Debug, PartialEq)]
struct Row {
    field: Key,
    label: String,
    /// What each holds, the survivor first, with the day it was written.
    sides: Vec<(RecordId, String, String)>,
    /// The side taken unless somebody chooses; none where both are kept.
    chosen: Option<usize>,
    after: String,
}

/// What there is to see of a merger that would be.
#[derive(Clone, Debug, PartialEq)]
struct Preview {
    survivor: RecordId,
    names: [String; 2],
    likeness: Option<Likeness>,
    is_apart: bool,
    contested: Vec<Row>,
    others: Vec<Row>,
    codes: [String; 2],
    other_codes: String,
    people: Vec<(String, String)>,
    moving: Vec<(Key, usize)>,
}

impl Preview {
    fn of(book: &Book, plan: &Plan, names: Names<'_>, lang: Lang) -> Option<Self> {
        let loser = *plan.losers.first()?;
        let records = [book.get(plan.survivor)?, book.get(loser)?];
        let [one, other] = records.map(|record| Profile::of(book, record));
        let rows = plan.lines.iter().map(|line| (line.is_contested(), row(line, names, lang)));
        let (contested, others): (Vec<_>, Vec<_>) = rows.partition(|(is_contested, _)| *is_contested);
        let rows = |rows: Vec<(bool, Row)>| rows.into_iter().map(|(_, row)| row).collect();
        let text = |id: &RecordId| record_name(book, *id);
        Some(Self {
            survivor: plan.survivor,
            names: records.map(|record| record.text(kind::NAME).to_owned()),
            likeness: one.likeness(&other),
            is_apart: is_told_apart(book, plan.survivor, loser),
            contested: rows(contested),
            others: rows(others),
            codes: records.map(|record| record.text(kind::CODE).to_owned()),
            other_codes: list(&plan.other_codes(book)),
            people: plan.contacts.iter().map(|(from, into)| (text(from), text(into))).collect(),
            moving: plan.moving.iter().map(|(kind, count)| (*kind, *count)).collect(),
        })
    }
}

fn list(value: &Value) -> String {
    value.items().iter().filter_map(Value::as_text).collect::<Vec<_>>().join(", ")
}

fn row(line: &Line, names: Names<'_>, lang: Lang) -> Row {
    let field = names.dictionary.kind(kind::CUSTOMER).and_then(|kind| kind.field(line.field));
    let shown = |value: &Value| match field {
        Some(field) => names.shown(&field.field, value, lang),
        None => value.as_text().map_or_else(|| value.canonical(), str::to_owned),
    };
    let day = |stamp: kehu_domain::stamp::Stamp| civil(stamp.millis()).format("%Y-%m-%d").to_string();
    let side = |side: &kehu_domain::merger::Side| {
        let text = if side.value.is_blank() { String::new() } else { shown(&side.value) };
        (side.record, text, side.at.map(day).unwrap_or_default())
    };
    Row {
        field: line.field,
        label: field.map_or_else(|| line.field.to_string(), |field| field.field.label.get(lang).to_owned()),
        sides: line.sides.iter().map(side).collect(),
        chosen: line.chosen,
        after: shown(&line.outcome()),
    }
}

/// A merger that was carried out here.
#[derive(Clone, Debug, PartialEq)]
struct Done {
    merger: RecordId,
    survivor: RecordId,
    name: String,
    codes: String,
}

#[component]
fn Comparison(
    /// The customer kept at first.
    one: RecordId,
    /// The other.
    other: RecordId,
) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let terms = Terms::of(&workspace);
    let survivor = RwSignal::new(one);
    let choices = RwSignal::new(Vec::<(Key, RecordId)>::new());
    let done = RwSignal::new(None::<Done>);
    let loser = move || if survivor.get() == one { other } else { one };
    let base = {
        let workspace = workspace.clone();
        Memo::new(move |_| workspace.read(|book| Plan::new(book, survivor.get(), &[loser()])))
    };
    let plan = Memo::new(move |_| {
        let mut plan = base.get()?;
        choices.read().iter().for_each(|(field, record)| plan.choose(*field, *record));
        Some(plan)
    });
    let preview = {
        let workspace = workspace.clone();
        Memo::new(move |_| {
            let (lang, dictionary, plan) = (words::lang(i18n), terms.get(), base.get()?);
            workspace.read(|book| Preview::of(book, &plan, Names { dictionary: &dictionary, book }, lang))
        })
    };
    let merge = {
        let workspace = workspace.clone();
        Action::new_unsync(move |plan: &Plan| {
            let (workspace, plan) = (workspace.clone(), plan.clone());
            let kept = plan.survivor;
            async move {
                let codes = workspace.read_once(|book| list(&plan.other_codes(book)));
                let merger = workspace.merge_customers(plan).await?;
                let name = workspace.read_once(|book| record_name(book, kept));
                done.set(merger.map(|merger| Done { merger, survivor: kept, name, codes }));
                Ok::<(), kehu_store::StoreError>(())
            }
        })
    };
    let undo = {
        let workspace = workspace.clone();
        Action::new_unsync(move |merger: &RecordId| {
            let (workspace, merger) = (workspace.clone(), *merger);
            async move {
                let undone = workspace.take_merger_back(merger).await?;
                done.set(None);
                Ok::<Undone, kehu_store::StoreError>(undone)
            }
        })
    };
    let apart = {
        let navigate = use_navigate();
        Action::new_unsync(move |(): &()| {
            let (workspace, navigate) = (workspace.clone(), navigate.clone());
            async move {
                workspace.tell_apart(one, other).await?;
                navigate("/data/duplicates", NavigateOptions::default());
                Ok::<(), kehu_store::StoreError>(())
            }
        })
    };
    let on_merge = Callback::new(move |()| {
        if let Some(plan) = plan.get_untracked() {
            undo.value().set(None);
            merge.dispatch_local(plan);
        }
    });
    let on_apart = Callback::new(move |()| {
        apart.dispatch_local(());
    });
    let on_swap = Callback::new(move |()| {
        choices.set(Vec::new());
        survivor.set(loser());
    });
    let is_busy = Signal::derive(move || merge.pending().get() || undo.pending().get() || apart.pending().get());
    let problem = move || {
        let problems = [
            merge.value().get().and_then(Result::err),
            undo.value().get().and_then(Result::err),
            apart.value().get().and_then(Result::err),
        ];
        problems.into_iter().flatten().next().map(|problem| words::store_problem(i18n.get_locale(), &problem))
    };
    let undone = move || undo.value().get().and_then(Result::ok).filter(|_| done.read().is_none());
    view! {
        {move || problem().map(|text| view! { <Notice tone=Tone::Problem><p>{text}</p></Notice> })}
        {move || undone().map(|undone| {
            let text = match undone.kept.len() {
                0 => t_string!(i18n, duplicate.undone.all).to_owned(),
                count => t_string!(i18n, duplicate.undone.kept, count = grouped(count)),
            };
            view! { <Notice tone=Tone::Success><p>{text}</p></Notice> }
        })}
        {move || match (done.get(), preview.get()) {
            (Some(done), _) => {
                let merger = done.merger;
                let on_undo = Callback::new(move |()| {
                    undo.dispatch_local(merger);
                });
                view! { <Result done on_undo is_busy /> }.into_any()
            }
            (None, Some(preview)) => {
                view! { <Sides preview plan choices on_merge on_apart on_swap is_busy terms /> }.into_any()
            }
            (None, None) => view! { <Gone /> }.into_any(),
        }}
    }
}

/// What the merger came to, with the way back.
#[component]
fn Result(done: Done, on_undo: Callback<()>, is_busy: Signal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let Done { survivor, name, codes, .. } = done;
    let text = move || match codes.as_str() {
        "" => t_string!(i18n, duplicate.done.text_plain).to_owned(),
        codes => t_string!(i18n, duplicate.done.text, codes = codes.to_owned()),
    };
    view! {
        <Notice tone=Tone::Success>
            <h2>{move || t_string!(i18n, duplicate.done.title, name = name.clone())}</h2>
            <p>{text}</p>
            <p class="row">
                <A href=format!("/customers/{survivor}") attr:class="button">{t!(i18n, duplicate.done.open)}</A>
                <button type="button" class="button" disabled=is_busy on:click=move |_| on_undo.run(())>
                    {t!(i18n, duplicate.done.undo)}
                </button>
                <A href="/data/duplicates" attr:class="button">{t!(i18n, duplicate.done.next)}</A>
            </p>
        </Notice>
    }
}

#[component]
fn Sides(
    preview: Preview,
    /// The merger with what was chosen.
    plan: Memo<Option<Plan>>,
    choices: RwSignal<Vec<(Key, RecordId)>>,
    on_merge: Callback<()>,
    on_apart: Callback<()>,
    on_swap: Callback<()>,
    is_busy: Signal<bool>,
    terms: Terms,
) -> impl IntoView {
    let i18n = use_i18n();
    let Preview { names, likeness, is_apart, contested, others, codes, other_codes, people, moving, .. } = preview;
    let why = move || {
        likeness.as_ref().map(|likeness| {
            let locale = i18n.get_locale();
            format!("{} · {}", certainty_name(locale, likeness.certainty), reasons(locale, likeness))
        })
    };
    let [kept, lost] = names;
    let swap = lost.clone();
    let heads = [(kept, codes[0].clone(), true), (lost, codes[1].clone(), false)];
    let heads = heads.map(|(name, code, is_kept)| {
        let role =
            move || if is_kept { t_string!(i18n, duplicate.pair.kept) } else { t_string!(i18n, duplicate.pair.other) };
        view! {
            <div>
                <p class="hint">{role}</p>
                <p class="value">{name}</p>
                <p class="hint">{code}</p>
            </div>
        }
    });
    let codes_after = [codes[0].clone(), other_codes].into_iter().filter(|code| !code.is_empty()).collect::<Vec<_>>();
    view! {
        <section class="section stack">
            <p>{why}</p>
            {is_apart.then(|| view! { <p class="hint">{t!(i18n, duplicate.pair.apart)}</p> })}
            <div class="conflict-card"><div class="conflict-values">{heads.into_iter().collect_view()}</div></div>
            <p>
                <button type="button" class="button" data-size="small" on:click=move |_| on_swap.run(())>
                    {move || t_string!(i18n, duplicate.pair.swap, name = swap.clone())}
                </button>
            </p>
        </section>
        <section class="section">
            <h2>{t!(i18n, duplicate.pair.fields)}</h2>
            <p class="hint">{t!(i18n, duplicate.pair.fields_hint)}</p>
            <table class="data-table" data-stack>
                <thead><FieldHead /></thead>
                <tbody>
                    <tr>
                        <th scope="row">{t!(i18n, duplicate.pair.codes)}</th>
                        <td data-label=move || t_string!(i18n, duplicate.pair.kept)>{or_empty(codes[0].clone())}</td>
                        <td data-label=move || t_string!(i18n, duplicate.pair.other)>{or_empty(codes[1].clone())}</td>
                        <td data-label=move || t_string!(i18n, duplicate.pair.after)>{codes_after.join(", ")}</td>
                    </tr>
                    {contested.into_iter().map(|row| view! { <Contested row plan choices terms /> }).collect_view()}
                </tbody>
            </table>
            <details class="fold">
                <summary>
                    {t!(i18n, duplicate.pair.same_fields)} <span class="count">{others.len()}</span>
                </summary>
                <div>
                    <table class="data-table" data-stack>
                        <thead><FieldHead /></thead>
                        <tbody>{others.into_iter().map(|row| view! { <Agreed row /> }).collect_view()}</tbody>
                    </table>
                </div>
            </details>
        </section>
        <Moves people moving />
        <p class="row">
            <button
                type="button"
                class="button"
                data-kind="primary"
                disabled=is_busy
                aria-busy=move || is_busy.get().to_string()
                on:click=move |_| on_merge.run(())
            >
                {t!(i18n, duplicate.pair.merge)}
            </button>
            <button type="button" class="button" disabled=move || is_busy.get() || is_apart on:click=move |_| on_apart.run(())>
                {t!(i18n, duplicate.pair.distinct)}
            </button>
            <A href="/data/duplicates" attr:class="button">{t!(i18n, duplicate.pair.later)}</A>
        </p>
    }
}

#[component]
fn FieldHead() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <tr>
            <th scope="col">{t!(i18n, duplicate.pair.field)}</th>
            <th scope="col">{t!(i18n, duplicate.pair.kept)}</th>
            <th scope="col">{t!(i18n, duplicate.pair.other)}</th>
            <th scope="col">{t!(i18n, duplicate.pair.after)}</th>
        </tr>
    }
}

fn or_empty(text: String) -> String {
    if text.is_empty() { "—".to_owned() } else { text }
}

/// A field in which both say something different: one is chosen.
#[component]
fn Contested(
    row: Row,
    plan: Memo<Option<Plan>>,
    choices: RwSignal<Vec<(Key, RecordId)>>,
    terms: Terms,
) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let Row { field, label, sides, chosen, .. } = row;
    let line = Memo::new(move |_| plan.read().as_ref()?.lines.iter().find(|line| line.field == field).cloned());
    let after = move || {
        let (lang, dictionary) = (words::lang(i18n), terms.get());
        let line = line.get()?;
        Some(workspace.read_once(|book| self::row(&line, Names { dictionary: &dictionary, book }, lang).after))
    };
    let choose = move |record: RecordId| {
        choices.update(|choices| {
            choices.retain(|(other, _)| *other != field);
            choices.push((field, record));
        });
    };
    let name = format!("take-{field}");
    let cells = sides.into_iter().enumerate().map(|(place, (record, text, at))| {
        let (label, spoken) = (label.clone(), text.clone());
        let heading = move || {
            if place == 0 { t_string!(i18n, duplicate.pair.kept) } else { t_string!(i18n, duplicate.pair.other) }
        };
        let is_checked = move || line.get().map_or(chosen, |line| line.chosen) == Some(place);
        let can_choose = !text.is_empty();
        view! {
            <td data-label=heading>
                <label>
                    <input
                        type="radio"
                        name=name.clone()
                        prop:checked=is_checked
                        disabled=!can_choose
                        aria-label=move || {
                            t_string!(i18n, duplicate.pair.take, field = label.clone(), value = spoken.clone())
                        }
                        on:change=move |_| choose(record)
                    />
                    " "
                    {or_empty(text)}
                    " "
                    <small class="hint">{at}</small>
                </label>
            </td>
        }
    });
    let cells = cells.collect_view();
    view! {
        <tr>
            <th scope="row">{label}</th>
            {cells}
            <td data-label=move || t_string!(i18n, duplicate.pair.after)>{after}</td>
        </tr>
    }
}

/// A field about which there is nothing to decide.
#[component]
fn Agreed(row: Row) -> impl IntoView {
    let i18n = use_i18n();
    let Row { label, sides, after, .. } = row;
    let cells = sides.into_iter().enumerate().map(|(place, (_, text, _))| {
        let heading = move || {
            if place == 0 { t_string!(i18n, duplicate.pair.kept) } else { t_string!(i18n, duplicate.pair.other) }
        };
        view! { <td data-label=heading>{or_empty(text)}</td> }
    });
    view! {
        <tr>
            <th scope="row">{label}</th>
            {cells.collect_view()}
            <td data-label=move || t_string!(i18n, duplicate.pair.after)>{or_empty(after)}</td>
        </tr>
    }
}

/// What comes to the customer that is kept, with counts.
#[component]
fn Moves(people: Vec<(String, String)>, moving: Vec<(Key, usize)>) -> impl IntoView {
    let i18n = use_i18n();
    let is_empty = moving.is_empty() && people.is_empty();
    let counts = moving.into_iter().map(|(kind, count)| {
        view! {
            <div>
                <dt>{move || kind_name(i18n.get_locale(), kind)}</dt>
                <dd>{grouped(count)}</dd>
            </div>
        }
    });
    let people = people.into_iter().map(|(from, into)| {
        let text = move || t_string!(i18n, duplicate.pair.people_one, from = from.clone(), into = into.clone());
        view! {
            <div>
                <dt>{t!(i18n, duplicate.pair.people)}</dt>
                <dd>{text}</dd>
            </div>
        }
    });
    view! {
        <section class="section">
            <h2>{t!(i18n, duplicate.pair.moves)}</h2>
            <dl class="fact-list">{counts.collect_view()} {people.collect_view()}</dl>
            <p class="hint">
                {move || if is_empty {
                    t_string!(i18n, duplicate.pair.moves_none)
                } else {
                    t_string!(i18n, duplicate.pair.moves_hint)
                }}
            </p>
            <p class="hint">{t!(i18n, duplicate.pair.grades)}</p>
        </section>
    }
}

/// What a kind of record is called where several are counted.
fn kind_name(locale: Locale, kind: Key) -> String {
    match kind.as_str() {
        "contact" => td_string!(locale, duplicate.kind.contact).to_owned(),
        "order" => td_string!(locale, duplicate.kind.order).to_owned(),
        "receivable" => td_string!(locale, duplicate.kind.receivable).to_owned(),
        "case" => td_string!(locale, duplicate.kind.case).to_owned(),
        "document" => td_string!(locale, duplicate.kind.document).to_owned(),
        "score" => td_string!(locale, duplicate.kind.score).to_owned(),
        other => kind_label(locale, Dictionary::built_in(), other),
    }
}
