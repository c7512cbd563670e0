//! Today, the page a worker lives in: what presses, the week ahead, and for those who lead a team the team's.

mod figures;
mod team;
mod week;

use std::sync::Arc;

use chrono::{Datelike, NaiveDate, Weekday};
use kehu_domain::agenda::{Agenda, Choice, Entry, EntryKind, State, Tally, Viewer, Whose};
use leptos::prelude::*;
use leptos_router::NavigateOptions;
use leptos_router::components::A;
use leptos_router::hooks::{use_navigate, use_query_map};

use crate::exchange::use_copies;
use crate::i18n::{Locale, t, t_string, td_string, use_i18n};
use crate::pages::agenda::{Rows, address, kind_name, state_name, use_agenda, use_planner};
use crate::pages::export::ExportsWaiting;
use crate::workspace::{rules, use_workspace};
use figures::{Figures, Kinds};
use team::Team;
use week::Week;

/// How many entries of a part are shown before "all".
const SHOWN: usize = 6;

/// How many are shown of what does not press today.
const SHOWN_CALM: usize = 3;

/// The urgencies whose entries are shown; what is later is found behind its number.
const SHOWN_STATES: [State; 6] =
    [State::Overdue, State::Escalated, State::Today, State::Soon, State::Week, State::Forgotten];

/// The kinds that have a section of their own beside the urgencies; the first two are always the viewer's own.
const SHOWN_KINDS: [EntryKind; 4] = [EntryKind::Approval, EntryKind::Escalation, EntryKind::Expiry, EntryKind::Draft];

/// The agenda with who looks at it.
type AgendaOf = Memo<(Arc<Agenda>, Viewer)>;

/// The page a worker begins with.
#[component]
pub fn TodayPage() -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let agenda = use_agenda();
    let whose = use_whose(agenda);
    let entries_of = move |whose: Whose| {
        let (agenda, viewer) = agenda.get();
        agenda.entries(&whose, &viewer)
    };
    let entries = Memo::new(move |_| entries_of(whose.get()));
    let mine = Memo::new(move |_| entries_of(Whose::Mine));
    let tally = Memo::new(move |_| Tally::of(entries.get()));
    let has_team = Memo::new(move |_| !agenda.read().1.team.is_empty());
    let has_customers = {
        let workspace = workspace.clone();
        Memo::new(move |_| workspace.roster(|roster| !roster.lines().is_empty()))
    };
    let date = move || {
        let today = workspace.today();
        let off = !rules().calendar.days.is_working(today);
        view! {
            {date_text(i18n.get_locale(), today)} {off.then(|| view! { " · " {t!(i18n, today.day_off)} })}
        }
    };
    view! {
        <main class="page">
            <header class="page-header">
                <h1>{t!(i18n, today.title)}</h1>
                <p>{date}</p>
            </header>
            <Hints />
            <ExportsWaiting />
            <Show when=move || has_customers.get()>
                <Show when=move || has_team.get()>
                    <WhoseSwitch whose />
                </Show>
                <Figures whose tally />
                <Week whose tally />
                <div class="columns">
                    <div class="stack"><Urgent whose entries /></div>
                    <div class="stack">
                        <Show when=move || whose.get() == Whose::Team>
                            <Team agenda />
                        </Show>
                        <OfKinds whose entries mine />
                        <Kinds whose tally />
                    </div>
                </div>
            </Show>
        </main>
    }
}

/// Whose day it is: the team's for whoever leads one, unless the address asks for one's own; everyone's until somebody
/// said who they are.
fn use_whose(agenda: AgendaOf) -> Memo<Whose> {
    let workspace = use_workspace();
    let query = use_query_map();
    Memo::new(move |_| {
        let asked = Choice::read(|name| query.read().get(name)).whose;
        let is_known = workspace.organisation().knows(workspace.person());
        match asked {
            _ if !is_known => Whose::Everyone,
            Whose::Mine => Whose::Mine,
            _ if agenda.read().1.team.is_empty() => Whose::Mine,
            _ => Whose::Team,
        }
    })
}

/// One's own day, or the team's.
#[component]
fn WhoseSwitch(whose: Memo<Whose>) -> impl IntoView {
    let i18n = use_i18n();
    let navigate = use_navigate();
    let go = Callback::new(move |whose: Whose| {
        let options = NavigateOptions { replace: true, scroll: false, ..NavigateOptions::default() };
        navigate(&format!("/{}", Choice::of(whose).query()), options);
    });
    let option = move |one: Whose| {
        view! {
            <label>
                <input
                    type="radio"
                    name="whose"
                    prop:checked=move || (whose.get() == Whose::Team) == (one == Whose::Team)
                    on:change=move |_| go.run(one)
                />
                {move || {
                    if one == Whose::Team { t_string!(i18n, today.whose.team) } else { t_string!(i18n, today.whose.mine) }
                }}
            </label>
        }
    };
    view! {
        <fieldset class="segmented-control">
            <legend class="visually-hidden">{t!(i18n, agenda.whose.label)}</legend>
            {option(Whose::Mine)}
            {option(Whose::Team)}
        </fieldset>
    }
}

/// What presses, the most urgent first; of each urgency the first few and the way to the rest.
#[component]
fn Urgent(whose: Memo<Whose>, entries: Memo<Vec<Entry>>) -> impl IntoView {
    let i18n = use_i18n();
    let is_quiet = Memo::new(move |_| !entries.read().iter().any(|entry| SHOWN_STATES.contains(&entry.state)));
    view! {
        {SHOWN_STATES
            .map(|state| {
                let choice = Signal::derive(move || Choice::of(whose.get()).state(state));
                let title = Signal::derive(move || state_name(i18n.get_locale(), state));
                let shown = if state < State::Soon { SHOWN } else { SHOWN_CALM };
                view! { <Part title choice entries shown /> }
            })}
        <Show when=move || is_quiet.get()>
            <section class="section">
                <div class="section-head"><h2>{t!(i18n, today.work.title)}</h2></div>
                <p class="hint">{t!(i18n, today.work.none)}</p>
            </section>
        </Show>
    }
}

/// What is easily missed among the rest: approvals, escalations, ends of validity, forms that were begun.
#[component]
fn OfKinds(whose: Memo<Whose>, entries: Memo<Vec<Entry>>, mine: Memo<Vec<Entry>>) -> impl IntoView {
    let i18n = use_i18n();
    SHOWN_KINDS.map(|kind| {
        let is_mine = matches!(kind, EntryKind::Approval | EntryKind::Escalation);
        let entries = if is_mine { mine } else { entries };
        let choice = Signal::derive(move || Choice::of(if is_mine { Whose::Mine } else { whose.get() }).kind(kind));
        let title = Signal::derive(move || match kind {
            EntryKind::Approval => t_string!(i18n, today.mine.approval),
            EntryKind::Escalation => t_string!(i18n, today.mine.escalation),
            kind => kind_name(i18n.get_locale(), kind),
        });
        view! { <Part title choice entries /> }
    })
}

/// The first entries of a part of the agenda, and how many there are; nothing where there are none.
#[component]
fn Part(
    title: Signal<&'static str>,
    choice: Signal<Choice>,
    /// The entries of the people of the choice.
    entries: Memo<Vec<Entry>>,
    /// How many are shown.
    #[prop(default = SHOWN)]
    shown: usize,
) -> impl IntoView {
    let i18n = use_i18n();
    let planner = use_planner();
    let part = Memo::new(move |_| {
        let (choice, entries) = (choice.get(), entries.read());
        let admitted = entries.iter().filter(|entry| choice.admits(entry));
        (admitted.clone().count(), admitted.take(shown).cloned().collect::<Vec<Entry>>())
    });
    view! {
        <Show when=move || part.read().0 != 0>
            <section class="section">
                <div class="section-head">
                    <h2>{title}</h2>
                    <A href=move || address(&choice.get())>{move || t!(i18n, today.work.all, count = part.read().0)}</A>
                </div>
                {move || {
                    let with_people = choice.get().whose != Whose::Mine;
                    view! { <Rows entries=part.get().1 planner with_people /> }
                }}
            </section>
        </Show>
    }
}

/// What is still to be set up: somebody to act, customers, grades.
#[component]
fn Hints() -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let nobody = {
        let workspace = workspace.clone();
        Memo::new(move |_| !workspace.organisation().knows(workspace.person()))
    };
    let counts = Memo::new(move |_| {
        workspace.roster(|roster| {
            let ungraded = roster.lines().iter().filter(|line| line.tier.is_none() && line.score.is_none()).count();
            (roster.lines().len(), ungraded)
        })
    });
    let copies = use_copies();
    let wants_copy = Memo::new(move |_| copies.is_overdue().then(|| copies.changes_since()));
    view! {
        <Show when=move || wants_copy.get().is_some()>
            <p class="hint">
                {move || t!(i18n, today.copy.text, count = wants_copy.get().unwrap_or_default())}
                " "
                <A href="/data/backup">{t!(i18n, today.copy.link)}</A>
            </p>
        </Show>
        <Show when=move || counts.get().0 == 0>
            <section class="empty-state">
                <h2>{t!(i18n, today.welcome.title)}</h2>
                <p>{t!(i18n, today.welcome.text)}</p>
                <A href="/data/import" attr:class="button" attr:data-kind="primary">{t!(i18n, today.welcome.link)}</A>
            </section>
        </Show>
        <Show when=move || nobody.get()>
            <section class="notice">
                <h2>{t!(i18n, today.who.title)}</h2>
                <p>{t!(i18n, today.who.text)}</p>
                <p><A href="/settings" attr:class="button">{t!(i18n, today.who.link)}</A></p>
            </section>
        </Show>
        // Where nothing was ever graded; later gaps are found with the filter "ungraded".
        <Show when=move || { let (all, ungraded) = counts.get(); all > 0 && all == ungraded }>
            <section class="notice">
                <h2>{move || t!(i18n, today.grade.title, count = counts.get().1)}</h2>
                <p>{t!(i18n, today.grade.text)}</p>
                <p><A href="/customers" attr:class="button">{t!(i18n, today.grade.link)}</A></p>
            </section>
        </Show>
    }
}

/// What a day of the week is called where there is little room.
fn short_weekday(locale: Locale, day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => td_string!(locale, today.short.mon),
        Weekday::Tue => td_string!(locale, today.short.tue),
        Weekday::Wed => td_string!(locale, today.short.wed),
        Weekday::Thu => td_string!(locale, today.short.thu),
        Weekday::Fri => td_string!(locale, today.short.fri),
        Weekday::Sat => td_string!(locale, today.short.sat),
        Weekday::Sun => td_string!(locale, today.short.sun),
    }
}

/// What a day of the week is called.
fn weekday(locale: Locale, day: Weekday) -> &'static str {
    match day {
        Weekday::Mon => td_string!(locale, today.weekday.mon),
        Weekday::Tue => td_string!(locale, today.weekday.tue),
        Weekday::Wed => td_string!(locale, today.weekday.wed),
        Weekday::Thu => td_string!(locale, today.weekday.thu),
        Weekday::Fri => td_string!(locale, today.weekday.fri),
        Weekday::Sat => td_string!(locale, today.weekday.sat),
        Weekday::Sun => td_string!(locale, today.weekday.sun),
    }
}

fn date_text(locale: Locale, date: NaiveDate) -> String {
    let weekday = weekday(locale, date.weekday());
    let date = match locale {
        Locale::zh => date.format("%Y年%-m月%-d日").to_string(),
        Locale::en => date.format("%-d %B %Y").to_string(),
    };
    td_string!(locale, today.date, date = date, weekday = weekday)
}
