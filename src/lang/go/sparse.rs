//! Go inside functions and other brackets where nothing is declared: most of all bytes, so the loop that must be fast.
//!
//! Which sort of bracket or separator comes next cannot be foretold, so brackets and semicolons go one way without a branch
//! between them, up to the next place that is odd: a quote, a comment, a word that may be `type`, the brace of what may be a
//! struct or an interface.

use super::before::is_plain_brace;
use super::escape;
use super::lexer::{self, quoted_kind};
use super::mark::MARKS;
use super::{BLANK, BRACKET, COMMA, Frame, ODD, QUOTED_END, Role, State};
use crate::lang::code::shared::escape::behind;
use crate::lang::code::{Cursor, INNERMOST_MAX, Pattern, Sink};
use crate::lang::{Class, PatternKind, SpanKind};
use crate::simd::SETS_MAX;
use crate::units::{ByteOffset, Depth};

const WINDOW_BYTES: usize = 64;

/// Frames for the levels that open soon, to be written over.
const SPARE: [Frame; 4] = [Frame { open: 0, quick: 0 }; 4];

/// Goes on to the next thing that is not for this loop, and leaves the cursor there; to the end of what is at hand if there
/// is none.
#[inline]
pub(super) fn skim<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) {
    let mut from = cursor.at;
    // Frames above the innermost one are left lying until the loop ends: whether there is room for one more is foretold.
    let frames = state.frames.innermost_mut();
    let mut levels = Levels::new(frames.len(), sink);
    if frames.len() + SPARE.len() <= INNERMOST_MAX {
        frames.extend_from_slice(&SPARE);
    }
    let stop = loop {
        let sets = |masks: &[u64; SETS_MAX]| [masks[BRACKET], masks[ODD], masks[COMMA]];
        let Some(([brackets, odd, commas], end)) = cursor.places_where(from, sets) else {
            break cursor.end();
        };
        // All bits where nothing is odd.
        let before = (odd & odd.wrapping_neg()).wrapping_sub(1);
        // Commas mean nothing here: where they need no places they wake nobody.
        let places = before & if S::PLACES { brackets | commas } else { brackets };
        let padded;
        let bytes = match cursor.chunk(from) {
            Some(bytes) => bytes,
            None => {
                padded = cursor.padded(from);
                &padded
            }
        };
        let rest = levels.take(state, sink, (from, bytes), places);
        if rest != 0 {
            if !S::PLACES {
                let taken = (rest & rest.wrapping_neg()) - 1;
                sink.separators(Class::Comma, (commas & taken).count_ones());
            }
            break from + u64::from(rest.trailing_zeros());
        }
        if !S::PLACES {
            sink.separators(Class::Comma, (commas & before).count_ones());
        }
        if odd == 0 {
            from = end;
            continue;
        }
        let at = from + u64::from(odd.trailing_zeros());
        match other(state, cursor, sink, &mut levels, at) {
            Step::Past(at) => from = at,
            Step::Stop(at) => break at,
        }
    };
    cursor.at = stop;
    levels.tell(sink);
    state.frames.cut(levels.top);
}

enum Step {
    /// From this place on.
    Past(ByteOffset),
    /// Something at this place is not for this loop.
    Stop(ByteOffset),
}

/// Levels that the loop has open, and how depth has moved since the sink was told of it.
struct Levels {
    /// How many of the innermost frames are open.
    top: usize,
    /// Depth above the lowest that the sink need not be told of by itself, the highest such, and what it was when the sink
    /// was told last. Below the lowest is beyond the highest: these numbers wrap.
    depth: u64,
    depth_max: u64,
    depth_told: u64,
}

impl Levels {
    fn new<S: Sink>(top: usize, sink: &S) -> Self {
        let mut levels = Levels { top, depth: 0, depth_max: 0, depth_told: 0 };
        levels.measure(sink);
        levels
    }

    fn measure<S: Sink>(&mut self, sink: &S) {
        let (down, up) = sink.room();
        // Where there is no room at all, every depth is beyond the highest.
        (self.depth, self.depth_max) = match u64::try_from(down + up) {
            Ok(depth_max) => (down.cast_unsigned(), depth_max),
            Err(_) => (u64::MAX / 2, 0),
        };
        self.depth_told = self.depth;
    }

    /// Tells how depth has moved.
    fn tell<S: Sink>(&mut self, sink: &mut S) {
        if !S::PLACES {
            sink.shift_depth(self.depth.wrapping_sub(self.depth_told).cast_signed());
            self.depth_told = self.depth;
        }
    }

    /// Takes `places` among the bytes from `from` on. What is left of them begins with one that is not for this loop.
    #[inline(always)]
    fn take<S: Sink>(
        &mut self,
        state: &mut State,
        sink: &mut S,
        (from, bytes): (ByteOffset, &[u8; WINDOW_BYTES]),
        places: u64,
    ) -> u64 {
        let (mut rest, mut top) = (places, self.top);
        let (mut depth, mut depth_max) = (self.depth, 0);
        let mut frames = &mut state.frames.innermost_mut()[..];
        while rest != 0 {
            let place = rest.trailing_zeros();
            let byte = bytes[place as usize % WINDOW_BYTES];
            let mark = &MARKS[usize::from(byte)];
            let at = from + u64::from(place);
            // The frame is written whether the byte opens or not: beyond the top it means nothing.
            let frame = Frame { open: at, quick: mark.closer };
            match frames.get_mut(top) {
                Some(above) => *above = frame,
                None => {
                    top = more(state, top, frame);
                    frames = &mut state.frames.innermost_mut()[..];
                }
            }
            let quick = frames.get(top.wrapping_sub(1)).map_or(0, |frame| frame.quick);
            if mark.closes & (quick ^ byte) != 0 {
                break;
            }
            if S::PLACES {
                sink.punctuation(at, mark.class, i64::from(mark.change));
            } else {
                sink.structural(at, mark.class);
                depth = depth.wrapping_add_signed(i64::from(mark.change));
                depth_max = depth_max.max(depth);
            }
            top = top.wrapping_add_signed(isize::from(mark.change));
            rest &= rest - 1;
        }
        self.top = top;
        if !S::PLACES {
            if depth_max > self.depth_max {
                self.tell_each(sink, bytes, places ^ rest);
            } else {
                self.depth = depth;
            }
        }
        rest
    }

    /// Tells by itself how depth moves at each of these places.
    #[inline(never)]
    fn tell_each<S: Sink>(&mut self, sink: &mut S, bytes: &[u8; WINDOW_BYTES], mut places: u64) {
        self.tell(sink);
        while places != 0 {
            let byte = bytes[places.trailing_zeros() as usize % WINDOW_BYTES];
            let change = Depth::from(MARKS[usize::from(byte)].change);
            if change != 0 {
                sink.level(0, change);
            }
            places &= places - 1;
        }
        self.measure(sink);
    }
}

/// Writes a frame above all that there are, where it means something or there is room for it; tells how many are open.
#[cold]
fn more(state: &mut State, top: usize, frame: Frame) -> usize {
    if top < INNERMOST_MAX {
        state.frames.innermost_mut().push(frame);
        return top;
    }
    if frame.quick == 0 {
        return top;
    }
    let top = state.frames.cut(top);
    state.frames.innermost_mut().push(frame);
    top
}

/// What is odd at `at`.
#[inline(always)]
fn other<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    levels: &mut Levels,
    at: ByteOffset,
) -> Step {
    match cursor.byte(at) {
        quote @ (b'"' | b'\'') => match plain_end(cursor, at, quote) {
            Some(end) => {
                sink.span(at, end, quoted_kind(quote));
                literal(state, sink, levels, (at, end))
            }
            None => Step::Stop(at),
        },
        b'/' if cursor.byte(at + 1) == b'/' => comments(state, cursor, sink, at),
        b'{' if is_plain_brace(state, cursor, at) => {
            let mut bytes = [0; WINDOW_BYTES];
            bytes[0] = b'{';
            levels.take(state, sink, (at, &bytes), 1);
            Step::Past(at + 1)
        }
        b'`' => {
            let end = cursor.next_byte(b'`', at + 1) + 1;
            if end > cursor.end() {
                return Step::Stop(at);
            }
            sink.span(at, end, SpanKind::RawString);
            literal(state, sink, levels, (at, end))
        }
        b't' | b'e' if at + 4 < cursor.end() && cursor.eight(at) as u32 != TYPE => {
            Step::Past(at + 1)
        }
        b't' if lexer::is_inside_word(cursor, at) => Step::Past(at + 1),
        // A division.
        b'/' if at + 1 < cursor.end() && cursor.byte(at + 1) != b'*' => Step::Past(at + 1),
        _ => Step::Stop(at),
    }
}

/// A literal has been told of: it may be the tag of a struct's field.
#[inline(always)]
fn literal<S: Sink>(
    state: &mut State,
    sink: &mut S,
    levels: &mut Levels,
    (start, end): (ByteOffset, ByteOffset),
) -> Step {
    if levels.top == 0 {
        // What is innermost now may have gone under.
        levels.top = state.frames.cut(0);
    }
    let frame = levels.top.checked_sub(1).map(|i| state.frames.innermost_mut()[i]);
    let in_struct =
        frame.is_some_and(|frame| frame.quick == 0) && state.roles.last() == Some(&Role::Struct);
    if in_struct {
        let kind = PatternKind::StructTag;
        sink.pattern(Pattern { start, end, kind, name: None });
    }
    Step::Past(end)
}

/// Line comments, one after the other, the first of them at `at`.
#[inline(always)]
fn comments<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    mut at: ByteOffset,
) -> Step {
    loop {
        cursor.at = at + 2;
        lexer::line_comment(state, cursor, sink, at);
        // Its line break means nothing here; a comment that goes on is another mode.
        if cursor.at == cursor.end() {
            return Step::Stop(cursor.at);
        }
        at = cursor.next_out::<BLANK>(cursor.at);
        if cursor.near(at) != *b"//" {
            return Step::Past(at);
        }
    }
}

/// The word `type` in memory.
const TYPE: u32 = u32::from_le_bytes(*b"type");

/// The end of a string or rune, if it is at hand.
#[inline]
pub(super) fn plain_end(
    cursor: &mut Cursor<'_>,
    start: ByteOffset,
    quote: u8,
) -> Option<ByteOffset> {
    let at = cursor.next_in::<QUOTED_END>(start + 1);
    if cursor.byte(at) == quote { Some(at + 1) } else { odd_end(cursor, at, quote) }
}

/// Whether a good escape stands at `at`, whole and at hand.
#[inline]
fn is_good(cursor: &Cursor<'_>, at: ByteOffset, quote: u8) -> bool {
    let next = cursor.byte(at + 1);
    escape::is_plain(next)
        || next == quote
        || behind(cursor, at).is_some_and(|text| text[0] != b'\n' && escape::is_good(text, quote))
}

/// As [`plain_end`], of what has escapes or quotes of the other sort in it, the first at `from`.
fn odd_end(cursor: &mut Cursor<'_>, mut from: ByteOffset, quote: u8) -> Option<ByteOffset> {
    loop {
        let (mut places, end) = cursor.places_in::<QUOTED_END>(from)?;
        let mut next = end;
        while places != 0 {
            let place = places.trailing_zeros();
            let at = from + u64::from(place);
            places &= places - 1;
            match cursor.byte(at) {
                byte if byte == quote => return Some(at + 1),
                b'"' | b'\'' => {}
                b'\\' if at + 1 < cursor.end() && is_good(cursor, at, quote) => {
                    // What is escaped may be a mark, and lie beyond the bytes at hand.
                    places &= !(2 << place);
                    next = next.max(at + 2);
                }
                _ => return None,
            }
        }
        from = next;
    }
}
