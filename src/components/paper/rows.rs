//! A list of rows as a ruled table: what is filled in, or empty rows to write in.

use kehu_domain::field::{Cell, Field, FieldType};
use kehu_domain::form::FormField;
use kehu_domain::key::Key;
use kehu_domain::text::Text;
use kehu_domain::value::Value;
use leptos::prelude::*;

use super::lines::boxes;
use super::{Pen, label};
use crate::i18n::td_string;
use crate::words::{answers, lang_of};

/// Empty rows of a list, and behind rows that are printed already.
const EMPTY_ROWS: usize = 6;
const FURTHER_ROWS: usize = 2;
/// The most answers named in the head of a column.
const MAX_NAMED: usize = 8;

/// The list of a field, with its label.
pub fn table(pen: &Pen<'_>, field: &FormField) -> AnyView {
    let known = field.first_rows.len();
    let empty = if known == 0 { EMPTY_ROWS } else { FURTHER_ROWS };
    drawn(pen, &field.field, &field.first_rows, empty, true)
}

/// A list without a label of its own.
pub fn plain(pen: &Pen<'_>, field: &Field, empty: usize) -> AnyView {
    drawn(pen, field, &[], empty, false)
}

fn drawn(pen: &Pen<'_>, field: &Field, known: &[Vec<(Key, Text)>], empty: usize, has_caption: bool) -> AnyView {
    let FieldType::Rows(cells) = &field.kind else { return ().into_any() };
    let total: usize = cells.iter().map(|cell| share(&cell.field)).sum();
    let widths = cells.iter().map(|cell| {
        let width = format!("{:.2}%", share(&cell.field) as f32 * 100.0 / total.max(1) as f32);
        view! { <col style:--share=width /> }
    });
    let heads = cells.iter().map(|cell| {
        let named = named_answers(pen, &cell.field).filter(|_| pen.filled.is_none());
        view! { <th scope="col">{label(pen, &cell.field)} {named.map(|named| view! { <small>{named}</small> })}</th> }
    });
    let body: Vec<AnyView> = match &pen.filled {
        Some(_) => {
            let rows = pen.answer(field.key).map(Value::items).unwrap_or_default();
            rows.iter().map(|row| filled_row(pen, cells, row)).collect()
        }
        None => {
            let printed = known.iter().map(|row| printed_row(pen, cells, row));
            printed.chain((0..empty).map(|_| printed_row(pen, cells, &[]))).collect()
        }
    };
    let has_none = body.is_empty();
    let none = has_none.then(|| {
        view! {
            <tr>
                <td colspan=cells.len().to_string()>{td_string!(pen.locale, handbook.paper.none)}</td>
            </tr>
        }
    });
    view! {
        <table data-kind="rows">
            {has_caption.then(|| view! { <caption>{label(pen, field)}</caption> })}
            <colgroup>{widths.collect_view()}</colgroup>
            <thead>
                <tr>{heads.collect_view()}</tr>
            </thead>
            <tbody>{body} {none}</tbody>
        </table>
    }
    .into_any()
}

/// How much room a column wants beside the others.
fn share(field: &Field) -> usize {
    match &field.kind {
        FieldType::Long => 5,
        FieldType::Text { max: 101.. } => 5,
        FieldType::Text { max: 41.. } => 4,
        FieldType::Text { .. } | FieldType::DateTime | FieldType::ChoiceSet(_) => 3,
        FieldType::Int { .. } | FieldType::Rating | FieldType::Seconds | FieldType::Bool => 2,
        _ => 3,
    }
}

fn filled_row(pen: &Pen<'_>, cells: &[Cell], row: &Value) -> AnyView {
    let cell = |cell: &Cell| {
        let value = row.cell(cell.field.key);
        let shown = (!value.is_blank()).then(|| pen.read(&cell.field.kind, value));
        view! { <td>{shown}</td> }
    };
    view! { <tr>{cells.iter().map(cell).collect_view()}</tr> }.into_any()
}

/// A row to write in, with what is printed in it beforehand.
fn printed_row(pen: &Pen<'_>, cells: &[Cell], known: &[(Key, Text)]) -> AnyView {
    let cell = |cell: &Cell| {
        let text = known.iter().find(|(key, _)| *key == cell.field.key).map(|(_, text)| text.get(lang_of(pen.locale)));
        let is_yes_no = cell.field.kind == FieldType::Bool;
        let ticks = || is_yes_no.then(|| boxes(pen, &cell.field, None)).flatten();
        view! { <td>{text.map(str::to_owned).or_else(ticks)}</td> }
    };
    view! { <tr>{cells.iter().map(cell).collect_view()}</tr> }.into_any()
}

/// The answers a column offers, for its head; yes and no stand in its rows.
fn named_answers(pen: &Pen<'_>, field: &Field) -> Option<String> {
    let all = answers(pen.locale, field);
    let is_short = (2..=MAX_NAMED).contains(&all.len()) && field.kind != FieldType::Bool;
    is_short.then(|| match field.kind {
        FieldType::Rating => "1–5".to_owned(),
        _ => all.join(" / "),
    })
}
