//! What a customer bought: the newest orders and the sum of all.

use std::cmp::Reverse;

use chrono::NaiveDate;
use kehu_domain::book::{Book, Record};
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::roster::date;
use kehu_domain::stamp::RecordId;
use leptos::prelude::*;
use leptos_router::components::A;

use super::head::or_dash;
use super::trace_words::{grouped, hundredths};
use crate::i18n::{t, t_string, use_i18n};
use crate::pages::export::ExportMenu;
use crate::workspace::{Source, Workspace, use_workspace};

/// How many orders are shown.
const SHOWN: usize = 50;

/// One order as the card shows it; money in fen.
#[derive(Clone, PartialEq)]
struct Order {
    id: RecordId,
    on: Option<NaiveDate>,
    code: String,
    amount: Option<i64>,
    margin: Option<i64>,
    returned: Option<i64>,
}

/// The newest orders of a customer and what all of them come to.
#[derive(Clone, Default, PartialEq)]
struct Bought {
    newest: Vec<Order>,
    count: usize,
    /// Amounts less returns, in fen.
    net: i64,
}

/// The newest orders; busy until they are in memory.
#[component]
pub fn Orders(
    /// The customer.
    customer: RecordId,
) -> impl IntoView {
    let i18n = use_i18n();
    let workspace = use_workspace();
    let is_complete = workspace.is_complete();
    let source = {
        let workspace = workspace.clone();
        Callback::new(move |_| Source::Records {
            kind: kind::ORDER,
            ids: workspace.read_once(|book| {
                let mut orders: Vec<&Record> = book.of_customer(customer, kind::ORDER).collect();
                orders.sort_by_key(|order| Reverse((date(order.get(kind::ON)), order.text(kind::CODE))));
                orders.iter().map(|order| order.id).collect()
            }),
            keys: Vec::new(),
            worked: Vec::new(),
        })
    };
    let scope = {
        let workspace = workspace.clone();
        Signal::derive(move || {
            workspace.read_once(|book| book.get(customer).map(|of| of.text(kind::NAME).to_owned())).unwrap_or_default()
        })
    };
    let bought = Memo::new(move |_| bought(&workspace, customer));
    let is_loading = {
        let is_complete = is_complete.clone();
        move || !is_complete.get()
    };
    let is_busy = is_loading.clone();
    view! {
        <section class="section" id="orders" aria-busy=move || is_busy().to_string()>
            <div class="section-head">
                <h2>{t!(i18n, customers.card.orders)}</h2>
                <span>
                    {move || {
                        let (count, net) = bought.with(|bought| (bought.count, bought.net));
                        (count > 0)
                            .then(|| t_string!(i18n, customers.card.orders_sum, count = count, amount = money(Some(net))))
                    }}
                </span>
                <Show when=move || bought.read().count != 0>
                    <ExportMenu subject=kind::ORDER.as_str() scope source is_small=true />
                </Show>
            </div>
            {move || {
                if bought.read().count > 0 {
                    view! { <OrderTable bought /> }.into_any()
                } else if is_loading() {
                    view! { <p class="hint">{t!(i18n, customers.card.loading)}</p> }.into_any()
                } else {
                    view! { <p class="hint">{t!(i18n, customers.card.no_orders)}</p> }.into_any()
                }
            }}
        </section>
    }
}

#[component]
fn OrderTable(bought: Memo<Bought>) -> impl IntoView {
    let i18n = use_i18n();
    let is_cut = move || bought.with(|bought| bought.count > bought.newest.len());
    view! {
        <table class="data-table" data-stack="">
            <thead>
                <tr>
                    <th scope="col">{t!(i18n, customers.order.on)}</th>
                    <th scope="col">{t!(i18n, customers.order.code)}</th>
                    <th scope="col" class="number">{t!(i18n, customers.order.amount)}</th>
                    <th scope="col" class="number">{t!(i18n, customers.order.margin)}</th>
                    <th scope="col" class="number">{t!(i18n, customers.order.returned)}</th>
                </tr>
            </thead>
            <tbody>
                <For each=move || bought.get().newest key=|order| order.id let:order>
                    <tr>
                        <th scope="row">{or_dash(order.on.map(|on| on.to_string()).unwrap_or_default())}</th>
                        <td data-label=move || t_string!(i18n, customers.order.code)>
                            <A href=format!("/data/history?record={}", order.id)>{or_dash(order.code)}</A>
                        </td>
                        <td class="number" data-label=move || t_string!(i18n, customers.order.amount)>
                            {money(order.amount)}
                        </td>
                        <td class="number" data-label=move || t_string!(i18n, customers.order.margin)>
                            {money(order.margin)}
                        </td>
                        <td class="number" data-label=move || t_string!(i18n, customers.order.returned)>
                            {money(order.returned)}
                        </td>
                    </tr>
                </For>
            </tbody>
        </table>
        <Show when=is_cut>
            <p class="hint">{t!(i18n, customers.order.newest, count = SHOWN)}</p>
        </Show>
    }
}

/// Fen as yuan with two decimals; a dash for none.
fn money(fen: Option<i64>) -> String {
    fen.map_or_else(|| "–".to_owned(), |fen| grouped(&hundredths(fen)))
}

fn bought(workspace: &Workspace, customer: RecordId) -> Bought {
    workspace.read(|book| {
        let mut orders: Vec<Order> = orders(book, customer);
        let count = orders.len();
        let net = orders.iter().map(|order| order.amount.unwrap_or(0).saturating_sub(order.returned.unwrap_or(0)));
        let net = net.fold(0_i64, i64::saturating_add);
        orders.sort_by(|a, b| (b.on, &b.code).cmp(&(a.on, &a.code)));
        orders.truncate(SHOWN);
        Bought { newest: orders, count, net }
    })
}

fn orders(book: &Book, customer: RecordId) -> Vec<Order> {
    let amount = |order: &Record, key: Key| order.get(key).as_int();
    book.of_customer(customer, kind::ORDER)
        .map(|order| Order {
            id: order.id,
            on: date(order.get(kind::ON)),
            code: order.text(kind::CODE).to_owned(),
            amount: amount(order, kind::AMOUNT),
            margin: amount(order, kind::MARGIN),
            returned: amount(order, kind::RETURNED),
        })
        .collect()
}
