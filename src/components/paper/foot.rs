//! The line at the foot of every printed page, beside the page number the style sheet writes.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys;

/// The custom property that the style sheet reads.
const FOOT: &str = "--sheet-foot";

/// Says what stands at the foot of printed pages while it is on the page.
#[component]
pub fn PrintFoot(
    /// The line.
    #[prop(into)]
    text: String,
) -> impl IntoView {
    if let Some(style) = root_style() {
        // A string of CSS: quotes and backslashes are its own signs.
        let quoted = format!("\"{}\"", text.replace('\\', "\\\\").replace('"', "\\\""));
        let _ = style.set_property(FOOT, &quoted);
    }
    on_cleanup(|| {
        if let Some(style) = root_style() {
            let _ = style.remove_property(FOOT);
        }
    });
}

fn root_style() -> Option<web_sys::CssStyleDeclaration> {
    let root = document().document_element()?.dyn_into::<web_sys::HtmlElement>().ok()?;
    Some(root.style())
}
