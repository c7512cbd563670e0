//! The search for a way in which all demands can be met together.

use std::collections::BTreeMap;

use super::domain::{ANYTHING, BLANK, Constant, Domain, MISSING, NOT_APPLICABLE, VALUE};
use super::spelled::{constant, truth, without_addends};
use super::{Ground, filed};
use crate::expr::{Expr, Function, Node, Operator};

/// What has been asked so far.
#[derive(Clone, Default)]
pub(super) struct Demands {
    /// Of single terms, by how they are written.
    terms: BTreeMap<String, Domain>,
    /// Of pairs: `(a, b)` with whether a is equal to, and whether it is less than b.
    equal: BTreeMap<(String, String), bool>,
    less: BTreeMap<(String, String), bool>,
}

pub(super) struct Search<'g> {
    pub(super) ground: &'g Ground,
    pub(super) patience: u32,
}

pub(super) type Goals = Vec<(Expr, bool)>;

impl Search<'_> {
    /// Whether every goal can be true, or false, as wanted, besides what was demanded before.
    pub(super) fn is_possible(&mut self, mut goals: Goals, mut demands: Demands) -> bool {
        while let Some((goal, wanted)) = goals.pop() {
            if self.patience == 0 {
                return true;
            }
            self.patience -= 1;
            match &goal.node {
                Node::Bool(flag) if *flag == wanted => {}
                Node::Bool(_) => return false,
                Node::Not(inner) => goals.push(((**inner).clone(), !wanted)),
                Node::Binary(operator @ (Operator::And | Operator::Or), a, b) => {
                    let (a, b) = (((**a).clone(), wanted), ((**b).clone(), wanted));
                    if (*operator == Operator::And) == wanted {
                        goals.extend([b, a]);
                    } else {
                        return self.either(vec![vec![a], vec![b]], &goals, &demands);
                    }
                }
                Node::Binary(operator, a, b) => match branches(*operator, a, b, wanted) {
                    Some(branches) => return self.either(branches, &goals, &demands),
                    None if self.compare(*operator, a, b, wanted, &mut demands) => {}
                    None => return false,
                },
                Node::In(item, list) => match &list.node {
                    Node::List(items) => {
                        let is = |one: &Expr| {
                            let equal = Node::Binary(Operator::Equal, item.clone(), Box::new(one.clone()));
                            (Expr::new(equal, goal.at), wanted)
                        };
                        if wanted {
                            let branches = items.iter().map(|one| vec![is(one)]).collect();
                            return self.either(branches, &goals, &demands);
                        }
                        // An item of the list that is not known is equal to nothing.
                        goals.extend(items.iter().filter(|one| constant(one).is_some()).map(is));
                    }
                    _ if self.demand(item, &mut demands, Domain::is_compared) => {}
                    _ => return false,
                },
                Node::Call(Function::If, arguments) => {
                    let Some(branches) = chosen(arguments, |branch| (branch.clone(), wanted)) else { continue };
                    return self.either(branches, &goals, &demands);
                }
                Node::Call(Function::OrElse, arguments) => {
                    let [first, second] = arguments.as_slice() else { continue };
                    return self.either(
                        vec![vec![(first.clone(), wanted)], vec![(second.clone(), wanted)]],
                        &goals,
                        &demands,
                    );
                }
                Node::Call(function, arguments) => {
                    if !self.asks(*function, arguments, &goal, wanted, &mut demands) {
                        return false;
                    }
                }
                _ => {
                    if !self.is(&goal, &truth(wanted), true, &mut demands) {
                        return false;
                    }
                }
            }
        }
        true
    }

    /// Whether one of `branches` can be, besides the goals that are left.
    fn either(&mut self, branches: Vec<Goals>, goals: &Goals, demands: &Demands) -> bool {
        branches.into_iter().any(|branch| {
            let mut goals = goals.clone();
            goals.extend(branch);
            self.is_possible(goals, demands.clone())
        })
    }

    /// A call that is true or false by itself.
    fn asks(
        &mut self,
        function: Function,
        arguments: &[Expr],
        goal: &Expr,
        wanted: bool,
        demands: &mut Demands,
    ) -> bool {
        let Some(first) = arguments.first() else { return true };
        let states = match function {
            Function::Filled => VALUE,
            Function::Blank => BLANK,
            Function::NotApplicable => NOT_APPLICABLE,
            Function::Missing => MISSING,
            Function::Any if wanted => {
                let Some(condition) = arguments.get(1) else { return true };
                return self.demand(first, demands, |rows| rows.must_be(VALUE)) && self.some_row(first, condition);
            }
            _ => return self.is(goal, &truth(wanted), true, demands),
        };
        self.demand(first, demands, |term| term.must_be(if wanted { states } else { ANYTHING & !states }))
    }

    /// Whether the condition can hold for a row, whose cells hide other names.
    fn some_row(&mut self, rows: &Expr, condition: &Expr) -> bool {
        let Some(cells) = filed(rows).and_then(|form| self.ground.documents.as_ref()?.get(form)) else { return true };
        let mut ground = self.ground.clone();
        ground.names.extend(cells.iter().map(|(key, domain)| (*key, domain.clone())));
        let mut inner = Search { ground: &ground, patience: self.patience };
        let is_possible = inner.is_possible(vec![(condition.clone(), true)], Demands::default());
        self.patience = inner.patience;
        is_possible
    }

    fn demand(&self, term: &Expr, demands: &mut Demands, narrow: impl FnOnce(&mut Domain) -> bool) -> bool {
        let domain = demands.terms.entry(term.to_string()).or_insert_with(|| self.ground.domain(term));
        narrow(domain)
    }

    fn is(&self, term: &Expr, constant: &Constant, wanted: bool, demands: &mut Demands) -> bool {
        self.demand(term, demands, |domain| domain.is(constant, wanted))
    }

    fn compare(&self, operator: Operator, a: &Expr, b: &Expr, wanted: bool, demands: &mut Demands) -> bool {
        use Operator::{AtLeast, AtMost, Equal, Greater, Less, NotEqual};
        // `a > b` is `b < a`, and what is not wanted is its opposite.
        let (a, b, is_equality, wanted) = match operator {
            Equal => (a, b, true, wanted),
            NotEqual => (a, b, true, !wanted),
            Less => (a, b, false, wanted),
            AtLeast => (a, b, false, !wanted),
            Greater => (b, a, false, wanted),
            AtMost => (b, a, false, !wanted),
            _ => return true,
        };
        match (constant(a), constant(b)) {
            (Some(a), Some(b)) => match (a, b) {
                (Constant::Number(a), Constant::Number(b)) => (if is_equality { a == b } else { a < b }) == wanted,
                (a, b) => !is_equality || (a == b) == wanted,
            },
            (None, Some(bound)) => self.against(a, bound, is_equality, wanted, false, demands),
            (Some(bound), None) => self.against(b, bound, is_equality, wanted, true, demands),
            (None, None) => self.pair(a, b, is_equality, wanted, demands),
        }
    }

    /// A term against a constant; `is_right` where the term stands to the right of `<`.
    fn against(
        &self,
        term: &Expr,
        bound: Constant,
        is_equality: bool,
        wanted: bool,
        is_right: bool,
        demands: &mut Demands,
    ) -> bool {
        let (term, bound) = match bound {
            Constant::Number(number) => {
                let (term, added) = without_addends(term);
                (term, number.checked_sub(added).map(Constant::Number))
            }
            word @ Constant::Word(_) => (term, Some(word)),
        };
        match bound {
            None => true,
            Some(bound) if is_equality => self.is(term, &bound, wanted, demands),
            Some(Constant::Number(at)) => self.demand(term, demands, |domain| match (is_right, wanted) {
                (false, true) => domain.is_below(at, false),
                (false, false) => domain.is_above(at, true),
                (true, true) => domain.is_above(at, false),
                (true, false) => domain.is_below(at, true),
            }),
            // How texts are ordered is not looked at.
            Some(Constant::Word(_)) => self.demand(term, demands, Domain::is_compared),
        }
    }

    /// Two terms against each other.
    fn pair(&self, a: &Expr, b: &Expr, is_equality: bool, wanted: bool, demands: &mut Demands) -> bool {
        if !self.demand(a, demands, Domain::is_compared) || !self.demand(b, demands, Domain::is_compared) {
            return false;
        }
        let (a, b) = (a.to_string(), b.to_string());
        if a == b {
            return is_equality == wanted;
        }
        let pairs = [(a.clone(), b.clone()), (b, a)];
        let [there, back] = &pairs;
        let known = if is_equality { &mut demands.equal } else { &mut demands.less };
        if known.insert(there.clone(), wanted) == Some(!wanted) {
            return false;
        }
        if is_equality {
            known.insert(back.clone(), wanted);
        }
        let is = |pair, wanted| demands.less.get(pair) == Some(&wanted);
        let is_less = is(there, true) || is(back, true);
        let is_neither = is(there, false) && is(back, false);
        let contradicts = match demands.equal.get(there) {
            Some(true) => is_less,
            Some(false) => is_neither,
            None => is(there, true) && is(back, true),
        };
        !contradicts
    }
}

/// The ways in which a comparison with `if` or `or_else` on one side can come out as wanted.
fn branches(operator: Operator, a: &Expr, b: &Expr, wanted: bool) -> Option<Vec<Goals>> {
    let compared = |a: &Expr, b: &Expr| {
        let node = Node::Binary(operator, Box::new(a.clone()), Box::new(b.clone()));
        (Expr::new(node, a.at), wanted)
    };
    let on_side = |side: &Expr, compared: &dyn Fn(&Expr) -> (Expr, bool)| match &side.node {
        Node::Call(Function::If, arguments) => chosen(arguments, compared),
        Node::Call(Function::OrElse, arguments) => {
            let [first, second] = arguments.as_slice() else { return None };
            Some(vec![vec![compared(first)], vec![compared(second)]])
        }
        _ => None,
    };
    on_side(a, &|side| compared(side, b)).or_else(|| on_side(b, &|side| compared(a, side)))
}

/// Both outcomes of an `if`, each with its condition.
fn chosen(arguments: &[Expr], outcome: impl Fn(&Expr) -> (Expr, bool)) -> Option<Vec<Goals>> {
    let [condition, yes, no] = arguments else { return None };
    Some(vec![vec![outcome(yes), (condition.clone(), true)], vec![outcome(no), (condition.clone(), false)]])
}
