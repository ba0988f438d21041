//! Guessing the state at a cut, so that a chunk can be scanned before its true start state is known.

use super::{Mode, State};
use crate::lang::LanguageId;
use crate::lang::code::Piece;
use crate::limits::RUN_UP_BYTES;
use crate::simd::KernelId;

/// Bytes before a batch that a worker reads to guess its start state by.
#[must_use]
pub fn run_up_bytes(language: LanguageId) -> usize {
    if language.info().scanner.is_some() { RUN_UP_BYTES } else { 0 }
}

/// The state that most likely holds where `piece` begins. A wrong guess costs time, never truth.
///
/// JSON is guessed by what follows; a code language by scanning what stands before from the last line that seems to
/// stand at the top level.
#[must_use]
pub fn guess<'t>(kernel: KernelId, language: LanguageId, piece: impl Into<Piece<'t>>) -> State {
    let piece = piece.into();
    if let Some(scanner) = language.info().scanner {
        let before = &piece.text[..piece.from];
        let guessed = scanner.guess(kernel, before, piece.at - piece.from as u64);
        return guessed.map_or_else(State::default, State::from);
    }
    match language {
        LanguageId::Json => State::of(guess_json(piece.bytes())),
        _ => State::default(),
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
    Mode::Code
}
