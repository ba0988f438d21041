//! How many bytes of a text are a certain one. memchr counts too, but without the instruction that counts bits.

use super::{Group, Kernel, KernelId, Lanes, Task, run};

/// How many bytes of `text` are `BYTE`.
#[must_use]
pub fn count<const BYTE: u8>(kernel: KernelId, text: &[u8]) -> u64 {
    match kernel {
        // By bytes that take turns in a register, where memchr does better with what any processor of this sort has.
        KernelId::Scalar => memchr::memchr_iter(BYTE, text).count() as u64,
        _ => run(kernel, Count::<BYTE>(text)),
    }
}

struct Count<'a, const BYTE: u8>(&'a [u8]);

impl<const BYTE: u8> Task for Count<'_, BYTE> {
    type Output = u64;

    #[inline(always)]
    fn run<K: Kernel>(self, kernel: K) -> u64 {
        let mut counter = Default::default();
        let mut rest = self.0;
        while let Some((groups, after)) = rest.split_at_checked(4 * K::GROUP_BYTES) {
            let a = found::<K, BYTE>(kernel, groups);
            let b = found::<K, BYTE>(kernel, &groups[K::GROUP_BYTES..]);
            let c = found::<K, BYTE>(kernel, &groups[2 * K::GROUP_BYTES..]);
            let d = found::<K, BYTE>(kernel, &groups[3 * K::GROUP_BYTES..]);
            K::Lanes::count([a, b, c, d], &mut counter);
            rest = after;
        }
        let none = kernel.splat(0);
        while let Some((group, after)) = rest.split_at_checked(K::GROUP_BYTES) {
            K::Lanes::count([found::<K, BYTE>(kernel, group), none, none, none], &mut counter);
            rest = after;
        }
        // Many files are short: a group padded with other bytes would cost as much as a KiB of them.
        K::Lanes::total(counter) + memchr::memchr_iter(BYTE, rest).count() as u64
    }
}

#[inline(always)]
fn found<K: Kernel, const BYTE: u8>(kernel: K, group: &[u8]) -> K::Lanes {
    kernel.load(group).matching::<BYTE, 0xFF>()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::simd::available;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn every_kernel_counts_what_the_plain_test_counts(
            text in prop::collection::vec(prop::sample::select(b"\n\x0B\x8A \xF5".to_vec()), 0..5000),
        ) {
            let plain = text.iter().filter(|byte| **byte == b'\n').count() as u64;
            for kernel in available() {
                prop_assert_eq!(count::<b'\n'>(kernel, &text), plain);
            }
        }
    }
}
