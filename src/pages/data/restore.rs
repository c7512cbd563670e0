//! Bringing back what was lost: the best sources first, what came back, and what did not.

use kehu_ledger::errand::{CopyFound, Failure, Restored, Step};
use leptos::html;
use leptos::prelude::*;
use send_wrapper::SendWrapper;
use web_sys::FileSystemDirectoryHandle;

use super::under_way::{CameToNothing, UnderWay, WorkProgress};
use crate::components::{Notice, Tone};
use crate::exchange::{Source, find_copies, kept_folder, restore};
use crate::i18n::{Locale, t, t_string, td_string, use_i18n};
use crate::words::{self, megabytes};

/// A copy that was asked for: what it is called, where it is, and what unseals it.
#[derive(Clone)]
struct Wanted {
    name: String,
    source: SendWrapper<Source>,
    passphrase: Option<String>,
}

/// The ways to bring data back, and what came of it.
#[component]
pub fn Restore(
    /// The workspace, by the store's name for it.
    workspace: &'static str,
    /// How many changes this device knew of; nothing where that is lost as well.
    known: Option<u64>,
    /// Goes on with what there is now.
    on_done: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let work = UnderWay::new();
    let wanted = StoredValue::new(None::<Wanted>);
    let bring = Action::new_unsync(move |asked: &Wanted| {
        let asked = asked.clone();
        wanted.set_value(Some(asked.clone()));
        async move {
            let Wanted { name, source, passphrase } = asked;
            let task = restore(workspace, source.take(), passphrase, work.hear());
            work.run(task).await.map_err(|failure| (name, failure))
        }
    });
    let on_source = Callback::new(move |(name, source): (String, SendWrapper<Source>)| {
        bring.dispatch_local(Wanted { name, source, passphrase: None });
    });
    let on_passphrase = Callback::new(move |passphrase: String| {
        if let Some(asked) = wanted.get_value() {
            bring.dispatch_local(Wanted { passphrase: Some(passphrase), ..asked });
        }
    });
    let input = NodeRef::<html::Input>::new();
    let choose = move |_| {
        let file = input.get().and_then(|input| input.files()).and_then(|files| files.get(0));
        if let Some(file) = file {
            on_source.run((file.name(), SendWrapper::new(Source::File(file.into()))));
        }
    };
    view! {
        <section class="section">
            <h2>{t!(i18n, backup.restore.title)}</h2>
            <p>{t!(i18n, backup.restore.text)}</p>
            <FolderSource workspace on_source is_busy=bring.pending() />
            <div class="field">
                <label for="restore-file">{t!(i18n, backup.restore.file)}</label>
                <input
                    id="restore-file"
                    type="file"
                    accept=".json,.gz,.sealed,application/json,application/gzip"
                    node_ref=input
                    disabled=move || bring.pending().get()
                    on:change=choose
                />
            </div>
            <WorkProgress work is_pending=bring.pending() stage />
            {move || {
                let outcome = bring.value().get().filter(|_| !bring.pending().get())?;
                Some(match outcome {
                    Ok(restored) => view! { <Report restored known on_done /> }.into_any(),
                    Err((_, failure @ (Failure::Sealed | Failure::WrongPassphrase))) => {
                        view! { <AskPassphrase is_wrong={failure == Failure::WrongPassphrase} on_passphrase /> }.into_any()
                    }
                    Err((name, failure)) => view! { <CameToNothing failure file=Some(name) /> }.into_any(),
                })
            }}
        </section>
    }
}

/// The copies in the folder, where one was chosen once.
#[component]
fn FolderSource(
    workspace: &'static str,
    /// A copy was chosen.
    on_source: Callback<(String, SendWrapper<Source>)>,
    /// While something is being brought back.
    #[prop(into)]
    is_busy: Signal<bool>,
) -> impl IntoView {
    let i18n = use_i18n();
    let folder = LocalResource::new(move || kept_folder(workspace));
    let look = Action::new_unsync(move |(handle, ask): &(SendWrapper<FileSystemDirectoryHandle>, bool)| {
        let (handle, ask) = (handle.clone(), *ask);
        async move { find_copies(&handle, ask).await }
    });
    Effect::new(move || {
        if let Some(Some(handle)) = folder.get() {
            look.dispatch_local((SendWrapper::new(handle), false));
        }
    });
    view! {
        {move || {
            let handle = folder.get().flatten()?;
            let name = handle.name();
            let handle = SendWrapper::new(handle);
            Some(match look.value().get() {
                None => ().into_any(),
                Some(Ok(found)) if found.is_empty() => {
                    view! { <p class="hint">{t!(i18n, backup.restore.folder_empty, name)}</p> }.into_any()
                }
                Some(Ok(found)) => view! { <Found found handle name on_source is_busy /> }.into_any(),
                Some(Err(Failure::NoLeave)) => {
                    view! {
                        <p class="row">
                            <button
                                type="button"
                                class="button"
                                on:click=move |_| { look.dispatch_local((handle.clone(), true)); }
                            >
                                {t!(i18n, backup.restore.folder_look, name)}
                            </button>
                        </p>
                    }
                        .into_any()
                }
                Some(Err(failure)) => {
                    let text = words::failure(i18n.get_locale(), &failure);
                    view! { <p class="hint">{text}</p> }.into_any()
                }
            })
        }}
    }
}

/// The copies that were found, the latest first and most prominent.
#[component]
fn Found(
    found: Vec<CopyFound>,
    handle: SendWrapper<FileSystemDirectoryHandle>,
    /// What the folder is called.
    name: String,
    on_source: Callback<(String, SendWrapper<Source>)>,
    is_busy: Signal<bool>,
) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <h3>{t!(i18n, backup.restore.folder_title, name)}</h3>
        <ul class="stack">
            {found
                .into_iter()
                .enumerate()
                .map(|(place, copy)| {
                    let CopyFound { name, at, bytes } = copy;
                    let kind = if place == 0 { "primary" } else { "quiet" };
                    let handle = handle.clone();
                    let press = move |_| {
                        let source = Source::Folder((*handle).clone(), name.clone());
                        on_source.run((name.clone(), SendWrapper::new(source)));
                    };
                    view! {
                        <li>
                            <button type="button" class="button" data-kind=kind disabled=move || is_busy.get() on:click=press>
                                {move || t_string!(i18n, backup.restore.folder_copy, at = at.clone(), size = megabytes(bytes))}
                            </button>
                        </li>
                    }
                })
                .collect_view()}
        </ul>
    }
}

/// Asks what unseals a copy.
#[component]
fn AskPassphrase(
    /// Whether one was tried already.
    is_wrong: bool,
    on_passphrase: Callback<String>,
) -> impl IntoView {
    let i18n = use_i18n();
    let typed = RwSignal::new(String::new());
    view! {
        <form
            class="stack"
            novalidate
            on:submit=move |event| {
                event.prevent_default();
                on_passphrase.run(typed.get());
            }
        >
            <div class="field">
                <label for="unseal">{t!(i18n, backup.restore.passphrase)}</label>
                <input
                    id="unseal"
                    type="password"
                    autocomplete="current-password"
                    aria-invalid=is_wrong.to_string()
                    aria-describedby="unseal-problem"
                    prop:value=typed
                    on:input=move |event| typed.set(event_target_value(&event))
                />
                {is_wrong
                    .then(|| {
                        view! {
                            <p class="field-problem" id="unseal-problem" role="alert">
                                {t!(i18n, backup.restore.wrong)}
                            </p>
                        }
                    })}
            </div>
            <p class="row">
                <button type="submit" class="button">{t!(i18n, backup.restore.unseal)}</button>
            </p>
        </form>
    }
}

/// What is back and what is not, and the way on.
#[component]
fn Report(
    restored: Restored,
    /// How many changes this device knew of.
    known: Option<u64>,
    on_done: Callback<()>,
) -> impl IntoView {
    let i18n = use_i18n();
    let Restored { readable, inside, back, ahead } = restored;
    let now = readable + back;
    let missing = known.map_or(0, |known| known.saturating_sub(now));
    let tone = if missing == 0 { Tone::Success } else { Tone::Problem };
    view! {
        <Notice tone>
            <p>
                {move || match missing {
                    0 => t_string!(i18n, backup.restore.whole).to_owned(),
                    count => t_string!(i18n, backup.restore.part, count = count),
                }}
            </p>
        </Notice>
        <dl class="tally">
            <div><dt>{t!(i18n, backup.restore.now)}</dt><dd>{now}</dd></div>
            <div><dt>{t!(i18n, backup.restore.readable)}</dt><dd>{readable}</dd></div>
            <div><dt>{t!(i18n, backup.restore.back)}</dt><dd>{back}</dd></div>
        </dl>
        <p class="hint">
            {t!(i18n, backup.restore.inside, count = inside)}
            {known.map(|known| view! { " " {t!(i18n, backup.restore.known, count = known)} })}
            {(ahead > 0).then(|| view! { " " {t!(i18n, backup.restore.ahead, count = ahead)} })}
        </p>
        <p class="row">
            <button type="button" class="button" data-kind="primary" on:click=move |_| on_done.run(())>
                {t!(i18n, backup.restore.go_on)}
            </button>
        </p>
    }
}

fn stage(locale: Locale, step: Option<Step>) -> &'static str {
    match step.map(|step| step.stage) {
        None | Some(0) => td_string!(locale, backup.stage.opening),
        Some(1) => td_string!(locale, backup.stage.rest),
        Some(_) => td_string!(locale, backup.stage.saving),
    }
}
