//! First run: three doors into the app, before anything was saved.

use kehu_domain::kind;
use leptos::prelude::*;
use leptos_router::components::A;

use crate::components::{Notice, Tone};
use crate::device::{DEMO, Remembered, switch_to};
use crate::i18n::{Locale, t, t_string, use_i18n};
use crate::moment;
use crate::words;
use crate::workspace::{SETTINGS_RECORD, use_workspace};

/// How many customers the demo company has.
const DEMO_CUSTOMERS: usize = 500;

/// The seed of the demo company: the same firm for everyone, with dates around today.
const DEMO_SEED: u64 = 2026;

/// Three doors, or the demo company being built.
#[component]
pub fn FirstRun() -> impl IntoView {
    if use_workspace().name() == DEMO {
        view! { <DemoBuilding /> }.into_any()
    } else {
        view! { <Doors /> }.into_any()
    }
}

/// See a living company · bring my data · start empty.
#[component]
fn Doors() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <main class="first-run">
            <header class="first-run-head">
                <span class="seal first-run-seal" aria-hidden="true">"客"</span>
                <h1>{t!(i18n, first.title)}</h1>
                <p class="lead">{t!(i18n, first.lead)}</p>
            </header>
            <div class="doors">
                <button type="button" class="door" on:click=|_| switch_to(DEMO)>
                    <strong>{t!(i18n, first.demo.title)}</strong>
                    <span>{t!(i18n, first.demo.text, count = DEMO_CUSTOMERS)}</span>
                </button>
                <A href="/data/import" attr:class="door">
                    <strong>{t!(i18n, first.bring.title)}</strong>
                    <span>{t!(i18n, first.bring.text)}</span>
                </A>
                <StartEmpty />
            </div>
            <p class="first-run-language">
                <button type="button" class="button-quiet" lang="zh-CN" on:click=move |_| choose(i18n, Locale::zh)>
                    "中文"
                </button>
                <button type="button" class="button-quiet" lang="en" on:click=move |_| choose(i18n, Locale::en)>
                    "English"
                </button>
            </p>
        </main>
    }
}

/// The third door: a company with a name and nothing else yet.
#[component]
fn StartEmpty() -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let name = RwSignal::new(String::new());
    let start = Action::new_unsync(move |name: &String| {
        let (workspace, name) = (workspace.clone(), name.clone());
        async move {
            workspace
                .commit(move |book, act| {
                    act.set(book, kind::SETTINGS, SETTINGS_RECORD, kind::NAME, name.trim().into());
                })
                .await
        }
    });
    let problem = move || match start.value().get() {
        Some(Err(problem)) => Some(words::store_problem(i18n.get_locale(), &problem)),
        _ => None,
    };
    view! {
        <form
            class="door"
            on:submit=move |event| {
                event.prevent_default();
                start.dispatch(name.get());
            }
        >
            <strong>{t!(i18n, first.empty.title)}</strong>
            <span>{t!(i18n, first.empty.text)}</span>
            <label class="field">
                <span class="field-label">{t!(i18n, first.empty.name)}</span>
                <input type="text" maxlength="60" required autocomplete="organization" bind:value=name />
            </label>
            <button type="submit" class="button" disabled=move || start.pending().get()>
                {t!(i18n, first.empty.start)}
            </button>
            {move || problem().map(|problem| view! { <Notice tone=Tone::Problem>{problem}</Notice> })}
        </form>
    }
}

/// Builds the demo company once, in its own workspace.
#[component]
fn DemoBuilding() -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let problem = RwSignal::new(None);
    leptos::task::spawn_local(async move {
        moment::breathe().await;
        let changes = Vec::new();
        if let Err(reason) = workspace.found(changes).await {
            problem.set(Some(reason));
        }
    });
    view! {
        <main class="first-run" aria-busy=move || problem.read().is_none().to_string()>
            <h1>{t!(i18n, first.demo.title)}</h1>
            {move || match problem.get() {
                None => t_string!(i18n, first.demo.busy).to_owned(),
                Some(problem) => words::store_problem(i18n.get_locale(), &problem),
            }}
        </main>
    }
}

fn choose(i18n: words::I18n, locale: Locale) {
    Remembered::Language.write(&locale.to_string());
    i18n.set_locale(locale);
}
