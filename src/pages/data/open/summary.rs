//! What is in the file, in short.

use kehu_domain::arrival::{Scope, State, Tally};
use kehu_ledger::arrival::{AheadLine, PacketLine, Summary};
use leptos::prelude::*;

use super::looking::Looking;
use crate::components::{Notice, Tone};
use crate::i18n::{Locale, t, t_string, td_string, use_i18n};
use crate::moment::civil;

/// Counts that add up, from whom it is, and what is left out.
#[component]
pub fn Inside(looking: Looking, summary: Summary) -> impl IntoView {
    let i18n = use_i18n();
    let Summary { in_file, new_changes, known, customers, differing, newest_ms, tally, scope, .. } = summary;
    let Summary { set_aside, ahead, packet, .. } = summary;
    let is_part_of_backup = scope == Scope::Part && packet.is_none();
    view! {
        <section class="section stack">
            <h2>{move || t_string!(i18n, arrival.inside.title, name = looking.name.get(), count = in_file)}</h2>
            {packet.map(|packet| view! { <Packet packet /> })}
            {is_part_of_backup.then(|| view! { <Notice tone=Tone::Info>{t!(i18n, arrival.inside.of_part)}</Notice> })}
            <dl class="fact-list">
                <div><dt>{t!(i18n, arrival.inside.until)}</dt><dd>{moment(newest_ms)}</dd></div>
                <div><dt>{t!(i18n, arrival.inside.new)}</dt><dd>{new_changes}</dd></div>
                <div><dt>{t!(i18n, arrival.inside.known)}</dt><dd>{known}</dd></div>
                <div>
                    <dt>{t!(i18n, arrival.inside.customers)}</dt>
                    <dd>{move || t_string!(i18n, arrival.inside.customers_value, differing = differing, all = customers)}</dd>
                </div>
            </dl>
            <Counts tally />
            {(scope == Scope::WithoutAttachments).then(|| view! { <p class="hint">{t!(i18n, arrival.inside.part)}</p> })}
            {(set_aside > 0).then(|| view! { <Ahead count=set_aside ahead /> })}
            {(new_changes == 0).then(|| view! {
                <p role="status">
                    {move || match tally.total() == tally.of(State::Same) {
                        true => t_string!(i18n, arrival.inside.same),
                        false => t_string!(i18n, arrival.inside.known_all),
                    }}
                </p>
            })}
        </section>
    }
}

/// How all records stand, as a sum.
#[component]
fn Counts(tally: Tally) -> impl IntoView {
    let i18n = use_i18n();
    let part = move |state: State| {
        let count = tally.of(state);
        (count > 0).then(|| {
            view! {
                <div data-state=(state == State::Clashing).then_some("problem")>
                    <dt>{move || state_name(i18n.get_locale(), state)}</dt>
                    <dd>{count}</dd>
                </div>
            }
        })
    };
    view! {
        <dl class="tally">
            <div><dt>{t!(i18n, arrival.inside.records)}</dt><dd>{tally.total()}</dd></div>
            {State::ALL.map(part).into_iter().collect_view()}
        </dl>
    }
}

#[component]
fn Packet(packet: PacketLine) -> impl IntoView {
    let i18n = use_i18n();
    let PacketLine { by, at_ms, given_to, words, customers } = packet;
    let at = moment(at_ms);
    view! {
        <Notice tone=Tone::Info>
            <p>
                {move || {
                    t_string!(i18n, arrival.inside.packet, by = by.clone(), at = at.clone(), count = customers)
                }}
                " "
                {(!given_to.is_empty())
                    .then_some(move || t_string!(i18n, arrival.inside.packet_for, name = given_to.clone()))}
            </p>
            {(!words.is_empty()).then(|| view! {
                <p>{move || t_string!(i18n, arrival.inside.packet_words, words = words.clone())}</p>
            })}
            <p>{t!(i18n, arrival.inside.packet_part)}</p>
        </Notice>
    }
}

/// The changes that are dated too far ahead.
#[component]
fn Ahead(count: usize, ahead: Vec<AheadLine>) -> impl IntoView {
    let i18n = use_i18n();
    let line = move |AheadLine { name, at_ms }: AheadLine| {
        let at = moment(at_ms);
        view! {
            <li>
                {move || {
                    let name = if name.is_empty() { t_string!(i18n, arrival.inside.nameless).to_owned() } else { name.clone() };
                    t_string!(i18n, arrival.inside.aside_line, name = name, at = at.clone())
                }}
            </li>
        }
    };
    view! {
        <Notice tone=Tone::Info>
            <p>{move || t_string!(i18n, arrival.inside.aside, count = count)}</p>
            <ul>{ahead.into_iter().map(line).collect_view()}</ul>
        </Notice>
    }
}

/// What a state is called.
pub fn state_name(locale: Locale, state: State) -> &'static str {
    match state {
        State::Clashing => td_string!(locale, arrival.state.clashing),
        State::Changed => td_string!(locale, arrival.state.changed),
        State::New => td_string!(locale, arrival.state.new),
        State::Older => td_string!(locale, arrival.state.older),
        State::Missing => td_string!(locale, arrival.state.missing),
        State::Same => td_string!(locale, arrival.state.same),
    }
}

/// A moment as people in Shanghai write it.
pub fn moment(at_ms: u64) -> String {
    civil(at_ms).format("%Y-%m-%d %H:%M").to_string()
}
