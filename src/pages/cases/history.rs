//! What happened with a case, newest first, from its changes and documents.

use kehu_domain::book::Book;
use kehu_domain::change::Change;
use kehu_domain::field::{Field, FieldType};
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::playbook::Playbook;
use kehu_domain::stamp::{RecordId, Stamp};
use kehu_domain::workflow::Process;
use leptos::prelude::*;
use leptos_router::components::A;

use super::words::{form_title, step_name};
use crate::i18n::{Locale, t, td_string, use_i18n};
use crate::moment::civil;
use crate::pages::history::undo_name;
use crate::words::{lang_of, shown_value};
use crate::workspace::{documents, record_name, staff_name, use_workspace};

/// The entries of one case.
#[component]
pub fn History(
    /// The case.
    id: RecordId,
) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let entries = move || workspace.read(|book| entries(book, id, i18n.get_locale()));
    view! {
        <section class="section">
            <div class="section-head">
                <h2>{t!(i18n, cases.timeline)}</h2>
                <A href=format!("/data/history?record={id}")>{t!(i18n, history.full)}</A>
            </div>
            <div class="timeline">
                <ol>
                    {move || {
                        entries()
                            .into_iter()
                            .map(|Entry { stamp, what, details, who }| {
                                let at = civil(stamp.millis()).format("%Y-%m-%d %H:%M").to_string();
                                let details = details.into_iter().map(|line| view! { <p class="hint">{line}</p> });
                                view! {
                                    <li>
                                        <span>{what}</span>
                                        <span class="who">" " {who} ", " <time>{at}</time></span>
                                        {details.collect_view()}
                                    </li>
                                }
                            })
                            .collect_view()
                    }}
                </ol>
            </div>
        </section>
    }
}

/// Something that happened: what, with what was said along with it, by whom.
struct Entry {
    stamp: Stamp,
    what: String,
    details: Vec<String>,
    who: String,
}

fn entries(book: &Book, id: RecordId, locale: Locale) -> Vec<Entry> {
    let Some(case) = book.get(id) else { return Vec::new() };
    let process = Playbook::built_in().process(case.text(kind::PROCESS));
    let mut step: Option<Key> = None;
    let mut entries = Vec::new();
    for change in case.changes() {
        let text = |key: Key| change.set.get(key).and_then(|value| value.as_text());
        let to = text(kind::STEP).and_then(|text| Key::new(text).ok()).or(step);
        let event = text(kind::EVENT).and_then(|text| Key::new(text).ok());
        let what = match (process, step, event, to) {
            (Some(process), Some(from), Some(event), Some(to)) => {
                let name = process
                    .transitions_from(from)
                    .find(|transition| transition.event == event)
                    .map_or_else(|| event.to_string(), |found| found.label.get(lang_of(locale)).to_owned());
                td_string!(locale, cases.moved.to, event = name, step = step_name(locale, process, to))
            }
            (_, None, ..) => td_string!(locale, cases.moved.start).to_owned(),
            _ => td_string!(locale, cases.moved.edited).to_owned(),
        };
        let what = undo_name(locale, case, change).map_or(what, ToOwned::to_owned);
        let mut details = said(book, process, change, locale);
        details.extend(text(kind::REASON).map(|reason| line(locale, td_string!(locale, cases.reason), reason)));
        entries.push(Entry { stamp: change.stamp, what, details, who: staff_name(book, change.by) });
        step = to;
    }
    for document in documents(book, case) {
        let (no, form) = (document.text(kind::FORM_NO), form_title(locale, document.text(kind::FORM)));
        for (number, change) in document.changes().iter().enumerate() {
            let what = match number {
                0 => td_string!(locale, cases.moved.filed, no = no, form = form.clone()),
                _ => td_string!(locale, cases.moved.continued, no = no, form = form.clone()),
            };
            let undone = undo_name(locale, document, change);
            let what = undone.map_or(what, |undone| td_string!(locale, history.of, what = undone, name = no));
            let who = staff_name(book, change.by);
            entries.push(Entry { stamp: change.stamp, what, details: Vec::new(), who });
        }
    }
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.stamp));
    entries
}

/// What a change says in the fields of the process, and whom it made the owner.
fn said(book: &Book, process: Option<&Process>, change: &Change, locale: Locale) -> Vec<String> {
    let lang = lang_of(locale);
    let shown = |field: &Field| {
        let value = change.set.get(field.key).filter(|value| !value.is_blank())?;
        let named = match field.kind {
            FieldType::Reference(_) => book.get(value.as_text()?.parse().ok()?),
            // What is attached is seen among the facts of the case.
            FieldType::File | FieldType::Photo | FieldType::Sign => return None,
            _ => None,
        };
        let content = match named {
            Some(record) => record_name(book, record, lang),
            None => shown_value(locale, &field.kind, value),
        };
        Some(line(locale, field.label.get(lang), &content))
    };
    let own = process.into_iter().flat_map(|process| &process.fields);
    let has_own_owner = own.clone().any(|field| field.key == kind::OWNER);
    let owner = change.set.get(kind::OWNER).filter(|_| !has_own_owner).and_then(|owner| owner.as_text()?.parse().ok());
    let owner = owner.map(|owner| line(locale, td_string!(locale, cases.owner), &staff_name(book, owner)));
    own.filter_map(shown).chain(owner).collect()
}

fn line(locale: Locale, label: &str, content: &str) -> String {
    td_string!(locale, cases.moved.said, label = label, content = content)
}
