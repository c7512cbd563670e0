//! A form on paper: A4, with boxes to tick and room to write; seen only by the printer.

use kehu_domain::field::{Cell, Field, FieldType};
use kehu_domain::form::{self, Form, FormField};
use kehu_domain::playbook::{Playbook, Section, Terms};
use leptos::prelude::*;

use super::words::answers;
use crate::i18n::{Locale, td_string};
use crate::words::lang_of;

/// Empty rows of a list.
const EMPTY_ROWS: usize = 6;
/// The longest text that shares a line with another field.
const SHORT_TEXT: u16 = 60;
/// The most answers printed with boxes; longer lists are written by hand.
const MAX_BOXES: usize = 12;

/// The blank sheet.
#[component]
pub fn PaperForm(section: &'static Section, form: &'static Form, locale: Locale) -> impl IntoView {
    let lang = lang_of(locale);
    let head = Playbook::built_in().header_of(&form.id);
    let terms = Terms::of_form(Playbook::built_in(), form, lang);
    let head_fields: Vec<&FormField> =
        head.iter().flat_map(Form::fields).filter(|field| is_for_paper(&field.field)).collect();
    let head_rows = rows(&head_fields).into_iter().map(|row| row_view(locale, &row)).collect_view();
    let parts = form.sections.iter().map(|part| part_view(locale, part, &terms)).collect_view();
    view! {
        <section class="print-sheet" aria-hidden="true">
            <header>
                <h1>{form.title.get(lang)}</h1>
                <span>{&*form.id} " · " {&*section.id} " " {section.title.get(lang)}</span>
            </header>
            <table>
                <tbody>{head_rows}</tbody>
            </table>
            {parts}
            <div class="signatures">
                <span>{td_string!(locale, handbook.paper.filled_by)}</span>
                <span>{td_string!(locale, handbook.paper.approved_by)}</span>
                <span>{td_string!(locale, handbook.paper.date)}</span>
            </div>
        </section>
    }
}

/// Whether a header field is written by hand: who fills the sheet in and who approves it stands at its foot.
fn is_for_paper(field: &Field) -> bool {
    let by_app = ["template_version", "state", "created_by"];
    !matches!(field.kind, FieldType::Rows(_)) && !by_app.contains(&field.key.as_str())
}

fn part_view(locale: Locale, part: &form::Section, terms: &Terms<'_>) -> impl IntoView + use<> {
    let lang = lang_of(locale);
    let shown = part.visible_when.as_ref().map(|when| {
        td_string!(locale, handbook.forms.only_when, condition = terms.condition(when)).to_string()
    });
    let is_list = |field: &&FormField| matches!(field.field.kind, FieldType::Rows(_));
    let fields: Vec<&FormField> = part.fields.iter().filter(|field| !is_list(field)).collect();
    let table = (!fields.is_empty()).then(|| {
        let rows = rows(&fields).into_iter().map(|row| row_view(locale, &row)).collect_view();
        view! { <table><tbody>{rows}</tbody></table> }
    });
    let lists = part.fields.iter().filter(is_list).map(|field| list_view(locale, &field.field)).collect_view();
    view! {
        <h2>{part.title.get(lang).to_owned()}</h2>
        {part.hint.as_ref().map(|hint| view! { <p>{hint.get(lang).to_owned()}</p> })}
        {shown.map(|shown| view! { <p>{shown}</p> })}
        {table}
        {lists}
    }
}

/// A line of the sheet: one wide field, or up to two narrow ones.
enum Line<'f> {
    Wide(&'f Field),
    Narrow(&'f Field, Option<&'f Field>),
}

/// The fields in lines, in their order.
fn rows<'f>(fields: &[&'f FormField]) -> Vec<Line<'f>> {
    let mut lines: Vec<Line<'f>> = Vec::new();
    for field in fields.iter().map(|field| &field.field) {
        match lines.last_mut() {
            _ if is_wide(field) => lines.push(Line::Wide(field)),
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
        | FieldType::Photo => true,
        _ => field.takes_marks,
    }
}

fn row_view(locale: Locale, line: &Line<'_>) -> AnyView {
    let lang = lang_of(locale);
    match line {
        Line::Wide(field) => {
            let size = matches!(field.kind, FieldType::Long).then_some("long");
            view! {
                <tr>
                    <th scope="row">{field.label.get(lang).to_owned()}</th>
                    <td colspan="3" data-size=size>{boxes(locale, field)}</td>
                </tr>
            }
            .into_any()
        }
        Line::Narrow(first, second) => view! {
            <tr>
                <th scope="row">{first.label.get(lang).to_owned()}</th>
                <td colspan=second.is_none().then_some("3")>{boxes(locale, first)}</td>
                {second
                    .map(|second| {
                        view! {
                            <th scope="row">{second.label.get(lang).to_owned()}</th>
                            <td>{boxes(locale, second)}</td>
                        }
                    })}
            </tr>
        }
        .into_any(),
    }
}

/// The answers of a field with a box before each, which no line break parts from it.
fn boxes(locale: Locale, field: &Field) -> String {
    let answers = answers(locale, field);
    if answers.len() > MAX_BOXES {
        return String::new();
    }
    answers.iter().map(|answer| format!("□\u{a0}{answer}")).collect::<Vec<_>>().join("\u{3000}")
}

/// A list as a table with empty rows.
fn list_view(locale: Locale, field: &Field) -> impl IntoView + use<> {
    let lang = lang_of(locale);
    let cells: &[Cell] = match &field.kind {
        FieldType::Rows(cells) => cells,
        _ => &[],
    };
    let heads = cells.iter().map(|cell| view! { <th scope="col">{cell.field.label.get(lang).to_owned()}</th> });
    let empty_row = || {
        view! { <tr>{cells.iter().map(|cell| view! { <td>{tick(locale, &cell.field)}</td> }).collect_view()}</tr> }
    };
    view! {
        <table>
            <caption>{field.label.get(lang).to_owned()}</caption>
            <thead>
                <tr>{heads.collect_view()}</tr>
            </thead>
            <tbody>{(0..EMPTY_ROWS).map(|_| empty_row()).collect_view()}</tbody>
        </table>
    }
}

/// In a narrow column only yes and no have boxes.
fn tick(locale: Locale, field: &Field) -> String {
    if field.kind == FieldType::Bool { boxes(locale, field) } else { String::new() }
}
