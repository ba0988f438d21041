//! Guessing the state at a cut, so that a chunk can be scanned before its true start state is known.

use super::{Mode, State};
use crate::lang::LanguageId;

/// The state that most likely holds before the first of `bytes`. A wrong guess costs time, never truth.
#[must_use]
pub fn guess(language: LanguageId, bytes: &[u8]) -> State {
    match language {
        LanguageId::Json => State { mode: guess_json(bytes) },
        LanguageId::Text => State::default(),
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
