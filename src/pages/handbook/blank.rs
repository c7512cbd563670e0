//! A form as the handbook describes it: every field with what it takes, when it is asked, and help.

use kehu_domain::book::{Book, Record};
use kehu_domain::field::{Cell, FieldType};
use kehu_domain::form::{self, Form, FormField};
use kehu_domain::kind;
use kehu_domain::playbook::{Playbook, Section, Terms};
use kehu_domain::stamp::RecordId;
use leptos::prelude::*;
use leptos_router::components::A;

use super::section::print;
use super::words::{field_type, form_title, joined, requirement};
use crate::components::PaperForm;
use crate::i18n::{Locale, t, td_string, use_i18n};
use crate::moment::civil;
use crate::pages::cases::{fill_address, is_filled_alone};
use crate::words::{answers, lang_of};
use crate::workspace::{staff_name, use_workspace};

/// The most answers spelled out; a longer list is only counted.
const MAX_ANSWERS: usize = 24;

/// A form with all its fields, and a blank sheet of it for the printer.
#[component]
pub fn BlankForm(section: &'static Section, form: &'static Form, locale: Locale) -> impl IntoView {
    let i18n = use_i18n();
    let lang = lang_of(locale);
    let head = Playbook::built_in().header_of(&form.id);
    let terms = Terms::of_form(Playbook::built_in(), form, lang);
    let parts = head.iter().flat_map(|head| &head.sections).chain(&form.sections);
    let parts = parts.map(|part| part_view(locale, form, part, &terms)).collect_view();
    let stages: Vec<String> = form.stages.iter().map(|stage| stage.label.get(lang).to_owned()).collect();
    let stages = (!stages.is_empty()).then(|| {
        view! { <p class="hint">{td_string!(locale, handbook.forms.stages, stages = stages.join(" → ")).to_string()}</p> }
    });
    view! {
        <main class="page">
            <header class="page-header">
                <A href=format!("/handbook/{}", section.id) attr:class="back-link">
                    "‹ " {&*section.id} " " {section.title.get(lang)}
                </A>
                <h1>{form.title.get(lang)} <small>{&*form.id}</small></h1>
                {form.purpose.as_ref().map(|purpose| view! { <p>{purpose.get(lang)}</p> })}
            </header>
            {stages}
            {parts}
            <RulesOfForm form locale />
            <FiledForms form />
            <PaperForm form company=use_workspace().company() locale />
            <div class="page-actions">
                <Use section form locale />
                <button type="button" class="button" on:click=|_| print()>{t!(i18n, handbook.print.form)}</button>
            </div>
        </main>
    }
}

fn part_view(locale: Locale, form: &Form, part: &form::Section, terms: &Terms<'_>) -> impl IntoView + use<> {
    let lang = lang_of(locale);
    let shown = part.visible_when.as_ref().map(|when| only_when(locale, &terms.condition(when)));
    let rows = part.fields.iter().map(|field| field_row(locale, form, field, terms)).collect_view();
    view! {
        <section class="section">
            <div class="section-head">
                <h2>{part.title.get(lang).to_owned()}</h2>
            </div>
            {part.hint.as_ref().map(|hint| view! { <p class="hint">{hint.get(lang).to_owned()}</p> })}
            {shown.map(|shown| view! { <p class="hint">{shown}</p> })}
            <table class="data-table" data-stack="">
                <thead>
                    <tr>
                        <th scope="col">{td_string!(locale, handbook.forms.field)}</th>
                        <th scope="col">{td_string!(locale, handbook.forms.content)}</th>
                        <th scope="col">{td_string!(locale, handbook.forms.requirement)}</th>
                    </tr>
                </thead>
                <tbody>{rows}</tbody>
            </table>
        </section>
    }
}

fn field_row(locale: Locale, form: &Form, field: &FormField, terms: &Terms<'_>) -> impl IntoView + use<> {
    let lang = lang_of(locale);
    let shown = field.visible_when.as_ref().map(|when| only_when(locale, &terms.condition(when)));
    let carries = field
        .carries
        .as_deref()
        .map(|target| td_string!(locale, handbook.forms.carries, target = target_title(locale, target)).to_string());
    let rules = field.rules.iter().map(|rule| rule.otherwise.get(lang).to_owned());
    let notes = shown.into_iter().chain(carries).chain(rules);
    let columns = match &field.field.kind {
        FieldType::Rows(cells) => Some(columns_view(locale, cells)),
        _ => None,
    };
    view! {
        <tr>
            <th scope="row">
                {field.field.label.get(lang).to_owned()}
                {field.hint.as_ref().map(|hint| view! { <small>{hint.get(lang).to_owned()}</small> })}
            </th>
            <td data-label=td_string!(locale, handbook.forms.content)>
                <div>{content(locale, &field.field)} {columns}</div>
            </td>
            <td data-label=td_string!(locale, handbook.forms.requirement)>
                <div>
                    {requirement(locale, &field.requirement, form, terms)}
                    {notes.map(|note| view! { <p class="hint">{note}</p> }).collect_view()}
                </div>
            </td>
        </tr>
    }
}

/// What a field takes, with the answers it offers.
fn content(locale: Locale, field: &kehu_domain::field::Field) -> String {
    let kind = field_type(locale, &field.kind);
    let answers = answers(locale, field);
    if answers.is_empty() {
        kind
    } else if answers.len() > MAX_ANSWERS {
        td_string!(locale, handbook.forms.many_answers, kind = kind, count = answers.len()).to_string()
    } else {
        td_string!(locale, handbook.forms.answers, kind = kind, answers = joined(locale, &answers)).to_string()
    }
}

/// The columns of a list of rows.
fn columns_view(locale: Locale, cells: &[Cell]) -> impl IntoView + use<> {
    let lang = lang_of(locale);
    let line = |cell: &Cell| {
        let name = cell.field.label.get(lang).to_owned();
        let note = match &cell.auto {
            Some(_) => Some(td_string!(locale, handbook.forms.computed_cell)),
            None => cell.is_optional.then(|| td_string!(locale, handbook.forms.may_be_empty)),
        };
        view! { <li>{name} <span class="hint">" " {content(locale, &cell.field)} {note}</span></li> }
    };
    view! { <ul>{cells.iter().map(line).collect_view()}</ul> }
}

fn only_when(locale: Locale, condition: &str) -> String {
    td_string!(locale, handbook.forms.only_when, condition = condition).to_string()
}

/// What people call the form or process a field's content goes on to.
fn target_title(locale: Locale, target: &str) -> String {
    let process = Playbook::built_in().process(target);
    let title =
        process.map_or_else(|| form_title(locale, target), |process| process.title.get(lang_of(locale)).to_owned());
    if title == target { title } else { format!("{target} {title}") }
}

/// What is checked over several fields.
#[component]
fn RulesOfForm(form: &'static Form, locale: Locale) -> impl IntoView {
    (!form.rules.is_empty()).then(|| {
        let rules = form.rules.iter().map(|rule| view! { <li>{rule.otherwise.get(lang_of(locale))}</li> });
        view! {
            <section class="section">
                <div class="section-head">
                    <h2>{td_string!(locale, handbook.forms.rules)}</h2>
                </div>
                <ul class="check-list">{rules.collect_view()}</ul>
            </section>
        }
    })
}

/// How the form comes into use: filled for itself, or in a case of its process.
#[component]
fn Use(section: &'static Section, form: &'static Form, locale: Locale) -> impl IntoView {
    if is_filled_alone(&form.id) {
        let text = td_string!(locale, handbook.forms.fill);
        return Some(
            view! { <A href=fill_address(None, &form.id) attr:class="button" attr:data-kind="primary">{text}</A> }
                .into_any(),
        );
    }
    let process = form.process.as_ref().or(section.processes.first())?;
    let process = Playbook::built_in().process(process).filter(|process| process.begin.is_some())?;
    let text = td_string!(locale, handbook.forms.begin, process = process.title.get(lang_of(locale))).to_string();
    Some(view! { <A href=format!("/cases/new?process={}", process.id) attr:class="button">{text}</A> }.into_any())
}

/// The most filed forms listed.
const MAX_FILED: usize = 20;

/// The latest forms of this template that were filed, each leading to its case.
#[component]
fn FiledForms(form: &'static Form) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let filed = Memo::new(move |_| workspace.read(|book| filed_forms(book, &form.id)));
    view! {
        <Show when=move || !filed.read().1.is_empty()>
            <section class="section">
                <div class="section-head">
                    <h2>{t!(i18n, handbook.forms.filed)}</h2>
                    <span>{move || filed.read().0}</span>
                </div>
                <ul class="form-links">
                    <For each=move || filed.get().1 key=|(case, number, _)| (*case, number.clone()) let((case, number, detail))>
                        <li>
                            <A href=format!("/cases/{case}")>{number}</A>
                            <span>{detail}</span>
                        </li>
                    </For>
                </ul>
            </section>
        </Show>
    }
}

/// How many forms of a template were filed, and the latest of them: case, number, and whose it is and since when.
fn filed_forms(book: &Book, form: &str) -> (usize, Vec<(RecordId, String, String)>) {
    let mut found: Vec<&Record> =
        book.of_kind(kind::DOCUMENT).filter(|record| record.text(kind::FORM) == form).collect();
    found.sort_by_key(|record| std::cmp::Reverse(record.created().map(|change| change.stamp)));
    let count = found.len();
    let latest = found.into_iter().take(MAX_FILED).filter_map(|record| {
        let created = record.created()?;
        let customer = book.customer_of(record).and_then(|customer| book.get(customer));
        let customer = customer.map(|customer| customer.text(kind::NAME).to_owned());
        let at = civil(created.stamp.millis()).format("%Y-%m-%d").to_string();
        let detail: Vec<String> = customer.into_iter().chain([staff_name(book, created.by), at]).collect();
        Some((record.reference(kind::CASE_REF)?, record.text(kind::FORM_NO).to_owned(), detail.join(" · ")))
    });
    (count, latest.collect())
}
