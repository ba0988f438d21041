//! Brackets in order, one bit each, and how pairs are taken out of them many at a time.
//!
//! An opener right before a closer is a pair, whatever surrounds the two. Of 64 brackets in two words all such pairs are found by a
//! shift, compared, and squeezed out; then their neighbours are next to each other. What is left after as many rounds as
//! levels are nested there, closers first and openers after them, goes to the stack one by one.

use std::hint::black_box;

use crate::scan::Survey;
use crate::simd::{BLOCK_BYTES, GROUP_BLOCKS_MAX, Kernel, Lanes};

/// Blocks of a row.
const BLOCKS: usize = 1024;

/// Words that their brackets may take, and one that has no bracket yet.
const FULL_MAX: usize = BLOCKS * BLOCK_BYTES / 64 + 1;

/// For each block of a group: its brackets, and which of them open and which are braces. Aligned, or the processor is slow to read
/// what it has just written.
#[repr(align(64))]
struct Words([[u64; GROUP_BLOCKS_MAX]; 3]);

/// Brackets that were met and not matched yet.
pub(super) struct Row {
    /// Where the row begins in the stretch.
    at: u32,
    /// The brackets of each block: where a bracket stands is worked out for those few whose place is asked for.
    blocks: Vec<u64>,
    /// For each 64 brackets, which open and which are braces.
    full: Vec<[u64; 2]>,
    /// The same for the rest. Behind the last there are no bits.
    last: [u64; 2],
    /// How many there are in `last`: less than 64.
    n_last: u32,
    /// Depth before the row less depth before the stretch, and the highest so far.
    depth: i64,
    highest: i64,
}

impl Row {
    pub(super) fn new() -> Self {
        let (blocks, full) = (Vec::with_capacity(BLOCKS), Vec::with_capacity(FULL_MAX));
        Row { at: 0, blocks, full, last: [0; 2], n_last: 0, depth: 0, highest: 0 }
    }

    /// Adds the brackets of the next group.
    #[inline(always)]
    pub(super) fn add<K: Kernel>(
        &mut self,
        kernel: K,
        open: K::Lanes,
        close: K::Lanes,
        brace: K::Lanes,
    ) {
        let mut words = Words([[0; GROUP_BLOCKS_MAX]; 3]);
        let Words(words) = &mut words;
        open.or(close).store(&mut words[0]);
        open.store(&mut words[1]);
        brace.store(&mut words[2]);
        // Through memory: the compiler would take them out of registers one by one, at two instructions each.
        black_box(&mut *words);
        self.blocks.extend_from_slice(&words[0][..K::Lanes::COUNT]);
        let Row { mut last, n_last: mut n, .. } = *self;
        let [brackets, opens, braces] = &*words;
        let blocks = brackets.iter().zip(opens).zip(braces).take(K::Lanes::COUNT);
        for ((brackets, opens), braces) in blocks {
            let opens = kernel.squeeze(*opens, *brackets);
            let braces = kernel.squeeze(*braces, *brackets);
            last[0] |= opens << n;
            last[1] |= braces << n;
            let room = 63 - n;
            n += brackets.count_ones();
            if n >= 64 {
                self.full.push(last);
                // One and what there was room for, since a shift by 64 is none.
                last = [opens >> 1 >> room, braces >> 1 >> room];
                n -= 64;
            }
        }
        (self.last, self.n_last) = (last, n);
    }

    /// Whether no batch more may be added.
    #[inline(always)]
    pub(super) fn is_full(&self) -> bool {
        self.blocks.len() + super::classify::BATCH_BYTES_MAX / BLOCK_BYTES > BLOCKS
    }

    /// Matches all, and tells `survey` what is left. The next row begins behind this one.
    #[inline(always)]
    pub(super) fn empty_into<K: Kernel>(&mut self, kernel: K, survey: &mut Survey) {
        let brackets = &mut survey.brackets;
        let n = (64 * self.full.len()) as u32 + self.n_last;
        self.full.push(self.last);
        let mut number = 0;
        for [opens, braces] in &self.full {
            let n_here = (n - number).min(64);
            self.highest = self.highest.max(self.depth + rise(*opens));
            self.depth += 2 * i64::from(opens.count_ones()) - i64::from(n_here);
            let mut left = pair_off(kernel, *opens, *braces, n_here, &mut brackets.mismatch);
            while left != 0 {
                let i = left.trailing_zeros();
                left &= left - 1;
                brackets.take(number + i, opens >> i & 1 == 1, braces >> i & 1 == 1);
            }
            number += n_here;
        }
        brackets.depth_max = self.highest;
        self.place(kernel, n, survey);
        self.at += (self.blocks.len() * BLOCK_BYTES) as u32;
        self.blocks.clear();
        self.full.clear();
        (self.last, self.n_last) = ([0; 2], 0);
    }

    /// Says where the openers stand that are left and were told by their number, from the last to the first of the row's `n` brackets.
    #[inline(always)]
    fn place<K: Kernel>(&self, kernel: K, n: u32, survey: &mut Survey) {
        let mut block = self.blocks.len();
        let mut before = n;
        survey.brackets.place(|number| {
            while before > number {
                block -= 1;
                before -= self.blocks[block].count_ones();
            }
            let bracket = kernel.spread(1 << (number - before), self.blocks[block]);
            self.at + (block * BLOCK_BYTES) as u32 + bracket.trailing_zeros()
        });
    }
}

/// How far depth rises over 64 brackets; those behind the last are taken for closers, which raise nothing.
#[inline(always)]
fn rise(opens: u64) -> i64 {
    let (mut depth, mut highest) = (0, 0);
    for opens in opens.to_le_bytes() {
        highest = highest.max(depth + i64::from(RISES[usize::from(opens)]));
        depth += 2 * i64::from(opens.count_ones()) - 8;
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

/// Takes pairs out of up to 64 brackets. Returns those that are left; `mismatch` is set if a brace is paired with a bracket.
#[inline(always)]
fn pair_off<K: Kernel>(
    kernel: K,
    mut opens: u64,
    mut braces: u64,
    n: u32,
    mismatch: &mut bool,
) -> u64 {
    let mut here = if n == 0 { 0 } else { !0 >> (64 - n) };
    let mut left = here;
    loop {
        let first = opens & (!opens & here) >> 1;
        if first == 0 {
            return left;
        }
        *mismatch |= first & (braces ^ braces >> 1) != 0;
        let kept = here & !(first | first << 1);
        opens = kernel.squeeze(opens, kept);
        braces = kernel.squeeze(braces, kept);
        left = kernel.spread(kept, left);
        here = kernel.squeeze(kept, kept);
    }
}
