//! An endpoint over a storage in memory, and those who ask it.

use std::path::PathBuf;
use std::sync::Arc;

use axum::Router;
use axum::body::{Body, Bytes};
use axum::http::{HeaderMap, Request, StatusCode, header};
use http_body_util::BodyExt;
use kehu_domain::stamp::Stamp;
use kehu_sync::name::{FileName, Name, Sort, Token};
use kehu_sync::wire::{Invitation, Problem, Refusal};
use serde::de::DeserializeOwned;
use tower::ServiceExt;

use crate::sync::depot::Depot;
use crate::sync::{Endpoint, Limits, devices, routes};

/// An endpoint.
pub struct Stage {
    pub depot: Depot,
    routes: Router,
}

/// What it answered.
#[derive(Debug)]
pub struct Answer {
    pub status: StatusCode,
    pub headers: HeaderMap,
    pub body: Bytes,
}

impl Answer {
    pub fn json<T: DeserializeOwned>(&self) -> T {
        serde_json::from_slice(&self.body).unwrap()
    }

    pub fn refusal(&self) -> Refusal {
        let Problem { error, .. } = self.json();
        assert_eq!(error.status(), self.status.as_u16());
        error
    }

    pub fn header(&self, name: &str) -> &str {
        self.headers.get(name).map_or("", |value| value.to_str().unwrap())
    }
}

impl Stage {
    pub fn new() -> Self {
        Self::with(Limits::default())
    }

    pub fn with(limits: Limits) -> Self {
        Self::over(Depot::open("memory:").unwrap(), limits, &[])
    }

    pub fn over(depot: Depot, limits: Limits, origins: &[&str]) -> Self {
        let origins: Vec<_> = origins.iter().map(|origin| origin.parse().unwrap()).collect();
        let endpoint = Arc::new(Endpoint::new(depot.clone(), limits));
        Self { depot, routes: routes(endpoint, &origins) }
    }

    /// A token for a new device.
    pub async fn token(&self, workspace: &str, may_invite: bool) -> Token {
        let invitation = Invitation { name: "李伟的手机".into(), may_invite };
        let now = crate::moment::Moment::now().0;
        devices::invite(&self.depot, &workspace.parse().unwrap(), &invitation, now, 1_000).await.unwrap()
    }

    pub async fn send(&self, request: Request<Body>) -> Answer {
        let response = self.routes.clone().oneshot(request).await.unwrap();
        let (head, body) = response.into_parts();
        let body = body.collect().await.unwrap().to_bytes();
        Answer { status: head.status, headers: head.headers, body }
    }

    /// Asks for a place of the workspace `acme`.
    pub async fn ask(&self, method: &str, place: &str, token: Option<&Token>, body: impl Into<Body>) -> Answer {
        self.send(request(method, &format!("/sync/v1/acme/{place}"), token, body)).await
    }
}

pub fn request(method: &str, path: &str, token: Option<&Token>, body: impl Into<Body>) -> Request<Body> {
    let mut request = Request::builder().method(method).uri(path);
    if let Some(token) = token {
        request = request.header(header::AUTHORIZATION, format!("Bearer {token}"));
    }
    request.body(body.into()).unwrap()
}

/// The name of these bytes in the folder of a token's device.
pub fn name(token: &Token, bytes: &[u8]) -> Name {
    let file = FileName::of(bytes, Sort::Changes, Stamp::new(1_764_000_000_000, 3, 9));
    Name { device: token.device.clone(), file }
}

/// A storage that does not answer: its folder became a file.
pub struct Broken {
    pub depot: Depot,
    path: PathBuf,
}

impl Broken {
    pub fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("kehu-broken-{name}-{}", std::process::id()));
        let depot = Depot::open(&path.display().to_string()).unwrap();
        _ = std::fs::remove_dir_all(&path);
        std::fs::write(&path, "").unwrap();
        Self { depot, path }
    }
}

impl Drop for Broken {
    fn drop(&mut self) {
        _ = std::fs::remove_file(&self.path);
    }
}
