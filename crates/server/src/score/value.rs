//! M01: every customer's value, from cards, orders and receivables.

use kehu_domain::key::Key;
use kehu_domain::score::{
    Card, GradeBatch, Input, ItemFact, ItemTrace, Material, Model, Outcome, Period, Ratio, Scorecard, Source, State,
    Ungraded, Why,
};
use kehu_domain::text::Lang;

use super::report::{Line, Row};
use super::{Desk, scorecards};
use crate::problem::Problem;

/// The customers with their grades.
pub fn rows(desk: &Desk<'_>) -> Result<Vec<Row>, Problem> {
    let template = desk.in_force(Model::Value)?;
    let Card::Value(card) = &template.card else { return Ok(Vec::new()) };
    let window = scorecards()?.rfm.map_or(365, |table| table.window_days);
    let mut material = Material::list(desk.book, desk.day, window);
    material.gather(desk.book, 0..material.customers.len());
    let batch = GradeBatch { card, ledger: &material.ledger, cards: &material.cards };
    let places = material.customers.iter().enumerate().filter(|(_, customer)| desk.wants(**customer));
    let rows = places.filter_map(|(place, customer)| {
        let (facts, outcome) = batch.outcome(place)?;
        let (code, name) = desk.called(*customer);
        Some(Row { code, name, ..row(card, &facts.origins, &outcome, desk.lang) })
    });
    Ok(rows.collect())
}

fn row(card: &Scorecard, origins: &[ItemFact], outcome: &Outcome, lang: Lang) -> Row {
    let mut row =
        Row { trace: outcome.items.iter().map(|trace| line(card, trace, origins, lang)).collect(), ..Row::default() };
    match &outcome.result {
        Ok(graded) => {
            row.score = Some(graded.score.to_string());
            row.exact = Some(graded.exact.to_string());
            row.grade = Some(graded.grade.to_string());
            let band = card.grades.iter().find(|band| band.code == graded.grade);
            row.label = band.map(|band| band.label.get(lang).to_owned());
            let candidate = card.candidate.as_ref().filter(|_| graded.is_candidate);
            row.reasons.extend(candidate.map(|candidate| candidate.label.get(lang).to_owned()));
            row.reasons.extend(graded.caps.iter().map(|cap| match lang {
                Lang::Zh => format!("最高 {}：{}", cap.at_most, cap.reason.get(lang)),
                Lang::En => format!("at most {}: {}", cap.at_most, cap.reason.get(lang)),
            }));
        }
        Err(reasons) => row.reasons = reasons.iter().map(|reason| ungraded(card, reason, lang)).collect(),
    }
    row
}

fn line(card: &Scorecard, trace: &ItemTrace, origins: &[ItemFact], lang: Lang) -> Line {
    let item = card.item(trace.code);
    let origin = origins.iter().find(|origin| origin.code == trace.code);
    let value = match (&trace.state, trace.raw) {
        (State::NotApplicable | State::RuledOut { .. }, _) | (_, Input::NotApplicable) => {
            Some(if lang == Lang::Zh { "不适用".to_owned() } else { "N/A".to_owned() })
        }
        (_, Input::Value(value)) => {
            let unit = item.map(|item| item.unit.get(lang)).unwrap_or_default();
            Some(format!("{} {unit}", number(value)).trim_end().to_owned())
        }
        (_, Input::Missing) => Some(if lang == Lang::Zh { "未取得".to_owned() } else { "missing".to_owned() }),
    };
    let note = match &trace.state {
        State::RuledOut { .. } => {
            item.and_then(|item| item.na_when.as_ref()).map(|rule| rule.reason.get(lang).to_owned())
        }
        State::OffScale => {
            Some(if lang == Lang::Zh { "数值超出评分标准" } else { "the scale has no place for it" }.to_owned())
        }
        _ => origin.map(|origin| origin.why.map_or_else(|| source(origin.source, lang), |why| reason(why, lang))),
    };
    let held = match &trace.state {
        State::Scored { line, .. } => Some(line.to_string()),
        _ => None,
    };
    let is_there = trace.points().is_some();
    Line {
        item: trace.code.to_string(),
        label: item.map_or_else(|| trace.code.to_string(), |item| item.label.get(lang).to_owned()),
        value,
        line: held,
        points: trace.points(),
        weight: is_there.then(|| trace.effective_weight.rounded().to_string()),
        adds: is_there.then(|| trace.contribution.rounded().to_string()),
        note,
    }
}

/// A number as people read it: whole if it is, else rounded to two decimals.
pub(super) fn number(value: Ratio) -> String {
    value.as_whole().map_or_else(|| value.rounded().to_string(), |whole| whole.to_string())
}

fn ungraded(card: &Scorecard, reason: &Ungraded, lang: Lang) -> String {
    let named = |code: &Key| card.item(*code).map_or_else(|| code.to_string(), |item| item.label.get(lang).to_owned());
    let percent = |points: u32| number(Ratio::hundredth(points.into()));
    match (reason, lang) {
        (Ungraded::MissingRequired(items), Lang::Zh) => {
            format!("必需的项目未取得：{}", items.iter().map(named).collect::<Vec<_>>().join("、"))
        }
        (Ungraded::MissingRequired(items), Lang::En) => {
            format!("required and missing: {}", items.iter().map(named).collect::<Vec<_>>().join(", "))
        }
        (Ungraded::TooLittleWeight { present, minimum }, Lang::Zh) => {
            format!("已有项目的权重为 {} %，至少要 {} %", percent(*present), percent((*minimum).into()))
        }
        (Ungraded::TooLittleWeight { present, minimum }, Lang::En) => {
            format!("what is there weighs {} %, at least {} % has to be", percent(*present), percent((*minimum).into()))
        }
        (Ungraded::NoBand(score), Lang::Zh) => format!("评分卡没有 {score} 分的等级"),
        (Ungraded::NoBand(score), Lang::En) => format!("the card has no grade for {score}"),
    }
}

fn source(source: Source, lang: Lang) -> String {
    match (source, lang) {
        (Source::Orders(count, Period { from, to }), Lang::Zh) => format!("{from} 至 {to} 的 {count} 个订单"),
        (Source::Orders(count, Period { from, to }), Lang::En) => format!("{count} orders from {from} to {to}"),
        (Source::Growth(count, Period { from, to }, before, _), Lang::Zh) => {
            format!("{from} 至 {to} 的 {count} 个订单，此前 12 个月 {before} 个")
        }
        (Source::Growth(count, Period { from, to }, before, _), Lang::En) => {
            format!("{count} orders from {from} to {to}, {before} in the 12 months before")
        }
        (Source::Receivables(count, Period { from, to }), Lang::Zh) => {
            format!("{from} 至 {to} 到期的 {count} 笔应收款")
        }
        (Source::Receivables(count, Period { from, to }), Lang::En) => {
            format!("{count} receivables due from {from} to {to}")
        }
        (Source::Start(day), Lang::Zh) => format!("合作自 {day} 起"),
        (Source::Start(day), Lang::En) => format!("customer since {day}"),
        (Source::FirstPurchase(day), Lang::Zh) => format!("首次采购 {day}"),
        (Source::FirstPurchase(day), Lang::En) => format!("first purchase {day}"),
        (Source::Card, Lang::Zh) => "客户卡片所填".to_owned(),
        (Source::Card, Lang::En) => "written on the card".to_owned(),
    }
}

fn reason(why: Why, lang: Lang) -> String {
    match lang {
        Lang::Zh => match why {
            Why::NoOrders => "没有任何订单".to_owned(),
            Why::HistoryFrom(day) => format!("订单只从 {day} 起"),
            Why::NoSales => "本期没有销售".to_owned(),
            Why::MarginUnknown(count) => format!("{count} 个订单没有毛利"),
            Why::NothingDue => "本期没有到期款".to_owned(),
            Why::PaymentUnknown(count) => format!("{count} 笔应收款没有付款记录"),
            Why::NoStart => "没有合作起始日，也没有采购".to_owned(),
            Why::StartAhead(day) => format!("合作起始日 {day} 晚于评价日"),
            Why::Young(day) => format!("合作自 {day} 起，未满 24 个月"),
            Why::NoSalesBefore => "此前 12 个月没有销售".to_owned(),
            Why::NotRecorded => "没有填写".to_owned(),
            Why::Said => "填写时注明".to_owned(),
            Why::Unreadable => "所填不是数字".to_owned(),
        },
        Lang::En => match why {
            Why::NoOrders => "no orders are known".to_owned(),
            Why::HistoryFrom(day) => format!("orders are known from {day} on"),
            Why::NoSales => "no sales in the period".to_owned(),
            Why::MarginUnknown(count) => format!("{count} orders without a margin"),
            Why::NothingDue => "nothing fell due in the period".to_owned(),
            Why::PaymentUnknown(count) => format!("{count} receivables without a payment on record"),
            Why::NoStart => "neither a start nor a purchase is known".to_owned(),
            Why::StartAhead(day) => format!("the start {day} lies after the day of grading"),
            Why::Young(day) => format!("a customer since {day}, less than 24 months"),
            Why::NoSalesBefore => "no sales in the 12 months before".to_owned(),
            Why::NotRecorded => "nobody wrote it down".to_owned(),
            Why::Said => "said so on the card".to_owned(),
            Why::Unreadable => "what stands there is no number".to_owned(),
        },
    }
}
