//! The command box: customers, cases' customers and pages in one place, by Ctrl/⌘-K or a thumb.

use kehu_domain::stamp::RecordId;
use leptos::html;
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::hooks::use_navigate;

use crate::i18n::{Locale, t, t_string, td_string, use_i18n};
use crate::pages::customers::TierSeal;
use crate::workspace::use_workspace;

/// How many customers are offered at most.
const MAX_FOUND: usize = 12;

/// One thing to go to.
#[derive(Clone, PartialEq)]
enum Goal {
    Page { path: &'static str, name: &'static str },
    Customer(RecordId),
}

impl Goal {
    fn path(&self) -> String {
        match self {
            Self::Page { path, .. } => (*path).to_owned(),
            Self::Customer(id) => format!("/customers/{id}"),
        }
    }
}

/// The dialog; `open` says whether it is there.
#[component]
pub fn CommandBox(open: RwSignal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let navigate = use_navigate();
    let node = NodeRef::<html::Dialog>::new();
    let input = NodeRef::<html::Input>::new();
    let query = RwSignal::new(String::new());
    let chosen = RwSignal::new(0usize);
    let keys = window_event_listener(leptos::ev::keydown, move |event| {
        if (event.ctrl_key() || event.meta_key()) && event.key().eq_ignore_ascii_case("k") {
            event.prevent_default();
            open.set(true);
        }
    });
    on_cleanup(move || keys.remove());
    Effect::new(move || {
        let Some(dialog) = node.get() else { return };
        match (open.get(), dialog.open()) {
            (true, false) => {
                query.set(String::new());
                chosen.set(0);
                _ = dialog.show_modal().inspect_err(|problem| leptos::logging::error!("dialog: {problem:?}"));
                if let Some(input) = input.get_untracked() {
                    let _ = input.focus();
                }
            }
            (false, true) => dialog.close(),
            _ => (),
        }
    });
    let goals = {
        let workspace = workspace.clone();
        Memo::new(move |_| {
            if !open.get() {
                return Vec::new();
            }
            let words = query.read().trim().to_lowercase();
            let pages = pages(i18n.get_locale())
                .into_iter()
                .filter(|(_, name)| words.is_empty() || name.to_lowercase().contains(&words))
                .map(|(path, name)| Goal::Page { path, name });
            let customers = if words.is_empty() { Vec::new() } else { workspace.find_customers(&words, MAX_FOUND) };
            customers.into_iter().map(Goal::Customer).chain(pages).collect()
        })
    };
    let go = Callback::new(move |place: usize| {
        let goal = goals.read_untracked().get(place).map(Goal::path);
        if let Some(path) = goal {
            open.set(false);
            navigate(&path, NavigateOptions::default());
        }
    });
    let on_key = move |event: leptos::ev::KeyboardEvent| {
        // While an input method composes, its keys are its own.
        if event.is_composing() {
            return;
        }
        let count = goals.read_untracked().len().max(1);
        match event.key().as_str() {
            "ArrowDown" => chosen.update(|place| *place = (*place + 1) % count),
            "ArrowUp" => chosen.update(|place| *place = (*place + count - 1) % count),
            "Enter" => go.run(chosen.get_untracked()),
            _ => return,
        }
        event.prevent_default();
    };
    let row = move |place: usize, goal: Goal| {
        let content = match goal {
            Goal::Page { name, .. } => {
                view! { <span>{name}</span> <span>{t!(i18n, shell.find.pages)}</span> }.into_any()
            }
            Goal::Customer(id) => {
                let line = workspace.roster_once(|roster| roster.line(id).cloned());
                line.map(|line| {
                    view! {
                        <TierSeal tier=line.tier is_proposed=line.is_proposed />
                        <span>{line.name.to_string()} " " <span class="hint">{line.code.to_string()}</span></span>
                        <span>{t!(i18n, shell.find.customers)}</span>
                    }
                })
                .into_any()
            }
        };
        view! {
            <li
                role="option"
                id=format!("goal-{place}")
                aria-selected=move || (chosen.get() == place).to_string()
                on:click=move |_| go.run(place)
            >
                {content}
            </li>
        }
    };
    view! {
        <dialog
            class="command-box"
            node_ref=node
            aria-label=move || t_string!(i18n, shell.find.open)
            on:close=move |_| open.set(false)
        >
            <input
                node_ref=input
                role="combobox"
                aria-expanded="true"
                aria-controls="goals"
                aria-activedescendant=move || format!("goal-{}", chosen.get())
                aria-label=move || t_string!(i18n, shell.find.label)
                placeholder=move || t_string!(i18n, shell.find.hint)
                autocomplete="off"
                prop:value=query
                on:input=move |event| {
                    query.set(event_target_value(&event));
                    chosen.set(0);
                }
                on:keydown=on_key
            />
            <ul id="goals" role="listbox" aria-label=move || t_string!(i18n, shell.find.open)>
                {move || goals.get().into_iter().enumerate().map(|(place, goal)| row(place, goal)).collect_view()}
            </ul>
            <Show when=move || open.get() && goals.read().is_empty()>
                <p class="empty-state">{move || t!(i18n, shell.find.none, query = query.get())}</p>
            </Show>
            <footer>"↑↓ Enter Esc"</footer>
        </dialog>
    }
}

fn pages(locale: Locale) -> [(&'static str, &'static str); 8] {
    [
        ("/", td_string!(locale, shell.place.today)),
        ("/customers", td_string!(locale, shell.place.customers)),
        ("/cases", td_string!(locale, shell.place.cases)),
        ("/handbook", td_string!(locale, shell.place.handbook)),
        ("/data", td_string!(locale, shell.place.data)),
        ("/data/import", td_string!(locale, data.open.import)),
        ("/data/backup", td_string!(locale, data.open.backup)),
        ("/settings", td_string!(locale, shell.place.settings)),
    ]
}
