//! Kernels: bytes to bitmasks, by the widest instructions that the processor has. All `unsafe` of the project is here.

mod kernel;

pub use kernel::{KernelId, available, best};
