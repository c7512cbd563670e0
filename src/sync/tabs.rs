//! The tabs of this device: which of them leads, and what they tell each other.

use futures_channel::oneshot;
use js_sys::Promise;
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;
use web_sys::{BroadcastChannel, MessageEvent};

use super::Standing;

/// What tabs tell each other.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
pub enum Word {
    /// A tab is new here, and asks how it stands.
    Hello,
    /// How it stands.
    Standing(Standing),
    /// Look for news, unless that was done at or after this moment.
    Look {
        /// Milliseconds since 1970-01-01 UTC.
        since_ms: u64,
    },
    /// Try at once.
    Try,
    /// The workspace has joined, left, or looks for news more or less often.
    Linked,
}

/// The channel to the other tabs; closed when dropped.
pub struct Tabs {
    raw: BroadcastChannel,
    _on_message: Closure<dyn FnMut(MessageEvent)>,
}

impl Tabs {
    /// Joins the other tabs of a workspace; `None` where the browser has no such channel.
    pub fn join(workspace: &str, hear: impl Fn(Word) + 'static) -> Option<Self> {
        let raw = BroadcastChannel::new(&name(workspace)).ok()?;
        let on_message = Closure::new(move |event: MessageEvent| {
            // What a tab of another release says is left alone.
            let word = event.data().as_string().and_then(|text| serde_json::from_str(&text).ok());
            if let Some(word) = word {
                hear(word);
            }
        });
        raw.set_onmessage(Some(on_message.as_ref().unchecked_ref()));
        Some(Self { raw, _on_message: on_message })
    }

    /// Tells the others; a lost word costs them freshness only.
    pub fn tell(&self, word: &Word) {
        if let Ok(text) = serde_json::to_string(word) {
            _ = self.raw.post_message(&text.into());
        }
    }
}

impl Drop for Tabs {
    fn drop(&mut self) {
        self.raw.set_onmessage(None);
        self.raw.close();
    }
}

/// Waits until this tab is the one of the device that leads, and keeps that until it is closed.
///
/// Browsers offer locks on `https` and `localhost` only; without them every tab leads, which costs requests and nothing else.
pub async fn hold(workspace: &str) {
    let (sender, held) = oneshot::channel();
    let on_held = Closure::once_into_js(move |_: JsValue| -> Promise {
        _ = sender.send(());
        // Never settled: the lock goes with the tab.
        Promise::new(&mut |_, _| ())
    });
    // The promise is settled when the lock is given back, which is never.
    if request_lock(&name(workspace), &on_held).is_ok() {
        _ = held.await;
    }
}

fn name(workspace: &str) -> String {
    format!("kehu-sync-{workspace}")
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["navigator", "locks"], js_name = request, catch)]
    fn request_lock(name: &str, on_held: &JsValue) -> Result<JsValue, JsValue>;
}
