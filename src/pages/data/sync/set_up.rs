//! Joining: the address and token are tried, then the company's passphrase is entered, or set by the first device.

use kehu_ledger::errand::Failure;
use kehu_ledger::sync::{Ask, Join, Link, Tried};
use leptos::prelude::*;

use super::Invited;
use super::passphrase::Entered;
use crate::components::{Failed, Notice, Tone};
use crate::i18n::{Locale, t, t_string, td_string, use_i18n};
use crate::pages::data::passphrase::{NewPassphrase, Passphrase};
use crate::sync::{JoinProblem, read_join, use_sync};
use crate::workspace::use_workspace;

/// Where an endpoint is and what opens it, then the passphrase.
#[component]
pub fn SetUp(
    /// A way in that came with the page's address: tried at once.
    invited: Invited,
    /// Whether a linked device is being given another token; over when it has it.
    is_joining: RwSignal<bool>,
) -> impl IntoView {
    let i18n = use_i18n();
    let sync = use_sync();
    let problem = RwSignal::new(None::<JoinProblem>);
    let tried = Action::new_unsync({
        let sync = sync.clone();
        move |join: &Join| {
            let (sync, join) = (sync.clone(), join.clone());
            async move {
                let (tried, _) = sync.ask::<Tried>(Ask::Try { join: join.clone() }).await?;
                Ok::<_, Failure>((join, tried))
            }
        }
    });
    let take = move |read: Result<Join, JoinProblem>| match read {
        Ok(join) => {
            problem.set(None);
            tried.dispatch_local(join);
        }
        Err(found) => problem.set(Some(found)),
    };
    let address = RwSignal::new(window().location().origin().unwrap_or_default());
    let token = RwSignal::new(String::new());
    if let Some(read) = invited {
        if let Ok(join) = &read {
            address.set(join.at.clone());
        }
        take(read);
    }
    let is_linked = sync.is_linked();
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        take(read_join(&address.get_untracked(), &token.get_untracked()));
    };
    let step = move || match (tried.pending().get(), tried.value().get()) {
        (true, _) => view! { <p class="hint" role="status">{t!(i18n, sync.setup.trying)}</p> }.into_any(),
        (false, Some(Ok((join, tried)))) => view! { <Company join tried is_joining /> }.into_any(),
        (false, Some(Err(failure))) => view! { <Failed failure /> }.into_any(),
        (false, None) => ().into_any(),
    };
    view! {
        <section class="section">
            <h2>
                {move || if is_linked { t_string!(i18n, sync.setup.again) } else { t_string!(i18n, sync.setup.title) }}
            </h2>
            <p>{move || if is_linked { t_string!(i18n, sync.setup.again_text) } else { t_string!(i18n, sync.setup.text) }}</p>
            <form class="stack" novalidate on:submit=on_submit>
                <div class="field">
                    <label for="sync-at">{t!(i18n, sync.setup.address)}</label>
                    <p class="hint" id="sync-at-hint">{t!(i18n, sync.setup.address_hint)}</p>
                    <input
                        id="sync-at"
                        type="url"
                        inputmode="url"
                        autocomplete="off"
                        aria-describedby="sync-at-hint"
                        aria-invalid=move || (problem.get() == Some(JoinProblem::Address)).to_string()
                        bind:value=address
                    />
                </div>
                <div class="field">
                    <label for="sync-token">{t!(i18n, sync.setup.token)}</label>
                    <input
                        id="sync-token"
                        type="text"
                        autocomplete="off"
                        autocapitalize="off"
                        spellcheck="false"
                        aria-invalid=move || (problem.get() == Some(JoinProblem::Token)).to_string()
                        bind:value=token
                    />
                </div>
                {move || problem.get().map(|problem| {
                    view! { <p class="field-problem" role="alert">{problem_text(i18n.get_locale(), problem)}</p> }
                })}
                <p class="row">
                    <button type="submit" class="button" disabled=move || tried.pending().get()>
                        {t!(i18n, sync.setup.go_on)}
                    </button>
                </p>
            </form>
            {step}
        </section>
    }
}

/// The company's passphrase: entered where there is one, else set.
#[component]
fn Company(
    /// The way in.
    join: Join,
    /// What it opens.
    tried: Tried,
    is_joining: RwSignal<bool>,
) -> impl IntoView {
    let i18n = use_i18n();
    let (sync, workspace) = (use_sync(), use_workspace());
    let (name, at) = (tried.name, join.at.clone());
    let enter = Action::new_unsync(move |passphrase: &String| {
        let (sync, workspace) = (sync.clone(), workspace.name().to_owned());
        let ask = Ask::Join { workspace, join: join.clone(), passphrase: passphrase.clone() };
        async move {
            sync.ask::<Link>(ask).await?;
            is_joining.set(false);
            sync.link_changed().await;
            Ok::<_, Failure>(())
        }
    });
    let failure = Signal::derive(move || enter.value().get().and_then(Result::err).filter(|_| !enter.pending().get()));
    let on_enter = Callback::new(move |passphrase: String| {
        enter.dispatch_local(passphrase);
    });
    let is_busy = Signal::derive(move || enter.pending().get());
    view! {
        <Notice tone=Tone::Success>
            {move || t_string!(i18n, sync.setup.found, at = at.clone(), name = name.clone())}
        </Notice>
        {if tried.has_passphrase {
            view! { <Entered on_enter is_busy failure>{t!(i18n, sync.setup.join)}</Entered> }.into_any()
        } else {
            view! { <First on_enter is_busy failure /> }.into_any()
        }}
    }
}

/// Setting the company's passphrase, after what its loss means was said.
#[component]
fn First(on_enter: Callback<String>, is_busy: Signal<bool>, failure: Signal<Option<Failure>>) -> impl IntoView {
    let i18n = use_i18n();
    let passphrase = Passphrase::default();
    let is_refused = RwSignal::new(false);
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let chosen = passphrase.chosen();
        is_refused.set(chosen.is_err());
        if let Ok(Some(passphrase)) = chosen {
            on_enter.run(passphrase);
        }
    };
    view! {
        <form class="stack" novalidate on:submit=on_submit>
            <h3>{t!(i18n, sync.first_passphrase.title)}</h3>
            <NewPassphrase passphrase is_refused>
                <Meaning />
            </NewPassphrase>
            <p class="row">
                <button type="submit" class="button" data-kind="primary" disabled=is_busy>
                    {t!(i18n, sync.first_passphrase.set)}
                </button>
            </p>
            {move || failure.get().map(|failure| view! { <Failed failure /> })}
        </form>
    }
}

/// What the company's passphrase is for, and what its loss means.
#[component]
pub fn Meaning() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <p>{t!(i18n, sync.first_passphrase.server)}</p>
        <p>{t!(i18n, sync.first_passphrase.joined)}</p>
        <p>{t!(i18n, sync.first_passphrase.lost)}</p>
    }
}

fn problem_text(locale: Locale, problem: JoinProblem) -> &'static str {
    match problem {
        JoinProblem::Address => td_string!(locale, sync.setup.bad_address),
        JoinProblem::Token => td_string!(locale, sync.setup.bad_token),
        JoinProblem::Link => td_string!(locale, sync.setup.bad_link),
    }
}
