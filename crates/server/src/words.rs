//! What the domain says is wrong with a file, as clauses in both languages.

use kehu_domain::dictionary::Dictionary;
use kehu_domain::import::file::{MAX_COLUMNS, MAX_FILE_BYTES, MAX_ROWS};
use kehu_domain::import::{ImportError, MappingProblem, Target};
use kehu_domain::snapshot::SnapshotError;
use kehu_domain::text::Lang;

/// Why a file cannot be opened as a backup.
pub fn snapshot(problem: &SnapshotError, lang: Lang) -> String {
    match (problem, lang) {
        (SnapshotError::Empty, Lang::Zh) => "文件是空的".into(),
        (SnapshotError::Foreign, Lang::Zh) => "不是客户备份文件".into(),
        (SnapshotError::Truncated, Lang::Zh) => "备份不完整，结尾缺失".into(),
        (SnapshotError::Altered { part: 0 }, Lang::Zh) => "备份被改动过".into(),
        (SnapshotError::Altered { part }, Lang::Zh) => format!("备份被改动过：第 {part} 段"),
        (SnapshotError::TooNew { found, known }, Lang::Zh) => format!("备份版本 {found}，本程序只认得 {known}"),
        (SnapshotError::BadChange { line, .. }, Lang::Zh) => format!("第 {line} 条更改无法读取"),
        (problem, Lang::En) => problem.to_string(),
    }
}

/// Why a file cannot be imported.
pub fn table(problem: &ImportError, lang: Lang) -> String {
    match lang {
        Lang::Zh => match problem {
            ImportError::Empty => "文件是空的".into(),
            ImportError::Workbook => "是工作簿而不是文本；请另存为 CSV".into(),
            ImportError::NotText => "不是文本文件".into(),
            ImportError::WrongEncoding { at } => {
                format!("第 {at} 字节处既不是 UTF-8 也不是 GB18030；请另存为 UTF-8 的 CSV")
            }
            ImportError::TooLarge { bytes } => format!("有 {bytes} 字节，最多 {MAX_FILE_BYTES} 字节；请拆成几个文件"),
            ImportError::TooManyColumns { columns } => format!("有 {columns} 列，最多 {MAX_COLUMNS} 列"),
            ImportError::TooManyRows => format!("超过 {MAX_ROWS} 行；请拆成几个文件"),
            ImportError::LineTooLong { row } => format!("第 {row} 行过长，没有换行，不像是表格"),
            ImportError::NulCharacter { row } => format!("第 {row} 行含有空字符（NUL）"),
            ImportError::Backup => "是备份而不是表格；请用 kehu merge 合并".into(),
            ImportError::BrokenJson { line, column } => {
                format!("不是完整的 JSON：第 {line} 行第 {column} 个字节处有误")
            }
            ImportError::NestedJson { row, field } if field.is_empty() => format!("第 {row} 行不是一条记录"),
            ImportError::NestedJson { row, field } => format!("第 {row} 行的“{field}”里又套了一层内容；请先展开"),
            ImportError::NoHeader => "前 10 行里没有认得的列名；请用 --kind 和 --header-row 指定".into(),
            ImportError::UnknownKind => "没有这种记录".into(),
        },
        Lang::En => match problem {
            ImportError::Workbook => "the file is a workbook and no text; save it as CSV".into(),
            ImportError::WrongEncoding { .. } => format!("{problem}; save it as CSV in UTF-8"),
            ImportError::TooLarge { .. } | ImportError::TooManyRows => format!("{problem}; split it"),
            ImportError::NoHeader => {
                "none of the first 10 rows has headings that are known; name the row by --kind and --header-row".into()
            }
            problem => problem.to_string(),
        },
    }
}

/// Why the columns of a file cannot be carried out, naming field and columns (from 1) with their headings.
pub fn columns(problem: &MappingProblem, headers: &[String], dictionary: &Dictionary, lang: Lang) -> String {
    match problem {
        MappingProblem::Missing { target } => {
            let field = field(*target, dictionary, lang);
            match lang {
                Lang::Zh => format!("缺少必填列“{field}”；请补上这一列，或用 --map 指定"),
                Lang::En => format!("the mandatory column “{field}” is missing; add it, or name one by --map"),
            }
        }
        MappingProblem::SameName { label, .. } => match lang {
            Lang::Zh => format!("有几列都要新建字段“{label}”；请用 --map 只留一列"),
            Lang::En => format!("several columns would make a new field “{label}”; keep one by --map"),
        },
        MappingProblem::Clash { target, columns } => {
            let field = field(*target, dictionary, lang);
            let named = columns.iter().map(|place| {
                let header = headers.get(*place).map_or("", String::as_str);
                match lang {
                    Lang::Zh => format!("第 {} 列“{header}”", place + 1),
                    Lang::En => format!("column {} “{header}”", place + 1),
                }
            });
            let named = named.collect::<Vec<_>>();
            match lang {
                Lang::Zh => format!("{}都对应“{field}”；请用 --map 指定用哪一列", named.join("、")),
                Lang::En => format!("{} all go to “{field}”; choose one by --map", named.join(", ")),
            }
        }
    }
}

/// What people call a field; its key where the dictionary does not know it.
pub fn field(target: Target, dictionary: &Dictionary, lang: Lang) -> String {
    let known = dictionary.kind(target.kind).and_then(|kind| kind.field(target.field));
    known.map_or_else(|| target.field.to_string(), |known| known.field.label.get(lang).to_owned())
}
