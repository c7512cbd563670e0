//! What the demo company promises: the same for the same seed, whole, in the past, and alive.
#![allow(clippy::unwrap_used, missing_docs)]

use std::collections::{BTreeMap, HashMap, HashSet};
use std::sync::LazyLock;

use chrono::NaiveDate;
use kehu_domain::book::{Book, Record, SYSTEM};
use kehu_domain::change::Change;
use kehu_domain::demo::company;
use kehu_domain::key::Key;
use kehu_domain::kind;
use kehu_domain::snapshot;
use kehu_domain::value::Value;
use sha2::{Digest, Sha256};

/// 2026-11-24 10:30 in Shanghai.
const WALL_MS: u64 = 1_795_487_400_000;

fn today() -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, 24).unwrap()
}

static CHANGES: LazyLock<Vec<Change>> = LazyLock::new(|| company(2026, 500, today(), WALL_MS));

static BOOK: LazyLock<Book> = LazyLock::new(|| {
    let mut book = Book::new();
    for change in CHANGES.iter() {
        assert!(book.insert(change.clone()), "a change stands twice");
    }
    book
});

fn digest(changes: &[Change]) -> Vec<u8> {
    Sha256::digest(snapshot::write("demo", &changes.iter().collect::<Vec<_>>())).to_vec()
}

fn by_step() -> BTreeMap<&'static str, Vec<&'static Record>> {
    let mut steps: BTreeMap<&str, Vec<&Record>> = BTreeMap::new();
    for case in BOOK.of_kind(kind::CASE) {
        steps.entry(case.text(kind::STEP)).or_default().push(case);
    }
    steps
}

#[test]
fn the_same_seed_gives_the_same_company_and_another_seed_another() {
    let small = |seed| digest(&company(seed, 60, today(), WALL_MS));
    assert_eq!(small(1), small(1));
    assert_ne!(small(1), small(2));
}

#[test]
fn the_changes_are_a_backup_in_canonical_order() {
    assert!(CHANGES.is_sorted());
    let file = snapshot::write("demo", &CHANGES.iter().collect::<Vec<_>>());
    assert_eq!(snapshot::read(&file).unwrap().changes, *CHANGES);
    assert!((5_000..9_000).contains(&CHANGES.len()), "{} changes", CHANGES.len());
}

#[test]
fn nothing_happens_in_the_future_and_nobody_clashes() {
    assert!(CHANGES.iter().all(|change| change.stamp.millis() <= WALL_MS));
    assert!(CHANGES.first().unwrap().stamp.millis() > WALL_MS - 900 * 24 * 60 * 60 * 1000);
    for case in BOOK.of_kind(kind::CASE) {
        assert!(case.text(kind::ENTERED_AT) <= "2026-11-24T10:30", "{}", case.text(kind::ENTERED_AT));
    }
    assert!(BOOK.clashes().is_empty());
    let records: Vec<&Record> = BOOK.records().collect();
    assert!(records.iter().all(|record| record.exists()));
}

#[test]
fn every_reference_leads_to_a_record_of_its_kind() {
    let targets = [
        ("customer", kind::CUSTOMER),
        ("owner", kind::STAFF),
        ("superior", kind::STAFF),
        ("case", kind::CASE),
        ("respondent", kind::CONTACT),
        ("contact", kind::CONTACT),
    ];
    let staff: HashSet<_> = BOOK.of_kind(kind::STAFF).map(|member| member.id).collect();
    let mut seen = 0;
    for record in BOOK.records() {
        for (key, target) in targets {
            if !record.get(Key::of(key)).is_blank() {
                let found = BOOK.get(record.reference(Key::of(key)).unwrap()).unwrap();
                assert_eq!(found.kind, target);
                seen += 1;
            }
        }
        assert!(record.changes().iter().all(|change| change.by == SYSTEM || staff.contains(&change.by)));
    }
    assert!(seen > 5_000);
}

#[test]
fn staff_hold_the_roles_of_chapters_3_and_4_below_one_head() {
    let mut roles: HashMap<&str, usize> = HashMap::new();
    let mut heads = 0;
    let mut devices = HashSet::new();
    for member in BOOK.of_kind(kind::STAFF) {
        member.get(kind::ROLES).items().iter().for_each(|role| *roles.entry(role.as_text().unwrap()).or_default() += 1);
        heads += usize::from(member.get(kind::SUPERIOR).is_blank());
        assert!(devices.insert(member.text(kind::DEVICE_CODE)));
        assert_eq!(member.text(kind::DEVICE_CODE).len(), 2);
    }
    for role in ["GM", "DIR", "MGR", "CR-S", "CR-E", "KA-S", "KA-E", "CC-A", "CI-E", "FIN", "SAL", "CP-E", "ADM"] {
        assert!(roles.contains_key(role), "{role}");
    }
    assert!(roles["CR-E"] >= 3);
    assert_eq!(heads, 1);
}

#[test]
fn credit_codes_have_the_right_check_digit() {
    const SYMBOLS: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    const WEIGHTS: [usize; 17] = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28];
    let mut count = 0;
    for customer in BOOK.of_kind(kind::CUSTOMER).filter(|customer| !customer.text(kind::USCC).is_empty()) {
        let values: Vec<usize> =
            customer.text(kind::USCC).chars().map(|letter| SYMBOLS.find(letter).unwrap()).collect();
        assert_eq!(values.len(), 18);
        let sum: usize = values.iter().zip(WEIGHTS).map(|(value, weight)| value * weight).sum();
        assert_eq!(values[17], (31 - sum % 31) % 31);
        count += 1;
    }
    assert!(count > 400);
}

#[test]
fn every_choice_is_a_key_of_the_dictionary() {
    let groups = std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../../playbook/dictionary/groups.toml"));
    let groups: toml::Table = groups.unwrap().parse().unwrap();
    let items = |group: &str| -> HashSet<String> {
        let found =
            groups["group"].as_array().unwrap().iter().find(|other| other["key"].as_str() == Some(group)).unwrap();
        found["items"].as_array().unwrap().iter().map(|item| item["key"].as_str().unwrap().to_owned()).collect()
    };
    let fields = [
        (kind::CUSTOMER, "type", "customer_type"),
        (kind::CUSTOMER, "stage", "stage"),
        (kind::CUSTOMER, "industry", "industry"),
        (kind::CUSTOMER, "region", "region"),
        (kind::CUSTOMER, "source", "source"),
        (kind::CONTACT, "gender", "gender"),
        (kind::CONTACT, "role", "contact_role"),
        (kind::STAFF, "department", "department"),
        (kind::DOCUMENT, "owner_dept", "department"),
        (kind::DOCUMENT, "loss_reason", "loss_reason"),
    ];
    for (kind, field, group) in fields {
        let known = items(group);
        for record in BOOK.of_kind(kind).filter(|record| !record.get(Key::of(field)).is_blank()) {
            assert!(known.contains(record.text(Key::of(field))), "{field} {}", record.text(Key::of(field)));
        }
    }
}

#[test]
fn cases_stand_in_every_step_with_the_documents_they_need() {
    let steps = by_step();
    for (step, least) in [
        ("planned", 20),
        ("appointed", 5),
        ("done", 5),
        ("issue_open", 4),
        ("unreachable", 1),
        ("closed", 60),
        ("declined", 1),
    ] {
        assert!(steps.get(step).map_or(0, Vec::len) >= least, "{step}: {:?}", steps.get(step).map(Vec::len));
    }
    let has = |case: &Record, form: &str| {
        let customer = case.reference(kind::CUSTOMER_REF).unwrap();
        BOOK.of_customer(customer, kind::DOCUMENT)
            .any(|document| document.reference(kind::CASE_REF) == Some(case.id) && document.text(kind::FORM) == form)
    };
    for step in ["done", "issue_open", "closed"] {
        assert!(steps[step].iter().all(|case| has(case, "F-3.1-2")), "{step}");
    }
    assert!(steps["issue_open"].iter().all(|case| has(case, "F-3.1-3")));
    let due_today = steps["planned"].iter().filter(|case| *case.get(Key::of("planned_on")) == Value::from(today()));
    assert!(due_today.count() >= 3);
    let three = |case: &&Record| {
        case.changes().iter().filter(|change| change.set.get(kind::EVENT) == Some(&"no_answer".into())).count() == 3
    };
    assert!(steps["unreachable"].iter().all(three));
}

#[test]
fn document_numbers_are_given_once() {
    let mut numbers = HashSet::new();
    assert!(BOOK.of_kind(kind::DOCUMENT).all(|document| numbers.insert(document.text(kind::FORM_NO))));
    assert!(numbers.iter().all(|number| number.starts_with("HF-202") && number.len() == 17));
}

#[test]
fn money_is_skewed_and_some_of_it_is_long_overdue() {
    let mut sales: HashMap<_, i64> = HashMap::new();
    for order in BOOK.of_kind(kind::ORDER) {
        let amount = order.get(kind::AMOUNT).as_int().unwrap();
        assert!(amount > 0 && order.get(kind::MARGIN).as_int().unwrap() < amount);
        *sales.entry(order.reference(kind::CUSTOMER_REF).unwrap()).or_default() += amount;
    }
    let mut sales: Vec<i64> = sales.into_values().collect();
    sales.sort_unstable_by(|a, b| b.cmp(a));
    let top: i64 = sales.iter().take(100).sum();
    assert!(top * 100 / sales.iter().sum::<i64>() >= 70, "the best 100 of 500 bring most");
    let late = BOOK.of_kind(kind::RECEIVABLE).filter(|receivable| {
        let due: NaiveDate = receivable.text(kind::DUE_ON).parse().unwrap();
        (today() - due).num_days() > 90 && receivable.get(kind::PAID).as_int() < receivable.get(kind::AMOUNT).as_int()
    });
    assert!(late.count() >= 2);
}

#[test]
fn everybody_can_find_li_minglang() {
    let named: Vec<&Record> =
        BOOK.of_kind(kind::CONTACT).filter(|contact| contact.text(kind::NAME) == "李明朗").collect();
    let [contact] = named.as_slice() else { panic!("{} of that name", named.len()) };
    let customer = BOOK.get(contact.reference(kind::CUSTOMER_REF).unwrap()).unwrap();
    assert_eq!(customer.text(kind::STAGE), "active");
    assert!(BOOK.of_customer(customer.id, kind::ORDER).count() > 20);
    assert!(BOOK.of_customer(customer.id, kind::CASE).count() >= 1);
}

#[test]
fn mobiles_and_customer_names_are_not_given_twice() {
    for (kind, key) in [(kind::CONTACT, kind::MOBILE), (kind::CUSTOMER, kind::CODE), (kind::ORDER, kind::CODE)] {
        let mut seen = HashSet::new();
        assert!(BOOK.of_kind(kind).all(|record| seen.insert(record.text(key))), "{kind} {key}");
    }
}

#[test]
fn odd_days_and_clocks_do_no_harm() {
    for (day, wall) in [(NaiveDate::MIN, 0), (NaiveDate::MAX, u64::MAX), (today(), 0), (today(), WALL_MS + 1)] {
        assert!(!company(3, 12, day, wall).is_empty());
    }
    assert!(!company(3, 0, today(), WALL_MS).is_empty(), "a company without customers has staff");
}
