//! stub
use leptos::prelude::*;
#[component] pub fn TodayPage() -> impl IntoView { view!{ <main class="page"><h1>"TodayPage"</h1></main> } }
