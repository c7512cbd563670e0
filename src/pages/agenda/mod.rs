//! The agenda on screen: its rows, the lists its numbers open, and where they are found.

mod export;
mod list;
mod row;
mod words;

use std::sync::Arc;

use kehu_domain::agenda::{Agenda, Choice, EntryKind, Item, Viewer};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::moment::civil;
use crate::pages::cases::draft_of;
use crate::workspace::{Workspace, use_workspace};

pub use list::{AgendaList, WorkPage};
pub use row::{Rows, use_planner};
pub use words::{kind_name, narrowed_to, state_name, whose_name};

/// Where a part of the agenda is listed: customers to contact with the customers, all else on the work list.
pub fn address(choice: &Choice) -> String {
    let place = match choice.kind {
        _ if choice.is_cases_only => "/cases",
        Some(EntryKind::Contact) => "/customers",
        _ => "/work",
    };
    format!("{place}{}", choice.query())
}

/// The agenda with the drafts of this device, and who looks at it.
pub fn use_agenda() -> Memo<(Arc<Agenda>, Viewer)> {
    let workspace = use_workspace();
    let begun = ArcRwSignal::new(Vec::new());
    // Not a resource: one would put up the page's "opening" for a moment after every commit.
    Effect::new({
        let (workspace, begun) = (workspace.clone(), begun.clone());
        move || {
            workspace.pulse().track();
            let (workspace, begun) = (workspace.clone(), begun.clone());
            spawn_local(async move {
                let found = drafts(&workspace).await;
                if *begun.read_untracked() != found {
                    begun.set(found);
                }
            });
        }
    });
    Memo::new(move |_| {
        let (agenda, viewer) = (workspace.agenda(), workspace.viewer());
        let begun = begun.get();
        let agenda = if begun.is_empty() { agenda } else { Arc::new((*agenda).clone().with(begun)) };
        (agenda, viewer)
    })
}

/// The drafts of forms of open cases, as work of the person of this device.
async fn drafts(workspace: &Workspace) -> Vec<Item> {
    let (drafts, _) = workspace.store().drafts().await.unwrap_or_default();
    let me = workspace.person();
    let item = |draft: kehu_store::Draft| {
        let (case, form) = draft_of(&draft.id)?;
        let customer = match case {
            Some(case) => workspace.open_case(case)?.customer,
            None => None,
        };
        Some(Item::draft(case, form, customer, me, civil(draft.saved_at_ms)))
    };
    drafts.into_iter().filter_map(item).collect()
}
