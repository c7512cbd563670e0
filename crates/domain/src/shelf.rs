//! Things by the record they belong to, on many small shelves: growing one moves few of them, so that taking in a
//! hundred thousand records never holds up a page for long.

use std::collections::HashMap;

use crate::stamp::RecordId;

/// How many shelves there are; each grows by itself.
const SHELVES: usize = 64;

/// A map from record ids that grows in small steps.
#[derive(Clone, Debug)]
pub struct Shelf<T> {
    parts: Vec<HashMap<RecordId, T>>,
}

impl<T> Default for Shelf<T> {
    fn default() -> Self {
        Self { parts: std::iter::repeat_with(HashMap::new).take(SHELVES).collect() }
    }
}

impl<T> Shelf<T> {
    /// What stands under `id`.
    pub fn get(&self, id: RecordId) -> Option<&T> {
        self.parts.get(id.spread(SHELVES))?.get(&id)
    }

    /// What stands under `id`, to change it.
    pub fn get_mut(&mut self, id: RecordId) -> Option<&mut T> {
        self.parts.get_mut(id.spread(SHELVES))?.get_mut(&id)
    }

    /// Whether anything stands under `id`.
    pub fn contains(&self, id: RecordId) -> bool {
        self.get(id).is_some()
    }

    /// Puts `thing` under `id`, replacing what stood there.
    pub fn put(&mut self, id: RecordId, thing: T) {
        if let Some(part) = self.parts.get_mut(id.spread(SHELVES)) {
            part.insert(id, thing);
        }
    }

    /// Everything, in no particular order.
    pub fn values(&self) -> impl Iterator<Item = &T> {
        self.parts.iter().flat_map(HashMap::values)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ids_made_one_after_the_other_spread_evenly() {
        let mut shelf = Shelf::default();
        for counter in 0..6_400 {
            shelf.put(crate::stamp::Stamp::new(1_764_000_000_000, counter, 77).into(), counter);
        }
        let sizes: Vec<usize> = shelf.parts.iter().map(HashMap::len).collect();
        assert_eq!(sizes.iter().sum::<usize>(), 6_400);
        assert!(sizes.iter().all(|size| (50..200).contains(size)), "{sizes:?}");
        assert_eq!(shelf.values().count(), 6_400);
    }

    #[test]
    fn what_was_put_is_found_and_replaced() {
        let mut shelf = Shelf::default();
        let (one, two) = (RecordId::fixed(1), RecordId::fixed(2));
        shelf.put(one, "a");
        shelf.put(one, "b");
        assert_eq!((shelf.get(one), shelf.get(two), shelf.contains(one)), (Some(&"b"), None, true));
        if let Some(thing) = shelf.get_mut(one) {
            *thing = "c";
        }
        assert_eq!(shelf.values().collect::<Vec<_>>(), [&"c"]);
    }
}
