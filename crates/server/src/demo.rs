//! `kehu demo`: a company that never was, written as a backup file.

use std::io;
use std::path::PathBuf;
use std::time::{SystemTime, UNIX_EPOCH};

use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime, NaiveTime};
use kehu_domain::arrival::WORKSPACE_RECORD;
use kehu_domain::book::SYSTEM;
use kehu_domain::change::{Act, Change};
use kehu_domain::demo;
use kehu_domain::kind;
use kehu_domain::snapshot;
use kehu_domain::stamp::Clock;

/// What to invent.
#[derive(clap::Args)]
pub struct Options {
    /// How many customers.
    #[arg(long, default_value_t = 200)]
    customers: usize,
    /// The same seed, customers and day give the same file.
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// The day around which everything happens, as 2026-11-23; today in Shanghai when nothing is said.
    #[arg(long)]
    today: Option<NaiveDate>,
    /// The file to write.
    #[arg(short, long)]
    output: PathBuf,
}

/// Why there is no file.
#[derive(Debug, thiserror::Error)]
pub enum DemoError {
    /// The day lies outside what stamps can say.
    #[error("no backup can be dated {0}")]
    BadDay(NaiveDate),
    /// The file could not be written.
    #[error("{file} cannot be written: {reason}")]
    Unwritable {
        /// The file as given.
        file: String,
        /// The system's words.
        reason: io::Error,
    },
}

/// The node of the change that names the workspace; a file of the demo company comes from no device.
const NODE: u64 = 0;

/// Shanghai lies eight hours ahead of UTC, all year round.
const SHANGHAI: Duration = Duration::hours(8);

/// Invents the company and writes it as a backup.
///
/// # Errors
/// When the day cannot be used or the file cannot be written.
pub fn demo(options: &Options) -> Result<(), DemoError> {
    let now = now();
    let today = options.today.unwrap_or(now.date());
    // On another day than today it is evening, so that the day's work lies in the past.
    let at = if today == now.date() { now } else { today.and_time(evening()) };
    let wall_ms = millis(at).ok_or(DemoError::BadDay(today))?;
    let file = backup(options.seed, options.customers, today, wall_ms);
    std::fs::write(&options.output, file)
        .map_err(|reason| DemoError::Unwritable { file: options.output.display().to_string(), reason })
}

/// The backup of a company with so many customers, as of `wall_ms` on the day `today`.
pub fn backup(seed: u64, customers: usize, today: NaiveDate, wall_ms: u64) -> Vec<u8> {
    let id = format!("demo-{seed:016x}");
    let mut changes = demo::company(seed, customers, today, wall_ms);
    let first_ms = changes.first().map_or(wall_ms, |change| change.stamp.millis());
    changes.extend(name_workspace(&id, first_ms));
    changes.sort_unstable();
    let listed: Vec<&Change> = changes.iter().collect();
    snapshot::write(&id, &listed)
}

fn name_workspace(id: &str, wall_ms: u64) -> Vec<Change> {
    let mut clock = Clock::new(NODE);
    let mut act = Act::begin(&mut clock, wall_ms, SYSTEM);
    act.create_as(kind::WORKSPACE, WORKSPACE_RECORD, [(kind::WORKSPACE_ID, id.into())].into_iter().collect());
    act.finish()
}

/// The present moment in Shanghai.
fn now() -> NaiveDateTime {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    let seconds = i64::try_from(since.as_secs()).unwrap_or_default();
    DateTime::from_timestamp(seconds, 0).unwrap_or_default().naive_utc() + SHANGHAI
}

fn evening() -> NaiveTime {
    NaiveTime::from_hms_opt(18, 0, 0).unwrap_or_default()
}

/// Milliseconds since 1970-01-01 UTC of a moment in Shanghai.
fn millis(at: NaiveDateTime) -> Option<u64> {
    let utc = at.checked_sub_signed(SHANGHAI)?.and_utc();
    u64::try_from(utc.timestamp_millis()).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    const NIGHT: u64 = 1_795_428_000_000;

    fn day() -> NaiveDate {
        NaiveDate::from_ymd_opt(2026, 11, 23).unwrap_or_default()
    }

    #[test]
    fn the_same_arguments_give_the_same_bytes() {
        assert_eq!(backup(7, 30, day(), NIGHT), backup(7, 30, day(), NIGHT));
        assert_ne!(backup(7, 30, day(), NIGHT), backup(8, 30, day(), NIGHT));
    }

    #[test]
    fn the_file_names_its_workspace_and_holds_all_customers() {
        let opened = snapshot::read(&backup(7, 30, day(), NIGHT)).map_err(|problem| problem.to_string());
        let opened = opened.as_ref();
        let is_workspace = |change: &&Change| change.record == WORKSPACE_RECORD;
        let named = opened.ok().and_then(|opened| opened.changes.iter().find(is_workspace));
        let id = named.and_then(|change| change.set.get(kind::WORKSPACE_ID)).and_then(|id| id.as_text());
        assert_eq!(id, Some("demo-0000000000000007"));
        assert_eq!(
            opened.map(|opened| opened.header.workspace.as_str()),
            Ok("demo-0000000000000007").map_err(|error: &String| error)
        );
        let customers = opened.map_or(0, |opened| {
            let mut ids: Vec<_> = opened
                .changes
                .iter()
                .filter(|change| change.kind == kind::CUSTOMER)
                .map(|change| change.record)
                .collect();
            ids.sort_unstable();
            ids.dedup();
            ids.len()
        });
        assert_eq!(customers, 30);
    }

    #[test]
    fn a_day_before_all_clocks_is_refused() {
        let output = std::env::temp_dir().join("kehu-demo-of-1900.json");
        let options = Options { customers: 1, seed: 1, today: NaiveDate::from_ymd_opt(1900, 1, 1), output };
        assert!(matches!(demo(&options), Err(DemoError::BadDay(_))));
    }
}
