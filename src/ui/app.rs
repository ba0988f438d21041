//! The state of the screen: panes, focus, cursor, prompt, messages. It knows no terminal and no engine handle: what should
//! happen outside comes out as [`Command`]s. How it changes stands in [`super::update`], how it looks in [`super::view`].

use std::path::PathBuf;
use std::sync::Arc;

use crossbeam_channel::Sender;
use ratatui::layout::Rect;

use super::compare::{CompareView, Looks};
use super::files::{Files, Picker};
use super::finder::Finder;
use super::geometry::{Geometry, PaneId, Wanted, lay_out};
use super::held::Held;
use super::jumps::Jumps;
use super::keymap::{Keymap, Typing};
use super::panes::boundaries::BoundariesPane;
use super::panes::cache::CachePane;
use super::panes::monitor::MonitorPane;
use super::panes::outline::OutlinePane;
use super::panes::patterns::PatternsPane;
use super::panes::scan_watch::ScanWatch;
use super::panes::source::{LayoutKind, SourcePane};
use super::panes::{Context, Effect, Pane};
use super::prompt::{History, Prompt};
use super::theme::{Role, Theme};
use super::theme_file::Themes;
use super::tune::TuneView;
use crate::explorer::tune::Tuning;
use crate::explorer::{Location, Request, Snapshot, StreamStatus};
use crate::lang::{LanguageId, ProblemKind};
use crate::stream::Flow;
use crate::units::ByteOffset;

/// What the loop should do.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Command {
    /// Ask the engine.
    Ask(Request),
    /// Paint the whole screen again.
    Repaint,
    /// Tell the terminal to mark what is pasted, or not to.
    Paste(bool),
    /// Tell the terminal to send clicks and the wheel, or to keep them.
    Mouse(bool),
    /// Give bytes to the terminal for its clipboard.
    Copy(Vec<u8>),
    /// Open another document in place of this one.
    Open(PathBuf),
    /// Write a setting to the configuration file.
    Keep(Tuning),
    /// Stop the program until it is continued.
    Suspend,
    /// End the program.
    Quit,
}

/// A sentence for the person.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Message {
    pub(super) text: String,
    pub(super) role: Role,
}

/// For what the cursor was explained last.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Located {
    pub(super) at: ByteOffset,
    /// How far the scan had come, and how often definitions had been gathered.
    bytes_done: u64,
    gathered: u64,
}

/// What lies over the panes and takes keys first; the last one is on top.
#[derive(Clone, Debug)]
pub(super) enum Overlay {
    /// The prompt.
    Prompt(Prompt),
    /// The files to choose from.
    Files(Picker),
    /// The list of keys, from this row on.
    Help {
        /// Rows scrolled out at the top.
        scroll: u16,
    },
}

/// The state of the screen.
pub(super) struct App {
    pub(super) snapshot: Arc<Snapshot>,
    pub(super) themes: Themes,
    pub(super) keymap: Keymap,
    pub(super) ascii: bool,
    pub(super) layout: LayoutKind,
    /// Whether lines wider than their pane go on below.
    pub(super) wraps: bool,
    /// Whether the terminal sends clicks and the wheel.
    pub(super) has_mouse: bool,
    pub(super) typing: Typing,
    pub(super) area: Rect,
    pub(super) geometry: Geometry,
    pub(super) focus: PaneId,
    pub(super) zoom: bool,
    pub(super) shown: [bool; PaneId::COUNT],
    pub(super) overlays: Vec<Overlay>,
    /// The compare view, which lies over the panes.
    pub(super) compare: Option<Box<CompareView>>,
    /// The tune view, which does, too.
    pub(super) tune: Option<Box<TuneView>>,
    /// What else can be opened, if a directory or several files were named.
    pub(super) files: Option<Files>,
    pub(super) wake: Sender<()>,
    pub(super) message: Option<Message>,
    pub(super) cursor: ByteOffset,
    /// The newest explanation of the cursor, or of where it was until then.
    pub(super) location: Option<Location>,
    /// The problem that is not to be told any more.
    pub(super) put_away: Option<(ByteOffset, ProblemKind)>,
    /// Keys that wait for the engine.
    pub(super) held: Held,
    /// The path is to be copied once it is known.
    pub(super) copies_path: bool,
    pub(super) jumps: Jumps,
    pub(super) finder: Finder,
    pub(super) searches: History,
    pub(super) places: History,
    /// Sides of comparisons that were typed.
    pub(super) compared_sides: History,
    /// The number of workers asked for and not yet seen in a snapshot.
    pub(super) threads_wanted: Option<usize>,
    /// Bytes of a block for the boundaries pane; those of the stream or the index if nobody said.
    pub(super) block: Option<u64>,
    /// The token across a seam that is marked in the source.
    pub(super) token: Option<(ByteOffset, ByteOffset)>,
    /// Whether the cursor stays at the end, and where that was when it was sent there last.
    pub(super) following: bool,
    pub(super) followed_to: u64,
    /// The cursor that an explanation was asked for, and how far the scan was then.
    pub(super) located: Option<Located>,
    /// Tells when the document is scanned anew.
    pub(super) scan_watch: ScanWatch,
    panes: [Box<dyn Pane>; PaneId::COUNT],
    commands: Vec<Command>,
}

fn panes(wake: Sender<()>) -> [Box<dyn Pane>; PaneId::COUNT] {
    [
        Box::new(SourcePane::new(wake)),
        Box::new(OutlinePane::default()),
        Box::new(PatternsPane::default()),
        Box::new(BoundariesPane::default()),
        Box::new(MonitorPane::default()),
        Box::new(CachePane::default()),
    ]
}

impl App {
    /// A screen of no size yet. Panes that work in the background tell `wake`.
    pub(super) fn new(
        snapshot: Arc<Snapshot>,
        themes: Themes,
        ascii: bool,
        wake: Sender<()>,
    ) -> App {
        let language = snapshot.document.language;
        let mut app = App {
            snapshot,
            themes,
            keymap: Keymap::default(),
            ascii,
            layout: LayoutKind::Plain,
            wraps: true,
            has_mouse: false,
            typing: Typing::default(),
            area: Rect::default(),
            geometry: Geometry::default(),
            focus: PaneId::Source,
            zoom: false,
            shown: [true; PaneId::COUNT],
            overlays: Vec::new(),
            compare: None,
            tune: None,
            files: None,
            wake: wake.clone(),
            message: None,
            cursor: 0,
            location: None,
            put_away: None,
            held: Held::default(),
            copies_path: false,
            jumps: Jumps::default(),
            finder: Finder::default(),
            searches: History::default(),
            places: History::default(),
            compared_sides: History::default(),
            threads_wanted: None,
            block: None,
            token: None,
            following: false,
            followed_to: 0,
            located: None,
            scan_watch: ScanWatch::default(),
            panes: panes(wake),
            commands: Vec::new(),
        };
        app.shown[PaneId::Boundaries.index()] = false;
        app.show_patterns_of(language);
        app
    }

    /// Another document takes the place of this one: nothing that was known of it holds.
    pub(super) fn opened(&mut self, snapshot: Arc<Snapshot>) {
        let language = snapshot.document.language;
        self.snapshot = snapshot;
        (self.compare, self.tune) = (None, None);
        self.panes = panes(self.wake.clone());
        (self.cursor, self.location, self.located) = (0, None, None);
        (self.jumps, self.finder) = (Jumps::default(), Finder::default());
        self.put_away = None;
        (self.following, self.token, self.copies_path) = (false, None, false);
        (self.threads_wanted, self.scan_watch) = (None, ScanWatch::default());
        // New panes have no size yet.
        self.geometry = Geometry::default();
        self.show_patterns_of(language);
    }

    /// Patterns have a pane where there can be any: in code.
    pub(super) fn show_patterns_of(&mut self, language: LanguageId) {
        self.shown[PaneId::Patterns.index()] = language.info().scanner.is_some();
        if self.focus == PaneId::Patterns {
            self.focus = PaneId::Source;
        }
        self.place();
    }

    /// The theme in use.
    pub(super) fn theme(&self) -> &Theme {
        self.themes.current()
    }

    /// The name of the document as it may be shown.
    pub(super) fn document_name(&self) -> String {
        super::safe_text::safe_path(&self.snapshot.document.path)
    }

    /// Bytes of a block for the boundaries pane.
    fn block_bytes(&self) -> u64 {
        self.block.unwrap_or(self.snapshot.document.block_bytes)
    }

    /// A pane to look at, with what it may look at.
    pub(super) fn pane(&self, id: PaneId) -> (&dyn Pane, Context<'_>) {
        let context = Context {
            snapshot: &self.snapshot,
            theme: self.themes.current(),
            ascii: self.ascii,
            focused: self.focus == id,
            layout: self.layout,
            wraps: self.wraps,
            block: self.block_bytes(),
            lights_matches: self.finder.is_lit,
            marks_seams: self.shown[PaneId::Boundaries.index()],
            token: self.token,
            marks: None,
        };
        (self.panes[id.index()].as_ref(), context)
    }

    /// A pane to change.
    pub(super) fn with_pane<R>(
        &mut self,
        id: PaneId,
        change: impl FnOnce(&mut dyn Pane, &Context<'_>) -> R,
    ) -> R {
        let context = Context {
            snapshot: &self.snapshot,
            theme: self.themes.current(),
            ascii: self.ascii,
            focused: self.focus == id,
            layout: self.layout,
            wraps: self.wraps,
            block: self.block_bytes(),
            lights_matches: self.finder.is_lit,
            marks_seams: self.shown[PaneId::Boundaries.index()],
            token: self.token,
            marks: None,
        };
        change(self.panes[id.index()].as_mut(), &context)
    }

    /// Changes all panes alike and does what they want.
    pub(super) fn with_panes(
        &mut self,
        mut change: impl FnMut(&mut dyn Pane, &Context<'_>) -> Vec<Effect>,
    ) {
        for id in PaneId::ALL {
            let effects = self.with_pane(id, &mut change);
            self.perform(effects);
        }
    }

    /// What views that lie over the panes are drawn with.
    pub(super) fn looks(&self) -> Looks<'_> {
        Looks {
            theme: self.themes.current(),
            ascii: self.ascii,
            layout: self.layout,
            wraps: self.wraps,
            lights_matches: self.finder.is_lit,
        }
    }

    /// Changes the compare view, if it is open, and does what it wants.
    pub(super) fn with_compare(
        &mut self,
        change: impl FnOnce(&mut CompareView, &Snapshot, Looks<'_>) -> Vec<Effect>,
    ) {
        // It is taken out meanwhile: what it wants may come back to it.
        let Some(mut view) = self.compare.take() else { return };
        let effects = change(&mut view, &self.snapshot, self.looks());
        self.compare = Some(view);
        self.perform(effects);
    }

    /// Does what a pane wants.
    pub(super) fn perform(&mut self, effects: Vec<Effect>) {
        for effect in effects {
            match effect {
                Effect::Ask(request) => self.ask(request),
                Effect::MoveTo { at, jump } => self.move_to(at, jump),
                Effect::Jump { motion, times } => self.jump(motion, times),
                Effect::Say(text) => self.say(text),
                Effect::Token(token) => self.token = token,
            }
        }
    }

    /// The cursor goes to `at`, and all panes take notice. Nothing happens when it is there and stays.
    pub(super) fn move_to(&mut self, at: ByteOffset, jump: bool) {
        // Of a document that grows the engine may know more than the last picture of it.
        let end = self.snapshot.document.bytes.saturating_sub(1);
        let at = if self.grows() { at } else { at.min(end) };
        let at = at.max(self.snapshot.first_byte);
        if at == self.cursor && !jump {
            return;
        }
        if jump && at != self.cursor {
            self.jumps.left(self.cursor);
        }
        self.cursor = at;
        self.with_panes(|pane, context| pane.cursor_moved(at, context));
        self.with_compare(|view, _, looks| view.cursor_moved(at, looks));
    }

    /// Whether more may come.
    pub(super) fn grows(&self) -> bool {
        let flows = |stream: &StreamStatus| stream.flow != Flow::Ended;
        self.snapshot.followed || self.snapshot.stream.as_ref().is_some_and(flows)
    }

    /// Asks the engine at the end of this turn.
    pub(super) fn ask(&mut self, request: Request) {
        self.commands.push(Command::Ask(request));
    }

    /// Has the loop do something at the end of this turn.
    pub(super) fn command(&mut self, command: Command) {
        self.commands.push(command);
    }

    /// Says something that the person may want to know.
    pub(super) fn say(&mut self, text: impl Into<String>) {
        self.message = Some(Message { text: text.into(), role: Role::Text });
    }

    /// Says that something did not work.
    pub(super) fn warn(&mut self, text: impl Into<String>) {
        self.message = Some(Message { text: text.into(), role: Role::Warning });
    }

    /// Places everything anew after the size, the focus or what is shown has changed.
    pub(super) fn place(&mut self) {
        self.place_panes();
        let (header, status) = (self.geometry.header, self.geometry.status);
        let height = status.y.saturating_sub(header.bottom());
        let body = Rect { y: header.bottom(), height, ..self.area };
        self.with_compare(|view, _, looks| view.resize(body, looks));
        self.with_tune(|view, _| view.resize(body));
    }

    fn place_panes(&mut self) {
        let wanted = Wanted { focus: self.focus, zoom: self.zoom, shown: self.shown };
        let before = std::mem::replace(&mut self.geometry, lay_out(self.area, wanted));
        for id in PaneId::ALL {
            let inside = self.geometry.inside(id);
            if inside != before.inside(id) {
                // Some of what a pane makes of a snapshot depends on its size too: the gutter's columns.
                let effects = self.with_pane(id, |pane, context| {
                    let mut effects = pane.resize(inside);
                    effects.extend(pane.snapshot_changed(context));
                    effects
                });
                self.perform(effects);
            }
        }
    }

    /// What is to be done after this turn. Asks for the cursor's explanation once, however often it moved.
    pub(super) fn take_commands(&mut self) -> Vec<Command> {
        let (bytes_done, gathered) = (self.snapshot.scan.bytes_done, self.snapshot.gathered);
        let is_stale = match self.located {
            None => true,
            Some(Located { at, .. }) if at != self.cursor => true,
            Some(Located { at, bytes_done: then, gathered: before }) => {
                let is_guess = self.location.as_ref().is_some_and(|l| l.at == at && !l.indexed);
                bytes_done < then
                    || (is_guess && then <= at && bytes_done > at)
                    || gathered != before
            }
        };
        if is_stale {
            self.located = Some(Located { at: self.cursor, bytes_done, gathered });
            self.ask(Request::Locate { at: self.cursor });
        }
        std::mem::take(&mut self.commands)
    }
}
