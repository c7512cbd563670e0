//! Attachments of the workspace: kept as records, found by the hash of their bytes.

use kehu_domain::attachment;
use kehu_domain::kind;

use super::Workspace;
use crate::exchange::{NewFile, base64};

/// An attachment as it is shown.
#[derive(Clone, Debug, PartialEq)]
pub struct Attached {
    /// What it is called.
    pub name: String,
    /// Its content as a data address, for an image or a download.
    pub address: String,
    /// Whether it is a picture.
    pub is_picture: bool,
}

impl Workspace {
    /// Keeps an attachment and gives its name in fields, the SHA-256 of its bytes; one that is here is not kept twice.
    ///
    /// # Errors
    /// The sentence to show: it is too large, or could not be saved.
    pub async fn attach(&self, file: NewFile) -> Result<String, AttachProblem> {
        if file.bytes.len() > attachment::MAX_BYTES {
            return Err(AttachProblem::TooLarge { bytes: file.bytes.len() });
        }
        let sha256 = attachment::sha256(&file.bytes);
        if self.read_once(|book| attachment::find(book, &sha256).is_some()) {
            return Ok(sha256);
        }
        let content = base64(&file.bytes).ok_or(AttachProblem::Unreadable)?;
        let cells = attachment::cells(&file.name, &file.media_type, &sha256, &content);
        self.commit(|_, act| {
            act.create(kind::ATTACHMENT, cells);
        })
        .await
        .map_err(AttachProblem::NotSaved)?;
        Ok(sha256)
    }

    /// The attachment with this SHA-256, if it is here.
    pub fn attached(&self, sha256: &str) -> Option<Attached> {
        self.read(|book| {
            let record = attachment::find(book, sha256)?;
            let media_type = record.text(kind::MEDIA_TYPE);
            Some(Attached {
                name: record.text(kind::NAME).to_owned(),
                address: format!("data:{media_type};base64,{}", record.text(kind::DATA)),
                is_picture: media_type.starts_with("image/"),
            })
        })
    }
}

/// Why something was not attached.
#[derive(Clone, Debug, PartialEq)]
pub enum AttachProblem {
    /// It has more bytes than are kept.
    TooLarge {
        /// How many it has.
        bytes: usize,
    },
    /// The browser cannot read it.
    Unreadable,
    /// The storage.
    NotSaved(kehu_store::StoreError),
}
