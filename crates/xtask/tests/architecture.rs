//! The documents name only places that exist.
#![allow(missing_docs, clippy::unwrap_used)]

use std::path::Path;

/// What stands between backticks and looks like a path of this repository.
fn paths(text: &str) -> Vec<&str> {
    let looks_like_path = |word: &&str| {
        let is_plain = word.chars().all(|sign| sign.is_ascii_alphanumeric() || "/._-".contains(sign));
        let is_file = [".rs", ".js", ".md", ".toml"].iter().any(|ending| word.ends_with(ending));
        let roots = ["crates/", "src/", "tests/", "public/", "playbook/", "style/"];
        is_plain && (is_file || roots.iter().any(|root| word.starts_with(root)))
    };
    text.split('`').skip(1).step_by(2).filter(looks_like_path).collect()
}

#[test]
fn every_path_the_documents_name_exists() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    let mut named = 0;
    for document in ["ARCHITECTURE.md", "README.md"] {
        let text = std::fs::read_to_string(root.join(document)).unwrap();
        for path in paths(&text) {
            // The service worker and the like are named as they are served, without their folder.
            let is_there = root.join(path).exists() || root.join("public").join(path).exists();
            assert!(is_there, "{document} names {path}, which is not there");
            named += 1;
        }
    }
    assert!(named > 15, "only {named} paths found: has the notation changed?");
}
