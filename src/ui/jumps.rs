//! Places that jumps left, to go back to and forward again.

use crate::units::ByteOffset;

/// Places remembered.
const PLACES_MAX: usize = 1000;

/// Places before and after the one where the cursor is.
#[derive(Clone, Debug, Default)]
pub(super) struct Jumps {
    behind: Vec<ByteOffset>,
    ahead: Vec<ByteOffset>,
}

impl Jumps {
    /// Remembers that a jump left `from`. What lay ahead is forgotten.
    pub(super) fn left(&mut self, from: ByteOffset) {
        self.ahead.clear();
        if self.behind.last() != Some(&from) {
            if self.behind.len() >= PLACES_MAX {
                self.behind.remove(0);
            }
            self.behind.push(from);
        }
    }

    /// The place before, seen from `here`.
    pub(super) fn back(&mut self, here: ByteOffset) -> Option<ByteOffset> {
        go(&mut self.behind, &mut self.ahead, here)
    }

    /// The place after, seen from `here`.
    pub(super) fn forward(&mut self, here: ByteOffset) -> Option<ByteOffset> {
        go(&mut self.ahead, &mut self.behind, here)
    }
}

fn go(
    from: &mut Vec<ByteOffset>,
    to: &mut Vec<ByteOffset>,
    here: ByteOffset,
) -> Option<ByteOffset> {
    let place = from.pop()?;
    to.push(here);
    Some(place)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn back_and_forward_undo_each_other() {
        let mut jumps = Jumps::default();
        jumps.left(1);
        jumps.left(2);
        assert_eq!(jumps.back(3), Some(2));
        assert_eq!(jumps.back(2), Some(1));
        assert_eq!(jumps.back(1), None);
        assert_eq!(jumps.forward(1), Some(2));
        assert_eq!(jumps.forward(2), Some(3));
        assert_eq!(jumps.forward(3), None);
    }

    #[test]
    fn a_new_jump_forgets_what_lay_ahead_and_old_places_go() {
        let mut jumps = Jumps::default();
        jumps.left(1);
        assert_eq!(jumps.back(2), Some(1));
        jumps.left(1);
        assert_eq!(jumps.forward(9), None);
        for place in 0..5000 {
            jumps.left(place);
        }
        assert_eq!(jumps.behind.len(), PLACES_MAX);
    }
}
