//! The numbers of the day: by urgency and by kind of work; each opens the list it counts.

use kehu_domain::agenda::{Choice, EntryKind, State, Tally, Whose};
use leptos::prelude::*;
use leptos_router::components::A;

use crate::i18n::{t, t_string, use_i18n};
use crate::pages::agenda::{address, kind_name, state_name};
use crate::workspace::use_workspace;

/// The urgencies that have a number; what is later or has no deadline is found among the kinds.
const URGENT: [State; 6] = [State::Overdue, State::Escalated, State::Today, State::Soon, State::Week, State::Forgotten];

/// How urgent the work is, in numbers, and the clashes to settle.
#[component]
pub fn Figures(
    /// Whose work.
    #[prop(into)]
    whose: Signal<Whose>,
    tally: Memo<Tally>,
) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let clashes = Memo::new(move |_| workspace.read(|book| book.clashes().len()));
    let figure = move |state: State| {
        view! {
            <Figure
                href=Signal::derive(move || address(&Choice::of(whose.get()).state(state)))
                number=Signal::derive(move || tally.read().state(state))
                label=Signal::derive(move || state_name(i18n.get_locale(), state))
                is_late=matches!(state, State::Overdue | State::Escalated)
            />
        }
    };
    view! {
        <ul class="figure-list" aria-label=move || t_string!(i18n, today.figures)>
            {URGENT.map(figure)}
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
    #[prop(into)]
    href: Signal<String>,
    number: Signal<usize>,
    label: Signal<&'static str>,
    /// Whether it counts what is late: red unless it is nought.
    is_late: bool,
) -> impl IntoView {
    view! {
        <li>
            <A
                href=move || href.get()
                attr:class="figure"
                attr:data-state=move || (is_late && number.get() != 0).then_some("late")
            >
                <span class="figure-number">{number}</span>
                <span class="figure-label">{label}</span>
            </A>
        </li>
    }
}

/// How much there is of each kind of work; kinds without any are left out.
#[component]
pub fn Kinds(#[prop(into)] whose: Signal<Whose>, tally: Memo<Tally>) -> impl IntoView {
    let i18n = use_i18n();
    let row = move |kind: EntryKind| {
        let count = tally.read().kind(kind);
        (count != 0).then(|| {
            view! {
                <li>
                    <A href=address(&Choice::of(whose.get()).kind(kind))>
                        {move || kind_name(i18n.get_locale(), kind)} " " <span class="number">{count}</span>
                    </A>
                </li>
            }
        })
    };
    view! {
        <Show when=move || tally.read().total != 0>
            <section class="section">
                <div class="section-head">
                    <h2>{t!(i18n, today.kinds.title)}</h2>
                    <A href=move || address(&Choice::of(whose.get()))>
                        {move || t!(i18n, today.kinds.all, count = tally.read().total)}
                    </A>
                </div>
                <ul class="kind-list" aria-label=move || t_string!(i18n, today.kinds.title)>{move || EntryKind::ALL.map(row).collect_view()}</ul>
            </section>
        </Show>
    }
}
