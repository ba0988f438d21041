//! Rust where words do not matter: most of all bytes, so the loop that must be fast.
//!
//! Which sort of bracket or separator comes next cannot be foretold, so they all go one way without a branch between them.
//! Whether an item may begin behind a `{`, `}` or `;` is looked up the same way, from the next two letters. What is more than
//! that, but written as most is, is taken without leaving the loop: strings, chars, comments, macros and attributes as far as
//! they are plain here and in `plain_attribute.rs`, items in `plain_items.rs`, closers of more than depth in `bracket.rs`.

use super::escape;
use super::level_stack::place;
use super::levels::{BARE, Level, VALUE};
use super::look_back::is_word;
use super::marks::{Mark, REACH, Run, View};
use super::plain_attribute::{self, Attribute};
use super::plain_types::report_lifetime;
use super::token::Word;
use super::{BLANK, NAME, Question, Role, STRING_END, State, WAKE};
use super::{angle, bracket, comment, items, plain_items};
use crate::lang::code::shared::keyword;
use crate::lang::code::{Cursor, Sink};
use crate::lang::{Class, PatternKind, SpanKind};
use crate::units::ByteOffset;

/// Where the loop goes on.
enum Step {
    /// At this place.
    Past(ByteOffset),
    /// At this place; brackets have been opened.
    Inside(ByteOffset),
    /// A statement begins at this place or behind white space, perhaps with an item.
    Begins(ByteOffset),
    /// At the cursor, as the state says.
    Taken,
    /// This place is not for this loop.
    Stop,
}

/// Goes on to the next thing that is not for this loop, and leaves the cursor there; to the end of what is at hand if there
/// is none.
#[inline(never)]
pub(super) fn skim<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) {
    let mut run = Run::new(state, sink);
    let mut from = cursor.at;
    let mut padded;
    let stop = 'windows: loop {
        let Some((mut places, dark, end)) = cursor.places_in_and_out::<WAKE, BLANK>(from) else {
            break cursor.end();
        };
        let text: &[u8; REACH] = if let Some(text) = cursor.chunk(from) {
            text
        } else {
            padded = cursor.padded(from);
            &padded
        };
        let view = View { text, dark, from };
        loop {
            let Some(levels) = state.levels.near_mut() else { break 'windows from };
            places = run.take(levels, sink, &view, places);
            if places == 0 {
                break;
            }
            let place = places.trailing_zeros();
            let at = from + u64::from(place);
            places &= places - 1;
            let byte = text[place as usize];
            let mark = Mark::of(byte);
            if mark.last.is_some() {
                let innermost = state.levels.near_quick(run.top);
                let is_odd = mark.is_odd(innermost, run.bare);
                if mark.closes_call(innermost) && call_ends(&mut run, state, sink, mark, at) {
                    if run.bare != 0 || byte != b'}' {
                        continue;
                    }
                    settle_levels(&mut run, state, sink);
                    settle(&run, state, cursor);
                    (cursor.at, state.question) = (at + 1, Question::Item);
                } else if !is_odd {
                    let is_item = run.bare == 0 && mark.still_may_begin_item(&view, place);
                    run.semicolon |= mark.semicolon;
                    // Its level was written already.
                    if !run.step(sink, mark, at) {
                        settle_levels(&mut run, state, sink);
                        sink.punctuation(at, mark.class, i64::from(mark.change));
                        match mark.change {
                            1 => state.levels.push(Level::new(at, mark.closer | run.bare)),
                            -1 => _ = state.levels.pop(),
                            _ => {}
                        }
                        run.mark_end = at + 1;
                        run.go_on(sink, &state.levels);
                    }
                    if !is_item {
                        continue;
                    }
                    settle_levels(&mut run, state, sink);
                    settle(&run, state, cursor);
                    (cursor.at, state.question) = (at + 1, Question::Item);
                } else {
                    settle_levels(&mut run, state, sink);
                    settle(&run, state, cursor);
                    cursor.at = at + 1;
                    if mark.semicolon {
                        sink.structural(at, Class::Semicolon);
                        items::semicolon(state, sink, at);
                    } else {
                        bracket::close(state, cursor, sink, at, byte);
                    }
                }
            } else {
                let next = match other(state, cursor, sink, &mut run, (at, byte)) {
                    Step::Past(next) => Some(next),
                    Step::Inside(next) => {
                        run.go_on(sink, &state.levels);
                        Some(next)
                    }
                    Step::Begins(next) => {
                        settle(&run, state, cursor);
                        (cursor.at, state.question) = (next, Question::Item);
                        None
                    }
                    Step::Taken => None,
                    Step::Stop => break 'windows at,
                };
                if let Some(next) = next {
                    from = next;
                    continue 'windows;
                }
            }
            let is_item = matches!(state.question, Question::Item);
            if is_item && !plain_items::take(state, cursor, sink) || !state.is_fast() {
                return;
            }
            run = Run::new(state, sink);
            from = cursor.at;
            continue 'windows;
        }
        from = end;
    };
    settle_levels(&mut run, state, sink);
    cursor.at = stop.min(cursor.end());
    settle(&run, state, cursor);
}

/// Ends the macro call that is innermost. False: it was not taken.
#[inline(always)]
fn call_ends<S: Sink>(
    run: &mut Run,
    state: &mut State,
    sink: &mut S,
    mark: &Mark,
    at: ByteOffset,
) -> bool {
    let [outer, inner] = state.levels.two(run.top);
    // What is noted of a value when a bracket in it closes is left to others.
    if outer.quick() == VALUE || !run.step(sink, mark, at) {
        return false;
    }
    state.levels.set_top(run.top);
    run.bare = if state.is_bare() { BARE } else { 0 };
    if let (_, Role::MacroCall(start)) = inner.role() {
        sink.pattern(bracket::plain(start, at + 1, PatternKind::Macro));
    }
    true
}

/// Writes the levels into the state, and tells the sink.
#[inline(always)]
fn settle_levels<S: Sink>(run: &mut Run, state: &mut State, sink: &mut S) {
    run.tell(sink);
    state.levels.set_top(run.top);
}

/// Writes what else was seen into the state.
#[inline(always)]
fn settle(run: &Run, state: &mut State, cursor: &Cursor<'_>) {
    if let Some(last) = Mark::of(cursor.byte(run.mark_end.wrapping_sub(1))).last {
        state.last = last;
    }
    if run.semicolon {
        state.held.clear();
    }
    if state.literal_end < run.mark_end {
        state.literal_end = 0;
    }
    state.gap.forget_before(run.mark_end);
}

/// What stands at `at` and is no bracket.
#[inline(always)]
fn other<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    run: &mut Run,
    (at, byte): (ByteOffset, u8),
) -> Step {
    match byte {
        b'"' => {
            if is_prefixed(cursor, at) {
                return Step::Stop;
            }
            let Some(end) = string_end(cursor, at) else { return Step::Stop };
            sink.span(at, end, SpanKind::String);
            state.literal_end = end;
            Step::Past(end)
        }
        b'\'' => quote(state, cursor, sink, at).map_or(Step::Stop, Step::Past),
        b'!' => {
            if cursor.byte(at + 1) == b'=' {
                return Step::Past(at + 1);
            }
            macro_begins(run, state, cursor, sink, at)
        }
        b'#' => {
            settle_levels(run, state, sink);
            match plain_attribute::take(state, cursor, sink, at) {
                Attribute::Whole { end } => {
                    run.mark_end = end;
                    let in_items = run.bare == 0 && state.is_in_items();
                    if in_items { Step::Begins(end) } else { Step::Past(end) }
                }
                Attribute::Inside { mark, at } => {
                    (run.bare, run.mark_end) = (BARE, mark + 1);
                    Step::Inside(at)
                }
                Attribute::Unknown => Step::Stop,
            }
        }
        b'/' => {
            if !matches!(cursor.byte(at + 1), b'/' | b'*' | 0) {
                return Step::Past(at + 1);
            }
            settle_levels(run, state, sink);
            settle(run, state, cursor);
            cursor.at = at;
            if comment::take(state, cursor, sink) { Step::Taken } else { Step::Stop }
        }
        b'<' => {
            if run.bare != 0 {
                return Step::Past(at + 1);
            }
            if cursor.is_unknown(at + 2) {
                return Step::Stop;
            }
            settle_levels(run, state, sink);
            settle(run, state, cursor);
            angle::less(state, cursor, sink, at);
            Step::Taken
        }
        _ if !matches!(cursor.byte(at + 2), b's' | 0) => Step::Past(at + 1),
        _ => {
            let Some(open) = unsafe_block(cursor, at) else { return Step::Stop };
            settle_levels(run, state, sink);
            settle(run, state, cursor);
            sink.open_bracket(open, Class::BraceOpen);
            state.push_bracket(open, b'}', Role::Unsafe(at), run.bare != 0);
            (run.mark_end, run.semicolon) = (open + 1, false);
            if run.bare == 0 { Step::Begins(open + 1) } else { Step::Inside(open + 1) }
        }
    }
}

/// Where the block opens behind the `unsafe` at `at`, if that is one and the `{` follows after a space.
#[inline(always)]
fn unsafe_block(cursor: &Cursor<'_>, at: ByteOffset) -> Option<ByteOffset> {
    const UNSAFE: u64 = keyword::key(b"unsafe") | (b' ' as u64) << 48 | (b'{' as u64) << 56;
    let before = cursor.byte(at.wrapping_sub(1));
    let is_it = cursor.eight(at) == UNSAFE && before != b'#' && !is_word(before);
    is_it.then_some(at + 7)
}

/// A char, or the lifetime of a reference, that begins at `at`, if it is plain: its end.
#[inline(always)]
fn quote<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    at: ByteOffset,
) -> Option<ByteOffset> {
    let before = cursor.byte(at.wrapping_sub(1));
    let four = (cursor.eight(at) as u32).to_le_bytes();
    let length = match four {
        [_, b'\\', next, b'\''] if escape::is_plain(next) || next == b'0' => 4,
        [_, first, b'\'', _] if first != b'\\' && first < 0x80 => 3,
        _ if before == b'&' => {
            let end = cursor.next_out::<NAME>(at + 1);
            let name = cursor.slice(at + 1, end);
            let [space, next] = cursor.near(end);
            let is_reference = name.first().is_some_and(|first| !first.is_ascii_digit())
                && space == b' '
                && (next.is_ascii_alphabetic() || matches!(next, b'[' | b'(' | b'&' | b'*'));
            if is_reference {
                report_lifetime(sink, at, end);
            }
            return is_reference.then_some(end);
        }
        _ => return None,
    };
    if before == b'b' {
        return None;
    }
    let end = at + length;
    sink.span(at, end, SpanKind::Char);
    state.literal_end = end;
    Some(end)
}

/// A macro call whose `!` is at `at`, written as most are: takes it up to its opening bracket.
#[inline(always)]
fn macro_begins<S: Sink>(
    run: &mut Run,
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    at: ByteOffset,
) -> Step {
    let open = at + 1 + u64::from(cursor.byte(at + 1) == b' ');
    let mark = Mark::of(cursor.byte(open));
    let start = if mark.change > 0 { macro_name(cursor, at) } else { None };
    let Some(start) = start else {
        settle_levels(run, state, sink);
        return Step::Stop;
    };
    let top = run.top;
    if let Some(level) = Level::call(start, open, mark.closer)
        && let Some(levels) = state.levels.near_mut()
        && run.step(sink, mark, open)
    {
        levels[place(top)] = level;
        run.bare = BARE;
        return Step::Past(open + 1);
    }
    settle_levels(run, state, sink);
    sink.open_bracket(open, mark.class);
    state.push_bracket(open, mark.closer, Role::MacroCall(start), true);
    (run.bare, run.mark_end) = (BARE, open + 1);
    Step::Inside(open + 1)
}

/// Where the name begins that ends before the `!` at `end`, if a macro can have it.
#[inline]
fn macro_name(cursor: &Cursor<'_>, end: ByteOffset) -> Option<ByteOffset> {
    let start = cursor.run_start::<NAME>(end)?;
    let before = cursor.byte(start.wrapping_sub(1));
    let is_plain = start < end
        && before < 0x80
        && !matches!(before, b'#' | b'\'')
        && !cursor.byte(start).is_ascii_digit()
        && matches!(Word::between(cursor, start, end), Word::Name)
        && (end - start != 11 || !cursor.stands(start, b"macro_rules"));
    is_plain.then_some(start)
}

/// Whether the quote at `at` may have a prefix.
#[inline(always)]
pub(super) fn is_prefixed(cursor: &Cursor<'_>, at: ByteOffset) -> bool {
    matches!(cursor.byte(at.wrapping_sub(1)), b'r' | b'b' | b'c' | b'#')
}

/// Whether the byte behind a backslash makes an escape of a string by itself.
#[inline(always)]
fn is_plain_escape(byte: u8) -> bool {
    escape::is_plain(byte) || matches!(byte, b'\n' | b'0')
}

/// The end of the string that begins at `start` without a prefix, if it is at hand and none of its escapes has an argument.
#[inline(always)]
pub(super) fn string_end(cursor: &mut Cursor<'_>, start: ByteOffset) -> Option<ByteOffset> {
    let mut at = start;
    loop {
        at = cursor.next_in::<STRING_END>(at + 1);
        match cursor.byte(at) {
            b'"' => return Some(at + 1),
            b'\\' if is_plain_escape(cursor.byte(at + 1)) => at += 1,
            _ => return None,
        }
    }
}
