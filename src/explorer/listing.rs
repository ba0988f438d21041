//! The files of a directory that are of a known language by their names, ignore files respected.

use std::path::{Path, PathBuf};

use ignore::{WalkBuilder, WalkState};

use crate::lang::{LanguageId, detect_by_name};

/// Calls `found` with each file below `directory` whose name tells a language, in no order, from several threads, until it
/// returns false. What cannot be read is passed over.
pub fn files_below(directory: &Path, found: impl Fn(PathBuf) -> bool + Sync) {
    WalkBuilder::new(directory).build_parallel().run(|| {
        let found = &found;
        Box::new(move |entry| {
            let Ok(entry) = entry else { return WalkState::Continue };
            let is_file = entry.file_type().is_some_and(|kind| kind.is_file());
            let is_known = detect_by_name(entry.path()).is_some_and(|id| id != LanguageId::Text);
            if is_file && is_known && !found(entry.into_path()) {
                return WalkState::Quit;
            }
            WalkState::Continue
        })
    });
}
