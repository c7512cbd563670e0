//! Scores that answer back: the cards in force, trying other numbers, adopting them; and panels with why, step, history.

mod editor;
mod page;
mod panel;
mod trial;
mod versions;
mod words;

pub use page::{ScoreCardLink, ScoresPage};
pub use panel::ScorePanel;
