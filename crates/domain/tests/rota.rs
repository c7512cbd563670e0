//! The rota of a folder: what stays, what goes, and that nothing else is ever touched.
#![allow(clippy::unwrap_used, missing_docs)]

use std::collections::BTreeMap;

use chrono::{Duration, NaiveDate, NaiveDateTime};
use kehu_domain::rota::{INTERVAL_MS, Proven, REST_MS, Series, is_due, is_overdue};
use proptest::prelude::*;

fn now() -> NaiveDateTime {
    NaiveDate::from_ymd_opt(2026, 11, 26).unwrap().and_hms_opt(14, 30, 0).unwrap()
}

fn series() -> Series {
    Series::new("0123456789abcdef", "fedcba9876543210")
}

/// Copies made so many minutes before now; some of them later than now.
fn copies() -> impl Strategy<Value = Vec<String>> {
    prop::collection::vec(-2_000..30_000i64, 0..80)
        .prop_map(|ages| ages.into_iter().map(|age| series().name(now() - Duration::minutes(age))).collect())
}

/// Files that are not ours, though some look much like it.
fn strangers() -> impl Strategy<Value = Vec<String>> {
    let other = Series::new("0123456789abcdef", "another").name(now() - Duration::days(3));
    let like = series().name(now() - Duration::days(3));
    let names = vec![
        "发票.xlsx".to_owned(),
        other,
        like.replace(".json.gz", ".json"),
        like.replace(".json.gz", " (1).json.gz"),
        like.replace("kehu-", "Kehu-"),
        like.replace("202611", "202613"),
        like.replace("2026", "+026"),
        format!("{like}.crswap"),
        String::new(),
    ];
    prop::sample::subsequence(names.clone(), 0..=names.len())
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(500))]

    #[test]
    fn the_rota_keeps_what_it_says(copies in copies(), strangers in strangers()) {
        let series = series();
        let all: Vec<&str> = copies.iter().chain(&strangers).map(String::as_str).collect();
        let surplus = series.surplus(all.iter().copied(), now());
        prop_assert!(surplus.iter().all(|name| copies.iter().any(|copy| copy == name)));
        let mut kept: BTreeMap<NaiveDate, Vec<NaiveDateTime>> = BTreeMap::new();
        let mut days: BTreeMap<NaiveDate, Vec<NaiveDateTime>> = BTreeMap::new();
        let mut later = 0;
        for name in &copies {
            let at = series.time_of(name).unwrap();
            if at > now() {
                prop_assert!(!surplus.contains(&name.as_str()));
                later += 1;
                continue;
            }
            days.entry(at.date()).or_default().push(at);
            if !surplus.contains(&name.as_str()) {
                kept.entry(at.date()).or_default().push(at);
            }
        }
        let today = now().date();
        for list in days.values_mut().chain(kept.values_mut()) {
            list.sort_unstable();
            list.dedup();
        }
        let earlier: Vec<NaiveDate> = days.keys().rev().copied().filter(|day| *day < today).take(10).collect();
        prop_assert_eq!(kept.keys().rev().copied().filter(|day| *day < today).collect::<Vec<_>>(), earlier.clone());
        for day in earlier {
            prop_assert_eq!(&kept[&day], &days[&day][days[&day].len() - 1..]);
        }
        if let Some(all) = days.get(&today) {
            prop_assert_eq!(&kept[&today], &all[all.len().saturating_sub(3)..]);
        }
        prop_assert!(kept.values().map(Vec::len).sum::<usize>() <= 13, "{later}");
        // What stays, stays when asked again.
        let rest: Vec<&str> = all.iter().copied().filter(|name| !surplus.contains(name)).collect();
        prop_assert!(series.surplus(rest.iter().copied(), now()).is_empty());
    }

    #[test]
    fn the_latest_copy_never_goes(copies in copies(), minutes in 0..40_000i64) {
        let series = series();
        let names: Vec<&str> = copies.iter().map(String::as_str).collect();
        if let Some((_, latest)) = series.latest(names.iter().copied()) {
            prop_assert!(!series.surplus(names.iter().copied(), now() + Duration::minutes(minutes)).contains(&latest));
        }
    }
}

#[test]
fn a_name_tells_company_device_and_time() {
    let name = series().name(now());
    assert_eq!(name, "kehu-01234567-fedcba-20261126-143000.json.gz");
    assert_eq!(series().time_of(&name), Some(now()));
    assert_eq!(Series::new("../客户 a", "").name(now()), "kehu-a--20261126-143000.json.gz");
}

#[test]
fn a_copy_is_due_after_work_and_a_rest_and_not_too_often() {
    let now = 1_800_000_000_000;
    let (rested, long_ago) = (now - REST_MS, now - INTERVAL_MS);
    assert!(is_due(now, None, rested, 1));
    assert!(is_due(now, Some(long_ago), rested, 1));
    assert!(!is_due(now, Some(long_ago), rested, 0), "nothing new");
    assert!(!is_due(now, Some(long_ago + 1), rested, 1), "too soon");
    assert!(!is_due(now, Some(long_ago), rested + 1, 1), "still at work");
    assert!(is_due(now, Some(now + 5), now + 5, 1), "dated by a clock that was ahead");
}

#[test]
fn a_person_is_reminded_when_a_copy_is_old_and_there_is_new_work() {
    let day = 24 * 60 * 60 * 1000;
    let now = 1_800_000_000_000;
    assert!(!is_overdue(now, None, 20));
    assert!(is_overdue(now, None, 21));
    let last = |days, changes| Some(Proven { at_ms: now - days * day, changes });
    assert!(!is_overdue(now, last(6, 100), 299));
    assert!(is_overdue(now, last(0, 100), 300));
    assert!(is_overdue(now, last(7, 100), 101));
    assert!(!is_overdue(now, last(400, 100), 100), "nothing new");
    assert!(!is_overdue(now, last(400, 100), 90), "less than before: somebody was forgotten");
    assert!(!is_overdue(now, Some(Proven { at_ms: now + day, changes: 100 }), 150), "dated by another clock");
}
