//! `kehu serve`: one release of the app, from memory, to whoever asks on the given address.

mod accept;
mod app;
mod asset;
mod hosts;
mod listen;
mod release;

use crate::log::Form;
use crate::sync::depot::{Depot, DepotError};
use crate::sync::{self, Endpoint, EndpointOptions};
use axum::Router;
use clap::Args;
use kehu_policy::Origin;
use listen::Patience;
use release::{Release, ReleaseError};
use std::net::{IpAddr, SocketAddr};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

/// How long files on their way in may take to arrive after the server was told to stop.
const FAREWELL_OF_ENDPOINT: Duration = Duration::from_secs(8);

/// Where to find the app and where to serve it.
#[derive(Args)]
pub struct Options {
    /// The folder that `cargo xtask build` has filled.
    #[arg(long, default_value = "dist")]
    dist: PathBuf,
    /// The port to listen on; 0 takes any that is free.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// The address to listen on; browsers keep the app offline only on localhost or behind HTTPS.
    #[arg(long, default_value = "127.0.0.1")]
    host: IpAddr,
    /// Let the app reach an endpoint at another origin; may be repeated.
    #[arg(long, value_name = "ORIGIN")]
    connect: Vec<Origin>,
    /// Be an endpoint and serve no app, which comes from elsewhere.
    #[arg(long, requires = "store", conflicts_with = "connect")]
    endpoint_only: bool,
    /// What lines of the log look like.
    #[arg(long, value_enum, default_value_t)]
    log: Form,
    #[command(flatten)]
    endpoint: EndpointOptions,
}

impl Options {
    /// What lines of the log look like.
    pub fn log(&self) -> Form {
        self.log
    }
}

/// Which folder to pack.
#[derive(Args)]
pub struct PackOptions {
    /// The folder that Trunk has filled.
    #[arg(long, default_value = "dist")]
    dist: PathBuf,
    /// Let the app reach an endpoint at this origin, on hosts that read _headers; may be repeated.
    #[arg(long, value_name = "ORIGIN")]
    connect: Vec<Origin>,
}

/// Writes the compressed forms of every file beside it, as `.br` and `.gz`, for this server and for static hosts, and
/// what the app may reach.
///
/// # Errors
/// When the folder holds no app, or a file cannot be written.
pub fn pack(options: &PackOptions) -> Result<(), ServeError> {
    hosts::allow(&options.dist, &options.connect)?;
    let release = Release::open(&options.dist)?;
    release.compress();
    Ok(release.write_packed(&options.dist)?)
}

/// Why serving did not start, or ended.
#[derive(Debug, thiserror::Error)]
pub enum ServeError {
    /// The folder holds no app that could be served.
    #[error(transparent)]
    Release(#[from] ReleaseError),
    /// The storage of the endpoint cannot be used.
    #[error(transparent)]
    Store(#[from] DepotError),
    /// Somebody else listens there already.
    #[error("port {} is taken by another program; choose another with --port", .0.port())]
    PortTaken(SocketAddr),
    /// The system does not let us listen there.
    #[error("cannot listen on {address}: {source}")]
    Listen { address: SocketAddr, source: std::io::Error },
    /// The policy cannot be put into headers.
    #[error("the security headers cannot be sent: {0}")]
    Policy(#[from] axum::http::Error),
    /// The runtime or the connection failed.
    #[error("the server failed: {0}")]
    Runtime(#[from] std::io::Error),
}

/// Serves until interrupted or terminated.
///
/// # Errors
/// When the folder holds no app, the storage cannot be used, or the address cannot be listened on.
pub fn serve(options: &Options) -> Result<(), ServeError> {
    let app = if options.endpoint_only { Router::new() } else { app_in(&options.dist, &options.connect)? };
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let mut patience = Patience::USUAL;
    if options.endpoint.store.is_some() {
        patience.farewell = FAREWELL_OF_ENDPOINT;
    }
    let outcome = runtime.block_on(async {
        let app = with_endpoint(app, &options.endpoint)?;
        listen_at(SocketAddr::new(options.host, options.port), app, patience).await
    });
    runtime.shutdown_timeout(Patience::USUAL.farewell);
    outcome
}

/// The app in a folder, allowed to reach `connect`.
fn app_in(dist: &Path, connect: &[Origin]) -> Result<Router, ServeError> {
    let release = Arc::new(Release::open(dist)?.reaching(connect));
    release.compress_in_background();
    Ok(app::app(release, connect)?)
}

/// The app with the endpoint beside it, if there is to be one.
fn with_endpoint(app: Router, options: &EndpointOptions) -> Result<Router, ServeError> {
    let Some(url) = &options.store else { return Ok(app) };
    let depot = Depot::open(url)?.with_listings_lasting(Duration::from_secs(options.listing_seconds));
    let endpoint = Arc::new(Endpoint::new(depot, options.limits()));
    Ok(sync::routes(endpoint, &options.allow_origin).merge(app))
}

async fn listen_at(address: SocketAddr, app: Router, patience: Patience) -> Result<(), ServeError> {
    let listener = TcpListener::bind(address).await.map_err(|source| match source.kind() {
        std::io::ErrorKind::AddrInUse => ServeError::PortTaken(address),
        _ => ServeError::Listen { address, source },
    })?;
    println!("Kehu 客户 → http://{}/  (Ctrl-C to stop)", listener.local_addr()?);
    listen::listen(listener, app, patience, asked_to_stop()).await;
    Ok(())
}

/// Resolves at Ctrl-C or, on Unix, at SIGTERM.
async fn asked_to_stop() {
    let interrupted = async {
        if tokio::signal::ctrl_c().await.is_err() {
            std::future::pending::<()>().await;
        }
    };
    #[cfg(unix)]
    let terminated = async {
        match tokio::signal::unix::signal(tokio::signal::unix::SignalKind::terminate()) {
            Ok(mut signal) => _ = signal.recv().await,
            Err(_) => std::future::pending().await,
        }
    };
    #[cfg(not(unix))]
    let terminated = std::future::pending::<()>();
    tokio::select! {
        () = interrupted => (),
        () = terminated => (),
    }
}
