//! Going through all customers for doubles, in slices.

use std::collections::HashSet;

use super::index::{CROWD, Index};
use super::{Likeness, Profile, told_apart};
use crate::book::Book;
use crate::stamp::RecordId;

/// The most pairs that are kept: more than anybody goes through, and no file fills the memory.
const MOST: usize = 20_000;

/// Two customers that may be one, the one made first in front.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Pair {
    /// The customer that was made first.
    pub one: RecordId,
    /// The other.
    pub other: RecordId,
    /// What speaks for it.
    pub likeness: Likeness,
}

/// A sweep under way; the index has to stay as it is meanwhile.
#[derive(Debug)]
pub struct Sweep {
    at: usize,
    total: usize,
    seen: HashSet<(u32, u32)>,
    apart: HashSet<(RecordId, RecordId)>,
    pairs: Vec<Pair>,
    crowds: usize,
}

impl Sweep {
    /// Begins a sweep over the customers of an index.
    pub fn begin(book: &Book, index: &mut Index) -> Self {
        index.settle();
        Self {
            at: 0,
            total: index.words.len(),
            seen: HashSet::new(),
            apart: told_apart(book).collect(),
            pairs: Vec::new(),
            crowds: 0,
        }
    }

    /// How far it is: words looked at, of how many.
    pub fn progress(&self) -> (usize, usize) {
        (self.at, self.total)
    }

    /// How many words were shared by too many customers to mean anything, and were passed over.
    pub fn crowds(&self) -> usize {
        self.crowds
    }

    /// Goes through some more words; says whether there are more to come.
    pub fn step(&mut self, book: &Book, index: &Index, max_words: usize) -> bool {
        let until = self.at.saturating_add(max_words.max(1)).min(self.total);
        while self.at < until {
            let rest = index.words.get(self.at..self.total).unwrap_or_default();
            let Some((word, _)) = rest.first() else { break };
            let run = rest.iter().take_while(|(other, _)| other == word);
            let places: Vec<u32> = run.map(|(_, place)| *place).collect();
            self.at += places.len();
            self.compare(book, index, &places);
        }
        self.at < self.total
    }

    /// The pairs found, the surest first.
    pub fn finish(mut self) -> Vec<Pair> {
        self.pairs.sort_by(|a, b| {
            let key = |pair: &Pair| (pair.likeness.certainty, pair.one, pair.other);
            key(a).cmp(&key(b)).then_with(|| a.likeness.reasons.cmp(&b.likeness.reasons))
        });
        self.pairs
    }

    fn compare(&mut self, book: &Book, index: &Index, places: &[u32]) {
        if places.len() < 2 {
            return;
        }
        let alive: Vec<u32> = places.iter().copied().filter(|place| index.customer(*place).is_some()).collect();
        if alive.len() > CROWD {
            self.crowds += 1;
            return;
        }
        for (number, one) in alive.iter().enumerate() {
            for other in alive.iter().skip(number + 1) {
                if self.pairs.len() < MOST && self.seen.insert((*one, *other)) {
                    self.pairs.extend(pair(book, index, *one, *other).filter(|pair| !self.is_apart(pair)));
                }
            }
        }
    }

    fn is_apart(&self, pair: &Pair) -> bool {
        self.apart.contains(&(pair.one.min(pair.other), pair.one.max(pair.other)))
    }
}

fn pair(book: &Book, index: &Index, one: u32, other: u32) -> Option<Pair> {
    let record = |place| book.get(index.customer(place)?);
    let (mut one, mut other) = (record(one)?, record(other)?);
    let made = |record: &crate::book::Record| record.created().map(|change| change.stamp);
    if (made(other), other.id) < (made(one), one.id) {
        std::mem::swap(&mut one, &mut other);
    }
    let likeness = Profile::of(book, one).likeness(&Profile::of(book, other))?;
    Some(Pair { one: one.id, other: other.id, likeness })
}
