//! Laws of complaint severity, proposal scores and churn warnings: bounds, monotony, nothing graded from gaps.
#![allow(clippy::unwrap_used)]

use std::sync::LazyLock;

use chrono::{NaiveDate, NaiveDateTime, TimeDelta};
use kehu_domain::calendar::Calendar;
use kehu_domain::change::Cells;
use kehu_domain::key::Key;
use kehu_domain::score::churn::{self, ComplaintCounts, Signals};
use kehu_domain::score::complaint::{self, ComplaintFacts, Level, Priority};
use kehu_domain::score::outcome::Fact;
use kehu_domain::score::proposal::{self, Review};
use kehu_domain::score::{Hundredths, Ratio};
use kehu_domain::stamp::RecordId;
use proptest::prelude::*;

static COMPLAINTS: LazyLock<complaint::Card> = LazyLock::new(|| complaint::parse(complaint::SHIPPED).unwrap());
static PROPOSALS: LazyLock<proposal::Card> = LazyLock::new(|| proposal::parse(proposal::SHIPPED).unwrap());
static CHURN: LazyLock<churn::Card> = LazyLock::new(|| churn::parse(churn::SHIPPED).unwrap());
static CALENDAR: LazyLock<Calendar> = LazyLock::new(|| Calendar::shipped().unwrap());

const FACTORS: [Key; 5] = [Key::of("F1"), Key::of("F2"), Key::of("F3"), Key::of("F4"), Key::of("F5")];
const SAFETY: [&str; 4] = ["none", "potential", "minor", "serious"];
const EXPOSURE: [&str; 4] = ["none", "threat", "regulator", "media"];

/// A complaint as five numbers, each graver the higher it is: two places in a list, a loss in fen, two counts.
type Grievance = (usize, i64, i64, usize, i64);

fn grievance() -> impl Strategy<Value = Grievance> {
    (0..4usize, prop_oneof![0..200_000i64, 0..20_000_000i64], 1..200i64, 0..4usize, 1..6i64)
}

fn tier() -> impl Strategy<Value = Option<Key>> {
    prop::sample::select(vec![None, Some("VIP"), Some("A"), Some("B"), Some("D")]).prop_map(|tier| tier.map(Key::of))
}

fn facts((safety, loss, scope, exposure, repeat): Grievance, tier: Option<Key>) -> ComplaintFacts {
    let answers = [
        Fact::Word(Key::of(SAFETY[safety])),
        Fact::Number(Ratio::hundredth(loss)),
        Fact::Number(Ratio::whole(scope)),
        Fact::Word(Key::of(EXPOSURE[exposure])),
        Fact::Number(Ratio::whole(repeat)),
    ];
    ComplaintFacts { answers: FACTORS.into_iter().zip(answers).collect(), tier }
}

fn graver(a: Grievance, b: Grievance) -> Grievance {
    (a.0.max(b.0), a.1.max(b.1), a.2.max(b.2), a.3.max(b.3), a.4.max(b.4))
}

fn moment() -> impl Strategy<Value = NaiveDateTime> {
    let start = NaiveDate::from_ymd_opt(2025, 1, 1).unwrap().and_time(chrono::NaiveTime::MIN);
    (0..2 * 365 * 1440i64).prop_map(move |minutes| start + TimeDelta::minutes(minutes))
}

proptest! {
    #[test]
    fn a_graver_complaint_is_never_graded_slighter(a in grievance(), b in grievance(), tier in tier()) {
        let assess = |one| complaint::assess(&COMPLAINTS, &facts(one, tier)).result.unwrap();
        let (slight, grave) = (assess(a), assess(graver(a, b)));
        prop_assert!(slight.severity <= grave.severity && grave.severity <= 100);
        prop_assert!(grave.earned <= slight.earned && grave.level <= slight.level);
        prop_assert!(slight.level <= slight.earned);
    }

    /// With media the limit of the regulator no longer holds, but the floor does the same.
    #[test]
    fn a_graver_complaint_is_never_less_urgent(a in grievance(), b in grievance(), tier in tier()) {
        let assess = |one| complaint::assess(&COMPLAINTS, &facts(one, tier)).result.unwrap();
        prop_assert!(assess(graver(a, b)).priority <= assess(a).priority);
    }

    #[test]
    fn the_tier_moves_the_priority_and_never_the_severity(one in grievance(), tier in tier()) {
        let (plain, with) = (complaint::assess(&COMPLAINTS, &facts(one, None)), complaint::assess(&COMPLAINTS, &facts(one, tier)));
        let (plain, with) = (plain.result.unwrap(), with.result.unwrap());
        prop_assert_eq!((plain.severity, plain.level, plain.earned), (with.severity, with.level, with.earned));
        prop_assert!(with.priority <= plain.priority);
        prop_assert!(plain.priority.number() - with.priority.number() <= 1);
    }

    #[test]
    fn notes_lead_from_the_level_to_the_priority(one in grievance(), tier in tier()) {
        use complaint::PriorityNote::{Limit, Tier};
        let result = complaint::assess(&COMPLAINTS, &facts(one, tier)).result.unwrap();
        let mut priority = result.level.priority();
        for note in &result.priority_notes {
            let (Tier { from, to, .. } | Limit { from, to, .. }) = note;
            prop_assert_eq!(*from, priority);
            prop_assert!(to < from);
            priority = *to;
        }
        prop_assert_eq!(priority, result.priority);
        prop_assert_eq!(result.level_notes.is_empty(), result.level == result.earned);
    }

    #[test]
    fn a_complaint_with_a_gap_is_never_graded(one in grievance(), tier in tier(), gaps in 1..32u8) {
        let whole = facts(one, tier);
        let is_gap = |code: Key| FACTORS.iter().position(|factor| *factor == code).is_some_and(|place| gaps >> place & 1 == 1);
        let answers = whole.answers.iter().filter(|(code, _)| !is_gap(*code)).map(|(code, fact)| (code, *fact)).collect();
        let outcome = complaint::assess(&COMPLAINTS, &ComplaintFacts { answers, tier });
        prop_assert_eq!(outcome.missing().collect::<Vec<_>>(), FACTORS.into_iter().filter(|code| is_gap(*code)).collect::<Vec<_>>());
        prop_assert!(outcome.result.is_err());
    }

    #[test]
    fn the_more_urgent_is_due_no_later(received in moment()) {
        let dues = Priority::ALL.map(|priority| complaint::dues(&COMPLAINTS, priority, received, &CALENDAR));
        for due in &dues {
            prop_assert!(received <= due.first_response.at);
            prop_assert!(due.first_response.at <= due.plan.at && due.plan.at <= due.resolution.at);
        }
        for pair in dues.windows(2) {
            prop_assert!(pair[0].first_response.at <= pair[1].first_response.at);
            prop_assert!(pair[0].plan.at <= pair[1].plan.at);
            prop_assert!(pair[0].resolution.at <= pair[1].resolution.at);
        }
    }

    /// A first response moved off a day off is due at noon, one that falls on the next morning by itself is due then;
    /// so only their days keep the order.
    #[test]
    fn the_later_received_is_due_no_earlier(a in moment(), b in moment(), priority in 0..4usize) {
        let dues = |at| complaint::dues(&COMPLAINTS, Priority::ALL[priority], at, &CALENDAR);
        let (early, late) = (dues(a.min(b)), dues(a.max(b)));
        prop_assert!(early.first_response.at.date() <= late.first_response.at.date());
        prop_assert!(early.plan.at <= late.plan.at && early.resolution.at <= late.resolution.at);
    }
}

fn review(number: usize, scores: &[i64]) -> Review {
    Review {
        reviewer: RecordId::fixed(u32::try_from(number).unwrap() + 1),
        has_conflict: Some(false),
        scores: PROPOSALS.criteria.iter().map(|one| one.code).zip(scores.iter().copied()).collect(),
    }
}

fn reviews() -> impl Strategy<Value = Vec<Review>> {
    prop::collection::vec(prop::collection::vec(0..=100i64, 5), 3..9)
        .prop_map(|all| all.iter().enumerate().map(|(number, scores)| review(number, scores)).collect())
}

fn final_score(reviews: &[Review]) -> Hundredths {
    proposal::score(&PROPOSALS, reviews).graded().unwrap().score
}

proptest! {
    #[test]
    fn a_proposal_scores_between_its_reviews(reviews in reviews()) {
        let outcome = proposal::score(&PROPOSALS, &reviews);
        let each = || outcome.reviews.iter().filter_map(|review| review.exact);
        let exact = outcome.graded().unwrap().exact;
        prop_assert!(each().min().unwrap() <= exact && exact <= each().max().unwrap());
        let left_out = outcome.reviews.iter().filter(|review| review.state != proposal::ReviewState::Counted).count();
        prop_assert_eq!(left_out, if reviews.len() >= 5 { 2 } else { 0 });
    }

    #[test]
    fn a_better_review_never_lowers_the_score(
        mut reviews in reviews(), which in any::<prop::sample::Index>(), criterion in 0..5usize, by in 1..=100i64,
    ) {
        let before = final_score(&reviews);
        let place = which.index(reviews.len());
        let code = PROPOSALS.criteria[criterion].code;
        let better = (reviews[place].scores.get(code).unwrap() + by).min(100);
        reviews[place].scores.put(code, better);
        prop_assert!(final_score(&reviews) >= before);
    }

    #[test]
    fn the_order_of_reviews_and_reviewers_in_conflict_move_nothing(
        reviews in reviews(), conflict in prop::collection::vec(0..=100i64, 0..=5),
    ) {
        let before = proposal::score(&PROPOSALS, &reviews).result;
        let mut turned: Vec<Review> = reviews.into_iter().rev().collect();
        turned.push(Review { has_conflict: Some(true), ..review(90, &conflict) });
        prop_assert_eq!(proposal::score(&PROPOSALS, &turned).result, before);
    }

    #[test]
    fn a_proposal_with_a_gap_is_never_graded(
        mut reviews in reviews(), which in any::<prop::sample::Index>(), gap in 0..6usize,
    ) {
        let place = which.index(reviews.len());
        let missing = match PROPOSALS.criteria.get(gap).map(|one| one.code) {
            Some(code) => {
                let rest = reviews[place].scores.iter().filter(|(one, _)| *one != code).map(|(one, score)| (one, *score));
                reviews[place].scores = rest.collect::<Cells<i64>>();
                code
            }
            None => {
                reviews[place].has_conflict = None;
                proposal::CONFLICT
            }
        };
        let reasons = proposal::score(&PROPOSALS, &reviews).result.unwrap_err();
        let reviewer = reviews[place].reviewer;
        let wanted = proposal::Ungraded::Incomplete { reviewer, missing: vec![missing] };
        prop_assert!(reasons.contains(&wanted));
    }
}

fn ratio(range: std::ops::Range<i64>) -> impl Strategy<Value = Option<Ratio>> {
    prop::option::of(range.prop_map(Ratio::hundredth))
}

fn counts() -> impl Strategy<Value = ComplaintCounts> {
    (0..2u32, 0..2u32, 0..4u32, 0..6u32).prop_map(|(first, second, third, fourth)| ComplaintCounts {
        first,
        second,
        third,
        fourth,
    })
}

prop_compose! {
    fn signals()(
        sales_change in ratio(-10_000..10_000), order_gap in ratio(0..500), complaints in prop::option::of(counts()),
        satisfaction in ratio(0..10_001), key_person_left in any::<Option<bool>>(), visit_overdue in ratio(0..300),
        overdue_days in prop::option::of(0..60i64),
    ) -> Signals {
        Signals { sales_change, order_gap, complaints, satisfaction, key_person_left, visit_overdue, overdue_days }
    }
}

/// Of two, the worse in every signal; what only one knows is known.
fn worse(a: Signals, b: Signals) -> Signals {
    let lower = |a: Option<Ratio>, b: Option<Ratio>| a.into_iter().chain(b).min();
    let complaints = a.complaints.into_iter().chain(b.complaints).reduce(|a, b| ComplaintCounts {
        first: a.first.max(b.first),
        second: a.second.max(b.second),
        third: a.third.max(b.third),
        fourth: a.fourth.max(b.fourth),
    });
    Signals {
        sales_change: lower(a.sales_change, b.sales_change),
        order_gap: a.order_gap.max(b.order_gap),
        complaints,
        satisfaction: lower(a.satisfaction, b.satisfaction),
        key_person_left: a.key_person_left.max(b.key_person_left),
        visit_overdue: a.visit_overdue.max(b.visit_overdue),
        overdue_days: a.overdue_days.max(b.overdue_days),
    }
}

proptest! {
    #[test]
    fn a_worse_customer_never_looks_better(a in signals(), b in signals()) {
        let (good, bad) = (churn::assess(&CHURN, &a), churn::assess(&CHURN, &worse(a, b)));
        prop_assert!(good.score <= bad.score && bad.score <= 100);
        let rank = |colour| CHURN.colours.iter().position(|band| Some(band.code) == colour).unwrap();
        prop_assert!(rank(bad.colour) <= rank(good.colour));
    }

    #[test]
    fn what_is_not_known_gives_nothing_and_is_named(signals in signals()) {
        let outcome = churn::assess(&CHURN, &signals);
        let no_data: Vec<_> = outcome.no_data().collect();
        for trace in outcome.rows.iter().flat_map(|row| &row.signals) {
            prop_assert_eq!(signals.value(&CHURN, trace.signal), trace.value);
            prop_assert_eq!(no_data.contains(&trace.signal), trace.value.is_none());
            prop_assert!(trace.value.is_some() || trace.points == 0);
        }
        prop_assert_eq!(outcome.score, outcome.rows.iter().map(|row| row.points).sum::<u8>());
    }

    #[test]
    fn a_row_that_eases_makes_a_better_colour(signals in signals()) {
        let outcome = churn::assess(&CHURN, &signals);
        for code in churn::easing(&CHURN, &outcome) {
            let row = outcome.rows.iter().find(|row| row.code == code).unwrap();
            prop_assert_ne!(CHURN.colour(outcome.score - row.points).map(|colour| colour.code), outcome.colour);
        }
    }

    #[test]
    fn levels_count_as_themselves(levels in prop::collection::vec(0..4usize, 0..20)) {
        let counts: ComplaintCounts = levels.iter().map(|place| Level::ALL[*place]).collect();
        let total = counts.first + counts.second + counts.third + counts.fourth;
        prop_assert_eq!(total as usize, levels.len());
    }
}
