//! Records of the dictionary's kinds: known fields, fitting contents, and references that resolve.

use kehu_domain::attachment;
use kehu_domain::book::{Record, SYSTEM};
use kehu_domain::change::{DELETED, FORGOTTEN};
use kehu_domain::dictionary::{field_type, names};
use kehu_domain::field::{Choice, Choices, Field, FieldType};
use kehu_domain::form::fit;
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::stamp::RecordId;
use kehu_domain::text::Text;
use kehu_domain::value::Value;

use super::audit::Measure;
use super::finding::{Finding, Reason};

const ANY: &str = "any";

/// Checks that an attachment holds the bytes it is named by.
pub fn check_attachment(record: &Record, findings: &mut Vec<Finding>) {
    let found = attachment::bytes(record.text(kind::DATA)).filter(|bytes| !bytes.is_empty());
    if found.is_none_or(|bytes| attachment::sha256(&bytes) != record.text(kind::SHA256)) {
        findings.push(Finding::at(record, kind::DATA, Reason::OtherBytes));
    }
}

/// Checks a record against its kind.
pub fn check_fields(record: &Record, measure: &Measure<'_>, findings: &mut Vec<Finding>) {
    let Some(known) = measure.dictionary.kind(record.kind) else {
        findings.push(Finding::of(record, Reason::UnknownKind));
        return;
    };
    let kept = kept_by_the_app(record.kind);
    let contents = record.fields();
    for (key, value) in &contents {
        let field = known.field(*key).map(|known| &known.field).or_else(|| kept.iter().find(|kept| kept.key == *key));
        match field {
            Some(field) => check_value(record, *key, value, field, measure, findings),
            None if is_mark_of_a_record(*key) => {}
            None => findings.push(Finding::at(record, *key, Reason::UnknownField)),
        }
    }
    for field in known.fields.iter().filter(|field| field.is_mandatory) {
        if contents.get(&field.field.key).is_none_or(|value| value.is_blank()) {
            findings.push(Finding::at(record, field.field.key, Reason::Required));
        }
    }
}

/// Whether the field is one that any record may have.
pub fn is_mark_of_a_record(key: Key) -> bool {
    key == DELETED || key == FORGOTTEN
}

/// Checks one content: its type, the items it names and the records it refers to.
pub fn check_value(
    record: &Record,
    key: Key,
    value: &Value,
    field: &Field,
    measure: &Measure<'_>,
    findings: &mut Vec<Finding>,
) {
    match fit(value, field) {
        Err(misfit) => findings.push(Finding::at(record, key, Reason::Misfit(misfit))),
        Ok(()) => check_targets(record, key, value, &field.kind, measure, findings),
    }
}

/// Checks what a fitting content points at: items of the dictionary, other records, and so in every row.
pub fn check_targets(
    record: &Record,
    key: Key,
    value: &Value,
    kind: &FieldType,
    measure: &Measure<'_>,
    findings: &mut Vec<Finding>,
) {
    let mut report = |reason: Option<Reason>| findings.extend(reason.map(|reason| Finding::at(record, key, reason)));
    match kind {
        FieldType::Reference(wanted) => report(unresolved(value, *wanted, measure)),
        FieldType::Choice(Choices::Group(group)) => report(unlisted(value, *group, measure)),
        FieldType::ChoiceSet(Choices::Group(group)) => {
            for item in value.items() {
                report(unlisted(item, *group, measure));
            }
        }
        FieldType::Rows(cells) => {
            for row in value.items() {
                for cell in cells {
                    let content = row.cell(cell.field.key);
                    check_targets(record, key, content, &cell.field.kind, measure, findings);
                }
            }
        }
        _ => {}
    }
}

fn unresolved(value: &Value, wanted: Key, measure: &Measure<'_>) -> Option<Reason> {
    let text = value.as_text()?;
    let target = text.parse::<RecordId>().ok();
    if target == Some(SYSTEM) && wanted == kind::STAFF {
        return None;
    }
    match target.and_then(|id| measure.book.get(id)) {
        None => Some(Reason::Dangling(text.into())),
        Some(target) if wanted != *ANY && target.kind != wanted => {
            Some(Reason::WrongTarget { wanted, found: target.kind })
        }
        Some(_) => None,
    }
}

fn unlisted(value: &Value, group: Key, measure: &Measure<'_>) -> Option<Reason> {
    let item = value.as_text()?;
    let is_listed = measure.dictionary.group(group).is_some_and(|group| group.item(item).is_some());
    (!is_listed).then(|| Reason::UnknownItem { group, item: item.into() })
}

/// An item added to a group must name the group and itself.
pub fn check_item(record: &Record, measure: &Measure<'_>, findings: &mut Vec<Finding>) {
    let group = record.text(names::GROUP);
    if !Key::new(group).is_ok_and(|group| measure.dictionary.group(group).is_some()) {
        findings.push(Finding::at(record, names::GROUP, Reason::NotInHandbook(group.into())));
    }
    if record.text(names::KEY).is_empty() {
        findings.push(Finding::at(record, names::KEY, Reason::Required));
    }
}

/// A field added to a kind must name the kind, itself and a type.
pub fn check_field_def(record: &Record, measure: &Measure<'_>, findings: &mut Vec<Finding>) {
    let (entity, kind) = (record.text(names::ENTITY), record.text(names::TYPE));
    if !Key::new(entity).is_ok_and(|entity| measure.dictionary.kind(entity).is_some()) {
        findings.push(Finding::at(record, names::ENTITY, Reason::NotInHandbook(entity.into())));
    }
    if record.text(names::KEY).is_empty() {
        findings.push(Finding::at(record, names::KEY, Reason::Required));
    }
    if field_type(kind).is_err() {
        findings.push(Finding::at(record, names::TYPE, Reason::NotInHandbook(kind.into())));
    }
}

/// The fields that no import fills: grades with their terms and the score behind them.
fn kept_by_the_app(kind: Key) -> Vec<Field> {
    if kind != kind::CUSTOMER {
        return Vec::new();
    }
    let grades = || one_of(&["A", "B", "C", "D"]);
    [
        (kind::GRADE, grades()),
        (kind::GRADE_UNTIL, FieldType::Date),
        (kind::PROPOSED_GRADE, grades()),
        (kind::PROPOSED_SCORE, FieldType::Score),
        (kind::PROPOSED_BY, FieldType::Reference(kind::SCORE)),
        (kind::VIP_UNTIL, FieldType::Date),
        (kind::VIP_BY, one_of(&["score", "leader", "partner", "group"])),
        (kind::CREDIT_GRADE, FieldType::Text { max: 8 }),
    ]
    .into_iter()
    .map(|(key, kind)| field(key, kind))
    .collect()
}

/// A field without a label, to compare a content with.
pub fn field(key: Key, kind: FieldType) -> Field {
    Field { key, label: Text { zh: "".into(), en: "".into() }, kind, takes_marks: false }
}

fn one_of(keys: &[&'static str]) -> FieldType {
    let choice =
        |key: &&'static str| Choice { key: Key::of(key), label: Text { zh: (*key).into(), en: (*key).into() } };
    FieldType::Choice(Choices::Given(keys.iter().map(choice).collect()))
}
