//! A form on paper, blank or filled in: A4, ruled, with boxes to tick and room to write; seen only by the printer.

mod foot;
mod lines;
mod rows;

use std::rc::Rc;

use kehu_domain::field::{Field, FieldType};
use kehu_domain::form::{self, Answers, Form, FormField};
use kehu_domain::key::Key;
use kehu_domain::playbook::{Playbook, Terms};
use kehu_domain::value::Value;
use leptos::prelude::*;

use crate::i18n::{Locale, td_string};
use crate::words::lang_of;

pub use foot::PrintFoot;

/// More columns than this take the sheet on its side.
const MOST_UPRIGHT: usize = 7;

/// Shows the content of a field.
pub type Reading = Rc<dyn Fn(&FieldType, &Value) -> AnyView>;

/// What a filled sheet holds.
#[derive(Clone)]
pub struct Filled {
    /// The answers, header included.
    pub answers: Answers,
    /// How their content is read.
    pub reading: Reading,
}

/// Header fields with a place of their own on paper: the title block, the foot of the sheet.
const ELSEWHERE: [&str; 6] = ["form_no", "template_version", "approvals", "place", "attachments", "remark"];
/// Header fields that only a filled sheet has.
const FILLED_ONLY: [&str; 2] = ["state", "created_by"];

/// The number of a document.
const FORM_NO: Key = Key::of("form_no");
/// The version of its template.
const VERSION: Key = Key::of("template_version");
/// Who approved it.
const APPROVALS: Key = Key::of("approvals");

/// The sheet.
#[component]
pub fn PaperForm(
    /// The template, as in the handbook.
    form: &'static Form,
    /// Whose sheet it is.
    #[prop(into)]
    company: String,
    locale: Locale,
    /// What is filled in; nothing on a blank sheet.
    #[prop(optional)]
    filled: Option<Filled>,
) -> impl IntoView {
    let lang = lang_of(locale);
    let playbook = Playbook::built_in();
    let header = playbook.header_of(&form.id);
    let whole = playbook.filled_form(&form.id).unwrap_or_else(|| form.clone());
    let pen = Pen { locale, terms: Terms::of_form(playbook, form, lang), filled };
    let content = |key: Key| pen.text(&header, key);
    let number = content(FORM_NO);
    let version = content(VERSION).unwrap_or_else(|| form.version.to_string());
    let head: Vec<&FormField> = header
        .iter()
        .flat_map(Form::fields)
        .filter(|field| {
            let key = field.field.key.as_str();
            let is_shown = pen.filled.is_some() || !FILLED_ONLY.contains(&key);
            is_shown && !ELSEWHERE.contains(&key) && !pen.is_left_out(field)
        })
        .collect();
    let head_rows = lines::table(&pen, &head);
    let parts = whole.sections.iter().filter_map(|part| part_view(&pen, part)).collect_view();
    let approvals = header.iter().flat_map(Form::fields).find(|field| field.field.key == APPROVALS);
    let is_wide = form.fields().any(|field| match &field.field.kind {
        FieldType::Rows(cells) => cells.len() > MOST_UPRIGHT,
        _ => false,
    });
    let title = form.title.get(lang);
    let foot =
        [&*form.id, title, &*company].into_iter().filter(|text| !text.is_empty()).collect::<Vec<_>>().join(" · ");
    view! {
        <PrintFoot text=foot />
        <section class="print-sheet" data-wide=is_wide.then_some("") aria-label=title>
            <header>
                <p class="sheet-company">{company}</p>
                <h1>{title}</h1>
                <dl>
                    <div>
                        <dt>{td_string!(locale, handbook.paper.form)}</dt>
                        <dd>{&*form.id}</dd>
                    </div>
                    <div>
                        <dt>{td_string!(locale, handbook.paper.version)}</dt>
                        <dd>{version}</dd>
                    </div>
                    <div data-part="number">
                        <dt>{td_string!(locale, handbook.paper.number)}</dt>
                        <dd>{number}</dd>
                    </div>
                </dl>
            </header>
            {head_rows}
            {parts}
            {approvals.and_then(|field| approvals_view(&pen, field, form))}
            <div class="signatures">
                <span>{td_string!(locale, handbook.paper.filled_by)}</span>
                <span>{td_string!(locale, handbook.paper.checked_by)}</span>
                <span>{td_string!(locale, handbook.paper.approved_by)}</span>
            </div>
        </section>
    }
}

/// What is needed to write on the sheet.
pub(super) struct Pen<'p> {
    pub locale: Locale,
    pub terms: Terms<'p>,
    pub filled: Option<Filled>,
}

impl Pen<'_> {
    /// The answer to a field; nothing on a blank sheet.
    pub fn answer(&self, key: Key) -> Option<&Value> {
        self.filled.as_ref()?.answers.get(&key).filter(|value| !value.is_blank())
    }

    /// A field's content as it is read.
    pub fn read(&self, kind: &FieldType, value: &Value) -> AnyView {
        match &self.filled {
            Some(filled) => (filled.reading)(kind, value),
            None => ().into_any(),
        }
    }

    fn text(&self, header: &Option<Form>, key: Key) -> Option<String> {
        header.as_ref()?.field(key)?;
        match self.answer(key)? {
            Value::Text(text) => Some(text.to_string()),
            Value::Int(number) => Some(number.to_string()),
            _ => None,
        }
    }

    /// Whether a filled sheet has nothing to say about a field that was not asked for.
    pub fn is_left_out(&self, field: &FormField) -> bool {
        self.filled.is_some() && field.visible_when.is_some() && self.answer(field.field.key).is_none()
    }
}

/// A part of the form; nothing where a filled sheet left out all of it.
fn part_view(pen: &Pen<'_>, part: &form::Section) -> Option<AnyView> {
    let lang = lang_of(pen.locale);
    let is_filled = pen.filled.is_some();
    let says_nothing = part.fields.iter().all(|field| pen.answer(field.field.key).is_none());
    if part.fields.is_empty() || (is_filled && part.visible_when.is_some() && says_nothing) {
        return None;
    }
    let only =
        |when: &_| td_string!(pen.locale, handbook.forms.only_when, condition = pen.terms.condition(when)).to_string();
    let notes: Vec<String> = match is_filled {
        true => Vec::new(),
        false => {
            let hint = part.hint.as_ref().map(|hint| hint.get(lang).to_owned());
            hint.into_iter().chain(part.visible_when.as_ref().map(only)).collect()
        }
    };
    let is_list = |field: &&FormField| matches!(field.field.kind, FieldType::Rows(_));
    let kept = || part.fields.iter().filter(|field| !pen.is_left_out(field));
    let fields: Vec<&FormField> = kept().filter(|field| !is_list(field)).collect();
    let lists = kept().filter(is_list).map(|field| rows::table(pen, field)).collect_view();
    let notes = (!notes.is_empty()).then(|| view! { <p class="sheet-note">{notes.join(" ")}</p> });
    Some(
        view! {
            <div class="sheet-part">
                <h2>{part.title.get(lang).to_owned()}</h2>
                {notes}
                {lines::table(pen, &fields)}
                {lists}
            </div>
        }
        .into_any(),
    )
}

/// Who approved what when: what is known on a filled sheet, room for it on a blank one that somebody approves.
fn approvals_view(pen: &Pen<'_>, field: &FormField, form: &Form) -> Option<AnyView> {
    let is_approved = Playbook::built_in()
        .processes
        .iter()
        .flat_map(|process| &process.transitions)
        .any(|made| made.approves.as_deref() == Some(&*form.id));
    let is_shown = if pen.filled.is_some() { pen.answer(field.field.key).is_some() } else { is_approved };
    is_shown.then(|| {
        let label = field.field.label.get(lang_of(pen.locale)).to_owned();
        view! {
            <div class="sheet-part">
                <h2>{label}</h2>
                {rows::plain(pen, &field.field, 2)}
            </div>
        }
        .into_any()
    })
}

/// The label of a field in the sheet's language.
fn label(pen: &Pen<'_>, field: &Field) -> String {
    field.label.get(lang_of(pen.locale)).to_owned()
}
