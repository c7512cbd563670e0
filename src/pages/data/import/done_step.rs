//! The last step: what was imported, the way back, and what comes next.

use kehu_domain::kind;
use leptos::prelude::*;
use leptos_router::components::A;

use super::StepHeading;
use super::batches::{UndoButton, is_in_force};
use super::check_step::Tally;
use super::lists::SaveRefused;
use super::wizard::{Imported, Task, Wizard};
use crate::components::{Notice, Tone};
use crate::i18n::{t, t_string, use_i18n};
use crate::words;

/// What came of the import.
#[component]
pub fn DoneStep(wizard: Wizard) -> impl IntoView {
    let i18n = use_i18n();
    let has_moved = wizard.has_moved.get();
    let imported = wizard.imported.get_untracked();
    view! {
        <section class="section stack">
            <StepHeading has_moved>{t!(i18n, import.done.title)}</StepHeading>
            {imported.map(|imported| view! { <Result wizard=wizard.clone() imported /> })}
            <Next wizard />
        </section>
    }
}

/// Counts, tag, and undo.
#[component]
fn Result(wizard: Wizard, imported: Imported) -> impl IntoView {
    let i18n = use_i18n();
    let Imported { file, tag, counts, act, .. } = imported;
    let workspace = wizard.workspace.clone();
    let is_in_force = Memo::new(move |_| act.is_some_and(|act| workspace.read(|book| is_in_force(book, act))));
    let text = move || match act {
        Some(_) if !is_in_force.get() => t_string!(i18n, import.done.undone, tag = tag.clone()),
        Some(_) => t_string!(i18n, import.done.text, file = file.clone(), tag = tag.clone()),
        None => t_string!(i18n, import.done.nothing, file = file.clone()),
    };
    view! {
        <p role="status">{text}</p>
        <Tally counts />
        {(counts.refused > 0).then(|| view! { <SaveRefused wizard=wizard.clone() /> })}
        {move || act.filter(|_| is_in_force.get()).map(|act| {
            let label = Signal::derive(move || t_string!(i18n, import.undo.button).to_owned());
            view! {
                <p class="row">
                    <UndoButton wizard=wizard.clone() act label />
                </p>
            }
        })}
    }
}

/// Grade, look, or import more.
#[component]
fn Next(wizard: Wizard) -> impl IntoView {
    let i18n = use_i18n();
    let is_orders = wizard.imported.with_untracked(|done| done.as_ref().is_some_and(|done| done.kind == kind::ORDER));
    let (for_grade, for_orders, for_another) = (wizard.clone(), wizard.clone(), wizard.clone());
    let is_busy = Signal::derive(move || wizard.is_busy());
    let grade = Action::new_unsync(move |(): &()| {
        let wizard = for_grade.clone();
        async move {
            let run = wizard.begin(Task::Grading);
            let report = {
                let wizard = wizard.clone();
                move |done, total| wizard.report(run, Task::Grading, done, total)
            };
            let graded = wizard.workspace.clone().grade_all(report).await;
            wizard.end(run);
            graded
        }
    });
    view! {
        <section class="stack">
            <h3>{t!(i18n, import.done.next)}</h3>
            <div class="row">
                <button
                    type="button"
                    class="button"
                    data-kind="primary"
                    disabled=move || is_busy.get()
                    on:click=move |_| { grade.dispatch(()); }
                >
                    {t!(i18n, import.done.grade)}
                </button>
                <A href="/customers" attr:class="button">{t!(i18n, import.done.customers)}</A>
                {(!is_orders).then(|| view! {
                    <button
                        type="button"
                        class="button"
                        disabled=move || is_busy.get()
                        on:click=move |_| for_orders.start_over(Some(kind::ORDER))
                    >
                        {t!(i18n, import.done.orders)}
                    </button>
                })}
                <button
                    type="button"
                    class="button"
                    disabled=move || is_busy.get()
                    on:click=move |_| for_another.start_over(None)
                >
                    {t!(i18n, import.done.another)}
                </button>
            </div>
            {move || grade.value().get().filter(|_| !grade.pending().get()).map(|graded| {
                let (tone, text) = match graded {
                    Ok(done) => {
                        let text = t_string!(
                            i18n,
                            import.done.graded,
                            graded = done.graded,
                            ungraded = done.ungraded
                        );
                        (Tone::Success, text)
                    }
                    Err(problem) => (Tone::Problem, words::store_problem(i18n.get_locale(), &problem)),
                };
                view! { <Notice tone><p>{text}</p></Notice> }
            })}
        </section>
    }
}
