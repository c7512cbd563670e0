//! The first step: a file, and what can be seen of it at once.

use kehu_domain::import::Origin;
use kehu_domain::key::Key;
use leptos::html;
use leptos::prelude::*;
use leptos_router::components::A;

use super::StepHeading;
use super::as_before::AsBefore;
use super::wizard::{FileFacts, Step, Wizard, live};
use super::words::{delimiter_name, encoding_name, grouped};
use crate::i18n::{t, t_string, use_i18n};
use crate::words::{lang, megabytes};

/// Chooses a file and shows what it is.
#[component]
pub fn FileStep(wizard: Wizard) -> impl IntoView {
    let i18n = use_i18n();
    let has_moved = wizard.has_moved.get();
    let input = NodeRef::<html::Input>::new();
    let choose = {
        let wizard = wizard.clone();
        move |_| {
            let Some(input) = input.get() else { return };
            if let Some(file) = input.files().and_then(|files| files.get(0)) {
                wizard.open(file, lang(i18n));
            }
        }
    };
    // The same file can be chosen again after it was corrected.
    let forget = move || {
        if let Some(input) = input.get() {
            input.set_value("");
        }
    };
    let has_file = {
        let file = wizard.file.clone();
        Memo::new(move |_| file.read().is_some())
    };
    view! {
        <section class="section stack">
            <StepHeading has_moved>{t!(i18n, import.file.title)}</StepHeading>
            <p>{t!(i18n, import.file.text)}</p>
            <div class="field" data-wide>
                <label for="import-file">{t!(i18n, import.file.label)}</label>
                <input
                    id="import-file"
                    type="file"
                    accept=".xlsx,.xls,.xlsm,.ods,.csv,.tsv,.txt,.json,.jsonl,.ndjson"
                    node_ref=input
                    on:click=move |_| forget()
                    on:change=choose
                />
            </div>
            {move || has_file.get().then(|| view! { <Seen wizard=wizard.clone() /> })}
            <p>
                <A href="/data/open">{t!(i18n, import.file.backup)}</A>
            </p>
        </section>
    }
}

/// What the file is, and the two things a person may know better.
#[component]
fn Seen(wizard: Wizard) -> impl IntoView {
    let i18n = use_i18n();
    let file = live(&wizard.file);
    let fact = move |look: fn(&FileFacts) -> String| move || file.read().as_ref().map(look);
    let encoding = move || file.read().as_ref().and_then(|file| file.encoding).map(encoding_name);
    let delimiter = move || file.read().as_ref().and_then(|file| file.delimiter);
    let delimiter = move || delimiter().map(|delimiter| delimiter_name(i18n.get_locale(), delimiter));
    let is_text = move || file.read().as_ref().is_some_and(|file| file.origin == Origin::Text);
    let origin = move || match file.read().as_ref().map(|file| file.origin) {
        Some(Origin::Json) => t_string!(i18n, import.file.json),
        Some(Origin::Sheet) => t_string!(i18n, import.file.workbook),
        Some(Origin::Text) | None => t_string!(i18n, import.file.delimited),
    };
    let rows = move || match file.read().as_ref().and_then(|file| file.rows) {
        Some(rows) => grouped(rows),
        None => t_string!(i18n, import.file.counting).to_owned(),
    };
    let is_empty = move || file.read().as_ref().is_some_and(|file| file.rows == Some(0));
    view! {
        <dl class="fact-list">
            <div><dt>{t!(i18n, import.file.name)}</dt><dd>{fact(|file| file.name.clone())}</dd></div>
            <div><dt>{t!(i18n, import.file.size)}</dt><dd>{fact(|file| megabytes(file.bytes))}</dd></div>
            <div><dt>{t!(i18n, import.file.origin)}</dt><dd>{origin}</dd></div>
            {move || is_text().then(|| view! {
                <div><dt>{t!(i18n, import.file.encoding)}</dt><dd>{encoding}</dd></div>
                <div><dt>{t!(i18n, import.file.delimiter)}</dt><dd>{delimiter}</dd></div>
            })}
            <div><dt>{t!(i18n, import.file.rows)}</dt><dd>{rows}</dd></div>
        </dl>
        <AsBefore wizard=wizard.clone() offers_check=true />
        <SheetMenu wizard=wizard.clone() />
        <KindMenu wizard=wizard.clone() />
        <HeaderMenu wizard />
        <Show when=is_empty>
            <p role="alert">
                {fact(|file| file.name.clone())()
                    .map(|name| t_string!(i18n, import.file.no_rows, name = name))}
            </p>
        </Show>
    }
}

/// Which sheet of a workbook; nothing where there is no choice.
#[component]
fn SheetMenu(wizard: Wizard) -> impl IntoView {
    let i18n = use_i18n();
    let file = live(&wizard.file);
    let sheets = Memo::new(move |_| file.read().as_ref().map(|file| file.sheets.clone()).unwrap_or_default());
    let chosen = move |place: usize| move || file.read().as_ref().is_some_and(|file| file.sheet == place);
    view! {
        <Show when=move || { sheets.read().len() > 1 }>
            {
                let wizard = wizard.clone();
                view! {
                    <div class="field">
                        <label for="import-sheet">{t!(i18n, import.file.sheet)}</label>
                        <select
                            id="import-sheet"
                            on:change=move |event| {
                                if let Ok(place) = event_target_value(&event).parse() {
                                    wizard.set_sheet(place, lang(i18n));
                                }
                            }
                        >
                            {sheets
                                .get()
                                .into_iter()
                                .enumerate()
                                .map(|(place, name)| view! {
                                    <option value=place.to_string() prop:selected=chosen(place)>{name}</option>
                                })
                                .collect_view()}
                        </select>
                    </div>
                }
            }
        </Show>
    }
}

/// What the rows are.
#[component]
fn KindMenu(wizard: Wizard) -> impl IntoView {
    let i18n = use_i18n();
    let file = live(&wizard.file);
    let dictionary = wizard.dictionary.get_untracked();
    let kinds: Vec<_> =
        dictionary.kinds().iter().filter(|kind| kind.imports).map(|kind| (kind.key, kind.label.clone())).collect();
    let chosen = move |key: Key| move || file.read().as_ref().is_some_and(|file| file.kind == key);
    view! {
        <div class="field">
            <label for="import-kind">{t!(i18n, import.file.kind)}</label>
            <select
                id="import-kind"
                on:change=move |event| {
                    if let Ok(kind) = Key::new(&event_target_value(&event)) {
                        wizard.set_kind(kind);
                    }
                }
            >
                {kinds
                    .into_iter()
                    .map(|(key, label)| view! {
                        <option value=key.as_str() prop:selected=chosen(key)>
                            {move || label.get(lang(i18n)).to_owned()}
                        </option>
                    })
                    .collect_view()}
            </select>
        </div>
    }
}

/// Which row holds the headings.
#[component]
fn HeaderMenu(wizard: Wizard) -> impl IntoView {
    let i18n = use_i18n();
    let file = live(&wizard.file);
    let preview = Memo::new(move |_| file.read().as_ref().map(|file| file.preview.clone()).unwrap_or_default());
    let chosen = move |place: usize| move || file.read().as_ref().is_some_and(|file| file.header == place);
    view! {
        <div class="field">
            <label for="import-header">{t!(i18n, import.file.header)}</label>
            <select
                id="import-header"
                on:change=move |event| {
                    if let Ok(place) = event_target_value(&event).parse() {
                        wizard.set_header(place);
                    }
                }
            >
                {move || preview
                    .get()
                    .into_iter()
                    .enumerate()
                    .map(|(place, (row, cells))| {
                        let cells = start(&cells);
                        view! {
                            <option value=place.to_string() prop:selected=chosen(place)>
                                {move || t_string!(i18n, import.file.header_row, row = row, cells = cells.clone())}
                            </option>
                        }
                    })
                    .collect_view()}
            </select>
        </div>
    }
}

/// The start of a row, short enough for a menu.
fn start(cells: &[String]) -> String {
    let text = cells.iter().filter(|cell| !cell.trim().is_empty()).take(5).cloned().collect::<Vec<_>>().join(" · ");
    text.chars().take(48).collect()
}

/// On to the columns.
#[component]
pub fn FileActions(wizard: Wizard) -> impl IntoView {
    let i18n = use_i18n();
    let is_ready = {
        let wizard = wizard.clone();
        move || wizard.has_rows()
    };
    view! {
        <div class="page-actions">
            <button
                type="button"
                class="button"
                data-kind="primary"
                disabled=move || !is_ready()
                on:click=move |_| wizard.go(Step::Columns)
            >
                {t!(i18n, import.action.next)}
            </button>
        </div>
    }
}
