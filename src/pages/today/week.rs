//! The week ahead: how much falls due on each day, days off marked.

use chrono::{Datelike, Days, NaiveDate};
use kehu_domain::agenda::{Choice, Tally, Whose};
use leptos::prelude::*;
use leptos_router::components::A;

use super::{short_weekday, weekday};
use crate::i18n::{t, t_string, use_i18n};
use crate::pages::agenda::address;
use crate::workspace::{rules, use_workspace};

/// How many days it shows, today first.
const DAYS: u64 = 7;

/// Seven days; each opens what falls due on it.
#[component]
pub fn Week(#[prop(into)] whose: Signal<Whose>, tally: Memo<Tally>) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let day = move |date: NaiveDate| {
        let is_off = !rules().calendar.days.is_working(date);
        let count = tally.read().day(date);
        let name = move || weekday(i18n.get_locale(), date.weekday());
        let label = move || t_string!(i18n, today.week.day, day = name(), date = date.to_string(), count = count);
        view! {
            <li data-state=is_off.then_some("off")>
                <A href=address(&Choice::of(whose.get()).day(date)) attr:aria-label=label>
                    <span class="week-name">{move || short_weekday(i18n.get_locale(), date.weekday())}</span>
                    <span class="week-day">
                        {date.day()} {is_off.then(|| view! { " " <small>{t!(i18n, today.week.off)}</small> })}
                    </span>
                    <span class="week-count" data-empty=(count == 0).then_some("")>{count}</span>
                </A>
            </li>
        }
    };
    let days = move || {
        let today = workspace.today();
        (0..DAYS).filter_map(|ahead| today.checked_add_days(Days::new(ahead))).map(day).collect_view()
    };
    view! {
        <section class="section">
            <div class="section-head"><h2>{t!(i18n, today.week.title)}</h2></div>
            <ol class="week-strip" aria-label=move || t_string!(i18n, today.week.title)>{days}</ol>
        </section>
    }
}
