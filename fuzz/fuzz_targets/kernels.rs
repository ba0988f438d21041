//! All kernels against the naive twin: equal summaries, details and end states, from any start state.

#![no_main]

use libfuzzer_sys::fuzz_target;
use warp_tui::lang::LanguageId::Json;
use warp_tui::scan::{Mode, State, detail, naive, summarize};
use warp_tui::simd::available;

const MODES: [Mode; 7] = [
    Mode::Code,
    Mode::CodeAfterSlash,
    Mode::String,
    Mode::StringAfterEscape,
    Mode::LineComment,
    Mode::BlockComment,
    Mode::BlockCommentAfterStar,
];

fuzz_target!(|data: &[u8]| {
    let Some((first, bytes)) = data.split_first() else { return };
    let start = State::of(MODES[usize::from(*first) % MODES.len()]);
    let (summary, wanted) = naive::scan(&start, bytes);
    for kernel in available() {
        let (found, end) = summarize(kernel, Json, &start, bytes);
        assert_eq!((found, &end), (summary.clone(), &wanted.end), "{kernel:?}");
        assert_eq!(detail(kernel, Json, &start, bytes), wanted, "{kernel:?}");
    }
});
