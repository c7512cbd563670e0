//! The native program `kehu`: one subcommand per thing it does.

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
}

fn main() -> ExitCode {
    tracing_subscriber::fmt().with_writer(std::io::stderr).without_time().with_target(false).init();
    let outcome = match Cli::parse().command {
        Command::Serve(options) => serve::serve(&options).map_err(|error| error.to_string()),
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(sentence) => {
            eprintln!("kehu: {sentence}");
            ExitCode::FAILURE
        }
    }
}
