//! How one state is like another: so that a scan from the one, which was guessed, tells all of a scan from the other.
//!
//! Two states may differ in where things begin that were opened long ago, and in what surrounds a body whose end has not come. A
//! scanner does nothing with the former but hand it on ([`Renaming`]), and never sees the latter before it closes that body. A
//! scan that has not closed it gives the same from both, and where it ends in the one, the other's surroundings are put in
//! place of the guessed ones.

use super::{CodeState, Renaming};

/// See above. From [`CodeState::likeness`].
#[derive(Clone, Debug)]
pub struct Likeness {
    pub(super) renaming: Renaming,
    /// `None`: in what is open the states are alike to the outermost level.
    pub(super) surroundings: Option<Surroundings>,
}

/// What differs around the levels that are alike.
#[derive(Clone, Debug)]
pub(super) struct Surroundings {
    pub(super) guessed: CodeState,
    pub(super) true_ones: CodeState,
    /// Levels among those that were guessed.
    pub(super) n_guessed: usize,
}

impl Likeness {
    /// Whether the states are alike in all that is open.
    #[must_use]
    pub fn is_whole(&self) -> bool {
        self.surroundings.is_none()
    }
}
