//! One thing wrong in a backup, with its place and its reason in two languages.

use std::fmt;

use kehu_domain::book::Record;
use kehu_domain::form::Misfit;
use kehu_domain::key::Key;
use kehu_domain::stamp::RecordId;
use kehu_domain::text::Text;

/// One thing wrong.
#[derive(Clone, Debug, PartialEq)]
pub struct Finding {
    /// The kind of the record.
    pub kind: Key,
    /// The record.
    pub record: RecordId,
    /// The field; none when it concerns the record as a whole.
    pub field: Option<Key>,
    /// What is wrong.
    pub reason: Reason,
}

/// What can be wrong.
#[derive(Clone, Debug, PartialEq)]
pub enum Reason {
    /// The dictionary has no such kind of record.
    UnknownKind,
    /// The kind or template has no such field.
    UnknownField,
    /// The field may not be empty.
    Required,
    /// The content does not fit the field's type.
    Misfit(Misfit),
    /// The group of the dictionary has no such item.
    UnknownItem {
        /// The group.
        group: Key,
        /// What stands there.
        item: Box<str>,
    },
    /// It refers to a record that is not in the file.
    Dangling(Box<str>),
    /// It refers to a record of another kind.
    WrongTarget {
        /// The kind it should refer to.
        wanted: Key,
        /// The kind it refers to.
        found: Key,
    },
    /// Nobody of this name is in the file, yet a change says they made it.
    UnknownAuthor(RecordId),
    /// The playbook has no such process, template, step or card.
    NotInHandbook(Box<str>),
    /// A rule of the form is broken.
    Broken(Text),
    /// Another document has the same number.
    DoubleNumber {
        /// The number.
        number: Box<str>,
        /// The other document.
        other: RecordId,
    },
    /// The case began elsewhere than at the first step of its process.
    WrongBeginning(Key),
    /// The process has no such transition.
    NoSuchMove {
        /// The step left.
        from: Key,
        /// The event.
        event: Key,
        /// The step reached.
        to: Key,
    },
    /// The bytes of an attachment are not those it is named by.
    OtherBytes,
    /// The stored result cannot be read.
    BadScore,
    /// The card has another version now.
    OtherCard {
        /// The version it was graded by.
        version: u32,
    },
    /// The stored inputs give another result.
    OtherResult,
    /// The version of a scorecard cannot grade.
    BadScorecard(Box<str>),
    /// The version of a scorecard differs from the shipped card in more than its numbers.
    OtherScorecard,
}

impl Finding {
    /// A finding about a whole record.
    pub fn of(record: &Record, reason: Reason) -> Self {
        Self { kind: record.kind, record: record.id, field: None, reason }
    }

    /// A finding about one field.
    pub fn at(record: &Record, field: Key, reason: Reason) -> Self {
        Self { field: Some(field), ..Self::of(record, reason) }
    }
}

impl fmt::Display for Finding {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.kind, self.record)?;
        if let Some(field) = self.field {
            write!(f, " · {field}")?;
        }
        let words = self.reason.words();
        write!(f, ": {} / {}", words.zh, words.en)
    }
}

impl Reason {
    fn words(&self) -> Text {
        let text = |zh: String, en: String| Text { zh: zh.into(), en: en.into() };
        match self {
            Self::UnknownKind => text("没有这种记录".into(), "no such kind of record".into()),
            Self::UnknownField => text("没有这个字段".into(), "no such field".into()),
            Self::Required => text("必填而为空".into(), "must be filled".into()),
            Self::Misfit(misfit) => of_misfit(misfit),
            Self::UnknownItem { group, item } => {
                text(format!("{group} 中没有 {item}"), format!("{group} has no item {item}"))
            }
            Self::Dangling(id) => {
                text(format!("所指记录 {id} 不在文件中"), format!("refers to {id}, which is not here"))
            }
            Self::WrongTarget { wanted, found } => {
                text(format!("应指向 {wanted},实为 {found}"), format!("should refer to {wanted}, refers to {found}"))
            }
            Self::UnknownAuthor(id) => {
                text(format!("更改人 {id} 不在文件中"), format!("changed by {id}, who is not here"))
            }
            Self::NotInHandbook(id) => text(format!("手册中没有 {id}"), format!("the handbook has no {id}")),
            Self::Broken(rule) => rule.clone(),
            Self::DoubleNumber { number, other } => {
                text(format!("编号 {number} 与 {other} 重复"), format!("number {number} is also that of {other}"))
            }
            Self::WrongBeginning(step) => text(format!("事项从 {step} 开始"), format!("the case began at {step}")),
            Self::NoSuchMove { from, event, to } => text(
                format!("流程中没有从 {from} 经 {event} 到 {to} 的步骤"),
                format!("the process has no move from {from} by {event} to {to}"),
            ),
            Self::OtherBytes => {
                text("附件内容与校验值不符".into(), "the bytes are not those the attachment is named by".into())
            }
            Self::BadScore => text("评分内容无法读取".into(), "the stored score cannot be read".into()),
            Self::OtherCard { version } => {
                text(format!("评分卡版本 {version} 已不在"), format!("version {version} of the card is not here"))
            }
            Self::BadScorecard(why) => {
                text(format!("评分卡版本不能用于评分:{why}"), format!("the version of the card cannot grade: {why}"))
            }
            Self::OtherScorecard => text(
                "评分卡版本改动了权重、分段和分值以外的内容".into(),
                "the version of the card changes more than weights, bands and points".into(),
            ),
            Self::OtherResult => text("按所存数据重算,结果不同".into(), "the stored inputs give another result".into()),
        }
    }
}

fn of_misfit(misfit: &Misfit) -> Text {
    let text = |zh: String, en: String| Text { zh: zh.into(), en: en.into() };
    match misfit {
        Misfit::WrongKind => text("内容类型不符".into(), "the content is of another type".into()),
        Misfit::TooLong { max } => text(format!("超过 {max} 个字"), format!("longer than {max} characters")),
        Misfit::TooSmall { min } => text(format!("小于 {min}"), format!("less than {min}")),
        Misfit::TooGreat { max } => text(format!("大于 {max}"), format!("more than {max}")),
        Misfit::TooManyPlaces { places } => {
            text(format!("小数超过 {places} 位"), format!("more than {places} decimal places"))
        }
        Misfit::UnknownChoice => text("不是可选项".into(), "none of the choices".into()),
        Misfit::Malformed => text("格式不对".into(), "not written as its type asks".into()),
        Misfit::NoMarkHere(mark) => {
            text(format!("此处不能填 {}", mark.as_str()), format!("{} is not offered here", mark.as_str()))
        }
    }
}
