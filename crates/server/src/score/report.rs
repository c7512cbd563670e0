//! Graded rows as lines for people and as JSON for programs.

use std::fmt::Write;

use kehu_domain::text::Lang;
use serde::Serialize;

/// Whom or what a model was asked about, with the answer.
#[derive(Debug, Default, Serialize)]
pub struct Row {
    /// The customer's code, or the number of a complaint or proposal record.
    pub code: String,
    /// The customer's name.
    pub name: String,
    /// The score as it is read; none where there is no result.
    pub score: Option<String>,
    /// The score before rounding.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub exact: Option<String>,
    /// The grade, cell, level or colour as it is stored.
    pub grade: Option<String>,
    /// What people call that.
    pub label: Option<String>,
    /// Further results, each with its name.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub more: Vec<(&'static str, String)>,
    /// What moved the result, or stands against one, as sentences.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub reasons: Vec<String>,
    /// How it came about, item by item.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub trace: Vec<Line>,
}

/// How one item came to its points.
#[derive(Debug, Default, Serialize)]
pub struct Line {
    /// The item, factor or signal.
    pub item: String,
    /// What people call it.
    pub label: String,
    /// Its value with the unit; none where it has none.
    pub value: Option<String>,
    /// The line of the scale that held.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub line: Option<String>,
    /// Its points.
    pub points: Option<u8>,
    /// Its weight after that of absent items was spread, in per cent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub weight: Option<String>,
    /// What it adds to the score.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub adds: Option<String>,
    /// Why there is no value, or where it came from.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl Row {
    /// Whether there is a result.
    pub fn is_graded(&self) -> bool {
        self.grade.is_some()
    }
}

/// The rows as JSON.
pub fn json(rows: &[Row]) -> String {
    serde_json::to_string_pretty(rows).unwrap_or_default() + "\n"
}

/// The rows as lines: code, name, score, grade and its name between tabs; below each its reasons and its trace.
pub fn text(rows: &[Row], lang: Lang) -> String {
    let mut text = String::new();
    for row in rows {
        let score = row.score.as_deref().unwrap_or("–");
        let grade = row.grade.as_deref().unwrap_or(match lang {
            Lang::Zh => "未评",
            Lang::En => "ungraded",
        });
        let more: String = row.more.iter().map(|(_, value)| format!("\t{value}")).collect();
        let label = row.label.as_deref().unwrap_or_default();
        // Writing into memory cannot fail.
        let _ = writeln!(text, "{}\t{}\t{score}\t{grade}\t{label}{more}", row.code, row.name);
        for line in row.reasons.iter().cloned().chain(row.trace.iter().map(|line| line.told(lang))) {
            let _ = writeln!(text, "  {line}");
        }
    }
    text
}

impl Line {
    fn told(&self, lang: Lang) -> String {
        let value = self.value.as_deref().unwrap_or("–");
        let held = self.line.as_ref().map(|line| format!(" ({line})")).unwrap_or_default();
        let points = match (self.points, lang) {
            (Some(points), Lang::Zh) => format!("{points} 分"),
            (Some(points), Lang::En) => format!("{points} points"),
            (None, _) => "–".to_owned(),
        };
        let share = self.weight.as_ref().zip(self.adds.as_ref());
        let share = share.map(|(weight, adds)| format!(" × {weight} % = {adds}")).unwrap_or_default();
        let note = self.note.as_ref().map(|note| format!("  [{note}]")).unwrap_or_default();
        format!("{} {}: {value}{held} → {points}{share}{note}", self.item, self.label)
    }
}
