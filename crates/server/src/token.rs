//! `kehu token`: makes, lists and shuts out the tokens by which devices come to an endpoint.

use std::fmt::Write as _;
use std::io::Write as _;

use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
use kehu_domain::calendar::civil;
use kehu_domain::text::Lang;
use kehu_policy::Origin;
use kehu_sync::name::{Device, Token, Workspace};
use kehu_sync::wire::{DeviceCard, Invitation, Join};
use qrcode::render::unicode::Dense1x2;
use qrcode::{EcLevel, QrCode};

use crate::moment::Moment;
use crate::problem::Problem;
use crate::sync::Limits;
use crate::sync::depot::{Depot, DepotError};
use crate::sync::devices::{self, InviteError};
use crate::verdict::Verdict;

/// What `--help` says below the options.
const EXAMPLES: &str = "\
Examples:
  kehu token add --store ./store --workspace acme --name 'Li Wei, phone' --link https://app.example.org
  kehu token add --store ./store --workspace acme --name 'Office' --may-invite
  kehu token list --store ./store --workspace acme
  kehu token revoke --store ./store --workspace acme --device d4k2a7mx01

A running server needs no restart: a new token works at once, one that was shut out for ten seconds more at most.";

/// What to do with tokens.
#[derive(Debug, clap::Args)]
#[command(after_help = EXAMPLES)]
pub struct Options {
    #[command(subcommand)]
    work: Work,
}

#[derive(Debug, clap::Subcommand)]
enum Work {
    /// Make a token for a new device; it is shown this one time.
    Add(Add),
    /// List the devices of a workspace.
    List(List),
    /// Shut a device out, once and for all.
    Revoke(Revoke),
}

/// Where the tokens are.
#[derive(Debug, clap::Args)]
struct Place {
    /// The storage of the endpoint, as `kehu serve` has it.
    #[arg(long, value_name = "URL")]
    store: String,
    /// The company: 1 to 40 characters of a-z, 0-9 and -.
    #[arg(long)]
    workspace: Workspace,
}

#[derive(Debug, clap::Args)]
struct Add {
    #[command(flatten)]
    place: Place,
    /// What people call the device: 1 to 60 characters.
    #[arg(long, value_name = "TEXT")]
    name: String,
    /// Let it invite and shut out others.
    #[arg(long)]
    may_invite: bool,
    /// The origin of the app: prints a link, and the same as a QR code, by which the device joins.
    #[arg(long, value_name = "ORIGIN")]
    link: Option<Origin>,
    /// The address of the endpoint, where it is not that of the app.
    #[arg(long, value_name = "ORIGIN", requires = "link")]
    at: Option<Origin>,
}

#[derive(Debug, clap::Args)]
struct List {
    #[command(flatten)]
    place: Place,
    /// Report as JSON.
    #[arg(long)]
    json: bool,
}

#[derive(Debug, clap::Args)]
struct Revoke {
    #[command(flatten)]
    place: Place,
    /// The device, as `kehu token list` names it.
    #[arg(long)]
    device: Device,
}

/// Does the work.
///
/// # Errors
/// When the storage fails, or what is asked for makes no sense; then no token was made and nobody shut out.
pub fn token(options: &Options, lang: Lang) -> Result<Verdict, Problem> {
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(Problem::Runtime)?;
    let told = runtime.block_on(async {
        match &options.work {
            Work::Add(add) => add.run(lang).await,
            Work::List(list) => list.run(lang).await,
            Work::Revoke(revoke) => revoke.run(lang).await,
        }
    })?;
    std::io::stdout().lock().write_all(told.as_bytes()).map_err(Problem::Output)?;
    Ok(Verdict::Fine)
}

impl Place {
    fn depot(&self) -> Result<Depot, Problem> {
        Depot::open(&self.store).map_err(|error| self.failed(&error))
    }

    fn failed(&self, error: &DepotError) -> Problem {
        Problem::Store { store: self.store.clone(), reason: error.to_string() }
    }
}

impl Add {
    async fn run(&self, lang: Lang) -> Result<String, Problem> {
        let Place { workspace, .. } = &self.place;
        let invitation = Invitation { name: self.name.clone(), may_invite: self.may_invite };
        let most = Limits::default().max_devices;
        let made = devices::invite(&self.place.depot()?, workspace, &invitation, Moment::now().0, most).await;
        let token = made.map_err(|error| match error {
            InviteError::BadName => Problem::BadDeviceName,
            InviteError::TooMany(most) => Problem::TooManyDevices(most),
            InviteError::NoRandomness(reason) => Problem::NoRandomness(reason.to_string()),
            InviteError::Depot(error) => self.place.failed(&error),
        })?;
        let mut told = match lang {
            Lang::Zh => format!("设备 {} 的令牌（仅显示这一次，请妥善保管）：\n{token}\n", token.device),
            Lang::En => {
                format!("The token of device {}; it is shown this one time, keep it secret:\n{token}\n", token.device)
            }
        };
        if let Some(app) = &self.link {
            let link = joining_link(app, self.at.as_ref().unwrap_or(app), token);
            // Writing into memory cannot fail.
            let _ = match lang {
                Lang::Zh => {
                    writeln!(told, "\n在设备上打开此链接，或扫描二维码，即可加入：\n{link}\n\n{}", drawn(&link)?)
                }
                Lang::En => {
                    writeln!(
                        told,
                        "\nOpen this link on the device, or scan the code, to join:\n{link}\n\n{}",
                        drawn(&link)?
                    )
                }
            };
        }
        Ok(told)
    }
}

/// The link that makes a device of whoever opens it. What follows `#` is sent to no server.
fn joining_link(app: &Origin, at: &Origin, token: Token) -> String {
    let joining = serde_json::to_vec(&Join { at: at.to_string(), token }).unwrap_or_default();
    format!("{app}/data/sync#join={}", URL_SAFE_NO_PAD.encode(joining))
}

/// A QR code in the characters of a terminal. On a screen nothing gets lost, so the sparest correction does.
fn drawn(link: &str) -> Result<String, Problem> {
    let code = QrCode::with_error_correction_level(link, EcLevel::L).map_err(|_| Problem::TooLongToDraw)?;
    // Light on dark is how terminals mostly are; the quiet zone is drawn too.
    Ok(code.render::<Dense1x2>().dark_color(Dense1x2::Light).light_color(Dense1x2::Dark).build())
}

impl List {
    async fn run(&self, lang: Lang) -> Result<String, Problem> {
        let found = devices::list(&self.place.depot()?, &self.place.workspace).await;
        let devices = found.map_err(|error| self.place.failed(&error))?;
        if self.json {
            return Ok(serde_json::to_string_pretty(&devices).unwrap_or_default() + "\n");
        }
        if devices.is_empty() {
            return Ok(match lang {
                Lang::Zh => "还没有设备\n".to_owned(),
                Lang::En => "no devices yet\n".to_owned(),
            });
        }
        Ok(devices.iter().map(|device| line(device, lang)).collect())
    }
}

fn line(card: &DeviceCard, lang: Lang) -> String {
    let DeviceCard { device, name, may_invite, made, shut_out } = card;
    let day = |at: u64| civil(at).format("%Y-%m-%d %H:%M");
    let mut line = format!("{device}  {name}  ");
    // Writing into memory cannot fail.
    let _ = match lang {
        Lang::Zh => write!(line, "{} 创建", day(*made)),
        Lang::En => write!(line, "made {}", day(*made)),
    };
    if *may_invite {
        line += match lang {
            Lang::Zh => "，可邀请",
            Lang::En => ", may invite",
        };
    }
    if let Some(at) = shut_out {
        let _ = match lang {
            Lang::Zh => write!(line, "，{} 停用", day(*at)),
            Lang::En => write!(line, ", shut out {}", day(*at)),
        };
    }
    line + "\n"
}

impl Revoke {
    async fn run(&self, lang: Lang) -> Result<String, Problem> {
        let Self { place, device } = self;
        let shut = devices::shut_out(&place.depot()?, &place.workspace, device, Moment::now().0).await;
        if !shut.map_err(|error| place.failed(&error))? {
            return Err(Problem::NoSuchDevice { workspace: place.workspace.to_string(), device: device.to_string() });
        }
        Ok(match lang {
            Lang::Zh => format!("设备 {device} 已停用，最迟 10 秒后生效\n"),
            Lang::En => format!("device {device} is shut out, within 10 seconds everywhere\n"),
        })
    }
}
