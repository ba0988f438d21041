//! From a grammar's scopes to our roles.

use syntect::parsing::Scope;

use crate::ui::theme::Role;

/// The first name that a scope begins with decides, so longer names stand before shorter ones.
const NAMES: [(&str, Role); 24] = [
    ("comment", Role::Comment),
    ("punctuation.definition.comment", Role::Comment),
    ("constant.character.escape", Role::Constant),
    ("string", Role::String),
    ("punctuation.definition.string", Role::String),
    ("constant.numeric", Role::Number),
    ("constant", Role::Constant),
    ("keyword.operator", Role::Separator),
    ("keyword", Role::Constant),
    ("storage", Role::Constant),
    ("variable.language", Role::Constant),
    ("entity.name", Role::KeyString),
    ("entity.other.attribute-name", Role::KeyString),
    ("support.function", Role::KeyString),
    ("support.type.property-name", Role::KeyString),
    ("variable.function", Role::KeyString),
    ("markup.heading", Role::KeyString),
    ("markup.bold", Role::Constant),
    ("markup.raw", Role::String),
    ("punctuation.separator", Role::Separator),
    ("punctuation.terminator", Role::Separator),
    ("punctuation.section", Role::Separator),
    ("punctuation.accessor", Role::Separator),
    ("invalid", Role::Error),
];

/// The names, parsed once.
#[derive(Debug)]
pub(super) struct Roles(Vec<(Scope, Role)>);

impl Roles {
    pub(super) fn new() -> Roles {
        let parsed = NAMES.iter().filter_map(|(name, role)| Some((Scope::new(name).ok()?, *role)));
        Roles(parsed.collect())
    }

    /// The role of text under a stack of scopes: the innermost scope that has one.
    pub(super) fn of(&self, stack: &[Scope]) -> Role {
        let role_of = |scope: &Scope| {
            self.0.iter().find(|(name, _)| name.is_prefix_of(*scope)).map(|(_, role)| *role)
        };
        stack.iter().rev().find_map(role_of).unwrap_or(Role::Text)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_name_is_a_scope() {
        assert_eq!(Roles::new().0.len(), NAMES.len());
    }

    #[test]
    fn the_innermost_scope_that_has_a_role_decides() {
        let roles = Roles::new();
        let stack = ["source.rust", "string.quoted.double", "meta.unknown"];
        let stack: Vec<Scope> = stack.iter().map(|name| Scope::new(name).unwrap()).collect();
        assert_eq!(roles.of(&stack), Role::String);
        assert_eq!(roles.of(&stack[..1]), Role::Text);
    }
}
