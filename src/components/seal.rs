//! A seal: a grade, a tier or an approval, as it would be stamped on paper.

use leptos::prelude::*;

/// A seal with its meaning for those who cannot see it.
#[component]
pub fn Seal(
    /// What stands in it: one to four characters.
    #[prop(into)]
    mark: String,
    /// What it means, in words.
    #[prop(into)]
    meaning: Signal<String>,
    /// The grade that gives it its weight: `VIP`, `A` … `D`, or `none`.
    grade: &'static str,
    /// Large, as the one seal of a page.
    #[prop(optional)]
    is_large: bool,
) -> impl IntoView {
    view! {
        <span
            class="seal"
            role="img"
            aria-label=meaning
            title=meaning
            data-grade=grade
            data-size=is_large.then_some("large")
        >
            <span aria-hidden="true">{mark}</span>
        </span>
    }
}
