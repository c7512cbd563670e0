//! The numbers of the day; each opens the list it counts.

use kehu_domain::roster::Urgency;
use leptos::prelude::*;
use leptos_router::components::A;

use crate::i18n::{t_string, use_i18n};
use crate::moment;
use crate::workspace::use_workspace;

/// Follow-ups by urgency, cases and late cases, clashes.
#[component]
pub fn Figures() -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let urgencies = {
        let workspace = workspace.clone();
        Memo::new(move |_| {
            workspace.roster(|roster| {
                Urgency::ALL.map(|urgency| roster.lines().iter().filter(|line| line.urgency == urgency).count())
            })
        })
    };
    let count = move |urgency: Urgency| {
        let place = Urgency::ALL.iter().position(|other| *other == urgency).unwrap_or_default();
        urgencies.get().get(place).copied().unwrap_or_default()
    };
    let cases = {
        let workspace = workspace.clone();
        Memo::new(move |_| {
            let now = moment::now();
            let open = workspace.open_cases();
            (open.len(), open.iter().filter(|case| case.due.is_some_and(|due| due < now)).count())
        })
    };
    let clashes = Memo::new(move |_| workspace.read(|book| book.clashes().len()));
    view! {
        <ul class="figure-list" aria-label=move || t_string!(i18n, today.figures)>
            <Figure
                href="/customers?urgency=overdue"
                number=Signal::derive(move || count(Urgency::Overdue))
                label=Signal::derive(move || t_string!(i18n, today.figure.overdue))
                is_late=true
            />
            <Figure
                href="/customers?urgency=due"
                number=Signal::derive(move || count(Urgency::Due))
                label=Signal::derive(move || t_string!(i18n, today.figure.due))
            />
            <Figure
                href="/customers?urgency=forgotten"
                number=Signal::derive(move || count(Urgency::Forgotten))
                label=Signal::derive(move || t_string!(i18n, today.figure.forgotten))
                is_late=true
            />
            <Figure
                href="/customers?urgency=soon"
                number=Signal::derive(move || count(Urgency::Soon))
                label=Signal::derive(move || t_string!(i18n, today.figure.soon))
            />
            <Figure
                href="/cases"
                number=Signal::derive(move || cases.get().0)
                label=Signal::derive(move || t_string!(i18n, today.figure.cases))
            />
            <Figure
                href="/cases?late=1"
                number=Signal::derive(move || cases.get().1)
                label=Signal::derive(move || t_string!(i18n, today.figure.late))
                is_late=true
            />
            <Show when=move || clashes.get() != 0>
                <Figure
                    href="/data"
                    number=Signal::derive(move || clashes.get())
                    label=Signal::derive(move || t_string!(i18n, today.figure.clashes))
                    is_late=true
                />
            </Show>
        </ul>
    }
}

/// One number with what it counts.
#[component]
fn Figure(
    /// The list behind it.
    href: &'static str,
    number: Signal<usize>,
    label: Signal<&'static str>,
    /// Whether it counts what is late: red unless it is nought.
    #[prop(optional)]
    is_late: bool,
) -> impl IntoView {
    view! {
        <li>
            <A
                href=href
                attr:class="figure"
                attr:data-state=move || (is_late && number.get() != 0).then_some("late")
            >
                <span class="figure-number">{number}</span>
                <span class="figure-label">{label}</span>
            </A>
        </li>
    }
}
