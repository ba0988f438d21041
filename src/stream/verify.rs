//! The stream against the whole: a source scanned in small blocks and in large ones, side by side, until the first thing
//! that one tells and the other does not. What is told is compared, not when.

use std::cmp::Ordering;
use std::collections::VecDeque;
use std::fmt::Debug;
use std::io::{self, Read};

use super::found::Found;
use super::scanner::{StreamOptions, StreamScanner};
use crate::error::Error;
use crate::lang::code::{Definition, LOOK_BACK_MAX, Pattern};
use crate::lang::{LanguageId, PatternKind, ProblemKind, SpanKind};
use crate::limits::{PROBLEMS_MAX, WHOLE_BYTES_MAX};
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
    go_on: impl FnMut(u64) -> bool,
) -> Result<Verified, Error> {
    let whole_bytes =
        usize::try_from(source.bytes()).unwrap_or(usize::MAX).clamp(1, WHOLE_BYTES_MAX);
    side_by_side(source, (language, kernel), [whole_bytes, block_bytes], go_on)
}

fn side_by_side(
    source: &dyn ReadAt,
    (language, kernel): (LanguageId, KernelId),
    [whole_bytes, block_bytes]: [usize; 2],
    mut go_on: impl FnMut(u64) -> bool,
) -> Result<Verified, Error> {
    let side = |block_bytes| {
        let options = StreamOptions { language: Some(language), kernel, block_bytes };
        Side { scanner: StreamScanner::new(At { source, at: 0 }, options), told: Told::default() }
    };
    let (mut whole, mut cut) = (side(whole_bytes), side(block_bytes));
    let mut verified = Verified::default();
    // What is left is sorted where one has come past the other, and both past here.
    let mut settles_at = LATE_BYTES;
    while !(whole.scanner.has_ended() && cut.scanner.has_ended()) {
        let (behind, other) = match (whole.scanner.has_ended(), cut.scanner.has_ended()) {
            (true, _) => (&mut cut, &whole),
            (_, true) => (&mut whole, &cut),
            _ if whole.scanner.at() <= cut.scanner.at() => (&mut whole, &cut),
            _ => (&mut cut, &whole),
        };
        if let Some(found) = behind.scanner.next_block()? {
            behind.told.add(found);
        }
        let ats = [behind.scanner.at(), other.scanner.at()];
        verified.bytes = ats[0].min(ats[1]);
        let settle = if ats[0] >= ats[1] && ats[1] >= settles_at {
            settles_at = ats[0] + LATE_BYTES;
            Settle::Yes
        } else {
            Settle::No
        };
        verified.difference = whole.told.compare(&mut cut.told, &mut verified.same, settle);
        verified.stopped = !go_on(verified.bytes);
        if verified.difference.is_some() || verified.stopped {
            break;
        }
    }
    if verified.difference.is_none() && !verified.stopped {
        verified.difference = whole.told.compare(&mut cut.told, &mut verified.same, Settle::End);
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

/// What one side has told and the other has not yet.
///
/// In which order is no matter: a scanner that sees farther ahead tells some things sooner. Nearly all come in the same order,
/// and cancel as they come; the rest is sorted and cancelled where one side comes past the other. What is still left the next
/// time, [`LATE_BYTES`] later at least, one of them will never tell.
#[derive(Default)]
struct Told {
    structurals: Part<ByteOffset>,
    spans: Part<(ByteOffset, ByteOffset, SpanKind)>,
    patterns: Part<(ByteOffset, ByteOffset, PatternKind, Option<Name>)>,
    definitions: Part<(ByteOffset, PatternKind, Name)>,
    levels: Part<(ByteOffset, bool)>,
    problems: Part<(ByteOffset, ProblemKind)>,
    /// Of all that were ever told: of very many only the first are.
    n_problems: usize,
}

/// Where a name stands.
type Name = (ByteOffset, ByteOffset);

/// Bytes that one side may tell a thing later than the other, and some: no scanner leaves more than [`LOOK_BACK_MAX`] undecided.
const LATE_BYTES: u64 = 8 * LOOK_BACK_MAX as u64;

/// When what is left is to be sorted.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Settle {
    No,
    Yes,
    /// Nothing comes any more.
    End,
}

impl Told {
    fn add(&mut self, found: Found) {
        let tokens = found.tokens;
        self.structurals.new.extend(tokens.structural);
        self.spans.new.extend(tokens.spans);
        let pattern = |it: Pattern| (it.start, it.end, it.kind, it.name);
        self.patterns.new.extend(tokens.patterns.into_iter().map(pattern));
        let definition = |it: Definition| (it.start, it.kind, it.name);
        self.definitions.new.extend(tokens.definitions.into_iter().map(definition));
        self.levels.new.extend(tokens.level_changes);
        let problems = tokens.problems.into_iter().take(PROBLEMS_MAX - self.n_problems);
        self.n_problems += problems.len();
        self.problems.new.extend(problems);
    }

    /// Takes away what both have told. The first difference, if one is certain.
    fn compare(&mut self, cut: &mut Told, same: &mut u64, settle: Settle) -> Option<Difference> {
        let all = [
            part("structural", &mut self.structurals, &mut cut.structurals, |it| *it, same, settle),
            part("span", &mut self.spans, &mut cut.spans, |it| it.0, same, settle),
            part("pattern", &mut self.patterns, &mut cut.patterns, |it| it.0, same, settle),
            part(
                "definition",
                &mut self.definitions,
                &mut cut.definitions,
                |it| it.0,
                same,
                settle,
            ),
            part("level", &mut self.levels, &mut cut.levels, |it| it.0, same, settle),
            part("problem", &mut self.problems, &mut cut.problems, |it| it.0, same, settle),
        ];
        all.into_iter().flatten().min_by_key(|difference| difference.at)
    }
}

/// One sort of things that were told.
struct Part<T> {
    new: VecDeque<T>,
    /// What the other side had not told the last time that was sorted, ascending.
    late: Vec<T>,
}

impl<T> Default for Part<T> {
    fn default() -> Self {
        Part { new: VecDeque::new(), late: Vec::new() }
    }
}

fn part<T: Ord + Copy + Debug>(
    what: &'static str,
    whole: &mut Part<T>,
    cut: &mut Part<T>,
    at: impl Fn(&T) -> ByteOffset,
    same: &mut u64,
    settle: Settle,
) -> Option<Difference> {
    let n = whole.new.iter().zip(&cut.new).take_while(|(a, b)| a == b).count();
    whole.new.drain(..n);
    cut.new.drain(..n);
    *same += n as u64;
    if settle == Settle::No {
        return None;
    }
    let late = [std::mem::take(&mut whole.late), std::mem::take(&mut cut.late)];
    let sorted = |late: &[T], new: &mut VecDeque<T>| {
        let mut all: Vec<T> = late.iter().copied().chain(new.drain(..)).collect();
        all.sort_unstable();
        all
    };
    let all = [sorted(&late[0], &mut whole.new), sorted(&late[1], &mut cut.new)];
    (whole.late, cut.late) = without_common(&all[0], &all[1], same);
    let certain = |now: &[T], before: &[T]| {
        let is_certain = |it: &&T| settle == Settle::End || before.binary_search(it).is_ok();
        now.iter().find(is_certain).map(&at)
    };
    let firsts = [certain(&whole.late, &late[0]), certain(&cut.late, &late[1])];
    let first = firsts.into_iter().flatten().min()?;
    // What the other side says instead is its next, if it says anything.
    let say = |part: &Part<T>| {
        let next = part.late.iter().find(|it| at(it) >= first);
        next.map(|it| format!("{it:?}"))
    };
    Some(Difference { what, at: first, whole: say(whole), cut: say(cut) })
}

/// What only one of two ascending lists holds.
fn without_common<T: Ord + Copy>(a: &[T], b: &[T], same: &mut u64) -> (Vec<T>, Vec<T>) {
    let (mut only_a, mut only_b) = (Vec::new(), Vec::new());
    let (mut i, mut j) = (0, 0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        match x.cmp(y) {
            Ordering::Less => only_a.push(*x),
            Ordering::Greater => only_b.push(*y),
            Ordering::Equal => *same += 1,
        }
        i += usize::from(x <= y);
        j += usize::from(x >= y);
    }
    only_a.extend(&a[i..]);
    only_b.extend(&b[j..]);
    (only_a, only_b)
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
        let told = |places: &[u64]| {
            let mut told = Told::default();
            told.structurals.new.extend(places);
            told
        };
        let mut same = 0;
        let found = told(&[1, 2, 5]).compare(&mut told(&[1, 2, 4]), &mut same, Settle::End);
        let difference = found.expect("they differ");
        assert_eq!((same, difference.what, difference.at), (2, "structural", 4));
        assert_eq!(
            (difference.whole.as_deref(), difference.cut.as_deref()),
            (Some("5"), Some("4"))
        );
        // What one side has told first is no difference before the other had time to tell it too.
        let (mut whole, mut cut) = (told(&[1, 3]), told(&[1, 2, 4]));
        assert_eq!(whole.compare(&mut cut, &mut same, Settle::No), None);
        assert_eq!(whole.compare(&mut cut, &mut same, Settle::Yes), None);
        whole.structurals.new.extend([2]);
        cut.structurals.new.extend([3]);
        let found = whole.compare(&mut cut, &mut same, Settle::Yes).expect("4 is told by one");
        assert_eq!((found.at, found.whole, found.cut.as_deref()), (4, None, Some("4")));
    }

    #[test]
    fn the_order_of_telling_is_no_difference() {
        // Between `<'_>` and `<u8>` a cut decides on which is told first.
        let text = b"struct Reader<'a> { text: &'a str }

fn first(reader: &Reader<'_>, from: usize, to: usize) -> Option<u8> {
    reader.text.bytes().nth(from + to)
}
"
        .to_vec();
        for block_bytes in 1..80 {
            let found = verify(&text, LanguageId::Rust, best(), block_bytes, |_| true);
            assert_eq!(found.expect("it reads").difference, None, "blocks of {block_bytes}");
        }
    }

    /// A source that small reads are given one bracket more of than large ones.
    #[derive(Debug)]
    struct TwoFaced(Vec<u8>, ByteOffset);

    impl ReadAt for TwoFaced {
        fn read_at(&self, at: ByteOffset, buffer: &mut [u8]) -> io::Result<usize> {
            let n = self.0.read_at(at, buffer)?;
            if n < 100 && (at..at + n as u64).contains(&self.1) {
                buffer[(self.1 - at) as usize] = b'[';
            }
            Ok(n)
        }

        fn bytes(&self) -> u64 {
            self.0.bytes()
        }
    }

    #[test]
    fn a_true_difference_is_found_wherever_it_is() {
        let text = b"let a = b;\n".repeat(40_000);
        for at in [4, 50_000, 300_000, 439_999] {
            let source = TwoFaced(text.clone(), at);
            let found = side_by_side(&source, (LanguageId::Rust, best()), [20_000, 64], |_| true);
            let found = found.expect("it reads");
            let difference = found.difference.expect("they differ");
            assert_eq!((difference.what, difference.at), ("structural", at));
            // Not later than need be.
            assert!(found.bytes <= at + 4 * LATE_BYTES);
        }
    }

    #[test]
    fn it_stops_when_asked_to() {
        let text = b"[1, 2, 3]".to_vec();
        let found = verify(&text, LanguageId::Json, best(), 1, |_| false).expect("it reads");
        assert!(found.stopped && found.difference.is_none());
    }
}
