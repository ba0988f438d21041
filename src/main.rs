//! warp-tui: parse, run, and the one place for errors and exit codes.
#![forbid(unsafe_code)]

fn main() {
    let path = std::env::args_os().nth(1).unwrap_or_default();
    let options = warp_tui::explorer::EngineOptions::default();
    let screen = warp_tui::ui::ScreenOptions::default();
    if let Err(e) = warp_tui::ui::run(path.as_ref(), None, &options, &screen) {
        eprintln!("warp-tui: {e}");
        std::process::exit(2);
    }
}
