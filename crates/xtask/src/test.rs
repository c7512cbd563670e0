//! Testing: every check in order, from formatting to whole journeys, until one fails.

use crate::step::{Failure, Outcome, cargo, find_program, root, run, step, words};
use crate::{build, setup};
use clap::{Args, ValueEnum};
use std::net::{Ipv4Addr, TcpListener};

/// What to check.
#[derive(Args)]
pub struct Options {
    /// Run this part alone; may be given several times.
    #[arg(long, value_enum)]
    only: Vec<Part>,
    /// List the parts in the order they run, and run none.
    #[arg(long)]
    list: bool,
}

/// The parts of the checks, in the order they run.
#[derive(Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Part {
    /// All code is formatted.
    Format,
    /// No lint warns about the native code.
    Lint,
    /// No lint warns about the code for the browser.
    LintWasm,
    /// Rules, server and workbench, on this machine.
    Native,
    /// The server's storages, spoken for by Azurite and by an S3 server.
    Storage,
    /// Every parser on its corpus and two seconds of mutations of it; `KEHU_FUZZ_SECONDS` sets how long.
    Fuzz,
    /// The store in Chromium, on LevelDB.
    StoreLeveldb,
    /// The store in Chromium, on SQLite.
    StoreSqlite,
    /// The app's own units, in Chromium.
    Units,
    /// Journeys through the release build, in Chromium.
    Journeys,
}

/// Runs the parts asked for, or all.
///
/// # Errors
/// At the first part that fails; the output of its own tool stands above.
pub fn test(options: &Options) -> Outcome {
    let is_wanted = |part: &&Part| options.only.is_empty() || options.only.contains(part);
    let parts: Vec<_> = Part::value_variants().iter().filter(is_wanted).copied().collect();
    if options.list {
        parts.iter().for_each(|part| println!("{:14} {}", part.name(), part.claim()));
        return Ok(());
    }
    step("set up", || set_up(&parts))?;
    for part in &parts {
        step(&format!("{}: {}", part.name(), part.claim()), || part.check())?;
    }
    println!("\nparts: {} passed, 0 failed", parts.len());
    Ok(())
}

impl Part {
    fn name(self) -> String {
        self.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
    }

    fn claim(self) -> String {
        let help = self.to_possible_value().and_then(|value| value.get_help().map(ToString::to_string));
        help.unwrap_or_default()
    }

    fn check(self) -> Outcome {
        match self {
            Self::Format => run(&mut cargo("fmt --all --check")),
            // App and store are for the browser alone, and natively would only seem unused.
            Self::Lint => run(&mut cargo(
                "clippy --locked --workspace --exclude kehu --exclude kehu-store --all-targets -- -D warnings",
            )),
            Self::LintWasm => run(&mut cargo(
                "clippy --locked -p kehu -p kehu-bench -p kehu-ledger -p kehu-store -p kehu-worker --all-targets --target wasm32-unknown-unknown -- -D warnings",
            )),
            Self::Native => run(&mut cargo(
                "test --locked -p kehu-domain -p kehu-files -p kehu-ledger -p kehu-policy -p kehu-server -p kehu-store -p kehu-sync -p xtask --features kehu-sync/device",
            )),
            Self::Storage => storage(),
            Self::Fuzz => run(&mut cargo("test --locked -p kehu-fuzz")),
            Self::StoreLeveldb => in_browser("-p kehu-store", "webdriver.json"),
            Self::StoreSqlite => in_browser("-p kehu-store", "webdriver-sqlite.json"),
            Self::Units => in_browser("-p kehu --lib", "webdriver.json"),
            Self::Journeys => journeys(),
        }
    }
}

fn set_up(parts: &[Part]) -> Outcome {
    let has_any = |wanted: &[Part]| parts.iter().any(|part| wanted.contains(part));
    if has_any(&[Part::Format, Part::Lint, Part::LintWasm]) {
        setup::for_lints()?;
    }
    if has_any(&[Part::Journeys]) {
        setup::for_build()?;
    } else if has_any(&[Part::LintWasm, Part::StoreLeveldb, Part::StoreSqlite, Part::Units]) {
        setup::for_wasm()?;
    }
    if has_any(&[Part::StoreLeveldb, Part::StoreSqlite, Part::Units, Part::Journeys]) {
        setup::for_browser()?;
    }
    if has_any(&[Part::Journeys]) {
        setup::node_packages("tests/e2e")?;
    }
    if has_any(&[Part::Storage]) {
        setup::for_storage()?;
    }
    Ok(())
}

/// The tests that start servers of storages; each ends by itself within minutes.
fn storage() -> Outcome {
    let port = TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).and_then(|listener| listener.local_addr());
    let port = port.map_err(|error| Failure::new(format!("no port is free: {error}")))?.port();
    let mut tests = cargo("test --locked -p kehu-server --bin kehu depot::tests::servers -- --ignored");
    run(tests.env("AZURITE_BLOB_STORAGE_URL", format!("http://127.0.0.1:{port}")))
}

/// Tests compiled for the browser, in a Chromium with `capabilities` of the store.
fn in_browser(packages: &str, capabilities: &str) -> Outcome {
    let Some(driver) = find_program("chromedriver") else {
        return Err(Failure::new("chromedriver is not on the path"));
    };
    let mut tests = cargo(&format!("test --locked {packages} --target wasm32-unknown-unknown"));
    run(tests
        .env("CARGO_TARGET_WASM32_UNKNOWN_UNKNOWN_RUNNER", "wasm-bindgen-test-runner")
        .env("CHROMEDRIVER", driver)
        .env("WASM_BINDGEN_TEST_WEBDRIVER_JSON", root().join("crates/store").join(capabilities))
        .env("WASM_BINDGEN_TEST_TIMEOUT", "300"))
}

/// Journeys against the release build, served by the native program.
fn journeys() -> Outcome {
    let kehu = build::release()?;
    let npx = |line: &str| {
        let mut tool = words("npx", "--no-install");
        tool.args(line.split_whitespace()).current_dir(root().join("tests/e2e"));
        tool
    };
    step("types of the journeys", || run(&mut npx("tsc --noEmit")))?;
    run(npx("playwright test").env("KEHU_PROGRAM", kehu))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_engine_has_its_capabilities() {
        for (file, argument) in [
            ("webdriver.json", "--disable-features=IdbSqliteBackingStore"),
            ("webdriver-sqlite.json", "--enable-features=IdbSqliteBackingStore"),
        ] {
            let capabilities = std::fs::read_to_string(root().join("crates/store").join(file)).unwrap_or_default();
            assert!(capabilities.contains(argument), "{file} lacks {argument}");
        }
    }

    #[test]
    fn every_part_has_a_name_and_a_claim() {
        for part in Part::value_variants() {
            assert!(!part.name().is_empty() && !part.claim().is_empty());
        }
    }
}
