//! Annotations of parameters and results that are words, dots, bars and square brackets, as most are: in one go from the
//! mark that begins them to what ends them, or as far as they are like that.

use super::{Bracket, Frame, State, WAKE, WORD};
use crate::lang::code::{Cursor, Pattern, Sink};
use crate::lang::{Class, PatternKind};
use crate::units::ByteOffset;

/// How far an annotation was followed.
pub(super) enum Reach {
    /// To its end: the byte here ends it, and it was told of.
    End(ByteOffset),
    /// To here: it goes on, and the brackets in it that are open are on the stack.
    Open(ByteOffset),
}

/// Follows the annotation that begins at `start` and whose type begins at `from`. What ends it is one of `ends`, outside of
/// the brackets that it opens.
#[inline(always)]
pub(super) fn follow<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    (start, from): (ByteOffset, ByteOffset),
    ends: &[u8],
) -> Reach {
    let (mut at, mut depth) = (from, 0_u32);
    loop {
        // Heads of words that wake are looked at by the lexer.
        at = cursor.next_in_or_out_of::<WAKE, WORD>(at);
        match cursor.byte(at) {
            b' ' | b'.' | b'|' => at += 1,
            b',' if depth > 0 => at += 1,
            b'[' => {
                // Where the outermost closes, the annotation goes on.
                let quick = if depth == 0 { 0 } else { b']' };
                sink.open_bracket(at, Class::BracketOpen);
                state.frames.push(Frame::Bracket(Bracket { quick, ..Bracket::plain(at, b']') }));
                depth += 1;
                at += 1;
            }
            b']' if depth > 0 => {
                sink.close_bracket(at, Class::BracketClose);
                state.frames.pop();
                depth -= 1;
                at += 1;
            }
            byte if depth == 0 && ends.contains(&byte) && at + 1 < cursor.end() => {
                // `==` and `:=` are operators.
                if matches!(byte, b'=' | b':') && cursor.byte(at + 1) == b'=' {
                    return Reach::Open(at);
                }
                break;
            }
            _ => return Reach::Open(at),
        }
    }
    let mut end = at;
    while cursor.byte(end - 1) == b' ' {
        end -= 1;
    }
    sink.pattern(Pattern { start, end, kind: PatternKind::TypeAnnotation, name: None });
    Reach::End(at)
}
