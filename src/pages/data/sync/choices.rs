//! How often to ask, another passphrase, beginning anew, and leaving.

use kehu_ledger::errand::Failure;
use kehu_ledger::sync::{Ask, EVERY_S};
use leptos::prelude::*;

use super::passphrase::ChangePassphrase;
use crate::components::{Dialog, Failed, Notice, Tone};
use crate::i18n::{Locale, t, td_string, use_i18n};
use crate::sync::{Sync, use_sync};
use crate::workspace::use_workspace;

/// How often an idle device may ask, in seconds; 0 for only when something was saved.
const EVERY: [u32; 5] = [15, 60, 300, 900, 0];

/// What may be chosen about coming together.
#[component]
pub fn Choices() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <section class="section">
            <h2>{t!(i18n, sync.choices.title)}</h2>
            <HowOften />
            <ChangePassphrase />
            <details class="fold">
                <summary>{t!(i18n, sync.anew.title)}</summary>
                <div class="stack">
                    <p>{t!(i18n, sync.anew.text)}</p>
                    <Sure wish=Wish::Anew />
                </div>
            </details>
            <details class="fold">
                <summary>{t!(i18n, sync.leave.title)}</summary>
                <div class="stack">
                    <p>{t!(i18n, sync.leave.text)}</p>
                    <Sure wish=Wish::Leave />
                </div>
            </details>
        </section>
    }
}

#[component]
fn HowOften() -> impl IntoView {
    let i18n = use_i18n();
    let sync = use_sync();
    let every = {
        let sync = sync.clone();
        Memo::new(move |_| sync.link().map_or(EVERY_S, |link| link.every_s))
    };
    let set = Action::new_unsync(move |every_s: &u32| {
        let (sync, every_s) = (sync.clone(), *every_s);
        async move { sync.set_every(every_s).await }
    });
    let choose = move |event| {
        if let Ok(every_s) = event_target_value(&event).parse::<u32>() {
            set.dispatch_local(every_s);
        }
    };
    view! {
        <div class="setting-list">
            <div>
                <label for="sync-every">{t!(i18n, sync.every.label)}</label>
                <p class="hint">{t!(i18n, sync.every.hint)}</p>
                <select id="sync-every" on:change=choose>
                    {EVERY
                        .map(|every_s| {
                            view! {
                                <option value=every_s.to_string() selected=move || every.get() == every_s>
                                    {move || every_text(i18n.get_locale(), every_s)}
                                </option>
                            }
                        })}
                </select>
            </div>
        </div>
        {move || set.value().get().and_then(Result::err).map(|failure| view! { <Failed failure /> })}
    }
}

/// What is asked about before it is done.
#[derive(Clone, Copy, PartialEq)]
enum Wish {
    Anew,
    Leave,
}

impl Wish {
    fn title(self, locale: Locale) -> &'static str {
        match self {
            Self::Anew => td_string!(locale, sync.anew.button),
            Self::Leave => td_string!(locale, sync.leave.button),
        }
    }

    fn question(self, locale: Locale) -> &'static str {
        match self {
            Self::Anew => td_string!(locale, sync.anew.question),
            Self::Leave => td_string!(locale, sync.leave.question),
        }
    }

    async fn done(self, sync: Sync, workspace: String) -> Result<(), Failure> {
        match self {
            Self::Anew => sync.ask_status(Ask::Anew { workspace }).await,
            Self::Leave => {
                sync.ask::<()>(Ask::Leave { workspace }).await?;
                sync.link_changed().await;
                Ok(())
            }
        }
    }
}

/// A button with a question behind it.
#[component]
fn Sure(wish: Wish) -> impl IntoView {
    let i18n = use_i18n();
    let (sync, workspace) = (use_sync(), use_workspace());
    let open = RwSignal::new(false);
    let act = Action::new_unsync(move |(): &()| {
        let (sync, workspace) = (sync.clone(), workspace.name().to_owned());
        async move {
            let outcome = wish.done(sync, workspace).await;
            // After leaving, the page that asked is gone.
            open.try_set(false);
            outcome
        }
    });
    let title = Signal::derive(move || wish.title(i18n.get_locale()).to_owned());
    view! {
        <p class="row">
            <button type="button" class="button" on:click=move |_| open.set(true)>{title}</button>
        </p>
        {move || act.value().get().filter(|_| !act.pending().get()).map(|outcome| match outcome {
            Ok(()) => view! { <Notice tone=Tone::Success>{t!(i18n, sync.done)}</Notice> }.into_any(),
            Err(failure) => view! { <Failed failure /> }.into_any(),
        })}
        <Dialog open title>
            <div class="dialog-body"><p>{move || wish.question(i18n.get_locale())}</p></div>
            <div class="dialog-actions">
                <button type="button" class="button" on:click=move |_| open.set(false)>
                    {t!(i18n, shell.action.cancel)}
                </button>
                <button
                    type="button"
                    class="button"
                    data-kind=(wish == Wish::Leave).then_some("danger")
                    disabled=move || act.pending().get()
                    on:click=move |_| _ = act.dispatch_local(())
                >
                    {title}
                </button>
            </div>
        </Dialog>
    }
}

fn every_text(locale: Locale, every_s: u32) -> String {
    match every_s {
        0 => td_string!(locale, sync.every.never).to_owned(),
        60 => td_string!(locale, sync.every.minute).to_owned(),
        1..60 => td_string!(locale, sync.every.seconds, count = every_s),
        _ => td_string!(locale, sync.every.minutes, count = every_s / 60),
    }
}
