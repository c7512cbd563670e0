//! Values as the names of things.

use super::{CASE, Terms, is_customer, text_of};
use crate::dictionary::Dictionary;
use crate::expr::{Expr, Function, Node, Operator};
use crate::key::Key;

impl Terms<'_> {
    /// What a value is called.
    pub(super) fn noun(&self, expr: &Expr) -> String {
        match &expr.node {
            Node::Name(name) => self.name(expr, *name),
            Node::Cell(of, key) => self.cell(expr, of, *key),
            Node::Call(function, arguments) => self.result(expr, *function, arguments),
            Node::Negative(inner) => format!("−{}", self.noun(inner)),
            Node::Binary(operator @ (Operator::Plus | Operator::Minus | Operator::Times | Operator::Divide), a, b) => {
                let sign = match operator {
                    Operator::Plus => "+",
                    Operator::Minus => "−",
                    Operator::Times => "×",
                    _ => "÷",
                };
                let binds = matches!(operator, Operator::Times | Operator::Divide);
                format!("{} {sign} {}", self.part(a, binds), self.part(b, binds || *operator == Operator::Minus))
            }
            Node::Binary(..) | Node::Not(_) | Node::In(..) => self.says(expr, true),
            Node::List(items) => self.all_of(&items.iter().map(|item| self.noun(item)).collect::<Vec<_>>()),
            Node::Number(_) | Node::Text(_) | Node::Bool(_) => self.constant(expr, None).unwrap_or_default(),
        }
    }

    /// A part of a sum or product, in parentheses where it is a sum that has to stay together.
    fn part(&self, expr: &Expr, binds: bool) -> String {
        match &expr.node {
            _ if !binds => self.noun(expr),
            Node::Binary(Operator::Plus | Operator::Minus, _, _) if self.is_zh() => format!("（{}）", self.noun(expr)),
            Node::Binary(Operator::Plus | Operator::Minus, _, _) => format!("({})", self.noun(expr)),
            _ => self.noun(expr),
        }
    }

    fn name(&self, expr: &Expr, name: Key) -> String {
        match (name.as_str(), self.field(expr)) {
            ("today", _) => self.pick("今天", "today").to_owned(),
            ("now", _) => self.pick("现在", "now").to_owned(),
            ("actor", _) => self.pick("办理人", "the person acting").to_owned(),
            ("stage", None) => self.pick("填写阶段", "the stage").to_owned(),
            (_, Some(field)) => self.label(field),
            _ => self.known_name(name),
        }
    }

    /// What the app itself tells of cases and counts.
    fn known_name(&self, name: Key) -> String {
        let (zh, en) = match name.as_str() {
            "case_id" => ("事项", "the case"),
            "customer_id" => ("客户", "the customer"),
            "next_on" => ("下次联系日期", "the next contact"),
            "last_on" => ("上次联系日期", "the last contact"),
            "begun_at" => ("开始时间", "the beginning"),
            "closed_at" => ("结束时间", "the end"),
            "due" => ("时限", "the deadline"),
            "value" => ("值", "the value"),
            "count" => ("次数", "the count"),
            "cumulative" => ("累计占比", "the cumulative share"),
            _ => return self.unnamed(),
        };
        self.pick(zh, en).to_owned()
    }

    /// What neither a field nor a rule gives a name to.
    pub(super) fn unnamed(&self) -> String {
        self.pick("所记内容", "what is recorded").to_owned()
    }

    fn cell(&self, expr: &Expr, of: &Expr, key: Key) -> String {
        let plain = || match self.name(expr, key) {
            name if name == self.unnamed() => None,
            name => Some(name),
        };
        let label = self.field(expr).map(|field| self.label(field)).or_else(plain);
        let owned = |owner: String, joint: &str| {
            let label = label.clone().unwrap_or_else(|| self.known_name(key));
            if self.is_zh() { format!("{owner}的{label}") } else { format!("{label} {joint} {owner}") }
        };
        match &of.node {
            Node::Name(name) if is_customer(*name) => label.unwrap_or_else(|| self.unnamed()),
            Node::Name(name) if *name == CASE => owned(self.pick("事项", "the case").to_owned(), "of"),
            Node::Call(Function::Last | Function::First, rows) if is_documents(rows.first()) => {
                let form = rows.first().and_then(documents_of).map(|id| self.form_title(id)).unwrap_or_default();
                owned(form, "on")
            }
            Node::Call(Function::Model, arguments) => {
                let model = text_of(arguments.first()).unwrap_or_default();
                let label = label.unwrap_or_else(|| self.model_result(key));
                if self.is_zh() { format!("{model} 的{label}") } else { format!("{label} by {model}") }
            }
            _ => owned(self.noun(of), "of"),
        }
    }

    /// What a model gives, where no field is called like it.
    fn model_result(&self, key: Key) -> String {
        let (zh, en) = match key.as_str() {
            "score" => ("得分", "score"),
            "grade" => ("等级", "grade"),
            "decision" => ("结论", "decision"),
            "next_on" => ("下次日期", "next date"),
            _ => ("结果", "result"),
        };
        self.pick(zh, en).to_owned()
    }

    fn result(&self, expr: &Expr, function: Function, arguments: &[Expr]) -> String {
        let all: Vec<String> = arguments.iter().map(|argument| self.noun(argument)).collect();
        let first = all.first().cloned().unwrap_or_default();
        let around = |zh: &str, en: &str| match self.is_zh() {
            true => format!("{first}{zh}"),
            false => format!("{en} {first}"),
        };
        match (function, arguments) {
            (Function::Documents, [id]) => text_of(Some(id)).map(|id| self.form_title(id)).unwrap_or_default(),
            (Function::Last, [rows]) if is_documents(Some(rows)) => {
                let form = documents_of(rows).map(|id| self.form_title(id)).unwrap_or_default();
                if self.is_zh() { format!("最近一份{form}") } else { format!("the latest of {form}") }
            }
            (Function::Last, _) => around("的最后一项", "the last of"),
            (Function::First, _) => around("的第一项", "the first of"),
            (Function::Moves, [event]) => {
                let event = text_of(Some(event)).map(|event| self.event_title(event)).unwrap_or_default();
                if self.is_zh() {
                    format!("本步骤中的“{event}”")
                } else {
                    format!("the moves “{event}” of this step")
                }
            }
            (Function::Filter, [rows, condition]) => {
                let holds = self.within(rows).says(condition, true);
                if self.is_zh() {
                    format!("{first}（仅限{holds}）")
                } else {
                    format!("{first} (only where {holds})")
                }
            }
            (Function::Count, [rows, condition]) => {
                let holds = self.within(rows).says(condition, true);
                if self.is_zh() {
                    format!("{first}中{holds}的项数")
                } else {
                    format!("the number of entries of {first} where {holds}")
                }
            }
            (Function::Count, _) => around("的项数", "the number of entries of"),
            (Function::Rated, _) => {
                let all = self.all_of(&all);
                if self.is_zh() {
                    format!("{all}中有值的项数")
                } else {
                    format!("how many of {all} have a value")
                }
            }
            (Function::Sum, _) => around("之和", "the sum of"),
            (Function::Mean, _) => around("的平均", "the mean of"),
            (Function::Min, _) => around("中最小的", "the least of"),
            (Function::Max, _) => around("中最大的", "the greatest of"),
            (Function::Distinct, _) => around("（去重）", "the different values of"),
            (Function::Days | Function::Day, _) => around("的日期", "the day of"),
            (Function::DistinctDays, _) => around("涉及的天数", "the number of different days of"),
            (Function::Time, _) => around("的时刻", "the time of"),
            (Function::Year, _) => around("所在年", "the year of"),
            (Function::Quarter, _) => around("所在季度", "the quarter of"),
            (Function::Month, _) => around("所在月", "the month of"),
            (Function::Week, _) => around("所在周", "the week of"),
            (Function::Length, _) => around("的字数", "the length of"),
            (Function::Date, [day]) => text_of(Some(day)).unwrap_or_default().to_owned(),
            (Function::AddDays, [from, by]) => self.later(from, by, "天", ("day", "days")),
            (Function::AddMonths, [from, by]) => self.later(from, by, "个月", ("month", "months")),
            (Function::AddWorkingDays, [from, by]) => self.later(from, by, "个工作日", ("working day", "working days")),
            (Function::AddMinutes, [from, by]) => self.later(from, by, "分钟", ("minute", "minutes")),
            (Function::DaysBetween, [from, to]) => self.between(from, to, "天数", "days"),
            (Function::MinutesBetween, [from, to]) => self.between(from, to, "分钟数", "minutes"),
            (Function::Round, _) => first,
            (Function::If, [condition, _, _]) => {
                let (holds, then, otherwise) = (self.says(condition, true), &all[1], &all[2]);
                if self.is_zh() {
                    format!("{then}（{holds}时，否则{otherwise}）")
                } else {
                    format!("{then} (if {holds}, else {otherwise})")
                }
            }
            (Function::OrElse, [value, otherwise]) => {
                let other = self.constant(otherwise, self.field(value)).unwrap_or_else(|| self.noun(otherwise));
                if self.is_zh() {
                    format!("{first}（没有时取{other}）")
                } else {
                    format!("{first} (where there is none, {other})")
                }
            }
            (Function::Model, _) => {
                let model = text_of(arguments.first()).unwrap_or_default();
                if self.is_zh() { format!("{model} 的结果") } else { format!("the result of {model}") }
            }
            (Function::AllDocuments, [id]) => {
                let form = text_of(Some(id)).map(|id| self.form_title(id)).unwrap_or_default();
                if self.is_zh() { format!("全部{form}") } else { format!("every one of {form}") }
            }
            (Function::AllCases, [id]) => {
                let process = text_of(Some(id)).and_then(|id| self.playbook.process(id));
                let title = process.map(|process| process.title.get(self.lang)).unwrap_or_default();
                if self.is_zh() { format!("全部“{title}”事项") } else { format!("all cases of “{title}”") }
            }
            (Function::Map, [rows, each]) => {
                let each = self.within(rows).noun(each);
                if self.is_zh() { format!("{first}各项的{each}") } else { format!("{each} of each of {first}") }
            }
            (Function::Row, _) => {
                let values = self.all_of(&all.iter().skip(1).step_by(2).cloned().collect::<Vec<_>>());
                if self.is_zh() { format!("一行（{values}）") } else { format!("a row of {values}") }
            }
            (Function::Join, _) => all.join(self.pick("和", " and ")),
            (Function::AllRecords, [kind]) => {
                let kind = text_of(Some(kind)).and_then(|kind| Key::new(kind).ok());
                let kind = kind.and_then(|kind| Dictionary::built_in().kind(kind));
                let label = kind.map(|kind| kind.label.get(self.lang)).unwrap_or_default();
                if self.is_zh() { format!("全部{label}") } else { format!("all records of “{label}”") }
            }
            (Function::AllCustomers, _) => self.pick("全部客户", "all customers").to_owned(),
            (Function::Tally, _) => around("的统计", "the tally of"),
            (Function::Label, _) => self.pick("名称", "the name").to_owned(),
            (Function::WorkingDaysBetween, [from, to]) => self.between(from, to, "工作日数", "working days"),
            (function, _) if function.is_condition() => self.says(expr, true),
            _ => self.unnamed(),
        }
    }

    /// A time some units after or before another.
    fn later(&self, from: &Expr, by: &Expr, zh: &str, (one, many): (&str, &str)) -> String {
        let (count, is_before) = match &by.node {
            Node::Negative(inner) => (self.noun(inner), true),
            _ => (self.noun(by), false),
        };
        let from = self.noun(from);
        if self.is_zh() {
            format!("{from}{} {count} {zh}", if is_before { "前" } else { "后" })
        } else {
            let unit = if count == "1" { one } else { many };
            format!("{count} {unit} {} {from}", if is_before { "before" } else { "after" })
        }
    }

    fn between(&self, from: &Expr, to: &Expr, zh: &str, en: &str) -> String {
        let (from, to) = (self.noun(from), self.noun(to));
        if self.is_zh() { format!("{from}至{to}的{zh}") } else { format!("the {en} from {from} to {to}") }
    }
}

/// The template whose filed forms `expr` gives, filtered or not.
fn documents_of(expr: &Expr) -> Option<&str> {
    match &expr.node {
        Node::Call(Function::Documents, arguments) => text_of(arguments.first()),
        Node::Call(Function::Filter, arguments) => documents_of(arguments.first()?),
        _ => None,
    }
}

fn is_documents(expr: Option<&Expr>) -> bool {
    expr.and_then(documents_of).is_some()
}
