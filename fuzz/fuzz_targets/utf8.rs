//! The check for UTF-8, at any cut and by parts put together, against the standard library.

#![no_main]

use libfuzzer_sys::fuzz_target;
use warp_tui::simd::{Utf8, Utf8Part, available};

fuzz_target!(|data: &[u8]| {
    let Some((first, bytes)) = data.split_first() else { return };
    let wanted = std::str::from_utf8(bytes).err().map(|error| error.valid_up_to() as u64);
    for kernel in available() {
        let (mut check, mut joined) = (Utf8::default(), Some(Utf8::default()));
        let mut found = None;
        for piece in bytes.chunks(usize::from(*first).max(1)) {
            joined = joined.and_then(|joined| joined.then(&Utf8Part::of(kernel, piece)));
            found = found.or_else(|| check.check(kernel, piece));
            assert_eq!(joined.is_none(), found.is_some(), "{kernel:?}");
            if found.is_some() {
                break;
            }
        }
        assert_eq!(found.or_else(|| check.unfinished()), wanted, "{kernel:?}");
    }
});
