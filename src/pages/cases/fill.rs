//! Filling a form.
use kehu_domain::stamp::RecordId;
use leptos::prelude::*;
/// Stub.
#[component]
pub fn FillForm(id: RecordId, form: String, then: Option<String>) -> impl IntoView { let _ = (id, form, then); }
