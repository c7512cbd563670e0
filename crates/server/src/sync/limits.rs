//! How much an endpoint takes, and how long it waits.

use std::num::NonZeroU32;
use std::time::Duration;

use kehu_policy::Origin;

/// Requests with unknown tokens an address may make: a second, and at once.
pub const STRANGERS_RATE: NonZeroU32 = NonZeroU32::MIN;
/// The same, at once.
pub const STRANGERS_BURST: NonZeroU32 = NonZeroU32::new(30).unwrap();

const DAY_MS: u64 = 24 * 60 * 60 * 1000;

/// The endpoint's options on the command line.
#[derive(clap::Args)]
pub struct EndpointOptions {
    /// Be the endpoint over which devices come together, keeping files there: ./folder, s3://bucket/path,
    /// az://container/path or gs://bucket/path, with the usual environment variables.
    #[arg(long, value_name = "URL")]
    pub store: Option<String>,
    /// The largest file that is taken, in bytes.
    #[arg(long, value_name = "BYTES", default_value_t = 16 * 1024 * 1024, requires = "store")]
    max_file: u64,
    /// How many files a workspace may have.
    #[arg(long, value_name = "FILES", default_value_t = 1_000_000, requires = "store")]
    max_files: u64,
    /// Requests a second of one device.
    #[arg(long, value_name = "REQUESTS", default_value = "50", requires = "store")]
    rate: NonZeroU32,
    /// Requests of one device at once, before it is held to the rate.
    #[arg(long, value_name = "REQUESTS", default_value = "200", requires = "store")]
    burst: NonZeroU32,
    /// The days a file is kept at least; devices that sleep longer find what a compaction made of it.
    #[arg(long, value_name = "DAYS", default_value_t = 30, requires = "store")]
    keep_days: u32,
    /// The seconds for which polls of a workspace are answered from one listing. Several instances hear of each other's
    /// files that much later; one that has its workspaces to itself may take minutes, and its storage is asked less.
    #[arg(long, value_name = "SECONDS", default_value_t = 2, requires = "store")]
    pub listing_seconds: u64,
    /// Let the app of another origin use the endpoint; may be repeated.
    #[arg(long, value_name = "ORIGIN", requires = "store")]
    pub allow_origin: Vec<Origin>,
    /// Behind one proxy: take the address it adds last to X-Forwarded-For for that of the device.
    #[arg(long, requires = "store")]
    behind_proxy: bool,
}

impl EndpointOptions {
    /// The limits they set.
    pub fn limits(&self) -> Limits {
        Limits {
            max_file: self.max_file,
            max_files: self.max_files,
            rate: self.rate,
            burst: self.burst,
            keep_ms: u64::from(self.keep_days) * DAY_MS,
            is_behind_proxy: self.behind_proxy,
            ..Limits::default()
        }
    }
}

/// How much an endpoint takes, and how long it waits.
#[derive(Clone, Debug)]
pub struct Limits {
    /// The largest file, in bytes.
    pub max_file: u64,
    /// The most files of a workspace.
    pub max_files: u64,
    /// Requests a second of a device.
    pub rate: NonZeroU32,
    /// Requests of a device at once.
    pub burst: NonZeroU32,
    /// How old a file must be before it is removed, in milliseconds.
    pub keep_ms: u64,
    /// Whether the address of a device is what a proxy says.
    pub is_behind_proxy: bool,
    /// How long no byte of a body may come.
    pub silence: Duration,
    /// How long the storage may take for one thing.
    pub storage: Duration,
    /// How many devices a workspace may let in.
    pub max_devices: usize,
}

impl Default for Limits {
    fn default() -> Self {
        Self {
            max_file: 16 * 1024 * 1024,
            max_files: 1_000_000,
            rate: NonZeroU32::new(50).unwrap_or(NonZeroU32::MIN),
            burst: NonZeroU32::new(200).unwrap_or(NonZeroU32::MIN),
            keep_ms: 30 * DAY_MS,
            is_behind_proxy: false,
            silence: Duration::from_secs(15),
            storage: Duration::from_secs(30),
            max_devices: 1_000,
        }
    }
}
