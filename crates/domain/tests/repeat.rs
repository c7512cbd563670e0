//! The answers of last time: what may be taken over, and that nothing is without being asked for.
#![allow(clippy::unwrap_used)]

use std::collections::BTreeMap;

use kehu_domain::field::FieldType;
use kehu_domain::form::repeat::{Present, may_repeat, repeatable, taken_over};
use kehu_domain::form::{Answers, fit};
use kehu_domain::key::Key;
use kehu_domain::playbook::Playbook;
use kehu_domain::value::{Mark, Value};
use proptest::prelude::*;

/// A company in which only some records are left.
struct Left<'a>(&'a [&'a str]);

impl Present for Left<'_> {
    fn has_record(&self, _: Key, id: &str) -> bool {
        self.0.contains(&id)
    }
}

fn key(name: &str) -> Key {
    Key::new(name).unwrap()
}

fn answers(pairs: &[(&str, Value)]) -> Answers {
    pairs.iter().map(|(name, value)| (key(name), value.clone())).collect()
}

fn row(pairs: &[(&str, Value)]) -> Value {
    Value::Map(Box::new(answers(pairs)))
}

fn last_visit() -> Answers {
    answers(&[
        ("kind", "routine".into()),
        ("way", "visit".into()),
        ("at", "2026-10-20T10:00".into()),
        ("duration_min", Value::Int(40)),
        ("respondent", "c1".into()),
        ("attempt_no", Value::Int(1)),
        ("result", "done".into()),
        ("r_use", Value::Int(5)),
        ("r_price", Value::Mark(Mark::NotApplicable)),
        ("nps", Value::Int(9)),
        ("needs", "A4 paper, weekly".into()),
        ("suggestions", "Deliver on Mondays".into()),
        ("competitor", "Hengtai".into()),
        ("issues", Value::List(vec![row(&[("issue", "late".into()), ("severity", "minor".into())])])),
        ("effective", true.into()),
        ("next_on", "2027-01-20".into()),
        ("form_no", "HF-20261020-A1001".into()),
    ])
}

#[test]
fn what_stays_true_is_offered_and_what_must_be_said_anew_is_not() {
    let form = Playbook::built_in().form("F-3.1-2").unwrap();
    let offered = repeatable(form, &last_visit(), &Left(&["c1"]));
    let keys: Vec<&str> = offered.keys().map(|key| key.as_str()).collect();
    for kept in ["kind", "way", "duration_min", "respondent", "needs", "competitor"] {
        assert!(keys.contains(&kept), "{kept} in {keys:?}");
    }
    // Times, ratings and marks, what the app fills in, what went on as a case, and what is not of the form.
    for fresh in ["at", "r_use", "r_price", "suggestions", "issues", "effective", "next_on", "form_no"] {
        assert!(!keys.contains(&fresh), "{fresh} in {keys:?}");
    }
}

#[test]
fn what_does_not_fit_any_more_is_left_out() {
    let form = Playbook::built_in().form("F-3.1-2").unwrap();
    let mut earlier = last_visit();
    earlier.extend(answers(&[
        ("kind", "no_such_kind".into()),
        ("duration_min", Value::Int(601)),
        ("competitor", Value::Int(3)),
        ("needs", "x".repeat(4_001).into()),
    ]));
    let offered = repeatable(form, &earlier, &Left(&[]));
    for gone in ["kind", "duration_min", "competitor", "needs", "respondent"] {
        assert!(!offered.contains_key(&key(gone)), "{gone} in {offered:?}");
    }
    assert_eq!(offered.get(&key("way")), Some(&"visit".into()));
}

#[test]
fn what_somebody_already_answered_stands() {
    let form = Playbook::built_in().form("F-3.1-2").unwrap();
    let offered = repeatable(form, &last_visit(), &Left(&["c1"]));
    let defaults = answers(&[("way", "phone".into()), ("kind", "routine".into())]);
    let given = answers(&[("way", "phone".into()), ("needs", "Toner".into())]);
    let taken = taken_over(&given, &offered, &defaults);
    assert_eq!(taken.get(&key("needs")), Some(&"Toner".into()));
    // What the form itself began with is no answer yet.
    assert_eq!(taken.get(&key("way")), Some(&"visit".into()));
    assert_eq!(taken.get(&key("respondent")), Some(&"c1".into()));
    assert_eq!(taken_over(&taken, &offered, &defaults), taken);
}

#[test]
fn rows_keep_what_lasts_of_them() {
    let form = Playbook::built_in().form("F-3.2-1").unwrap();
    let guests = form.field(key("guests")).unwrap();
    let FieldType::Rows(cells) = &guests.field.kind else { panic!("guests are rows") };
    let texts: BTreeMap<&str, Value> = cells.iter().map(|cell| (cell.field.key.as_str(), "Li Na".into())).collect();
    let guest: Vec<(&str, Value)> = texts.into_iter().collect();
    let earlier = answers(&[("guests", Value::List(vec![row(&guest), row(&[])]))]);
    let offered = repeatable(form, &earlier, &Left(&[]));
    let rows = offered.get(&key("guests")).unwrap().items();
    assert_eq!(rows.len(), 1, "{rows:?}");
}

fn any_value() -> impl Strategy<Value = Value> {
    prop_oneof![
        Just(Value::Null),
        Just(Value::Mark(Mark::Missing)),
        any::<bool>().prop_map(Value::Bool),
        any::<i64>().prop_map(Value::Int),
        "[a-z]{0,12}".prop_map(|text| Value::text(text.as_str())),
        Just(Value::text("2026-10-20")),
        proptest::collection::vec("[a-z]{1,5}".prop_map(|text| Value::text(text.as_str())), 0..3).prop_map(Value::List),
    ]
}

proptest! {
    #[test]
    fn whatever_was_filed_before_what_is_offered_fits_and_may_be_repeated(
        form in 0..31_usize,
        values in proptest::collection::vec(any_value(), 1..24),
    ) {
        let forms = Playbook::built_in().forms();
        let form = forms.values().nth(form % forms.len()).unwrap();
        let earlier: Answers = form.fields().map(|field| field.field.key).zip(values).collect();
        let offered = repeatable(form, &earlier, &Left(&["abc"]));
        for (key, value) in &offered {
            let field = form.field(*key).unwrap();
            prop_assert!(may_repeat(field));
            prop_assert!(!value.is_blank());
            prop_assert_eq!(fit(value, &field.field), Ok(()));
        }
        // Offered once more it is the same.
        prop_assert_eq!(repeatable(form, &offered, &Left(&["abc"])), offered);
    }
}
