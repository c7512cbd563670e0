//! The endpoint: what devices of a company ask of `kehu serve --store URL`, as `docs/sync.md` and `docs/openapi.json` say.

mod answer;
mod cards;
pub mod depot;
pub mod devices;
mod limits;
mod rate;
mod refused;
mod room;
mod route;
mod upload;

pub use limits::{EndpointOptions, Limits};

use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use axum::Router;
use axum::http::header::{AUTHORIZATION, CONTENT_TYPE, RETRY_AFTER};
use axum::http::{HeaderName, HeaderValue, Method};
use axum::routing::any;
use kehu_policy::Origin;
use kehu_sync::name::{Device, Workspace};
use kehu_sync::wire::BASE;
use tokio::sync::Mutex;
use tower_http::cors::{AllowOrigin, CorsLayer};
use tower_http::set_header::SetResponseHeaderLayer;

use cards::Cards;
use depot::Depot;
use rate::Buckets;
use room::Room;

/// How long a browser may go by the answer to a preflight.
const PREFLIGHT_KEPT: Duration = Duration::from_secs(2 * 60 * 60);

/// One instance of the endpoint. What it keeps in memory spares requests to the storage; nothing depends on it.
pub struct Endpoint {
    depot: Depot,
    limits: Limits,
    cards: Cards,
    /// What each device may still ask.
    devices: Buckets<(Workspace, Device)>,
    /// What may still be asked with unknown tokens, by address.
    strangers: Buckets<IpAddr>,
    /// Memory for files on their way.
    room: Room,
    /// When the storage was last seen to answer, or not to.
    checked: Mutex<Option<(Instant, bool)>>,
}

impl Endpoint {
    /// An endpoint over a storage.
    pub fn new(depot: Depot, limits: Limits) -> Self {
        Self {
            cards: Cards::default(),
            devices: Buckets::new(limits.rate, limits.burst),
            strangers: Buckets::new(limits::STRANGERS_RATE, limits::STRANGERS_BURST),
            room: Room::default(),
            checked: Mutex::default(),
            depot,
            limits,
        }
    }
}

/// The routes of the endpoint and of its probes; pages of `origins` may use it too.
pub fn routes(endpoint: Arc<Endpoint>, origins: &[Origin]) -> Router {
    let below = [String::new(), "/".into(), "/{*rest}".into()];
    let sync = below
        .iter()
        .fold(Router::new(), |router, path| router.route(&format!("{BASE}{path}"), any(answer::answer)))
        .with_state(Arc::clone(&endpoint));
    let sync = match cross_origin(origins) {
        Some(layer) => sync.layer(layer),
        None => sync,
    };
    let probes = Router::new().route("/healthz", any(answer::alive)).route("/readyz", any(answer::ready));
    let fixed = |name, value| SetResponseHeaderLayer::overriding(name, HeaderValue::from_static(value));
    sync.merge(probes.with_state(endpoint))
        .layer(fixed(HeaderName::from_static("x-content-type-options"), "nosniff"))
        .layer(fixed(HeaderName::from_static("cache-control"), "no-store"))
}

/// What lets pages of these origins in; none where there are none.
fn cross_origin(origins: &[Origin]) -> Option<CorsLayer> {
    let origins: Vec<HeaderValue> = origins.iter().filter_map(|origin| origin.as_str().parse().ok()).collect();
    (!origins.is_empty()).then(|| {
        CorsLayer::new()
            .allow_origin(AllowOrigin::list(origins))
            .allow_methods([Method::GET, Method::PUT, Method::POST, Method::DELETE])
            .allow_headers([AUTHORIZATION, CONTENT_TYPE])
            .expose_headers([RETRY_AFTER, answer::REQUEST_ID])
            .max_age(PREFLIGHT_KEPT)
    })
}

#[cfg(test)]
mod tests;
