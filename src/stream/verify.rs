//! The stream against the whole: a source scanned in small blocks and in large ones, side by side, until the first thing
//! that one tells and the other does not.

use std::collections::VecDeque;
use std::fmt::Debug;
use std::io::{self, Read};

use super::found::Found;
use super::scanner::{StreamOptions, StreamScanner};
use crate::error::Error;
use crate::lang::code::{Definition, Pattern};
use crate::lang::{LanguageId, ProblemKind, SpanKind};
use crate::limits::WHOLE_BYTES_MAX;
use crate::simd::KernelId;
use crate::source::ReadAt;
use crate::units::ByteOffset;

/// The first thing that the cut stream and the whole do not tell alike.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Difference {
    /// What it is: "structural", "span", "pattern", ...
    pub what: &'static str,
    /// Where.
    pub at: ByteOffset,
    /// What the whole says; none if it says nothing more.
    pub whole: Option<String>,
    /// What the cut stream says.
    pub cut: Option<String>,
}

/// What a comparison found.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Verified {
    /// Bytes compared.
    pub bytes: u64,
    /// Seams of the cut stream in them.
    pub seams: u64,
    /// Things told alike.
    pub same: u64,
    /// The first difference.
    pub difference: Option<Difference>,
    /// Whether somebody asked to stop before the end.
    pub stopped: bool,
}

/// Compares what blocks of `block_bytes` tell of `source` with what the whole does (beyond [`WHOLE_BYTES_MAX`]: blocks of that
/// size). `go_on` is told how far it has come, and stops it with false.
///
/// # Errors
/// If the source cannot be read.
pub fn verify(
    source: &dyn ReadAt,
    language: LanguageId,
    kernel: KernelId,
    block_bytes: usize,
    mut go_on: impl FnMut(u64) -> bool,
) -> Result<Verified, Error> {
    let whole_bytes =
        usize::try_from(source.bytes()).unwrap_or(usize::MAX).clamp(1, WHOLE_BYTES_MAX);
    let side = |block_bytes| {
        let options = StreamOptions { language: Some(language), kernel, block_bytes };
        Side { scanner: StreamScanner::new(At { source, at: 0 }, options), told: Told::default() }
    };
    let (mut whole, mut cut) = (side(whole_bytes), side(block_bytes));
    let mut verified = Verified::default();
    while !(whole.scanner.has_ended() && cut.scanner.has_ended()) {
        let behind = match (whole.scanner.has_ended(), cut.scanner.has_ended()) {
            (true, _) => &mut cut,
            (_, true) => &mut whole,
            _ if whole.scanner.at() <= cut.scanner.at() => &mut whole,
            _ => &mut cut,
        };
        if let Some(found) = behind.scanner.next_block()? {
            behind.told.add(found);
        }
        verified.bytes = whole.scanner.at().min(cut.scanner.at());
        verified.difference = whole.told.compare(&mut cut.told, &mut verified.same, false);
        verified.stopped = !go_on(verified.bytes);
        if verified.difference.is_some() || verified.stopped {
            break;
        }
    }
    if verified.difference.is_none() && !verified.stopped {
        verified.difference = whole.told.compare(&mut cut.told, &mut verified.same, true);
    }
    verified.seams = verified.bytes.saturating_sub(1) / block_bytes as u64;
    Ok(verified)
}

/// One of the two.
struct Side<'s> {
    scanner: StreamScanner<At<'s>>,
    told: Told,
}

/// A source read from its start to its end.
struct At<'s> {
    source: &'s dyn ReadAt,
    at: ByteOffset,
}

impl Read for At<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.source.read_at(self.at, buffer)?;
        self.at += n as u64;
        Ok(n)
    }
}

/// What one side has told and the other has not yet. Each sort comes in the same order however the stream is cut.
#[derive(Default)]
struct Told {
    structurals: VecDeque<ByteOffset>,
    spans: VecDeque<(ByteOffset, ByteOffset, SpanKind)>,
    patterns: VecDeque<Pattern>,
    definitions: VecDeque<Definition>,
    levels: VecDeque<(ByteOffset, bool)>,
    problems: VecDeque<(ByteOffset, ProblemKind)>,
}

impl Told {
    fn add(&mut self, found: Found) {
        let tokens = found.tokens;
        self.structurals.extend(tokens.structural);
        self.spans.extend(tokens.spans);
        self.patterns.extend(tokens.patterns);
        self.definitions.extend(tokens.definitions);
        self.levels.extend(tokens.level_changes);
        self.problems.extend(tokens.problems);
    }

    /// Takes away what both have told, up to the first difference. At the end what only one has told is one.
    fn compare(&mut self, cut: &mut Told, same: &mut u64, at_end: bool) -> Option<Difference> {
        let all = [
            part("structural", &mut self.structurals, &mut cut.structurals, |it| *it, same, at_end),
            part("span", &mut self.spans, &mut cut.spans, |it| it.0, same, at_end),
            part("pattern", &mut self.patterns, &mut cut.patterns, |it| it.start, same, at_end),
            part(
                "definition",
                &mut self.definitions,
                &mut cut.definitions,
                |it| it.start,
                same,
                at_end,
            ),
            part("level", &mut self.levels, &mut cut.levels, |it| it.0, same, at_end),
            part("problem", &mut self.problems, &mut cut.problems, |it| it.0, same, at_end),
        ];
        all.into_iter().flatten().min_by_key(|difference| difference.at)
    }
}

fn part<T: PartialEq + Debug>(
    what: &'static str,
    whole: &mut VecDeque<T>,
    cut: &mut VecDeque<T>,
    at: impl Fn(&T) -> ByteOffset,
    same: &mut u64,
    at_end: bool,
) -> Option<Difference> {
    let n = whole.iter().zip(cut.iter()).take_while(|(a, b)| a == b).count();
    whole.drain(..n);
    cut.drain(..n);
    *same += n as u64;
    let (whole, cut) = (whole.front(), cut.front());
    let both = whole.is_some() && cut.is_some();
    if !both && !(at_end && (whole.is_some() || cut.is_some())) {
        return None;
    }
    let at = whole.into_iter().chain(cut).map(at).min()?;
    let say = |it: Option<&T>| it.map(|it| format!("{it:?}"));
    Some(Difference { what, at, whole: say(whole), cut: say(cut) })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simd::best;

    #[test]
    fn a_cut_stream_is_the_whole_and_says_over_how_many_seams() {
        let text = br#"{"a b": ["\"\\", 1.5e3], /* x */ "c": {}} // end
"#
        .repeat(50);
        let n = text.len() as u64;
        for block_bytes in [1, 3, 64, 10_000] {
            let found =
                verify(&text, LanguageId::Json, best(), block_bytes, |_| true).expect("it reads");
            assert_eq!(found.difference, None, "blocks of {block_bytes}");
            assert_eq!((found.bytes, found.seams), (n, (n - 1) / block_bytes as u64));
            assert!(found.same > 500);
        }
    }

    #[test]
    fn a_difference_is_told_with_both_sides() {
        let told = |places: &[u64]| Told {
            structurals: places.iter().copied().collect(),
            ..Told::default()
        };
        let mut same = 0;
        let found = told(&[1, 2, 5]).compare(&mut told(&[1, 2, 4]), &mut same, false);
        let difference = found.expect("they differ");
        assert_eq!((same, difference.what, difference.at), (2, "structural", 4));
        assert_eq!(
            (difference.whole.as_deref(), difference.cut.as_deref()),
            (Some("5"), Some("4"))
        );
        // What one side has told first is no difference before the end.
        assert_eq!(told(&[1]).compare(&mut told(&[1, 2]), &mut same, false), None);
        assert!(told(&[1]).compare(&mut told(&[1, 2]), &mut same, true).is_some());
    }

    #[test]
    fn it_stops_when_asked_to() {
        let text = b"[1, 2, 3]".to_vec();
        let found = verify(&text, LanguageId::Json, best(), 1, |_| false).expect("it reads");
        assert!(found.stopped && found.difference.is_none());
    }
}
