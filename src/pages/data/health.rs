//! The health of the storage in plain words: promise, room, journal, latest copy.

use kehu_store::{Persistence, estimate, persisted};
use leptos::prelude::*;
use serde::{Deserialize, Serialize};

use crate::i18n::{t, t_string, use_i18n};
use crate::moment::civil;
use crate::words::megabytes;
use crate::workspace::use_workspace;

/// When a proven backup last left this device, and how much it held.
#[derive(Clone, Copy, Debug, PartialEq, Serialize, Deserialize)]
pub struct LastCopy {
    /// Milliseconds since 1970-01-01 UTC.
    pub at_ms: u64,
    /// How many changes it held.
    pub changes: usize,
}

impl LastCopy {
    fn key(workspace: &str) -> String {
        format!("kehu-last-copy-{workspace}")
    }

    /// Keeps it on this device.
    pub fn remember(self, workspace: &str) {
        let storage = window().local_storage().ok().flatten();
        if let (Some(storage), Ok(text)) = (storage, serde_json::to_string(&self)) {
            let _ = storage.set_item(&Self::key(workspace), &text);
        }
    }

    /// The latest one, if any.
    pub fn read(workspace: &str) -> Option<Self> {
        let storage = window().local_storage().ok().flatten()?;
        serde_json::from_str(&storage.get_item(&Self::key(workspace)).ok()??).ok()
    }
}

/// What is known about the safety of the data, as a short list.
#[component]
pub fn Health() -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let promise = LocalResource::new(persisted);
    let room = LocalResource::new(estimate);
    let counts = {
        let workspace = workspace.clone();
        move || workspace.read(|book| (book.records().filter(|record| record.exists()).count(), book.len()))
    };
    let journal = {
        let (complete, integrity) = (workspace.is_complete(), workspace.integrity());
        move || match (complete.get(), integrity.get()) {
            (false, _) => t_string!(i18n, data.health.journal_reading).to_owned(),
            (true, flaws) if flaws.is_whole() => t_string!(i18n, data.health.journal_good).to_owned(),
            (true, flaws) => {
                t_string!(i18n, data.health.journal_bad, count = flaws.damaged, missing = flaws.missing)
            }
        }
    };
    let copy = move || {
        let changes = workspace.read(|book| book.len());
        match LastCopy::read(workspace.name()) {
            None => t_string!(i18n, data.health.copy_none).to_owned(),
            Some(copy) => {
                let at = civil(copy.at_ms).format("%Y-%m-%d %H:%M").to_string();
                let said = t_string!(i18n, data.health.copy_at, at = at, count = copy.changes);
                match changes.saturating_sub(copy.changes) {
                    0 => said,
                    count => format!("{said} · {}", t_string!(i18n, data.health.copy_behind, count = count)),
                }
            }
        }
    };
    view! {
        <section class="section">
            <h2>{t!(i18n, data.health.title)}</h2>
            <dl class="health-list">
                <div>
                    <dt>{t!(i18n, data.health.copy)}</dt>
                    <dd>{copy}</dd>
                </div>
                <div>
                    <dt>{t!(i18n, data.health.journal)}</dt>
                    <dd>{journal}</dd>
                </div>
                <div>
                    <dt>{t!(i18n, data.health.records)}</dt>
                    <dd>
                        {move || {
                            let (records, changes) = counts();
                            t_string!(i18n, data.health.records_value, records = records, changes = changes)
                        }}
                    </dd>
                </div>
                <div>
                    <dt>{t!(i18n, data.health.persistence)}</dt>
                    <dd>
                        {move || match promise.get() {
                            Some(Persistence::Granted) => t_string!(i18n, data.health.granted),
                            Some(_) => t_string!(i18n, data.health.not_granted),
                            None => "…",
                        }}
                    </dd>
                </div>
                <div>
                    <dt>{t!(i18n, data.health.room)}</dt>
                    <dd>
                        {move || match room.get() {
                            Some(Some(room)) => {
                                t_string!(
                                    i18n,
                                    data.health.room_value,
                                    used = megabytes(room.used),
                                    quota = megabytes(room.quota)
                                )
                            }
                            Some(None) => t_string!(i18n, data.health.room_unknown).to_owned(),
                            None => "…".to_owned(),
                        }}
                    </dd>
                </div>
            </dl>
        </section>
    }
}
