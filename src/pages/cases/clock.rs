//! The clocks of a case: until when each move is due, and how that came about.

use chrono::NaiveDateTime;
use kehu_domain::calendar::{Stage, Unit};
use kehu_domain::workflow::CaseClock;
use leptos::prelude::*;

use crate::i18n::{Locale, t, td_string, use_i18n};
use crate::words::lang;
use crate::workspace::{OpenCase, use_workspace};

/// One folded panel for each move that has a deadline; nothing where none has.
#[component]
pub fn Clocks(case: OpenCase) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let clocks = workspace.clocks(&case);
    let panel = move |(transition, clock): (&'static kehu_domain::workflow::Transition, CaseClock)| {
        let stage = clock.stage;
        view! {
            <details class="fold">
                <summary>
                    <span>{move || transition.label.get(lang(i18n)).to_owned()}</span>
                    <span class="count" data-state=is_late(stage).then_some("late")>
                        {move || stage_text(i18n.get_locale(), stage)}
                    </span>
                </summary>
                <ul class="score-notes">
                    {move || {
                        reasons(i18n.get_locale(), &clock).into_iter().map(|line| view! { <li>{line}</li> }).collect_view()
                    }}
                </ul>
            </details>
        }
    };
    (!clocks.is_empty()).then(|| {
        view! {
            <section class="section">
                <div class="section-head"><h2>{t!(i18n, cases.clock.title)}</h2></div>
                {clocks.into_iter().map(panel).collect_view()}
            </section>
        }
    })
}

fn is_late(stage: Stage) -> bool {
    matches!(stage, Stage::Due | Stage::NextDay)
}

/// How far a clock has run, in a word.
fn stage_text(locale: Locale, stage: Stage) -> String {
    match stage {
        Stage::Fresh => td_string!(locale, cases.clock.fresh).to_owned(),
        Stage::Used(share) => td_string!(locale, cases.clock.used, share = share),
        Stage::Due => td_string!(locale, cases.clock.due).to_owned(),
        Stage::NextDay => td_string!(locale, cases.clock.next_day).to_owned(),
    }
}

/// Every sentence that explains a due moment, in order.
fn reasons(locale: Locale, clock: &CaseClock) -> Vec<String> {
    let mut lines = vec![td_string!(locale, cases.clock.from, at = moment(clock.from))];
    if let Some(day) = clock.day_zero {
        lines.push(td_string!(locale, cases.clock.day_zero, day = day.to_string()));
    }
    lines.push(match clock.unit {
        Unit::Working => td_string!(locale, cases.clock.working).to_owned(),
        Unit::Calendar => td_string!(locale, cases.clock.calendar).to_owned(),
    });
    for pause in &clock.pauses {
        lines.push(match pause.to {
            Some(to) => td_string!(locale, cases.clock.paused, from = moment(pause.from), to = moment(to)),
            None => td_string!(locale, cases.clock.pausing, from = moment(pause.from)),
        });
    }
    if clock.paused_minutes > 0 {
        lines.push(td_string!(
            locale,
            cases.clock.moved,
            before = moment(clock.unpaused),
            minutes = clock.paused_minutes
        ));
    }
    if let Some(latest) = clock.not_after {
        lines.push(td_string!(locale, cases.clock.not_after, at = moment(latest)));
    }
    lines.push(td_string!(locale, cases.clock.until, at = moment(clock.due)));
    for (share, at) in &clock.marks.shares {
        lines.push(td_string!(locale, cases.clock.mark, share = share, at = moment(*at)));
    }
    lines.push(td_string!(locale, cases.clock.escalation, at = moment(clock.marks.next_day)));
    lines
}

fn moment(at: NaiveDateTime) -> String {
    at.format("%Y-%m-%d %H:%M").to_string()
}
