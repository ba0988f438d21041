//! Literals with a closing delimiter, nesting delimiters and interpolation, and heredocs, as Ruby and Crystal have them.
//!
//! A literal is text from its opening to its closing delimiter. `#{` ends a piece of it and begins code; the `}` of that
//! code begins the next piece. A heredoc is announced in code and waits in a queue until its line ends.

use std::collections::VecDeque;

use serde::{Deserialize, Serialize};

use super::escape::judge;
use crate::lang::code::{Cursor, Pattern, Sink};
use crate::lang::{PatternKind, SpanKind};
use crate::units::ByteOffset;

/// A literal that the scanner is inside of.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Literal {
    /// Its first byte.
    pub(crate) start: ByteOffset,
    /// The first byte of its present piece.
    pub(crate) piece: ByteOffset,
    pub(crate) kind: SpanKind,
    /// What it is besides, from its first to its last byte.
    pub(crate) pattern: Option<PatternKind>,
    pub(crate) delimiters: Delimiters,
    pub(crate) interpolates: bool,
    /// Whether a `:` right after its closing delimiter belongs to it.
    pub(crate) may_be_label: bool,
    /// Its body, if it is a heredoc.
    pub(crate) body: Option<Box<Body>>,
}

/// What opens and closes a literal.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Delimiters {
    /// The opening one where it nests, else 0.
    pub(crate) open: u8,
    pub(crate) close: u8,
    /// Opening ones that wait for their closing ones.
    pub(crate) nested: u32,
}

impl Delimiters {
    /// Those of a literal that `byte` opens.
    pub(crate) fn of(byte: u8) -> Self {
        let (open, close) = match byte {
            b'(' => (b'(', b')'),
            b'[' => (b'[', b']'),
            b'{' => (b'{', b'}'),
            b'<' => (b'<', b'>'),
            other => (0, other),
        };
        Delimiters { open, close, nested: 0 }
    }
}

/// A heredoc that has been announced.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Heredoc {
    /// The `<<` that announced it.
    pub(crate) start: ByteOffset,
    /// Where its word stands.
    pub(crate) name: (ByteOffset, ByteOffset),
    pub(crate) word: Box<[u8]>,
    /// Whether white space may stand before its terminator.
    pub(crate) indented: bool,
    pub(crate) interpolates: bool,
}

/// The body of a heredoc that the scanner is inside of.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub(crate) struct Body {
    pub(crate) heredoc: Heredoc,
    /// Those announced on the same line after it.
    pub(crate) queue: VecDeque<Heredoc>,
    /// Whether the scanner stands at the beginning of a line of it.
    pub(crate) at_line_start: bool,
}

impl Literal {
    /// The body of the first heredoc of `queue`, which begins at `at`.
    pub(crate) fn of_heredocs(mut queue: VecDeque<Heredoc>, at: ByteOffset) -> Option<Self> {
        let heredoc = queue.pop_front()?;
        Some(Literal {
            start: heredoc.start,
            piece: at,
            kind: SpanKind::Heredoc,
            pattern: Some(PatternKind::Heredoc),
            delimiters: Delimiters::default(),
            interpolates: heredoc.interpolates,
            may_be_label: false,
            body: Some(Box::new(Body { heredoc, queue, at_line_start: true })),
        })
    }

    /// Ends it, and its pattern, at `end`.
    pub(crate) fn end<S: Sink>(&self, end: ByteOffset, sink: &mut S) {
        sink.span(self.piece, end, self.kind);
        if let Some(kind) = self.pattern {
            let name = self.body.as_ref().map(|body| body.heredoc.name);
            sink.pattern(Pattern { start: self.start, end, kind, name });
        }
    }
}

/// Why the scanner of a text stopped.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Stop {
    /// No more bytes; all that are at hand are text.
    End,
    /// It depends on bytes that are not at hand.
    Unknown,
    /// Before the closing delimiter.
    Closing,
    /// Before `#{`.
    Interpolation,
    /// Before a line break, where it was asked for.
    LineBreak,
}

/// Moves `cursor` over the text of a literal in delimiters to what stops it. `SPECIAL` is the number of a set with all
/// quotes, `/`, `#` and the backslash, `WORD` that of the bytes of words, `LINE_END` that of the line break.
#[inline]
pub(crate) fn skip_text<
    L: Escapes,
    S: Sink,
    const SPECIAL: usize,
    const WORD: usize,
    const LINE_END: usize,
>(
    literal: &mut Literal,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    stop_at_line_breaks: bool,
) -> Stop {
    let special = matches!(literal.delimiters.close, b'"' | b'\'' | b'`' | b'/');
    let mut at = cursor.at;
    loop {
        at = if special && !stop_at_line_breaks {
            cursor.next_in::<SPECIAL>(at)
        } else if literal.delimiters.close == b'_' {
            at.min(cursor.end())
        } else {
            cursor.next_out::<WORD>(at)
        };
        cursor.at = at;
        if at == cursor.end() {
            return Stop::End;
        }
        let byte = cursor.byte(at);
        let delimiters = &mut literal.delimiters;
        if byte == delimiters.close {
            if delimiters.nested == 0 {
                return Stop::Closing;
            }
            delimiters.nested -= 1;
        } else if byte == delimiters.open && byte != 0 {
            delimiters.nested += 1;
        } else if byte == b'\n' && stop_at_line_breaks {
            return Stop::LineBreak;
        } else if byte == b'\\' {
            let controls = L::CONTROLS && literal.interpolates;
            let Some(end) = escape_end(cursor, at, controls) else {
                return Stop::Unknown;
            };
            if L::has_escapes(literal.kind, literal.interpolates)
                && !judge_escape::<L, S>(cursor, sink, at, literal.kind)
            {
                return Stop::Unknown;
            }
            // A line break is not escaped for the heredocs that wait for it.
            if !(stop_at_line_breaks && cursor.byte(end - 1) == b'\n') {
                at = end - 1;
            }
        } else if byte == b'#' && literal.interpolates {
            if cursor.is_unknown(at + 1) {
                return Stop::Unknown;
            }
            if cursor.byte(at + 1) == b'{' {
                return Stop::Interpolation;
            }
        }
        at += 1;
    }
}

/// The end of a literal whose text begins at `at`, if it and the byte after it are at hand, no interpolation stands in it
/// and its escapes are simple: most literals. This is what makes them cheap. `SPECIAL` as in [`skip_text`].
#[inline]
pub(crate) fn plain_end<const SPECIAL: usize>(
    cursor: &mut Cursor<'_>,
    mut at: ByteOffset,
    close: u8,
    interpolates: bool,
) -> Option<ByteOffset> {
    loop {
        at = cursor.next_in::<SPECIAL>(at);
        if at + 2 >= cursor.end() {
            return None;
        }
        let (byte, next) = (cursor.byte(at), cursor.byte(at + 1));
        at += 1;
        if byte == close {
            return Some(at);
        }
        match (byte, next) {
            (b'\\', next) if interpolates && has_argument(next) => return None,
            (b'#', b'{') if interpolates => return None,
            (b'\\', _) => at += 1,
            _ => {}
        }
    }
}

/// Whether the byte behind a backslash may begin an escape that is longer than that, or a bad one.
#[inline(always)]
pub(crate) fn has_argument(byte: u8) -> bool {
    matches!(byte, b'c' | b'C' | b'M' | b'x' | b'u' | b'0'..=b'7')
}

/// The escapes that a language has.
pub(crate) trait Escapes {
    /// Whether `\c`, `\C-` and `\M-` take one byte more, and that may be escaped in turn.
    const CONTROLS: bool;

    /// Whether a literal of this kind has escapes that can be bad.
    fn has_escapes(kind: SpanKind, interpolates: bool) -> bool;

    /// Whether there is the escape that `text` stands behind the backslash of, in a literal of this kind that has escapes.
    fn is_good(text: &[u8], kind: SpanKind) -> bool;
}

/// Tells of the escape at `at` if there is no such one. False where not all of it is at hand.
#[inline]
pub(crate) fn judge_escape<L: Escapes, S: Sink>(
    cursor: &Cursor<'_>,
    sink: &mut S,
    at: ByteOffset,
    kind: SpanKind,
) -> bool {
    !has_argument(cursor.byte(at + 1)) || judge(cursor, sink, at, |text| L::is_good(text, kind))
}

/// One past the byte that the backslash at `at` escapes, or past the backslash at the document's end; none if that is not
/// at hand. `controls`: in text with escapes `\c`, `\C-` and `\M-` take one byte more, and that may be escaped in turn.
pub(crate) fn escape_end(
    cursor: &Cursor<'_>,
    at: ByteOffset,
    controls: bool,
) -> Option<ByteOffset> {
    let mut at = at;
    loop {
        if cursor.is_unknown(at + 4) {
            return None;
        }
        let argument = match (cursor.byte(at + 1), cursor.byte(at + 2)) {
            (b'c', _) if controls => at + 2,
            (b'C' | b'M', b'-') if controls => at + 3,
            _ => return Some((at + 2).min(cursor.end())),
        };
        if cursor.byte(argument) != b'\\' {
            return Some((argument + 1).min(cursor.end()));
        }
        at = argument;
    }
}

/// White space before a terminator that is looked at; a line that begins with more has none.
const INDENTATION_MAX: u64 = 1 << 10;

/// Moves `cursor` over a heredoc's body to what stops it. At [`Stop::Closing`] the cursor stands at the end of its
/// terminator's word. `LINE_END` is the number of the set of line breaks, `SPECIAL` that of one with `#` and the backslash.
#[inline]
pub(crate) fn skip_body<L: Escapes, S: Sink, const SPECIAL: usize, const LINE_END: usize>(
    body: &mut Body,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    stop_at_line_breaks: bool,
) -> Stop {
    loop {
        // Where nothing more stands is no line: an empty word ends nothing there.
        if cursor.at == cursor.end() {
            return Stop::End;
        }
        if body.at_line_start {
            match terminator(&body.heredoc, cursor) {
                Some(Some(end)) => {
                    cursor.at = end;
                    return Stop::Closing;
                }
                Some(None) => body.at_line_start = false,
                None => return Stop::Unknown,
            }
        }
        let at = if body.heredoc.interpolates {
            cursor.next_in_either::<SPECIAL, LINE_END>(cursor.at)
        } else {
            cursor.next_in::<LINE_END>(cursor.at)
        };
        cursor.at = at;
        if at == cursor.end() {
            return Stop::End;
        }
        match cursor.byte(at) {
            b'\n' if stop_at_line_breaks => return Stop::LineBreak,
            b'\n' => body.at_line_start = true,
            b'#' if cursor.is_unknown(at + 1) => return Stop::Unknown,
            b'#' if cursor.byte(at + 1) == b'{' => return Stop::Interpolation,
            b'\\' => match escape_end(cursor, at, L::CONTROLS) {
                Some(end) if judge_escape::<L, S>(cursor, sink, at, SpanKind::Heredoc) => {
                    cursor.at = end - 1;
                }
                _ => return Stop::Unknown,
            },
            _ => {}
        }
        cursor.at += 1;
    }
}

/// The end of the terminator's word, if it stands on the line that begins at the cursor; none at all if too little is at
/// hand to say.
fn terminator(heredoc: &Heredoc, cursor: &Cursor<'_>) -> Option<Option<ByteOffset>> {
    let mut at = cursor.at;
    if heredoc.indented {
        while matches!(cursor.byte(at), b' ' | b'\t' | 0x0B | 0x0C | b'\r')
            && at - cursor.at < INDENTATION_MAX
        {
            at += 1;
        }
    }
    let end = at + heredoc.word.len() as u64;
    let here = cursor.slice(at, end);
    if here[..] != heredoc.word[..here.len()] {
        return Some(None);
    }
    if cursor.is_unknown(end + 1) {
        return None;
    }
    let rest = cursor.slice(end, end + 2);
    let ends =
        here.len() == heredoc.word.len() && matches!(rest, [] | [b'\n', ..] | b"\r\n" | b"\r");
    Some(ends.then_some(end))
}
