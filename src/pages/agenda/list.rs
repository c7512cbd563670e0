//! The list behind a number: exactly what the number counts, the most urgent first.

use kehu_domain::agenda::{Choice, Entry, Whose};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::components::A;
use leptos_router::hooks::{use_navigate, use_query_map};

use super::export::sheet;
use super::words::{narrowed_to, whose_name};
use super::{Rows, address, use_agenda, use_planner};
use crate::i18n::{t, t_string, use_i18n};
use crate::pages::export::{CASES, ExportMenu, WORK};
use crate::workspace::{Source, use_workspace};

/// How many rows are drawn at first, and more at a time.
const ROWS: usize = 100;

/// Everything that is to be done: cases, customers to contact, ends of validity, drafts.
#[component]
pub fn WorkPage() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <main class="page">
            <AgendaList title=Signal::derive(move || t_string!(i18n, agenda.title)) />
        </main>
    }
}

/// The part of the agenda that the address asks for.
#[component]
pub fn AgendaList(
    /// The heading of the page.
    title: Signal<&'static str>,
    /// Whether only cases are listed.
    #[prop(optional)]
    is_cases_only: bool,
) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let agenda = use_agenda();
    let query = use_query_map();
    let choice = Memo::new(move |_| Choice { is_cases_only, ..Choice::read(|name| query.read().get(name)) });
    let entries = Memo::new(move |_| {
        let (agenda, viewer) = agenda.get();
        agenda.list(&choice.get(), &viewer)
    });
    let has_team = Memo::new(move |_| !agenda.read().1.team.is_empty());
    let shown = RwSignal::new(ROWS);
    let rows = Memo::new(move |_| entries.read().iter().take(shown.get()).cloned().collect::<Vec<Entry>>());
    let count = Memo::new(move |_| entries.read().len());
    let left = Memo::new(move |_| count.get().saturating_sub(shown.get()));
    let planner = use_planner();
    let (narrowing, writing) = (workspace.clone(), workspace.clone());
    let subtitle = move || {
        let count = if is_cases_only {
            t_string!(i18n, cases.count, count = count.get())
        } else {
            t_string!(i18n, agenda.count, count = count.get())
        };
        match choice.get().whose {
            Whose::Person(_) => format!("{} · {count}", whose_name(i18n.get_locale(), &workspace, choice.get().whose)),
            _ => count,
        }
    };
    let narrowed = move || narrowed_to(i18n.get_locale(), &choice.get());
    let scope = Signal::derive(move || {
        let whose = whose_name(i18n.get_locale(), &narrowing, choice.get().whose);
        [Some(whose), narrowed()].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    });
    let source = Callback::new(move |_| {
        let locale = i18n.get_locale_untracked();
        Source::Table(sheet(locale, &writing, title.get_untracked(), &entries.read_untracked()))
    });
    let whole = move || address(&Choice { kind: None, state: None, day: None, ..choice.get() });
    view! {
        <header class="page-header">
            <h1>{title}</h1>
            <p role="status">{subtitle}</p>
        </header>
        <div class="row" data-justify="between">
            <WhoseSwitch choice has_team />
            <Show when=move || count.get() != 0>
                <ExportMenu subject=if is_cases_only { CASES } else { WORK } scope source is_small=true />
            </Show>
            {move || {
                narrowed()
                    .map(|what| {
                        view! {
                            <p class="row">
                                <span>{t!(i18n, agenda.narrowed, what)}</span>
                                <A href=whole attr:class="button" attr:data-size="small">{t!(i18n, agenda.all)}</A>
                            </p>
                        }
                    })
            }}
        </div>
        <Show when=move || count.get() != 0 fallback=move || view! { <Nothing is_cases_only /> }>
            {move || {
                let with_people = choice.get().whose != Whose::Mine;
                view! { <Rows entries=rows.get() planner with_people /> }
            }}
            <Show when=move || left.get() != 0>
                <p>
                    <button type="button" class="button" on:click=move |_| shown.update(|shown| *shown += ROWS)>
                        {move || t!(i18n, agenda.more, count = left.get().min(ROWS))}
                    </button>
                </p>
            </Show>
        </Show>
    }
}

/// Whose work is listed.
#[component]
fn WhoseSwitch(choice: Memo<Choice>, has_team: Memo<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let navigate = use_navigate();
    let go = Callback::new(move |whose: Whose| {
        let options = NavigateOptions { replace: true, ..NavigateOptions::default() };
        navigate(&address(&Choice { whose, ..choice.get_untracked() }), options);
    });
    let option = move |whose: Whose| {
        view! {
            <label>
                <input
                    type="radio"
                    name="whose"
                    prop:checked=move || choice.get().whose == whose
                    on:change=move |_| go.run(whose)
                />
                {move || match whose {
                    Whose::Mine => t_string!(i18n, agenda.whose.mine),
                    Whose::Team => t_string!(i18n, agenda.whose.team),
                    _ => t_string!(i18n, agenda.whose.everyone),
                }}
            </label>
        }
    };
    view! {
        <fieldset class="segmented-control">
            <legend class="visually-hidden">{t!(i18n, agenda.whose.label)}</legend>
            {option(Whose::Everyone)}
            {option(Whose::Mine)}
            <Show when=move || has_team.get()>{option(Whose::Team)}</Show>
        </fieldset>
    }
}

/// What stands here when there is nothing to do.
#[component]
fn Nothing(is_cases_only: bool) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <div class="empty-state">
            {if is_cases_only {
                view! { <h2>{t!(i18n, cases.empty.title)}</h2> <p>{t!(i18n, cases.empty.text)}</p> }.into_any()
            } else {
                view! { <h2>{t!(i18n, agenda.empty.title)}</h2> <p>{t!(i18n, agenda.empty.text)}</p> }.into_any()
            }}
            <A href="/" attr:class="button">{t!(i18n, shell.place.today)}</A>
        </div>
    }
}
