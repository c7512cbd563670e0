//! The workspace's own record, which its first act makes.

pub use kehu_domain::arrival::WORKSPACE_RECORD;
use kehu_domain::book::Book;
use kehu_domain::change::Act;
use kehu_domain::{kind, packet};

/// Gives a workspace that has none its identity, made of random `bits`, and says that it is whole, if it is no part of another.
pub fn name_workspace(book: &Book, act: &mut Act<'_>, bits: impl FnOnce() -> u64) {
    packet::note_whole(book, act);
    if book.get(WORKSPACE_RECORD).is_none() {
        let id = format!("{:016x}", bits());
        act.create_as(kind::WORKSPACE, WORKSPACE_RECORD, [(kind::WORKSPACE_ID, id.into())].into_iter().collect());
    }
}
