//! M01 for every customer of a book, as the app grades them: gathered first, then graded.

use chrono::NaiveDate;
use kehu_domain::book::Book;
use kehu_domain::score::{self, GradeBatch, Material, Scorecards};
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
    material: Option<Material>,
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
        let mut material = Material::list(&self.book, self.today, WINDOW_DAYS);
        material.gather(&self.book, 0..material.customers.len());
        self.material = Some(material);
    }

    /// Grades everybody, each with the whole trace; gives how many have a grade.
    pub fn grade(&self) -> usize {
        let Some(material) = &self.material else { return 0 };
        let Some(card) = self.cards.card("M01") else { return 0 };
        let batch = GradeBatch { card, ledger: &material.ledger, cards: &material.cards };
        (0..batch.len())
            .filter_map(|place| batch.outcome(place))
            .filter(|(_, outcome)| outcome.graded().is_some())
            .count()
    }
}
