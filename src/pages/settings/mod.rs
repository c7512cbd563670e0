//! Settings: language and looks, the company, its staff, and who works on this device.

mod authority;
mod looks;
mod staff;

use kehu_domain::kind;
use leptos::prelude::*;

use crate::components::{Notice, Tone};
use crate::device::{DEMO, MAIN, switch_to};
use crate::i18n::{t, t_string, use_i18n};
use crate::words;
use crate::workspace::{SETTINGS_RECORD, use_workspace};
use authority::MyAuthority;
use looks::{LanguageChoice, ThemeChoice};
use staff::{Person, StaffList};

/// Everything a person may set.
#[component]
pub fn SettingsPage() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <main class="page">
            <header class="page-header">
                <h1>{t!(i18n, settings.title)}</h1>
            </header>
            <section class="page-section stack">
                <LanguageChoice />
                <ThemeChoice />
                <CompanyName />
            </section>
            <Person />
            <MyAuthority />
            <StaffList />
            <OtherWorkspace />
            <About />
        </main>
    }
}

#[component]
fn CompanyName() -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let stored = workspace.read_once(|book| {
        book.get(SETTINGS_RECORD).map(|settings| settings.text(kind::NAME).to_owned()).unwrap_or_default()
    });
    let name = RwSignal::new(stored);
    let save = Action::new_unsync(move |name: &String| {
        let (workspace, name) = (workspace.clone(), name.trim().to_owned());
        async move {
            workspace.commit(|book, act| act.set(book, kind::SETTINGS, SETTINGS_RECORD, kind::NAME, name.into())).await
        }
    });
    view! {
        <form
            on:submit=move |event| {
                event.prevent_default();
                save.dispatch_local(name.get());
            }
        >
            <label for="company">{t!(i18n, settings.company.label)}</label>
            <span class="row">
                <input id="company" type="text" maxlength="60" bind:value=name />
                <button type="submit" class="button" disabled=move || save.pending().get()>
                    {t!(i18n, shell.action.save)}
                </button>
            </span>
            {move || {
                save.value()
                    .get()
                    .map(|outcome| match outcome {
                        Ok(_) => view! { <Notice tone=Tone::Success>{t!(i18n, settings.company.saved)}</Notice> }.into_any(),
                        Err(problem) => {
                            let text = words::store_problem(i18n.get_locale(), &problem);
                            view! { <Notice tone=Tone::Problem>{text}</Notice> }.into_any()
                        }
                    })
            }}
        </form>
    }
}

#[component]
fn OtherWorkspace() -> impl IntoView {
    let i18n = use_i18n();
    let is_demo = use_workspace().name() == DEMO;
    view! {
        <section class="section">
            <h2>{t!(i18n, settings.workspace.title)}</h2>
            <p>{t!(i18n, settings.workspace.hint)}</p>
            <button type="button" class="button" on:click=move |_| switch_to(if is_demo { MAIN } else { DEMO })>
                {move || {
                    if is_demo {
                        t_string!(i18n, settings.workspace.to_main)
                    } else {
                        t_string!(i18n, settings.workspace.to_demo)
                    }
                }}
            </button>
        </section>
    }
}

#[component]
fn About() -> impl IntoView {
    let i18n = use_i18n();
    let is_offline_ready =
        document().document_element().is_some_and(|root| root.get_attribute("data-offline").is_some());
    view! {
        <section class="section">
            <h2>{t!(i18n, settings.about.title)}</h2>
            <p>{t!(i18n, settings.about.version, version = env!("CARGO_PKG_VERSION"))}</p>
            <p>
                {move || {
                    if is_offline_ready {
                        t_string!(i18n, settings.about.offline_ready)
                    } else {
                        t_string!(i18n, settings.about.offline_pending)
                    }
                }}
            </p>
        </section>
    }
}
