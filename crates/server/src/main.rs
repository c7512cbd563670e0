//! The native program `kehu`: one subcommand per thing it does.

mod check;
mod compact;
mod demo;
mod diff;
mod export;
mod files;
mod import;
mod language;
mod log;
mod merge;
mod moment;
mod names;
mod problem;
mod score;
mod serve;
mod sync;
mod token;
mod verdict;
mod words;

use clap::{Parser, Subcommand};
use kehu_domain::text::Lang;
use std::process::ExitCode;

use problem::Problem;
use verdict::Verdict;

/// Kehu 客户: the customer-service handbook that runs.
#[derive(Parser)]
#[command(name = "kehu", version)]
struct Cli {
    /// The language of reports and errors; as LC_ALL, LC_MESSAGES or LANG say when nothing is said.
    #[arg(long, global = true, value_enum)]
    lang: Option<language::Asked>,
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
    /// Bring rows of other programs' files into a backup, after a dry run or as one.
    #[command(after_help = import::EXAMPLES)]
    Import(Box<import::Options>),
    /// Unite backups; nothing is lost and clashes are named.
    #[command(after_help = merge::EXAMPLES)]
    Merge(merge::Options),
    /// Gather the many files of a workspace at an endpoint into few.
    #[command(after_help = compact::EXAMPLES)]
    Compact(compact::Options),
    /// Say how two backups differ, by customer and field.
    #[command(after_help = diff::EXAMPLES)]
    Diff(diff::Options),
    /// Write the records of one kind as CSV, XLSX or JSON for other programs.
    #[command(after_help = export::EXAMPLES)]
    Export(export::Options),
    /// Make, list and shut out the tokens by which devices come to an endpoint.
    Token(token::Options),
    /// Grade by one of the handbook's models, with reasons; nothing is stored.
    #[command(after_help = score::EXAMPLES)]
    Score(score::Options),
}

/// The exit code for arguments that cannot be used, as clap has it.
const UNUSABLE: u8 = 2;

fn main() -> ExitCode {
    let Cli { lang, command } = Cli::parse();
    log::begin(match &command {
        Command::Serve(options) => options.log(),
        _ => log::Form::default(),
    });
    let lang = language::language(lang);
    match command {
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
        Command::Check(options) => end(check::check(&options, &mut std::io::stdout().lock()), lang),
        Command::Import(options) => end(import::import(&options, lang), lang),
        Command::Merge(options) => end(merge::merge(&options, lang), lang),
        Command::Compact(options) => end(compact::compact(&options, lang), lang),
        Command::Diff(options) => end(diff::diff(&options, lang), lang),
        Command::Export(options) => end(export::export(&options, lang), lang),
        Command::Token(options) => end(token::token(&options, lang), lang),
        Command::Score(options) => end(score::score(&options, lang), lang),
    }
}

fn end(result: Result<Verdict, Problem>, lang: Lang) -> ExitCode {
    match result {
        Ok(Verdict::Fine) => ExitCode::SUCCESS,
        Ok(Verdict::Findings) => ExitCode::FAILURE,
        // Whoever read us, such as `head`, had enough.
        Err(problem) if problem.is_broken_pipe() => UNUSABLE.into(),
        Err(problem) => refuse(&problem.words(lang), UNUSABLE),
    }
}

fn refuse(error: &impl std::fmt::Display, code: u8) -> ExitCode {
    eprintln!("kehu: {error}");
    code.into()
}
