//! M01b: which customers make most of the sales.

use kehu_domain::score::{Material, Ratio, pareto};
use kehu_domain::text::Lang;

use super::report::{Line, Row};
use super::value::number;
use super::{Desk, scorecards};
use crate::problem::Problem;

/// The customers with their classes by cumulative share; without any sales nobody has one.
pub fn rows(desk: &Desk<'_>) -> Result<Vec<Row>, Problem> {
    let cards = scorecards()?;
    let Some(cuts) = cards.pareto else { return Ok(Vec::new()) };
    let window = cards.rfm.as_ref().map_or(365, |table| table.window_days);
    let mut material = Material::list(desk.book, desk.day, window);
    material.gather(desk.book, 0..material.customers.len());
    let sales = material.sales();
    let classes = pareto(cuts, &sales);
    let wanted = material.customers.iter().zip(&sales).enumerate().filter(|(_, (customer, _))| desk.wants(**customer));
    let rows = wanted.map(|(place, (customer, (_, fen)))| {
        let (code, name) = desk.called(*customer);
        let class = classes.as_ref().and_then(|classes| classes.get(place));
        let without = class.is_none().then(|| no_sales(desk.lang).to_owned());
        Row {
            code,
            name,
            grade: class.map(ToString::to_string),
            reasons: without.into_iter().collect(),
            trace: vec![line(*fen, desk.lang)],
            ..Row::default()
        }
    });
    Ok(rows.collect())
}

fn line(fen: i64, lang: Lang) -> Line {
    let label = if lang == Lang::Zh { "净销售额（元）" } else { "net sales (yuan)" };
    Line {
        item: "sales".to_owned(),
        label: label.to_owned(),
        value: Some(number(Ratio::hundredth(fen))),
        ..Line::default()
    }
}

fn no_sales(lang: Lang) -> &'static str {
    if lang == Lang::Zh { "本期没有任何销售" } else { "nobody bought anything in the period" }
}
