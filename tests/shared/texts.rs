//! Code to hold scanners to: fixtures, corpora, and how they are changed.

use std::fs;
use std::path::{Path, PathBuf};

use warp_tui::lang::code::Scanner;
use warp_tui::lang::{LanguageInfo, detect, languages};

use super::numbers::Numbers;

/// The fixtures of a language: its dialects share a folder.
pub(crate) fn fixtures(info: &LanguageInfo) -> Vec<(String, Vec<u8>)> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(info.family);
    let Ok(entries) = fs::read_dir(folder) else { return Vec::new() };
    let mut found = Vec::new();
    for entry in entries.flatten() {
        let Ok(text) = fs::read(entry.path()) else { continue };
        if detect(&entry.path(), &text) == info.id {
            found.push((entry.path().display().to_string(), text));
        }
    }
    found.sort();
    found
}

/// The languages with a scanner; with `WARP_TUI_LANGUAGE` set that one only, while it is being written.
pub(crate) fn scanned() -> impl Iterator<Item = (&'static LanguageInfo, &'static dyn Scanner)> {
    let wanted = std::env::var("WARP_TUI_LANGUAGE").ok();
    let all = languages().iter();
    all.filter(move |info| wanted.as_deref().is_none_or(|name| name == info.name))
        .filter_map(|info| Some((info, info.scanner?)))
}

/// Takes some bytes out, or writes some that stand elsewhere in the text, or that mean much, in between.
pub(crate) fn change(text: &mut Vec<u8>, numbers: &mut Numbers) {
    const NASTY: &[&str] = &[
        "\"", "'", "`", "/", "//", "/*", "*/", "\\", "\n", "#", "{", "}", "(", ")", "[", "]", "<",
        ">", "<<", "::", ";", "|", "\u{e9}", "=>", "->", "%", "@", "r#\"", "\"\"\"", "${", "#{",
        "'a", "end", "def", "fn", "union ",
    ];
    let at = numbers.below(text.len());
    let from = numbers.below(text.len());
    let to = (from + numbers.below(30)).min(text.len());
    let (range, new) = match numbers.below(3) {
        0 => (from..to, Vec::new()),
        1 => (at..at, text[from..to].to_vec()),
        _ => (at..at, NASTY[numbers.below(NASTY.len())].as_bytes().to_vec()),
    };
    text.splice(range, new);
}

/// The files of a language in the corpus that the environment names, up to a few thousand of them, from all over it.
pub(crate) fn corpus(info: &LanguageInfo) -> Option<Vec<(String, Vec<u8>)>> {
    const FILES_MAX: usize = 4000;
    let folder = Path::new(&std::env::var_os("WARP_TUI_CORPUS")?).join(info.family);
    let mut paths = Vec::new();
    let mut folders = vec![folder];
    while let Some(folder) = folders.pop() {
        let Ok(entries) = fs::read_dir(folder) else { continue };
        for entry in entries.flatten() {
            match entry.file_type() {
                Ok(it) if it.is_dir() => folders.push(entry.path()),
                Ok(it) if it.is_file() => paths.push(entry.path()),
                _ => {}
            }
        }
    }
    paths.sort();
    let step = (paths.len() / FILES_MAX).max(1);
    let read = |path: &PathBuf| Some((path.display().to_string(), fs::read(path).ok()?));
    let files = paths.iter().step_by(step).filter_map(read);
    Some(files.filter(|(path, text)| detect(Path::new(path), text) == info.id).collect())
}
