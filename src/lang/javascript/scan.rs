//! The scanner's loop, and what ends because the document does.

use super::state::{Kind, Last, Mode, Pending, Range, State};
use crate::lang::code::{Cursor, Definition, Pattern, Sink};
use crate::lang::{PatternKind, ProblemKind, SpanKind};

/// Bytes after a token that must be at hand before it is decided on, unless the document ends: the longest keyword
/// that is looked for, and a byte after it.
pub(super) const NEAR_BYTES: u64 = 16;

/// A scanner at work.
pub(super) struct Scan<'s, 'c, 't, S, const TYPES: bool, const JSX: bool> {
    pub(super) st: &'s mut State,
    pub(super) cur: &'c mut Cursor<'t>,
    pub(super) sink: &'s mut S,
    /// Where a look ahead has found but words and marks, none of which closes anything: a token may begin behind each mark.
    pub(super) unclosed: std::ops::Range<u64>,
}

impl<S: Sink, const TYPES: bool, const JSX: bool> Scan<'_, '_, '_, S, TYPES, JSX> {
    pub(super) fn run(mut self) {
        if self.go_on() {
            self.leave_dashes();
            self.st.forget();
        }
    }

    /// Leaves undecided the dashes that the cursor stands behind: `-->` may be a comment from its first byte on.
    fn leave_dashes(&mut self) {
        if TYPES || self.cur.is_last() || self.st.mode != Mode::Code {
            return;
        }
        let before = self.cur.at.saturating_sub(2).max(self.st.gap);
        while self.cur.at > before && self.cur.byte(self.cur.at - 1) == b'-' {
            self.cur.at -= 1;
        }
    }

    /// Goes as far as it can; false if it has stopped on the way.
    fn go_on(&mut self) -> bool {
        // A guess knows of no token: what it has not looked at begins where bytes are at hand, not with the document.
        self.st.gap = self.st.gap.max(self.cur.begin());
        while self.cur.at < self.cur.end() {
            if self.cur.stops() {
                return false;
            }
            let went_on = match self.st.mode {
                Mode::Code if self.st.frame.kind.is_type() => self.in_types(),
                Mode::Code if JSX && self.st.frame.kind.is_jsx_tag() => self.in_tags(),
                Mode::Code => self.in_code(),
                Mode::String(start, quote) => self.in_string(start, quote),
                Mode::Template(start) => self.in_template(start),
                Mode::Regex(start, class) => self.in_regex(start, class),
                Mode::RegexFlags(start) => self.in_regex_flags(start),
                Mode::Line(start) => self.in_line(start, SpanKind::LineComment),
                Mode::Shebang(start) => self.in_line(start, SpanKind::Shebang),
                Mode::Block(start, comment) => self.in_block_comment(start, comment),
                Mode::JsxText(start) => self.in_jsx_text(start),
            };
            if !went_on {
                return true;
            }
        }
        true
    }

    /// Whether too little is known of what follows `at`.
    pub(super) fn is_near_unknown(&self, at: u64) -> bool {
        self.cur.is_unknown(at + NEAR_BYTES)
    }

    pub(super) fn pattern(&mut self, start: u64, end: u64, kind: PatternKind, name: Option<Range>) {
        self.sink.pattern(Pattern { start, end, kind, name });
    }

    /// The last pending definition ends.
    pub(super) fn end_definition(&mut self, end: u64) {
        end_definition(self.st, self.sink, end);
    }

    /// Tells of a definition whose name is known.
    pub(super) fn tell_name(&mut self, start: u64, kind: PatternKind, name: Range) {
        if name.0 < name.1 {
            self.sink.define(Definition { start, kind, name });
        }
    }
}

pub(super) fn end_definition<S: Sink>(st: &mut State, sink: &mut S, end: u64) {
    while let Some(def) = st.defs.pop() {
        // One that begins behind the end never got its body: `function ()(function f)`.
        if def.start < end {
            // The method `""` has a name, of no bytes.
            let name = (def.name != (0, 0)).then_some(def.name);
            return sink.pattern(Pattern { start: def.start, end, kind: def.kind, name });
        }
    }
}

/// Ends what is open at the document's end.
pub(super) fn finish<S: Sink>(st: &mut State, end: u64, sink: &mut S) {
    finish_mode(st, end, sink);
    // Declarations without a body may end with the document; everything else that is open is a mistake.
    let is_signature = st.last == Last::Params || st.frame.kind.is_type();
    while finish_frame(st, sink) {}
    if is_signature && st.frame.pending == Pending::Params {
        st.frame.pending = Pending::None;
        end_definition(st, sink, st.end);
    }
    // The document's own frame lies below the outermost bracket.
    if let Some(frame) = st.frame.outermost() {
        sink.problem(frame.start, ProblemKind::UnclosedBracket);
    }
}

fn finish_frame<S: Sink>(st: &mut State, sink: &mut S) -> bool {
    match st.frame.kind {
        Kind::Annotation => {
            let (start, end) = (st.frame.start, st.end);
            sink.pattern(Pattern { start, end, kind: PatternKind::TypeAnnotation, name: None });
        }
        Kind::Alias => end_definition(st, sink, st.end),
        Kind::As => {}
        _ => return false,
    }
    st.frame.pop()
}

fn finish_mode<S: Sink>(st: &mut State, end: u64, sink: &mut S) {
    let (start, kind, problem) = match st.mode {
        Mode::Code => return,
        Mode::String(start, _) => (start, SpanKind::String, Some(ProblemKind::UnterminatedString)),
        Mode::Template(start) => (start, SpanKind::Template, Some(ProblemKind::UnterminatedString)),
        Mode::Regex(start, _) => (start, SpanKind::Regex, Some(ProblemKind::UnterminatedRegex)),
        Mode::RegexFlags(start) => {
            let kind = PatternKind::Regex;
            sink.pattern(Pattern { start, end, kind, name: None });
            (start, SpanKind::Regex, None)
        }
        Mode::Line(start) => (start, SpanKind::LineComment, None),
        Mode::Shebang(start) => (start, SpanKind::Shebang, None),
        Mode::Block(start, comment) => {
            (start, comment.kind(), Some(ProblemKind::UnterminatedComment))
        }
        Mode::JsxText(start) => (start, SpanKind::JsxText, None),
    };
    if start < end {
        sink.span(start, end, kind);
    }
    if let Some(problem) = problem {
        sink.problem(start, problem);
    }
    st.mode = Mode::Code;
}
