//! The storages of others, each spoken for by a server that the test starts: `cargo xtask test --only storage`.

use std::net::{Ipv4Addr, TcpListener, TcpStream};
use std::process::Stdio;
use std::time::Instant;

use futures_util::StreamExt;
use tokio::process::{Child, Command};

use super::*;

/// How long a server may take to start.
const START: Duration = Duration::from_secs(60);

/// How long the checks may take.
const CHECKS: Duration = Duration::from_secs(240);

/// Where Azurite listens: the library takes it from this variable alone, and else from the port of old.
const AZURITE: &str = "AZURITE_BLOB_STORAGE_URL";

/// A server that ends with its owner.
struct Server {
    _child: Child,
    _folder: Folder,
}

impl Server {
    async fn start(program: &str, arguments: &[&str], port: u16, folder: Folder) -> Self {
        let mut command = Command::new(program);
        command.args(arguments).stdout(Stdio::null()).stderr(Stdio::null()).kill_on_drop(true);
        let mut child = command.spawn().unwrap_or_else(|error| panic!("{program} does not start: {error}"));
        let begin = Instant::now();
        while TcpStream::connect((Ipv4Addr::LOCALHOST, port)).is_err() {
            assert!(begin.elapsed() < START, "{program} does not listen on port {port}");
            if let Some(status) = child.try_wait().unwrap() {
                panic!("{program} ended before it was ready ({status})");
            }
            tokio::time::sleep(Duration::from_millis(50)).await;
        }
        Self { _child: child, _folder: folder }
    }
}

fn free_port() -> u16 {
    TcpListener::bind((Ipv4Addr::LOCALHOST, 0)).unwrap().local_addr().unwrap().port()
}

fn open(url: &str, settings: &[(&str, &str)]) -> Depot {
    address::open(url, settings.iter().map(|(name, value)| ((*name).to_owned(), (*value).to_owned()))).unwrap()
}

/// A storage that is there, and one that is not, of the same server.
async fn check(there: Depot, absent: Depot, is_strict: bool) {
    assert!(matches!(absent.ready().await, Err(DepotError::Storage(_))));
    let place = Place { is_strict, ..Place::of(there) };
    let checks = async {
        pass(&place).await;
        lists_more_than_one_answer_holds(&place).await;
    };
    tokio::time::timeout(CHECKS, checks).await.expect("the checks take too long");
}

/// A thousand names is what these storages list at once; the rest comes with further answers.
async fn lists_more_than_one_answer_holds(place: &Place) {
    let (w, depot) = (&workspace("thousands"), &place.depot);
    let marks: Vec<_> = (0..1100).map(|number| (number, file("d4k2", &format!("mark {number}")).0)).collect();
    let made = futures_util::stream::iter(&marks).map(|(number, name)| async move {
        let mark = Mark { at: place.now() + number, bytes: 3, name: name.clone() };
        depot.create(&depot.mark_path(w, &mark), Bytes::new()).await.unwrap()
    });
    assert_eq!(made.buffer_unordered(32).collect::<Vec<_>>().await, [Put::Made; 1100]);
    for limit in [1000, 1100, 5000] {
        let (names, _) = round(depot, w, "", limit).await;
        assert!(names.iter().eq(marks.iter().map(|(_, name)| name)), "by {limit}");
    }
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs Azurite: cargo xtask test --only storage"]
async fn azurite() {
    let tests = format!("{}/../../tests/storage", env!("CARGO_MANIFEST_DIR"));
    let address = std::env::var(AZURITE).unwrap_or_else(|_| "http://127.0.0.1:10000".to_owned());
    let port = address.rsplit_once(':').and_then(|(_, port)| port.parse().ok()).unwrap();
    let folder = Folder::new();
    let program = format!("{tests}/node_modules/azurite/dist/src/blob/main.js");
    let port_text = u16::to_string(&port);
    let location = folder.path().to_owned();
    let place = [program.as_str(), "--blobPort", &port_text, "--location", &location];
    let arguments = [&place[..], &["--silent", "--skipApiVersionCheck", "--disableTelemetry"]].concat();
    let _server = Server::start("node", &arguments, port, folder).await;
    let made = Command::new("node").args([&format!("{tests}/container.mjs"), &address]).status().await.unwrap();
    assert!(made.success());
    let settings = [("AZURE_STORAGE_USE_EMULATOR", "true")];
    check(open("az://kehu/below/it", &settings), open("az://nothing", &settings), true).await;
}

#[tokio::test(flavor = "multi_thread")]
#[ignore = "needs s3s-fs: cargo xtask test --only storage"]
async fn s3() {
    let (folder, port) = (Folder::new(), free_port());
    std::fs::create_dir(folder.0.join("kehu")).unwrap();
    let (port_text, root) = (port.to_string(), folder.path().to_owned());
    let arguments = ["--host", "127.0.0.1", "--port", &port_text, "--access-key", "id", "--secret-key", "key", &root];
    let _server = Server::start("s3s-fs", &arguments, port, folder).await;
    let endpoint = format!("http://127.0.0.1:{port}");
    let settings = [
        ("AWS_ACCESS_KEY_ID", "id"),
        ("AWS_SECRET_ACCESS_KEY", "key"),
        ("AWS_REGION", "us-east-1"),
        ("AWS_ENDPOINT", &endpoint),
        ("AWS_ALLOW_HTTP", "true"),
    ];
    // A wrong key opens nothing.
    let wrong: Vec<_> =
        settings.iter().map(|(name, value)| (*name, if *value == "key" { "other" } else { value })).collect();
    assert!(open("s3://kehu", &wrong).ready().await.is_err());
    // This server looks first and puts then, so of two at once both may be told that they made it.
    check(open("s3://kehu/below/it", &settings), open("s3://nothing", &settings), false).await;
}
