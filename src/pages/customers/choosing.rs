//! Choosing several customers of the list, and what is done with them.

use std::collections::{BTreeSet, HashSet};
use std::time::Duration;

use kehu_domain::stamp::RecordId;
use leptos::ev::PointerEvent;
use leptos::leptos_dom::helpers::TimeoutHandle;
use leptos::prelude::*;
use leptos_router::hooks::use_navigate;

use super::export::ExportCustomers;
use super::filters::Filters;
use super::handed::{HANDED, Handed, use_handed};
use crate::i18n::{t, t_string, use_i18n};
use crate::workspace::{Workspace, use_workspace};

/// How long a finger rests on a row to choose it.
const LONG_PRESS: Duration = Duration::from_millis(500);

/// How far a finger may move meanwhile, in pixels.
const STILL: i32 = 10;

/// A finger that rests on a row: until when, and where.
type Press = Option<(TimeoutHandle, i32, i32)>;

/// Which customers are chosen, and whether the list is for choosing now.
#[derive(Clone, Copy)]
pub struct Choosing {
    pub is_on: RwSignal<bool>,
    chosen: RwSignal<BTreeSet<RecordId>>,
    press: StoredValue<Press>,
}

impl Choosing {
    /// Nobody chosen yet.
    pub fn new() -> Self {
        Self { is_on: RwSignal::new(false), chosen: RwSignal::default(), press: StoredValue::new(None) }
    }

    /// Whether a customer is chosen.
    pub fn has(self, id: RecordId) -> bool {
        self.chosen.with(|chosen| chosen.contains(&id))
    }

    /// Chooses a customer, or not any more.
    pub fn toggle(self, id: RecordId) {
        self.chosen.update(|chosen| {
            if !chosen.remove(&id) {
                chosen.insert(id);
            }
        });
    }

    /// Begins to choose, or ends it and forgets who was chosen.
    pub fn switch(self) {
        self.is_on.update(|is_on| *is_on = !*is_on);
        self.chosen.update(BTreeSet::clear);
    }

    /// A finger comes down on a row: if it stays, the row is chosen.
    pub fn press(self, id: RecordId, event: &PointerEvent) {
        self.release();
        if event.pointer_type() != "touch" || self.is_on.get_untracked() {
            return;
        }
        let choose = move || {
            self.press.set_value(None);
            self.is_on.set(true);
            self.toggle(id);
        };
        let resting = set_timeout_with_handle(choose, LONG_PRESS).ok();
        self.press.set_value(resting.map(|resting| (resting, event.client_x(), event.client_y())));
    }

    /// The finger moves: too far is no resting.
    pub fn drag(self, event: &PointerEvent) {
        let is_still = |(_, x, y): &(TimeoutHandle, i32, i32)| {
            (event.client_x() - x).abs() <= STILL && (event.client_y() - y).abs() <= STILL
        };
        if self.press.with_value(|press| press.as_ref().is_some_and(|press| !is_still(press))) {
            self.release();
        }
    }

    /// The finger is lifted.
    pub fn release(self) {
        if let Some((resting, ..)) = self.press.try_update_value(Option::take).flatten() {
            resting.clear();
        }
    }
}

/// How many are chosen, all of this list or none, and what to do with them.
#[component]
pub fn ChosenActions(
    choosing: Choosing,
    /// The customers of the list, in its order.
    matches: Memo<Vec<RecordId>>,
    /// What the list is narrowed to.
    filters: Memo<Filters>,
) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let navigate = use_navigate();
    let handed = use_handed();
    let chosen = choosing.chosen;
    let count = move || chosen.read().len();
    let is_none = Memo::new(move |_| count() == 0);
    let in_order = Memo::new(move |_| chosen.with(|chosen| in_order(&workspace, &matches.read(), chosen)));
    let hand_over = move |_| {
        handed.set(Handed { customers: in_order.get_untracked(), scope: String::new() });
        navigate(&format!("/data/packet?{HANDED}"), Default::default());
    };
    view! {
        <span class="list-count" role="status">{move || t_string!(i18n, customers.choose.chosen, count = count())}</span>
        <button
            type="button"
            class="button"
            on:click=move |_| chosen.update(|chosen| chosen.extend(matches.get_untracked()))
        >
            {move || t_string!(i18n, customers.choose.all, count = matches.read().len())}
        </button>
        <Show when=move || !is_none.get()>
            <button type="button" class="button" on:click=move |_| chosen.update(BTreeSet::clear)>
                {t!(i18n, customers.choose.clear)}
            </button>
            <ExportCustomers matches=in_order filters is_chosen=true />
            <button type="button" class="button" on:click=hand_over.clone()>
                {t!(i18n, customers.choose.hand_over)}
            </button>
        </Show>
    }
}

/// Those who were chosen: first as the list has them, then those it does not show now, by their codes.
fn in_order(workspace: &Workspace, matches: &[RecordId], chosen: &BTreeSet<RecordId>) -> Vec<RecordId> {
    let mut ordered: Vec<RecordId> = matches.iter().filter(|id| chosen.contains(id)).copied().collect();
    let listed: HashSet<RecordId> = ordered.iter().copied().collect();
    workspace.roster(|roster| {
        let others = chosen.iter().filter(|id| !listed.contains(id));
        let mut others: Vec<_> = others.filter_map(|id| Some((&roster.line(*id)?.code, *id))).collect();
        others.sort_unstable();
        ordered.extend(others.into_iter().map(|(_, id)| id));
    });
    ordered
}
