//! M05: the severity of every complaint on record.

use kehu_domain::kind;
use kehu_domain::score::complaint::{self, FactorTrace, LevelNote, Outcome, PriorityNote};
use kehu_domain::score::outcome::Fact;
use kehu_domain::score::subject::{complaint_facts, complaint_of};
use kehu_domain::score::{Card, Model};
use kehu_domain::text::Lang;

use super::Desk;
use super::report::{Line, Row};
use super::value::number;
use crate::problem::Problem;

/// The complaints with their levels, by the latest record of each.
pub fn rows(desk: &Desk<'_>) -> Result<Vec<Row>, Problem> {
    let template = desk.in_force(Model::Complaint)?;
    let Card::Complaint(card) = &template.card else { return Ok(Vec::new()) };
    let rows = desk.book.of_kind(kind::CASE).filter_map(|case| {
        let told = complaint_of(desk.book, case.id)?;
        let customer = desk.book.customer_of(told).or_else(|| desk.book.customer_of(case));
        if desk.customer.is_some() && customer != desk.customer {
            return None;
        }
        let outcome = complaint::assess(card, &complaint_facts(desk.book, card, case.id)?);
        let name = customer.map(|customer| desk.called(customer).1).unwrap_or_default();
        Some(Row { code: told.text(kind::FORM_NO).to_owned(), name, ..row(card, &outcome, desk.lang) })
    });
    Ok(rows.collect())
}

fn row(card: &complaint::Card, outcome: &Outcome, lang: Lang) -> Row {
    let mut told =
        Row { trace: outcome.factors.iter().map(|factor| line(card, factor, lang)).collect(), ..Row::default() };
    let Some(assessed) = outcome.assessed() else {
        let missing: Vec<String> = outcome.missing().map(|code| factor_name(card, code, lang)).collect();
        told.reasons.push(match lang {
            Lang::Zh => format!("必需的要素未填：{}", missing.join("、")),
            Lang::En => format!("required and missing: {}", missing.join(", ")),
        });
        return told;
    };
    told.score = Some(assessed.severity.to_string());
    told.grade = Some(assessed.level.code().to_string());
    told.label = Some(card.band(assessed.level).label.get(lang).to_owned());
    told.more.push(("priority", assessed.priority.code().to_string()));
    told.reasons.extend(assessed.level_notes.iter().map(|note| match note {
        LevelNote::Veto { reason, .. } | LevelNote::Floor { reason, .. } => reason.get(lang).to_owned(),
    }));
    told.reasons.extend(assessed.priority_notes.iter().map(|note| match note {
        PriorityNote::Tier { reason, .. } | PriorityNote::Limit { reason, .. } => reason.get(lang).to_owned(),
    }));
    told
}

fn line(card: &complaint::Card, trace: &FactorTrace, lang: Lang) -> Line {
    let value = trace.answer.map(|answer| match answer {
        Fact::Number(value) => number(value),
        Fact::Word(word) => word.to_string(),
        Fact::Is(flag) => flag.to_string(),
    });
    Line {
        item: trace.code.to_string(),
        label: factor_name(card, trace.code, lang),
        value,
        points: trace.points(),
        ..Line::default()
    }
}

fn factor_name(card: &complaint::Card, code: kehu_domain::key::Key, lang: Lang) -> String {
    card.factor(code).map_or_else(|| code.to_string(), |factor| factor.label.get(lang).to_owned())
}
