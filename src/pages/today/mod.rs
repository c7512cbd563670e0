//! Today: what is late, what is due, and what was left unfinished; each number is the list behind it.

mod drafts;
mod figures;
mod visits;

use chrono::{Datelike, NaiveDate, Weekday};
use leptos::prelude::*;
use leptos_router::components::A;

use crate::i18n::{Locale, t, td_string, use_i18n};
use crate::pages::cases::CaseRow;
use crate::workspace::{rules, use_workspace};
use drafts::Drafts;
use figures::Figures;
use visits::Visits;

/// How many cases are shown before "all".
const CASES_SHOWN: usize = 8;

/// The page a worker begins with.
#[component]
pub fn TodayPage() -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let today = {
        let workspace = workspace.clone();
        move || workspace.today()
    };
    let has_customers = {
        let workspace = workspace.clone();
        Memo::new(move |_| workspace.roster(|roster| !roster.lines().is_empty()))
    };
    view! {
        <main class="page">
            <header class="page-header">
                                    <h1>{t!(i18n, today.title)}</h1>
                    <p>
                        {move || date_text(i18n.get_locale(), today())}
                        {
                            let workspace = workspace.clone();
                            move || {
                                (!rules().calendar.days.is_working(workspace.today()))
                                    .then(|| view! { " · " {t!(i18n, today.day_off)} })
                            }
                        }
                    </p>
            </header>
            <Hints />
            <Show when=move || has_customers.get()>
                <Figures />
                <div class="columns">
                    <Visits />
                    <div class="stack">
                        <Drafts />
                        <Work />
                    </div>
                </div>
            </Show>
        </main>
    }
}

/// What is still to be set up: somebody to act, customers, grades.
#[component]
fn Hints() -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let nobody = {
        let workspace = workspace.clone();
        Memo::new(move |_| {
            let person = workspace.person();
            workspace.read(|book| book.get(person).is_none_or(|record| !record.exists()))
        })
    };
    let counts = Memo::new(move |_| {
        workspace.roster(|roster| {
            let ungraded = roster.lines().iter().filter(|line| line.tier.is_none() && line.score.is_none()).count();
            (roster.lines().len(), ungraded)
        })
    });
    view! {
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

/// The cases that wait for the person of this device, the most urgent first.
#[component]
fn Work() -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let cases = Signal::derive_local(move || workspace.waiting_for_me());
    view! {
        <section class="section">
            <div class="section-head">
                <h2>{t!(i18n, today.work.title)}</h2>
                <A href="/cases?mine=1">{move || t!(i18n, today.work.all, count = cases.with(Vec::len))}</A>
            </div>
            <ul class="task-list">
                {move || {
                    let first: Vec<_> = cases.get().into_iter().take(CASES_SHOWN).collect();
                    if first.is_empty() {
                        view! { <li class="task-detail">{t!(i18n, today.work.none)}</li> }.into_any()
                    } else {
                        first.into_iter().map(|case| view! { <CaseRow case /> }).collect_view().into_any()
                    }
                }}
            </ul>
        </section>
    }
}

fn date_text(locale: Locale, date: NaiveDate) -> String {
    let weekday = match date.weekday() {
        Weekday::Mon => td_string!(locale, today.weekday.mon),
        Weekday::Tue => td_string!(locale, today.weekday.tue),
        Weekday::Wed => td_string!(locale, today.weekday.wed),
        Weekday::Thu => td_string!(locale, today.weekday.thu),
        Weekday::Fri => td_string!(locale, today.weekday.fri),
        Weekday::Sat => td_string!(locale, today.weekday.sat),
        Weekday::Sun => td_string!(locale, today.weekday.sun),
    };
    let date = match locale {
        Locale::zh => date.format("%Y年%-m月%-d日").to_string(),
        Locale::en => date.format("%-d %B %Y").to_string(),
    };
    td_string!(locale, today.date, date = date, weekday = weekday)
}
