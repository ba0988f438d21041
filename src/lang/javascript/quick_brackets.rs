//! Brackets that one or two bytes before them tell for what they are: most of them.
//!
//! The functions of `brackets.rs` know all cases; what is not plain goes there.

use std::hint::select_unpredictable;

use super::brackets::body_kind;
use super::scan::Scan;
use super::skim::{LEFT, Near, Next};
use super::state::{Frame, Kind, Last, Mode, Pending};
use super::words::{Word, is_word};
use crate::lang::Class;
use crate::lang::code::Sink;
use crate::simd::BLOCK_BYTES;

/// A bracket that closes, or a semicolon. Questions about it are masks: of flags the compiler makes branches.
#[derive(Clone, Copy)]
#[repr(align(4))]
pub(super) struct Closer {
    class: Class,
    /// How many brackets it closes.
    n_closed: u8,
    /// Its bits in which it must be the closer that the innermost bracket waits for.
    must_be: u8,
}

/// By byte. Any other one is the closer of nothing.
static CLOSERS: [Closer; 256] = {
    let mut closers = [Closer { class: Class::Semicolon, n_closed: 0, must_be: !0 }; 256];
    closers[b';' as usize].must_be = 0;
    closers[b')' as usize] = Closer { class: Class::ParenClose, n_closed: 1, must_be: !0 };
    closers[b']' as usize] = Closer { class: Class::BracketClose, n_closed: 1, must_be: !0 };
    closers[b'}' as usize] = Closer { class: Class::BraceClose, n_closed: 1, must_be: !0 };
    closers
};

impl<S: Sink, const TYPES: bool, const JSX: bool> Scan<'_, '_, '_, S, TYPES, JSX> {
    /// Where there are no types: closing brackets and semicolons that stand one behind the other, with nothing between them that
    /// wakes, `run` among the bytes from `from` on. As [`Scan::quick_closer`] takes each, but what is asked of the last one only
    /// is noted once. What is left of `run` begins with one that is not so plain.
    #[inline(always)]
    pub(super) fn quick_closers(
        &mut self,
        (from, window): (u64, &[u8; BLOCK_BYTES]),
        run: u64,
    ) -> u64 {
        let st = &mut *self.st;
        let frames = st.frame.innermost_mut();
        let before = frames.len();
        let (mut top, mut last) = (before, before);
        let mut rest = run;
        let mut special = st.group_special;
        while rest != 0 {
            let bit = rest.trailing_zeros();
            let byte = window[bit as usize % BLOCK_BYTES];
            let closer = CLOSERS[usize::from(byte)];
            let Some(frame) = frames.get_mut(top.wrapping_sub(1)) else { break };
            let wrong = (frame.closer ^ byte) & closer.must_be;
            if (wrong != 0) | (frame.kind == Kind::Class) {
                break;
            }
            // Of a frame that ends nobody will ask.
            frame.ternaries = 0;
            special = if closer.n_closed != 0 { frame.special } else { special };
            if S::PLACES {
                let change = -i64::from(closer.n_closed);
                self.sink.punctuation(from + u64::from(bit), closer.class, change);
            } else {
                self.sink.structural(from + u64::from(bit), closer.class);
            }
            last = top;
            top -= usize::from(closer.n_closed);
            rest &= rest - 1;
        }
        if rest == run {
            return rest;
        }
        // The highest of those that were taken.
        let end = from + u64::from(u64::BITS - (run ^ rest).leading_zeros());
        let frame = &frames[last - 1];
        let between = if frame.kind == Kind::For { Last::Op(b';') } else { Last::Start };
        st.last = select_unpredictable(last != top, frame.after, between);
        st.group = (frame.start, end);
        st.group_name = frame.name;
        st.group_special = special;
        st.gap = end;
        st.newline = false;
        st.frame.cut(top);
        self.tell_closed(before - top);
        rest
    }

    /// Tells a sink to which places do not matter that so many levels have closed.
    #[inline(always)]
    fn tell_closed(&mut self, n: usize) {
        if !S::PLACES {
            let change = -(n as i64);
            if self.sink.room().0 + change >= 0 {
                self.sink.shift_depth(change);
            } else {
                (0..n).for_each(|_| self.sink.close_level(0));
            }
        }
    }

    /// A closing bracket or a semicolon: which of them comes next cannot be foretold, so most go one way.
    #[inline(always)]
    pub(super) fn quick_closer(&mut self, at: u64, byte: u8) -> Next {
        let Closer { class, n_closed, must_be } = CLOSERS[usize::from(byte)];
        let st = &mut *self.st;
        let closes = n_closed != 0;
        let frame = &mut *st.frame;
        let wrong = (frame.closer ^ byte) & must_be;
        let may_end_declaration =
            TYPES && (frame.pending == Pending::Params || !closes & (st.last == Last::Literal));
        if may_end_declaration | (wrong != 0) {
            return self.quick_end(at, byte);
        }
        let between = if frame.kind == Kind::For { Last::Op(b';') } else { Last::Start };
        let last = select_unpredictable(closes, frame.after, between);
        // Of a frame that ends nobody will ask.
        frame.ternaries = 0;
        frame.value &= frame.kind != Kind::Class;
        // Nobody asks for it behind another token.
        st.group = (frame.start, at + 1);
        st.group_name = frame.name;
        st.group_special = frame.special & closes | st.group_special & !closes;
        st.frame.pop_if(usize::from(n_closed));
        self.sink.punctuation(at, class, -i64::from(n_closed));
        self.quick_ended(last, at + 1);
        self.again_in_class(at + 1)
    }

    /// A closing bracket that does more than that.
    #[inline(always)]
    fn quick_end(&mut self, at: u64, byte: u8) -> Next {
        match byte {
            b')' => self.quick_params_end(at),
            b'}' => self.quick_body_end(at),
            b';' => {
                self.semicolon(at);
                at + 1
            }
            // Before a byte that words begin with as well.
            b'=' if !self.equals_matters() => at + 1,
            _ => self.any_token(at),
        }
    }

    #[inline(always)]
    pub(super) fn quick_bracket(&mut self, at: u64, ahead: Near<'_>) -> Next {
        let st = &*self.st;
        let mut special = false;
        if TYPES || matches!(st.frame.kind, Kind::Class | Kind::Object) {
            if st.frame.kind == Kind::Class {
                return self.any_token(at);
            }
            let end = self.end_before(at);
            let last = if end == st.gap { st.last } else { Last::Op(self.cur.byte(end - 1)) };
            match last {
                Last::Word(_) => return self.any_token(at),
                Last::Op(b'{' | b',' | b'*') if st.frame.kind == Kind::Object => {
                    return self.any_token(at);
                }
                Last::Op(b'|' | b'&' | b'!') if TYPES => return self.any_token(at),
                Last::Op(byte) if is_word(byte) => {
                    let Some(start) = self.run_before(end) else {
                        return self.any_token(at);
                    };
                    if start < st.gap {
                        return self.any_token(at);
                    }
                    let word = self.word_of(start, end);
                    if word != Word::Plain {
                        let may_be_else = st.frame.kind == Kind::Object
                            || matches!(
                                word,
                                Word::As | Word::Satisfies | Word::Readonly | Word::Keyof
                            )
                            || word.declares() && !self.is_keyword_place(start);
                        if may_be_else {
                            return self.any_token(at);
                        }
                        special = word.declares();
                    }
                }
                Last::Op(byte) => special = byte == b',',
                _ => {}
            }
        }
        self.sink.open_bracket(at, Class::BracketOpen);
        if let Some(near) = ahead.next_is(b']') {
            self.sink.close_bracket(near, Class::BracketClose);
            return self.quick_group_ended(Last::Close, special, near + 1);
        }
        let (kind, after, closer) = (Kind::Bracket, Last::Close, b']');
        self.st.frame.push(Frame { kind, start: at, special, after, closer, ..Frame::default() });
        self.quick_ended(Last::Op(b'['), at + 1)
    }

    #[inline(always)]
    pub(super) fn quick_brace(&mut self, at: u64, ahead: Near<'_>) -> Next {
        let kind = match self.quick_brace_kind(at) {
            None if TYPES && self.begins_interface(at) => Some((Kind::Members, Last::Start, false)),
            kind => kind,
        };
        let Some((kind, after, special)) = kind else { return self.any_token(at) };
        if kind == Kind::Object
            && self.st.frame.kind == Kind::Block
            && let Some(next) = self.plain_lists(at)
        {
            return next;
        }
        self.sink.open_bracket(at, Class::BraceOpen);
        let st = &mut *self.st;
        let defines = st.frame.pending != Pending::None;
        st.frame.pending = Pending::None;
        if !defines && let Some(near) = ahead.next_is(b'}') {
            self.sink.close_bracket(near, Class::BraceClose);
            return self.quick_group_ended(after, special, near + 1);
        }
        let closer = if defines { 0 } else { b'}' };
        st.frame.push(Frame {
            kind,
            start: at,
            after,
            defines,
            special,
            closer,
            ..Frame::default()
        });
        let is_list = matches!(kind, Kind::Object | Kind::Enum);
        let last = if is_list { Last::Op(b'{') } else { Last::Start };
        if TYPES && kind == Kind::Members {
            self.type_token(last, at + 1);
            return LEFT;
        }
        self.quick_ended(last, at + 1);
        self.again_in_class(at + 1)
    }

    /// Brackets that are no parameters ended at `end`.
    #[inline(always)]
    fn quick_group_ended(&mut self, last: Last, special: bool, end: u64) -> Next {
        let st = &mut *self.st;
        st.group_special = special;
        self.quick_ended(last, end)
    }

    /// What the `{` at `at` opens, what its end means, and whether it may be a pattern of declared variables.
    #[inline(always)]
    fn quick_brace_kind(&self, at: u64) -> Option<(Kind, Last, bool)> {
        let st = &*self.st;
        let block = Some((Kind::Block, Last::Start, false));
        let object = Some((Kind::Object, Last::Close, false));
        let end = self.end_before(at);
        match (st.frame.pending, st.last) {
            (Pending::None, _) if st.frame.kind != Kind::Class => {}
            (Pending::Params, Last::Params) if end == st.gap && !st.frame.value => {
                let after = st.defs.last().map_or(Last::Start, |def| def.after);
                return Some((Kind::Block, after, false));
            }
            (Pending::Body, _) if st.frame.kind != Kind::Class => return self.quick_body(end),
            (Pending::None, Last::Arrow) if end == st.gap && st.frame.value => {}
            _ => return None,
        }
        if end == st.gap {
            return match st.last {
                // No operator goes on behind an arrow function's body.
                Last::Arrow
                | Last::Start
                | Last::Params
                | Last::Close
                | Last::Group
                | Last::Computed => block,
                Last::Op(b'|' | b'&' | b',') | Last::Word(_) | Last::Literal => None,
                Last::Op(_) | Last::Dot => object,
            };
        }
        let byte = self.cur.byte(end - 1);
        if !is_word(byte) {
            return match byte {
                b',' => Some((Kind::Object, Last::Close, true)),
                // The last one of an escape that ends a name.
                b'.' | b'+' | b'-' | b'}' => None,
                b'!' if TYPES => None,
                b'|' | b'&' if TYPES && self.cur.byte(end.wrapping_sub(2)) != byte => None,
                _ => object,
            };
        }
        let start = self.run_before(end)?;
        if start < st.gap || !self.is_keyword_place(start) {
            return None;
        }
        match self.word_of(start, end) {
            Word::Else | Word::Try | Word::Do | Word::Finally => block,
            Word::Const | Word::Let | Word::Var => Some((Kind::Object, Last::Close, true)),
            Word::Return if end == at || self.cur.byte(at - 1) == b' ' && end + 1 == at => object,
            Word::Import | Word::Export => object,
            Word::Type if start >= st.gap + 7 => {
                let before = start - 7;
                let is_list =
                    self.cur.stands(before, b"import ") || self.cur.stands(before, b"export ");
                let further = self.cur.byte(before.wrapping_sub(1));
                let stands = !is_word(further) && !matches!(further, b'.' | b'#');
                if is_list && stands { object } else { None }
            }
            _ => None,
        }
    }

    /// What the `{` opens that follows a head that ends at `end`, if that is plain.
    #[inline(always)]
    fn quick_body(&self, end: u64) -> Option<(Kind, Last, bool)> {
        let def = self.st.defs.last()?;
        let is_plain = if end == self.st.gap {
            matches!(self.st.last, Last::Close | Last::Group | Last::Word(Word::Plain))
        } else {
            // A name, and not the word that one is to follow.
            let start = self.run_before(end)?;
            let is_escaped = self.cur.near(end.wrapping_sub(2)) == *b"\\u";
            let is_name = start < end && start >= self.st.gap && !is_escaped;
            is_name && self.word_of(start, end) == Word::Plain
        };
        is_plain.then(|| (body_kind(Some(def.kind)), def.after, false))
    }

    /// The `}` of a body that ends a definition.
    #[inline(always)]
    fn quick_body_end(&mut self, at: u64) -> Next {
        let frame = &*self.st.frame;
        if JSX && frame.kind == Kind::JsxBraces && frame.pending == Pending::None {
            self.sink.close_bracket(at, Class::BraceClose);
            self.st.frame.pop_open();
            self.operator_ended(Last::Close, at + 1);
            self.go_on_in_jsx(at + 1);
            return LEFT;
        }
        if frame.kind == Kind::Template && frame.pending == Pending::None {
            self.st.frame.pop_open();
            self.st.mode = Mode::Template(at);
            self.cur.at = at + 1;
            return LEFT;
        }
        let is_body = frame.defines && matches!(frame.kind, Kind::Block | Kind::Class);
        if !is_body || TYPES && frame.pending == Pending::Params {
            return self.any_token(at);
        }
        let (after, special) = (frame.after, frame.special);
        self.sink.close_bracket(at, Class::BraceClose);
        self.st.frame.pop_open();
        self.end_definition(at + 1);
        self.go_on_in_heritage();
        let st = &mut *self.st;
        st.group_special = special;
        self.quick_ended(after, at + 1);
        self.again_in_class(at + 1)
    }
}

#[cfg(test)]
mod tests {
    use crate::lang::{LanguageId, SpanKind};
    use crate::simd::best;

    #[test]
    fn an_escape_with_braces_does_not_end_a_name() {
        let scanner = LanguageId::JavaScript.info().scanner.expect("JavaScript has one");
        for head in ["class \\u{61}b", "class a extends \\u{61}", "class \\u{61}\\u{62}"] {
            let text = format!("{head} {{ c() {{ return /{{/; }} }}\n{}", " ".repeat(64));
            let found = scanner.tokens(best(), text.as_bytes(), &[]);
            let regex = text.find('/').map(|at| at as u64).unwrap_or_default();
            assert_eq!(found.spans, [(regex, regex + 3, SpanKind::Regex)], "{text}");
            assert_eq!(found.problems, [], "{text}");
        }
    }
}
