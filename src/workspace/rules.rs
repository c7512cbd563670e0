//! The handbook's rules as shipped, parsed once per run.

use std::cell::OnceCell;

use kehu_domain::score::{self, Scorecards};

thread_local! {
    static SCORECARDS: OnceCell<&'static Scorecards> = const { OnceCell::new() };
}

/// The grading cards of section 4.1.
///
/// # Panics
/// Never in a released app: the cards are compiled in, and a test loads them.
pub fn scorecards() -> &'static Scorecards {
    SCORECARDS.with(|cell| {
        *cell.get_or_init(|| {
            #[expect(clippy::expect_used, reason = "compiled in, and loaded by a test of the domain")]
            let cards = score::parse(score::GRADING).expect("the grading cards as shipped");
            Box::leak(Box::new(cards))
        })
    })
}
