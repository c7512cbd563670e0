//! Any backup as its plain text: sealed or not, packed or not; which is told by the bytes, never by the name.

use kehu_domain::text::Lang;

use crate::gzip::{self, GzipError};
use crate::seal::{self, SealError};

/// What a backup is wrapped in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Wrapping {
    /// Nothing: it is the text itself.
    Plain,
    /// It is packed by gzip.
    Packed,
    /// It needs its passphrase.
    Sealed,
}

/// Why a backup cannot be opened.
#[derive(Clone, Copy, Debug, PartialEq, Eq, thiserror::Error)]
pub enum CopyError {
    /// It is sealed, and no passphrase was given.
    #[error("a passphrase is needed")]
    NeedsPassphrase,
    /// The passphrase is not the one it was sealed with.
    #[error("wrong passphrase")]
    WrongPassphrase,
    /// Its bytes changed since it was written.
    #[error("the file is damaged")]
    Damaged,
    /// Its end is missing.
    #[error("the file is cut off")]
    CutOff,
    /// Sealed by a newer version of Kehu.
    #[error("sealed by version {found}")]
    TooNew {
        /// The version of the seal.
        found: u8,
    },
    /// Unpacked it would be more than is opened.
    #[error("more than {max} bytes")]
    TooLarge {
        /// The most bytes that are opened.
        max: usize,
    },
}

impl From<GzipError> for CopyError {
    fn from(problem: GzipError) -> Self {
        match problem {
            GzipError::Damaged => Self::Damaged,
            GzipError::CutOff => Self::CutOff,
            GzipError::TooLarge { max } => Self::TooLarge { max },
        }
    }
}

impl From<SealError> for CopyError {
    fn from(problem: SealError) -> Self {
        match problem {
            SealError::NotSealed | SealError::Damaged => Self::Damaged,
            SealError::TooNew { found } => Self::TooNew { found },
            SealError::WrongPassphrase => Self::WrongPassphrase,
            SealError::CutOff => Self::CutOff,
        }
    }
}

/// What the outermost wrapping of `bytes` is.
pub fn wrapping(bytes: &[u8]) -> Wrapping {
    if seal::is_sealed(bytes) {
        Wrapping::Sealed
    } else if gzip::is_gzip(bytes) {
        Wrapping::Packed
    } else {
        Wrapping::Plain
    }
}

/// The text of a backup as it was before it was packed and sealed; whether it is a backup is for its reader to say.
///
/// # Errors
/// [`CopyError`]; with [`CopyError::NeedsPassphrase`] the caller asks for it and tries again.
pub fn open(bytes: Vec<u8>, passphrase: Option<&str>) -> Result<Vec<u8>, CopyError> {
    let packed = match wrapping(&bytes) {
        Wrapping::Sealed => seal::open(&bytes, passphrase.ok_or(CopyError::NeedsPassphrase)?)?,
        _ => bytes,
    };
    match wrapping(&packed) {
        Wrapping::Packed => Ok(gzip::unpack(&packed, gzip::MAX_UNPACKED_BYTES)?),
        _ => Ok(packed),
    }
}

/// What is wrong and what to do about it, as a sentence.
pub fn words(problem: CopyError, lang: Lang) -> String {
    match (problem, lang) {
        (CopyError::NeedsPassphrase, Lang::Zh) => "此文件设有口令。请输入写入时设定的口令。".to_owned(),
        (CopyError::NeedsPassphrase, Lang::En) => {
            "This file is sealed. Enter the passphrase that was set when it was written.".to_owned()
        }
        (CopyError::WrongPassphrase, Lang::Zh) => {
            "口令不正确,文件本身完好。请核对大小写和输入法后重新输入。".to_owned()
        }
        (CopyError::WrongPassphrase, Lang::En) => {
            "The passphrase is wrong; the file itself is in order. Check capitals and keyboard, and enter it again."
                .to_owned()
        }
        (CopyError::Damaged, Lang::Zh) => "文件已损坏:内容在写入之后被改动。请改用另一份备份。".to_owned(),
        (CopyError::Damaged, Lang::En) => {
            "The file is damaged: its content changed after it was written. Use another copy.".to_owned()
        }
        (CopyError::CutOff, Lang::Zh) => "文件不完整:结尾缺失。请重新复制该文件,或改用另一份备份。".to_owned(),
        (CopyError::CutOff, Lang::En) => {
            "The file is incomplete: its end is missing. Copy the file again, or use another copy.".to_owned()
        }
        (CopyError::TooNew { .. }, Lang::Zh) => "此文件由较新版本写入。请先更新 Kehu 再打开。".to_owned(),
        (CopyError::TooNew { .. }, Lang::En) => {
            "This file was written by a newer version. Update Kehu, then open it.".to_owned()
        }
        (CopyError::TooLarge { max }, Lang::Zh) => {
            format!("文件解压后超过 {} MB,不予打开。", max >> 20)
        }
        (CopyError::TooLarge { max }, Lang::En) => {
            format!("Unpacked the file would exceed {} MB; it is not opened.", max >> 20)
        }
    }
}
