//! Clashes as cards: both contents with their authors and times, the one before, and one tap to settle.

use kehu_domain::book::{Clash, SYSTEM};
use kehu_domain::change::Change;
use kehu_domain::kind;
use kehu_domain::stamp::RecordId;
use kehu_domain::value::Value;
use leptos::prelude::*;

use crate::components::{Notice, Tone};
use crate::i18n::{t, t_string, use_i18n};
use crate::moment::civil;
use crate::words;
use crate::workspace::{Workspace, use_workspace};

/// Every clash that waits; nothing where there is none.
#[component]
pub fn Clashes() -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let clashes = {
        let workspace = workspace.clone();
        Memo::new(move |_| workspace.read(|book| book.clashes()))
    };
    let settle = Action::new_unsync(move |(clash, value): &(Clash, Value)| {
        let (workspace, clash, value) = (workspace.clone(), clash.clone(), value.clone());
        async move {
            let settled = workspace.commit(|book, act| {
                if let Some(record) = book.get(clash.record) {
                    act.settle(record, clash.field, value);
                }
            });
            settled.await.map(|_| ())
        }
    });
    let on_settle = Callback::new(move |choice: (Clash, Value)| {
        settle.dispatch_local(choice);
    });
    view! {
        <Show when=move || !clashes.read().is_empty()>
            <section class="section">
                <h2>{t!(i18n, data.clash.title)} " " <span class="count">{move || clashes.read().len()}</span></h2>
                <p>{t!(i18n, data.clash.lead)}</p>
                <ul>
                    <For each=move || clashes.get() key=|clash| (clash.record, clash.field, clash.sides.len()) let:clash>
                        <ClashCard clash on_settle />
                    </For>
                </ul>
            </section>
        </Show>
        {move || match settle.value().get() {
            Some(Err(problem)) => {
                let text = words::store_problem(i18n.get_locale(), &problem);
                Some(view! { <Notice tone=Tone::Problem>{text}</Notice> })
            }
            _ => None,
        }}
    }
}

#[component]
fn ClashCard(
    clash: Clash,
    /// Settles it with one of its contents.
    on_settle: Callback<(Clash, Value)>,
) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let record = workspace.read_once(|book| record_name(book, clash.record));
    let field = clash.field.as_str();
    let before = clash.before.as_ref().map(shown);
    let sides = clash
        .sides
        .iter()
        .enumerate()
        .map(|(place, (change, value))| {
            let (who, at) = author(&workspace, change);
            let text = shown(value);
            let choice = (clash.clone(), value.clone());
            let label = text.clone();
            view! {
                <div>
                    <p class="value">{move || named(i18n.get_locale(), &text)}</p>
                    <p class="hint">
                        {move || t_string!(i18n, data.clash.by, who = who.clone(), at = at.clone())}
                        {(place == 0).then(|| view! { " · " {t!(i18n, data.clash.current)} })}
                    </p>
                    <button type="button" class="button" on:click=move |_| on_settle.run(choice.clone())>
                        {move || t_string!(i18n, data.clash.take, value = named(i18n.get_locale(), &label))}
                    </button>
                </div>
            }
        })
        .collect_view();
    view! {
        <li class="conflict-card">
            <h3>{move || t_string!(i18n, data.clash.field, record = record.clone(), field = field)}</h3>
            {before.map(|before| view! {
                <p class="hint">
                    {move || t_string!(i18n, data.clash.before, value = named(i18n.get_locale(), &before))}
                </p>
            })}
            <div class="conflict-values">{sides}</div>
        </li>
    }
}

fn named(locale: crate::i18n::Locale, text: &str) -> String {
    if text.is_empty() { crate::i18n::td_string!(locale, data.clash.empty).to_owned() } else { text.to_owned() }
}

fn shown(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::Text(text) => text.to_string(),
        other => other.canonical(),
    }
}

fn record_name(book: &kehu_domain::book::Book, id: RecordId) -> String {
    book.get(id)
        .map(|record| {
            let names = [kind::NAME, kind::CODE, kind::FORM_NO, kind::PROCESS];
            names.into_iter().map(|key| record.text(key)).find(|text| !text.is_empty()).unwrap_or_default().to_owned()
        })
        .filter(|name| !name.is_empty())
        .unwrap_or_else(|| id.to_string())
}

fn author(workspace: &Workspace, change: &Change) -> (String, String) {
    let who = match change.by {
        SYSTEM => "Kehu".to_owned(),
        id => workspace.read_once(|book| record_name(book, id)),
    };
    (who, civil(change.stamp.millis()).format("%Y-%m-%d %H:%M").to_string())
}
