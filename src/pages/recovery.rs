//! The data did not open: what is known, and every way on. Nothing is changed unless asked.

use kehu_store::StoreError;
use leptos::prelude::*;

use crate::device::open_workspace;
use crate::exchange::Marks;
use crate::i18n::{t, t_string, use_i18n};
use crate::moment::civil;
use crate::pages::data::Restore;
use crate::words;

/// The page shown instead of the app when its storage did not open as usual.
#[component]
pub fn Recovery(
    /// What happened.
    problem: StoreError,
    /// Tries to open it again.
    #[prop(into)]
    on_retry: Callback<()>,
    /// Goes on with what is left; only where something was lost.
    on_accept: Option<Callback<()>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let memory = kehu_store::remembered(open_workspace());
    let known = memory.as_ref().map(|memory| memory.changes);
    let saved = memory.map(|memory| (civil(memory.at_ms).format("%Y-%m-%d %H:%M").to_string(), memory.changes));
    let copy = Marks::read().and_then(|marks| marks.latest());
    let copy = copy.map(|mark| (civil(mark.at_ms).format("%Y-%m-%d %H:%M").to_string(), mark));
    view! {
        <main class="page recovery">
            <h1>{t!(i18n, problem.recovery.title)}</h1>
            <section class="notice" data-kind="problem" role="alert">
                <h2>{t!(i18n, problem.recovery.known)}</h2>
                <p>{move || words::store_problem(i18n.get_locale(), &problem)}</p>
                {saved
                    .map(|(at, count)| {
                        view! { <p>{move || t_string!(i18n, problem.recovery.saved, at = at.clone(), count = count)}</p> }
                    })}
                <p>
                    {move || match copy.clone() {
                        Some((at, mark)) => {
                            t_string!(i18n, problem.recovery.copy, at = at, count = mark.changes)
                        }
                        None => t_string!(i18n, problem.recovery.no_copy).to_owned(),
                    }}
                </p>
                <p>{t!(i18n, problem.recovery.safe)}</p>
            </section>
            <p class="row">
                <button type="button" class="button" on:click=move |_| on_retry.run(())>
                    {t!(i18n, problem.recovery.retry)}
                </button>
                <a class="button" href="/rescue.html" rel="external">{t!(i18n, problem.recovery.rescue)}</a>
            </p>
            {on_accept
                .map(|on_accept| {
                    view! {
                        <Restore workspace=open_workspace() known on_done=on_accept />
                        <section class="section">
                            <h2>{t!(i18n, problem.recovery.accept_title)}</h2>
                            <p>{t!(i18n, problem.recovery.accept_text)}</p>
                            <p class="row">
                                <button type="button" class="button" data-kind="quiet" on:click=move |_| on_accept.run(())>
                                    {t!(i18n, problem.recovery.accept)}
                                </button>
                            </p>
                        </section>
                    }
                })}
        </main>
    }
}
