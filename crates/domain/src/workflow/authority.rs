//! What a person may approve, and from where on it takes somebody else; spec 2.2.

use super::{Process, Role, Transition};
use crate::expr::{Expr, Function, Node};
use crate::key::Key;
use crate::text::Text;

/// A form that a person may approve.
#[derive(Clone, Debug, PartialEq)]
pub struct Authority<'p> {
    /// The move by which they do.
    pub transition: &'p Transition,
    /// The form.
    pub form: &'p str,
    /// Where it ends, in the words of the handbook; without limit when empty.
    pub limits: Vec<&'p Text>,
}

/// What a holder of `posts` may approve in cases of `process`, each form once.
///
/// `is_superior` says whether somebody reports to them. That nobody approves what they filed themselves (R-0-2) goes
/// without saying.
pub fn authority<'p>(process: &'p Process, posts: &[Key], is_superior: bool) -> Vec<Authority<'p>> {
    let holds = |role: Role| match role {
        Role::Post(code) => Some(posts.contains(&code)),
        Role::Supervisor => Some(is_superior),
        Role::App => Some(false),
        Role::Owner | Role::Person(_) => None,
    };
    let mut found: Vec<Authority<'p>> = Vec::new();
    for transition in &process.transitions {
        let Some(form) = transition.approves.as_deref() else { continue };
        let is_known = found.iter().any(|known| known.form == form);
        if is_known || !transition.roles.iter().any(|role| holds(*role) == Some(true)) {
            continue;
        }
        let decided = |part: &Expr| holds(role_asked(part, transition)?);
        let limits =
            transition.guards.iter().filter(|guard| guard.holds.any(&|part| role_asked(part, transition).is_some()));
        let limits = limits.filter(|guard| guard.holds.settled(&decided).node != Node::Bool(true));
        found.push(Authority { transition, form, limits: limits.map(|guard| &guard.otherwise).collect() });
    }
    found
}

/// The role that `role("…")` asks for; one that the move does not name is a post.
fn role_asked(part: &Expr, transition: &Transition) -> Option<Role> {
    let Node::Call(Function::Role, arguments) = &part.node else { return None };
    let Node::Text(code) = &arguments.first()?.node else { return None };
    let code = Key::new(code).ok()?;
    let named = transition.roles.iter().copied().find(|role| role.code() == code);
    Some(named.unwrap_or(Role::of(code, false)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::playbook::Playbook;
    use crate::text::Lang;

    fn limits(process: &str, posts: &[&str], is_superior: bool) -> Option<Vec<String>> {
        let process = Playbook::built_in().process(process)?;
        let posts: Vec<Key> = posts.iter().filter_map(|post| Key::new(post).ok()).collect();
        let first = authority(process, &posts, is_superior).into_iter().next()?;
        Some(first.limits.iter().map(|text| text.get(Lang::En).to_owned()).collect())
    }

    #[test]
    fn authority_grows_with_the_post_and_ends_with_nobody_above() {
        let count = |posts: &[&str], is_superior| limits("W-3.2", posts, is_superior).map(|limits| limits.len());
        assert_eq!(count(&["CR-E"], false), None);
        assert_eq!(count(&["CR-S"], true), Some(3));
        assert_eq!(count(&["MGR"], true), Some(2));
        assert_eq!(count(&["DIR"], true), Some(1));
        assert_eq!(count(&["GM"], true), Some(0));
    }

    #[test]
    fn where_it_ends_is_said_in_the_words_of_the_handbook() {
        let said = limits("W-3.2", &["DIR"], false).unwrap_or_default();
        assert!(said.iter().any(|text| text.contains("20,000")), "{said:?}");
        let said = limits("W-4.1", &["MGR"], true).unwrap_or_default();
        assert!(said.iter().any(|text| text.contains("director")), "{said:?}");
    }
}
