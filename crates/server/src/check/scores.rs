//! Scores: each stored result comes out again from its stored inputs (N7).

use kehu_domain::book::Record;
use kehu_domain::kind;
use kehu_domain::score::template::{CONTENT, VERSION, template_of};
use kehu_domain::score::{Card, Differs, Model, Scorecard, StoredScore, Template};

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
    let card = match card_of(&stored, measure) {
        Ok(card) => card,
        Err(reason) => return findings.push(Finding::at(record, kind::CARD, reason)),
    };
    let reason = match stored.outcome(&card) {
        Ok(_) => return,
        Err(Differs::OtherCard { version, .. }) => Reason::OtherCard { version },
        Err(Differs::OtherResult(_)) => Reason::OtherResult,
    };
    findings.push(Finding::at(record, kind::CARD, reason));
}

/// The card a result names: the version it was made by, or else the shipped one.
fn card_of(stored: &StoredScore, measure: &Measure<'_>) -> Result<Scorecard, Reason> {
    let Some(version) = stored.template else {
        let card = measure.cards.as_ref().and_then(|cards| cards.card(stored.card.as_str()));
        return card.cloned().ok_or_else(|| Reason::NotInHandbook(stored.card.as_str().into()));
    };
    let template = Model::of(stored.card.as_str()).and_then(|model| template_of(measure.book, model, version));
    match template.map(|template| template.card) {
        Some(Card::Value(card)) => Ok(card),
        _ => Err(Reason::Dangling(version.to_string().into())),
    }
}

/// Checks a version of a scorecard: it can grade, and only numbers of it were changed.
pub fn check_scorecard(record: &Record, findings: &mut Vec<Finding>) {
    let id = record.text(kind::CARD);
    let Some(model) = Model::of(id) else {
        findings.push(Finding::at(record, kind::CARD, Reason::NotInHandbook(id.into())));
        return;
    };
    let reason = match (Template::read(model, record.text(CONTENT)), Template::shipped(model)) {
        (Err(problems), _) | (_, Err(problems)) => {
            let said: Vec<String> = problems.iter().map(ToString::to_string).collect();
            Reason::BadScorecard(said.join("; ").into())
        }
        (Ok(found), Ok(shipped)) if !found.is_tuned_from(&shipped) => Reason::OtherScorecard,
        (Ok(found), _) if record.get(VERSION).as_int() != Some(found.version().into()) => Reason::OtherScorecard,
        _ => return,
    };
    findings.push(Finding::at(record, CONTENT, reason));
}
