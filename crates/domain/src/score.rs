//! Grades with their reasons: scorecards as data, exact arithmetic, and what the grades are worked out from.
//!
//! M01 customer value grade, M01b cumulative share, M02 recency-frequency-monetary. A [`Scorecard`] is parsed
//! from the playbook and refused when it cannot work; [`grade`] gives an [`Outcome`] that carries its whole
//! trace; [`Ledger`] gathers the inputs from imported orders and receivables. Models that are no weighted mean of
//! points have a module with a card of their own: M05 [`complaint`], M13 [`proposal`], M15 [`churn`].

pub mod batch;
pub mod check;
pub mod churn;
pub mod complaint;
pub mod entry;
pub mod facts;
pub mod ladder;
pub mod ledger;
pub mod material;
pub mod next_step;
pub mod outcome;
pub mod pareto;
pub mod parse;
pub mod proposal;
pub mod ratio;
pub mod rfm;
pub mod scorecard;
pub mod stored;
pub mod subject;
pub mod template;
pub mod what_if;

pub use batch::{GradeBatch, Summary};
pub use check::Problem;
pub use facts::{CardFacts, ItemFact, Source, ValueFacts, Why};
pub use ladder::{Condition, Ladder, Line};
pub use ledger::{Ledger, OrderLine, Period, Receivable};
pub use material::Material;
pub use next_step::{NextStep, Raise, next_step};
pub use outcome::{Fact, Graded, Input, Inputs, ItemTrace, Outcome, State, Ungraded, grade};
pub use pareto::{Class, ParetoCuts, pareto};
pub use parse::parse;
pub use ratio::{Hundredths, Ratio};
pub use rfm::{Purchases, RfmMode, RfmPoints, RfmScore, RfmTable, rfm};
pub use scorecard::{Scorecard, Scorecards};
pub use stored::{Differs, StoredScore};
pub use template::{Card, DialKind, Model, Template, Version};
pub use what_if::Moves;

/// The grading cards as shipped, section 4.1 of the handbook.
pub const GRADING: &str =
    include_str!(concat!(env!("OUT_DIR"), "/playbook/04-key-accounts/4.1-grading/scorecards.json"));
