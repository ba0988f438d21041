//! Heads of items, from behind the name up to the body or `;`: generics, types, bounds, and the names of impls.

use super::bracket;
use super::items::{anywhere, define};
use super::token::{Kind, Token, Word};
use super::{Defined, Frame, Last, Role, Stage, State, angle, plain_types};
use crate::lang::PatternKind;
use crate::lang::code::{Cursor, Sink};
use crate::units::ByteOffset;

/// A token in the head of an item.
pub(super) fn head<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    token: Token,
) {
    let last = state.last;
    let Some(Frame::Head { defined, stage, bounds, end }) = state.frame_mut() else { return };
    let is_impl = defined.kind == PatternKind::Impl;
    let is_value = matches!(defined.kind, PatternKind::Const | PatternKind::Type);
    match token.kind {
        Kind::Punct(b';') => return anywhere(state, cursor, sink, token),
        Kind::Open(b'{') if !is_value => {
            bounds.end(sink);
            let mut defined = *defined;
            if is_impl && *stage != Stage::Where {
                finish_impl_name(&mut defined, cursor, token.start);
                define(sink, defined);
            }
            state.pop_frame();
            let role = Role::Body(defined);
            return bracket::open_as(state, cursor, sink, (token.start, b'{'), role);
        }
        Kind::Word(Word::Where, _) => {
            bounds.end(sink);
            if is_impl && *stage != Stage::Where {
                finish_impl_name(defined, cursor, token.start);
                define(sink, *defined);
            }
            *stage = Stage::Where;
            state.last = Last::Other;
            return;
        }
        Kind::Punct(b',') => {
            bounds.end(sink);
            state.last = Last::Comma;
            return;
        }
        Kind::Punct(b'=') => {
            bounds.end(sink);
            let is_constant = defined.kind == PatternKind::Const;
            *stage = if is_constant { Stage::Value } else { Stage::Type };
            state.last = Last::Equals;
            if is_constant {
                state.begin_value();
            }
            return;
        }
        Kind::Punct(b':') if !bounds.active => {
            bounds.active = colon_begins_bounds(defined.kind, *stage);
            state.last = Last::Other;
            return;
        }
        _ => {}
    }
    if is_impl && defined.name.0 == ByteOffset::MAX {
        if last == Last::Word && token.kind == Kind::Punct(b'<') {
            // Parameters, or a type that a path begins with.
            *end = token.end;
            angle::push(state, token.start, true, true);
            state.last = Last::Open;
            return;
        }
        defined.name.0 = name_start(cursor, *end, token.start);
    }
    // The `for` of `impl A for B`, not that of `for<'a>`.
    let is_of_impl = is_impl
        && *stage == Stage::Signature
        && token.kind == Kind::Word(Word::For, false)
        && cursor.byte(token.end) != b'<';
    *end = token.end;
    bounds.note(token);
    in_types(state, cursor, sink, token, true);
    if is_of_impl {
        state.last = Last::Other;
    }
}

/// Whether a colon in the head of an item of this kind begins a list of bounds.
pub(super) fn colon_begins_bounds(kind: PatternKind, stage: Stage) -> bool {
    match stage {
        Stage::Where => true,
        Stage::Signature => matches!(kind, PatternKind::Trait | PatternKind::Type),
        Stage::Type | Stage::Value => false,
    }
}

/// Where the name of an impl begins whose first token stands at `start` behind one that ends at `end`: comments belong to it.
pub(super) fn name_start(cursor: &Cursor<'_>, end: ByteOffset, start: ByteOffset) -> ByteOffset {
    start - cursor.slice(end, start).trim_ascii_start().len() as u64
}

/// The name is the text up to `before`, comments in it too.
pub(super) fn finish_impl_name(defined: &mut Defined, cursor: &Cursor<'_>, before: ByteOffset) {
    let start = defined.name.0.min(before);
    let text = cursor.slice(start, before);
    let blank = text.len() - text.trim_ascii_end().len();
    defined.name = (start, before - blank as u64);
}

/// What a token does where a type may stand.
pub(super) fn in_types<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    token: Token,
    certain: bool,
) {
    state.last = match token.kind {
        Kind::Word(word, _) => match word {
            Word::Name | Word::Union | Word::Operand | Word::Underscore => Last::Word,
            Word::Qualifier if cursor.byte(token.start) == b'e' => Last::Extern,
            Word::Qualifier => Last::Word,
            Word::Number => Last::Literal,
            Word::For => Last::For,
            _ => Last::Other,
        },
        Kind::Literal if state.last == Last::Extern => Last::Other,
        Kind::Literal => Last::Literal,
        Kind::Separator => Last::Separator,
        Kind::Punct(b'<') => {
            let generic = matches!(state.last, Last::Word | Last::Separator | Last::For);
            let is_plain = matches!(state.last, Last::Word | Last::Separator);
            let end = if is_plain {
                plain_types::generics_end(cursor, sink, token.start, certain)
            } else {
                None
            };
            if let Some(end) = end {
                cursor.at = end;
                state.note_end(end);
                state.last = Last::Close;
                return;
            }
            angle::push(state, token.start, generic, certain);
            Last::Open
        }
        // A minus belongs to the number behind it.
        Kind::Punct(b'-') => state.last,
        Kind::Open(_) => state.last,
        _ => Last::Other,
    };
    if token.kind != Kind::Punct(b'<') {
        anywhere(state, cursor, sink, token);
    }
}
