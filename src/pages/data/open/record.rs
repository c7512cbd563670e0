//! The fields of a record that differ: what they hold here and in the file, by whom and since when.

use kehu_domain::stamp::RecordId;
use kehu_ledger::arrival::{Ask, FieldLine, SideLine};
use leptos::prelude::*;

use super::looking::Looking;
use super::summary::{moment, state_name};
use crate::i18n::{Locale, t, t_string, use_i18n};

/// A table of fields.
#[component]
pub fn Fields(looking: Looking, record: RecordId) -> impl IntoView {
    let i18n = use_i18n();
    let fields = LocalResource::new(move || {
        let is_english = i18n.get_locale() == Locale::en;
        async move { looking.ask::<Vec<FieldLine>>(Ask::Fields { record, is_english }).await }
    });
    move || {
        let lines = fields.get()?.ok()?;
        Some(if lines.is_empty() {
            view! { <p class="hint">{t!(i18n, arrival.field.none)}</p> }.into_any()
        } else {
            view! { <FieldTable lines /> }.into_any()
        })
    }
}

#[component]
fn FieldTable(lines: Vec<FieldLine>) -> impl IntoView {
    let i18n = use_i18n();
    let row = move |line: FieldLine| {
        let FieldLine { label, state, here, there, before } = line;
        view! {
            <tr>
                <th scope="row">
                    {label}
                    {before.map(|before| view! {
                        <small>{move || t_string!(i18n, arrival.field.before, value = before.clone())}</small>
                    })}
                </th>
                <td data-label=move || t_string!(i18n, arrival.field.here)><Side side=here /></td>
                <td data-label=move || t_string!(i18n, arrival.field.there)><Side side=there /></td>
                <td data-label=move || t_string!(i18n, arrival.field.state)>
                    {move || state_name(i18n.get_locale(), state)}
                </td>
            </tr>
        }
    };
    view! {
        <table class="data-table" data-stack>
            <thead>
                <tr>
                    <th scope="col">{t!(i18n, arrival.field.name)}</th>
                    <th scope="col">{t!(i18n, arrival.field.here)}</th>
                    <th scope="col">{t!(i18n, arrival.field.there)}</th>
                    <th scope="col">{t!(i18n, arrival.field.state)}</th>
                </tr>
            </thead>
            <tbody>{lines.into_iter().map(row).collect_view()}</tbody>
        </table>
    }
}

/// What a field holds on one side.
#[component]
fn Side(side: SideLine) -> impl IntoView {
    let i18n = use_i18n();
    let SideLine { text, who, at_ms } = side;
    let at = at_ms.map(moment);
    view! {
        <span>
            {move || if text.is_empty() { t_string!(i18n, arrival.field.empty).to_owned() } else { text.clone() }}
        </span>
        {at.map(|at| view! {
            <small class="hint">
                {move || t_string!(i18n, arrival.field.by, who = who.clone(), at = at.clone())}
            </small>
        })}
    }
}
