//! One field of a form: label, input, hint and problem.

use kehu_domain::field::FieldType;
use kehu_domain::form::{FieldState, FormField};
use kehu_domain::key::Key;
use kehu_domain::value::Value;
use leptos::prelude::*;

use super::Sheet;
use super::input::{Input, is_group};
use super::problems::problem_text;
use super::rows::Rows;
use super::table::rows_table;
use crate::i18n::{t, use_i18n};
use crate::words::{lang, shown_value};

/// A field in its place; nothing while its condition does not hold.
#[component]
pub fn FieldRow(
    field: FormField,
    /// How it looks with the present answers.
    look: Memo<Option<FieldState>>,
    sheet: Sheet,
) -> impl IntoView {
    let is_visible = move || look.read().as_ref().is_some_and(|look| look.is_visible);
    view! {
        <Show when=is_visible>
            <Shown field=field.clone() look sheet />
        </Show>
    }
}

/// The answer of last time, and a button to give it again where it may be.
#[component]
fn LastTime(
    key: Key,
    /// In words.
    told: String,
    /// What may be taken over.
    value: Option<Value>,
    sheet: Sheet,
) -> impl IntoView {
    let i18n = use_i18n();
    let again = value.clone();
    let is_same = move || again.is_some() && sheet.answers.read().get(&key) == again.as_ref();
    let take = value.map(|value| {
        view! {
            <button
                type="button"
                class="button"
                data-kind="quiet"
                data-size="small"
                on:click=move |_| {
                    sheet.answers.update(|answers| {
                        answers.insert(key, value.clone());
                    });
                }
            >
                {t!(i18n, cases.form.last_take_one)}
            </button>
        }
    });
    let take = StoredValue::new_local(Some(take));
    view! {
        <div class="row last-time" hidden=is_same>
            <span class="hint">{t!(i18n, cases.form.last_told, answer = told)}</span>
            {take.try_update_value(Option::take).flatten()}
        </div>
    }
}

#[component]
fn Shown(field: FormField, look: Memo<Option<FieldState>>, sheet: Sheet) -> impl IntoView {
    let i18n = use_i18n();
    let key = field.field.key;
    let is_required = move || look.read().as_ref().is_some_and(|look| look.is_required);
    let is_auto = look.with_untracked(|look| look.as_ref().is_some_and(|look| look.is_auto));
    let (id, problem_id, hint_id) = (format!("f-{key}"), format!("p-{key}"), format!("h-{key}"));
    let problem = {
        let field = field.clone();
        Memo::new(move |_| {
            let problems = sheet.problems.read();
            let own = problems.iter().find(|problem| problem.field == Some(key) && problem.row.is_none())?;
            Some(problem_text(i18n.get_locale(), own, Some(&field.field)))
        })
    };
    let label = field.field.label.clone();
    let mark = move || match (is_auto, is_required()) {
        (true, _) => t!(i18n, cases.form.auto).into_any(),
        (false, true) => t!(i18n, cases.form.required).into_any(),
        (false, false) => t!(i18n, cases.form.optional).into_any(),
    };
    let caption = view! {
        {move || label.get(lang(i18n)).to_owned()} " " <span class="required">{mark}</span>
    };
    let hint = field.hint.clone();
    let described = {
        let (problem_id, hint_id, has_hint) = (problem_id.clone(), hint_id.clone(), hint.is_some());
        Signal::derive(move || match (problem.read().is_some(), has_hint) {
            (true, true) => format!("{problem_id} {hint_id}"),
            (true, false) => problem_id.clone(),
            (false, true) => hint_id.clone(),
            (false, false) => String::new(),
        })
    };
    let is_wide = matches!(field.field.kind, FieldType::Long | FieldType::Rows(_) | FieldType::Text { max: 81.. });
    let body = if is_auto {
        let kind = field.field.kind.clone();
        let value = move || {
            let computed = look.read().as_ref().and_then(|look| look.computed.clone());
            computed.or_else(|| sheet.answers.read().get(&key).cloned()).unwrap_or(Value::Null)
        };
        let show = move |kind: &FieldType, value: &Value| {
            let text = match (kind, value.as_text()) {
                (FieldType::Reference(kind), Some(id)) => sheet.lookups.with_value(|lookups| lookups.name(*kind, id)),
                _ => None,
            };
            text.unwrap_or_else(|| shown_value(i18n.get_locale(), kind, value)).into_any()
        };
        match &kind {
            FieldType::Rows(cells) => {
                let cells = cells.clone();
                let table = move || {
                    let rows = value();
                    (!rows.items().is_empty()).then(|| rows_table(&cells, &rows, lang(i18n), &show))
                };
                view! { <div id=id.clone()>{table}</div> }.into_any()
            }
            _ => view! { <output id=id.clone()>{move || show(&kind, &value())}</output> }.into_any(),
        }
    } else if let FieldType::Rows(cells) = field.field.kind.clone() {
        view! { <Rows key cells look sheet label=field.field.label.clone() /> }.into_any()
    } else {
        let value = Signal::derive(move || sheet.answers.read().get(&key).cloned().unwrap_or(Value::Null));
        let on_change = Callback::new(move |value: Value| {
            sheet.answers.update(|answers| {
                if value.is_blank() {
                    answers.remove(&key);
                } else {
                    answers.insert(key, value);
                }
            });
        });
        let is_wrong = Signal::derive(move || problem.read().is_some());
        view! {
            <Input
                id=id.clone()
                field=field.field.clone()
                value
                on_change
                is_wrong
                described
                lookups=sheet.lookups
            />
        }
        .into_any()
    };
    let earlier = sheet.earlier.with_value(|earlier| {
        let told = earlier.told.get(&key).cloned()?;
        Some((told, earlier.repeatable.get(&key).cloned()))
    });
    let notes = view! {
        {earlier.filter(|_| !is_auto).map(|(told, value)| view! { <LastTime key told value sheet /> })}
        {hint.map(|hint| view! { <p class="hint" id=hint_id.clone()>{move || hint.get(lang(i18n)).to_owned()}</p> })}
        {move || problem.get().map(|text| view! { <p class="field-problem" id=problem_id.clone()>{text}</p> })}
    };
    if !is_auto && is_group(&field.field) {
        view! {
            <fieldset class="field rating-field" data-wide="" id=format!("{id}-group") tabindex="-1" aria-describedby=described>
                <legend>{caption}</legend>
                {body}
                {notes}
            </fieldset>
        }
            .into_any()
    } else if matches!(field.field.kind, FieldType::Rows(_)) {
        view! {
            <div class="field" data-wide="" id=format!("{id}-group") tabindex="-1">
                <span class="label">{caption}</span>
                {body}
                {notes}
            </div>
        }
        .into_any()
    } else {
        view! {
            <div class="field" data-wide=is_wide.then_some("")>
                <label for=id>{caption}</label>
                {body}
                {notes}
            </div>
        }
        .into_any()
    }
}
