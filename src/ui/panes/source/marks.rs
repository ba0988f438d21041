//! Marks laid over the bytes in sight: what a comparison has found there.

use std::ops::Range;

use ratatui::style::{Modifier, Style};

use crate::ui::theme::{Role, Theme};
use crate::units::ByteOffset;

/// How a byte is marked.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Mark {
    /// What it means.
    pub role: Role,
    /// Whether it is told here; else the other side tells it, and the place is only underlined.
    pub told: bool,
}

/// Marks of a range of bytes. Laid one over the other, the last one counts.
#[derive(Clone, Debug, Default)]
pub struct Marks {
    start: ByteOffset,
    marks: Vec<Option<Mark>>,
}

impl Marks {
    /// Bytes without a mark.
    #[must_use]
    pub fn over(range: Range<ByteOffset>) -> Marks {
        let n = usize::try_from(range.end.saturating_sub(range.start)).unwrap_or(0);
        Marks { start: range.start, marks: vec![None; n] }
    }

    /// Lays a mark over a range, as far as that is in sight.
    pub fn lay(&mut self, range: Range<ByteOffset>, mark: Mark) {
        let n = self.marks.len() as u64;
        let place = |at: ByteOffset| at.saturating_sub(self.start).min(n) as usize;
        let (start, end) = (place(range.start), place(range.end));
        if let Some(marks) = self.marks.get_mut(start..end) {
            marks.fill(Some(mark));
        }
    }

    /// The style of a byte with its mark.
    pub(super) fn mark(&self, at: ByteOffset, style: Style, theme: &Theme) -> Style {
        let place = at.checked_sub(self.start).and_then(|at| usize::try_from(at).ok());
        match place.and_then(|place| self.marks.get(place)).copied().flatten() {
            Some(Mark { role, told: true }) => style.patch(theme.style(role)),
            Some(Mark { told: false, .. }) => style.add_modifier(Modifier::UNDERLINED),
            None => style,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn marks_end_where_the_sight_does() {
        let theme = Theme::default();
        let mut marks = Marks::over(10..20);
        marks.lay(0..12, Mark { role: Role::OnlyLeft, told: false });
        marks.lay(18..90, Mark { role: Role::OnlyLeft, told: false });
        marks.lay(30..40, Mark { role: Role::OnlyLeft, told: false });
        let is_marked = |at| marks.mark(at, Style::new(), &theme) != Style::new();
        let marked: Vec<u64> = (0..100).filter(|at| is_marked(*at)).collect();
        assert_eq!(marked, [10, 11, 18, 19]);
    }
}
