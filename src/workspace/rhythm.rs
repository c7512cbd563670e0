//! How often a customer is contacted, by the handbook's cadence (C4).

use chrono::NaiveDate;
use kehu_domain::calendar::{LastTouches, Next, Touch};
use kehu_domain::roster::{DueContact, Rhythm, Tier};

use super::rules::rules;

/// The tier whose rhythm an ungraded customer keeps, until there is a grade.
const UNGRADED_LIKE: Tier = Tier::C;

/// The rhythm as shipped.
pub struct Handbook;

impl Rhythm for Handbook {
    fn next_contact(&self, tier: Option<Tier>, last: NaiveDate) -> Option<DueContact> {
        let rules = rules();
        let rhythm = rules.cadence.rhythm(tier.unwrap_or(UNGRADED_LIKE).as_str())?;
        let touches = LastTouches { contact: Some(last), ..LastTouches::default() };
        match rules.cadence.next(&rules.calendar.days, rhythm, Touch::Contact, &touches) {
            Next::On(next) => {
                Some(DueContact { interval: next.interval.into(), on: next.due, overdue_from: next.overdue_from })
            }
            _ => None,
        }
    }
}
