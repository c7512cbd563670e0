//! Entering a customer by hand.
use leptos::prelude::*;
/// Stub.
#[component]
pub fn AddCustomer() -> impl IntoView {}
