//! A set of stamps written small: runs of equal steps within one millisecond of one node, so that it is exact.
//!
//! Whatever comes later, a run holds just the stamps it was made of: it names each of them by where the run begins, its step
//! and its length. An import of thousands of rows is one run, since its changes are counted on within one millisecond.

use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::stamp::Stamp;
use crate::value::Value;

/// The base in which the numbers of a run are written.
const BASE: u32 = 36;

/// A set of stamps.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Stamps {
    nodes: BTreeMap<u64, Vec<Run>>,
}

/// `len` stamps of one millisecond, their counters `step` apart.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Run {
    millis: u64,
    counter: u32,
    step: u32,
    len: u32,
}

impl Run {
    fn holds(&self, millis: u64, counter: u32) -> bool {
        let Some(past) = counter.checked_sub(self.counter).filter(|_| millis == self.millis) else { return false };
        let step = self.step.max(1);
        past % step == 0 && past / step < self.len
    }

    fn last(&self) -> u32 {
        self.counter.saturating_add(self.step.saturating_mul(self.len.saturating_sub(1)))
    }

    /// Takes in the next stamp of the node, if it goes on as the run does.
    fn takes(&mut self, millis: u64, counter: u32) -> bool {
        let step = counter.saturating_sub(self.last());
        if millis != self.millis || step == 0 || (self.len > 1 && step != self.step) {
            return false;
        }
        (self.step, self.len) = (step, self.len + 1);
        true
    }
}

impl FromIterator<Stamp> for Stamps {
    fn from_iter<I: IntoIterator<Item = Stamp>>(stamps: I) -> Self {
        let mut sorted: Vec<Stamp> = stamps.into_iter().collect();
        sorted.sort_unstable();
        sorted.dedup();
        let mut nodes: BTreeMap<u64, Vec<Run>> = BTreeMap::new();
        for stamp in sorted {
            let (millis, counter) = (stamp.millis(), stamp.counter());
            let runs = nodes.entry(stamp.node()).or_default();
            if !runs.last_mut().is_some_and(|run| run.takes(millis, counter)) {
                runs.push(Run { millis, counter, step: 1, len: 1 });
            }
        }
        Self { nodes }
    }
}

impl Stamps {
    /// Whether the stamp is one of them.
    pub fn contains(&self, stamp: Stamp) -> bool {
        let (millis, counter) = (stamp.millis(), stamp.counter());
        let Some(runs) = self.nodes.get(&stamp.node()) else { return false };
        let after = runs.partition_point(|run| (run.millis, run.counter) <= (millis, counter));
        after.checked_sub(1).and_then(|place| runs.get(place)).is_some_and(|run| run.holds(millis, counter))
    }

    /// All of them, by node.
    pub fn iter(&self) -> impl Iterator<Item = Stamp> {
        let of = |node: u64, run: Run| {
            (0..run.len).map(move |place| {
                let counter = run.counter.saturating_add(place.saturating_mul(run.step));
                Stamp::new(run.millis, counter, node)
            })
        };
        self.nodes.iter().flat_map(move |(node, runs)| runs.iter().flat_map(move |run| of(*node, *run)))
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.nodes.is_empty()
    }

    /// As a field's content: a text for each node, its name and then its runs.
    pub fn value(&self) -> Value {
        Value::List(self.nodes.iter().map(|(node, runs)| Value::text(line(*node, runs))).collect())
    }

    /// What a field holds; `None` where it is not as [`Stamps::value`] writes it.
    pub fn read(value: &Value) -> Option<Self> {
        let Value::List(lines) = value else { return None };
        let nodes = lines.iter().map(|line| parse(line.as_text()?)).collect::<Option<BTreeMap<_, _>>>()?;
        Some(Self { nodes })
    }
}

/// A node and its runs: milliseconds since the run before, counter, length and step, what goes without saying left out.
fn line(node: u64, runs: &[Run]) -> String {
    let mut text = format!("{node:x}");
    let mut before = 0;
    for run in runs {
        let _ = write!(text, " {}", digits(run.millis - before));
        if run.counter > 0 {
            let _ = write!(text, ".{}", digits(run.counter.into()));
        }
        if run.len > 1 {
            let _ = write!(text, "*{}", digits(run.len.into()));
        }
        if run.step > 1 {
            let _ = write!(text, "/{}", digits(run.step.into()));
        }
        before = run.millis;
    }
    text
}

fn parse(line: &str) -> Option<(u64, Vec<Run>)> {
    let mut words = line.split(' ');
    let node = u64::from_str_radix(words.next()?, 16).ok()?;
    let mut millis = 0_u64;
    let mut runs: Vec<Run> = Vec::new();
    for word in words {
        let (word, step) = cut(word, '/')?;
        let (word, len) = cut(word, '*')?;
        let (word, counter) = cut(word, '.')?;
        millis = millis.checked_add(u64::from_str_radix(word, BASE).ok()?)?;
        let run = Run { millis, counter: counter.unwrap_or(0), step: step.unwrap_or(1), len: len.unwrap_or(1) };
        if runs.last().is_some_and(|last| (last.millis, last.last()) >= (run.millis, run.counter)) {
            return None;
        }
        runs.push(run);
    }
    Some((node, runs))
}

/// What stands before a mark, and the number after it; `None` where that is no number.
fn cut(word: &str, mark: char) -> Option<(&str, Option<u32>)> {
    match word.split_once(mark) {
        Some((word, number)) => Some((word, Some(u32::from_str_radix(number, BASE).ok()?))),
        None => Some((word, None)),
    }
}

fn digits(mut number: u64) -> String {
    let mut digits = Vec::new();
    loop {
        let digit = u32::try_from(number % u64::from(BASE)).unwrap_or(0);
        digits.extend(char::from_digit(digit, BASE));
        number /= u64::from(BASE);
        if number == 0 {
            return digits.into_iter().rev().collect();
        }
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn stamps() -> impl Strategy<Value = Vec<Stamp>> {
        prop::collection::vec((0..4_u64, 0..24_u32, 0..3_u64).prop_map(|(ms, n, node)| Stamp::new(ms, n, node)), 0..80)
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(1_000))]

        #[test]
        fn a_set_holds_what_it_was_made_of_and_nothing_that_comes_later(ours in stamps(), later in stamps()) {
            let set: Stamps = ours.iter().copied().collect();
            for stamp in ours.iter().chain(&later) {
                prop_assert_eq!(set.contains(*stamp), ours.contains(stamp), "{}", stamp);
            }
            prop_assert_eq!(set.iter().collect::<Stamps>(), set.clone());
            prop_assert_eq!(set.iter().count(), ours.iter().collect::<std::collections::HashSet<_>>().len());
            prop_assert_eq!(Stamps::read(&set.value()).unwrap(), set);
        }
    }

    #[test]
    fn an_import_of_many_rows_is_one_run() {
        let set: Stamps = (0..100_000).map(|n| Stamp::new(1_800_000_000_000, 1 + 2 * n, 77)).collect();
        assert!(set.value().canonical().len() < 50, "{}", set.value().canonical());
        assert!(set.contains(Stamp::new(1_800_000_000_000, 199_999, 77)));
        assert!(!set.contains(Stamp::new(1_800_000_000_000, 2, 77)));
        assert!(!set.contains(Stamp::new(1_800_000_000_000, 200_001, 77)));
    }

    #[test]
    fn what_is_no_set_is_refused() {
        for text in ["", "g", "1 .", "1 5 0*", "1 5.2 0.1", "1 zzzzzzzzzzzzzzzzzzzz"] {
            assert_eq!(Stamps::read(&Value::List(vec![Value::from(text)])), None, "{text}");
        }
        assert_eq!(Stamps::read(&Value::Null), None);
    }
}
