//! Building: the release app in dist/, and the native programs beside it.

use crate::setup;
use crate::step::{Outcome, cargo, run, step, target, words};
use std::path::PathBuf;

/// Sets up, then builds and finishes the release app in dist/.
///
/// # Errors
/// When a tool cannot be had or the build fails.
pub fn app() -> Outcome {
    step("set up", setup::for_build)?;
    trunk()
}

/// Builds and finishes the release app in dist/ with the tools that are there.
///
/// # Errors
/// When the build fails.
pub fn trunk() -> Outcome {
    let mut trunk = words("trunk", "build --release --locked");
    // Trunk's own backtrace would only push the compiler's message off the screen.
    step("build the app", || run(trunk.env_remove("RUST_BACKTRACE")))
}

/// Builds the native program `kehu` and says where it is.
///
/// # Errors
/// When the build fails.
pub fn server() -> Outcome<PathBuf> {
    step("build the server", || run(&mut cargo("build --locked --quiet --package kehu-server --profile tools")))?;
    Ok(target().join("tools").join(format!("kehu{}", std::env::consts::EXE_SUFFIX)))
}
