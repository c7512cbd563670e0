//! What a customer's proposal is worth by its reviews, and whether it is adopted: M13.
//!
//! A [`Card`] is parsed from the playbook and refused when it cannot work; [`score`] gives an [`Outcome`] with what
//! became of every review.

mod card;
mod parse;
mod review;

pub use card::{Card, Criterion, Decision, Grade};
pub use parse::parse;
pub use review::{CONFLICT, CriterionTrace, Graded, Outcome, Review, ReviewState, ReviewTrace, Ungraded, score};

/// The card as shipped, section 3.4 of the handbook.
pub const SHIPPED: &str =
    include_str!(concat!(env!("OUT_DIR"), "/playbook/03-relationship/3.4-proposals/scorecards.json"));
