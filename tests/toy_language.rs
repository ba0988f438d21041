//! A language from outside: what `docs/add-a-language.md` builds, through the public trait alone.
//!
//! Toy: brackets `( )` are structural and open levels; `'...'` is a string that a backslash escapes in; `--` begins a
//! comment to the line's end; `let NAME` is a definition of kind `const`, to the end of the name.

use proptest::prelude::*;
use warp_tui::lang::code::{CodeLanguage, Cursor, Definition, Pattern, Sink, tokens, tokens_cut};
use warp_tui::lang::{Class, PatternKind, ProblemKind, SpanKind};
use warp_tui::simd::{ByteSet, KernelId, available};

struct Toy;

#[derive(
    Clone, Copy, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize,
)]
enum Mode {
    #[default]
    Code,
    /// Began at.
    String(u64),
    /// Began at.
    Comment(u64),
}

#[derive(Clone, Debug, Default, PartialEq, Eq, Hash, serde::Serialize, serde::Deserialize)]
struct State {
    mode: Mode,
    /// Where a `let` stands that waits for its name.
    after_let: Option<u64>,
    /// Inside a word that is longer than what may be left undecided.
    in_word: bool,
}

/// A longer word is no keyword: it is taken in parts.
const WORD_MAX: u64 = 64;

// Set numbers.
const WAKE: usize = 0;
const WORD: usize = 1;
const STRING_END: usize = 2;
const LINE_END: usize = 3;

impl CodeLanguage for Toy {
    type State = State;

    const SETS: &'static [ByteSet] = &[
        ByteSet::word().with(b'(', b')').with(b'\'', b'\'').with(b'-', b'-'),
        ByteSet::word(),
        ByteSet::of(b"'\\"),
        ByteSet::of(b"\n"),
    ];

    const LANDMARKS: &'static [&'static [u8]] = &[b"let"];

    fn scan<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) {
        while cursor.at < cursor.end() {
            let went_on = match state.mode {
                Mode::Code => code(state, cursor, sink),
                Mode::String(start) => string(state, start, cursor, sink),
                Mode::Comment(start) => comment(state, start, cursor, sink),
            };
            if !went_on {
                return;
            }
        }
    }

    fn finish<S: Sink>(state: &mut State, end: u64, sink: &mut S) {
        match state.mode {
            Mode::Code => {}
            Mode::String(start) => {
                sink.span(start, end, SpanKind::String);
                sink.problem(start, ProblemKind::UnterminatedString);
            }
            Mode::Comment(start) => sink.span(start, end, SpanKind::LineComment),
        }
        state.mode = Mode::Code;
    }

    fn open_span(state: &State) -> Option<(u64, SpanKind)> {
        match state.mode {
            Mode::Code => None,
            Mode::String(start) => Some((start, SpanKind::String)),
            Mode::Comment(start) => Some((start, SpanKind::LineComment)),
        }
    }

    fn n_open(_: &State) -> usize {
        0
    }

    fn mode_name(state: &State) -> &'static str {
        match state.mode {
            Mode::Code => "code",
            Mode::String(_) => "string",
            Mode::Comment(_) => "comment",
        }
    }
}

/// One token of code; false if it cannot be decided on yet.
fn code<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    if std::mem::take(&mut state.in_word) {
        cursor.at = cursor.next_out::<WORD>(cursor.at);
        state.in_word = cursor.is_unknown(cursor.at);
        return true;
    }
    let at = cursor.next_in::<WAKE>(cursor.at);
    cursor.at = at;
    if at == cursor.end() {
        return true;
    }
    match cursor.byte(at) {
        b'(' => sink.open_bracket(at, Class::ParenOpen),
        b')' => sink.close_bracket(at, Class::ParenClose),
        b'\'' => state.mode = Mode::String(at),
        b'-' if cursor.is_unknown(at + 1) => return false,
        b'-' if cursor.byte(at + 1) == b'-' => state.mode = Mode::Comment(at),
        b'-' => {}
        _ => return word(state, cursor, sink),
    }
    cursor.at = at + 1;
    true
}

fn word<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    let start = cursor.at;
    let end = cursor.next_out::<WORD>(start);
    if cursor.is_unknown(end) && end - start < WORD_MAX {
        return false;
    }
    cursor.at = end.min(start + WORD_MAX);
    if end - start >= WORD_MAX {
        state.in_word = true;
        state.after_let = None;
    } else if let Some(start_of_let) = state.after_let.take() {
        let kind = PatternKind::Const;
        sink.define(Definition { start: start_of_let, kind, name: (start, end) });
        let name = Some((start, end));
        sink.pattern(Pattern { start: start_of_let, end, kind, name });
    } else if cursor.slice(start, end) == b"let" {
        state.after_let = Some(start);
    }
    true
}

fn string<S: Sink>(state: &mut State, start: u64, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    let at = cursor.next_in::<STRING_END>(cursor.at);
    cursor.at = at;
    if at == cursor.end() {
        return true;
    }
    if cursor.byte(at) == b'\'' {
        sink.span(start, at + 1, SpanKind::String);
        state.mode = Mode::Code;
        cursor.at = at + 1;
    } else if cursor.is_unknown(at + 1) {
        return false;
    } else {
        cursor.at = (at + 2).min(cursor.end());
    }
    true
}

fn comment<S: Sink>(state: &mut State, start: u64, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    let at = cursor.next_in::<LINE_END>(cursor.at);
    cursor.at = at;
    if at < cursor.end() {
        sink.span(start, at, SpanKind::LineComment);
        state.mode = Mode::Code;
    }
    true
}

#[test]
fn a_language_from_outside_finds_what_it_says() {
    let found = tokens::<Toy>(KernelId::Scalar, b"let one ('a\\'' (-- (\n)) -- end");
    assert_eq!(found.structural, [8, 15, 21, 22]);
    let spans = [
        (9, 14, SpanKind::String),
        (16, 20, SpanKind::LineComment),
        (24, 30, SpanKind::LineComment),
    ];
    assert_eq!(found.spans, spans);
    assert_eq!(found.levels, [(8, 22), (15, 21)]);
    let name = Some((4, 7));
    assert_eq!(found.patterns, [Pattern { start: 0, end: 7, kind: PatternKind::Const, name }]);
}

proptest! {
    #[test]
    fn no_cut_and_no_kernel_changes_what_is_found(
        text in prop::collection::vec(
            prop::sample::select(vec!["let", " ", "x", "(", ")", "'", "\\", "-", "\n", "\u{e9}", "abcdefghijklmnopqrstuvwxyz"]),
            0..80,
        ),
        mut cuts in prop::collection::vec(0usize..300, 0..20),
    ) {
        let text = text.concat();
        let whole = tokens::<Toy>(KernelId::Scalar, text.as_bytes());
        cuts.sort_unstable();
        let each: Vec<usize> = (0..text.len()).collect();
        for kernel in available() {
            prop_assert_eq!(&tokens_cut::<Toy>(kernel, text.as_bytes(), &cuts), &whole);
            prop_assert_eq!(&tokens_cut::<Toy>(kernel, text.as_bytes(), &each), &whole);
        }
    }
}
