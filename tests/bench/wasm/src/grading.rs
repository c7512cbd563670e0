//! M01 for every customer of a book, as the app grades them: gathered first, then graded.

use chrono::NaiveDate;
use kehu_domain::book::{Book, Record};
use kehu_domain::kind;
use kehu_domain::roster::date;
use kehu_domain::score::{self, CardFacts, GradeBatch, Ledger, OrderLine, Receivable, Scorecards};
use kehu_domain::stamp::RecordId;
use wasm_bindgen::JsError;
use wasm_bindgen::prelude::wasm_bindgen;

use crate::{lines, told};

/// How many days of orders count for M02.
const WINDOW_DAYS: u32 = 365;

/// A book of customers, orders and receivables.
#[wasm_bindgen]
pub struct Grader {
    book: Book,
    today: NaiveDate,
    cards: Scorecards,
    material: Option<(Ledger, Vec<CardFacts>)>,
}

#[wasm_bindgen]
impl Grader {
    /// The records of `file`, one change a line, as of `today`, written 2026-11-23.
    ///
    /// # Errors
    /// When a line, the day or the shipped cards cannot be read.
    #[wasm_bindgen(constructor)]
    pub fn new(file: &[u8], today: &str) -> Result<Grader, JsError> {
        let mut book = Book::new();
        for line in lines(file) {
            book.insert(serde_json::from_slice(line).map_err(told)?);
        }
        let cards = score::parse(score::GRADING).map_err(|problems| JsError::new(&format!("{problems:?}")))?;
        Ok(Self { book, today: today.parse().map_err(told)?, cards, material: None })
    }

    /// How many records there are.
    pub fn records(&self) -> usize {
        self.book.records().count()
    }

    /// Sums up what every customer bought and owes.
    pub fn gather(&mut self) {
        let customers: Vec<RecordId> = self.book.of_kind(kind::CUSTOMER).map(|customer| customer.id).collect();
        let cards = self.book.of_kind(kind::CUSTOMER).map(CardFacts::of).collect();
        let mut ledger = Ledger::new(self.today, customers.len(), WINDOW_DAYS);
        for (place, customer) in customers.iter().enumerate() {
            let orders: Vec<OrderLine> =
                self.book.of_customer(*customer, kind::ORDER).filter_map(|order| order_line(order, place)).collect();
            ledger.add_orders(&orders);
            let owed: Vec<Receivable> =
                self.book.of_customer(*customer, kind::RECEIVABLE).filter_map(|owed| receivable(owed, place)).collect();
            ledger.add_receivables(&owed);
        }
        self.material = Some((ledger, cards));
    }

    /// Grades everybody, each with the whole trace; gives how many have a grade.
    pub fn grade(&self) -> usize {
        let Some((ledger, facts)) = &self.material else { return 0 };
        let Some(card) = self.cards.card("M01") else { return 0 };
        let batch = GradeBatch { card, ledger, cards: facts };
        (0..batch.len())
            .filter_map(|place| batch.outcome(place))
            .filter(|(_, outcome)| outcome.graded().is_some())
            .count()
    }
}

fn order_line(order: &Record, customer: usize) -> Option<OrderLine> {
    Some(OrderLine {
        customer,
        day: date(order.get(kind::ON))?,
        amount: order.get(kind::AMOUNT).as_int()?,
        margin: order.get(kind::MARGIN).as_int(),
        returned: order.get(kind::RETURNED).as_int().unwrap_or(0),
    })
}

fn receivable(owed: &Record, customer: usize) -> Option<Receivable> {
    Some(Receivable {
        customer,
        due_on: date(owed.get(kind::DUE_ON))?,
        amount: owed.get(kind::AMOUNT).as_int()?,
        paid: owed.get(kind::PAID).as_int(),
        paid_on: date(owed.get(kind::PAID_ON)),
    })
}
