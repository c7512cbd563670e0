//! Choosing the file, unsealing it, and what is wrong with it.

use kehu_domain::snapshot::SnapshotError;
use kehu_ledger::errand::Failure;
use leptos::html;
use leptos::prelude::*;

use super::looking::{Looking, Trouble};
use crate::components::{Notice, Tone};
use crate::exchange::FileProblem;
use crate::i18n::{Locale, t, t_string, td_string, use_i18n};
use crate::words::{self, megabytes};

/// The input for the file, and the question for the passphrase where it is sealed.
#[component]
pub fn ChooseFile(looking: Looking) -> impl IntoView {
    let i18n = use_i18n();
    let input = NodeRef::<html::Input>::new();
    let choose = move |_| {
        let file = input.get().and_then(|input| input.files()).and_then(|files| files.get(0));
        if let Some(file) = file {
            looking.open(file, None);
        }
    };
    let is_sealed =
        move || matches!(looking.trouble.get(), Some(Trouble::Failed(Failure::Sealed | Failure::WrongPassphrase)));
    view! {
        <section class="section">
            <h2>{t!(i18n, arrival.file.title)}</h2>
            <div class="field">
                <label for="backup-file">{t!(i18n, arrival.file.label)}</label>
                <p class="hint" id="backup-file-hint">{t!(i18n, arrival.file.hint)}</p>
                <input
                    id="backup-file"
                    type="file"
                    accept=".json,.gz,.sealed,application/json,application/gzip"
                    aria-describedby="backup-file-hint"
                    disabled=move || looking.task.get().is_some()
                    node_ref=input
                    on:change=choose
                />
            </div>
            <Show when=is_sealed>
                <Unseal looking />
            </Show>
        </section>
    }
}

/// Asks for the passphrase of a sealed file.
#[component]
fn Unseal(looking: Looking) -> impl IntoView {
    let i18n = use_i18n();
    let passphrase = RwSignal::new(String::new());
    let is_wrong = move || matches!(looking.trouble.get(), Some(Trouble::Failed(Failure::WrongPassphrase)));
    let open = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        if let Some(file) = looking.file.get_value().filter(|_| !passphrase.get_untracked().is_empty()) {
            looking.open(file, Some(passphrase.get_untracked()));
        }
    };
    view! {
        <form class="stack" novalidate on:submit=open>
            <h3>{t!(i18n, arrival.sealed.title)}</h3>
            <p>{move || t_string!(i18n, arrival.sealed.text, name = looking.name.get())}</p>
            <div class="field">
                <label for="unseal">{t!(i18n, arrival.sealed.label)}</label>
                <input
                    id="unseal"
                    type="password"
                    autocomplete="off"
                    aria-invalid=move || is_wrong().to_string()
                    aria-describedby=move || is_wrong().then_some("unseal-problem")
                    prop:value=passphrase
                    on:input=move |event| passphrase.set(event_target_value(&event))
                />
                <Show when=is_wrong>
                    <p class="field-problem" id="unseal-problem" role="alert">{t!(i18n, arrival.sealed.wrong)}</p>
                </Show>
            </div>
            <p class="row">
                <button type="submit" class="button" data-kind="primary">{t!(i18n, arrival.sealed.open)}</button>
            </p>
        </form>
    }
}

/// What went wrong last, with the way on.
#[component]
pub fn Outcome(looking: Looking) -> impl IntoView {
    let i18n = use_i18n();
    move || {
        let text = trouble(i18n.get_locale(), &looking.name.get(), &looking.trouble.get()?)?;
        Some(view! { <Notice tone=Tone::Problem><p>{text}</p></Notice> })
    }
}

/// What went wrong, in words; nothing where it is a question that is asked elsewhere.
fn trouble(locale: Locale, name: &str, trouble: &Trouble) -> Option<String> {
    Some(match trouble {
        Trouble::Failed(Failure::Sealed | Failure::WrongPassphrase) => return None,
        Trouble::Failed(failure) => failed(locale, name, failure),
        Trouble::NoCopy(failure) => {
            let why = failure.as_ref().map(|failure| words::failure(locale, failure)).unwrap_or_default();
            [td_string!(locale, arrival.bring.no_copy), why.as_str()].join(" ").trim_end().to_owned()
        }
    })
}

fn failed(locale: Locale, name: &str, failure: &Failure) -> String {
    let file = |problem: FileProblem| words::file_problem(locale, name, &problem);
    match failure {
        Failure::Backup(problem) => file(FileProblem::Snapshot(SnapshotError::clone(problem))),
        Failure::OtherCompany => file(FileProblem::OtherCompany),
        Failure::File => file(FileProblem::Unreadable),
        Failure::Damaged => td_string!(locale, arrival.sealed.damaged, name = name),
        Failure::TooLarge { limit } => {
            td_string!(locale, arrival.sealed.too_large, name = name, limit = megabytes(*limit))
        }
        Failure::Stopped => td_string!(locale, arrival.sealed.stopped).to_owned(),
        other => words::failure(locale, other),
    }
}
