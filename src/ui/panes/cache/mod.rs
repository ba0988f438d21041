//! The cache pane: how full the detail cache is, how often it helps, and what that saved. With room enough it is the cache
//! view: the entries themselves beside graphs of the last seconds.

mod view;

use std::time::{Duration, Instant};

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use ratatui::style::Style;

use super::{Context, Effect, Outcome, Pane, list_target, scrolls_down};
use crate::cache::{CacheEntry, CacheListing, CacheSort, CacheStats};
use crate::explorer::{Answer, Request};
use crate::ui::action::Action;
use crate::ui::theme::Role;
use crate::ui::widgets::{Gauge, Pen, Window, format};

/// The cache pane.
#[derive(Debug, Default)]
pub struct CachePane {
    area: Rect,
    sort: CacheSort,
    chosen: u64,
    seen: Window,
    listing: Option<CacheListing>,
    /// The counts that the listing was asked for with, and when: the same are not asked for again.
    asked: Option<(CacheStats, Instant)>,
}

/// After this long an answer is taken for lost.
const PATIENCE: Duration = Duration::from_millis(500);

/// Below so many rows and columns there are the counts only.
const VIEW_ROWS_MIN: u16 = 16;
const VIEW_COLUMNS_MIN: u16 = 60;

impl Pane for CachePane {
    fn title(&self, _context: &Context<'_>) -> String {
        match &self.listing {
            Some(listing) if self.is_view() => {
                let (total, sort) = (format::count(listing.total as u64), self.sort.name());
                format!("Cache  {total} by {sort}   s sort  d drop  Enter go  X clear")
            }
            _ => "Cache".to_owned(),
        }
    }

    fn resize(&mut self, area: Rect) -> Vec<Effect> {
        self.area = area;
        self.seen.height = area.height.saturating_sub(view::LIST_TOP);
        self.seen.follow(self.chosen, self.total());
        self.asked = None;
        Vec::new()
    }

    fn act(&mut self, action: Action, count: Option<u64>, context: &Context<'_>) -> Outcome {
        if !context.focused || !self.is_view() {
            return Outcome::Ignored;
        }
        if let Some(down) = scrolls_down(action) {
            self.seen.scroll(count.unwrap_or(1), down, self.total());
            return Outcome::Consumed(self.wanted(context, true));
        }
        if let Some(target) = list_target(action, count, self.chosen, self.seen, self.total()) {
            self.chosen = target;
            self.seen.follow(self.chosen, self.total());
            return Outcome::Consumed(self.wanted(context, true));
        }
        match action {
            Action::SortCache => {
                self.sort = self.sort.next();
                (self.chosen, self.seen.top) = (0, 0);
                let mut effects = vec![Effect::Say(format!("sorted by {}", self.sort.name()))];
                effects.extend(self.wanted(context, true));
                Outcome::Consumed(effects)
            }
            Action::DropCached | Action::Enter => Outcome::Consumed(self.entry().map_or_else(
                || vec![Effect::Say("no entry is here".to_owned())],
                |entry| match action {
                    Action::Enter => vec![Effect::MoveTo { at: entry.range.start, jump: true }],
                    _ => vec![Effect::Ask(Request::DropCached(entry.id))],
                },
            )),
            _ => Outcome::Ignored,
        }
    }

    fn click(&mut self, _column: u16, row: u16, context: &Context<'_>) -> Vec<Effect> {
        let line = row.checked_sub(view::LIST_TOP).filter(|_| self.is_view());
        let row = line.and_then(|line| self.seen.row_at(line, self.total()));
        let Some(row) = row else { return Vec::new() };
        self.chosen = row;
        self.seen.follow(self.chosen, self.total());
        self.wanted(context, true)
    }

    fn answer(&mut self, answer: &Answer, context: &Context<'_>) -> Vec<Effect> {
        let Answer::CacheRows(listing) = answer else { return Vec::new() };
        if listing.sort == self.sort {
            self.listing = Some(listing.clone());
            self.chosen = self.chosen.min(self.total().saturating_sub(1));
            self.seen.clamp(self.total());
        }
        self.wanted(context, false)
    }

    fn snapshot_changed(&mut self, context: &Context<'_>) -> Vec<Effect> {
        self.wanted(context, false)
    }

    fn render(&self, area: Rect, buffer: &mut Buffer, context: &Context<'_>) {
        let area = area.intersection(buffer.area);
        let stats = &context.snapshot.cache;
        if !stats.enabled {
            let style = context.theme.style(Role::Dim);
            Pen::new(buffer, area, 0).put("off: nothing is kept", style);
        } else if is_view(area) {
            view::draw(self, stats, area, buffer, context);
        } else {
            draw(stats, area, buffer, context);
        }
    }
}

fn is_view(area: Rect) -> bool {
    area.height >= VIEW_ROWS_MIN && area.width >= VIEW_COLUMNS_MIN
}

impl CachePane {
    fn is_view(&self) -> bool {
        is_view(self.area)
    }

    fn total(&self) -> u64 {
        self.listing.as_ref().map_or(0, |listing| listing.total as u64)
    }

    /// The entry of a row, if it is here.
    fn row(&self, row: u64) -> Option<&CacheEntry> {
        let listing = self.listing.as_ref()?;
        listing.items.get(usize::try_from(row).ok()?.checked_sub(listing.first)?)
    }

    fn entry(&self) -> Option<&CacheEntry> {
        self.row(self.chosen)
    }

    /// Asks for the entries in sight if the counts have moved since the last time, or `anew`.
    fn wanted(&mut self, context: &Context<'_>, anew: bool) -> Vec<Effect> {
        let stats = context.snapshot.cache;
        let is_known = self.asked.is_some_and(|(asked, when)| {
            asked == stats && (self.listing.is_some() || when.elapsed() < PATIENCE)
        });
        if !self.is_view() || !stats.enabled || is_known && !anew {
            return Vec::new();
        }
        self.asked = Some((stats, Instant::now()));
        let first = usize::try_from(self.seen.top).unwrap_or(0);
        vec![Effect::Ask(Request::CacheRows { sort: self.sort, first })]
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
    let es = if stats.misses == 1 { "" } else { "es" };
    let misses = format!("{} miss{es}", format::count(stats.misses));
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
        plain("hits", format!("{hits}   {misses}"), format!("{hits} of {lookups}")),
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
        testing::drawn(
            &CachePane::default(),
            &testing::context(&snapshot, &theme, ascii),
            columns,
            rows,
        )
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
        assert_eq!(testing::drawn(&CachePane::default(), &context, 30, 1), "off: nothing is kept");
    }

    /// A pane that has been given entries, at a size.
    fn filled(context: &Context<'_>, columns: u16, rows: u16) -> CachePane {
        let mut pane = CachePane::default();
        pane.resize(Rect::new(0, 0, columns, rows));
        let asked = pane.snapshot_changed(context);
        assert!(asked.len() == usize::from(pane.is_view()));
        assert_eq!(pane.snapshot_changed(context), [], "the same counts are not asked for again");
        let now = Instant::now();
        let entry = |id: u64| CacheEntry {
            id,
            language: crate::lang::LanguageId::Rust,
            range: id * 65_536..(id + 1) * 65_536,
            bytes: 40_000 + 100 * id as usize,
            hits: id % 5,
            // No test sees another age, whatever the moment.
            made: now + Duration::from_secs(1000),
            cost: Duration::from_micros(80 + id),
            ends: now,
        };
        let second = |i: u32| crate::cache::CacheSecond {
            hits: 3 * (i % 7),
            misses: i % 3,
            evictions: u32::from(i.is_multiple_of(20)),
            expiries: 0,
            saved_ns: u64::from(i % 7) * 90_000,
        };
        let listing = CacheListing {
            sort: CacheSort::Used,
            first: 0,
            total: 40,
            items: (1..=40).map(entry).collect(),
            history: (0..60).map(second).collect(),
        };
        pane.answer(&Answer::CacheRows(listing), context);
        pane
    }

    #[test]
    fn the_view_lists_entries_and_draws_the_last_seconds() {
        let snapshot = testing::busy_snapshot(2);
        let theme = Theme::default();
        for (columns, rows) in [(76, 18), (120, 24)] {
            for ascii in [false, true] {
                let context = testing::context(&snapshot, &theme, ascii);
                let pane = filled(&context, columns, rows);
                let drawn = testing::drawn(&pane, &context, columns, rows);
                assert!(!ascii || drawn.is_ascii());
                insta::assert_snapshot!(format!("view-{columns}x{rows}-{ascii}"), drawn);
            }
        }
    }

    #[test]
    fn keys_of_the_view_choose_sort_go_and_drop() {
        let snapshot = testing::busy_snapshot(2);
        let theme = Theme::default();
        let context = testing::context(&snapshot, &theme, false);
        let context = Context { focused: true, ..context };
        let mut pane = filled(&context, 100, 20);
        let mut effects = |action, count| match pane.act(action, count, &context) {
            Outcome::Consumed(effects) => effects,
            Outcome::Ignored => panic!("{action:?} is a key of the view"),
        };
        effects(Action::Down, Some(2));
        assert_eq!(effects(Action::DropCached, None), [Effect::Ask(Request::DropCached(3))]);
        assert_eq!(effects(Action::Enter, None), [Effect::MoveTo { at: 3 * 65_536, jump: true }]);
        effects(Action::Bottom, None);
        assert_eq!(effects(Action::DropCached, None), [Effect::Ask(Request::DropCached(40))]);
        let sorted = effects(Action::SortCache, None);
        let rows = Request::CacheRows { sort: CacheSort::Hits, first: 0 };
        assert_eq!(sorted, [Effect::Say("sorted by hits".to_owned()), Effect::Ask(rows)]);
        let context = Context { focused: false, ..context };
        assert_eq!(pane.act(Action::Down, None, &context), Outcome::Ignored);
    }

    #[test]
    fn every_size_is_drawn() {
        let snapshot = testing::busy_snapshot(2);
        let theme = Theme::default();
        let context = testing::context(&snapshot, &theme, false);
        for (columns, rows) in [(60, 16), (61, 17), (63, 40), (300, 16)] {
            testing::drawn(&filled(&context, columns, rows), &context, columns, rows);
        }
        for columns in 0..40 {
            for rows in 0..12 {
                drawn(columns, rows, false);
            }
        }
        drawn(500, 200, false);
    }
}
