//! Layout: how the bytes of a page become rows.
//!
//! Rows partition the bytes. A row begins at an *anchor* or where the row before it was full. A layout says where anchors are:
//! for the bytes as they are behind each LF. In what has gone on for [`ROW_SEGMENT_BYTES`] without one each multiple of that is one;
//! so the rows of any place follow from the anchor before it, at most two segments back, and are the same whichever way one
//! came, and no line of a usual length is broken for our sake. What lies between two anchors is a *stretch*. The rows of a page
//! begin at its first anchor: the one that it starts with, for the bytes as they are.
//!
//! An anchor that would cut a UTF-8 sequence moves on to the sequence's end. Only the bytes behind the anchor are asked,
//! so that pages which begin there agree with pages that run over it.

use std::borrow::Cow;
use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use crate::explorer::Page;
use crate::limits::ROW_SEGMENT_BYTES;
use crate::units::{ByteOffset, LineNumber};

/// Bytes that may decide how one cell looks: a character and what combines with it.
const CELL_BYTES_MAX: usize = 128;

/// Bytes above which a stretch's rows are remembered, and how many such stretches are: those of a screen whose rows are as long as
/// they can be, and the ones above and below.
const LONG_STRETCH_BYTES: usize = 1 << 10;
const LONG_STRETCHES_MAX: usize = 16;

/// Where rows begin at any width, in bytes of a page.
#[derive(Clone, Debug, Default)]
pub struct Anchors {
    /// The anchors behind the page's first byte, ascending.
    pub starts: Vec<u32>,
    /// For each of them how far its row is indented, if rows are: levels.
    pub levels: Vec<u16>,
    /// Whether the page's first byte is one.
    pub at_start: bool,
    /// In what goes on from before the page, the multiples of a segment from this place of the document on.
    pub segments_from: ByteOffset,
}

/// What is drawn of a row, one character after the other.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RowCell<'a> {
    /// What is drawn.
    pub text: Cow<'a, str>,
    /// Columns that it takes.
    pub width: u16,
    /// Whether it is a picture of the bytes, not the bytes themselves.
    pub hidden: bool,
    /// The byte of the page that it stands for.
    pub at: usize,
    /// The bytes of the page that are seen here: none for what only keeps others apart.
    pub bytes: Range<usize>,
    /// Whether its bytes stand in the row already: the cursor is moved over those.
    pub repeats: bool,
}

/// Decides where rows begin and end, and what is drawn of them.
pub trait Layout: std::fmt::Debug + Send {
    /// Where rows begin in a page.
    fn anchors(&self, page: &Page) -> Anchors;

    /// How many of the bytes of `rest`, which begins a row and ends where its stretch does, that row takes at `columns` columns: one
    /// or more, unless there are none.
    fn row_bytes(&self, text: &PageText, rest: Range<usize>, columns: u16) -> usize;

    /// What is drawn of the bytes of a row.
    fn cells<'a>(&self, text: &'a PageText, row: Range<usize>, columns: u16) -> Vec<RowCell<'a>>;

    /// As [`Layout::cells`], but what lies outside of the columns `seen` may be left out; and the column that the first one begins at.
    fn cells_near<'a>(
        &self,
        text: &'a PageText,
        row: Range<usize>,
        columns: u16,
        seen: Range<u16>,
    ) -> (u16, Vec<RowCell<'a>>) {
        let _ = seen;
        (self.indent(text, row.clone(), columns), self.cells(text, row, columns))
    }

    /// Columns that stay free in front of a row.
    fn indent(&self, text: &PageText, row: Range<usize>, columns: u16) -> u16 {
        let _ = (text, row, columns);
        0
    }

    /// Columns that are left for what is drawn of a row: one at least.
    fn room(&self, text: &PageText, row: Range<usize>, columns: u16) -> u16 {
        columns.saturating_sub(self.indent(text, row, columns)).max(1)
    }

    /// The first byte of a row of which something is seen, if that is not its first.
    fn first_seen(&self, text: &PageText, row: Range<usize>) -> usize {
        let _ = text;
        row.start
    }
}

/// A row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Row {
    /// Its first byte.
    pub start: ByteOffset,
    /// One past its last byte, its line break included.
    pub end: ByteOffset,
}

impl Row {
    /// Whether `at` lies in it.
    #[must_use]
    pub fn contains(&self, at: ByteOffset) -> bool {
        self.start <= at && at < self.end
    }
}

/// A page that can be laid out.
#[derive(Clone, Debug)]
pub struct PageText {
    /// The page.
    pub page: Arc<Page>,
    /// LF bytes, from the page's start, ascending.
    line_breaks: Vec<u32>,
    anchors: Anchors,
    /// Long stretches laid out last, newest first. A page is laid out by one layout only.
    laid_out: RefCell<Vec<LaidOut>>,
}

/// Rows of a long stretch.
#[derive(Clone, Debug)]
struct LaidOut {
    start: usize,
    columns: u16,
    rows: Rc<[Row]>,
}

/// What lies between two anchors, as far as the page has it.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Stretch {
    range: Range<usize>,
    /// Whether it goes on after the page: its last row may be longer than what is here.
    cut: bool,
}

impl PageText {
    /// Finds the line breaks of a page, and where its rows begin.
    #[must_use]
    pub fn new(page: Arc<Page>, layout: &dyn Layout) -> PageText {
        let line_breaks = memchr::memchr_iter(b'\n', &page.bytes)
            .filter_map(|at| u32::try_from(at).ok())
            .collect();
        let anchors = layout.anchors(&page);
        PageText { page, line_breaks, anchors, laid_out: RefCell::default() }
    }

    /// How many lines the document has if all of it is like this page.
    #[must_use]
    pub fn lines_expected(&self) -> u64 {
        let n_breaks = self.line_breaks.len() as u128;
        let n_bytes = self.page.bytes.len().max(1) as u128;
        let expected = n_breaks * u128::from(self.page.document_bytes) / n_bytes;
        u64::try_from(expected).unwrap_or(u64::MAX)
    }

    /// The bytes of a range of the document, as far as they are here.
    #[must_use]
    pub fn bytes(&self, range: Range<ByteOffset>) -> &[u8] {
        let start = range.start.saturating_sub(self.page.range.start) as usize;
        let end = range.end.saturating_sub(self.page.range.start) as usize;
        let len = self.page.bytes.len();
        self.page.bytes.get(start.min(len)..end.min(len)).unwrap_or_default()
    }

    /// One past the last byte that is here.
    #[must_use]
    pub fn end(&self) -> ByteOffset {
        self.page.range.start + self.page.bytes.len() as u64
    }

    /// Whether the document ends with this page.
    #[must_use]
    pub fn is_last(&self) -> bool {
        self.end() >= self.page.document_bytes
    }

    /// The bytes of a row, from the page's start.
    fn place(&self, row: &Row) -> Range<usize> {
        let in_page = |at: ByteOffset| at.saturating_sub(self.page.range.start) as usize;
        in_page(row.start)..in_page(row.end)
    }

    /// The line of a row and whether it begins there, if the page's own line is known.
    #[must_use]
    pub fn line(&self, layout: &dyn Layout, row: &Row) -> (Option<LineNumber>, bool) {
        let place = self.place(row);
        let at = layout.first_seen(self, place.clone());
        let breaks_before = |at: usize| self.line_breaks.partition_point(|it| (*it as usize) < at);
        let n_before = breaks_before(at);
        let starts = match place.start.checked_sub(1) {
            None => self.page.starts_line,
            Some(before) => breaks_before(before) < n_before,
        };
        (self.page.first_line.map(|first| first + n_before as u64), starts)
    }

    /// Whether a row begins at an anchor of the layout, not where the one before was full.
    #[must_use]
    pub fn is_anchored(&self, row: &Row) -> bool {
        let start = self.place(row).start;
        let known = |start| self.anchors.starts.binary_search(&start).is_ok();
        (start == 0 && self.anchors.at_start) || u32::try_from(start).is_ok_and(known)
    }

    /// Levels that a row is indented by: those of the anchor that its stretch begins with.
    #[must_use]
    pub fn level(&self, at: usize) -> u16 {
        let n_before = self.anchors.starts.partition_point(|start| *start as usize <= at);
        let level = n_before.checked_sub(1).and_then(|i| self.anchors.levels.get(i));
        level.copied().filter(|_| self.anchor_near(at).is_some()).unwrap_or(0)
    }

    /// The anchor of the layout before `at` or there, in bytes of the page, unless it is a segment or more away: what has gone on for
    /// so long looks the same from wherever one comes.
    #[must_use]
    pub fn anchor_near(&self, at: usize) -> Option<usize> {
        let n_before = self.anchors.starts.partition_point(|start| *start as usize <= at);
        let anchor = match n_before.checked_sub(1) {
            Some(i) => self.anchors.starts[i] as usize,
            None => self.anchors.at_start.then_some(0)?,
        };
        ((at as u64) < anchor as u64 + ROW_SEGMENT_BYTES).then_some(anchor)
    }

    /// What is drawn of a row.
    #[must_use]
    pub fn cells<'a>(&'a self, layout: &dyn Layout, columns: u16, row: &Row) -> Vec<RowCell<'a>> {
        layout.cells(self, self.place(row), columns)
    }

    /// What is drawn of a row in the columns `seen`, or more of it, and the column that the first cell begins at.
    #[must_use]
    pub fn cells_near<'a>(
        &'a self,
        layout: &dyn Layout,
        columns: u16,
        row: &Row,
        seen: Range<u16>,
    ) -> (u16, Vec<RowCell<'a>>) {
        layout.cells_near(self, self.place(row), columns, seen)
    }

    /// Columns that stay free in front of a row.
    #[must_use]
    pub fn indent(&self, layout: &dyn Layout, columns: u16, row: &Row) -> u16 {
        layout.indent(self, self.place(row), columns)
    }

    /// The row that `at` lies in, if the page has all of it.
    #[must_use]
    pub fn row_at(&self, layout: &dyn Layout, columns: u16, at: ByteOffset) -> Option<Row> {
        let (rows, i) = self.rows_around(layout, columns, at)?;
        rows.get(i).copied()
    }

    /// The row after `row`, if the page has all of it. A row of the same stretch follows from `row` alone.
    #[must_use]
    pub fn next(&self, layout: &dyn Layout, columns: u16, row: &Row) -> Option<Row> {
        let at = usize::try_from(row.end.checked_sub(self.page.range.start)?).ok()?;
        let stretch = self.stretch_at(at)?;
        if stretch.range.len() > LONG_STRETCH_BYTES {
            let rows = self.rows_of(&stretch, layout, columns);
            if let Ok(i) = rows.binary_search_by_key(&row.end, |next| next.start) {
                return rows.get(i).copied();
            }
        }
        self.row_from(&stretch, layout, columns, at)
    }

    /// The row `n` rows before `row`, or the first one that the page has.
    #[must_use]
    pub fn back(&self, layout: &dyn Layout, columns: u16, row: Row, n: u64) -> Row {
        let mut first = row;
        let mut left = n;
        while left > 0 {
            let before = first.start.checked_sub(1);
            let around = before.and_then(|before| self.rows_around(layout, columns, before));
            let Some((rows, i)) = around else { break };
            let n_rows = i as u64 + 1;
            let Some(row) = rows.get(n_rows.saturating_sub(left) as usize) else { break };
            first = *row;
            left = left.saturating_sub(n_rows);
        }
        first
    }

    /// The rows of the stretch around `at`, and which of them is the one of `at`. `None` if the page lacks a part of it.
    fn rows_around(
        &self,
        layout: &dyn Layout,
        columns: u16,
        at: ByteOffset,
    ) -> Option<(Rc<[Row]>, usize)> {
        let in_page = usize::try_from(at.checked_sub(self.page.range.start)?).ok()?;
        let stretch = self.stretch_at(in_page)?;
        let rows = self.rows_of(&stretch, layout, columns);
        let i = rows.partition_point(|row| row.end <= at);
        rows.get(i).is_some_and(|row| row.contains(at)).then_some((rows, i))
    }

    /// The rows of a stretch that the page has all of. Long stretches are remembered: one key press asks several times, and
    /// laying out 16 KiB of other than ASCII takes half a millisecond.
    fn rows_of(&self, stretch: &Stretch, layout: &dyn Layout, columns: u16) -> Rc<[Row]> {
        let start = stretch.range.start;
        let is_long = stretch.range.len() > LONG_STRETCH_BYTES;
        if is_long {
            let known = self.laid_out.borrow();
            let known = known.iter().find(|known| known.start == start && known.columns == columns);
            if let Some(known) = known {
                return Rc::clone(&known.rows);
            }
        }
        let mut rows = Vec::new();
        let mut at = start;
        while let Some(row) = self.row_from(stretch, layout, columns, at) {
            rows.push(row);
            at = (row.end - self.page.range.start) as usize;
        }
        let rows: Rc<[Row]> = rows.into();
        if is_long {
            let mut known = self.laid_out.borrow_mut();
            known.truncate(LONG_STRETCHES_MAX - 1);
            known.insert(0, LaidOut { start, columns, rows: Rc::clone(&rows) });
        }
        rows
    }

    /// The row of `stretch` that begins at byte `at` of the page.
    fn row_from(
        &self,
        stretch: &Stretch,
        layout: &dyn Layout,
        columns: u16,
        at: usize,
    ) -> Option<Row> {
        let rest = at..stretch.range.end;
        if rest.is_empty() {
            return None;
        }
        let n_bytes = rest.len();
        let end = at + layout.row_bytes(self, rest, columns).clamp(1, n_bytes);
        // Where the page cuts a stretch, its last character may be cut as well, and look wider than it is.
        let is_whole = !stretch.cut || end + CELL_BYTES_MAX <= stretch.range.end;
        is_whole.then(|| self.row(at..end))
    }

    fn row(&self, range: Range<usize>) -> Row {
        let base = self.page.range.start;
        Row { start: base + range.start as u64, end: base + range.end as u64 }
    }

    /// The stretch around a byte of the page. `None` outside of the page, and for the tail of a UTF-8 sequence that began
    /// before it.
    fn stretch_at(&self, at: usize) -> Option<Stretch> {
        if at >= self.page.bytes.len() {
            return None;
        }
        let Anchors { starts, at_start, segments_from, .. } = &self.anchors;
        let n_before = starts.partition_point(|start| *start as usize <= at);
        let anchor = match n_before.checked_sub(1) {
            Some(i) => Some(starts[i] as usize),
            None => at_start.then_some(0),
        };
        let first = anchor.map_or(*segments_from, |start| {
            self.page.range.start + start as u64 + ROW_SEGMENT_BYTES
        });
        let start = anchor.max(self.segment_start(at, first))?;
        let next = starts.get(n_before).map(|next| *next as usize);
        let segment_end = self.segment_end(start, first);
        let end = match (next, segment_end) {
            (Some(next), Some(segment)) => Some(next.min(segment)),
            (next, segment) => next.or(segment),
        };
        let n_bytes = self.page.bytes.len();
        let cut = end.is_none() && !self.is_last();
        Some(Stretch { range: start..end.unwrap_or(n_bytes), cut })
    }

    /// The last segment anchor at or before a byte of the page, if one is at or after `first`.
    fn segment_start(&self, at: usize, first: ByteOffset) -> Option<usize> {
        let base = self.page.range.start;
        let multiple = (base + at as u64) / ROW_SEGMENT_BYTES * ROW_SEGMENT_BYTES;
        let anchor_of = |multiple: u64| {
            let at = usize::try_from(multiple.checked_sub(base)?).ok()?;
            (multiple >= first).then(|| at + self.n_continuation_bytes(at))
        };
        match anchor_of(multiple) {
            Some(anchor) if anchor <= at => Some(anchor),
            Some(_) => anchor_of(multiple.checked_sub(ROW_SEGMENT_BYTES)?),
            None => None,
        }
    }

    /// The first segment anchor after an anchor, at or after `first`, if the page reaches beyond it.
    fn segment_end(&self, start: usize, first: ByteOffset) -> Option<usize> {
        let base = self.page.range.start;
        // A layout with anchors near to each other has no segments.
        if first > base + self.page.bytes.len() as u64 {
            return None;
        }
        let mut multiple = (base + start as u64) / ROW_SEGMENT_BYTES * ROW_SEGMENT_BYTES;
        loop {
            let at = usize::try_from(multiple.saturating_sub(base)).ok()?;
            let anchor = at + self.n_continuation_bytes(at);
            if anchor >= self.page.bytes.len() {
                return None;
            }
            if multiple >= base.max(first) && anchor > start {
                return Some(anchor);
            }
            multiple += ROW_SEGMENT_BYTES;
        }
    }

    /// How many bytes from `at` on only go on with a UTF-8 sequence: at most three.
    fn n_continuation_bytes(&self, at: usize) -> usize {
        let rest = self.page.bytes.get(at..).unwrap_or_default();
        rest.iter().take(3).take_while(|byte| **byte & 0xC0 == 0x80).count()
    }
}

#[cfg(test)]
mod tests {
    use super::super::raw::Raw;
    use super::*;

    const SEGMENT: usize = ROW_SEGMENT_BYTES as usize;

    /// The page `range` of a document. The range must begin where pages may.
    fn text(document: &[u8], range: Range<usize>) -> PageText {
        let starts_line = range.start == 0 || document[range.start - 1] == b'\n';
        let page = Page {
            range: range.start as u64..range.end as u64,
            bytes: document[range.clone()].to_vec(),
            document_bytes: document.len() as u64,
            first_line: Some(memchr::memchr_iter(b'\n', &document[..range.start]).count() as u64),
            starts_line,
            is_first: range.start == 0,
            depth: 0,
            marks: Vec::new(),
            spans: Vec::new(),
            exact: true,
        };
        PageText::new(Arc::new(page), &Raw)
    }

    #[test]
    fn an_endless_line_is_laid_out_from_anywhere() {
        let document = vec![b'x'; 5 * SEGMENT];
        let whole = text(&document, 0..document.len());
        let part = text(&document, 2 * SEGMENT..4 * SEGMENT);
        let row = part.row_at(&Raw, 80, 3 * SEGMENT as u64 + 100).unwrap();
        assert_eq!(Some(row), whole.row_at(&Raw, 80, 3 * SEGMENT as u64 + 100));
        assert_eq!(row.start, 3 * SEGMENT as u64 + 80);
    }

    #[test]
    fn a_usual_line_over_a_segment_s_edge_is_one_row() {
        let mut document = vec![b'\n'; SEGMENT - 3];
        document.extend(b"abcdef\n");
        let text = text(&document, 0..document.len());
        let row = text.row_at(&Raw, 80, SEGMENT as u64).unwrap();
        assert_eq!((row.start, row.end), (SEGMENT as u64 - 3, SEGMENT as u64 + 4));
    }

    #[test]
    fn a_character_on_a_segment_s_edge_stays_whole() {
        let mut document = vec![b'x'; SEGMENT - 1];
        document.extend("日日".bytes());
        let text = text(&document, 0..document.len());
        let row = text.row_at(&Raw, 64, SEGMENT as u64).unwrap();
        assert_eq!(row.end, SEGMENT as u64 + 2);
    }

    #[test]
    fn a_row_that_goes_on_after_the_page_is_not_known() {
        let document = vec![b'x'; 1_000];
        let text = text(&document, 0..620);
        assert_eq!(text.row_at(&Raw, 80, 479), Some(Row { start: 400, end: 480 }));
        assert_eq!(text.row_at(&Raw, 80, 481), None);
    }

    #[test]
    fn a_line_break_takes_no_column() {
        let document = b"abcd\r\nef\n\ng";
        let text = text(document, 0..document.len());
        let first = text.row_at(&Raw, 4, 0);
        let rows = std::iter::successors(first, |row| text.next(&Raw, 4, row));
        let ends: Vec<u64> = rows.map(|row| row.end).collect();
        assert_eq!(ends, [6, 9, 10, 11]);
    }
}
