//! stub
use leptos::prelude::*;
#[component]
pub fn ImportPage() -> impl IntoView {
    view! { <main class="page"></main> }
}
