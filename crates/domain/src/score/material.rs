//! What grading customers by value takes, gathered from the records in slices, so that a page can draw in between.

use std::ops::Range;

use chrono::NaiveDate;

use super::facts::CardFacts;
use super::ledger::{Ledger, OrderLine, Receivable};
use super::rfm::Purchases;
use crate::book::Book;
use crate::kind;
use crate::stamp::RecordId;

/// Every customer with what M01, M01b and M02 ask about them, all in one order.
#[derive(Clone, Debug)]
pub struct Material {
    /// The customers, in the order of the book.
    pub customers: Vec<RecordId>,
    /// What their cards say.
    pub cards: Vec<CardFacts>,
    /// The sums of their orders and receivables, as far as they were gathered.
    pub ledger: Ledger,
    codes: Vec<Box<str>>,
}

impl Material {
    /// Lists the customers there are on `day`; their orders, of which M02 counts `window_days`, are still to be gathered.
    pub fn list(book: &Book, day: NaiveDate, window_days: u32) -> Self {
        let (mut customers, mut cards, mut codes) = (Vec::new(), Vec::new(), Vec::new());
        for customer in book.of_kind(kind::CUSTOMER) {
            customers.push(customer.id);
            cards.push(CardFacts::of(customer));
            codes.push(Box::from(customer.text(kind::CODE)));
        }
        let ledger = Ledger::new(day, customers.len(), window_days);
        Self { customers, cards, ledger, codes }
    }

    /// Adds the orders and receivables of the customers in `range`, cut to those there are; each range once.
    pub fn gather(&mut self, book: &Book, range: Range<usize>) {
        for place in range.start..range.end.min(self.customers.len()) {
            let Some(customer) = self.customers.get(place).copied() else { return };
            let orders: Vec<OrderLine> =
                book.of_customer(customer, kind::ORDER).filter_map(|order| OrderLine::of(order, place)).collect();
            self.ledger.add_orders(&orders);
            let owed: Vec<Receivable> =
                book.of_customer(customer, kind::RECEIVABLE).filter_map(|owed| Receivable::of(owed, place)).collect();
            self.ledger.add_receivables(&owed);
        }
    }

    /// What everybody bought, for M02.
    pub fn purchases(&self) -> Vec<Purchases> {
        (0..self.customers.len()).map(|place| self.ledger.purchases(place)).collect()
    }

    /// Everybody's code and net sales in fen, for M01b.
    pub fn sales(&self) -> Vec<(&str, i64)> {
        self.codes.iter().enumerate().map(|(place, code)| (code.as_ref(), self.ledger.sales(place))).collect()
    }
}
