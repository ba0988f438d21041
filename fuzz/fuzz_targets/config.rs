//! Any configuration file is taken or refused with a sentence of one line.

#![no_main]

use std::cell::RefCell;
use std::path::PathBuf;

use libfuzzer_sys::fuzz_target;
use warp_tui::cli::{command, settings::Settings};

thread_local! {
    /// One file for all inputs, in the directory for temporary files.
    static FILE: RefCell<PathBuf> = RefCell::new(
        std::env::temp_dir().join(format!("warp-tui-fuzz-{}.toml", std::process::id())),
    );
}

fuzz_target!(|data: &[u8]| {
    let matches = command().get_matches_from(["warp-tui", "doctor"]);
    let path = FILE.with_borrow(PathBuf::clone);
    std::fs::write(&path, data).expect("a temporary file can be written");
    match Settings::gather(&matches, |_| None, Some(&path), true) {
        Ok(settings) => {
            assert!(settings.warnings.iter().all(|warning| !warning.is_empty()));
            let _ = (settings.engine(), settings.language());
        }
        Err(error) => assert!(!error.to_string().is_empty()),
    }
});
