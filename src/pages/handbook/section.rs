//! A section of the handbook: the page of the address, or one of its forms as a blank sheet.

use kehu_domain::form::Form;
use kehu_domain::playbook::{Playbook, Section};
use kehu_domain::workflow::Process;
use leptos::prelude::*;
use leptos_router::components::A;
use leptos_router::hooks::{use_params_map, use_query_map};

use super::blank::BlankForm;
use super::flow::{Flow, Moves};
use super::standards::{Acceptance, Checklists, Examples, Forms, KeyFigures, Rules};
use super::steps::Steps;
use super::words::{joined, principle, role_titles};
use crate::components::PrintFoot;
use crate::i18n::{Locale, t, td_string, use_i18n};
use crate::pages::scores::ScoreCardLink;
use crate::words::lang_of;
use crate::workspace::use_workspace;

/// The section of the address; with `?form=` that form of it, blank.
#[component]
pub fn SectionPage() -> impl IntoView {
    let i18n = use_i18n();
    let params = use_params_map();
    let query = use_query_map();
    let id = Memo::new(move |_| params.read().get("section").unwrap_or_default());
    let form = Memo::new(move |_| query.read().get("form").filter(|form| !form.is_empty()));
    move || {
        let locale = i18n.get_locale();
        let section = Playbook::built_in().section(&id.read());
        match (section, form.get()) {
            (None, _) => view! { <Unknown id=id.get() /> }.into_any(),
            (Some(section), None) => view! { <SectionSheet section locale /> }.into_any(),
            (Some(section), Some(wanted)) => match form_of(section, &wanted) {
                Some(form) => view! { <BlankForm section form locale /> }.into_any(),
                None => view! { <UnknownForm section id=wanted locale /> }.into_any(),
            },
        }
    }
}

/// The form `id`, if it is one of the section's.
fn form_of(section: &Section, id: &str) -> Option<&'static Form> {
    section.forms.iter().find(|form| ***form == *id).and_then(|id| Playbook::built_in().form(id))
}

/// An address that names no section.
#[component]
fn Unknown(id: String) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <main class="page">
            <header class="page-header">
                <h1>{t!(i18n, handbook.unknown.title)}</h1>
            </header>
            <p>{t!(i18n, handbook.unknown.section, section = id)}</p>
            <p><A href="/handbook" attr:class="button">{t!(i18n, handbook.unknown.contents)}</A></p>
        </main>
    }
}

/// An address that names no form of its section.
#[component]
fn UnknownForm(section: &'static Section, id: String, locale: Locale) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <main class="page">
            <header class="page-header">
                <h1>{t!(i18n, handbook.unknown.title)}</h1>
            </header>
            <p>{t!(i18n, handbook.unknown.form, section = &*section.id, form = id)}</p>
            <p>
                <A href=format!("/handbook/{}", section.id) attr:class="button">
                    {section.title.get(lang_of(locale))}
                </A>
            </p>
        </main>
    }
}

/// The section as a page of a book.
#[component]
fn SectionSheet(
    section: &'static Section,
    /// The language it is set in.
    locale: Locale,
) -> impl IntoView {
    let i18n = use_i18n();
    let lang = lang_of(locale);
    let playbook = Playbook::built_in();
    let chapter =
        playbook.chapters.iter().find(|chapter| playbook.sections_of(chapter.number).any(|of| of.id == section.id));
    let running = chapter.map(|chapter| {
        let number = td_string!(locale, handbook.chapter, number = chapter.number);
        format!("{number} · {}", chapter.title.get(lang))
    });
    let company = use_workspace().company();
    let foot = format!("{} {}", section.id, section.title.get(lang));
    let foot = if company.is_empty() { foot } else { format!("{foot} · {company}") };
    let processes: Vec<&'static Process> = section.processes.iter().filter_map(|id| playbook.process(id)).collect();
    view! {
        <main class="page">
            <PrintFoot text=foot />
            <header class="page-header">
                <A href="/handbook" attr:class="back-link">"‹ " {t!(i18n, handbook.title)}</A>
                <span class="chapter-numeral" aria-hidden="true">{&*section.id}</span>
                <h1>{section.title.get(lang)} <small>{running}</small></h1>
            </header>
            <article class="handbook-section">
                <div class="prose">
                    <p>{section.purpose.get(lang)}</p>
                    <About section locale />
                </div>
                {processes.iter().map(|process| view! { <Flow process locale /> }).collect_view()}
                <Steps section locale />
                {processes.iter().map(|process| view! { <Moves process locale /> }).collect_view()}
                <Forms section locale />
                <Rules section locale />
                <Examples section locale />
                <Checklists section locale />
                <KeyFigures section locale />
                <Acceptance section locale />
                <ScoreCardLink section=&section.id />
            </article>
            <div class="page-actions">
                <button type="button" class="button" on:click=|_| print()>{t!(i18n, handbook.print.section)}</button>
            </div>
        </main>
    }
}

/// Who owns the section, and which quality principles it serves.
#[component]
fn About(section: &'static Section, locale: Locale) -> impl IntoView {
    let principles: Vec<String> = section.tags.iter().map(|tag| format!("{tag} {}", principle(locale, *tag))).collect();
    view! {
        <dl class="fact-list">
            <div>
                <dt>{td_string!(locale, handbook.about.owners)}</dt>
                <dd>{role_titles(locale, section.owners.iter().copied())}</dd>
            </div>
            <div>
                <dt>{td_string!(locale, handbook.about.principles)}</dt>
                <dd>{joined(locale, &principles)}</dd>
            </div>
        </dl>
    }
}

/// Asks the browser to print the page; a browser that cannot leaves everything as it is.
pub fn print() {
    if let Err(problem) = window().print() {
        leptos::logging::warn!("the browser cannot print: {problem:?}");
    }
}
