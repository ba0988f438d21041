//! A gauge: a share of one as a line, thick where it is filled.

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

/// A share of one, on one row.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Gauge {
    /// The share, 0 to 1; what lies outside is clamped.
    pub share: f64,
    /// The style of the filled part.
    pub filled: Style,
    /// The style of the rest.
    pub empty: Style,
    /// Whether to draw in ASCII.
    pub ascii: bool,
}

impl Gauge {
    /// Draws it over the first row of `area`. Something is never drawn as nothing, nor less than all as all.
    pub fn render(&self, area: Rect, buffer: &mut Buffer) {
        let area = area.intersection(buffer.area);
        if area.is_empty() {
            return;
        }
        let halves = filled_halves(self.share, area.width);
        let (full, half, none) = if self.ascii { ("=", "-", "-") } else { ("━", "╸", "─") };
        for column in 0..area.width {
            let left_half = u32::from(column) * 2;
            let (symbol, style) = match halves.saturating_sub(left_half) {
                0 => (none, self.empty),
                1 => (half, if self.ascii { self.empty } else { self.filled }),
                _ => (full, self.filled),
            };
            buffer.set_stringn(area.x + column, area.y, symbol, 1, style);
        }
    }
}

/// How many half columns of `columns` are filled.
fn filled_halves(share: f64, columns: u16) -> u32 {
    let all = u32::from(columns) * 2;
    if share.is_nan() || share <= 0.0 {
        return 0;
    }
    if share >= 1.0 {
        return all;
    }
    let halves = (share * f64::from(all)).round() as u32;
    halves.clamp(1, all.saturating_sub(1).max(1))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(share: f64, columns: u16, ascii: bool) -> String {
        let mut buffer = Buffer::empty(Rect::new(0, 0, columns, 1));
        let gauge = Gauge { share, filled: Style::new(), empty: Style::new(), ascii };
        gauge.render(buffer.area, &mut buffer);
        buffer.content.iter().map(|cell| cell.symbol()).collect()
    }

    #[test]
    fn a_share_fills_its_part() {
        assert_eq!(drawn(0.5, 6, false), "━━━───");
        assert_eq!(drawn(0.25, 6, false), "━╸────");
        assert_eq!(drawn(0.5, 6, true), "===---");
    }

    #[test]
    fn only_all_is_full_and_only_nothing_is_empty() {
        assert_eq!(drawn(0.0, 4, false), "────");
        assert_eq!(drawn(0.000_1, 4, false), "╸───");
        assert_eq!(drawn(0.999_9, 4, false), "━━━╸");
        assert_eq!(drawn(1.0, 4, false), "━━━━");
        assert_eq!(drawn(f64::NAN, 4, false), "────");
    }
}
