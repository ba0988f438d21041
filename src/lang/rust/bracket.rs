//! Brackets: what they are to what stands around them, and what ends with them.

use super::levels::VALUE;
use super::{Defined, Frame, Last, Question, Role, State, quick_head};
use crate::lang::code::{Cursor, Pattern, Sink};
use crate::lang::{Class, PatternKind, ProblemKind};
use crate::units::ByteOffset;

fn class(byte: u8) -> Class {
    Class::of(byte).unwrap_or(Class::BraceOpen)
}

/// A bracket that means nothing by itself opens at `at`.
pub(super) fn open<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    at: ByteOffset,
    byte: u8,
) {
    open_as(state, cursor, sink, (at, byte), Role::Plain);
}

/// A bracket opens.
pub(super) fn open_as<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    (at, byte): (ByteOffset, u8),
    role: Role,
) {
    sink.open_bracket(at, class(byte));
    let is_macro = match role {
        Role::MacroCall(_) | Role::MacroParameters(_) | Role::Attribute(..) => true,
        Role::Body(defined) => defined.kind == PatternKind::Macro,
        Role::Plain | Role::Unsafe(_) | Role::Visibility => false,
    };
    let bare = is_macro || state.is_bare();
    let closer = match byte {
        b'(' => b')',
        b'[' => b']',
        _ => b'}',
    };
    state.push_bracket(at, closer, role, bare);
    state.last = Last::Open;
    state.gap.forget();
    state.literal_end = 0;
    cursor.at = at + 1;
    if byte == b'{' && !bare {
        state.question = Question::Item;
    }
}

/// A bracket closes at `at`: whatever is open inside of it ends without a word.
pub(super) fn close<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    at: ByteOffset,
    byte: u8,
) {
    cursor.at = at + 1;
    state.last = Last::Close;
    state.gap.forget();
    state.literal_end = 0;
    let level = loop {
        let Some(level) = state.levels.last() else {
            sink.structural(at, class(byte));
            sink.problem(at, ProblemKind::StrayCloser);
            state.question = Question::Item;
            return;
        };
        let is_list = level.quick() <= VALUE
            && !matches!(state.frames.last(), None | Some(Frame::Bracket { .. }));
        if !is_list {
            break level;
        }
        state.drop_frame();
        state.held.clear();
    };
    let end = at + 1;
    let mut item_may_follow = byte == b'}';
    // A frame is read where it lies: it was written field by field, and to copy it would be to wait for that.
    let by_itself = level.role();
    let (closer, role) = match state.frames.last() {
        Some(Frame::Bracket { closer, role, .. }) if level.quick() <= VALUE => (*closer, role),
        _ => (by_itself.0, &by_itself.1),
    };
    if closer != byte {
        sink.problem(at, ProblemKind::MismatchedBracket);
    }
    sink.close_bracket(at, class(byte));
    let may_stand_in_list = matches!(role, Role::Plain) && byte != b'}';
    let mut body = None;
    match role {
        Role::Plain => {}
        Role::Visibility => item_may_follow = true,
        Role::Body(defined) => sink.pattern(defined.pattern(end)),
        Role::MacroCall(start) => sink.pattern(plain(*start, end, PatternKind::Macro)),
        Role::Unsafe(start) => sink.pattern(plain(*start, end, PatternKind::Unsafe)),
        Role::Attribute(start, name) => {
            let kind = PatternKind::Attribute;
            sink.pattern(Pattern { start: *start, end, kind, name: *name });
            item_may_follow = true;
        }
        Role::MacroParameters(defined) => body = Some(*defined),
    }
    state.drop_frame();
    state.note_end(end);
    if may_stand_in_list {
        quick_head::resume(state, cursor, sink);
        return;
    }
    if let Some(defined) = body {
        state.question = Question::MacroBody { defined, with_parameters: false };
        return;
    }
    if item_may_follow && state.is_in_items() && !state.is_bare() {
        state.question = Question::Item;
    }
}

/// A pattern without a name.
pub(super) fn plain(start: ByteOffset, end: ByteOffset, kind: PatternKind) -> Pattern {
    Pattern { start, end, kind, name: None }
}

impl Defined {
    /// The definition as a pattern that ends at `end`.
    pub(super) fn pattern(self, end: ByteOffset) -> Pattern {
        Pattern { start: self.start, end, kind: self.kind, name: Some(self.name) }
    }
}
