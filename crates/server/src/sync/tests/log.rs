//! What gets into the log, and what does not.

use std::cell::RefCell;
use std::io;
use std::sync::Once;

use axum::body::Body;
use serde_json::Value;

use super::stage::{Stage, name, request};
use crate::log::{Form, subscriber};

thread_local! {
    /// What was logged on this thread.
    static LINES: RefCell<Vec<u8>> = const { RefCell::new(Vec::new()) };
}

struct Lines;

impl io::Write for Lines {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        LINES.with_borrow_mut(|lines| lines.extend_from_slice(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// Listens on all threads: with a subscriber on one, what another thread logs first is taken for unwanted by everybody.
fn listen() {
    static ONCE: Once = Once::new();
    ONCE.call_once(|| {
        tracing::subscriber::set_global_default(subscriber(Form::Json, || Lines)).unwrap();
        // What was logged before has to be asked about anew.
        tracing::callsite::rebuild_interest_cache();
    });
}

#[tokio::test]
async fn a_line_says_who_asked_what_and_nothing_of_the_company() {
    listen();
    let stage = Stage::new();
    let token = stage.token("acme", true).await;
    let file = name(&token, b"sealed");
    let mut put = request("PUT", &format!("/sync/v1/acme/files/{file}"), Some(&token), "sealed");
    put.headers_mut().insert("x-request-id", "from-the-proxy-1".parse().unwrap());
    let answer = stage.send(put).await;
    assert_eq!(answer.header("x-request-id"), "from-the-proxy-1");
    stage.ask("GET", "me", Some(&token), "").await;
    stage.ask("POST", "devices", Some(&token), r#"{"name":"李伟的手机"}"#).await;
    let mut odd = request("GET", "/sync/v1/acme/files/%0a/secret", None, Body::empty());
    odd.headers_mut().insert("x-request-id", "a\" b".parse().unwrap());
    stage.send(odd).await;

    let text = String::from_utf8(LINES.take()).unwrap();
    let told: Vec<Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    assert_eq!(told.len(), 4, "{text}");
    let first = &told[0];
    assert_eq!(first["request"], "from-the-proxy-1");
    assert_eq!(first["workspace"], "acme");
    assert_eq!(first["device"], token.device.as_str());
    assert_eq!((first["method"].as_str(), first["route"].as_str()), (Some("PUT"), Some("/files/{device}/{file}")));
    assert_eq!(
        (first["status"].as_u64(), first["received"].as_u64(), first["sent"].as_u64()),
        (Some(201), Some(6), Some(0))
    );
    assert!(first["ms"].is_u64() && first["timestamp"].is_string());
    assert_eq!(told[3]["status"], 400);
    assert_eq!(told[3]["request"].as_str().map(str::len), Some(16));
    let secret = token.to_string().rsplit('.').next().unwrap().to_owned();
    for kept_back in [&secret, "李伟", "sealed", &file.file.hash.to_string(), "%0a", "secret"] {
        assert!(!text.contains(kept_back), "{kept_back} in {text}");
    }
}
