//! Sources that are read once, from the front to the end: standard input, named pipes, devices, bodies over HTTP, and what
//! is compressed, whatever it lies in.

use std::fmt;
use std::io::Read;
use std::path::PathBuf;
use std::sync::{Arc, OnceLock};

/// A source that is read once.
pub struct ByteStream {
    /// What it was opened as: a path, `-`, a URL. Not yet made safe for a terminal.
    pub name: PathBuf,
    /// What it is, for a person: "standard input", "named pipe", "gzip", ...
    pub kind: &'static str,
    /// Bytes it will have, once that is told; never for what is unpacked.
    pub bytes_total: Arc<OnceLock<u64>>,
    /// Its bytes. A read may wait for as long as the other side likes; 0 bytes is the end.
    pub reader: Box<dyn Read + Send>,
}

impl fmt::Debug for ByteStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ByteStream")
            .field("name", &self.name)
            .field("kind", &self.kind)
            .finish_non_exhaustive()
    }
}
