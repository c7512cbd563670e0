//! The reasons against a row in words, for the file that gives refused rows back.

use super::outcome::{Reason, Refusal};
use crate::dictionary::Dictionary;
use crate::field_text::{FieldProblem, ProblemCode};
use crate::text::Lang;

/// The heading of the column of reasons.
pub(super) fn reason_heading(lang: Lang) -> &'static str {
    match lang {
        Lang::Zh => "退回原因",
        Lang::En => "Reason refused",
    }
}

/// A reason as a whole sentence that names column and text.
pub fn refusal_words(refusal: &Refusal, dictionary: &Dictionary, lang: Lang) -> String {
    let header = refusal.header.trim();
    match (&refusal.reason, lang) {
        (Reason::Missing(target), _) => {
            let field = dictionary.kind(target.kind).and_then(|kind| kind.field(target.field));
            let label = field.map_or(target.field.as_str(), |field| field.field.label.get(lang));
            match lang {
                Lang::Zh => format!("“{label}”为必填项,此处为空"),
                Lang::En => format!("“{label}” is mandatory but empty"),
            }
        }
        (Reason::Cell(problem), Lang::Zh) => format!("“{header}”:{}", problem_words(problem, lang)),
        (Reason::Cell(problem), Lang::En) => format!("“{header}”: {}", problem_words(problem, lang)),
        (Reason::Ragged { expected, found }, Lang::Zh) => format!("表头有{expected}列,此行有{found}列"),
        (Reason::Ragged { expected, found }, Lang::En) => {
            format!("the header has {expected} columns, this row has {found}")
        }
        (Reason::CellTooLarge, Lang::Zh) => "单元格超过1 MB,可能缺少右引号".to_owned(),
        (Reason::CellTooLarge, Lang::En) => "a cell exceeds 1 MB; a closing quotation mark may be missing".to_owned(),
        (Reason::RepeatedCode { row }, Lang::Zh) => format!("编号与第{row}行相同,但内容不同"),
        (Reason::CodeTaken, Lang::Zh) => "编号属于另一条记录".to_owned(),
        (Reason::CodeTaken, Lang::En) => "the code belongs to another record".to_owned(),
        (Reason::Ambiguous { count }, Lang::Zh) => format!("“{header}”:有{count}条记录与此相同,无法确定是哪一条"),
        (Reason::Ambiguous { count }, Lang::En) => {
            format!("“{header}”: {count} records have the same, so it is unclear which is meant")
        }
        (Reason::RepeatedCode { row }, Lang::En) => format!("row {row} has the same code but different content"),
    }
}

/// What is wrong with a text, as a clause that quotes it.
pub fn problem_words(problem: &FieldProblem, lang: Lang) -> String {
    let text = &problem.text;
    match lang {
        Lang::Zh => format!("“{text}”{}", zh(problem.code)),
        Lang::En => format!("“{text}” {}", en(problem.code)),
    }
}

fn zh(code: ProblemCode) -> String {
    match code {
        ProblemCode::TooLong { max } => return format!("超过{max}个字"),
        ProblemCode::TooManyPlaces { places } => return format!("的小数超过{places}位"),
        ProblemCode::NotANumber => "不是确定的数字",
        ProblemCode::OutOfRange => "超出允许范围",
        ProblemCode::NotADate => "不是日期",
        ProblemCode::NoSuchDay => "这一天不存在",
        ProblemCode::NotATime => "不是时间",
        ProblemCode::NotASpan => "不是确定的时长,请写成0:03:25、3分25秒或秒数",
        ProblemCode::NotLunar => "不是农历日期",
        ProblemCode::NotYesNo => "不是“是”或“否”",
        ProblemCode::UnknownChoice => "不在可选项中",
        ProblemCode::UnknownRecord => "没有对应的记录",
        ProblemCode::NotAPhone => "不是手机或固定电话号码",
        ProblemCode::NotAnEmail => "不是邮箱地址",
        ProblemCode::NotACode => "的位数或字符不符合该代码",
        ProblemCode::CheckDigit => "的校验位不符,可能录错",
        ProblemCode::NotAFile => "不是附件",
        ProblemCode::BadRow => "的行内单元格数不符",
    }
    .to_owned()
}

fn en(code: ProblemCode) -> String {
    match code {
        ProblemCode::TooLong { max } => return format!("has more than {max} characters"),
        ProblemCode::TooManyPlaces { places } => return format!("has more than {places} decimals"),
        ProblemCode::NotANumber => "is not a definite number",
        ProblemCode::OutOfRange => "is outside the allowed range",
        ProblemCode::NotADate => "is not a date",
        ProblemCode::NoSuchDay => "is a day that does not exist",
        ProblemCode::NotATime => "is not a time of day",
        ProblemCode::NotASpan => "is no definite duration; write 0:03:25, 3 min 25 s or a number of seconds",
        ProblemCode::NotLunar => "is not a lunar date",
        ProblemCode::NotYesNo => "is neither yes nor no",
        ProblemCode::UnknownChoice => "is none of the choices",
        ProblemCode::UnknownRecord => "matches no record",
        ProblemCode::NotAPhone => "is neither a mobile nor a landline number",
        ProblemCode::NotAnEmail => "is not an e-mail address",
        ProblemCode::NotACode => "has the wrong length or characters for this code",
        ProblemCode::CheckDigit => "has a wrong check digit and may be mistyped",
        ProblemCode::NotAFile => "is not an attachment",
        ProblemCode::BadRow => "does not have the cells of a row",
    }
    .to_owned()
}
