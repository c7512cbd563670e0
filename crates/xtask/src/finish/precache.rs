//! Tells the service worker which files make up this release.

use super::{files_of, read, read_text, sha256, write};
use crate::step::{Failure, Outcome};
use serde_json::json;
use std::path::Path;

/// The line of `sw.js` that stands for "no release".
const PLACEHOLDER: &str = r#"const RELEASE = { version: "development", assets: {} };"#;

/// Files that are for the host, or that the browser itself looks after.
const NOT_CACHED: [&str; 3] = ["_headers", "_redirects", "sw.js"];

/// Puts the path and SHA-256 of every file into `sw.js`, with a version that is the hash of them all.
///
/// The first page is listed under `/`, as every host serves it there.
///
/// # Errors
/// When `sw.js` is missing or has no place for the list.
pub fn list(dist: &Path) -> Outcome {
    let mut assets = serde_json::Map::new();
    for file in files_of(dist)?.iter().filter(|file| !NOT_CACHED.contains(&file.as_str())) {
        let path = if file == "index.html" { "/".to_owned() } else { format!("/{file}") };
        assets.insert(path, sha256(&read(&dist.join(file))?).into());
    }
    let worker = dist.join("sw.js");
    let source = read_text(&worker)?;
    let version = sha256(format!("{}{source}", json!(assets)).as_bytes());
    let release = format!("const RELEASE = {};", json!({ "version": version, "assets": assets }));
    if source.matches(PLACEHOLDER).count() != 1 {
        return Err(Failure::new(format!("sw.js must hold this line once: {PLACEHOLDER}")));
    }
    write(&worker, source.replace(PLACEHOLDER, &release))
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::Staging;
    use super::*;

    fn listed(name: &str, page: &str) -> String {
        let files = [("index.html", page), ("icons/a.svg", "<svg/>"), ("sw.js", PLACEHOLDER), ("_headers", "/*")];
        let dist = Staging::new(name, &files).unwrap();
        list(&dist).unwrap();
        read_text(&dist.join("sw.js")).unwrap()
    }

    #[test]
    fn every_file_is_listed_with_its_hash() {
        let worker = listed("listed", "page");
        assert!(worker.contains(&format!(r#""/":"{}""#, sha256(b"page"))), "{worker}");
        assert!(worker.contains(r#""/icons/a.svg":"#) && !worker.contains("_headers"), "{worker}");
    }

    #[test]
    fn another_page_is_another_version() {
        let version = |worker: String| worker.split(r#""version":"#).nth(1).map(str::to_owned);
        let first = version(listed("version-a", "page"));
        assert!(first.is_some());
        assert_eq!(first, version(listed("version-b", "page")));
        assert_ne!(first, version(listed("version-c", "other page")));
    }

    #[test]
    fn a_worker_without_the_line_is_refused() {
        let dist = Staging::new("no-line", &[("index.html", ""), ("sw.js", "const RELEASE = {};")]).unwrap();
        assert!(list(&dist).is_err_and(|failure| failure.to_string().contains("sw.js must hold this line")));
    }

    #[test]
    fn the_worker_of_this_repository_has_the_line() {
        let worker = read_text(&crate::step::root().join("public/sw.js")).unwrap();
        assert_eq!(worker.matches(PLACEHOLDER).count(), 1);
    }
}
