//! The built program as the endpoint of a team, and the tokens it makes.

use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::stage::Stage;

/// `kehu serve`, ended with its owner.
struct Server {
    process: Child,
    address: String,
}

impl Server {
    fn start(stage: &Stage, words: &str) -> Self {
        let mut process = Command::new(env!("CARGO_BIN_EXE_kehu"))
            .current_dir(stage.path(""))
            .args("serve --dist dist --port 0".split(' '))
            .args(words.split_whitespace())
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut line = String::new();
        BufReader::new(process.stdout.take().unwrap()).read_line(&mut line).unwrap();
        let address = line.split("http://").nth(1).unwrap().split('/').next().unwrap().to_owned();
        Self { process, address }
    }

    /// Status, and all that came.
    fn ask(&self, method: &str, path: &str, token: &str, body: &str) -> (u16, String) {
        let mut stream = TcpStream::connect(&self.address).unwrap();
        let length = body.len();
        write!(
            stream,
            "{method} {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\
             Content-Length: {length}\r\n\r\n{body}"
        )
        .unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).unwrap();
        (answer.split(' ').nth(1).unwrap().parse().unwrap(), answer)
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        _ = self.process.kill();
        _ = self.process.wait();
    }
}

fn stage(name: &str) -> Stage {
    let stage = Stage::new(name);
    std::fs::create_dir(stage.path("dist")).unwrap();
    stage.put("dist/index.html", "<!doctype html>");
    stage.put("dist/sw.js", "go();\n");
    stage.put("dist/_headers", "/*\n  Content-Security-Policy: default-src 'none'\n");
    stage
}

const PLACE: &str = "--store ./store --workspace acme";

/// The token a command printed.
fn token(out: &str) -> String {
    out.lines().find(|line| line.starts_with("kehu.")).unwrap().to_owned()
}

#[test]
fn a_token_opens_every_instance_until_it_is_revoked() {
    let stage = stage("revoked");
    let servers = [(); 2].map(|()| Server::start(&stage, "--store ./store"));
    let token = token(&stage.run(&format!("token add {PLACE} --name Phone")).out);
    let me = |server: &Server| server.ask("GET", "/sync/v1/acme/me", &token, "");
    for server in &servers {
        let (status, answer) = me(server);
        assert!(status == 200 && answer.ends_with(r#""name":"Phone","may_invite":false}"#), "{answer}");
    }
    assert!(servers[0].ask("GET", "/", "", "").1.contains("<!doctype html>"), "the app is there beside it");

    let device = token.split('.').nth(2).unwrap();
    let revoked = stage.run(&format!("token revoke {PLACE} --device {device}"));
    assert!(revoked.code == 0 && revoked.out.contains("is shut out"), "{revoked:?}");
    let began = Instant::now();
    for server in &servers {
        while me(server).0 != 401 {
            assert!(began.elapsed() < Duration::from_secs(10));
            std::thread::sleep(Duration::from_millis(200));
        }
    }
    let listed = stage.run(&format!("token list {PLACE}"));
    assert!(listed.out.starts_with(device) && listed.out.contains("shut out"), "{listed:?}");
}

#[test]
fn what_was_acknowledged_is_there_after_the_server_was_killed() {
    let stage = stage("killed");
    let token = token(&stage.run(&format!("token add {PLACE} --name Phone --may-invite")).out);
    let device = token.split('.').nth(2).unwrap();
    let stamp = kehu_domain::stamp::Stamp::new(1_764_000_000_000, 3, 9);
    // printf sealed | sha256sum
    let file = format!("{stamp}-c-1f2f9ee7b7f8f51f3ae3fbb8b4b5d4bfaf1ae8a1d6de6f9e8ea4fbb4f3a8e5f0.kehu");
    let server = Server::start(&stage, "--store ./store");
    let (status, _) = server.ask("PUT", &format!("/sync/v1/acme/files/{device}/{file}"), &token, "sealed");
    assert_eq!(status, 422, "a hash of nothing in particular");
    let file = format!("{stamp}-c-{}.kehu", sha256("sealed"));
    let path = format!("/sync/v1/acme/files/{device}/{file}");
    assert_eq!(server.ask("PUT", &path, &token, "sealed").0, 201);
    drop(server);
    let server = Server::start(&stage, "--store ./store --log json");
    assert!(server.ask("GET", &path, &token, "").1.ends_with("\r\n\r\nsealed"));
    assert!(server.ask("GET", "/sync/v1/acme/arrivals", &token, "").1.contains(&file));
    let (status, invited) = server.ask("POST", "/sync/v1/acme/devices", &token, r#"{"name":"Tablet"}"#);
    assert!(status == 201 && invited.contains(r#""token":"kehu.acme."#), "{invited}");
}

#[test]
#[cfg(unix)]
fn a_server_that_is_told_to_stop_lets_a_file_arrive_first() {
    let stage = stage("stopped");
    let token = token(&stage.run(&format!("token add {PLACE} --name Phone")).out);
    let device = token.split('.').nth(2).unwrap();
    let stamp = kehu_domain::stamp::Stamp::new(1_764_000_000_000, 3, 9);
    let path = format!("/sync/v1/acme/files/{device}/{stamp}-c-{}.kehu", sha256("sealed"));
    let mut server = Server::start(&stage, "--store ./store");
    let mut stream = TcpStream::connect(&server.address).unwrap();
    write!(stream, "PUT {path} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nContent-Length: 6\r\n\r\nsea")
        .unwrap();
    std::thread::sleep(Duration::from_millis(300));
    let killed = Command::new("kill").arg(server.process.id().to_string()).status().unwrap();
    assert!(killed.success());
    std::thread::sleep(Duration::from_millis(300));
    assert!(TcpStream::connect(&server.address).is_err(), "nobody new comes in");
    stream.write_all(b"led").unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
    assert!(server.process.wait().unwrap().success());
    let server = Server::start(&stage, "--store ./store --endpoint-only");
    assert!(server.ask("GET", &path, &token, "").1.ends_with("\r\n\r\nsealed"));
    assert_eq!((server.ask("GET", "/", "", "").0, server.ask("GET", "/healthz", "", "").0), (404, 200));
}

fn sha256(text: &str) -> String {
    kehu_sync::name::Hash::of(text.as_bytes()).to_string()
}

#[test]
fn without_a_storage_there_is_no_endpoint() {
    let stage = stage("no-store");
    let server = Server::start(&stage, "--connect https://sync.example.org");
    assert_eq!(server.ask("GET", "/sync/v1/acme/me", "", "").0, 404);
    assert_eq!(server.ask("GET", "/healthz", "", "").0, 404);
    let (_, page) = server.ask("GET", "/", "", "");
    assert!(page.contains("connect-src 'self' https://sync.example.org;"), "{page}");
    assert_eq!(stage.run("serve --dist dist --port 0 --max-file 5").code, 2, "limits are for an endpoint");
    assert_eq!(stage.run("serve --dist dist --port 0 --connect https://sync.example.org/x").code, 2);
    let bad = stage.run("serve --dist dist --port 0 --store nowhere://x");
    assert!(bad.code == 1 && bad.err.contains("nowhere://x"), "{bad:?}");
}

#[test]
fn hosts_that_are_no_server_of_ours_are_told_by_their_file() {
    let stage = stage("pack");
    assert_eq!(stage.run("pack --connect https://sync.example.org").code, 0);
    assert!(stage.text("dist/_headers").contains("connect-src 'self' https://sync.example.org;"));
    assert_eq!(stage.text("dist/sw.js"), "go();\n// Reaches: https://sync.example.org\n");
    assert_eq!(stage.run("pack").code, 0);
    assert!(stage.text("dist/_headers").contains("connect-src 'self';"));
    assert_eq!(stage.text("dist/sw.js"), "go();\n");
}

#[test]
fn a_joining_link_holds_token_and_address() {
    use base64::{Engine, engine::general_purpose::URL_SAFE_NO_PAD};
    let stage = stage("link");
    let joining = |more: &str| -> (String, serde_json::Value, String) {
        let made = stage.run(&format!("token add {PLACE} --name Phone --link https://app.example.org {more}"));
        assert_eq!(made.code, 0, "{made:?}");
        let link = made.out.lines().find(|line| line.starts_with("https://app.example.org/data/sync#join=")).unwrap();
        let json = URL_SAFE_NO_PAD.decode(link.split_once('=').unwrap().1).unwrap();
        (token(&made.out), serde_json::from_slice(&json).unwrap(), made.out.clone())
    };
    let (token, told, out) = joining("");
    assert_eq!(told, serde_json::json!({ "at": "https://app.example.org", "token": token }));
    let rows: Vec<&str> = out.lines().filter(|line| line.contains(['█', '▀', '▄'])).collect();
    assert!(rows.len() > 20 && rows.iter().all(|row| row.chars().count() <= 80), "{out}");
    let (_, told, _) = joining("--at https://sync.example.org");
    assert_eq!(told["at"], "https://sync.example.org");
    assert_eq!(stage.run(&format!("token add {PLACE} --name Phone --at https://sync.example.org")).code, 2);
}

#[test]
fn what_is_wrong_with_a_token_is_said_in_words() {
    let stage = stage("words");
    let blank = stage.run(&format!("token add {PLACE} --name ="));
    assert_eq!(blank.code, 0, "{blank:?}");
    let long = stage.run(&format!("token add {PLACE} --lang zh --name {}", "长".repeat(61)));
    assert!(long.code == 2 && long.err.contains("1 至 60 个字符"), "{long:?}");
    let nobody = stage.run(&format!("token revoke {PLACE} --device d4k2"));
    assert!(nobody.code == 2 && nobody.err.contains("acme has no device d4k2"), "{nobody:?}");
    let zh = stage.run(&format!("token revoke {PLACE} --device d4k2 --lang zh"));
    assert!(zh.err.contains("工作区 acme 没有设备 d4k2"), "{zh:?}");
    assert_eq!(stage.run("token list --store ./store --workspace ACME").code, 2);
    let empty = stage.run("token list --store ./store --workspace nobody");
    assert_eq!((empty.code, empty.out.as_str()), (0, "no devices yet\n"));
    let json = stage.run(&format!("token list {PLACE} --json"));
    let told: serde_json::Value = serde_json::from_str(&json.out).unwrap();
    assert_eq!(told[0]["name"], "=");
    assert!(!json.out.contains("hash"));
}
