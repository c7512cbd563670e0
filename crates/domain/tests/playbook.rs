//! The built-in playbook loads, and says what the spec says, ID by ID.
#![allow(clippy::unwrap_used)]

use kehu_domain::playbook::{FILES, Playbook};

#[test]
fn the_built_in_playbook_has_no_problem() {
    let problems = Playbook::load(FILES).err().unwrap_or_default();
    let lines: Vec<String> = problems.iter().map(ToString::to_string).collect();
    assert!(lines.is_empty(), "{}", lines.join("\n"));
}
