//! Building: the release app in dist/, and the native programs beside it.

use crate::setup;
use crate::step::{Outcome, cargo, command, run, step, target, words};
use std::path::PathBuf;

/// Sets up, then builds, finishes and packs the release app in dist/; gives the native program `kehu`.
///
/// # Errors
/// When a tool cannot be had or the build fails.
pub fn app() -> Outcome<PathBuf> {
    step("set up", setup::for_build)?;
    release()
}

/// Builds, finishes and packs the release app with the tools that are there; gives the native program `kehu`.
///
/// # Errors
/// When a build fails.
pub fn release() -> Outcome<PathBuf> {
    trunk()?;
    let kehu = server()?;
    step("compress the app", || run(command(&kehu).args(["pack", "--dist", "dist"])))?;
    Ok(kehu)
}

fn trunk() -> Outcome {
    let mut trunk = words("trunk", "build --release --locked");
    // Trunk's own backtrace would only push the compiler's message off the screen.
    step("build the app", || run(trunk.env_remove("RUST_BACKTRACE")))
}

/// Builds the native program `kehu` and says where it is.
fn server() -> Outcome<PathBuf> {
    step("build the server", || run(&mut cargo("build --locked --quiet --package kehu-server --profile tools")))?;
    Ok(target().join("tools").join(format!("kehu{}", std::env::consts::EXE_SUFFIX)))
}
