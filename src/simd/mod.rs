//! Kernels: bytes to bitmasks, by the widest instructions that the processor has. All `unsafe` of the project is here.
//!
//! A kernel takes a **group** of blocks (eight for AVX-512, one for the others) and answers questions about its bytes
//! with [`Lanes`]: one u64 for each block, bit `i` of it standing for the block's byte `i`. Languages are written once
//! against [`Kernel`], [`Group`] and [`Lanes`] and see masks only.
//!
//! The AVX-512 kernel is bit-sliced, after Parabix (Cameron, Herdy, Lin: "High performance XML parsing using parallel
//! bit stream technology", 2008): one GF(2) matrix product turns 64 bytes into their eight bit planes, three rounds of
//! shuffles collect the planes of eight blocks, and from there a character class is a few logic operations over 512
//! bytes at once. Nothing passes through mask registers, which bounded earlier designs.

mod alphabet;
#[cfg(target_arch = "x86_64")]
mod avx2;
#[cfg(target_arch = "x86_64")]
mod avx512;
mod byte_set;
mod count;
mod depth;
#[cfg(test)]
mod guard_test;
mod kernel;
mod lanes;
mod scalar;
mod tally;
mod utf8;
#[cfg(test)]
mod wide_test;

pub use alphabet::Alphabet;
#[cfg(target_arch = "x86_64")]
pub use avx2::Avx2;
#[cfg(target_arch = "x86_64")]
pub use avx512::Avx512;
pub use byte_set::{ByteSet, SETS_MAX, SetTable, masks};
pub use count::count;
pub use depth::DepthRun;
pub use kernel::{Group, Kernel, KernelId, Task, available, best, run};
pub use lanes::{Lanes, Parities};
pub use scalar::Scalar;
pub use tally::{Json, Quoted, Spelled, Tally};
pub(crate) use utf8::{Check as Utf8Check, Entered as Utf8Entered};
pub use utf8::{Utf8, Utf8Part};
#[cfg(test)]
pub(crate) use wide_test::Wide;

/// Bytes in a block.
pub const BLOCK_BYTES: usize = 64;

/// Blocks in the largest group of any kernel.
pub const GROUP_BLOCKS_MAX: usize = 8;
