//! Bars in groups: a figure with its spread, beside others, under a limit. An eighth of a cell is told apart; ASCII, half of one.

use std::ops::Range;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::{Pen, width};

/// One bar.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Bar {
    /// Lowest, middle and highest value: solid to the lowest, less so to the middle one, a shade to the highest.
    pub values: [f64; 3],
    /// The style of the bar.
    pub style: Style,
    /// The style of the middle value, written over it.
    pub value_style: Style,
}

/// Bars that belong together.
#[derive(Clone, Debug, PartialEq)]
pub struct BarGroup {
    /// What stands under it, the longest form first: the first one that fits under all groups is taken.
    pub labels: Vec<String>,
    /// A value that none of its bars should pass, drawn as a line through the group; 0 for none.
    pub limit: f64,
    /// The bars.
    pub bars: Vec<Bar>,
}

/// Groups of bars, as many in each.
#[derive(Clone, Debug, PartialEq)]
pub struct Bars<'a> {
    /// The groups, from the left.
    pub groups: &'a [BarGroup],
    /// What the bars of every group are called.
    pub names: &'a [&'a str],
    /// The value that reaches the top.
    pub top: f64,
    /// The style of the axis and of labels.
    pub axis: Style,
    /// The style of the limits.
    pub limit: Style,
    /// Whether to draw in ASCII.
    pub ascii: bool,
}

/// Columns of the numbers at the axis, the axis itself included.
const AXIS_COLUMNS: u16 = 6;

/// Columns that a bar takes at most.
const BAR_COLUMNS_MAX: u16 = 10;

/// Columns of a value written over a bar.
const VALUE_COLUMNS: u16 = 4;

/// Where everything stands.
#[derive(Clone, Copy, Debug, PartialEq)]
struct Places {
    plot: Rect,
    /// Columns of a group, the gap behind it included.
    group: u16,
    bar: u16,
    gap: u16,
    /// Groups that fit, the last ones.
    groups: u16,
    /// Whether names stand under the bars; else they stand over all of them.
    named: bool,
}

impl Places {
    /// Where a group begins and ends.
    fn columns(&self, i: u16) -> (u16, u16) {
        let left = self.plot.x + i * self.group + u16::from(self.group > 6);
        (left, (self.plot.x + (i + 1) * self.group).min(self.plot.right()))
    }

    /// Columns of what stands under a group.
    fn label_columns(&self, i: u16) -> u16 {
        let (left, end) = self.columns(i);
        end.saturating_sub(left + 1)
    }
}

impl Bars<'_> {
    /// Draws them over all of `area`.
    pub fn render(&self, area: Rect, buffer: &mut Buffer) {
        let area = area.intersection(buffer.area);
        let Some(places) = self.places(area) else { return };
        self.draw_axis(area, places.plot, buffer);
        let first = self.groups.len() - usize::from(places.groups);
        let form = self.form(&places, &self.groups[first..]);
        for (i, group) in (0..places.groups).zip(&self.groups[first..]) {
            self.draw_group(i, group, form, &places, buffer);
        }
        if !places.named {
            let mut pen = Pen::new(buffer, Rect { x: places.plot.x, ..area }, 0);
            let styles = self.groups.first().map_or(&[][..], |group| &group.bars);
            for (name, bar) in self.names.iter().zip(styles) {
                pen.put(name, bar.style).put("  ", self.axis);
            }
        }
    }

    fn places(&self, area: Rect) -> Option<Places> {
        let n_groups = u16::try_from(self.groups.len()).ok()?;
        let n_bars = u16::try_from(self.names.len()).ok()?;
        let axis = if area.width >= 30 { AXIS_COLUMNS } else { 0 };
        let columns = area.width.saturating_sub(axis);
        if n_groups == 0 || n_bars == 0 || columns <= n_bars || area.height < 4 {
            return None;
        }
        let groups = n_groups.min(columns / (n_bars + 1));
        let group = columns / groups;
        let for_bars = group.saturating_sub(if group >= 2 * n_bars + 2 { 2 } else { 1 });
        let gap = u16::from(for_bars >= 3 * n_bars);
        let bar = ((for_bars + gap) / n_bars - gap).min(BAR_COLUMNS_MAX);
        let longest = self.names.iter().map(|name| width(name)).max().unwrap_or(0);
        let named = bar + gap > longest && area.height >= 7;
        // A row for values or names above, one for labels below, and one for names there if they fit.
        let below = 1 + u16::from(named);
        let plot = Rect {
            x: area.x + axis,
            y: area.y + 1,
            width: columns,
            height: area.height - 1 - below,
        };
        let group = group.min((bar + gap) * n_bars + 8);
        Some(Places { plot, group, bar, gap, groups, named })
    }

    fn draw_axis(&self, area: Rect, plot: Rect, buffer: &mut Buffer) {
        if plot.x == area.x {
            return;
        }
        let line = if self.ascii { "|" } else { "│" };
        let middle = plot.height / 2;
        for row in 0..plot.height {
            let label = match row {
                0 => axis_number(self.top),
                // Half of a cell off where rows are odd in number, which no eye sees.
                row if row == middle && plot.height >= 6 => axis_number(self.top / 2.0),
                _ => String::new(),
            };
            let mut pen = Pen::new(buffer, Rect { y: plot.y + row, height: 1, ..area }, 0);
            pen.put_right(&label, AXIS_COLUMNS - 1, self.axis).put(line, self.axis);
        }
    }

    /// The longest form of labels that fits under all of these groups; else the last one.
    fn form(&self, places: &Places, groups: &[BarGroup]) -> usize {
        let n_forms = groups.iter().map(|group| group.labels.len()).min().unwrap_or(0);
        let fits = |form: &usize| {
            let mut labels = (0..).zip(groups).map(|(i, group)| (i, &group.labels[*form]));
            labels.all(|(i, label)| width(label) <= places.label_columns(i))
        };
        (0..n_forms).find(fits).unwrap_or(n_forms.saturating_sub(1))
    }

    fn draw_group(
        &self,
        i: u16,
        group: &BarGroup,
        form: usize,
        places: &Places,
        buffer: &mut Buffer,
    ) {
        let Places { plot, bar, gap, .. } = *places;
        let (left, end) = places.columns(i);
        let n_bars = u16::try_from(group.bars.len()).unwrap_or(u16::MAX);
        let taken = (n_bars * (bar + gap)).saturating_sub(gap).min(end.saturating_sub(left));
        if group.limit > 0.0 && group.limit <= self.top {
            let row = self.eighths(group.limit, plot.height).saturating_sub(1) / 8;
            let mark = if self.ascii { "-" } else { "╌" }.repeat(usize::from(taken));
            let y = plot.bottom().saturating_sub(1 + u16::try_from(row).unwrap_or(0));
            Pen::new(buffer, Rect { x: left, y, width: taken, height: 1 }, 0)
                .put(&mark, self.limit);
        }
        for (j, one) in (0..).zip(&group.bars) {
            let x = left + j * (bar + gap);
            let columns = x..(x + bar).min(end);
            self.draw_bar(one, columns.clone(), plot, buffer);
            if let Some(name) = self.names.get(usize::from(j)).filter(|_| places.named) {
                let under = Rect { x, y: plot.bottom(), width: bar + gap, height: 1 };
                Pen::new(buffer, under, 0).put(name, one.style);
            }
        }
        if let Some(label) = group.labels.get(form) {
            let y = plot.bottom() + u16::from(places.named);
            let under = Rect { x: left, y, width: places.label_columns(i).max(1), height: 1 };
            Pen::new(buffer, under, 0).put(label, self.axis);
        }
    }

    fn draw_bar(&self, bar: &Bar, columns: Range<u16>, plot: Rect, buffer: &mut Buffer) {
        let [min, median, max] = bar.values.map(|value| self.eighths(value, plot.height));
        let symbol = |row: u16| cell(u32::from(row) * 8, [min, median, max], self.ascii);
        for row in 0..plot.height {
            let y = plot.bottom() - 1 - row;
            for x in columns.clone() {
                if let Some(symbol) = symbol(row) {
                    buffer.set_stringn(x, y, symbol, 1, bar.style);
                }
            }
        }
        let filled = (0..plot.height).filter(|row| symbol(*row).is_some()).count();
        let room = columns.end.saturating_sub(columns.start);
        if median > 0 && room + 1 >= VALUE_COLUMNS {
            let y = plot.bottom() - 1 - u16::try_from(filled).unwrap_or(0).min(plot.height);
            let over = Rect { x: columns.start, y, width: room.max(VALUE_COLUMNS), height: 1 };
            let value = axis_number(bar.values[1]);
            let gap = (room.saturating_sub(width(&value))) / 2;
            Pen::new(buffer, over, 0).skip(gap).put(&value, bar.value_style);
        }
    }

    /// How many eighths of a cell of a column `rows` high a value fills; a value above zero fills one at least.
    fn eighths(&self, value: f64, rows: u16) -> u32 {
        let all = f64::from(u32::from(rows) * 8);
        if value.is_nan() || value <= 0.0 || self.top <= 0.0 {
            return 0;
        }
        (value / self.top * all).round().clamp(1.0, all.max(1.0)) as u32
    }
}

/// A value at the axis, in three digits.
fn axis_number(value: f64) -> String {
    match value {
        v if v < 9.995 => format!("{v:.2}"),
        v if v < 99.95 => format!("{v:.1}"),
        v => format!("{v:.0}"),
    }
}

/// What stands in the cell whose lowest eighth is number `low`, if anything does.
fn cell(low: u32, [min, median, max]: [u32; 3], ascii: bool) -> Option<&'static str> {
    const PARTS: [&str; 7] = ["▁", "▂", "▃", "▄", "▅", "▆", "▇"];
    let full = low + 8;
    match () {
        () if min >= full => Some(if ascii { "#" } else { "█" }),
        () if median >= full => Some(if ascii { "+" } else { "▓" }),
        () if median > low => {
            let part = (median - low) as usize;
            Some(if !ascii {
                PARTS[part - 1]
            } else if part >= 4 {
                "#"
            } else {
                "."
            })
        }
        () if max >= low + 4 => Some(if ascii { ":" } else { "░" }),
        () => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn drawn(columns: u16, rows: u16, ascii: bool) -> String {
        let style = Style::new();
        let bar = |values| Bar { values, style, value_style: style };
        let group = |threads: &str, limit, values: [[f64; 3]; 2]| BarGroup {
            labels: vec![format!("{threads} threads, at most {limit:.1}"), threads.to_owned()],
            limit,
            bars: values.map(bar).to_vec(),
        };
        let groups = [
            group("1", 9.0, [[4.0, 5.0, 6.0], [2.0, 2.0, 2.1]]),
            group("2", 10.0, [[5.0, 8.0, 9.0], [3.0, 4.0, 4.0]]),
        ];
        let names = ["wide", "slim"];
        let bars =
            Bars { groups: &groups, names: &names, top: 10.0, axis: style, limit: style, ascii };
        let mut buffer = Buffer::empty(Rect::new(0, 0, columns, rows));
        bars.render(buffer.area, &mut buffer);
        let row = |y| (0..columns).map(|x| buffer[(x, y)].symbol()).collect::<String>();
        (0..rows).map(|y| row(y).trim_end().to_owned()).collect::<Vec<_>>().join("\n")
    }

    #[test]
    fn bars_stand_in_groups_under_their_limits() {
        insta::assert_snapshot!(drawn(60, 12, false));
    }

    #[test]
    fn ascii_marks_stand_in_for_all_glyphs() {
        let drawn = drawn(60, 12, true);
        assert!(drawn.is_ascii());
        insta::assert_snapshot!(drawn);
    }

    #[test]
    fn where_there_is_no_room_for_names_they_stand_above() {
        insta::assert_snapshot!(drawn(16, 8, false));
    }

    #[test]
    fn every_size_is_drawn() {
        for columns in 0..70 {
            for rows in 0..20 {
                drawn(columns, rows, columns % 2 == 0);
            }
        }
    }

    #[test]
    fn a_cell_tells_the_surest_of_what_it_holds() {
        assert_eq!(cell(0, [8, 8, 8], false), Some("█"));
        assert_eq!(cell(0, [3, 8, 8], false), Some("▓"));
        assert_eq!(cell(8, [3, 12, 20], false), Some("▄"));
        assert_eq!(cell(16, [3, 12, 20], false), Some("░"));
        assert_eq!(cell(16, [3, 12, 19], false), None);
    }
}
