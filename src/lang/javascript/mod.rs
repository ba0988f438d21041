//! JavaScript and TypeScript: one scanner, three dialects (JavaScript with JSX, TypeScript, TypeScript with JSX).
//!
//! In code the scanner wakes at brackets, quotes, and the few operators and words that decide something. What lies between
//! ("the gap": names, numbers, dots, most operators) is looked at backwards and only when someone asks what the last token
//! was: before a `/`, a `{`, a `(`. Types are read token by token. What is open lies on a stack of frames.
//!
//! `skim.rs` is the hot loop: it takes the tokens of 64 bytes and decides on those that are plain (the files `quick_*.rs`
//! and `plain_*.rs`, `comments.rs`). `code.rs` and `brackets.rs` know all cases.

mod ahead;
mod as_types;
mod brackets;
mod code;
mod comments;
mod equals;
mod escape;
mod gap;
mod generic_arrow;
mod heads;
mod jsx;
mod less;
mod literals;
mod long_heads;
mod members;
mod plain_lists;
mod plain_members;
mod plain_params;
mod plain_types;
mod quick_brackets;
mod quick_colons;
mod quick_less;
mod quick_parens;
mod scan;
mod skim;
mod state;
mod surroundings;
mod type_brackets;
mod types;
mod types_ahead;
pub(super) mod vocabulary;
mod words;

use std::ops::RangeInclusive;

use scan::Scan;
use state::{Mode, State};

use super::code::{CodeLanguage, Cursor, Definition, Heads, Sink};
use crate::lang::SpanKind;
use crate::limits::RUN_UP_BYTES;
use crate::simd::ByteSet;
use crate::units::ByteOffset;

// Set numbers.
const WAKE: usize = 0;
const WORD: usize = 1;
const STRING_END: usize = 2;
const SPACE: usize = 3;
const LINE_END: usize = 4;
const PLAIN_TYPE: usize = 5;
const HEAD_FIRST: usize = 6;
const HEAD_SECOND: usize = 7;

/// The sets of a dialect in which words wake that begin with a byte of `first` and one of `second`.
///
/// `first` holds marks too, which are in no word: closers and the semicolon, which wake anyhow, and `=`, which wakes only
/// where it matters (`Scan::equals_matters`). A `=` before a byte of `second` wakes besides; nothing comes of it.
const fn sets(first: &[u8], second: &[u8]) -> [ByteSet; 8] {
    [
        ByteSet::of(b"{}[]();:\"'`/<>?@"),
        ByteSet::word().with(b'$', b'$').with(b'\\', b'\\'),
        ByteSet::of(b"\"'\\\n\r"),
        // A slash is in no plain type: so it can be told from a space.
        ByteSet::of(b" /"),
        ByteSet::of(b"\n\r").and_beyond_ascii(),
        ByteSet::word()
            .with(b'$', b'$')
            .with(b' ', b' ')
            .with(b'.', b'.')
            .with(b'|', b'|')
            .with(b'&', b'&'),
        ByteSet::of(first),
        ByteSet::of(second),
    ]
}

const SETS: &[ByteSet] = &sets(b"cf=;)]}", b"lu");
const SETS_WITH_TYPES: &[ByteSet] = &sets(b"cft=;)]}", b"luy");

/// `class` and `function` wake, and `type` where there are types.
const HEADS: Heads = Heads {
    first: HEAD_FIRST,
    second: HEAD_SECOND,
    word: WORD,
    bound: WORD,
    odd: Some(LINE_END),
    into: WAKE,
};

macro_rules! dialect {
    ($(#[$doc:meta])* $name:ident, $types:literal, $jsx:literal) => {
        $(#[$doc])*
        #[derive(Clone, Copy, Debug)]
        pub(crate) struct $name;

        impl CodeLanguage for $name {
            type State = State;

            const SETS: &'static [ByteSet] = if $types { SETS_WITH_TYPES } else { SETS };
            const HEADS: Option<Heads> = Some(HEADS);
            const LANDMARKS: &'static [&'static [u8]] = LANDMARKS;
            // A guess need not know all that surrounds it, and what is minified has no lines to begin from.
            const RUN_UP_BYTES: usize = RUN_UP_BYTES / 2;

            fn scan<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) {
                Scan::<S, $types, $jsx> { st: state, cur: cursor, sink, unclosed: 0..0 }.run();
            }

            fn finish<S: Sink>(state: &mut State, end: ByteOffset, sink: &mut S) {
                scan::finish(state, end, sink);
            }

            fn open_span(state: &State) -> Option<(ByteOffset, SpanKind)> {
                open_span(state)
            }

            fn open_definitions(state: &State) -> Box<dyn Iterator<Item = Definition> + '_> {
                Box::new(state.defs.iter().map(|it| Definition {
                    start: it.start,
                    kind: it.kind,
                    name: it.name,
                }))
            }

            fn n_open(state: &State) -> usize {
                state.frame.n_open()
            }

            fn places(state: &mut State, visit: &mut dyn FnMut(&mut ByteOffset)) -> bool {
                state.places(visit)
            }

            fn take_surroundings(state: &mut State, n: usize) -> Option<State> {
                state.take_surroundings(n)
            }

            fn levels_alike(a: &State, b: &State, most: usize) -> RangeInclusive<usize> {
                a.levels_alike(b, most)
            }

            fn put_surroundings(state: &mut State, outer: State) {
                state.put_surroundings(outer);
            }

            fn mode_name(state: &State) -> &'static str {
                mode_name(state)
            }

            fn top_level() -> State {
                // A position that is not the document's first byte.
                State { gap: 1, ..State::default() }
            }
        }
    };
}

dialect! {
    /// JavaScript, JSX included.
    JavaScript, false, true
}
dialect! {
    /// TypeScript without JSX.
    TypeScript, true, false
}
dialect! {
    /// TypeScript with JSX.
    Tsx, true, true
}

fn open_span(state: &State) -> Option<(ByteOffset, SpanKind)> {
    match state.mode {
        Mode::Code => None,
        Mode::String(start, _) => Some((start, SpanKind::String)),
        Mode::Template(start) => Some((start, SpanKind::Template)),
        Mode::Regex(start, _) | Mode::RegexFlags(start) => Some((start, SpanKind::Regex)),
        Mode::Line(start) => Some((start, SpanKind::LineComment)),
        Mode::Shebang(start) => Some((start, SpanKind::Shebang)),
        Mode::Block(start, comment) => Some((start, comment.kind())),
        Mode::JsxText(start) => Some((start, SpanKind::JsxText)),
    }
}

fn mode_name(state: &State) -> &'static str {
    match state.mode {
        Mode::Code if state.frame.kind.is_type() => "type",
        Mode::Code if state.frame.kind.is_jsx_tag() => "tag",
        Mode::Code => "code",
        Mode::String(..) => "string",
        Mode::Template(_) => "template",
        Mode::Regex(..) | Mode::RegexFlags(_) => "regex",
        Mode::Line(_) | Mode::Shebang(_) | Mode::Block(..) => "comment",
        Mode::JsxText(_) => "text",
    }
}

/// What declarations begin with, and comments before them.
const LANDMARKS: &[&[u8]] = &[
    b"function ",
    b"async ",
    b"class ",
    b"const ",
    b"let ",
    b"var ",
    b"export ",
    b"import ",
    b"interface ",
    b"type ",
    b"enum ",
    b"declare ",
    b"namespace ",
    b"/**\n",
];
