//! Backup and merge: a copy out on one side, one in on the other, clashes below.

use leptos::prelude::*;

use super::clashes::Clashes;
use super::folder::FolderCopies;
use super::merge::OpenBackup;
use super::write::WriteBackup;
use crate::i18n::{t, use_i18n};

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
            <FolderCopies />
            <OpenBackup />
            <Clashes />
        </main>
    }
}
