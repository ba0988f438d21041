//! Code by the window: the loop that most bytes of a document go through.
//!
//! Most tokens that wake the scanner can be told by one or two bytes before them. They are decided on here, without the
//! gap being settled and without a way back to the scanner's loop. Whatever is not so plain goes to the functions that
//! know all cases, and the loop goes on behind it.

use super::escape::{self, has_argument};
use super::gap::GAP_BYTES_MAX;
use super::scan::{NEAR_BYTES, Scan};
use super::state::{Kind, Last, Mode, Pending};
use super::words::is_word;
use super::{HEAD_FIRST, STRING_END, WAKE, WORD};
use crate::lang::SpanKind;
use crate::lang::code::Sink;
use crate::lang::code::shared::escape::behind;
use crate::simd::BLOCK_BYTES;

/// Where the loop goes on: a place, with [`AGAIN`] or without, or [`LEFT`], or [`UNDECIDED`]. In one number, for the loop
/// then asks once whether it goes on in its window.
pub(super) type Next = u64;

/// From the place on the window's masks are to be made anew: another frame may be the innermost one.
pub(super) const AGAIN: Next = 1 << 63;

/// Something else than plain code has begun. The cursor stands where the scanner goes on.
pub(super) const LEFT: Next = !0;

/// The token at which the cursor stands cannot be decided on yet.
const UNDECIDED: Next = !0 - 1;

/// What wakes behind a token. Looked at only by those that ask.
#[derive(Clone, Copy)]
pub(super) enum Near<'w> {
    /// At this place, this byte.
    Next(u64, u8),
    /// Where the window begins, its bytes, and the places in it that are left.
    Window(u64, &'w [u8; BLOCK_BYTES], u64),
}

impl Near<'_> {
    /// Where the next token is, if it is near and begins with `byte`.
    #[inline(always)]
    pub(super) fn next_is(self, byte: u8) -> Option<u64> {
        match self {
            Near::Next(at, next) => (next == byte).then_some(at),
            Near::Window(from, window, places) => {
                let bit = places.trailing_zeros();
                let is_it = places != 0 && window[bit as usize % BLOCK_BYTES] == byte;
                is_it.then_some(from + u64::from(bit))
            }
        }
    }
}

/// Why the loop is left.
pub(super) enum Out {
    Left,
    Undecided,
}

impl<S: Sink, const TYPES: bool, const JSX: bool> Scan<'_, '_, '_, S, TYPES, JSX> {
    /// Goes over code as far as more than enough is at hand.
    pub(super) fn skim(&mut self) -> Result<(), Out> {
        if self.st.word_goes_on {
            return Ok(());
        }
        let known =
            if self.cur.is_last() { u64::MAX } else { self.cur.end().saturating_sub(NEAR_BYTES) };
        let halt = known.min(self.cur.stop());
        let mut from = self.cur.at;
        loop {
            let equals = if self.equals_matters() { !0 } else { 0 };
            let found = self.cur.places_where(from, |masks| {
                let marks = masks[HEAD_FIRST] & !masks[WORD];
                let wake = masks[WAKE];
                [wake | marks & equals, marks & wake]
            });
            let Some(([mut places, closers], end)) = found else { break };
            if end > halt || end > self.st.gap + GAP_BYTES_MAX {
                if end > known || end > self.st.gap + GAP_BYTES_MAX {
                    break;
                }
                if !self.st.word_goes_on {
                    self.cur.at = from;
                    return Err(Out::Left);
                }
            }
            let padded;
            let window = match self.cur.chunk::<BLOCK_BYTES>(from) {
                Some(window) => window,
                None => {
                    padded = self.cur.padded(from);
                    &padded
                }
            };
            let next = loop {
                let mut odd = 0;
                if !TYPES {
                    let others = places & !closers;
                    let run = places & (others & others.wrapping_neg()).wrapping_sub(1);
                    if run != 0 {
                        odd = self.quick_closers((from, window), run);
                        if odd != run && self.equals_matters() {
                            break self.st.gap | AGAIN;
                        }
                        places = places & !run | odd;
                    }
                }
                if places == 0 {
                    break end;
                }
                let bit = places.trailing_zeros();
                places &= places - 1;
                let (at, byte) = (from + u64::from(bit), window[bit as usize % BLOCK_BYTES]);
                let is_closer = if TYPES { closers >> bit & 1 != 0 } else { odd != 0 };
                let next = if is_closer {
                    self.quick_closer(at, byte)
                } else {
                    self.quick_token(at, byte, Near::Window(from, window, places))
                };
                if next >= end {
                    break next;
                }
                places &= !0 << (next - from);
            };
            match next {
                LEFT => match self.back_in_code() {
                    Some(true) => from = self.cur.at,
                    Some(false) => return Err(Out::Left),
                    None => return Err(Out::Undecided),
                },
                UNDECIDED => return Err(Out::Undecided),
                next => from = next & !AGAIN,
            }
        }
        self.cur.at = from;
        Ok(())
    }

    /// Goes over what is no code, and says whether code goes on behind it where the cursor stands. `None`: a token cannot be
    /// decided on yet.
    #[inline(never)]
    fn back_in_code(&mut self) -> Option<bool> {
        while self.cur.at < self.cur.end() {
            let kind = self.st.frame.kind;
            let went_on = match self.st.mode {
                Mode::Code if TYPES && kind.is_type() => self.in_types(),
                Mode::Code if JSX && kind.is_jsx_tag() => self.in_tags(),
                Mode::Code => return Some(!self.st.word_goes_on),
                Mode::JsxText(start) if JSX => self.in_jsx_text(start),
                Mode::Template(start) => self.in_template(start),
                Mode::Regex(start, class) => self.in_regex(start, class),
                Mode::RegexFlags(start) => self.in_regex_flags(start),
                _ => return Some(false),
            };
            if !went_on {
                return None;
            }
        }
        Some(false)
    }

    /// The token at `at`, which begins with `byte`, and what wakes behind it.
    #[inline(always)]
    fn quick_token(&mut self, at: u64, byte: u8, near: Near<'_>) -> Next {
        match byte {
            b'(' => self.quick_paren(at, near),
            b'{' => self.quick_brace(at, near),
            b'[' => self.quick_bracket(at, near),
            b':' => self.quick_colon(at),
            b'"' | b'\'' => self.quick_string(at, byte),
            b'/' => self.quick_slash(at),
            b'=' if !self.equals_matters() => at + 1,
            b'=' => self.quick_equals(at),
            b'<' if JSX || TYPES => self.quick_less(at),
            b'>' => self.quick_greater(at),
            b'?' => self.quick_question(at),
            b'`' if self.st.frame.pending == Pending::None && self.st.frame.kind != Kind::Class => {
                self.settle(at);
                self.begin_template(at, false);
                LEFT
            }
            b'c' | b'f' => self.quick_head(at),
            b't' if TYPES => self.quick_head(at),
            _ => self.any_token(at),
        }
    }

    /// A token that is not plain.
    #[inline(never)]
    pub(super) fn any_token(&mut self, at: u64) -> Next {
        self.cur.at = at;
        if !self.code_token(at) {
            return UNDECIDED;
        }
        let kind = self.st.frame.kind;
        if self.st.mode != Mode::Code || kind.is_type() || kind.is_jsx_tag() {
            return LEFT;
        }
        self.again_in_class(self.cur.at)
    }

    /// Goes on at `next`, with other masks if `=` matters now and did not perhaps.
    #[inline(always)]
    pub(super) fn again_in_class(&self, next: u64) -> Next {
        if self.equals_matters() { next | AGAIN } else { next }
    }

    #[inline(always)]
    pub(super) fn quick_ended(&mut self, last: Last, end: u64) -> Next {
        let st = &mut *self.st;
        st.last = last;
        st.gap = end;
        st.newline = false;
        end
    }

    #[inline(always)]
    fn quick_string(&mut self, at: u64, quote: u8) -> Next {
        if self.st.frame.kind == Kind::Class && self.st.frame.value {
            return self.any_token(at);
        }
        if TYPES && self.st.frame.kind == Kind::Block {
            let [far, near] = self.cur.near(at.wrapping_sub(2));
            let byte = if near == b' ' { far } else { near };
            let end = at - u64::from(near == b' ');
            // Or behind a comment.
            if byte <= b' '
                || byte == b'/'
                || byte == b'e' && self.cur.stands(end.wrapping_sub(6), b"module")
            {
                return self.any_token(at);
            }
        }
        let mut end = self.cur.next_in::<STRING_END>(at + 1);
        loop {
            match self.cur.byte(end) {
                byte if byte == quote => break,
                b'"' | b'\'' => end = self.cur.next_in::<STRING_END>(end + 1),
                b'\\' if self.is_plain_escape(end) => {
                    end = self.cur.next_in::<STRING_END>(end + 2);
                }
                _ => return self.any_token(at),
            }
        }
        self.sink.span(at, end + 1, SpanKind::String);
        let st = &mut *self.st;
        st.word = (at, end + 1);
        st.end = end + 1;
        self.quick_ended(Last::Literal, end + 1)
    }

    /// Whether an escape that is good and no CR LF stands at `at` in a string, and is at hand.
    #[inline(always)]
    fn is_plain_escape(&self, at: u64) -> bool {
        match self.cur.byte(at + 1) {
            b'\r' => false,
            next if has_argument(next) => behind(self.cur, at).is_some_and(escape::is_good),
            _ => !self.cur.is_unknown(at + 2),
        }
    }

    #[inline(always)]
    fn quick_slash(&mut self, at: u64) -> Next {
        let frame = &*self.st.frame;
        if frame.kind == Kind::Class && frame.value {
            return self.any_token(at);
        }
        let Some((end, kind)) = self.comment_at(at) else { return self.any_token(at) };
        self.settle_before_comment(at);
        if TYPES {
            self.keep_head(at);
        }
        self.tell_comment(at, end, kind);
        end
    }

    #[inline(always)]
    fn quick_greater(&mut self, at: u64) -> Next {
        let [near, _] = self.cur.near(at + 1);
        if self.is_arrow(at) {
            self.arrow(at - 1);
            return at + 1;
        }
        if self.cur.byte(at.wrapping_sub(1)) == b'-' || matches!(near, b'>' | b'=') {
            return self.any_token(at);
        }
        self.quick_ended(Last::Op(b'>'), at + 1)
    }

    /// A `=` in a class, or behind a word `type`.
    #[inline(never)]
    fn quick_equals(&mut self, at: u64) -> Next {
        let [near, _] = self.cur.near(at + 1);
        if TYPES && near == b'>' {
            return self.quick_ended(Last::Arrow, at + 2);
        }
        let before = self.cur.byte(at.wrapping_sub(1));
        let frame = &mut *self.st.frame;
        // Of arrow functions with types nobody asks for the name.
        let begins_value = TYPES
            && frame.kind == Kind::Class
            && !frame.value
            && !matches!(near, b'=' | b'>')
            && (before == b' ' || is_word(before));
        if TYPES && frame.kind == Kind::Block && !matches!(near, b'=' | b'>') {
            return match self.quick_alias(at) {
                Some(next) => next,
                None => self.any_token(at),
            };
        }
        if !begins_value || frame.pending != Pending::None {
            return self.any_token(at);
        }
        frame.value = true;
        self.st.type_wants_equals = false;
        self.quick_ended(Last::Op(b'='), at + 1)
    }

    #[inline(always)]
    fn quick_question(&mut self, at: u64) -> Next {
        let [near, after] = self.cur.near(at + 1);
        if near == b'.' && !after.is_ascii_digit() {
            return self.quick_ended(Last::Dot, at + 2);
        }
        if TYPES && near == b':' {
            // The mark of what may be left out, and its type.
            return self.quick_mark(at);
        }
        if TYPES {
            // An operand follows at once: no mark of what may be left out.
            let is_plain = near == b' '
                && self.st.frame.kind != Kind::Class
                && (after.is_ascii_alphanumeric()
                    || matches!(after, b'"' | b'\'' | b'`' | b'{' | b'[' | b'(' | b'_' | b'$'));
            if !is_plain || self.is_behind_extends(at) {
                return self.any_token(at);
            }
        }
        if near == b'?' {
            return self.any_token(at);
        }
        self.st.frame.ternaries += 1;
        self.quick_ended(Last::Op(b'?'), at + 1)
    }

    /// Most words that begin like `class` or `function` are others.
    #[inline(always)]
    fn quick_head(&mut self, at: u64) -> Next {
        const CLASS: u64 = u64::from_le_bytes(*b"class\0\0\0");
        const TYPE: u32 = u32::from_le_bytes(*b"type");
        const FUNCTION: u64 = u64::from_le_bytes(*b"function");
        let eight = self.cur.eight(at);
        if eight == FUNCTION {
            return match self.plain_function(at) {
                Some(next) => next,
                None => self.any_token(at),
            };
        }
        if eight & 0xFF_FFFF_FFFF == CLASS && !is_word(self.cur.byte(at + 5)) {
            return self.any_token(at);
        }
        if TYPES && eight as u32 == TYPE {
            self.word_type(at);
            return (at + 4) | AGAIN;
        }
        at + 1
    }
}
