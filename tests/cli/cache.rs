//! `warp-tui cache` and `--index-cache`: what is kept on disk is listed and cleared, and safe to look at.

use std::path::Path;
use std::time::{Duration, SystemTime};

use warp_tui::index::StructuralIndex;
use warp_tui::index::store::{Checked, Guesses, Learned, Store, Subject, WrittenFindings};
use warp_tui::lang::LanguageId;
use warp_tui::scan::{State, summarize};
use warp_tui::source::{FileSource, ReadAt};

use crate::harness::{command, file, finish, folder, run};

/// Stores the index of a document, as an explorer does behind its screen.
fn store(directory: &Path, path: &str) {
    let source = FileSource::open(path.as_ref()).expect("it opens");
    let mut text = vec![0; source.bytes() as usize];
    source.read_at(0, &mut text).expect("it can be read");
    let (language, chunk_bytes) = (LanguageId::Json, 1 << 16);
    let (summary, end) = summarize(warp_tui::simd::best(), language, &State::default(), &text);
    let mut index = StructuralIndex::new(chunk_bytes);
    index.append(&summary, end);
    let learned = Learned {
        index,
        checked: Checked::default(),
        findings: WrittenFindings::default(),
        guesses: Guesses::default(),
    };
    let subject =
        Subject { source: &source, file: source.identity().into(), language, chunk_bytes };
    let store = Store::new(directory.to_owned());
    store.save(&subject, path.as_ref(), learned).expect("it can be stored").expect("it is small");
}

#[test]
fn indexes_are_listed_for_people_and_for_programs() {
    let folder = folder();
    let store_dir = folder.path().join("store");
    let dir = store_dir.to_str().expect("it is text");
    let empty = run(["cache", "--index-cache", dir]).ok();
    assert_eq!(empty, format!("0 indexes, 0 of at most 536870912 bytes in {dir}\n"));
    let fresh = file(&folder, "fresh.json", "[1, 2]");
    let gone = file(&folder, "gone\u{1b}[2J.json", "[3]");
    let changed = file(&folder, "changed.json", "[4, 5, 6]");
    for path in [&fresh, &gone, &changed] {
        store(&store_dir, path);
    }
    std::fs::remove_file(&gone).expect("removed");
    std::fs::write(&changed, "[4]").expect("written");
    let text = run(["cache", "--index-cache", dir]).ok();
    assert!(text.starts_with("state    language  bytes  entry bytes"), "{text}");
    let line = |path: &str| text.lines().find(|line| line.ends_with(path)).expect(path).to_owned();
    assert!(line(&fresh).starts_with("fresh    json          6 "), "{text}");
    assert!(line(&changed).starts_with("changed  json          9 "), "{text}");
    assert!(line("gone<U+001B>[2J.json").starts_with("gone "), "{text}");
    assert!(text.lines().last().is_some_and(|line| line.starts_with("3 indexes, ")), "{text}");
    let report = run(["cache", "--format", "json", "--index-cache", dir]).json();
    assert_eq!((&report["entries"], &report["stale"]), (&3.into(), &2.into()));
    assert_eq!(report["directory"], dir);
    assert_eq!(report["bytes_max"], 512 << 20);
    let list = report["list"].as_array().expect("there is a list");
    let sum: u64 = list.iter().filter_map(|entry| entry["entry_bytes"].as_u64()).sum();
    assert_eq!(report["bytes"], sum);
    let of_fresh = list.iter().find(|entry| entry["path"] == *fresh).expect("it is told");
    assert_eq!((&of_fresh["state"], &of_fresh["stale"]), (&"fresh".into(), &false.into()));
    assert_eq!((&of_fresh["language"], &of_fresh["bytes"]), (&"json".into(), &6.into()));
}

#[test]
fn what_is_stale_is_cleared_and_then_all() {
    let folder = folder();
    let store_dir = folder.path().join("store");
    let dir = store_dir.to_str().expect("it is text");
    let (fresh, gone) = (file(&folder, "a.json", "[1]"), file(&folder, "b.json", "[2]"));
    store(&store_dir, &fresh);
    store(&store_dir, &gone);
    std::fs::remove_file(&gone).expect("removed");
    let cleared = run(["cache", "clear", "--stale", "--index-cache", dir]).ok();
    assert!(cleared.starts_with("1 index cleared, "), "{cleared}");
    let report = run(["cache", "--format", "json", "--index-cache", dir]).json();
    assert_eq!((&report["entries"], &report["stale"]), (&1.into(), &0.into()));
    let cleared = run(["cache", "clear", "--format", "json", "--index-cache", dir]).json();
    assert_eq!((&cleared["cleared"], &cleared["bytes"]), (&1.into(), &report["bytes"]));
    let nothing = run(["cache", "clear", "--index-cache", dir]).ok();
    assert_eq!(nothing, "0 indexes cleared, 0 bytes\n");
}

#[test]
fn an_entry_that_is_damaged_is_listed_as_refused() {
    let folder = folder();
    let store_dir = folder.path().join("store");
    let dir = store_dir.to_str().expect("it is text");
    store(&store_dir, &file(&folder, "a.json", "[1]"));
    let entry = std::fs::read_dir(&store_dir).expect("listed").next().expect("one").expect("is");
    std::fs::write(entry.path(), "nonsense").expect("written");
    let text = run(["cache", "--index-cache", dir]).ok();
    let line = text.lines().nth(1).expect("there is an entry");
    assert!(line.starts_with("refused  -") && line.ends_with("it is no stored index"), "{text}");
    assert!(run(["cache", "clear", "--stale", "--index-cache", dir]).ok().starts_with("1 index "));
}

#[test]
fn the_setting_says_where_and_whether() {
    let home = folder();
    let told = |cache_home: Option<&Path>, setting: &str| {
        let mut command = command(home.path());
        command.args(["cache", "--format", "json", "--index-cache", setting]);
        command.env_remove("XDG_CACHE_HOME");
        if let Some(directory) = cache_home {
            command.env("XDG_CACHE_HOME", directory);
        }
        finish(&mut command).json()["directory"].clone()
    };
    let below = |path: &Path, more: &str| serde_json::json!(path.join(more));
    let caches = home.path().join("caches");
    assert_eq!(told(None, "auto"), below(home.path(), ".cache/warp-tui/index"));
    assert_eq!(told(Some(&caches), "auto"), below(&caches, "warp-tui/index"));
    let relative = told(Some(Path::new("not/absolute")), "auto");
    assert_eq!(relative, below(home.path(), ".cache/warp-tui/index"));
    assert_eq!(told(None, "/some/where"), "/some/where");
    assert_eq!(told(None, "off"), serde_json::Value::Null);
    assert_eq!(run(["cache", "--index-cache", "off"]).ok(), "nothing is kept on disk\n");
    run(["cache", "clear", "--index-cache", "off"]).fails(1, "nothing is kept on disk");
}

/// What is listed goes by the document's own times, not by the clock.
#[test]
fn an_entry_says_how_old_it_is_and_how_long_it_was_not_used() {
    let folder = folder();
    let store_dir = folder.path().join("store");
    let dir = store_dir.to_str().expect("it is text");
    store(&store_dir, &file(&folder, "a.json", "[1]"));
    let entry = std::fs::read_dir(&store_dir).expect("listed").next().expect("one").expect("is");
    let opened = std::fs::File::open(entry.path()).expect("it opens");
    opened.set_modified(SystemTime::now() - Duration::from_secs(500)).expect("a time can be set");
    let report = run(["cache", "--format", "json", "--index-cache", dir]).json();
    assert!(report["list"][0]["unused_seconds"].as_u64().is_some_and(|it| it >= 500));
    assert!(report["list"][0]["age_seconds"].as_u64().is_some_and(|it| it < 400));
}
