//! Cumulative share of sales: which customers make the first 80 %, M01b.

use std::fmt;

/// Where the classes end, in basis points of all sales.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ParetoCuts {
    /// Class A while the share before a customer is below this.
    pub a_below: u16,
    /// Class B while it is below this; class C from there on.
    pub b_below: u16,
}

/// A class of M01b.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Class {
    /// The customers who make most of the sales.
    A,
    /// Those in between.
    B,
    /// The long tail.
    C,
}

impl fmt::Display for Class {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self, f)
    }
}

/// The class of each customer, in the order given; none when nobody bought anything ("no data", N5).
///
/// Customers are taken by sales descending, then by code. Sales are net of returns; a negative sum counts as
/// nought, so it takes no share from anybody.
pub fn pareto(cuts: ParetoCuts, customers: &[(&str, i64)]) -> Option<Vec<Class>> {
    let sales = |place: usize| customers.get(place).map_or(0, |(_, sales)| i128::from(*sales).max(0));
    let total: i128 = (0..customers.len()).map(sales).sum();
    if total == 0 {
        return None;
    }
    let mut order: Vec<usize> = (0..customers.len()).collect();
    order.sort_by_key(|place| (std::cmp::Reverse(sales(*place)), customers.get(*place).map(|(code, _)| *code)));
    let mut classes = vec![Class::C; customers.len()];
    let mut before = 0;
    for place in order {
        if let Some(class) = classes.get_mut(place) {
            *class = class_at(cuts, before, total);
        }
        before += sales(place);
    }
    Some(classes)
}

fn class_at(cuts: ParetoCuts, before: i128, total: i128) -> Class {
    // Compared by multiplying, so no share is ever rounded.
    let is_below = |cut: u16| before * 10_000 < i128::from(cut) * total;
    match () {
        () if is_below(cuts.a_below) => Class::A,
        () if is_below(cuts.b_below) => Class::B,
        () => Class::C,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const CUTS: ParetoCuts = ParetoCuts { a_below: 8_000, b_below: 9_500 };

    #[test]
    fn ties_go_by_code_and_the_order_given_does_not_matter() {
        let classes = pareto(CUTS, &[("K3", 80), ("K2", 10), ("K1", 10), ("K4", -50), ("K5", 0)]);
        assert_eq!(classes, Some(vec![Class::A, Class::B, Class::B, Class::C, Class::C]));
        let tied = pareto(CUTS, &[("K2", 50), ("K1", 50), ("K0", 900)]);
        assert_eq!(tied, Some(vec![Class::C, Class::B, Class::A]));
    }

    #[test]
    fn without_sales_there_is_no_share() {
        assert_eq!(pareto(CUTS, &[("K1", -5), ("K2", 0)]), None);
        assert_eq!(pareto(CUTS, &[]), None);
    }
}
