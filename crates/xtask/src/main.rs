//! The command line of `cargo xtask`: set up, build, serve, test and measure.

mod bench;
mod build;
mod finish;
mod run;
mod setup;
mod step;
mod test;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Kehu's workbench. Every command first installs what it lacks, and says so.
#[derive(Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Cli {
    #[command(subcommand)]
    task: Task,
}

#[derive(Subcommand)]
enum Task {
    /// Build the release app and serve it on this machine.
    Run(run::Options),
    /// Build the release app into dist/, ready for `kehu serve` or any static host.
    Build,
    /// Run every check, in order, until one fails.
    Test(test::Options),
    /// Measure the release build beside its peers, into tests/bench/RESULTS.md.
    Bench(bench::Options),
    /// Finish what Trunk has built; Trunk calls this itself, after every build.
    #[command(hide = true)]
    Finish,
}

fn main() -> ExitCode {
    let outcome = match Cli::parse().task {
        Task::Run(options) => run::run(&options),
        Task::Build => build::app().map(|_| ()),
        Task::Test(options) => test::test(&options),
        Task::Bench(options) => bench::bench(&options),
        Task::Finish => finish::hook(),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("\n✗ {failure}");
            ExitCode::FAILURE
        }
    }
}
