//! Documents: a known template, answers that fit it, and a number of their own.

use std::collections::HashMap;

use chrono::{DateTime, Duration, NaiveDateTime};
use kehu_domain::book::Record;
use kehu_domain::field::{Field, FieldType};
use kehu_domain::form::{self, Answers, Context, Form, ProblemKind};
use kehu_domain::kind;
use kehu_domain::stamp::RecordId;

use super::audit::Measure;
use super::finding::{Finding, Reason};
use super::records::{check_targets, check_value, field, is_mark_of_a_record};

/// Checks a document against its template.
pub fn check_document(document: &Record, measure: &Measure<'_>, findings: &mut Vec<Finding>) {
    let id = document.text(kind::FORM);
    let Some(template) = measure.playbook.form(id) else {
        findings.push(Finding::at(document, kind::FORM, Reason::NotInHandbook(id.into())));
        return;
    };
    check_answers(document, template, findings);
    check_contents(document, template, measure, findings);
    if document.text(kind::FORM_NO).is_empty() {
        findings.push(Finding::at(document, kind::FORM_NO, Reason::Required));
    }
}

/// What would keep the document from being filed. A form that passes stages must have come to its first one;
/// conditions over the case, its other forms and the customer as they then were cannot be known here, and so are not
/// held against it.
fn check_answers(document: &Record, template: &Form, findings: &mut Vec<Finding>) {
    let answers: Answers = document.fields().into_iter().map(|(key, value)| (key, value.clone())).collect();
    let context = Context { stage: template.first_stage(), ..Context::at(written_at(document)) };
    for problem in form::check(&template.apart_from_case(), &answers, &context) {
        let reason = match problem.kind {
            ProblemKind::Required => Reason::Required,
            ProblemKind::Misfit(misfit) => Reason::Misfit(misfit),
            ProblemKind::Broken(rule) => Reason::Broken(rule),
        };
        findings.push(Finding { field: problem.cell.or(problem.field), ..Finding::of(document, reason) });
    }
}

fn check_contents(document: &Record, template: &Form, measure: &Measure<'_>, findings: &mut Vec<Finding>) {
    let header = measure.playbook.header_of(&template.id);
    let common = common_fields();
    for (key, value) in document.fields() {
        let in_header = || header.as_ref().and_then(|header| header.field(key)).map(|known| &known.field);
        if let Some(known) = template.field(key) {
            check_targets(document, key, value, &known.field.kind, measure, findings);
        } else if let Some(known) = in_header().or_else(|| common.iter().find(|known| known.key == key)) {
            check_value(document, key, value, known, measure, findings);
        } else if !is_mark_of_a_record(key) {
            findings.push(Finding::at(document, key, Reason::UnknownField));
        }
    }
}

/// What every document carries beside its header.
fn common_fields() -> [Field; 7] {
    [
        field(kind::FORM, FieldType::Text { max: 32 }),
        field(kind::FORM_NO, FieldType::Text { max: 32 }),
        field(kind::CASE_REF, FieldType::Reference(kind::CASE)),
        field(kind::CUSTOMER_REF, FieldType::Reference(kind::CUSTOMER)),
        field(kind::AT, FieldType::DateTime),
        field(kind::EFFECTIVE, FieldType::Bool),
        field(kind::SCORECARD, FieldType::Reference(kind::SCORECARD)),
    ]
}

/// Reports every document whose number another one has already; spec 1.6.
pub fn check_numbers<'r>(documents: impl Iterator<Item = &'r Record>, findings: &mut Vec<Finding>) {
    let mut owners: HashMap<&str, RecordId> = HashMap::new();
    for document in documents {
        let number = document.text(kind::FORM_NO);
        if number.is_empty() {
            continue;
        }
        let owner = *owners.entry(number).or_insert(document.id);
        if owner != document.id {
            let reason = Reason::DoubleNumber { number: number.into(), other: owner };
            findings.push(Finding::at(document, kind::FORM_NO, reason));
        }
    }
}

/// When the document was last written, in Asia/Shanghai.
fn written_at(document: &Record) -> NaiveDateTime {
    let millis = document.changes().last().map_or(0, |change| change.stamp.millis());
    let utc = i64::try_from(millis).ok().and_then(DateTime::from_timestamp_millis).unwrap_or_default();
    utc.naive_utc() + Duration::hours(8)
}
