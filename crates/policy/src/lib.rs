//! How the built app may be served: the headers that `kehu serve` sends and `_headers` tells other hosts.

mod origin;

pub use origin::{BadOrigin, Origin};

use base64::{Engine, engine::general_purpose::STANDARD};
use sha2::{Digest, Sha256};

/// For files whose name carries their content's hash: they never change.
pub const FOREVER: &str = "public, max-age=31536000, immutable";

/// For files whose name stays while their content changes: kept, but asked about every time.
pub const ASK_AGAIN: &str = "no-cache";

/// The fewest hexadecimal digits in a file's name that count as the hash of its content.
const HASH_DIGITS: usize = 16;

/// The name of the header that says what the app may load and reach.
pub const POLICY: &str = "Content-Security-Policy";

/// How the line of the service worker begins that says what the app may reach.
const REACHES: &str = "// Reaches: ";

/// The headers of every response, by name, for an app whose first page is `index_html`.
///
/// `Content-Security-Policy` allows this origin, WebAssembly, of inline scripts exactly those in `index_html`, and
/// requests to `connect` beside this origin.
pub fn security_headers(index_html: &str, connect: &[Origin]) -> Vec<(&'static str, String)> {
    vec![
        (POLICY, content_security_policy(index_html, connect)),
        ("Cross-Origin-Opener-Policy", "same-origin".into()),
        ("Cross-Origin-Resource-Policy", "same-origin".into()),
        ("Permissions-Policy", permissions_policy()),
        ("Referrer-Policy", "no-referrer".into()),
        ("X-Content-Type-Options", "nosniff".into()),
    ]
}

/// How long a browser may keep the file at `path` without asking.
pub fn cache_control(path: &str) -> &'static str {
    if has_hashed_name(path) { FOREVER } else { ASK_AGAIN }
}

/// The service worker's source for an app that may reach `connect`.
///
/// The first page and the scripts of workers are kept with their headers. A browser looks for a new policy only when the service worker differs, so it
/// says which origins are in it. Where there are none it is as it was built.
pub fn service_worker(source: &str, connect: &[Origin]) -> String {
    let built = source.split_once(REACHES).map_or(source, |(built, _)| built);
    if connect.is_empty() {
        return built.to_owned();
    }
    format!("{built}{REACHES}{}\n", listed(connect))
}

fn listed(origins: &[Origin]) -> String {
    origins.iter().map(Origin::as_str).collect::<Vec<_>>().join(" ")
}

fn content_security_policy(index_html: &str, connect: &[Origin]) -> String {
    let connect = if connect.is_empty() { String::new() } else { format!(" {}", listed(connect)) };
    let hashes: String = inline_scripts(index_html)
        .map(|script| format!(" 'sha256-{}'", STANDARD.encode(Sha256::digest(script))))
        .collect();
    [
        "default-src 'none'",
        &format!("script-src 'self' 'wasm-unsafe-eval'{hashes}"),
        "style-src 'self'",
        "img-src 'self' blob: data:",
        &format!("connect-src 'self'{connect}"),
        "worker-src 'self'",
        "manifest-src 'self'",
        "base-uri 'none'",
        "form-action 'none'",
        "frame-ancestors 'none'",
    ]
    .join("; ")
}

fn permissions_policy() -> String {
    // A visit may be noted down with its place, once somebody asks for that.
    let own = "geolocation=(self)".to_owned();
    let none = ["camera", "display-capture", "microphone", "payment", "usb"].map(|feature| format!("{feature}=()"));
    [own].into_iter().chain(none).collect::<Vec<_>>().join(", ")
}

/// The text of each `<script>` without a `src`, exactly as the browser hashes it.
fn inline_scripts(html: &str) -> impl Iterator<Item = &str> {
    html.split("<script").skip(1).filter_map(|rest| {
        let (attributes, rest) = rest.split_once('>')?;
        let (text, _) = rest.split_once("</script")?;
        let is_inline = !attributes.split_whitespace().any(|word| word.starts_with("src="));
        (is_inline && !text.is_empty()).then_some(text)
    })
}

fn has_hashed_name(path: &str) -> bool {
    let name = path.rsplit('/').next().unwrap_or(path);
    name.split(['-', '_', '.'])
        .any(|part| part.len() >= HASH_DIGITS && part.bytes().all(|byte| byte.is_ascii_hexdigit()))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn policy(html: &str) -> String {
        policy_with(html, &[])
    }

    fn policy_with(html: &str, connect: &[Origin]) -> String {
        security_headers(html, connect)
            .into_iter()
            .find(|(name, _)| *name == POLICY)
            .map(|(_, value)| value)
            .unwrap_or_default()
    }

    #[test]
    fn an_inline_script_is_allowed_by_its_hash() {
        // printf 'alert(1)' | openssl dgst -sha256 -binary | base64
        let html = r#"<script type="module">alert(1)</script>"#;
        assert!(
            policy(html).contains(
                "script-src 'self' 'wasm-unsafe-eval' 'sha256-bhHHL3z2vDgxUt0W3dWQOrprscmda2Y5pLsLg4GF+pI=';"
            )
        );
    }

    #[test]
    fn a_script_from_a_file_adds_no_hash() {
        let html = r#"<script defer src="/boot.js"></script>"#;
        assert!(policy(html).contains("script-src 'self' 'wasm-unsafe-eval';"));
    }

    #[test]
    fn nothing_is_allowed_from_elsewhere() {
        let policy = policy("<html></html>");
        assert!(policy.starts_with("default-src 'none'; "));
        for loose in ["unsafe-inline", "'unsafe-eval'", "http:", "https:", "*"] {
            assert!(!policy.contains(loose), "{loose} in {policy}");
        }
    }

    #[test]
    fn an_endpoint_elsewhere_is_reached_when_asked_for() {
        let connect = ["https://sync.example.org", "http://192.168.1.5:8080"].map(|text| text.parse());
        let connect: Vec<Origin> = connect.into_iter().flatten().collect();
        let policy = policy_with("", &connect);
        assert!(
            policy.contains("connect-src 'self' https://sync.example.org http://192.168.1.5:8080; worker-src 'self';"),
            "{policy}"
        );
    }

    #[test]
    fn another_policy_is_another_service_worker() {
        let built = "const RELEASE = {};\n";
        let connect: Vec<Origin> = "https://sync.example.org".parse().into_iter().collect();
        let worker = service_worker(built, &connect);
        assert_eq!(worker, "const RELEASE = {};\n// Reaches: https://sync.example.org\n");
        assert_eq!(service_worker(&worker, &connect), worker);
        assert_eq!(service_worker(&worker, &[]), built);
        assert_eq!(service_worker(built, &[]), built);
    }

    #[test]
    fn of_the_device_only_its_place_may_be_asked_for_and_only_by_the_app_itself() {
        let policy = permissions_policy();
        assert_eq!(policy.matches("=()").count(), 5, "{policy}");
        assert!(policy.starts_with("geolocation=(self), "), "{policy}");
    }

    #[test]
    fn only_hashed_names_are_kept_for_good() {
        assert_eq!(cache_control("kehu-0123456789abcdef_bg.wasm"), FOREVER);
        assert_eq!(cache_control("base-fedcba9876543210.css"), FOREVER);
        assert_eq!(cache_control("snippets/part-0123456789abcdef/inline0.js"), ASK_AGAIN);
        assert_eq!(cache_control("index.html"), ASK_AGAIN);
        assert_eq!(cache_control("sw.js"), ASK_AGAIN);
    }
}
