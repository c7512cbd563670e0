//! M02: recency, frequency and amount of every customer's purchases.

use kehu_domain::score::rfm::RfmAxis;
use kehu_domain::score::{Material, Ratio, RfmMode, rfm};
use kehu_domain::text::Lang;

use super::report::{Line, Row};
use super::value::number;
use super::{Desk, scorecards};
use crate::problem::Problem;

/// The customers with their segments; those who bought nothing have none.
pub fn rows(desk: &Desk<'_>) -> Result<Vec<Row>, Problem> {
    let cards = scorecards()?;
    let Some(table) = &cards.rfm else { return Ok(Vec::new()) };
    let mut material = Material::list(desk.book, desk.day, table.window_days);
    material.gather(desk.book, 0..material.customers.len());
    let purchases = material.purchases();
    let scores = rfm(table, RfmMode::Fixed, &purchases);
    let mut rows = Vec::new();
    for ((customer, bought), score) in material.customers.iter().zip(&purchases).zip(scores) {
        if !desk.wants(*customer) {
            continue;
        }
        let (code, name) = desk.called(*customer);
        let mut row = Row { code, name, ..Row::default() };
        match score {
            None => {
                // Spec M02 has a word for it: it is a result and no lack of one.
                row.grade = Some("none".to_owned());
                row.label = Some(if desk.lang == Lang::Zh { "未交易" } else { "no purchase" }.to_owned());
                row.reasons.push(no_purchase(table.window_days, desk.lang));
            }
            Some(score) => {
                row.score = Some(score.index.to_string());
                row.grade = Some(score.points.to_string());
                row.label = score.segment.map(|segment| segment.label.get(desk.lang).to_owned());
                row.reasons.extend(score.segment.map(|segment| segment.action.get(desk.lang).to_owned()));
                let values = [
                    Ratio::whole(bought.days.into()),
                    Ratio::whole(bought.count.into()),
                    Ratio::hundredth(bought.amount),
                ];
                let points = [score.points.recency, score.points.frequency, score.points.monetary];
                let lines = ["R", "F", "M"].into_iter().zip(table.axes()).zip(values.into_iter().zip(points));
                row.trace = lines.map(|((item, axis), held)| line(item, axis, held, desk.lang)).collect();
            }
        }
        rows.push(row);
    }
    Ok(rows)
}

fn line(item: &str, axis: &RfmAxis, (value, points): (Ratio, u8), lang: Lang) -> Line {
    Line {
        item: item.to_owned(),
        label: axis.label.get(lang).to_owned(),
        value: Some(format!("{} {}", number(value), axis.unit.get(lang))),
        line: axis.ladder.line(value).map(|line| line.when.to_string()),
        points: Some(points),
        ..Line::default()
    }
}

fn no_purchase(days: u32, lang: Lang) -> String {
    match lang {
        Lang::Zh => format!("{days} 天内没有采购"),
        Lang::En => format!("no purchase within {days} days"),
    }
}
