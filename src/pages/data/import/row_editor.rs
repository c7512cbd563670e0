//! A row with another number of cells than headings, put in order cell by cell.

use leptos::prelude::*;

use super::wizard::Wizard;
use crate::i18n::{t, t_string, use_i18n};

/// What can be done to the cells of a row, all of it without losing what stands in the others.
#[derive(Clone, Copy)]
enum Change {
    /// An empty cell comes before this one.
    Insert(usize),
    /// The cell and the next become one, with what stood between them in the file.
    Join(usize, char),
    /// The cell goes.
    Remove(usize),
}

impl Change {
    fn make(self, cells: &mut Vec<String>) {
        match self {
            Self::Insert(place) if place <= cells.len() => cells.insert(place, String::new()),
            Self::Join(place, between) if place + 1 < cells.len() => {
                let next = cells.remove(place + 1);
                if let Some(cell) = cells.get_mut(place) {
                    cell.push(between);
                    cell.push_str(&next);
                }
            }
            Self::Remove(place) if place < cells.len() => drop(cells.remove(place)),
            Self::Insert(_) | Self::Join(..) | Self::Remove(_) => (),
        }
    }
}

/// The cells beside the headings they would go to; once they are as many, the row can be taken.
#[component]
pub fn RowEditor(
    wizard: Wizard,
    /// The row's number.
    row: u32,
    /// Its cells as they stand.
    cells: Vec<String>,
) -> impl IntoView {
    let i18n = use_i18n();
    let (headers, delimiter) = wizard.file.with_untracked(|file| {
        file.as_ref().map(|file| (file.headers().to_vec(), file.delimiter.unwrap_or(','))).unwrap_or_default()
    });
    let width = headers.len();
    let cells = RwSignal::new(cells);
    let is_taken = RwSignal::new(false);
    let standing = move || {
        let found = cells.read().len();
        match found.checked_sub(width) {
            Some(0) if is_taken.get() => t_string!(i18n, import.row.taken).to_owned(),
            Some(0) => t_string!(i18n, import.row.fits).to_owned(),
            Some(over) => t_string!(i18n, import.row.over, count = over),
            None => t_string!(i18n, import.row.under, count = width - found),
        }
    };
    let change = Callback::new(move |change: Change| {
        is_taken.set(false);
        cells.update(|cells| change.make(cells));
    });
    // Only what moves cells draws them anew: typing keeps the focus where it is.
    let on_type = Callback::new(move |(place, text): (usize, String)| {
        is_taken.set(false);
        cells.update_untracked(|cells| {
            if let Some(cell) = cells.get_mut(place) {
                *cell = text;
            }
        });
    });
    let lines = move || {
        let (cells, headers) = (cells.get(), headers.clone());
        let count = cells.len();
        let line = |(place, text): (usize, String)| {
            let header = headers.get(place).cloned();
            let is_last = place + 1 == count;
            view! { <CellLine row place header text is_last delimiter on_type change /> }
        };
        cells.into_iter().enumerate().map(line).collect_view()
    };
    let is_long = move || cells.read().len() >= width;
    let take = move |_| {
        is_taken.set(true);
        wizard.rewrite(row, cells.get_untracked());
    };
    view! {
        <details class="fold">
            <summary>{move || t_string!(i18n, import.row.fix, row = row)}</summary>
            <div class="stack">
                {lines}
                <p role="status">{standing}</p>
                <p class="row">
                    <button
                        type="button"
                        class="button"
                        data-size="small"
                        disabled=is_long
                        on:click=move |_| change.run(Change::Insert(cells.read_untracked().len()))
                    >
                        {t!(i18n, import.row.append)}
                    </button>
                    <button
                        type="button"
                        class="button"
                        data-size="small"
                        disabled=move || cells.read().len() != width || is_taken.get()
                        on:click=take
                    >
                        {t!(i18n, import.row.take)}
                    </button>
                </p>
            </div>
        </details>
    }
}

/// One cell: the heading it would go to, what stands in it, and how to move it.
#[component]
fn CellLine(
    row: u32,
    /// Its place in the row, from 0.
    place: usize,
    /// The heading of that place; `None` behind the last one.
    header: Option<String>,
    text: String,
    is_last: bool,
    /// What stands between two cells of the file.
    delimiter: char,
    on_type: Callback<(usize, String)>,
    change: Callback<Change>,
) -> impl IntoView {
    let i18n = use_i18n();
    let id = format!("import-row-{row}-{place}");
    let label = {
        let header = header.filter(|header| !header.trim().is_empty());
        move || match &header {
            Some(header) => header.clone(),
            None => t_string!(i18n, import.row.no_heading, place = place + 1),
        }
    };
    let label = StoredValue::new(label);
    let name = move || label.with_value(|label| label());
    let button = move |words: &'static str, named: String, made: Change| {
        view! {
            <button
                type="button"
                class="button"
                data-kind="quiet"
                data-size="small"
                aria-label=named
                on:click=move |_| change.run(made)
            >
                {words}
            </button>
        }
    };
    view! {
        <div class="field">
            <label for=id.clone()>{name}</label>
            <input
                id=id
                type="text"
                prop:value=text
                on:change=move |event| on_type.run((place, event_target_value(&event)))
            />
            <div class="row">
                {move || button(
                    t_string!(i18n, import.row.insert),
                    t_string!(i18n, import.row.insert_at, cell = name()),
                    Change::Insert(place),
                )}
                {move || (!is_last).then(|| button(
                    t_string!(i18n, import.row.join),
                    t_string!(i18n, import.row.join_at, cell = name()),
                    Change::Join(place, delimiter),
                ))}
                {move || button(
                    t_string!(i18n, import.row.remove),
                    t_string!(i18n, import.row.remove_at, cell = name()),
                    Change::Remove(place),
                )}
            </div>
        </div>
    }
}
