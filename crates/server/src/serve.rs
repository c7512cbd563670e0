//! `kehu serve`: one release of the app, from memory, to whoever asks on the given address.

mod accept;
mod app;
mod asset;
mod release;

use clap::Args;
use release::{Release, ReleaseError};
use std::net::{IpAddr, SocketAddr};
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;

/// How long open connections may finish after the server was told to stop.
const FAREWELL: Duration = Duration::from_secs(2);

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
}

/// Which folder to pack.
#[derive(Args)]
pub struct PackOptions {
    /// The folder that Trunk has filled.
    #[arg(long, default_value = "dist")]
    dist: PathBuf,
}

/// Writes the compressed forms of every file beside it, as `.br` and `.gz`, for this server and for static hosts.
///
/// # Errors
/// When the folder holds no app, or a file cannot be written.
pub fn pack(options: &PackOptions) -> Result<(), ServeError> {
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
/// When the folder holds no app, or the address cannot be listened on.
pub fn serve(options: &Options) -> Result<(), ServeError> {
    let release = Arc::new(Release::open(&options.dist)?);
    release.compress_in_background();
    let address = SocketAddr::new(options.host, options.port);
    let runtime = tokio::runtime::Builder::new_multi_thread().worker_threads(2).enable_all().build()?;
    let outcome = runtime.block_on(listen(address, release));
    runtime.shutdown_timeout(FAREWELL);
    outcome
}

async fn listen(address: SocketAddr, release: Arc<Release>) -> Result<(), ServeError> {
    let app = app::app(release)?;
    let listener = TcpListener::bind(address).await.map_err(|source| match source.kind() {
        std::io::ErrorKind::AddrInUse => ServeError::PortTaken(address),
        _ => ServeError::Listen { address, source },
    })?;
    println!("Kehu 客户 → http://{}/  (Ctrl-C to stop)", listener.local_addr()?);
    let (told, farewell) = tokio::sync::oneshot::channel::<()>();
    let stop = async {
        asked_to_stop().await;
        _ = told.send(());
    };
    let served = async { axum::serve(listener, app).with_graceful_shutdown(stop).await };
    let deadline = async {
        _ = farewell.await;
        tokio::time::sleep(FAREWELL).await;
    };
    tokio::select! {
        outcome = served => outcome?,
        () = deadline => tracing::info!("stopped with connections still open"),
    }
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
