//! A graph: values over time as a filled area, newest at the right. Two values and four steps fit in a cell.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// Values over time.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Graph<'a> {
    /// The values, oldest first.
    pub values: &'a [f64],
    /// The value that reaches the top.
    pub top: f64,
    /// Whether the values are spread over the whole width (a finished run), or stand at the right, two in a column, so that
    /// each new value moves the picture by the same step (a run under way).
    pub whole: bool,
    /// The style of the area.
    pub style: Style,
    /// The style of the ground line where there is no value.
    pub ground: Style,
    /// Whether to draw in ASCII.
    pub ascii: bool,
}

/// The next number at or above `value` that reads well as the top of an axis: 1, 1.5, 2, 3, 5, 8 times a power of ten.
#[must_use]
pub fn nice_ceiling(value: f64) -> f64 {
    if !value.is_finite() || value <= 0.0 {
        return 1.0;
    }
    let power = 10f64.powf(value.log10().floor());
    let steps = [1.0, 1.5, 2.0, 3.0, 5.0, 8.0, 10.0];
    steps.into_iter().map(|step| step * power).find(|top| *top >= value).unwrap_or(value)
}

impl Graph<'_> {
    /// Draws it over all of `area`.
    pub fn render(&self, area: Rect, buffer: &mut Buffer) {
        let area = area.intersection(buffer.area);
        if area.is_empty() {
            return;
        }
        let n_columns = usize::from(area.width) * 2;
        for column in 0..area.width {
            let left = self.value_at(usize::from(column) * 2, n_columns);
            let right = self.value_at(usize::from(column) * 2 + 1, n_columns);
            self.draw_column(area, column, [left, right], buffer);
        }
    }

    /// The value that stands in half column `i` of `n`, if one does.
    fn value_at(&self, i: usize, n: usize) -> Option<f64> {
        let have = self.values.len();
        if self.whole && have > 0 {
            let first = i * have / n;
            let last = ((i + 1) * have / n).max(first + 1).min(have);
            let part = self.values.get(first..last)?;
            return Some(part.iter().sum::<f64>() / part.len() as f64);
        }
        (i + have).checked_sub(n).and_then(|at| self.values.get(at)).copied()
    }

    fn draw_column(&self, area: Rect, column: u16, values: [Option<f64>; 2], buffer: &mut Buffer) {
        let steps = values.map(|value| value.map(|value| self.steps(value, area.height)));
        for row in 0..area.height {
            let below = u32::from(area.height - 1 - row) * 4;
            let filled = steps.map(|n| n.unwrap_or(0).saturating_sub(below).min(4));
            let on_ground = row + 1 == area.height;
            let is_gap = on_ground && steps == [None, None];
            let symbol =
                if self.ascii { ascii_cell(filled, is_gap) } else { braille_cell(filled, is_gap) };
            let style = if is_gap { self.ground } else { self.style };
            let mut utf8 = [0; 4];
            let symbol = symbol.encode_utf8(&mut utf8);
            buffer.set_stringn(area.x + column, area.y + row, symbol, 1, style);
        }
    }

    /// How many of the steps of a column `rows` high a value fills; a value above zero fills one at least.
    fn steps(&self, value: f64, rows: u16) -> u32 {
        let all = f64::from(u32::from(rows) * 4);
        if value.is_nan() || value <= 0.0 || self.top <= 0.0 {
            return 0;
        }
        (value / self.top * all).round().clamp(1.0, all) as u32
    }
}

/// The braille cell with so many dots from the bottom in its left and right column.
fn braille_cell(filled: [u32; 2], is_gap: bool) -> char {
    // Dots from the bottom up, as bits of the braille block: the left column is 7, 3, 2, 1, the right one 8, 6, 5, 4.
    const LEFT: [u32; 5] = [0, 0x40, 0x44, 0x46, 0x47];
    const RIGHT: [u32; 5] = [0, 0x80, 0xA0, 0xB0, 0xB8];
    if is_gap {
        return char::from_u32(0x2840).unwrap_or(' ');
    }
    let bits = LEFT[filled[0].min(4) as usize] | RIGHT[filled[1].min(4) as usize];
    if bits == 0 { ' ' } else { char::from_u32(0x2800 | bits).unwrap_or(' ') }
}

fn ascii_cell(filled: [u32; 2], is_gap: bool) -> char {
    match filled[0] + filled[1] {
        _ if is_gap => '.',
        0 => ' ',
        1..=3 => '.',
        4..=6 => ':',
        _ => '#',
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(values: &[f64], whole: bool, ascii: bool) -> Vec<String> {
        let mut buffer = Buffer::empty(Rect::new(0, 0, 4, 2));
        let style = Style::new();
        Graph { values, top: 8.0, whole, style, ground: style, ascii }
            .render(buffer.area, &mut buffer);
        let row = |y| (0..4).map(|x| buffer[(x, y)].symbol()).collect();
        vec![row(0), row(1)]
    }

    #[test]
    fn the_newest_value_stands_at_the_right() {
        assert_eq!(drawn(&[4.0, 8.0], false, false), ["   ⢸", "⡀⡀⡀⣿"]);
        assert_eq!(drawn(&[4.0, 8.0], false, true), ["   :", "...#"]);
    }

    #[test]
    fn a_finished_run_fills_the_width() {
        assert_eq!(drawn(&[4.0, 8.0], true, false), ["  ⣿⣿", "⣿⣿⣿⣿"]);
        let many: Vec<f64> = (0..100).map(|i| f64::from(i % 2) * 8.0).collect();
        assert_eq!(drawn(&many, true, true), ["    ", "####"]);
    }

    #[test]
    fn the_top_of_the_axis_is_a_round_number_above() {
        assert_eq!(nice_ceiling(0.0), 1.0);
        assert_eq!(nice_ceiling(12.4e9), 15e9);
        assert_eq!(nice_ceiling(8.1), 10.0);
        assert_eq!(nice_ceiling(f64::INFINITY), 1.0);
    }
}
