//! The company's passphrase: entered where it is asked for, and changed.

use kehu_ledger::errand::Failure;
use kehu_ledger::sync::Ask;
use kehu_sync::Trouble;
use leptos::prelude::*;

use super::set_up::Meaning;
use crate::components::{Failed, Notice, Tone};
use crate::i18n::{t, use_i18n};
use crate::pages::data::passphrase::{NewPassphrase, Passphrase};
use crate::sync::use_sync;
use crate::workspace::use_workspace;

/// Entering the passphrase that is in force.
#[component]
pub fn Entered(
    /// Takes it.
    on_enter: Callback<String>,
    /// While it is being tried.
    is_busy: Signal<bool>,
    /// Why it was not taken the last time.
    failure: Signal<Option<Failure>>,
    /// What the button says.
    children: Children,
) -> impl IntoView {
    let i18n = use_i18n();
    let passphrase = RwSignal::new(String::new());
    let is_wrong = Memo::new(move |_| matches!(failure.get(), Some(Failure::Sync(Trouble::WrongPassphrase))));
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let typed = passphrase.get_untracked();
        if !typed.is_empty() {
            on_enter.run(typed);
        }
    };
    view! {
        <form class="stack" novalidate on:submit=on_submit>
            <div class="field">
                <label for="company-passphrase">{t!(i18n, sync.passphrase.label)}</label>
                <p class="hint" id="company-passphrase-hint">{t!(i18n, sync.passphrase.hint)}</p>
                <input
                    id="company-passphrase"
                    type="password"
                    autocomplete="current-password"
                    aria-invalid=move || is_wrong.get().to_string()
                    aria-describedby="company-passphrase-hint company-passphrase-problem"
                    bind:value=passphrase
                />
                <Show when=move || is_wrong.get()>
                    <p class="field-problem" id="company-passphrase-problem" role="alert">
                        {t!(i18n, sync.trouble.wrong_passphrase)}
                    </p>
                </Show>
            </div>
            <p class="row">
                <button type="submit" class="button" data-kind="primary" disabled=is_busy>{children()}</button>
                <Show when=move || is_busy.get()>
                    <span class="hint" role="status">{t!(i18n, sync.passphrase.busy)}</span>
                </Show>
            </p>
            {move || failure.get().filter(|_| !is_wrong.get()).map(|failure| view! { <Failed failure /> })}
        </form>
    }
}

/// Entering the passphrase that was changed on another device.
#[component]
pub fn EnterChanged() -> impl IntoView {
    let i18n = use_i18n();
    let (sync, workspace) = (use_sync(), use_workspace());
    let enter = Action::new_unsync(move |passphrase: &String| {
        let ask = Ask::Passphrase { workspace: workspace.name().to_owned(), passphrase: passphrase.clone() };
        let sync = sync.clone();
        async move { sync.ask_status(ask).await }
    });
    let failure = Signal::derive(move || enter.value().get().and_then(Result::err).filter(|_| !enter.pending().get()));
    let on_enter = Callback::new(move |passphrase: String| {
        enter.dispatch_local(passphrase);
    });
    let is_busy = Signal::derive(move || enter.pending().get());
    view! { <Entered on_enter is_busy failure>{t!(i18n, sync.passphrase.enter)}</Entered> }
}

/// Putting another passphrase in force.
#[component]
pub fn ChangePassphrase() -> impl IntoView {
    let i18n = use_i18n();
    let (sync, workspace) = (use_sync(), use_workspace());
    let old = RwSignal::new(String::new());
    let new = RwSignal::new(Passphrase::default());
    let is_refused = RwSignal::new(false);
    let change = Action::new_unsync(move |passphrase: &String| {
        let workspace = workspace.name().to_owned();
        let ask = Ask::ChangePassphrase { workspace, old: old.get_untracked(), new: passphrase.clone() };
        let sync = sync.clone();
        async move {
            sync.ask_status(ask).await?;
            old.set(String::new());
            new.set(Passphrase::default());
            Ok::<_, Failure>(())
        }
    });
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let chosen = new.get_untracked().chosen();
        is_refused.set(chosen.is_err());
        if let Ok(Some(passphrase)) = chosen {
            change.dispatch_local(passphrase);
        }
    };
    view! {
        <details class="fold">
            <summary>{t!(i18n, sync.change.title)}</summary>
            <form class="stack" novalidate on:submit=on_submit>
                <p>{t!(i18n, sync.change.text)}</p>
                <div class="field">
                    <label for="old-passphrase">{t!(i18n, sync.change.old)}</label>
                    <input id="old-passphrase" type="password" autocomplete="current-password" bind:value=old />
                </div>
                {move || view! { <NewPassphrase passphrase=new.get() is_refused><Meaning /></NewPassphrase> }}
                <p class="row">
                    <button type="submit" class="button" disabled=move || change.pending().get()>
                        {t!(i18n, sync.change.button)}
                    </button>
                    <Show when=move || change.pending().get()>
                        <span class="hint" role="status">{t!(i18n, sync.passphrase.busy)}</span>
                    </Show>
                </p>
                {move || change.value().get().filter(|_| !change.pending().get()).map(|outcome| match outcome {
                    Ok(()) => view! { <Notice tone=Tone::Success>{t!(i18n, sync.change.done)}</Notice> }.into_any(),
                    Err(failure) => view! { <Failed failure /> }.into_any(),
                })}
            </form>
        </details>
    }
}
