//! Undo at hand: Ctrl-Z takes back the last thing done here, and a card says what it was and offers it again.

use kehu_domain::stamp::Stamp;
use kehu_ledger::errand::Failure;
use leptos::ev::KeyboardEvent;
use leptos::prelude::*;
use leptos::web_sys;
use leptos_router::components::A;
use send_wrapper::SendWrapper;
use wasm_bindgen::JsCast;

use super::act::sum_up;
use super::words::deed_title;
use crate::i18n::{t, t_string, use_i18n};
use crate::words;
use crate::workspace::{Reversal, Turn, use_workspace};

/// How long the card stays, in milliseconds.
const CARD_MS: u32 = 15_000;

/// What the card says.
#[derive(Clone)]
enum Told {
    /// There is nothing done here to take back.
    Nothing(Turn),
    /// Something was done; it can be taken back.
    Offered { act: Stamp, what: String },
    /// Something was taken back or done again.
    Turned { act: Stamp, turn: Turn, what: String, result: Result<Reversal, Failure> },
}

#[derive(Clone, Copy)]
struct Card(RwSignal<Option<Told>>);

/// Makes the card known to all pages.
pub fn provide_undo() {
    provide_context(Card(RwSignal::new(None)));
}

/// Says that something was done and offers to take it back.
pub fn offer_undo(act: Stamp, what: String) {
    if let Some(Card(told)) = use_context() {
        told.try_set(Some(Told::Offered { act, what }));
    }
}

/// Listens for Ctrl-Z (⌘-Z) outside of text fields, and shows the card.
#[component]
pub fn UndoKeys() -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let told = use_context::<Card>().map_or_else(|| RwSignal::new(None), |Card(told)| told);
    let act_on = {
        let workspace = SendWrapper::new(workspace.clone());
        Callback::new(move |(turn, act): (Turn, Stamp)| {
            let workspace = workspace.clone();
            let locale = i18n.get_locale_untracked();
            leptos::task::spawn_local(async move {
                let (_, deeds) = sum_up(&workspace, act).await;
                let find = |act: Stamp| deeds.iter().find(|deed| deed.act == act).cloned();
                let what = find(act).map(|deed| workspace.read_once(|book| deed_title(book, &deed, find, locale)));
                let result = workspace.turn(turn, act, |_| ()).await;
                told.try_set(Some(Told::Turned { act, turn, what: what.unwrap_or_default(), result }));
            });
        })
    };
    let listener = {
        let workspace = SendWrapper::new(workspace);
        window_event_listener(leptos::ev::keydown, move |event| {
            let Some(turn) = turn_of(&event) else { return };
            event.prevent_default();
            match workspace.last_own(turn) {
                Some(act) => act_on.run((turn, act)),
                None => told.set(Some(Told::Nothing(turn))),
            }
        })
    };
    on_cleanup(move || listener.remove());
    let showing = StoredValue::new(0_u32);
    Effect::new(move || {
        if told.read().is_some() {
            showing.update_value(|showing| *showing += 1);
            let this = showing.get_value();
            leptos::task::spawn_local(async move {
                gloo_timers::future::TimeoutFuture::new(CARD_MS).await;
                if showing.try_get_value() == Some(this) {
                    told.try_set(None);
                }
            });
        }
    });
    move || told.get().map(|said| view! { <CardView said told act_on /> })
}

#[component]
fn CardView(
    said: Told,
    /// Where it is put away.
    told: RwSignal<Option<Told>>,
    /// Turns an act.
    act_on: Callback<(Turn, Stamp)>,
) -> impl IntoView {
    let i18n = use_i18n();
    let (act, next) = match &said {
        Told::Nothing(_) => (None, None),
        Told::Offered { act, .. } => (Some(*act), Some(Turn::Undo)),
        Told::Turned { act, turn, result, .. } => {
            let is_done = result.as_ref().is_ok_and(|reversal| reversal.restored > 0);
            let back = if *turn == Turn::Undo { Turn::Redo } else { Turn::Undo };
            (Some(*act), is_done.then_some(back))
        }
    };
    let sentence = move || match &said {
        Told::Nothing(Turn::Undo) => t_string!(i18n, history.card.nothing).to_owned(),
        Told::Nothing(Turn::Redo) => t_string!(i18n, history.card.nothing_again).to_owned(),
        Told::Offered { what, .. } => what.clone(),
        Told::Turned { result: Err(problem), .. } => words::failure(i18n.get_locale(), problem),
        Told::Turned { turn, what, result: Ok(reversal), .. } => match (turn, reversal.restored, reversal.left) {
            (_, 0, _) => t_string!(i18n, history.card.refused, what = what.clone()),
            (Turn::Undo, _, 0) => t_string!(i18n, history.card.undone, what = what.clone()),
            (Turn::Redo, _, 0) => t_string!(i18n, history.card.redone, what = what.clone()),
            (_, _, kept) => t_string!(i18n, history.card.partly, what = what.clone(), count = kept),
        },
    };
    let address = act.map_or_else(|| "/data/history".to_owned(), |act| format!("/data/history?act={act}"));
    let button = act.zip(next).map(|(act, turn)| {
        view! {
            <button type="button" class="button" data-kind="primary" on:click=move |_| act_on.run((turn, act))>
                {move || match turn {
                    Turn::Undo => t_string!(i18n, shell.action.undo),
                    Turn::Redo => t_string!(i18n, shell.action.redo),
                }}
            </button>
        }
    });
    view! {
        <aside class="update-card" role="status">
            <p>{sentence}</p>
            <p class="row">
                {button}
                <A href=address attr:class="button" on:click=move |_| told.set(None)>{t!(i18n, history.title)}</A>
                <button type="button" class="button" data-kind="quiet" on:click=move |_| told.set(None)>
                    {t!(i18n, shell.action.close)}
                </button>
            </p>
        </aside>
    }
}

/// What a key press asks for: Ctrl-Z or ⌘-Z to undo, with Shift (or Ctrl-Y) to redo; nothing while somebody types or
/// answers a question.
fn turn_of(event: &KeyboardEvent) -> Option<Turn> {
    let target = event.target().and_then(|target| target.dyn_into::<web_sys::Element>().ok());
    let is_typing = target.is_some_and(|element| {
        element.closest("input, textarea, select, [contenteditable], dialog").is_ok_and(|found| found.is_some())
    });
    let is_asked = document().query_selector("dialog[open]").is_ok_and(|open| open.is_some());
    if is_typing || is_asked || event.alt_key() || !(event.ctrl_key() || event.meta_key()) {
        return None;
    }
    match (event.key().to_ascii_lowercase().as_str(), event.shift_key()) {
        ("z", false) => Some(Turn::Undo),
        ("z", true) | ("y", false) => Some(Turn::Redo),
        _ => None,
    }
}
