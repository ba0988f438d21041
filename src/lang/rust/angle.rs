//! `<`: generics, the `<T as A>` of a path, or a comparison.
//!
//! In code a `<` behind a name is taken for generics until a token comes that no list of types can have. Then it was a
//! comparison, and nothing is reported. Behind `::` and in the heads of items it can be nothing else.

use super::look_back::{self, Before, is_word};
use super::token::{Kind, Token, Word};
use super::{Bounds, Frame, Last, Question, State, bracket, head, plain_types};
use crate::lang::PatternKind;
use crate::lang::code::{Cursor, Sink};
use crate::units::ByteOffset;

/// A `<` at `at` in code that is not gone through token by token. The two bytes behind it are known.
pub(super) fn less<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    at: ByteOffset,
) {
    if state.is_bare() {
        cursor.at = at + 1;
        return;
    }
    cursor.at = at + 1;
    let (second, third) = (cursor.byte(at + 1), cursor.byte(at + 2));
    if second == b'=' {
        cursor.at = at + 2;
        return;
    }
    let before = look_back::before(state, cursor, at);
    // A shift, unless a path begins behind `::<`, or two in a row. Of types that are no names `&T` and `[T]` are told: nobody
    // shifts by what is written so without a space.
    let may_begin_path =
        is_word(third) || matches!(third, b'<' | b'&' | b'[') || before == Before::Separator;
    if second == b'<' && !may_begin_path {
        cursor.at = at + 2;
        return;
    }
    let certain = match before {
        Before::Separator | Before::Word { word: Word::For | Word::Impl, .. } => true,
        Before::Word { is_name: true, .. } => false,
        _ => return,
    };
    // What broken code has left in `held` is told of behind the `>`.
    if state.held.is_empty()
        && let Some(end) = plain_types::generics_end(cursor, sink, at, certain)
    {
        cursor.at = end;
        return;
    }
    push(state, at, true, certain);
    state.last = Last::Open;
}

/// Opens a `<`.
pub(super) fn push(state: &mut State, start: ByteOffset, generic: bool, certain: bool) {
    let (const_parameter, bounds) = (false, Bounds::default());
    let binder = state.last == Last::For;
    let frame = Frame::Angle { start, generic, certain, binder, const_parameter, bounds };
    state.push_list(start, frame);
}

/// Takes a token inside of `<`; false if it ended what was open, and is to be looked at again by what is around it.
pub(super) fn token<S: Sink>(
    state: &mut State,
    cursor: &mut Cursor<'_>,
    sink: &mut S,
    token: Token,
) -> bool {
    let last = state.last;
    if state.frame().is_none() {
        return false;
    }
    let Some(Frame::Angle { generic, certain, const_parameter, bounds, .. }) =
        state.frames.last_mut()
    else {
        return false;
    };
    if !fits(token.kind, last, *certain, *generic) {
        state.pop_angles();
        return false;
    }
    let certain = *certain;
    match token.kind {
        Kind::Punct(b'>') => {
            close(state, sink, token.end);
            return true;
        }
        Kind::Punct(b',') => {
            bounds.end_in(certain, &mut state.held, sink);
            *const_parameter = false;
            state.last = Last::Comma;
            return true;
        }
        Kind::Punct(b'=') => {
            bounds.end_in(certain, &mut state.held, sink);
            state.last = Last::Equals;
            return true;
        }
        Kind::Punct(b':') if !bounds.active => {
            bounds.active = !*const_parameter;
            state.last = Last::Other;
            return true;
        }
        Kind::Word(Word::As, _) => {
            *generic = false;
            state.name_begins_with_path();
            state.last = Last::Other;
            return true;
        }
        // Behind a bracket: that of an attribute.
        Kind::Word(Word::Const, _) if matches!(last, Last::Open | Last::Comma | Last::Close) => {
            *const_parameter = true;
        }
        _ => {}
    }
    let is_type = begins_type(token.kind, last) && !bounds.active && !*const_parameter;
    bounds.note(token);
    if is_type {
        state.name_begins_with_path();
    }
    head::in_types(state, cursor, sink, token, certain);
    true
}

impl State {
    /// What seemed to be generics was one: the bounds in it count.
    pub(super) fn release_bounds<S: Sink>(&mut self, sink: &mut S) {
        for (start, end) in self.held.drain(..) {
            sink.pattern(bracket::plain(start, end, PatternKind::TraitBound));
        }
    }

    /// The `<` behind `impl` begins the type's path, not parameters: `impl <T as A>::B {}`.
    fn name_begins_with_path(&mut self) {
        if let Some((Frame::Angle { start, generic, .. }, Frame::Head { defined, .. })) =
            self.two_frames_mut()
            && (defined.kind, defined.name.0) == (PatternKind::Impl, ByteOffset::MAX)
        {
            defined.name.0 = *start;
            *generic = false;
        }
    }
}

/// Whether a token behind a `<` is none of parameters, but of a type.
fn begins_type(kind: Kind, last: Last) -> bool {
    match kind {
        Kind::Open(b'(' | b'[') | Kind::Punct(b'*' | b'&' | b'<' | b'!') => last == Last::Open,
        Kind::Word(word, _) => {
            matches!(word, Word::Type_ | Word::Impl | Word::Fn | Word::Unsafe) && last == Last::Open
        }
        _ => false,
    }
}

/// Whether a list of types can go on with this token.
fn fits(kind: Kind, last: Last, certain: bool, generic: bool) -> bool {
    let after_operand = matches!(last, Last::Word | Last::Close | Last::Literal);
    let at_start = matches!(last, Last::Open | Last::Comma | Last::Equals);
    match kind {
        Kind::Punct(b';') | Kind::FatArrow => false,
        Kind::Open(b'{') => !after_operand,
        _ if certain => true,
        Kind::Punct(b',' | b'>') => true,
        _ if last == Last::Literal => false,
        Kind::Word(word, _) => match word {
            Word::Name | Word::Union | Word::Operand | Word::Underscore => !after_operand,
            Word::Number => at_start && generic,
            Word::As => !generic,
            Word::Expression | Word::Loop | Word::Jump => false,
            _ => true,
        },
        Kind::Literal | Kind::Open(b'[') | Kind::Punct(b'&' | b'*' | b'?') => !after_operand,
        Kind::Punct(b'-') => at_start,
        Kind::Operator | Kind::Punct(b'.' | b'/' | b'%' | b'^' | b'|' | b'@' | b'$' | b'\\') => {
            false
        }
        _ => true,
    }
}

/// A `>` that ends at `end`.
fn close<S: Sink>(state: &mut State, sink: &mut S, end: ByteOffset) {
    let Some(Frame::Angle { start, generic, certain, binder, mut bounds, .. }) = state.pop_frame()
    else {
        return;
    };
    state.last = if binder { Last::Other } else { Last::Close };
    state.note_end(end);
    let is_inside = matches!(state.frame(), Some(Frame::Angle { .. }));
    if generic && !certain && !is_inside {
        state.question = Question::Generic { start, end, bounds };
        return;
    }
    bounds.end_in(certain, &mut state.held, sink);
    if generic {
        sink.pattern(bracket::plain(start, end, PatternKind::Generic));
    }
}

/// Whether a token may stand behind the `>` of generics in an expression. Operands may not: `f(a < b, c > d)`.
pub(super) fn may_follow(kind: Kind) -> bool {
    match kind {
        Kind::Word(word, _) => !matches!(
            word,
            Word::Name
                | Word::Union
                | Word::Number
                | Word::Underscore
                | Word::Operand
                | Word::Unsafe
                | Word::Qualifier
        ),
        Kind::Literal | Kind::Lifetime | Kind::Open(b'(' | b'[') => false,
        Kind::Punct(byte) => !matches!(byte, b'&' | b'-' | b'*' | b'!' | b'<'),
        _ => true,
    }
}

#[cfg(test)]
mod tests {
    use crate::lang::LanguageId;
    use crate::simd::best;

    /// Also where a question is open, and what stands behind the `<` is not at hand yet.
    #[test]
    fn a_cut_behind_a_less_changes_nothing() {
        let scanner = LanguageId::Rust.info().scanner.expect("Rust has one");
        for text in ["{\nunion        <>:", "auto <b<c>>;", "pub <T as A>::B", "default << 3;"] {
            let whole = scanner.tokens(best(), text.as_bytes(), &[]);
            for cut in 1..text.len() {
                let cut_there = scanner.tokens(best(), text.as_bytes(), &[cut]);
                assert!(cut_there == whole, "{text:?} cut at {cut}");
            }
        }
    }
}
