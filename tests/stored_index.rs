//! Stored indexes: what is read is what was scanned, in every language; what is damaged, foreign or old is refused.

use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::time::{Duration, SystemTime};

use warp_tui::index::StructuralIndex;
use warp_tui::index::store::{
    Checked, Findings, Guesses, Identity, Key, Learned, Recalled, Refusal, Standing, Store,
    Subject, content_hash, decode, encode,
};
use warp_tui::lang::code::Piece;
use warp_tui::lang::{LanguageId, ProblemKind, detect, languages};
use warp_tui::scan::{State, summarize};
use warp_tui::simd;
use warp_tui::source::{FileSource, ReadAt};

/// Chunks of this many bytes: a fixture has many, and strings, heredocs and brackets go on over their ends.
const CHUNK_BYTES: usize = 64;

/// The fixtures of all languages, by their own language and as JSON: what is broken is indexed like anything else.
fn fixtures() -> Vec<(PathBuf, LanguageId, Vec<u8>)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("fixtures");
    let folders = languages().iter().map(|info| root.join(info.family));
    let mut folders: Vec<PathBuf> = folders.chain([root.clone(), root.join("broken")]).collect();
    folders.sort();
    folders.dedup();
    let mut found = Vec::new();
    for entry in folders.iter().filter_map(|folder| fs::read_dir(folder).ok()).flatten() {
        let path = entry.expect("a folder can be listed").path();
        let Ok(text) = fs::read(&path) else { continue };
        found.push((path.clone(), detect(&path, &text), text));
    }
    found
}

fn index(
    language: LanguageId,
    text: &[u8],
    chunk_bytes: usize,
    chunks_max: usize,
) -> StructuralIndex {
    let mut index = StructuralIndex::with_limit(chunk_bytes as u64, chunks_max);
    let mut state = State::default();
    for chunk in Piece::whole(text).chunks(chunk_bytes) {
        let (summary, end) = summarize(simd::best(), language, &state, chunk);
        index.append(&summary, end.clone());
        state = end;
    }
    index
}

/// What cannot be told apart by any question.
fn assert_same(read: &StructuralIndex, scanned: &StructuralIndex, what: &str) {
    assert_eq!(read.chunk_bytes(), scanned.chunk_bytes(), "{what}");
    assert_eq!(read.chunks(), scanned.chunks(), "{what}");
    assert_eq!(read.totals(), scanned.totals(), "{what}");
    assert_eq!(read.end(), scanned.end(), "{what}");
    for chunk in 0..=scanned.chunks() {
        assert_eq!(read.checkpoint(chunk), scanned.checkpoint(chunk), "{what}: chunk {chunk}");
        assert_eq!(read.tree().leaf(chunk), scanned.tree().leaf(chunk), "{what}: chunk {chunk}");
        let range = 0..chunk;
        assert_eq!(read.tree().lowest(range.clone()), scanned.tree().lowest(range), "{what}");
    }
}

fn learned(index: StructuralIndex) -> Learned {
    let problem = Some((0, Some(0), ProblemKind::StrayCloser));
    let checked = Checked { bytes: 0, depth_max: 2, problem };
    let guesses = Guesses { batch_bytes: 512, wrong: vec![(512, 64), (2048, 128)] };
    Learned {
        index,
        checked,
        findings: Findings::default().write().expect("none are few"),
        guesses,
    }
}

fn key(language: LanguageId, bytes: usize) -> Key {
    let file = Identity { device: 1, inode: 2, bytes: bytes as u64, modified_ns: 1 << 70 };
    Key { file, content: 7, language, chunk_bytes: CHUNK_BYTES as u64 }
}

/// Restored equals scanned, for every fixture, plain and with neighbours merged; and its last chunk can be opened again.
#[test]
fn what_is_read_is_what_was_scanned() {
    let fixtures = fixtures();
    for info in languages().iter().filter(|info| info.id != LanguageId::Text) {
        assert!(fixtures.iter().any(|(_, language, _)| *language == info.id), "{}", info.name);
    }
    for (path, language, text) in fixtures {
        for (language, chunks_max) in [(language, 1 << 18), (language, 8), (LanguageId::Json, 64)] {
            let what = format!("{} as {language:?}, {chunks_max} chunks", path.display());
            let scanned = index(language, &text, CHUNK_BYTES, chunks_max);
            let key = key(language, text.len());
            let told = learned(scanned.clone());
            let entry = encode(&key, b"a path", 9, told.clone());
            let Ok(read) = decode(&entry.expect(&what), &key) else { panic!("{what}: refused") };
            assert_same(&read.index, &scanned, &what);
            assert_eq!((read.checked, read.guesses), (told.checked, told.guesses));
            let (mut read, mut scanned) = (read.index, scanned);
            assert_eq!(read.reopen_last(), scanned.reopen_last(), "{what}");
            assert_eq!((read.end(), read.totals()), (scanned.end(), scanned.totals()), "{what}");
        }
    }
}

/// Nesting without end: each checkpoint's state is a stack of thousands of levels, and all of them are written once.
#[test]
fn a_deep_document_takes_no_more_on_disk_than_its_levels_do() {
    let text = "([{\n".repeat(40_000);
    for info in languages().iter().filter(|info| info.scanner.is_some()) {
        let scanned = index(info.id, text.as_bytes(), 1024, 1 << 18);
        let key = Key { chunk_bytes: 1024, ..key(info.id, text.len()) };
        let entry = encode(&key, b"", 0, learned(scanned.clone())).expect("it can be written");
        let levels = scanned.totals().depth_change as usize;
        assert!(entry.len() < levels * 64, "{}: {} bytes", info.name, entry.len());
        let read = decode(&entry, &key).expect("it can be read");
        for chunk in [0, 1, scanned.chunks() / 2, scanned.chunks() - 1] {
            assert_eq!(read.index.checkpoint(chunk), scanned.checkpoint(chunk), "{}", info.name);
        }
        assert_eq!(read.index.end(), scanned.end());
    }
}

fn small() -> (Key, Vec<u8>) {
    let text = "def a(b)\n  [b, \"c#{b}\"]\nend\n".repeat(12);
    let key = key(LanguageId::Ruby, text.len());
    let index = index(LanguageId::Ruby, text.as_bytes(), CHUNK_BYTES, 1 << 18);
    (key, encode(&key, b"/a/path", 9, learned(index)).expect("it can be written"))
}

#[test]
fn a_flipped_bit_anywhere_is_refused() {
    let (key, entry) = small();
    assert!(decode(&entry, &key).is_ok());
    for at in 0..entry.len() {
        for bit in 0..8 {
            let mut damaged = entry.clone();
            damaged[at] ^= 1 << bit;
            assert!(decode(&damaged, &key).is_err(), "byte {at}, bit {bit}");
        }
        let mut damaged = entry.clone();
        damaged[at] = !damaged[at];
        assert!(decode(&damaged, &key).is_err(), "byte {at}");
    }
}

#[test]
fn a_cut_anywhere_and_more_at_the_end_are_refused() {
    let (key, entry) = small();
    for n in 0..entry.len() {
        assert!(decode(&entry[..n], &key).is_err(), "{n} bytes of {}", entry.len());
    }
    for more in [1, 16, 4096] {
        let longer = [&entry[..], &vec![0; more]].concat();
        assert!(decode(&longer, &key).is_err(), "{more} bytes more");
    }
}

#[test]
fn an_index_of_something_else_is_refused() {
    let (key, entry) = small();
    let of_file = |change: fn(&mut Identity)| {
        let mut other = key;
        change(&mut other.file);
        decode(&entry, &other).err()
    };
    assert_eq!(of_file(|file| file.device += 1), Some(Refusal::OtherFile));
    assert_eq!(of_file(|file| file.inode += 1), Some(Refusal::OtherFile));
    assert_eq!(of_file(|file| file.bytes += 1), Some(Refusal::OtherFile));
    assert_eq!(of_file(|file| file.modified_ns += 1), Some(Refusal::OtherFile));
    let refused = |other: Key| decode(&entry, &other).err();
    assert_eq!(refused(Key { content: 8, ..key }), Some(Refusal::OtherContent));
    assert_eq!(refused(Key { chunk_bytes: 128, ..key }), Some(Refusal::OtherRequest));
    let other = Key { language: LanguageId::Crystal, ..key };
    assert_eq!(refused(other), Some(Refusal::OtherRequest));
}

/// A document in a folder of its own beside a store, last written a while ago.
struct Stored {
    folder: tempfile::TempDir,
    store: Store,
}

impl Stored {
    fn new() -> Stored {
        let folder = tempfile::tempdir().expect("a folder");
        let store = Store { file_bytes_min: 0, ..Store::new(folder.path().join("a/store")) };
        Stored { folder, store }
    }

    fn document(&self, name: &str, text: &str) -> PathBuf {
        let path = self.folder.path().join(name);
        fs::write(&path, text).expect("written");
        path
    }

    fn with<T>(&self, path: &Path, then: impl FnOnce(&Store, &Subject<'_>, &[u8]) -> T) -> T {
        let source = FileSource::open(path).expect("it opens");
        let mut text = vec![0; source.bytes() as usize];
        source.read_at(0, &mut text).expect("it can be read");
        let (file, chunk_bytes) = (source.identity().into(), CHUNK_BYTES as u64);
        let subject = Subject { source: &source, file, language: LanguageId::Json, chunk_bytes };
        then(&self.store, &subject, &text)
    }

    fn save(&self, path: &Path) -> u64 {
        self.with(path, |store, subject, text| {
            let learned = learned(index(subject.language, text, CHUNK_BYTES, 1 << 18));
            store.save(subject, path, learned).expect("it can be stored").expect("it is small")
        })
    }

    fn load(&self, path: &Path) -> Option<Recalled> {
        self.with(path, |store, subject, _| store.load(subject))
    }

    fn entries(&self) -> Vec<PathBuf> {
        self.store.list().expect("it can be listed").entries.into_iter().map(|e| e.file).collect()
    }
}

const TEXT: &str = "[1, {\"a\": [2, 3]}, \"b]\"]\n";

#[test]
fn a_stored_index_is_found_again_and_nobody_else_may_read_it() {
    use std::os::unix::fs::PermissionsExt;
    let stored = Stored::new();
    let path = stored.document("a.json", &TEXT.repeat(100));
    assert!(stored.load(&path).is_none());
    let bytes = stored.save(&path);
    let found = stored.load(&path).expect("it is found");
    assert_eq!((found.grown_from, found.entry_bytes), (None, bytes));
    let mode = |path: &Path| fs::metadata(path).expect("it is there").permissions().mode() & 0o777;
    assert_eq!(mode(&stored.store.directory), 0o700);
    let entries = stored.entries();
    assert_eq!((entries.len(), mode(&entries[0])), (1, 0o600));
    let names = fs::read_dir(&stored.store.directory).expect("it can be listed").count();
    assert_eq!(names, 1, "nothing unfinished stays");
}

#[test]
fn a_document_that_has_grown_gets_what_was_learned_of_its_old_part() {
    let stored = Stored::new();
    let text = TEXT.repeat(100);
    let path = stored.document("a.json", &text);
    stored.save(&path);
    let mut file = fs::OpenOptions::new().append(true).open(&path).expect("it opens");
    file.write_all(TEXT.as_bytes()).expect("written");
    let found = stored.load(&path).expect("it is found");
    assert_eq!(found.grown_from, Some(text.len() as u64));
    assert_eq!(found.learned.index.bytes(), text.len() as u64);
    let entry = &stored.store.list().expect("it can be listed").entries[0];
    assert_eq!((entry.standing, entry.standing.is_stale()), (Standing::Grown, false));
    // Longer, and another beginning.
    fs::write(&path, format!("7{}", TEXT.repeat(200))).expect("written");
    assert!(stored.load(&path).is_none());
}

#[test]
fn a_document_that_was_written_is_not_found() {
    let stored = Stored::new();
    let text = TEXT.repeat(1000);
    let path = stored.document("a.json", &text);
    stored.save(&path);
    let file = fs::OpenOptions::new().write(true).open(&path).expect("it opens");
    let modified = file.metadata().and_then(|it| it.modified()).expect("it has a time");
    file.set_modified(modified + Duration::from_nanos(1)).expect("a time can be set");
    assert!(stored.load(&path).is_none());
    let entry = &stored.store.list().expect("it can be listed").entries[0];
    assert_eq!((entry.standing, entry.standing.is_stale()), (Standing::Changed, true));
    file.set_modified(modified).expect("a time can be set");
    assert!(stored.load(&path).is_some());
    // The same size and time, and one byte of the head another.
    fs::write(&path, text.replacen('1', "2", 1)).expect("written");
    fs::File::options().write(true).open(&path).unwrap().set_modified(modified).unwrap();
    assert!(stored.load(&path).is_none());
    fs::remove_file(&path).expect("removed");
    assert_eq!(stored.store.list().expect("listed").entries[0].standing, Standing::Gone);
}

#[test]
fn a_damaged_entry_goes_and_a_swapped_one_is_refused() {
    let stored = Stored::new();
    let a = stored.document("a.json", &TEXT.repeat(100));
    stored.save(&a);
    let of_a = stored.entries().remove(0);
    let b = stored.document("b.json", &TEXT.repeat(100));
    stored.save(&b);
    let of_b = stored.entries().into_iter().find(|it| *it != of_a).expect("there are two");
    let between = stored.folder.path().join("between");
    fs::rename(&of_a, &between).unwrap();
    fs::rename(&of_b, &of_a).unwrap();
    fs::rename(&between, &of_b).unwrap();
    assert!(stored.load(&a).is_none() && stored.load(&b).is_none());
    stored.save(&a);
    assert!(stored.load(&a).is_some(), "it is written over");
    let mut entry = fs::read(&of_a).unwrap();
    let middle = entry.len() / 2;
    entry[middle] ^= 1;
    fs::write(&of_a, entry).unwrap();
    assert!(stored.load(&a).is_none());
    assert!(!of_a.exists(), "what is damaged is taken away");
    // Neither a link, nor a directory, nor a pipe is an entry.
    std::os::unix::fs::symlink(&of_b, &of_a).unwrap();
    assert!(stored.load(&a).is_none());
    fs::create_dir(&of_a).unwrap();
    assert!(stored.load(&a).is_none());
    fs::remove_dir(&of_a).unwrap();
    assert!(stored.load(&a).is_none());
}

/// What was found stays on disk until it is read, and is held against its checksum then.
#[test]
fn findings_are_read_from_the_entry_and_not_believed_if_it_was_damaged() {
    let stored = Stored::new();
    let path = stored.document("a.json", &TEXT.repeat(100));
    let found = Findings { range: (7, 77), is_full: true, ..Findings::default() };
    stored.with(&path, |store, subject, text| {
        let index = index(subject.language, text, CHUNK_BYTES, 1 << 18);
        let findings = found.write().expect("it can be written");
        store.save(subject, &path, Learned { findings, ..learned(index) }).expect("it is stored")
    });
    let recalled = stored.load(&path).expect("it is found");
    assert_eq!(recalled.learned.findings.read(), Some(found.clone()));
    // One that was begun goes on when the entry is replaced.
    stored.save(&path);
    assert_eq!(recalled.learned.findings.read(), Some(found));
    let entry = stored.entries().remove(0);
    let mut bytes = fs::read(&entry).unwrap();
    *bytes.last_mut().unwrap() ^= 1;
    fs::write(&entry, bytes).unwrap();
    let recalled = stored.load(&path).expect("the index is whole");
    assert_eq!(recalled.learned.findings.read(), None);
}

#[test]
fn what_was_used_last_longest_ago_goes_first() {
    let mut stored = Stored::new();
    let names = ["a.json", "b.json", "c.json", "d.json"];
    let paths = names.map(|name| stored.document(name, &TEXT.repeat(100)));
    let bytes = stored.save(&paths[0]);
    stored.store.bytes_max = 3 * bytes + bytes / 2;
    let age = |entry: &Path, seconds: u64| {
        let file = fs::File::open(entry).expect("it opens");
        file.set_modified(SystemTime::now() - Duration::from_secs(seconds)).expect("a time is set");
    };
    age(&stored.entries()[0], 300);
    stored.save(&paths[1]);
    age(&stored.entries()[0], 200);
    stored.save(&paths[2]);
    age(&stored.entries()[0], 100);
    // The oldest is used again, so the second one goes.
    assert!(stored.load(&paths[0]).is_some());
    stored.save(&paths[3]);
    let found = paths.each_ref().map(|path| stored.load(path).is_some());
    assert_eq!(found, [true, false, true, true]);
    assert!(stored.store.list().expect("listed").bytes <= stored.store.bytes_max);
    // What is larger than all that may be kept is not kept, and drives nothing out.
    stored.store.bytes_max = bytes - 1;
    let source = FileSource::open(&paths[1]).expect("it opens");
    let (file, chunk_bytes) = (source.identity().into(), CHUNK_BYTES as u64);
    let subject = Subject { source: &source, file, language: LanguageId::Json, chunk_bytes };
    let index = index(LanguageId::Json, TEXT.repeat(100).as_bytes(), CHUNK_BYTES, 1 << 18);
    assert_eq!(stored.store.save(&subject, &paths[1], learned(index)).unwrap(), None);
    assert_eq!(stored.entries().len(), 3);
}

#[test]
fn only_entries_are_cleared() {
    let stored = Stored::new();
    assert_eq!(stored.store.clear(false).expect("nothing is there"), (0, 0));
    let (a, b) = (stored.document("a.json", "[1]"), stored.document("b.json", "[2]"));
    let (of_a, of_b) = (stored.save(&a), stored.save(&b));
    let foreign = stored.store.directory.join("mine.txt");
    fs::write(&foreign, "not an entry").unwrap();
    fs::remove_file(&b).unwrap();
    assert_eq!(stored.store.clear(true).expect("cleared"), (1, of_b));
    assert!(stored.load(&a).is_some());
    assert_eq!(stored.store.clear(false).expect("cleared"), (1, of_a));
    assert!(stored.entries().is_empty() && foreign.exists());
}

/// Writers and readers of the same entry at once: whoever finds it finds it whole.
#[test]
fn many_may_write_and_read_the_same_entry() {
    let stored = Stored::new();
    let path = stored.document("a.json", &TEXT.repeat(300));
    stored.save(&path);
    std::thread::scope(|scope| {
        for _ in 0..3 {
            scope.spawn(|| (0..30).for_each(|_| assert!(stored.save(&path) > 0)));
            scope.spawn(|| (0..60).for_each(|_| assert!(stored.load(&path).is_some())));
        }
    });
    assert_eq!(fs::read_dir(&stored.store.directory).unwrap().count(), 1);
}

#[test]
fn a_hash_is_that_of_the_content() {
    let stored = Stored::new();
    let path = stored.document("a.json", TEXT);
    let source = FileSource::open(&path).expect("it opens");
    let hash = content_hash(&source, source.bytes()).expect("it can be read");
    assert_eq!(hash, content_hash(&TEXT.as_bytes().to_vec(), TEXT.len() as u64).unwrap());
}
