//! A block of a stream: room for what one read brings, and in front of it for what a scanner looks back on.

use std::io::{self, Read};

use crate::lang::code::LOOK_BACK_MAX;

/// A block of a stream.
#[derive(Debug)]
pub struct Block {
    room: Vec<u8>,
    bytes: usize,
}

impl Block {
    /// An empty block with room for `capacity` bytes, one at least.
    #[must_use]
    pub fn new(capacity: usize) -> Block {
        Block { room: vec![0; LOOK_BACK_MAX + capacity.max(1)], bytes: 0 }
    }

    /// Bytes that it has room for.
    #[must_use]
    pub fn room(&self) -> usize {
        self.room.len() - LOOK_BACK_MAX
    }

    /// What it holds.
    #[must_use]
    pub fn bytes(&self) -> &[u8] {
        &self.room[LOOK_BACK_MAX..LOOK_BACK_MAX + self.bytes]
    }

    /// Replaces what it holds by what one read brings. 0: the stream has ended.
    ///
    /// # Errors
    /// What the reader gives, other than an interruption.
    pub fn read(&mut self, reader: &mut impl Read) -> io::Result<usize> {
        self.bytes = 0;
        loop {
            match reader.read(&mut self.room[LOOK_BACK_MAX..]) {
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                result => {
                    self.bytes = result?;
                    return Ok(self.bytes);
                }
            }
        }
    }

    /// As [`Block::read`], until the block is full or the stream has ended.
    ///
    /// # Errors
    /// As [`Block::read`]; it holds what was read before the error.
    pub fn fill(&mut self, reader: &mut impl Read) -> io::Result<usize> {
        self.bytes = 0;
        while LOOK_BACK_MAX + self.bytes < self.room.len() {
            match reader.read(&mut self.room[LOOK_BACK_MAX + self.bytes..]) {
                Ok(0) => break,
                Ok(n) => self.bytes += n,
                Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
                Err(error) => return Err(error),
            }
        }
        Ok(self.bytes)
    }

    /// Holds nothing any more.
    pub fn clear(&mut self) {
        self.bytes = 0;
    }

    /// Puts `before` in front of what it holds; [`LOOK_BACK_MAX`] bytes at most.
    pub(super) fn put_before(&mut self, before: &[u8]) {
        self.room[LOOK_BACK_MAX - before.len()..LOOK_BACK_MAX].copy_from_slice(before);
    }

    /// What it holds, with `before` bytes in front of it.
    pub(super) fn with_before(&self, before: usize) -> &[u8] {
        &self.room[LOOK_BACK_MAX - before..LOOK_BACK_MAX + self.bytes]
    }
}
