//! A set of pattern kinds.

use crate::lang::PatternKind;

/// A set of pattern kinds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Kinds(u64);

impl Default for Kinds {
    fn default() -> Self {
        Kinds::ALL
    }
}

impl Kinds {
    /// All kinds.
    pub const ALL: Kinds = Kinds(u64::MAX);

    /// Whether any kind is in both sets, the other one being a bit for each kind's number.
    #[must_use]
    pub fn meet(self, kinds: u64) -> bool {
        self.0 & kinds != 0
    }

    /// Whether a kind is in the set.
    #[must_use]
    pub fn has(self, kind: PatternKind) -> bool {
        self.0 >> kind as u32 & 1 == 1
    }

    /// The set with a kind taken out, or put in.
    #[must_use]
    pub fn toggled(self, kind: PatternKind) -> Kinds {
        Kinds(self.0 ^ 1 << kind as u32)
    }

    /// The set of one kind.
    #[must_use]
    pub fn only(kind: PatternKind) -> Kinds {
        Kinds(1 << kind as u32)
    }
}
