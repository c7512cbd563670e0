//! One query over the buffers of the index: find, rank, choose the best.

use std::cmp::Ordering;
use std::ops::Range;

use memchr::{memchr_iter, memmem};

use super::query::{Term, terms};
use super::sound::{self, read, spell};
use super::{Found, Hit, Index, Place, Slot};
use crate::key::Key;

/// Stands in the initials for a character without letters.
pub(super) const NO_LETTER: u8 = 0x80;

/// Up to this many records are looked at one by one instead of scanning everything again.
const FEW: usize = 2_000;

/// How well a query was found, the best first.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Rank {
    /// It is a whole text.
    Exact,
    /// A text begins with it.
    Prefix,
    /// A word begins with it.
    WordStart,
    /// It spells a whole text, as `lml` does 李明朗.
    SpelledExact,
    /// It spells the beginning of a text.
    SpelledPrefix,
    /// It stands somewhere inside.
    Inside,
    /// It spells something inside.
    SpelledInside,
    /// It stands inside a number.
    InNumber,
}

const RANKS: usize = Rank::InNumber as usize + 1;

/// A record with the best find in it.
#[derive(Clone, Copy, Debug)]
struct Match {
    number: u32,
    rank: Rank,
    slot: u8,
}

impl Index {
    /// The records in which every word of `query` is found, the best `limit` of them first.
    ///
    /// Better rank first, then heavier text, shorter name, name. A query of nothing finds nothing.
    pub fn find(&self, query: &str, limit: usize) -> Found {
        self.find_where(query, limit, |_| true)
    }

    /// The same among the records whose tag is wanted.
    pub fn find_where(&self, query: &str, limit: usize, wants: impl Fn(u8) -> bool) -> Found {
        let terms = terms(query);
        let Some((first, others)) = terms.split_first() else { return Found::default() };
        let mut matches = self.matches(first, 0..self.places.len());
        matches.retain(|found| self.place(found.number).is_some_and(|place| place.is_alive && wants(place.tag)));
        for term in others {
            matches = self.also(matches, term);
        }
        Found { total: matches.len(), hits: self.best(matches, limit) }
    }

    /// Those of `matches` that hold `term` too, each with the worse rank.
    fn also(&self, matches: Vec<Match>, term: &Term) -> Vec<Match> {
        let others = if matches.len() <= FEW {
            let one = |found: &Match| self.matches(term, found.number as usize..found.number as usize + 1);
            matches.iter().flat_map(one).collect()
        } else {
            self.matches(term, 0..self.places.len())
        };
        let mut others = others.into_iter().peekable();
        let both = |found: Match| {
            while others.next_if(|other| other.number < found.number).is_some() {}
            let other = others.next_if(|other| other.number == found.number)?;
            Some(Match { rank: found.rank.max(other.rank), ..found })
        };
        matches.into_iter().filter_map(both).collect()
    }

    /// The best find of `term` in each record of the range, by record.
    fn matches(&self, term: &Term, records: Range<usize>) -> Vec<Match> {
        let typed = self.typed(term, &records);
        let spelled = if term.is_latin() {
            self.spelled(term, &records)
        } else if let Some(anchor) = term.anchor() {
            self.mixed(term, &anchor, &records)
        } else {
            return typed;
        };
        merge(typed, spelled)
    }

    /// Finds `term` as it was typed.
    fn typed(&self, term: &Term, records: &Range<usize>) -> Vec<Match> {
        let mut best = best_in_text(self, records.start);
        let (from, part) = self.text_of(records);
        let word = term.text.as_bytes();
        let mut add = |at| best.add(from + at, self.typed_rank(from + at, word.len()));
        match word {
            [letter] => memchr_iter(*letter, part).for_each(&mut add),
            _ => memmem::find_iter(part, word).for_each(&mut add),
        }
        best.matches
    }

    fn typed_rank(&self, at: usize, len: usize) -> Rank {
        if at > 0 && self.opens_text(at - 1) {
            if self.opens_text(at + len) { Rank::Exact } else { Rank::Prefix }
        } else if self.is_start(at) {
            Rank::WordStart
        } else {
            Rank::Inside
        }
    }

    /// Finds `term` as pinyin or initials.
    fn spelled(&self, term: &Term, records: &Range<usize>) -> Vec<Match> {
        let openings = openings(&term.letters);
        openings
            .iter()
            .map(|opening| self.spelled_from(opening, &term.letters, records))
            .reduce(merge)
            .unwrap_or_default()
    }

    /// Finds where the letters are spelled beginning with these initials.
    fn spelled_from(&self, opening: &[u8], letters: &[u8], records: &Range<usize>) -> Vec<Match> {
        let mut best = best_in_initials(self, records.start);
        let (from, part) = self.spelled_of(records);
        let mut add = |at: usize| {
            let at = from + at;
            let hoped = if at > 0 && self.opens_spelling(at - 1) { Rank::SpelledExact } else { Rank::SpelledInside };
            if best.can_use(at, hoped)
                && let Some(end) = self.spelled_end(letters, at)
            {
                let rank =
                    if hoped == Rank::SpelledExact && !self.opens_spelling(end) { Rank::SpelledPrefix } else { hoped };
                best.add(at, rank);
            }
        };
        match opening {
            [letter] => memchr_iter(*letter, part).for_each(&mut add),
            _ => memmem::find_iter(part, opening).for_each(&mut add),
        }
        best.matches
    }

    /// Where the letters are used up, if they spell what stands at `at`.
    fn spelled_end(&self, letters: &[u8], at: usize) -> Option<usize> {
        if letters.len() == 1 {
            return Some(at + 1);
        }
        let done = 1 << letters.len();
        let mut reached = 1;
        let rest = self.initials.get(at..)?.iter().zip(self.sounds.get(at..)?);
        for (place, (initial, sound)) in rest.enumerate() {
            if *initial < 0x20 {
                return None;
            }
            reached = match sound::letters(*sound) {
                [] => read(reached, letters.len(), |letter| letters.get(letter) == Some(initial)),
                syllable => spell(reached, letters, syllable),
            };
            if reached & done != 0 {
                return Some(at + place + 1);
            }
            if reached == 0 {
                return None;
            }
        }
        None
    }

    fn opens_spelling(&self, at: usize) -> bool {
        self.initials.get(at).is_none_or(|byte| *byte < 0x20)
    }

    /// Finds a word of both characters and letters, such as `李ml`, by its characters first.
    fn mixed(&self, term: &Term, anchor: &str, records: &Range<usize>) -> Vec<Match> {
        let mut best = best_in_text(self, records.start);
        let (from, part) = self.text_of(records);
        for at in memmem::find_iter(part, anchor.as_bytes()) {
            let start = text_start(&self.text, from + at);
            let rest = self.text.get(start..).unwrap_or_default();
            let len = rest.iter().position(|byte| *byte < 0x20).unwrap_or(rest.len());
            let Some(text) = rest.get(..len).and_then(|text| std::str::from_utf8(text).ok()) else { continue };
            let found = text.char_indices().find_map(|(skipped, _)| {
                let end = term.spelled_by(text.get(skipped..)?.chars())?;
                Some((skipped, text.get(skipped..)?.chars().nth(end).is_none()))
            });
            let rank = match found {
                Some((0, true)) => Rank::SpelledExact,
                Some((0, false)) => Rank::SpelledPrefix,
                Some(_) => Rank::SpelledInside,
                None => continue,
            };
            best.add(from + at, rank);
        }
        best.matches
    }

    /// The best `limit` matches in their final order.
    fn best(&self, mut matches: Vec<Match>, limit: usize) -> Vec<Hit> {
        if limit == 0 {
            return Vec::new();
        }
        let mut counts = [0; RANKS];
        for found in &matches {
            if let Some(count) = counts.get_mut(found.rank as usize) {
                *count += 1;
            }
        }
        let mut room = 0;
        let worst = counts.iter().position(|count| {
            room += count;
            room >= limit
        });
        if let Some(worst) = worst {
            matches.retain(|found| found.rank as usize <= worst);
        }
        let by_order =
            |a: &(u64, Match), b: &(u64, Match)| a.0.cmp(&b.0).then_with(|| self.by_name(a.1.number, b.1.number));
        let mut top: Vec<(u64, Match)> = Vec::new();
        let mut worst_kept: Option<(u64, Match)> = None;
        for found in matches {
            let next = (self.order(&found), found);
            if worst_kept.is_some_and(|worst| by_order(&next, &worst).is_gt()) {
                continue;
            }
            top.push(next);
            if top.len() == limit.saturating_mul(2).saturating_add(64) {
                let (_, last, _) = top.select_nth_unstable_by(limit - 1, by_order);
                worst_kept = Some(*last);
                top.truncate(limit);
            }
        }
        top.sort_unstable_by(by_order);
        top.truncate(limit);
        top.into_iter().filter_map(|(_, found)| self.hit(&found)).collect()
    }

    /// Rank, then weight, then the length of the name, in one number.
    fn order(&self, found: &Match) -> u64 {
        let weight = self.slot_of(found.slot).map_or(0, |slot| slot.weight);
        let name = self.name(found.number).len() as u64;
        (found.rank as u64) << 40 | u64::from(u8::MAX - weight) << 32 | name.min(u64::from(u32::MAX))
    }

    fn by_name(&self, a: u32, b: u32) -> Ordering {
        let id = |number| self.place(number).map(|place| place.id);
        self.name(a).cmp(self.name(b)).then_with(|| id(a).cmp(&id(b)))
    }

    fn hit(&self, found: &Match) -> Option<Hit> {
        let place = self.place(found.number)?;
        let field = self.slot_of(found.slot).map_or(Key::of("name"), |slot| slot.field);
        Some(Hit { record: place.id, tag: place.tag, field, rank: found.rank })
    }

    fn name(&self, number: u32) -> &[u8] {
        let Some(place) = self.place(number) else { return &[] };
        let start = place.text as usize + 1;
        self.text.get(start..start + usize::from(place.name_len)).unwrap_or_default()
    }

    fn place(&self, number: u32) -> Option<&Place> {
        self.places.get(number as usize)
    }

    fn slot_of(&self, slot: u8) -> Option<&Slot> {
        self.slots.get(usize::from(slot).checked_sub(1)?)
    }

    fn in_slot(&self, rank: Rank, slot: u8) -> Rank {
        let is_number =
            matches!(rank, Rank::WordStart | Rank::Inside) && self.slot_of(slot).is_some_and(|slot| slot.is_number);
        if is_number { Rank::InNumber } else { rank }
    }

    fn opens_text(&self, at: usize) -> bool {
        self.text.get(at).is_none_or(|byte| *byte < 0x20)
    }

    pub(super) fn is_start(&self, at: usize) -> bool {
        self.starts.get(at / 64).is_some_and(|bits| bits >> (at % 64) & 1 == 1)
    }

    pub(super) fn text_range(&self, number: usize) -> Range<usize> {
        let at = |number: usize| self.places.get(number).map_or(self.text.len(), |place| place.text as usize);
        at(number)..at(number + 1)
    }

    pub(super) fn spelled_range(&self, number: usize) -> Range<usize> {
        let at = |number: usize| self.places.get(number).map_or(self.initials.len(), |place| place.spelled as usize);
        at(number)..at(number + 1)
    }

    /// The text of several records, and where it begins.
    fn text_of(&self, records: &Range<usize>) -> (usize, &[u8]) {
        let (from, to) = (self.text_range(records.start).start, self.text_range(records.end).start);
        (from, self.text.get(from..to).unwrap_or_default())
    }

    fn spelled_of(&self, records: &Range<usize>) -> (usize, &[u8]) {
        let (from, to) = (self.spelled_range(records.start).start, self.spelled_range(records.end).start);
        (from, self.initials.get(from..to).unwrap_or_default())
    }
}

/// Collects finds in the order of a buffer and keeps the best of each record.
struct Best<'i, F> {
    index: &'i Index,
    buffer: &'i [u8],
    offset: F,
    number: usize,
    end: usize,
    matches: Vec<Match>,
}

/// For finds in the texts of records, the first of them given.
fn best_in_text(index: &Index, first: usize) -> Best<'_, impl Fn(&Place) -> u32> {
    Best::new(index, &index.text, |place: &Place| place.text, first)
}

/// For finds in their initials.
fn best_in_initials(index: &Index, first: usize) -> Best<'_, impl Fn(&Place) -> u32> {
    Best::new(index, &index.initials, |place: &Place| place.spelled, first)
}

impl<'i, F: Fn(&Place) -> u32> Best<'i, F> {
    fn new(index: &'i Index, buffer: &'i [u8], offset: F, number: usize) -> Self {
        let mut best = Self { index, buffer, offset, number, end: 0, matches: Vec::new() };
        best.end = best.start_of(number + 1);
        best
    }

    /// Whether a find at `at` would be the best yet of its record; finds come in the order of the buffer.
    fn can_use(&mut self, at: usize, rank: Rank) -> bool {
        if at >= self.end {
            self.advance(at);
        }
        self.matches.last().is_none_or(|found| found.number != self.number as u32 || found.rank > rank)
    }

    /// Takes a find at `at`; of two equally good ones in a record the first stays.
    fn add(&mut self, at: usize, rank: Rank) {
        if !self.can_use(at, rank) {
            return;
        }
        let number = self.number as u32;
        let slot = slot_before(self.buffer, at);
        let rank = self.index.in_slot(rank, slot);
        match self.matches.last_mut().filter(|found| found.number == number) {
            Some(found) if found.rank <= rank => (),
            Some(found) => *found = Match { number, rank, slot },
            None => self.matches.push(Match { number, rank, slot }),
        }
    }

    fn start_of(&self, number: usize) -> usize {
        self.index.places.get(number).map_or(usize::MAX, |place| (self.offset)(place) as usize)
    }

    /// Moves on to the record at `at`, in steps that double: the next find is mostly near.
    fn advance(&mut self, at: usize) {
        let mut stride = 1;
        while self.start_of(self.number + stride) <= at {
            self.number += stride;
            stride *= 2;
        }
        let end = self.index.places.len().min(self.number + stride);
        let near = self.index.places.get(self.number..end).unwrap_or_default();
        self.number += near.partition_point(|place| (self.offset)(place) as usize <= at).saturating_sub(1);
        self.end = self.start_of(self.number + 1);
    }
}

/// The byte that opens the text around `at`, which names its slot.
fn slot_before(buffer: &[u8], at: usize) -> u8 {
    let before = buffer.get(..at).unwrap_or_default();
    before.iter().rev().find(|byte| **byte < 0x20).copied().unwrap_or(0)
}

/// Where the text around `at` begins.
fn text_start(buffer: &[u8], at: usize) -> usize {
    let before = buffer.get(..at).unwrap_or_default();
    before.iter().rposition(|byte| *byte < 0x20).map_or(0, |opening| opening + 1)
}

/// The initials with which a text that these letters spell must begin: one, or two where there are two for sure.
fn openings(letters: &[u8]) -> Vec<Vec<u8>> {
    let Some(first) = letters.first() else { return Vec::new() };
    if letters.len() == 1 || sound::begins(letters) {
        return vec![vec![*first]];
    }
    let mut openings = Vec::new();
    for (end, letter) in letters.iter().enumerate().skip(1) {
        // After one letter the next may also stand for itself, as in `vip`.
        if end > 1 && !letters.get(..end).is_some_and(sound::begins) {
            break;
        }
        let opening = vec![*first, *letter];
        if !openings.contains(&opening) {
            openings.push(opening);
        }
    }
    openings
}

/// Two lists by record in one, with the better find of each record.
fn merge(first: Vec<Match>, second: Vec<Match>) -> Vec<Match> {
    if second.is_empty() {
        return first;
    }
    let mut all = Vec::with_capacity(first.len() + second.len());
    let mut second = second.into_iter().peekable();
    for found in first {
        while let Some(other) = second.next_if(|other| other.number < found.number) {
            all.push(other);
        }
        let other = second.next_if(|other| other.number == found.number);
        all.push(other.filter(|other| other.rank < found.rank).unwrap_or(found));
    }
    all.extend(second);
    all
}
