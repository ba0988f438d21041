//! The one table of actions: name, doc, default keys, scope. Key handling, help and docs read it.

/// Everything a key can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// One row down.
    Down,
    /// One row up.
    Up,
    /// One column left (source), or fold (outline).
    Left,
    /// One column right (source), or unfold (outline).
    Right,
    /// One screen down.
    PageDown,
    /// One screen up.
    PageUp,
    /// Half a screen down.
    HalfPageDown,
    /// Half a screen up.
    HalfPageUp,
    /// The view one row down; the cursor stays while it is in sight.
    ScrollDown,
    /// The view one row up; likewise.
    ScrollUp,
    /// The view half a screen left, or N columns with a count, where lines are cut.
    ScrollLeft,
    /// The view half a screen right; likewise.
    ScrollRight,
    /// The row's first byte.
    RowStart,
    /// The row's last byte.
    RowEnd,
    /// The row's first character that is no blank.
    RowText,
    /// The document's start, or line N with a count.
    Top,
    /// The document's end, or line N with a count.
    Bottom,
    /// The partner of a bracket, or N percent with a count.
    Matching,
    /// The container around the cursor.
    Parent,
    /// The first member of the container at the cursor.
    Into,
    /// The next member of the same container.
    NextSibling,
    /// The previous member of the same container.
    PreviousSibling,
    /// The next pattern of the kinds that the patterns pane shows.
    NextPattern,
    /// The pattern of those kinds before.
    PreviousPattern,
    /// The next seam of those that the boundaries pane lists.
    NextSeam,
    /// The seam before.
    PreviousSeam,
    /// Compare two scanners on the document, or leave that.
    Compare,
    /// The next difference.
    NextDifference,
    /// The difference before.
    PreviousDifference,
    /// Ask what shall scan the left side of a comparison.
    CompareLeft,
    /// Ask what shall scan the right side.
    CompareRight,
    /// Left for right.
    SwapSides,
    /// Measure all settings on the document, or leave that.
    Tune,
    /// Write the chosen setting to the configuration file.
    KeepTuned,
    /// Which seams the boundaries pane lists.
    FilterSeams,
    /// The cache view, or back from it.
    CacheView,
    /// Sort the cache's entries by something else.
    SortCache,
    /// Drop the chosen entry of the cache.
    DropCached,
    /// Ask for the size of the blocks whose seams are listed.
    BlockSize,
    /// Compare the document cut into blocks with the whole.
    Verify,
    /// Choose: jump to the row chosen in a list.
    Enter,
    /// Fold or unfold the row chosen in the outline.
    ToggleFold,
    /// Rows as they are, pretty, or as numbers.
    Layout,
    /// Long lines cut at the pane's edge, or going on below.
    Wrap,
    /// Byte offsets in place of line numbers, or back.
    ToggleOffsets,
    /// The next pane.
    NextPane,
    /// The pane before.
    PreviousPane,
    /// The focused pane alone, or all again.
    Zoom,
    /// Hide the outline, or show it.
    ShowOutline,
    /// Hide the patterns, or show them.
    ShowPatterns,
    /// Hide the boundaries, or show them.
    ShowBoundaries,
    /// Hide the monitor, or show it.
    ShowMonitor,
    /// Hide the cache, or show it.
    ShowCache,
    /// Ask for a text to look for, towards the end.
    SearchForward,
    /// Ask for a text to look for, towards the start.
    SearchBackward,
    /// The next match, in the direction of the search.
    NextMatch,
    /// The next match, against the direction of the search.
    PreviousMatch,
    /// Ask for a line, byte, share or path to go to.
    GoTo,
    /// Copy the path at the cursor.
    CopyPath,
    /// Copy the value or the brackets at the cursor.
    CopyValue,
    /// Copy the line.
    CopyLine,
    /// Where the cursor was before the last jump.
    Back,
    /// Undo going back.
    Forward,
    /// The list of files that were named, or of the directory.
    Files,
    /// One worker more.
    MoreThreads,
    /// One worker less.
    FewerThreads,
    /// Stay at the end while the document grows.
    Follow,
    /// Pause the reading of a stream, or go on with it.
    Pause,
    /// Scan again, the file as it is now.
    Rescan,
    /// Empty the detail cache.
    ClearCache,
    /// The next theme.
    NextTheme,
    /// Take clicks and the wheel from the terminal, or leave them to it.
    ToggleMouse,
    /// The list of all keys.
    Help,
    /// Paint the whole screen again.
    Redraw,
    /// Stop the program and go back to the shell.
    Suspend,
    /// End the prompt, the help or the search that is going on.
    Cancel,
    /// As `Cancel`; where nothing is going on, end the reading of a stream.
    Interrupt,
    /// End the program.
    Quit,
}

/// Where an action's keys are bound.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Scope {
    /// In every pane.
    Everywhere,
    /// In the outline only, before the keys that are bound everywhere.
    Outline,
}

/// The heading in help that an action stands under.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Group {
    /// Rows, pages, ends.
    Move,
    /// Brackets, members, places.
    Structure,
    /// Searching and going.
    Find,
    /// What goes to the clipboard.
    Clipboard,
    /// The outline's own.
    Outline,
    /// Two scanners side by side.
    Compare,
    /// Settings measured.
    Tune,
    /// Panes and looks.
    Screen,
    /// Workers and the program.
    Program,
}

impl Group {
    /// All groups, as help lists them.
    pub const ALL: [Group; 9] = [
        Group::Move,
        Group::Structure,
        Group::Find,
        Group::Clipboard,
        Group::Outline,
        Group::Compare,
        Group::Tune,
        Group::Screen,
        Group::Program,
    ];

    /// The heading.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Group::Move => "Move",
            Group::Structure => "Structure",
            Group::Find => "Find and go",
            Group::Clipboard => "Copy to the clipboard",
            Group::Outline => "In outline and patterns",
            Group::Compare => "Compare",
            Group::Tune => "Tune",
            Group::Screen => "Screen",
            Group::Program => "Program",
        }
    }
}

/// A row of the table.
#[derive(Clone, Copy, Debug)]
pub struct ActionInfo {
    /// The action.
    pub action: Action,
    /// Its name in messages and in the key configuration.
    pub name: &'static str,
    /// What it does, as a line of help.
    pub doc: &'static str,
    /// The keys it is bound to, separated by spaces each, as [`super::keymap`] reads them.
    pub keys: &'static [&'static str],
    /// What it does with a number typed before, as help shows it: `N G`, `line N`.
    pub counted: Option<(&'static str, &'static str)>,
    /// Where its keys are bound.
    pub scope: Scope,
    /// Where help lists it.
    pub group: Group,
}

const fn row(
    action: Action,
    group: Group,
    name: &'static str,
    keys: &'static [&'static str],
    doc: &'static str,
) -> ActionInfo {
    ActionInfo { action, name, doc, keys, counted: None, scope: Scope::Everywhere, group }
}

const fn counted(info: ActionInfo, keys: &'static str, doc: &'static str) -> ActionInfo {
    ActionInfo { counted: Some((keys, doc)), ..info }
}

const fn in_outline(info: ActionInfo) -> ActionInfo {
    ActionInfo { scope: Scope::Outline, ..info }
}

use Group::{Clipboard, Compare, Find, Move, Outline, Program, Screen, Structure, Tune};

/// The table. In a scope, no key stands twice; help lists rows in this order.
pub const ACTIONS: &[ActionInfo] = &[
    row(Action::Down, Move, "down", &["j", "down"], "one row down"),
    row(Action::Up, Move, "up", &["k", "up"], "one row up"),
    row(Action::Left, Move, "left", &["left"], "one character left"),
    row(Action::Right, Move, "right", &["right"], "one character right"),
    row(Action::RowStart, Move, "row-start", &["0", "home"], "start of the row"),
    row(Action::RowText, Move, "row-text", &["^"], "first character of the row"),
    row(Action::RowEnd, Move, "row-end", &["$", "end"], "end of the row"),
    row(Action::PageDown, Move, "page-down", &["space", "ctrl-f", "pagedown"], "one screen down"),
    row(Action::PageUp, Move, "page-up", &["ctrl-b", "pageup"], "one screen up"),
    row(Action::HalfPageDown, Move, "half-page-down", &["ctrl-d"], "half a screen down"),
    row(Action::HalfPageUp, Move, "half-page-up", &["ctrl-u"], "half a screen up"),
    row(Action::ScrollDown, Move, "scroll-down", &["ctrl-e"], "the view one row down"),
    row(Action::ScrollUp, Move, "scroll-up", &["ctrl-y"], "the view one row up"),
    row(
        Action::ScrollLeft,
        Move,
        "scroll-left",
        &["(", "ctrl-left"],
        "the view left, where lines are cut",
    ),
    row(Action::ScrollRight, Move, "scroll-right", &[")", "ctrl-right"], "the view right"),
    counted(
        row(Action::Top, Move, "top", &["g", "ctrl-home"], "start of the document"),
        "N g",
        "line N",
    ),
    counted(row(Action::Bottom, Move, "bottom", &["G", "ctrl-end"], "last line"), "N G", "line N"),
    counted(
        row(Action::Matching, Structure, "matching", &["%"], "matching bracket"),
        "N %",
        "N percent into the document",
    ),
    row(Action::Parent, Structure, "parent", &["h"], "container around the cursor"),
    row(Action::Into, Structure, "into", &["l"], "first member or definition in here"),
    row(Action::NextSibling, Structure, "next-sibling", &["J"], "next member or definition"),
    row(
        Action::PreviousSibling,
        Structure,
        "previous-sibling",
        &["K"],
        "member or definition before",
    ),
    row(Action::NextPattern, Structure, "next-pattern", &["] p"], "next pattern"),
    row(Action::PreviousPattern, Structure, "previous-pattern", &["[ p"], "pattern before"),
    row(Action::NextSeam, Structure, "next-seam", &["] b"], "next seam between blocks"),
    row(Action::PreviousSeam, Structure, "previous-seam", &["[ b"], "seam before"),
    row(Action::SearchForward, Find, "search", &["/"], "search on; \\c any case, \\v a regex"),
    row(Action::SearchBackward, Find, "search-backward", &["?"], "search back; the same"),
    row(Action::NextMatch, Find, "next-match", &["n"], "next match"),
    row(Action::PreviousMatch, Find, "previous-match", &["N"], "match before"),
    row(Action::GoTo, Find, "go-to", &[":"], "line, @byte, 50%, $.a[3], lang ..."),
    row(Action::Back, Find, "back", &["ctrl-o", "backspace"], "back to before the last jump"),
    row(Action::Forward, Find, "forward", &["ctrl-n"], "forward again"),
    row(Action::CopyPath, Clipboard, "copy-path", &["y p"], "the path"),
    row(Action::CopyValue, Clipboard, "copy-value", &["y v"], "the value, the brackets, the level"),
    row(Action::CopyLine, Clipboard, "copy-line", &["y y"], "the line"),
    in_outline(row(Action::Enter, Outline, "enter", &["enter"], "go to the chosen row")),
    in_outline(row(
        Action::ToggleFold,
        Outline,
        "toggle-fold",
        &["space"],
        "fold or unfold; a kind on or off",
    )),
    in_outline(row(Action::Left, Outline, "fold", &["left"], "fold, or go to the container")),
    in_outline(row(Action::Right, Outline, "unfold", &["right"], "unfold, or go into it")),
    row(Action::Compare, Compare, "compare", &["C"], "compare two scanners, or go back"),
    row(Action::NextDifference, Compare, "next-difference", &["] d"], "next difference"),
    row(Action::PreviousDifference, Compare, "previous-difference", &["[ d"], "difference before"),
    row(Action::CompareLeft, Compare, "compare-left", &["<"], "left side: lang=L,kernel=K,block=N"),
    row(Action::CompareRight, Compare, "compare-right", &[">"], "right side: the same"),
    row(Action::SwapSides, Compare, "swap-sides", &["x"], "left for right"),
    row(Action::Tune, Tune, "tune", &["t"], "measure all settings, or go back"),
    row(Action::KeepTuned, Tune, "keep-tuned", &["w"], "in there: write it to the config"),
    row(Action::NextPane, Screen, "next-pane", &["tab", "ctrl-w w"], "next pane"),
    row(Action::PreviousPane, Screen, "previous-pane", &["backtab", "ctrl-w W"], "pane before"),
    row(Action::Zoom, Screen, "zoom", &["z", "ctrl-w o"], "this pane alone, or all again"),
    row(Action::ShowOutline, Screen, "show-outline", &["f2"], "outline on or off"),
    row(Action::ShowPatterns, Screen, "show-patterns", &["f5"], "patterns on or off"),
    row(Action::ShowBoundaries, Screen, "show-boundaries", &["f6"], "boundaries on or off"),
    row(Action::BlockSize, Screen, "block-size", &["b"], "block size for boundaries"),
    row(Action::FilterSeams, Screen, "filter-seams", &["f"], "seams: all, in strings, ..."),
    row(Action::Verify, Screen, "verify", &["v"], "compare the blocks with the whole"),
    row(Action::ShowMonitor, Screen, "show-monitor", &["f3"], "monitor on or off"),
    row(Action::ShowCache, Screen, "show-cache", &["f4"], "cache on or off"),
    row(Action::CacheView, Screen, "cache-view", &["c"], "what the cache keeps, or back"),
    in_outline(row(
        Action::SortCache,
        Screen,
        "sort-cache",
        &["s"],
        "in there: sort by something else",
    )),
    in_outline(row(Action::DropCached, Screen, "drop-cached", &["d"], "in there: drop the entry")),
    row(Action::ToggleOffsets, Screen, "offsets", &["#"], "line numbers or byte offsets"),
    row(Action::Layout, Screen, "layout", &["="], "rows pretty (JSON), in hex, plain"),
    row(Action::Wrap, Screen, "wrap", &["W"], "long lines go on below, or are cut"),
    row(Action::NextTheme, Screen, "next-theme", &["T"], "next theme"),
    row(Action::ToggleMouse, Screen, "mouse", &["M"], "take the mouse, or leave it"),
    row(Action::Redraw, Screen, "redraw", &["ctrl-l"], "paint the screen again"),
    row(Action::Files, Program, "files", &["o", "ctrl-p"], "another file of those named"),
    row(Action::MoreThreads, Program, "more-threads", &["+"], "one worker more"),
    row(Action::FewerThreads, Program, "fewer-threads", &["-"], "one worker less"),
    row(Action::Follow, Program, "follow", &["F"], "stay at the end while it grows"),
    row(Action::Pause, Program, "pause", &["p"], "pause a stream, or go on with it"),
    row(Action::Rescan, Program, "rescan", &["R"], "scan the file again, as it is now"),
    row(Action::ClearCache, Program, "clear-cache", &["X"], "empty the cache"),
    row(Action::Help, Program, "help", &["f1", "H"], "this list"),
    row(Action::Cancel, Program, "cancel", &["esc"], "end a prompt, the help or a search"),
    row(
        Action::Interrupt,
        Program,
        "interrupt",
        &["ctrl-c"],
        "the same, or end a stream's reading",
    ),
    row(Action::Suspend, Program, "suspend", &["ctrl-z"], "to the shell; fg comes back"),
    row(Action::Quit, Program, "quit", &["q"], "quit"),
];

impl Action {
    /// Its row in the table.
    #[must_use]
    pub fn info(self) -> &'static ActionInfo {
        ACTIONS.iter().find(|info| info.action == self).unwrap_or(&ACTIONS[0])
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Help gives them so much room; what runs out of it runs into the next column.
    #[test]
    fn sentences_fit_into_help() {
        for info in ACTIONS {
            assert!(info.doc.len() <= 35, "{}: {}", info.name, info.doc);
        }
    }

    #[test]
    fn names_stand_once() {
        for (i, info) in ACTIONS.iter().enumerate() {
            assert!(ACTIONS[..i].iter().all(|other| other.name != info.name), "{}", info.name);
        }
    }
}
