//! Why a command could not do its work, in the language of the person at the terminal.

use std::io;

use kehu_domain::import::ImportError;
use kehu_domain::snapshot::SnapshotError;
use kehu_domain::text::Lang;
use kehu_files::copy::{self, CopyError};
use kehu_files::sheet::{self, SheetError};
use kehu_files::xlsx::{self, WriteError};

use crate::sync::devices::MAX_NAME_CHARS;
use crate::words;

/// Why nothing came of a command; nothing was written.
#[derive(Debug)]
pub enum Problem {
    /// A file is not there, or may not be read.
    Unreadable {
        /// The file as given.
        file: String,
        /// The system's words.
        reason: io::Error,
    },
    /// A file could not be written; what was there before is untouched.
    Unwritable {
        /// The file as given.
        file: String,
        /// The system's words.
        reason: io::Error,
    },
    /// The file to be written is there already.
    Exists {
        /// The file as given.
        file: String,
    },
    /// Standard output could not be written.
    Output(io::Error),
    /// A file is larger than what is opened.
    TooLarge {
        /// The file as given.
        file: String,
        /// Its size in bytes.
        bytes: u64,
        /// The limit in bytes.
        limit: u64,
    },
    /// A file is no backup that can be opened.
    Snapshot {
        /// The file as given.
        file: String,
        /// What is wrong with it.
        problem: SnapshotError,
    },
    /// A backup cannot be unwrapped.
    Copy {
        /// The file as given.
        file: String,
        /// What is wrong with it.
        problem: CopyError,
    },
    /// A workbook cannot be read.
    Workbook {
        /// The file as given.
        file: String,
        /// What is wrong with it, and where.
        problem: SheetError,
    },
    /// A table cannot be written as a workbook.
    Sheet(WriteError),
    /// A file of a passphrase has none.
    NoPassphrase {
        /// The file as given.
        file: String,
    },
    /// The system gives no random numbers, without which nothing is sealed.
    NoRandomness(String),
    /// A file is no table that can be imported.
    Table {
        /// The file as given.
        file: String,
        /// What is wrong with it.
        problem: ImportError,
    },
    /// The file to be imported is a backup.
    IsBackup {
        /// The file as given.
        file: String,
    },
    /// The columns cannot be carried out as they are.
    Columns {
        /// The file as given.
        file: String,
        /// Every reason, as a sentence in the language asked for.
        reasons: Vec<String>,
    },
    /// A mapping file cannot be read.
    BadMap {
        /// The file as given.
        file: String,
        /// Where, from 1.
        line: usize,
        /// Where in the line, from 1.
        column: usize,
        /// The parser's words.
        reason: String,
    },
    /// A mapping is for a table with other headings.
    OtherHeadings {
        /// The table as given.
        file: String,
        /// The mapping as given.
        map: String,
        /// What the mapping names and the table lacks.
        missing: Vec<String>,
        /// What the table has and the mapping does not name.
        unknown: Vec<String>,
    },
    /// A backup is of another workspace than the first one.
    OtherWorkspace {
        /// The first file.
        first: String,
        /// The file that does not go with it.
        other: String,
    },
    /// There is no such kind of record, or files of it cannot be brought in or taken out.
    UnknownKind {
        /// What was given.
        kind: String,
        /// The kinds there are.
        known: Vec<String>,
    },
    /// A kind of record has no such field.
    UnknownField {
        /// What was given.
        field: String,
        /// The fields there are.
        known: Vec<String>,
    },
    /// No customer has this code.
    NoSuchCustomer(String),
    /// Nobody of the staff has this code or name.
    NoSuchStaff(String),
    /// The refused rows, or the mapping, of several files were asked for in one.
    OneFileAtATime,
    /// The storage of an endpoint does not do its part.
    Store {
        /// Its address as given.
        store: String,
        /// The storage's words.
        reason: String,
    },
    /// The name people are to call a device by is none.
    BadDeviceName,
    /// The passphrase is not that of the company whose files lie in the workspace.
    NotTheirPassphrase { workspace: String },
    /// No such device comes to the workspace.
    NoSuchDevice {
        /// The workspace.
        workspace: String,
        /// What was given.
        device: String,
    },
    /// The workspace lets in as many devices as it may.
    TooManyDevices(usize),
    /// The joining link is too long to be drawn.
    TooLongToDraw,
    /// The server could not begin its work.
    Runtime(io::Error),
    /// The rules as shipped cannot be read, which a test rules out.
    Rules(String),
}

impl Problem {
    /// The sentence a person reads; it names the file and the way on.
    pub fn words(&self, lang: Lang) -> String {
        match lang {
            Lang::Zh => self.zh(),
            Lang::En => self.en(),
        }
    }

    /// Whether whoever read our output has gone, so that there is nobody to tell.
    pub fn is_broken_pipe(&self) -> bool {
        matches!(self, Self::Output(reason) if reason.kind() == io::ErrorKind::BrokenPipe)
    }

    fn zh(&self) -> String {
        match self {
            Self::Unreadable { file, reason } => format!("{file}：无法读取（{reason}）"),
            Self::Unwritable { file, reason } => format!("{file}：无法写入（{reason}），原有文件未改动"),
            Self::Exists { file } => format!("{file}：文件已存在；换一个名称，或加 --overwrite 覆盖"),
            Self::Output(reason) => format!("标准输出无法写入（{reason}）"),
            Self::TooLarge { file, bytes, limit } => format!("{file}：有 {bytes} 字节，最多读取 {limit} 字节"),
            Self::Snapshot { file, problem } => format!("{file}：{}", words::snapshot(problem, Lang::Zh)),
            Self::Copy { file, problem } => format!("{file}：{}", copy_words(*problem, Lang::Zh)),
            Self::Workbook { file, problem } => format!("{file}：{}", sheet::words(problem, Lang::Zh)),
            Self::Sheet(problem) => xlsx::words(problem, Lang::Zh),
            Self::NoPassphrase { file } => format!("{file}：第一行没有口令"),
            Self::NoRandomness(reason) => format!("系统不提供随机数（{reason}），无法加密"),
            Self::Table { file, problem } => format!("{file}：{}", words::table(problem, Lang::Zh)),
            Self::IsBackup { file } => format!("{file}：这是备份，不是表格；请用 kehu merge 并入"),
            Self::Columns { file, reasons } => format!("{file}：{}", reasons.join("；")),
            Self::BadMap { file, line, column, reason } => {
                format!("{file}：{line}：{column}: 列对应文件无法读取（{reason}）")
            }
            Self::OtherHeadings { file, map, missing, unknown } => format!(
                "{file}：列名与 {map} 不符；文件缺少：{}；{map} 未列出：{}",
                listed(missing, Lang::Zh),
                listed(unknown, Lang::Zh)
            ),
            Self::OtherWorkspace { first, other } => {
                format!("{other}：与 {first} 不是同一个工作区的备份；确要合在一起，请加 --adopt")
            }
            Self::UnknownKind { kind, known } => format!("没有“{kind}”这种记录；可用的有 {}", known.join("、")),
            Self::UnknownField { field, known } => format!("没有“{field}”这个字段；可用的有 {}", known.join("、")),
            Self::NoSuchCustomer(code) => format!("没有编号为“{code}”的客户"),
            Self::NoSuchStaff(name) => format!("没有编号或姓名为“{name}”的人员"),
            Self::OneFileAtATime => "--refused 和 --save-map 一次只用于一个文件；请逐个导入".to_owned(),
            Self::Store { store, reason } => format!("{store}：存储无法使用（{reason}）"),
            Self::NotTheirPassphrase { workspace } => {
                format!(
                    "口令打不开工作区 {workspace} 的文件；请在 --passphrase-file 所指文件的第一行写上该公司现在使用的口令"
                )
            }
            Self::BadDeviceName => format!("设备名称须为 1 至 {MAX_NAME_CHARS} 个字符；请用 --name 给出"),
            Self::NoSuchDevice { workspace, device } => {
                format!("工作区 {workspace} 没有设备 {device}；可用 kehu token list 查看")
            }
            Self::TooManyDevices(most) => {
                format!("该工作区已有 {most} 台设备，达到上限；请先用 kehu token revoke 停用")
            }
            Self::TooLongToDraw => "加入链接过长，无法生成二维码；请直接使用链接".to_owned(),
            Self::Runtime(reason) => format!("程序无法启动（{reason}）"),
            Self::Rules(reason) => format!("内置规则无法读取（{reason}）"),
        }
    }

    fn en(&self) -> String {
        match self {
            Self::Unreadable { file, reason } => format!("{file}: cannot be read ({reason})"),
            Self::Unwritable { file, reason } => {
                format!("{file}: cannot be written ({reason}); what was there is untouched")
            }
            Self::Exists { file } => format!("{file}: is there already; choose another name, or add --overwrite"),
            Self::Output(reason) => format!("standard output cannot be written ({reason})"),
            Self::TooLarge { file, bytes, limit } => {
                format!("{file}: has {bytes} bytes, at most {limit} are read")
            }
            Self::Snapshot { file, problem } => format!("{file}: {}", words::snapshot(problem, Lang::En)),
            Self::Copy { file, problem } => format!("{file}: {}", copy_words(*problem, Lang::En)),
            Self::Workbook { file, problem } => format!("{file}: {}", sheet::words(problem, Lang::En)),
            Self::Sheet(problem) => xlsx::words(problem, Lang::En),
            Self::NoPassphrase { file } => format!("{file}: the first line holds no passphrase"),
            Self::NoRandomness(reason) => {
                format!("the system gives no random numbers ({reason}), so nothing is sealed")
            }
            Self::Table { file, problem } => format!("{file}: {}", words::table(problem, Lang::En)),
            Self::IsBackup { file } => format!("{file}: is a backup and no table; use kehu merge"),
            Self::Columns { file, reasons } => format!("{file}: {}", reasons.join("; ")),
            Self::BadMap { file, line, column, reason } => {
                format!("{file}:{line}:{column}: the mapping cannot be read ({reason})")
            }
            Self::OtherHeadings { file, map, missing, unknown } => format!(
                "{file}: has other headings than {map}; not in the file: {}; not in {map}: {}",
                listed(missing, Lang::En),
                listed(unknown, Lang::En)
            ),
            Self::OtherWorkspace { first, other } => {
                format!("{other}: is of another workspace than {first}; add --adopt to unite them all the same")
            }
            Self::UnknownKind { kind, known } => {
                format!("there is no kind of record {kind:?}; there are {}", known.join(", "))
            }
            Self::UnknownField { field, known } => {
                format!("there is no field {field:?}; there are {}", known.join(", "))
            }
            Self::NoSuchCustomer(code) => format!("no customer has the code {code:?}"),
            Self::NoSuchStaff(name) => format!("nobody of the staff has the code or name {name:?}"),
            Self::OneFileAtATime => "--refused and --save-map go with one file; import them one by one".to_owned(),
            Self::Store { store, reason } => format!("{store}: {reason}"),
            Self::NotTheirPassphrase { workspace } => format!(
                "the passphrase does not open the files of workspace {workspace}; put the one in force into the first line of the \
                 file that --passphrase-file names"
            ),
            Self::BadDeviceName => format!("a device's name has 1 to {MAX_NAME_CHARS} characters; give one by --name"),
            Self::NoSuchDevice { workspace, device } => {
                format!("the workspace {workspace} has no device {device}; kehu token list shows those it has")
            }
            Self::TooManyDevices(most) => {
                format!("the workspace lets in {most} devices, which is the most; shut some out by kehu token revoke")
            }
            Self::TooLongToDraw => "the joining link is too long to be drawn; use the link itself".to_owned(),
            Self::Runtime(reason) => format!("the program cannot begin ({reason})"),
            Self::Rules(reason) => format!("the rules as shipped cannot be read ({reason})"),
        }
    }
}

fn listed(words: &[String], lang: Lang) -> String {
    match (words, lang) {
        ([], Lang::Zh) => "无".to_owned(),
        ([], Lang::En) => "nothing".to_owned(),
        (words, Lang::Zh) => words.join("、"),
        (words, Lang::En) => words.join(", "),
    }
}

/// What is wrong with the wrapping of a backup; a passphrase is given by a file here.
fn copy_words(problem: CopyError, lang: Lang) -> String {
    match (problem, lang) {
        (CopyError::NeedsPassphrase, Lang::Zh) => "此文件设有口令；请用 --passphrase-file 给出口令文件".to_owned(),
        (CopyError::NeedsPassphrase, Lang::En) => {
            "is sealed; name the file that holds its passphrase by --passphrase-file".to_owned()
        }
        _ => copy::words(problem, lang),
    }
}
