//! Payloads whose checksum is right and that no scan ever made: refused or harmless, never a panic.

use proptest::prelude::*;

use super::format::understand;
use super::*;
use crate::lang::LanguageId::{Go, Json};
use crate::lang::code::Piece;
use crate::scan::{State, summarize};

const TEXT: &str = "package a\nfunc f(x []int) {\n\tif x[0] > (1) { g(\"{\") }\n}\n";

/// A payload and the bytes of its document.
fn payload(language: LanguageId) -> (Vec<u8>, u64) {
    let text = TEXT.repeat(20) + &"((".repeat(100) + &TEXT.repeat(3);
    let (mut index, mut state) = (StructuralIndex::new(64), State::default());
    for chunk in Piece::whole(text.as_bytes()).chunks(64) {
        let (summary, end) = summarize(crate::simd::best(), language, &state, chunk);
        index.append(&summary, end.clone());
        state = end;
    }
    let file = Identity { device: 1, inode: 2, bytes: text.len() as u64, modified_ns: 3 };
    let key = Key { file, content: 4, language, chunk_bytes: 64 };
    let (checked, findings, guesses) = Default::default();
    let entry = encode(&key, b"p", 5, Learned { index, checked, findings, guesses });
    let entry = entry.expect("it can be written");
    let (_, header_bytes) = header(&entry).expect("it is one");
    (entry[format::FRONT_BYTES + header_bytes..].to_vec(), file.bytes)
}

proptest! {
    #[test]
    fn a_payload_that_no_scan_made_is_no_danger(
        changes in prop::collection::vec((any::<prop::sample::Index>(), any::<u8>()), 1..8),
        cut in prop::option::of(any::<prop::sample::Index>()),
        code: bool,
    ) {
        let language = if code { Go } else { Json };
        let (mut bytes, document_bytes) = payload(language);
        prop_assert!(understand(&bytes, language, 64, document_bytes).is_some());
        for (at, byte) in changes {
            let at = at.index(bytes.len());
            bytes[at] = byte;
        }
        if let Some(cut) = cut {
            bytes.truncate(cut.index(bytes.len()));
        }
        if let Some(learned) = understand(&bytes, language, 64, document_bytes) {
            prop_assert_eq!(learned.index.bytes(), document_bytes);
            for chunk in 0..learned.index.chunks() {
                // A state that cannot be is none, at the place where it is asked for.
                let _ = learned.index.checkpoint(chunk);
            }
        }
    }
}

#[test]
fn an_index_of_another_size_language_or_chunk_size_is_none() {
    let (bytes, n) = payload(Go);
    assert!(understand(&bytes, Go, 64, n).is_some());
    assert!(understand(&bytes, Go, 64, n + 1).is_none());
    assert!(understand(&bytes, Go, 128, n).is_none());
    assert!(understand(&bytes, Go, 0, n).is_none());
    assert!(understand(&bytes, Json, 64, n).is_none());
    // Chunks of no bytes: the first number is how many they have.
    assert_eq!(bytes[0], 64);
    assert!(understand(&[&[0], &bytes[1..]].concat(), Go, 64, n).is_none());
}
