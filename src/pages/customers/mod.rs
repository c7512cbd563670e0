//! stub
use leptos::prelude::*;
#[component] pub fn CustomersPage() -> impl IntoView { view!{ <main class="page"><h1>"CustomersPage"</h1></main> } }
#[component] pub fn CustomerPage() -> impl IntoView { view!{ <main class="page"><h1>"CustomerPage"</h1></main> } }
