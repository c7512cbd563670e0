//! The file customer by customer, page by page; each opens its records, and is chosen with all that belongs to it.

use std::sync::Arc;

use futures_util::FutureExt;
use kehu_domain::arrival::{State, Tally};
use kehu_domain::export::{Cell, Sheet};
use kehu_domain::stamp::RecordId;
use kehu_ledger::arrival::{Ask, GroupLine, PAGE_LINES, Page, RecordLine};
use kehu_ledger::errand::Failure;
use leptos::prelude::*;

use super::looking::Looking;
use super::record::Fields;
use super::summary::state_name;
use crate::i18n::{Locale, t, t_string, td_string, use_i18n};
use crate::pages::export::{ExportMenu, TABLE};
use crate::workspace::Source;

/// What of the file is listed.
#[derive(Clone, Copy)]
struct View {
    show: RwSignal<Option<State>>,
    find: RwSignal<String>,
    from: RwSignal<usize>,
}

impl View {
    /// What the list is narrowed to, in words.
    fn scope(self, locale: Locale) -> String {
        let show = self.show.get().map(|state| state_name(locale, state).to_owned());
        let find = Some(self.find.get().trim().to_owned()).filter(|find| !find.is_empty());
        let title = td_string!(locale, arrival.list.title).to_owned();
        [Some(title), show, find].into_iter().flatten().collect::<Vec<_>>().join(" · ")
    }
}

/// All that is listed, whichever page is seen.
async fn sheet(looking: Looking, view: View, locale: Locale) -> Result<Sheet, Failure> {
    let columns = [
        td_string!(locale, arrival.list.name),
        td_string!(locale, customers.column.code),
        td_string!(locale, arrival.list.counts),
        td_string!(locale, arrival.list.changes),
    ];
    let (show, find, is_english) = (view.show.get_untracked(), view.find.get_untracked(), locale == Locale::en);
    let mut rows = Vec::new();
    loop {
        let ask = Ask::Groups { show, find: find.clone(), from: rows.len(), is_english };
        let page = looking.ask::<Page<GroupLine>>(ask).await?;
        let has_more = !page.lines.is_empty() && rows.len() + page.lines.len() < page.total;
        rows.extend(page.lines.into_iter().map(|line| {
            let name =
                if line.customer.is_some() { line.name } else { td_string!(locale, arrival.list.nobody).to_owned() };
            let changes = Cell::Int(i64::try_from(line.new_changes).unwrap_or(i64::MAX));
            vec![Cell::text(name), Cell::text(line.code), Cell::text(standing(locale, &line.tally)), changes]
        }));
        if !has_more {
            break;
        }
    }
    let name = td_string!(locale, arrival.list.title).to_owned();
    Ok(Sheet { name, columns: columns.map(str::to_owned).to_vec(), rows })
}

/// The list of customers with its filters.
#[component]
pub fn Groups(looking: Looking) -> impl IntoView {
    let i18n = use_i18n();
    let view = View { show: RwSignal::new(None), find: RwSignal::new(String::new()), from: RwSignal::new(0) };
    let page = LocalResource::new(move || {
        let (show, find, from) = (view.show.get(), view.find.get(), view.from.get());
        let is_english = i18n.get_locale() == Locale::en;
        async move { looking.ask::<Page<GroupLine>>(Ask::Groups { show, find, from, is_english }).await }
    });
    let total = move || page.get().and_then(Result::ok).map_or(0, |page| page.total);
    let scope = Signal::derive(move || view.scope(i18n.get_locale()));
    let source = Callback::new(move |_| {
        let locale = i18n.get_locale_untracked();
        Source::Asked(Arc::new(move || async move { sheet(looking, view, locale).await.ok() }.boxed_local()))
    });
    view! {
        <section class="section stack">
            <div class="section-head">
                <h2>{t!(i18n, arrival.list.title)}</h2>
                <ExportMenu subject=TABLE scope source is_small=true />
            </div>
            <Filters view />
            {move || {
                let page = page.get()?.ok()?;
                Some(if page.lines.is_empty() {
                    view! { <p class="hint">{t!(i18n, arrival.list.none)}</p> }.into_any()
                } else {
                    view! { <GroupTable looking lines=page.lines show=view.show /> }.into_any()
                })
            }}
            <Pager from=view.from total=Signal::derive(total) />
        </section>
    }
}

#[component]
fn Filters(view: View) -> impl IntoView {
    let i18n = use_i18n();
    let choose = move |event| {
        let key = event_target_value(&event);
        view.show.set(State::ALL.into_iter().find(|state| state.as_str() == key));
        view.from.set(0);
    };
    let option = move |state: State| {
        view! { <option value=state.as_str()>{move || state_name(i18n.get_locale(), state)}</option> }
    };
    view! {
        <div class="row" role="search">
            <div class="field">
                <label for="arrival-find">{t!(i18n, arrival.list.find)}</label>
                <input
                    id="arrival-find"
                    type="search"
                    placeholder=move || t_string!(i18n, arrival.list.placeholder)
                    prop:value=view.find
                    on:input=move |event| {
                        view.find.set(event_target_value(&event));
                        view.from.set(0);
                    }
                />
            </div>
            <div class="field">
                <label for="arrival-show">{t!(i18n, arrival.list.show)}</label>
                <select id="arrival-show" on:change=choose>
                    <option value="">{t!(i18n, arrival.list.all)}</option>
                    {State::ALL[..State::ALL.len() - 1].iter().copied().map(option).collect_view()}
                </select>
            </div>
        </div>
    }
}

#[component]
fn GroupTable(looking: Looking, lines: Vec<GroupLine>, show: RwSignal<Option<State>>) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <table class="data-table" data-stack>
            <thead>
                <tr>
                    <th scope="col">{t!(i18n, arrival.list.choose)}</th>
                    <th scope="col">{t!(i18n, arrival.list.name)}</th>
                    <th scope="col">{t!(i18n, arrival.list.counts)}</th>
                    <th scope="col" class="number">{t!(i18n, arrival.list.changes)}</th>
                </tr>
            </thead>
            <tbody>
                {lines.into_iter().map(|line| view! { <GroupRow looking line show /> }).collect_view()}
            </tbody>
        </table>
    }
}

/// A customer, and below it its records while it is open.
#[component]
fn GroupRow(looking: Looking, line: GroupLine, show: RwSignal<Option<State>>) -> impl IntoView {
    let i18n = use_i18n();
    let GroupLine { customer, name, code, tally, new_changes } = line;
    let is_open = RwSignal::new(false);
    let named = Signal::derive(move || match customer {
        Some(_) => name.clone(),
        None => t_string!(i18n, arrival.list.nobody).to_owned(),
    });
    let hint =
        move || if customer.is_some() { code.clone() } else { t_string!(i18n, arrival.list.nobody_hint).to_owned() };
    let is_chosen = move || looking.chosen.read().customers.contains(&customer);
    let choose = move |event| {
        let is_wanted = event_target_checked(&event);
        looking.chosen.update(|chosen| {
            if is_wanted {
                chosen.customers.insert(customer)
            } else {
                chosen.customers.remove(&customer)
            };
        });
    };
    view! {
        <tr>
            <td data-label=move || t_string!(i18n, arrival.list.choose)>
                <input
                    type="checkbox"
                    aria-label=move || t_string!(i18n, arrival.list.choose_group, name = named.get())
                    disabled=new_changes == 0
                    prop:checked=is_chosen
                    on:change=choose
                />
            </td>
            <th scope="row">
                <button
                    type="button"
                    class="button"
                    data-kind="quiet"
                    aria-expanded=move || is_open.get().to_string()
                    aria-label=move || t_string!(i18n, arrival.list.open, name = named.get())
                    on:click=move |_| is_open.update(|is_open| *is_open = !*is_open)
                >
                    {named}
                </button>
                <small>{hint}</small>
            </th>
            <td data-label=move || t_string!(i18n, arrival.list.counts)>{move || standing(i18n.get_locale(), &tally)}</td>
            <td class="number" data-label=move || t_string!(i18n, arrival.list.changes)>{new_changes}</td>
        </tr>
        <Show when=move || is_open.get()>
            <tr>
                <td colspan="4"><Records looking customer show /></td>
            </tr>
        </Show>
    }
}

/// How a customer's records stand, in words.
fn standing(locale: Locale, tally: &Tally) -> String {
    let part = |state: State| {
        let count = tally.of(state);
        (count > 0 && state != State::Same).then(|| format!("{} {count}", state_name(locale, state)))
    };
    State::ALL.into_iter().filter_map(part).collect::<Vec<_>>().join(" · ")
}

/// The records of a customer.
#[component]
fn Records(looking: Looking, customer: Option<RecordId>, show: RwSignal<Option<State>>) -> impl IntoView {
    let i18n = use_i18n();
    let from = RwSignal::new(0);
    let page = LocalResource::new(move || {
        let (show, from) = (show.get(), from.get());
        let is_english = i18n.get_locale() == Locale::en;
        async move { looking.ask::<Page<RecordLine>>(Ask::Records { customer, show, from, is_english }).await }
    });
    let total = move || page.get().and_then(Result::ok).map_or(0, |page| page.total);
    view! {
        <div class="stack">
            <ul>
                {move || {
                    let lines = page.get()?.ok()?.lines;
                    Some(lines.into_iter().map(|line| view! { <RecordRow looking customer line /> }).collect_view())
                }}
            </ul>
            <Pager from total=Signal::derive(total) />
        </div>
    }
}

/// A record, and below it its fields while it is open.
#[component]
fn RecordRow(looking: Looking, customer: Option<RecordId>, line: RecordLine) -> impl IntoView {
    let i18n = use_i18n();
    let RecordLine { record, kind, name, state, new_changes } = line;
    let is_open = RwSignal::new(false);
    let title = if name.is_empty() { kind.clone() } else { format!("{kind} · {name}") };
    let (chosen_label, open_label) = (title.clone(), title.clone());
    let is_with_customer = move || looking.chosen.read().customers.contains(&customer);
    let is_chosen = move || is_with_customer() || looking.chosen.read().records.contains(&record);
    let choose = move |event| {
        let is_wanted = event_target_checked(&event);
        looking.chosen.update(|chosen| {
            if is_wanted {
                chosen.records.insert(record)
            } else {
                chosen.records.remove(&record)
            };
        });
    };
    view! {
        <li class="stack">
            <div class="row" data-justify="between">
                <label>
                    <input
                        type="checkbox"
                        aria-label=move || t_string!(i18n, arrival.list.choose_group, name = chosen_label.clone())
                        disabled=move || new_changes == 0 || is_with_customer()
                        prop:checked=is_chosen
                        on:change=choose
                    />
                    " "
                    {title}
                </label>
                <span class="row">
                    <span class="tag" data-state=(state == State::Clashing).then_some("late")>
                        {move || state_name(i18n.get_locale(), state)}
                    </span>
                    <button
                        type="button"
                        class="button"
                        data-kind="quiet"
                        data-size="small"
                        aria-expanded=move || is_open.get().to_string()
                        aria-label=move || t_string!(i18n, arrival.list.fields_of, name = open_label.clone())
                        on:click=move |_| is_open.update(|is_open| *is_open = !*is_open)
                    >
                        {move || match is_open.get() {
                            true => t_string!(i18n, arrival.list.close),
                            false => t_string!(i18n, arrival.list.fields),
                        }}
                    </button>
                </span>
            </div>
            <Show when=move || is_open.get()>
                <Fields looking record />
            </Show>
        </li>
    }
}

/// Back and forth through a long list.
#[component]
pub fn Pager(
    /// How many are left out at the beginning.
    from: RwSignal<usize>,
    /// How long the list is.
    total: Signal<usize>,
) -> impl IntoView {
    let i18n = use_i18n();
    let to = move || (from.get() + PAGE_LINES).min(total.get());
    view! {
        <Show when=move || { total.get() > PAGE_LINES }>
            <p class="row">
                <button
                    type="button"
                    class="button"
                    data-size="small"
                    disabled=move || from.get() == 0
                    on:click=move |_| from.update(|from| *from = from.saturating_sub(PAGE_LINES))
                >
                    {t!(i18n, arrival.list.earlier)}
                </button>
                <span class="hint" role="status">
                    {move || t_string!(i18n, arrival.list.shown, from = from.get() + 1, to = to(), total = total.get())}
                </span>
                <button
                    type="button"
                    class="button"
                    data-size="small"
                    disabled=move || { to() >= total.get() }
                    on:click=move |_| from.update(|from| *from += PAGE_LINES)
                >
                    {t!(i18n, arrival.list.later)}
                </button>
            </p>
        </Show>
    }
}
