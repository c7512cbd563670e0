//! Undo and redo of one act: the button, and what it came to.

use kehu_domain::history::Deed;
use kehu_domain::stamp::RecordId;
use kehu_ledger::errand::{Failure, Step};
use leptos::prelude::*;

use super::words::{address_of, obstacle_text, record_title};
use crate::components::{Notice, Progress, Tone};
use crate::i18n::{t, t_string, use_i18n};
use crate::words;
use crate::workspace::{Reversal, Turn, use_workspace};

/// How many records that were left alone are named.
const NAMED: usize = 20;

/// What the last turn came to.
pub type Turned = Option<(Turn, Result<Reversal, Failure>)>;

/// The way back of an act, or forth again.
#[component]
pub fn TurnButtons(
    /// The act as it stands.
    #[prop(into)]
    deed: Signal<Deed>,
    /// What the last turn came to.
    turned: RwSignal<Turned>,
) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let step = RwSignal::new(None::<Step>);
    let turn = Action::new_unsync(move |turn: &Turn| {
        let (workspace, turn, act) = (workspace.clone(), *turn, deed.get_untracked().act);
        async move {
            turned.set(None);
            step.set(None);
            let result = workspace.turn(turn, act, move |said| _ = step.try_set(Some(said))).await;
            turned.try_set(Some((turn, result)));
        }
    });
    let button = move |way: Turn, is_primary: bool| {
        view! {
            <button
                type="button"
                class="button"
                data-kind=is_primary.then_some("primary")
                aria-busy=move || turn.pending().get().to_string()
                disabled=move || turn.pending().get()
                on:click=move |_| {
                    turn.dispatch_local(way);
                }
            >
                {move || match way {
                    Turn::Undo => t_string!(i18n, shell.action.undo),
                    Turn::Redo => t_string!(i18n, shell.action.redo),
                }}
            </button>
        }
    };
    view! {
        <Show when=move || deed.read().taken_back == 0 && deed.read().can_be_undone()>{button(Turn::Undo, true)}</Show>
        <Show when=move || { deed.read().taken_back > 0 }>{button(Turn::Redo, true)}</Show>
        <Show when=move || { deed.read().taken_back > 0 && deed.read().can_be_undone() }>
            {button(Turn::Undo, false)}
        </Show>
        <Show when=move || turn.pending().get()>
            <Progress name=Signal::derive(move || t_string!(i18n, history.turning).to_owned()) step on_stop=None />
        </Show>
    }
}

/// What a turn came to, in a sentence, with what was left alone and why.
#[component]
pub fn Outcome(
    /// What the last turn came to.
    turned: RwSignal<Turned>,
    /// Whether something came back from the bin.
    #[prop(optional)]
    is_restored: bool,
) -> impl IntoView {
    let i18n = use_i18n();
    move || {
        turned.get().map(|(turn, result)| match result {
            Ok(reversal) => view! { <ResultNotice turn reversal is_restored /> }.into_any(),
            Err(problem) => {
                let text = words::failure(i18n.get_locale(), &problem);
                view! { <Notice tone=Tone::Problem><p>{text}</p></Notice> }.into_any()
            }
        })
    }
}

#[component]
fn ResultNotice(turn: Turn, reversal: Reversal, is_restored: bool) -> impl IntoView {
    let i18n = use_i18n();
    let (done, left) = (reversal.restored, reversal.left);
    let tone = if reversal.is_refused { Tone::Problem } else { Tone::Success };
    let sentence = move || match (turn, done, left) {
        (_, 0, 0) => t_string!(i18n, history.result.nothing).to_owned(),
        (_, 0, _) if reversal.is_refused => t_string!(i18n, history.result.refused).to_owned(),
        _ if is_restored => t_string!(i18n, history.result.restored, count = done),
        (Turn::Undo, ..) => t_string!(i18n, history.result.undone, count = done),
        (Turn::Redo, ..) => t_string!(i18n, history.result.redone, count = done),
    };
    view! {
        <Notice tone>
            <p>{sentence}</p>
            {(left > 0).then(|| view! { <LeftAlone reversal /> })}
        </Notice>
    }
}

/// The records that were left alone, each with the reasons.
#[component]
fn LeftAlone(reversal: Reversal) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    // Of an act that was refused, the rest was left alone only because of these.
    let Reversal { acts, kept, left: count, is_refused, .. } = reversal;
    let reasons = kept
        .iter()
        .map(|id| (*id, workspace.obstacles(*id, &acts)))
        .filter(|(_, reasons)| !is_refused || !reasons.is_empty())
        .take(NAMED)
        .collect::<Vec<_>>();
    let items = move || {
        let locale = i18n.get_locale();
        workspace.read_once(|book| {
            let item = |(id, reasons): &(RecordId, Vec<_>)| {
                let record = book.get(*id)?;
                let title = record_title(book, record, locale);
                let why: Vec<String> = reasons.iter().map(|reason| obstacle_text(book, *id, reason, locale)).collect();
                let why = why.join(t_string!(i18n, history.kept.and));
                Some(view! { <li><a href=address_of(record)>{title}</a> " " <span class="hint">{why}</span></li> })
            };
            reasons.iter().filter_map(item).collect_view()
        })
    };
    view! {
        {(!is_refused).then(|| view! { <p>{t!(i18n, history.kept.count, count)}</p> })}
        <ul>{items}</ul>
        {(count > NAMED && !is_refused).then(|| view! { <p>{t!(i18n, history.kept.more, count = count - NAMED)}</p> })}
    }
}
