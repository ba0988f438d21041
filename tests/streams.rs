//! Streams: however the bytes come, what is told of them is what is told of the whole.

use std::collections::VecDeque;
use std::fs;
use std::io::{self, Read};
use std::path::Path;

use warp_tui::lang::{LanguageId, detect, detect_early, languages};
use warp_tui::limits::HEAD_BYTES;
use warp_tui::simd::best;
use warp_tui::stream::{Headed, StreamOptions, StreamScanner, Token};

/// Gives its parts one after the other, each in as many reads as the reader's room makes of it.
struct Parts<'a>(VecDeque<&'a [u8]>);

impl Read for Parts<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        while self.0.front().is_some_and(|part| part.is_empty()) {
            self.0.pop_front();
        }
        self.0.front_mut().map_or(Ok(0), |part| part.read(buffer))
    }
}

fn options(language: LanguageId, block_bytes: usize) -> StreamOptions {
    StreamOptions { language: Some(language), kernel: best(), block_bytes }
}

/// All tokens by their starts: the order of seams is not that of the whole.
fn tokens(language: LanguageId, parts: &[&[u8]], block_bytes: usize) -> Vec<Token> {
    let parts = Parts(parts.iter().copied().collect());
    let scanner = StreamScanner::new(parts, options(language, block_bytes));
    let mut found: Vec<Token> = scanner.tokens().map(|it| it.expect("it reads")).collect();
    found.sort_by_key(|token| (token.start(), matches!(token, Token::Structural { .. })));
    found
}

/// Fixtures of all languages that have at most `bytes`.
fn fixtures(bytes: usize) -> Vec<(String, LanguageId, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let mut folders = vec![root.clone()];
    folders.extend(languages().iter().map(|info| root.join(info.family)));
    folders.dedup();
    let mut found = Vec::new();
    for folder in folders {
        let Ok(entries) = fs::read_dir(folder) else { continue };
        for entry in entries.flatten() {
            let Ok(text) = fs::read(entry.path()) else { continue };
            let language = detect(&entry.path(), &text);
            if text.len() <= bytes && language != LanguageId::Text {
                found.push((entry.path().display().to_string(), language, text));
            }
        }
    }
    found.sort_by(|a, b| a.0.cmp(&b.0));
    found.dedup_by(|a, b| a.0 == b.0);
    assert!(found.len() > 100, "{} fixtures", found.len());
    found
}

#[test]
fn every_split_of_every_small_fixture_gives_the_tokens_of_the_whole() {
    let mut splits = 0_u64;
    for (path, language, text) in fixtures(3000) {
        let whole = tokens(language, &[&text], 1 << 20);
        for at in 0..=text.len() {
            let (a, b) = text.split_at(at);
            let split = tokens(language, &[a, b], 1 << 20);
            assert!(split == whole, "{path} split at {at}");
            splits += 1;
        }
    }
    assert!(splits > 50_000, "{splits} splits");
}

#[test]
fn blocks_of_any_size_give_the_tokens_of_the_whole() {
    for (path, language, text) in fixtures(20_000) {
        let whole = tokens(language, &[&text], 1 << 20);
        for block_bytes in [1, 2, 3, 7, 63, 64, 65, 1000] {
            assert!(tokens(language, &[&text], block_bytes) == whole, "{path} in {block_bytes}");
        }
    }
}

/// What the first bytes tell does not depend on how many of them come at once, and none is lost by looking.
#[test]
fn the_language_is_told_by_what_comes_and_not_by_how_it_is_cut() {
    let blank = " ".repeat(HEAD_BYTES as usize - 1);
    let heads = [
        ("\n{\"a\": 1}".to_owned(), LanguageId::Json),
        ("\u{feff}\r\n [1]".to_owned(), LanguageId::Json),
        ("#!/usr/bin/env ruby\n[1]".to_owned(), LanguageId::Ruby),
        ("\u{feff}#!/usr/bin/python3".to_owned(), LanguageId::Python),
        ("# [1]".to_owned(), LanguageId::Text),
        ("#".to_owned(), LanguageId::Text),
        (" \n\t".to_owned(), LanguageId::Text),
        (String::new(), LanguageId::Text),
        (format!("{blank}[1]"), LanguageId::Json),
        (format!("{blank} [1]"), LanguageId::Text),
    ];
    for (head, language) in heads {
        let head = head.as_bytes();
        for part_bytes in [1, 2, 3, 64, 1 << 16] {
            let mut reader = Headed::new(Parts(head.chunks(part_bytes).collect()));
            let told = reader.language(Path::new("-")).expect("it reads");
            assert_eq!(told, language, "{head:?} by {part_bytes}");
            let mut all = Vec::new();
            reader.read_to_end(&mut all).expect("it reads");
            assert_eq!(all, head);
        }
        for n in 0..head.len().min(40) {
            let early = detect_early(Path::new("-"), &head[..n]);
            assert!(early.is_none_or(|told| told == language), "{:?}", &head[..n]);
        }
    }
    // A name decides at once.
    assert_eq!(detect_early(Path::new("a.go"), b""), Some(LanguageId::Go));
}

#[test]
fn patterns_are_those_of_the_whole() {
    for (path, language, text) in fixtures(20_000) {
        let Some(scanner) = language.info().scanner else { continue };
        let whole = scanner.tokens(best(), &text, &[]).patterns;
        for block_bytes in [1, 50, 4096] {
            let stream = StreamScanner::new(&text[..], options(language, block_bytes));
            let mut found: Vec<_> = stream.patterns().map(|it| it.expect("it reads")).collect();
            found.sort_by_key(|p| (p.start, std::cmp::Reverse(p.end), p.kind));
            assert!(found == whole, "{path} in {block_bytes}");
        }
    }
}

#[test]
fn a_stream_that_fails_tells_what_came_before_and_where_it_failed() {
    struct Broken(bool);
    impl Read for Broken {
        fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
            if std::mem::replace(&mut self.0, true) {
                return Err(io::Error::other("the line was cut"));
            }
            (&b"[1,"[..]).read(buffer)
        }
    }
    let found: Vec<_> =
        StreamScanner::new(Broken(false), StreamOptions::default()).tokens().collect();
    assert_eq!(found.iter().filter(|it| it.is_ok()).count(), 2);
    let error = found.into_iter().find_map(Result::err).map(|error| error.to_string());
    assert_eq!(error.as_deref(), Some("cannot read at byte 3: the line was cut"));
}

/// `WARP_TUI_SPLITS=10000000 cargo test --release --test streams random -- --nocapture` splits that often.
#[test]
fn random_splits_give_the_tokens_of_the_whole() {
    let wanted = std::env::var("WARP_TUI_SPLITS").ok().and_then(|n| n.parse().ok());
    let (wanted, seed): (u64, u64) = (wanted.unwrap_or(20_000), std::process::id().into());
    let seed = if wanted > 20_000 { seed } else { 1 };
    let all: Vec<_> = fixtures(3000)
        .into_iter()
        .map(|(path, language, text)| {
            let whole = tokens(language, &[&text], 1 << 20);
            (path, language, text, whole)
        })
        .collect();
    // xorshift64 (Marsaglia 2003).
    let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15) | 1;
    let mut below = |limit: usize| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        (state % limit.max(1) as u64) as usize
    };
    for n in 0..wanted {
        let (path, language, text, whole) = &all[below(all.len())];
        let mut cuts: Vec<usize> = (0..1 + below(4)).map(|_| below(text.len() + 1)).collect();
        cuts.sort_unstable();
        let ends = cuts.iter().copied().chain([text.len()]);
        let starts = [0].into_iter().chain(cuts.iter().copied());
        let parts: Vec<&[u8]> = starts.zip(ends).map(|(a, b)| &text[a..b]).collect();
        let split = tokens(*language, &parts, 1 << 20);
        assert!(split == *whole, "{path} split at {cuts:?}, seed {seed}, split {n}");
    }
    println!("{wanted} random splits, seed {seed}: 0 differences");
}

/// Bytes that are made as they are read.
struct Made {
    left: u64,
}

impl Read for Made {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        let n = buffer.len().min(usize::try_from(self.left).unwrap_or(usize::MAX));
        buffer[..n].fill(b' ');
        if self.left > 0 && n as u64 == self.left {
            buffer[n - 1] = b'[';
        }
        self.left -= n as u64;
        Ok(n)
    }
}

#[test]
fn offsets_go_beyond_four_gib() {
    let bytes = (4 << 30) + 77;
    let scanner = StreamScanner::new(Made { left: bytes }, options(LanguageId::Json, 4 << 20));
    let found: Vec<Token> = scanner.tokens().map(|it| it.expect("it reads")).collect();
    assert_eq!(found.iter().map(Token::start).collect::<Vec<_>>(), [bytes - 1]);
}
