//! The native program `kehu`: one subcommand per thing it does.

mod check;
mod demo;
mod serve;

use clap::{Parser, Subcommand};
use std::process::ExitCode;

/// Kehu 客户: the customer-service handbook that runs.
#[derive(Parser)]
#[command(name = "kehu", version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Subcommand)]
enum Command {
    /// Serve the app from a dist/ folder.
    Serve(serve::Options),
    /// Write the compressed forms of a dist/ folder beside its files, so that none are made while serving.
    Pack(serve::PackOptions),
    /// Write the backup of an invented company, to try things on.
    Demo(demo::Options),
    /// Check a backup: 0 when it is sound, 1 with every reason when it is not, 2 when it cannot be read.
    Check(check::Options),
}

/// The exit code for arguments that cannot be used, as clap has it.
const UNUSABLE: u8 = 2;

fn main() -> ExitCode {
    tracing_subscriber::fmt().with_writer(std::io::stderr).without_time().with_target(false).init();
    match Cli::parse().command {
        Command::Serve(options) => match serve::serve(&options) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => refuse(&error, 1),
        },
        Command::Pack(options) => match serve::pack(&options) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => refuse(&error, 1),
        },
        Command::Demo(options) => match demo::demo(&options) {
            Ok(()) => ExitCode::SUCCESS,
            Err(error) => refuse(&error, 1),
        },
        Command::Check(options) => match check::check(&options, &mut std::io::stdout().lock()) {
            Ok(check::Verdict::Sound) => ExitCode::SUCCESS,
            Ok(check::Verdict::Faulty) => ExitCode::FAILURE,
            Err(error) => refuse(&error, UNUSABLE),
        },
    }
}

fn refuse(error: &impl std::fmt::Display, code: u8) -> ExitCode {
    eprintln!("kehu: {error}");
    code.into()
}
