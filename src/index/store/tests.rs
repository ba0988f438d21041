//! Parts whose checksums are right and that no scan ever made: refused or harmless, never a panic.

use proptest::prelude::*;

use super::format::{indexed, understand};
use super::*;
use crate::lang::LanguageId::{Go, Json};
use crate::lang::code::Piece;
use crate::scan::{State, summarize};

const TEXT: &str = "package a\nfunc f(x []int) {\n\tif x[0] > (1) { g(\"{\") }\n}\n";

/// What is read as the index, the states behind it, and the bytes of the document.
fn parts(language: LanguageId) -> (Vec<u8>, Vec<u8>, u64) {
    let text = TEXT.repeat(20) + &"((".repeat(100) + &TEXT.repeat(3);
    let (mut index, mut state) = (StructuralIndex::new(64), State::default());
    for chunk in Piece::whole(text.as_bytes()).chunks(64) {
        let (summary, end) = summarize(crate::simd::best(), language, &state, chunk);
        index.append(&summary, end.clone());
        state = end;
    }
    let (checked, findings, guesses) = Default::default();
    let learned = Learned { index, checked, findings, guesses };
    let (indexed, states) = indexed(learned).expect("it can be written");
    (indexed, states, text.len() as u64)
}

proptest! {
    #[test]
    fn an_index_that_no_scan_made_is_no_danger(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in prop::option::of(any::<prop::sample::Index>()),
        cut_states in prop::option::of(any::<prop::sample::Index>()),
        code: bool,
    ) {
        let language = if code { Go } else { Json };
        let (mut bytes, mut states, n) = parts(language);
        prop_assert!(understand(&bytes, states.clone(), language, 64, n).is_some());
        for (at, byte) in changes {
            let at = at.index(bytes.len() + states.len());
            match at.checked_sub(bytes.len()) {
                Some(at) => states[at] = byte,
                None => bytes[at] = byte,
            }
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        if let Some(cut) = cut_states {
            states.truncate(cut.index(states.len()));
        }
        if let Some(learned) = understand(&bytes, states, language, 64, n) {
            prop_assert_eq!(learned.index.bytes(), n);
            for chunk in 0..learned.index.chunks() {
                // A state that cannot be is none, at the place where it is asked for.
                let _ = learned.index.checkpoint(chunk);
            }
        }
    }
}

#[test]
fn an_index_of_another_size_language_or_chunk_size_is_none() {
    let (bytes, states, n) = parts(Go);
    let is_one = |bytes: &[u8], language, chunk_bytes, n| {
        understand(bytes, states.clone(), language, chunk_bytes, n).is_some()
    };
    assert!(is_one(&bytes, Go, 64, n));
    assert!(!is_one(&bytes, Go, 64, n + 1));
    assert!(!is_one(&bytes, Go, 128, n));
    assert!(!is_one(&bytes, Go, 0, n));
    assert!(!is_one(&bytes, Json, 64, n));
    // Chunks of no bytes: the first number is how many they have.
    assert_eq!(bytes[0], 64);
    assert!(!is_one(&[&[0], &bytes[1..]].concat(), Go, 64, n));
}
