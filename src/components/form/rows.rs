//! A field of repeating rows.

use std::collections::BTreeMap;

use kehu_domain::field::Cell;
use kehu_domain::form::FieldState;
use kehu_domain::key::Key;
use kehu_domain::text::Text;
use kehu_domain::value::Value;
use leptos::prelude::*;

use super::Sheet;
use super::input::{Input, is_group};
use super::problems::problem_text;
use crate::i18n::{t, t_string, use_i18n};
use crate::words::{lang, shown_value};

/// The rows of a field, each with its cells; rows can be added and removed.
#[component]
pub fn Rows(
    /// The field.
    key: Key,
    /// Its columns.
    cells: Vec<Cell>,
    /// How it looks with the present answers; its computed cells are taken from there.
    look: Memo<Option<FieldState>>,
    sheet: Sheet,
    /// What the field is called.
    label: Text,
) -> impl IntoView {
    let i18n = use_i18n();
    // Rows keep their identity while others come and go.
    let next = StoredValue::new(0usize);
    let take = move || {
        let id = next.get_value();
        next.set_value(id + 1);
        id
    };
    let count = sheet.answers.with_untracked(|answers| answers.get(&key).map_or(0, |rows| rows.items().len()));
    let ids = RwSignal::new((0..count).map(|_| take()).collect::<Vec<usize>>());
    let rows_changed = move |change: &dyn Fn(&mut Vec<Value>)| {
        sheet.answers.update(|answers| {
            let mut rows = answers.get(&key).map(|rows| rows.items().to_vec()).unwrap_or_default();
            change(&mut rows);
            if rows.is_empty() {
                answers.remove(&key);
            } else {
                answers.insert(key, Value::List(rows));
            }
        });
    };
    let add = move |_| {
        rows_changed(&|rows| rows.push(Value::Map(Box::default())));
        ids.update(|ids| ids.push(take()));
    };
    let remove = move |id: usize| {
        let Some(place) = ids.read_untracked().iter().position(|other| *other == id) else { return };
        rows_changed(&|rows| {
            if place < rows.len() {
                rows.remove(place);
            }
        });
        ids.update(|ids| {
            ids.remove(place);
        });
    };
    // Rows that come or go in the answers themselves, as when a draft is cleared, come or go here.
    Effect::new(move || {
        let count = sheet.answers.read().get(&key).map_or(0, |rows| rows.items().len());
        if ids.read_untracked().len() != count {
            ids.update(|ids| {
                ids.truncate(count);
                while ids.len() < count {
                    ids.push(take());
                }
            });
        }
    });
    let cells = StoredValue::new_local(cells);
    let list = label.clone();
    let add_label = move || t_string!(i18n, cases.form.add_row_to, list = list.get(lang(i18n)).to_owned());
    view! {
        <ol class="repeating-rows" aria-label=move || label.get(lang(i18n)).to_owned()>
            <For each=move || ids.get() key=|id| *id let:id>
                {
                    let place = Memo::new(move |_| {
                        ids.read().iter().position(|other| *other == id).unwrap_or_default()
                    });
                    view! {
                        <li>
                            <div class="stack">
                                {cells
                                    .get_value()
                                    .into_iter()
                                    .map(|cell| view! { <RowCell key cell id place look sheet /> })
                                    .collect_view()}
                            </div>
                            <button
                                type="button"
                                class="icon-button"
                                aria-label=move || t_string!(i18n, cases.form.remove_row, row = place.get() + 1)
                                on:click=move |_| remove(id)
                            >
                                "×"
                            </button>
                        </li>
                    }
                }
            </For>
        </ol>
        <button type="button" class="button" data-size="small" aria-label=add_label on:click=add>
            {t!(i18n, cases.form.add_row)}
        </button>
    }
}

#[component]
fn RowCell(
    /// The field the row belongs to.
    key: Key,
    cell: Cell,
    /// The row's identity.
    id: usize,
    /// The row's present place.
    place: Memo<usize>,
    /// How the field looks with the present answers.
    look: Memo<Option<FieldState>>,
    sheet: Sheet,
) -> impl IntoView {
    let i18n = use_i18n();
    let column = cell.field.key;
    let element = format!("f-{key}-{id}-{column}");
    let value = Signal::derive(move || {
        let answers = sheet.answers.read();
        answers
            .get(&key)
            .and_then(|rows| rows.items().get(place.get()))
            .map_or(Value::Null, |row| row.cell(column).clone())
    });
    let on_change = Callback::new(move |value: Value| {
        let place = place.get_untracked();
        sheet.answers.update(|answers| {
            let mut rows = answers.get(&key).map(|rows| rows.items().to_vec()).unwrap_or_default();
            if let Some(row) = rows.get_mut(place) {
                let mut cells: BTreeMap<Key, Value> = match row {
                    Value::Map(cells) => (**cells).clone(),
                    _ => BTreeMap::new(),
                };
                if value.is_blank() {
                    cells.remove(&column);
                } else {
                    cells.insert(column, value);
                }
                *row = Value::Map(Box::new(cells));
            }
            answers.insert(key, Value::List(rows));
        });
    });
    let problem = {
        let field = cell.field.clone();
        Memo::new(move |_| {
            let problems = sheet.problems.read();
            let own = problems.iter().find(|problem| {
                problem.field == Some(key) && problem.row == Some(place.get()) && problem.cell == Some(column)
            })?;
            Some(problem_text(i18n.get_locale(), own, Some(&field)))
        })
    };
    let label = cell.field.label.clone();
    if cell.auto.is_some() {
        let kind = cell.field.kind.clone();
        let computed = move || {
            let look = look.read();
            let rows = look.as_ref().and_then(|look| look.computed.as_ref());
            let value = rows.and_then(|rows| rows.items().get(place.get())).map_or(Value::NULL, |row| row.cell(column));
            shown_value(i18n.get_locale(), &kind, value)
        };
        return view! {
            <div class="field">
                <label for=element.clone()>
                    {move || label.get(lang(i18n)).to_owned()} " "
                    <span class="required">{t!(i18n, cases.form.auto)}</span>
                </label>
                <output id=element>{computed}</output>
            </div>
        }
        .into_any();
    }
    let problem_id = format!("p-{element}");
    let described = {
        let problem_id = problem_id.clone();
        Signal::derive(move || if problem.read().is_some() { problem_id.clone() } else { String::new() })
    };
    let caption = view! {
        {move || label.get(lang(i18n)).to_owned()} " "
        {(!cell.is_optional).then(|| view! { <span class="required">{t!(i18n, cases.form.required)}</span> })}
    };
    let input = view! {
        <Input
            id=element.clone()
            field=cell.field.clone()
            value
            on_change
            is_wrong=Signal::derive(move || problem.read().is_some())
            described
            lookups=sheet.lookups
        />
    };
    let note = move || problem.get().map(|text| view! { <p class="field-problem" id=problem_id.clone()>{text}</p> });
    if is_group(&cell.field) {
        view! { <fieldset class="field rating-field"><legend>{caption}</legend>{input}{note}</fieldset> }.into_any()
    } else {
        view! { <div class="field"><label for=element>{caption}</label>{input}{note}</div> }.into_any()
    }
}
