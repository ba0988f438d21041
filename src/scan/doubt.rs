//! Whether guesses are worth their while: to scan most batches twice, once before their turn, takes longer than to scan them one
//! after the other.

/// Beyond this doubt guesses are given up.
const DOUBT_MAX: usize = 8;

/// Batches after which they are tried again.
const BATCHES_ALONE: u64 = 32;

/// What is thought of guesses by how the last ones did.
#[derive(Debug, Default)]
pub(super) struct Doubt {
    /// Guesses of late that were of no use, less twice those that were right.
    n: usize,
    /// Batches before this one are scanned one after the other, from states that are known.
    alone_until: u64,
}

impl Doubt {
    /// Whether batch `next` is not to be guessed at.
    pub(super) fn is_alone(&self, next: u64) -> bool {
        next < self.alone_until
    }

    /// Takes note of a guess that was right.
    pub(super) fn was_right(&mut self) {
        self.n = self.n.saturating_sub(2);
    }

    /// Takes note of a guess that was of no use; `next` is the batch that is taken next.
    pub(super) fn was_useless(&mut self, next: u64) {
        self.n += 1;
        if self.n >= DOUBT_MAX {
            // When they are tried again two more of no use are enough.
            self.n = DOUBT_MAX - 2;
            self.alone_until = next + BATCHES_ALONE;
        }
    }
}
