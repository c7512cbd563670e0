//! The table of contents: every chapter that has pages, with its sections.

use kehu_domain::playbook::{Chapter, Playbook};
use leptos::prelude::*;
use leptos_router::components::A;

use crate::i18n::{t, use_i18n};
use crate::words::lang;

/// The chapters with their sections; a chapter nobody has written yet is not listed.
#[component]
pub fn HandbookPage() -> impl IntoView {
    let i18n = use_i18n();
    let playbook = Playbook::built_in();
    let written = |chapter: &&Chapter| playbook.sections_of(chapter.number).next().is_some();
    let chapters = playbook.chapters.iter().filter(written);
    view! {
        <main class="page">
            <header class="page-header">
                <h1>{t!(i18n, handbook.title)}</h1>
                <p>{t!(i18n, handbook.lead)}</p>
            </header>
            <ol class="chapter-list">{chapters.map(|chapter| view! { <ChapterEntry chapter /> }).collect_view()}</ol>
        </main>
    }
}

#[component]
fn ChapterEntry(chapter: &'static Chapter) -> impl IntoView {
    let i18n = use_i18n();
    let sections = Playbook::built_in().sections_of(chapter.number);
    view! {
        <li id=format!("chapter-{}", chapter.number)>
            <span class="chapter-numeral" aria-hidden="true">{chapter.number}</span>
            <div>
                <h2>{move || chapter.title.get(lang(i18n))}</h2>
                <p class="hint">{move || chapter.summary.get(lang(i18n))}</p>
            </div>
            <ol>
                {sections
                    .map(|section| {
                        view! {
                            <li>
                                <A href=format!("/handbook/{}", section.id)>
                                    <span>{&*section.id}</span>
                                    <div>
                                        <span>{move || section.title.get(lang(i18n))}</span>
                                        <p class="hint">{move || section.purpose.get(lang(i18n))}</p>
                                    </div>
                                </A>
                            </li>
                        }
                    })
                    .collect_view()}
            </ol>
        </li>
    }
}
