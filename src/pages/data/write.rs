//! Writing a backup that is proven: what it is to hold, how it is wrapped, and what came of it.

use kehu_domain::{kind, packet};
use kehu_ledger::errand::{Failure, Make, Step};
use leptos::prelude::*;

use super::passphrase::{NewPassphrase, Passphrase};
use super::under_way::{CameToNothing, UnderWay, WorkProgress};
use crate::components::{Notice, Tone};
use crate::exchange::{Backup, Mark, save_blob, use_copies, write_backup};
use crate::i18n::{Locale, t, t_string, td_string, use_i18n};
use crate::moment::{civil, wall_ms};
use crate::words::megabytes;
use crate::workspace::use_workspace;

/// What the page says after an export.
#[derive(Clone)]
struct Written {
    name: String,
    count: usize,
    size: String,
    at_ms: u64,
    is_proven: bool,
    is_without_attachments: bool,
    is_sealed: bool,
    /// Changes and pieces of the store that could not be read.
    lost: u64,
}

/// Writes a backup, and says what came of it.
#[component]
pub fn WriteBackup() -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let copies = use_copies();
    let (is_packed, is_bare, is_sealed) = (RwSignal::new(false), RwSignal::new(false), RwSignal::new(false));
    let passphrase = Passphrase::default();
    let is_refused = RwSignal::new(false);
    let work = UnderWay::new();
    let attachments = {
        let workspace = workspace.clone();
        Memo::new(move |_| workspace.read(|book| book.of_kind(kind::ATTACHMENT).count()))
    };
    let is_part = {
        let workspace = workspace.clone();
        Memo::new(move |_| workspace.read(packet::is_part))
    };
    let write = Action::new_unsync(move |make: &Make| {
        let (workspace, copies, make) = (workspace.clone(), copies.clone(), make.clone());
        async move {
            workspace.complete().await;
            let (at_ms, changes) = (wall_ms(), copies.count());
            let (is_sealed, is_without_attachments) = (make.passphrase.is_some(), make.is_without_attachments);
            let Backup { name, file, written } = work.run(write_backup(&workspace, make, work.hear())).await?;
            let is_proven = written.is_proven && save_blob(&name, &file);
            if is_proven {
                copies.note_file(Mark { at_ms, changes, is_without_attachments });
            }
            Ok(Written {
                name,
                count: written.count,
                size: megabytes(file.size() as u64),
                at_ms,
                is_proven,
                is_without_attachments,
                is_sealed,
                lost: written.flaws.missing.max(written.flaws.damaged as u64),
            })
        }
    });
    let on_submit = move |event: web_sys::SubmitEvent| {
        event.prevent_default();
        let chosen = if is_sealed.get() { passphrase.chosen() } else { Ok(None) };
        is_refused.set(chosen.is_err());
        if let Ok(passphrase) = chosen {
            let (is_packed, is_without_attachments) = (is_packed.get(), is_bare.get());
            write.dispatch_local(Make { is_packed, is_without_attachments, passphrase });
        }
    };
    view! {
        <section class="section">
            <h2>{t!(i18n, backup.write.title)}</h2>
            <p>{t!(i18n, backup.write.text)}</p>
            <Show when=move || is_part.get()>
                <Notice tone=Tone::Info>{t!(i18n, backup.write.of_part)}</Notice>
            </Show>
            <form class="stack" novalidate on:submit=on_submit>
                <fieldset class="choice-field">
                    <legend>{t!(i18n, backup.write.choices)}</legend>
                    <Choice checked=is_packed>{t!(i18n, backup.write.packed)}</Choice>
                    <Show when=move || attachments.get() != 0>
                        <Choice checked=is_bare>
                            {move || t_string!(i18n, backup.write.bare, count = attachments.get())}
                        </Choice>
                    </Show>
                    <Choice checked=is_sealed>{t!(i18n, backup.write.sealed)}</Choice>
                </fieldset>
                <Show when=move || is_sealed.get()>
                    <NewPassphrase passphrase is_refused>{t!(i18n, backup.passphrase.warning)}</NewPassphrase>
                </Show>
                <p class="row">
                    <button type="submit" class="button" data-kind="primary" disabled=move || write.pending().get()>
                        {t!(i18n, backup.write.button)}
                    </button>
                </p>
            </form>
            <WorkProgress work is_pending=write.pending() stage />
            {move || {
                let done = write.value().get().filter(|_| !write.pending().get())?;
                Some(match done {
                    Ok(written) => view! { <Outcome written /> }.into_any(),
                    Err(Failure::Stopped) => {
                        view! { <Notice tone=Tone::Info>{t!(i18n, backup.write.stopped)}</Notice> }.into_any()
                    }
                    Err(failure) => view! { <CameToNothing failure /> }.into_any(),
                })
            }}
        </section>
    }
}

/// One thing to choose.
#[component]
fn Choice(
    /// Whether it is chosen.
    checked: RwSignal<bool>,
    children: Children,
) -> impl IntoView {
    view! {
        <label>
            <input type="checkbox" prop:checked=checked on:change=move |event| checked.set(event_target_checked(&event)) />
            <span>{children()}</span>
        </label>
    }
}

/// What came of it, with everything a person may want to know of the file.
#[component]
fn Outcome(
    /// The file.
    written: Written,
) -> impl IntoView {
    let i18n = use_i18n();
    let Written { name, count, size, at_ms, is_proven, is_without_attachments, is_sealed, lost } = written;
    if !is_proven {
        return view! {
            <Notice tone=Tone::Problem>{move || t_string!(i18n, backup.write.unproven, name = name.clone())}</Notice>
        }
        .into_any();
    }
    let at = civil(at_ms).format("%Y-%m-%d %H:%M").to_string();
    view! {
        <Notice tone=Tone::Success>
            <p>{move || {
                let (name, size, at) = (name.clone(), size.clone(), at.clone());
                t_string!(i18n, backup.write.proven, name = name, count = count, size = size, at = at)
            }}</p>
            {is_without_attachments.then(|| view! { <p>{t!(i18n, backup.write.proven_bare)}</p> })}
            {is_sealed.then(|| view! { <p>{t!(i18n, backup.write.proven_sealed)}</p> })}
        </Notice>
        {(lost > 0)
            .then(|| view! { <Notice tone=Tone::Problem>{t!(i18n, backup.write.lost, count = lost)}</Notice> })}
    }
    .into_any()
}

fn stage(locale: Locale, step: Option<Step>) -> &'static str {
    match step.map(|step| step.stage) {
        None | Some(0) => td_string!(locale, backup.stage.reading),
        Some(1) => td_string!(locale, backup.stage.writing),
        Some(_) => td_string!(locale, backup.stage.proving),
    }
}
