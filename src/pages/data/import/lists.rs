//! The rows worth a look before an import: refused ones, doubles, changes, new choices.

use std::sync::Arc;

use kehu_domain::dictionary::Dictionary;
use leptos::prelude::*;

use super::check_step::{decision_key, decision_of};
use super::findings::{Changed, Double, Findings, Group, LISTED};
use super::wizard::{Wizard, live};
use super::words::{self, grouped};
use crate::components::{Notice, Tone};
use crate::exchange::save_file;
use crate::i18n::{t, t_string, use_i18n};
use crate::words::lang;
use crate::workspace::use_workspace;

use kehu_domain::import::Decision;

/// Rows with something wrong, by what is wrong.
#[component]
pub fn FaultyRows(groups: Vec<Group>, dictionary: Arc<Dictionary>) -> impl IntoView {
    let is_open = groups.len() == 1;
    groups
        .into_iter()
        .map(|group| {
            let dictionary = dictionary.clone();
            view! { <FaultyGroup group dictionary is_open /> }
        })
        .collect_view()
}

/// One thing that is wrong, with the first rows it concerns.
#[component]
fn FaultyGroup(
    group: Group,
    dictionary: Arc<Dictionary>,
    /// Whether its rows are in sight at once.
    is_open: bool,
) -> impl IntoView {
    let i18n = use_i18n();
    let count = group.count;
    let rows = group
        .rows
        .iter()
        .map(|(row, refusal)| {
            let (row, header) = (*row, refusal.header.trim().to_owned());
            let (refusal, dictionary) = (refusal.clone(), dictionary.clone());
            let said = Memo::new(move |_| words::refusal(i18n.get_locale(), &dictionary, &refusal));
            let column = move || {
                if header.is_empty() { t_string!(i18n, import.check.whole_row).to_owned() } else { header.clone() }
            };
            view! {
                <tr>
                    <th scope="row" class="number">{row}</th>
                    <td data-label=move || t_string!(i18n, import.check.column)>{column}</td>
                    <td data-label=move || t_string!(i18n, import.check.cell)>{move || said.get().0}</td>
                    <td data-label=move || t_string!(i18n, import.check.reason)>{move || said.get().1}</td>
                </tr>
            }
        })
        .collect_view();
    let title = move || words::fault(i18n.get_locale(), &dictionary, &group);
    view! {
        <details class="fold" open=is_open>
            <summary>{title}<span class="count">{grouped(count)}</span></summary>
            <div>
                {(count > LISTED).then(|| view! { <p class="hint">{t!(i18n, import.check.first, count = LISTED)}</p> })}
                <table class="data-table" data-stack>
                    <thead>
                        <tr>
                            <th scope="col" class="number">{t!(i18n, import.check.row)}</th>
                            <th scope="col">{t!(i18n, import.check.column)}</th>
                            <th scope="col">{t!(i18n, import.check.cell)}</th>
                            <th scope="col">{t!(i18n, import.check.reason)}</th>
                        </tr>
                    </thead>
                    <tbody>{rows}</tbody>
                </table>
            </div>
        </details>
    }
}

/// Hands the refused rows back as a file, each with its reasons.
#[component]
pub fn SaveRefused(wizard: Wizard) -> impl IntoView {
    let i18n = use_i18n();
    let saved = RwSignal::new(None::<(String, bool)>);
    let is_busy = {
        let wizard = wizard.clone();
        move || wizard.is_busy()
    };
    let save = move |_| {
        let bytes = wizard.importer.borrow_mut().as_mut().map(|importer| importer.refused_csv(lang(i18n)));
        let name = wizard.options.with_untracked(|options| options.file.clone());
        let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem).to_owned();
        let name = t_string!(i18n, import.refused.file, name = stem);
        if let Some(bytes) = bytes {
            let is_saved = save_file(&name, "text/csv;charset=utf-8", &bytes);
            saved.set(Some((name, is_saved)));
        }
    };
    view! {
        <p class="row">
            <button type="button" class="button" disabled=is_busy on:click=save>
                {t!(i18n, import.refused.save)}
            </button>
        </p>
        {move || saved.get().map(|(name, is_saved)| {
            let (tone, text) = if is_saved {
                (Tone::Info, t_string!(i18n, import.refused.saved, name = name))
            } else {
                (Tone::Problem, t_string!(i18n, import.refused.not_saved, name = name))
            };
            view! { <Notice tone><p>{text}</p></Notice> }
        })}
    }
}

/// Likely doubles, with the reasons and a choice for each.
#[component]
pub fn Doubles(wizard: Wizard, findings: Arc<Findings>) -> impl IntoView {
    let i18n = use_i18n();
    let count = findings.counts.doubles as usize;
    (count > 0).then(|| {
        let rows = findings
            .doubles
            .iter()
            .map(|double| view! { <DoubleRow wizard=wizard.clone() double=double.clone() /> })
            .collect_view();
        view! {
            <details class="fold">
                <summary>{t!(i18n, import.doubles.title)}<span class="count">{grouped(count)}</span></summary>
                <div>
                    {(count > LISTED)
                        .then(|| view! { <p class="hint">{t!(i18n, import.check.first, count = LISTED)}</p> })}
                    <table class="data-table" data-stack>
                        <thead>
                            <tr>
                                <th scope="col" class="number">{t!(i18n, import.check.row)}</th>
                                <th scope="col">{t!(i18n, import.doubles.like)}</th>
                                <th scope="col">{t!(i18n, import.doubles.why)}</th>
                                <th scope="col">{t!(i18n, import.doubles.then)}</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </details>
        }
    })
}

/// One likely double.
#[component]
fn DoubleRow(wizard: Wizard, double: Double) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let Double { row, of, is_certain, .. } = double;
    let options = live(&wizard.options);
    let rule = move || {
        let decisions = &options.read().decisions;
        if is_certain { decisions.certain } else { decisions.suspected }
    };
    let own = move || options.read().decisions.rows.get(&row).copied();
    let likest = of.first().copied();
    let who = move || likest.map(|twin| workspace.read_once(|book| words::who(i18n.get_locale(), book, twin.who)));
    let why = move || likest.map(|twin| words::why(i18n.get_locale(), twin.why));
    let choose = move |event| {
        let choice = decision_of(&event_target_value(&event));
        wizard.decide(move |options| {
            match choice {
                Some(choice) => options.decisions.rows.insert(row, choice),
                None => options.decisions.rows.remove(&row),
            };
        });
    };
    let by_rule = move || {
        let decision = words::decision(i18n.get_locale(), rule());
        t_string!(i18n, import.doubles.by_rule, decision = decision)
    };
    view! {
        <tr>
            <th scope="row" class="number">{row}</th>
            <td data-label=move || t_string!(i18n, import.doubles.like)>{who}</td>
            <td data-label=move || t_string!(i18n, import.doubles.why)>{why}</td>
            <td data-label=move || t_string!(i18n, import.doubles.then)>
                <select
                    aria-label=move || t_string!(i18n, import.doubles.for_row, row = row)
                    on:change=choose
                >
                    <option value="" prop:selected=move || own().is_none()>{by_rule}</option>
                    {[Decision::New, Decision::Merge, Decision::Skip]
                        .map(|choice| view! {
                            <option value=decision_key(choice) prop:selected=move || own() == Some(choice)>
                                {move || words::decision(i18n.get_locale(), choice)}
                            </option>
                        })
                        .into_iter()
                        .collect_view()}
                </select>
            </td>
        </tr>
    }
}

/// What changes, field by field, before and after.
#[component]
pub fn ChangedRows(findings: Arc<Findings>, dictionary: Arc<Dictionary>) -> impl IntoView {
    let i18n = use_i18n();
    let count = findings.counts.changed as usize;
    (count > 0).then(|| {
        let rows = findings
            .changed
            .iter()
            .map(|changed| view! { <ChangedRow changed=changed.clone() dictionary=dictionary.clone() /> })
            .collect_view();
        view! {
            <details class="fold">
                <summary>{t!(i18n, import.changed.title)}<span class="count">{grouped(count)}</span></summary>
                <div>
                    {(count > LISTED)
                        .then(|| view! { <p class="hint">{t!(i18n, import.check.first, count = LISTED)}</p> })}
                    <table class="data-table" data-stack>
                        <thead>
                            <tr>
                                <th scope="col" class="number">{t!(i18n, import.check.row)}</th>
                                <th scope="col">{t!(i18n, import.changed.field)}</th>
                                <th scope="col">{t!(i18n, import.changed.change)}</th>
                            </tr>
                        </thead>
                        <tbody>{rows}</tbody>
                    </table>
                </div>
            </details>
        }
    })
}

/// One changed row: a line of the table for each of its fields.
#[component]
fn ChangedRow(changed: Changed, dictionary: Arc<Dictionary>) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let row = changed.row;
    changed
        .changes
        .into_iter()
        .map(|change| {
            let target = change.target;
            let name = {
                let dictionary = dictionary.clone();
                move || words::field_name(i18n.get_locale(), &dictionary, target)
            };
            let shown = |value| {
                let (workspace, dictionary) = (workspace.clone(), dictionary.clone());
                move || {
                    workspace.read_once(|book| words::value_text(i18n.get_locale(), book, &dictionary, target, &value))
                }
            };
            view! {
                <tr>
                    <th scope="row" class="number">{row}</th>
                    <td data-label=move || t_string!(i18n, import.changed.field)>{name}</td>
                    <td data-label=move || t_string!(i18n, import.changed.change)>
                        <span class="before-after">
                            <del>{shown(change.before)}</del>
                            <ins>{shown(change.after)}</ins>
                        </span>
                    </td>
                </tr>
            }
        })
        .collect_view()
}

/// What the dictionary will gain.
#[component]
pub fn Choices(findings: Arc<Findings>, dictionary: Arc<Dictionary>) -> impl IntoView {
    let i18n = use_i18n();
    let count = findings.choices.len();
    (count > 0).then(|| {
        let items = findings
            .choices
            .iter()
            .map(|(group, label)| {
                let name = dictionary.group(*group).map(|group| group.label.clone());
                let label = label.clone();
                let text = move || match &name {
                    Some(name) => format!("{} · {label}", name.get(lang(i18n))),
                    None => label.clone(),
                };
                view! { <li>{text}</li> }
            })
            .collect_view();
        view! {
            <details class="fold">
                <summary>{t!(i18n, import.choices.title)}<span class="count">{grouped(count)}</span></summary>
                <div>
                    <p>{t!(i18n, import.choices.text)}</p>
                    <ul>{items}</ul>
                </div>
            </details>
        }
    })
}
