//! Exporting a proven backup, and opening one.

use leptos::prelude::*;

use super::clashes::Clashes;
use super::health::LastCopy;
use super::merge::OpenBackup;
use crate::components::{Notice, Tone};
use crate::exchange::{save_blob, write_backup};
use crate::i18n::{t, t_string, use_i18n};
use crate::moment;
use crate::words::{self, megabytes};
use crate::workspace::use_workspace;

/// What the page says after an export.
#[derive(Clone)]
struct Written {
    name: String,
    count: usize,
    size: String,
    is_proven: bool,
}

/// Export on one side, opening on the other, clashes below.
#[component]
pub fn BackupPage() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <main class="page">
            <header class="page-header">
                <h1>{t!(i18n, data.backup.title)}</h1>
            </header>
            <WriteBackup />
            <OpenBackup />
            <Clashes />
        </main>
    }
}

#[component]
fn WriteBackup() -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let write = Action::new_unsync(move |(): &()| {
        let workspace = workspace.clone();
        async move {
            let backup = write_backup(&workspace, |_| ()).await?;
            let is_proven = backup.is_proven && save_blob(&backup.name, &backup.file);
            if is_proven {
                LastCopy { at_ms: moment::wall_ms(), changes: backup.count }.remember(workspace.name());
            }
            let size = megabytes(backup.file.size() as u64);
            Ok(Written { name: backup.name, count: backup.count, size, is_proven })
        }
    });
    view! {
        <section class="section">
            <h2>{t!(i18n, data.backup.write.title)}</h2>
            <p>{t!(i18n, data.backup.write.text)}</p>
            <p class="row">
                <button
                    type="button"
                    class="button" data-kind="primary"
                    disabled=move || write.pending().get()
                    on:click=move |_| { write.dispatch(()); }
                >
                    {t!(i18n, data.backup.write.button)}
                </button>
            </p>
            <Show when=move || write.pending().get()>
                <p role="status">{t!(i18n, data.backup.write.busy)}</p>
            </Show>
            {move || {
                write
                    .value()
                    .get()
                    .filter(|_| !write.pending().get())
                    .map(|done| {
                        let (tone, text) = match done {
                            Ok(Written { name, count, size, is_proven: true }) => {
                                (Tone::Success, t_string!(i18n, data.backup.write.proven, name = name, count = count, size = size))
                            }
                            Ok(Written { name, .. }) => {
                                (Tone::Problem, t_string!(i18n, data.backup.write.unproven, name = name))
                            }
                            Err(failure) => (Tone::Problem, words::failure(i18n.get_locale(), &failure)),
                        };
                        view! { <Notice tone>{text}</Notice> }
                    })
            }}
        </section>
    }
}
