//! Rules of the house, held by reading the sources: arrows between rooms point down, the engine knows no screen, `unsafe`
//! has one room, files say what they are and stay readable.

use std::path::{Path, PathBuf};

/// Rooms from the lowest up, and what each may use. A room may always use itself. `lang` fills the plain data that `scan`
/// hands around, and knows nothing else of it.
const MAY_USE: &[(&str, &[&str])] = &[
    ("units", &[]),
    ("limits", &[]),
    ("error", &[]),
    ("simd", &["limits", "units"]),
    ("source", &["error", "limits", "units"]),
    (
        "lang",
        &[
            "limits",
            "scan::State",
            "scan::Mode",
            "scan::Detail",
            "scan::Span",
            "scan::Summary",
            "scan::GroupLines",
            "scan::Survey",
            "simd",
            "units",
        ],
    ),
    ("scan", &["error", "lang", "limits", "simd", "source", "units"]),
    ("stream", &["error", "lang", "limits", "scan", "simd", "source", "units"]),
    ("index", &["lang", "limits", "scan", "simd", "source", "units"]),
    ("cache", &["lang", "limits", "scan", "units"]),
    (
        "explorer",
        &["cache", "error", "index", "lang", "limits", "scan", "simd", "source", "stream", "units"],
    ),
    ("report", &["cache", "lang", "scan", "units"]),
    (
        "ui",
        &[
            "cache", "error", "explorer", "lang", "limits", "scan", "simd", "source", "stream",
            "units",
        ],
    ),
    (
        "cli",
        &[
            "cache", "error", "explorer", "index", "lang", "limits", "report", "scan", "simd",
            "source", "stream", "ui", "units",
        ],
    ),
];

/// Rooms that may know a terminal, print, or read the environment.
const ABOVE: &[&str] = &["ui", "cli", "main"];

/// Lines of a file, tests beside the code included. A file that grows beyond wants a room of its own for something in it.
const LINES_MAX: usize = 600;

struct Source {
    path: PathBuf,
    room: String,
    /// All of it.
    text: String,
}

impl Source {
    /// Lines of code: no comments, nothing from the tests at a file's end, in file order with their numbers.
    fn code(&self) -> impl Iterator<Item = (usize, &str)> {
        let is_test = self.path.components().any(|part| part.as_os_str() == "tests")
            || self.path.file_stem().is_some_and(|name| name == "tests" || name == "testing");
        let lines = self.text.lines().enumerate().map(|(i, line)| (i + 1, line));
        lines
            .take_while(move |(_, line)| !is_test && !line.starts_with("mod tests {"))
            .filter(|(_, line)| !line.trim_start().starts_with("//"))
    }

    fn at(&self, line: usize) -> String {
        format!("{}:{line}", self.path.display())
    }
}

fn sources() -> Vec<Source> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("src");
    let (mut found, mut folders) = (Vec::new(), vec![root.clone()]);
    while let Some(folder) = folders.pop() {
        for entry in std::fs::read_dir(&folder).expect("the sources are here") {
            let path = entry.expect("a folder can be listed").path();
            if path.is_dir() {
                folders.push(path);
            } else if path.extension().is_some_and(|e| e == "rs") {
                let text = std::fs::read_to_string(&path).expect("sources are text");
                let path = path.strip_prefix(&root).expect("it is below").to_owned();
                let first = path.components().next().expect("it has a name");
                let room = first.as_os_str().to_string_lossy().trim_end_matches(".rs").to_owned();
                found.push(Source { path, room, text });
            }
        }
    }
    assert!(found.len() > 50, "the sources were found");
    found
}

/// The paths after `crate::` in a line: `a::b`, or several out of `crate::{a, b::c}`.
fn crate_paths(line: &str) -> Vec<String> {
    let is_path = |c: char| c.is_alphanumeric() || c == '_' || c == ':';
    let mut paths = Vec::new();
    for rest in line.split("crate::").skip(1) {
        if let Some(group) = rest.strip_prefix('{') {
            let names = group.split('}').next().unwrap_or("").split(',');
            paths.extend(names.map(|name| name.trim().to_owned()));
        } else if let Some((module, names)) = rest.split_once("::{") {
            let names = names.split('}').next().unwrap_or("").split(',');
            paths.extend(names.map(|name| format!("{module}::{}", name.trim())));
        } else {
            paths.push(rest.chars().take_while(|c| is_path(*c)).collect());
        }
    }
    paths
}

fn may_use(room: &str, path: &str) -> bool {
    let Some((_, allowed)) = MAY_USE.iter().find(|(name, _)| *name == room) else { return false };
    let covers = |rule: &&str| path == *rule || path.starts_with(&format!("{rule}::"));
    path.split("::").next() == Some(room) || allowed.iter().any(covers)
}

#[test]
fn every_room_stands_in_the_table() {
    for source in sources() {
        let known = MAY_USE.iter().any(|(room, _)| *room == source.room);
        assert!(known || ["lib", "main"].contains(&source.room.as_str()), "{}", source.room);
    }
}

#[test]
fn no_arrow_points_up() {
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|source| !["lib", "main"].contains(&&*source.room)) {
        for (line, text) in source.code() {
            let paths = crate_paths(text);
            let bad = paths.iter().filter(|path| !path.is_empty() && !may_use(&source.room, path));
            wrong.extend(
                bad.map(|path| format!("{}: {} uses {path}", source.at(line), source.room)),
            );
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn the_engine_knows_no_terminal_prints_nothing_and_reads_no_environment() {
    let banned =
        ["ratatui", "crossterm", "println!", "print!(", "env::var", "stdout()", "stderr()"];
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|source| !ABOVE.contains(&&*source.room)) {
        for (line, text) in source.code() {
            let found = banned.iter().filter(|word| text.contains(**word));
            wrong.extend(found.map(|word| format!("{}: {word}", source.at(line))));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn unsafe_stands_in_simd_only() {
    let mut wrong = Vec::new();
    for source in sources().iter().filter(|source| source.room != "simd") {
        for (line, text) in source.code() {
            // The word as data, a name or a keyword of a language we scan, is not the keyword.
            let text = text.replace("\"unsafe\"", "");
            let words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
            if words.into_iter().any(|word| word == "unsafe") {
                wrong.push(source.at(line));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

#[test]
fn files_begin_by_saying_what_they_are() {
    for source in sources() {
        assert!(source.text.starts_with("//! "), "{}", source.path.display());
    }
}

#[test]
fn files_stay_short_enough_to_be_read() {
    for source in sources() {
        let lines = source.text.lines().count();
        assert!(lines <= LINES_MAX, "{} has {lines} lines", source.path.display());
    }
}

#[test]
fn the_reading_of_paths_is_right() {
    assert_eq!(crate_paths("use crate::a::B;"), ["a::B"]);
    assert_eq!(crate_paths("use crate::{a, b::c};"), ["a", "b::c"]);
    assert_eq!(crate_paths("use crate::a::{B, c::D};"), ["a::B", "a::c::D"]);
    assert_eq!(crate_paths("x: crate::a::B, y: &crate::c::D<u8>"), ["a::B", "c::D"]);
    assert!(may_use("index", "scan::Summary") && !may_use("index", "explorer::Snapshot"));
    assert!(may_use("lang", "scan::State") && !may_use("lang", "scan::Driver"));
}
