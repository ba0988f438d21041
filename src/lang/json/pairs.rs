//! Pairs of brackets, many at a time, and the commas between them.
//!
//! An opener right before a closer is a pair, whatever surrounds the two. Of 64 brackets all such pairs are found by a shift, compared,
//! and squeezed out; then their neighbours are next to each other. A comma that follows an opener or a comma, or stands before a
//! closer, stands in the same array or object as that; of the two it says itself in which, by what comes behind it. What is left
//! after as many rounds as levels are nested there, closers first and openers after them, goes to the stack one by one.

use crate::simd::Kernel;

/// How far depth rises over `n` brackets, up to 64; those behind the last are taken for closers, which raise nothing.
#[inline(always)]
pub(super) fn rise(mut opens: u64, n: u32) -> i64 {
    let (mut depth, mut highest) = (0, 0);
    for _ in 0..n.div_ceil(8) {
        let eight = opens as u8;
        highest = highest.max(depth + i64::from(RISES[usize::from(eight)]));
        depth += 2 * i64::from(eight.count_ones()) - 8;
        opens >>= 8;
    }
    highest
}

/// The same over eight, the lowest bit being the first.
static RISES: [u8; 256] = {
    let mut table = [0; 256];
    let mut opens = 0;
    while opens < 256 {
        let (mut depth, mut highest, mut k) = (0i32, 0i32, 0);
        while k < 8 {
            depth += if opens >> k & 1 == 1 { 1 } else { -1 };
            highest = if depth > highest { depth } else { highest };
            k += 1;
        }
        table[opens] = highest as u8;
        opens += 1;
    }
    table
};

/// Up to 64 brackets and commas, in order, one bit each.
#[derive(Clone, Copy)]
pub(super) struct Marks {
    /// How many: all ones.
    pub(super) here: u64,
    /// Those that are brackets.
    pub(super) brackets: u64,
    /// Brackets that open.
    pub(super) opens: u64,
    /// Braces, and commas of objects.
    pub(super) braces: u64,
}

/// Takes pairs and commas out. Returns the marks that are left; `mismatch` is set if two do not match.
#[inline(always)]
pub(super) fn pair_off<K: Kernel>(kernel: K, marks: Marks, mismatch: &mut bool) -> u64 {
    let Marks { mut here, mut brackets, mut opens, mut braces } = marks;
    let mut left = here;
    loop {
        let closes = brackets & !opens;
        let commas = here & !brackets;
        // Behind an opener or another comma.
        let behind = commas & (opens << 1 | commas << 1);
        let before = commas & closes >> 1 & !behind;
        let first = opens & closes >> 1;
        let gone = behind | before | first | first << 1;
        if gone == 0 {
            return left;
        }
        *mismatch |= behind & (braces ^ braces << 1) != 0;
        *mismatch |= (before | first) & (braces ^ braces >> 1) != 0;
        let kept = here & !gone;
        brackets = kernel.squeeze(brackets, kept);
        opens = kernel.squeeze(opens, kept);
        braces = kernel.squeeze(braces, kept);
        left = kernel.spread(kept, left);
        here = kernel.squeeze(kept, kept);
    }
}
