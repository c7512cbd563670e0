//! Everything wrong with the records of a backup: authors, then each record by what its kind asks.

use std::collections::BTreeSet;

use kehu_domain::book::{Book, Record, SYSTEM};
use kehu_domain::dictionary::{self, Dictionary};
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::playbook::Playbook;
use kehu_domain::score::{self, Scorecards};
use kehu_domain::stamp::RecordId;

use super::finding::{Finding, Reason};
use super::{cases, documents, records, scores};

/// What records are compared with.
pub struct Measure<'b> {
    /// The records of the file.
    pub book: &'b Book,
    /// The dictionary with what the file adds to it.
    pub dictionary: Dictionary,
    /// The handbook as shipped.
    pub playbook: &'static Playbook,
    /// The grading cards as shipped; none if they could not be read, which a test rules out.
    pub cards: Option<Scorecards>,
}

/// What the app notes about itself, and of files in and out.
const NOTES: [Key; 6] = [kind::WORKSPACE, kind::SETTINGS, kind::ARRIVAL, kind::EXPORT, kind::PACKET, kind::MERGER];

/// Everything wrong, by record. Deleted records are looked at only as targets of references.
pub fn audit(book: &Book) -> Vec<Finding> {
    let measure = Measure {
        book,
        dictionary: Dictionary::built_in().with_records(book),
        playbook: Playbook::built_in(),
        cards: score::parse(score::GRADING).ok(),
    };
    let mut existing: Vec<&Record> = book.records().filter(|record| record.exists()).collect();
    existing.sort_unstable_by_key(|record| record.id);
    let mut findings = Vec::new();
    for record in &existing {
        check_authors(record, book, &mut findings);
        check_record(record, &measure, &mut findings);
    }
    documents::check_numbers(existing.into_iter().filter(|record| record.kind == kind::DOCUMENT), &mut findings);
    findings
}

fn check_authors(record: &Record, book: &Book, findings: &mut Vec<Finding>) {
    let authors: BTreeSet<RecordId> = record.changes().iter().map(|change| change.by).collect();
    let is_unknown = |by: &RecordId| *by != SYSTEM && book.get(*by).is_none_or(|staff| staff.kind != kind::STAFF);
    findings.extend(authors.into_iter().filter(is_unknown).map(|by| Finding::of(record, Reason::UnknownAuthor(by))));
}

fn check_record(record: &Record, measure: &Measure<'_>, findings: &mut Vec<Finding>) {
    match record.kind {
        kind if kind == kind::CASE => cases::check_case(record, measure, findings),
        kind if kind == kind::DOCUMENT => documents::check_document(record, measure, findings),
        kind if kind == kind::SCORE => scores::check_score(record, measure, findings),
        kind if kind == kind::SCORECARD => scores::check_scorecard(record, findings),
        kind if kind == dictionary::DICT_ITEM => records::check_item(record, measure, findings),
        kind if kind == dictionary::FIELD_DEF => records::check_field_def(record, measure, findings),
        kind if kind == kind::ATTACHMENT => records::check_attachment(record, findings),
        // They have no place in the dictionary.
        kind if NOTES.contains(&kind) => {}
        _ => records::check_fields(record, measure, findings),
    }
}
