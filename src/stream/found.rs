//! What one stretch of a document holds, with offsets that count from the document's start, and the spans of JSON that
//! seams between stretches have cut made whole again.

use crate::lang::code::{Piece, Tokens};
use crate::lang::{Class, LanguageId, SpanKind};
use crate::scan::{Mode, Scanned, Span, State, detail};
use crate::simd::KernelId;
use crate::units::ByteOffset;

/// Start, end, kind.
type OneSpan = (ByteOffset, ByteOffset, SpanKind);

/// What a stretch holds.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// Everything told in it. JSON's spans are there once they are joined.
    pub(crate) tokens: Tokens,
    /// Of the structural characters.
    pub(crate) classes: Vec<Class>,
    /// Where the stretch begins.
    pub(crate) at: ByteOffset,
    /// Its bytes.
    pub(crate) bytes: u64,
    /// Its first and its last byte.
    ends: Option<(u8, u8)>,
    /// JSON's spans before they are joined, and the mode before the stretch.
    json: Option<(Vec<Span>, Mode)>,
}

impl Scanned for Found {
    fn scan<'t>(
        kernel: KernelId,
        language: LanguageId,
        start: &State,
        piece: impl Into<Piece<'t>>,
    ) -> (Self, State) {
        let piece = piece.into();
        let base = piece.at - piece.from as u64;
        let class = |at: &ByteOffset| {
            let byte = piece.text.get((at - base) as usize).copied().unwrap_or_default();
            Class::of(byte).unwrap_or(Class::Comma)
        };
        let inside = piece.bytes();
        let found = Found {
            at: piece.at,
            bytes: inside.len() as u64,
            ends: inside.first().copied().zip(inside.last().copied()),
            ..Found::default()
        };
        if let Some(scanner) = language.info().scanner {
            let (tokens, end) = scanner.find(kernel, start.code.as_ref(), &piece);
            let classes = tokens.structural.iter().map(class).collect();
            return (Found { tokens, classes, ..found }, end.into());
        }
        let inner = detail(kernel, language, start, piece);
        let structural: Vec<ByteOffset> =
            inner.structurals.iter().map(|at| piece.at + u64::from(*at)).collect();
        let classes = structural.iter().map(class).collect();
        let tokens = Tokens { structural, ..Tokens::default() };
        let json = Some((inner.spans, start.mode));
        (Found { tokens, classes, json, ..found }, inner.end)
    }

    fn bytes(&self) -> u64 {
        self.bytes
    }

    fn tells_before(&self, _: ByteOffset) -> bool {
        // Spans and patterns may have begun anywhere.
        true
    }
}

/// Joins the spans of JSON that go on over seams. Stretches must come in order.
#[derive(Debug, Default)]
pub(crate) struct Joiner {
    /// The span that goes on.
    open: Option<OneSpan>,
    /// The last byte before the stretch, which a line break may belong to.
    previous: u8,
}

impl Joiner {
    /// Puts the spans of `found` that have ended into its tokens. `ended`: nothing comes after it.
    pub(crate) fn join(&mut self, found: &mut Found, ended: bool) {
        match found.json.take() {
            Some((spans, mode)) => {
                found.tokens.spans = self.joined(found, &spans, mode, ended);
            }
            None if ended => found.tokens.spans.extend(self.open.take()),
            None => {}
        }
        self.previous = found.ends.map_or(self.previous, |(_, last)| last);
    }

    fn joined(&mut self, found: &Found, spans: &[Span], mode: Mode, ended: bool) -> Vec<OneSpan> {
        let at = found.at;
        let mut whole = Vec::new();
        if mode == Mode::LineComment
            && self.previous == b'\r'
            && found.ends.is_some_and(|(first, _)| first == b'\n')
            && let Some(open) = &mut self.open
        {
            // The CR belongs to the line break, also where a seam parts them.
            open.1 -= 1;
        }
        for span in spans {
            let end = at + u64::from(span.end);
            match (span.begins(at), &mut self.open) {
                (None, Some(open)) => open.1 = end,
                (begins, open) => {
                    whole.extend(open.replace((begins.unwrap_or(at), end, span.kind)));
                }
            }
            if !span.unfinished {
                whole.extend(self.open.take());
            }
        }
        if ended || spans.is_empty() {
            whole.extend(self.open.take());
        }
        whole
    }
}
