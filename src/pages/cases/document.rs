//! The documents of a case: filed forms with their numbers, opened to be read.

use kehu_domain::book::{Book, Record};
use kehu_domain::field::FieldType;
use kehu_domain::kind;
use kehu_domain::playbook::Playbook;
use kehu_domain::stamp::RecordId;
use kehu_domain::value::Value;
use leptos::prelude::*;
use leptos_router::components::A;

use super::begin::is_filled_alone;
use super::explained::GradeOf;
use super::filed::{Answered, answers};
use super::words::form_title;
use crate::components::{ShownAttachment, rows_table};
use crate::i18n::{Locale, t, use_i18n};
use crate::pages::export::TableMenu;
use crate::words::{lang_of, shown_value};
use crate::workspace::{OpenCase, Workspace, documents, record_name, use_workspace};

/// Every document of the case, oldest first.
#[component]
pub fn Documents(case: OpenCase) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let filed: Vec<RecordId> = workspace.read(|book| {
        let records: Vec<&Record> = book.get(case.id).map(|case| documents(book, case)).unwrap_or_default();
        records.into_iter().map(|record| record.id).collect()
    });
    let is_empty = filed.is_empty();
    let more = (!case.is_closed()).then(|| view! { <More case=case.clone() /> });
    view! {
        <section class="section">
            <div class="section-head"><h2>{t!(i18n, cases.documents)}</h2></div>
            {is_empty.then(|| view! { <p class="hint">{t!(i18n, cases.no_documents)}</p> })}
            {filed.into_iter().map(|id| view! { <Document case=case.clone() id /> }).collect_view()}
            {more}
        </section>
    }
}

/// Forms of the case's section to be filled whenever they are needed: those that no move asks for, and those of the present
/// step once more, by whoever has something to say, such as every reviewer of a proposal.
#[component]
fn More(case: OpenCase) -> impl IntoView {
    let i18n = use_i18n();
    let asked = case.process.forms();
    let asked_now: Vec<&str> =
        case.process.transitions_from(case.view.step).filter_map(|transition| transition.form_to_fill()).collect();
    let section = Playbook::built_in().section_of_process(&case.process.id);
    let forms: Vec<&'static str> = section
        .into_iter()
        .flat_map(|section| &section.forms)
        .map(|form| &**form)
        .filter(|form| asked_now.contains(form) || (!asked.contains(form) && !is_filled_alone(form)))
        .collect();
    (!forms.is_empty()).then(|| {
        view! {
            <details class="fold">
                <summary>{t!(i18n, cases.begin.more)}</summary>
                <ul class="form-links">
                    {forms
                        .into_iter()
                        .map(|form| {
                            view! {
                                <li>
                                    <A href=format!("/cases/{}?form={form}", case.id)>
                                        {move || form_title(i18n.get_locale(), form)}
                                    </A>
                                    <span>{form}</span>
                                </li>
                            }
                        })
                        .collect_view()}
                </ul>
            </details>
        }
    })
}

/// One document: folded by its title and number, unfolded with everything it says.
#[component]
fn Document(case: OpenCase, id: RecordId) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let address = format!("/cases/{}?document={id}", case.id);
    move || {
        let (case, address) = (case.clone(), address.clone());
        workspace.read(|book| {
            let record = book.get(id)?;
            let (form, number) = (record.text(kind::FORM).to_owned(), record.text(kind::FORM_NO).to_owned());
            let answers = answers(book, &case, record, i18n.get_locale());
            let template = Playbook::built_in().form(&form);
            let explained = template.map(|form| view! { <GradeOf form answers=answers.clone() /> });
            Some(view! {
                <details class="fold">
                    <summary>
                        <span>{form_title(i18n.get_locale(), &form)}</span>
                        <span class="number">{number}</span>
                    </summary>
                    {template.map(|form| view! { <Answered form answers /> })}
                    {explained}
                    <p class="row">
                        <A href=address attr:class="button">{t!(i18n, cases.document.open)}</A>
                        <A href=format!("/data/history?record={id}") attr:class="button" attr:data-kind="quiet">
                            {t!(i18n, history.full)}
                        </A>
                    </p>
                </details>
            })
        })
    }
}

/// The content of a field as it is read: words, what it refers to, a table of its rows, or what is attached, as soon as that
/// is in memory.
#[component]
pub fn Content(kind: FieldType, value: Value) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    move || content(&workspace, i18n.get_locale(), &kind, &value)
}

fn content(workspace: &Workspace, locale: Locale, kind: &FieldType, value: &Value) -> AnyView {
    match kind {
        FieldType::File | FieldType::Photo | FieldType::Sign => {
            if let Some(attached) = value.as_text().and_then(|sha256| workspace.attached(sha256)) {
                return view! { <ShownAttachment attached /> }.into_any();
            }
        }
        FieldType::Reference(_) => {
            if let Some(shown) = workspace.read(|book| reference(book, locale, value)) {
                return shown;
            }
        }
        FieldType::Rows(cells) => {
            let show = |kind: &FieldType, value: &Value| content(workspace, locale, kind, value);
            return (rows_table(cells, value, lang_of(locale), &show), view! { <TableMenu /> }).into_any();
        }
        _ => {}
    }
    shown_value(locale, kind, value).into_any()
}

/// The name of a record that is here; a case or customer leads there.
fn reference(book: &Book, locale: Locale, value: &Value) -> Option<AnyView> {
    let record = book.get(value.as_text()?.parse().ok()?)?;
    let name = record_name(book, record, lang_of(locale));
    let place = match record.kind {
        kind if kind == kind::CASE => "cases",
        kind if kind == kind::CUSTOMER => "customers",
        _ => return Some(name.into_any()),
    };
    Some(view! { <A href=format!("/{place}/{}", record.id)>{name}</A> }.into_any())
}
