//! Conditions as sentences.

use super::{Terms, text_of};
use crate::expr::{Datum, Expr, Function, Names, Node, Operator, evaluate};
use crate::field::{Field, FieldType};

impl Terms<'_> {
    /// What holds when `expr` is known to be `yes`.
    pub(super) fn says(&self, expr: &Expr, yes: bool) -> String {
        match &expr.node {
            Node::Bool(flag) if *flag == yes => self.pick("始终成立", "always").to_owned(),
            Node::Bool(_) => self.pick("从不成立", "never").to_owned(),
            Node::Not(inner) => self.says(inner, !yes),
            Node::Binary(operator @ (Operator::And | Operator::Or), _, _) => self.connected(expr, *operator, yes),
            Node::Binary(operator, a, b) if operator.is_comparison() => {
                let operator = if yes { *operator } else { operator.opposite() };
                self.comparison(operator, a, b)
            }
            Node::In(item, list) => self.membership(item, list, yes),
            Node::Call(function, arguments) => self.called(expr, *function, arguments, yes),
            _ => self.is_answered(expr, yes),
        }
    }

    /// A question answered yes or no.
    fn is_answered(&self, expr: &Expr, yes: bool) -> String {
        let (what, answer) = (self.noun(expr), self.yes_no(yes));
        if self.is_zh() { format!("{what}为“{answer}”") } else { format!("{what} is “{answer}”") }
    }

    /// `a and b and c`, `a or b`: what is turned round by a `not` around it is turned round inside.
    fn connected(&self, expr: &Expr, operator: Operator, yes: bool) -> String {
        let is_and = (operator == Operator::And) == yes;
        let mut parts = Vec::new();
        flatten(expr, operator, &mut parts);
        let mut roles = Vec::new();
        let mut said = Vec::new();
        for part in parts {
            match &part.node {
                Node::Call(Function::Role, arguments) if is_and != yes => {
                    roles.extend(text_of(arguments.first()).map(|code| self.role_title(code)));
                }
                Node::Binary(inner @ (Operator::And | Operator::Or), _, _) if *inner != operator => {
                    let text = self.says(part, yes);
                    said.push(if self.is_zh() { format!("（{text}）") } else { format!("({text})") });
                }
                _ => said.push(self.says(part, yes)),
            }
        }
        if !roles.is_empty() {
            said.push(self.done_by(&roles, yes));
        }
        let joint = if is_and { self.pick("，且", " and ") } else { self.pick("，或", " or ") };
        said.join(joint)
    }

    fn done_by(&self, roles: &[String], yes: bool) -> String {
        let who = self.any_of(roles);
        match (self.is_zh(), yes) {
            (true, true) => format!("由{who}办理"),
            (true, false) => format!("不由{who}办理"),
            (false, true) => format!("it is done by {who}"),
            (false, false) => format!("it is not done by {who}"),
        }
    }

    fn comparison(&self, operator: Operator, a: &Expr, b: &Expr) -> String {
        // A value with a stand-in: the comparison itself, and whether it also holds where there is none.
        if let Node::Call(Function::OrElse, arguments) = &a.node
            && let [value, otherwise] = arguments.as_slice()
        {
            let plain = self.comparison(operator, value, b);
            let stands = Expr { node: Node::Binary(operator, Box::new(otherwise.clone()), Box::new(b.clone())), at: 0 };
            return if evaluate(&stands, &Names::new()) == Datum::Bool(true) {
                let what = self.noun(value);
                if self.is_zh() { format!("{plain}，或没有{what}") } else { format!("{plain} or there is none") }
            } else {
                plain
            };
        }
        if let (Node::Call(Function::Count, counted), Node::Number(number)) = (&a.node, &b.node)
            && let ([rows], true) = (counted.as_slice(), number.is_zero())
            && let Some(said) = self.emptiness(operator, rows)
        {
            return said;
        }
        let field = self.field(a).or_else(|| self.field(b));
        let what = self.noun(a);
        let with = self.constant(b, field).unwrap_or_else(|| self.noun(b));
        let is_moment = self.is_in_time(a) || self.is_in_time(b);
        let sign = match (operator, is_moment) {
            (Operator::Equal, _) => self.pick("为", "is"),
            (Operator::NotEqual, _) => self.pick("不为", "is not"),
            (Operator::Less, true) => self.pick("早于", "is before"),
            (Operator::AtMost, true) => self.pick("不晚于", "is not after"),
            (Operator::Greater, true) => self.pick("晚于", "is after"),
            (Operator::AtLeast, true) => self.pick("不早于", "is not before"),
            (Operator::Less, false) => " < ",
            (Operator::AtMost, false) => " ≤ ",
            (Operator::Greater, false) => " > ",
            (_, _) => " ≥ ",
        };
        let is_spaced = !self.is_zh() && !sign.starts_with(' ');
        // Figures keep their distance from Chinese text.
        let gap =
            if is_spaced || (self.is_zh() && !sign.starts_with(' ') && starts_with_figure(&with)) { " " } else { "" };
        let before = if is_spaced { " " } else { "" };
        format!("{what}{before}{sign}{gap}{with}")
    }

    /// `count(rows) = 0` and its opposite.
    fn emptiness(&self, operator: Operator, rows: &Expr) -> Option<String> {
        let what = self.noun(rows);
        match (operator, self.is_zh()) {
            (Operator::Equal | Operator::AtMost, true) => Some(format!("没有{what}")),
            (Operator::Equal | Operator::AtMost, false) => Some(format!("there is no entry in {what}")),
            (Operator::Greater | Operator::NotEqual, true) => Some(format!("有{what}")),
            (Operator::Greater | Operator::NotEqual, false) => Some(format!("there is an entry in {what}")),
            _ => None,
        }
    }

    /// Whether an expression gives a date or moment.
    fn is_in_time(&self, expr: &Expr) -> bool {
        let of_field = |field: &Field| matches!(field.kind, FieldType::Date | FieldType::DateTime | FieldType::Time);
        match &expr.node {
            Node::Name(name) if matches!(name.as_str(), "today" | "now" | "created_at") => true,
            Node::Call(function, _) => matches!(
                function,
                Function::Day
                    | Function::Date
                    | Function::Time
                    | Function::AddDays
                    | Function::AddWorkingDays
                    | Function::AddMinutes
                    | Function::Month
                    | Function::Quarter
                    | Function::Week
            ),
            _ => self.field(expr).is_some_and(of_field),
        }
    }

    fn membership(&self, item: &Expr, list: &Expr, yes: bool) -> String {
        let what = self.noun(item);
        let field = self.field(item);
        if let Node::List(items) = &list.node {
            let word = |one: &Expr| self.constant(one, field).unwrap_or_else(|| self.noun(one));
            let words = self.any_of(&items.iter().map(word).collect::<Vec<_>>());
            return match (self.is_zh(), yes) {
                (true, true) => format!("{what}为{words}"),
                (true, false) => format!("{what}不为{words}"),
                (false, true) => format!("{what} is {words}"),
                (false, false) => format!("{what} is not {words}"),
            };
        }
        let all = self.noun(list);
        match (self.is_zh(), yes) {
            (true, true) => format!("{what}在{all}之中"),
            (true, false) => format!("{what}不在{all}之中"),
            (false, true) => format!("{what} is among {all}"),
            (false, false) => format!("{what} is not among {all}"),
        }
    }

    fn called(&self, expr: &Expr, function: Function, arguments: &[Expr], yes: bool) -> String {
        let first = || arguments.first().map(|first| self.noun(first)).unwrap_or_default();
        let with = |(zh_yes, zh_no): (&str, &str), (en_yes, en_no): (&str, &str)| {
            let tail = if yes { self.pick(zh_yes, en_yes) } else { self.pick(zh_no, en_no) };
            format!("{}{tail}", first())
        };
        match (function, arguments) {
            (Function::Filled, _) => with(("已填写", "未填写"), (" is filled in", " is blank")),
            (Function::Blank, _) => with(("未填写", "已填写"), (" is blank", " is answered")),
            (Function::NotApplicable, _) => {
                with(("为“不适用”", "不为“不适用”"), (" is “not applicable”", " is not “not applicable”"))
            }
            (Function::Missing, _) => with(("为“未取得”", "不为“未取得”"), (" is “missing”", " is not “missing”")),
            (Function::IsMonth, _) => {
                with(("写成月份，如 2026-11", "没有写成月份"), (" is a month such as 2026-11", " is not a month"))
            }
            (Function::Role, [role]) => match text_of(Some(role)) {
                Some(code) => self.done_by(&[self.role_title(code)], yes),
                None => self.is_answered(expr, yes),
            },
            (Function::HoldsPost, [person, post]) => {
                let (who, title) = (self.noun(person), text_of(Some(post)).map(|code| self.role_title(code)));
                let holds = if yes { self.pick("担任", " is ") } else { self.pick("不担任", " is not ") };
                format!("{who}{holds}{}", title.unwrap_or_default())
            }
            (Function::Any | Function::All, [rows, condition]) => self.of_rows(function, rows, condition, yes),
            (Function::OrElse, [value, otherwise]) => {
                let plain = self.says(value, yes);
                let stands = matches!(otherwise.node, Node::Bool(flag) if flag == yes);
                match (stands, self.is_zh()) {
                    (true, true) => format!("{plain}或未填写"),
                    (true, false) => format!("{plain} or blank"),
                    (false, _) => plain,
                }
            }
            (Function::If, [condition, then, otherwise]) => {
                let parts = (self.says(condition, true), self.says(then, yes), self.says(otherwise, yes));
                if self.is_zh() {
                    format!("{}时{}，否则{}", parts.0, parts.1, parts.2)
                } else {
                    format!("{} if {}, else {}", parts.1, parts.0, parts.2)
                }
            }
            _ => self.is_answered(expr, yes),
        }
    }

    fn of_rows(&self, function: Function, rows: &Expr, condition: &Expr, yes: bool) -> String {
        let (what, holds) = (self.noun(rows), self.within(rows).says(condition, true));
        match (function == Function::Any, yes, self.is_zh()) {
            (true, true, true) => format!("{what}中至少有一项{holds}"),
            (true, false, true) => format!("{what}中没有一项{holds}"),
            (false, true, true) => format!("{what}中每一项都{holds}"),
            (false, false, true) => format!("{what}中并非每一项都{holds}"),
            (true, true, false) => format!("for at least one entry of {what}, {holds}"),
            (true, false, false) => format!("for no entry of {what}, {holds}"),
            (false, true, false) => format!("for every entry of {what}, {holds}"),
            (false, false, false) => format!("not for every entry of {what}, {holds}"),
        }
    }
}

fn flatten<'e>(expr: &'e Expr, operator: Operator, parts: &mut Vec<&'e Expr>) {
    match &expr.node {
        Node::Binary(own, a, b) if *own == operator => {
            flatten(a, operator, parts);
            flatten(b, operator, parts);
        }
        _ => parts.push(expr),
    }
}

fn starts_with_figure(text: &str) -> bool {
    text.starts_with(|first: char| first.is_ascii_alphanumeric())
}
