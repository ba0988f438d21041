//! One chunk, one start state: its summary, or its detail. The only place that goes from a language's name to its code.

use super::{Detail, State, Summary, Surveyed, WithoutCharacters};
use crate::lang::code::{Counts, Guessed, Piece, Scanner, Stops};
use crate::lang::{LanguageId, json};
use crate::simd::{KernelId, Utf8, Utf8Part};
use crate::units::ByteOffset;

/// What scanning a chunk gives: the driver and the stitcher do not care which.
pub trait Scanned: Send + Sized + 'static {
    /// Scans a piece from `start`; also gives the state after it.
    fn scan<'t>(
        kernel: KernelId,
        language: LanguageId,
        start: &State,
        piece: impl Into<Piece<'t>>,
    ) -> (Self, State);

    /// As [`Scanned::scan`] from a state that is guessed, with what [`Scanned::scan_again`] needs to scan less.
    fn scan_guess(
        kernel: KernelId,
        language: LanguageId,
        start: &State,
        piece: Piece<'_>,
    ) -> (Self, State, Stops) {
        let (scanned, end) = Self::scan(kernel, language, start, piece);
        (scanned, end, Stops::default())
    }

    /// What [`Scanned::scan`] gives, for a piece that was scanned from a guess, and how many bytes of it were scanned for that.
    fn scan_again(
        kernel: KernelId,
        language: LanguageId,
        start: &State,
        piece: Piece<'_>,
        _guess: &Guess<'_, Self>,
    ) -> (Self, State, u64) {
        let (scanned, end) = Self::scan(kernel, language, start, piece);
        (scanned, end, piece.bytes().len() as u64)
    }

    /// Bytes scanned.
    fn bytes(&self) -> u64;

    /// Whether it may tell of a place before `near`.
    fn tells_before(&self, near: ByteOffset) -> bool;
}

/// What scanning a chunk from a guessed state gave.
#[derive(Clone, Copy, Debug)]
pub struct Guess<'a, S> {
    /// The state that was guessed.
    pub start: &'a State,
    /// What was told.
    pub scanned: &'a S,
    /// The state after it.
    pub end: &'a State,
    /// Where the scan has been.
    pub stops: &'a Stops,
}

impl<'a, S> Guess<'a, S> {
    /// The same for the scanner of a code language; `summary` is what it has counted.
    pub(super) fn of_code(&self, summary: &'a Summary) -> Option<Guessed<'a>> {
        let Guess { start, end, stops, .. } = self;
        Some(Guessed { start: start.code.as_ref(), end: end.code.as_ref()?, summary, stops })
    }
}

impl Scanned for Summary {
    fn scan<'t>(
        kernel: KernelId,
        language: LanguageId,
        start: &State,
        piece: impl Into<Piece<'t>>,
    ) -> (Self, State) {
        summarize(kernel, language, start, piece)
    }

    fn scan_guess(
        kernel: KernelId,
        language: LanguageId,
        start: &State,
        piece: Piece<'_>,
    ) -> (Self, State, Stops) {
        let Some(scanner) = language.info().scanner else {
            let (summary, end) = summarize(kernel, language, start, piece);
            return (summary, end, Stops::default());
        };
        let (start, mut counts) = (start.code.as_ref(), Counts::default());
        let (end, stops) = scanner.count_in_stops(kernel, start, &piece, &mut counts);
        counts.summary.count_lines(kernel, piece.bytes());
        (counts.summary, end.into(), stops)
    }

    fn scan_again(
        kernel: KernelId,
        language: LanguageId,
        start: &State,
        piece: Piece<'_>,
        guess: &Guess<'_, Self>,
    ) -> (Self, State, u64) {
        let (Some(scanner), Some(guessed)) =
            (language.info().scanner, guess.of_code(guess.scanned))
        else {
            let (summary, end) = summarize(kernel, language, start, piece);
            return (summary, end, piece.bytes().len() as u64);
        };
        let (start, mut counts) = (start.code.as_ref(), Counts::default());
        let (end, n_bytes) = scanner.count_again(kernel, start, &piece, &guessed, &mut counts);
        let Summary { bytes, line_breaks, .. } = *guess.scanned;
        (Summary { bytes, line_breaks, ..counts.summary }, end.into(), n_bytes)
    }

    fn bytes(&self) -> u64 {
        self.bytes
    }

    fn tells_before(&self, near: ByteOffset) -> bool {
        self.problem.is_some_and(|(at, _)| at < near)
    }
}

impl Scanned for Surveyed {
    fn scan<'t>(
        kernel: KernelId,
        language: LanguageId,
        start: &State,
        piece: impl Into<Piece<'t>>,
    ) -> (Self, State) {
        let piece = piece.into();
        let (scanned, end) = WithoutCharacters::scan(kernel, language, start, piece);
        (scanned.with(Utf8Part::of(kernel, piece.bytes())), end)
    }

    fn scan_guess(
        kernel: KernelId,
        language: LanguageId,
        start: &State,
        piece: Piece<'_>,
    ) -> (Self, State, Stops) {
        let (scanned, end, stops) = WithoutCharacters::scan_guess(kernel, language, start, piece);
        (scanned.with(Utf8Part::of(kernel, piece.bytes())), end, stops)
    }

    fn scan_again(
        kernel: KernelId,
        language: LanguageId,
        start: &State,
        piece: Piece<'_>,
        guess: &Guess<'_, Self>,
    ) -> (Self, State, u64) {
        let characters = guess.scanned.survey.utf8.clone();
        let without = WithoutCharacters::of(guess.scanned.clone());
        let Guess { start: guessed, end, stops, .. } = *guess;
        let guess = Guess { start: guessed, scanned: &without, end, stops };
        let (scanned, end, n_bytes) =
            WithoutCharacters::scan_again(kernel, language, start, piece, &guess);
        (scanned.with(characters), end, n_bytes)
    }

    fn bytes(&self) -> u64 {
        self.summary.bytes
    }

    fn tells_before(&self, near: ByteOffset) -> bool {
        self.summary.tells_before(near)
    }
}

impl Scanned for WithoutCharacters {
    fn scan<'t>(
        kernel: KernelId,
        language: LanguageId,
        start: &State,
        piece: impl Into<Piece<'t>>,
    ) -> (Self, State) {
        let piece = piece.into();
        match language.info().scanner {
            Some(scanner) => Self::of_code(scanner, kernel, start, &piece),
            None if language == LanguageId::Json => Self::of_json(kernel, start, piece.bytes()),
            None => Self::of_text(kernel, start, text(piece.bytes()), piece.bytes()),
        }
    }

    fn scan_guess(
        kernel: KernelId,
        language: LanguageId,
        start: &State,
        piece: Piece<'_>,
    ) -> (Self, State, Stops) {
        let Some(scanner) = language.info().scanner else {
            let (scanned, end) = Self::scan(kernel, language, start, piece);
            return (scanned, end, Stops::default());
        };
        let (code, mut counts) = (start.code.as_ref(), Counts::with_comments());
        let (end, stops) = scanner.count_in_stops(kernel, code, &piece, &mut counts);
        let (scanned, end) = Self::of_counts(kernel, counts, end, start, &piece);
        (scanned, end, stops)
    }

    fn scan_again(
        kernel: KernelId,
        language: LanguageId,
        start: &State,
        piece: Piece<'_>,
        guess: &Guess<'_, Self>,
    ) -> (Self, State, u64) {
        let (Some(scanner), Some(guessed)) =
            (language.info().scanner, guess.of_code(guess.scanned.summary()))
        else {
            let (scanned, end) = Self::scan(kernel, language, start, piece);
            return (scanned, end, piece.bytes().len() as u64);
        };
        let (code, mut counts) = (start.code.as_ref(), Counts::with_comments());
        let (end, n_bytes) = scanner.count_again(kernel, code, &piece, &guessed, &mut counts);
        let (scanned, end) = Self::of_counts(kernel, counts, end, start, &piece);
        (scanned, end, n_bytes)
    }

    fn bytes(&self) -> u64 {
        self.summary().bytes
    }

    fn tells_before(&self, near: ByteOffset) -> bool {
        self.summary().tells_before(near)
    }
}

/// What a piece adds, scanned from `start`, and the state after it.
#[must_use]
pub fn summarize<'t>(
    kernel: KernelId,
    language: LanguageId,
    start: &State,
    piece: impl Into<Piece<'t>>,
) -> (Summary, State) {
    let piece = piece.into();
    if let Some(scanner) = language.info().scanner {
        return code(scanner, kernel, start, &piece);
    }
    match language {
        LanguageId::Json => json::summarize(kernel, start, piece.bytes()),
        _ => (text(piece.bytes()), start.clone()),
    }
}

/// Everything inside a piece of up to 4 GiB, scanned from `start`. Give it bytes after the piece too: a code language may
/// need them for what stands at the piece's end.
#[must_use]
pub fn detail<'t>(
    kernel: KernelId,
    language: LanguageId,
    start: &State,
    piece: impl Into<Piece<'t>>,
) -> Detail {
    let piece = piece.into();
    debug_assert!(u32::try_from(piece.text.len()).is_ok(), "positions in a detail are 32 bits");
    if let Some(scanner) = language.info().scanner {
        return Detail::of_code(scanner, kernel, start, &piece);
    }
    match language {
        LanguageId::Json => json::detail(kernel, start, piece.bytes()),
        _ => Detail::empty(piece.bytes().len() as u32, start.clone()),
    }
}

fn code(
    scanner: &dyn Scanner,
    kernel: KernelId,
    start: &State,
    piece: &Piece<'_>,
) -> (Summary, State) {
    let mut counts = Counts::default();
    let end = scanner.count(kernel, start.code.as_ref(), piece, &mut counts);
    counts.summary.count_lines(kernel, piece.bytes());
    (counts.summary, end.into())
}

/// Appends the positions of the structural characters of `bytes` alone, scanned from `start`; returns the state after
/// them. For JSON only, other languages have none.
pub fn structurals(
    kernel: KernelId,
    language: LanguageId,
    start: &State,
    bytes: &[u8],
    out: &mut Vec<u32>,
) -> State {
    match language {
        LanguageId::Json => json::structurals(kernel, start, bytes, out),
        _ => start.clone(),
    }
}

/// As [`structurals`], and goes on with `utf8` in the same pass. Returns what [`Utf8::check`] does, too. This is the work of
/// simdjson's stage 1.
pub fn structurals_checked(
    kernel: KernelId,
    language: LanguageId,
    start: &State,
    bytes: &[u8],
    utf8: &mut Utf8,
    out: &mut Vec<u32>,
) -> (State, Option<ByteOffset>) {
    match language {
        LanguageId::Json => json::structurals_checked(kernel, start, bytes, utf8, out),
        _ => (start.clone(), utf8.check(kernel, bytes)),
    }
}

/// Text has lines and nothing else.
fn text(bytes: &[u8]) -> Summary {
    let line_breaks = memchr::memchr_iter(b'\n', bytes).count() as u64;
    Summary { bytes: bytes.len() as u64, line_breaks, ..Summary::default() }
}
