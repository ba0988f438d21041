//! Lists of bounds, as they grow token by token.

use super::Bounds;
use super::bracket::plain;
use super::token::{Kind, Token};
use crate::lang::PatternKind;
use crate::lang::code::Sink;
use crate::units::ByteOffset;

impl Bounds {
    /// Takes a token of the list; its `+` and the colon before it are no part of a bound.
    pub(super) fn note(&mut self, token: Token) {
        if !self.active || token.kind == Kind::Punct(b'+') {
            return;
        }
        if self.start == self.end {
            self.start = token.start;
        }
        self.end = token.end;
        self.has_trait |= token.kind != Kind::Lifetime;
    }

    /// Ends the list, and reports it if it holds a trait.
    pub(super) fn end<S: Sink>(&mut self, sink: &mut S) {
        let Bounds { start, end, has_trait, .. } = std::mem::take(self);
        if has_trait {
            sink.pattern(plain(start, end, PatternKind::TraitBound));
        }
    }

    /// As [`Bounds::end`], where nothing is reported before it is sure that these are generics.
    pub(super) fn end_in<S: Sink>(
        &mut self,
        certain: bool,
        held: &mut Vec<(ByteOffset, ByteOffset)>,
        sink: &mut S,
    ) {
        if certain {
            return self.end(sink);
        }
        let Bounds { start, end, has_trait, .. } = std::mem::take(self);
        if has_trait {
            held.push((start, end));
        }
    }
}
