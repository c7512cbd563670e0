//! Whether the customer of a case may be phoned now, and if not, when (C5).

use chrono::{NaiveDateTime, NaiveTime};
use kehu_domain::calendar::{CallRefusal, CallTask};
use leptos::prelude::*;

use crate::components::{Notice, Tone};
use crate::i18n::{Locale, t, td_string, use_i18n};
use crate::moment;
use crate::workspace::{OpenCase, rules, use_workspace};

/// What speaks for or against a call at this moment; nothing on a case for which nobody is phoned.
#[component]
pub fn CallWindow(case: OpenCase) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let (attempts, rule) = workspace.calls(&case)?;
    let task = CallTask {
        is_marketing: false,
        promised: None,
        do_not_call: workspace.wants_no_calls(case.customer),
        has_consent: true,
        attempts: &attempts,
        own_rule: Some(rule),
    };
    let (call, days, now) = (&rules().call, &rules().calendar.days, moment::now());
    let refusals = call.refusals(days, now, &task);
    let next = call.next_slot(days, now, &task);
    Some(view! {
        <Notice tone=Tone::Info>
            {move || {
                if refusals.is_empty() {
                    return t!(i18n, cases.call.now).into_any();
                }
                let locale = i18n.get_locale();
                let reasons: Vec<String> = refusals.iter().map(|refusal| reason(locale, refusal)).collect();
                let reasons = reasons.join(if locale == Locale::zh { "" } else { " " });
                match next.map(moment_text) {
                    Some(at) => td_string!(locale, cases.call.later, reasons = reasons, at = at).into_any(),
                    None => reasons.into_any(),
                }
            }}
        </Notice>
    })
}

fn moment_text(at: NaiveDateTime) -> String {
    at.format("%Y-%m-%d %H:%M").to_string()
}

fn reason(locale: Locale, refusal: &CallRefusal) -> String {
    match refusal {
        CallRefusal::DoNotCall | CallRefusal::NoConsent => td_string!(locale, cases.call.unwanted).to_owned(),
        CallRefusal::AttemptsUsed(most) => td_string!(locale, cases.call.used, count = *most),
        CallRefusal::TooSoon(_) => td_string!(locale, cases.call.too_soon).to_owned(),
        CallRefusal::OtherDay(_) => td_string!(locale, cases.call.other_day).to_owned(),
        CallRefusal::DayOff(_) => td_string!(locale, cases.call.day_off).to_owned(),
        CallRefusal::OutsideWindow => {
            let window =
                |(from, to): (NaiveTime, NaiveTime)| format!("{}–{}", from.format("%H:%M"), to.format("%H:%M"));
            let windows: Vec<String> = rules().call.windows.periods().map(window).collect();
            td_string!(
                locale,
                cases.call.outside,
                windows = windows.join(if locale == Locale::zh { "、" } else { ", " })
            )
        }
    }
}
