//! Ways in: what somebody types or pastes, or a link that brought them here.

use kehu_ledger::sync::Join;
use kehu_sync::name::Token;
use leptos::prelude::{on_cleanup, window, window_event_listener};

/// What the fragment of a link that lets a device join begins with.
const FRAGMENT: &str = "#join=";

/// Why what was typed is no way in.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum JoinProblem {
    /// The address is none.
    Address,
    /// The token is none.
    Token,
    /// The link is cut off or altered.
    Link,
}

/// The way in, from an address and a token; a whole link may stand in either.
///
/// # Errors
/// [`JoinProblem`] says what cannot be read.
pub fn read_join(address: &str, token: &str) -> Result<Join, JoinProblem> {
    let link = [address, token].into_iter().find_map(|text| text.split_once(FRAGMENT));
    if let Some((_, fragment)) = link {
        return decoded(fragment).ok_or(JoinProblem::Link);
    }
    let at = address.trim().trim_end_matches('/');
    if !is_address(at) {
        return Err(JoinProblem::Address);
    }
    let token: Token = token.trim().parse().map_err(|_| JoinProblem::Token)?;
    Ok(Join { at: at.to_owned(), token })
}

/// Takes a way in out of the page's address, so that it stays in no history and is not shown to bystanders.
///
/// # Errors
/// [`JoinProblem::Link`].
pub fn take_fragment() -> Option<Result<Join, JoinProblem>> {
    let location = window().location();
    let fragment = location.hash().ok()?.strip_prefix(FRAGMENT)?.to_owned();
    let bare = location.pathname().ok()?;
    if let Ok(history) = window().history() {
        _ = history.replace_state_with_url(&wasm_bindgen::JsValue::NULL, "", Some(&bare));
    }
    Some(decoded(&fragment).ok_or(JoinProblem::Link))
}

/// Begins the page anew when a link is opened in a tab that shows it already: only the fragment changes then.
pub fn follow_fragment() {
    let listener = window_event_listener(leptos::ev::hashchange, |_| {
        let location = window().location();
        if location.hash().is_ok_and(|hash| hash.starts_with(FRAGMENT)) {
            _ = location.reload();
        }
    });
    on_cleanup(move || listener.remove());
}

/// What stands in a fragment: JSON in base64url.
fn decoded(fragment: &str) -> Option<Join> {
    let base64: String = fragment
        .trim()
        .trim_end_matches('=')
        .chars()
        .map(|char| match char {
            '-' => '+',
            '_' => '/',
            other => other,
        })
        .collect();
    let padding = "=".repeat((4 - base64.len() % 4) % 4);
    let latin = window().atob(&format!("{base64}{padding}")).ok()?;
    let bytes: Option<Vec<u8>> = latin.chars().map(|char| u8::try_from(u32::from(char)).ok()).collect();
    let join: Join = serde_json::from_slice(&bytes?).ok()?;
    is_address(&join.at).then_some(join)
}

fn is_address(at: &str) -> bool {
    let rest = at.strip_prefix("https://").or_else(|| at.strip_prefix("http://"));
    rest.is_some_and(|rest| !rest.is_empty() && !rest.contains(char::is_whitespace))
}
