//! A side as a person writes it: `lang=ruby,kernel=scalar,block=4096`, or `ruby,scalar`.

use std::str::FromStr;

use super::{How, SideScanner};
use crate::error::Error;
use crate::lang::{LanguageId, language_names};
use crate::limits::{CHUNK_BYTES, THREADS_MAX};
use crate::simd::{self, KernelId};

/// What is said of a side; what is not is taken from elsewhere.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct SideSpec {
    /// The language; by name and content if not said.
    pub language: Option<LanguageId>,
    /// The kernel.
    pub kernel: Option<KernelId>,
    /// Bytes of a block, if it is to be cut into blocks as a stream.
    pub block_bytes: Option<usize>,
    /// Threads, 1 or more.
    pub threads: Option<usize>,
    /// Bytes in a chunk.
    pub chunk_bytes: Option<usize>,
}

/// The most bytes of a block or a chunk.
const BLOCK_BYTES_MAX: usize = 1 << 30;
const CHUNK_BYTES_MAX: usize = 64 << 20;

/// The word for one thread over everything.
const WHOLE: &str = "whole";

const EXAMPLE: &str = "write it as in lang=ruby,kernel=scalar,block=4096";

/// Why something is no side.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{0}")]
pub struct SideError(String);

impl From<Error> for SideError {
    fn from(error: Error) -> Self {
        SideError(error.to_string())
    }
}

impl FromStr for SideSpec {
    type Err = SideError;

    fn from_str(text: &str) -> Result<Self, SideError> {
        let (mut spec, mut said) = (SideSpec::default(), Vec::new());
        for part in text.split(',').map(str::trim) {
            let key = match part.split_once('=') {
                // What is left empty by mistake, as by a variable of a shell, must not stand for what was meant.
                None if part.is_empty() => {
                    return Err(SideError(format!("nothing is said: {EXAMPLE}")));
                }
                Some((key, value)) => spec.set(key.trim(), value.trim())?,
                None => spec.set_word(part)?,
            };
            if said.contains(&key) {
                return Err(SideError(format!("{key} is said twice: leave out one of them")));
            }
            said.push(key);
        }
        let is_parted = spec.block_bytes.is_some() || spec.threads.is_some_and(|n| n > 1);
        if said.contains(&WHOLE) && is_parted {
            let why = "whole is by one thread and uncut: leave out whole, or block and threads";
            return Err(SideError(why.to_owned()));
        }
        if spec.block_bytes.is_some() && spec.threads.is_some_and(|n| n > 1) {
            let why = "a stream of blocks is scanned by one thread: leave out block or threads";
            return Err(SideError(why.to_owned()));
        }
        Ok(spec)
    }
}

impl SideSpec {
    /// Gives what was set.
    fn set(&mut self, key: &str, value: &str) -> Result<&'static str, SideError> {
        match key {
            "lang" | "language" => {
                self.language = auto(value, language(value))?;
                Ok("lang")
            }
            "kernel" => {
                self.kernel = auto(value, kernel(value))?;
                Ok("kernel")
            }
            "block" => {
                self.block_bytes = Some(number(key, value, 1, BLOCK_BYTES_MAX)?);
                Ok("block")
            }
            "threads" => {
                let cores = std::thread::available_parallelism().map_or(1, usize::from);
                let n = number(key, value, 0, THREADS_MAX)?;
                self.threads = Some(if n == 0 { cores } else { n });
                Ok("threads")
            }
            "chunk" => {
                let n = number(key, value, 64, CHUNK_BYTES_MAX)?;
                if !n.is_power_of_two() {
                    return Err(SideError(format!("chunk: {value:?} must be a power of two")));
                }
                self.chunk_bytes = Some(n);
                Ok("chunk")
            }
            _ => {
                let known = "a side has lang, kernel, block, threads and chunk";
                Err(SideError(format!("{key:?} is no setting of a side: {known}")))
            }
        }
    }

    /// A language or a kernel needs no key.
    fn set_word(&mut self, word: &str) -> Result<&'static str, SideError> {
        match (LanguageId::by_name(word), KernelId::by_name(word)) {
            (Some(language), _) => {
                self.language = Some(language);
                Ok("lang")
            }
            (None, Some(kernel)) => {
                self.kernel = Some(kernel);
                Ok("kernel")
            }
            (None, None) if word == WHOLE => {
                // Of more threads that were said before it is told that they do not go together.
                self.threads = self.threads.or(Some(1));
                Ok(WHOLE)
            }
            (None, None) => {
                Err(SideError(format!("{word:?} is no language and no kernel: {EXAMPLE}")))
            }
        }
    }

    /// This, and what `other` says of what this does not.
    #[must_use]
    pub fn or(self, other: SideSpec) -> SideSpec {
        // Whoever says how it is cut has said by how many threads, and the other way round.
        let says_how = self.block_bytes.is_some() || self.threads.is_some();
        SideSpec {
            language: self.language.or(other.language),
            kernel: self.kernel.or(other.kernel),
            block_bytes: if says_how { self.block_bytes } else { other.block_bytes },
            threads: if says_how { self.threads } else { other.threads },
            chunk_bytes: self.chunk_bytes.or(other.chunk_bytes),
        }
    }

    /// The scanner that is meant, for a document in `language` if none is said: one thread over the whole if nothing is.
    ///
    /// # Errors
    /// If the processor cannot run the kernel.
    pub fn scanner(self, language: LanguageId) -> Result<SideScanner, Error> {
        let kernel = match self.kernel {
            None => simd::best(),
            Some(kernel) if simd::available().contains(&kernel) => kernel,
            Some(kernel) => return Err(Error::KernelUnavailable { name: kernel.name() }),
        };
        let chunk_bytes = self.chunk_bytes.unwrap_or(CHUNK_BYTES);
        let how = match (self.block_bytes, self.threads) {
            (Some(block_bytes), _) => How::Stream { block_bytes },
            (None, Some(threads)) if threads > 1 => How::Threads { threads, chunk_bytes },
            (None, _) => How::Whole { chunk_bytes },
        };
        Ok(SideScanner { language: self.language.unwrap_or(language), kernel, how })
    }

    /// What a scanner would be written as.
    #[must_use]
    pub fn of(scanner: SideScanner) -> SideSpec {
        let SideScanner { language, kernel, how } = scanner;
        let chunk_bytes = match how {
            How::Whole { chunk_bytes } | How::Threads { chunk_bytes, .. } => Some(chunk_bytes),
            How::Stream { .. } => None,
        };
        SideSpec {
            language: Some(language),
            kernel: Some(kernel),
            block_bytes: how.block_bytes(),
            threads: Some(how.threads()),
            chunk_bytes: chunk_bytes.filter(|bytes| *bytes != CHUNK_BYTES),
        }
    }
}

impl std::fmt::Display for SideSpec {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let number = |key: &str, n: Option<usize>| n.map(|n| format!("{key}={n}"));
        let threads = self.threads.filter(|_| self.block_bytes.is_none());
        let parts = [
            self.language.map(|language| format!("lang={}", language.info().name)),
            self.kernel.map(|kernel| format!("kernel={}", kernel.name())),
            number("block", self.block_bytes),
            number("threads", threads),
            number("chunk", self.chunk_bytes),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        f.write_str(&parts.join(","))
    }
}

fn auto<T>(value: &str, found: Result<T, SideError>) -> Result<Option<T>, SideError> {
    if value == "auto" { Ok(None) } else { found.map(Some) }
}

fn language(value: &str) -> Result<LanguageId, SideError> {
    let names = || language_names().join(", ");
    let why = || SideError(format!("lang: {value:?} must be one of auto, {}", names()));
    LanguageId::by_name(value).ok_or_else(why)
}

fn kernel(value: &str) -> Result<KernelId, SideError> {
    let names = || KernelId::ALL.iter().map(|it| it.name()).collect::<Vec<_>>().join(", ");
    let why = || SideError(format!("kernel: {value:?} must be one of auto, {}", names()));
    KernelId::by_name(value).ok_or_else(why)
}

fn number(key: &str, value: &str, low: usize, high: usize) -> Result<usize, SideError> {
    let found = value.parse().ok().filter(|n| (low..=high).contains(n));
    let why = || SideError(format!("{key}: {value:?} must be a whole number from {low} to {high}"));
    found.ok_or_else(why)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn spec(text: &str) -> Result<SideSpec, String> {
        text.parse().map_err(|error: SideError| error.to_string())
    }

    #[test]
    fn a_side_is_read_and_written_back() {
        for text in ["lang=ruby,kernel=scalar,block=4096", "lang=go,threads=3,chunk=128"] {
            assert_eq!(spec(text).map(|it| it.to_string()), Ok(text.to_owned()));
        }
        assert_eq!(spec(" ruby , scalar"), spec("lang=ruby,kernel=scalar"));
        assert_eq!(spec("lang=auto,kernel=auto"), Ok(SideSpec::default()));
        let scanner = spec("go,scalar,block=7").map(|it| it.scanner(LanguageId::Json));
        let scanner = scanner.expect("it is a side").expect("every processor is scalar");
        assert_eq!(SideSpec::of(scanner).to_string(), "lang=go,kernel=scalar,block=7");
    }

    #[test]
    fn what_is_no_side_is_told_apart() {
        for (text, why) in [
            ("lang=cobol", "lang: \"cobol\" must be one of auto, crystal"),
            ("kernel=mmx", "kernel: \"mmx\" must be one of auto, "),
            ("block=0", "block: \"0\" must be a whole number from 1 to"),
            ("threads=x", "threads: \"x\" must be"),
            ("chunk=100", "chunk: \"100\" must be a power of two"),
            ("cobol", "\"cobol\" is no language and no kernel"),
            ("size=1", "\"size\" is no setting of a side"),
            ("block=1,threads=2", "one thread"),
            ("", "nothing is said: write it as in"),
            (",", "nothing is said"),
            ("ruby,,scalar", "nothing is said"),
            ("lang=", "lang: \"\" must be one of"),
            ("block=7,whole", "leave out whole, or block and threads"),
            ("whole,threads=4", "leave out whole, or block and threads"),
            ("threads=4,whole", "leave out whole, or block and threads"),
            ("lang=ruby,lang=go", "lang is said twice"),
            ("ruby,lang=go", "lang is said twice"),
            ("whole,whole", "whole is said twice"),
        ] {
            let said = spec(text).expect_err(text);
            assert!(said.contains(why), "{said}");
        }
    }

    #[test]
    fn who_says_how_it_is_cut_says_by_how_many_threads() {
        assert_eq!(spec("whole,threads=1"), spec("threads=1"));
        let or = |a: &str, b: &str| {
            let both = spec(a).and_then(|a| Ok(a.or(spec(b)?)));
            both.map(|it| it.to_string())
        };
        assert_eq!(or("block=4", "threads=8"), Ok("block=4".to_owned()));
        assert_eq!(or("threads=2", "block=8"), Ok("threads=2".to_owned()));
        assert_eq!(or("ruby", "scalar,threads=8"), Ok("lang=ruby,kernel=scalar,threads=8".into()));
    }
}
