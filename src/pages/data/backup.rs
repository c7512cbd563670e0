//! Backup: a copy out, copies kept in a folder, and the way to opening one.

use leptos::prelude::*;
use leptos_router::components::A;

use super::folder::FolderCopies;
use super::write::WriteBackup;
use crate::i18n::{t, use_i18n};

/// Writing and keeping copies, and the way in for those of others.
#[component]
pub fn BackupPage() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <main class="page">
            <header class="page-header">
                <h1>{t!(i18n, data.backup.title)}</h1>
            </header>
            <WriteBackup />
            <FolderCopies />
            <section class="section">
                <h2>{t!(i18n, arrival.title)}</h2>
                <p>{t!(i18n, arrival.lead)}</p>
                <p class="row"><A href="/data/open" attr:class="button">{t!(i18n, arrival.file.title)}</A></p>
            </section>
        </main>
    }
}
