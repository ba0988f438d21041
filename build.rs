//! Gives the library a hash of the sources that decide on what a structural index says: an index that other scanners stored
//! is not believed, whether or not somebody thought of a version.

use std::fs;
use std::path::{Path, PathBuf};

use xxhash_rust::xxh3::Xxh3;

/// What decides, of `src`: how bytes are scanned, what is kept of it, and in which form.
const SOURCES: [&str; 7] =
    ["explorer/findings.rs", "index", "lang", "limits.rs", "scan", "simd", "units.rs"];

fn main() {
    let root =
        PathBuf::from(std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_default()).join("src");
    let mut files = Vec::new();
    for source in SOURCES {
        println!("cargo::rerun-if-changed=src/{source}");
        gather(&root.join(source), &mut files);
    }
    files.sort();
    let mut hash = Xxh3::new();
    for file in files {
        let name = file.strip_prefix(&root).unwrap_or(&file).to_string_lossy().into_owned();
        let text = fs::read(&file).unwrap_or_default();
        hash.update(&(name.len() as u64).to_le_bytes());
        hash.update(name.as_bytes());
        hash.update(&(text.len() as u64).to_le_bytes());
        hash.update(&text);
    }
    println!("cargo::rustc-env=WARP_TUI_SCANNERS={:016x}", hash.digest());
}

/// The files under `path`, or `path` itself.
fn gather(path: &Path, files: &mut Vec<PathBuf>) {
    match fs::read_dir(path) {
        Ok(entries) => entries.flatten().for_each(|entry| gather(&entry.path(), files)),
        Err(_) => files.push(path.to_owned()),
    }
}
