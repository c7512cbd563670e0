//! A sentence that stands out: a fact, a success or a problem.

use leptos::prelude::*;

/// What a notice says about itself.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Tone {
    /// Worth knowing.
    Info,
    /// It worked.
    Success,
    /// It did not work; read out at once.
    Problem,
}

/// A notice; its content is a sentence and, if there is one, the way on.
#[component]
pub fn Notice(
    /// What kind of notice it is.
    tone: Tone,
    children: Children,
) -> impl IntoView {
    let (state, role) = match tone {
        Tone::Info => ("info", "status"),
        Tone::Success => ("success", "status"),
        Tone::Problem => ("problem", "alert"),
    };
    view! {
        <div class="notice" data-kind=state role=role>
            {children()}
        </div>
    }
}
