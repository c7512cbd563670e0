//! Giving way: long work runs in slices between which a page paints and a worker hears that it should stop.

use std::cell::Cell;

use gloo_timers::future::TimeoutFuture;

thread_local! {
    static LAST_BREATH: Cell<f64> = const { Cell::new(0.0) };
}

/// Milliseconds since 1970-01-01 UTC.
pub fn wall_ms() -> u64 {
    // A clock before 1970 or beyond the range of whole numbers counts as its bound.
    js_sys::Date::now().max(0.0) as u64
}

/// Gives way once work has run for `slice_ms` milliseconds; costs next to nothing otherwise.
pub async fn breathe(slice_ms: f64) {
    let now = js_sys::Date::now();
    if now - LAST_BREATH.get() >= slice_ms {
        TimeoutFuture::new(0).await;
        LAST_BREATH.set(js_sys::Date::now());
    }
}
