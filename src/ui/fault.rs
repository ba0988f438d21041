//! Faults on purpose, so that a test can see what becomes of the terminal. Only builds with debug assertions have them.

/// The variable that names the place of a fault: `screen` (a key in a prompt) or `worker` (the first batch of a scan).
const VARIABLE: &str = "WARP_TUI_PANIC";

/// Panics if that is asked for, in this place.
pub(super) fn panic_if_asked(place: &str) {
    if cfg!(debug_assertions) && std::env::var_os(VARIABLE).is_some_and(|asked| asked == place) {
        panic!("{VARIABLE} asks for it");
    }
}
