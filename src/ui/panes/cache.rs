//! The cache pane: how full the detail cache is, how often it helps, and what that saved.

use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::{Context, Pane};
use crate::cache::CacheStats;
use crate::ui::theme::Role;
use crate::ui::widgets::{Gauge, Pen, format};

/// The cache pane. It has no state of its own: all it shows stands in the snapshot.
#[derive(Clone, Copy, Debug, Default)]
pub struct CachePane;

impl Pane for CachePane {
    fn title(&self, _context: &Context<'_>) -> String {
        "Cache".to_owned()
    }

    fn render(&self, area: Rect, buffer: &mut Buffer, context: &Context<'_>) {
        let stats = &context.snapshot.cache;
        if stats.enabled {
            draw(stats, area, buffer, context);
        } else {
            let style = context.theme.style(Role::Dim);
            Pen::new(buffer, area, 0).put("off: nothing is kept", style);
        }
    }
}

/// A line of the pane: a name, a share if there is a gauge to draw, and what is said of it in full and in short.
struct Line {
    name: &'static str,
    share: Option<f64>,
    role: Role,
    full: String,
    short: String,
}

/// Columns of the names.
const NAME_COLUMNS: u16 = 10;

/// Columns below which a line says the short form.
const FULL_COLUMNS: u16 = 34;

fn draw(stats: &CacheStats, area: Rect, buffer: &mut Buffer, context: &Context<'_>) {
    let style = |role| context.theme.style(role);
    for (row, line) in (0..area.height).zip(lines(stats)) {
        let mut pen = Pen::new(buffer, area, row);
        pen.put_left(line.name, NAME_COLUMNS.min(area.width), style(Role::Dim));
        let text = if area.width < FULL_COLUMNS { &line.short } else { &line.full };
        if let Some(share) = line.share {
            let columns = gauge_columns(area.width);
            let (filled, empty) = (style(line.role), style(Role::GaugeEmpty));
            let gauge = Gauge { share, filled, empty, ascii: context.ascii };
            pen.field(columns, |field, buffer| gauge.render(field, buffer));
            pen.skip(u16::from(columns > 0) * 2);
        }
        draw_words(&mut pen, text, style(Role::Text), style(Role::Dim));
    }
}

/// What is left for a gauge beside the name and the longest text, within reason.
fn gauge_columns(area_columns: u16) -> u16 {
    let text_columns = if area_columns < FULL_COLUMNS { 14 } else { 22 };
    match area_columns.saturating_sub(NAME_COLUMNS + text_columns) {
        0..4 => 0,
        columns => columns.min(24),
    }
}

/// Words that begin with a digit are numbers and stand out; the others step back.
pub(super) fn draw_words(pen: &mut Pen<'_>, text: &str, number: Style, word: Style) {
    for piece in text.split_inclusive(' ') {
        let is_number = piece.starts_with(|c: char| c.is_ascii_digit());
        pen.put(piece, if is_number { number } else { word });
    }
}

/// The lines, most important first: what has no room is what is missed least.
fn lines(stats: &CacheStats) -> Vec<Line> {
    let share =
        |part: usize, whole: usize| if whole == 0 { 0.0 } else { part as f64 / whole as f64 };
    let lookups = format::count(stats.hits + stats.misses);
    let rate = if stats.hits + stats.misses == 0 {
        "none yet".to_owned()
    } else {
        format::percent(stats.hit_rate())
    };
    let gauge = |name, share, full: String, short| Line {
        name,
        share: Some(share),
        role: Role::Gauge,
        full,
        short,
    };
    let plain =
        |name, full: String, short| Line { name, share: None, role: Role::Text, full, short };
    let bytes = format::bytes(stats.bytes as u64);
    let bytes_max = format::bytes(stats.bytes_max as u64);
    let entries = format::count(stats.entries as u64);
    let entries_max = format::count(stats.entries_max as u64);
    let hits = format::count(stats.hits);
    let misses = format::count(stats.misses);
    let saved = format::duration(Duration::from_nanos(stats.saved_ns));
    let evictions = format::count(stats.evictions);
    let expiries = format::count(stats.expiries);
    let ttl = format::duration(Duration::from_secs(stats.ttl_seconds));
    vec![
        Line { role: Role::Good, ..gauge("hit rate", stats.hit_rate(), rate.clone(), rate) },
        gauge(
            "bytes",
            share(stats.bytes, stats.bytes_max),
            format!("{bytes} of {bytes_max}"),
            bytes,
        ),
        gauge(
            "entries",
            share(stats.entries, stats.entries_max),
            format!("{entries} of {entries_max}"),
            entries,
        ),
        plain("hits", format!("{hits}   {misses} misses"), format!("{hits} of {lookups}")),
        plain("saved", format!("{saved} of scanning"), saved),
        plain(
            "dropped",
            format!("{evictions} evicted   {expiries} expired"),
            format::count(stats.evictions + stats.expiries),
        ),
        plain("lifetime", ttl.clone(), ttl),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::panes::testing;
    use crate::ui::theme::Theme;

    fn drawn(columns: u16, rows: u16, ascii: bool) -> String {
        let snapshot = testing::busy_snapshot(2);
        let theme = Theme::default();
        testing::drawn(&CachePane, &testing::context(&snapshot, &theme, ascii), columns, rows)
    }

    #[test]
    fn a_wide_pane_says_all() {
        insta::assert_snapshot!(drawn(60, 8, false));
    }

    #[test]
    fn a_narrow_pane_says_what_matters_most() {
        insta::assert_snapshot!(drawn(26, 4, false));
    }

    #[test]
    fn ascii_marks_stand_in_for_all_glyphs() {
        let drawn = drawn(48, 7, true);
        assert!(drawn.is_ascii());
        insta::assert_snapshot!(drawn);
    }

    #[test]
    fn a_cache_that_is_off_says_so() {
        let mut snapshot = testing::busy_snapshot(2);
        snapshot.cache = CacheStats::default();
        let theme = Theme::default();
        let context = testing::context(&snapshot, &theme, false);
        assert_eq!(testing::drawn(&CachePane, &context, 30, 1), "off: nothing is kept");
    }

    #[test]
    fn every_size_is_drawn() {
        for columns in 0..40 {
            for rows in 0..12 {
                drawn(columns, rows, false);
            }
        }
        drawn(500, 200, false);
    }
}
