//! What happened with a case, newest first, from its changes and documents.

use kehu_domain::book::Book;
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::playbook::Playbook;
use kehu_domain::stamp::{RecordId, Stamp};
use leptos::prelude::*;

use super::words::step_name;
use crate::i18n::{Locale, t, td_string, use_i18n};
use crate::moment::civil;
use crate::words::lang_of;
use crate::workspace::{documents, staff_name, use_workspace};

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
            <div class="section-head"><h2>{t!(i18n, cases.timeline)}</h2></div>
            <div class="timeline">
                <ol>
                    {move || {
                        entries()
                            .into_iter()
                            .map(|(stamp, what, who)| {
                                let at = civil(stamp.millis()).format("%Y-%m-%d %H:%M").to_string();
                                view! {
                                    <li>
                                        <span>{what}</span>
                                        <span class="who">" " {who} ", " <time>{at}</time></span>
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

fn entries(book: &Book, id: RecordId, locale: Locale) -> Vec<(Stamp, String, String)> {
    let Some(case) = book.get(id) else { return Vec::new() };
    let process = Playbook::built_in().process(case.text(kind::PROCESS));
    let mut step: Option<Key> = None;
    let mut entries: Vec<(Stamp, String, String)> = Vec::new();
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
                let said = td_string!(locale, cases.moved.to, event = name, step = step_name(locale, process, to));
                match text(kind::REASON) {
                    Some(reason) => format!("{said} — {reason}"),
                    None => said,
                }
            }
            (_, None, ..) => td_string!(locale, cases.moved.start).to_owned(),
            _ => td_string!(locale, cases.moved.edited).to_owned(),
        };
        entries.push((change.stamp, what, staff_name(book, change.by)));
        step = to;
    }
    for document in documents(book, case) {
        if let Some(change) = document.created() {
            let what = td_string!(locale, cases.moved.filed, no = document.text(kind::FORM_NO));
            entries.push((change.stamp, what, staff_name(book, change.by)));
        }
    }
    entries.sort_by_key(|entry| std::cmp::Reverse(entry.0));
    entries
}
