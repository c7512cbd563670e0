//! The part that meets the browser: IndexedDB, localStorage, locks and the other tabs.

mod appending;
mod channel;
mod compacting;
mod idb;
mod keeping;
mod opening;
mod reading;
mod rewriting;
mod room;
mod script;
mod sentinel;
mod small;
mod store;
mod workspaces;

pub use keeping::{keep, kept};
pub use opening::{FORMAT, Opening, StoreEvent};
pub use reading::Position;
pub use room::{Persistence, Room, estimate, persist, persisted};
pub use sentinel::{Memory, remembered};
pub use store::Store;

/// The database of a workspace.
pub(crate) fn database_name(workspace: &str) -> String {
    format!("kehu-{workspace}")
}
