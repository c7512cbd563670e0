//! M13: what the reviewers of every proposal make of it.

use kehu_domain::kind;
use kehu_domain::score::proposal::{
    self, CONFLICT, Card, CriterionTrace, Decision, Outcome, ReviewState, ReviewTrace, Ungraded, score,
};
use kehu_domain::score::subject::{last_round, proposal_of};
use kehu_domain::score::{Hundredths, Ratio};
use kehu_domain::stamp::RecordId;
use kehu_domain::text::Lang;

use super::report::{Line, Row};
use super::{Desk, unread};
use crate::problem::Problem;

/// The proposals that came under review, each by the reviews of its last round.
pub fn rows(desk: &Desk<'_>) -> Result<Vec<Row>, Problem> {
    let card = proposal::parse(proposal::SHIPPED).map_err(unread)?;
    let rows = desk.book.of_kind(kind::CASE).filter_map(|case| {
        let customer = desk.book.customer_of(case);
        if desk.customer.is_some() && customer != desk.customer {
            return None;
        }
        let outcome = score(&card, &last_round(desk.book, &card, case)?);
        let code = proposal_of(desk.book, case.id).map(|told| told.text(kind::FORM_NO)).unwrap_or_default();
        let name = customer.map(|customer| desk.called(customer).1).unwrap_or_default();
        Some(Row { code: code.to_owned(), name, ..row(desk, &card, &outcome) })
    });
    Ok(rows.collect())
}

fn row(desk: &Desk<'_>, card: &Card, outcome: &Outcome) -> Row {
    let lines = outcome.reviews.iter().flat_map(|review| {
        let note = format!("{} · {}", reviewer(desk, review.reviewer), standing(card, review, desk.lang));
        review.criteria.iter().map(move |criterion| line(card, criterion, note.clone(), desk.lang))
    });
    let mut told = Row { trace: lines.collect(), ..Row::default() };
    match &outcome.result {
        Ok(graded) => {
            told.score = Some(graded.score.to_string());
            told.exact = Some(graded.exact.to_string());
            told.grade = Some(graded.grade.to_string());
            let grade = card.grades.iter().find(|grade| grade.code == graded.grade);
            told.label = grade.map(|grade| grade.label.get(desk.lang).to_owned());
            told.more.push(("decision", decision(graded.decision).to_owned()));
        }
        Err(reasons) => told.reasons = reasons.iter().map(|reason| ungraded(desk, card, reason)).collect(),
    }
    told
}

fn line(card: &Card, trace: &CriterionTrace, note: String, lang: Lang) -> Line {
    let criterion = card.criteria.iter().find(|one| one.code == trace.code);
    Line {
        item: trace.code.to_string(),
        label: criterion.map_or_else(|| trace.code.to_string(), |one| one.label.get(lang).to_owned()),
        value: trace.given.map(|given| given.to_string()),
        // Out of range it counts for nothing.
        points: trace.contribution.and(trace.given).and_then(|given| u8::try_from(given).ok()),
        weight: Some(Ratio::hundredth(trace.weight.into()).rounded().to_string()),
        adds: trace.contribution.map(|adds| adds.rounded().to_string()),
        note: Some(note),
        ..Line::default()
    }
}

fn reviewer(desk: &Desk<'_>, id: RecordId) -> String {
    let name = desk.book.get(id).map(|staff| staff.text(kind::NAME)).unwrap_or_default();
    if name.is_empty() { id.to_string() } else { name.to_owned() }
}

fn standing(card: &Card, review: &ReviewTrace, lang: Lang) -> String {
    let score = review.shown().map(|score: Hundredths| score.to_string()).unwrap_or_default();
    match (&review.state, lang) {
        (ReviewState::Counted, Lang::Zh) => format!("计分 {score}"),
        (ReviewState::Counted, Lang::En) => format!("counts {score}"),
        (ReviewState::Highest, Lang::Zh) => format!("最高分，不计 {score}"),
        (ReviewState::Highest, Lang::En) => format!("the highest, left out {score}"),
        (ReviewState::Lowest, Lang::Zh) => format!("最低分，不计 {score}"),
        (ReviewState::Lowest, Lang::En) => format!("the lowest, left out {score}"),
        (ReviewState::Conflict, Lang::Zh) => "有利益冲突，不计".to_owned(),
        (ReviewState::Conflict, Lang::En) => "conflict of interest, left out".to_owned(),
        (ReviewState::Incomplete(missing), Lang::Zh) => format!("未填完：{}", named(card, missing, lang)),
        (ReviewState::Incomplete(missing), Lang::En) => format!("incomplete: {}", named(card, missing, lang)),
    }
}

fn named(card: &Card, codes: &[kehu_domain::key::Key], lang: Lang) -> String {
    let name = |code: &kehu_domain::key::Key| match (card.criteria.iter().find(|one| one.code == *code), lang) {
        (Some(criterion), _) => criterion.label.get(lang).to_owned(),
        (None, Lang::Zh) if *code == CONFLICT => "利益冲突".to_owned(),
        (None, Lang::En) if *code == CONFLICT => "conflict of interest".to_owned(),
        (None, _) => code.to_string(),
    };
    codes.iter().map(name).collect::<Vec<_>>().join(if lang == Lang::Zh { "、" } else { ", " })
}

fn ungraded(desk: &Desk<'_>, card: &Card, reason: &Ungraded) -> String {
    let lang = desk.lang;
    match (reason, lang) {
        (Ungraded::Incomplete { reviewer: of, missing }, Lang::Zh) => {
            format!("{}的评审未填完：{}", reviewer(desk, *of), named(card, missing, lang))
        }
        (Ungraded::Incomplete { reviewer: of, missing }, Lang::En) => {
            format!("the review of {} is incomplete: {}", reviewer(desk, *of), named(card, missing, lang))
        }
        (Ungraded::Repeated(of), Lang::Zh) => format!("{}本轮评审了不止一次", reviewer(desk, *of)),
        (Ungraded::Repeated(of), Lang::En) => format!("{} reviewed more than once in this round", reviewer(desk, *of)),
        (Ungraded::TooFew { counted, minimum }, Lang::Zh) => format!("计分的评审人 {counted} 位，至少要 {minimum} 位"),
        (Ungraded::TooFew { counted, minimum }, Lang::En) => {
            format!("{counted} reviewers count, at least {minimum} have to")
        }
        (Ungraded::NoGrade(score), Lang::Zh) => format!("评分卡没有 {score} 分的等级"),
        (Ungraded::NoGrade(score), Lang::En) => format!("the card has no grade for {score}"),
    }
}

fn decision(decision: Decision) -> &'static str {
    match decision {
        Decision::Adopted => "adopted",
        Decision::Kept => "kept",
        Decision::NotAdopted => "not_adopted",
    }
}
