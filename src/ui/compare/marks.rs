//! Which bytes of a side's source are marked: where a difference stands, on the side that tells it and on the one that does not.

use std::ops::Range;

use super::CompareView;
use crate::explorer::compare::{Difference, DifferenceClass, What};
use crate::ui::panes::source::{Mark, Marks};
use crate::ui::theme::Role;
use crate::units::ByteOffset;

/// Bytes of a pattern that is marked as a whole. A longer one is a function or a class, and is marked where it begins.
const PATTERN_BYTES_MAX: u64 = 40;

/// The role of a class of differences.
pub(super) fn role(class: DifferenceClass) -> Role {
    match class {
        DifferenceClass::OnlyLeft => Role::OnlyLeft,
        DifferenceClass::OnlyRight => Role::OnlyRight,
        DifferenceClass::OtherKind => Role::OtherKind,
    }
}

/// The bytes that are marked for a difference.
fn marked(it: &Difference) -> Range<ByteOffset> {
    let is_long = it.what() == What::Pattern && it.end - it.start > PATTERN_BYTES_MAX;
    // A level has no bytes of its own: the one that it begins before is marked.
    let end = if is_long { it.start + 1 } else { it.end.max(it.start + 1) };
    it.start..end
}

impl CompareView {
    /// The marks of a side's source in sight.
    pub(super) fn marks(&self, side: usize) -> Option<Marks> {
        let seen = self.panes[side].in_sight()?;
        let mut marks = Marks::over(seen.clone());
        let first = &self.list.differences().first;
        // What begins after the sight is not in it; what begins before may reach into it.
        let first = &first[..first.partition_point(|it| it.start < seen.end)];
        let mut here: Vec<&Difference> =
            first.iter().filter(|it| marked(it).end > seen.start).collect();
        // The small ones lie over the large ones.
        here.sort_by_key(|it| std::cmp::Reverse(it.end - it.start));
        for it in here {
            let told = self.tells(side, it);
            // Another file has other bytes there.
            if !told && self.has_two_files() {
                continue;
            }
            marks.lay(marked(it), Mark { role: role(it.class()), told });
        }
        let is_lit = |it: &&Difference| {
            it.start == self.cursor && (self.tells(side, it) || !self.has_two_files())
        };
        if let Some(chosen) = self.list.chosen().filter(is_lit) {
            marks.lay(marked(chosen), Mark { role: Role::Match, told: true });
        }
        Some(marks)
    }

    fn tells(&self, side: usize, it: &Difference) -> bool {
        if side == 0 { it.left.is_some() } else { it.right.is_some() }
    }
}
