//! The heads of items as far as they are names, lifetimes, generics, bounds and plain brackets, as most are: `head.rs` and
//! `angle.rs` in one loop, with what is open kept at hand. Whatever else stands there is left to them; what is open then
//! goes onto the stack, so they go on as if they had taken each token.

use super::bracket::{self, plain};
use super::items::define;
use super::plain_items;
use super::plain_types::{PlainResult, report_lifetime};
use super::sight::{Place, Sight};
use super::token::{Kind, Token, Word};
use super::{Bounds, Defined, Frame, Last, Stage, State, head};
use crate::lang::code::{Cursor, Sink};
use crate::lang::{Class, PatternKind};
use crate::units::ByteOffset;

/// Lists in one another that are kept at hand.
const ANGLES_MAX: usize = 6;

/// The head of an item.
pub(super) struct Head {
    pub(super) defined: Defined,
    pub(super) stage: Stage,
    bounds: Bounds,
    /// Where its last token ended.
    end: ByteOffset,
}

/// A `<` that is open.
#[derive(Clone, Copy, Default)]
struct Angle {
    start: ByteOffset,
    generic: bool,
    binder: bool,
    const_parameter: bool,
    /// Those of what is around it.
    outer: Bounds,
}

/// The loop's state.
struct Reader<'h> {
    /// Where it was written: to move it is to wait for that.
    head: &'h mut Head,
    /// The lists that are open, outermost first.
    angles: [Angle; ANGLES_MAX],
    n_angles: usize,
    /// Those of what is innermost.
    bounds: Bounds,
    last: Last,
    has_bracket: bool,
}

impl Head {
    /// The head of `defined` from `end` on.
    pub(super) fn new(defined: Defined, end: ByteOffset) -> Head {
        Head { defined, stage: Stage::Signature, bounds: Bounds::default(), end }
    }

    /// Puts it onto the stack.
    #[inline]
    pub(super) fn push(self, state: &mut State) {
        let Head { defined, stage, bounds, end } = self;
        state.push_list(defined.start, Frame::Head { defined, stage, bounds, end });
    }
}

/// Goes on with the head that is innermost, if one is, from the cursor on. False: nothing was taken.
pub(super) fn resume<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S) -> bool {
    let Some(Frame::Head { defined, stage, .. }) = state.frame() else { return false };
    if matches!(stage, Stage::Value) {
        return false;
    }
    let at = cursor.at;
    if matches!((defined.kind, stage), (PatternKind::Fn, Stage::Signature)) {
        let defined = *defined;
        if ends(state, cursor, sink, defined, at, State::drop_frame) {
            return true;
        }
    }
    let Some(Frame::Head { defined, stage, bounds, end }) = state.frame() else { return false };
    let mut head = Head { defined: *defined, stage: *stage, bounds: *bounds, end: *end };
    let last = state.last;
    state.pop_frame();
    read(state, cursor, sink, &mut head, last);
    cursor.at != at
}

/// Ends the head of the function `defined` behind the `)` before `at`, if its body follows, or a plain result and its body or
/// `;`. `before`: what is to be done then.
#[inline]
pub(super) fn ends<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    defined: Defined,
    at: ByteOffset,
    before: impl FnOnce(&mut State),
) -> bool {
    if cursor.near(at) == *b" {" {
        before(state);
        plain_items::body(state, cursor, sink, defined, at + 1);
        return true;
    }
    let Some(result) = PlainResult::read(cursor, at) else { return false };
    before(state);
    result.report(sink, at);
    if result.has_body {
        plain_items::body(state, cursor, sink, defined, result.end);
    } else {
        plain_items::semicolon(state, cursor, sink, defined, result.end);
    }
    true
}

/// What a token does to the loop.
enum Step {
    /// On from here.
    On(ByteOffset),
    /// The head has ended.
    Ended,
    /// It is not for this loop.
    Stop,
}

/// Reads `head` from the cursor on, to its end or to what is not plain.
pub(super) fn read<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    head: &mut Head,
    last: Last,
) {
    let bounds = head.bounds;
    let angles = [Angle::default(); ANGLES_MAX];
    let mut reader = Reader { head, angles, n_angles: 0, bounds, last, has_bracket: false };
    let mut is_first = true;
    let mut sight = Sight::new(cursor, cursor.at);
    loop {
        let at = sight.next_dark(cursor, cursor.at);
        let byte = cursor.byte(at);
        let step = match byte {
            b'a'..=b'z' | b'_' => reader.word((cursor, &mut sight), sink, at),
            b'A'..=b'Z' => reader.name((cursor, &mut sight), at),
            b'<' => reader.open(cursor, at),
            b'>' if reader.n_angles > 0 => reader.close(sink, at),
            b',' | b'=' | b':' => reader.separator(cursor, sink, (at, byte)),
            b'\'' if !is_first => reader.lifetime((cursor, &mut sight), sink, at),
            b'(' | b'[' => reader.brackets((cursor, &mut sight), sink, (at, byte)),
            b'&' | b'*' | b'+' | b'?' => {
                reader.note(cursor, Kind::Punct(byte), at, at + 1);
                reader.last = Last::Other;
                Step::On(at + 1)
            }
            b'-' if cursor.byte(at + 1) == b'>' => {
                reader.note(cursor, Kind::Arrow, at, at + 2);
                reader.last = Last::Other;
                Step::On(at + 2)
            }
            b'{' if reader.n_angles == 0 => reader.body(state, cursor, sink, at),
            b';' if reader.n_angles == 0 => reader.semicolon(state, cursor, sink, at),
            _ => Step::Stop,
        };
        match step {
            Step::On(next) => cursor.at = next,
            Step::Ended => return,
            Step::Stop => break,
        }
        is_first = false;
        if matches!(reader.head.stage, Stage::Value) {
            return reader.leave(state);
        }
    }
    let at = sight.next_dark(cursor, cursor.at);
    let byte = cursor.byte(at);
    if !matches!(byte, b'(' | b'[') {
        return reader.leave(state);
    }
    reader.note(cursor, Kind::Open(byte), at, at + 1);
    reader.leave(state);
    bracket::open(state, cursor, sink, at, byte);
}

/// Whether what stands at `at` behind `impl<` is sure to begin parameters, and not a type: `impl <dyn A>::B {}`.
#[inline]
fn begins_parameters(cursor: &Cursor<'_>, at: ByteOffset) -> bool {
    let first = cursor.byte(at);
    first.is_ascii_uppercase() || first == b'\'' || cursor.stands(at, b"const ")
}

impl Reader<'_> {
    /// Puts what is open onto the stack.
    fn leave(self, state: &mut State) {
        let Reader { head, angles, n_angles, bounds, .. } = self;
        let Head { defined, stage, end, .. } = *head;
        // The bounds of each are kept by what is inside of it.
        let inner = |i: usize| angles[..n_angles].get(i).map_or(bounds, |angle| angle.outer);
        state.push_list(defined.start, Frame::Head { defined, stage, bounds: inner(0), end });
        for (i, angle) in angles[..n_angles].iter().enumerate() {
            let Angle { start, generic, binder, const_parameter, .. } = *angle;
            let (certain, bounds) = (true, inner(i + 1));
            let frame = Frame::Angle { start, generic, certain, binder, const_parameter, bounds };
            state.push_list(start, frame);
        }
        state.last = self.last;
        if self.has_bracket {
            state.gap.forget();
            state.literal_end = 0;
        }
    }

    /// What any token does that is more than a separator.
    #[inline]
    fn note(&mut self, cursor: &Cursor<'_>, kind: Kind, start: ByteOffset, end: ByteOffset) {
        if self.n_angles == 0 {
            let head = &mut *self.head;
            if matches!(head.defined.kind, PatternKind::Impl)
                && head.defined.name.0 == ByteOffset::MAX
                && !(matches!(self.last, Last::Word) && kind == Kind::Punct(b'<'))
            {
                head.defined.name.0 = head::name_start(cursor, head.end, start);
            }
            head.end = end;
        }
        self.bounds.note(Token { kind, start, end });
    }

    /// Whether nothing of an impl's name was read yet.
    #[inline]
    fn is_behind_impl(&self) -> bool {
        matches!(self.head.defined.kind, PatternKind::Impl)
            && self.head.defined.name.0 == ByteOffset::MAX
    }

    /// Something has ended at `end`.
    #[inline]
    fn note_end(&mut self, end: ByteOffset) {
        if self.n_angles == 0 {
            self.head.end = end;
        }
        if self.bounds.active {
            self.bounds.end = end;
        }
    }

    #[inline]
    fn word<S: Sink>(
        &mut self,
        (cursor, sight): Place<'_, '_>,
        sink: &mut S,
        at: ByteOffset,
    ) -> Step {
        let end = sight.name_end(cursor, at);
        if matches!(cursor.byte(end), 0 | b'#' | 0x80..) {
            return Step::Stop;
        }
        let word = Word::between(cursor, at, end);
        let last = match word {
            Word::Name | Word::Union | Word::Operand | Word::Underscore => Last::Word,
            Word::For => Last::For,
            Word::Type_ | Word::Mut | Word::Impl => Last::Other,
            Word::Const => {
                let may_begin = matches!(self.last, Last::Open | Last::Comma | Last::Close);
                if self.n_angles > 0 && may_begin {
                    self.angles[self.n_angles - 1].const_parameter = true;
                }
                Last::Other
            }
            Word::Where if self.n_angles == 0 => {
                self.bounds.end(sink);
                self.name_impl(cursor, sink, at);
                self.head.stage = Stage::Where;
                self.last = Last::Other;
                return Step::On(end);
            }
            Word::As if self.n_angles > 0 => {
                let angle = &mut self.angles[self.n_angles - 1];
                angle.generic = false;
                let (start, name) = (angle.start, &mut self.head.defined.name.0);
                if self.n_angles == 1 && *name == ByteOffset::MAX {
                    *name = start;
                }
                self.last = Last::Other;
                return Step::On(end);
            }
            _ => return Step::Stop,
        };
        let is_of_impl = matches!(word, Word::For)
            && self.n_angles == 0
            && matches!(self.head.defined.kind, PatternKind::Impl)
            && matches!(self.head.stage, Stage::Signature)
            && cursor.byte(end) != b'<';
        self.note(cursor, Kind::Word(word, false), at, end);
        self.last = if is_of_impl { Last::Other } else { last };
        Step::On(end)
    }

    /// A word that begins like no keyword but `Self`, which is as good as a name here.
    #[inline]
    fn name(&mut self, (cursor, sight): Place<'_, '_>, at: ByteOffset) -> Step {
        let end = sight.name_end(cursor, at);
        if matches!(cursor.byte(end), 0 | b'#' | 0x80..) {
            return Step::Stop;
        }
        self.note(cursor, Kind::Word(Word::Name, true), at, end);
        self.last = Last::Word;
        Step::On(end)
    }

    #[inline]
    fn open(&mut self, cursor: &Cursor<'_>, at: ByteOffset) -> Step {
        let next = cursor.byte(at + 1);
        if self.n_angles == ANGLES_MAX || matches!(next, 0 | b'=') {
            return Step::Stop;
        }
        if self.n_angles == 0 && self.is_behind_impl() && !begins_parameters(cursor, at + 1) {
            return Step::Stop;
        }
        self.note(cursor, Kind::Punct(b'<'), at, at + 1);
        let generic = matches!(self.last, Last::Word | Last::Separator | Last::For);
        let binder = matches!(self.last, Last::For);
        let outer = std::mem::take(&mut self.bounds);
        self.angles[self.n_angles] =
            Angle { start: at, generic, binder, const_parameter: false, outer };
        self.n_angles += 1;
        self.last = Last::Open;
        Step::On(at + 1)
    }

    #[inline]
    fn close<S: Sink>(&mut self, sink: &mut S, at: ByteOffset) -> Step {
        self.n_angles -= 1;
        let Angle { start, generic, binder, outer, .. } = self.angles[self.n_angles];
        self.bounds.end(sink);
        self.bounds = outer;
        let end = at + 1;
        self.note_end(end);
        self.last = if binder { Last::Other } else { Last::Close };
        if generic {
            sink.pattern(plain(start, end, PatternKind::Generic));
        }
        Step::On(end)
    }

    /// A comma, `=`, `:` or `::`.
    #[inline]
    fn separator<S: Sink>(
        &mut self,
        cursor: &Cursor<'_>,
        sink: &mut S,
        (at, byte): (ByteOffset, u8),
    ) -> Step {
        let second = cursor.byte(at + 1);
        match (byte, second) {
            (b',', _) => {
                self.bounds.end(sink);
                if self.n_angles > 0 {
                    self.angles[self.n_angles - 1].const_parameter = false;
                }
                self.last = Last::Comma;
            }
            (b':', b':') => {
                self.note(cursor, Kind::Separator, at, at + 2);
                self.last = Last::Separator;
                return Step::On(at + 2);
            }
            (_, 0) | (b'=', b'=' | b'>') => return Step::Stop,
            (b'=', _) => {
                self.bounds.end(sink);
                if self.n_angles == 0 {
                    let is_const = matches!(self.head.defined.kind, PatternKind::Const);
                    self.head.stage = if is_const { Stage::Value } else { Stage::Type };
                }
                self.last = Last::Equals;
            }
            _ if self.bounds.active => {
                self.note(cursor, Kind::Punct(b':'), at, at + 1);
                self.last = Last::Other;
            }
            _ => {
                self.bounds.active = match self.n_angles {
                    0 => head::colon_begins_bounds(self.head.defined.kind, self.head.stage),
                    n => !self.angles[n - 1].const_parameter,
                };
                self.last = Last::Other;
            }
        }
        Step::On(at + 1)
    }

    #[inline]
    fn lifetime<S: Sink>(
        &mut self,
        (cursor, sight): Place<'_, '_>,
        sink: &mut S,
        at: ByteOffset,
    ) -> Step {
        let end = sight.name_end(cursor, at + 1);
        let first = cursor.byte(at + 1);
        let begins = first.is_ascii_alphabetic() || first == b'_';
        // Behind a `b` it may begin a char.
        let is_prefixed = cursor.byte(at.wrapping_sub(1)) == b'b';
        if !begins || is_prefixed || matches!(cursor.byte(end), 0 | b'#' | b'\'' | 0x80..) {
            return Step::Stop;
        }
        // An empty list of bounds may follow, and then a body: what is written like a label is none.
        if matches!(self.head.stage, Stage::Where) && self.n_angles == 0 {
            let next = sight.next_dark(cursor, end);
            let may_be_bounded = matches!(cursor.byte(next), b':' | b'/' | 0);
            if may_be_bounded && !cursor.stands(next, b": '") {
                return Step::Stop;
            }
        }
        self.note(cursor, Kind::Lifetime, at, end);
        report_lifetime(sink, at, end);
        self.last = Last::Other;
        Step::On(end)
    }

    /// A pair of brackets with nothing in it that matters.
    #[inline]
    fn brackets<S: Sink>(
        &mut self,
        (cursor, sight): Place<'_, '_>,
        sink: &mut S,
        (at, byte): (ByteOffset, u8),
    ) -> Step {
        let (open, close, closer) = match byte {
            b'(' => (Class::ParenOpen, Class::ParenClose, b')'),
            _ => (Class::BracketOpen, Class::BracketClose, b']'),
        };
        let mut end = sight.next_wake(cursor, at + 1);
        // `[T; N]`
        let semicolon = (byte == b'[' && cursor.byte(end) == b';').then_some(end);
        if let Some(semicolon) = semicolon {
            let near = cursor.near(semicolon + 1);
            if near[0] != b' ' || !(near[1].is_ascii_digit() || near[1].is_ascii_uppercase()) {
                return Step::Stop;
            }
            end = sight.next_wake(cursor, semicolon + 1);
        }
        if cursor.byte(end) != closer {
            return Step::Stop;
        }
        self.note(cursor, Kind::Open(byte), at, at + 1);
        sink.open_bracket(at, open);
        if let Some(semicolon) = semicolon {
            sink.structural(semicolon, Class::Semicolon);
        }
        sink.close_bracket(end, close);
        self.note_end(end + 1);
        self.last = Last::Close;
        self.has_bracket = true;
        Step::On(end + 1)
    }

    /// The name of an `impl` ends before `at`.
    fn name_impl<S: Sink>(&mut self, cursor: &Cursor<'_>, sink: &mut S, at: ByteOffset) {
        let defined = &mut self.head.defined;
        if matches!(defined.kind, PatternKind::Impl) && !matches!(self.head.stage, Stage::Where) {
            head::finish_impl_name(defined, cursor, at);
            define(sink, *defined);
        }
    }

    fn body<S: Sink>(
        &mut self,
        state: &mut State,
        cursor: &mut Cursor<'_>,
        sink: &mut S,
        at: ByteOffset,
    ) -> Step {
        if matches!(self.head.defined.kind, PatternKind::Const | PatternKind::Type) {
            return Step::Stop;
        }
        self.bounds.end(sink);
        self.name_impl(cursor, sink, at);
        plain_items::body(state, cursor, sink, self.head.defined, at);
        Step::Ended
    }

    fn semicolon<S: Sink>(
        &mut self,
        state: &mut State,
        cursor: &mut Cursor<'_>,
        sink: &mut S,
        at: ByteOffset,
    ) -> Step {
        self.bounds.end(sink);
        let defined = self.head.defined.without_body(self.head.end, at);
        plain_items::semicolon(state, cursor, sink, defined, at);
        Step::Ended
    }
}
