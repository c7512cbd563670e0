//! Compaction: many files become few, which hold the same.
//!
//! The smallest files are gathered first, and a larger one joins once those before it have a quarter of its size together. So a
//! byte is written anew a number of times that grows with the logarithm of all bytes, however many small files come. Everything is
//! written anew when a person was forgotten or the passphrase changed.

use kehu_domain::snapshot::{Extent, Lines};
use kehu_domain::stamp::{RecordId, Stamp};
use kehu_files::seal::{CompanyKey, KeyId};

use crate::name::{Device, Name, Sort};
use crate::parcel::{self, Flaw, Index};
use crate::sides::Remote;
use crate::status::Trouble;

/// Fewer files than this are left as they are, as a rule.
pub const MIN_FILES: usize = 32;

/// How many times larger a file may be than all smaller ones together, and still join them.
const STEP: u64 = 4;

/// A part ends once its lines have so many bytes.
const PART_BYTES: usize = 8 << 20;

/// A file that may be gathered.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct Candidate {
    /// How many bytes it has.
    pub bytes: u64,
    /// Its name.
    pub name: Name,
    /// Whether it has to be written anew: another key sealed it, or it may hold what was forgotten.
    pub is_stale: bool,
}

/// Which of the files to gather; none when there are fewer than `min`, unless one is stale.
pub fn choose(mut files: Vec<Candidate>, min: usize) -> Vec<Name> {
    files.sort_unstable();
    let is_stale = files.iter().any(|file| file.is_stale);
    let mut sum = 0_u64;
    let mut chosen = Vec::new();
    for file in files {
        if !is_stale && chosen.len() >= min / 2 && file.bytes > sum.saturating_mul(STEP) {
            break;
        }
        sum = sum.saturating_add(file.bytes);
        chosen.push(file.name);
    }
    if is_stale || chosen.len() >= min { chosen } else { Vec::new() }
}

/// What a compaction is made with.
pub struct Means<'m> {
    /// Who does it.
    pub device: &'m Device,
    /// The company.
    pub company: &'m str,
    /// The key in force.
    pub key: &'m CompanyKey,
    /// Any key, by its name.
    pub opened: &'m dyn Fn(KeyId) -> Option<CompanyKey>,
    /// Markers of forgetting that are known here.
    pub forgotten: &'m [(RecordId, Stamp)],
    /// The moment, as a stamp.
    pub at: Stamp,
}

/// What a compaction made.
pub struct Compacted {
    /// The name of the index.
    pub name: Name,
    /// The index; it covers nothing, and is not there, when nothing was made.
    pub index: Index,
    /// How many bytes the index and each of the parts have.
    pub bytes: Vec<u64>,
    /// Files that could not be used, and why; they were left out.
    pub flaws: Vec<(Name, Flaw)>,
    /// Files that are not there any more; what they held lies in parts.
    pub gone: Vec<Name>,
}

/// Gathers the content of `files` in parts and puts these and an index at the endpoint; `older` are indexes that have only such
/// files, or covered ones, as parts: these. Nothing is made when some of the files are not there any more: somebody else was faster.
///
/// # Errors
/// [`Trouble`]; whatever was put by then does no harm.
pub async fn compact<R: Remote>(
    remote: &mut R,
    means: &Means<'_>,
    files: Vec<Name>,
    older: Vec<(Name, Vec<Name>)>,
) -> Result<Compacted, Trouble> {
    let mut lines = Lines::new(Extent::Whole);
    let (mut flaws, mut gone) = (Vec::new(), Vec::new());
    for (record, marker) in means.forgotten {
        lines.forget(*record, *marker);
    }
    for name in &files {
        match remote.get(name).await? {
            None => gone.push(name.clone()),
            Some(bytes) => {
                if let Err(flaw) = gather(&mut lines, name, &bytes, means) {
                    flaws.push((name.clone(), flaw));
                }
            }
        }
    }
    let knew =
        lines.last_forgotten().max(means.forgotten.iter().map(|(_, marker)| *marker).max().unwrap_or(Stamp::ZERO));
    let is_sound = |name: &Name| flaws.iter().all(|(flawed, _)| flawed != name);
    let covers = if gone.is_empty() { files.into_iter().filter(is_sound).collect() } else { Vec::new() };
    let mut index = Index { covers, parts: Vec::new(), knew };
    let mut sizes = Vec::new();
    if !index.covers.is_empty() {
        lines.settle();
        let all: Vec<&[u8]> = lines.from(0).collect();
        for part in parts(&all) {
            let bytes = parcel::seal_lines(means.company, means.at, part.iter().copied(), means.key);
            let name = parcel::named(means.device, &bytes, Sort::Part, means.at);
            sizes.push(bytes.len() as u64);
            remote.put(&name, bytes).await?;
            index.parts.push(name);
        }
        // An older index is still the only one that leads to what was left out.
        let is_past = |(name, parts): (Name, Vec<Name>)| parts.iter().all(is_sound).then_some(name);
        index.covers.extend(older.into_iter().filter_map(is_past));
    }
    let bytes = index.seal(means.key);
    let name = parcel::named(means.device, &bytes, Sort::Index, means.at);
    if !index.covers.is_empty() {
        sizes.insert(0, bytes.len() as u64);
        remote.put(&name, bytes).await?;
    }
    Ok(Compacted { name, index, bytes: sizes, flaws, gone })
}

fn gather(lines: &mut Lines, name: &Name, bytes: &[u8], means: &Means<'_>) -> Result<(), Flaw> {
    let parcel = open(name, bytes, means.opened)?;
    let mut line = Vec::with_capacity(512);
    for change in &parcel.changes {
        line.clear();
        // Writing into memory cannot fail, and a change has no content JSON could refuse.
        let _ = serde_json::to_writer(&mut line, change);
        // It was written this moment, so it can be read.
        let _ = lines.add(&line);
    }
    Ok(())
}

/// Opens a file of changes with whichever key sealed it.
///
/// # Errors
/// [`Flaw`]: what is wrong with it.
pub fn open(name: &Name, bytes: &[u8], opened: &dyn Fn(KeyId) -> Option<CompanyKey>) -> Result<parcel::Parcel, Flaw> {
    parcel::open(bytes, &key_of(name, bytes, opened)?)
}

/// The key that sealed a file, which must be the one its name tells of.
///
/// # Errors
/// [`Flaw::Altered`] when it is another file, [`Flaw::Sealed`] when the key is not known.
pub fn key_of(name: &Name, bytes: &[u8], opened: &dyn Fn(KeyId) -> Option<CompanyKey>) -> Result<CompanyKey, Flaw> {
    if !name.file.fits(bytes) {
        return Err(Flaw::Altered);
    }
    let id = CompanyKey::of(bytes)?;
    opened(id).ok_or(Flaw::Sealed(kehu_files::seal::SealError::WrongPassphrase))
}

/// Lines in pieces of about [`PART_BYTES`]; one at least, so that an index always says where its content is.
fn parts<'l, 'a>(lines: &'l [&'a [u8]]) -> Vec<&'l [&'a [u8]]> {
    let mut parts = Vec::new();
    let (mut start, mut size) = (0, 0);
    for (place, line) in lines.iter().enumerate() {
        size += line.len();
        if size >= PART_BYTES {
            parts.extend(lines.get(start..=place));
            (start, size) = (place + 1, 0);
        }
    }
    if start < lines.len() || parts.is_empty() {
        parts.extend(lines.get(start..));
    }
    parts
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::collections::HashMap;
    use std::pin::pin;
    use std::task::{Context, Poll, Waker};

    use kehu_domain::book::SYSTEM;
    use kehu_domain::change::Act;
    use kehu_domain::kind;
    use kehu_domain::stamp::Clock;

    use super::*;
    use crate::sides::{RemoteError, Removal};
    use crate::wire::Arrivals;

    fn files(sizes: &[u64]) -> Vec<Candidate> {
        let name =
            |place: usize| parcel::named(&"dev1".parse().unwrap(), &[], Sort::Changes, Stamp::new(place as u64, 0, 0));
        sizes
            .iter()
            .enumerate()
            .map(|(place, bytes)| Candidate { bytes: *bytes, name: name(place), is_stale: false })
            .collect()
    }

    #[test]
    fn few_files_are_left_alone_and_many_small_ones_are_gathered_without_a_large_one() {
        assert!(choose(files(&[10; MIN_FILES - 1]), MIN_FILES).is_empty());
        let mut sizes = vec![10; MIN_FILES];
        sizes.push(1_000_000);
        assert_eq!(choose(files(&sizes), MIN_FILES).len(), MIN_FILES);
        sizes.pop();
        sizes.push(1_000);
        assert_eq!(choose(files(&sizes), MIN_FILES).len(), MIN_FILES + 1);
    }

    /// An endpoint that never fails.
    #[derive(Default)]
    struct Shelf(HashMap<Name, Vec<u8>>);

    impl Remote for Shelf {
        async fn arrivals(&mut self, _after: &str) -> Result<Arrivals, RemoteError> {
            Err(RemoteError::Offline)
        }
        async fn get(&mut self, name: &Name) -> Result<Option<Vec<u8>>, RemoteError> {
            Ok(self.0.get(name).cloned())
        }
        async fn put(&mut self, name: &Name, bytes: Vec<u8>) -> Result<(), RemoteError> {
            self.0.insert(name.clone(), bytes);
            Ok(())
        }
        async fn remove(&mut self, _name: &Name) -> Result<Removal, RemoteError> {
            Err(RemoteError::Offline)
        }
    }

    #[test]
    fn what_cannot_be_used_is_left_out_with_the_index_that_leads_there_and_nothing_is_made_of_what_has_gone() {
        let device: Device = "dev1".parse().unwrap();
        let key = CompanyKey::derive("passphrase", &[7; 16], 1);
        let (mut shelf, mut clock) = (Shelf::default(), Clock::new(1));
        let mut files = Vec::new();
        for place in 0..3 {
            let mut act = Act::begin(&mut clock, 1_790_000_000_000 + place, SYSTEM);
            act.create(kind::CUSTOMER, [(kind::NAME, "客户".into())].into_iter().collect());
            let changes = act.finish();
            let line = serde_json::to_vec(&changes[0]).unwrap();
            let bytes = parcel::seal_lines("00aa", changes[0].stamp, [line.as_slice()].into_iter(), &key);
            let name = parcel::named(&device, &bytes, Sort::Changes, changes[0].stamp);
            shelf.0.insert(name.clone(), bytes);
            files.push(name);
        }
        let named = |text: &str| parcel::named(&device, text.as_bytes(), Sort::Index, Stamp::ZERO);
        let older = vec![(named("one"), vec![files[0].clone()]), (named("other"), files[1..].to_vec())];
        let opened = |_| Some(key.clone());
        let (company, at) = ("00aa", Stamp::ZERO);
        let means = Means { device: &device, company, key: &key, opened: &opened, forgotten: &[], at };
        let made = |shelf: &mut Shelf| {
            let mut work = pin!(compact(shelf, &means, files.clone(), older.clone()));
            match work.as_mut().poll(&mut Context::from_waker(Waker::noop())) {
                Poll::Ready(made) => made.unwrap(),
                Poll::Pending => panic!("nothing here waits"),
            }
        };
        let whole = made(&mut shelf);
        assert_eq!(whole.index.covers, [files.clone(), vec![named("one"), named("other")]].concat());
        shelf.0.insert(files[1].clone(), b"rotten".to_vec());
        let part = made(&mut shelf);
        assert_eq!(part.index.covers, [files[0].clone(), files[2].clone(), named("one")]);
        assert_eq!(part.flaws, [(files[1].clone(), Flaw::Altered)]);
        shelf.0.remove(&files[2]);
        let none = made(&mut shelf);
        assert_eq!((none.index.covers.len(), none.gone), (0, vec![files[2].clone()]));
        assert!(!shelf.0.contains_key(&none.name));
    }

    #[test]
    fn one_stale_file_has_all_written_anew() {
        let mut stale = files(&[10, 1_000_000]);
        stale[0].is_stale = true;
        assert_eq!(choose(stale, MIN_FILES).len(), 2);
    }

    /// Files of one size come one after the other; how often a byte is written anew grows with the logarithm of their number.
    #[test]
    fn a_byte_is_written_anew_a_logarithmic_number_of_times() {
        let written = |count: usize| {
            let mut sizes: Vec<u64> = Vec::new();
            let mut written = 0;
            for _ in 0..count {
                sizes.push(1_000);
                let candidates = files(&sizes);
                let chosen = choose(candidates.clone(), MIN_FILES);
                if !chosen.is_empty() {
                    let sum = candidates.iter().filter(|file| chosen.contains(&file.name)).map(|file| file.bytes).sum();
                    sizes = candidates
                        .into_iter()
                        .filter(|file| !chosen.contains(&file.name))
                        .map(|file| file.bytes)
                        .collect();
                    sizes.push(sum);
                    written += sum;
                }
                assert!(sizes.len() < 2 * MIN_FILES + 20, "{} files stay", sizes.len());
            }
            written / (count as u64 * 1_000)
        };
        let (thousand, eight) = (written(1_000), written(8_000));
        assert!(thousand <= 8 && eight <= thousand + 6, "{thousand} {eight}");
    }
}
