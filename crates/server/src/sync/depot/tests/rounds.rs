//! Whoever polls misses nothing, however clocks, pages and midnights fall.

use super::*;

/// The checks that any storage must pass.
pub async fn pass(place: &Place) {
    comes_in_pages(place).await;
    names_again_for_two_minutes(place).await;
    hears_of_instances_with_wrong_clocks(place).await;
    finds_behind_the_page(place).await;
    goes_over_midnight(place).await;
    comes_back_after_weeks(place).await;
    refuses_foreign_cursors(place).await;
}

async fn comes_in_pages(place: &Place) {
    let (w, depot) = (workspace("pages"), &place.depot);
    let mut names = Vec::new();
    for number in 0..25 {
        // Two each at the same moment.
        place.wait(SECOND * (number % 2));
        names.push(put(depot, &w, &format!("page {number}")).await);
    }
    let mut cursor = String::new();
    let mut sizes = Vec::new();
    loop {
        let page = depot.arrivals(&w, &cursor, 10).await.unwrap();
        assert!(page.files.is_sorted_by_key(|file| file.at));
        sizes.push(page.files.len());
        cursor = page.next;
        if !page.more {
            break;
        }
    }
    assert_eq!(sizes, [10, 10, 5]);
    for limit in [1, 7, 25, 26] {
        let seen = round(depot, &w, "", limit).await.0;
        assert_eq!(seen.len(), 25);
        assert_eq!(seen.into_iter().collect::<BTreeSet<_>>(), names.iter().cloned().collect(), "by {limit}");
    }
    assert_eq!(depot.arrivals(&w, "", 0).await.unwrap().files.len(), 1);
}

async fn names_again_for_two_minutes(place: &Place) {
    let (w, depot) = (workspace("again"), &place.depot);
    let name = put(depot, &w, "once").await;
    place.wait(SECOND);
    let (seen, cursor) = round(depot, &w, "", 10).await;
    assert_eq!(seen, std::slice::from_ref(&name));
    place.wait(MINUTE);
    let (seen, cursor) = round(depot, &w, &cursor, 10).await;
    assert_eq!(seen, [name]);
    place.wait(2 * MINUTE);
    let (_, cursor) = round(depot, &w, &cursor, 10).await;
    assert_eq!(round(depot, &w, &cursor, 10).await.0, []);
}

async fn hears_of_instances_with_wrong_clocks(place: &Place) {
    let w = workspace("clocks");
    let (slow, fast) = (place.instance(-45_000), place.instance(44_000));
    let (_, cursor) = round(&fast, &w, "", 10).await;
    place.wait(SECOND);
    let by_slow = put(&slow, &w, "by slow").await;
    let by_fast = put(&fast, &w, "by fast").await;
    place.wait(5 * SECOND);
    let (seen, cursor) = round(&fast, &w, &cursor, 10).await;
    assert_eq!(seen, [by_slow, by_fast]);
    // A day without polls, then one by the instance that is behind.
    place.wait(DAY);
    let name = put(&fast, &w, "next day").await;
    assert!(round(&slow, &w, &cursor, 10).await.0.contains(&name));
}

/// While a device reads page by page, something is marked behind the page it is on.
async fn finds_behind_the_page(place: &Place) {
    let (w, depot) = (workspace("behind"), &place.depot);
    let slow = place.instance(-40_000);
    for number in 0..4 {
        place.wait(SECOND);
        put(depot, &w, &format!("before {number}")).await;
    }
    let first = depot.arrivals(&w, "", 2).await.unwrap();
    assert!(first.more);
    let behind = put(&slow, &w, "behind").await;
    // The device takes its time over the pages.
    place.wait(10 * MINUTE);
    let (rest, cursor) = round(depot, &w, &first.next, 2).await;
    assert!(!rest.contains(&behind));
    assert!(round(depot, &w, &cursor, 2).await.0.contains(&behind));
}

async fn goes_over_midnight(place: &Place) {
    let (w, depot) = (workspace("midnight"), &place.depot);
    let real = place.now();
    let midnight = (real / DAY + 1) * DAY;
    place.go_to(midnight - 10 * SECOND);
    let evening = put(depot, &w, "evening").await;
    let (_, cursor) = round(depot, &w, "", 10).await;
    place.go_to(midnight - 1);
    let last = put(depot, &w, "last").await;
    place.wait(1);
    let first = put(depot, &w, "first").await;
    place.go_to(midnight + 111 * SECOND);
    let (seen, cursor) = round(depot, &w, &cursor, 10).await;
    assert_eq!(seen, [evening, last.clone(), first.clone()]);
    // Two minutes before that poll it was nine seconds to midnight.
    place.wait(MINUTE);
    let (seen, _) = round(depot, &w, &cursor, 1).await;
    assert_eq!(seen, [last, first]);
    place.go_to(real);
}

async fn comes_back_after_weeks(place: &Place) {
    let (w, depot) = (workspace("weeks"), &place.depot);
    let real = place.now();
    let mut names = Vec::new();
    let mut cursor = String::new();
    for day in 0..40 {
        place.wait(DAY);
        names.push(put(depot, &w, &format!("day {day}")).await);
        if day == 9 {
            cursor = round(depot, &w, "", 100).await.1;
        }
    }
    assert_eq!(all(depot, &w).await, names);
    assert_eq!(round(depot, &w, &cursor, 7).await.0, names[9..]);
    // A clock that is set back finds what came meanwhile.
    place.go_to(real + 20 * DAY);
    assert_eq!(round(depot, &w, &cursor, 7).await.0, names[9..]);
    place.go_to(real);
}

async fn refuses_foreign_cursors(place: &Place) {
    let w = workspace("pages");
    let good = place.depot.arrivals(&w, "", 1).await.unwrap().next;
    assert!(good.contains('~'));
    let fits_a_query = |byte: u8| byte.is_ascii_alphanumeric() || b"-._~".contains(&byte);
    assert!(good.bytes().all(fits_a_query), "{good}");
    let bad = ["x", "-1", "1~", "1~2", "~", "../..", &format!("{good}0"), &good.replace('~', "~+"), &"9".repeat(40)];
    for cursor in bad {
        let answer = place.depot.arrivals(&w, cursor, 10).await;
        assert!(matches!(answer, Err(DepotError::Cursor(_))), "{cursor}: {answer:?}");
    }
    // One of the far future is none of ours either, but harmless.
    assert_eq!(round(&place.depot, &w, &u64::MAX.to_string(), 10).await.0, []);
}

/// Three instances with clocks of their own, four devices that poll as they like, and in the end each knows all.
#[tokio::test]
async fn no_schedule_hides_a_file() {
    for seed in 1..=300 {
        let place = Place::memory();
        let w = workspace("schedule");
        let instances = [place.instance(-40_000), place.instance(0), place.instance(45_000)];
        let mut random = Random(seed);
        let mut devices = vec![(String::new(), BTreeSet::new()); 4];
        let mut names = BTreeSet::new();
        for step in 0..60 {
            place.wait(random.below(40 * SECOND));
            if random.below(50) == 0 {
                place.wait(random.below(3 * DAY));
            }
            let instance = &instances[random.below(3) as usize];
            if random.below(2) == 0 {
                names.insert(put(instance, &w, &format!("{seed} {step}")).await);
            } else {
                // One page alone: the round may go on much later.
                let (cursor, seen) = &mut devices[random.below(4) as usize];
                let page = instance.arrivals(&w, cursor, 1 + random.below(6) as usize).await.unwrap();
                *cursor = page.next;
                seen.extend(page.files.into_iter().map(|file| file.name));
            }
        }
        place.wait(5 * SECOND);
        for (cursor, seen) in &mut devices {
            // One round may be half read already, and what came behind it is for the next.
            for _ in 0..2 {
                let (rest, next) = round(&instances[1], &w, cursor, 5).await;
                seen.extend(rest);
                *cursor = next;
            }
            assert_eq!(*seen, names, "seed {seed}");
        }
    }
}

/// Numbers that look random, by xorshift.
struct Random(u64);

impl Random {
    fn below(&mut self, bound: u64) -> u64 {
        self.0 = self.0.wrapping_mul(0x2545_F491_4F6C_DD1D).wrapping_add(0x9E37_79B9);
        self.0 ^= self.0 << 13;
        self.0 ^= self.0 >> 7;
        self.0 ^= self.0 << 17;
        self.0 % bound
    }
}
