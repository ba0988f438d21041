//! The naive twin: JSON's rules as a byte loop, written to be read. It judges the kernels in tests and is never fast.

use super::{Detail, Mode, Span, State, Summary};
use crate::lang::{Class, SpanKind};

/// Summary and detail of `bytes` scanned from `start`, and the state after them (in [`Detail::end`]).
///
/// # Panics
/// If there are more than 4 GiB of bytes.
#[must_use]
pub fn scan(start: &State, bytes: &[u8]) -> (Summary, Detail) {
    let mut scan = Naive {
        mode: start.mode,
        previous: 0,
        open_span: begun_before(start.mode),
        summary: Summary { bytes: bytes.len() as u64, ..Summary::default() },
        structurals: Vec::new(),
        spans: Vec::new(),
    };
    for (at, byte) in bytes.iter().enumerate() {
        scan.step(u32::try_from(at).expect("chunks are under 4 GiB"), *byte);
    }
    let n = u32::try_from(bytes.len()).expect("chunks are under 4 GiB");
    if let Some(span) = scan.open_span
        && span.start < n
    {
        scan.spans.push(Span { end: n, unfinished: true, ..span });
    }
    let end = State::of(scan.mode);
    let detail =
        Detail { structurals: scan.structurals, spans: scan.spans, ..Detail::empty(n, end) };
    (scan.summary, detail)
}

struct Naive {
    mode: Mode,
    previous: u8,
    open_span: Option<Span>,
    summary: Summary,
    structurals: Vec<u32>,
    spans: Vec<Span>,
}

const NOTHING: Span = Span {
    start: 0,
    end: 0,
    kind: SpanKind::String,
    continues: false,
    unfinished: false,
    slash_before: false,
};

fn begun_before(mode: Mode) -> Option<Span> {
    let kind = match mode {
        Mode::Code | Mode::CodeAfterSlash => return None,
        Mode::String | Mode::StringAfterEscape => SpanKind::String,
        Mode::LineComment => SpanKind::LineComment,
        Mode::BlockComment | Mode::BlockCommentAfterStar => SpanKind::BlockComment,
    };
    Some(Span { kind, continues: true, ..NOTHING })
}

impl Naive {
    fn step(&mut self, at: u32, byte: u8) {
        self.summary.line_breaks += u64::from(byte == b'\n');
        self.mode = match (self.mode, byte) {
            (Mode::CodeAfterSlash, b'/') => {
                self.comment(at, SpanKind::LineComment, Mode::LineComment)
            }
            (Mode::CodeAfterSlash, b'*') => {
                self.comment(at, SpanKind::BlockComment, Mode::BlockComment)
            }
            (Mode::Code | Mode::CodeAfterSlash, _) => self.code(at, byte),
            (Mode::String, b'\\') => Mode::StringAfterEscape,
            (Mode::String, b'"') => self.close(at + 1),
            (Mode::String | Mode::StringAfterEscape, _) => Mode::String,
            // A CR before the LF belongs to the line break, not to the comment.
            (Mode::LineComment, b'\n') => self.close(at - u32::from(self.previous == b'\r')),
            (Mode::LineComment, _) => Mode::LineComment,
            (Mode::BlockCommentAfterStar, b'/') => self.close(at + 1),
            (Mode::BlockComment | Mode::BlockCommentAfterStar, b'*') => Mode::BlockCommentAfterStar,
            (Mode::BlockComment | Mode::BlockCommentAfterStar, _) => Mode::BlockComment,
        };
        self.previous = byte;
    }

    fn code(&mut self, at: u32, byte: u8) -> Mode {
        match byte {
            b'"' => {
                self.summary.spans[SpanKind::String as usize] += 1;
                let kind = SpanKind::String;
                self.open_span = Some(Span { start: at, end: at, kind, ..NOTHING });
                Mode::String
            }
            b'/' => Mode::CodeAfterSlash,
            _ => {
                if let Some(class) = Class::of(byte).filter(|_| b"{}[],:".contains(&byte)) {
                    self.structural(at, class);
                }
                Mode::Code
            }
        }
    }

    fn comment(&mut self, at: u32, kind: SpanKind, mode: Mode) -> Mode {
        self.summary.spans[kind as usize] += 1;
        let continues = at == 0;
        let start = at.saturating_sub(1);
        self.open_span =
            Some(Span { start, end: start, kind, continues, slash_before: continues, ..NOTHING });
        mode
    }

    fn close(&mut self, end: u32) -> Mode {
        if let Some(span) = self.open_span.take()
            && span.start < end
        {
            self.spans.push(Span { end, ..span });
        }
        Mode::Code
    }

    fn structural(&mut self, at: u32, class: Class) {
        self.structurals.push(at);
        let summary = &mut self.summary;
        summary.classes[class as usize] += 1;
        if class.opens() {
            summary.depth_change += 1;
            summary.depth_max = summary.depth_max.max(summary.depth_change);
        } else if class.closes() {
            summary.depth_change -= 1;
            if summary.depth_change < summary.depth_min {
                summary.depth_min = summary.depth_change;
                summary.commas_at_min = 0;
                summary.closes_at_min = 0;
            }
            summary.closes_at_min += u64::from(summary.depth_change == summary.depth_min);
        } else if class == Class::Comma && summary.depth_change == summary.depth_min {
            summary.commas_at_min += 1;
        }
    }
}
