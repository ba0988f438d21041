//! References that are programs of their own: they read paths from standard input and print one answer a line, `null`
//! where they reject the file. Their answers for our fixtures are kept beside the fixtures, so that the ordinary test run
//! needs none of these programs; `WARP_TUI_UPDATE=1` asks the program and writes the answers anew.

use std::fmt::Write as _;
use std::io::{BufRead, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use serde::Deserialize;
use serde_json::Value;

use crate::harness::{self, Tally, Tokens};

/// A reference that runs.
pub(crate) struct External {
    child: Child,
    paths: ChildStdin,
    answers: BufReader<ChildStdout>,
}

impl External {
    /// Starts the program.
    pub(crate) fn start(command: &mut Command) -> External {
        let child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).spawn();
        let mut child = child.unwrap_or_else(|error| panic!("{command:?} does not start: {error}"));
        let paths = child.stdin.take().expect("it was piped");
        let answers = BufReader::new(child.stdout.take().expect("it was piped"));
        External { child, paths, answers }
    }

    /// Its answer for one file, as it printed it.
    pub(crate) fn ask(&mut self, path: &Path) -> String {
        writeln!(self.paths, "{}", path.display()).expect("the reference reads on");
        let mut line = String::new();
        self.answers.read_line(&mut line).expect("the reference answers in UTF-8");
        assert!(line.ends_with('\n'), "the reference ended at {}", path.display());
        line.truncate(line.len() - 1);
        line
    }
}

impl Drop for External {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[derive(Deserialize)]
struct Answer {
    structural: Vec<u64>,
    spans: Vec<(u64, u64, String)>,
    patterns: Vec<harness::Pattern>,
    levels: Vec<(u64, u64)>,
}

/// An answer as printed, in the harness's form.
pub(crate) fn parse(line: &str) -> Option<Tokens> {
    let answer: Option<Answer> =
        serde_json::from_str(line).expect("an answer is an object or null");
    let Answer { structural, spans, patterns, levels } = answer?;
    let mut tokens = Tokens { structural, spans, patterns, levels, ..Tokens::default() };
    tokens.sort();
    Some(tokens)
}

fn add(tally: &mut Tally, path: &Path, answer: &str) {
    let Ok(text) = std::fs::read(path) else { return };
    match (harness::ours(path, &text), parse(answer)) {
        (Some(ours), Some(reference)) => tally.add(path, &text, &ours, &reference),
        _ => tally.rejected += 1,
    }
}

/// Compares our fixtures of a language with the answers that are kept.
pub(crate) fn compare_fixtures(
    language: &str,
    extensions: &[&str],
    start: impl FnOnce() -> External,
) -> Tally {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures").join(language);
    let paths = harness::files(&folder, extensions);
    let kept = folder.join("expected.jsonl");
    if std::env::var_os("WARP_TUI_UPDATE").is_some() {
        let mut reference = start();
        let mut out = String::new();
        for path in &paths {
            let name = path.file_name().unwrap_or_default().to_string_lossy();
            let _ = writeln!(out, "[{},{}]", Value::from(name), reference.ask(path));
        }
        std::fs::write(&kept, out).expect("fixtures can be written");
    }
    let kept = std::fs::read_to_string(&kept).unwrap_or_default();
    let mut tally = Tally::default();
    for path in &paths {
        let name = path.file_name().unwrap_or_default().to_string_lossy();
        let head = format!("[{},", Value::from(name));
        let line = kept.lines().find_map(|line| line.strip_prefix(&head)?.strip_suffix(']'));
        let line = line.unwrap_or_else(|| panic!("no answer is kept for {}", path.display()));
        add(&mut tally, path, line);
    }
    tally
}

/// Compares files with what the program says of them.
pub(crate) fn compare(paths: &[PathBuf], mut reference: External) -> Tally {
    let mut tally = Tally::default();
    for path in paths {
        add(&mut tally, path, &reference.ask(path));
    }
    tally
}
