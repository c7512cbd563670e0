//! Scores: each stored result comes out again from its stored inputs (N7).

use kehu_domain::book::Record;
use kehu_domain::kind;
use kehu_domain::score::{Differs, StoredScore};

use super::audit::Measure;
use super::finding::{Finding, Reason};
use super::records::{check_value, field};
use kehu_domain::field::FieldType;

/// Checks a stored result.
pub fn check_score(record: &Record, measure: &Measure<'_>, findings: &mut Vec<Finding>) {
    let customer = field(kind::CUSTOMER_REF, FieldType::Reference(kind::CUSTOMER));
    check_value(record, kind::CUSTOMER_REF, record.get(kind::CUSTOMER_REF), &customer, measure, findings);
    let stored = match StoredScore::read(|key| record.get(key)) {
        Ok(stored) => stored,
        Err(bad) => {
            findings.push(Finding::at(record, bad.0, Reason::BadScore));
            return;
        }
    };
    let Some(card) = measure.cards.as_ref().and_then(|cards| cards.card(stored.card.as_str())) else {
        findings.push(Finding::at(record, kind::CARD, Reason::NotInHandbook(stored.card.as_str().into())));
        return;
    };
    let reason = match stored.outcome(card) {
        Ok(_) => return,
        Err(Differs::OtherCard { version, .. }) => Reason::OtherCard { version },
        Err(Differs::OtherResult(_)) => Reason::OtherResult,
    };
    findings.push(Finding::at(record, kind::CARD, reason));
}
