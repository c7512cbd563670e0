//! The playbook that is compiled into the program.

use std::sync::OnceLock;

use super::Playbook;

/// The files of the built-in playbook: path below `playbook/`, content. Listed when the program is built.
pub static FILES: &[(&str, &str)] = include!(concat!(env!("OUT_DIR"), "/playbook/files.rs"));

impl Playbook {
    /// The playbook that comes with the program, read once.
    pub fn built_in() -> &'static Playbook {
        static BUILT_IN: OnceLock<Playbook> = OnceLock::new();
        BUILT_IN.get_or_init(|| {
            // These files never change after compiling, and a test proves that they load.
            Playbook::load(FILES).unwrap_or_else(|problems| panic!("the built-in playbook: {problems:?}"))
        })
    }
}
