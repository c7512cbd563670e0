//! Data: what comes in, what is taken away, and whether it is safe.

mod backup;
mod clashes;
mod duplicates;
mod folder;
mod health;
mod import;
mod open;
mod packet;
mod passphrase;
mod past;
mod repair;
mod restore;
mod sync;
mod under_way;
mod write;

use leptos::prelude::*;
use leptos_router::components::A;

use crate::i18n::{t, use_i18n};
use crate::pages::export::ExportsWaiting;
use clashes::Clashes;
use health::Health;

pub use backup::BackupPage;
pub use duplicates::{DuplicatesPage, PairPage};
pub use import::ImportPage;
pub use open::OpenPage;
pub use packet::PacketPage;
pub use repair::RepairPage;
pub use restore::Restore;
pub use sync::SyncPage;

/// The ways in and out, the clashes that wait, and the health of the storage.
#[component]
pub fn DataPage() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <main class="page">
            <header class="page-header">
                <h1>{t!(i18n, data.title)}</h1>
                <p class="lead">{t!(i18n, data.lead)}</p>
            </header>
            <ExportsWaiting />
            <ul class="task-list">
                <li>
                    <A href="/data/import" attr:class="task">
                        <span class="task-name">{t!(i18n, data.open.import)}</span>
                        <span class="task-detail">{t!(i18n, data.open.import_hint)}</span>
                    </A>
                </li>
                <li>
                    <A href="/data/duplicates" attr:class="task">
                        <span class="task-name">{t!(i18n, duplicate.open)}</span>
                        <span class="task-detail">{t!(i18n, duplicate.open_hint)}</span>
                    </A>
                </li>
                <li>
                    <A href="/data/export" attr:class="task">
                        <span class="task-name">{t!(i18n, export.open)}</span>
                        <span class="task-detail">{t!(i18n, export.open_hint)}</span>
                    </A>
                </li>
                <li>
                    <A href="/data/backup" attr:class="task">
                        <span class="task-name">{t!(i18n, data.open.backup)}</span>
                        <span class="task-detail">{t!(i18n, data.open.backup_hint)}</span>
                    </A>
                </li>
                <li>
                    <A href="/data/open" attr:class="task">
                        <span class="task-name">{t!(i18n, data.open.open)}</span>
                        <span class="task-detail">{t!(i18n, data.open.open_hint)}</span>
                    </A>
                </li>
                <li>
                    <A href="/data/packet" attr:class="task">
                        <span class="task-name">{t!(i18n, data.open.packet)}</span>
                        <span class="task-detail">{t!(i18n, data.open.packet_hint)}</span>
                    </A>
                </li>
                <li>
                    <A href="/data/sync" attr:class="task">
                        <span class="task-name">{t!(i18n, sync.open)}</span>
                        <span class="task-detail">{t!(i18n, sync.open_hint)}</span>
                    </A>
                </li>
                <li>
                    <A href="/data/history" attr:class="task">
                        <span class="task-name">{t!(i18n, history.open_history)}</span>
                        <span class="task-detail">{t!(i18n, history.open_history_hint)}</span>
                    </A>
                </li>
                <li>
                    <A href="/data/bin" attr:class="task">
                        <span class="task-name">{t!(i18n, history.open_bin)}</span>
                        <span class="task-detail">{t!(i18n, history.open_bin_hint)}</span>
                    </A>
                </li>
                <li>
                    <a href="/rescue.html" rel="external" class="task">
                        <span class="task-name">{t!(i18n, data.open.rescue)}</span>
                        <span class="task-detail">{t!(i18n, data.open.rescue_hint)}</span>
                    </a>
                </li>
            </ul>
            <Clashes />
            <Health />
        </main>
    }
}
