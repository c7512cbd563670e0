//! The command box: finds records and pages in one place.
use leptos::prelude::*;
/// Stub.
#[component]
pub fn CommandBox() -> impl IntoView {}
