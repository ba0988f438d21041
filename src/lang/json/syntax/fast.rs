//! The spelling of words and escapes on masks, a group at a time.
//!
//! A byte is judged by the ones before it, so that nothing has to be known of the group that follows. What a word's bytes are (digits,
//! points, exponents, signs) is compared in all words at once; a name is compared as it stands. More than one point or exponent in
//! a word shows in a sum: a word's bytes are a run of ones, and adding its first point to them carries to its end, which leaves
//! every later one standing by itself.

use super::super::careful::set_bits;
use super::super::classify::Masks;
use crate::simd::{BLOCK_BYTES, GROUP_BLOCKS_MAX, Group, Kernel, Lanes, Spelled};

/// What is checked, and what goes on from group to group.
pub(in super::super) struct Spelling<'a, K: Kernel> {
    kernel: K,
    /// The whole stretch, and what of it is not cut at its ends.
    stretch: &'a [u8],
    inside: std::ops::Range<usize>,
    /// Bytes that are wrong.
    wrong: K::Lanes,
    none: K::Lanes,
    /// What the bytes of the group before were.
    word: K::Lanes,
    digit: K::Lanes,
    zero: K::Lanes,
    parts: Parts<K::Lanes>,
    /// Whether the parts of words matter to the next group.
    goes_on: bool,
    /// Carries of the two sums.
    carries: [bool; 2],
    /// Of a name that goes on in the next group its bytes there, and the byte behind it.
    name_left: (u64, u64),
    /// Escapes: whether the next byte is escaped, in the last lane; each `u` that is.
    escape: K::Lanes,
    u: K::Lanes,
}

/// What words have beside digits.
#[derive(Clone, Copy)]
struct Parts<L> {
    point_or_sign: L,
    first_minus: L,
    exponent: L,
}

/// Bytes of the name that stands at `at`, if one does.
#[inline(always)]
fn name_bytes(stretch: &[u8], at: usize) -> u32 {
    let rest = stretch.get(at..).unwrap_or_default();
    let Some(four) = rest.first_chunk() else { return 0 };
    match u32::from_le_bytes(*four) {
        TRUE | NULL => 4,
        FALS if rest.get(4) == Some(&b'e') => 5,
        _ => 0,
    }
}

const TRUE: u32 = u32::from_le_bytes(*b"true");
const NULL: u32 = u32::from_le_bytes(*b"null");
const FALS: u32 = u32::from_le_bytes(*b"fals");

/// The lanes one by one.
#[inline(always)]
fn stored<L: Lanes>(lanes: L) -> [u64; GROUP_BLOCKS_MAX] {
    let mut values = [0; GROUP_BLOCKS_MAX];
    lanes.store(&mut values);
    values
}

impl<'a, K: Kernel> Spelling<'a, K> {
    /// Before the first group of `stretch`, of which bytes outside of `inside` are cut words; `escaped`: its first byte is.
    #[inline(always)]
    pub(in super::super) fn before(
        kernel: K,
        stretch: &'a [u8],
        inside: std::ops::Range<usize>,
        escaped: bool,
    ) -> Self {
        let none = kernel.splat(0);
        let parts = Parts { point_or_sign: none, first_minus: none, exponent: none };
        Spelling {
            kernel,
            stretch,
            inside,
            wrong: none,
            none,
            word: none,
            digit: none,
            zero: none,
            parts,
            goes_on: false,
            carries: [false; 2],
            name_left: (0, 0),
            escape: kernel.splat(u64::from(escaped)),
            u: none,
        }
    }

    /// Whether anything was wrong.
    #[inline(always)]
    pub(in super::super) fn is_wrong(&self) -> bool {
        self.wrong.any()
    }

    /// Digits that an escape before the next group still wants.
    pub(in super::super) fn hex(&self) -> u8 {
        // The `u` as the last byte wants four.
        let last_four = self.u.last() >> 60;
        if last_four == 0 { 0 } else { 4 - last_four.leading_zeros().saturating_sub(60) as u8 }
    }

    /// After strings were gone through one by one: whether the next byte is escaped, and digits that an escape still wants.
    pub(in super::super) fn resume(&mut self, escaped: bool, hex: u8) {
        self.escape = self.kernel.splat(u64::from(escaped));
        self.u = if hex == 0 { self.none } else { self.kernel.splat(1 << (59 + hex)) };
    }

    /// Checks the group `bytes` at `at`, of which `signs` are the structural characters. Gives where words begin in it, and its ink.
    /// Strings that were gone through one by one (`careful`) are left out; where there are no backslashes (not `slashed`) there are no escapes.
    #[inline(always)]
    pub(in super::super) fn check(
        &mut self,
        masks: &Masks<K>,
        signs: K::Lanes,
        bytes: &[u8],
        at: usize,
        (careful, slashed): (bool, bool),
    ) -> (K::Lanes, K::Lanes) {
        let group = self.kernel.load_coded::<Spelled>(bytes);
        let ink = self.kernel.ink(bytes);
        let known = signs.or(masks.quote).or(masks.covered);
        let mut word = ink.and_not(known);
        let mut starts = word.and_not(word.advance::<1>(self.word));
        self.word = word;
        // In code they are words, but for the form feed; in strings that were gone through one by one they are told there.
        let control = group.matching::<0x00, 0xE0>();
        let mut wrong = if careful { self.none } else { control.and(masks.covered) };
        if control.and_not(masks.line_break()).any() {
            let form_feed = group.matching::<0x0C, 0xFF>();
            wrong = wrong.or(form_feed.and_not(masks.covered));
        }
        let end = at + K::GROUP_BYTES;
        if at < self.inside.start || end > self.inside.end {
            (starts, word) = self.without_cut(starts, word, at);
        }
        let digit = word.and(group.digits());
        let mut zero = starts.and(group.matching::<b'0', 0xFF>());
        let others = word.and_not(digit);
        if self.goes_on || self.name_left.1 != 0 || others.any() {
            let (unnamed, after_name) = self.names(starts, others, at);
            wrong = wrong.or(after_name.and(word));
            if self.goes_on || unnamed.any() {
                let (more, minus_zero) = self.parts(bytes, starts, word, digit, unnamed);
                wrong = wrong.or(more);
                zero = zero.or(minus_zero);
            }
        }
        wrong = wrong.or(zero.advance::<1>(self.zero).and(digit));
        (self.digit, self.zero) = (digit, zero);
        if !careful && (slashed || self.u.last() >> 60 != 0) {
            wrong = wrong.or(self.escapes(bytes, masks.backslash()));
        }
        if end > self.stretch.len() {
            let mut valid = [0; GROUP_BLOCKS_MAX];
            set_bits(&mut valid, 0..self.stretch.len().saturating_sub(at));
            wrong = wrong.and(wrong.restore(&valid));
        }
        self.wrong = self.wrong.or(wrong);
        (starts, ink)
    }

    /// Word starts and words of the group at `at`, without those that the stretch's ends cut; of the last one the start is left.
    #[inline(never)]
    fn without_cut(&self, starts: K::Lanes, word: K::Lanes, at: usize) -> (K::Lanes, K::Lanes) {
        let (mut head, mut inside) = ([0; GROUP_BLOCKS_MAX], [0; GROUP_BLOCKS_MAX]);
        let local = |place: usize| place.clamp(at, at + K::GROUP_BYTES) - at;
        set_bits(&mut head, 0..local(self.inside.start));
        set_bits(&mut inside, local(self.inside.start)..local(self.inside.end));
        (starts.and_not(starts.restore(&head)), word.and(word.restore(&inside)))
    }

    /// Takes the names out of `others`, the bytes of words that are no digits. Gives what is left, and the bytes behind names.
    #[inline(always)]
    fn names(&mut self, starts: K::Lanes, others: K::Lanes, at: usize) -> (K::Lanes, K::Lanes) {
        let starts = starts.and(others);
        if K::Lanes::COUNT == 1 {
            let (unnamed, behind) = self.names_of_block(starts.last(), others.last(), at);
            return (self.kernel.splat(unnamed), self.kernel.splat(behind));
        }
        let (starts, others) = (stored(starts), stored(others));
        let (mut unnamed, mut behind) = ([0; GROUP_BLOCKS_MAX], [0; GROUP_BLOCKS_MAX]);
        for i in 0..K::Lanes::COUNT {
            let at = at + i * BLOCK_BYTES;
            (unnamed[i], behind[i]) = self.names_of_block(starts[i], others[i], at);
        }
        (self.none.restore(&unnamed), self.none.restore(&behind))
    }

    /// The same for the block at `at`.
    #[inline(always)]
    fn names_of_block(&mut self, mut starts: u64, others: u64, at: usize) -> (u64, u64) {
        // What a name of the block before leaves: its last bytes here, and the one behind it.
        let (mut named, mut behind) = self.name_left;
        self.name_left = (0, 0);
        while starts != 0 {
            let place = starts.trailing_zeros();
            starts &= starts - 1;
            let n = name_bytes(self.stretch, at + place as usize);
            let bits = ((1u64 << n) - 1, u64::from(n > 0) << n);
            named |= bits.0 << place;
            behind |= bits.1 << place;
            // The upper halves, as if the shifts were of 128 bits.
            self.name_left = (bits.0 >> 1 >> (63 - place), bits.1 >> 1 >> (63 - place));
        }
        (others & !named, behind)
    }

    /// Points, signs and exponents of the group, whose `others` are of no name. Gives what is wrong, and zeros that follow a minus.
    #[inline(always)]
    fn parts(
        &mut self,
        bytes: &[u8],
        starts: K::Lanes,
        word: K::Lanes,
        digit: K::Lanes,
        others: K::Lanes,
    ) -> (K::Lanes, K::Lanes) {
        let group = self.kernel.load_coded::<Spelled>(bytes);
        let before = self.parts;
        let point = others.and(group.matching::<b'.', 0xFF>());
        let minus = others.and(group.matching::<b'-', 0xFF>());
        let plus = others.and(group.matching::<b'+', 0xFF>());
        let after_digit = digit.advance::<1>(self.digit);
        let exponent = others.and(group.matching::<b'E', 0xDF>()).and(after_digit);
        let sign = minus.or(plus);
        let first_minus = minus.and(starts);
        let after_exponent = exponent.advance::<1>(before.exponent);
        let point_or_sign = point.or(sign);
        let mut wrong = others
            .and_not(point_or_sign.or(exponent))
            .or(point.and_not(after_digit))
            .or(minus.and_not(starts.or(after_exponent)))
            .or(plus.and_not(after_exponent))
            .or(point_or_sign.advance::<1>(before.point_or_sign).and_not(digit))
            .or(after_exponent.and_not(digit.or(sign)));
        let minus_zero = group
            .matching::<b'0', 0xFF>()
            .and(digit)
            .and(first_minus.advance::<1>(before.first_minus));
        self.parts = Parts { point_or_sign, first_minus, exponent };
        if point.or(exponent).any() || self.carries != [false; 2] {
            wrong = wrong.or(self.again(word, point, exponent));
        }
        let ends = point_or_sign.or(exponent).last() >> 63;
        self.goes_on = ends == 1 || self.carries != [false; 2];
        (wrong, minus_zero)
    }

    /// Points behind another point or an exponent of their word, and exponents behind another.
    #[inline(always)]
    fn again(&mut self, word: K::Lanes, point: K::Lanes, exponent: K::Lanes) -> K::Lanes {
        if K::Lanes::COUNT == 1 {
            let again = self.again_in_block(word.last(), point.last(), exponent.last());
            return self.kernel.splat(again);
        }
        let (words, points, exponents) = (stored(word), stored(point), stored(exponent));
        let mut again = [0; GROUP_BLOCKS_MAX];
        for i in 0..K::Lanes::COUNT {
            again[i] = self.again_in_block(words[i], points[i], exponents[i]);
        }
        word.restore(&again)
    }

    /// The same for a block.
    #[inline(always)]
    fn again_in_block(&mut self, words: u64, points: u64, exponents: u64) -> u64 {
        let again = self.sum(0, words, points | exponents);
        points & again | exponents & self.sum(1, words, exponents)
    }

    /// Adds to the words of a block, with the carry of sum number `n`.
    #[inline(always)]
    fn sum(&mut self, n: usize, words: u64, parts: u64) -> u64 {
        let (sum, over) = words.overflowing_add(parts);
        let (sum, over_too) = sum.overflowing_add(u64::from(self.carries[n]));
        self.carries[n] = over | over_too;
        sum
    }

    /// Escapes that there are not.
    #[inline(always)]
    fn escapes(&mut self, bytes: &[u8], backslash: K::Lanes) -> K::Lanes {
        let group = self.kernel.load(bytes);
        // A block of nothing but backslashes is gone through with care: what is said here does not matter then.
        let mut doubt = self.none;
        let escaped = backslash.escaped(&mut self.escape, &mut doubt);
        let t_or_u = group.matching::<b't', 0xFE>();
        let exists = t_or_u
            // `b` and `r`, `f` and `n`.
            .or(group.matching::<b'b', 0xEF>())
            .or(group.matching::<b'f', 0xF7>())
            .or(group.matching::<b'"', 0xFF>())
            .or(group.matching::<b'/', 0xFF>())
            .or(backslash);
        let before = self.u;
        self.u = escaped.and(t_or_u).and(group.matching::<0x01, 0x01>());
        let mut wrong = escaped.and_not(exists);
        if self.u.any() || before.last() >> 60 != 0 {
            let wanted = self
                .u
                .advance::<1>(before)
                .or(self.u.advance::<2>(before))
                .or(self.u.advance::<3>(before))
                .or(self.u.advance::<4>(before));
            // `A` to `F` and `a` to `f`: without what stands before and behind them.
            let letter = group
                .matching::<b'@', 0xD8>()
                .and_not(group.matching::<b'@', 0xDF>().or(group.matching::<b'G', 0xDF>()));
            wrong = wrong.or(wanted.and_not(group.digits().or(letter)));
        }
        wrong
    }
}
