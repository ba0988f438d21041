//! The layouts that one can choose from.

use crate::lang::LanguageId;

/// How the bytes become rows.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum LayoutKind {
    /// Lines as they are.
    #[default]
    Plain,
    /// A row for each member, for JSON.
    Pretty,
    /// The bytes as numbers.
    Hex,
}

impl LayoutKind {
    /// All of them, in the order in which one goes through them.
    pub const ALL: [LayoutKind; 3] = [LayoutKind::Plain, LayoutKind::Pretty, LayoutKind::Hex];

    /// Its name in settings and titles.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            LayoutKind::Plain => "plain",
            LayoutKind::Pretty => "pretty",
            LayoutKind::Hex => "hex",
        }
    }

    /// The layout of that name.
    #[must_use]
    pub fn by_name(name: &str) -> Option<LayoutKind> {
        LayoutKind::ALL.into_iter().find(|kind| kind.name() == name)
    }

    /// What becomes of it for a document of a language.
    #[must_use]
    pub fn of(self, language: LanguageId) -> LayoutKind {
        match self {
            LayoutKind::Pretty if language != LanguageId::Json => LayoutKind::Plain,
            kind => kind,
        }
    }

    /// The next one that a document of a language can have.
    #[must_use]
    pub fn next(self, language: LanguageId) -> LayoutKind {
        match self.of(language) {
            LayoutKind::Plain if language == LanguageId::Json => LayoutKind::Pretty,
            LayoutKind::Plain | LayoutKind::Pretty => LayoutKind::Hex,
            LayoutKind::Hex => LayoutKind::Plain,
        }
    }
}
