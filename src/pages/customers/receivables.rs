//! What a customer owes and has paid: the receivables due last, and what is unpaid of all.

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

/// One receivable as the card shows it; money in fen.
#[derive(Clone, PartialEq, Eq, Hash)]
struct Receivable {
    id: RecordId,
    due_on: Option<NaiveDate>,
    code: String,
    amount: Option<i64>,
    paid: Option<i64>,
    paid_on: Option<NaiveDate>,
}

impl Receivable {
    fn of(record: &Record) -> Self {
        Self {
            id: record.id,
            due_on: date(record.get(kind::DUE_ON)),
            code: record.text(kind::CODE).to_owned(),
            amount: record.get(kind::AMOUNT).as_int(),
            paid: record.get(kind::PAID).as_int(),
            paid_on: date(record.get(kind::PAID_ON)),
        }
    }

    /// What is still to be paid; nothing once more was paid than was owed.
    fn unpaid(&self) -> i64 {
        self.amount.unwrap_or(0).saturating_sub(self.paid.unwrap_or(0)).max(0)
    }
}

/// The receivables due last.
#[component]
pub fn Receivables(
    /// The customer.
    customer: RecordId,
) -> impl IntoView {
    let i18n = use_i18n();
    let owed = latest_first(&use_workspace(), customer, kind::RECEIVABLE, kind::DUE_ON, Receivable::of);
    let sum = Signal::derive(move || {
        let owed = owed.read();
        let unpaid = owed.iter().map(Receivable::unpaid).fold(0, i64::saturating_add);
        t_string!(i18n, customers.card.receivables_sum, count = owed.len(), amount = money(Some(unpaid)))
    });
    view! {
        <Kept
            id="receivables"
            customer
            kind=kind::RECEIVABLE
            ids=Signal::derive(move || owed.read().iter().map(|owed| owed.id).collect())
            title=Signal::derive(move || t_string!(i18n, customers.card.receivables))
            sum
            none=Signal::derive(move || t_string!(i18n, customers.card.no_receivables))
        >
            <ReceivableTable owed />
        </Kept>
    }
}

#[component]
fn ReceivableTable(owed: Memo<Vec<Receivable>>) -> impl IntoView {
    let i18n = use_i18n();
    let latest = move || owed.read().iter().take(SHOWN).cloned().collect::<Vec<_>>();
    let day = |day: Option<NaiveDate>| or_dash(day.map(|day| day.to_string()).unwrap_or_default());
    view! {
        <table class="data-table" data-stack="">
            <thead>
                <tr>
                    <th scope="col">{t!(i18n, customers.receivable.due_on)}</th>
                    <th scope="col">{t!(i18n, customers.receivable.code)}</th>
                    <th scope="col" class="number">{t!(i18n, customers.receivable.amount)}</th>
                    <th scope="col" class="number">{t!(i18n, customers.receivable.paid)}</th>
                    <th scope="col">{t!(i18n, customers.receivable.paid_on)}</th>
                </tr>
            </thead>
            <tbody>
                <For each=latest key=Clone::clone let:owed>
                    <tr>
                        <th scope="row">{day(owed.due_on)}</th>
                        <td data-label=move || t_string!(i18n, customers.receivable.code)>
                            <A href=format!("/data/history?record={}", owed.id)>{or_dash(owed.code)}</A>
                        </td>
                        <td class="number" data-label=move || t_string!(i18n, customers.receivable.amount)>
                            {money(owed.amount)}
                        </td>
                        <td class="number" data-label=move || t_string!(i18n, customers.receivable.paid)>
                            {money(owed.paid)}
                        </td>
                        <td data-label=move || t_string!(i18n, customers.receivable.paid_on)>{day(owed.paid_on)}</td>
                    </tr>
                </For>
            </tbody>
        </table>
        <Show when=move || { owed.read().len() > SHOWN }>
            <p class="hint">{t!(i18n, customers.receivable.newest, count = SHOWN)}</p>
        </Show>
    }
}
