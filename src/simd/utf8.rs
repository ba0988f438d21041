//! Whether bytes are UTF-8, a group at a time, over any cut.
//!
//! On masks the rules of the Unicode standard (table 3-7) are few: where a byte leads, one to three bytes after it must
//! continue and no others may; and four leads narrow what their second byte may be. The leads, moved on by one to three
//! places over the group, say all that. A group with no byte above 0x7F, after another such, costs one test.

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
        let (joined, had) = self.pending;
        let mut rest = chunk;
        if had > 0 {
            let want = sequence_bytes(joined[0]) - had;
            let take = want.min(chunk.len());
            let mut joined = joined;
            joined[had..had + take].copy_from_slice(&chunk[..take]);
            let begin = self.at - had as u64;
            match std::str::from_utf8(&joined[..had + take]) {
                Err(error) if error.error_len().is_none() => {
                    self.pending = (joined, had + take);
                    self.at += chunk.len() as u64;
                    return None;
                }
                Err(_) => return Some(begin),
                Ok(_) => rest = &chunk[take..],
            }
        }
        let cut = cut_sequence_bytes(rest);
        let (whole, tail) = rest.split_at(rest.len() - cut);
        let begin = self.at + (chunk.len() - rest.len()) as u64;
        if !run(kernel, Valid(whole))
            && let Err(error) = std::str::from_utf8(whole)
        {
            return Some(begin + error.valid_up_to() as u64);
        }
        self.pending = ([0; 4], cut);
        self.pending.0[..cut].copy_from_slice(tail);
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
            check.group(kernel.load(group));
        }
        // Padding ends every sequence; one that is cut shows as an error in it. A full rest needs a group of its own.
        let mut padded = [b' '; GROUP_BLOCKS_MAX * BLOCK_BYTES];
        let rest = groups.remainder();
        padded[..rest.len()].copy_from_slice(rest);
        check.group(kernel.load(&padded));
        !check.errors.any()
    }
}

/// The masks that a group hands to the next one.
#[derive(Clone, Copy)]
struct Leads<L> {
    above_ascii: L,
    all: L,
    of_three_and_four: L,
    of_four: L,
    e0: L,
    ed: L,
    f0: L,
    f4: L,
}

struct Check<L> {
    before: Leads<L>,
    errors: L,
}

impl<L: Lanes> Check<L> {
    #[inline(always)]
    fn new<K: Kernel<Lanes = L>>(kernel: K) -> Self {
        let none = kernel.splat(0);
        let before = Leads {
            above_ascii: none,
            all: none,
            of_three_and_four: none,
            of_four: none,
            e0: none,
            ed: none,
            f0: none,
            f4: none,
        };
        Check { before, errors: none }
    }

    #[inline(always)]
    fn group<G: Group<Lanes = L>>(&mut self, group: G) {
        let before = self.before;
        let above_ascii = group.matching::<0x80, 0x80>();
        if !above_ascii.or(before.above_ascii).any() {
            return;
        }
        let of_two = group.matching::<0xC0, 0xE0>();
        let of_three = group.matching::<0xE0, 0xF0>();
        let of_four = group.matching::<0xF0, 0xF8>();
        let leads = Leads {
            above_ascii,
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
