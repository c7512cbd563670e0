//! Connections as they are, over sockets.
#![allow(clippy::unwrap_used)]

use std::net::SocketAddr;
use std::sync::Arc;
use std::time::{Duration, Instant};

use kehu_domain::stamp::Stamp;
use kehu_sync::name::{FileName, Name, Sort, Token};
use kehu_sync::wire::Invitation;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::oneshot;
use tokio::task::JoinHandle;

use super::{Patience, listen};
use crate::sync::depot::Depot;
use crate::sync::{Endpoint, Limits, devices, routes};

/// Longer than anything here should take.
const LONG: Duration = Duration::from_secs(20);

const BRIEF: Patience =
    Patience { head: Duration::from_millis(500), stall: Duration::from_secs(1), farewell: Duration::from_secs(5) };

/// A server with an endpoint.
struct Server {
    address: SocketAddr,
    depot: Depot,
    stop: Option<oneshot::Sender<()>>,
    served: JoinHandle<()>,
}

impl Server {
    async fn start(patience: Patience, limits: Limits) -> Self {
        let depot = Depot::open("memory:").unwrap();
        let app = routes(Arc::new(Endpoint::new(depot.clone(), limits)), &[]);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let address = listener.local_addr().unwrap();
        let (stop, stopped) = oneshot::channel();
        let served = tokio::spawn(listen(listener, app, patience, async {
            _ = stopped.await;
        }));
        Self { address, depot, stop: Some(stop), served }
    }

    async fn token(&self) -> Token {
        let invitation = Invitation { name: "x".into(), may_invite: false };
        devices::invite(&self.depot, &"acme".parse().unwrap(), &invitation, 1, 10).await.unwrap()
    }

    async fn connect(&self) -> TcpStream {
        TcpStream::connect(self.address).await.unwrap()
    }

    async fn send(&self, text: &str) -> TcpStream {
        let mut stream = self.connect().await;
        stream.write_all(text.as_bytes()).await.unwrap();
        stream
    }

    fn stop(&mut self) {
        self.stop.take().unwrap().send(()).unwrap();
    }
}

/// Everything until the other end closes.
async fn rest(stream: &mut TcpStream) -> String {
    let mut bytes = Vec::new();
    tokio::time::timeout(LONG, async {
        let mut piece = [0; 4096];
        // A connection that is cut off has said all it will say.
        while let Ok(count @ 1..) = stream.read(&mut piece).await {
            bytes.extend_from_slice(&piece[..count]);
        }
    })
    .await
    .unwrap();
    String::from_utf8(bytes).unwrap()
}

fn put(token: &Token, name: &Name, length: usize) -> String {
    format!(
        "PUT /sync/v1/acme/files/{name} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\
         Content-Length: {length}\r\nConnection: close\r\n\r\n"
    )
}

fn name(token: &Token, bytes: &[u8]) -> Name {
    Name { device: token.device.clone(), file: FileName::of(bytes, Sort::Changes, Stamp::new(1_764_000_000_000, 3, 9)) }
}

#[tokio::test]
async fn headers_that_come_too_slowly_end_the_connection() {
    let server = Server::start(BRIEF, Limits::default()).await;
    let began = Instant::now();
    let mut half = server.send("GET /healthz HTTP/1.1\r\nHost: x\r\n").await;
    let mut silent = server.connect().await;
    let mut between = server.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await;
    assert!(!rest(&mut half).await.contains("200 OK"));
    assert_eq!(rest(&mut silent).await, "");
    assert!(rest(&mut between).await.starts_with("HTTP/1.1 200 OK"), "an idle connection ends too, after its answer");
    assert!(began.elapsed() < LONG / 2);
    let mut prompt = server.send("GET /healthz HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n").await;
    assert!(rest(&mut prompt).await.contains("{\"status\":\"ok\"}"));
}

#[tokio::test]
async fn headers_beyond_all_measure_are_refused() {
    let server = Server::start(BRIEF, Limits::default()).await;
    let long = format!("GET /healthz HTTP/1.1\r\nHost: x\r\nX: {}\r\n\r\n", "a".repeat(60_000));
    let many = format!("GET /healthz HTTP/1.1\r\nHost: x\r\n{}\r\n", "X: a\r\n".repeat(100));
    for text in [long, many] {
        let mut stream = server.connect().await;
        _ = stream.write_all(text.as_bytes()).await;
        assert!(rest(&mut stream).await.starts_with("HTTP/1.1 431 "));
    }
    let mut stream = server.send("hello\r\n\r\n").await;
    assert!(rest(&mut stream).await.starts_with("HTTP/1.1 400 "));
}

#[tokio::test]
async fn a_body_that_trickles_is_refused_and_kept_nowhere() {
    let limits = Limits { silence: Duration::from_millis(200), ..Limits::default() };
    let server = Server::start(BRIEF, limits).await;
    let token = server.token().await;
    let file = name(&token, b"sealed");
    let mut stream = server.send(&put(&token, &file, 6)).await;
    stream.write_all(b"sea").await.unwrap();
    let answer = rest(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 408 ") && answer.contains("\"slow\""), "{answer}");
    assert_eq!(server.depot.get(&token.workspace, &file).await.unwrap(), None);
}

#[tokio::test]
async fn a_body_that_breaks_off_is_kept_nowhere() {
    let server = Server::start(BRIEF, Limits::default()).await;
    let token = server.token().await;
    let file = name(&token, b"sealed");
    let mut stream = server.send(&put(&token, &file, 6)).await;
    stream.write_all(b"sea").await.unwrap();
    stream.shutdown().await.unwrap();
    assert!(!rest(&mut stream).await.contains("HTTP/1.1 20"));
    assert_eq!(server.depot.get(&token.workspace, &file).await.unwrap(), None);
}

#[tokio::test]
async fn a_body_that_is_too_large_gets_its_answer() {
    let limits = Limits { max_file: 1024 * 1024, ..Limits::default() };
    let server = Server::start(BRIEF, limits).await;
    let token = server.token().await;
    let bytes = vec![7; 1024 * 1024 + 1];
    let told = put(&token, &name(&token, &bytes), bytes.len());
    let streamed = told.replace(&format!("Content-Length: {}", bytes.len()), "Transfer-Encoding: chunked");
    for (head, chunk) in [(told, String::new()), (streamed, format!("{:x}\r\n", bytes.len()))] {
        let mut stream = server.send(&head).await;
        stream.write_all(chunk.as_bytes()).await.unwrap();
        stream.write_all(&bytes).await.unwrap();
        _ = stream.write_all(b"\r\n0\r\n\r\n").await;
        let answer = rest(&mut stream).await;
        assert!(answer.starts_with("HTTP/1.1 413 ") && answer.contains("\"large\""), "{answer}");
    }
}

#[tokio::test]
async fn whoever_takes_nothing_of_an_answer_is_let_go() {
    let server = Server::start(BRIEF, Limits::default()).await;
    let token = server.token().await;
    let bytes = vec![7; 16 * 1024 * 1024];
    let file = name(&token, &bytes);
    server.depot.put(&token.workspace, &file, bytes.into()).await.unwrap();
    let ask = format!(
        "GET /sync/v1/acme/files/{file} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\nConnection: close\r\n\r\n"
    );
    let mut idle = server.send(&ask).await;
    tokio::time::sleep(BRIEF.stall * 3).await;
    let (mut came, mut piece) = (0, vec![0; 1 << 20]);
    while let Ok(count @ 1..) = idle.read(&mut piece).await {
        came += count;
    }
    assert!(came < 16 * 1024 * 1024, "only what lay in the system's buffers came");
    let mut eager = server.send(&ask).await;
    let mut all = 0;
    while let Ok(count @ 1..) = eager.read(&mut piece).await {
        all += count;
    }
    assert!(all > 16 * 1024 * 1024);
}

#[tokio::test]
async fn an_upload_under_way_is_finished_before_the_end() {
    let mut server = Server::start(BRIEF, Limits::default()).await;
    let token = server.token().await;
    let file = name(&token, b"sealed");
    let mut idle = server.send("GET /healthz HTTP/1.1\r\nHost: x\r\n\r\n").await;
    let mut stream = server.send(&put(&token, &file, 6)).await;
    stream.write_all(b"sea").await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    server.stop();
    assert!(rest(&mut idle).await.starts_with("HTTP/1.1 200"), "connections at rest end at once");
    assert!(TcpStream::connect(server.address).await.is_err(), "nobody new comes in");
    stream.write_all(b"led").await.unwrap();
    assert!(rest(&mut stream).await.starts_with("HTTP/1.1 201 "));
    tokio::time::timeout(LONG, server.served).await.unwrap().unwrap();
    assert!(server.depot.get(&token.workspace, &file).await.unwrap().is_some());
}

#[tokio::test]
async fn an_upload_that_does_not_end_is_not_answered_at_the_end() {
    let patience = Patience { farewell: Duration::from_millis(200), ..BRIEF };
    let mut server = Server::start(patience, Limits::default()).await;
    let token = server.token().await;
    let file = name(&token, b"sealed");
    let mut stream = server.send(&put(&token, &file, 6)).await;
    stream.write_all(b"sea").await.unwrap();
    tokio::time::sleep(Duration::from_millis(100)).await;
    server.stop();
    tokio::time::timeout(LONG, server.served).await.unwrap().unwrap();
    // As when the process ends: what is left of it goes.
    assert_eq!(server.depot.get(&token.workspace, &file).await.unwrap(), None);
    let mut piece = [0; 16];
    let told = tokio::time::timeout(Duration::from_millis(200), stream.read(&mut piece)).await;
    assert!(!matches!(told, Ok(Ok(1..))), "nothing was acknowledged");
}
