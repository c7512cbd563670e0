//! One filed form, with the header every form has: to read, and to print.

use std::rc::Rc;

use kehu_domain::book::{Book, Record, SYSTEM};
use kehu_domain::field::{Field, FieldType};
use kehu_domain::form::{Answers, Form};
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::playbook::Playbook;
use kehu_domain::stamp::RecordId;
use kehu_domain::value::Value;
use kehu_domain::workflow::CANCEL;
use leptos::prelude::*;
use leptos_router::components::A;

use super::document::Content;
use super::words::step_name;
use crate::components::{Filled, PaperForm};
use crate::i18n::{Locale, t, use_i18n};
use crate::moment::civil;
use crate::words::lang;
use crate::workspace::{OpenCase, TEMPLATE_VERSION, use_workspace};

/// The document `id` of a case.
#[component]
pub fn FiledPage(
    /// The case.
    case: OpenCase,
    /// The document.
    id: RecordId,
) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let back = format!("/cases/{}", case.id);
    move || {
        let locale = i18n.get_locale();
        let found = workspace.read(|book| {
            let record = book.get(id).filter(|record| record.reference(kind::CASE_REF) == Some(case.id))?;
            let form = Playbook::built_in().form(record.text(kind::FORM))?;
            Some((form, answers(book, &case, record, locale)))
        });
        let back = back.clone();
        let Some((form, answers)) = found else {
            return view! {
                <main class="page">
                    <p class="empty-state">{t!(i18n, cases.document.missing)}</p>
                    <p><A href=back attr:class="button">{t!(i18n, cases.form.back)}</A></p>
                </main>
            }
            .into_any();
        };
        let number = answers.get(&kind::FORM_NO).and_then(Value::as_text).unwrap_or_default().to_owned();
        let reading = Rc::new(|kind: &FieldType, value: &Value| {
            let (kind, value) = (kind.clone(), value.clone());
            view! { <Content kind value /> }.into_any()
        });
        let filled = Filled { answers: answers.clone(), reading };
        let company = workspace.company();
        view! {
            <main class="page" data-width="read">
                <header class="page-header">
                    <A href=back attr:class="back-link">"‹ " {t!(i18n, cases.form.back)}</A>
                    <h1>{form.title.get(lang(i18n))} <small>{number}</small></h1>
                </header>
                <Answered form answers />
                <PaperForm form company locale filled />
                <div class="page-actions">
                    <button type="button" class="button" on:click=|_| print()>{t!(i18n, cases.document.print)}</button>
                </div>
            </main>
        }
        .into_any()
    }
}

fn print() {
    if let Err(problem) = window().print() {
        leptos::logging::warn!("the browser cannot print: {problem:?}");
    }
}

/// Everything a document says, header first, under the form's headings.
#[component]
pub fn Answered(
    /// The template.
    form: &'static Form,
    /// Its answers, header included.
    answers: Answers,
) -> impl IntoView {
    let i18n = use_i18n();
    let playbook = Playbook::built_in();
    let added = playbook.filled_form(&form.id).unwrap_or_else(|| form.clone());
    let head = playbook.header_of(&form.id).into_iter().flat_map(|head| head.sections);
    let mut told: Vec<Key> = Vec::new();
    let mut parts = Vec::new();
    for part in head.chain(added.sections) {
        let said: Vec<(Field, Value)> = part
            .fields
            .iter()
            .map(|field| &field.field)
            .filter(|field| !told.contains(&field.key))
            .filter_map(|field| Some((field.clone(), answers.get(&field.key)?.clone())))
            .filter(|(_, value)| !value.is_blank())
            .collect();
        told.extend(said.iter().map(|(field, _)| field.key));
        if !said.is_empty() {
            parts.push((part.title.clone(), said));
        }
    }
    parts
        .into_iter()
        .map(|(title, said)| {
            view! {
                <section class="section">
                    <div class="section-head"><h2>{move || title.get(lang(i18n)).to_owned()}</h2></div>
                    <dl class="definition-list">
                        {said
                            .into_iter()
                            .map(|(field, value)| {
                                let label = field.label.clone();
                                view! {
                                    <dt>{move || label.get(lang(i18n)).to_owned()}</dt>
                                    <dd><Content kind=field.kind value /></dd>
                                }
                            })
                            .collect_view()}
                    </dl>
                </section>
            }
        })
        .collect_view()
}

/// A document's answers with its header (spec 1.5): what it was filed with, and where its case stands.
pub fn answers(book: &Book, case: &OpenCase, document: &Record, locale: Locale) -> Answers {
    let mut answers: Answers = document.fields().into_iter().map(|(key, value)| (key, value.clone())).collect();
    let mut put = |key: &'static str, value: Value| {
        if !value.is_blank() {
            answers.entry(Key::of(key)).or_insert(value);
        }
    };
    if let Some(created) = document.created() {
        put("created_by", created.by.into());
        put("created_at", civil(created.stamp.millis()).into());
    }
    put("owner", case.view.owner.map(Value::from).unwrap_or_default());
    put("state", step_name(locale, case.process, case.view.step).into());
    put("due_at", case.due.filter(|_| !case.is_closed()).map(Value::from).unwrap_or_default());
    put("approvals", approvals(book, case, document.text(kind::FORM), locale));
    // Documents filed before templates had versions are of the first.
    answers.entry(TEMPLATE_VERSION).or_insert(Value::Int(1));
    answers
}

/// Who decided on a form of the case, from the moves out of the steps in which it is approved.
fn approvals(book: &Book, case: &OpenCase, form: &str, locale: Locale) -> Value {
    let Some(record) = book.get(case.id) else { return Value::Null };
    let mut step: Option<Key> = None;
    let mut rows = Vec::new();
    for change in record.standing() {
        let text = |key: Key| change.set.get(key).and_then(Value::as_text);
        let key = |name: Key| text(name).and_then(|text| Key::new(text).ok());
        let (from, to, event) = (step, key(kind::STEP), key(kind::EVENT));
        step = to.or(step);
        let (Some(from), Some(to), Some(event)) = (from, to, event) else { continue };
        let moves = || case.process.transitions_from(from);
        let is_decided = moves().any(|made| made.approves.as_deref() == Some(form));
        let Some(made) = moves().find(|made| made.event == event) else { continue };
        if !is_decided || event == CANCEL || from == to || change.by == SYSTEM {
            continue;
        }
        let decision = match (made.approves.as_deref() == Some(form), event.as_str()) {
            (true, _) => "agree",
            (false, "return") => "return",
            (false, _) => "reject",
        };
        let cells = [
            ("step", Value::from(step_name(locale, case.process, from))),
            ("approver", change.by.into()),
            ("decision", decision.into()),
            ("comment", text(kind::REASON).map(Value::text).unwrap_or_default()),
            ("at", civil(change.stamp.millis()).into()),
        ];
        let row: Answers =
            cells.into_iter().filter(|(_, value)| !value.is_blank()).map(|(k, v)| (Key::of(k), v)).collect();
        rows.push(Value::Map(Box::new(row)));
    }
    if rows.is_empty() { Value::Null } else { Value::List(rows) }
}
