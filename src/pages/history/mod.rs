//! History: everything that was done, act by act and record by record, with the way back; and the bin.

mod act;
mod bin;
mod keys;
mod list;
mod reader;
mod record;
mod turning;
mod words;

use kehu_domain::stamp::{RecordId, Stamp};
use leptos::prelude::*;
use leptos_router::hooks::use_query_map;

use act::ActPage;
use list::DeedList;
use record::RecordPage;

pub use act::deeds_of;
pub use bin::BinPage;
pub use keys::{UndoKeys, offer_undo, provide_undo};
pub use reader::{fields_of, of_customer};
pub use record::Entries;
pub use words::{address_of, deed_title, kind_label, record_title, undo_name};

/// What was done: all acts, with `?act=` one of them, with `?record=` what was done to one record.
#[component]
pub fn HistoryPage() -> impl IntoView {
    let query = use_query_map();
    let act = Memo::new(move |_| query.read().get("act").and_then(|act| act.parse::<Stamp>().ok()));
    let record = Memo::new(move |_| query.read().get("record").and_then(|record| record.parse::<RecordId>().ok()));
    move || match (act.get(), record.get()) {
        (Some(act), _) => view! { <ActPage act /> }.into_any(),
        (None, Some(record)) => view! { <RecordPage record /> }.into_any(),
        (None, None) => view! { <DeedList /> }.into_any(),
    }
}
