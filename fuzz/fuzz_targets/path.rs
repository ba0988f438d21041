//! A typed path (the first line) in any document (the rest): an answer that no chunk size changes, inside the document,
//! and a way back from there.

#![no_main]

use std::sync::Arc;

use libfuzzer_sys::fuzz_target;
use warp_tui::cache::{CacheLimits, DetailCache};
use warp_tui::explorer::chunk_view::ChunkReader;
use warp_tui::explorer::navigate::Navigator;
use warp_tui::index::StructuralIndex;
use warp_tui::lang::LanguageId::Json;
use warp_tui::scan::{State, summarize};
use warp_tui::simd::best;

fn resolve(document: &[u8], path: &str, chunk_bytes: usize) -> Result<u64, String> {
    let (mut index, mut state) = (StructuralIndex::new(chunk_bytes as u64), State::default());
    for chunk in document.chunks(chunk_bytes) {
        let (summary, end) = summarize(best(), Json, &state, chunk);
        index.append(&summary, end.clone());
        state = end;
    }
    let cache = Arc::new(DetailCache::new(CacheLimits::default()));
    let reader = ChunkReader::new(Arc::new(document.to_vec()), Json, best(), cache);
    let navigator = Navigator { index: &index, reader: &reader, complete: true };
    let found = navigator.resolve(path, &|| false).expect("memory can be read");
    if let Ok(at) = found {
        assert!(at < document.len() as u64, "{at}");
        let _ = navigator.path(at).expect("memory can be read");
    }
    found
}

fuzz_target!(|data: &[u8]| {
    let line_end = data.iter().position(|byte| *byte == b'\n').unwrap_or(data.len());
    let (path, document) = data.split_at(line_end);
    let path = String::from_utf8_lossy(path);
    let wanted = resolve(document, &path, 1 << 20);
    assert_eq!(resolve(document, &path, 64), wanted);
    assert_eq!(resolve(document, &path, 128), wanted);
});
