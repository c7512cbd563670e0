//! Erasing a contact or a customer for good (L3): what goes and what stays is said before, and the name is typed.

use kehu_domain::stamp::RecordId;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use super::delete::{counted, named};
use super::names::Terms;
use crate::components::{ConfirmDialog, Notice, Tone};
use crate::i18n::{t, t_string, use_i18n};
use crate::pages::history::{address_of, record_title};
use crate::words;
use crate::workspace::{Consequences, use_workspace};

/// How many of the records that stay are named.
const NAMED: usize = 5;

/// Asks before a record is erased, says what that means, and has its name typed.
#[component]
pub fn EraseDialog(
    /// Whether the question is asked.
    open: RwSignal<bool>,
    /// What to erase.
    record: Signal<Option<RecordId>>,
    /// What kinds are called.
    terms: Terms,
    /// Where to go when it is gone; nowhere when this page stays.
    then: Option<&'static str>,
) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let navigate = use_navigate();
    let name = named(workspace.clone(), record);
    let typed = RwSignal::new(String::new());
    let consequences = RwSignal::new(None::<Consequences>);
    let look = {
        let workspace = workspace.clone();
        Action::new_unsync(move |id: &RecordId| {
            let (workspace, id) = (workspace.clone(), *id);
            async move { _ = consequences.try_set(Some(workspace.consequences(id).await)) }
        })
    };
    Effect::new(move || {
        if open.get() {
            typed.set(String::new());
            consequences.set(None);
            if let Some(id) = record.get_untracked() {
                look.dispatch_local(id);
            }
        }
    });
    let erase = Action::new_unsync(move |id: &RecordId| {
        let (workspace, navigate, id) = (workspace.clone(), navigate.clone(), *id);
        async move {
            workspace.erase(id).await?;
            open.try_set(false);
            if let Some(place) = then {
                navigate(place, NavigateOptions::default());
            }
            Ok::<(), kehu_store::StoreError>(())
        }
    });
    let is_off = Signal::derive(move || {
        erase.pending().get() || consequences.read().is_none() || typed.read().trim() != name.read().trim()
    });
    let on_confirm = Callback::new(move |()| {
        if let Some(id) = record.get_untracked() {
            erase.dispatch_local(id);
        }
    });
    view! {
        <ConfirmDialog
            open
            title=Signal::derive(move || t_string!(i18n, history.erase.title, name = name.get()))
            leave=Signal::derive(move || t_string!(i18n, shell.action.cancel).to_owned())
            confirm=Signal::derive(move || t_string!(i18n, history.erase.confirm).to_owned())
            is_off
            on_confirm
        >
            <p>{t!(i18n, history.erase.text)}</p>
            {move || consequences.get().map(|consequences| view! { <Along consequences terms /> })}
            <ul>
                <li>{t!(i18n, history.erase.devices)}</li>
                <li>{t!(i18n, history.erase.files)}</li>
                <li>{t!(i18n, history.erase.trace)}</li>
            </ul>
            <div class="field">
                <label for="erase-name">{move || t_string!(i18n, history.erase.typed, name = name.get())}</label>
                <input
                    id="erase-name"
                    type="text"
                    autocomplete="off"
                    prop:value=typed
                    on:input=move |event| typed.set(event_target_value(&event))
                />
            </div>
            {move || match erase.value().get() {
                Some(Err(problem)) => {
                    let text = words::store_problem(i18n.get_locale(), &problem);
                    Some(view! { <Notice tone=Tone::Problem>{text}</Notice> })
                }
                _ => None,
            }}
        </ConfirmDialog>
    }
}

/// What goes along, and what names it and stays.
#[component]
fn Along(consequences: Consequences, terms: Terms) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let Consequences { along, mentions } = consequences;
    let count = mentions.len();
    let names = move || {
        let locale = i18n.get_locale();
        workspace.read_once(|book| {
            let records = mentions.iter().take(NAMED).filter_map(|id| book.get(*id));
            let item = |record| view! { <li><a href=address_of(record)>{record_title(book, record, locale)}</a></li> };
            records.map(item).collect_view()
        })
    };
    view! {
        {move || {
            counted(i18n.get_locale(), terms, &along)
                .map(|what| view! { <p>{t_string!(i18n, history.erase.along, what = what)}</p> })
        }}
        {(count > 0).then(|| view! {
            <p>{t!(i18n, history.erase.stays, count)}</p>
            <ul>{names}</ul>
            {(count > NAMED).then(|| view! { <p class="hint">{t!(i18n, history.kept.more, count = count - NAMED)}</p> })}
        })}
    }
}
