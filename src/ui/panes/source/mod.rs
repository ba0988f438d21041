//! The source pane: the document's bytes as rows, with the cursor.
//!
//! The engine sends pages; `layout` makes rows of them; `motion` moves the cursor and the view over rows; `view`
//! draws. The pane asks for the next page before the rows of the one it has run out, and while a page is missing it shows
//! what there is. Whatever happens ends in `settle`: rows in sight laid out anew, missing pages asked for.

mod colours;
mod hex;
mod layout;
mod layout_kind;
#[cfg(test)]
mod layouts_tests;
mod marks;
mod motion;
mod pretty;
mod raw;
mod sideways;
#[cfg(test)]
mod sideways_tests;
#[cfg(test)]
mod tests;
mod view;
mod wrap;

use std::ops::Range;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::Sender;
use ratatui::buffer::Buffer;
use ratatui::layout::Rect;

use self::hex::Hex;
pub use self::layout::{Layout, PageText, Row};
pub use self::layout_kind::LayoutKind;
pub use self::marks::{Mark, Marks};
use self::pretty::Pretty;
use self::raw::Raw;
use super::scan_watch::ScanWatch;
use super::{Context, Effect, Outcome, Pane};
use crate::explorer::{Answer, Page, Phase, Request, Snapshot};
use crate::lang::LanguageId;
use crate::limits::PAGE_BYTES;
use crate::ui::action::Action;
use crate::ui::highlight::Highlighter;
use crate::units::ByteOffset;

/// After this long an answer is taken for lost and asked for again.
const PATIENCE: Duration = Duration::from_millis(500);

/// Bytes that the page should reach beyond the rows in sight; with less, the next one is asked for.
const AHEAD_BYTES: u64 = PAGE_BYTES as u64 / 4;

/// Columns that text keeps at least; where the gutter would leave fewer, there is no gutter.
const TEXT_COLUMNS_MIN: u16 = 12;

/// A page that was asked for.
#[derive(Clone, Copy, Debug)]
struct Asked {
    around: ByteOffset,
    when: Instant,
    /// How far the scan had come then.
    bytes_done: u64,
}

/// What stands in front of rows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Labels {
    Lines,
    Offsets,
    HexOffsets,
}

/// The source pane.
#[derive(Debug)]
pub struct SourcePane {
    layout: Box<dyn Layout>,
    laid_out: LayoutKind,
    text: Option<PageText>,
    /// Around which byte the page was asked for.
    centre: ByteOffset,
    /// How far the scan had come when the page was asked for.
    page_bytes_done: u64,
    asked: Option<Asked>,
    area: Rect,
    /// Columns of the line numbers or offsets, the gap after them included.
    gutter: u16,
    /// Lines that the document may have, by the pages seen.
    lines_expected: u64,
    /// Whether offsets are shown in place of line numbers.
    offsets: bool,
    cursor: ByteOffset,
    /// The first byte of the first row in sight.
    top: ByteOffset,
    /// The column that moves by rows try to keep.
    column: u16,
    /// Whether lines that are wider than the pane go on below.
    wraps: bool,
    /// Columns of each row that lie to the left of what is seen, where lines are cut.
    left: u16,
    /// The rows in sight.
    rows: Vec<Row>,
    /// The bracket at the cursor and its partner.
    pair: Option<(ByteOffset, Option<ByteOffset>)>,
    /// The short pattern that the cursor stands in.
    pattern: Option<Range<ByteOffset>>,
    scan: ScanWatch,
    /// Bytes of a document that grows; else 0.
    bytes_total: u64,
    highlighter: Highlighter,
}

impl SourcePane {
    /// A pane without a page yet. When colours that were made in the background arrive, `wake` is told (never waited for).
    #[must_use]
    pub fn new(wake: Sender<()>) -> SourcePane {
        SourcePane {
            layout: Box::new(Raw),
            laid_out: LayoutKind::Plain,
            text: None,
            centre: 0,
            page_bytes_done: 0,
            asked: None,
            area: Rect::default(),
            gutter: 0,
            lines_expected: 0,
            offsets: false,
            cursor: 0,
            top: 0,
            column: 0,
            wraps: true,
            left: 0,
            rows: Vec::new(),
            pair: None,
            pattern: None,
            scan: ScanWatch::default(),
            bytes_total: 0,
            highlighter: Highlighter::new(wake),
        }
    }

    /// The bytes of the rows in sight.
    fn bytes_in_sight(&self) -> Option<std::ops::Range<ByteOffset>> {
        Some(self.rows.first()?.start..self.rows.last()?.end)
    }

    /// The bytes of the rows in sight, for what is laid over them.
    pub(in crate::ui) fn in_sight(&self) -> Option<Range<ByteOffset>> {
        self.bytes_in_sight()
    }

    /// The first byte in sight, and how many columns of each row lie to the left of what is seen.
    pub(in crate::ui) fn corner(&self) -> (ByteOffset, u16) {
        (self.top, self.left)
    }

    /// Shows the rows from the one at `top` on, wherever the cursor is, and of each what lies behind so many columns.
    pub(in crate::ui) fn show_from(&mut self, (top, left): (ByteOffset, u16)) -> Vec<Effect> {
        self.left = if self.cuts() { left } else { 0 };
        if top == self.top {
            return Vec::new();
        }
        self.top = top;
        self.settle()
    }

    fn labels(&self) -> Labels {
        match (self.offsets, self.laid_out) {
            (true, _) => Labels::Offsets,
            (false, LayoutKind::Hex) => Labels::HexOffsets,
            (false, LayoutKind::Plain | LayoutKind::Pretty) => Labels::Lines,
        }
    }

    fn ask(&mut self, around: ByteOffset) -> Vec<Effect> {
        let waits = |asked: &Asked| asked.around == around && asked.when.elapsed() < PATIENCE;
        if self.asked.as_ref().is_some_and(waits) {
            return Vec::new();
        }
        let bytes_done = self.scan.bytes_done;
        self.asked = Some(Asked { around, when: Instant::now(), bytes_done });
        vec![Effect::Ask(Request::Page { around })]
    }

    /// Lays out the rows in sight and asks for what they, or the next ones, lack.
    fn settle(&mut self) -> Vec<Effect> {
        self.lay_out();
        let Some(text) = &self.text else { return self.ask(self.cursor) };
        let page = &text.page;
        let (page_start, page_end) = (page.range.start, text.end());
        // A page may end in a row, and right where the cursor is; one around the cursor has all of its row.
        let lacks_row = text.row_at(self.layout.as_ref(), self.columns(), self.cursor).is_none()
            && !text.is_last()
            && self.cursor != self.centre;
        if lacks_row || !(page_start..=page_end).contains(&self.cursor) {
            return self.ask(self.cursor);
        }
        let seen = self.bytes_in_sight().unwrap_or(self.cursor..self.cursor);
        let runs_out = (!text.is_last() && seen.end + AHEAD_BYTES > page_end)
            || (page_start > 0 && seen.start < page_start + AHEAD_BYTES);
        // A page around the same place would be no better.
        let has_moved = self.cursor.abs_diff(self.centre) > AHEAD_BYTES / 8;
        // What was guessed, or not counted yet, is asked for again once the scan has been there.
        let reached = self.scan.bytes_done >= page_end.min(page.document_bytes);
        let is_poor = !page.exact || page.first_line.is_none();
        let has_ripened = is_poor && reached && self.page_bytes_done < self.scan.bytes_done;
        // More has come behind the last row.
        let has_grown = text.is_last()
            && self.bytes_total > page.document_bytes
            && seen.end + AHEAD_BYTES > page_end;
        if (runs_out && has_moved) || has_ripened || has_grown {
            self.ask(self.cursor)
        } else {
            Vec::new()
        }
    }

    fn lay_out(&mut self) {
        self.rows.clear();
        let Some(text) = &self.text else { return };
        let (layout, columns) = (self.layout.as_ref(), self.columns());
        let mut row = text.row_at(layout, columns, self.top);
        while let Some(here) = row.filter(|_| self.rows.len() < usize::from(self.area.height)) {
            self.rows.push(here);
            row = text.next(layout, columns, &here);
        }
        self.top = self.rows.first().map_or(self.top, |row| row.start);
    }

    /// Takes a page if it has the cursor in it, or if there is none to lose.
    fn take(&mut self, page: &Arc<Page>) {
        let end = page.range.start + page.bytes.len() as u64;
        let has_cursor = (page.range.start..end).contains(&self.cursor)
            || (self.cursor >= end && end >= page.document_bytes);
        if !has_cursor && self.text.is_some() {
            return;
        }
        let asked = self.asked.take();
        self.centre = asked.map_or(self.cursor, |asked| asked.around);
        self.page_bytes_done = asked.map_or(0, |asked| asked.bytes_done);
        let text = PageText::new(Arc::clone(page), self.layout.as_ref());
        self.lines_expected = self.lines_expected.max(text.lines_expected());
        self.text = Some(text);
        // The document may have become shorter: a cursor beyond its end stands on its last byte.
        self.cursor = self.cursor.min(page.document_bytes.saturating_sub(1));
        self.lay_out();
        self.follow();
    }

    /// Numbers have as many columns as the document will need, so that text does not move while the scan goes on: before its
    /// end, all of it is expected to have lines as long as those of the pages seen.
    fn measure(&mut self, snapshot: &Snapshot) {
        let n_lines = snapshot.totals.line_breaks + 1;
        let (largest, base) = match (self.labels(), &snapshot.scan.phase) {
            (Labels::HexOffsets, _) => (snapshot.document.bytes, 16),
            (Labels::Offsets, _) => (snapshot.document.bytes, 10),
            (Labels::Lines, Phase::Done) => (n_lines, 10),
            (Labels::Lines, _) => (n_lines.max(self.lines_expected), 10),
        };
        let digits = u16::try_from(largest.max(1).ilog(base) + 1).unwrap_or(20);
        let gutter = digits.max(3) + 2;
        let fits = self.area.width >= gutter + TEXT_COLUMNS_MIN;
        let gutter = if fits { gutter } else { 0 };
        if gutter != self.gutter {
            self.gutter = gutter;
            self.lay_out();
            self.follow();
        }
    }

    /// Lays out anew if rows are to be others now.
    fn suit(&mut self, context: &Context<'_>) {
        let wanted = context.layout.of(context.snapshot.document.language);
        if (wanted, context.wraps) == (self.laid_out, self.wraps) {
            return;
        }
        (self.laid_out, self.wraps) = (wanted, context.wraps);
        self.layout = match wanted {
            LayoutKind::Plain => Box::new(Raw),
            LayoutKind::Pretty => Box::new(Pretty),
            LayoutKind::Hex => Box::new(Hex { ascii: context.ascii }),
        };
        if let Some(text) = &self.text {
            self.text = Some(PageText::new(Arc::clone(&text.page), self.layout.as_ref()));
        }
        self.measure(context.snapshot);
        self.lay_out();
        self.keep_column();
        self.follow();
        self.follow_sideways();
    }

    /// Has the rows in sight coloured, if that is the highlighter's business.
    fn paint(&mut self, context: &Context<'_>) {
        let document = &context.snapshot.document;
        let (Some(text), Some(seen)) = (&self.text, self.bytes_in_sight()) else { return };
        // Our own languages' words need no grammar.
        if document.language == LanguageId::Text {
            self.highlighter.want(&document.path, &text.page, seen);
        }
    }
}

impl SourcePane {
    /// What follows from a move of this pane's: the cursor was at `before`.
    fn moved_from(&mut self, before: ByteOffset, context: &Context<'_>) -> Vec<Effect> {
        let mut effects = Vec::new();
        if self.cursor != before {
            (self.pair, self.pattern) = (None, None);
            effects.push(Effect::MoveTo { at: self.cursor, jump: false });
        }
        effects.extend(self.settle());
        self.paint(context);
        effects
    }
}

impl Pane for SourcePane {
    fn title(&self, _context: &Context<'_>) -> String {
        let offsets = if self.offsets { " by byte" } else { "" };
        let cut = if self.cuts() { ", lines cut" } else { "" };
        match self.laid_out {
            LayoutKind::Plain => format!("Source{offsets}{cut}"),
            kind => format!("Source{offsets}, {}{cut}", kind.name()),
        }
    }

    fn share_in_sight(&self, context: &Context<'_>) -> Option<(u64, u64, u64)> {
        let seen = self.bytes_in_sight()?;
        let first = context.snapshot.first_byte;
        let total = context.snapshot.document.bytes.saturating_sub(first);
        let from = |at: ByteOffset| at.saturating_sub(first).min(total);
        Some((from(seen.start), from(seen.end), total))
    }

    fn resize(&mut self, area: Rect) -> Vec<Effect> {
        self.area = area;
        if area.width < self.gutter + TEXT_COLUMNS_MIN {
            self.gutter = 0;
        }
        self.lay_out();
        self.follow();
        self.fill_sideways();
        self.follow_sideways();
        self.settle()
    }

    fn act(&mut self, action: Action, count: Option<u64>, context: &Context<'_>) -> Outcome {
        let before = self.cursor;
        if action == Action::ToggleOffsets {
            self.offsets = !self.offsets;
            self.measure(context.snapshot);
        } else if matches!(action, Action::ScrollLeft | Action::ScrollRight) && self.cuts() {
            self.scroll_sideways(count, action == Action::ScrollRight);
        } else if !self.go(action, count.unwrap_or(1)) {
            return Outcome::Ignored;
        }
        Outcome::Consumed(self.moved_from(before, context))
    }

    fn click(&mut self, column: u16, row: u16, context: &Context<'_>) -> Vec<Effect> {
        let before = self.cursor;
        self.point(column, row);
        self.moved_from(before, context)
    }

    fn is_waiting(&self, patience: Duration) -> bool {
        let is_asked = self.asked.as_ref().is_some_and(|asked| asked.when.elapsed() < patience);
        is_asked && !self.rows.iter().any(|row| row.contains(self.cursor))
    }

    fn answer(&mut self, answer: &Answer, context: &Context<'_>) -> Vec<Effect> {
        let before = self.cursor;
        match answer {
            Answer::Page(page) => {
                self.take(page);
                self.measure(context.snapshot);
            }
            Answer::Location(location) => {
                if location.at == self.cursor {
                    self.pair = location.pair;
                    self.pattern = location.pattern.map(|(start, end, _)| start..end);
                }
                return Vec::new();
            }
            _ => return Vec::new(),
        }
        let mut effects = self.settle();
        if self.cursor != before {
            effects.push(Effect::MoveTo { at: self.cursor, jump: false });
        }
        self.paint(context);
        effects
    }

    fn cursor_moved(&mut self, at: ByteOffset, context: &Context<'_>) -> Vec<Effect> {
        if at != self.cursor {
            self.cursor = at;
            (self.pair, self.pattern) = (None, None);
            self.keep_column();
            self.follow_sideways();
        }
        self.follow();
        let effects = self.settle();
        self.paint(context);
        effects
    }

    fn snapshot_changed(&mut self, context: &Context<'_>) -> Vec<Effect> {
        let grows = context.snapshot.followed || context.snapshot.stream.is_some();
        let document_bytes = context.snapshot.document.bytes;
        let ends_later = |text: &PageText| text.page.document_bytes > document_bytes;
        let is_cut = !grows && self.text.as_ref().is_some_and(ends_later);
        if self.scan.is_new(&context.snapshot.scan) || is_cut {
            // The bytes may be others now. The old page stays in sight until the new one is here.
            self.page_bytes_done = 0;
            self.lines_expected = 0;
            self.highlighter.forget();
            self.asked = None;
            return self.ask(self.cursor);
        }
        self.suit(context);
        self.bytes_total = if grows { document_bytes } else { 0 };
        self.measure(context.snapshot);
        let effects = self.settle();
        self.paint(context);
        effects
    }

    fn render(&self, area: Rect, buffer: &mut Buffer, context: &Context<'_>) {
        view::render(self, area, buffer, context);
    }
}
