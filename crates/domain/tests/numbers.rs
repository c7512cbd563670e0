//! Numbers of forms are made offline by several devices and are never made twice (spec 1.6).
#![allow(clippy::unwrap_used)]

use std::collections::{BTreeMap, BTreeSet};

use chrono::NaiveDate;
use kehu_domain::book::{Book, SYSTEM};
use kehu_domain::change::{Act, Change};
use kehu_domain::form::number::{Ownership, device_of, draw, next, ownership, register, taken};
use kehu_domain::kind;
use kehu_domain::stamp::Clock;
use kehu_domain::value::Value;
use proptest::prelude::*;

/// A device with its own records.
struct Device {
    book: Book,
    clock: Clock,
    token: String,
    code: String,
    bits: u64,
}

impl Device {
    fn new(node: u32, bits: u64, known: &[Change]) -> Self {
        let mut device = Self {
            book: Book::new(),
            clock: Clock::new(node.into()),
            token: format!("device {node}"),
            code: String::new(),
            bits,
        };
        device.book.merge(known.iter().cloned(), 1);
        device
    }

    fn act(&mut self, build: impl FnOnce(&Book, &mut Act<'_>)) {
        let mut act = Act::begin(&mut self.clock, 1, SYSTEM);
        build(&self.book, &mut act);
        for change in act.finish() {
            self.book.insert(change);
        }
    }

    /// The code to number with: a new one where it has none, or where the records say that it is another's.
    fn own_code(&mut self) -> String {
        let is_lost = ownership(&self.book, &self.code, &self.token) == Ownership::Others;
        if self.code.is_empty() || is_lost {
            self.code = draw(self.bits, &taken(&self.book));
            let (code, token) = (self.code.clone(), self.token.clone());
            self.act(|_, act| register(act, &code, &token));
        }
        self.code.clone()
    }

    fn file(&mut self, form: &str, day: NaiveDate) -> String {
        let code = self.own_code();
        let numbers: Vec<String> = self.numbers();
        let number = next(form, day, &code, numbers.iter().map(String::as_str));
        let filed = number.clone();
        self.act(|_, act| {
            act.create(kind::DOCUMENT, [(kind::FORM_NO, Value::from(filed.as_str()))].into_iter().collect());
        });
        number
    }

    fn numbers(&self) -> Vec<String> {
        self.book.of_kind(kind::DOCUMENT).map(|document| document.text(kind::FORM_NO).to_owned()).collect()
    }

    fn changes(&self) -> Vec<Change> {
        self.book.changes().into_iter().cloned().collect()
    }
}

fn day(number: u32) -> NaiveDate {
    NaiveDate::from_ymd_opt(2026, 11, number).unwrap()
}

#[test]
fn a_number_has_its_form_day_device_and_place_in_the_sequence() {
    let there = ["TS-20261123-A1007", "TS-20261123-B2011", "HF-20261123-A1020", "TS-20261122-A1030", "TS-20261123-A1x"];
    let made = |code, on, device| next(code, day(on), device, there.into_iter());
    assert_eq!(made("TS", 23, "A1"), "TS-20261123-A1008");
    // Each form code, day and device has a sequence of its own.
    assert_eq!(made("TS", 24, "A1"), "TS-20261124-A1001");
    assert_eq!(made("GD", 23, "A1"), "GD-20261123-A1001");
    assert_eq!(made("TS", 23, "C3"), "TS-20261123-C3001");
    // Beyond 999 the number grows longer and stays one of a kind.
    assert_eq!(next("TS", day(23), "A1", ["TS-20261123-A1999"].into_iter()), "TS-20261123-A11000");
    assert_eq!(next("TS", day(23), "A1", ["TS-20261123-A11000"].into_iter()), "TS-20261123-A11001");
    assert_eq!(device_of("TS-20261123-A1007"), Some("A1"));
    assert_eq!([device_of("TS"), device_of("TS-20261123-A"), device_of("")], [None; 3]);
}

#[test]
fn a_device_that_joins_takes_no_code_it_can_see() {
    let mut first = Device::new(1, 5, &[]);
    first.file("TS", day(23));
    let mut second = Device::new(2, 5, &first.changes());
    second.file("TS", day(23));
    assert_ne!(first.code, second.code);
    // Even with every code but one taken, that one is found; with all taken there still is one.
    let all: BTreeSet<Box<str>> = (0..792).map(|bits| draw(bits, &BTreeSet::new()).into()).collect();
    assert_eq!(all.len(), 792);
    let mut but_one = all.clone();
    but_one.remove("K7");
    assert_eq!(draw(77, &but_one), "K7");
    assert_eq!(draw(77, &all).len(), 2);
}

#[test]
fn of_two_that_took_the_same_code_apart_one_takes_another_once_they_have_met() {
    let (mut one, mut other) = (Device::new(1, 9, &[]), Device::new(2, 9, &[]));
    assert_eq!(one.own_code(), other.own_code());
    let (ours, theirs) = (one.changes(), other.changes());
    one.book.merge(theirs, 1);
    other.book.merge(ours, 1);
    let seen = [ownership(&one.book, &one.code, &one.token), ownership(&other.book, &other.code, &other.token)];
    assert!(seen.contains(&Ownership::Ours) && seen.contains(&Ownership::Others), "{seen:?}");
    assert_ne!(one.own_code(), other.own_code());
    assert_eq!(ownership(&one.book, "Z9", &one.token), Ownership::Nobodys);
}

proptest! {
    /// Devices file forms and meet in any order: no number is made twice by devices of different codes, and once all
    /// have met their codes differ.
    #[test]
    fn devices_never_make_the_same_number(
        bits in proptest::collection::vec(any::<u64>(), 2..4),
        work in proptest::collection::vec((0..3_usize, 0..3_usize, 0..2_usize, 22..25_u32, any::<bool>()), 1..40),
    ) {
        let nodes = 1_u32..;
        let mut devices: Vec<Device> = bits.iter().zip(nodes).map(|(bits, node)| Device::new(node, *bits, &[])).collect();
        let count = devices.len();
        let mut made: BTreeMap<String, Vec<(usize, String)>> = BTreeMap::new();
        for (who, whom, form, on, meets) in work {
            let (who, whom) = (who % count, whom % count);
            if meets && who != whom {
                let changes = devices[whom].changes();
                devices[who].book.merge(changes, 1);
            } else {
                let number = devices[who].file(["TS", "HF"][form], day(on));
                let code = devices[who].code.clone();
                prop_assert_eq!(device_of(&number), Some(code.as_str()));
                made.entry(number).or_default().push((who, code));
            }
        }
        for (number, by) in &made {
            let devices: BTreeSet<usize> = by.iter().map(|(device, _)| *device).collect();
            // One device never repeats itself; two could only while they had drawn the same code and not met.
            prop_assert_eq!(devices.len(), by.len(), "{}", number);
            prop_assert!(by.len() == 1 || by.iter().all(|(_, code)| *code == by[0].1), "{}", number);
        }
        let all: Vec<Change> = devices.iter().flat_map(Device::changes).collect();
        for device in &mut devices {
            device.book.merge(all.iter().cloned(), 1);
        }
        // Those who lose their code take another, one after another, as they meet.
        let mut codes = BTreeSet::new();
        let mut known: Vec<Change> = Vec::new();
        for device in &mut devices {
            device.book.merge(known.iter().cloned(), 1);
            codes.insert(device.own_code());
            known = device.changes();
        }
        prop_assert_eq!(codes.len(), count);
    }
}
