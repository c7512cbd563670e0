//! The playbook that is compiled into the program.

use std::sync::OnceLock;

use super::Playbook;

/// Lists files of `playbook/` as pairs of path and content; a new section is one more line.
macro_rules! bundle {
    ($($folder:literal: $($file:literal),+;)+) => {
        &[$($((
            concat!($folder, $file),
            include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../playbook/", $folder, $file)),
        ),)+)+]
    };
}

/// The files of the built-in playbook: path below `playbook/`, content.
pub static FILES: &[(&str, &str)] = bundle! {
    "": "common.toml", "roles.toml";
    "03-relationship/": "chapter.toml", "kpis.toml";
    "03-relationship/3.1-follow-up/": "section.toml", "process.toml", "forms.toml";
    "04-key-accounts/": "chapter.toml";
    "04-key-accounts/4.1-grading/": "section.toml", "process.toml", "forms.toml";
};

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
