//! Whether bytes are UTF-8, a group at a time, over any cut.
//!
//! On masks the rules of the Unicode standard (table 3-7) are few: where a byte leads, one to three bytes after it must
//! continue and no others may; and four leads narrow what their second byte may be. The leads, moved on by one to three
//! places over the group, say all that. A group with no byte above 0x7F, after another such, costs one test.

use std::ops::Range;

use super::{BLOCK_BYTES, GROUP_BLOCKS_MAX, Group, Kernel, KernelId, Lanes, Task, run};
use crate::units::ByteOffset;

/// A check that goes on from chunk to chunk.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Utf8 {
    at: ByteOffset,
    /// The first bytes (at most 3) of a sequence that the last chunk cut, and how many.
    pending: ([u8; 4], usize),
}

impl Utf8 {
    /// Goes on with `chunk`. Returns the first byte of the first sequence that is not UTF-8, as an offset from the first
    /// chunk's start; after that the check is of no further use.
    pub fn check(&mut self, kernel: KernelId, chunk: &[u8]) -> Option<ByteOffset> {
        match self.enter(chunk) {
            Entered::Inside(inside) => {
                let valid = run(kernel, Valid(&chunk[inside.clone()]));
                self.leave(chunk, inside, valid)
            }
            Entered::Cut => None,
            Entered::Wrong(at) => Some(at),
        }
    }

    /// Settles the sequence that the last chunk cut, if it did.
    pub(crate) fn enter(&mut self, chunk: &[u8]) -> Entered {
        let (mut joined, had) = self.pending;
        let mut begin = 0;
        if had > 0 {
            begin = (sequence_bytes(joined[0]) - had).min(chunk.len());
            joined[had..had + begin].copy_from_slice(&chunk[..begin]);
            match std::str::from_utf8(&joined[..had + begin]) {
                Err(error) if error.error_len().is_none() => {
                    self.pending = (joined, had + begin);
                    self.at += chunk.len() as u64;
                    return Entered::Cut;
                }
                Err(_) => return Entered::Wrong(self.at - had as u64),
                Ok(_) => {}
            }
        }
        Entered::Inside(begin..chunk.len() - cut_sequence_bytes(&chunk[begin..]))
    }

    /// Goes on behind `chunk`, of which `inside` was looked at. Returns the first byte that is wrong, if it is not `valid`.
    pub(crate) fn leave(
        &mut self,
        chunk: &[u8],
        inside: Range<usize>,
        valid: bool,
    ) -> Option<ByteOffset> {
        if !valid && let Err(error) = std::str::from_utf8(&chunk[inside.clone()]) {
            return Some(self.at + (inside.start + error.valid_up_to()) as u64);
        }
        let tail = &chunk[inside.end..];
        self.pending = ([0; 4], tail.len());
        self.pending.0[..tail.len()].copy_from_slice(tail);
        self.at += chunk.len() as u64;
        None
    }

    /// The first byte of a sequence that the end of the last chunk cut, if it did: at the end of input that is a fault.
    #[must_use]
    pub fn unfinished(&self) -> Option<ByteOffset> {
        let (_, had) = self.pending;
        (had > 0).then(|| self.at - had as u64)
    }
}

/// What is to be looked at of a chunk.
pub(crate) enum Entered {
    /// This range of it: whole sequences. What is in front goes on one that was settled, what is behind begins one.
    Inside(Range<usize>),
    /// Nothing: it goes on a sequence that does not end in it.
    Cut,
    /// The sequence that begins there is wrong.
    Wrong(ByteOffset),
}

/// What is known of a stretch of bytes by itself, whatever stands before it: so stretches are checked in any order.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Utf8Part {
    bytes: u64,
    /// The bytes (at most 3) at its start that can only go on a sequence, and how many.
    head: ([u8; 3], usize),
    /// Whether all after the head is UTF-8, but for a sequence that the end cuts.
    valid: bool,
    pending: ([u8; 4], usize),
}

impl Utf8Part {
    /// Checks `bytes`.
    #[must_use]
    pub fn of(kernel: KernelId, bytes: &[u8]) -> Self {
        let n = bytes.iter().take(3).take_while(|byte| **byte & 0xC0 == 0x80).count();
        let mut head = ([0; 3], n);
        head.0[..n].copy_from_slice(&bytes[..n]);
        let mut check = Utf8::default();
        let valid = check.check(kernel, &bytes[n..]).is_none();
        Utf8Part { bytes: bytes.len() as u64, head, valid, pending: check.pending }
    }
}

impl Utf8 {
    /// Goes on with a stretch that was checked by itself. `None`: something is wrong in it or at the seam, and
    /// [`Utf8::check`] with its bytes will say where.
    #[must_use]
    pub fn then(&self, part: &Utf8Part) -> Option<Utf8> {
        let mut next = self.clone();
        let (head, n) = part.head;
        if next.check(KernelId::Scalar, &head[..n]).is_some() {
            return None;
        }
        let rest = part.bytes - n as u64;
        if rest > 0 {
            if next.pending.1 > 0 || !part.valid {
                return None;
            }
            next.at += rest;
            next.pending = part.pending;
        }
        Some(next)
    }
}

/// Bytes in the sequence that `lead` begins, by its high bits alone.
fn sequence_bytes(lead: u8) -> usize {
    match lead {
        0xC0..=0xDF => 2,
        0xE0..=0xEF => 3,
        0xF0..=0xF7 => 4,
        _ => 1,
    }
}

/// How many of the last bytes (at most 3) begin a sequence that goes on after the end.
fn cut_sequence_bytes(bytes: &[u8]) -> usize {
    (1..=bytes.len().min(3))
        .find(|back| bytes[bytes.len() - back] & 0xC0 != 0x80)
        .filter(|back| sequence_bytes(bytes[bytes.len() - back]) > *back)
        .unwrap_or(0)
}

/// Whether the bytes are UTF-8, with no sequence cut at their end.
struct Valid<'a>(&'a [u8]);

impl Task for Valid<'_> {
    type Output = bool;

    #[inline(always)]
    fn run<K: Kernel>(self, kernel: K) -> bool {
        let mut check = Check::new(kernel);
        let mut groups = self.0.chunks_exact(K::GROUP_BYTES);
        for group in &mut groups {
            kernel.prefetch(group);
            check.group(kernel, group);
        }
        // Padding ends every sequence; one that is cut shows as an error in it. A full rest needs a group of its own.
        let mut padded = [b' '; GROUP_BLOCKS_MAX * BLOCK_BYTES];
        let rest = groups.remainder();
        padded[..rest.len()].copy_from_slice(rest);
        check.group(kernel, &padded);
        check.is_valid()
    }
}

/// A look at group after group: those of ASCII behind others of ASCII take one test.
pub(crate) struct Check<K: Kernel> {
    of_others: K::Utf8,
    /// Whether the last group was ASCII and nothing else, so that no sequence goes on behind it.
    was_ascii: bool,
}

impl<K: Kernel> Check<K> {
    #[inline(always)]
    pub(crate) fn new(kernel: K) -> Self {
        Check { of_others: K::Utf8::new(kernel), was_ascii: true }
    }

    /// Whether all was UTF-8 so far. A sequence that the end cuts is not told: spaces behind it tell it.
    #[inline(always)]
    pub(crate) fn is_valid(&self) -> bool {
        self.of_others.is_valid()
    }

    /// Looks at the group that `bytes` begin with.
    #[inline(always)]
    pub(crate) fn group(&mut self, kernel: K, bytes: &[u8]) {
        let is_ascii = kernel.is_ascii(bytes);
        if !is_ascii || !self.was_ascii {
            self.of_others.group(kernel, bytes);
        }
        self.was_ascii = is_ascii;
    }
}

/// How a kernel looks at groups that are not all ASCII. Between two that it is given others of ASCII may have been.
pub trait CheckGroup<K> {
    /// Nothing was looked at yet.
    fn new(kernel: K) -> Self;

    /// Looks at the group that `bytes` begin with.
    fn group(&mut self, kernel: K, bytes: &[u8]);

    /// Whether all was UTF-8 so far.
    fn is_valid(&self) -> bool;
}

/// By masks: the leads of the group before, and where mistakes were.
#[derive(Clone, Copy, Debug)]
pub struct ByMasks<L> {
    before: Leads<L>,
    errors: L,
}

#[derive(Clone, Copy, Debug)]
struct Leads<L> {
    all: L,
    of_three_and_four: L,
    of_four: L,
    e0: L,
    ed: L,
    f0: L,
    f4: L,
}

impl<K: Kernel> CheckGroup<K> for ByMasks<K::Lanes> {
    #[inline(always)]
    fn new(kernel: K) -> Self {
        let none = kernel.splat(0);
        let before = Leads {
            all: none,
            of_three_and_four: none,
            of_four: none,
            e0: none,
            ed: none,
            f0: none,
            f4: none,
        };
        ByMasks { before, errors: none }
    }

    #[inline(always)]
    fn is_valid(&self) -> bool {
        !self.errors.any()
    }

    #[inline(always)]
    fn group(&mut self, kernel: K, bytes: &[u8]) {
        let (group, before) = (kernel.load(bytes), self.before);
        let of_two = group.matching::<0xC0, 0xE0>();
        let of_three = group.matching::<0xE0, 0xF0>();
        let of_four = group.matching::<0xF0, 0xF8>();
        let leads = Leads {
            all: of_two.or(of_three).or(of_four),
            of_three_and_four: of_three.or(of_four),
            of_four,
            e0: group.matching::<0xE0, 0xFF>(),
            ed: group.matching::<0xED, 0xFF>(),
            f0: group.matching::<0xF0, 0xFF>(),
            f4: group.matching::<0xF4, 0xFF>(),
        };
        let second = leads.all.advance::<1>(before.all);
        let third = leads.of_three_and_four.advance::<2>(before.of_three_and_four);
        let fourth = leads.of_four.advance::<3>(before.of_four);
        let must_go_on = second.or(third).or(fourth);
        let goes_on = group.matching::<0x80, 0xC0>();
        let misplaced = must_go_on.and_not(goes_on).or(goes_on.and_not(must_go_on));

        // C0, C1, F5 and above lead nothing; E0, ED, F0 and F4 narrow their second byte.
        let never = group
            .matching::<0xC0, 0xFE>()
            .or(group.matching::<0xF5, 0xFF>())
            .or(group.matching::<0xF6, 0xFE>())
            .or(group.matching::<0xF8, 0xF8>());
        let from_a0 = group.matching::<0x20, 0x20>();
        let below_90 = group.matching::<0x00, 0x30>();
        let narrowed = leads
            .e0
            .advance::<1>(before.e0)
            .and_not(from_a0)
            .or(leads.ed.advance::<1>(before.ed).and(from_a0))
            .or(leads.f0.advance::<1>(before.f0).and(below_90))
            .or(leads.f4.advance::<1>(before.f4).and_not(below_90));
        self.errors = self.errors.or(misplaced).or(never).or(narrowed);
        self.before = leads;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simd::available;
    use proptest::prelude::*;

    fn first_error(kernel: KernelId, bytes: &[u8], cut: usize) -> Option<u64> {
        let mut check = Utf8::default();
        bytes
            .chunks(cut.max(1))
            .find_map(|chunk| check.check(kernel, chunk))
            .or_else(|| check.unfinished())
    }

    fn agrees(bytes: &[u8], cut: usize) {
        let expected = std::str::from_utf8(bytes).err().map(|error| error.valid_up_to() as u64);
        for kernel in available() {
            assert_eq!(first_error(kernel, bytes, cut), expected, "{kernel:?} {bytes:x?} {cut}");
        }
    }

    /// Every sequence of a lead and what may follow it, at the edges of blocks, groups and cuts.
    #[test]
    fn every_lead_with_every_second_byte_agrees() {
        for at in [0, 61, 62, 63, 509, 510, 511] {
            for lead in 0x80..=0xFF {
                for second in [0x20, 0x7F, 0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xC0, 0xFF] {
                    let mut bytes = vec![b'a'; at];
                    bytes.extend([lead, second, 0x80, 0xBF]);
                    agrees(&bytes, 64);
                    bytes.extend([b'b'; 600]);
                    agrees(&bytes, 1000);
                }
            }
        }
    }

    proptest! {
        #![proptest_config(ProptestConfig::with_cases(300))]

        #[test]
        fn valid_text_is_valid_at_any_cut(text in "[a\u{e9}\u{20ac}\u{1f600}\u{7ff}\u{800}\u{ffff}]{0,900}", cut in 1usize..700) {
            agrees(text.as_bytes(), cut);
        }

        #[test]
        fn the_first_error_is_found_at_any_cut(
            text in "[a\u{e9}\u{20ac}\u{1f600}]{1,700}", at in any::<prop::sample::Index>(), byte: u8, cut in 1usize..700,
        ) {
            let mut bytes = text.into_bytes();
            let at = at.index(bytes.len());
            bytes[at] = byte;
            agrees(&bytes, cut);
        }

        #[test]
        fn any_bytes_agree(bytes in prop::collection::vec(any::<u8>(), 0..300), cut in 1usize..300) {
            agrees(&bytes, cut);
        }
    }
}
