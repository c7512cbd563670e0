//! Reading rows: the cells as they stand or were put right, what they say, and what is wrong with them.

use std::borrow::Cow;
use std::collections::BTreeMap;

use super::learn::Known;
use super::plan::ColumnPlan;
use super::{Importer, Stage};
use crate::book::Book;
use crate::dictionary::folded;
use crate::field_text::{ProblemCode, Reading, parse_field};
use crate::import::file::{ImportError, MAX_CELL_BYTES, MAX_COLUMNS, MAX_ROWS};
use crate::import::outcome::{BadCell, Blanks, Options, Outcome, Reason, Refusal, RowReport};
use crate::import::refused::{guarded_text, unguarded};
use crate::import::standing::Contents;
use crate::key::{Key, MAX_KEY_BYTES};
use crate::value::Value;

/// The most choices one file may add; more are a sign that the wrong column was taken.
const MAX_NEW_ITEMS: usize = 500;

impl Importer {
    pub(super) fn read(&mut self, book: &Book, max_rows: usize) -> Result<(), ImportError> {
        let is_sheet = self.table.is_sheet();
        for _ in 0..max_rows.max(1) {
            let width = self.table.headers().len();
            let Some(row) = self.table.next_row() else {
                self.stage = Stage::Finished;
                return Ok(());
            };
            if row.cells.iter().all(|cell| cell.trim().is_empty()) {
                continue;
            }
            if self.counts.rows >= MAX_ROWS {
                return Err(ImportError::TooManyRows);
            }
            let (number, at) = (row.number, row.at);
            let cells = corrected(row.cells, &self.options, number);
            let known = Known { dictionary: &self.dictionary, records: &self.records };
            let clears = self.options.blanks == Blanks::Clear;
            let (contents, problems) = match whole(&cells, width, is_sheet) {
                Ok(()) => contents(&cells, &self.columns, known, &mut self.new_items, (self.kind, clears)),
                Err(reason) => (Contents::default(), vec![Refusal { column: None, header: "".into(), reason }]),
            };
            let (outcome, dropped) = if self.accepts(&problems) {
                (self.place(book, number, contents), problems)
            } else {
                (Outcome::Refused(problems), Vec::new())
            };
            let mut report = RowReport { row: number, outcome, dropped, at };
            self.name_headers(&mut report);
            self.counts.add(&report.outcome);
            self.findings.note(self.reports.len(), &report);
            self.reports.push(report);
        }
        Ok(())
    }

    /// Whether a row with these problems is taken without the cells in question.
    fn accepts(&self, problems: &[Refusal]) -> bool {
        let is_optional = |refusal: &Refusal| match (&refusal.reason, refusal.column) {
            (Reason::Cell(_), Some(column)) => {
                self.columns.get(column).and_then(Option::as_ref).is_some_and(|plan| !plan.is_mandatory)
            }
            _ => false,
        };
        problems.is_empty() || (self.options.bad_cells == BadCell::DropCell && problems.iter().all(is_optional))
    }

    fn name_headers(&self, report: &mut RowReport) {
        let refused =
            if let Outcome::Refused(refusals) = &mut report.outcome { refusals.as_mut_slice() } else { &mut [] };
        for refusal in refused.iter_mut().chain(&mut report.dropped) {
            let header = refusal.column.and_then(|column| self.table.headers().get(column));
            refusal.header = header.map_or("", String::as_str).into();
        }
    }
}

/// The cells of a row as they stand, or as they were put right.
pub(super) fn corrected<'c>(cells: &'c csv::StringRecord, options: &Options, row: u32) -> Cow<'c, csv::StringRecord> {
    let (rewritten, corrections) = (options.rewritten.get(&row), options.corrections.get(&row));
    if rewritten.is_none() && corrections.is_none() {
        return Cow::Borrowed(cells);
    }
    // What somebody typed says what it says.
    let mut texts: Vec<Cow<'_, str>> = match rewritten {
        Some(texts) => texts.iter().map(|text| guarded_text(text)).collect(),
        None => cells.iter().map(Cow::Borrowed).collect(),
    };
    for (column, text) in corrections.into_iter().flatten().filter(|(column, _)| **column < MAX_COLUMNS) {
        // A row that is too short is made whole by what is put into its missing cells.
        texts.resize(texts.len().max(column + 1), Cow::Borrowed(""));
        if let Some(cell) = texts.get_mut(*column) {
            *cell = guarded_text(text);
        }
    }
    Cow::Owned(texts.iter().map(AsRef::as_ref).collect())
}

/// Whether the row has a cell for each heading, and none out of all proportion; a sheet leaves out empty cells at
/// the end of a row.
fn whole(cells: &csv::StringRecord, width: usize, is_sheet: bool) -> Result<(), Reason> {
    let is_padded = || is_sheet && cells.iter().skip(width).all(|cell| cell.trim().is_empty());
    if cells.iter().any(|cell| cell.len() > MAX_CELL_BYTES) {
        Err(Reason::CellTooLarge)
    } else if cells.len() != width && !is_padded() {
        Err(Reason::Ragged { expected: width, found: cells.len() })
    } else {
        Ok(())
    }
}

/// What the cells say, and what is wrong with them, all at once.
fn contents(
    cells: &csv::StringRecord,
    columns: &[Option<ColumnPlan>],
    known: Known<'_>,
    new_items: &mut BTreeMap<(Key, String), Box<str>>,
    (kind, clears): (Key, bool),
) -> (Contents, Vec<Refusal>) {
    let mut contents = Contents::default();
    let mut problems = Vec::new();
    let reading = Reading::new(&known);
    // Cells that a sheet left out at the end of a row are empty.
    for (place, (plan, cell)) in columns.iter().zip(cells.iter().chain(std::iter::repeat(""))).enumerate() {
        let Some(plan) = plan else { continue };
        let text = unguarded(cell);
        let refuse = |reason: Reason| Refusal { column: Some(place), header: "".into(), reason };
        let value = match (parse_field(&plan.field, text, reading), plan.grows) {
            (Ok(value), _) => Ok(value),
            (Err(problem), Some(group)) if problem.code == ProblemCode::UnknownChoice => {
                new_choice(group, text, new_items).ok_or(problem)
            }
            (Err(problem), _) => Err(problem),
        };
        match value {
            Ok(value) if value.is_blank() && plan.is_mandatory => problems.push(refuse(Reason::Missing(plan.target))),
            Ok(value) if value.is_blank() && !(clears && plan.clears) => (),
            Ok(value) if plan.target.kind == kind => contents.own.push((plan.target.field, value)),
            Ok(value) => contents.carried.push((plan.target.field, value)),
            Err(problem) => problems.push(refuse(Reason::Cell(problem))),
        }
    }
    if contents.carried.iter().all(|(_, value)| value.is_blank()) {
        // A row without a contact says nothing about contacts.
        contents.carried.clear();
    }
    (contents, problems)
}

/// The text as a new item of its group; all spellings of one word give the first.
fn new_choice(group: Key, text: &str, items: &mut BTreeMap<(Key, String), Box<str>>) -> Option<Value> {
    let text = text.trim();
    let is_label = text.len() <= MAX_KEY_BYTES && !text.contains(char::is_control);
    if !is_label || items.len() >= MAX_NEW_ITEMS {
        return None;
    }
    let label = items.entry((group, folded(text))).or_insert_with(|| text.into());
    Some(Value::from(label.as_ref()))
}
