//! Moves.
use leptos::prelude::*;
use crate::workspace::OpenCase;
/// Stub.
#[component]
pub fn Moves(case: OpenCase) -> impl IntoView { let _ = case; }
