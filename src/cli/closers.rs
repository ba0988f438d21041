//! Where brackets are closed that their chunk leaves open, by the number of the bracket: in memory while they are few,
//! else in a temporary file that no name leads to and that is gone when the program is.
//!
//! The same table is the stack: while a bracket is open its entry says which one is open around it. So a million open
//! levels cost no more memory than one.

use std::fs::{File, OpenOptions};
use std::io;
use std::os::unix::fs::{FileExt, OpenOptionsExt};

use crate::error::Error;
use crate::limits::CLOSERS_IN_MEMORY_MAX;

/// No place: the bracket is never closed, or nothing is open around it.
pub(super) const NEVER: u64 = u64::MAX;

/// The table.
#[derive(Debug)]
pub(super) struct Closers {
    memory: Vec<u64>,
    file: Option<File>,
    n: u64,
    /// The innermost bracket that is open.
    innermost: u64,
    in_memory_max: u64,
}

impl Default for Closers {
    fn default() -> Self {
        Closers {
            memory: Vec::new(),
            file: None,
            n: 0,
            innermost: NEVER,
            in_memory_max: CLOSERS_IN_MEMORY_MAX,
        }
    }
}

impl Closers {
    /// The next bracket opens.
    pub(super) fn open(&mut self) -> Result<(), Error> {
        self.set(self.n, self.innermost)?;
        self.innermost = self.n;
        self.n += 1;
        Ok(())
    }

    /// The innermost bracket that is open, if one is, is closed at `at`.
    pub(super) fn close(&mut self, at: u64) -> Result<(), Error> {
        let closed = self.innermost;
        if closed != NEVER {
            self.innermost = self.get(closed)?;
            self.set(closed, at)?;
        }
        Ok(())
    }

    /// What is still open is never closed.
    pub(super) fn end(&mut self) -> Result<(), Error> {
        while self.innermost != NEVER {
            self.close(NEVER)?;
        }
        Ok(())
    }

    /// After the end: where bracket number `i` is closed.
    pub(super) fn get(&self, i: u64) -> Result<u64, Error> {
        match (&self.file, i.checked_sub(self.in_memory_max)) {
            (Some(file), Some(i)) => {
                let mut bytes = [0; 8];
                file.read_exact_at(&mut bytes, i * 8).map_err(spill)?;
                Ok(u64::from_le_bytes(bytes))
            }
            _ => Ok(self.memory.get(i as usize).copied().unwrap_or(NEVER)),
        }
    }

    fn set(&mut self, i: u64, value: u64) -> Result<(), Error> {
        let Some(in_file) = i.checked_sub(self.in_memory_max) else {
            match self.memory.get_mut(i as usize) {
                Some(entry) => *entry = value,
                None => self.memory.push(value),
            }
            return Ok(());
        };
        let file = match self.file.take() {
            Some(file) => file,
            None => nameless_file().map_err(spill)?,
        };
        let written = file.write_all_at(&value.to_le_bytes(), in_file * 8);
        self.file = Some(file);
        written.map_err(spill)
    }
}

fn spill(reason: io::Error) -> Error {
    Error::Spill { directory: std::env::temp_dir(), reason }
}

/// A file in the directory for temporary files that only we can open, and whose name is taken away at once.
fn nameless_file() -> io::Result<File> {
    let path = std::env::temp_dir().join(format!("warp-tui-{}-closers", std::process::id()));
    let file =
        OpenOptions::new().read(true).write(true).create_new(true).mode(0o600).open(&path)?;
    std::fs::remove_file(&path)?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn closers_in_memory_and_in_a_file_are_those_of_a_plain_stack() {
        // `true` opens; closers come in bursts, some of them stray, and some brackets stay open.
        let opens = |i: u64| (i * 7919) % 13 < 7 || i % 97 < 20;
        for in_memory_max in [0, 1, 5, 1 << 20] {
            let mut closers = Closers { in_memory_max, ..Closers::default() };
            let (mut stack, mut expected) = (Vec::new(), Vec::new());
            for at in 0..2000 {
                if opens(at) {
                    closers.open().expect("there is a temporary file");
                    stack.push(expected.len());
                    expected.push(NEVER);
                } else {
                    closers.close(at).expect("there is a temporary file");
                    if let Some(i) = stack.pop() {
                        expected[i] = at;
                    }
                }
            }
            closers.end().expect("there is a temporary file");
            let found: Result<Vec<u64>, _> =
                (0..expected.len() as u64).map(|i| closers.get(i)).collect();
            assert_eq!(found.expect("it can be read"), expected);
            assert!(stack.len() > 3 && closers.memory.len() as u64 <= in_memory_max);
        }
    }
}
