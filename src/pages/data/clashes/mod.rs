//! Clashes as cards, customer by customer: both contents with their authors and times, the one before, and one tap to settle.

mod card;
mod gather;

use kehu_domain::book::Clash;
use kehu_domain::stamp::Stamp;
use kehu_domain::value::Value;
use leptos::prelude::*;

use crate::components::{Notice, Tone};
use crate::i18n::{t, t_string, use_i18n};
use crate::words;
use crate::workspace::{Workspace, use_workspace};

use card::ClashCard;
use gather::{Gathered, gather};

/// How many cards are shown at a time.
const CARDS: usize = 20;

/// Every clash that waits; nothing where there is none.
#[component]
pub fn Clashes() -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let gathered = RwSignal::new(Gathered::default());
    gather(&workspace, gathered);
    let settled = RwSignal::new(None::<(Stamp, usize)>);
    let settle = Action::new_unsync({
        let workspace = workspace.clone();
        move |choices: &Vec<(Clash, Value)>| {
            let (workspace, choices) = (workspace.clone(), choices.clone());
            async move {
                let count = choices.len();
                let act = settle_all(&workspace, choices).await?;
                settled.set(act.map(|act| (act, count)));
                Ok(())
            }
        }
    });
    let on_settle = Callback::new(move |choices: Vec<(Clash, Value)>| {
        settle.dispatch_local(choices);
    });
    let undo = Action::new_unsync(move |act: &Stamp| {
        let (workspace, act) = (workspace.clone(), *act);
        async move {
            settled.set(None);
            workspace.commit(|book, undo| _ = book.undo(act, undo)).await.map(|_| ())
        }
    });
    let problem = move || {
        let failed = |value: Option<Result<(), kehu_store::StoreError>>| value.and_then(Result::err);
        failed(settle.value().get()).or_else(|| failed(undo.value().get()))
    };
    view! {
        <Show when=move || !gathered.read().clashes.is_empty()>
            <section class="section stack" id="clashes">
                <h2>
                    {t!(i18n, arrival.clash.title)} " "
                    <span class="count">{move || gathered.read().clashes.len()}</span>
                </h2>
                <p>{t!(i18n, arrival.clash.lead)}</p>
                <Cards gathered on_settle is_busy=settle.pending() />
            </section>
        </Show>
        {move || settled.get().map(|(act, count)| view! {
            <Notice tone=Tone::Success>
                <p>{move || t_string!(i18n, arrival.clash.settled, count = count)}</p>
                <p class="row">
                    <button
                        type="button"
                        class="button"
                        data-size="small"
                        on:click=move |_| { undo.dispatch_local(act); }
                    >
                        {t!(i18n, arrival.clash.undo)}
                    </button>
                </p>
            </Notice>
        })}
        {move || problem().map(|problem| {
            let text = words::store_problem(i18n.get_locale(), &problem);
            view! { <Notice tone=Tone::Problem>{text}</Notice> }
        })}
    }
}

/// Settles clashes as one act; those that somebody settled meanwhile are left alone.
async fn settle_all(
    workspace: &Workspace,
    choices: Vec<(Clash, Value)>,
) -> Result<Option<Stamp>, kehu_store::StoreError> {
    workspace
        .commit_slowly(async |workspace: &Workspace, act: &mut kehu_domain::change::Act<'_>| {
            for (clash, value) in choices {
                workspace.read_once(|book| {
                    let record = book.get(clash.record);
                    if let Some(record) = record.filter(|record| record.heads(clash.field).count() > 1) {
                        act.settle(record, clash.field, value);
                    }
                });
                crate::moment::breathe().await;
            }
        })
        .await
}

/// The cards of the chosen field, page by page, under the names of their customers.
#[component]
fn Cards(
    gathered: RwSignal<Gathered>,
    on_settle: Callback<Vec<(Clash, Value)>>,
    #[prop(into)] is_busy: Signal<bool>,
) -> impl IntoView {
    let i18n = use_i18n();
    let field = RwSignal::new(String::new());
    let from = RwSignal::new(0_usize);
    let fitting = Memo::new(move |_| gathered.read().of_field(&field.read()));
    let start = move || if from.get() < fitting.read().len() { from.get() } else { 0 };
    let all_of = move |newest: bool| {
        let choices =
            fitting.read().iter().filter_map(|place| gathered.read().clashes.get(*place)?.by_age(newest)).collect();
        on_settle.run(choices);
    };
    let fields = move || {
        let option = |(label, count): (String, usize)| {
            let text = format!("{label} ({count})");
            view! { <option value=label>{text}</option> }
        };
        gathered.read().fields().into_iter().map(option).collect_view()
    };
    let cards = move || {
        let mut last = None;
        let shown: Vec<usize> = fitting.read().iter().skip(start()).take(CARDS).copied().collect();
        shown
            .into_iter()
            .filter_map(|place| gathered.read().clashes.get(place).cloned())
            .map(|told| {
                let heading = (last.as_ref() != Some(&told.owner)).then(|| told.owner.clone());
                last = Some(told.owner.clone());
                view! {
                    {heading.map(|(customer, name)| match customer {
                        Some(customer) => view! { <li><h3><a href=format!("/customers/{customer}")>{name}</a></h3></li> }.into_any(),
                        None => view! { <li><h3>{t!(i18n, arrival.clash.of_nobody)}</h3></li> }.into_any(),
                    })}
                    <ClashCard told on_settle is_busy />
                }
            })
            .collect_view()
    };
    view! {
        <div class="row">
            <Show when=move || { gathered.read().fields().len() > 1 }>
                <div class="field">
                    <label for="clash-field">{t!(i18n, arrival.field.name)}</label>
                    <select id="clash-field" on:change=move |event| {
                        field.set(event_target_value(&event));
                        from.set(0);
                    }>
                        <option value="">{t!(i18n, arrival.list.all)}</option>
                        {fields}
                    </select>
                </div>
            </Show>
        </div>
        <Show when=move || { fitting.read().len() > 1 }>
            <div class="row">
                <span>{move || t_string!(i18n, arrival.clash.all_title, count = fitting.read().len())}</span>
                <button type="button" class="button" data-size="small" disabled=is_busy on:click=move |_| all_of(true)>
                    {t!(i18n, arrival.clash.newer)}
                </button>
                <button type="button" class="button" data-size="small" disabled=is_busy on:click=move |_| all_of(false)>
                    {t!(i18n, arrival.clash.older)}
                </button>
            </div>
        </Show>
        <ul>{cards}</ul>
        <Show when=move || { fitting.read().len() > CARDS }>
            <p class="row">
                <button
                    type="button"
                    class="button"
                    data-size="small"
                    disabled=move || start() == 0
                    on:click=move |_| from.set(start().saturating_sub(CARDS))
                >
                    {t!(i18n, arrival.list.earlier)}
                </button>
                <span class="hint" role="status">
                    {move || {
                        let total = fitting.read().len();
                        t_string!(i18n, arrival.list.shown, from = start() + 1, to = (start() + CARDS).min(total), total = total)
                    }}
                </span>
                <button
                    type="button"
                    class="button"
                    data-size="small"
                    disabled=move || { start() + CARDS >= fitting.read().len() }
                    on:click=move |_| from.set(start() + CARDS)
                >
                    {t!(i18n, arrival.list.later)}
                </button>
            </p>
        </Show>
    }
}
