//! Measuring: the release build beside its peers, in the same browser.

use crate::step::{Failure, Outcome, command, run, step};
use crate::{build, setup};
use clap::Args;
use std::net::{Ipv4Addr, TcpStream};
use std::process::{Child, Stdio};
use std::time::Duration;

/// What to measure.
#[derive(Args)]
pub struct Options {
    /// The port of the server under measurement.
    #[arg(long, default_value_t = 8090)]
    port: u16,
    /// Words handed to tests/bench/run.mjs, after `--`.
    #[arg(last = true)]
    rest: Vec<String>,
}

/// Builds, serves and measures.
///
/// # Errors
/// When a step fails or the measuring script does.
pub fn bench(options: &Options) -> Outcome {
    let kehu = build::app()?;
    step("set up the browser", || {
        setup::for_browser()?;
        setup::for_load()?;
        setup::node_packages("tests/bench")
    })?;
    let port = options.port.to_string();
    let child = command(&kehu)
        .args(["serve", "--dist", "dist", "--port", &port])
        .stdout(Stdio::null())
        .spawn()
        .map_err(|error| Failure::new(format!("the server did not start: {error}")))?;
    let _server = Running::wait_for(child, options.port)?;
    step("measure", || {
        let mut measure = command("node");
        measure.arg("tests/bench/run.mjs").args(&options.rest).env("KEHU_URL", format!("http://127.0.0.1:{port}"));
        run(measure.env("KEHU_PROGRAM", &kehu))
    })
}

/// A server that ends with its owner.
struct Running(Child);

impl Running {
    fn wait_for(child: Child, port: u16) -> Outcome<Self> {
        let mut running = Self(child);
        for _ in 0..100 {
            if let Ok(Some(status)) = running.0.try_wait() {
                return Err(Failure::new(format!("the server ended before it was ready ({status})")));
            }
            if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok() {
                return Ok(running);
            }
            std::thread::sleep(Duration::from_millis(100));
        }
        Err(Failure::new(format!("the server did not listen on port {port} within 10 s")))
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        _ = self.0.kill();
        _ = self.0.wait();
    }
}
