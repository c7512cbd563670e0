//! Setting up: finds the tools that a task needs and installs those that are missing.

use crate::step::{Failure, Outcome, answer, cargo, command, find_program, root, run_quietly, target, words};
use std::cell::Cell;
use std::path::{Path, PathBuf};
use std::time::Instant;

const TRUNK: &str = "0.21.14";
const S3_SERVER: &str = "0.14.1";
const BINARYEN: &str = "132.0.0";

/// Older ones than this are not used: Debian 12's, 108, exports the wrong table, and the app then does not start.
const OLDEST_WASM_OPT: u32 = 120;

/// What Playwright asks for.
const OLDEST_NODE: u32 = 20;
const WASM: &str = "wasm32-unknown-unknown";

/// What building the app needs.
///
/// # Errors
/// When a tool is missing and cannot be installed. `wasm-opt` alone may stay away: the app is only larger then.
pub fn for_build() -> Outcome {
    for_wasm()?;
    cargo_tool("trunk", "trunk", TRUNK, "")?;
    wasm_opt()
}

/// What compiling and testing for the browser needs.
///
/// # Errors
/// When a tool is missing and cannot be installed.
pub fn for_wasm() -> Outcome {
    wasm_target()?;
    cargo_tool("wasm-bindgen", "wasm-bindgen-cli", &locked_version("wasm-bindgen")?, "")
}

/// What formatting and linting need.
///
/// # Errors
/// When a component is missing and cannot be installed.
pub fn for_lints() -> Outcome {
    let is_there = || ["fmt", "clippy"].iter().all(|name| answer(&mut cargo(&format!("{name} --version"))).is_some());
    ensure("rustfmt and clippy", is_there, || run_quietly(&mut words("rustup", "component add rustfmt clippy")))
}

/// A browser with its driver, the fonts to show Chinese, and Node to steer it.
///
/// # Errors
/// When one is missing and cannot be installed.
pub fn for_browser() -> Outcome {
    let debian = Debian::default();
    debian.program("chromium", "chromium")?;
    debian.program("chromedriver", "chromium-driver")?;
    node(&debian)?;
    debian.chinese_font()
}

/// What puts a server under load.
///
/// # Errors
/// When it is missing and cannot be installed.
pub fn for_load() -> Outcome {
    Debian::default().program("wrk", "wrk")
}

/// Servers of other storages: Azure's emulator, and one that speaks as S3 does.
///
/// # Errors
/// When one is missing and cannot be installed.
pub fn for_storage() -> Outcome {
    node(&Debian::default())?;
    node_packages("tests/storage")?;
    cargo_tool("s3s-fs", "s3s-fs", S3_SERVER, "--features binary")
}

/// The packages that `folder` locks, installed anew only when its lock file has changed.
///
/// # Errors
/// When npm cannot install them.
pub fn node_packages(folder: &str) -> Outcome {
    let lock = root().join(folder).join("package-lock.json");
    let mark = root().join(folder).join("node_modules/.kehu-lock");
    let locked = std::fs::read(&lock).map_err(|error| Failure::new(format!("{}: {error}", lock.display())))?;
    let is_there = || std::fs::read(&mark).is_ok_and(|installed| installed == locked);
    ensure(&format!("npm packages of {folder}"), is_there, || {
        let mut install = words("npm", "ci --no-audit --no-fund");
        // Browsers come from the system: what Playwright would download is never used.
        run_quietly(install.current_dir(root().join(folder)).env("PLAYWRIGHT_SKIP_BROWSER_DOWNLOAD", "1"))?;
        std::fs::write(&mark, &locked).map_err(|error| Failure::new(format!("{}: {error}", mark.display())))
    })
}

/// The `wasm-opt` to use, if this machine has a good one.
pub fn find_wasm_opt() -> Option<PathBuf> {
    let from_system = find_program("wasm-opt").filter(|program| {
        // It says "wasm-opt version 132 (version_132)".
        answer(command(program).arg("--version")).and_then(|line| line.split(' ').nth(2)?.parse().ok())
            >= Some(OLDEST_WASM_OPT)
    });
    from_system.or_else(|| Some(npm_tools().join("node_modules/.bin/wasm-opt")).filter(|program| program.is_file()))
}

/// Says in one line what `what` is and whether it was there, installing it if not.
fn ensure(what: &str, is_there: impl Fn() -> bool, install: impl FnOnce() -> Outcome) -> Outcome {
    if is_there() {
        println!("· {what}: already there");
        return Ok(());
    }
    println!("· {what}: missing, installing …");
    let start = Instant::now();
    install().map_err(|failure| Failure::new(format!("{what} could not be installed: {failure}")))?;
    println!("· {what}: installed  {:.0} s", start.elapsed().as_secs_f32());
    Ok(())
}

fn wasm_target() -> Outcome {
    let is_there = || {
        answer(&mut words("rustc", &format!("--print target-libdir --target {WASM}")))
            .is_some_and(|folder| Path::new(&folder).is_dir())
    };
    ensure(&format!("Rust target {WASM}"), is_there, || {
        run_quietly(&mut words("rustup", &format!("target add {WASM}")))
    })
}

/// A program that Cargo builds from `package`; a debug build works as well and is there much sooner.
fn cargo_tool(program: &str, package: &str, version: &str, more: &str) -> Outcome {
    let is_there = || {
        answer(command(program).arg("--version"))
            .is_some_and(|line| line.split_whitespace().any(|word| word == version))
    };
    ensure(&format!("{program} {version}"), is_there, || {
        let mut install = cargo(&format!("install --locked --debug --force {package}@{version} {more}"));
        run_quietly(install.env("CARGO_TARGET_DIR", target().join("install")))
    })
}

fn wasm_opt() -> Outcome {
    let installed = ensure(
        "wasm-opt",
        || find_wasm_opt().is_some(),
        || {
            node(&Debian::default())?;
            let mut install = words("npm", &format!("install --no-audit --no-fund --no-save binaryen@{BINARYEN}"));
            run_quietly(install.arg("--prefix").arg(npm_tools()))
        },
    );
    if let Err(failure) = installed {
        println!("· wasm-opt: left out, so the app will be larger and otherwise the same ({failure})");
    }
    Ok(())
}

/// Node and npm; Debian's own may be older than what the tools ask for, which is said.
fn node(debian: &Debian) -> Outcome {
    debian.program("node", "nodejs")?;
    debian.program("npm", "npm")?;
    // It says "v20.20.2".
    let version = answer(&mut words("node", "--version")).unwrap_or_default();
    let major = version.trim_start_matches('v').split('.').next().and_then(|major| major.parse::<u32>().ok());
    if major >= Some(OLDEST_NODE) {
        return Ok(());
    }
    Err(Failure::new(format!("Node {OLDEST_NODE} or newer is needed, and this machine has {version}")))
}

fn npm_tools() -> PathBuf {
    target().join("npm-tools")
}

/// The version of `package` that `Cargo.lock` has settled on.
fn locked_version(package: &str) -> Outcome<String> {
    let lock = std::fs::read_to_string(root().join("Cargo.lock"))
        .map_err(|error| Failure::new(format!("Cargo.lock: {error}")))?;
    version_in(&lock, package).map(str::to_owned).ok_or_else(|| Failure::new(format!("Cargo.lock names no {package}")))
}

fn version_in<'l>(lock: &'l str, package: &str) -> Option<&'l str> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines().skip_while(|line| *line != name);
    lines.nth(1)?.strip_prefix("version = \"")?.strip_suffix('"')
}

/// Debian's packages; their list is fetched once, and only when something is missing.
#[derive(Default)]
struct Debian {
    has_fresh_list: Cell<bool>,
}

impl Debian {
    fn program(&self, program: &str, package: &str) -> Outcome {
        ensure(program, || find_program(program).is_some(), || self.install(package))
    }

    fn chinese_font(&self) -> Outcome {
        let is_there = || answer(&mut words("fc-list", ":lang=zh family")).is_some_and(|fonts| !fonts.is_empty());
        ensure("a Chinese font", is_there, || {
            self.install("fontconfig")?;
            self.install("fonts-noto-cjk")
        })
    }

    fn install(&self, package: &str) -> Outcome {
        if find_program("apt-get").is_none() {
            return Err(Failure::new(format!("no apt-get here; please install `{package}` with your system's tools")));
        }
        if answer(&mut words("id", "-u")).as_deref() != Some("0") {
            return Err(Failure::new(format!("not root; please run `sudo apt-get install {package}`")));
        }
        if !self.has_fresh_list.replace(true) {
            run_quietly(&mut words("apt-get", "update"))?;
        }
        let mut install = words("apt-get", "install --yes --no-install-recommends");
        run_quietly(install.arg(package).env("DEBIAN_FRONTEND", "noninteractive"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = "[[package]]\nname = \"wasm-bindgen-shared\"\nversion = \"0.2.1\"\n\n\
        [[package]]\nname = \"wasm-bindgen\"\nversion = \"0.2.129\"\n";

    #[test]
    fn the_locked_version_is_that_of_the_very_package() {
        assert_eq!(version_in(LOCK, "wasm-bindgen"), Some("0.2.129"));
        assert_eq!(version_in(LOCK, "wasm"), None);
    }

    #[test]
    fn this_repository_locks_a_wasm_bindgen() {
        assert!(locked_version("wasm-bindgen").is_ok_and(|version| version.starts_with("0.2.")));
    }
}
