//! Grading everybody from the list, with progress and a result.

use leptos::prelude::*;

use crate::components::{Notice, Tone};
use crate::i18n::{t, use_i18n};
use crate::words;
use crate::workspace::use_workspace;

/// A button that grades all customers and says what came of it.
#[component]
pub fn GradeAll() -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let progress = RwSignal::new((0usize, 0usize));
    let grade = Action::new_unsync(move |(): &()| {
        let workspace = workspace.clone();
        async move { workspace.grade_all(move |done, total| progress.set((done, total))).await }
    });
    view! {
        <button
            type="button"
            class="button"
            disabled=move || grade.pending().get()
            on:click=move |_| { grade.dispatch(()); }
        >
            {t!(i18n, customers.grade_all.button)}
        </button>
        <Show when=move || grade.pending().get()>
            <p role="status" class="progress-text">
                {move || {
                    let (done, total) = progress.get();
                    t!(i18n, customers.grade_all.busy, done, total)
                }}
            </p>
        </Show>
        {move || {
            grade
                .value()
                .get()
                .filter(|_| !grade.pending().get())
                .map(|outcome| match outcome {
                    Ok(done) => {
                        let (graded, ungraded) = (done.graded, done.ungraded);
                        view! {
                            <Notice tone=Tone::Success>{t!(i18n, customers.grade_all.done, graded, ungraded)}</Notice>
                        }
                            .into_any()
                    }
                    Err(problem) => {
                        let text = words::store_problem(i18n.get_locale(), &problem);
                        view! { <Notice tone=Tone::Problem>{text}</Notice> }.into_any()
                    }
                })
        }}
    }
}
