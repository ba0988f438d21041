//! Items: where they may begin, and what a token means to what waits for it.

use super::bracket::{self, plain};
use super::look_back::{self, Before};
use super::plain_types::report_lifetime as lifetime;
use super::token::{Kind, Token, Word};
use super::{Bounds, Defined, Frame, Last, Question, Role, Stage, State};
use super::{angle, fn_head, head};
use crate::lang::Class;
use crate::lang::PatternKind;
use crate::lang::code::{Cursor, Definition, Sink};
use crate::units::ByteOffset;

/// A `;` at `at`, counted already.
pub(super) fn semicolon<S: Sink>(state: &mut State, sink: &mut S, at: ByteOffset) {
    state.last = Last::Other;
    state.gap.forget();
    state.literal_end = 0;
    state.pop_angles();
    if let Some(Frame::Head { defined, bounds, end, .. }) = state.frame_mut() {
        bounds.end(sink);
        let defined = defined.without_body(*end, at);
        state.pop_frame();
        sink.pattern(defined.pattern(at + 1));
    }
    if !state.is_bare() {
        state.question = Question::Item;
    }
}

/// A `!` at `at`: a macro's, if a name stands before it and a bracket follows.
pub(super) fn bang(state: &mut State, cursor: &Cursor<'_>, at: ByteOffset) {
    if cursor.byte(at + 1) == b'=' {
        return;
    }
    if let Before::Word { start, is_name: true, is_macro_rules, .. } =
        look_back::before(state, cursor, at)
    {
        state.question = if is_macro_rules {
            Question::MacroName { start }
        } else {
            Question::MacroCall { start }
        };
    }
}

/// What the next token decides is left open at a closing bracket or the document's end.
pub(super) fn end_question<S: Sink>(state: &mut State, sink: &mut S) {
    match std::mem::take(&mut state.question) {
        Question::Unsafe { start, end, .. } => sink.pattern(plain(start, end, PatternKind::Unsafe)),
        Question::Label { start, end, .. } => lifetime(sink, start, end),
        Question::Generic { start, end, bounds } => {
            generic(state, sink, (start, end, bounds), true);
        }
        Question::PathOrShift { .. } => state.held.clear(),
        _ => {}
    }
}

/// A word or lifetime that ends with the document.
pub(super) fn dispatch_at_end<S: Sink>(state: &mut State, sink: &mut S, token: Token) {
    let Token { kind, start, end } = token;
    match state.question {
        Question::Generic { .. } | Question::PathOrShift { .. } => state.question = Question::None,
        _ => end_question(state, sink),
    }
    if kind == Kind::Lifetime {
        lifetime(sink, start, end);
    }
}

/// Takes a token: first for what waits for it, then for what it is inside of.
pub(super) fn dispatch<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    token: Token,
) {
    let question = std::mem::take(&mut state.question);
    let taken = match question {
        Question::None => false,
        Question::Item
        | Question::Visibility
        | Question::Abi
        | Question::Const { .. }
        | Question::Static { .. } => item(state, cursor, sink, question, token),
        Question::Named { start, from, to } => {
            let word = Token { kind: Kind::Word(Word::Name, true), start: from, end: to };
            if token.kind == Kind::Punct(b':') {
                begin_head(state, sink, (start, PatternKind::Const), word);
                false
            } else {
                item(state, cursor, sink, Question::Item, token)
            }
        }
        Question::Name { start, kind } => name(state, sink, (start, kind), token),
        Question::Attribute { .. } | Question::Path { .. } => {
            attribute(state, cursor, sink, question, token)
        }
        Question::MacroCall { .. }
        | Question::MacroName { .. }
        | Question::MacroWord { .. }
        | Question::MacroBody { .. } => in_macro(state, cursor, sink, question, token),
        Question::Unsafe { start, end, begins_item } => {
            unsafe_question(state, cursor, sink, (start, end, begins_item), token)
        }
        Question::Label { start, end, colon } => {
            label(state, sink, (start, end), colon, token);
            false
        }
        Question::Generic { start, end, bounds } => {
            let is_open = matches!(state.frame(), Some(Frame::Angle { .. }));
            if token.kind == Kind::Punct(b'>') && token.start == end && !is_open {
                state.question = Question::PathOrShift { start, end, bounds };
            } else {
                generic(state, sink, (start, end, bounds), angle::may_follow(token.kind));
            }
            false
        }
        Question::PathOrShift { start, end, bounds } => {
            generic(state, sink, (start, end, bounds), token.kind == Kind::Separator);
            false
        }
    };
    if !taken {
        within(state, cursor, sink, token);
    }
}

/// What looked like generics was one, or was not.
fn generic<S: Sink>(
    state: &mut State,
    sink: &mut S,
    (start, end, mut bounds): (ByteOffset, ByteOffset, Bounds),
    is_one: bool,
) {
    if is_one {
        bounds.end(sink);
        state.release_bounds(sink);
        sink.pattern(plain(start, end, PatternKind::Generic));
    }
    state.held.clear();
}

/// Where an item may begin, or has begun. Whether the token is used up.
fn item<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    question: Question,
    token: Token,
) -> bool {
    let start = token.start;
    let Kind::Word(word, is_name) = token.kind else {
        match (question, token.kind) {
            (Question::Visibility, Kind::Open(b'(')) => {
                bracket::open_as(state, cursor, sink, (start, b'('), Role::Visibility);
                return true;
            }
            (Question::Abi, Kind::Literal) => state.question = Question::Abi,
            _ => {}
        }
        return false;
    };
    let kind = match (question, word) {
        (Question::Const { start }, Word::Name | Word::Underscore | Word::Union) => {
            return begin_head(state, sink, (start, PatternKind::Const), token);
        }
        (Question::Static { start }, Word::Name | Word::Underscore | Word::Union) => {
            return begin_head(state, sink, (start, PatternKind::Const), token);
        }
        (Question::Const { start } | Question::Static { start }, Word::Qualifier) if is_name => {
            state.question = Question::Named { start, from: token.start, to: token.end };
            return true;
        }
        (Question::Static { .. }, Word::Mut) => {
            state.question = question;
            return true;
        }
        (Question::Static { .. }, _) => return false,
        (_, Word::Fn) => {
            if let Some(name) = fn_head::name(cursor, token.end) {
                let kind = Kind::Word(Word::Name, true);
                let name = Token { kind, start: name.0, end: name.1 };
                begin_head(state, sink, (start, PatternKind::Fn), name);
                bracket::open(state, cursor, sink, name.end, b'(');
                return true;
            }
            PatternKind::Fn
        }
        (_, Word::Struct | Word::Union) => PatternKind::Struct,
        (_, Word::Enum) => PatternKind::Enum,
        (_, Word::Trait) => PatternKind::Trait,
        (_, Word::Mod) => PatternKind::Mod,
        (_, Word::Type) => PatternKind::Type,
        (_, Word::Qualifier) => {
            let is_extern = cursor.byte(start) == b'e';
            state.question = if is_extern { Question::Abi } else { Question::Item };
            return true;
        }
        (_, Word::Pub) => {
            state.question = Question::Visibility;
            return true;
        }
        (_, Word::Const) => {
            state.question = Question::Const { start };
            return true;
        }
        (_, Word::Static) => {
            state.question = Question::Static { start };
            return true;
        }
        (_, Word::Macro) => {
            state.question = Question::MacroWord { start };
            return true;
        }
        (_, Word::Unsafe) => {
            state.question = Question::Unsafe { start, end: token.end, begins_item: true };
            return true;
        }
        (_, Word::Impl) => {
            let name = (ByteOffset::MAX, ByteOffset::MAX);
            let defined = Defined { start, kind: PatternKind::Impl, name };
            push_head(state, defined, Stage::Signature, token.end);
            return true;
        }
        _ => return false,
    };
    state.question = Question::Name { start, kind };
    true
}

/// The name behind an item's keyword.
fn name<S: Sink>(
    state: &mut State,
    sink: &mut S,
    start: (ByteOffset, PatternKind),
    token: Token,
) -> bool {
    matches!(token.kind, Kind::Word(_, true)) && begin_head(state, sink, start, token)
}

pub(super) fn begin_head<S: Sink>(
    state: &mut State,
    sink: &mut S,
    (start, kind): (ByteOffset, PatternKind),
    token: Token,
) -> bool {
    let name = (token.start, token.end);
    sink.define(Definition { start, kind, name });
    push_head(state, Defined { start, kind, name }, Stage::Signature, token.end);
    true
}

/// Opens the head of an item, which has come as far as `end`.
pub(super) fn push_head(state: &mut State, defined: Defined, stage: Stage, end: ByteOffset) {
    let bounds = Bounds::default();
    state.push_list(defined.start, Frame::Head { defined, stage, bounds, end });
    state.last = Last::Word;
}

fn unsafe_question<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    (start, end, begins_item): (ByteOffset, ByteOffset, bool),
    token: Token,
) -> bool {
    match token.kind {
        Kind::Open(b'{') => {
            bracket::open_as(state, cursor, sink, (token.start, b'{'), Role::Unsafe(start));
            return true;
        }
        Kind::Open(b'(') if state.is_in_attribute() => return false,
        _ => sink.pattern(plain(start, end, PatternKind::Unsafe)),
    }
    if begins_item { item(state, cursor, sink, Question::Item, token) } else { false }
}

fn label<S: Sink>(
    state: &mut State,
    sink: &mut S,
    (start, end): (ByteOffset, ByteOffset),
    colon: bool,
    token: Token,
) {
    match token.kind {
        Kind::Punct(b':') if !colon => {
            state.question = Question::Label { start, end, colon: true };
        }
        Kind::Open(b'{') | Kind::Word(Word::For | Word::Loop, _) if colon => {}
        _ => lifetime(sink, start, end),
    }
}

fn attribute<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    question: Question,
    token: Token,
) -> bool {
    match (question, token.kind) {
        (Question::Attribute { start, inner: false }, Kind::Punct(b'!')) => {
            state.question = Question::Attribute { start, inner: true };
            true
        }
        (Question::Attribute { start, .. }, Kind::Open(b'[')) => {
            let role = Role::Attribute(start, None);
            bracket::open_as(state, cursor, sink, (token.start, b'['), role);
            let start = token.end;
            state.question = Question::Path { start, wants_word: true };
            true
        }
        (Question::Path { start, wants_word: true }, Kind::Word(word, _))
            if word != Word::Number =>
        {
            let is_first = !matches!(cursor.byte(start), b':');
            let start =
                if is_first && state.attribute_name().is_none() { token.start } else { start };
            state.name_attribute((start, token.end));
            state.question = Question::Path { start, wants_word: false };
            if word == Word::Unsafe {
                state.question =
                    Question::Unsafe { start: token.start, end: token.end, begins_item: false };
            }
            true
        }
        (Question::Path { start, wants_word }, Kind::Separator) => {
            let is_first = wants_word && state.attribute_name().is_none();
            let start = if is_first { token.start } else { start };
            state.question = Question::Path { start, wants_word: true };
            true
        }
        _ => false,
    }
}

fn in_macro<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    question: Question,
    token: Token,
) -> bool {
    let defined = |start| {
        let name = (token.start, token.end);
        Defined { start, kind: PatternKind::Macro, name }
    };
    match (question, token.kind) {
        (Question::MacroCall { start } | Question::MacroName { start }, Kind::Open(byte)) => {
            let role = Role::MacroCall(start);
            bracket::open_as(state, cursor, sink, (token.start, byte), role);
        }
        (Question::MacroName { start }, Kind::Word(..)) => {
            let defined = defined(start);
            state.question = Question::MacroBody { defined, with_parameters: false };
        }
        (Question::MacroWord { start }, Kind::Word(..)) => {
            let defined = defined(start);
            state.question = Question::MacroBody { defined, with_parameters: true };
        }
        (Question::MacroBody { defined, with_parameters: true }, Kind::Open(b'(')) => {
            define(sink, defined);
            let role = Role::MacroParameters(defined);
            bracket::open_as(state, cursor, sink, (token.start, b'('), role);
        }
        (Question::MacroBody { defined, .. }, Kind::Open(byte)) => {
            define(sink, defined);
            let role = Role::Body(defined);
            bracket::open_as(state, cursor, sink, (token.start, byte), role);
        }
        _ => return false,
    }
    true
}

pub(super) fn define<S: Sink>(sink: &mut S, Defined { start, kind, name }: Defined) {
    sink.define(Definition { start, kind, name });
}

/// A token that nothing waits for.
fn within<S: Sink>(state: &mut State, cursor: &mut Cursor<'_>, sink: &mut S, token: Token) {
    // What a `<` or a list of bounds has no use for ends it, and is then looked at again.
    while !(match state.frame() {
        Some(Frame::Angle { .. }) => angle::token(state, cursor, sink, token),
        Some(Frame::Head { stage: Stage::Signature | Stage::Where | Stage::Type, .. }) => {
            head::head(state, cursor, sink, token);
            true
        }
        _ => {
            anywhere(state, cursor, sink, token);
            true
        }
    }) {}
}

/// What tokens do wherever they stand in code.
pub(super) fn anywhere<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    token: Token,
) {
    let Token { kind, start, end } = token;
    match kind {
        Kind::Open(byte) => bracket::open(state, cursor, sink, start, byte),
        Kind::Punct(b';') => {
            sink.structural(start, Class::Semicolon);
            semicolon(state, sink, start);
        }
        Kind::Punct(b'|') => sink.structural(start, Class::Bar),
        Kind::Punct(b'#') => state.question = Question::Attribute { start, inner: false },
        Kind::Punct(b'!') => bang(state, cursor, start),
        Kind::Punct(b'<') => {
            cursor.at = start;
            angle::less(state, cursor, sink, start);
        }
        Kind::Word(Word::Unsafe, _) => {
            state.question = Question::Unsafe { start, end, begins_item: false };
        }
        Kind::Lifetime => lifetime_in_code(state, cursor, sink, (start, end)),
        _ => {}
    }
}

/// A lifetime, unless it is a label: behind `break` and `continue`, or before a loop or block, which is asked later.
fn lifetime_in_code<S: Sink>(
    state: &mut State,
    cursor: &Cursor<'_>,
    sink: &mut S,
    (start, end): (ByteOffset, ByteOffset),
) {
    let is_jump =
        matches!(look_back::before(state, cursor, start), Before::Word { word: Word::Jump, .. });
    if is_jump {
        return;
    }
    let in_types = match state.frame() {
        Some(Frame::Angle { .. }) => true,
        // Behind a `where` it may be before a list of bounds that is empty, and that before a body.
        Some(Frame::Head { stage, .. }) => !matches!(stage, Stage::Value | Stage::Where),
        _ => false,
    };
    if in_types {
        lifetime(sink, start, end);
    } else {
        state.question = Question::Label { start, end, colon: false };
    }
}

impl State {
    /// A bracket or `>` has closed at `at`: what it stood in goes at least so far.
    pub(super) fn note_end(&mut self, at: ByteOffset) {
        match self.frame_mut() {
            Some(Frame::Head { bounds, end, .. }) => {
                *end = at;
                if bounds.active {
                    bounds.end = at;
                }
            }
            Some(Frame::Angle { bounds, .. }) if bounds.active => bounds.end = at,
            _ => {}
        }
    }

    /// Gives up what `<` opened since the last bracket or head.
    pub(super) fn pop_angles(&mut self) {
        while let Some(Frame::Angle { .. }) = self.frame() {
            self.pop_frame();
        }
        self.held.clear();
    }

    fn attribute_name(&self) -> Option<(ByteOffset, ByteOffset)> {
        match self.frame() {
            Some(Frame::Bracket { role: Role::Attribute(_, name), .. }) => *name,
            _ => None,
        }
    }

    fn name_attribute(&mut self, path: (ByteOffset, ByteOffset)) {
        if let Some(Frame::Bracket { role: Role::Attribute(_, name), .. }) = self.frame_mut() {
            *name = Some(path);
        }
    }
}
