//! Kehu 客户 in the browser: the handbook, a company's customers, and nothing that needs a network.

// Made from `locales/` by the build script; everything written by hand here has docs.
#[allow(missing_docs, unused, clippy::all)]
mod texts {
    include!(concat!(env!("OUT_DIR"), "/i18n.rs"));
}

#[cfg(test)]
wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);

mod app;
mod components;
mod device;
mod exchange;
mod moment;
mod pages;
mod sync;
mod words;
mod workspace;

pub use app::App;
pub(crate) use texts::i18n;
