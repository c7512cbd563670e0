//! What contradicts itself is found, and nothing else.

use super::*;
use crate::expr::parse;
use crate::field::{Choice, Choices, Field, FieldType};
use crate::text::Text;

fn text() -> Text {
    Text { zh: "甲".into(), en: "A".into() }
}

fn field(kind: FieldType) -> Field {
    Field { key: Key::of("x"), label: text(), kind, takes_marks: false }
}

fn can_hold(source: &str) -> bool {
    let choice = |key| Choice { key: Key::of(key), label: text() };
    let way = FieldType::Choice(Choices::Given(vec![choice("visit"), choice("phone"), choice("letter")]));
    let marked = Field { takes_marks: true, ..field(FieldType::Rating) };
    let fields = [
        ("way", Domain::of(&field(way.clone()))),
        ("yes", Domain::of(&field(FieldType::Bool))),
        ("size", Domain::of(&field(FieldType::Int { min: Some(0), max: Some(9) }))),
        ("share", Domain::of(&field(FieldType::Percent))),
        ("paid", Domain::of(&field(FieldType::Money))),
        ("owed", Domain::of(&field(FieldType::Money))),
        ("mark", Domain::of(&marked)),
        ("on", Domain::of(&field(FieldType::Date))),
        ("note", Domain::of(&field(FieldType::Long))),
        ("tags", Domain::of(&field(FieldType::Tags))),
        ("never", Domain::of(&field(way)).never_answered()),
    ];
    let names: BTreeMap<Key, Domain> = fields.into_iter().map(|(key, domain)| (Key::of(key), domain)).collect();
    let documents = BTreeMap::from([("F-1".into(), names.clone())]);
    let rows = BTreeMap::from([(Key::of("case"), names.clone())]);
    let events = Some([Key::of("call")].into());
    let ground = Ground { names, rows, documents: Some(Arc::new(documents)), events };
    ground.can_hold([&parse(source).unwrap()])
}

#[test]
fn what_contradicts_itself_cannot_hold() {
    for source in [
        "false",
        "way = \"visit\" and way = \"phone\"",
        "way = \"visit\" and way in (\"phone\", \"letter\")",
        "way != \"visit\" and way != \"phone\" and way != \"letter\"",
        "not (way in (\"visit\", \"phone\", \"letter\"))",
        "yes and not yes",
        "size > 9",
        "size < 0",
        "size > 3 and size < 4",
        "size * 1 = size and 3 > 4",
        "size + 1 > 10",
        "size >= 9 and size != 9",
        "share > 100",
        "paid > 1000 and paid <= 1000",
        "paid > 5 and not (paid > 3)",
        "paid < owed and owed < paid",
        "paid = owed and paid != owed",
        "paid = owed and paid > owed",
        "paid < paid",
        "paid >= owed and owed >= paid and paid != owed",
        "filled(way) and blank(way)",
        "na(way)",
        "mark = 3 and na(mark)",
        "blank(note) and note = \"x\"",
        "on > date(\"2026-12-31\") and on < date(\"2026-01-01\")",
        "note = \"a\" and note = \"b\"",
        "never = \"visit\"",
        "filled(never) or never != \"visit\"",
        "if(yes, way = \"visit\", false) and not yes",
        "if(yes, 1, 2) > 2",
        "or_else(size, 3) > 9",
        "count(tags) < 0",
        "rated(way, size) > 2",
        "last(documents(\"F-1\")).size > 9",
        "case.size = 3 and case.size = 4",
        "any(documents(\"F-1\"), way = \"visit\" and way = \"phone\")",
        "any(documents(\"F-1\"), size > 9)",
        "count(moves(\"done\")) > 0",
        "filled(moves(\"done\"))",
        "distinct_days(moves(\"done\")) >= 1",
    ] {
        assert!(!can_hold(source), "{source}");
    }
}

#[test]
fn what_can_be_is_never_called_impossible() {
    for source in [
        "true",
        "way = \"visit\" or way = \"phone\"",
        "way != \"visit\" and way != \"phone\"",
        "size > 8",
        "size >= 9",
        "share > 99.99",
        "paid > 1000 and paid < 1000.01",
        "paid <= owed and owed <= paid",
        "paid != owed and not (paid < owed)",
        "blank(way) and (way = \"visit\" or yes)",
        "na(mark) or missing(mark)",
        "not filled(mark)",
        "blank(never)",
        "tags = case.tags and blank(tags)",
        "if(yes, size, 20) > 9",
        "or_else(size, 20) > 9",
        "count(moves(\"call\")) + 1 <= 3",
        "on >= today and on <= add_days(today, 3)",
        "any(documents(\"F-1\"), way = \"visit\") and any(documents(\"F-1\"), way = \"phone\")",
        "size = 3 and case.size = 4 and last(documents(\"F-1\")).size = 5",
        "note = \"a\" or length(note) > 3",
        "sum(tags) = 100 and way in (case.way, \"visit\")",
    ] {
        assert!(can_hold(source), "{source}");
    }
}
