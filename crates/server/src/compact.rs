//! `kehu compact`: gathers the many files of a workspace at an endpoint into few, and removes what is not needed any more.

use std::convert::Infallible;
use std::io::Write as _;

use axum::body::Bytes;
use kehu_domain::change::Change;
use kehu_domain::text::Lang;
use kehu_sync::name::{Device as DeviceName, Name, Workspace};
use kehu_sync::wire::{Arrivals, Refusal};
use kehu_sync::{Device, Limits, Local, Refused, Remote, RemoteError, Stage, Trouble, Why};
use serde::Serialize;

use crate::files::Access;
use crate::moment::Moment;
use crate::problem::Problem;
use crate::sync::depot::{Depot, DepotError, Removal};
use crate::verdict::Verdict;

/// What `--help` says below the options.
pub const EXAMPLES: &str = "\
Devices gather small files by themselves; this is for workspaces that have become too large for them, and for removing the files of
devices that do not come back. Every file is read and verified on the way; one that cannot be used is named and left alone.

Examples:
  kehu compact --store ./store --workspace acme --passphrase-file word.txt                 gather what is worth it
  kehu compact --store s3://bucket --workspace acme --passphrase-file word.txt --all       write everything anew
  kehu compact --store ./store --workspace acme --passphrase-file word.txt --remove        and remove what is spare

Exit codes: 0 done; 1 done, but files cannot be used; 2 nothing was done.";

const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// How many files are listed at a time.
const LISTED: usize = 1_000;

/// Under which name it puts files.
const NAME: &str = "compactor";

/// What to gather.
#[derive(Debug, clap::Args)]
pub struct Options {
    /// Where the endpoint keeps its files: a folder, s3://…, az://… or gs://….
    #[arg(long, value_name = "URL")]
    store: String,
    /// The workspace.
    #[arg(long)]
    workspace: Workspace,
    #[command(flatten)]
    access: Access,
    /// Write everything anew, not only what is worth it.
    #[arg(long)]
    all: bool,
    /// Remove files, of whichever device, whose content has lain elsewhere for --keep-days.
    #[arg(long)]
    remove: bool,
    /// For how many days such files stay, for devices that sleep meanwhile.
    #[arg(long, default_value_t = 30, value_name = "DAYS")]
    keep_days: u64,
    /// Report as JSON.
    #[arg(long)]
    json: bool,
}

/// What it came to.
#[derive(Debug, Serialize)]
struct Report {
    /// Files that held everything before, and their bytes.
    before: (usize, u64),
    /// Files that hold everything now, and their bytes.
    after: (usize, u64),
    /// How many changes they hold, each counted once.
    changes: usize,
    /// Files that are spare, those removed just now left out.
    spare: usize,
    /// Files that were removed.
    removed: usize,
    /// Files that cannot be used.
    refused: Vec<Refused>,
}

/// Does the work.
///
/// # Errors
/// When the storage fails, or the passphrase is not the company's.
pub fn compact(options: &Options, lang: Lang) -> Result<Verdict, Problem> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Problem::Runtime)?;
    let report = runtime.block_on(options.run(Moment::now()))?;
    let told =
        if options.json { serde_json::to_string_pretty(&report).unwrap_or_default() + "\n" } else { report.told(lang) };
    std::io::stdout().lock().write_all(told.as_bytes()).map_err(Problem::Output)?;
    Ok(if report.refused.is_empty() { Verdict::Fine } else { Verdict::Findings })
}

impl Options {
    async fn run(&self, now: Moment) -> Result<Report, Problem> {
        let passphrase = self.access.passphrase()?.unwrap_or_default();
        let depot = Depot::open(&self.store).map_err(|error| self.failed(&error))?;
        depot.ready().await.map_err(|error| self.failed(&error))?;
        let shelf = Shelf { depot: depot.clone(), workspace: self.workspace.clone() };
        let limits =
            Limits { compact_bytes: u64::MAX, grace_ms: self.keep_days.saturating_mul(DAY_MS), ..Limits::default() };
        let name: DeviceName = NAME.parse().map_err(|_| Problem::BadDeviceName)?;
        let mut device = Device::new(name, limits, Counting::default(), shelf, None, &[]);
        let troubled = |trouble: Trouble| self.troubled(&trouble);
        device.unlock(&passphrase).await.map_err(troubled)?;
        device.pull().await.map_err(troubled)?;
        let (before, changes) = (device.stock(), device.local.0);
        device.compact_now(self.all).await.map_err(troubled)?;
        let (mut removed, mut spare) = (0, 0);
        let until = now.0.saturating_sub(self.keep_days.saturating_mul(DAY_MS));
        for (name, since) in device.spare() {
            let is_old = self.remove && since < until;
            let removal = if is_old { self.remove_one(&depot, &name, until).await? } else { Removal::Young };
            match removal {
                Removal::Done => removed += 1,
                Removal::Young => spare += 1,
                Removal::Absent => (),
            }
        }
        Ok(Report { before, after: device.stock(), changes, spare, removed, refused: device.status().refused })
    }

    async fn remove_one(&self, depot: &Depot, name: &Name, until: u64) -> Result<Removal, Problem> {
        depot.remove(&self.workspace, name, until).await.map_err(|error| self.failed(&error))
    }

    fn failed(&self, error: &DepotError) -> Problem {
        Problem::Store { store: self.store.clone(), reason: error.to_string() }
    }

    fn troubled(&self, trouble: &Trouble) -> Problem {
        match trouble {
            Trouble::WrongPassphrase | Trouble::NeedsPassphrase => {
                Problem::NotTheirPassphrase { workspace: self.workspace.to_string() }
            }
            trouble => Problem::Store { store: self.store.clone(), reason: trouble.to_string() },
        }
    }
}

impl Report {
    fn told(&self, lang: Lang) -> String {
        let Self { before, after, changes, spare, removed, refused } = self;
        let mut told = match lang {
            Lang::Zh => format!(
                "整理前 {} 个文件，{} 字节；整理后 {} 个文件，{} 字节，{changes} 项更改。已删除 {removed} 个不再需要的文件，另有 {spare} 个保留待删。\n",
                before.0, before.1, after.0, after.1
            ),
            Lang::En => format!(
                "{} files of {} bytes became {} of {} bytes, with {changes} changes. Spare files removed: {removed}; kept for now: {spare}.\n",
                before.0, before.1, after.0, after.1
            ),
        };
        for Refused { name, why } in refused {
            let why = why_text(*why, lang);
            told += &match lang {
                Lang::Zh => format!("无法使用的文件：{name}（{why}）\n"),
                Lang::En => format!("cannot be used: {name} ({why})\n"),
            };
        }
        told
    }
}

fn why_text(why: Why, lang: Lang) -> &'static str {
    match (why, lang) {
        (Why::Altered, Lang::Zh) => "内容与文件名不符",
        (Why::Altered, Lang::En) => "its bytes are not those its name tells of",
        (Why::Locked, Lang::Zh) => "现有口令打不开",
        (Why::Locked, Lang::En) => "no known passphrase opens it",
        (Why::TooNew, Lang::Zh) => "由更新的版本写成",
        (Why::TooNew, Lang::En) => "a newer version wrote it",
        (Why::Unreadable, Lang::Zh) => "内容读不懂",
        (Why::Unreadable, Lang::En) => "its content cannot be read",
        (Why::Gone, Lang::Zh) => "已不在存储中",
        (Why::Gone, Lang::En) => "it is not there any more",
    }
}

/// A device that keeps nothing but how many changes it was given: it reads everything, and is gone afterwards.
#[derive(Default)]
struct Counting(usize);

impl Local for Counting {
    type Error = Infallible;

    async fn append(&mut self, changes: Vec<Change>) -> Result<(), Infallible> {
        self.0 += changes.len();
        Ok(())
    }

    async fn news(&mut self) -> Result<Vec<Vec<u8>>, Infallible> {
        Ok(Vec::new())
    }

    async fn note(&mut self, _key: &str, _note: Option<&[u8]>) -> Result<(), Infallible> {
        Ok(())
    }

    fn now(&self) -> u64 {
        Moment::now().0
    }

    async fn step(&mut self, _stage: Stage, _done: usize, _total: usize) {}
}

/// A workspace's files, without an endpoint before them.
struct Shelf {
    depot: Depot,
    workspace: Workspace,
}

/// The storage's own words reach whoever runs the program by `Depot::ready`; here it is enough that it failed.
fn unready(error: DepotError) -> RemoteError {
    tracing::warn!(%error, "the storage failed");
    RemoteError::Refused { why: Refusal::Unready, wait_ms: None }
}

impl Remote for Shelf {
    async fn arrivals(&mut self, after: &str) -> Result<Arrivals, RemoteError> {
        self.depot.arrivals(&self.workspace, after, LISTED).await.map_err(unready)
    }

    async fn get(&mut self, name: &Name) -> Result<Option<Vec<u8>>, RemoteError> {
        Ok(self.depot.get(&self.workspace, name).await.map_err(unready)?.map(|bytes| bytes.to_vec()))
    }

    async fn put(&mut self, name: &Name, bytes: Vec<u8>) -> Result<(), RemoteError> {
        self.depot.put(&self.workspace, name, Bytes::from(bytes)).await.map_err(unready)?;
        Ok(())
    }

    async fn remove(&mut self, _name: &Name) -> Result<kehu_sync::Removal, RemoteError> {
        // What is spare is removed in the end, of whichever device it is.
        Ok(kehu_sync::Removal::Young)
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
#[path = "compact/tests.rs"]
mod tests;
