//! Making a page: the bytes around a place, with the marks and spans of the parts under them.

use std::ops::Range;

use super::opened::Opened;
use super::page::{Mark, Page, PageSpan};
use super::part_view::PartView;
use super::query::{if_there, with_navigator};
use crate::error::Error;
use crate::index::Checkpoint;
use crate::lang::Class;
use crate::lang::code::Piece;
use crate::limits::{PAGE_BYTES, ROW_SEGMENT_BYTES};
use crate::scan::speculate::{self, Speculator};
use crate::scan::{Span, State};
use crate::units::{ByteOffset, Depth};

/// The page around a byte.
pub(super) fn page(opened: &Opened, around: ByteOffset) -> Result<Page, Error> {
    let first = opened.first_byte();
    let document_end = opened.end_now();
    let start = around.min(document_end).saturating_sub(PAGE_BYTES as u64 / 2);
    let start = if start <= first { first } else { row_boundary(opened, start)?.max(first) };
    let bytes = opened.reader.bytes(start..(start + PAGE_BYTES as u64).min(document_end))?;
    let range = start..start + bytes.len() as u64;
    let starts_line = start == 0 || opened.reader.bytes(start - 1..start)? == b"\n";
    let mut page = Page {
        range: range.clone(),
        bytes,
        document_bytes: document_end,
        first_line: None,
        starts_line,
        is_first: start <= first,
        depth: 0,
        marks: Vec::new(),
        spans: Vec::new(),
        exact: true,
    };
    with_navigator(opened, |navigator| {
        page.first_line = if_there(opened, navigator.line_of(start))?;
        let index = navigator.index;
        let indexed = range.start..range.end.min(index.bytes());
        let mut at = indexed.start;
        while at < indexed.end {
            let Some(part) = opened.reader.part_of(index, at) else { break };
            let view = match opened.reader.view(index, part) {
                // The file was cut inside of it: what is left can be guessed.
                Err(Error::Truncated { .. }) => break,
                view => view?,
            };
            let covered = at..view.range().end.min(indexed.end);
            if at == range.start {
                page.depth = view.depth_before(at);
            }
            add_marks(&mut page, &view, covered.clone());
            add_spans(&mut page, &view.detail.spans, view.range().start, &covered);
            at = covered.end;
        }
        // From here on the index does not reach yet.
        if at < range.end {
            let known = (at == index.bytes()).then(|| index.end().clone());
            let depth = index.totals().depth_change;
            guess(opened, &mut page, at, known, depth)?;
        }
        Ok(())
    })?;
    mark_keys(&mut page);
    Ok(page)
}

/// A row boundary at or before `at` that does not depend on how one came here: the start of its line if that is less than a
/// row segment before the segment that `at` lies in, else that segment's start.
fn row_boundary(opened: &Opened, at: ByteOffset) -> Result<ByteOffset, Error> {
    let segment = at / ROW_SEGMENT_BYTES * ROW_SEGMENT_BYTES;
    let before = segment.saturating_sub(ROW_SEGMENT_BYTES);
    let bytes = opened.reader.bytes(before..segment)?;
    Ok(memchr::memrchr(b'\n', &bytes).map_or(segment, |line_break| before + line_break as u64 + 1))
}

/// The number that brackets and separators of one container have in common.
fn shown(class: Class, depth: Depth) -> Depth {
    if class.opens() { depth } else { depth - 1 }
}

/// Structure beyond the index: exact where the index ends right here, guessed otherwise.
fn guess(
    opened: &Opened,
    page: &mut Page,
    at: ByteOffset,
    known: Option<State>,
    depth: Depth,
) -> Result<(), Error> {
    let run_up = (speculate::run_up_bytes(opened.language) as u64).min(at);
    let text = opened.reader.bytes(at - run_up..page.range.end)?;
    let to = text.len();
    let from = to.min(run_up as usize);
    let last = page.range.end == opened.bytes();
    let piece = Piece { text: &text, from, to, at, last, text_ends: last };
    page.exact = known.is_some();
    let depth = if page.exact { depth } else { 0 };
    if at == page.range.start {
        page.depth = depth;
    }
    let guess = || Speculator::new(opened.reader.kernel, opened.language).guess(piece);
    let state = known.unwrap_or_else(guess);
    let detail = opened.reader.detail(&state, &piece);
    let checkpoint = Checkpoint { at, state, line: 0, depth };
    let rest = piece.bytes().to_vec();
    let view = PartView::new(opened.language, checkpoint, rest, detail);
    let covered = at..page.range.end;
    add_marks(page, &view, covered.clone());
    add_spans(page, &view.detail.spans, at, &covered);
    Ok(())
}

/// Adds the structural characters of `covered`.
fn add_marks(page: &mut Page, view: &PartView, covered: Range<ByteOffset>) {
    for found in view.structurals(covered) {
        let Some(class) = found.class else { continue };
        let at = (found.at - page.range.start) as u32;
        page.marks.push(Mark { at, class, depth: shown(class, found.depth) });
    }
}

/// Adds the spans of a stretch that begins at `base`, cut to `covered`; one that goes on over a seam becomes one.
fn add_spans(page: &mut Page, spans: &[Span], base: ByteOffset, covered: &Range<ByteOffset>) {
    for span in spans {
        let begins = span.begins(base);
        let start = begins.unwrap_or(base).max(covered.start);
        let end = (base + u64::from(span.end)).min(covered.end);
        if start >= end {
            continue;
        }
        let start = (start - page.range.start) as u32;
        let end = (end - page.range.start) as u32;
        let kind = span.kind;
        match page.spans.last_mut() {
            Some(last) if begins.is_none() && last.end == start && last.kind == kind => {
                last.end = end;
            }
            _ => page.spans.push(PageSpan { start, end, kind, key: false }),
        }
    }
}

/// A string is a key if a colon is the next thing after it.
fn mark_keys(page: &mut Page) {
    let Page { bytes, marks, spans, .. } = page;
    let mut next = 0;
    for span in spans.iter_mut() {
        while marks.get(next).is_some_and(|mark| mark.at < span.end) {
            next += 1;
        }
        let Some(mark) = marks.get(next) else { return };
        let between = &bytes[span.end as usize..mark.at as usize];
        span.key = mark.class == Class::Colon && between.iter().all(u8::is_ascii_whitespace);
    }
}
