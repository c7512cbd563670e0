//! Runs a parser on every file of its corpus, and then on mutations of them for a while.
//!
//! `KEHU_FUZZ_SECONDS` is how long each parser is tried (2), `KEHU_FUZZ_SEED` which mutations come (1). What makes a
//! parser panic or think for longer than [`PATIENCE`] is kept in `found/`; put it into the corpus with the fix. With
//! `KEHU_FUZZ_TRACE=1` every input is written there first, for what ends the whole process.

mod mutation;

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use mutation::Mutations;

/// How long one input may take, in a build that is not optimised.
pub const PATIENCE: Duration = Duration::from_secs(10);

/// Tries `parser` on the corpus `name` and on mutations of it.
///
/// # Panics
/// When the parser panics or takes too long; the message says where the input is kept.
pub fn fuzz(name: &str, parser: impl Fn(&[u8])) {
    let corpus = corpus(name);
    assert!(!corpus.is_empty(), "no corpus for {name}");
    for input in &corpus {
        run(name, input, &parser);
    }
    let until = Instant::now() + Duration::from_secs(setting("KEHU_FUZZ_SECONDS", 2));
    let mut mutations = Mutations::new(setting("KEHU_FUZZ_SEED", 1), &corpus);
    let mut count = 0u64;
    while Instant::now() < until {
        run(name, &mutations.next_input(), &parser);
        count += 1;
    }
    println!("{name}: {} files, {count} mutations", corpus.len());
}

fn run(name: &str, input: &[u8], parser: &impl Fn(&[u8])) {
    if setting("KEHU_FUZZ_TRACE", 0) == 1 {
        keep(&format!("{name}.last"), input);
    }
    let start = Instant::now();
    let outcome = catch_unwind(AssertUnwindSafe(|| parser(input)));
    let took = start.elapsed();
    if outcome.is_err() || took > PATIENCE {
        let path = keep(&format!("{name}-{:016x}", fingerprint(input)), input);
        panic!("{name}: panicked or took {took:?}; the input is {}", path.display());
    }
}

/// The files of a corpus, in the order of their names.
fn corpus(name: &str) -> Vec<Vec<u8>> {
    let folder = root().join("corpus").join(name);
    let mut paths: Vec<PathBuf> =
        std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path()).collect();
    paths.sort();
    paths.iter().filter_map(|path| std::fs::read(path).ok()).collect()
}

fn keep(name: &str, input: &[u8]) -> PathBuf {
    let folder = root().join("found");
    let path = folder.join(name);
    if let Err(problem) = std::fs::create_dir_all(&folder).and_then(|()| std::fs::write(&path, input)) {
        eprintln!("{}: {problem}", path.display());
    }
    path
}

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

fn setting(name: &str, default: u64) -> u64 {
    std::env::var(name).ok().and_then(|text| text.parse().ok()).unwrap_or(default)
}

/// FNV-1a, to name files by their content.
fn fingerprint(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(*byte)).wrapping_mul(0x0100_0000_01b3))
}
