//! Nothing that reaches the terminal moves its cursor or turns text round, and every byte has its cell.

#![no_main]

use libfuzzer_sys::fuzz_target;
use warp_tui::report::escape::shown;
use warp_tui::ui::safe_text::{cells, safe};

/// What a terminal obeys, or does not show.
fn is_unsafe(c: char) -> bool {
    c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}' | '\u{2060}'..='\u{206f}' | '\u{feff}')
}

fuzz_target!(|data: &[u8]| {
    let mut at = 0;
    for cell in cells(data) {
        assert_eq!(cell.bytes.start, at, "cells follow each other");
        assert!(cell.bytes.end > at && cell.width > 0);
        assert!(!cell.text.chars().any(is_unsafe), "{:?}", cell.text);
        at = cell.bytes.end;
    }
    assert_eq!(at, data.len());
    assert!(!safe(data).chars().any(is_unsafe));
    let text = String::from_utf8_lossy(data);
    assert!(!shown(&text).chars().any(is_unsafe), "{text:?}");
});
