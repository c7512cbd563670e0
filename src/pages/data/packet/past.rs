//! What was handed over: when, by whom, to whom, which customers.

use kehu_domain::packet::{Note, notes};
use leptos::prelude::*;

use crate::i18n::{t_string, use_i18n};
use crate::moment::civil;
use crate::pages::data::past::PastList;
use crate::pages::export::TableMenu;
use crate::workspace::{staff_name, use_workspace};

/// How many customers of a hand-over are named.
const NAMED: usize = 5;

/// The log of hand-overs.
#[component]
pub fn Past() -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let all = Memo::new(move |_| workspace.read(notes));
    view! {
        <PastList
            title=Signal::derive(move || t_string!(i18n, packet.past.title).to_owned())
            none=Signal::derive(move || t_string!(i18n, packet.past.none).to_owned())
            columns=Signal::derive(move || {
                vec![
                    t_string!(i18n, packet.past.when),
                    t_string!(i18n, packet.past.by),
                    t_string!(i18n, packet.past.to),
                    t_string!(i18n, packet.past.customers),
                    t_string!(i18n, packet.past.words),
                ]
            })
            after=move || view! { <p><TableMenu /></p> }
            is_empty=Signal::derive(move || all.read().is_empty())
        >
            <For each=move || all.get() key=|note| note.record let:note>
                <NoteRow note />
            </For>
        </PastList>
    }
}

#[component]
fn NoteRow(note: Note) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let count = note.customers.len();
    let (by, to, names) = workspace.read_once(|book| {
        let name = |id| staff_name(book, id);
        let names: Vec<String> = note.customers.iter().take(NAMED).map(|id| name(*id)).collect();
        (name(note.by), note.given_to.map(name).unwrap_or_default(), names.join("、"))
    });
    let names = if count > NAMED { format!("{names}…") } else { names };
    let at = civil(note.at.millis()).format("%Y-%m-%d %H:%M").to_string();
    view! {
        <tr>
            <th scope="row"><time>{at}</time></th>
            <td data-label=move || t_string!(i18n, packet.past.by)>{by}</td>
            <td data-label=move || t_string!(i18n, packet.past.to)>{to}</td>
            <td data-label=move || t_string!(i18n, packet.past.customers)>
                {move || t_string!(i18n, packet.past.customers_value, count = count, names = names.clone())}
            </td>
            <td data-label=move || t_string!(i18n, packet.past.words)>{note.words}</td>
        </tr>
    }
}
