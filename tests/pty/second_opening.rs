//! A big file opened twice: the second time its index comes from disk, and the screen says so.

use std::fs::{self, File};
use std::path::Path;
use std::time::{Duration, Instant, SystemTime};

use warp_tui::limits::STORED_FILE_BYTES_MIN;

use crate::harness::{Session, Start};

fn session(path: &Path, caches: &Path) -> Session {
    let caches = caches.to_str().expect("it is text");
    Start::new(&[path]).env("XDG_CACHE_HOME", caches).size(100, 30).start()
}

/// Waits until an index is in the store under `caches`; indexes are renamed into it whole.
fn until_stored(caches: &Path) {
    let begin = Instant::now();
    let is_entry = |entry: std::io::Result<fs::DirEntry>| {
        entry.is_ok_and(|entry| entry.file_name().to_string_lossy().ends_with(".warpidx"))
    };
    let store = caches.join("warp-tui/index");
    while !fs::read_dir(&store).is_ok_and(|mut entries| entries.any(is_entry)) {
        assert!(begin.elapsed() < Duration::from_secs(60), "nothing was stored");
        std::thread::sleep(Duration::from_millis(20));
    }
}

#[test]
fn the_second_opening_of_a_big_file_takes_its_index_from_disk() {
    let folder = tempfile::tempdir().expect("a folder");
    let (path, caches) = (folder.path().join("big.json"), folder.path().join("caches"));
    let record = "{\"some\": [1, 2, \"three\"], \"more\": {\"of\": \"it\"}}\n";
    let text = record.repeat(STORED_FILE_BYTES_MIN as usize / record.len() + 1);
    fs::write(&path, text).expect("written");
    let hour = Duration::from_secs(3600);
    let file = File::options().append(true).open(&path).expect("it opens");
    file.set_modified(SystemTime::now() - hour).expect("a time can be set");
    let mut first = session(&path, &caches);
    first.until_text("indexed in ");
    until_stored(&caches);
    first.type_keys("q");
    assert_eq!(first.exit_code(), 0);
    let mut second = session(&path, &caches);
    second.until_text("index from disk in ");
    second.type_keys("q");
    assert_eq!(second.exit_code(), 0);
    second.assert_restored();
}
