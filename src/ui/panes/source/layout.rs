//! Layout: how the bytes of a page become rows.
//!
//! Rows partition the bytes. A row begins at an *anchor* (the byte after an LF, or a multiple of
//! [`ROW_SEGMENT_BYTES`]) or where the row before it was full; so the rows of any place follow from the anchor before it, at
//! most one segment back, and are the same whichever way one came. What lies between two anchors is a *stretch*.
//!
//! An anchor that would cut a UTF-8 sequence moves on to the sequence's end. Only the bytes behind the anchor are asked,
//! so that pages which begin there agree with pages that run over it.

use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;
use std::sync::Arc;

use crate::explorer::Page;
use crate::limits::ROW_SEGMENT_BYTES;
use crate::ui::safe_text::cells;
use crate::units::{ByteOffset, LineNumber};

/// Bytes that may decide how one cell looks: a character and what combines with it.
const CELL_BYTES_MAX: usize = 128;

/// Bytes above which a stretch's rows are remembered, and how many such stretches are: the ones above, in and below sight.
const LONG_STRETCH_BYTES: usize = 1 << 10;
const LONG_STRETCHES_MAX: usize = 4;

/// Decides where rows end.
pub trait Layout: std::fmt::Debug + Send {
    /// How many of the bytes of `stretch` its first row takes at `columns` columns: one or more, unless there are none.
    /// An LF can only be the last byte of `stretch`, and belongs to the row before it.
    fn row_bytes(&self, stretch: &[u8], columns: u16) -> usize;
}

/// The bytes as they are: a row is full when its columns are.
#[derive(Clone, Copy, Debug, Default)]
pub struct Raw;

impl Layout for Raw {
    fn row_bytes(&self, stretch: &[u8], columns: u16) -> usize {
        let columns = usize::from(columns.max(1));
        let text = without_break(stretch);
        // Plain ASCII, nearly always: a byte a column. What follows must not combine with the last of them.
        let n = text.len().min(columns);
        let is_plain = text[..n].iter().all(|byte| matches!(byte, b' '..=b'~'));
        if is_plain && text.get(n).is_none_or(u8::is_ascii) {
            return if n == text.len() { stretch.len() } else { n };
        }
        let mut used = 0;
        for cell in cells(text) {
            used += usize::from(cell.width);
            // The first cell stands on the row even where it is wider than the pane.
            if used > columns && cell.bytes.start > 0 {
                return cell.bytes.start;
            }
        }
        stretch.len()
    }
}

/// A row's bytes without the line break that ends them.
#[must_use]
pub fn without_break(bytes: &[u8]) -> &[u8] {
    match bytes {
        [text @ .., b'\r', b'\n'] | [text @ .., b'\n'] => text,
        text => text,
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
    /// Finds the line breaks of a page.
    #[must_use]
    pub fn new(page: Arc<Page>) -> PageText {
        let line_breaks = memchr::memchr_iter(b'\n', &page.bytes)
            .filter_map(|at| u32::try_from(at).ok())
            .collect();
        PageText { page, line_breaks, laid_out: RefCell::default() }
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

    /// The line of a row and whether it begins there, if the page's own line is known.
    #[must_use]
    pub fn line(&self, row: &Row) -> (Option<LineNumber>, bool) {
        let at = row.start.saturating_sub(self.page.range.start) as usize;
        let n_before = self.line_breaks.partition_point(|line_break| (*line_break as usize) < at);
        let starts = match at.checked_sub(1) {
            None => self.page.starts_line,
            Some(before) => self.page.bytes.get(before) == Some(&b'\n'),
        };
        (self.page.first_line.map(|first| first + n_before as u64), starts)
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
        self.row_from(&self.stretch_at(at)?, layout, columns, at)
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
        let rest = self.page.bytes.get(at..stretch.range.end).filter(|rest| !rest.is_empty())?;
        let end = at + layout.row_bytes(rest, columns).clamp(1, rest.len());
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
        let n_before = self.line_breaks.partition_point(|line_break| (*line_break as usize) < at);
        let line_start = match n_before.checked_sub(1) {
            Some(i) => Some(self.line_breaks[i] as usize + 1),
            None => self.page.starts_line.then_some(0),
        };
        let start = line_start.max(self.segment_start(at))?;
        let line_end = self.line_breaks.get(n_before).map(|line_break| *line_break as usize + 1);
        let segment_end = self.segment_end(start);
        let end = match (line_end, segment_end) {
            (Some(line), Some(segment)) => Some(line.min(segment)),
            (line, segment) => line.or(segment),
        };
        let n_bytes = self.page.bytes.len();
        let cut = end.is_none() && !self.is_last();
        Some(Stretch { range: start..end.unwrap_or(n_bytes), cut })
    }

    /// The last segment anchor at or before a byte of the page.
    fn segment_start(&self, at: usize) -> Option<usize> {
        let base = self.page.range.start;
        let multiple = (base + at as u64) / ROW_SEGMENT_BYTES * ROW_SEGMENT_BYTES;
        let anchor_of = |multiple: u64| {
            let at = usize::try_from(multiple.checked_sub(base)?).ok()?;
            Some(at + self.n_continuation_bytes(at))
        };
        match anchor_of(multiple) {
            Some(anchor) if anchor <= at => Some(anchor),
            Some(_) => anchor_of(multiple.checked_sub(ROW_SEGMENT_BYTES)?),
            None => None,
        }
    }

    /// The first segment anchor after an anchor, if the page reaches beyond it.
    fn segment_end(&self, start: usize) -> Option<usize> {
        let base = self.page.range.start;
        let mut multiple = (base + start as u64) / ROW_SEGMENT_BYTES * ROW_SEGMENT_BYTES;
        loop {
            let at = usize::try_from(multiple.saturating_sub(base)).ok()?;
            let anchor = at + self.n_continuation_bytes(at);
            if anchor >= self.page.bytes.len() {
                return None;
            }
            if multiple >= base && anchor > start {
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
    use proptest::prelude::*;

    use super::*;

    const SEGMENT: usize = ROW_SEGMENT_BYTES as usize;

    /// The page `range` of a document. The range must begin where pages may.
    fn text(document: &[u8], range: Range<usize>) -> PageText {
        let starts_line = range.start == 0 || document[range.start - 1] == b'\n';
        PageText::new(Arc::new(Page {
            range: range.start as u64..range.end as u64,
            bytes: document[range.clone()].to_vec(),
            document_bytes: document.len() as u64,
            first_line: Some(memchr::memchr_iter(b'\n', &document[..range.start]).count() as u64),
            starts_line,
            marks: Vec::new(),
            spans: Vec::new(),
            exact: true,
        }))
    }

    fn all_rows(text: &PageText, columns: u16) -> Vec<Row> {
        let mut rows = Vec::new();
        let mut next = text.row_at(&Raw, columns, text.page.range.start);
        while let Some(row) = next {
            rows.push(row);
            next = text.next(&Raw, columns, &row);
        }
        rows
    }

    /// Lines short and long, plain and not, valid and not.
    fn documents() -> impl Strategy<Value = Vec<u8>> {
        let piece = prop_oneof![
            "[ -~]{0,90}".prop_map(String::into_bytes),
            "(é|日|👍|e\u{301}|\t|\u{1b}|\u{202e}){0,30}".prop_map(String::into_bytes),
            prop::collection::vec(any::<u8>(), 0..40),
            Just(b"\n".to_vec()),
            Just(b"\r\n".to_vec()),
            (0..2usize, 0..4usize).prop_map(|(n, cut)| {
                let mut long = "日".repeat(n * SEGMENT / 3 + 10).into_bytes();
                long.truncate(long.len() - cut);
                long
            }),
        ];
        prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat())
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(32))]

        #[test]
        fn rows_partition_the_bytes(document in documents(), columns in 3..130u16) {
            let text = text(&document, 0..document.len());
            let rows = all_rows(&text, columns);
            let mut end = 0;
            for row in &rows {
                prop_assert_eq!(row.start, end);
                prop_assert!(row.end > row.start);
                end = row.end;
            }
            prop_assert_eq!(end, document.len() as u64);
        }

        #[test]
        fn a_row_is_the_same_whichever_way_one_came(
            document in documents(), columns in 3..130u16, at in any::<prop::sample::Index>()
        ) {
            prop_assume!(!document.is_empty());
            let text = text(&document, 0..document.len());
            let rows = all_rows(&text, columns);
            let at = at.index(rows.len());
            prop_assert_eq!(text.row_at(&Raw, columns, rows[at].start), Some(rows[at]));
            prop_assert_eq!(text.row_at(&Raw, columns, rows[at].end - 1), Some(rows[at]));
            for n in [1, 2, 7, 1_000] {
                let back = text.back(&Raw, columns, rows[at], n);
                prop_assert_eq!(back, rows[at.saturating_sub(n as usize)]);
            }
        }

        #[test]
        fn pages_agree_on_the_rows_they_share(
            document in documents(), columns in 3..130u16, cut in any::<prop::sample::Index>(),
            start in any::<prop::sample::Index>()
        ) {
            prop_assume!(!document.is_empty());
            let whole = all_rows(&text(&document, 0..document.len()), columns);
            let mut starts: Vec<usize> = memchr::memchr_iter(b'\n', &document).map(|i| i + 1).collect();
            starts.extend((0..document.len()).step_by(SEGMENT));
            starts.retain(|start| *start < document.len());
            let start = starts[start.index(starts.len())];
            let end = start + 1 + cut.index(document.len() - start);
            let part = text(&document, start..end);
            for at in (start..end).step_by(1 + (end - start) / 50) {
                if let Some(row) = part.row_at(&Raw, columns, at as u64) {
                    prop_assert!(whole.contains(&row), "{row:?} of page {start}..{end}");
                }
            }
            let rows = all_rows(&part, columns);
            prop_assert!(rows.iter().all(|row| whole.binary_search_by_key(&row.start, |row| row.start).is_ok_and(|i| whole[i] == *row)));
        }
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
        let ends: Vec<u64> = all_rows(&text, 4).iter().map(|row| row.end).collect();
        assert_eq!(ends, [6, 9, 10, 11]);
    }
}
