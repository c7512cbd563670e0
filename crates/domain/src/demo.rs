//! A living company from a seed: staff, customers, what they bought, and the follow-ups going on today.
//!
//! Everybody and everything in it is invented. The same arguments give the same changes.

mod diary;
mod firms;
mod people;
mod random;
mod trade;
mod visits;
mod words;

use chrono::NaiveDate;

use crate::change::Change;
use diary::Diary;
use firms::Founder;
use people::Staff;
use random::Random;
use trade::{Numbers, trade};
use visits::Visits;

/// The history of so many customers is told in full; of more, only that they exist and bought a little.
const TOLD_IN_FULL: usize = 2_000;

/// The changes of a company with so many customers, in canonical order; dates lie around `today`.
///
/// `wall_ms` is now, in milliseconds since 1970-01-01 UTC; no change lies later. Grades are not in it:
/// the app works them out from what is.
pub fn company(seed: u64, customers: usize, today: NaiveDate, wall_ms: u64) -> Vec<Change> {
    let mut random = Random::new(seed);
    let mut diary = Diary::new(today, wall_ms);
    let staff = Staff::hire(&mut diary, &mut random);
    let (mut founder, mut numbers, mut visits) = (Founder::new(), Numbers::default(), Visits::new(&staff));
    for number in 0..customers {
        let firm = founder.found(&mut diary, &mut random, &staff, number, number < TOLD_IN_FULL);
        trade(&mut diary, &mut random, &staff, &firm, &mut numbers);
        visits.follow(&mut diary, &mut random, &firm);
    }
    diary.into_changes(&staff.all)
}
