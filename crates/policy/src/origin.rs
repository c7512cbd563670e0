//! An origin as browsers compare it.

use std::fmt;
use std::str::FromStr;

/// Scheme, host and, where it is not the usual one, port: `https://sync.example.org`, without a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Origin(String);

/// A text that is no origin.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadOrigin;

impl fmt::Display for BadOrigin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an origin is written as https://sync.example.org or http://192.168.1.5:8080, without a path")
    }
}

impl std::error::Error for BadOrigin {}

impl Origin {
    /// As it is written in headers.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for Origin {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl FromStr for Origin {
    type Err = BadOrigin;

    /// Letters become small and the port that goes with the scheme is left out, as browsers do.
    fn from_str(text: &str) -> Result<Self, BadOrigin> {
        let text = text.to_ascii_lowercase();
        let (scheme, usual_port, place) = [("https", 443), ("http", 80)]
            .into_iter()
            .find_map(|(scheme, port)| Some((scheme, port, text.strip_prefix(scheme)?.strip_prefix("://")?)))
            .ok_or(BadOrigin)?;
        let after_host = place.rfind(']').map_or(0, |end| end + 1);
        let colon = place.get(after_host..).and_then(|rest| rest.find(':')).map(|at| at + after_host);
        let (host, port) = match colon {
            Some(at) => (place.get(..at), place.get(at + 1..)),
            None => (Some(place), None),
        };
        let host = host.filter(|host| is_host(host)).ok_or(BadOrigin)?;
        let port = port.map(read_port).transpose()?.filter(|port| *port != usual_port);
        let port = port.map(|port| format!(":{port}")).unwrap_or_default();
        Ok(Self(format!("{scheme}://{host}{port}")))
    }
}

fn read_port(text: &str) -> Result<u16, BadOrigin> {
    let is_number = text.bytes().all(|byte| byte.is_ascii_digit());
    text.parse().ok().filter(|_| is_number).ok_or(BadOrigin)
}

/// A name of letters, digits, `-` and `.`, or an address of IPv6 in brackets.
fn is_host(host: &str) -> bool {
    if let Some(address) = host.strip_prefix('[') {
        return address.strip_suffix(']').is_some_and(|address| address.parse::<std::net::Ipv6Addr>().is_ok());
    }
    !host.is_empty()
        && host
            .split('.')
            .all(|label| !label.is_empty() && label.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'-'))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Option<String> {
        text.parse().ok().map(|origin: Origin| origin.to_string())
    }

    #[test]
    fn an_origin_is_written_as_browsers_write_it() {
        for (text, origin) in [
            ("https://Sync.Example.org", "https://sync.example.org"),
            ("https://sync.example.org:443", "https://sync.example.org"),
            ("http://192.168.1.5:8080", "http://192.168.1.5:8080"),
            ("http://[::1]:80", "http://[::1]"),
            ("http://localhost:443", "http://localhost:443"),
        ] {
            assert_eq!(read(text).as_deref(), Some(origin), "{text}");
        }
    }

    #[test]
    fn what_would_loosen_a_policy_is_no_origin() {
        for text in [
            "",
            "*",
            "https:",
            "https://",
            "https://*",
            "https://*.example.org",
            "https://a.example/",
            "https://a.example/path",
            "https://a.example; script-src *",
            "https://a b",
            "https://user@a.example",
            "https://a.example:",
            "https://a.example:+80",
            "https://a.example:99999",
            "https://[::1",
            "https://[x]",
            "https://a..example",
            "ftp://a.example",
            "'self'",
            "https://é.example",
        ] {
            assert_eq!(read(text), None, "{text}");
        }
    }
}
