//! One row of a tree: guides for the levels above, a fold mark, a label, a value, and a note at the end.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::{Pen, width};

/// Whether a row can be unfolded.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fold {
    /// It has nothing below it.
    Leaf,
    /// Its members are not shown.
    Folded,
    /// Its members follow.
    Unfolded,
}

/// The styles of a row's fixed parts.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
pub struct TreeStyles {
    /// Guides and fold marks.
    pub marks: Style,
    /// What the row as a whole is (chosen, or nothing): it wins over the styles of its parts.
    pub row: Style,
}

/// One row of a tree. All text is safe already.
#[derive(Clone, Debug, PartialEq)]
pub struct TreeRow<'a> {
    /// Levels above it that are drawn.
    pub level: u64,
    /// Whether it can be unfolded.
    pub fold: Fold,
    /// The pieces of its text, in order, each with its style.
    pub pieces: &'a [(&'a str, Style)],
    /// Whether to draw in ASCII.
    pub ascii: bool,
}

/// Columns of one level.
const INDENT: u16 = 2;

impl TreeRow<'_> {
    /// Draws it on row `row` of `area`.
    pub fn render(&self, area: Rect, row: u16, buffer: &mut Buffer, styles: TreeStyles) {
        let area = area.intersection(buffer.area);
        if row >= area.height || area.width == 0 {
            return;
        }
        buffer.set_style(Rect::new(area.x, area.y + row, area.width, 1), styles.row);
        let marks = styles.marks.patch(styles.row);
        let mut pen = Pen::new(buffer, area, row);
        self.draw_guides(&mut pen, area.width, marks);
        let mark = match (self.fold, self.ascii) {
            (Fold::Leaf, _) => "  ",
            (Fold::Folded, false) => "▸ ",
            (Fold::Folded, true) => "+ ",
            (Fold::Unfolded, false) => "▾ ",
            (Fold::Unfolded, true) => "- ",
        };
        pen.put(mark, marks);
        let needed = self.pieces.iter().map(|(text, _)| u32::from(width(text))).sum::<u32>();
        if needed > u32::from(pen.left()) {
            pen.end_with(if self.ascii { "~" } else { "…" }, marks);
        }
        for (text, style) in self.pieces {
            pen.put(text, style.patch(styles.row));
        }
    }

    /// A guide for each level, as long as they leave half of the width to the text. What has no room is counted.
    fn draw_guides(&self, pen: &mut Pen<'_>, columns: u16, style: Style) {
        let (hidden, guides) = guides(self.level, columns, self.ascii);
        pen.put(&hidden, style);
        for _ in 0..guides {
            pen.put(if self.ascii { "| " } else { "│ " }, style);
        }
    }

    /// The column of the fold mark of a row of so many levels that is drawn in so many columns.
    #[must_use]
    pub fn fold_column(level: u64, columns: u16, ascii: bool) -> u16 {
        let (hidden, guides) = guides(level, columns, ascii);
        width(&hidden) + guides * INDENT
    }
}

/// The count of the levels that have no room, if there are such, and how many guides follow.
fn guides(level: u64, columns: u16, ascii: bool) -> (String, u16) {
    let room = columns / 2 / INDENT;
    if level <= u64::from(room) {
        return (String::new(), level as u16);
    }
    let hidden = if ascii { format!("..{level} ") } else { format!("⋯{level} ") };
    let left = (room * INDENT).saturating_sub(width(&hidden));
    (hidden, left / INDENT)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(level: u64, fold: Fold, ascii: bool) -> String {
        drawn_with(level, fold, ascii, ": 1")
    }

    fn drawn_with(level: u64, fold: Fold, ascii: bool, value: &str) -> String {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 16, 1));
        let pieces = [("key", Style::new()), (value, Style::new())];
        let row = TreeRow { level, fold, pieces: &pieces, ascii };
        row.render(buffer.area, 0, &mut buffer, TreeStyles::default());
        buffer.content.iter().map(|cell| cell.symbol()).collect()
    }

    #[test]
    fn levels_are_guides() {
        assert_eq!(drawn(2, Fold::Folded, false), "│ │ ▸ key: 1    ");
        assert_eq!(drawn(1, Fold::Unfolded, true), "| - key: 1      ");
        assert_eq!(drawn(0, Fold::Leaf, false), "  key: 1        ");
    }

    #[test]
    fn text_that_is_cut_says_so() {
        assert_eq!(drawn_with(4, Fold::Leaf, false, ": 12"), "│ │ │ │   key: …");
        assert_eq!(drawn_with(4, Fold::Leaf, true, ": 12"), "| | | |   key: ~");
    }

    #[test]
    fn the_fold_mark_is_where_it_is_drawn() {
        for (level, ascii) in [(0, true), (1, false), (3, true), (1_000, false), (12_345, true)] {
            let drawn = drawn(level, Fold::Folded, ascii);
            let mark = drawn.chars().position(|c| c == if ascii { '+' } else { '▸' });
            let column = usize::from(TreeRow::fold_column(level, 16, ascii));
            assert_eq!(mark, Some(column), "{level} {drawn:?}");
        }
    }

    #[test]
    fn deep_rows_keep_half_of_the_width_for_text() {
        assert_eq!(drawn(1_000, Fold::Folded, false), "⋯1000 │ ▸ key: 1");
    }
}
