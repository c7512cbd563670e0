//! stub until the calendar lands
use chrono::{Days, NaiveDate};
use kehu_domain::roster::{DueContact, Rhythm, Tier};
pub struct Handbook;
impl Rhythm for Handbook {
    fn next_contact(&self, tier: Option<Tier>, last: NaiveDate) -> Option<DueContact> {
        let interval = match tier { Some(Tier::Vip) => 7, Some(Tier::A) => 14, Some(Tier::B) => 30, Some(Tier::C) | None => 90, Some(Tier::D) => 180 };
        let on = last.checked_add_days(Days::new(interval.into()))?;
        Some(DueContact { interval, on, overdue_from: on.checked_add_days(Days::new(4))? })
    }
}
