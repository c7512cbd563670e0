//! Files that came or were read a moment ago: each of a team's devices is about to ask for them.

use std::collections::{HashMap, VecDeque};
use std::sync::{Mutex, MutexGuard, PoisonError};

use bytes::Bytes;
use object_store::path::Path;

/// How many bytes are kept.
const MAX_BYTES: usize = 64 << 20;

/// A file with more bytes is not kept.
const MAX_FILE: usize = 1 << 20;

/// How long a file is kept, in milliseconds: one that was removed elsewhere is given out no longer.
const LASTS_MS: u64 = 10 * 60 * 1000;

/// Files never change, so what is kept of one is right as long as it is there.
#[derive(Default)]
pub struct Kept(Mutex<Files>);

#[derive(Default)]
struct Files {
    by_path: HashMap<Path, (u64, Bytes)>,
    /// The first to come is the first to go.
    order: VecDeque<(u64, Path)>,
    bytes: usize,
}

impl Kept {
    /// The file, if it is kept.
    pub fn get(&self, path: &Path, now: u64) -> Option<Bytes> {
        let files = self.files();
        let (at, bytes) = files.by_path.get(path)?;
        (now.saturating_sub(*at) < LASTS_MS).then(|| bytes.clone())
    }

    /// Keeps a file.
    pub fn keep(&self, path: &Path, bytes: &Bytes, now: u64) {
        if bytes.len() > MAX_FILE {
            return;
        }
        let mut files = self.files();
        files.forget(path);
        files.bytes += bytes.len();
        files.by_path.insert(path.clone(), (now, bytes.clone()));
        files.order.push_back((now, path.clone()));
        files.tidy(now);
    }

    /// Keeps a file no longer.
    pub fn forget(&self, path: &Path) {
        self.files().forget(path);
    }

    fn files(&self) -> MutexGuard<'_, Files> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Files {
    fn forget(&mut self, path: &Path) {
        if let Some((_, bytes)) = self.by_path.remove(path) {
            self.bytes -= bytes.len();
        }
    }

    fn tidy(&mut self, now: u64) {
        while let Some((at, _)) = self.order.front() {
            if self.bytes <= MAX_BYTES && now.saturating_sub(*at) < LASTS_MS {
                break;
            }
            let Some((at, path)) = self.order.pop_front() else { break };
            // It may have been dropped and kept anew since.
            if self.by_path.get(&path).is_some_and(|(kept_at, _)| *kept_at == at) {
                self.forget(&path);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(number: usize) -> Path {
        Path::from(format!("{number}"))
    }

    /// Files, places in the order, and bytes.
    fn sizes(kept: &Kept) -> (usize, usize, usize) {
        let files = kept.files();
        (files.by_path.len(), files.order.len(), files.bytes)
    }

    #[test]
    fn the_oldest_go_when_there_are_too_many_bytes_or_time_has_passed() {
        let kept = Kept::default();
        let file = Bytes::from(vec![7; MAX_FILE]);
        for number in 0..100 {
            kept.keep(&path(number), &file, 1000);
        }
        let here: Vec<_> = (0..100).filter(|number| kept.get(&path(*number), 1000).is_some()).collect();
        assert_eq!(here, (36..100).collect::<Vec<_>>());
        assert_eq!(kept.get(&path(99), 1000 + LASTS_MS), None);
        kept.keep(&path(200), &file, 1000 + LASTS_MS);
        assert_eq!(sizes(&kept), (1, 1, MAX_FILE));
        kept.forget(&path(200));
        assert_eq!(kept.get(&path(200), 1001 + LASTS_MS), None);
        assert_eq!(sizes(&kept).2, 0);
    }

    #[test]
    fn a_file_that_comes_twice_counts_once_and_a_large_one_not_at_all() {
        let kept = Kept::default();
        for now in 0..10 {
            kept.keep(&path(1), &Bytes::from_static(b"abc"), now);
        }
        kept.keep(&path(2), &Bytes::from(vec![7; MAX_FILE + 1]), 10);
        assert_eq!(sizes(&kept), (1, 10, 3));
    }
}
