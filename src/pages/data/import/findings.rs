//! What a rehearsal found, condensed to what a page can show: counts, reasons, and the first rows of each.

use kehu_domain::field_text::{FieldProblem, ProblemCode};
use kehu_domain::import::{Counts, Decision, FieldChange, Importer, Outcome, Reason, Refusal, RowReport, Target, Twin};
use kehu_domain::key::Key;

/// How many rows of each sort are listed.
pub const LISTED: usize = 50;

/// What a rehearsal found.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Findings {
    /// How many rows have which outcome; they add up.
    pub counts: Counts,
    /// Reasons for refusing rows, in order of appearance.
    pub refused: Vec<Group>,
    /// Reasons for leaving cells empty, in order of appearance.
    pub dropped: Vec<Group>,
    /// The first likely doubles.
    pub doubles: Vec<Double>,
    /// How many doubles are left out, by rule or by choice.
    pub skipped: u32,
    /// The first changed rows.
    pub changed: Vec<Changed>,
    /// Choices that groups will gain: group and label.
    pub choices: Vec<(Key, String)>,
    seen: usize,
}

/// Rows with the same thing wrong in the same column.
#[derive(Clone, Debug, PartialEq)]
pub struct Group {
    /// The heading of the column; empty when it is the row as a whole.
    pub header: Box<str>,
    /// What is wrong.
    pub fault: Fault,
    /// How many rows.
    pub count: usize,
    /// The first of them.
    pub rows: Vec<(u32, Refusal)>,
}

/// What is wrong, without the particulars of one row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
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
}

/// A row that looks like something already there.
#[derive(Clone, Debug, PartialEq)]
pub struct Double {
    /// The row.
    pub row: u32,
    /// What it looks like.
    pub of: Vec<Twin>,
    /// Whether there is no doubt.
    pub is_certain: bool,
    /// What becomes of it.
    pub decision: Decision,
}

/// A row that changes a record.
#[derive(Clone, Debug, PartialEq)]
pub struct Changed {
    /// The row.
    pub row: u32,
    /// What changes.
    pub changes: Vec<FieldChange>,
}

impl Fault {
    fn of(reason: &Reason) -> Self {
        match reason {
            Reason::Missing(target) => Self::Missing(*target),
            Reason::Cell(FieldProblem { code, .. }) => Self::Cell(*code),
            Reason::Ragged { .. } => Self::Ragged,
            Reason::CellTooLarge => Self::TooLarge,
            Reason::RepeatedCode { .. } => Self::Repeated,
        }
    }
}

impl Findings {
    /// Takes in the rows an importer has reported since the last time.
    pub fn take_in(&mut self, importer: &Importer) {
        self.counts = importer.counts();
        let reports = importer.reports();
        reports.get(self.seen..).unwrap_or_default().iter().for_each(|report| self.add(report));
        self.seen = reports.len();
        if importer.progress().is_finished {
            self.choices = importer.new_choices().map(|(group, label)| (group, label.to_owned())).collect();
        }
    }

    /// How many rows bring something.
    pub fn writable(&self) -> u32 {
        self.counts.new + self.counts.changed + self.counts.doubles.saturating_sub(self.skipped)
    }

    fn add(&mut self, report: &RowReport) {
        for dropped in &report.dropped {
            note(&mut self.dropped, report.row, dropped);
        }
        match &report.outcome {
            Outcome::Refused(refusals) => {
                for refusal in refusals {
                    note(&mut self.refused, report.row, refusal);
                }
            }
            Outcome::Changed(changes) if self.changed.len() < LISTED => {
                self.changed.push(Changed { row: report.row, changes: changes.clone() });
            }
            Outcome::Double { of, is_certain, decision } => {
                self.skipped += u32::from(*decision == Decision::Skip);
                if self.doubles.len() < LISTED {
                    let (of, is_certain, decision) = (of.clone(), *is_certain, *decision);
                    self.doubles.push(Double { row: report.row, of, is_certain, decision });
                }
            }
            Outcome::New | Outcome::Same | Outcome::Changed(_) => (),
        }
    }
}

fn note(groups: &mut Vec<Group>, row: u32, refusal: &Refusal) {
    let fault = Fault::of(&refusal.reason);
    let same = groups.iter().position(|group| group.fault == fault && group.header == refusal.header);
    let place = same.unwrap_or_else(|| {
        groups.push(Group { header: refusal.header.clone(), fault, count: 0, rows: Vec::new() });
        groups.len() - 1
    });
    if let Some(group) = groups.get_mut(place) {
        group.count += 1;
        if group.rows.len() < LISTED {
            group.rows.push((row, refusal.clone()));
        }
    }
}
