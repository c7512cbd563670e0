//! The browser's clock, read in one place: milliseconds for stamps, Shanghai time for people.

use chrono::{NaiveDate, NaiveDateTime};
pub use kehu_domain::calendar::civil;

/// Milliseconds since 1970-01-01 UTC.
pub fn wall_ms() -> u64 {
    // A clock before 1970 or beyond the range of whole numbers counts as its bound.
    js_sys::Date::now().max(0.0) as u64
}

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

thread_local! {
    static LAST_BREATH: std::cell::Cell<f64> = const { std::cell::Cell::new(0.0) };
}

/// Lets the page paint and answer, when work has run for a while; costs next to nothing otherwise.
pub async fn breathe() {
    let now = js_sys::Date::now();
    if now - LAST_BREATH.get() >= SLICE_MS {
        gloo_timers::future::TimeoutFuture::new(0).await;
        LAST_BREATH.set(js_sys::Date::now());
    }
}
