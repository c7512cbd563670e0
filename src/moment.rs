//! The browser's clock, read in one place: milliseconds for stamps, Shanghai time for people.

use chrono::{NaiveDate, NaiveDateTime};
pub use kehu_domain::calendar::civil;
use kehu_ledger::pace;
pub use kehu_ledger::pace::wall_ms;

/// Now, as people in Shanghai read it.
pub fn now() -> NaiveDateTime {
    civil(wall_ms())
}

/// Today's date in Shanghai.
pub fn today() -> NaiveDate {
    now().date()
}

/// How long work may run before the page gets a chance to paint, in milliseconds.
const SLICE_MS: f64 = 12.0;

/// Lets the page paint and answer, when work has run for a while; costs next to nothing otherwise.
pub async fn breathe() {
    pace::breathe(SLICE_MS).await;
}
