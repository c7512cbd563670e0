//! The people of a team, each with how much presses them.

use kehu_domain::agenda::{Choice, State, Whose};
use kehu_domain::stamp::RecordId;
use leptos::prelude::*;
use leptos_router::components::A;

use crate::i18n::{t, t_string, use_i18n};
use crate::pages::agenda::{address, state_name};
use crate::pages::export::TableMenu;
use crate::workspace::{staff_name, use_workspace};

use super::AgendaOf;

/// The urgencies that have a column.
const COLUMNS: [State; 3] = [State::Overdue, State::Escalated, State::Today];

/// One row a person: the most pressed first.
#[component]
pub fn Team(agenda: AgendaOf) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let people = Memo::new(move |_| {
        let (agenda, viewer) = agenda.get();
        let count = |person: &RecordId| {
            let tally = agenda.tally(&Whose::Person(*person), &viewer);
            (*person, COLUMNS.map(|state| tally.state(state)), tally.total)
        };
        let mut people: Vec<_> = viewer.team.iter().chain([&viewer.me]).map(count).collect();
        people.retain(|(_, _, total)| *total != 0);
        people.sort_by(|a, b| (b.1, b.2, a.0).cmp(&(a.1, a.2, b.0)));
        people
    });
    let cell = |number: usize, label: String, choice: Choice, is_late: bool| {
        view! {
            <td class="number" data-label=label.clone() data-state=(is_late && number != 0).then_some("late")>
                {if number == 0 {
                    view! { <span class="hint">"0"</span> }.into_any()
                } else {
                    view! { <A href=address(&choice) attr:aria-label=format!("{label} {number}")>{number}</A> }.into_any()
                }}
            </td>
        }
    };
    let row = move |(person, counts, total): (RecordId, [usize; 3], usize)| {
        let name = workspace.read(|book| staff_name(book, person));
        let choice = Choice::of(Whose::Person(person));
        let locale = i18n.get_locale();
        let states = COLUMNS.into_iter().zip(counts).map(|(state, number)| {
            cell(number, state_name(locale, state).to_owned(), choice.state(state), state != State::Today)
        });
        view! {
            <tr>
                <th scope="row">{name}</th>
                {states.collect_view()}
                {cell(total, t_string!(i18n, today.team.total).to_owned(), choice, false)}
            </tr>
        }
    };
    view! {
        <section class="section">
            <div class="section-head"><h2>{t!(i18n, today.team.title)}</h2><TableMenu /></div>
            <table class="data-table">
                <thead>
                    <tr>
                        <th scope="col">{t!(i18n, today.team.person)}</th>
                        {COLUMNS
                            .map(|state| {
                                view! { <th scope="col" class="number">{move || state_name(i18n.get_locale(), state)}</th> }
                            })}
                        <th scope="col" class="number">{t!(i18n, today.team.total)}</th>
                    </tr>
                </thead>
                <tbody>{move || people.get().into_iter().map(row.clone()).collect_view()}</tbody>
            </table>
        </section>
    }
}
