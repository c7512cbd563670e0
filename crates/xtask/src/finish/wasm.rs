//! Makes the compiled wasm smaller, where this machine has `wasm-opt`.

use super::files_of;
use crate::setup::find_wasm_opt;
use crate::step::{Failure, Outcome, command, run_quietly};
use std::path::Path;

/// What today's rustc emits for `wasm32-unknown-unknown`, and every browser of the last years understands.
const FEATURES: [&str; 7] =
    ["bulk-memory", "multivalue", "mutable-globals", "nontrapping-float-to-int", "reference-types", "sign-ext", "simd"];

/// Puts every wasm file of `dist` through `wasm-opt -Oz`, in place.
///
/// A file that this machine's `wasm-opt` does not understand stays as compiled, and so do all without one.
///
/// # Errors
/// When the files cannot be listed or replaced.
pub fn optimise(dist: &Path) -> Outcome {
    let Some(wasm_opt) = find_wasm_opt() else {
        println!("· no wasm-opt here: the wasm stays as compiled");
        return Ok(());
    };
    for file in files_of(dist)?.iter().filter(|file| file.ends_with(".wasm")) {
        let path = dist.join(file);
        let smaller = path.with_extension("smaller");
        let features = FEATURES.map(|feature| format!("--enable-{feature}"));
        let mut optimise = command(&wasm_opt);
        match run_quietly(optimise.arg("-Oz").args(features).arg(&path).arg("-o").arg(&smaller)) {
            Ok(()) => std::fs::rename(&smaller, &path)
                .map_err(|error| Failure::new(format!("{} cannot be replaced: {error}", path.display())))?,
            Err(failure) => println!("· {file} stays as compiled: {failure}"),
        }
    }
    Ok(())
}
