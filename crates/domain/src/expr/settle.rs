//! What is left of a condition once some of its parts are known.

use super::{Expr, Node, Operator};

impl Expr {
    /// The condition with every part that `known` decides put in, and what follows from it worked out: what is left of
    /// `role("MGR") or total <= 1000` for a manager is `true`, for others `total <= 1000`.
    pub fn settled(&self, known: &dyn Fn(&Expr) -> Option<bool>) -> Expr {
        if let Some(decided) = known(self) {
            return Expr::new(Node::Bool(decided), self.at);
        }
        let node = match &self.node {
            Node::Not(inner) => match inner.settled(known) {
                Expr { node: Node::Bool(decided), .. } => Node::Bool(!decided),
                inner => Node::Not(Box::new(inner)),
            },
            Node::Binary(operator @ (Operator::And | Operator::Or), a, b) => {
                // What decides `and` is false, what decides `or` is true; the other of the two says nothing.
                let decisive = *operator == Operator::Or;
                match (a.settled(known), b.settled(known)) {
                    (Expr { node: Node::Bool(one), .. }, other) | (other, Expr { node: Node::Bool(one), .. }) => {
                        if one == decisive { Node::Bool(decisive) } else { other.node }
                    }
                    (a, b) => Node::Binary(*operator, Box::new(a), Box::new(b)),
                }
            }
            node => node.clone(),
        };
        Expr::new(node, self.at)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use proptest::prelude::*;

    use super::*;
    use crate::expr::{Datum, Names, evaluate, parse};
    use crate::key::Key;

    fn settled(source: &str, yes: &str) -> String {
        let known = |part: &Expr| matches!(&part.node, Node::Name(name) if *name == *yes).then_some(true);
        parse(source).unwrap().settled(&known).to_string()
    }

    #[test]
    fn what_is_known_leaves_the_rest() {
        assert_eq!(settled("a or total <= 1000", "a"), "true");
        assert_eq!(settled("not a or total <= 1000", "a"), "total <= 1000");
        assert_eq!(settled("total <= 1000 and (a and b)", "a"), "total <= 1000 and b");
        assert_eq!(settled("b or total <= 1000", "a"), "b or total <= 1000");
        assert_eq!(settled("not (a and b)", "a"), "not b");
    }

    proptest! {
        #[test]
        fn settling_says_the_same_as_evaluating(a: bool, b: bool, c: bool, form in 0..6_usize) {
            let sources = ["a and b or c", "not a or not (b and c)", "a and (b or not c)", "(a or b) and (not a or c)", "not not a", "b"];
            let expr = parse(sources[form]).unwrap();
            let names: Names =
                [("a", a), ("b", b), ("c", c)].into_iter().map(|(key, value)| (Key::of(key), Datum::Bool(value))).collect();
            let known = |part: &Expr| matches!(&part.node, Node::Name(name) if *name == *"a").then_some(a);
            prop_assert_eq!(evaluate(&expr.settled(&known), &names), evaluate(&expr, &names));
        }
    }
}
