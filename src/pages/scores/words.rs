//! The words of cards and their versions: names, what is wrong with numbers, and who may.

use kehu_domain::playbook::Playbook;
use kehu_domain::score::{Problem, Template};

use crate::i18n::{Locale, td_string};
use crate::words::lang_of;
use crate::workspace::{PROPOSERS, Refused, two_decimals};

/// "Version 2".
pub fn version_name(locale: Locale, number: u32) -> String {
    td_string!(locale, scores.version, number = number)
}

/// What keeps a card from working, and what to do.
pub fn problem_words(locale: Locale, template: &Template, problem: &Problem) -> String {
    let named = |place: &str| {
        let code = place.split('.').nth(1).unwrap_or(place);
        let dial = template.dials().into_iter().find(|dial| dial.code == *code);
        let band = template.card.bands().into_iter().find(|(band, _)| *band == *code).map(|(_, label)| label);
        let label = dial.map(|dial| dial.label).or(band);
        label.map_or_else(|| code.to_owned(), |label| label.get(lang_of(locale)).to_owned())
    };
    match problem {
        Problem::BadNumber { place, text, .. } => {
            td_string!(locale, scores.problem.number, what = named(place), text = text.clone())
        }
        Problem::WeightSum { sum, .. } => td_string!(locale, scores.problem.sum, sum = two_decimals(*sum)),
        Problem::NoWeight(place) => td_string!(locale, scores.problem.no_weight, what = named(place)),
        Problem::GradeOrder(place) => td_string!(locale, scores.problem.order, what = named(place)),
        Problem::Scale { place, .. } => td_string!(locale, scores.problem.scale, what = named(place)),
        Problem::PointSum { sum, .. } => td_string!(locale, scores.problem.points, sum = sum),
        other => td_string!(locale, scores.problem.other, detail = other.to_string()),
    }
}

/// The posts that may do what was refused.
pub fn posts_named(locale: Locale, refused: Refused) -> String {
    let codes: &[&str] = match refused {
        Refused::NotProposer => &PROPOSERS,
        Refused::NotDirector | Refused::OwnProposal => &["DIR"],
    };
    let titles = codes.iter().filter_map(|code| Playbook::built_in().roles.iter().find(|role| role.code == **code));
    let titles: Vec<String> = titles.map(|role| role.title.get(lang_of(locale)).to_owned()).collect();
    titles.join(td_string!(locale, scores.or))
}

/// Why somebody may not, and who may.
pub fn refused_words(locale: Locale, refused: Refused, posts: &str) -> String {
    let posts = posts.to_owned();
    match refused {
        Refused::NotProposer => td_string!(locale, scores.refused.proposer, posts = posts),
        Refused::NotDirector => td_string!(locale, scores.refused.director, posts = posts),
        Refused::OwnProposal => td_string!(locale, scores.refused.own, posts = posts),
    }
}
