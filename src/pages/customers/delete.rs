//! Deleting a customer or a contact: what goes to the bin with them is said before, and can be taken back after.

use std::collections::BTreeMap;

use kehu_domain::stamp::RecordId;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::names::Terms;
use crate::components::{Dialog, Notice, Tone};
use crate::i18n::{t, t_string, use_i18n};
use crate::pages::history::{kind_label, offer_undo, record_title};
use crate::words;
use crate::workspace::use_workspace;

/// Asks before a record goes to the bin, and says what goes with it.
#[component]
pub fn DeleteDialog(
    /// Whether the question is asked.
    open: RwSignal<bool>,
    /// What to delete.
    #[prop(into)]
    record: Signal<Option<RecordId>>,
    /// What kinds are called.
    terms: Terms,
    /// Where to go when it is gone; nowhere when this page stays.
    #[prop(optional)]
    then: Option<&'static str>,
) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let navigate = use_navigate();
    let delete = {
        let workspace = workspace.clone();
        Action::new_unsync(move |id: &RecordId| {
            let (workspace, navigate, id) = (workspace.clone(), navigate.clone(), *id);
            let name = workspace.read_once(|book| {
                book.get(id).map(|record| record_title(book, record, i18n.get_locale_untracked())).unwrap_or_default()
            });
            async move {
                let act = workspace.delete(id).await?;
                open.try_set(false);
                if let Some(act) = act {
                    offer_undo(act, t_string!(i18n, history.delete.done, name = name));
                }
                if let Some(place) = then {
                    navigate(place, NavigateOptions::default());
                }
                Ok::<(), kehu_store::StoreError>(())
            }
        })
    };
    let title = {
        let workspace = workspace.clone();
        Signal::derive(move || {
            let locale = i18n.get_locale();
            let name = workspace.read(|book| {
                let record = record.get().and_then(|id| book.get(id));
                record.map(|record| record_title(book, record, locale)).unwrap_or_default()
            });
            t_string!(i18n, history.delete.title, name = name)
        })
    };
    let along = move || {
        let (locale, dictionary) = (i18n.get_locale(), terms.get());
        let mut counts: BTreeMap<&str, (String, usize)> = BTreeMap::new();
        workspace.read(|book| {
            let all = record.get().map(|id| book.everything_of(id)).unwrap_or_default();
            for one in all {
                let label = || (kind_label(locale, &dictionary, one.kind), 0);
                counts.entry(one.kind.as_str()).or_insert_with(label).1 += 1;
            }
        });
        let parts: Vec<String> = counts
            .into_values()
            .map(|(kind, count)| t_string!(i18n, history.bin.some, count = count, kind = kind))
            .collect();
        (!parts.is_empty())
            .then(|| t_string!(i18n, history.delete.along, what = parts.join(t_string!(i18n, history.comma))))
    };
    view! {
        <Dialog open title>
            <div class="dialog-body">
                {
                    let along = along.clone();
                    move || along().map(|along| view! { <p>{along}</p> })
                }
                <p>{t!(i18n, history.delete.hint)}</p>
                {move || match delete.value().get() {
                    Some(Err(problem)) => {
                        let text = words::store_problem(i18n.get_locale(), &problem);
                        Some(view! { <Notice tone=Tone::Problem>{text}</Notice> })
                    }
                    _ => None,
                }}
            </div>
            <div class="dialog-actions">
                <button type="button" class="button" on:click=move |_| open.set(false)>
                    {t!(i18n, shell.action.cancel)}
                </button>
                <button
                    type="button"
                    class="button"
                    data-kind="danger"
                    disabled=move || delete.pending().get()
                    on:click=move |_| {
                        if let Some(id) = record.get_untracked() {
                            delete.dispatch_local(id);
                        }
                    }
                >
                    {t!(i18n, shell.action.delete)}
                </button>
            </div>
        </Dialog>
    }
}

/// The way to delete a customer, at the end of what is known about them.
#[component]
pub fn DeleteCustomer(
    /// The customer.
    customer: RecordId,
    /// What kinds are called.
    terms: Terms,
) -> impl IntoView {
    let i18n = use_i18n();
    let open = RwSignal::new(false);
    view! {
        <p>
            <button type="button" class="button" data-kind="quiet" data-size="small" on:click=move |_| open.set(true)>
                {t!(i18n, history.delete.customer)}
            </button>
        </p>
        <DeleteDialog open record=Signal::stored(Some(customer)) terms then="/customers" />
    }
}
