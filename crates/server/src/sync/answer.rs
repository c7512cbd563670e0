//! One request: who asks, what for, what they get, and the line of it in the log.

use std::net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr};
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Json;
use axum::body::{Body, Bytes, HttpBody};
use axum::extract::{ConnectInfo, Query, Request, State};
use axum::http::request::Parts;
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use kehu_sync::name::{Device, Name, Token, Workspace};
use kehu_sync::wire::{Invitation, Invited, Me, Refusal};
use serde::Deserialize;
use tokio::time::timeout;

use super::Endpoint;
use super::depot::{Card, DepotError, Put, Removal};
use super::devices::{self, InviteError};
use super::refused::Refused;
use super::room::Outgoing;
use super::route::{Ask, Route};
use super::upload::Upload;
use crate::moment::Moment;

/// The name under which a request stands in the log, in the request if a proxy gave it one, and in the answer.
pub const REQUEST_ID: HeaderName = HeaderName::from_static("x-request-id");

/// The most files of one listing, and those of one when nothing is said.
const MAX_LISTED: usize = 1_000;

/// The largest invitation, in bytes.
const MAX_INVITATION: u64 = 4 * 1024;

/// How long it is taken for granted that the storage answers, or does not.
const CHECK_KEPT: Duration = Duration::from_secs(1);

/// How much room a file gets until its size is known, in bytes.
const UNKNOWN_SIZE: u64 = 4 * 1024 * 1024;

/// What the log says of a request. Nothing else of it gets there: no token, no name of a file or person, no content.
#[derive(Default)]
struct Told {
    route: &'static str,
    workspace: Option<Workspace>,
    device: Option<Device>,
}

/// Who asks.
struct Caller {
    device: Device,
    card: Card,
}

/// Which files are asked for.
#[derive(Deserialize)]
struct Asked {
    #[serde(default)]
    after: String,
    limit: Option<usize>,
}

/// Answers whatever is asked below `/sync`.
pub async fn answer(State(endpoint): State<Arc<Endpoint>>, request: Request) -> Response {
    let began = Instant::now();
    let (head, body) = request.into_parts();
    let id = request_id(&head.headers);
    let mut upload = Upload::new(&head.headers, body);
    let mut told = Told { route: "unknown", ..Told::default() };
    let outcome = endpoint.respond(&head, &mut upload, &mut told).await;
    let received = upload.came();
    if outcome.is_err() {
        upload.let_go(endpoint.limits.max_file).await;
    }
    let mut response = outcome.unwrap_or_else(Refused::into_response);
    log(&id, &head.method, &told, received, &response, began.elapsed());
    if let Ok(value) = HeaderValue::from_str(&id) {
        response.headers_mut().insert(REQUEST_ID, value);
    }
    response
}

fn log(id: &str, method: &Method, told: &Told, received: u64, response: &Response, took: Duration) {
    tracing::info!(
        request = id,
        workspace = told.workspace.as_ref().map(Workspace::as_str),
        device = told.device.as_ref().map(Device::as_str),
        method = method.as_str(),
        route = told.route,
        status = response.status().as_u16(),
        received,
        sent = response.body().size_hint().exact(),
        ms = u64::try_from(took.as_millis()).unwrap_or(u64::MAX),
        "sync"
    );
}

/// The name a proxy gave the request, if it can stand in a log; else a new one.
fn request_id(headers: &HeaderMap) -> String {
    let is_name = |text: &&str| {
        (1..=64).contains(&text.len()) && text.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-')
    };
    let given = headers.get(REQUEST_ID).and_then(|value| value.to_str().ok()).filter(is_name);
    given.map_or_else(|| format!("{:016x}", getrandom::u64().unwrap_or_default()), str::to_owned)
}

/// Says that the process lives.
pub async fn alive(method: Method) -> Response {
    probe(&method).unwrap_or_else(Refused::into_response)
}

/// Says whether the storage answers.
pub async fn ready(State(endpoint): State<Arc<Endpoint>>, method: Method) -> Response {
    let answer = match probe(&method) {
        Ok(answer) => endpoint.check_storage().await.map(|()| answer),
        Err(refused) => Err(refused),
    };
    answer.unwrap_or_else(Refused::into_response)
}

fn probe(method: &Method) -> Result<Response, Refused> {
    if method == Method::GET || method == Method::HEAD {
        Ok(Json(serde_json::json!({ "status": "ok" })).into_response())
    } else {
        Err(Refused::method("GET, HEAD"))
    }
}

impl Endpoint {
    async fn respond(&self, head: &Parts, upload: &mut Upload, told: &mut Told) -> Result<Response, Refused> {
        let Route { template, workspace, ask } = Route::of(&head.method, head.uri.path())?;
        told.route = template;
        let caller = self.admit(head, &workspace).await?;
        told.workspace = Some(workspace.clone());
        told.device = Some(caller.device.clone());
        match ask {
            Ask::Me => Ok(Json(caller.me(workspace)).into_response()),
            Ask::Arrivals => self.arrivals(head, &workspace).await,
            Ask::Get(name) => self.get(&workspace, &name).await,
            Ask::Put(name) => self.put(&workspace, &caller.own(name)?, upload).await,
            Ask::Remove(name) => self.remove(&workspace, &caller.own(name)?).await,
            Ask::Devices => {
                caller.may_invite()?;
                let devices = self.storage(devices::list(&self.depot, &workspace)).await?;
                Ok(Json(devices).into_response())
            }
            Ask::Invite => {
                caller.may_invite()?;
                self.invite(&workspace, upload).await
            }
            Ask::ShutOut(device) => {
                caller.may_invite()?;
                self.shut_out(&workspace, &device).await
            }
        }
    }

    /// Who asks, if they may come in here.
    async fn admit(&self, head: &Parts, workspace: &Workspace) -> Result<Caller, Refused> {
        let now = Instant::now();
        let address = network(self.address(head));
        let known = match bearer(&head.headers) {
            Some(token) => self.known(&token, address, now).await?.map(|card| (token, card)),
            None => None,
        };
        let Some((token, card)) = known else {
            self.strangers.take(address, now).map_err(too_many_strangers)?;
            return Err(Refused::new(Refusal::Unknown, "the token is not known or was shut out"));
        };
        let key = (token.workspace.clone(), token.device.clone());
        self.devices.take(key, now).map_err(|wait| Refused::busy("the device asks too often", wait))?;
        if token.workspace != *workspace {
            return Err(Refused::new(Refusal::Elsewhere, "the token is of another workspace"));
        }
        Ok(Caller { device: token.device, card })
    }

    /// The card of a token that may come in. Looking one up is work for the storage, which strangers get little of.
    async fn known(&self, token: &Token, address: IpAddr, now: Instant) -> Result<Option<Card>, Refused> {
        let Token { workspace, device, .. } = token;
        let card = match self.cards.get(workspace, device, now) {
            Some(card) => Some(card),
            None => {
                self.strangers.look(&address, now).map_err(too_many_strangers)?;
                let card = self.storage(self.depot.card(workspace, device)).await?;
                match &card {
                    Some(card) => self.cards.keep(workspace, device, card.clone(), now),
                    // A folder that is not mounted holds no cards either, and nobody should be told to get another token.
                    None => self.check_storage().await?,
                }
                card
            }
        };
        Ok(card.filter(|card| devices::admits(card, &token.hash())))
    }

    fn address(&self, head: &Parts) -> IpAddr {
        let said_by_proxy = || {
            let last = head.headers.get_all("x-forwarded-for").iter().next_back()?;
            last.to_str().ok()?.rsplit(',').next()?.trim().parse().ok()
        };
        let forwarded = if self.limits.is_behind_proxy { said_by_proxy() } else { None };
        let peer = || head.extensions.get::<ConnectInfo<SocketAddr>>().map(|ConnectInfo(peer)| peer.ip());
        forwarded.or_else(peer).unwrap_or(IpAddr::V4(Ipv4Addr::UNSPECIFIED))
    }

    async fn arrivals(&self, head: &Parts, workspace: &Workspace) -> Result<Response, Refused> {
        let malformed = || Refused::new(Refusal::Malformed, format!("limit is a number from 1 to {MAX_LISTED}"));
        let Query(Asked { after, limit }) = Query::try_from_uri(&head.uri).map_err(|_| malformed())?;
        let limit = limit.unwrap_or(MAX_LISTED);
        if !(1..=MAX_LISTED).contains(&limit) {
            return Err(malformed());
        }
        Ok(Json(self.storage(self.depot.arrivals(workspace, &after, limit)).await?).into_response())
    }

    async fn get(&self, workspace: &Workspace, name: &Name) -> Result<Response, Refused> {
        let known = UNKNOWN_SIZE.min(self.limits.max_file);
        let mut room = vec![self.room.take(workspace, known).await?];
        let bytes = self.storage(self.depot.get(workspace, name)).await?.ok_or_else(no_such_file)?;
        let size = bytes.len() as u64;
        if size > known {
            room.push(self.room.take(workspace, size - known).await?);
        }
        room.iter_mut().for_each(|taken| taken.keep(size));
        let body = Body::new(Outgoing::new(bytes, room));
        Ok(([(header::CONTENT_TYPE, "application/octet-stream")], body).into_response())
    }

    async fn put(&self, workspace: &Workspace, name: &Name, upload: &mut Upload) -> Result<Response, Refused> {
        let limit = self.limits.max_file;
        upload.fits(limit)?;
        if self.storage(self.depot.count(workspace)).await? >= self.limits.max_files {
            let message = format!("the workspace has {} files already, which is the most", self.limits.max_files);
            return Err(Refused::new(Refusal::Full, message));
        }
        let _room = self.room.take(workspace, upload.at_most(limit)).await?;
        let bytes: Bytes = upload.read(limit, self.limits.silence).await?;
        if !name.file.fits(&bytes) {
            return Err(Refused::new(Refusal::Altered, "the bytes are not those the name tells of"));
        }
        match self.storage(self.depot.put(workspace, name, bytes)).await? {
            Put::Made => Ok(StatusCode::CREATED.into_response()),
            Put::Stood => Ok(StatusCode::OK.into_response()),
        }
    }

    async fn remove(&self, workspace: &Workspace, name: &Name) -> Result<Response, Refused> {
        let before = Moment::now().0.saturating_sub(self.limits.keep_ms);
        match self.storage(self.depot.remove(workspace, name, before)).await? {
            Removal::Done => Ok(StatusCode::NO_CONTENT.into_response()),
            Removal::Absent => Err(no_such_file()),
            Removal::Young => Err(Refused::new(Refusal::Young, "the file may not be removed yet")),
        }
    }

    async fn invite(&self, workspace: &Workspace, upload: &mut Upload) -> Result<Response, Refused> {
        let bytes = upload.read(MAX_INVITATION, self.limits.silence).await?;
        let malformed = |message: String| Refused::new(Refusal::Malformed, message);
        let invitation: Invitation = serde_json::from_slice(&bytes).map_err(|bad| malformed(bad.to_string()))?;
        let made = devices::invite(&self.depot, workspace, &invitation, Moment::now().0, self.limits.max_devices);
        let made = timeout(self.limits.storage, made).await.map_err(|_| Refused::unready(&"too slow"))?;
        let token = made.map_err(|error| match error {
            InviteError::BadName => malformed(error.to_string()),
            InviteError::TooMany(_) => Refused::new(Refusal::Full, error.to_string()),
            InviteError::NoRandomness(_) => Refused::unready(&error),
            InviteError::Depot(error) => error.into(),
        })?;
        Ok((StatusCode::CREATED, Json(Invited { device: token.device.clone(), token })).into_response())
    }

    async fn shut_out(&self, workspace: &Workspace, device: &Device) -> Result<Response, Refused> {
        let now = Moment::now().0;
        let was_there = self.storage(devices::shut_out(&self.depot, workspace, device, now)).await?;
        self.cards.drop(workspace, device);
        if was_there {
            Ok(StatusCode::NO_CONTENT.into_response())
        } else {
            Err(Refused::new(Refusal::Absent, "there is no such device"))
        }
    }

    /// Whether the storage answers; whoever asks within a moment gets the same answer, for anybody may ask.
    async fn check_storage(&self) -> Result<(), Refused> {
        let mut checked = self.checked.lock().await;
        match *checked {
            Some((at, true)) if at.elapsed() < CHECK_KEPT => Ok(()),
            Some((at, false)) if at.elapsed() < CHECK_KEPT => Err(Refused::still_unready()),
            _ => {
                let outcome = self.storage(self.depot.ready()).await;
                *checked = Some((Instant::now(), outcome.is_ok()));
                outcome
            }
        }
    }

    /// Waits for the storage, but not for ever.
    async fn storage<T>(&self, work: impl Future<Output = Result<T, DepotError>>) -> Result<T, Refused> {
        timeout(self.limits.storage, work).await.map_err(|_| Refused::unready(&"too slow"))?.map_err(Refused::from)
    }
}

impl Caller {
    fn me(self, workspace: Workspace) -> Me {
        Me { workspace, device: self.device, name: self.card.name, may_invite: self.card.may_invite }
    }

    fn own(&self, name: Name) -> Result<Name, Refused> {
        if name.device == self.device {
            Ok(name)
        } else {
            Err(Refused::new(Refusal::Elsewhere, "the file is in another device's folder"))
        }
    }

    fn may_invite(&self) -> Result<(), Refused> {
        if self.card.may_invite { Ok(()) } else { Err(Refused::new(Refusal::Elsewhere, "the token may not invite")) }
    }
}

fn bearer(headers: &HeaderMap) -> Option<Token> {
    let (scheme, token) = headers.get(header::AUTHORIZATION)?.to_str().ok()?.split_once(' ')?;
    if scheme.eq_ignore_ascii_case("bearer") { token.parse().ok() } else { None }
}

/// What counts as one place: of IPv6 the 64 bits that somebody is given.
fn network(address: IpAddr) -> IpAddr {
    match address.to_canonical() {
        IpAddr::V6(address) => IpAddr::V6(Ipv6Addr::from_bits(address.to_bits() >> 64 << 64)),
        address => address,
    }
}

fn too_many_strangers(wait: Duration) -> Refused {
    Refused::busy("too many unknown tokens come from this address", wait)
}

fn no_such_file() -> Refused {
    Refused::new(Refusal::Absent, "there is no such file")
}
