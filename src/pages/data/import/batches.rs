//! Earlier imports, each with the way back.

use kehu_domain::book::{Book, Record};
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::stamp::{RecordId, Stamp};
use kehu_ledger::errand::Step;
use leptos::prelude::*;

use super::wizard::{Task, Wizard, live};
use super::words::{grouped, kind_label, record_name};
use crate::components::{Notice, Tone};
use crate::i18n::{t, t_string, use_i18n};
use crate::moment::civil;
use crate::pages::export::TableMenu;
use crate::words;
use crate::workspace::{Reversal, Turn, use_workspace};

/// How many records that were kept are named.
const NAMED: usize = 20;

/// An import that is in force.
#[derive(Clone, Debug, PartialEq)]
struct Batch {
    record: RecordId,
    act: Stamp,
    tag: String,
    file: String,
    of: String,
    at: String,
    rows: usize,
    new: usize,
    changed: usize,
    refused: usize,
}

impl Batch {
    fn of(record: &Record) -> Option<Self> {
        let made = record.created()?;
        let text = |key: &'static str| record.text(Key::of(key)).to_owned();
        let count = |key: &'static str| record.get(Key::of(key)).as_int().unwrap_or(0).unsigned_abs() as usize;
        Some(Self {
            record: record.id,
            act: made.act,
            tag: text("tag"),
            file: text("file"),
            of: text("of"),
            at: civil(made.stamp.millis()).format("%Y-%m-%d %H:%M").to_string(),
            rows: count("rows"),
            new: count("new"),
            changed: count("changed"),
            refused: count("refused"),
        })
    }
}

/// All imports in force, the latest first.
#[component]
pub fn Batches(wizard: Wizard) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let batches = Memo::new(move |_| workspace.read(batches));
    let for_outcome = wizard.clone();
    view! {
        <section class="section stack">
            <h2>{t!(i18n, import.batches.title)}</h2>
            <Show
                when=move || !batches.read().is_empty()
                fallback=move || view! { <p class="hint">{t!(i18n, import.batches.none)}</p> }
            >
                <table class="data-table" data-stack>
                    <thead>
                        <tr>
                            <th scope="col">{t!(i18n, import.batches.tag)}</th>
                            <th scope="col">{t!(i18n, import.batches.file)}</th>
                            <th scope="col">{t!(i18n, import.batches.counts)}</th>
                            <th scope="col">{t!(i18n, import.batches.when)}</th>
                            <th scope="col">{t!(i18n, import.batches.undo)}</th>
                        </tr>
                    </thead>
                    <tbody>
                        {
                            let wizard = wizard.clone();
                            view! {
                                <For each=move || batches.get() key=|batch| batch.record let:batch>
                                    <BatchRow wizard=wizard.clone() batch />
                                </For>
                            }
                        }
                    </tbody>
                </table>
                <p><TableMenu /></p>
            </Show>
            <Outcome wizard=for_outcome />
        </section>
    }
}

/// One import.
#[component]
fn BatchRow(wizard: Wizard, batch: Batch) -> impl IntoView {
    let i18n = use_i18n();
    let Batch { act, tag, file, of, at, rows, new, changed, refused, .. } = batch;
    let what = move || kind_label(i18n.get_locale(), kehu_domain::dictionary::Dictionary::built_in(), &of);
    let summary = move || {
        t_string!(
            i18n,
            import.batches.summary,
            rows = grouped(rows),
            new = grouped(new),
            changed = grouped(changed),
            refused = grouped(refused)
        )
    };
    let named = tag.clone();
    let label = Signal::derive(move || t_string!(i18n, import.undo.of_batch, tag = named.clone()));
    view! {
        <tr>
            <th scope="row">{tag}<small>{what}</small></th>
            <td data-label=move || t_string!(i18n, import.batches.file)>{file}</td>
            <td data-label=move || t_string!(i18n, import.batches.counts)>{summary}</td>
            <td data-label=move || t_string!(i18n, import.batches.when)><time>{at}</time></td>
            <td data-label=move || t_string!(i18n, import.batches.undo)><UndoButton wizard act label /></td>
        </tr>
    }
}

/// Takes one import back.
#[component]
pub fn UndoButton(
    wizard: Wizard,
    /// The import's act.
    act: Stamp,
    /// What the button says.
    label: Signal<String>,
) -> impl IntoView {
    let undo = wizard.clone();
    view! {
        <button
            type="button"
            class="button"
            data-size="small"
            disabled=move || wizard.is_busy()
            on:click=move |_| undo.undo(act)
        >
            {move || label.get()}
        </button>
    }
}

/// What the latest undo came to.
#[component]
fn Outcome(wizard: Wizard) -> impl IntoView {
    let i18n = use_i18n();
    let undone = live(&wizard.undone);
    move || {
        undone.get().map(|undone| match undone {
            Ok(undone) => view! { <Restored undone /> }.into_any(),
            Err(problem) => {
                let text = words::failure(i18n.get_locale(), &problem);
                view! { <Notice tone=Tone::Problem><p>{text}</p></Notice> }.into_any()
            }
        })
    }
}

/// How much was restored, and what was kept because somebody had edited it.
#[component]
fn Restored(undone: Reversal) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let (restored, kept) = (undone.restored, undone.left);
    let names =
        workspace.read_once(|book| undone.kept.iter().take(NAMED).map(|id| kept_record(book, *id)).collect::<Vec<_>>());
    let text = move || match (restored, kept) {
        (0, 0) => t_string!(i18n, import.undo.nothing).to_owned(),
        _ => t_string!(i18n, import.undo.done, restored = grouped(restored)),
    };
    let items = names.into_iter().map(|(name, address)| match address {
        Some(address) => view! { <li><a href=address>{name}</a></li> }.into_any(),
        None => view! { <li>{name}</li> }.into_any(),
    });
    let items = items.collect_view();
    view! {
        <Notice tone=Tone::Success>
            <p>{text}</p>
            {(kept > 0).then(|| view! {
                <p>{t!(i18n, import.undo.kept, count = grouped(kept))}</p>
                <ul>{items}</ul>
                {(kept > NAMED).then(|| view! { <p>{t!(i18n, import.undo.kept_more, count = grouped(kept - NAMED))}</p> })}
            })}
        </Notice>
    }
}

fn batches(book: &Book) -> Vec<Batch> {
    let mut all: Vec<Batch> = book.of_kind(kind::BATCH).filter_map(Batch::of).collect();
    all.sort_by_key(|batch| std::cmp::Reverse(batch.act));
    all
}

/// Whether the import that `act` made has not been taken back.
pub fn is_in_force(book: &Book, act: Stamp) -> bool {
    book.of_kind(kind::BATCH).filter_map(Record::created).any(|made| made.act == act)
}

/// A record's name and where to look at it.
fn kept_record(book: &Book, id: RecordId) -> (String, Option<String>) {
    let is_customer = book.get(id).is_some_and(|record| record.kind == kind::CUSTOMER);
    (record_name(book, id), is_customer.then(|| format!("/customers/{id}")))
}

impl Wizard {
    /// Takes an import back.
    pub fn undo(&self, act: Stamp) {
        let wizard = self.clone();
        leptos::task::spawn_local(async move {
            let run = wizard.begin(Task::Undoing);
            wizard.undone.set(None);
            let report = {
                let wizard = wizard.clone();
                move |step: Step| wizard.report(run, Task::Undoing, step.done as usize, step.total as usize)
            };
            let undone = wizard.workspace.turn(Turn::Undo, act, report).await;
            wizard.end(run);
            wizard.undone.set(Some(undone));
        });
    }
}
