//! The second opening of a big file: what an earlier run stored is taken from disk, and nothing tells it from a pass.

use std::fs::{self, File};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use warp_tui::explorer::{
    Answer, EngineOptions, IndexOrigin, Kinds, Motion, Phase, Request, SeamFilter, Snapshot,
};
use warp_tui::index::store::Store;
use warp_tui::limits::INLINE_BYTES_MAX;

#[path = "shared/opened.rs"]
mod opened;

use opened::Opened;

impl Opened {
    fn stored(&self) -> std::sync::Arc<Snapshot> {
        self.until(|snapshot| snapshot.stored.is_some())
    }

    /// Asks and tells the first answer, which is for this: none else is asked for meanwhile.
    fn told(&self, request: Request) -> String {
        self.ask(request, |answer| {
            Some(match answer {
                Answer::Jumped { id: _, target } => format!("{target:?}"),
                other => format!("{other:?}"),
            })
        })
    }

    /// Answers to questions of all sorts.
    fn answers(&self, bytes: u64) -> Vec<String> {
        let mut answers = Vec::new();
        for i in 0..8 {
            let at = bytes / 8 * i + 17 * i;
            answers.push(self.told(Request::Locate { at }));
            // Where nothing is gathered nobody answers for it.
            if self.explorer.snapshot().gathered > 0 {
                let kinds = Kinds::ALL;
                answers.push(self.told(Request::Patterns { kinds, first: i, count: 5, at }));
            }
            for motion in [Motion::Parent, Motion::NextSibling, Motion::Line(1000 * i + 1)] {
                answers.push(self.told(Request::Jump { id: i, from: at, motion }));
            }
        }
        answers.push(self.told(Request::Children { open: None, first: 0, count: 20 }));
        let filter = SeamFilter::default();
        answers.push(self.told(Request::Seams { block: 8 * 4096, filter, first: 1, count: 10 }));
        answers
    }
}

/// A folder with a store, and documents that were last written an hour ago.
struct House {
    folder: tempfile::TempDir,
    options: EngineOptions,
}

impl House {
    fn new() -> House {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store { file_bytes_min: 0, ..Store::new(folder.path().join("store")) };
        let options = EngineOptions { threads: 2, chunk_bytes: 4096, ..EngineOptions::default() };
        House { options: EngineOptions { index_store: Some(store), ..options }, folder }
    }

    /// A document that is large enough to be scanned in the background: `text` as often as that takes.
    fn document(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        let times = INLINE_BYTES_MAX as usize / text.len() + 2;
        fs::write(&path, text.repeat(times)).expect("written");
        settle(&path);
        path
    }

    /// As if there were no store.
    fn without(&self) -> EngineOptions {
        EngineOptions { index_store: None, ..self.options.clone() }
    }

    fn entry(&self) -> PathBuf {
        let store = self.options.index_store.as_ref().expect("there is one");
        store.list().expect("it can be listed").entries.remove(0).file
    }
}

fn settle(path: &Path) {
    let file = File::options().append(true).open(path).expect("it opens");
    file.set_modified(SystemTime::now() - Duration::from_secs(3600)).expect("a time can be set");
}

/// What a scan teaches, but for how long it took.
fn taught(snapshot: &Snapshot) -> String {
    let Snapshot { totals, depth_max, first_problem, checked_bytes, document, .. } = snapshot;
    let gathered = snapshot.gathered > 0;
    format!("{totals:?} {depth_max} {first_problem:?} {checked_bytes} {document:?} {gathered}")
}

/// Python with so few definitions that all of a document are gathered, wherever somebody looks.
fn python() -> String {
    let comment = "# A is one.\n".repeat(20);
    let body = "    def b(self, c: int) -> str:\n        return f\"{c!r}\"\n";
    format!("{comment}class A:\n{body}\n")
}

/// Such Go.
fn go() -> String {
    let comment = "// F is one.\n".repeat(20);
    let body = "\treturn []string{\"{\", `\n`}\n";
    format!("package a\n\n{comment}func F(a, b int) []string {{\n{body}}}\n\n")
}

#[test]
fn the_second_opening_needs_no_pass_and_teaches_the_same() {
    for (name, text) in [
        ("a.json", "[{\"a\": [1, 2, \"]\"], \"b\": {\"c\": null}}]\n".to_owned()),
        ("broken.json", "[{\"a\": [1, 2}, \"]\"], \"b\": {\"c\": null}}]\n".to_owned()),
        ("a.go", go()),
        ("a.py", python()),
    ] {
        let house = House::new();
        let path = house.document(name, &text);
        let first = Opened::new(&path, &house.options);
        let scanned = first.stored();
        assert_eq!(scanned.origin, IndexOrigin::Scan, "{name}");
        let second = Opened::new(&path, &house.options);
        let restored = second.until(|it| {
            it.scan.phase == Phase::Done && (it.gathered > 0) == (scanned.gathered > 0)
        });
        assert!(matches!(restored.origin, IndexOrigin::Disk { .. }), "{name}: {restored:?}");
        assert_eq!(restored.scan.bytes_done, scanned.document.bytes);
        assert_eq!(taught(&restored), taught(&scanned), "{name}");
        let bytes = scanned.document.bytes;
        assert_eq!(second.answers(bytes), first.answers(bytes), "{name}");
    }
}

#[test]
fn a_file_that_has_grown_is_scanned_on_from_where_its_index_ends() {
    for (name, text) in [("a.json", "{\"a\": [1, 2, \"]\"]}\n".to_owned()), ("a.go", go())] {
        let house = House::new();
        let path = house.document(name, &text);
        let before = Opened::new(&path, &house.options).stored().document.bytes;
        let mut file = File::options().append(true).open(&path).expect("it opens");
        file.write_all(text.repeat(40_000 / text.len()).as_bytes()).expect("written");
        settle(&path);
        let grown = Opened::new(&path, &house.options);
        let extended = grown.stored();
        let IndexOrigin::Extended { known_bytes, .. } = extended.origin else {
            panic!("{name}: {:?}", extended.origin);
        };
        assert_eq!(known_bytes, before);
        let plain = Opened::new(&path, &house.without());
        let bytes = extended.document.bytes;
        let scanned = plain.until(|it| {
            it.scan.phase == Phase::Done
                && it.checked_bytes == extended.checked_bytes
                && (it.gathered > 0) == (extended.gathered > 0)
        });
        assert_eq!(taught(&extended), taught(&scanned), "{name}");
        assert_eq!(grown.answers(bytes), plain.answers(bytes), "{name}");
        // And that was stored: the third opening needs no pass again.
        let third = Opened::new(&path, &house.options).indexed();
        assert!(matches!(third.origin, IndexOrigin::Disk { .. }), "{name}: {:?}", third.origin);
    }
}

#[test]
fn who_asks_for_a_scan_gets_one_and_another_language_has_an_index_of_its_own() {
    let house = House::new();
    let path = house.document("a.json", "[1, 2]\n");
    Opened::new(&path, &house.options).stored();
    let opened = Opened::new(&path, &house.options);
    assert!(matches!(opened.indexed().origin, IndexOrigin::Disk { .. }));
    assert!(opened.explorer.request(Request::Rescan));
    opened.until(|it| it.origin == IndexOrigin::Scan && it.stored.is_some());
    let language = warp_tui::lang::LanguageId::Go;
    assert!(opened.explorer.request(Request::Language(Some(language))));
    let as_go = opened.until(|it| it.document.language == language && it.stored.is_some());
    assert_eq!(as_go.origin, IndexOrigin::Scan);
    assert!(opened.explorer.request(Request::Language(None)));
    opened.until(|it| it.document.language == warp_tui::lang::LanguageId::Json);
    let again = Opened::new(&path, &house.options);
    again.indexed();
    assert!(again.explorer.request(Request::Language(Some(language))));
    again.until(|it| {
        it.document.language == language && matches!(it.origin, IndexOrigin::Disk { .. })
    });
}

#[test]
fn a_damaged_entry_costs_a_pass_and_is_made_anew() {
    let house = House::new();
    let path = house.document("a.json", "[1, 2]\n");
    Opened::new(&path, &house.options).stored();
    let entry = house.entry();
    let mut bytes = fs::read(&entry).expect("it can be read");
    let middle = bytes.len() / 2;
    bytes[middle] ^= 0x10;
    fs::write(&entry, bytes).expect("it can be written");
    assert_eq!(Opened::new(&path, &house.options).stored().origin, IndexOrigin::Scan);
    let again = Opened::new(&path, &house.options).indexed();
    assert!(matches!(again.origin, IndexOrigin::Disk { .. }));
}

#[test]
fn a_store_that_cannot_be_is_no_hindrance() {
    let house = House::new();
    let path = house.document("a.json", "[1, 2]\n");
    for directory in ["/proc/none/at/all", "/dev/null"] {
        let store = Store { file_bytes_min: 0, ..Store::new(PathBuf::from(directory)) };
        let options = EngineOptions { index_store: Some(store), ..house.options.clone() };
        let opened = Opened::new(&path, &options);
        assert_eq!(opened.indexed().origin, IndexOrigin::Scan, "{directory}");
    }
}
