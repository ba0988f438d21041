//! Boundaries: the seams of a document cut into blocks, with what is really carried over each, and the comparison of the cut
//! with the whole.
//!
//! Seams are not stored. The state at one is made by scanning from the checkpoint before it, with the cut there, as a
//! stream with blocks of that size would; from one seam to the next the scan just goes on.

mod escape;

use std::ops::Range;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::time::{Duration, Instant};

use super::opened::Opened;
use super::query::if_there;
use super::shared::Shared;
use crate::error::Error;
use crate::index::StructuralIndex;
use crate::lang::code::{LOOK_BACK_MAX, Piece, Scanner};
use crate::lang::{LanguageId, SpanKind};
use crate::scan::{Mode, State, summarize};
use crate::stream::{Verified, verify};
use crate::units::{ByteOffset, Depth, LineNumber};

/// Where two blocks meet, and what is carried over.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seam {
    /// Its number: seam 1 is the one after the first block.
    pub number: u64,
    /// The first byte after it.
    pub at: ByteOffset,
    /// The line it is in.
    pub line: LineNumber,
    /// Levels open.
    pub depth: Depth,
    /// The mode carried.
    pub mode: &'static str,
    /// Bytes before it that were read and not yet decided on.
    pub pending: u32,
    /// Heredocs whose bodies have not begun.
    pub heredocs: usize,
    /// What lies across it.
    pub token: Option<Straddling>,
    /// How the guess of the state there went, where the scan made one.
    pub guess: Option<Guess>,
}

/// A token that a seam cuts.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Straddling {
    /// What it is: a span's kind, `word`, `utf8` for a character, `escape`.
    pub kind: &'static str,
    /// Its first byte; none if it began too far before to be looked for.
    pub start: Option<ByteOffset>,
    /// One past its last byte; none if it goes on too far.
    pub end: Option<ByteOffset>,
}

/// How a guess went.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Guess {
    /// The state was guessed right.
    Right,
    /// It was not, and so many bytes were scanned again.
    Wrong(u64),
}

/// Which seams are listed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum SeamFilter {
    /// All.
    #[default]
    All,
    /// Those in strings, templates, regexes, characters.
    Strings,
    /// Those in comments.
    Comments,
    /// Those in heredocs, or before the bodies of some.
    Heredocs,
    /// Those inside of an escape.
    Escapes,
    /// Those in a character of several bytes.
    Utf8,
}

impl SeamFilter {
    /// All filters, in the order in which one goes through them.
    pub const ALL: [SeamFilter; 6] = [
        SeamFilter::All,
        SeamFilter::Strings,
        SeamFilter::Comments,
        SeamFilter::Heredocs,
        SeamFilter::Escapes,
        SeamFilter::Utf8,
    ];

    /// What is listed, for a person.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            SeamFilter::All => "all",
            SeamFilter::Strings => "in strings",
            SeamFilter::Comments => "in comments",
            SeamFilter::Heredocs => "in heredocs",
            SeamFilter::Escapes => "in escapes",
            SeamFilter::Utf8 => "in characters",
        }
    }

    fn takes(self, seam: &Seam, inside: Option<SpanKind>) -> bool {
        let token = seam.token.map_or("", |token| token.kind);
        match self {
            SeamFilter::All => true,
            SeamFilter::Strings => inside.is_some_and(|kind| !kind.is_comment()),
            SeamFilter::Comments => inside.is_some_and(SpanKind::is_comment),
            SeamFilter::Heredocs => seam.heredocs > 0 || inside == Some(SpanKind::Heredoc),
            SeamFilter::Escapes => token == "escape",
            SeamFilter::Utf8 => token == "utf8",
        }
    }
}

/// A window of seams.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Seams {
    /// Bytes of a block.
    pub block: u64,
    /// Which were asked for.
    pub filter: SeamFilter,
    /// The first number that was looked at.
    pub first: u64,
    /// The number to go on from; none at the end of what is indexed.
    pub next: Option<u64>,
    /// Seams in all, as far as it is indexed.
    pub total: u64,
    /// Those found, in order.
    pub items: Vec<Seam>,
}

/// How the comparison of the cut with the whole goes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VerifyProgress {
    /// Bytes of a block.
    pub block: u64,
    /// Bytes compared so far.
    pub bytes_done: u64,
    /// What was found, once it is over; or why it could not be told.
    pub outcome: Option<Result<Verified, String>>,
}

/// Time that one answer takes at most, but for a single seam.
const BUDGET: Duration = Duration::from_millis(8);

/// Bytes to either side in which the ends of a token are looked for.
const TOKEN_BYTES_MAX: u64 = 64 << 10;

/// Up to `count` seams of blocks of `block` bytes, from number `first` (1 or more) on.
pub(super) fn seams(
    opened: &Opened,
    block: u64,
    filter: SeamFilter,
    first: u64,
    count: usize,
) -> Result<Seams, Error> {
    let begin = Instant::now();
    let index = opened.index.read().unwrap_or_else(std::sync::PoisonError::into_inner);
    let (block, first) = (block.max(1), first.max(1));
    let total = index.bytes().saturating_sub(1) / block;
    let mut found = Seams { block, filter, first, next: None, total, items: Vec::new() };
    let first_kept = opened.reader.first_byte(&index).div_ceil(block);
    let mut number = first.max(first_kept).max(1);
    let mut walk = None;
    while number <= total {
        if found.items.len() >= count
            || (!found.items.is_empty() || number > first) && begin.elapsed() > BUDGET
        {
            found.next = Some(number);
            break;
        }
        let mut here = match walk.take() {
            Some(walk) => walk,
            None => Walk::begin(opened, &index, number * block)?,
        };
        here.advance(opened, &index, number * block)?;
        let across = here.across(opened, &index)?;
        let mut seam = here.seam(number);
        seam.token = straddling(opened, &here, across)?;
        if filter.takes(&seam, across.map(|it| it.kind)) {
            seam.guess = opened.guess_at(seam.at);
            if let Some(token) = &mut seam.token
                && token.end.is_none()
            {
                token.end = end_of_span(opened, &index, seam.at)?;
            }
            found.items.push(seam);
        }
        number += 1;
        walk = Some(here);
    }
    Ok(found)
}

/// The scan at a seam.
struct Walk {
    at: ByteOffset,
    state: State,
    line: LineNumber,
    depth: Depth,
}

impl Walk {
    /// At the checkpoint before `at`.
    fn begin(opened: &Opened, index: &StructuralIndex, at: ByteOffset) -> Result<Walk, Error> {
        let within = at.min(index.bytes().saturating_sub(1));
        let part = opened.reader.part_of(index, within);
        let part = part.ok_or(Error::Truncated { at, expected: index.bytes() })?;
        let it = opened.reader.checkpoint(index, part)?;
        Ok(Walk { at: it.at, state: it.state, line: it.line, depth: it.depth })
    }

    /// Goes on to `to`, from a nearer checkpoint if there is one.
    fn advance(
        &mut self,
        opened: &Opened,
        index: &StructuralIndex,
        to: ByteOffset,
    ) -> Result<(), Error> {
        let part_bytes = opened.reader.part_bytes(index);
        if to / part_bytes * part_bytes > self.at {
            *self = Walk::begin(opened, index, to)?;
        }
        let from = self.at.saturating_sub(LOOK_BACK_MAX as u64);
        let text = opened.reader.bytes(from..to)?;
        if text.len() as u64 != to - from {
            let at = opened.end_now().min(from + text.len() as u64);
            return Err(Error::Truncated { at, expected: to });
        }
        let before = (self.at - from) as usize;
        let piece = Piece {
            text: &text,
            from: before,
            to: text.len(),
            at: self.at,
            last: false,
            text_ends: false,
        };
        let (sum, end) = summarize(opened.reader.kernel, opened.language, &self.state, piece);
        self.line += sum.line_breaks;
        self.depth += sum.depth_change;
        (self.at, self.state) = (to, end);
        Ok(())
    }

    /// The span that lies across the seam. What the scanner of a language has not decided there it decides by what follows.
    fn across(&self, opened: &Opened, index: &StructuralIndex) -> Result<Option<Across>, Error> {
        if let Some(scanner) = opened.language.info().scanner {
            return self.across_in_code(opened, scanner);
        }
        let behind = opened.reader.bytes(self.at..self.at + 2)?;
        let kind = match self.state.mode {
            Mode::String | Mode::StringAfterEscape => SpanKind::String,
            // It ends with the line: it goes up to the line break, and not over it.
            Mode::LineComment => match behind.as_slice() {
                [b'\n', ..] | [b'\r', b'\n'] => return Ok(None),
                _ => SpanKind::LineComment,
            },
            Mode::BlockComment | Mode::BlockCommentAfterStar => SpanKind::BlockComment,
            Mode::Code => return Ok(None),
            Mode::CodeAfterSlash => {
                let kind = match behind.first() {
                    Some(b'/') => SpanKind::LineComment,
                    Some(b'*') => SpanKind::BlockComment,
                    _ => return Ok(None),
                };
                return Ok(Some(Across { kind, start: self.at.checked_sub(1), end: None }));
            }
        };
        let start = if_there(opened, start_of_span(opened, index, self.at))?;
        Ok(Some(Across { kind, start, end: None }))
    }

    fn across_in_code(
        &self,
        opened: &Opened,
        scanner: &dyn Scanner,
    ) -> Result<Option<Across>, Error> {
        let start = self.state.code.as_ref();
        let end = (self.at + LOOK_BACK_MAX as u64).min(opened.source.bytes());
        let ((tokens, state), is_end) = opened.reader.read(self.at..end, |piece| {
            (scanner.find(opened.reader.kernel, start, &piece), piece.last)
        })?;
        let mut spans = tokens.spans.iter().filter(|it| it.0 < self.at && self.at < it.1);
        let ended =
            spans.next_back().map(|it| Across { kind: it.2, start: Some(it.0), end: Some(it.1) });
        let goes_on = || {
            let (start, kind) = state.open_span().filter(|it| it.0 < self.at && !is_end)?;
            Some(Across { kind, start: Some(start), end: None })
        };
        Ok(ended.or_else(goes_on))
    }

    fn seam(&self, number: u64) -> Seam {
        let code = self.state.code.as_ref();
        let pending = match self.state.mode {
            Mode::StringAfterEscape | Mode::CodeAfterSlash | Mode::BlockCommentAfterStar => 1,
            _ => code.map_or(0, |code| code.pending()),
        };
        Seam {
            number,
            at: self.at,
            line: self.line,
            depth: self.depth,
            mode: self.state.mode_name(),
            pending,
            heredocs: code.map_or(0, |code| code.pending_heredocs()),
            token: None,
            guess: None,
        }
    }
}

/// A span that lies across a seam.
#[derive(Clone, Copy, Debug)]
struct Across {
    kind: SpanKind,
    /// None if it began too far before.
    start: Option<ByteOffset>,
    /// None if that is still to be looked for.
    end: Option<ByteOffset>,
}

impl Across {
    /// Whether a backslash in it takes the next character with it.
    fn has_escapes(&self, opened: &Opened) -> Result<bool, Error> {
        let is_plain = matches!(
            self.kind,
            SpanKind::RawString | SpanKind::JsxText | SpanKind::Data | SpanKind::HeredocStart
        );
        if is_plain || self.kind.is_comment() {
            return Ok(false);
        }
        // Rust's raw strings are strings with a prefix.
        let Some(start) = self.start.filter(|_| opened.language == LanguageId::Rust) else {
            return Ok(true);
        };
        let prefix = opened.reader.bytes(start..start + 2)?;
        Ok(!matches!(prefix.as_slice(), [b'r', _] | [b'b' | b'c', b'r']))
    }
}

/// What lies across the seam where `walk` stands, in the span `across`: the smallest thing first.
fn straddling(
    opened: &Opened,
    walk: &Walk,
    across: Option<Across>,
) -> Result<Option<Straddling>, Error> {
    const AROUND: u64 = 256;
    let from = walk.at.saturating_sub(AROUND);
    let bytes = opened.reader.bytes(from..walk.at + AROUND)?;
    let middle = ((walk.at - from) as usize).min(bytes.len());
    let (before, after) = bytes.split_at(middle);
    let place =
        |range: Range<usize>| (Some(from + range.start as u64), Some(from + range.end as u64));
    if let Some(range) = character(before, after) {
        let (start, end) = place(range);
        return Ok(Some(Straddling { kind: "utf8", start, end }));
    }
    if let Some(across) = across {
        // What stands before the string escapes nothing in it.
        let first = across.start.map_or(0, |start| start.saturating_sub(from) as usize).min(middle);
        let escape = escape::around(opened.language, &bytes[first..], middle - first);
        if let Some(range) = escape
            && across.has_escapes(opened)?
        {
            let (start, end) = place(first + range.start..first + range.end);
            return Ok(Some(Straddling { kind: "escape", start, end }));
        }
        let Across { kind, start, end } = across;
        return Ok(Some(Straddling { kind: kind.name(), start, end }));
    }
    let is_word = |byte: &u8| {
        byte.is_ascii_alphanumeric() || matches!(*byte, b'_' | b'.' | b'-' | b'+') || *byte >= 0x80
    };
    let left = before.iter().rev().take_while(|byte| is_word(byte)).count();
    let right = after.iter().take_while(|byte| is_word(byte)).count();
    if left > 0 && right > 0 {
        let (start, end) = place(middle - left..middle + right);
        return Ok(Some(Straddling { kind: "word", start, end }));
    }
    Ok(None)
}

/// A character of several bytes that has bytes on both sides.
fn character(before: &[u8], after: &[u8]) -> Option<Range<usize>> {
    let is_rest = |byte: &&u8| **byte & 0xC0 == 0x80;
    after.first().filter(is_rest)?;
    let behind = before.iter().rev().take(3).take_while(is_rest).count();
    let lead = before.len().checked_sub(behind + 1)?;
    let bytes = match before[lead] {
        0xC2..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF4 => 4,
        _ => return None,
    };
    (bytes > behind + 1).then_some(lead..lead + bytes)
}

/// Where a span of JSON began that goes on over `at`.
fn start_of_span(
    opened: &Opened,
    index: &StructuralIndex,
    at: ByteOffset,
) -> Result<Option<ByteOffset>, Error> {
    let mut before = at;
    while before > 0 && at - before <= TOKEN_BYTES_MAX {
        let Some(part) = opened.reader.part_of(index, before - 1) else { return Ok(None) };
        let view = opened.reader.view(index, part)?;
        let base = view.range().start;
        let around = |span: &&crate::scan::Span| {
            base + u64::from(span.start) < at
                && base + u64::from(span.end) >= at.min(view.range().end)
        };
        match view.detail.spans.iter().rev().find(around) {
            Some(span) if span.continues && !span.slash_before => before = base,
            Some(span) => return Ok(span.begins(base)),
            None => return Ok(None),
        }
    }
    Ok(None)
}

/// Where the span ends that goes on over `at`.
fn end_of_span(
    opened: &Opened,
    index: &StructuralIndex,
    at: ByteOffset,
) -> Result<Option<ByteOffset>, Error> {
    let mut from = at;
    while from - at <= TOKEN_BYTES_MAX {
        let Some(part) = opened.reader.part_of(index, from) else { return Ok(None) };
        let view = opened.reader.view(index, part)?;
        let base = view.range().start;
        let across = |span: &&crate::scan::Span| {
            let (start, end) = (base + u64::from(span.start), base + u64::from(span.end));
            start <= from && end >= from && (start < from || span.continues)
        };
        match view.detail.spans.iter().find(across) {
            Some(span) if span.unfinished => from = view.range().end,
            Some(span) => return Ok(Some(base + u64::from(span.end))),
            None => return Ok(Some(from)),
        }
    }
    Ok(None)
}

/// Compares the document cut into blocks with the whole, on a thread of its own. A comparison under way ends.
pub(super) fn begin_verifying(shared: &Arc<Shared>, block: u64) {
    let number = shared.verify_number.fetch_add(1, Ordering::SeqCst) + 1;
    let opened = shared.opened.load_full();
    let shared = Arc::clone(shared);
    let thread = std::thread::Builder::new().name("warp-verify".to_owned());
    let _ = thread.spawn(move || {
        let tell = |bytes_done, outcome| {
            shared.set_verify(VerifyProgress { block, bytes_done, outcome });
        };
        tell(0, None);
        let _ = shared.moving.try_send(());
        let block_bytes = usize::try_from(block).unwrap_or(usize::MAX);
        let (source, language, kernel) = (&*opened.source, opened.language, opened.reader.kernel);
        let mut told = Instant::now();
        let verified = verify(source, language, kernel, block_bytes, |bytes_done| {
            shared.give_way.look_and_pass();
            if told.elapsed() > Duration::from_millis(50) {
                told = Instant::now();
                tell(bytes_done, None);
            }
            shared.wanted(opened.era) && shared.verify_number.load(Ordering::Relaxed) == number
        });
        if shared.verify_number.load(Ordering::Relaxed) == number {
            let done = verified.as_ref().map_or(0, |verified| verified.bytes);
            tell(done, Some(verified.map_err(|error| error.to_string())));
            shared.publish();
        }
    });
}
