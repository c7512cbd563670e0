//! What a customer bought: the newest orders and the sum of all.

use chrono::NaiveDate;
use kehu_domain::book::Record;
use kehu_domain::kind;
use kehu_domain::roster::date;
use kehu_domain::stamp::RecordId;
use leptos::prelude::*;
use leptos_router::components::A;

use super::head::or_dash;
use super::kept::{Kept, SHOWN, latest_first, money};
use crate::i18n::{t, t_string, use_i18n};
use crate::workspace::use_workspace;

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

impl Order {
    fn of(record: &Record) -> Self {
        Self {
            id: record.id,
            on: date(record.get(kind::ON)),
            code: record.text(kind::CODE).to_owned(),
            amount: record.get(kind::AMOUNT).as_int(),
            margin: record.get(kind::MARGIN).as_int(),
            returned: record.get(kind::RETURNED).as_int(),
        }
    }

    /// The amount less what was returned.
    fn net(&self) -> i64 {
        self.amount.unwrap_or(0).saturating_sub(self.returned.unwrap_or(0))
    }
}

/// The newest orders.
#[component]
pub fn Orders(
    /// The customer.
    customer: RecordId,
) -> impl IntoView {
    let i18n = use_i18n();
    let orders = latest_first(&use_workspace(), customer, kind::ORDER, kind::ON, Order::of);
    let sum = Signal::derive(move || {
        let orders = orders.read();
        let net = orders.iter().map(Order::net).fold(0, i64::saturating_add);
        t_string!(i18n, customers.card.orders_sum, count = orders.len(), amount = money(Some(net)))
    });
    view! {
        <Kept
            id="orders"
            customer
            kind=kind::ORDER
            ids=Signal::derive(move || orders.read().iter().map(|order| order.id).collect())
            title=Signal::derive(move || t_string!(i18n, customers.card.orders))
            sum
            none=Signal::derive(move || t_string!(i18n, customers.card.no_orders))
        >
            <OrderTable orders />
        </Kept>
    }
}

#[component]
fn OrderTable(orders: Memo<Vec<Order>>) -> impl IntoView {
    let i18n = use_i18n();
    let newest = move || orders.read().iter().take(SHOWN).cloned().collect::<Vec<_>>();
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
                <For each=newest key=|order| order.id let:order>
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
        <Show when=move || { orders.read().len() > SHOWN }>
            <p class="hint">{t!(i18n, customers.order.newest, count = SHOWN)}</p>
        </Show>
    }
}
