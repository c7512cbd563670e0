//! Deleting a customer or a contact: what goes to the bin with them is said before, and can be taken back after.

use std::collections::BTreeMap;

use kehu_domain::key::Key;
use kehu_domain::stamp::RecordId;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::erase::EraseDialog;
use super::names::Terms;
use crate::components::{ConfirmDialog, Notice, Tone};
use crate::i18n::{Locale, t, t_string, td_string, use_i18n};
use crate::pages::history::{kind_label, offer_undo, record_title};
use crate::words;
use crate::workspace::{Workspace, use_workspace};

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
        let named = named(workspace.clone(), record);
        Signal::derive(move || t_string!(i18n, history.delete.title, name = named.get()))
    };
    let may_erase = {
        let workspace = workspace.clone();
        Memo::new(move |_| workspace.may_erase())
    };
    let along = Signal::derive(move || {
        let mut counts: BTreeMap<Key, usize> = BTreeMap::new();
        workspace.read(|book| {
            let all = record.get().map(|id| book.everything_of(id)).unwrap_or_default();
            for one in all {
                *counts.entry(one.kind).or_default() += 1;
            }
        });
        counted(i18n.get_locale(), terms, &counts)
    });
    let erases = RwSignal::new(false);
    let on_confirm = Callback::new(move |()| {
        if let Some(id) = record.get_untracked() {
            delete.dispatch_local(id);
        }
    });
    view! {
        <ConfirmDialog
            open
            title
            leave=Signal::derive(move || t_string!(i18n, shell.action.cancel).to_owned())
            confirm=Signal::derive(move || t_string!(i18n, shell.action.delete).to_owned())
            is_off=delete.pending()
            on_confirm
        >
            {move || along.get().map(|what| view! { <p>{t_string!(i18n, history.delete.along, what = what)}</p> })}
            <p>{t!(i18n, history.delete.hint)}</p>
            <Show when=move || may_erase.get()>
                <p>
                    <button
                        type="button"
                        class="button"
                        data-kind="quiet"
                        data-size="small"
                        on:click=move |_| {
                            open.set(false);
                            erases.set(true);
                        }
                    >
                        {t!(i18n, history.erase.instead)}
                    </button>
                </p>
            </Show>
            {move || match delete.value().get() {
                Some(Err(problem)) => {
                    let text = words::store_problem(i18n.get_locale(), &problem);
                    Some(view! { <Notice tone=Tone::Problem>{text}</Notice> })
                }
                _ => None,
            }}
        </ConfirmDialog>
        <EraseDialog open=erases record terms then />
    }
}

/// What a record that may not be chosen yet is called, as it stands.
pub fn named(workspace: Workspace, record: Signal<Option<RecordId>>) -> Signal<String> {
    let i18n = use_i18n();
    Signal::derive(move || {
        let locale = i18n.get_locale();
        workspace.read(|book| {
            let record = record.get().and_then(|id| book.get(id));
            record.map(|record| record_title(book, record, locale)).unwrap_or_default()
        })
    })
}

/// How many records of which kind, in words; nothing where there are none.
pub fn counted(locale: Locale, terms: Terms, counts: &BTreeMap<Key, usize>) -> Option<String> {
    let dictionary = terms.get();
    let part = |(kind, count): (&Key, &usize)| {
        td_string!(locale, history.bin.some, count = count, kind = kind_label(locale, &dictionary, *kind))
    };
    let parts: Vec<String> = counts.iter().map(part).collect();
    (!parts.is_empty()).then(|| parts.join(td_string!(locale, history.comma)))
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
