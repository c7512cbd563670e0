//! The fields of a part in lines: one wide field, or two narrow ones side by side.

use kehu_domain::field::{Choices, Field, FieldType};
use kehu_domain::form::{FormField, Requirement};
use kehu_domain::value::{Mark, Value};
use leptos::prelude::*;

use super::{Pen, label};
use crate::i18n::td_string;
use crate::words::answers;

/// The longest text that shares a line with another field.
const SHORT_TEXT: u16 = 60;
/// The most answers printed with boxes; longer lists are written by hand.
const MAX_BOXES: usize = 12;

/// A line of the sheet.
enum Line<'f> {
    Wide(&'f FormField),
    Narrow(&'f FormField, Option<&'f FormField>),
}

/// The fields as a ruled table; nothing where there are none.
pub fn table(pen: &Pen<'_>, fields: &[&FormField]) -> Option<AnyView> {
    (!fields.is_empty()).then(|| {
        let rows = lines(fields).into_iter().map(|line| row(pen, &line)).collect_view();
        view! {
            <table>
                <colgroup>
                    <col data-part="label" />
                    <col />
                    <col data-part="label" />
                    <col />
                </colgroup>
                <tbody>{rows}</tbody>
            </table>
        }
        .into_any()
    })
}

/// The fields in lines, in their order.
fn lines<'f>(fields: &[&'f FormField]) -> Vec<Line<'f>> {
    let mut lines: Vec<Line<'f>> = Vec::new();
    for field in fields.iter().copied() {
        match lines.last_mut() {
            _ if is_wide(&field.field) => lines.push(Line::Wide(field)),
            Some(Line::Narrow(_, free @ None)) => *free = Some(field),
            _ => lines.push(Line::Narrow(field, None)),
        }
    }
    lines
}

fn is_wide(field: &Field) -> bool {
    match &field.kind {
        FieldType::Text { max } => *max > SHORT_TEXT,
        FieldType::Long
        | FieldType::Rating
        | FieldType::Choice(_)
        | FieldType::ChoiceSet(_)
        | FieldType::Tags
        | FieldType::File
        | FieldType::Place
        | FieldType::Rows(_)
        | FieldType::Photo => true,
        _ => field.takes_marks,
    }
}

fn row(pen: &Pen<'_>, line: &Line<'_>) -> AnyView {
    match line {
        Line::Wide(field) => {
            let size = match field.field.kind {
                FieldType::Long => Some("long"),
                FieldType::Photo => Some("photo"),
                _ => None,
            };
            view! {
                <tr>
                    <th scope="row">{label(pen, &field.field)}</th>
                    <td colspan="3" data-size=size>{content(pen, field)}</td>
                </tr>
            }
            .into_any()
        }
        Line::Narrow(first, second) => view! {
            <tr>
                <th scope="row">{label(pen, &first.field)}</th>
                <td colspan=second.is_none().then_some("3")>{content(pen, first)}</td>
                {second
                    .map(|second| {
                        view! {
                            <th scope="row">{label(pen, &second.field)}</th>
                            <td>{content(pen, second)}</td>
                        }
                    })}
            </tr>
        }
        .into_any(),
    }
}

/// What stands in a field: the boxes of its answers, ticked where they were given; its content; or room for it.
fn content(pen: &Pen<'_>, field: &FormField) -> AnyView {
    let value = pen.answer(field.field.key);
    if let Some(boxes) = boxes(pen, &field.field, value) {
        return boxes.into_any();
    }
    match value {
        Some(value) => pen.read(&field.field.kind, value),
        None if pen.filled.is_some() => ().into_any(),
        None if matches!(field.requirement, Requirement::Auto(Some(_))) => {
            view! { <small>{td_string!(pen.locale, handbook.paper.by_app)}</small> }.into_any()
        }
        None => view! { <small>{unit(pen, &field.field.kind)}</small> }.into_any(),
    }
}

/// A hint at what to write where nothing else tells.
fn unit(pen: &Pen<'_>, kind: &FieldType) -> Option<&'static str> {
    match kind {
        FieldType::Date | FieldType::Lunar | FieldType::DateOrLunar => Some(td_string!(pen.locale, handbook.paper.day)),
        FieldType::DateTime => Some(td_string!(pen.locale, handbook.paper.moment)),
        FieldType::Time => Some(td_string!(pen.locale, handbook.paper.time)),
        FieldType::Money => Some(td_string!(pen.locale, handbook.paper.yuan)),
        FieldType::Percent => Some("%"),
        FieldType::Rows(_) => Some(td_string!(pen.locale, handbook.paper.how_many)),
        FieldType::Sign => Some(td_string!(pen.locale, handbook.paper.sign)),
        _ => None,
    }
}

/// The answers of a field with a box before each, which no line break parts from it; `None` where it has no list.
pub fn boxes(pen: &Pen<'_>, field: &Field, value: Option<&Value>) -> Option<String> {
    let all = answers(pen.locale, field);
    if all.is_empty() || all.len() > MAX_BOXES {
        return None;
    }
    let chosen = value.map(|value| chosen(field, value)).unwrap_or_default();
    // What was once answered and is not offered any more is shown as it is.
    if value.is_some() && chosen.is_empty() {
        return None;
    }
    let tick = |place: usize| if chosen.contains(&place) { "☑" } else { "□" };
    let boxes = all.iter().enumerate().map(|(place, answer)| format!("{}\u{a0}{answer}", tick(place)));
    Some(boxes.collect::<Vec<_>>().join("\u{3000}"))
}

/// The places of the given answers among those a field offers.
fn chosen(field: &Field, value: &Value) -> Vec<usize> {
    let keys: Vec<String> = match &field.kind {
        FieldType::Choice(choices) | FieldType::ChoiceSet(choices) => keys(choices),
        FieldType::Bool => ["true", "false"].map(str::to_owned).to_vec(),
        FieldType::Rating => (1..=5).map(|points| points.to_string()).collect(),
        _ => Vec::new(),
    };
    let marks = [Mark::NotApplicable, Mark::Missing].map(|mark| mark.as_str().to_owned());
    let place = |value: &Value| {
        let given = match value {
            Value::Mark(mark) => return Some(keys.len() + marks.iter().position(|known| *known == mark.as_str())?),
            Value::Bool(flag) => flag.to_string(),
            Value::Int(points) => points.to_string(),
            Value::Text(key) => key.to_string(),
            _ => return None,
        };
        keys.iter().position(|key| *key == given)
    };
    match value {
        Value::List(items) => items.iter().filter_map(place).collect(),
        one => place(one).into_iter().collect(),
    }
}

fn keys(choices: &Choices) -> Vec<String> {
    match choices {
        Choices::Given(choices) => choices.iter().map(|choice| choice.key.to_string()).collect(),
        Choices::Group(group) => {
            let group = kehu_domain::dictionary::Dictionary::built_in().group(*group);
            group.into_iter().flat_map(|group| group.items()).map(|item| item.key.to_string()).collect()
        }
    }
}
