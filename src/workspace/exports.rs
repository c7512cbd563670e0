//! Exports: gathering tables in slices, the log, and the approval contacts need (L7).

use std::sync::Arc;

use futures_util::future::LocalBoxFuture;
use kehu_domain::dictionary::Dictionary;
use kehu_domain::export::{self, Cell, Sheet};
use kehu_domain::key::Key;
use kehu_domain::stamp::RecordId;
use kehu_store::StoreError;

use super::Workspace;
use crate::device::shown_language;
use crate::moment::breathe;

/// How many records are gathered between two breaths.
const SLICE: usize = 250;

/// A column that no record holds: what is worked out for it.
#[derive(Clone)]
pub struct Worked {
    /// Its place among the columns, from 0.
    pub place: usize,
    /// Its heading; one that no import takes for a field.
    pub heading: String,
    /// What it says of a record.
    pub cell: Arc<dyn Fn(RecordId) -> Cell>,
}

/// What a table is made of.
#[derive(Clone)]
pub enum Source {
    /// Records of one kind, in this order.
    Records {
        /// The kind.
        kind: Key,
        /// The records.
        ids: Vec<RecordId>,
        /// The fields, in this order; every one that is filled where there are none.
        keys: Vec<Key>,
        /// Further columns, in the order of their places.
        worked: Vec<Worked>,
    },
    /// A table as it stands.
    Table(Sheet),
    /// A table of which the page has a part only: asked for once somebody wants all of it; `None` when that fails.
    Asked(Arc<dyn Fn() -> LocalBoxFuture<'static, Option<Sheet>>>),
}

impl Workspace {
    /// The table that a source describes; `None` for a kind nobody knows.
    pub async fn gather(&self, source: Source) -> Option<Sheet> {
        let (kind, ids, keys, worked) = match source {
            Source::Table(sheet) => return Some(sheet),
            Source::Asked(ask) => return ask().await,
            Source::Records { kind, ids, keys, worked } => (kind, ids, keys, worked),
        };
        self.complete().await;
        let dictionary = self.read_once(|book| Dictionary::built_in().with_records(book));
        let keys =
            if keys.is_empty() { self.read_once(|book| export::filled(book, &dictionary, kind, &ids)) } else { keys };
        let part = |ids: &[RecordId]| {
            let lang = shown_language();
            self.read_once(|book| export::records_with(book, &dictionary, kind, ids, &keys, lang))
        };
        let mut sheet = part(&[])?;
        for ids in ids.chunks(SLICE) {
            sheet.rows.extend(part(ids)?.rows.into_iter().zip(ids).map(|(mut row, id)| {
                for column in &worked {
                    row.insert(column.place.min(row.len()), (column.cell)(*id));
                }
                row
            }));
            breathe().await;
        }
        for column in worked {
            sheet.columns.insert(column.place.min(sheet.columns.len()), column.heading);
        }
        Some(sheet)
    }

    /// Writes down an export that nobody needs to approve.
    ///
    /// # Errors
    /// When it could not be saved.
    pub async fn log_export(&self, subject: &str, scope: &str, count: usize, file: &str) -> Result<(), StoreError> {
        self.commit(|_, act| _ = export::log(act, subject, scope, count, file)).await.map(|_| ())
    }

    /// Asks for an export of contacts: of these customers, chosen as `scope` says, or of all.
    ///
    /// # Errors
    /// When it could not be saved.
    pub async fn ask_export(
        &self,
        customers: Option<&[RecordId]>,
        scope: &str,
        count: usize,
        reason: &str,
    ) -> Result<(), StoreError> {
        self.commit(|_, act| _ = export::ask(act, customers, scope, count, reason)).await.map(|_| ())
    }

    /// Decides on an export that waits, as far as the person of this device may.
    ///
    /// # Errors
    /// When it could not be saved.
    pub async fn decide_export(&self, record: RecordId, is_approved: bool, reason: &str) -> Result<(), StoreError> {
        let person = self.person();
        self.commit(|book, act| export::decide(book, act, person, record, is_approved, reason)).await.map(|_| ())
    }

    /// Writes down that the file of an approved export was made; says whether that may be.
    ///
    /// # Errors
    /// When it could not be saved.
    pub async fn make_export(&self, record: RecordId, count: usize, file: &str) -> Result<bool, StoreError> {
        let person = self.person();
        let mut may = false;
        self.commit(|book, act| may = export::make(book, act, person, record, count, file)).await?;
        Ok(may)
    }
}
