//! The summary pass with pattern counts over code in memory, one thread, beside tree-sitter's parser on the same bytes.
//!
//! `cargo run --release --manifest-path peers/Cargo.toml -- FILE...`; a folder stands for all files below it, one language
//! at a time. Each language's files are measured together: ours in several rounds, best of all; tree-sitter once over as
//! many of the same files as make `PEER_BYTES`, since it is slow.

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

use warp_tui::lang::code::Piece;
use warp_tui::lang::{LanguageId, detect};
use warp_tui::scan::{State, summarize};
use warp_tui::simd::{KernelId, available};

/// Runs over all files; the best counts.
const ROUNDS: usize = 7;

/// Bytes of a language that are read at most.
const BYTES_MAX: usize = 64 << 20;

/// Bytes that the parser is given.
const PEER_BYTES: usize = 4 << 20;

const CHUNK_BYTES: usize = warp_tui::limits::CHUNK_BYTES;

fn main() {
    let mut by_language: BTreeMap<&'static str, (LanguageId, Vec<Vec<u8>>)> = BTreeMap::new();
    for argument in std::env::args().skip(1) {
        for path in files(Path::new(&argument)) {
            let Ok(text) = std::fs::read(&path) else { continue };
            let language = detect(&path, &text);
            if language.info().scanner.is_some() {
                let row = by_language.entry(language.info().name);
                let (_, texts) = row.or_insert((language, Vec::new()));
                let held: usize = texts.iter().map(Vec::len).sum();
                if held + text.len() <= BYTES_MAX {
                    texts.push(text);
                }
            }
        }
    }
    if by_language.is_empty() {
        println!("peers: name source files or folders to measure on");
    }
    for (name, (language, texts)) in by_language {
        measure(name, language, &texts);
    }
}

fn files(path: &Path) -> Vec<PathBuf> {
    let Ok(entries) = std::fs::read_dir(path) else { return vec![path.to_path_buf()] };
    let mut entries: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    entries.sort();
    entries.iter().filter(|path| !path.is_symlink()).flat_map(|path| files(path)).collect()
}

fn measure(name: &str, language: LanguageId, texts: &[Vec<u8>]) {
    let bytes: usize = texts.iter().map(Vec::len).sum();
    println!("{name}: {} files, {:.1} MB", texts.len(), bytes as f64 / 1e6);
    let peer = tree_sitter(name, texts);
    for kernel in available() {
        let (seconds, patterns) = best(kernel, language, texts);
        let rate = bytes as f64 / seconds / 1e6;
        let ratio = peer.map_or(String::new(), |peer| format!(" = {:.0} x tree-sitter", rate / peer));
        println!("  {:8} {rate:8.0} MB/s{ratio}; {patterns} patterns", kernel.name());
    }
    if let Some(peer) = peer {
        println!("  tree-sitter {peer:5.1} MB/s");
    }
}

fn best(kernel: KernelId, language: LanguageId, texts: &[Vec<u8>]) -> (f64, u64) {
    let mut best = Duration::MAX;
    let mut patterns = 0;
    for _ in 0..ROUNDS {
        let start = Instant::now();
        patterns = texts.iter().map(|text| n_patterns(kernel, language, text)).sum();
        best = best.min(start.elapsed());
    }
    (best.as_secs_f64(), patterns)
}

/// As the engine does it: chunk by chunk, the state carried over.
fn n_patterns(kernel: KernelId, language: LanguageId, text: &[u8]) -> u64 {
    let mut state = State::default();
    let mut n = 0;
    for piece in Piece::whole(text).chunks(CHUNK_BYTES) {
        let (summary, end) = summarize(kernel, language, &state, piece);
        state = end;
        n += summary.patterns.iter().sum::<u64>();
    }
    n
}

/// The parser's rate in MB/s.
fn tree_sitter(name: &str, texts: &[Vec<u8>]) -> Option<f64> {
    let language = match name {
        "crystal" => tree_sitter_crystal::LANGUAGE,
        "go" => tree_sitter_go::LANGUAGE,
        "javascript" => tree_sitter_javascript::LANGUAGE,
        "python" => tree_sitter_python::LANGUAGE,
        "ruby" => tree_sitter_ruby::LANGUAGE,
        "rust" => tree_sitter_rust::LANGUAGE,
        "typescript" => tree_sitter_typescript::LANGUAGE_TYPESCRIPT,
        "tsx" => tree_sitter_typescript::LANGUAGE_TSX,
        _ => return None,
    };
    let mut parser = tree_sitter::Parser::new();
    parser.set_language(&language.into()).ok()?;
    let (mut bytes, start) = (0, Instant::now());
    for text in texts {
        parser.parse(text, None)?;
        bytes += text.len();
        if bytes > PEER_BYTES {
            break;
        }
    }
    Some(bytes as f64 / start.elapsed().as_secs_f64() / 1e6)
}
