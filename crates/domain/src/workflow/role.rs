//! Who may do something: a post, or a person related to the case.

use crate::key::Key;

/// A role as moves name it; spec 2.1, ruling 20.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Role {
    /// `SYS`: the app itself.
    App,
    /// `owner`: the case's owner.
    Owner,
    /// `supervisor`: a superior of the case's owner in the organisation chart.
    Supervisor,
    /// `receiver`, `action_owner` …: the person named in that field of the case.
    Person(Key),
    /// `CR-E`, `MGR` …: whoever holds the post.
    Post(Key),
}

impl Role {
    /// Its code in the playbook.
    pub fn code(self) -> Key {
        match self {
            Self::App => Key::of("SYS"),
            Self::Owner => Key::of("owner"),
            Self::Supervisor => Key::of("supervisor"),
            Self::Person(code) | Self::Post(code) => code,
        }
    }

    /// The role with this code; `is_relative` says that it names a person by a field of the case.
    pub fn of(code: Key, is_relative: bool) -> Self {
        match code.as_str() {
            "SYS" => Self::App,
            "owner" => Self::Owner,
            "supervisor" => Self::Supervisor,
            _ if is_relative => Self::Person(code),
            _ => Self::Post(code),
        }
    }
}
