//! The card of one customer.
use leptos::prelude::*;
/// Stub.
#[component]
pub fn CustomerPage() -> impl IntoView {}
