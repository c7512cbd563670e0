//! The store in a real browser; run on both engines, see `webdriver.json` and `webdriver-sqlite.json`.
#![cfg(target_arch = "wasm32")]
#![allow(missing_docs, clippy::unwrap_used)]

mod bulk;
mod compaction;
mod drafts;
mod keeping;
mod loss;
mod rescue;
mod rewriting;
mod saving;
mod stage;
mod tabs;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
