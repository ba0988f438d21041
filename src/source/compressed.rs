//! Compressed streams: gzip and zstd, known by their first bytes, unpacked as they are read, in memory that does not grow.
//!
//! Nothing is read before somebody reads: what a stream is shows with its first bytes. What unpacks to more than a thousand
//! times its size is taken for a bomb.

use std::io::{self, BufReader, Cursor, Read};
use std::sync::Arc;
use std::sync::atomic::{AtomicU64, Ordering};

use flate2::read::MultiGzDecoder;

use super::ByteStream;
use crate::limits::{EXPANSION_FREE_BYTES, EXPANSION_MAX, ZSTD_WINDOW_LOG_MAX};

const GZIP: [u8; 2] = [0x1F, 0x8B];
const ZSTD: [u8; 4] = [0x28, 0xB5, 0x2F, 0xFD];
/// The last three bytes of a frame of zstd that holds no data; the first is 0x50 to 0x5F.
const ZSTD_SKIPPED: [u8; 3] = [0x2A, 0x4D, 0x18];

/// Whether a stream that begins like this is compressed.
#[must_use]
pub fn is_compressed(head: &[u8]) -> bool {
    head.starts_with(&GZIP) || head.starts_with(&ZSTD) || is_skipped(head)
}

fn is_skipped(head: &[u8]) -> bool {
    matches!(head, [0x50..=0x5F, rest @ ..] if rest.starts_with(&ZSTD_SKIPPED))
}

/// Whether more bytes may make it one.
fn may_be_compressed(head: &[u8]) -> bool {
    let begins = |magic: &[u8]| magic.starts_with(head);
    let is_begun_skip = matches!(head, [0x50..=0x5F, rest @ ..] if ZSTD_SKIPPED.starts_with(rest));
    head.is_empty() || begins(&GZIP) || begins(&ZSTD) || is_begun_skip
}

/// The stream, unpacked if it turns out to be compressed.
#[must_use]
pub fn decompressed(stream: ByteStream) -> ByteStream {
    let reader = Box::new(Unpacking { state: State::Unknown(stream.reader), told: 0 });
    ByteStream { reader, ..stream }
}

type Input = io::Chain<Cursor<Vec<u8>>, Box<dyn Read + Send>>;

/// What is known of a stream by now.
enum State {
    Unknown(Box<dyn Read + Send>),
    Plain(Input),
    Gzip(Box<MultiGzDecoder<BufReader<Counted>>>, Arc<AtomicU64>),
    Zstd(Box<zstd::stream::read::Decoder<'static, BufReader<Counted>>>, Arc<AtomicU64>),
    Over,
}

/// Unpacks what needs it.
struct Unpacking {
    state: State,
    /// Bytes given out.
    told: u64,
}

/// Counts what is read.
struct Counted {
    input: Input,
    bytes: Arc<AtomicU64>,
}

impl Read for Counted {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = self.input.read(buffer)?;
        self.bytes.fetch_add(n as u64, Ordering::Relaxed);
        Ok(n)
    }
}

impl Read for Unpacking {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if let State::Unknown(reader) = &mut self.state {
            let reader = std::mem::replace(reader, Box::new(io::empty()));
            self.state = recognise(reader)?;
        }
        let result = match &mut self.state {
            State::Plain(input) => return input.read(buffer),
            State::Gzip(decoder, _) => decoder.read(buffer),
            State::Zstd(decoder, _) => decoder.read(buffer),
            State::Unknown(_) | State::Over => return Ok(0),
        };
        let n = match result {
            Ok(n) => n,
            Err(error) => return self.explain(error),
        };
        self.told += n as u64;
        self.guard()?;
        Ok(n)
    }
}

impl Unpacking {
    /// What went wrong, in words. What stands behind the last member of gzip is passed over, as gzip does.
    fn explain(&mut self, error: io::Error) -> io::Result<usize> {
        if error.kind() == io::ErrorKind::Interrupted {
            return Err(error);
        }
        let state = std::mem::replace(&mut self.state, State::Over);
        let told = self.told;
        let (name, text) = match state {
            State::Gzip(..) => ("gzip", error.to_string()),
            _ => ("zstd", error.to_string()),
        };
        if name == "gzip" && told > 0 && text.contains("invalid gzip header") {
            tracing::warn!(told, "what stands behind the compressed data is passed over");
            return Ok(0);
        }
        let is_cut =
            error.kind() == io::ErrorKind::UnexpectedEof || text.contains("incomplete frame");
        Err(io::Error::other(match () {
            () if is_cut => format!("the {name} data ends early, after {told} bytes were unpacked"),
            () if text.contains("too much memory") || text.contains("Frame requires") => format!(
                "the zstd data needs a window of more than {} MiB; unpack it with zstd -d --long=31 before",
                (1_u64 << ZSTD_WINDOW_LOG_MAX) >> 20
            ),
            () => format!("the {name} data is broken after {told} bytes were unpacked: {text}"),
        }))
    }

    /// Stops what grows beyond measure.
    fn guard(&mut self) -> io::Result<()> {
        let (State::Gzip(_, read) | State::Zstd(_, read)) = &self.state else { return Ok(()) };
        let read = read.load(Ordering::Relaxed);
        if self.told > EXPANSION_FREE_BYTES && self.told / EXPANSION_MAX > read {
            self.state = State::Over;
            return Err(io::Error::other(format!(
                "expands more than {EXPANSION_MAX} times: stopped after {} bytes (a bomb?)",
                self.told
            )));
        }
        Ok(())
    }
}

/// Reads as many first bytes as it takes to know what the stream is.
fn recognise(mut reader: Box<dyn Read + Send>) -> io::Result<State> {
    let mut head = Vec::new();
    while may_be_compressed(&head) && !is_compressed(&head) {
        let mut more = [0; 512];
        match reader.read(&mut more) {
            Ok(0) => break,
            Ok(n) => head.extend_from_slice(&more[..n]),
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    let (is_gzip, is_any) = (head.starts_with(&GZIP), is_compressed(&head));
    let input = Cursor::new(head).chain(reader);
    if !is_any {
        return Ok(State::Plain(input));
    }
    let bytes = Arc::new(AtomicU64::new(0));
    let counted = BufReader::new(Counted { input, bytes: Arc::clone(&bytes) });
    if is_gzip {
        return Ok(State::Gzip(Box::new(MultiGzDecoder::new(counted)), bytes));
    }
    let mut decoder = zstd::stream::read::Decoder::with_buffer(counted)?;
    decoder.window_log_max(ZSTD_WINDOW_LOG_MAX)?;
    Ok(State::Zstd(Box::new(decoder), bytes))
}
