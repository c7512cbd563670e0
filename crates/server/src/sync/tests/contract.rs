//! `docs/openapi.json` and the server say the same: every status named there is given, in the form named there, and no
//! other.

use std::collections::BTreeSet;
use std::convert::Infallible;
use std::num::NonZeroU32;
use std::pin::Pin;
use std::task::{Context, Poll};
use std::time::Duration;

use axum::body::{Body, Bytes, HttpBody};
use axum::http::Request;
use http_body::Frame;
use kehu_sync::name::Token;
use serde_json::{Value, json};

use super::stage::{Answer, Broken, Stage, name, request};
use crate::sync::Limits;

const METHODS: [&str; 8] = ["GET", "PUT", "POST", "DELETE", "OPTIONS", "HEAD", "PATCH", "TRACE"];

/// A body of which nothing comes.
pub struct Silent;

impl HttpBody for Silent {
    type Data = Bytes;
    type Error = Infallible;

    fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Infallible>>> {
        Poll::Pending
    }
}

/// An operation of the document: path, method in small letters, status.
type Answered = (String, String, String);

/// The document, and what of it was seen.
struct Contract {
    document: Value,
    seen: BTreeSet<Answered>,
}

impl Contract {
    fn new() -> Self {
        let document = serde_json::from_str(include_str!("../../../../../docs/openapi.json")).unwrap();
        Self { document, seen: BTreeSet::new() }
    }

    fn paths(&self) -> impl Iterator<Item = (&String, &Value)> {
        self.document["paths"].as_object().unwrap().iter()
    }

    /// All that the document names.
    fn named(&self) -> BTreeSet<Answered> {
        let operations = self.paths().flat_map(|(path, item)| {
            item.as_object()
                .unwrap()
                .iter()
                .filter(|(key, _)| *key != "parameters")
                .map(move |(method, operation)| (path, method, operation))
        });
        operations
            .flat_map(|(path, method, operation)| {
                let statuses = operation["responses"].as_object().unwrap().keys();
                statuses.map(move |status| (path.clone(), method.clone(), status.clone()))
            })
            .collect()
    }

    /// What a reference in the document leads to, or the thing itself.
    fn resolved<'d>(&'d self, value: &'d Value) -> &'d Value {
        match value["$ref"].as_str() {
            Some(reference) => self.document.pointer(reference.strip_prefix('#').unwrap()).unwrap(),
            None => value,
        }
    }

    fn validate(&self, schema: &Value, value: &Value, what: &str) {
        let problems: Vec<String> = self.validator(schema).iter_errors(value).map(|error| error.to_string()).collect();
        assert!(problems.is_empty(), "{what}: {value}: {problems:?}");
    }

    /// For a schema of the document, whose references are to the document.
    fn validator(&self, schema: &Value) -> jsonschema::Validator {
        let schema = json!({ "allOf": [schema], "components": self.document["components"] });
        jsonschema::draft202012::new(&schema).unwrap()
    }

    /// The path of the document that a path is one of.
    fn template(&self, path: &str) -> &str {
        let is_one = |template: &str| {
            let (asked, named) = (path.split('/'), template.split('/'));
            asked.clone().count() == named.clone().count()
                && asked.zip(named).all(|(asked, named)| named.starts_with('{') || asked == named)
        };
        self.paths().map(|(template, _)| template.as_str()).find(|template| is_one(template)).unwrap()
    }

    /// Asks, and checks the answer against the document.
    async fn ask(&mut self, stage: &Stage, request: Request<Body>) -> Answer {
        let method = request.method().as_str().to_lowercase();
        let path = request.uri().path().to_owned();
        let answer = stage.send(request).await;
        let status = answer.status.as_u16().to_string();
        let what = format!("{method} {path}: {status}");
        let template = self.template(&path).to_owned();
        let response = &self.document["paths"][&template][&method]["responses"][&status];
        assert!(!response.is_null(), "not in the document: {what}");
        let response = self.resolved(response);
        match response["content"].as_object().map(|content| content.iter().next().unwrap()) {
            None => assert!(answer.body.is_empty() || method == "head", "{what} has a body"),
            Some((media_type, content)) => {
                assert_eq!(answer.header("content-type"), media_type, "{what}");
                if media_type == "application/json" {
                    self.validate(&content["schema"], &answer.json(), &what);
                }
            }
        }
        self.check_headers(response, &answer, &what);
        self.seen.insert((template, method, status));
        answer
    }

    fn check_headers(&self, response: &Value, answer: &Answer, what: &str) {
        for (name, header) in response["headers"].as_object().into_iter().flatten() {
            let header = self.resolved(header);
            let given = answer.header(name);
            let is_required = header["required"] == true;
            assert!(!is_required || !given.is_empty(), "{what} lacks {name}");
            if given.is_empty() {
                continue;
            }
            let is_number = self.resolved(&header["schema"])["type"] == "integer";
            let value = if is_number { json!(given.parse::<u64>().unwrap()) } else { json!(given) };
            self.validate(&header["schema"], &value, &format!("{what}: {name}"));
        }
    }
}

/// Every operation below a workspace, as it may be asked.
fn operations(token: &Token) -> Vec<(&'static str, String, &'static str)> {
    let file = format!("files/{}", name(token, b"sealed"));
    vec![
        ("GET", "me".into(), ""),
        ("GET", "arrivals".into(), ""),
        ("GET", file.clone(), ""),
        ("PUT", file.clone(), "sealed"),
        ("DELETE", file, ""),
        ("GET", "devices".into(), ""),
        ("POST", "devices".into(), r#"{"name":"办公室","may_invite":true}"#),
        ("DELETE", "devices/nobody".into(), ""),
    ]
}

#[tokio::test]
async fn the_document_and_the_server_say_the_same() {
    let mut contract = Contract::new();
    refusals_of_every_operation(&mut contract).await;
    what_each_operation_answers(&mut contract).await;
    limits(&mut contract).await;
    probes_and_preflights(&mut contract).await;
    let named = contract.named();
    assert_eq!(named.difference(&contract.seen).collect::<Vec<_>>(), Vec::<&Answered>::new(), "named and not answered");
    assert_eq!(contract.seen, named);
}

async fn refusals_of_every_operation(contract: &mut Contract) {
    let stage = Stage::new();
    let one = NonZeroU32::MIN;
    let slow = Stage::with(Limits { rate: one, burst: one, ..Limits::default() });
    let broken = Broken::new("contract");
    let silent = Stage::over(broken.depot.clone(), Limits::default(), &[]);
    let (other, hasty) = (stage.token("globex", true).await, slow.token("acme", true).await);
    for (method, place, body) in operations(&hasty) {
        let path = format!("/sync/v1/acme/{place}");
        let malformed = format!("/sync/v1/ACME/{place}");
        assert_eq!(contract.ask(&stage, request(method, &malformed, Some(&other), body)).await.status, 400);
        assert_eq!(contract.ask(&stage, request(method, &path, None, body)).await.status, 401);
        assert_eq!(contract.ask(&stage, request(method, &path, Some(&other), body)).await.status, 403);
        assert_eq!(contract.ask(&silent, request(method, &path, Some(&other), body)).await.status, 503);
        for _ in 0..50 {
            if contract.ask(&slow, request(method, &path, Some(&hasty), body)).await.status == 429 {
                break;
            }
        }
    }
}

async fn what_each_operation_answers(contract: &mut Contract) {
    let stage = Stage::with(Limits { keep_ms: 0, ..Limits::default() });
    let keeping = Stage::over(stage.depot.clone(), Limits::default(), &[]);
    let token = stage.token("acme", true).await;
    for (method, place, body) in operations(&token) {
        // A file is asked for before it is there, and removed when it is.
        if method == "GET" && place.starts_with("files/") {
            let removal = request("DELETE", &format!("/sync/v1/acme/{place}"), Some(&token), "");
            assert_eq!(contract.ask(&stage, removal).await.status, 404);
        }
        if method == "DELETE" && place.starts_with("files/") {
            for (again, status) in [("PUT", 200), ("GET", 200), ("DELETE", 409)] {
                let body = if again == "PUT" { "sealed" } else { "" };
                let asked = request(again, &format!("/sync/v1/acme/{place}"), Some(&token), body);
                assert_eq!(contract.ask(&keeping, asked).await.status, status);
            }
            let listed = contract.ask(&keeping, request("GET", "/sync/v1/acme/arrivals", Some(&token), "")).await;
            assert_eq!(listed.json::<Value>()["files"].as_array().map(Vec::len), Some(1));
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
        contract.ask(&stage, request(method, &format!("/sync/v1/acme/{place}"), Some(&token), body)).await;
    }
    let invited: Value =
        contract.ask(&stage, request("POST", "/sync/v1/acme/devices", Some(&token), r#"{"name":"x"}"#)).await.json();
    let device = invited["device"].as_str().unwrap();
    let out = request("DELETE", &format!("/sync/v1/acme/devices/{device}"), Some(&token), "");
    assert_eq!(contract.ask(&stage, out).await.status, 204);
    let listed = contract.ask(&stage, request("GET", "/sync/v1/acme/devices", Some(&token), "")).await;
    assert_eq!(listed.json::<Value>().as_array().map(Vec::len), Some(3));
}

async fn limits(contract: &mut Contract) {
    let silence = Duration::from_millis(20);
    let stage = Stage::with(Limits { max_file: 6, max_files: 1, max_devices: 2, silence, ..Limits::default() });
    let (token, _) = (stage.token("acme", true).await, stage.token("acme", true).await);
    let file = format!("/sync/v1/acme/files/{}", name(&token, b"sealed"));
    let devices = "/sync/v1/acme/devices";
    for (method, path) in [("PUT", file.as_str()), ("POST", devices)] {
        let nothing = request(method, path, Some(&token), Body::new(Silent));
        assert_eq!(contract.ask(&stage, nothing).await.status, 408);
        let much = request(method, path, Some(&token), vec![b' '; 5_000]);
        assert_eq!(contract.ask(&stage, much).await.status, 413);
    }
    assert_eq!(contract.ask(&stage, request("PUT", &file, Some(&token), "sealex")).await.status, 422);
    assert_eq!(contract.ask(&stage, request("PUT", &file, Some(&token), "sealed")).await.status, 201);
    let another = format!("/sync/v1/acme/files/{}", name(&token, b"one"));
    assert_eq!(contract.ask(&stage, request("PUT", &another, Some(&token), "one")).await.status, 507);
    assert_eq!(contract.ask(&stage, request("POST", devices, Some(&token), r#"{"name":"x"}"#)).await.status, 507);
}

async fn probes_and_preflights(contract: &mut Contract) {
    let broken = Broken::new("contract-probes");
    let silent = Stage::over(broken.depot.clone(), Limits::default(), &[]);
    let stage = Stage::new();
    for method in ["GET", "HEAD"] {
        assert_eq!(contract.ask(&stage, request(method, "/healthz", None, "")).await.status, 200);
        assert_eq!(contract.ask(&stage, request(method, "/readyz", None, "")).await.status, 200);
        assert_eq!(contract.ask(&silent, request(method, "/readyz", None, "")).await.status, 503);
    }
    let open = Stage::over(stage.depot.clone(), Limits::default(), &["https://app.example.org"]);
    for path in ["me", "arrivals", "files/d4k2/x", "devices", "devices/d4k2"] {
        let mut preflight = request("OPTIONS", &format!("/sync/v1/acme/{path}"), None, "");
        preflight.headers_mut().insert("origin", "https://app.example.org".parse().unwrap());
        preflight.headers_mut().insert("access-control-request-method", "GET".parse().unwrap());
        assert_eq!(contract.ask(&open, preflight).await.status, 200);
        let refused = request("OPTIONS", &format!("/sync/v1/acme/{path}"), None, "");
        assert_eq!(contract.ask(&stage, refused).await.status, 405);
    }
}

#[tokio::test]
async fn methods_and_paths_that_are_not_named_are_refused() {
    let contract = Contract::new();
    let stage = Stage::new();
    let problem = json!({ "$ref": "#/components/schemas/Problem" });
    for (template, item) in contract.paths() {
        let path = template.replace("{workspace}", "acme").replace("{device}", "d4k2").replace("{file}", "x");
        let known: Vec<&str> = METHODS.into_iter().filter(|method| !item[method.to_lowercase()].is_null()).collect();
        for method in METHODS.into_iter().filter(|method| !known.contains(method)) {
            let answer = stage.send(request(method, &path, None, "")).await;
            assert_eq!(answer.status, 405, "{method} {path}");
            let allowed: BTreeSet<&str> = answer.header("allow").split(", ").collect();
            assert_eq!(allowed, known.iter().copied().filter(|method| *method != "OPTIONS").collect(), "{path}");
            if method != "HEAD" {
                contract.validate(&problem, &answer.json(), &path);
            }
        }
    }
    let token = stage.token("acme", true).await;
    for path in [
        "/",
        "",
        "/acme",
        "/acme/",
        "/acme/you",
        "/acme/files",
        "/acme/files/d4k2",
        "/acme/me/",
        "/acme/files/d4k2/x/y",
    ] {
        let answer = stage.send(request("GET", &format!("/sync/v1{path}"), Some(&token), "")).await;
        assert_eq!(answer.status, 404, "{path}");
        contract.validate(&problem, &answer.json(), path);
    }
}

#[tokio::test]
async fn a_name_is_one_by_the_document_when_it_is_one_for_the_server() {
    let contract = Contract::new();
    let stage = Stage::new();
    let good = "01kbq0p4wr0000000c00000009-c".to_owned();
    let stamp = kehu_domain::stamp::Stamp::new(1_764_000_000_000, 3, 9);
    let hash = "ab".repeat(32);
    let files = [
        format!("{stamp}-c-{hash}.kehu"),
        format!("{stamp}-k-{hash}.kehu"),
        format!("{stamp}-x-{hash}.kehu"),
        format!("{stamp}-c-{}.kehu", hash.to_uppercase()),
        format!("{stamp}-c-{hash}"),
        format!("{stamp}-c-{hash}.kehu.kehu"),
        format!("{}-c-{hash}.kehu", "z".repeat(24)),
        format!("{}-c-{hash}.kehu", "i".repeat(24)),
        format!("{}-c-{hash}.kehu", "l".repeat(24)),
        format!("{}-c-{hash}.kehu", "o".repeat(24)),
        format!("{}-c-{hash}.kehu", "u".repeat(24)),
        good,
    ];
    let words = [
        "acme",
        "a",
        "abc",
        "abcd",
        "a-b",
        "-",
        "..",
        "A",
        "a_b",
        "a%20b",
        &"a".repeat(16),
        &"a".repeat(17),
        &"a".repeat(40),
        &"a".repeat(41),
    ];
    let path = |workspace: &str, device: &str, file: &str| format!("/sync/v1/{workspace}/files/{device}/{file}");
    let cases = words
        .iter()
        .map(|word| ("WorkspaceName", (*word).to_owned(), path(word, "d4k2", &files[0])))
        .chain(words.iter().map(|word| ("DeviceName", (*word).to_owned(), path("acme", word, &files[0]))))
        .chain(files.iter().map(|file| ("FileName", file.clone(), path("acme", "d4k2", file))));
    let mut counts = [0, 0];
    for (schema, text, path) in cases {
        let validator = contract.validator(&json!({ "$ref": format!("#/components/schemas/{schema}") }));
        let is_name = validator.is_valid(&json!(text));
        counts[usize::from(is_name)] += 1;
        let status = stage.send(request("GET", &path, None, "")).await.status;
        // Whoever brings no token is asked for one, once it is clear what they want.
        let expected: &[u16] = if is_name { &[401, 429] } else { &[400] };
        assert!(expected.contains(&status.as_u16()), "{schema} {text}: {status}");
    }
    assert!(counts.iter().all(|count| *count >= 10), "{counts:?}");
}
