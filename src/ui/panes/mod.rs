//! Panes: each shows one side of a document. A pane owns its cursor, scroll and filter, takes actions, returns effects,
//! and draws from the snapshot; it never reaches into another pane.

pub mod boundaries;
pub mod cache;
pub mod monitor;
pub mod outline;
pub mod patterns;
pub(in crate::ui) mod scan_watch;
pub mod source;
#[cfg(test)]
pub(crate) mod testing;

use std::borrow::Cow;
use std::time::Duration;

use ratatui::buffer::Buffer;
use ratatui::layout::Rect;
use unicode_width::UnicodeWidthChar;

use self::source::LayoutKind;
use super::action::Action;
use super::theme::Theme;
use super::widgets::Window;
use crate::explorer::{Answer, Motion, Request, Snapshot};
use crate::units::ByteOffset;

/// What a pane may look at while it updates or draws.
#[derive(Clone, Copy, Debug)]
pub struct Context<'a> {
    /// The engine's newest picture.
    pub snapshot: &'a Snapshot,
    /// The theme.
    pub theme: &'a Theme,
    /// Whether only ASCII may be drawn (every glyph has an ASCII twin).
    pub ascii: bool,
    /// Whether this pane has the focus.
    pub focused: bool,
    /// How the source's bytes are to become rows.
    pub layout: LayoutKind,
    /// Whether lines that are wider than the pane go on below; else they are cut.
    pub wraps: bool,
    /// Bytes of a block, whose seams the boundaries pane lists.
    pub block: u64,
    /// Whether what a search found is lit.
    pub lights_matches: bool,
    /// Whether seams are marked in the source.
    pub marks_seams: bool,
    /// The token that is shown to lie across a seam: from, to.
    pub token: Option<(ByteOffset, ByteOffset)>,
    /// What is laid over the source.
    pub marks: Option<&'a source::Marks>,
}

/// What a pane wants to happen outside of itself.
#[derive(Clone, Debug, PartialEq)]
pub enum Effect {
    /// Ask the engine.
    Ask(Request),
    /// The document's cursor moves there, in all panes; the place is remembered for going back if `jump`.
    MoveTo {
        /// The new cursor.
        at: ByteOffset,
        /// Whether it is a jump (remembered) or a step.
        jump: bool,
    },
    /// The cursor goes where a motion leads from where it is.
    Jump {
        /// The motion.
        motion: Motion,
        /// How often.
        times: u64,
    },
    /// A sentence for the status line.
    Say(String),
    /// The token that lies across a seam, to be marked in the source: from, to.
    Token(Option<(ByteOffset, ByteOffset)>),
}

/// Whether a pane did something with an action.
#[derive(Clone, Debug, PartialEq)]
pub enum Outcome {
    /// Done, with these effects.
    Consumed(Vec<Effect>),
    /// Not for this pane.
    Ignored,
}

/// One side of a document. A pane that only shows the snapshot needs a title and [`Pane::render`].
pub trait Pane {
    /// The title in its border.
    fn title(&self, context: &Context<'_>) -> String;

    /// Its place on the screen changed; `area` is inside the border and may be empty.
    fn resize(&mut self, area: Rect) -> Vec<Effect> {
        let _ = area;
        Vec::new()
    }

    /// Does what an action asks, if it is one of this pane's. `count` is the number typed before the key.
    fn act(&mut self, action: Action, count: Option<u64>, context: &Context<'_>) -> Outcome {
        let _ = (action, count, context);
        Outcome::Ignored
    }

    /// How much of all there is it shows, for its border: from, to, of how many.
    fn share_in_sight(&self, context: &Context<'_>) -> Option<(u64, u64, u64)> {
        let _ = context;
        None
    }

    /// Does what a click on a cell asks: `column` and `row` inside the border, from 0 on.
    fn click(&mut self, column: u16, row: u16, context: &Context<'_>) -> Vec<Effect> {
        let _ = (column, row, context);
        Vec::new()
    }

    /// Whether it has asked for what keys that move go by, less than `patience` ago, and waits for it.
    fn is_waiting(&self, patience: Duration) -> bool {
        let _ = patience;
        false
    }

    /// Takes notice of an answer of the engine.
    fn answer(&mut self, answer: &Answer, context: &Context<'_>) -> Vec<Effect> {
        let _ = (answer, context);
        Vec::new()
    }

    /// Takes notice of the document's cursor having moved, by whichever pane.
    fn cursor_moved(&mut self, at: ByteOffset, context: &Context<'_>) -> Vec<Effect> {
        let _ = (at, context);
        Vec::new()
    }

    /// Takes notice of a new snapshot: what was missing or growing may be asked for again.
    fn snapshot_changed(&mut self, context: &Context<'_>) -> Vec<Effect> {
        let _ = context;
        Vec::new()
    }

    /// Draws it into `area` (inside the border, possibly empty). Nothing is read, waited for or kept.
    fn render(&self, area: Rect, buffer: &mut Buffer, context: &Context<'_>);
}

/// Whether an action scrolls a view, and down.
pub(in crate::ui) fn scrolls_down(action: Action) -> Option<bool> {
    match action {
        Action::ScrollDown => Some(true),
        Action::ScrollUp => Some(false),
        _ => None,
    }
}

/// Where an action leads in a list of `total` rows of which `seen` are seen and `chosen` is chosen, if it moves in lists.
pub(in crate::ui) fn list_target(
    action: Action,
    count: Option<u64>,
    chosen: u64,
    seen: Window,
    total: u64,
) -> Option<u64> {
    let n = count.unwrap_or(1);
    let page = n.saturating_mul(u64::from(seen.height.max(1)));
    let last = total.saturating_sub(1);
    let target = match action {
        Action::Down => chosen.saturating_add(n),
        Action::Up => chosen.saturating_sub(n),
        Action::PageDown => chosen.saturating_add(page),
        Action::PageUp => chosen.saturating_sub(page),
        Action::HalfPageDown => chosen.saturating_add(page / 2),
        Action::HalfPageUp => chosen.saturating_sub(page / 2),
        Action::Top => count.map_or(0, |n| n.saturating_sub(1)),
        Action::Bottom => count.map_or(last, |n| n.saturating_sub(1)),
        _ => return None,
    };
    Some(target.min(last))
}

/// Safe text as it may be drawn: where only ASCII may be, other characters are a `?` for each column they take.
pub(in crate::ui) fn drawable<'a>(text: impl Into<Cow<'a, str>>, ascii: bool) -> Cow<'a, str> {
    let text = text.into();
    if !ascii || text.is_ascii() {
        return text;
    }
    let twin = |c: char| match c {
        c if c.is_ascii() => c.to_string(),
        c => "?".repeat(UnicodeWidthChar::width(c).unwrap_or(0)),
    };
    Cow::Owned(text.chars().map(twin).collect())
}
