//! What this device remembers for itself, outside the company's data: language, theme, which workspace is open.

use kehu_domain::text::Lang;
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

/// The two characters that make this device's form numbers its own; spec 1.6.
pub fn device_code() -> String {
    const KEY: &str = "kehu-device-code";
    const LETTERS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ";
    const SIGNS: &[u8] = b"ABCDEFGHJKLMNPQRSTUVWXYZ123456789";
    let kept = storage().and_then(|storage| storage.get_item(KEY).ok().flatten());
    kept.filter(|code| code.len() == 2).unwrap_or_else(|| {
        let bits = random_bits();
        let pick = |signs: &[u8], bits: u64| char::from(signs[bits as usize % signs.len()]);
        let code = String::from_iter([pick(LETTERS, bits), pick(SIGNS, bits >> 32)]);
        if let Some(storage) = storage() {
            let _ = storage.set_item(KEY, &code);
        }
        code
    })
}
