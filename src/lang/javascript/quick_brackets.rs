//! Brackets that one or two bytes before them tell for what they are: most of them.
//!
//! The functions of `brackets.rs` know all cases; what is not plain goes there.

use std::hint::select_unpredictable;

use super::brackets::body_kind;
use super::scan::Scan;
use super::skim::{LEFT, Next};
use super::state::{Frame, Kind, Last, Mode, Pending, Range};
use super::words::{Word, is_word};
use crate::lang::code::Sink;
use crate::lang::{Class, PatternKind};

/// By byte: the classes of brackets that close, and of the semicolon.
pub(super) static CLOSERS: [Option<Class>; 256] = {
    let mut classes = [None; 256];
    classes[b')' as usize] = Some(Class::ParenClose);
    classes[b']' as usize] = Some(Class::BracketClose);
    classes[b'}' as usize] = Some(Class::BraceClose);
    classes[b';' as usize] = Some(Class::Semicolon);
    classes
};

/// By byte: how many brackets it closes. A table, for the compiler would make a branch of a condition.
static CLOSED: [usize; 256] = {
    let mut table = [1; 256];
    table[b';' as usize] = 0;
    table
};

/// By byte: its bits in which it must be the closer that the innermost bracket waits for.
static CLOSING: [u8; 256] = {
    let mut table = [!0; 256];
    table[b';' as usize] = 0;
    table
};

impl<S: Sink, const TYPES: bool, const JSX: bool> Scan<'_, '_, '_, S, TYPES, JSX> {
    /// A closing bracket or a semicolon: which of them comes next cannot be foretold, so most go one way.
    #[inline(always)]
    pub(super) fn quick_closer(&mut self, at: u64, byte: u8) -> Next {
        let Some(class) = CLOSERS[usize::from(byte)] else { return self.any_token(at) };
        let st = &mut *self.st;
        let (n_closed, closing) = (CLOSED[usize::from(byte)], CLOSING[usize::from(byte)]);
        let closes = n_closed != 0;
        let frame = &mut *st.frame;
        let wrong = (frame.closer ^ byte) & closing;
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
        st.frame.pop_if(n_closed);
        self.sink.punctuation(at, class, -(n_closed as i64));
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
            _ => self.any_token(at),
        }
    }

    #[inline(always)]
    pub(super) fn quick_paren(&mut self, at: u64, near: (u64, u8)) -> Next {
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

    /// Whether the `(` at `at` in a frame of `kind` stands right behind a name and begins a call's arguments.
    #[inline(always)]
    fn is_plain_call(&self, kind: Kind, at: u64) -> bool {
        let gap = self.st.gap;
        if !is_word(self.cur.byte(at.wrapping_sub(1))) || matches!(kind, Kind::Class | Kind::Object)
        {
            return false;
        }
        let Some(start) = self.run_before(at).filter(|start| *start >= gap && *start < at) else {
            return false;
        };
        let [far, near] = self.cur.near(start.wrapping_sub(2));
        if start <= gap + 1 && matches!(self.st.last, Last::Word(_)) {
            return false;
        }
        let is_dotted = if start == gap {
            self.st.last == Last::Dot
        } else {
            near == b'.' && (start == gap + 1 || !matches!(far, b'.' | b'0'..=b'9'))
        };
        // Only behind `break` and `continue` a name before a parenthesis is no function's.
        let before = if near == b' ' { far } else { near };
        let is_spread = near == b'.' && far == b'.' && start > gap + 1;
        let may_be_none = matches!(before, b'k' | b'e' | b'.' | b'#' | 0x80..) && !is_spread;
        is_dotted
            || self.word_of(start, at) == Word::Plain
                && (!may_be_none || start > gap && self.is_keyword_place(start))
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
        (near, near_byte): (u64, u8),
        kind: Kind,
        after: Last,
        name: Range,
    ) -> Next {
        self.sink.open_bracket(at, Class::ParenOpen);
        let st = &mut *self.st;
        if near_byte == b')' {
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
                b'.' | b'+' | b'-' => false,
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
            Word::Plain => Some(Kind::Call),
            Word::For => Some(Kind::For),
            Word::Return | Word::Typeof | Word::New | Word::Throw => Some(Kind::Paren),
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
        byte != b'.' && byte != b'#' && !(in_object && matches!(byte, b',' | b'*'))
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

    #[inline(always)]
    pub(super) fn quick_bracket(&mut self, at: u64, (near, near_byte): (u64, u8)) -> Next {
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
                            || matches!(word, Word::As | Word::Satisfies)
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
        if near_byte == b']' {
            self.sink.close_bracket(near, Class::BracketClose);
            return self.quick_group_ended(Last::Close, special, near + 1);
        }
        let (kind, after, closer) = (Kind::Bracket, Last::Close, b']');
        self.st.frame.push(Frame { kind, start: at, special, after, closer, ..Frame::default() });
        self.quick_ended(Last::Op(b'['), at + 1)
    }

    #[inline(always)]
    pub(super) fn quick_brace(&mut self, at: u64, (near, near_byte): (u64, u8)) -> Next {
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
        if !defines && near_byte == b'}' {
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
                Last::Arrow => Some((Kind::Block, Last::Close, false)),
                Last::Start | Last::Params | Last::Close | Last::Group | Last::Computed => block,
                Last::Op(b'|' | b'&' | b',') | Last::Word(_) | Last::Literal => None,
                Last::Op(_) | Last::Dot => object,
            };
        }
        let byte = self.cur.byte(end - 1);
        if !is_word(byte) {
            return match byte {
                b',' => Some((Kind::Object, Last::Close, true)),
                b'.' | b'+' | b'-' => None,
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
            start < end && start >= self.st.gap && self.word_of(start, end) == Word::Plain
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
        let st = &mut *self.st;
        st.group_special = special;
        self.quick_ended(after, at + 1);
        self.again_in_class(at + 1)
    }
}
