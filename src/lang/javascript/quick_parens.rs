//! Parentheses that one or two bytes before them tell for what they are: most of them.
//!
//! As in `quick_brackets.rs`, what is not plain goes to the functions of `brackets.rs`.

use super::scan::Scan;
use super::skim::{Near, Next};
use super::state::{Frame, Kind, Last, Pending, Range};
use super::words::{Word, is_word};
use super::{LINE_END, WORD};
use crate::lang::code::Sink;
use crate::lang::{Class, PatternKind};

/// By byte: whether it stands before a dot that is not a member's.
static ENDS_NO_MEMBER: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = b'0';
    while byte <= b'9' {
        table[byte as usize] = true;
        byte += 1;
    }
    table[b'.' as usize] = true;
    table
};

/// By byte: whether a name that stands behind it may be a label, private, or part of a longer one.
static MAY_NAME_NO_FUNCTION: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0x80;
    while byte < table.len() {
        table[byte] = true;
        byte += 1;
    }
    table[b'k' as usize] = true;
    table[b'e' as usize] = true;
    table[b'.' as usize] = true;
    table[b'#' as usize] = true;
    table
};

impl<S: Sink, const TYPES: bool, const JSX: bool> Scan<'_, '_, '_, S, TYPES, JSX> {
    #[inline(always)]
    pub(super) fn quick_paren(&mut self, at: u64, near: Near<'_>) -> Next {
        let st = &*self.st;
        let frame = st.frame.kind;
        if st.frame.pending != Pending::None || frame == Kind::Decorator {
            return self.any_token(at);
        }
        if self.is_plain_call(frame, at) {
            return self.open_quick_paren(at, near, Kind::Call, Last::Close, (0, 0));
        }
        let end = self.end_before(at);
        if frame == Kind::Class {
            return self.quick_method(at, end);
        }
        let Some(kind) = self.quick_paren_kind(end) else { return self.quick_method(at, end) };
        let (after, name) = match kind {
            Kind::Control | Kind::For => (Last::Start, (0, 0)),
            Kind::Paren if !TYPES => (Last::Group, self.quick_target(end)),
            Kind::Paren => (Last::Group, (0, 0)),
            _ => (Last::Close, (0, 0)),
        };
        self.open_quick_paren(at, near, kind, after, name)
    }

    /// Whether the `(` at `at` in a frame of `kind` stands right behind a name and begins a call's arguments, plainly.
    #[inline(always)]
    fn is_plain_call(&self, kind: Kind, at: u64) -> bool {
        if !is_word(self.cur.byte(at.wrapping_sub(1))) || kind == Kind::Class {
            return false;
        }
        let (gap, last) = (self.st.gap, self.st.last);
        let length = self.cur.run_length::<WORD, LINE_END>(at);
        let start = at - length;
        // How many bytes of the gap stand before the name.
        let n_before = start.wrapping_sub(gap);
        let [far, near] = self.cur.near(start.wrapping_sub(2));
        let is_near = n_before <= 1;
        if (length == 0) | (start < gap) | (near >= 0x80) | is_near & matches!(last, Last::Word(_))
        {
            return false;
        }
        let is_dotted =
            (near == b'.') & (n_before != 0) & (is_near | !ENDS_NO_MEMBER[far as usize])
                | (n_before == 0) & (last == Last::Dot);
        if is_dotted {
            // `{ .5() {} }` has a method.
            return kind != Kind::Object || !self.cur.byte(start).is_ascii_digit();
        }
        if kind == Kind::Object {
            let in_value = (last == Last::Op(b':'))
                & is_near
                & ((n_before == 0) | (near == b' '))
                & !self.cur.byte(start).is_ascii_digit();
            return in_value & self.is_no_keyword(start, length);
        }
        // Only behind `break` and `continue` a name before a parenthesis is no function's.
        let before = if near == b' ' { far } else { near };
        self.is_no_keyword(start, length) & !MAY_NAME_NO_FUNCTION[before as usize]
    }

    /// What the `=` or `:` gives a value to that ends at `end`.
    #[inline(always)]
    fn quick_target(&self, end: u64) -> Range {
        let st = &*self.st;
        match st.last {
            Last::Op(b'=' | b':') if end == st.gap => st.target,
            _ if end > st.gap && self.cur.byte(end - 1) == b'=' => self.target_of(end - 1),
            _ => (0, 0),
        }
    }

    #[inline(always)]
    pub(super) fn open_quick_paren(
        &mut self,
        at: u64,
        near: Near<'_>,
        kind: Kind,
        after: Last,
        name: Range,
    ) -> Next {
        self.sink.open_bracket(at, Class::ParenOpen);
        let st = &mut *self.st;
        if let Some(near) = near.next_is(b')') {
            st.group = (at, near + 1);
            st.group_name = name;
            st.group_special = false;
            self.sink.close_bracket(near, Class::ParenClose);
            return self.quick_ended(after, near + 1);
        }
        st.frame.push(Frame { kind, start: at, name, after, closer: b')', ..Frame::default() });
        self.quick_ended(Last::Op(b'('), at + 1)
    }

    /// The `(` at `at` behind a name that ends at `end`, if it begins the parameters of a method.
    #[inline(always)]
    fn quick_method(&mut self, at: u64, end: u64) -> Next {
        let Some(start) = self.method_before(end) else { return self.any_token(at) };
        let in_class = self.st.frame.kind == Kind::Class;
        let after = if in_class { Last::Start } else { Last::Close };
        self.begin_definition(PatternKind::Method, start, (start, end), after);
        let st = &mut *self.st;
        st.frame.pending = Pending::Function;
        self.sink.open_bracket(at, Class::ParenOpen);
        st.frame.push(Frame { kind: Kind::Params, start: at, ..Frame::default() });
        self.quick_ended(Last::Op(b'('), at + 1)
    }

    /// Where the name begins that ends at `end`, if it is plainly that of a method.
    #[inline(always)]
    pub(super) fn method_before(&self, end: u64) -> Option<u64> {
        let st = &*self.st;
        if end == st.gap || st.frame.value {
            return None;
        }
        let start = self.run_before(end)?;
        let is_name = start < end
            && start >= st.gap
            && !self.cur.byte(start).is_ascii_digit()
            && self.word_of(start, end) == Word::Plain;
        if !is_name {
            return None;
        }
        let before = self.end_before(start);
        let is_place = match (st.frame.kind, before == st.gap) {
            (Kind::Class, true) => st.last == Last::Start,
            (Kind::Object, true) => matches!(st.last, Last::Op(b'{' | b',')),
            (Kind::Object, false) => self.cur.byte(before - 1) == b',',
            // Neither private nor the label of a `break` or `continue`.
            (Kind::Class, false) => match self.cur.byte(before - 1) {
                b'e' => !self.cur.stands(before.wrapping_sub(8), b"continue"),
                byte => is_word(byte) && byte != b'k',
            },
            _ => false,
        };
        is_place.then_some(start)
    }

    /// What a `(` opens before which the code ends at `end`, if that is plain.
    #[inline(always)]
    fn quick_paren_kind(&self, end: u64) -> Option<Kind> {
        let st = &*self.st;
        let in_object = st.frame.kind == Kind::Object;
        if end == st.gap {
            return match st.last {
                Last::Op(b'|' | b'&') if TYPES => None,
                Last::Op(_) | Last::Start | Last::Arrow | Last::Params => Some(Kind::Paren),
                Last::Close | Last::Group | Last::Dot => Some(Kind::Call),
                Last::Literal | Last::Computed | Last::Word(Word::Plain) if !in_object => {
                    Some(Kind::Call)
                }
                _ => None,
            };
        }
        let byte = self.cur.byte(end - 1);
        if !is_word(byte) {
            let is_plain = match byte {
                // The last one of an escape that ends a name.
                b'.' | b'+' | b'-' | b'}' => false,
                b'!' => !TYPES,
                b'|' | b'&' => !TYPES || self.cur.byte(end.wrapping_sub(2)) == byte,
                _ => true,
            };
            return is_plain.then_some(Kind::Paren);
        }
        let start = self.run_before(end)?;
        if start < st.gap {
            return None;
        }
        if in_object && self.cur.byte(start).is_ascii_digit() {
            // A number may be a method's name.
            return None;
        }
        if self.is_behind_dot(start) {
            return Some(Kind::Call);
        }
        let word = self.word_of(start, end);
        if word == Word::Plain && !in_object && start > st.gap {
            let before = self.cur.byte(start - 1);
            if before > b' ' && before < 0x80 {
                return (!matches!(before, b'.' | b'#')).then_some(Kind::Call);
            }
        }
        if !self.is_keyword_place(start) {
            return None;
        }
        match word {
            // The end of a name with an escape: it may be a method's.
            Word::Plain if in_object && self.cur.byte(start - 1) == b'}' => None,
            Word::Plain => Some(Kind::Call),
            Word::For => Some(Kind::For),
            Word::Return | Word::Typeof | Word::Throw => Some(Kind::Paren),
            // `as new (a: A) => B` is a type.
            Word::New if !TYPES => Some(Kind::Paren),
            Word::Async if TYPES => Some(Kind::Paren),
            word if word.is_control() => Some(Kind::Control),
            _ => None,
        }
    }

    /// Whether the token before a word at `start` makes no name, label or member of it.
    #[inline(always)]
    pub(super) fn is_keyword_place(&self, start: u64) -> bool {
        let end = self.end_before(start);
        let in_object = self.st.frame.kind == Kind::Object;
        if end == self.st.gap {
            return match self.st.last {
                Last::Dot | Last::Word(_) => false,
                Last::Op(byte) => !in_object || !matches!(byte, b'{' | b',' | b'*'),
                _ => true,
            };
        }
        let byte = self.cur.byte(end - 1);
        if is_word(byte) {
            // Not `break` or `continue`.
            let may_jump = matches!(byte, b'k' | b'e');
            return !in_object && (!may_jump || self.cur.stands(end.wrapping_sub(4), b"else"));
        }
        byte != b'.' && byte != b'#' && !(in_object && matches!(byte, b'{' | b',' | b'*'))
    }

    #[inline(always)]
    pub(super) fn quick_params_end(&mut self, at: u64) -> Next {
        if self.st.frame.kind != Kind::Params || TYPES && !self.is_before_body(at + 1) {
            return self.any_token(at);
        }
        self.sink.close_bracket(at, Class::ParenClose);
        self.st.frame.pop_open();
        let st = &mut *self.st;
        st.group_special = false;
        st.frame.pending = Pending::Params;
        st.end = at + 1;
        self.quick_ended(Last::Params, at + 1);
        self.again_in_class(at + 1)
    }

    /// Whether what follows parameters that end at `end` is plainly a body or a result's type.
    #[inline(always)]
    pub(super) fn is_before_body(&self, end: u64) -> bool {
        let [near, after] = self.cur.near(end);
        let byte = if near == b' ' { after } else { near };
        matches!(byte, b'{' | b':' | b';')
    }
}
