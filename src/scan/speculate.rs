//! Guessing the state at a cut, so that a chunk can be scanned before its true start state is known.

use std::borrow::Cow;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};

use super::{Mode, State};
use crate::lang::LanguageId;
use crate::lang::code::{CodeState, Landmark, Piece, Scanner};
use crate::limits::LEARN_BYTES;
use crate::simd::KernelId;
use crate::units::ByteOffset;

/// Bytes before a batch that a worker reads to guess its start state by.
#[must_use]
pub fn run_up_bytes(language: LanguageId) -> usize {
    language.info().scanner.map_or(0, Scanner::run_up_bytes)
}

/// Guesses states, and learns from wrong guesses.
///
/// JSON is guessed by what follows a cut; a code language by scanning what stands before it from a landmark on, a line that
/// most likely begins a declaration. What such a line stands in is not seen from there: at first it is taken for nothing. Where
/// a guess was wrong, what the lines after it truly stood in is kept by their indentation: so a module, or a bracket
/// that nobody closes, misleads the guesses of one or two batches, and not of all that follow.
#[derive(Debug)]
pub struct Speculator {
    kernel: KernelId,
    language: LanguageId,
    learned: Mutex<Vec<Learned>>,
    /// So many guesses must turn out right before one is sure.
    wary: AtomicUsize,
}

/// After a wrong guess so many must be right.
const WARY_MAX: usize = 2;

/// What holds before landmarks of one indentation.
#[derive(Clone, Debug)]
struct Learned {
    indent: usize,
    /// Where that landmark stands: the state knows of places up to here.
    at: ByteOffset,
    state: CodeState,
    /// How much is open around the landmark: what it ends itself, by its indentation, does not count.
    n_open: usize,
    /// The bytes before the landmark that `state` does not take account of yet.
    pending: Vec<u8>,
}

/// Indentations for which a state is kept.
const INDENTS_MAX: usize = 8;

impl Speculator {
    /// Knows of nothing yet.
    #[must_use]
    pub fn new(kernel: KernelId, language: LanguageId) -> Self {
        let (learned, wary) = (Mutex::default(), AtomicUsize::new(0));
        Speculator { kernel, language, learned, wary }
    }

    /// The state that most likely holds where `piece` begins. A wrong guess costs time, never truth.
    #[must_use]
    pub fn guess<'t>(&self, piece: impl Into<Piece<'t>>) -> State {
        self.guess_surely(piece).0
    }

    /// As [`Speculator::guess`], and whether the guess is most likely right.
    #[must_use]
    pub fn guess_surely<'t>(&self, piece: impl Into<Piece<'t>>) -> (State, bool) {
        let piece = piece.into();
        match (self.language.info().scanner, self.language) {
            (Some(scanner), _) => self
                .guess_code(scanner, &piece)
                .map_or_else(Default::default, |(state, is_sure)| (state.into(), is_sure)),
            (None, LanguageId::Json) => (State::of(guess_json(piece.bytes())), true),
            _ => (State::default(), true),
        }
    }

    /// Takes note of what became of a guess.
    pub fn turned_out(&self, was_right: bool) {
        let wary = self.wary.load(Ordering::Relaxed);
        let wary = if was_right { wary.saturating_sub(1) } else { WARY_MAX };
        self.wary.store(wary, Ordering::Relaxed);
    }

    fn guess_code(&self, scanner: &dyn Scanner, piece: &Piece<'_>) -> Option<(CodeState, bool)> {
        let before = &piece.text[..piece.from];
        let landmark = scanner.landmark(before)?;
        let landmark_at = piece.at - (before.len() - landmark.at) as u64;
        // What was learned behind this line (run-ups of small batches overlap) is not what stands before it.
        let is_asked_for =
            |learned: &&Learned| learned.indent == landmark.indent && learned.at <= landmark_at;
        let learned = self.learned().iter().find(is_asked_for).cloned();
        let (start, pending) =
            learned.map_or((None, Vec::new()), |it| (Some(it.state), it.pending));
        // What stands before the line may be a comment, which cannot be told from code here: it is not looked back on.
        let (from, at) = (pending.len(), landmark_at);
        let text = match &before[landmark.at..] {
            text if pending.is_empty() => Cow::Borrowed(text),
            text => Cow::Owned([pending.as_slice(), text].concat()),
        };
        let run_up = Piece { text: &text, from, to: text.len(), at, last: false, text_ends: false };
        // Of lines that are not indented it is mostly known what they stand in.
        let is_sure = landmark.indent == 0 && self.wary.load(Ordering::Relaxed) == 0;
        Some((scanner.run_up(self.kernel, start.as_ref(), &run_up), is_sure))
    }

    /// Takes note of a true state: what is no longer open is not around later lines either.
    pub fn pass(&self, state: &State) {
        let Some(state) = &state.code else { return };
        let n_open = state.n_open();
        // Lines that are indented stand in something, and most likely in the like of what they stood in before.
        let is_inside = |indent| indent > 0 && indent != Landmark::NO_INDENT;
        self.learned().retain(|it| is_inside(it.indent) || it.n_open <= n_open);
    }

    fn learned(&self) -> MutexGuard<'_, Vec<Learned>> {
        self.learned.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Learns from a wrong guess: before `piece` the state was `start`.
    pub fn learn(&self, start: &State, piece: &Piece<'_>) {
        let (Some(scanner), Some(start)) = (self.language.info().scanner, &start.code) else {
            return;
        };
        let end = (piece.from + LEARN_BYTES).min(piece.to);
        let Some(landmark) = scanner.landmark(&piece.text[piece.from..end]) else { return };
        let (at, indent) = (piece.at - piece.from as u64, landmark.indent);
        let here = piece.from + landmark.at;
        let to_it = Piece::of(piece.text, at, piece.from..here, false);
        let state = scanner.run_up(self.kernel, Some(start), &to_it);
        // A string that began behind the cut will not be around another line.
        if state.open_span().is_some_and(|(from, _)| from >= piece.at) {
            return;
        }
        let line_end = memchr::memchr(b'\n', &piece.text[here..end]).map_or(end, |i| here + i);
        let line = Piece::of(piece.text, at, here..line_end, false);
        let behind = scanner.run_up(self.kernel, Some(&state), &line);
        let n_open = state.n_open().min(behind.n_open());
        let pending = piece.text[here.saturating_sub(state.pending() as usize)..here].to_vec();
        let mut learned = self.learned();
        learned.retain(|learned| learned.indent != indent);
        learned.insert(0, Learned { indent, at: at + here as u64, state, n_open, pending });
        learned.truncate(INDENTS_MAX);
    }
}

/// How many quotes are looked at before the guess falls to code.
const QUOTES_LOOKED_AT: usize = 16;

/// In JSON a quote that opens a string follows a bracket, a comma, a colon or a line's start; one that closes a string
/// stands before a comma, a colon or a closing bracket. The first quote of which only one can be said decides.
fn guess_json(bytes: &[u8]) -> Mode {
    for (seen, at) in memchr::memchr_iter(b'"', bytes).take(QUOTES_LOOKED_AT).enumerate() {
        let before = bytes[..at].iter().rev().find(|byte| !byte.is_ascii_whitespace());
        let after = bytes[at + 1..].iter().find(|byte| !byte.is_ascii_whitespace());
        let opens = matches!(before, Some(b'{' | b'[' | b',' | b':' | b'}' | b']'));
        let closes = matches!(after, Some(b'}' | b']' | b',' | b':'));
        // An escaped quote says that we are inside.
        let escaped = at > 0 && bytes[at - 1] == b'\\';
        let inside_before_it = match (opens, closes) {
            _ if escaped => true,
            (true, false) => false,
            (false, true) => true,
            _ => continue,
        };
        // Quotes that said nothing stand in pairs before it, unless their number is odd.
        let inside_at_start = inside_before_it ^ (seen % 2 == 1 && !escaped);
        return if inside_at_start { Mode::String } else { Mode::Code };
    }
    let quote = memchr::memchr(b'"', bytes).unwrap_or(bytes.len());
    if is_text(&bytes[..quote.min(TEXT_LOOKED_AT)]) { Mode::String } else { Mode::Code }
}

/// Bytes that are looked at where no quote says anything.
const TEXT_LOOKED_AT: usize = 1024;

/// Whether something among these bytes does not stand in JSON but in strings: an image or a page of a book has no quote in many a
/// chunk. (It stands in comments, too; those are short.)
fn is_text(bytes: &[u8]) -> bool {
    let stands_in_code = |byte: &u8| {
        byte.is_ascii_whitespace()
            || byte.is_ascii_digit()
            || b"{}[],:+-.Etruefalsn/*".contains(byte)
    };
    !bytes.iter().all(stands_in_code)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_begins_inside_of_a_string_is_guessed_with_and_without_quotes() {
        let inside: [&[u8]; 5] = [
            b"tail\", \"next\": [1]",
            b"iVBORw0KGgoAAAANSUhEUg",
            b"a page of a book, which has no quote",
            "日本".as_bytes(),
            b"he said \\\"so\\\" and",
        ];
        let outside: [&[u8]; 5] = [
            b"",
            b"12, -3.5e+7, [true, null, {}],\n\t",
            b"ull, false",
            b"{\"a\": 1",
            b"1, \"b\", ",
        ];
        for (cuts, mode) in [(inside, Mode::String), (outside, Mode::Code)] {
            for bytes in cuts {
                assert_eq!(guess_json(bytes), mode, "{}", String::from_utf8_lossy(bytes));
            }
        }
    }
}
