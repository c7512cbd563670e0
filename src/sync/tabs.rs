//! The tabs of this device: which of them leads, and what they tell each other.

use futures_channel::oneshot;
use js_sys::Promise;
use serde::{Deserialize, Serialize};
use wasm_bindgen::prelude::*;
use wasm_bindgen_futures::future_to_promise;
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
    /// Somebody acts in another tab: let that one lead.
    Yield,
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

/// That this tab is the one that leads; given back when dropped, and when the tab is closed.
pub struct Lead(#[expect(dead_code, reason = "held, not read")] Option<oneshot::Sender<()>>);

/// Waits until no other tab of the device leads.
///
/// Browsers offer locks on `https` and `localhost` only; without them every tab leads.
pub async fn lead(workspace: &str) -> Lead {
    let ((told, held), (kept, gone)) = (oneshot::channel(), oneshot::channel::<()>());
    let on_held = Closure::once_into_js(move |_: JsValue| -> Promise {
        _ = told.send(());
        future_to_promise(async move {
            // Nothing is ever sent: it ends when the other end is dropped.
            _ = gone.await;
            Ok(JsValue::UNDEFINED)
        })
    });
    // The promise is settled when the lock is given back, which nobody waits for.
    match request_lock(&name(workspace), &on_held) {
        Ok(_) => {
            _ = held.await;
            Lead(Some(kept))
        }
        Err(_) => Lead(None),
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
