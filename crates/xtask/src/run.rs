//! Running: from a fresh clone to an address in the browser.

use crate::build;
use crate::step::{Outcome, command, find_program, run as run_command, words};
use clap::Args;
use std::net::{Ipv4Addr, TcpStream};
use std::time::Duration;

/// How to serve.
#[derive(Args)]
pub struct Options {
    /// The port on this machine.
    #[arg(long, default_value_t = 8080)]
    port: u16,
    /// Open the address in the default browser.
    #[arg(long)]
    open: bool,
}

/// Sets up, builds, and serves dist/ until it is stopped.
///
/// # Errors
/// When a step before serving fails, or the server does.
pub fn run(options: &Options) -> Outcome {
    let kehu = build::app()?;
    if options.open {
        open_when_ready(options.port);
    }
    run_command(command(kehu).args(["serve", "--dist", "dist", "--port", &options.port.to_string()]))
}

/// Opens the address once somebody listens there; the server meanwhile starts in the foreground.
fn open_when_ready(port: u16) {
    let opener = ["xdg-open", "open"].into_iter().find(|name| find_program(name).is_some());
    let Some(opener) = opener else {
        return println!("· no program here opens a browser; please open the address yourself");
    };
    std::thread::spawn(move || {
        for _ in 0..100 {
            if TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_ok() {
                _ = words(opener, &format!("http://127.0.0.1:{port}/")).spawn();
                return;
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    });
}
