//! Writes the headers of `kehu serve` down for static hosts, in the `_headers` and `_redirects` files many of them read.

use super::{files_of, read_text, write};
use crate::step::Outcome;
use kehu_policy::{cache_control, security_headers};
use std::path::Path;

/// Writes `_headers` (policy for all, caching for each file) and `_redirects` (every route is the first page).
///
/// # Errors
/// When `dist` holds no `index.html` or cannot be written to.
pub fn write_for_hosts(dist: &Path) -> Outcome {
    let index = read_text(&dist.join("index.html"))?;
    let mut lines = vec!["/*".to_owned()];
    lines.extend(security_headers(&index, &[]).iter().map(|(name, value)| format!("  {name}: {value}")));
    lines.extend(["/".to_owned(), format!("  Cache-Control: {}", cache_control("index.html"))]);
    for file in files_of(dist)?.iter().filter(|file| !file.starts_with('_')) {
        lines.extend([format!("/{file}"), format!("  Cache-Control: {}", cache_control(file))]);
    }
    write(&dist.join("_headers"), lines.join("\n") + "\n")?;
    write(&dist.join("_redirects"), "/* /index.html 200\n")
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::super::Staging;
    use super::*;

    #[test]
    fn hosts_are_told_the_policy_and_how_long_to_keep_each_file() {
        let page = "<script>go()</script>";
        let dist = Staging::new("headers", &[("index.html", page), ("a-0123456789abcdef.css", "")]).unwrap();
        write_for_hosts(&dist).unwrap();
        let headers = read_text(&dist.join("_headers")).unwrap();
        assert!(headers.starts_with("/*\n  Content-Security-Policy: default-src 'none'; script-src 'self'"));
        assert!(headers.contains("'sha256-"));
        assert!(headers.contains("/a-0123456789abcdef.css\n  Cache-Control: public, max-age=31536000, immutable\n"));
        assert!(headers.contains("/index.html\n  Cache-Control: no-cache\n"));
    }
}
