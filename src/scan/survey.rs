//! The survey: what the check for the first problem and the count of lines by kind need of one stretch of bytes, made
//! from the stretch alone, so that many are made at once. [`Checker`](super::Checker) puts them in order.
//!
//! A survey says for certain that nothing is wrong inside its stretch, and leaves what only its neighbours know: closers
//! of brackets that were opened before it, openers of those that are closed after it, the characters and the line that
//! its ends cut. Where it cannot be certain the stretch is looked at again, bracket by bracket, in order.

use super::{LineCounter, Mode, Span, State, Summary};
use crate::lang::code::{CodeState, Piece, Scanner};
use crate::lang::{LanguageId, SpanKind, json};
use crate::simd::{KernelId, Utf8Part};
use crate::units::ByteOffset;

/// What a stretch of bytes holds for the check and for the count of lines.
#[derive(Clone, Debug, Default)]
pub struct Survey {
    /// Its lines.
    pub(crate) lines: LineCounter,
    /// Its brackets.
    pub(crate) brackets: Brackets,
    /// Whether a string runs over a line break in it.
    pub(crate) breaks_string: bool,
    /// Where its last span begins, from its first byte; -1 for the slash before it.
    pub(crate) last_span: Option<i64>,
    /// Its characters.
    pub(crate) utf8: Utf8Part,
}

/// What is left of a stretch's brackets when those that match are taken away.
#[derive(Clone, Debug, Default)]
pub(crate) struct Brackets {
    /// Closers of what was opened before, in order; true: a brace.
    pub(crate) closers: Vec<bool>,
    /// Openers of what is closed later, in order.
    pub(crate) openers: Vec<Opener>,
    /// Highest depth in the stretch less depth before it.
    pub(crate) depth_max: i64,
    /// Whether two in the stretch do not match. The rest is worth nothing then.
    pub(crate) mismatch: bool,
}

/// An opening bracket.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Opener {
    /// Its place in the stretch.
    pub(crate) at: u32,
    /// Whether it is a brace.
    pub(crate) brace: bool,
}

impl Brackets {
    /// Goes over a block that begins at `at`: `open` and `close` are its brackets, `brace` tells the sorts apart.
    #[inline(always)]
    pub(crate) fn block(&mut self, at: u32, open: u64, close: u64, brace: u64) {
        let mut left = open | close;
        while left != 0 {
            let bit = left & left.wrapping_neg();
            let brace = brace & bit != 0;
            if open & bit != 0 {
                self.openers.push(Opener { at: at + left.trailing_zeros(), brace });
                let depth = self.openers.len() as i64 - self.closers.len() as i64;
                self.depth_max = self.depth_max.max(depth);
            } else {
                match self.openers.pop() {
                    Some(opener) => self.mismatch |= opener.brace != brace,
                    None => self.closers.push(brace),
                }
            }
            left ^= bit;
        }
    }
}

impl Survey {
    /// The survey of nothing, before bytes that are scanned from `start`.
    pub(crate) fn new(start: &State) -> Self {
        let lines = LineCounter::from_state(start);
        Survey { lines, ..Survey::default() }
    }

    /// Goes over spans found one by one, in `bytes` that begin at `at` in the stretch and end in `end`.
    pub(crate) fn spans(&mut self, at: u32, bytes: &[u8], spans: &[Span], end: &State) {
        for span in spans {
            if !span.continues || span.slash_before {
                let start = i64::from(span.start) - i64::from(span.slash_before);
                self.last_span = Some(i64::from(at) + start);
            }
            let inside = &bytes[span.start as usize..span.end as usize];
            self.breaks_string |=
                span.kind == SpanKind::String && memchr::memchr(b'\n', inside).is_some();
        }
        self.lines.spans(bytes, spans, end);
    }

    /// Where the last span begins in a document in which the stretch begins at `at`.
    pub(crate) fn last_span_at(&self, at: ByteOffset) -> Option<ByteOffset> {
        self.last_span.and_then(|start| at.checked_add_signed(start))
    }
}

/// The survey of `bytes`, scanned from `start`, and the state after them. For up to 4 GiB of bytes.
#[must_use]
pub fn survey(
    kernel: KernelId,
    language: LanguageId,
    start: &State,
    bytes: &[u8],
) -> (Survey, State) {
    let (mut survey, end) = match language {
        LanguageId::Json => json::survey(kernel, start, bytes),
        _ => (text::survey(kernel, bytes), start.clone()),
    };
    survey.lines.ends_with(bytes.last().copied());
    survey.utf8 = Utf8Part::of(kernel, bytes);
    debug_assert!(end.mode != Mode::CodeAfterSlash || language == LanguageId::Json);
    (survey, end)
}

/// A summary and a survey: all that `scan` tells of a stretch.
#[derive(Clone, Debug)]
pub struct Surveyed {
    /// The counts.
    pub summary: Summary,
    /// What the check and the lines need.
    pub survey: Survey,
}

impl Surveyed {
    /// The counts, lines and characters of a piece of a code language. What the scanner leaves undecided at the piece's end
    /// belongs to the lines of the next piece: only there is it known what it is.
    pub(super) fn of_code(
        scanner: &dyn Scanner,
        kernel: KernelId,
        start: &State,
        piece: &Piece<'_>,
    ) -> (Self, State) {
        let (mut summary, mut comments, end) = scanner.survey(kernel, start.code.as_ref(), piece);
        let bytes = piece.bytes();
        summary.bytes = bytes.len() as u64;
        summary.line_breaks = memchr::memchr_iter(b'\n', bytes).count() as u64;
        let held_back = start.code.as_ref().map_or(0, CodeState::pending) as usize;
        let from = piece.from.saturating_sub(held_back);
        let to = piece.to - end.pending() as usize;
        let base = piece.at - (piece.from - from) as u64;
        if let Some((start, kind)) = end.open_span()
            && kind.is_comment()
        {
            comments.push((start, ByteOffset::MAX));
        }
        let mut survey = Survey { utf8: Utf8Part::of(kernel, bytes), ..Survey::default() };
        survey.lines.comments(piece.text.get(from..to).unwrap_or_default(), base, &comments);
        (Surveyed { summary, survey }, end.into())
    }
}

mod text {
    //! Text has lines and characters and nothing else.

    use super::Survey;
    use crate::simd::{
        BLOCK_BYTES, GROUP_BLOCKS_MAX, Group, Kernel, KernelId, Lanes, Task, filled, run,
    };

    pub(super) fn survey(kernel: KernelId, bytes: &[u8]) -> Survey {
        run(kernel, Lines(bytes))
    }

    struct Lines<'a>(&'a [u8]);

    impl Task for Lines<'_> {
        type Output = Survey;

        #[inline(always)]
        fn run<K: Kernel>(self, kernel: K) -> Survey {
            let mut survey = Survey::default();
            let mut groups = self.0.chunks_exact(K::GROUP_BYTES);
            for group in &mut groups {
                add(kernel, group, &mut survey);
            }
            let rest = groups.remainder();
            let mut padded = [b' '; GROUP_BLOCKS_MAX * BLOCK_BYTES];
            padded[..rest.len()].copy_from_slice(rest);
            add(kernel, &padded[..K::GROUP_BYTES], &mut survey);
            survey
        }
    }

    #[inline(always)]
    fn add<K: Kernel>(kernel: K, bytes: &[u8], survey: &mut Survey) {
        let group = kernel.load(bytes);
        let line_breaks = group.matching::<b'\n', 0xFF>();
        let (mut breaks, mut inked) = ([0; GROUP_BLOCKS_MAX], [0; GROUP_BLOCKS_MAX]);
        line_breaks.store(&mut breaks);
        filled(&group, line_breaks, kernel.splat(!0)).store(&mut inked);
        for block in 0..K::Lanes::COUNT {
            survey.lines.block(breaks[block], inked[block]);
        }
    }
}
