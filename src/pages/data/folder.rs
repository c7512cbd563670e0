//! The folder that keeps copies by itself: chosen once, asked for leave where the browser wants it, let go again.

use kehu_ledger::errand::Failure;
use leptos::prelude::*;

use crate::components::{Notice, Tone};
use crate::exchange::{Copies, FolderState, use_copies};
use crate::i18n::{t, t_string, use_i18n};
use crate::moment::civil;
use crate::words;

/// What a person may do about the folder.
#[derive(Clone, Copy)]
enum Wish {
    Choose,
    Leave,
    Keep,
    LetGo,
}

impl Wish {
    async fn done(self, copies: Copies) -> Result<(), Failure> {
        match self {
            Self::Choose => copies.choose().await,
            Self::Leave => copies.ask_leave().await,
            Self::Keep => copies.keep().await,
            Self::LetGo => copies.let_go().await,
        }
    }
}

/// The folder, how it stands with it, and what to do.
#[component]
pub fn FolderCopies() -> impl IntoView {
    let i18n = use_i18n();
    let copies = use_copies();
    let act = {
        let copies = copies.clone();
        Action::new_unsync(move |wish: &Wish| {
            let (wish, copies) = (*wish, copies.clone());
            async move { wish.done(copies).await }
        })
    };
    let press = move |wish| Callback::new(move |()| _ = act.dispatch_local(wish));
    let is_busy = {
        let copies = copies.clone();
        Signal::derive(move || act.pending().get() || copies.is_keeping())
    };
    let state = {
        let copies = copies.clone();
        Memo::new(move |_| copies.folder())
    };
    let last = {
        let copies = copies.clone();
        move || match copies.marks().folder {
            Some(mark) => {
                let at = civil(mark.at_ms).format("%Y-%m-%d %H:%M").to_string();
                t_string!(i18n, backup.folder.last, at = at, count = mark.changes)
            }
            None => t_string!(i18n, backup.folder.none_yet).to_owned(),
        }
    };
    let problem = move || copies.problem().or_else(|| act.value().get().and_then(Result::err));
    view! {
        <section class="section">
            <h2>{t!(i18n, backup.folder.title)}</h2>
            <p>{t!(i18n, backup.folder.text)}</p>
            {move || match state.get() {
                FolderState::Looking => ().into_any(),
                FolderState::Unsupported => view! { <p class="hint">{t!(i18n, backup.folder.unsupported)}</p> }.into_any(),
                FolderState::None => {
                    view! {
                        <p class="row">
                            <Press is_busy on_press=press(Wish::Choose)>{t!(i18n, backup.folder.choose)}</Press>
                        </p>
                    }
                        .into_any()
                }
                FolderState::Asks { name } => {
                    view! {
                        <Notice tone=Tone::Problem>
                            <p>{t!(i18n, backup.folder.asks, name)}</p>
                            <p class="row">
                                <Press is_busy on_press=press(Wish::Leave)>{t!(i18n, backup.folder.leave)}</Press>
                                <Press is_busy on_press=press(Wish::LetGo) kind="quiet">{t!(i18n, backup.folder.let_go)}</Press>
                            </p>
                        </Notice>
                    }
                        .into_any()
                }
                FolderState::Ready { name } => {
                    let last = last.clone();
                    view! {
                        <p>{t!(i18n, backup.folder.ready, name)}</p>
                        <p class="hint" role="status">{last}</p>
                        <p class="row">
                            <Press is_busy on_press=press(Wish::Keep)>{t!(i18n, backup.folder.keep)}</Press>
                            <Press is_busy on_press=press(Wish::Choose) kind="quiet">{t!(i18n, backup.folder.other)}</Press>
                            <Press is_busy on_press=press(Wish::LetGo) kind="quiet">{t!(i18n, backup.folder.let_go)}</Press>
                        </p>
                    }
                        .into_any()
                }
            }}
            <Show when=move || is_busy.get()>
                <p class="hint" role="status">{t!(i18n, backup.folder.busy)}</p>
            </Show>
            {move || {
                let failure = problem().filter(|_| !is_busy.get())?;
                let text = words::failure(i18n.get_locale(), &failure);
                Some(view! { <Notice tone=Tone::Problem>{text}</Notice> })
            }}
        </section>
    }
}

/// A button that waits while something is done.
#[component]
fn Press(
    /// While something is done.
    is_busy: Signal<bool>,
    /// What happens.
    on_press: Callback<()>,
    /// How it looks; plain as a rule.
    #[prop(optional)]
    kind: Option<&'static str>,
    children: Children,
) -> impl IntoView {
    view! {
        <button
            type="button"
            class="button"
            data-kind=kind
            disabled=move || is_busy.get()
            on:click=move |_| on_press.run(())
        >
            {children()}
        </button>
    }
}
