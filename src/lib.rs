//! Kehu 客户 in the browser: the handbook, a company's customers, and nothing that needs a network.

// The texts' macro expands to items without docs; everything written by hand here has them.
#[allow(missing_docs)]
mod texts {
    leptos_i18n::load_locales!();
}

mod app;
mod components;
mod device;
mod exchange;
mod moment;
mod pages;
mod words;
mod workspace;

pub use app::App;
pub(crate) use texts::i18n;
