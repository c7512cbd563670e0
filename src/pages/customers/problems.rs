//! What is wrong with a field, in the user's words.

use kehu_domain::field_text::{FieldProblem, ProblemCode};

use crate::i18n::{Locale, td_string};

/// What is wrong with a field.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Problem {
    /// It has to be filled.
    Empty,
    /// Its text is no content of its type.
    Text(FieldProblem),
}

/// The sentence for a problem.
pub fn problem_text(locale: Locale, problem: &Problem) -> String {
    let FieldProblem { code, text } = match problem {
        Problem::Empty => return td_string!(locale, customers.wrong.empty).to_owned(),
        Problem::Text(problem) => problem,
    };
    match code {
        ProblemCode::TooLong { max } => td_string!(locale, customers.wrong.too_long, max = max),
        ProblemCode::NotANumber => td_string!(locale, customers.wrong.not_a_number, text = text),
        ProblemCode::TooManyPlaces { places } => td_string!(locale, customers.wrong.too_many_places, places = places),
        ProblemCode::OutOfRange => td_string!(locale, customers.wrong.out_of_range, text = text),
        ProblemCode::NotADate => td_string!(locale, customers.wrong.not_a_date, text = text),
        ProblemCode::NoSuchDay => td_string!(locale, customers.wrong.no_such_day, text = text),
        ProblemCode::NotATime => td_string!(locale, customers.wrong.not_a_time, text = text),
        ProblemCode::NotASpan => td_string!(locale, customers.wrong.not_a_span, text = text),
        ProblemCode::NotLunar => td_string!(locale, customers.wrong.not_lunar, text = text),
        ProblemCode::NotYesNo => td_string!(locale, customers.wrong.not_yes_no, text = text),
        ProblemCode::UnknownChoice => td_string!(locale, customers.wrong.unknown_choice, text = text),
        ProblemCode::UnknownRecord => td_string!(locale, customers.wrong.unknown_record, text = text),
        ProblemCode::NotAPhone => td_string!(locale, customers.wrong.not_a_phone, text = text),
        ProblemCode::NotAnEmail => td_string!(locale, customers.wrong.not_an_email, text = text),
        ProblemCode::NotACode => td_string!(locale, customers.wrong.not_a_code, text = text),
        ProblemCode::CheckDigit => td_string!(locale, customers.wrong.check_digit, text = text),
        ProblemCode::NotAFile => td_string!(locale, customers.wrong.not_a_file, text = text),
        ProblemCode::BadRow => td_string!(locale, customers.wrong.bad_row, text = text),
    }
}
