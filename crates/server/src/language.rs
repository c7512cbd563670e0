//! The language of reports and errors: as asked for, else as the terminal is set.

use clap::ValueEnum;
use kehu_domain::text::Lang;

/// A language as it is asked for.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub enum Asked {
    /// 中文.
    Zh,
    /// English.
    En,
}

/// The language asked for; else Chinese where LC_ALL, LC_MESSAGES or LANG (the first that is set) begins with `zh`.
pub fn language(asked: Option<Asked>) -> Lang {
    let set = || ["LC_ALL", "LC_MESSAGES", "LANG"].into_iter().filter_map(|name| std::env::var(name).ok());
    match asked {
        Some(Asked::Zh) => Lang::Zh,
        Some(Asked::En) => Lang::En,
        None if set().find(|value| !value.is_empty()).is_some_and(|value| value.starts_with("zh")) => Lang::Zh,
        None => Lang::En,
    }
}
