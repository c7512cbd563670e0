//! stub
use leptos::prelude::*;
#[component] pub fn CasesPage() -> impl IntoView { view!{ <main class="page"><h1>"CasesPage"</h1></main> } }
#[component] pub fn CasePage() -> impl IntoView { view!{ <main class="page"><h1>"CasePage"</h1></main> } }
