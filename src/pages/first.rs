//! First run: three doors into the app, before anything was saved.

use kehu_domain::kind;
use leptos::prelude::*;
use leptos_router::components::A;

use crate::components::{Dialog, Notice, Tone};
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
    if use_workspace().name() == DEMO { view! { <DemoBuilding /> }.into_any() } else { view! { <Doors /> }.into_any() }
}

/// See a living company · bring my data · start empty.
#[component]
fn Doors() -> impl IntoView {
    let i18n = use_i18n();
    let is_naming = RwSignal::new(false);
    view! {
        <main class="first-run">
            <header>
                <span class="seal" data-size="large" data-shape="square" data-tone="solid" aria-hidden="true">"客户"</span>
                <h1>{t!(i18n, first.title)}</h1>
                <p>{t!(i18n, first.lead)}</p>
            </header>
            <div class="door-list">
                <section class="door">
                    <button type="button" on:click=|_| switch_to(DEMO)>{t!(i18n, first.demo.title)}</button>
                    <p>{t!(i18n, first.demo.text, count = DEMO_CUSTOMERS)}</p>
                </section>
                <section class="door">
                    <A href="/data/import">{t!(i18n, first.bring.title)}</A>
                    <p>{t!(i18n, first.bring.text)}</p>
                </section>
                <section class="door">
                    <button type="button" on:click=move |_| is_naming.set(true)>{t!(i18n, first.empty.title)}</button>
                    <p>{t!(i18n, first.empty.text)}</p>
                </section>
            </div>
            <p>
                <A href="/data/sync">{t!(i18n, sync.first.link)}</A>
            </p>
            <p class="row">
                <button type="button" class="button" data-kind="quiet" lang="zh-CN" on:click=move |_| choose(i18n, Locale::zh)>
                    "中文"
                </button>
                <button type="button" class="button" data-kind="quiet" lang="en" on:click=move |_| choose(i18n, Locale::en)>
                    "English"
                </button>
            </p>
            <Dialog open=is_naming title=Signal::derive(move || t_string!(i18n, first.empty.title).to_owned())>
                <StartEmpty />
            </Dialog>
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
            class="dialog-body"
            on:submit=move |event| {
                event.prevent_default();
                start.dispatch_local(name.get());
            }
        >
            <div class="field">
                <label for="company-name">{t!(i18n, first.empty.name)}</label>
                <input
                    id="company-name"
                    type="text"
                    maxlength="60"
                    required
                    autocomplete="organization"
                    bind:value=name
                />
            </div>
            <button type="submit" class="button" data-kind="primary" disabled=move || start.pending().get()>
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
        let changes = kehu_domain::demo::company(DEMO_SEED, DEMO_CUSTOMERS, moment::today(), moment::wall_ms());
        let begun: Result<(), kehu_store::StoreError> = async {
            workspace.found(changes).await?;
            if let Some(person) = workspace.busiest_specialist() {
                workspace.set_person(person);
            }
            workspace.grade_all(|_, _| ()).await.map(|_| ())
        }
        .await;
        if let Err(reason) = begun {
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
    Remembered::Language.write(locale.as_ref());
    i18n.set_locale(locale);
}
