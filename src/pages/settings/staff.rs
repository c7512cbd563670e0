use leptos::prelude::*;
#[component]
pub fn Person() -> impl IntoView {}
#[component]
pub fn StaffList() -> impl IntoView {}
