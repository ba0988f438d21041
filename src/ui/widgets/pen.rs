//! A pen: writes pieces of text along one row of an area, and never over its edge.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;
use unicode_width::UnicodeWidthStr;

/// Columns that `text` takes.
#[must_use]
pub fn width(text: &str) -> u16 {
    u16::try_from(UnicodeWidthStr::width(text)).unwrap_or(u16::MAX)
}

/// Writes along one row.
#[derive(Debug)]
pub struct Pen<'a> {
    buffer: &'a mut Buffer,
    y: u16,
    x: u16,
    end: u16,
}

impl<'a> Pen<'a> {
    /// A pen at the start of row `row` of `area`, counted from its top. Outside of the area or the buffer it writes nothing.
    pub fn new(buffer: &'a mut Buffer, area: Rect, row: u16) -> Pen<'a> {
        let area = area.intersection(buffer.area);
        let inside = row < area.height;
        let y = area.y.saturating_add(row);
        Pen { buffer, y, x: area.x, end: if inside { area.right() } else { area.x } }
    }

    /// Columns left on the row.
    #[must_use]
    pub fn left(&self) -> u16 {
        self.end.saturating_sub(self.x)
    }

    /// Writes `text`, or as much of it as there is room for.
    pub fn put(&mut self, text: &str, style: Style) -> &mut Self {
        if self.left() > 0 {
            let (x, _) =
                self.buffer.set_stringn(self.x, self.y, text, usize::from(self.left()), style);
            self.x = x.min(self.end);
        }
        self
    }

    /// Writes these pieces if there is room for all of them: what a piece of a number says is another number.
    pub fn put_whole(&mut self, pieces: &[(&str, Style)]) -> &mut Self {
        let needs: u16 = pieces.iter().map(|(text, _)| width(text)).sum();
        if needs <= self.left() {
            for (text, style) in pieces {
                self.put(text, *style);
            }
        }
        self
    }

    /// Goes `columns` on and leaves what is there.
    pub fn skip(&mut self, columns: u16) -> &mut Self {
        self.x = self.x.saturating_add(columns).min(self.end);
        self
    }

    /// Writes `text` flush right in the next `columns`; what is too long is cut at its end.
    pub fn put_right(&mut self, text: &str, columns: u16, style: Style) -> &mut Self {
        let columns = columns.min(self.left());
        self.skip(columns.saturating_sub(width(text)));
        self.put(text, style)
    }

    /// Writes `text` in a field of `columns` and goes to the field's end.
    pub fn put_left(&mut self, text: &str, columns: u16, style: Style) -> &mut Self {
        let field_end = self.x.saturating_add(columns).min(self.end);
        let row_end = std::mem::replace(&mut self.end, field_end);
        self.put(text, style);
        self.x = field_end;
        self.end = row_end;
        self
    }

    /// Writes `text` so that it ends with the row, if there is room for all of it and a space before it. The pen then stops
    /// before it.
    pub fn put_at_end(&mut self, text: &str, style: Style) -> &mut Self {
        let needs = width(text);
        if needs < self.left() {
            let x = self.end - needs;
            self.buffer.set_stringn(x, self.y, text, usize::from(needs), style);
            self.end = x - 1;
        }
        self
    }

    /// Writes `mark` in the row's last columns, and ends the row before it.
    pub fn end_with(&mut self, mark: &str, style: Style) -> &mut Self {
        let needs = width(mark);
        if needs <= self.left() {
            self.end -= needs;
            self.buffer.set_stringn(self.end, self.y, mark, usize::from(needs), style);
        }
        self
    }

    /// Hands the next `columns` to `draw` as an area of height one, and goes past them.
    pub fn field(&mut self, columns: u16, draw: impl FnOnce(Rect, &mut Buffer)) -> &mut Self {
        let columns = columns.min(self.left());
        if columns > 0 {
            draw(Rect::new(self.x, self.y, columns, 1), self.buffer);
        }
        self.skip(columns)
    }

    /// Sets the style of what is left of the row.
    pub fn fill(&mut self, style: Style) {
        let rest = Rect::new(self.x, self.y, self.left(), u16::from(self.left() > 0));
        self.buffer.set_style(rest, style);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn text(buffer: &Buffer) -> String {
        buffer.content.iter().map(|cell| cell.symbol()).collect()
    }

    #[test]
    fn nothing_is_written_past_the_edge() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 8, 1));
        let area = Rect::new(1, 0, 5, 1);
        Pen::new(&mut buffer, area, 0).put("abc", Style::new()).put("defg", Style::new());
        Pen::new(&mut buffer, area, 1).put("xyz", Style::new());
        assert_eq!(text(&buffer), " abcde  ");
    }

    #[test]
    fn fields_keep_their_columns() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 12, 1));
        let area = buffer.area;
        Pen::new(&mut buffer, area, 0)
            .put_left("ab", 4, Style::new())
            .put_right("7", 3, Style::new())
            .put_at_end("end", Style::new());
        assert_eq!(text(&buffer), "ab    7  end");
    }

    #[test]
    fn pieces_that_belong_together_are_written_all_or_not_at_all() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 9, 1));
        let area = Rect::new(0, 0, 8, 1);
        let number = [("19", Style::new()), (",000", Style::new())];
        Pen::new(&mut buffer, area, 0)
            .put_whole(&number)
            .put_whole(&number)
            .put("ab", Style::new());
        assert_eq!(text(&buffer), "19,000ab ");
    }

    #[test]
    fn a_wide_character_is_not_cut_in_half() {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 4, 1));
        let area = Rect::new(0, 0, 3, 1);
        Pen::new(&mut buffer, area, 0).put("日本", Style::new());
        assert_eq!(buffer[(0, 0)].symbol(), "日");
        assert_eq!(buffer[(2, 0)].symbol(), " ");
    }
}
