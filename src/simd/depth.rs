//! Depth over one stretch of bytes: its change, its lowest and highest, and the commas that stand where it is lowest.
//!
//! Nearly all blocks neither reach the lowest depth so far nor pass the highest, and a bound that counts brackets proves
//! it. Only where the bound fails are the brackets of a block looked at one by one.

/// Depth followed over a stretch of bytes, relative to its start.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct DepthRun {
    /// Depth after what was followed so far.
    pub depth: i64,
    /// Lowest depth so far, 0 or less.
    pub lowest: i64,
    /// Highest depth so far, 0 or more.
    pub highest: i64,
    /// Commas at the lowest depth so far.
    pub commas_at_lowest: u64,
    /// Closing brackets that brought depth down to the lowest so far.
    pub closes_at_lowest: u64,
}

/// For each sequence of eight brackets (bit set: opens), how depth moves over it.
#[derive(Clone, Copy)]
struct Moves {
    /// Lowest depth after any of them, or before the first, as a number of levels below the start.
    fall: u8,
    /// Bit `k`: after `k` brackets depth is at its lowest.
    at_lowest: u16,
}

const fn moves_of_eight() -> [Moves; 256] {
    let mut table = [Moves { fall: 0, at_lowest: 0 }; 256];
    let mut sequence = 0;
    while sequence < 256 {
        let (mut depth, mut lowest, mut at_lowest, mut k) = (0i32, 0i32, 1u16, 0);
        while k < 8 {
            depth += if sequence >> k & 1 == 1 { 1 } else { -1 };
            if depth < lowest {
                lowest = depth;
                at_lowest = 0;
            }
            if depth == lowest {
                at_lowest |= 1 << (k + 1);
            }
            k += 1;
        }
        table[sequence] = Moves { fall: lowest.unsigned_abs() as u8, at_lowest };
        sequence += 1;
    }
    table
}

static MOVES: [Moves; 256] = moves_of_eight();

impl DepthRun {
    /// Whether a block may reach the lowest depth or pass the highest. False is certain, true is not.
    ///
    /// Closers before the first opener and openers before the first closer are counted exactly, so that `},{` and `[]`
    /// are seen for what they are; beyond that all closers (or openers) are taken to come first.
    #[inline(always)]
    pub(super) fn may_turn(&self, open: u64, close: u64) -> bool {
        let opens = i64::from(open.count_ones());
        let closes = i64::from(close.count_ones());
        if self.depth - closes > self.lowest && self.depth + opens <= self.highest {
            return false;
        }
        let before_close = close.wrapping_sub(1) & !close;
        let before_open = open.wrapping_sub(1) & !open;
        let opens_first = i64::from((open & before_close).count_ones());
        let closes_first = i64::from((close & before_open).count_ones());
        let low = self.depth + (opens_first - closes).min(0);
        let high = self.depth + (opens - closes_first).max(0);
        low <= self.lowest || high > self.highest
    }

    /// Goes over a block that [`DepthRun::may_turn`] cleared.
    #[inline(always)]
    pub(super) fn step_over(&mut self, open: u64, close: u64) {
        self.depth += i64::from(open.count_ones()) - i64::from(close.count_ones());
    }

    /// Goes over a block bracket by bracket.
    pub(super) fn walk(&mut self, open: u64, close: u64, commas: u64) {
        let mut brackets = open | close;
        let mut commas_left = commas;
        loop {
            let before = brackets & brackets.wrapping_neg();
            let segment = before.wrapping_sub(1);
            if self.depth == self.lowest {
                self.commas_at_lowest += u64::from((commas_left & segment).count_ones());
            }
            if before == 0 {
                return;
            }
            commas_left &= !segment;
            let opens = open & before != 0;
            self.depth += if opens { 1 } else { -1 };
            self.note(opens);
            brackets &= brackets - 1;
        }
    }

    #[inline(always)]
    fn note(&mut self, opened: bool) {
        self.highest = self.highest.max(self.depth);
        if self.depth < self.lowest {
            self.lowest = self.depth;
            self.commas_at_lowest = 0;
            self.closes_at_lowest = 0;
        }
        self.closes_at_lowest += u64::from(!opened && self.depth == self.lowest);
    }

    /// Counts in a block that touches the lowest depth, which is `fall` (0 or less) from its start, and stays less than four above it.
    ///
    /// So two bits tell depth. The lower one changes at each bracket, the upper one at an opener where the lower one is set and
    /// at a closer where it is clear: each is the parity of what changes it, `prefix` with what stands before.
    #[inline(always)]
    pub(super) fn count_low(
        &mut self,
        open: u64,
        close: u64,
        commas: u64,
        fall: i32,
        prefix: impl Fn(u64) -> u64,
    ) {
        let height = u64::from(fall.unsigned_abs());
        let lower = prefix(open | close) << 1 ^ 0u64.wrapping_sub(height & 1);
        let turns = open & lower | close & !lower;
        let upper = prefix(turns) << 1 ^ 0u64.wrapping_sub(height >> 1);
        self.commas_at_lowest += u64::from((commas & !(lower | upper)).count_ones());
        self.closes_at_lowest += u64::from((close & lower & !upper).count_ones());
    }

    /// As [`DepthRun::walk`], eight brackets a step: `extract` and `deposit` are the instructions PEXT and PDEP, `prefix`
    /// the prefix parity of 64 bits.
    ///
    /// The brackets of a block, squeezed together, index a table that says after which of them depth is lowest; put
    /// back in their places, the turning points of that become, by prefix parity, the bytes at the lowest depth.
    #[inline(always)]
    pub(super) fn walk_by_eight(
        &mut self,
        open: u64,
        close: u64,
        commas: u64,
        extract: impl Fn(u64, u64) -> u64,
        deposit: impl Fn(u64, u64) -> u64,
        prefix: impl Fn(u64) -> u64,
    ) {
        let mut brackets = open | close;
        let mut here = !0u64;
        loop {
            let n = brackets.count_ones().min(8);
            let opens = extract(open, brackets);
            // Places without a bracket count as openers: they cannot lower depth.
            let sequence = (opens | (!0u64 << n)) & 0xFF;
            let moves = MOVES[sequence as usize];
            let low = self.depth - i64::from(moves.fall);
            let at_lowest = u64::from(moves.at_lowest);
            let turns = at_lowest ^ (at_lowest << 1);
            let bytes_at_lowest =
                prefix(deposit(turns >> 1, brackets)) ^ 0u64.wrapping_sub(at_lowest & 1);
            // What follows the eighth bracket belongs to the next step.
            let eighth = if n == 8 { deposit(1 << 7, brackets) } else { 0 };
            let until = eighth.wrapping_sub(1);
            let closes = at_lowest >> 1 & !sequence & 0xFF;
            let counted = bytes_at_lowest & here & until & commas;
            // Selections, not branches: nobody can predict them.
            let kept = 0u64.wrapping_sub(u64::from(low >= self.lowest));
            let added = 0u64.wrapping_sub(u64::from(low <= self.lowest));
            self.closes_at_lowest =
                (self.closes_at_lowest & kept) + (u64::from(closes.count_ones()) & added);
            self.commas_at_lowest =
                (self.commas_at_lowest & kept) + (u64::from(counted.count_ones()) & added);
            self.lowest = self.lowest.min(low);
            let rises = MOVES[(!opens & !(!0u64 << n) | !0u64 << n) as usize & 0xFF].fall;
            self.highest = self.highest.max(self.depth + i64::from(rises));
            self.depth += 2 * i64::from((opens & !(!0u64 << n)).count_ones()) - i64::from(n);
            if eighth == 0 {
                return;
            }
            here = !until;
            brackets &= !(until | eighth);
        }
    }
}
