//! What the person of this device may approve, and from where on it takes somebody else (spec 2.2).

use kehu_domain::kind;
use kehu_domain::playbook::Playbook;
use kehu_domain::text::{Lang, Text};
use kehu_domain::workflow::{Actor, Process, authority};
use leptos::prelude::*;
use leptos_router::components::A;

use crate::i18n::{t, t_string, use_i18n};
use crate::words;
use crate::workspace::use_workspace;

/// A form the person may approve, as it is listed.
#[derive(Clone, PartialEq)]
struct Entry {
    form: &'static str,
    title: Text,
    section: Option<&'static str>,
    limits: Vec<Text>,
}

/// What I may approve, form by form, each with where it ends.
#[component]
pub fn MyAuthority() -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let entries = Memo::new(move |_| {
        let Actor::Person { staff, posts } = workspace.actor() else { return Vec::new() };
        let is_superior = workspace.read(|book| {
            book.of_kind(kind::STAFF).any(|member| member.exists() && member.reference(kind::SUPERIOR) == Some(staff))
        });
        let playbook = Playbook::built_in();
        let of_process = |process: &'static Process| {
            let section = playbook.section_of_process(&process.id).map(|section| &*section.id);
            authority(process, &posts, is_superior).into_iter().map(move |known| (section, known))
        };
        let all = playbook.processes.iter().flat_map(of_process);
        all.filter_map(|(section, known)| {
            let title = playbook.form(known.form)?.title.clone();
            let limits = known.limits.into_iter().cloned().collect();
            Some(Entry { form: known.form, title, section, limits })
        })
        .collect()
    });
    view! {
        <section class="section" aria-labelledby="my-authority">
            <div class="section-head"><h2 id="my-authority">{t!(i18n, settings.authority.title)}</h2></div>
            <p class="hint">{t!(i18n, settings.authority.hint)}</p>
            <Show
                when=move || !entries.read().is_empty()
                fallback=move || view! { <p>{t!(i18n, settings.authority.none)}</p> }
            >
                <ul class="people-list">
                    <For each=move || entries.get() key=|entry| (entry.form, entry.limits.len()) let:entry>
                        <AuthorityRow entry />
                    </For>
                </ul>
            </Show>
        </section>
    }
}

#[component]
fn AuthorityRow(entry: Entry) -> impl IntoView {
    let i18n = use_i18n();
    let Entry { form, title, section, limits } = entry;
    let name = move || format!("{form} {}", title.get(words::lang(i18n)));
    let said = move || {
        let lang = words::lang(i18n);
        if limits.is_empty() {
            return t_string!(i18n, settings.authority.unlimited).to_owned();
        }
        let between = if lang == Lang::En { " " } else { "" };
        limits.iter().map(|limit| limit.get(lang)).collect::<Vec<_>>().join(between)
    };
    view! {
        <li>
            <span>
                {match section {
                    Some(section) => view! { <A href=format!("/handbook/{section}")>{name}</A> }.into_any(),
                    None => name.into_any(),
                }} <small>{said}</small>
            </span>
        </li>
    }
}
