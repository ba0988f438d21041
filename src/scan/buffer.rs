//! A read buffer that is used again and again.

/// A read buffer whose bytes begin on a cache line.
#[derive(Debug, Default)]
pub(super) struct Buffer {
    memory: Vec<u8>,
    start: usize,
    /// Bytes that were read.
    pub(super) n: usize,
}

impl Buffer {
    /// Room for `bytes` bytes.
    pub(super) fn room(&mut self, bytes: usize) -> &mut [u8] {
        const LINE: usize = 64;
        if self.memory.len() < bytes + LINE {
            self.memory = vec![0; bytes + LINE];
            self.start = self.memory.as_ptr().align_offset(LINE).min(LINE);
        }
        &mut self.memory[self.start..self.start + bytes]
    }

    /// What was read.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.memory[self.start..self.start + self.n]
    }

    /// Bytes of memory that it takes.
    pub(super) fn memory_bytes(&self) -> usize {
        self.memory.len()
    }
}
