//! What an import came to, as text that names file, row and column, or as JSON.

use std::fmt::Write;

use kehu_domain::book::Book;
use kehu_domain::dictionary::Dictionary;
use kehu_domain::import::{
    Decision, Importer, Match, Outcome, Proposal, Refusal, RowReport, Twin, Use, Who, Why, refusal_words,
};
use kehu_domain::kind;
use kehu_domain::text::Lang;
use serde::Serialize;

use crate::words;

/// How many rows of a sort are told in text; JSON has all.
const TOLD: usize = 20;

/// What became of one file.
#[derive(Debug, Serialize)]
pub struct FileReport {
    /// The file as given.
    file: String,
    /// What its rows are.
    kind: String,
    /// The tag of its batch.
    tag: String,
    /// How many rows have anything in them; the six that follow add up to it.
    rows: u32,
    new: u32,
    changed: u32,
    same: u32,
    /// Rows that were left out.
    pub refused: u32,
    doubles: u32,
    /// Rows left out by --mode.
    passed_over: u32,
    columns: Vec<Column>,
    refusals: Vec<Told>,
    dropped: Vec<Told>,
    twins: Vec<TwinTold>,
    #[serde(skip)]
    label: String,
}

/// What a column was taken for.
#[derive(Debug, Serialize)]
struct Column {
    /// Which, from 1.
    column: usize,
    header: String,
    /// The field it fills, as `kind.field`; none when it is left out.
    field: Option<String>,
    /// A field somebody has to confirm.
    suggested: Option<String>,
    #[serde(skip)]
    suggested_label: Option<String>,
}

/// Something wrong with a row or cell.
#[derive(Debug, Serialize)]
struct Told {
    row: u32,
    /// Which, from 1; none when it is the row as a whole.
    column: Option<usize>,
    reason: String,
}

/// A row that looks like something that is there.
#[derive(Debug, Serialize)]
struct TwinTold {
    row: u32,
    of: String,
    why: String,
    decision: &'static str,
    #[serde(skip)]
    decided: String,
}

impl FileReport {
    /// What the dry run of a file found.
    pub fn new(
        file: &str,
        importer: &Importer,
        proposal: &Proposal,
        dictionary: &Dictionary,
        book: &Book,
        lang: Lang,
    ) -> Self {
        let counts = importer.counts();
        let told = |row: u32, refusal: &Refusal| Told {
            row,
            column: refusal.column.map(|place| place + 1),
            reason: refusal_words(refusal, dictionary, lang),
        };
        let refusals = |report: &RowReport| match &report.outcome {
            Outcome::Refused(refusals) => refusals.iter().map(|refusal| told(report.row, refusal)).collect(),
            _ => Vec::new(),
        };
        let dropped =
            |report: &RowReport| report.dropped.iter().map(|refusal| told(report.row, refusal)).collect::<Vec<_>>();
        let label = dictionary.kind(proposal.kind).map(|kind| kind.label.get(lang).to_owned());
        Self {
            file: file.to_owned(),
            kind: proposal.kind.to_string(),
            tag: importer.options().tag.clone(),
            rows: counts.rows,
            new: counts.new,
            changed: counts.changed,
            same: counts.same,
            refused: counts.refused,
            doubles: counts.doubles,
            passed_over: counts.passed_over,
            columns: columns(proposal, dictionary, lang),
            refusals: importer.reports().iter().flat_map(refusals).collect(),
            dropped: importer.reports().iter().flat_map(dropped).collect(),
            twins: importer.reports().iter().filter_map(|report| twin(report, book, lang)).collect(),
            label: label.unwrap_or_default(),
        }
    }

    fn write(&self, text: &mut String, lang: Lang) {
        let Self { file, label, tag, rows, new, changed, same, refused, doubles, passed_over, .. } = self;
        // Writing into memory cannot fail.
        let _ = match lang {
            Lang::Zh => writeln!(
                text,
                "{file}：{label}，{rows} 行：新增 {new}，更改 {changed}，相同 {same}，拒绝 {refused}，疑似重复 {doubles}，按规则略过 {passed_over}；标签 {tag}"
            ),
            Lang::En => writeln!(
                text,
                "{file}: {label}, {rows} rows: {new} new, {changed} changed, {same} same, {refused} refused, \
                 {doubles} likely doubles, {passed_over} left out by rule; tag {tag}"
            ),
        };
        self.columns.iter().filter_map(|column| column.told(file, lang)).for_each(|line| push(text, &line));
        self.list(text, &self.refusals, lang, |told| told.line(file, lang));
        self.list(text, &self.dropped, lang, |told| match lang {
            Lang::Zh => format!("{}；此格未导入", told.line(file, lang)),
            Lang::En => format!("{}; the cell was left out", told.line(file, lang)),
        });
        self.list(text, &self.twins, lang, |twin| twin.line(file, lang));
    }

    fn list<T>(&self, text: &mut String, all: &[T], lang: Lang, line: impl Fn(&T) -> String) {
        all.iter().take(TOLD).for_each(|one| push(text, &line(one)));
        let rest = all.len().saturating_sub(TOLD);
        if rest > 0 {
            push(
                text,
                &match lang {
                    Lang::Zh => format!("{}：还有 {rest} 处；--json 列出全部", self.file),
                    Lang::En => format!("{}: {rest} more; --json lists all", self.file),
                },
            );
        }
    }
}

fn push(text: &mut String, line: &str) {
    text.push_str(line);
    text.push('\n');
}

impl Column {
    /// What there is to say of a column: nothing where it was taken.
    fn told(&self, file: &str, lang: Lang) -> Option<String> {
        let Self { column, header, field: None, suggested_label, .. } = self else { return None };
        Some(match (suggested_label, lang) {
            (Some(field), Lang::Zh) => {
                format!("{file}：第 {column} 列“{header}”未导入；可能是“{field}”，请用 --map 确认")
            }
            (Some(field), Lang::En) => {
                format!("{file}: column {column} “{header}” was left out; it may be “{field}”, confirm it by --map")
            }
            (None, Lang::Zh) => format!("{file}：第 {column} 列“{header}”未导入；没有对应的字段"),
            (None, Lang::En) => format!("{file}: column {column} “{header}” was left out; no field is called so"),
        })
    }
}

impl Told {
    fn line(&self, file: &str, lang: Lang) -> String {
        let Self { row, column, reason } = self;
        match (column, lang) {
            (Some(column), Lang::Zh) => format!("{file}：第 {row} 行第 {column} 列：{reason}"),
            (Some(column), Lang::En) => format!("{file}: row {row}, column {column}: {reason}"),
            (None, Lang::Zh) => format!("{file}：第 {row} 行：{reason}"),
            (None, Lang::En) => format!("{file}: row {row}: {reason}"),
        }
    }
}

impl TwinTold {
    fn line(&self, file: &str, lang: Lang) -> String {
        let Self { row, of, why, decided, .. } = self;
        match lang {
            Lang::Zh => format!("{file}：第 {row} 行与 {of} 疑似重复（{why}）：{decided}"),
            Lang::En => format!("{file}: row {row} looks like {of} ({why}): {decided}"),
        }
    }
}

fn columns(proposal: &Proposal, dictionary: &Dictionary, lang: Lang) -> Vec<Column> {
    let column = |(place, column): (usize, &kehu_domain::import::mapping::Column)| {
        let suggested = column.proposed.filter(|_| matches!(column.by, Match::Suggested { .. }));
        let suggested = suggested.filter(|_| column.decided == Use::Ignore);
        Column {
            column: place + 1,
            header: column.header.clone(),
            field: match &column.decided {
                Use::Field(target) => Some(format!("{}.{}", target.kind, target.field)),
                Use::Custom(label) | Use::Typed { label, .. } => Some(format!("{}.{label}", proposal.kind)),
                Use::Ignore => None,
            },
            suggested: suggested.map(|target| format!("{}.{}", target.kind, target.field)),
            suggested_label: suggested.map(|target| words::field(target, dictionary, lang)),
        }
    };
    proposal.columns.iter().enumerate().map(column).collect()
}

fn twin(report: &RowReport, book: &Book, lang: Lang) -> Option<TwinTold> {
    let Outcome::Double { of, decision, .. } = &report.outcome else { return None };
    let Twin { who, why } = *of.first()?;
    let of = match (who, lang) {
        (Who::Row(row), Lang::Zh) => format!("第 {row} 行"),
        (Who::Row(row), Lang::En) => format!("row {row}"),
        (Who::Record(id), _) => {
            let record = book.get(id);
            let text = |key| record.map(|record| record.text(key)).unwrap_or_default();
            format!("{} {}", text(kind::CODE), text(kind::NAME)).trim().to_owned()
        }
    };
    let (key, decided) = match (decision, lang) {
        (Decision::New, Lang::Zh) => ("new", "另建新记录"),
        (Decision::New, Lang::En) => ("new", "a record of its own"),
        (Decision::Merge, Lang::Zh) => ("merge", "合并"),
        (Decision::Merge, Lang::En) => ("merge", "merged"),
        (Decision::Skip, Lang::Zh) => ("skip", "跳过"),
        (Decision::Skip, Lang::En) => ("skip", "left out"),
    };
    Some(TwinTold {
        row: report.row,
        of,
        why: why_words(why, lang).to_owned(),
        decision: key,
        decided: decided.to_owned(),
    })
}

fn why_words(why: Why, lang: Lang) -> &'static str {
    match (why, lang) {
        (Why::Uscc, Lang::Zh) => "统一社会信用代码相同",
        (Why::Uscc, Lang::En) => "the same credit code",
        (Why::NameAndPhone, Lang::Zh) => "名称和电话相同",
        (Why::NameAndPhone, Lang::En) => "the same name and telephone number",
        (Why::Phone, Lang::Zh) => "电话相同",
        (Why::Phone, Lang::En) => "the same telephone number",
        (Why::Name, Lang::Zh) => "名称相同",
        (Why::Name, Lang::En) => "the same name",
    }
}

/// The reports as text, the first lines of each being its counts.
pub fn text(reports: &[FileReport], lang: Lang) -> String {
    let mut text = String::new();
    reports.iter().for_each(|report| report.write(&mut text, lang));
    text
}

/// The reports as JSON: a list, one entry a file.
pub fn json(reports: &[FileReport]) -> String {
    serde_json::to_string_pretty(reports).unwrap_or_default() + "\n"
}
