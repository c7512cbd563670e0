//! The documents of a case.
use leptos::prelude::*;
use crate::workspace::OpenCase;
/// Stub.
#[component]
pub fn Documents(case: OpenCase) -> impl IntoView { let _ = case; }
