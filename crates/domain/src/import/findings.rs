//! What a dry run found, by outcome and reason: how many rows, and which, to be looked at page by page.

use serde::{Deserialize, Serialize};

use super::mapping::Target;
use super::outcome::{Decision, FieldChange, Outcome, Reason, Refusal, RowReport, Twin};
use super::refused::unguarded;
use crate::field_text::{FieldProblem, ProblemCode};

/// How much of a cell is shown for putting it right, in characters.
const MAX_SHOWN: usize = 4_000;
/// The most cells of a row that are put in order on a page.
const MAX_ROW: usize = 200;

/// What a dry run found. Rows are held as their places among the reports.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Findings {
    /// Reasons for refusing rows, in order of appearance.
    pub refused: Vec<Group>,
    /// Reasons for leaving cells out, in order of appearance.
    pub dropped: Vec<Group>,
    /// How many doubles are left out, by rule or by choice.
    pub skipped: u32,
    changed: Vec<u32>,
    doubles: Vec<u32>,
    passed_over: Vec<u32>,
}

/// Rows with the same thing wrong in the same column.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The column, from 0; `None` when it is the row as a whole.
    pub column: Option<usize>,
    /// The heading of the column; empty when it is the row as a whole.
    pub header: Box<str>,
    /// What is wrong.
    pub fault: Fault,
    rows: Vec<u32>,
}

/// What is wrong, without the particulars of one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize, Deserialize)]
pub enum Fault {
    /// A mandatory cell is empty.
    Missing(Target),
    /// A cell cannot be read.
    Cell(ProblemCode),
    /// Another number of cells than headings.
    Ragged,
    /// A cell is too large.
    TooLarge,
    /// An earlier row has the same code and other content.
    Repeated,
    /// The code belongs to another record.
    CodeTaken,
    /// Several records have what the row is recognised by.
    Ambiguous,
}

/// One list of rows worth a look.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub enum List {
    /// The refused rows of the group at this place.
    Refused(usize),
    /// The rows of the group at this place that lose a cell.
    Dropped(usize),
    /// Likely doubles.
    Doubles,
    /// Rows that change records.
    Changed,
    /// Rows left out by the rule what is written.
    PassedOver,
}

/// One row of a list.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub struct Found {
    /// Its number as a spreadsheet counts, from 1.
    pub row: u32,
    /// What the row calls its record: a name, else a code; may be empty.
    pub label: String,
    /// What is to be said of it.
    pub what: What,
}

/// What is to be said of a row.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum What {
    /// Something is wrong with it.
    Fault {
        /// The reason.
        refusal: Refusal,
        /// The cell as it stands, or as it was put right; `None` when it is the row as a whole.
        cell: Option<String>,
    },
    /// It has another number of cells than headings.
    Ragged {
        /// How many of which.
        refusal: Refusal,
        /// All its cells, to be put in order; none where there is too much in them to do that on a page.
        cells: Vec<String>,
    },
    /// It looks like something already there.
    Double {
        /// What it looks like, the likeliest first.
        of: Vec<Twin>,
        /// Whether there is no doubt.
        is_certain: bool,
        /// What becomes of it.
        decision: Decision,
    },
    /// It changes these fields.
    Changed(Vec<FieldChange>),
    /// It is left out by rule.
    PassedOver,
}

impl Fault {
    /// What a reason has in common with others of its kind.
    pub fn of(reason: &Reason) -> Self {
        match reason {
            Reason::Missing(target) => Self::Missing(*target),
            Reason::Cell(FieldProblem { code, .. }) => Self::Cell(*code),
            Reason::Ragged { .. } => Self::Ragged,
            Reason::CellTooLarge => Self::TooLarge,
            Reason::RepeatedCode { .. } => Self::Repeated,
            Reason::CodeTaken => Self::CodeTaken,
            Reason::Ambiguous { .. } => Self::Ambiguous,
        }
    }
}

impl Group {
    /// How many rows are in it.
    pub fn count(&self) -> usize {
        self.rows.len()
    }

    /// Whether this is a reason of the group.
    fn holds(&self, refusal: &Refusal) -> bool {
        self.column == refusal.column && self.fault == Fault::of(&refusal.reason)
    }
}

impl Found {
    pub(super) fn new(
        report: &RowReport,
        label: String,
        list: List,
        findings: &Findings,
        cells: &csv::StringRecord,
    ) -> Self {
        let fault = |group: Option<&Group>, refusals: &[Refusal]| {
            let refusal = refusals.iter().find(|refusal| group.is_some_and(|group| group.holds(refusal))).cloned()?;
            if let Reason::Ragged { .. } = refusal.reason {
                return Some(What::Ragged { refusal, cells: whole_cells(cells) });
            }
            let cell = refusal.column.and_then(|column| cells.get(column));
            let cell = cell.map(|cell| unguarded(cell).chars().take(MAX_SHOWN).collect());
            Some(What::Fault { refusal, cell })
        };
        let what = match (&report.outcome, list) {
            (_, List::Dropped(place)) => fault(findings.dropped.get(place), &report.dropped),
            (Outcome::Refused(refusals), List::Refused(place)) => fault(findings.refused.get(place), refusals),
            (Outcome::Double { of, is_certain, decision }, _) => {
                Some(What::Double { of: of.clone(), is_certain: *is_certain, decision: *decision })
            }
            (Outcome::Changed(changes), _) => Some(What::Changed(changes.clone())),
            _ => None,
        };
        Self { row: report.row, label, what: what.unwrap_or(What::PassedOver) }
    }
}

impl Findings {
    /// Notes the report at `place` among all reports.
    pub(super) fn note(&mut self, place: usize, report: &RowReport) {
        let place = place as u32;
        report.dropped.iter().for_each(|dropped| note(&mut self.dropped, place, dropped));
        match &report.outcome {
            Outcome::Refused(refusals) => refusals.iter().for_each(|refusal| note(&mut self.refused, place, refusal)),
            Outcome::Changed(_) => self.changed.push(place),
            Outcome::Double { decision, .. } => {
                self.skipped += u32::from(*decision == Decision::Skip);
                self.doubles.push(place);
            }
            Outcome::PassedOver => self.passed_over.push(place),
            Outcome::New | Outcome::Same => (),
        }
    }

    /// The places among the reports of the rows of one list; none for a group that is not there.
    pub(super) fn places(&self, list: List) -> &[u32] {
        match list {
            List::Refused(place) => self.refused.get(place).map_or(&[], |group| group.rows.as_slice()),
            List::Dropped(place) => self.dropped.get(place).map_or(&[], |group| group.rows.as_slice()),
            List::Doubles => &self.doubles,
            List::Changed => &self.changed,
            List::PassedOver => &self.passed_over,
        }
    }
}

/// What the cells say, where all of it can be shown.
fn whole_cells(cells: &csv::StringRecord) -> Vec<String> {
    let is_small = cells.len() <= MAX_ROW && cells.iter().all(|cell| cell.len() <= MAX_SHOWN);
    if is_small { cells.iter().map(|cell| unguarded(cell).to_owned()).collect() } else { Vec::new() }
}

fn note(groups: &mut Vec<Group>, place: u32, refusal: &Refusal) {
    if let Some(group) = groups.iter_mut().find(|group| group.holds(refusal)) {
        group.rows.push(place);
        return;
    }
    let fault = Fault::of(&refusal.reason);
    groups.push(Group { column: refusal.column, header: refusal.header.clone(), fault, rows: vec![place] });
}
