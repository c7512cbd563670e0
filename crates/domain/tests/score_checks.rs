//! Scorecards whose bands no score reaches are refused, by grade, level and colour; what a cap, a veto or a floor gives is
//! reached.
#![allow(clippy::unwrap_used)]

use kehu_domain::score::{self, churn, complaint};

const GRADING: &str = include_str!("../../../playbook/04-key-accounts/4.1-grading/scorecards.toml");

/// A card of two items that must both be there, 20–80 and 0–100 points: 10–90 in all.
const CARD: &str = r#"
[[card]]
id = "M99"
version = 1
title = { zh = "卡", en = "Card" }
minimum_present = "70"
[[card.item]]
code = "V1"
label = { zh = "甲", en = "A" }
unit = { zh = "元", en = "CNY" }
weight = "50"
required = true
takes_na = false
lines = [{ when = ">= 5", points = 80 }, { when = "else", points = 20 }]
[[card.item]]
code = "V2"
label = { zh = "乙", en = "B" }
unit = { zh = "级", en = "rating" }
weight = "50"
required = true
takes_na = false
rating = { min = 0, max = 5, points_per_step = 20 }
[[card.grade]]
code = "A"
label = { zh = "优", en = "Good" }
from = "80"
[[card.grade]]
code = "B"
label = { zh = "中", en = "Fair" }
from = "40"
[[card.grade]]
code = "C"
label = { zh = "差", en = "Poor" }
from = "0"
"#;

/// What is wrong after the changes.
fn said<T>(card: &str, changes: &[(&str, &str)], parse: fn(&str) -> Result<T, Vec<score::Problem>>) -> Vec<String> {
    let changed = changes.iter().fold(card.to_owned(), |card, (from, to)| {
        assert!(card.contains(from), "{from}");
        card.replacen(from, to, 1)
    });
    parse(&changed).err().into_iter().flatten().map(|problem| problem.to_string()).collect()
}

#[test]
fn a_grade_above_the_best_score_is_refused() {
    let high = ("from = \"80\"", "from = \"90.01\"");
    assert_eq!(said(CARD, &[high], score::parse), ["M99.A is never reached: scores lie from 10.00 to 90.00"]);
    assert_eq!(said(CARD, &[("from = \"80\"", "from = \"90\"")], score::parse), [""; 0]);
}

#[test]
fn a_grade_below_the_worst_score_is_refused_unless_a_cap_gives_it() {
    let low = ("from = \"40\"", "from = \"10\"");
    assert_eq!(said(CARD, &[low], score::parse), ["M99.C is never reached: scores lie from 10.00 to 90.00"]);
    assert_eq!(said(CARD, &[("from = \"40\"", "from = \"10.01\"")], score::parse), [""; 0]);
    let cap = "[[card.cap]]\ninput = \"blacklisted\"\nis = true\nat_most = \"C\"\nreason = { zh = \"黑\", en = \"Black\" }\n\
               [[card.grade]]";
    assert_eq!(said(CARD, &[low, ("[[card.grade]]", cap)], score::parse), [""; 0]);
}

#[test]
fn an_item_that_may_be_left_out_leaves_more_to_the_others() {
    let high = ("from = \"80\"", "from = \"95\"");
    assert_eq!(said(CARD, &[high], score::parse), ["M99.A is never reached: scores lie from 10.00 to 90.00"]);
    // Without the first item a score is that of the second alone.
    assert_eq!(said(CARD, &[high, ("required = true\ntakes_na = false\nlines", "lines")], score::parse), [""; 0]);
    let second = [high, ("takes_na = false\nrating", "rating")];
    assert_eq!(said(CARD, &second, score::parse), ["M99.A is never reached: scores lie from 10.00 to 90.00"]);
}

#[test]
fn nobody_can_be_proposed_for_more_than_the_best_score() {
    let candidate = |from: &str| {
        let rule = format!(
            "[card.candidate]\nlabel = {{ zh = \"贵宾\", en = \"VIP\" }}\ngrade = \"A\"\nfrom = \"{from}\"\n[[card.grade]]"
        );
        said(CARD, &[("[[card.grade]]", &rule)], score::parse)
    };
    assert_eq!(candidate("95"), ["M99.candidate is never reached: scores lie from 10.00 to 90.00"]);
    assert_eq!(candidate("85"), [""; 0]);
}

#[test]
fn weights_that_do_not_sum_are_refused_with_their_sum() {
    let said = said(GRADING, &[("weight = \"25\"", "weight = \"24.99\"")], score::parse);
    assert_eq!(said, ["M01: weights sum to 99.99 %, 0.01 % short of 100.00 %"]);
}

#[test]
fn a_level_that_no_severity_reaches_is_refused_unless_a_veto_or_floor_gives_it() {
    // Every complaint has at least the 2 points of the fewest people it can reach.
    let low = ("from = \"15\"", "from = \"2\"");
    assert_eq!(
        said(complaint_card(), &[low], complaint::parse),
        ["M05.IV is never reached: scores lie from 2.00 to 100.00"]
    );
    assert_eq!(said(complaint_card(), &[("from = \"15\"", "from = \"3\"")], complaint::parse), [""; 0]);
    // No sum is 99, but a floor leads to level II and a veto to level I.
    let narrow = [("from = \"60\"", "from = \"100\""), ("from = \"35\"", "from = \"99\"")];
    assert_eq!(said(complaint_card(), &narrow, complaint::parse), [""; 0]);
    let third = [narrow[0], narrow[1], ("from = \"15\"", "from = \"98\""), ("at_least = \"II\"", "at_least = \"III\"")];
    assert_eq!(
        said(complaint_card(), &third, complaint::parse),
        ["M05.II is never reached: scores lie from 2.00 to 100.00"]
    );
}

fn complaint_card() -> &'static str {
    include_str!("../../../playbook/06-complaints/6.1-reception/scorecards.toml")
}

#[test]
fn a_colour_that_no_sum_of_signals_reaches_is_refused() {
    let card = include_str!("../../../playbook/04-key-accounts/4.2-key-accounts/scorecards.toml");
    let lower = [("points = 30", "points = 25"), ("from = \"60\"", "from = \"96\"")];
    assert_eq!(said(card, &lower, churn::parse), ["M15.red is never reached: scores lie from 0.00 to 95.00"]);
    assert_eq!(said(card, &[lower[0], ("from = \"60\"", "from = \"95\"")], churn::parse), [""; 0]);
}
