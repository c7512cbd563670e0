//! History.
use kehu_domain::stamp::RecordId;
use leptos::prelude::*;
/// Stub.
#[component]
pub fn History(id: RecordId) -> impl IntoView { let _ = id; }
