//! What this device remembers for itself, outside the company's data: language, theme, which workspace is open.

use js_sys::{Function, Promise, Reflect};
use kehu_domain::place;
use kehu_domain::text::Lang;
use wasm_bindgen::JsValue;
use wasm_bindgen::prelude::wasm_bindgen;
use wasm_bindgen_futures::JsFuture;
use web_sys::Storage;

/// One thing the device remembers.
#[derive(Clone, Copy)]
pub enum Remembered {
    /// `zh` or `en`.
    Language,
    /// `light`, `dark` or nothing for the system's choice.
    Theme,
    /// The workspace to open: [`MAIN`] or [`DEMO`].
    Workspace,
    /// The member of staff who works here, by record id; one memo per workspace.
    Person,
    /// The day on which care was last planned; one memo per workspace.
    CarePlanned,
    /// The last proven copies; one memo per workspace.
    Copies,
    /// When this device last came together with others, in milliseconds; one memo per workspace.
    SyncMet,
    /// When files at the endpoint were last gathered, in milliseconds; one memo per workspace.
    SyncTidied,
}

/// The user's own workspace.
pub const MAIN: &str = "main";

/// The demo company's workspace, which never mixes with a real one.
pub const DEMO: &str = "demo";

impl Remembered {
    fn key(self) -> String {
        match self {
            Self::Language => "kehu-language".into(),
            Self::Theme => "kehu-theme".into(),
            Self::Workspace => "kehu-workspace".into(),
            Self::Person => format!("kehu-person-{}", open_workspace()),
            Self::CarePlanned => format!("kehu-care-{}", open_workspace()),
            Self::Copies => format!("kehu-copies-{}", open_workspace()),
            Self::SyncMet => format!("kehu-sync-met-{}", open_workspace()),
            Self::SyncTidied => format!("kehu-sync-tidied-{}", open_workspace()),
        }
    }

    /// What is remembered; `None` also where the browser forbids remembering.
    pub fn read(self) -> Option<String> {
        storage()?.get_item(&self.key()).ok()?
    }

    /// Remembers `text`, if the browser allows it.
    pub fn write(self, text: &str) {
        if let Some(storage) = storage()
            && storage.set_item(&self.key(), text).is_err()
        {
            leptos::logging::warn!("{} could not be remembered", self.key());
        }
    }
}

/// The workspace to open at start.
pub fn open_workspace() -> &'static str {
    match Remembered::Workspace.read().as_deref() {
        Some(DEMO) => DEMO,
        _ => MAIN,
    }
}

/// Opens another workspace: the page starts anew, so nothing of the old one can leak into it.
pub fn switch_to(workspace: &str) {
    Remembered::Workspace.write(workspace);
    if let Some(window) = web_sys::window() {
        let _ = window.location().assign("/");
    }
}

/// Random bits for node names and ids.
pub fn random_bits() -> u64 {
    let half = || (js_sys::Math::random() * 4_294_967_296.0) as u64;
    half() << 32 | half()
}

/// Sets the page's colours: `light`, `dark`, or anything else for the system's choice.
pub fn apply_theme(theme: &str) {
    let Some(root) = web_sys::window().and_then(|window| window.document()).and_then(|page| page.document_element())
    else {
        return;
    };
    let _ = match theme {
        "light" | "dark" => root.set_attribute("data-theme", theme),
        _ => root.remove_attribute("data-theme"),
    };
}

/// The language the page is in.
pub fn shown_language() -> Lang {
    let root = web_sys::window().and_then(|window| window.document()?.document_element());
    let is_english = root.and_then(|root| root.get_attribute("lang")).is_some_and(|language| language == "en");
    if is_english { Lang::En } else { Lang::Zh }
}

/// Sets the page's language for screen readers and fonts.
pub fn apply_language(language: &str) {
    if let Some(root) = web_sys::window().and_then(|window| window.document()).and_then(|page| page.document_element())
    {
        let _ = root.set_attribute("lang", if language == "en" { "en" } else { "zh-CN" });
    }
}

fn storage() -> Option<Storage> {
    web_sys::window()?.local_storage().ok()?
}

/// The two characters that make this device's form numbers its own (spec 1.6), once it has taken some.
pub fn device_code() -> Option<String> {
    let kept = storage()?.get_item(DEVICE_CODE).ok()?;
    kept.filter(|code| code.len() == 2)
}

/// Keeps the device's code.
pub fn keep_device_code(code: &str) {
    if let Some(storage) = storage() {
        let _ = storage.set_item(DEVICE_CODE, code);
    }
}

/// What tells this device from another that took the same code.
pub fn device_token() -> String {
    let kept = storage().and_then(|storage| storage.get_item(DEVICE_TOKEN).ok().flatten());
    kept.unwrap_or_else(|| {
        let token = format!("{:016x}", random_bits());
        if let Some(storage) = storage() {
            let _ = storage.set_item(DEVICE_TOKEN, &token);
        }
        token
    })
}

/// Becomes another device, when the browser's profile was copied: with its next form it takes a code of its own.
pub fn become_another() {
    if let Some(storage) = storage() {
        let _ = storage.remove_item(DEVICE_CODE);
        let _ = storage.remove_item(DEVICE_TOKEN);
    }
}

const DEVICE_CODE: &str = "kehu-device-code";
const DEVICE_TOKEN: &str = "kehu-device-token";

/// Why the device does not say where it is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PositionProblem {
    /// The person or the browser does not allow it.
    Refused,
    /// It cannot tell at present, or not in time.
    Unknown,
}

/// How long the device may look for where it is.
const POSITION_MS: u32 = 20_000;

/// Where the device is, as fields of type `place` hold it; the browser asks the person first.
///
/// # Errors
/// [`PositionProblem`] says why it is not known.
pub async fn position() -> Result<String, PositionProblem> {
    let options = js_sys::Object::new();
    let _ = Reflect::set(&options, &"enableHighAccuracy".into(), &true.into());
    let _ = Reflect::set(&options, &"timeout".into(), &POSITION_MS.into());
    let asked = Promise::new(&mut |found, failed| {
        // Where the policy of a page forbids it, browsers throw.
        if get_current_position(&found, &failed, &options).is_err() {
            let _ = failed.call0(&JsValue::NULL);
        }
    });
    match JsFuture::from(asked).await {
        Ok(position) => {
            let at = |name| number(&Reflect::get(&position, &"coords".into()).ok()?, name);
            let place = at("latitude").zip(at("longitude")).zip(at("accuracy"));
            let place = place.and_then(|((north, east), error_m)| place::written(north, east, error_m));
            place.ok_or(PositionProblem::Unknown)
        }
        Err(problem) if number(&problem, "code").is_some_and(|code| code != PERMISSION_DENIED) => {
            Err(PositionProblem::Unknown)
        }
        Err(_) => Err(PositionProblem::Refused),
    }
}

/// The code with which browsers say that the place may not be known.
const PERMISSION_DENIED: f64 = 1.0;

/// Puts a text where it can be pasted; says whether the browser let us: on plain `http` it does not.
pub async fn copy_text(text: &str) -> bool {
    match write_text(text) {
        Ok(promise) => JsFuture::from(promise).await.is_ok(),
        Err(_) => false,
    }
}

fn number(of: &JsValue, name: &str) -> Option<f64> {
    Reflect::get(of, &name.into()).ok()?.as_f64()
}

#[wasm_bindgen]
extern "C" {
    #[wasm_bindgen(js_namespace = ["navigator", "geolocation"], js_name = getCurrentPosition, catch)]
    fn get_current_position(found: &Function, failed: &Function, options: &JsValue) -> Result<(), JsValue>;

    #[wasm_bindgen(js_namespace = ["navigator", "clipboard"], js_name = writeText, catch)]
    fn write_text(text: &str) -> Result<Promise, JsValue>;
}
