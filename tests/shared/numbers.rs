//! Numbers that look random and are the same at each run, for tests that have no other use for a crate of them.

/// A generator of numbers (xorshift64, Marsaglia 2003). It must not begin with 0.
pub(crate) struct Numbers(pub(crate) u64);

impl Numbers {
    /// A number below `limit`; 0 for a limit of 0.
    pub(crate) fn below(&mut self, limit: usize) -> usize {
        for (left, shift) in [(true, 13), (false, 7), (true, 17)] {
            self.0 ^= if left { self.0 << shift } else { self.0 >> shift };
        }
        (self.0 % limit.max(1) as u64) as usize
    }
}
