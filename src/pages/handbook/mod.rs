//! stub
use leptos::prelude::*;
#[component] pub fn HandbookPage() -> impl IntoView { view!{ <main class="page"><h1>"HandbookPage"</h1></main> } }
#[component] pub fn SectionPage() -> impl IntoView { view!{ <main class="page"><h1>"SectionPage"</h1></main> } }
