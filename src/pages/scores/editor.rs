//! The numbers of a card: weights with their sum, bands, and points, each beside what the handbook says.

use std::collections::BTreeMap;

use kehu_domain::key::Key;
use kehu_domain::score::template::{Detail, Dial, DialKind};
use kehu_domain::score::{Hundredths, Ratio, Template};
use leptos::prelude::*;

use super::page::Tried;
use super::panel::signal_by;
use super::words::problem_words;
use crate::components::{Notice, Tone};
use crate::i18n::{t, t_string, use_i18n};
use crate::pages::customers::condition;
use crate::pages::export::TableMenu;
use crate::words::{I18n, lang, lang_of};
use crate::workspace::two_decimals;

/// Every number of the card in force, ready to be changed.
#[component]
pub fn Editor(
    /// What is being tried.
    tried: Tried,
    /// The card as shipped, for comparison.
    shipped: Option<&'static Template>,
) -> impl IntoView {
    let i18n = use_i18n();
    let original: BTreeMap<String, String> =
        shipped.into_iter().flat_map(Template::dials).map(|dial| (dial.place, dial.now)).collect();
    let original = StoredValue::new(original);
    let problems = move || {
        let base = tried.base.get();
        base.tuned(&tried.edits.read(), base.version()).err().unwrap_or_default()
    };
    let tables = move || {
        let dials = tried.base.get().dials();
        let of = |kind: DialKind| dials.iter().filter(|dial| dial.kind == kind).cloned().collect::<Vec<_>>();
        let (weights, bounds, points) = (of(DialKind::Weight), of(DialKind::Bound), of(DialKind::Points));
        view! {
            <div class="columns" data-split="even">
                {(!weights.is_empty()).then(|| view! { <Weights dials=weights tried original /> })}
                <Bounds dials=bounds tried original />
            </div>
            <PointFolds dials=points tried original />
        }
    };
    view! {
        <section class="section">
            <div class="section-head">
                <h2>{t!(i18n, scores.numbers)}</h2>
                <span>{t!(i18n, scores.try_freely)}</span>
            </div>
            {tables}
            {move || {
                let problems = problems();
                (!problems.is_empty())
                    .then(|| {
                        let base = tried.base.get();
                        let items: Vec<_> = problems
                            .iter()
                            .map(|problem| view! { <li>{problem_words(i18n.get_locale(), base, problem)}</li> })
                            .collect();
                        view! { <Notice tone=Tone::Problem><ul>{items}</ul></Notice> }
                    })
            }}
        </section>
    }
}

#[component]
fn Weights(dials: Vec<Dial>, tried: Tried, original: StoredValue<BTreeMap<String, String>>) -> impl IntoView {
    let i18n = use_i18n();
    let places: Vec<String> = dials.iter().map(|dial| dial.place.clone()).collect();
    let sum = Memo::new(move |_| {
        let edits = tried.edits.read();
        let typed = places.iter().filter_map(|place| edits.get(place)?.trim().parse::<Ratio>().ok());
        typed.map(|number| number.rounded().0).fold(0i64, i64::saturating_add)
    });
    let verdict = move || match sum.get() - 10_000 {
        0 => t_string!(i18n, scores.sum_right).to_owned(),
        more @ 1.. => t_string!(i18n, scores.sum_more, by = two_decimals(Hundredths(more))),
        less => t_string!(i18n, scores.sum_less, by = two_decimals(Hundredths(-less))),
    };
    view! {
        <div class="stack">
            <table class="data-table">
                <caption>{t!(i18n, scores.weights)}</caption>
                <Head unit="%" />
                <tbody>
                    {dials.into_iter().map(|dial| view! { <Row dial tried original /> }).collect_view()}
                </tbody>
                <tfoot>
                    <tr data-state=move || (sum.get() != 10_000).then_some("missing")>
                        <th scope="row">{t!(i18n, scores.sum)}</th>
                        <td class="number" role="status">{move || two_decimals(Hundredths(sum.get()))}</td>
                        <td>{verdict}</td>
                    </tr>
                </tfoot>
            </table>
            <TableMenu />
        </div>
    }
}

#[component]
fn Bounds(dials: Vec<Dial>, tried: Tried, original: StoredValue<BTreeMap<String, String>>) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div class="stack">
            <table class="data-table">
                <caption>{t!(i18n, scores.bounds)}</caption>
                <Head unit="" />
                <tbody>
                    {dials.into_iter().map(|dial| view! { <Row dial tried original /> }).collect_view()}
                    <tr>
                        <th scope="row">{t!(i18n, scores.lowest_band)}</th>
                        <td class="number">"0"</td>
                        <td class="hint">{t!(i18n, scores.fixed)}</td>
                    </tr>
                </tbody>
            </table>
            <TableMenu />
        </div>
    }
}

/// Points, folded by item.
#[component]
fn PointFolds(dials: Vec<Dial>, tried: Tried, original: StoredValue<BTreeMap<String, String>>) -> impl IntoView {
    let mut groups: Vec<Vec<Dial>> = Vec::new();
    for dial in dials {
        match groups.last_mut() {
            Some(group) if group.first().is_some_and(|first| first.code == dial.code) => group.push(dial),
            _ => groups.push(vec![dial]),
        }
    }
    groups.into_iter().map(|group| view! { <PointFold group tried original /> }).collect_view()
}

#[component]
fn PointFold(group: Vec<Dial>, tried: Tried, original: StoredValue<BTreeMap<String, String>>) -> impl IntoView {
    let i18n = use_i18n();
    let first = group.first().cloned()?;
    let (label, code) = (first.label, first.code);
    let caption = label.clone();
    let signal = move || signal_by(i18n.get_locale(), code).map(str::to_owned);
    let shown = is_plain(code).then(|| code.as_str());
    Some(view! {
        <details class="fold">
            <summary>
                {move || {
                    let item = signal().unwrap_or_else(|| label.get(lang(i18n)).to_owned());
                    t_string!(i18n, scores.points_of, item = item)
                }}
                {shown.map(|code| view! { <span>{code}</span> })}
            </summary>
            <table class="data-table">
                <caption class="visually-hidden">{move || caption.get(lang(i18n)).to_owned()}</caption>
                <Head unit="" />
                <tbody>{group.into_iter().map(|dial| view! { <Row dial tried original /> }).collect_view()}</tbody>
            </table>
            <TableMenu />
        </details>
    })
}

#[component]
fn Head(unit: &'static str) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <thead>
            <tr>
                <th scope="col">{t!(i18n, scores.what)}</th>
                <th scope="col" class="number">{t!(i18n, scores.tried)} " " {unit}</th>
                <th scope="col">{t!(i18n, scores.differs)}</th>
            </tr>
        </thead>
    }
}

/// One number, and what stands in force and in the handbook where that is another.
#[component]
fn Row(dial: Dial, tried: Tried, original: StoredValue<BTreeMap<String, String>>) -> impl IntoView {
    let i18n = use_i18n();
    let place = StoredValue::new(dial.place.clone());
    let typed = move || tried.edits.read().get(&*place.read_value()).cloned().unwrap_or_default();
    let now = dial.now.clone();
    let shipped = original.with_value(|original| original.get(&dial.place).cloned()).unwrap_or_default();
    let named = StoredValue::new(dial);
    let name = move || named.with_value(|dial| name_of(i18n, dial));
    let note = move || {
        let is_changed = typed().trim() != now;
        let mut parts = Vec::new();
        if is_changed {
            parts.push(t_string!(i18n, scores.now, number = now.clone()));
        }
        if shipped != now {
            parts.push(t_string!(i18n, scores.shipped, number = shipped.clone()));
        }
        parts.join(t_string!(i18n, scores.comma))
    };
    view! {
        <tr>
            <th scope="row">{name} {code_of(named)}</th>
            <td class="number">
                <input
                    type="text"
                    inputmode="decimal"
                    autocomplete="off"
                    aria-label=move || label_of(i18n, named)
                    prop:value=typed
                    on:input=move |event| {
                        let text = event_target_value(&event);
                        tried.edits.update(|edits| _ = edits.insert(place.get_value(), text));
                    }
                />
            </td>
            <td class="hint">{note}</td>
        </tr>
    }
}

fn code_of(dial: StoredValue<Dial>) -> Option<impl IntoView> {
    dial.with_value(|dial| {
        (dial.detail.is_none() && is_plain(dial.code)).then(|| view! { <small>{dial.code.as_str()}</small> })
    })
}

/// Whether a code is one people use, such as V1 or A; words like `sales_change` are the program's own.
fn is_plain(code: Key) -> bool {
    code.as_str().starts_with(|first: char| first.is_ascii_uppercase())
}

fn name_of(i18n: I18n, dial: &Dial) -> String {
    let (locale, lang) = (i18n.get_locale(), lang_of(i18n.get_locale()));
    match &dial.detail {
        Some(Detail::Line(when)) => when.parse().map_or_else(|_| when.clone(), |when| condition(locale, when)),
        Some(Detail::Answer(label)) => label.get(lang).to_owned(),
        None => dial.label.get(lang).to_owned(),
    }
}

/// What a field is called by itself, as it is read out.
fn label_of(i18n: I18n, dial: StoredValue<Dial>) -> String {
    dial.with_value(|dial| {
        let name = name_of(i18n, dial);
        match (dial.kind, &dial.detail) {
            (DialKind::Weight, _) => t_string!(i18n, scores.weight_of, item = name),
            (DialKind::Bound, _) => t_string!(i18n, scores.bound_of, band = name),
            (DialKind::Points, _) => {
                let item = signal_by(i18n.get_locale(), dial.code).unwrap_or_else(|| dial.label.get(lang(i18n)));
                format!("{item} {name}")
            }
        }
    })
}
