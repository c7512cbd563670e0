//! The data did not open: what is known, and every way on. Nothing is changed unless asked.

use kehu_store::StoreError;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use crate::i18n::{t, use_i18n};
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
    let navigate = use_navigate();
    view! {
        <main class="page recovery">
            <h1>{t!(i18n, problem.recovery.title)}</h1>
            <section class="notice" data-state="problem" role="alert">
                <h2>{t!(i18n, problem.recovery.known)}</h2>
                <p>{move || words::store_problem(i18n.get_locale(), &problem)}</p>
                <p>{t!(i18n, problem.recovery.safe)}</p>
            </section>
            <p class="row">
                <button type="button" class="button" data-kind="primary" on:click=move |_| on_retry.run(())>
                    {t!(i18n, problem.recovery.retry)}
                </button>
                <a class="button" href="/rescue.html" rel="external">{t!(i18n, problem.recovery.rescue)}</a>
            </p>
            {on_accept
                .map(|on_accept| {
                    view! {
                        <p class="row">
                            <button
                                type="button"
                                class="button"
                                on:click=move |_| {
                                    navigate("/data/backup", NavigateOptions { replace: true, ..NavigateOptions::default() });
                                    on_accept.run(());
                                }
                            >
                                {t!(i18n, problem.recovery.restore)}
                            </button>
                            <button type="button" class="button" data-kind="quiet" on:click=move |_| on_accept.run(())>
                                {t!(i18n, problem.recovery.accept)}
                            </button>
                        </p>
                    }
                })}
        </main>
    }
}
