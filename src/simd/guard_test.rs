//! Nothing is read beyond the slice: the bytes stand right before a page that may not be touched.

use std::ptr;

use rustix::mm::{MapFlags, MprotectFlags, ProtFlags, mmap_anonymous, mprotect, munmap};

use super::{
    BLOCK_BYTES, GROUP_BLOCKS_MAX, Group, Kernel, KernelId, Lanes, Quoted, Tally, Task, Utf8,
    available, run,
};

/// A page of bytes in front of one that may not be touched.
struct Guarded {
    start: *mut std::ffi::c_void,
    page: usize,
}

impl Guarded {
    fn new() -> Self {
        let page = rustix::param::page_size();
        // SAFETY: a new anonymous mapping at an address of the system's choice touches nothing of ours; the second call
        // changes pages of it only.
        unsafe {
            let protection = ProtFlags::READ | ProtFlags::WRITE;
            let start = mmap_anonymous(ptr::null_mut(), 2 * page, protection, MapFlags::PRIVATE)
                .expect("two pages can be mapped");
            mprotect(start.byte_add(page), page, MprotectFlags::empty()).expect("one is guarded");
            Guarded { start, page }
        }
    }

    /// The last `n` bytes before the guard.
    fn last(&mut self, n: usize) -> &mut [u8] {
        assert!(n <= self.page);
        // SAFETY: the first page is mapped, readable and writable, and borrowed with `self`.
        unsafe { std::slice::from_raw_parts_mut(self.start.cast::<u8>().add(self.page - n), n) }
    }
}

impl Drop for Guarded {
    fn drop(&mut self) {
        // SAFETY: the mapping is ours and no slice of it outlives `self`.
        let _ = unsafe { munmap(self.start, 2 * self.page) };
    }
}

/// Loads the last whole group of some bytes and tells where their brackets are.
struct LastGroup<'a>(&'a [u8]);

impl Task for LastGroup<'_> {
    type Output = Option<(usize, [u64; GROUP_BLOCKS_MAX])>;

    fn run<K: Kernel>(self, kernel: K) -> Self::Output {
        let start = self.0.len().checked_sub(K::GROUP_BYTES)?;
        let mut lanes = [0; GROUP_BLOCKS_MAX];
        kernel.load(&self.0[start..]).matching::<b'[', 0xFF>().store(&mut lanes);
        Some((start, lanes))
    }
}

/// Tallies as much of some bytes as the kernel will.
struct Tallied<'a>(&'a [u8]);

impl Task for Tallied<'_> {
    type Output = Option<(usize, Tally)>;

    fn run<K: Kernel>(self, kernel: K) -> Self::Output {
        let mut tally = Tally::default();
        let done = kernel.tally(self.0, &mut Quoted::default(), &mut tally);
        K::TALLIES.then_some((done, tally))
    }
}

#[test]
fn nothing_is_read_beyond_the_slice() {
    let text = "[\u{e9},1]\u{20ac} [2] ".repeat(400).into_bytes();
    let mut guarded = Guarded::new();
    for n in (0..=257).chain(500..530).chain(2040..2060).chain([4095, 4096]) {
        let bytes = guarded.last(n);
        bytes.copy_from_slice(&text[..n]);
        let valid = std::str::from_utf8(bytes).err().and_then(|error| error.error_len()).is_none();
        for kernel in available() {
            assert_eq!(Utf8::default().check(kernel, bytes).is_none(), valid);
            if let Some((done, tally)) = run(kernel, Tallied(bytes)) {
                let run_bytes = if kernel == KernelId::Avx512 { 4096 } else { 2 * BLOCK_BYTES };
                assert!(done <= n && n - done < run_bytes, "{kernel:?} {n}");
                let commas = bytes[..done].iter().filter(|byte| **byte == b',').count();
                assert_eq!(tally.commas, commas as u64, "{kernel:?} {n}");
            }
            let Some((start, lanes)) = run(kernel, LastGroup(bytes)) else { continue };
            for (i, byte) in bytes[start..].iter().enumerate() {
                assert_eq!(lanes[i / 64] >> (i % 64) & 1 == 1, *byte == b'[', "{kernel:?} {n}");
            }
        }
    }
}
