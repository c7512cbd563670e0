//! Customers that a list hands on to the page that does something with them.

use kehu_domain::stamp::RecordId;
use leptos::prelude::*;

/// The customers handed on, in the order of the list.
#[derive(Clone, Debug, Default, PartialEq)]
pub struct Handed {
    pub customers: Vec<RecordId>,
    /// What the list was narrowed to, in words.
    pub scope: String,
}

/// The word in an address by which a page takes over what was handed on.
pub const HANDED: &str = "handed";

#[derive(Clone, Copy)]
struct Hand(RwSignal<Handed>);

/// Gives every page the same hand; once, by the shell.
pub fn provide_handed() {
    provide_context(Hand(RwSignal::default()));
}

/// What the last list handed on; nothing after the app was started anew.
pub fn use_handed() -> RwSignal<Handed> {
    use_context::<Hand>().map_or_else(RwSignal::default, |hand| hand.0)
}
