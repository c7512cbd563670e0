//! M15: whether key accounts are about to leave.

use std::collections::BTreeSet;

use kehu_domain::calendar::{Cadence, Calendar};
use kehu_domain::kind;
use kehu_domain::score::churn::{self, Card as Churn, Outcome, Signal, SignalTrace};
use kehu_domain::score::subject::watched_customer;
use kehu_domain::score::{Card, Model};
use kehu_domain::stamp::RecordId;
use kehu_domain::text::Lang;

use super::Desk;
use super::report::{Line, Row};
use super::value::number;
use crate::problem::Problem;

/// The key accounts under watch with their warnings, or the one customer asked for.
pub fn rows(desk: &Desk<'_>) -> Result<Vec<Row>, Problem> {
    let template = desk.in_force(Model::Churn)?;
    let Card::Churn(card) = &template.card else { return Ok(Vec::new()) };
    let calendar = Calendar::shipped().map_err(|problem| Problem::Rules(problem.to_string()))?;
    let cadence = Cadence::shipped().map_err(|problems| Problem::Rules(format!("{problems:?}")))?;
    let watched: BTreeSet<RecordId> = match desk.customer {
        Some(customer) => [customer].into(),
        None => desk
            .book
            .of_kind(kind::CASE)
            .filter_map(watched_customer)
            .map(|customer| desk.book.survivor(customer))
            .collect(),
    };
    let rows = watched.into_iter().filter_map(|id| {
        let customer = desk.book.get(id)?;
        let signals = churn::gather(desk.book, customer, card, &cadence, &calendar.days, desk.day);
        let (code, name) = desk.called(id);
        Some(Row { code, name, ..row(card, &churn::assess(card, &signals), desk.lang) })
    });
    Ok(rows.collect())
}

fn row(card: &Churn, outcome: &Outcome, lang: Lang) -> Row {
    let lines = outcome.rows.iter().flat_map(|row| &row.signals).map(|signal| line(card, signal, lang));
    let mut told = Row { trace: lines.collect(), ..Row::default() };
    if !outcome.has_data() {
        // Where nothing is known, the best colour means nothing.
        told.reasons.push(if lang == Lang::Zh { "没有任何信号数据" } else { "no signal has data" }.to_owned());
        return told;
    }
    told.score = Some(outcome.score.to_string());
    told.grade = outcome.colour.map(|colour| colour.to_string());
    let band = card.colours.iter().find(|band| Some(band.code) == outcome.colour);
    told.label = band.map(|band| band.label.get(lang).to_owned());
    let silent: Vec<String> = outcome.no_data().map(|signal| signal_name(signal, lang).to_owned()).collect();
    if !silent.is_empty() {
        told.reasons.push(match lang {
            Lang::Zh => format!("无数据：{}", silent.join("、")),
            Lang::En => format!("no data: {}", silent.join(", ")),
        });
    }
    told
}

fn line(card: &Churn, trace: &SignalTrace, lang: Lang) -> Line {
    let is_its = |row: &&churn::Row| row.signals.iter().any(|scale| scale.signal == trace.signal);
    Line {
        item: trace.signal.code().to_string(),
        label: signal_name(trace.signal, lang).to_owned(),
        value: trace.value.map(number),
        line: trace.line.map(|line| line.to_string()),
        points: Some(trace.points),
        note: card.rows.iter().find(is_its).map(|row| row.label.get(lang).to_owned()),
        ..Line::default()
    }
}

fn signal_name(signal: Signal, lang: Lang) -> &'static str {
    match (signal, lang) {
        (Signal::SalesChange, Lang::Zh) => "销售同比变化（%）",
        (Signal::SalesChange, Lang::En) => "change of sales on the year before (%)",
        (Signal::OrderGap, Lang::Zh) => "距上次下单（平均间隔的倍数）",
        (Signal::OrderGap, Lang::En) => "time since the last order (in mean intervals)",
        (Signal::GraveComplaints, Lang::Zh) => "紧急或重大投诉（件）",
        (Signal::GraveComplaints, Lang::En) => "complaints of level I or II",
        (Signal::OrdinaryComplaints, Lang::Zh) => "一般投诉（件）",
        (Signal::OrdinaryComplaints, Lang::En) => "complaints of level III",
        (Signal::Satisfaction, Lang::Zh) => "最近一次满意度",
        (Signal::Satisfaction, Lang::En) => "last satisfaction",
        (Signal::KeyPersonLeft, Lang::Zh) => "关键人离职",
        (Signal::KeyPersonLeft, Lang::En) => "key person left",
        (Signal::VisitOverdue, Lang::Zh) => "走访超期（间隔的倍数）",
        (Signal::VisitOverdue, Lang::En) => "visit overdue (in intervals)",
        (Signal::OverdueDays, Lang::Zh) => "最长逾期天数",
        (Signal::OverdueDays, Lang::En) => "days the longest payment is overdue",
    }
}
