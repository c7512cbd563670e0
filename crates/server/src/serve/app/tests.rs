//! What the server answers, request by request, without a socket.

#![allow(clippy::unwrap_used)]

use super::app;
use crate::serve::release::{Release, ReleaseError};
use axum::body::{Body, Bytes, HttpBody};
use axum::http::{Request, Response, StatusCode};
use std::future::poll_fn;
use std::io::Read;
use std::path::PathBuf;
use std::pin::Pin;
use std::sync::Arc;
use tower::ServiceExt;

const WASM: &str = "/kehu-0123456789abcdef_bg.wasm";
const PAGE: &str = "<!doctype html><script type=\"module\">alert(1)</script>";

/// A folder as Trunk leaves it, gone with its owner.
struct Dist(PathBuf);

impl Dist {
    fn new(name: &str) -> Self {
        let folder = std::env::temp_dir().join(format!("kehu-serve-{}-{name}", std::process::id()));
        _ = std::fs::remove_dir_all(&folder);
        std::fs::create_dir_all(folder.join("icons")).unwrap();
        let wasm = "many zeros ".repeat(2_000);
        for (path, content) in [
            ("index.html", PAGE),
            ("kehu-0123456789abcdef_bg.wasm", wasm.as_str()),
            ("manifest.webmanifest", "{}"),
            ("sw.js", "// worker"),
            ("icons/kehu.svg", "<svg/>"),
            ("_headers", "/*"),
        ] {
            std::fs::write(folder.join(path), content).unwrap();
        }
        Self(folder)
    }
}

impl Drop for Dist {
    fn drop(&mut self) {
        _ = std::fs::remove_dir_all(&self.0);
    }
}

fn ask(name: &str, request: Request<Body>) -> Response<Body> {
    let dist = Dist::new(name);
    let release = Arc::new(Release::open(&dist.0).unwrap());
    release.compress();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    runtime.block_on(app(release, &[]).unwrap().oneshot(request)).unwrap()
}

#[test]
fn a_packed_form_beside_the_file_is_what_travels() {
    let dist = Dist::new("packed");
    let made = Release::open(&dist.0).unwrap();
    made.compress();
    made.write_packed(&dist.0).unwrap();
    let packed = std::fs::read(dist.0.join(format!("{}.br", &WASM[1..]))).unwrap();
    let release = Arc::new(Release::open(&dist.0).unwrap());
    let request = Request::get(WASM).header("accept-encoding", "br").body(Body::empty()).unwrap();
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let response = runtime.block_on(app(Arc::clone(&release), &[]).unwrap().oneshot(request)).unwrap();
    assert_eq!(header(&response, "content-encoding"), "br");
    assert_eq!(body(response), packed);
    std::fs::write(dist.0.join(&WASM[1..]), "changed since ".repeat(500)).unwrap();
    let changed = Release::open(&dist.0).unwrap();
    let (coding, bytes) = changed.find(WASM).unwrap().form(|_| true);
    assert!(coding.name().is_none() && bytes.starts_with(b"changed"), "a form of another file is not served");
    assert!(release.find(&format!("{WASM}.br")).is_none(), "a compressed form is no file of its own");
}

fn get(name: &str, path: &str) -> Response<Body> {
    ask(name, Request::get(path).body(Body::empty()).unwrap())
}

fn header<'r>(response: &'r Response<Body>, name: &str) -> &'r str {
    response.headers().get(name).map_or("", |value| value.to_str().unwrap())
}

fn body(response: Response<Body>) -> Vec<u8> {
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let mut body = response.into_body();
    let mut bytes = Vec::new();
    while let Some(frame) = runtime.block_on(poll_fn(|context| Pin::new(&mut body).poll_frame(context))) {
        bytes.extend(frame.unwrap().into_data().unwrap_or(Bytes::new()));
    }
    bytes
}

#[test]
fn every_answer_carries_the_strict_policy() {
    for (name, path) in [("policy-page", "/"), ("policy-missing", "/missing.js")] {
        let response = get(name, path);
        let policy = header(&response, "content-security-policy");
        assert!(policy.starts_with("default-src 'none'; script-src 'self' 'wasm-unsafe-eval' 'sha256-bhHHL3z2"));
        assert!(policy.contains("connect-src 'self';"));
        assert_eq!(header(&response, "x-content-type-options"), "nosniff");
        assert_eq!(header(&response, "referrer-policy"), "no-referrer");
        assert_eq!(header(&response, "cross-origin-opener-policy"), "same-origin");
        assert!(header(&response, "permissions-policy").contains("camera=()"));
    }
}

#[test]
fn files_have_their_types_and_are_kept_as_long_as_they_may_be() {
    for (path, media_type, kept) in [
        ("/", "text/html; charset=utf-8", "no-cache"),
        (WASM, "application/wasm", "public, max-age=31536000, immutable"),
        ("/manifest.webmanifest", "application/manifest+json; charset=utf-8", "no-cache"),
        ("/sw.js", "text/javascript; charset=utf-8", "no-cache"),
        ("/icons/kehu.svg", "image/svg+xml; charset=utf-8", "no-cache"),
    ] {
        let response = get("types", path);
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        assert_eq!(header(&response, "content-type"), media_type, "{path}");
        assert_eq!(header(&response, "cache-control"), kept, "{path}");
    }
}

#[test]
fn a_place_within_the_app_gets_the_first_page() {
    for path in ["/customers", "/customers/42?tier=a", "/handbook/", "/handbook/3.1"] {
        assert_eq!(body(get("places", path)), PAGE.as_bytes(), "{path}");
    }
}

#[test]
fn a_missing_file_is_not_the_first_page() {
    for path in ["/missing.js", "/sync/v1/acme/me", "/readyz", "/icons/missing.png", "/old-0123456789abcdef_bg.wasm"] {
        assert_eq!(get("missing", path).status(), StatusCode::NOT_FOUND, "{path}");
    }
}

#[test]
fn nothing_outside_the_folder_is_served() {
    for path in ["/../Cargo.toml", "/..%2fCargo.toml", "/icons/../../Cargo.toml", "//etc/hosts.txt", "/_headers"] {
        let response = get("outside", path);
        let is_refused = response.status() == StatusCode::NOT_FOUND;
        assert!(is_refused || body(response) == PAGE.as_bytes(), "{path}");
    }
}

#[test]
fn a_file_travels_as_brotli_when_the_browser_knows_it() {
    let request = Request::get(WASM).header("accept-encoding", "gzip, br").body(Body::empty()).unwrap();
    let response = ask("brotli", request);
    assert_eq!(header(&response, "content-encoding"), "br");
    assert_eq!(header(&response, "vary"), "accept-encoding");
    let mut plain = Vec::new();
    brotli::Decompressor::new(body(response).as_slice(), 4096).read_to_end(&mut plain).unwrap();
    assert_eq!(plain, "many zeros ".repeat(2_000).into_bytes());
}

#[test]
fn a_file_travels_as_gzip_when_that_is_all_the_browser_knows() {
    let request = Request::get(WASM).header("accept-encoding", "gzip").body(Body::empty()).unwrap();
    let response = ask("gzip", request);
    assert_eq!(header(&response, "content-encoding"), "gzip");
    let mut plain = Vec::new();
    flate2::read::GzDecoder::new(body(response).as_slice()).read_to_end(&mut plain).unwrap();
    assert_eq!(plain, "many zeros ".repeat(2_000).into_bytes());
}

#[test]
fn a_file_travels_plain_when_nothing_is_said() {
    let response = get("plain", WASM);
    assert_eq!(header(&response, "content-encoding"), "");
    assert_eq!(body(response).len(), 22_000);
}

#[test]
fn what_the_browser_has_is_not_sent_again() {
    let etag = header(&get("etag", "/"), "etag").to_owned();
    let request = Request::get("/").header("if-none-match", &etag).body(Body::empty()).unwrap();
    let response = ask("etag-again", request);
    assert_eq!(response.status(), StatusCode::NOT_MODIFIED);
    assert!(body(response).is_empty());
    let request = Request::get("/").header("if-none-match", "\"other\"").body(Body::empty()).unwrap();
    assert_eq!(ask("etag-other", request).status(), StatusCode::OK);
}

#[test]
fn nothing_can_be_sent_here() {
    let response = ask("post", Request::post("/").body(Body::from("x")).unwrap());
    assert_eq!(response.status(), StatusCode::METHOD_NOT_ALLOWED);
    assert_eq!(header(&response, "allow"), "GET, HEAD");
}

#[test]
fn a_folder_without_an_app_names_the_command_that_makes_one() {
    let missing = Release::open(&std::env::temp_dir().join("kehu-nothing-here"));
    let Err(error @ ReleaseError::Missing(_)) = missing else { panic!("opened a folder that is not there") };
    assert!(error.to_string().contains("cargo xtask build"));
}

#[test]
fn an_endpoint_elsewhere_is_in_the_policy_and_in_the_worker_that_keeps_it() {
    let dist = Dist::new("connect");
    let connect = ["https://sync.example.org".parse().unwrap()];
    let release = Arc::new(Release::open(&dist.0).unwrap().reaching(&connect));
    let runtime = tokio::runtime::Builder::new_current_thread().build().unwrap();
    let ask = |path: &str| {
        let request = Request::get(path).body(Body::empty()).unwrap();
        runtime.block_on(app(Arc::clone(&release), &connect).unwrap().oneshot(request)).unwrap()
    };
    assert!(header(&ask("/"), "content-security-policy").contains("connect-src 'self' https://sync.example.org;"));
    let worker = ask("/sw.js");
    assert_ne!(header(&worker, "etag"), header(&get("connect-not", "/sw.js"), "etag"));
    assert_eq!(body(worker), b"// worker// Reaches: https://sync.example.org\n");
}
