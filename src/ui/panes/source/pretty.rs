//! JSON laid out anew: a row for each member, indented by its level, wherever the document has its line breaks. White space between
//! tokens is not drawn, but for one blank behind a colon and around comments; not a byte that is none is left out or made up.
//!
//! A row begins behind an opener (of what is not empty), behind a comma, at a closer, and behind what stands on the top level;
//! a comment keeps its place on the row or has one of its own, as it is written. The white space in front of a token is its row's.

use std::borrow::Cow;
use std::ops::Range;

use super::layout::{Anchors, Layout, PageText, RowCell};
use super::wrap::{Wrap, take_in};
use crate::explorer::{Page, PageSpan};
use crate::lang::{Class, SpanKind};
use crate::limits::ROW_SEGMENT_BYTES;
use crate::ui::safe_text::cells;
use crate::units::Depth;

/// Columns of one level.
const INDENT: u16 = 2;

/// JSON, a member a row.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Pretty;

impl Layout for Pretty {
    fn anchors(&self, page: &Page) -> Anchors {
        Finder::new(page).find()
    }

    fn row_bytes(&self, text: &PageText, rest: Range<usize>, columns: u16) -> usize {
        let room = self.room(text, rest.clone(), columns);
        let (start, end) = (rest.start, rest.end);
        let mut wrap = Wrap::new(room);
        for cell in PrettyCells::new(&text.page, rest) {
            let bytes = cell.bytes.start - start..cell.bytes.end - start;
            if let Some(end) = wrap.end_before(cell.width, cell.text == " ", &bytes) {
                return end;
            }
        }
        end - start
    }

    fn cells<'a>(&self, text: &'a PageText, row: Range<usize>, columns: u16) -> Vec<RowCell<'a>> {
        let mut cells = PrettyCells::new(&text.page, row.clone()).collect();
        take_in(&mut cells, self.room(text, row, columns));
        cells
    }

    /// As deep as half of the columns at most.
    fn indent(&self, text: &PageText, row: Range<usize>, columns: u16) -> u16 {
        text.level(row.start).saturating_mul(INDENT).min(columns / 2)
    }

    fn first_seen(&self, text: &PageText, row: Range<usize>) -> usize {
        let first = PrettyCells::new(&text.page, row.clone()).next();
        first.map_or(row.start, |cell| cell.at)
    }
}

fn is_white(byte: u8) -> bool {
    matches!(byte, b' ' | b'\t' | b'\r' | b'\n')
}

/// What is drawn of a stretch of a page.
struct PrettyCells<'a> {
    page: &'a Page,
    range: Range<usize>,
    span_idx: usize,
    /// White space that was passed over and belongs to the cell that follows.
    white_from: Option<usize>,
    before: Before,
}

/// What was drawn last on a row.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Before {
    Nothing,
    /// A structural character but a colon.
    Mark,
    Colon,
    Word,
    Comment,
}

impl<'a> PrettyCells<'a> {
    fn new(page: &'a Page, range: Range<usize>) -> Self {
        let range = range.start..range.end.min(page.bytes.len());
        let span_idx = page.spans.partition_point(|span| span.end as usize <= range.start);
        PrettyCells { page, range, span_idx, white_from: None, before: Before::Nothing }
    }

    /// The span around the next byte.
    fn span(&mut self) -> Option<&'a PageSpan> {
        let at = self.range.start;
        while self.page.spans.get(self.span_idx).is_some_and(|span| span.end as usize <= at) {
            self.span_idx += 1;
        }
        self.page.spans.get(self.span_idx).filter(|span| span.start as usize <= at)
    }

    /// Whether the next byte is not drawn.
    fn is_passed_over(&self, byte: u8, span: Option<&PageSpan>) -> bool {
        let rest = &self.page.bytes[self.range.clone()];
        match span {
            None => is_white(byte),
            Some(span) => {
                span.kind.is_comment() && matches!(rest, [b'\n', ..] | [b'\r', b'\n', ..])
            }
        }
    }
}

impl<'a> Iterator for PrettyCells<'a> {
    type Item = RowCell<'a>;

    fn next(&mut self) -> Option<RowCell<'a>> {
        loop {
            let at = self.range.start;
            let byte = *self.page.bytes.get(at).filter(|_| !self.range.is_empty())?;
            let span = self.span();
            if self.is_passed_over(byte, span) {
                self.white_from.get_or_insert(at);
                self.range.start += 1;
                continue;
            }
            let is_mark = span.is_none() && Class::of(byte).is_some();
            let is_comment = span.is_some_and(|span| span.kind.is_comment());
            let is_apart = self.white_from.is_some();
            let needs_blank = match self.before {
                Before::Nothing => false,
                Before::Colon => true,
                Before::Mark => is_apart && is_comment,
                Before::Word => is_apart && !is_mark,
                Before::Comment => is_apart,
            };
            if needs_blank {
                self.before = Before::Nothing;
                let bytes = self.white_from.take().map_or(at..at, |from| from..at);
                let (text, at) = (Cow::Borrowed(" "), bytes.start.min(at.saturating_sub(1)));
                return Some(RowCell { text, width: 1, hidden: false, at, bytes, repeats: true });
            }
            let cell = cells(&self.page.bytes[self.range.clone()]).next()?;
            self.range.start += cell.bytes.end.max(1);
            let bytes = self.white_from.take().unwrap_or(at)..self.range.start;
            self.before = match byte {
                b':' if is_mark => Before::Colon,
                _ if is_mark => Before::Mark,
                _ if is_comment => Before::Comment,
                _ => Before::Word,
            };
            let (text, width, hidden) = (cell.text, cell.width, cell.hidden);
            return Some(RowCell { text, width, hidden, at, bytes, repeats: false });
        }
    }
}

/// Finds where rows begin.
struct Finder<'a> {
    page: &'a Page,
    anchors: Anchors,
    /// Up to here it is known whether something is seen since the last anchor.
    looked_to: usize,
    sees: bool,
    /// The level at the place looked at.
    depth: Depth,
    /// The lowest one, where levels are guessed.
    lowest: Depth,
}

impl<'a> Finder<'a> {
    fn new(page: &'a Page) -> Self {
        let lowest = page.marks.iter().map(|mark| mark.depth).min().unwrap_or(0);
        let at_start = page.is_first;
        let segments_from = page.range.start + ROW_SEGMENT_BYTES;
        Finder {
            page,
            anchors: Anchors { at_start, segments_from, ..Anchors::default() },
            looked_to: 0,
            sees: false,
            depth: page.depth,
            lowest: if page.exact { 0 } else { lowest.min(0) },
        }
    }

    /// Goes through marks and comments as they come.
    fn find(mut self) -> Anchors {
        let page = self.page;
        let is_comment = |span: &&PageSpan| span.kind.is_comment();
        let mut comments = page.spans.iter().filter(is_comment).peekable();
        let mut from = 0;
        for mark in &page.marks {
            while let Some(comment) = comments.next_if(|it| it.start < mark.at) {
                from = self.comment(from, comment);
            }
            let at = mark.at as usize;
            self.lines(from..at);
            self.mark(at, mark.class, mark.depth);
            from = at + 1;
        }
        for comment in comments {
            from = self.comment(from, comment);
        }
        self.lines(from..page.bytes.len());
        self.drop_blank_end();
        self.anchors
    }

    fn mark(&mut self, at: usize, class: Class, depth: Depth) {
        if class.opens() {
            if depth <= 0 {
                self.row(at, depth);
            }
            self.depth = depth + 1;
            if !self.closes_at_once(at + 1) {
                self.behind(at + 1);
            }
        } else if class.closes() {
            self.depth = depth;
            if !self.opened_just_before(at) {
                self.row(self.white_before(at), depth);
            }
            if depth <= 0 {
                self.behind(at + 1);
            }
        } else if class == Class::Comma {
            self.depth = depth + 1;
            self.behind(at + 1);
        }
    }

    /// Whether nothing stands between an opener before `at` and the next closer, or that cannot be known.
    fn closes_at_once(&self, at: usize) -> bool {
        let rest = self.page.bytes.get(at..).unwrap_or_default();
        let next = rest.iter().find(|byte| !is_white(**byte));
        next.is_none_or(|byte| matches!(byte, b'}' | b']'))
    }

    fn opened_just_before(&self, at: usize) -> bool {
        let before = self.page.bytes[..at].iter().rev().find(|byte| !is_white(**byte));
        before.is_some_and(|byte| matches!(byte, b'{' | b'['))
    }

    /// Where the white space in front of a place begins, as far as no row has begun in it: it is the row's that begins there.
    fn white_before(&self, at: usize) -> usize {
        let white = self.page.bytes[..at].iter().rev().take_while(|byte| is_white(**byte));
        (at - white.count()).max(self.looked_to)
    }

    /// A row begins behind a token, unless a comment that ends with the line follows on it.
    fn behind(&mut self, at: usize) {
        let rest = self.page.bytes.get(at..).unwrap_or_default();
        let blanks = rest.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
        let next = (at + blanks) as u32;
        let comment = self.page.spans.binary_search_by_key(&next, |span| span.start).ok();
        let comment = comment.map(|i| self.page.spans[i].kind);
        if comment != Some(SpanKind::LineComment) {
            self.row(at, self.depth);
        }
    }

    /// What stands from `from` on up to the end of a comment, which is returned. A comment that is alone on its line has a row of its
    /// own, and so has each of its lines and what follows on the next one.
    fn comment(&mut self, from: usize, comment: &PageSpan) -> usize {
        let (start, end) = (comment.start as usize, comment.end as usize);
        self.lines(from..start);
        let bytes = &self.page.bytes;
        let before = bytes[..start].iter().rev().take_while(|byte| is_white(**byte));
        if before.into_iter().any(|byte| *byte == b'\n') {
            self.row(self.white_before(start), self.depth);
        }
        for line_break in memchr::memchr_iter(b'\n', &bytes[start..end]) {
            self.row(start + line_break + 1, self.depth);
        }
        let behind = bytes[end..].iter().take_while(|byte| is_white(**byte));
        if let Some(line_break) = behind.into_iter().position(|byte| *byte == b'\n') {
            self.row(end + line_break + 1, self.depth);
        }
        end
    }

    /// What stands on the top level stands on lines of its own.
    fn lines(&mut self, range: Range<usize>) {
        if self.depth > 0 {
            return;
        }
        let bytes = self.page.bytes.get(range.clone()).unwrap_or_default();
        for line_break in memchr::memchr_iter(b'\n', bytes) {
            let at = range.start + line_break;
            let i = self.page.spans.partition_point(|span| span.end as usize <= at);
            let is_inside = self.page.spans.get(i).is_some_and(|span| span.start as usize <= at);
            if !is_inside {
                self.row(at + 1, self.depth);
            }
        }
    }

    /// A row begins at `at`, if something is seen since the one before it began; else that one is as deep as what stands here.
    fn row(&mut self, at: usize, depth: Depth) {
        if at < self.looked_to {
            return;
        }
        let passed = self.page.bytes.get(self.looked_to..at).unwrap_or_default();
        self.sees |= passed.iter().any(|byte| !is_white(*byte));
        self.looked_to = at;
        let level = u16::try_from((depth - self.lowest).max(0)).unwrap_or(u16::MAX);
        if std::mem::take(&mut self.sees) {
            self.anchors.starts.push(at as u32);
            self.anchors.levels.push(level);
        } else if let Some(last) = self.anchors.levels.last_mut() {
            *last = level;
        }
    }

    /// White space at the document's end is no row.
    fn drop_blank_end(&mut self) {
        while let Some(start) = self.anchors.starts.last() {
            let rest = self.page.bytes.get(*start as usize..).unwrap_or_default();
            if !rest.iter().all(|byte| is_white(*byte)) {
                return;
            }
            self.anchors.starts.pop();
            self.anchors.levels.pop();
        }
    }
}
