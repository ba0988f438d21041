//! The survey: what the check for the first problem and the count of lines by kind need of one stretch of bytes, made
//! from the stretch alone, so that many are made at once. [`Checker`](super::Checker) puts them in order.
//!
//! A survey says for certain that nothing is wrong inside its stretch, and leaves what only its neighbours know: closers
//! of brackets that were opened before it, openers of those that are closed after it, the characters and the line that
//! its ends cut. Where it cannot be certain the stretch is looked at again, bracket by bracket, in order.

use super::{LineCounter, Mode, Span, State, Summary};
use crate::lang::code::{CodeState, Counts, Piece, Scanner};
use crate::lang::{LanguageId, json};
use crate::simd::{KernelId, Utf8Part};
use crate::units::ByteOffset;

/// What a stretch of bytes holds for the check and for the count of lines.
#[derive(Clone, Debug, Default)]
pub struct Survey {
    /// Its lines.
    pub(crate) lines: LineCounter,
    /// Its brackets.
    pub(crate) brackets: Brackets,
    /// Its tokens, and whether one is spelled wrong or stands where it may not.
    pub(crate) syntax: json::Stretch,
    /// Where its last span begins, from its first byte; -1 for the slash before it.
    pub(crate) last_span: Option<i64>,
    /// Its characters.
    pub(crate) utf8: Utf8Part,
}

/// What is left of a stretch's brackets when those that match are taken away.
#[derive(Clone, Debug)]
pub(crate) struct Brackets {
    /// Closers of what was opened before, in order; true: a brace.
    pub(crate) closers: Vec<bool>,
    /// Openers of what is closed later, in order.
    pub(crate) openers: Vec<Opener>,
    /// Highest depth in the stretch less depth before it.
    pub(crate) depth_max: i64,
    /// Whether two in the stretch do not match. The rest is worth nothing then.
    pub(crate) mismatch: bool,
    /// Commas that stand behind the closers and before the openers: whether they are an object's.
    pub(crate) commas: Option<bool>,
    /// Depth less depth before the stretch where a document ends and another begins.
    pub(crate) top: Option<i64>,
    /// The innermost openers, which stand inside of those in `openers`. Beyond `n_near` they mean nothing.
    near: [Opener; NEAR_MAX],
    n_near: usize,
}

/// Openers kept at hand, and one place more: a closer is written there too, and must not be written over one of them.
const NEAR_MAX: usize = 64;

impl Default for Brackets {
    fn default() -> Self {
        Brackets {
            closers: Vec::new(),
            openers: Vec::new(),
            depth_max: 0,
            mismatch: false,
            commas: None,
            top: None,
            near: [Opener { at: 0, is_placed: false, brace: false }; NEAR_MAX],
            n_near: 0,
        }
    }
}

/// An opening bracket.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Opener {
    /// Its place in the stretch, once it is placed; else its number.
    pub(crate) at: u32,
    is_placed: bool,
    /// Whether it is a brace.
    pub(crate) brace: bool,
}

impl Brackets {
    /// Takes in a bracket by its number, to be placed if it is still there then.
    ///
    /// Whether a bracket opens or closes cannot be foretold, so both go one way: the opener's place is written whether
    /// there is an opener or not, and counts only if the number at hand rises.
    #[inline(always)]
    pub(crate) fn take(&mut self, number: u32, opens: bool, brace: bool) {
        if self.n_near == if opens { NEAR_MAX - 1 } else { 0 } {
            self.make_room(opens);
        }
        if self.n_near == 0 && !opens {
            self.mismatch |= self.commas.take().is_some_and(|of_object| of_object != brace);
            self.closers.push(brace);
            return;
        }
        self.near[self.n_near % NEAR_MAX] = Opener { at: number, is_placed: false, brace };
        let inner = self.near[self.n_near.wrapping_sub(1) % NEAR_MAX];
        self.mismatch |= !opens & (inner.brace != brace);
        self.n_near = self.n_near.wrapping_add_signed(2 * isize::from(opens) - 1);
    }

    /// Takes in a comma, of an object or of an array.
    pub(crate) fn comma(&mut self, of_object: bool) {
        if self.n_near == 0 {
            self.make_room(false);
        }
        if self.n_near > 0 {
            self.mismatch |= self.near[self.n_near - 1].brace != of_object;
        } else {
            self.mismatch |= self.commas.is_some_and(|commas| commas != of_object);
            self.commas = Some(of_object);
        }
    }

    /// Takes in that at this depth a document ends and another begins. They all do so at the same.
    pub(crate) fn top(&mut self, depth: i64) {
        self.mismatch |= self.top.is_some_and(|top| top != depth);
        self.top = Some(depth);
    }

    /// Places the openers that are left and have but a number, from the innermost out: `place` is given numbers that fall.
    #[inline(always)]
    pub(crate) fn place(&mut self, mut place: impl FnMut(u32) -> u32) {
        let all = self.openers.iter_mut().chain(&mut self.near[..self.n_near]);
        for opener in all.rev().take_while(|opener| !opener.is_placed) {
            *opener = Opener { at: place(opener.at), is_placed: true, ..*opener };
        }
    }

    /// Moves the outer half of the openers at hand away, or as many back.
    #[cold]
    fn make_room(&mut self, opens: bool) {
        let half = NEAR_MAX / 2;
        if opens {
            self.openers.extend_from_slice(&self.near[..half]);
            self.near.copy_within(half.., 0);
            self.n_near -= half;
        } else {
            let from = self.openers.len().saturating_sub(half);
            self.n_near = self.openers.len() - from;
            self.near[..self.n_near].copy_from_slice(&self.openers[from..]);
            self.openers.truncate(from);
        }
    }

    /// Puts all openers that are left where they are looked for.
    pub(crate) fn settle(&mut self) {
        self.openers.extend_from_slice(&self.near[..self.n_near]);
        self.n_near = 0;
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
        }
        self.lines.spans(bytes, spans, end);
    }

    /// Puts what was left open at the end of `bytes` where it is looked for.
    fn complete(&mut self, bytes: &[u8]) {
        self.brackets.settle();
        self.lines.ends_with(bytes.last().copied());
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
    survey.complete(bytes);
    survey.utf8 = Utf8Part::of(kernel, bytes);
    debug_assert!(end.mode != Mode::CodeAfterSlash || language == LanguageId::Json);
    (survey, end)
}

/// The survey of JSON by a kernel of eight lanes.
#[cfg(test)]
pub(super) fn survey_by_lanes(start: &State, bytes: &[u8]) -> (Survey, State) {
    let (mut survey, end) = json::survey_by_lanes(start, bytes);
    survey.complete(bytes);
    survey.utf8 = Utf8Part::of(KernelId::Scalar, bytes);
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

/// The same but for the characters. They depend on nothing that stands before the stretch, so they can be looked at before
/// its start state is known.
#[derive(Clone, Debug)]
pub struct WithoutCharacters(Surveyed);

impl WithoutCharacters {
    /// With the characters of the stretch.
    #[must_use]
    pub fn with(mut self, characters: Utf8Part) -> Surveyed {
        self.0.survey.utf8 = characters;
        self.0
    }

    /// The other way round.
    pub(super) fn of(surveyed: Surveyed) -> Self {
        WithoutCharacters(surveyed)
    }

    /// The counts of the stretch.
    pub(super) fn summary(&self) -> &Summary {
        &self.0.summary
    }

    /// All that is told of bytes of JSON, in one pass.
    pub(super) fn of_json(kernel: KernelId, start: &State, bytes: &[u8]) -> (Self, State) {
        let (mut survey, summary, end) = json::survey_and_summary(kernel, start, bytes);
        survey.complete(bytes);
        (WithoutCharacters(Surveyed { summary, survey }), end)
    }

    /// All that is told of text.
    pub(super) fn of_text(
        kernel: KernelId,
        start: &State,
        summary: Summary,
        bytes: &[u8],
    ) -> (Self, State) {
        let mut survey = text::survey(kernel, bytes);
        survey.complete(bytes);
        (WithoutCharacters(Surveyed { summary, survey }), start.clone())
    }

    /// The counts and lines of a piece of a code language. What the scanner leaves undecided at the piece's end
    /// belongs to the lines of the next piece: only there is it known what it is.
    pub(super) fn of_code(
        scanner: &dyn Scanner,
        kernel: KernelId,
        start: &State,
        piece: &Piece<'_>,
    ) -> (Self, State) {
        let mut counts = Counts::with_comments();
        let end = scanner.count(kernel, start.code.as_ref(), piece, &mut counts);
        Self::of_counts(kernel, counts, end, start, piece)
    }

    /// What a scanner has counted in a piece between `start` and `end`, comments kept.
    pub(super) fn of_counts(
        kernel: KernelId,
        counts: Counts,
        end: CodeState,
        start: &State,
        piece: &Piece<'_>,
    ) -> (Self, State) {
        let Counts { mut summary, comments } = counts;
        summary.count_lines(kernel, piece.bytes());
        let mut comments = comments.unwrap_or_default();
        let held_back = start.code.as_ref().map_or(0, CodeState::pending) as usize;
        let from = piece.from.saturating_sub(held_back);
        let to = piece.to - end.pending() as usize;
        let base = piece.at - (piece.from - from) as u64;
        if let Some((start, kind)) = end.open_span()
            && kind.is_comment()
        {
            comments.push((start, ByteOffset::MAX));
        }
        let mut survey = Survey::default();
        survey.lines.comments(piece.text.get(from..to).unwrap_or_default(), base, &comments);
        (WithoutCharacters(Surveyed { summary, survey }), end.into())
    }
}

mod text {
    //! Text has lines and characters and nothing else.

    use super::Survey;
    use crate::scan::GroupLines;
    use crate::simd::{BLOCK_BYTES, GROUP_BLOCKS_MAX, Group, Kernel, KernelId, Task, run};

    pub(super) fn survey(kernel: KernelId, bytes: &[u8]) -> Survey {
        run(kernel, Lines(bytes))
    }

    struct Lines<'a>(&'a [u8]);

    impl Task for Lines<'_> {
        type Output = Survey;

        #[inline(always)]
        fn run<K: Kernel>(self, kernel: K) -> Survey {
            let mut survey = Survey::default();
            let mut lines = GroupLines::new(kernel);
            let mut groups = self.0.chunks_exact(K::GROUP_BYTES);
            for group in &mut groups {
                add(kernel, group, &mut lines, &mut survey);
            }
            let rest = groups.remainder();
            if !rest.is_empty() {
                let mut padded = [b' '; GROUP_BLOCKS_MAX * BLOCK_BYTES];
                padded[..rest.len()].copy_from_slice(rest);
                add(kernel, &padded[..K::GROUP_BYTES], &mut lines, &mut survey);
            }
            lines.settle(&mut survey.lines);
            survey
        }
    }

    #[inline(always)]
    fn add<K: Kernel>(
        kernel: K,
        bytes: &[u8],
        lines: &mut GroupLines<K::Lanes>,
        survey: &mut Survey,
    ) {
        let breaks = kernel.load(bytes).matching::<b'\n', 0xFF>();
        lines.group(kernel, breaks, bytes, &mut survey.lines);
    }
}
