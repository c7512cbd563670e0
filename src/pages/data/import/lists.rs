//! The rows worth a look before an import: refused ones, doubles, changes, new choices. Each list is fetched by page.

use std::sync::Arc;

use kehu_domain::dictionary::Dictionary;
use kehu_domain::import::{Decision, FieldChange, Found, List, Refusal, Twin, What};
use kehu_domain::key::Key;
use kehu_domain::text::Text;
use kehu_ledger::import::{Checked, Group};
use leptos::prelude::*;
use leptos::task::spawn_local;

use super::check_step::{decision_key, decision_of};
use super::row_editor::RowEditor;
use super::wizard::{Wizard, live};
use super::words::{self, grouped};
use crate::components::{Notice, Tone};
use crate::exchange::save_blob;
use crate::i18n::{t, t_string, use_i18n};
use crate::words::lang;
use crate::workspace::use_workspace;

/// A fold with a table of rows, which are fetched while it is open.
#[component]
fn Listed(
    wizard: Wizard,
    /// Which rows.
    list: List,
    /// How many there are.
    count: usize,
    /// What they have in common.
    #[prop(into)]
    title: Signal<String>,
    /// Whether they are in sight at once.
    #[prop(optional)]
    is_open: bool,
    /// The headings of the table.
    #[prop(into)]
    columns: ViewFn,
    /// The lines of the table for one row.
    row: Callback<(Found,), AnyView>,
) -> impl IntoView {
    let i18n = use_i18n();
    let rows = RwSignal::new(Vec::<Found>::new());
    let fetch = {
        let wizard = wizard.clone();
        Callback::new(move |()| {
            let wizard = wizard.clone();
            let start = rows.with_untracked(Vec::len);
            spawn_local(async move {
                let page = wizard.page(list, start).await;
                // The list may have gone meanwhile, and two clicks bring a page once.
                let is_next = rows.try_with_untracked(|rows| rows.len() == start) == Some(true);
                if is_next {
                    rows.update(|rows| rows.extend(page));
                }
            });
        })
    };
    if is_open {
        fetch.run(());
    }
    let open = move |_| {
        if rows.with_untracked(Vec::is_empty) {
            fetch.run(());
        }
    };
    let remaining = move || count.saturating_sub(rows.read().len());
    let can_fetch = move || remaining() > 0 && !rows.read().is_empty();
    view! {
        <details class="fold" open=is_open on:toggle=open>
            <summary>{move || title.get()}<span class="count">{grouped(count)}</span></summary>
            <div>
                <table class="data-table" data-stack>
                    <thead>
                        <tr>{columns.run()}</tr>
                    </thead>
                    <tbody>
                        <For each=move || rows.get() key=|found| found.row let:found>
                            {row.run((found,))}
                        </For>
                    </tbody>
                </table>
                <Show when=can_fetch>
                    <p class="row">
                        <button type="button" class="button" data-size="small" on:click=move |_| fetch.run(())>
                            {move || t_string!(i18n, import.check.more, count = grouped(remaining()))}
                        </button>
                    </p>
                </Show>
            </div>
        </details>
    }
}

/// What a row calls its record, and its number.
#[component]
fn RowHead(row: u32, label: String) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <th scope="row">
            {label}
            <small>{move || t_string!(i18n, import.check.row_number, row = row)}</small>
        </th>
    }
}

/// Rows with something wrong, by what is wrong; cells that can be put right can be typed over.
#[component]
pub fn FaultyRows(
    wizard: Wizard,
    groups: Vec<Group>,
    /// The list a group's place belongs to.
    list: fn(usize) -> List,
    dictionary: Arc<Dictionary>,
) -> impl IntoView {
    groups
        .into_iter()
        .enumerate()
        .map(|(place, group)| {
            let (wizard, dictionary) = (wizard.clone(), dictionary.clone());
            view! { <FaultyGroup wizard group list=list(place) dictionary is_open=place == 0 /> }
        })
        .collect_view()
}

/// One thing that is wrong, with the rows it concerns.
#[component]
fn FaultyGroup(wizard: Wizard, group: Group, list: List, dictionary: Arc<Dictionary>, is_open: bool) -> impl IntoView {
    let i18n = use_i18n();
    let count = group.count;
    let title = {
        let dictionary = dictionary.clone();
        Signal::derive(move || words::fault(i18n.get_locale(), &dictionary, &group))
    };
    let columns = move || {
        view! {
            <th scope="col">{t!(i18n, import.check.record)}</th>
            <th scope="col">{t!(i18n, import.check.cell)}</th>
            <th scope="col">{t!(i18n, import.check.reason)}</th>
        }
    };
    let row = {
        let wizard = wizard.clone();
        Callback::new(move |(found,): (Found,)| {
            let (wizard, dictionary) = (wizard.clone(), dictionary.clone());
            let Found { row, label, what } = found;
            match what {
                What::Fault { refusal, cell } => {
                    view! { <FaultyRow wizard row label refusal cell dictionary /> }.into_any()
                }
                What::Ragged { refusal, cells } => {
                    view! { <RaggedRow wizard row label refusal cells dictionary /> }.into_any()
                }
                What::Double { .. } | What::Changed(_) | What::PassedOver => ().into_any(),
            }
        })
    };
    view! { <Listed wizard list count title is_open columns row /> }
}

/// One row with something wrong.
#[component]
fn FaultyRow(
    wizard: Wizard,
    row: u32,
    label: String,
    refusal: Refusal,
    /// The cell as it stands; `None` when it is the row as a whole.
    cell: Option<String>,
    dictionary: Arc<Dictionary>,
) -> impl IntoView {
    let i18n = use_i18n();
    let header = refusal.header.trim().to_owned();
    let column = refusal.column;
    let reason = move || words::refusal(i18n.get_locale(), &dictionary, &refusal);
    let name = move || t_string!(i18n, import.refused.fix, row = row, column = header.clone());
    view! {
        <tr>
            <RowHead row label />
            <td data-label=move || t_string!(i18n, import.check.cell)>
                {match (column, cell) {
                    (Some(column), Some(cell)) => view! {
                        <input
                            type="text"
                            aria-label=name
                            prop:value=cell
                            on:change=move |event| wizard.correct(row, column, event_target_value(&event))
                        />
                    }
                    .into_any(),
                    _ => view! { {t!(i18n, import.check.whole_row)} }.into_any(),
                }}
            </td>
            <td data-label=move || t_string!(i18n, import.check.reason)>{reason}</td>
        </tr>
    }
}

/// One row with another number of cells than headings.
#[component]
fn RaggedRow(
    wizard: Wizard,
    row: u32,
    label: String,
    refusal: Refusal,
    /// Its cells; none where there is too much in them.
    cells: Vec<String>,
    dictionary: Arc<Dictionary>,
) -> impl IntoView {
    let i18n = use_i18n();
    let reason = move || words::refusal(i18n.get_locale(), &dictionary, &refusal);
    view! {
        <tr>
            <RowHead row label />
            <td data-label=move || t_string!(i18n, import.check.cell)>
                {if cells.is_empty() {
                    view! { {t!(i18n, import.check.whole_row)} }.into_any()
                } else {
                    view! { <RowEditor wizard row cells /> }.into_any()
                }}
            </td>
            <td data-label=move || t_string!(i18n, import.check.reason)>{reason}</td>
        </tr>
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
        let (wizard, lang) = (wizard.clone(), lang(i18n));
        let name = wizard.options.with_untracked(|options| options.file.clone());
        let stem = name.rsplit_once('.').map_or(name.as_str(), |(stem, _)| stem).to_owned();
        let name = t_string!(i18n, import.refused.file, name = stem);
        spawn_local(async move {
            let is_saved = wizard.refused(lang).await.is_ok_and(|file| save_blob(&name, &file));
            saved.try_set(Some((name, is_saved)));
        });
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

/// Likely doubles, with the reasons, a rule for all, and a choice for each.
#[component]
pub fn Doubles(wizard: Wizard, count: usize) -> impl IntoView {
    let i18n = use_i18n();
    let title = Signal::derive(move || t_string!(i18n, import.doubles.title).to_owned());
    let columns = move || {
        view! {
            <th scope="col">{t!(i18n, import.check.record)}</th>
            <th scope="col">{t!(i18n, import.doubles.like)}</th>
            <th scope="col">{t!(i18n, import.doubles.why)}</th>
            <th scope="col">{t!(i18n, import.doubles.then)}</th>
        }
    };
    let row = {
        let wizard = wizard.clone();
        Callback::new(move |(found,): (Found,)| {
            let Found { row, label, what: What::Double { of, is_certain, .. } } = found else {
                return ().into_any();
            };
            view! { <DoubleRow wizard=wizard.clone() row label of is_certain /> }.into_any()
        })
    };
    view! { <Listed wizard list=List::Doubles count title columns row /> }
}

/// One likely double.
#[component]
fn DoubleRow(wizard: Wizard, row: u32, label: String, of: Vec<Twin>, is_certain: bool) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
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
            <RowHead row label />
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
pub fn ChangedRows(
    wizard: Wizard,
    count: usize,
    dictionary: Arc<Dictionary>,
    /// The fields the import will add, with their names.
    fields: Arc<Vec<(Key, Text)>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let title = Signal::derive(move || t_string!(i18n, import.changed.title).to_owned());
    let columns = move || {
        view! {
            <th scope="col">{t!(i18n, import.check.record)}</th>
            <th scope="col">{t!(i18n, import.changed.field)}</th>
            <th scope="col">{t!(i18n, import.changed.change)}</th>
        }
    };
    let row = Callback::new(move |(found,): (Found,)| {
        let Found { row, label, what: What::Changed(changes) } = found else { return ().into_any() };
        let (dictionary, fields) = (dictionary.clone(), fields.clone());
        view! { <ChangedRow row label changes dictionary fields /> }.into_any()
    });
    view! { <Listed wizard list=List::Changed count title columns row /> }
}

/// One changed row: a line of the table for each of its fields.
#[component]
fn ChangedRow(
    row: u32,
    label: String,
    changes: Vec<FieldChange>,
    dictionary: Arc<Dictionary>,
    fields: Arc<Vec<(Key, Text)>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    changes
        .into_iter()
        .map(|change| {
            let target = change.target;
            let label = label.clone();
            let name = {
                let dictionary = dictionary.clone();
                let new = fields.iter().find(|(key, _)| *key == target.field).map(|(_, label)| label.clone());
                move || match &new {
                    Some(label) => label.get(lang(i18n)).to_owned(),
                    None => words::field_name(i18n.get_locale(), &dictionary, target),
                }
            };
            let shown = |value| {
                let (workspace, dictionary) = (workspace.clone(), dictionary.clone());
                move || {
                    workspace.read_once(|book| words::value_text(i18n.get_locale(), book, &dictionary, target, &value))
                }
            };
            view! {
                <tr>
                    <RowHead row label />
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

/// Rows that the rule what is written leaves out.
#[component]
pub fn PassedOver(wizard: Wizard, count: usize) -> impl IntoView {
    let i18n = use_i18n();
    let title = Signal::derive(move || t_string!(i18n, import.passed_over.title).to_owned());
    let columns = move || {
        view! {
            <th scope="col">{t!(i18n, import.check.record)}</th>
        }
    };
    let row = Callback::new(move |(found,): (Found,)| {
        view! { <tr><RowHead row=found.row label=found.label /></tr> }.into_any()
    });
    view! { <Listed wizard list=List::PassedOver count title columns row /> }
}

/// What the dictionary will gain.
#[component]
pub fn Choices(findings: Arc<Checked>, dictionary: Arc<Dictionary>) -> impl IntoView {
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
