//! Nothing is read beyond the slice: the bytes stand right before a page that may not be touched.

use std::ptr;

use rustix::mm::{MapFlags, MprotectFlags, ProtFlags, mmap_anonymous, mprotect, munmap};

use super::{Utf8, available};
use crate::lang::LanguageId::Json;
use crate::scan::{State, naive, structurals, summarize};

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

#[test]
fn nothing_is_read_beyond_the_slice() {
    let text = br#"{"a":["\"",1,{}],"\\":[],"b":"]} , :"} // x"#.repeat(100);
    let mut guarded = Guarded::new();
    for n in (0..=257).chain(500..530).chain(2040..2060).chain([4095, 4096]) {
        let bytes = guarded.last(n);
        bytes.copy_from_slice(&text[..n]);
        let (summary, detail) = naive::scan(&State::default(), bytes);
        for kernel in available() {
            assert_eq!(summarize(kernel, Json, &State::default(), bytes).0, summary);
            let mut positions = Vec::new();
            structurals(kernel, Json, &State::default(), bytes, &mut positions);
            assert_eq!(positions, detail.structurals);
            assert_eq!(Utf8::default().check(kernel, bytes), None);
        }
    }
}
