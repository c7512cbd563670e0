//! The channel between tabs: each tells the others which keys it has committed, and whether they came from elsewhere.

use wasm_bindgen::JsCast;
use wasm_bindgen::closure::Closure;
use web_sys::{BroadcastChannel, MessageEvent};

const COMMITTED: &str = "committed";
const ARRIVED: &str = "arrived";

/// An open channel; closed when dropped.
pub(crate) struct Channel {
    raw: BroadcastChannel,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
}

impl Channel {
    /// Joins the channel of a database; `None` where the browser has none.
    pub fn join(name: &str, on_committed: impl Fn(Vec<String>, bool) + 'static) -> Option<Self> {
        let raw = BroadcastChannel::new(name).ok()?;
        let on_message = Closure::new(move |event: MessageEvent| {
            if let Some((keys, is_arrival)) = event.data().as_string().as_deref().and_then(read) {
                on_committed(keys, is_arrival);
            }
        });
        raw.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        Some(Self { raw, _on_message: on_message })
    }

    /// Tells the other tabs; a lost message costs them freshness, never data.
    pub fn tell(&self, keys: &[String], is_arrival: bool) {
        let message = format!("{}\n{}", if is_arrival { ARRIVED } else { COMMITTED }, keys.join("\n"));
        _ = self.raw.post_message(&message.into());
    }
}

impl Drop for Channel {
    fn drop(&mut self) {
        self.raw.set_onmessage(None);
        self.raw.close();
    }
}

fn read(message: &str) -> Option<(Vec<String>, bool)> {
    let (what, keys) = message.split_once('\n')?;
    let is_arrival = match what {
        COMMITTED => false,
        ARRIVED => true,
        _ => return None,
    };
    Some((keys.lines().map(str::to_owned).collect(), is_arrival))
}
