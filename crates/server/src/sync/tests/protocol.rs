//! What `docs/sync.md` promises.

use std::net::SocketAddr;
use std::num::NonZeroU32;

use axum::body::Body;
use axum::extract::ConnectInfo;
use axum::http::StatusCode;
use kehu_sync::name::Token;
use kehu_sync::wire::{Arrivals, DeviceCard, Invited, Me, Refusal};

use super::stage::{Broken, Stage, name, request};
use crate::sync::Limits;
use crate::sync::depot::Depot;

#[tokio::test]
async fn a_file_that_was_put_is_named_and_given_to_the_others() {
    let stage = Stage::new();
    let (mine, theirs) = (stage.token("acme", false).await, stage.token("acme", false).await);
    let file = name(&mine, b"sealed");
    let place = format!("files/{file}");
    assert_eq!(stage.ask("PUT", &place, Some(&mine), "sealed").await.status, StatusCode::CREATED);
    assert_eq!(stage.ask("PUT", &place, Some(&mine), "sealed").await.status, StatusCode::OK);
    let arrivals: Arrivals = stage.ask("GET", "arrivals", Some(&theirs), "").await.json();
    assert_eq!(arrivals.files.iter().map(|file| &file.name).collect::<Vec<_>>(), [&file]);
    assert_eq!(arrivals.files[0].bytes, 6);
    assert!(!arrivals.more);
    let got = stage.ask("GET", &place, Some(&theirs), "").await;
    assert_eq!((got.status, &got.body[..]), (StatusCode::OK, &b"sealed"[..]));
    assert_eq!(got.header("content-type"), "application/octet-stream");
    assert_eq!(got.header("cache-control"), "no-store");
    assert_eq!(got.header("x-content-type-options"), "nosniff");
}

#[tokio::test]
async fn a_listing_goes_on_where_it_ended() {
    let stage = Stage::new();
    let token = stage.token("acme", false).await;
    let files: Vec<_> = (0..5u8).map(|number| [number]).collect();
    for bytes in &files {
        let place = format!("files/{}", name(&token, bytes));
        assert_eq!(stage.ask("PUT", &place, Some(&token), bytes.to_vec()).await.status, StatusCode::CREATED);
    }
    let (mut after, mut seen) = (String::new(), Vec::new());
    loop {
        let place = format!("arrivals?after={after}&limit=2");
        let arrivals: Arrivals = stage.ask("GET", &place, Some(&token), "").await.json();
        assert!(arrivals.files.len() <= 2);
        seen.extend(arrivals.files.into_iter().map(|file| file.name));
        after = arrivals.next;
        if !arrivals.more {
            break;
        }
    }
    seen.sort();
    seen.dedup();
    let mut all: Vec<_> = files.iter().map(|bytes| name(&token, bytes)).collect();
    all.sort();
    assert_eq!(seen, all);
    for limit in ["0", "1001", "-1", "x"] {
        let answer = stage.ask("GET", &format!("arrivals?limit={limit}"), Some(&token), "").await;
        assert_eq!(answer.refusal(), Refusal::Malformed, "{limit}");
    }
}

#[tokio::test]
async fn bytes_of_another_hash_are_not_kept() {
    let stage = Stage::new();
    let token = stage.token("acme", false).await;
    let place = format!("files/{}", name(&token, b"sealed"));
    assert_eq!(stage.ask("PUT", &place, Some(&token), "sealex").await.refusal(), Refusal::Altered);
    assert_eq!(stage.ask("PUT", &place, Some(&token), "").await.refusal(), Refusal::Altered);
    assert_eq!(stage.ask("GET", &place, Some(&token), "").await.refusal(), Refusal::Absent);
}

#[tokio::test]
async fn a_device_writes_into_its_own_folder_only() {
    let stage = Stage::new();
    let (mine, theirs) = (stage.token("acme", true).await, stage.token("acme", false).await);
    let place = format!("files/{}", name(&theirs, b"sealed"));
    assert_eq!(stage.ask("PUT", &place, Some(&mine), "sealed").await.refusal(), Refusal::Elsewhere);
    assert_eq!(stage.ask("PUT", &place, Some(&theirs), "sealed").await.status, StatusCode::CREATED);
    assert_eq!(stage.ask("DELETE", &place, Some(&mine), "").await.refusal(), Refusal::Elsewhere);
}

#[tokio::test]
async fn a_token_reaches_one_workspace_only() {
    let stage = Stage::new();
    let (mine, other) = (stage.token("acme", true).await, stage.token("globex", true).await);
    let place = format!("files/{}", name(&mine, b"sealed"));
    assert_eq!(stage.ask("PUT", &place, Some(&mine), "sealed").await.status, StatusCode::CREATED);
    for place in ["me", "arrivals", &place, "devices"] {
        assert_eq!(stage.ask("GET", place, Some(&other), "").await.refusal(), Refusal::Elsewhere, "{place}");
    }
    let forged = other.to_string().replace("globex", "acme").parse::<Token>().unwrap();
    assert_eq!(stage.ask("GET", "me", Some(&forged), "").await.refusal(), Refusal::Unknown);
}

#[tokio::test]
async fn whoever_has_no_token_is_told_nothing() {
    let stage = Stage::new();
    let token = stage.token("acme", true).await;
    let guessed = Token::new(token.workspace.clone(), token.device.clone(), [7; 32]);
    assert_eq!(stage.ask("GET", "me", Some(&guessed), "").await.refusal(), Refusal::Unknown);
    for header in ["", "Bearer", "Bearer x", "Basic a2VodQ==", &format!("Bearer {token}x"), &token.to_string()] {
        let mut request = request("GET", "/sync/v1/acme/me", None, Body::empty());
        request.headers_mut().insert("authorization", header.parse().unwrap());
        let answer = stage.send(request).await;
        assert_eq!(answer.refusal(), Refusal::Unknown, "{header}");
        assert_eq!(answer.header("www-authenticate"), "Bearer");
    }
    let me: Me = stage.ask("GET", "me", Some(&token), "").await.json();
    assert_eq!((me.name.as_str(), me.may_invite), ("李伟的手机", true));
}

#[tokio::test]
async fn a_device_invites_and_shuts_out_when_it_may() {
    let stage = Stage::new();
    let (head, hand) = (stage.token("acme", true).await, stage.token("acme", false).await);
    for (method, place) in [("GET", "devices"), ("POST", "devices"), ("DELETE", "devices/d4k2")] {
        let answer = stage.ask(method, place, Some(&hand), r#"{"name":"x"}"#).await;
        assert_eq!(answer.refusal(), Refusal::Elsewhere, "{method}");
    }
    let invited = stage.ask("POST", "devices", Some(&head), r#"{"name":" 办公室 "}"#).await;
    assert_eq!(invited.status, StatusCode::CREATED);
    let Invited { device, token } = invited.json();
    let me: Me = stage.ask("GET", "me", Some(&token), "").await.json();
    assert_eq!((&me.device, me.name.as_str(), me.may_invite), (&device, "办公室", false));

    assert_eq!(stage.ask("DELETE", &format!("devices/{device}"), Some(&head), "").await.status, StatusCode::NO_CONTENT);
    assert_eq!(stage.ask("GET", "me", Some(&token), "").await.refusal(), Refusal::Unknown);
    assert_eq!(stage.ask("DELETE", &format!("devices/{device}"), Some(&head), "").await.status, StatusCode::NO_CONTENT);
    assert_eq!(stage.ask("DELETE", "devices/nobody", Some(&head), "").await.refusal(), Refusal::Absent);
    let devices: Vec<DeviceCard> = stage.ask("GET", "devices", Some(&head), "").await.json();
    let out: Vec<_> = devices.iter().filter(|card| card.shut_out.is_some()).map(|card| &card.device).collect();
    assert_eq!((devices.len(), out), (3, vec![&device]));
}

#[tokio::test]
async fn an_invitation_has_a_name_that_people_can_read() {
    let stage = Stage::with(Limits { max_devices: 3, ..Limits::default() });
    let head = stage.token("acme", true).await;
    let long = format!(r#"{{"name":"{}"}}"#, "长".repeat(61));
    for bad in ["", "{", r#"{"name":""}"#, r#"{"name":"  "}"#, r#"{"name":"a\nb"}"#, r#"{"name":"a","x":1}"#, &long] {
        let answer = stage.ask("POST", "devices", Some(&head), bad.to_owned()).await;
        assert_eq!(answer.refusal(), Refusal::Malformed, "{bad}");
    }
    let huge = format!(r#"{{"name":"a"}}{}"#, " ".repeat(5_000));
    assert_eq!(stage.ask("POST", "devices", Some(&head), huge).await.refusal(), Refusal::Large);
    let longest = format!(r#"{{"name":"{}"}}"#, "长".repeat(60));
    for _ in 0..2 {
        let answer = stage.ask("POST", "devices", Some(&head), longest.clone()).await;
        assert_eq!(answer.status, StatusCode::CREATED);
    }
    assert_eq!(stage.ask("POST", "devices", Some(&head), longest).await.refusal(), Refusal::Full);
}

#[tokio::test]
async fn a_file_is_removed_once_it_is_old_enough() {
    let stage = Stage::new();
    let token = stage.token("acme", false).await;
    let place = format!("files/{}", name(&token, b"sealed"));
    assert_eq!(stage.ask("DELETE", &place, Some(&token), "").await.refusal(), Refusal::Absent);
    stage.ask("PUT", &place, Some(&token), "sealed").await;
    assert_eq!(stage.ask("DELETE", &place, Some(&token), "").await.refusal(), Refusal::Young);
    assert_eq!(stage.ask("GET", &place, Some(&token), "").await.status, StatusCode::OK);
    // The same storage under a rule that keeps nothing.
    let brief = Stage::over(stage.depot.clone(), Limits { keep_ms: 0, ..Limits::default() }, &[]);
    tokio::time::sleep(std::time::Duration::from_millis(5)).await;
    assert_eq!(brief.ask("DELETE", &place, Some(&token), "").await.status, StatusCode::NO_CONTENT);
    assert_eq!(brief.ask("GET", &place, Some(&token), "").await.refusal(), Refusal::Absent);
}

#[tokio::test]
async fn more_than_the_limits_is_refused() {
    let stage = Stage::with(Limits { max_file: 10, max_files: 2, ..Limits::default() });
    let token = stage.token("acme", false).await;
    let put = async |bytes: &'static [u8]| {
        stage.ask("PUT", &format!("files/{}", name(&token, bytes)), Some(&token), bytes).await
    };
    assert_eq!(put(b"12345678901").await.refusal(), Refusal::Large);
    assert_eq!(put(b"1234567890").await.status, StatusCode::CREATED);
    assert_eq!(put(b"2").await.status, StatusCode::CREATED);
    assert_eq!(put(b"3").await.refusal(), Refusal::Full);
}

#[tokio::test]
async fn what_says_itself_that_it_is_too_large_is_refused_before_it_comes() {
    let stage = Stage::with(Limits { max_file: 10, ..Limits::default() });
    let token = stage.token("acme", false).await;
    let place = format!("/sync/v1/acme/files/{}", name(&token, b"sealed"));
    let mut request = request("PUT", &place, Some(&token), Body::new(super::contract::Silent));
    request.headers_mut().insert("content-length", 11.into());
    request.headers_mut().insert("expect", "100-continue".parse().unwrap());
    assert_eq!(stage.send(request).await.refusal(), Refusal::Large);
}

#[tokio::test]
async fn a_device_that_asks_too_often_has_to_wait_and_others_have_not() {
    let one = NonZeroU32::MIN;
    let stage = Stage::with(Limits { rate: one, burst: one, ..Limits::default() });
    let (hasty, calm) = (stage.token("acme", false).await, stage.token("acme", false).await);
    // A second may pass between two requests on a machine that is busy.
    let mut busy = None;
    for _ in 0..20 {
        let answer = stage.ask("GET", "me", Some(&hasty), "").await;
        if answer.status == StatusCode::TOO_MANY_REQUESTS {
            busy = Some(answer);
            break;
        }
    }
    let busy = busy.unwrap();
    assert_eq!((busy.refusal(), busy.header("retry-after")), (Refusal::Busy, "1"));
    assert_eq!(stage.ask("GET", "me", Some(&calm), "").await.status, StatusCode::OK);
}

#[tokio::test]
async fn strangers_are_held_to_a_rate_by_address() {
    let stage = Stage::new();
    let token = stage.token("acme", false).await;
    let ask = async |stage: &Stage, peer: &str, forwarded: &str, token: Option<&Token>| {
        let mut request = request("GET", "/sync/v1/acme/me", token, Body::empty());
        request.extensions_mut().insert(ConnectInfo(peer.parse::<SocketAddr>().unwrap()));
        request.headers_mut().insert("x-forwarded-for", forwarded.parse().unwrap());
        stage.send(request).await.status.as_u16()
    };
    assert_eq!(ask(&stage, "10.0.0.1:5", "", Some(&token)).await, 200);
    let mut statuses = Vec::new();
    for number in 0..40 {
        statuses.push(ask(&stage, "10.0.0.1:5", &format!("9.9.9.{number}"), None).await);
    }
    assert_eq!(statuses[..30], [401; 30], "what the header says counts only behind a proxy");
    assert!(statuses.contains(&429));
    assert_eq!(ask(&stage, "10.0.0.2:5", "", None).await, 401);
    assert_eq!(ask(&stage, "10.0.0.1:5", "", Some(&token)).await, 200, "a token that is known is no stranger's");

    let proxied = Stage::over(stage.depot.clone(), Limits { is_behind_proxy: true, ..Limits::default() }, &[]);
    for _ in 0..40 {
        ask(&proxied, "10.0.0.1:5", "1.1.1.1, 2001:db8::5", None).await;
    }
    assert_eq!(ask(&proxied, "10.0.0.1:5", "9.9.9.9, 2001:db8::6", None).await, 429, "64 bits are one place");
    assert_eq!(ask(&proxied, "10.0.0.1:5", "2001:db8::5, 9.9.9.9", None).await, 401);
}

#[tokio::test]
async fn other_origins_are_let_in_only_when_they_are_named() {
    let ask = async |stage: &Stage, method: &str, origin: &str, token: Option<&Token>| {
        let mut request = request(method, "/sync/v1/acme/me", token, Body::empty());
        let headers = request.headers_mut();
        headers.insert("origin", origin.parse().unwrap());
        headers.insert("access-control-request-method", "GET".parse().unwrap());
        headers.insert("access-control-request-headers", "authorization".parse().unwrap());
        stage.send(request).await
    };
    let app = "https://app.example.org";
    let closed = Stage::new();
    let token = closed.token("acme", false).await;
    let refused = ask(&closed, "OPTIONS", app, None).await;
    assert_eq!((refused.refusal(), refused.header("allow")), (Refusal::Method, "GET"));
    assert_eq!(ask(&closed, "GET", app, Some(&token)).await.header("access-control-allow-origin"), "");

    let open = Stage::over(closed.depot.clone(), Limits::default(), &[app, "http://localhost:8080"]);
    let preflight = ask(&open, "OPTIONS", app, None).await;
    assert_eq!(preflight.status, StatusCode::OK);
    assert_eq!(preflight.header("access-control-allow-origin"), app);
    assert_eq!(preflight.header("access-control-allow-methods"), "GET,PUT,POST,DELETE");
    assert_eq!(preflight.header("access-control-allow-headers"), "authorization,content-type");
    assert_eq!(preflight.header("access-control-allow-credentials"), "");
    let got = ask(&open, "GET", app, Some(&token)).await;
    assert_eq!((got.status, got.header("access-control-allow-origin")), (StatusCode::OK, app));
    assert!(got.header("access-control-expose-headers").contains("retry-after"));
    for other in ["https://app.example.org.evil.example", "http://app.example.org", "null"] {
        assert_eq!(ask(&open, "OPTIONS", other, None).await.header("access-control-allow-origin"), "", "{other}");
    }
    assert_eq!(ask(&open, "GET", app, None).await.header("access-control-allow-origin"), app, "refusals are read too");
}

#[tokio::test]
async fn the_probes_tell_life_from_readiness() {
    let broken = Broken::new("probes");
    let stage = Stage::over(broken.depot.clone(), Limits::default(), &[]);
    let ask = async |path: &str| stage.send(request("GET", path, None, Body::empty())).await;
    assert_eq!(ask("/healthz").await.status, StatusCode::OK);
    for _ in 0..2 {
        let answer = ask("/readyz").await;
        assert_eq!((answer.refusal(), answer.header("retry-after")), (Refusal::Unready, "5"));
        assert!(!String::from_utf8_lossy(&answer.body).contains("broken"), "where the storage is stays here");
    }
    assert_eq!(Stage::new().send(request("GET", "/readyz", None, Body::empty())).await.status, StatusCode::OK);
}

#[tokio::test]
async fn nobody_is_unknown_because_the_storage_is_gone() {
    let path = std::env::temp_dir().join(format!("kehu-gone-{}", std::process::id()));
    let stage = Stage::over(Depot::open(&path.display().to_string()).unwrap(), Limits::default(), &[]);
    let token = stage.token("acme", false).await;
    std::fs::remove_dir_all(&path).unwrap();
    assert_eq!(stage.ask("GET", "me", Some(&token), "").await.refusal(), Refusal::Unready);
}

#[tokio::test]
async fn three_instances_on_one_storage_serve_one_team() {
    let first = Stage::new();
    let others = [(); 2].map(|()| Stage::over(first.depot.clone(), Limits::default(), &[]));
    let token = first.token("acme", false).await;
    let place = format!("files/{}", name(&token, b"sealed"));
    assert_eq!(others[0].ask("PUT", &place, Some(&token), "sealed").await.status, StatusCode::CREATED);
    assert_eq!(others[1].ask("PUT", &place, Some(&token), "sealed").await.status, StatusCode::OK);
    assert_eq!(first.ask("GET", &place, Some(&token), "").await.body, "sealed");
}
