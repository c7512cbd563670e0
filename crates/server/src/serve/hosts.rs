//! What other hosts are told of what the app may reach.

use super::release::WORKER;
use kehu_policy::{Origin, POLICY, security_headers, service_worker};
use std::io;
use std::path::Path;

/// Writes into `_headers` and the service worker below `dist` that the app may reach `connect`, and nothing else.
///
/// A folder without one of these files is for no such host, and is left as it is.
///
/// # Errors
/// When a file that is there cannot be read or written.
pub fn allow(dist: &Path, connect: &[Origin]) -> io::Result<()> {
    let Some(index) = read(dist, "index.html")? else { return Ok(()) };
    let policy = security_headers(&index, connect).into_iter().find(|(name, _)| *name == POLICY);
    let policy = policy.map(|(name, value)| format!("  {name}: {value}")).unwrap_or_default();
    let is_policy = |line: &str| line.trim_start().starts_with(POLICY);
    rewrite(dist, "_headers", |headers| {
        let lines = headers.lines().map(|line| if is_policy(line) { policy.as_str() } else { line });
        lines.flat_map(|line| [line, "\n"]).collect()
    })?;
    rewrite(dist, WORKER, |source| service_worker(source, connect))
}

fn rewrite(dist: &Path, name: &str, change: impl Fn(&str) -> String) -> io::Result<()> {
    let Some(before) = read(dist, name)? else { return Ok(()) };
    let after = change(&before);
    if after == before { Ok(()) } else { std::fs::write(dist.join(name), after) }
}

fn read(dist: &Path, name: &str) -> io::Result<Option<String>> {
    match std::fs::read_to_string(dist.join(name)) {
        Ok(text) => Ok(Some(text)),
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        Err(error) => Err(error),
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[test]
    fn hosts_are_told_anew_as_often_as_it_is_said() {
        let dist = std::env::temp_dir().join(format!("kehu-hosts-{}", std::process::id()));
        std::fs::create_dir_all(&dist).unwrap();
        let headers = "/*\n  Content-Security-Policy: old\n  X-Content-Type-Options: nosniff\n";
        for (name, content) in [("index.html", "<html></html>"), ("_headers", headers), (WORKER, "go();\n")] {
            std::fs::write(dist.join(name), content).unwrap();
        }
        let text = |name| read(&dist, name).unwrap().unwrap();
        allow(&dist, &["https://a.example".parse().unwrap()]).unwrap();
        assert!(text("_headers").contains("connect-src 'self' https://a.example; worker-src"));
        assert!(text("_headers").ends_with("\n  X-Content-Type-Options: nosniff\n"));
        assert_eq!(text(WORKER), "go();\n// Reaches: https://a.example\n");
        allow(&dist, &[]).unwrap();
        assert!(text("_headers").contains("connect-src 'self'; worker-src"));
        assert_eq!(text(WORKER), "go();\n");
        std::fs::remove_dir_all(&dist).unwrap();
    }
}
