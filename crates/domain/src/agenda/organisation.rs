//! Who there is, which posts they hold, and who is above whom.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use crate::book::Book;
use crate::form::Posts;
use crate::key::Key;
use crate::kind;
use crate::stamp::RecordId;
use crate::value::Value;

/// The staff of a workspace.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Organisation {
    posts: Arc<Posts>,
    holders: BTreeMap<Key, Vec<RecordId>>,
    superior: BTreeMap<RecordId, RecordId>,
}

impl Organisation {
    /// The staff in the book.
    pub fn of(book: &Book) -> Self {
        let mut posts = Posts::new();
        let mut superior = BTreeMap::new();
        for staff in book.of_kind(kind::STAFF).filter(|staff| staff.exists()) {
            let roles = staff.get(kind::ROLES).items().iter().filter_map(Value::as_text);
            posts.insert(staff.id, roles.filter_map(|code| Key::new(code).ok()).collect());
            superior.extend(staff.reference(kind::SUPERIOR).map(|above| (staff.id, above)));
        }
        Self::new(posts, superior)
    }

    /// People with their posts, and the superior of each who has one.
    pub fn new(posts: Posts, superior: BTreeMap<RecordId, RecordId>) -> Self {
        let mut holders: BTreeMap<Key, Vec<RecordId>> = BTreeMap::new();
        for (person, held) in &posts {
            for post in held {
                holders.entry(*post).or_default().push(*person);
            }
        }
        Self { posts: Arc::new(posts), holders, superior }
    }

    /// Who holds which posts.
    pub fn posts(&self) -> &Arc<Posts> {
        &self.posts
    }

    /// Whether somebody is on the staff.
    pub fn knows(&self, person: RecordId) -> bool {
        self.posts.contains_key(&person)
    }

    /// Everybody who holds a post.
    pub fn holders(&self, post: Key) -> &[RecordId] {
        self.holders.get(&post).map_or(&[], Vec::as_slice)
    }

    /// Who is above somebody, the nearest first; a circle ends where it closes.
    pub fn superiors(&self, person: RecordId) -> Vec<RecordId> {
        let mut above: Vec<RecordId> = Vec::new();
        let mut next = self.superior.get(&person);
        while let Some(one) = next.filter(|one| **one != person && !above.contains(one)) {
            above.push(*one);
            next = self.superior.get(one);
        }
        above
    }

    /// Who is under somebody, directly or not, the nearest first; themselves left out.
    pub fn team(&self, person: RecordId) -> Vec<RecordId> {
        let mut under: BTreeMap<RecordId, Vec<RecordId>> = BTreeMap::new();
        for (below, above) in self.superior.iter().filter(|(below, _)| self.knows(**below)) {
            under.entry(*above).or_default().push(*below);
        }
        let (mut team, mut met) = (Vec::new(), BTreeSet::from([person]));
        let mut level = vec![person];
        while !level.is_empty() {
            let below = level.iter().filter_map(|above| under.get(above)).flatten();
            level = below.copied().filter(|below| met.insert(*below)).collect();
            team.extend(&level);
        }
        team
    }
}
