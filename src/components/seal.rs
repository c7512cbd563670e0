//! A seal: a grade, a tier or an approval, as it would be stamped on paper.

use leptos::prelude::*;

/// A seal with its meaning for those who cannot see it.
#[component]
pub fn Seal(
    /// What stands in it: one to four characters.
    #[prop(into)]
    mark: Signal<String>,
    /// What it means, in words.
    #[prop(into)]
    meaning: Signal<String>,
    /// Proposed but not yet approved: drawn in outline.
    #[prop(into, default = Signal::stored(false))]
    is_proposed: Signal<bool>,
) -> impl IntoView {
    view! {
        <span
            class="seal"
            role="img"
            aria-label=meaning
            title=meaning
            data-state=move || if is_proposed.get() { "proposed" } else { "final" }
            data-mark=mark
        >
            <span aria-hidden="true">{mark}</span>
        </span>
    }
}
