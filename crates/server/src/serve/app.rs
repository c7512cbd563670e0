//! From a request to a file, under the strict policy.

use super::accept::{Coding, accepts};
use super::asset::Asset;
use super::release::Release;
use axum::body::Body;
use axum::extract::{Request, State};
use axum::http::{HeaderMap, HeaderName, HeaderValue, Method, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::{Router, routing::any};
use kehu_policy::{Origin, security_headers};
use kehu_sync::wire::BASE;
use std::sync::Arc;
use tower_http::set_header::SetResponseHeaderLayer;

/// The whole site: every answer, a refusal too, carries the security headers of `release`, which may reach `connect`.
///
/// # Errors
/// When a header cannot be sent as it is; nothing is served then, rather than something under a weaker policy.
pub fn app(release: Arc<Release>, connect: &[Origin]) -> Result<Router, axum::http::Error> {
    let headers = security_headers(release.index_html(), connect);
    let site = Router::new().fallback(any(file)).with_state(release);
    headers.into_iter().try_fold(site, |site, (name, value)| {
        let layer = SetResponseHeaderLayer::overriding(HeaderName::try_from(name)?, HeaderValue::try_from(value)?);
        Ok(site.layer(layer))
    })
}

async fn file(State(release): State<Arc<Release>>, request: Request) -> Response {
    if request.method() != Method::GET && request.method() != Method::HEAD {
        return (StatusCode::METHOD_NOT_ALLOWED, [(header::ALLOW, "GET, HEAD")]).into_response();
    }
    let path = request.uri().path();
    match release.find(path).filter(|_| !is_for_endpoint(path)) {
        Some(asset) => answer(asset, request.headers()),
        None => (StatusCode::NOT_FOUND, [(header::CACHE_CONTROL, "no-store")], "not found\n").into_response(),
    }
}

/// Whether somebody looks for an endpoint, which is no place within the app.
fn is_for_endpoint(path: &str) -> bool {
    path.strip_prefix(BASE).is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
        || path == "/healthz"
        || path == "/readyz"
}

fn answer(asset: &Asset, request: &HeaderMap) -> Response {
    let told = |name| request.get(name).and_then(|value: &HeaderValue| value.to_str().ok()).unwrap_or_default();
    let accepted = told(header::ACCEPT_ENCODING);
    let (coding, bytes) = asset.form(|coding| accepts(accepted, coding));
    let etag = asset.etag(coding);
    let is_known = told(header::IF_NONE_MATCH).split(',').any(|known| known.trim() == etag);
    let mut response =
        if is_known { StatusCode::NOT_MODIFIED.into_response() } else { Body::from(bytes).into_response() };
    describe(response.headers_mut(), asset, coding, &etag);
    response
}

fn describe(headers: &mut HeaderMap, asset: &Asset, coding: Coding, etag: &str) {
    headers.insert(header::CONTENT_TYPE, HeaderValue::from_static(asset.media_type()));
    headers.insert(header::CACHE_CONTROL, HeaderValue::from_static(asset.cache_control()));
    headers.insert(header::VARY, HeaderValue::from_static("accept-encoding"));
    if let Some(name) = coding.name() {
        headers.insert(header::CONTENT_ENCODING, HeaderValue::from_static(name));
    }
    if let Ok(etag) = HeaderValue::try_from(etag) {
        headers.insert(header::ETAG, etag);
    }
}

#[cfg(test)]
mod tests;
