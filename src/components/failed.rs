//! That something came to nothing.

use kehu_ledger::errand::Failure;
use leptos::prelude::*;

use super::{Notice, Tone};
use crate::i18n::use_i18n;
use crate::words;

/// Why the worker came to nothing, and what to do.
#[component]
pub fn Failed(failure: Failure) -> impl IntoView {
    let i18n = use_i18n();
    view! { <Notice tone=Tone::Problem>{move || words::failure(i18n.get_locale(), &failure)}</Notice> }
}
