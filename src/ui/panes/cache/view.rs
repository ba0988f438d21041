//! The cache view: counts and graphs above, entries below.

use std::time::Instant;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use super::{CachePane, CacheStats};
use crate::cache::{CacheEntry, CacheSecond};
use crate::ui::panes::Context;
use crate::ui::theme::Role;
use crate::ui::widgets::{Graph, Pen, draw_thumb, format, width};

/// Rows of the counts and graphs.
const TOP_ROWS: u16 = 8;

/// Rows above the list: those, a rule, the headings.
pub(super) const LIST_TOP: u16 = TOP_ROWS + 2;

/// Columns of the counts beside graphs.
const COUNTS_COLUMNS: u16 = 44;

/// Fewer columns are no graph.
const GRAPH_COLUMNS_MIN: u16 = 16;

pub(super) fn draw(
    pane: &CachePane,
    stats: &CacheStats,
    area: Rect,
    buffer: &mut Buffer,
    context: &Context<'_>,
) {
    let counts = Rect { width: COUNTS_COLUMNS.min(area.width), height: TOP_ROWS, ..area };
    super::draw(stats, counts, buffer, context);
    let left = counts.width + 2;
    if area.width >= left + GRAPH_COLUMNS_MIN {
        let graphs =
            Rect { x: area.x + left, width: area.width - left, height: TOP_ROWS - 1, ..area };
        draw_graphs(pane, graphs, buffer, context);
    }
    let dim = context.theme.style(Role::Dim);
    let rule = if context.ascii { "-" } else { "─" };
    let line = context.theme.style(Role::GaugeEmpty);
    Pen::new(buffer, area, TOP_ROWS - 1).put(&rule.repeat(usize::from(area.width)), line);
    let text = Rect { width: area.width.saturating_sub(1), ..area };
    let mut pen = Pen::new(buffer, text, TOP_ROWS);
    for column in &COLUMNS {
        if pen.left() < column.width {
            break;
        }
        pen.put_right(column.name, column.width, dim);
    }
    let list = Rect { y: area.y + TOP_ROWS + 1, height: area.height - TOP_ROWS - 1, ..area };
    draw_list(pane, list, buffer, context);
}

/// A column of the list.
struct Column {
    name: &'static str,
    width: u16,
}

/// Those that have no room are not drawn: the last ones are missed least.
const COLUMNS: [Column; 8] = [
    Column { name: "language", width: 11 },
    Column { name: "from byte", width: 19 },
    Column { name: "length", width: 11 },
    Column { name: "memory", width: 11 },
    Column { name: "hits", width: 9 },
    Column { name: "made in", width: 11 },
    Column { name: "age", width: 13 },
    Column { name: "left", width: 13 },
];

fn cells(entry: &CacheEntry, now: Instant) -> [String; 8] {
    let seconds = |time: std::time::Duration| {
        format::duration(std::time::Duration::from_secs(time.as_secs()))
    };
    let bytes = entry.range.end - entry.range.start;
    [
        entry.language.info().name.to_owned(),
        format::count(entry.range.start),
        format::bytes(bytes),
        format::bytes(entry.bytes as u64),
        format::count(entry.hits),
        format::duration(entry.cost),
        seconds(now.saturating_duration_since(entry.made)),
        seconds(entry.ends.saturating_duration_since(now)),
    ]
}

fn draw_list(pane: &CachePane, area: Rect, buffer: &mut Buffer, context: &Context<'_>) {
    let style = |role| context.theme.style(role);
    let now = Instant::now();
    let total = pane.total();
    if total == 0 {
        Pen::new(buffer, area, 0).put("  nothing is kept yet", style(Role::Dim));
    }
    // The last column belongs to the thumb.
    let text = Rect { width: area.width.saturating_sub(1), ..area };
    for (line, row) in (0..area.height).zip(pane.seen.top..total) {
        let mut pen = Pen::new(buffer, text, line);
        match pane.row(row) {
            Some(entry) => {
                let roles = [Role::KeyString, Role::Number, Role::Text, Role::Text, Role::Good];
                for (i, (cell, column)) in cells(entry, now).iter().zip(&COLUMNS).enumerate() {
                    if pen.left() < column.width {
                        break;
                    }
                    let unused = i == 4 && entry.hits == 0;
                    let role = roles.get(i).copied().filter(|_| !unused).unwrap_or(Role::Dim);
                    pen.put_right(cell, column.width, style(role));
                }
            }
            None => drop(pen.put(if context.ascii { "  ..." } else { "  …" }, style(Role::Dim))),
        }
        if row == pane.chosen {
            let row = Rect { y: area.y + line, height: 1, ..text };
            let chosen = context.theme.chosen_row(context.focused);
            buffer.set_style(row.intersection(buffer.area), chosen);
        }
    }
    draw_thumb(pane.seen, total, area, buffer, context.ascii, style(Role::Border));
}

/// The hit rate of the last seconds, and under it what was saved and what was dropped.
fn draw_graphs(pane: &CachePane, area: Rect, buffer: &mut Buffer, context: &Context<'_>) {
    let Some(listing) = &pane.listing else { return };
    let seconds = &listing.history;
    let rate = |second: &CacheSecond| second.hit_rate().unwrap_or(0.0);
    let dropped = |second: &CacheSecond| f64::from(second.evictions) + f64::from(second.expiries);
    let saved = |second: &CacheSecond| second.saved_ns as f64;
    let rates: Vec<f64> = seconds.iter().map(rate).collect();
    let savings: Vec<f64> = seconds.iter().map(saved).collect();
    let drops: Vec<f64> = seconds.iter().map(dropped).collect();
    let most = |values: &[f64]| values.iter().copied().fold(0.0, f64::max);
    let of_time = std::time::Duration::from_nanos(most(&savings) as u64);
    let rows = [
        ("hit rate", "100 %".to_owned(), rates, 1.0, Role::Good),
        ("saved", format!("{}/s", format::duration(of_time)), savings, 0.0, Role::Gauge),
        ("dropped", format!("{}/s", most(&drops)), drops, 0.0, Role::Warning),
    ];
    let each = area.height / 3;
    for ((name, top_text, values, top, role), i) in rows.into_iter().zip(0..) {
        let extra = if i == 0 { area.height - 3 * each } else { 0 };
        let place = Rect {
            y: area.y + i * each + if i > 0 { area.height - 3 * each } else { 0 },
            height: each + extra,
            ..area
        };
        let label = format!("{name} {top_text} ");
        let columns = LABEL_COLUMNS.min(place.width / 2);
        let dim = context.theme.style(Role::Dim);
        let mut pen = Pen::new(buffer, place, 0);
        if width(&label) <= columns {
            pen.put_left(name, columns.saturating_sub(width(&top_text) + 1), dim);
            pen.put(&top_text, dim);
        } else {
            pen.put_left(name, columns, dim);
        }
        let graph = Graph {
            values: &values[values.len().saturating_sub(2 * usize::from(place.width - columns))..],
            top: if top > 0.0 { top } else { most(&values).max(1.0) },
            whole: false,
            style: context.theme.style(role),
            ground: context.theme.style(Role::GaugeEmpty),
            ascii: context.ascii,
        };
        graph.render(Rect { x: place.x + columns, width: place.width - columns, ..place }, buffer);
    }
}

/// Columns of the graphs' names and tops.
const LABEL_COLUMNS: u16 = 18;
