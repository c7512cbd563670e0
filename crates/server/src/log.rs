//! The log, on standard error.

use std::io;

use clap::ValueEnum;
use tracing_subscriber::fmt::MakeWriter;

/// How lines of the log look.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, ValueEnum)]
pub enum Form {
    /// For people; whoever keeps the log adds the time.
    #[default]
    Text,
    /// For programs: an object a line, with the time.
    Json,
}

/// Begins the log of the process.
pub fn begin(form: Form) {
    tracing::subscriber::set_global_default(subscriber(form, io::stderr))
        .unwrap_or_else(|error| eprintln!("kehu: no log: {error}"));
}

/// What writes a log in this form.
pub fn subscriber(
    form: Form,
    writer: impl for<'w> MakeWriter<'w> + Send + Sync + 'static,
) -> Box<dyn tracing::Subscriber + Send + Sync> {
    let lines = tracing_subscriber::fmt().with_writer(writer).with_target(false);
    match form {
        Form::Text => Box::new(lines.without_time().finish()),
        Form::Json => Box::new(lines.json().flatten_event(true).finish()),
    }
}
