//! The loop: waits for keys, the engine or signals; drains all; updates; draws once if anything changed.
//!
//! Invariants: it waits for nothing else, and there is no timer but the one that keeps frames apart, so that a program to
//! which nothing happens uses no processor and sends nothing.

use std::collections::VecDeque;
use std::fs::File;
use std::io;
use std::os::fd::{AsFd, OwnedFd};
use std::path::Path;
use std::sync::Arc;
use std::time::{Duration, Instant};

use crossbeam_channel::{Receiver, Sender, bounded, never};

use super::app::{App, Command};
use super::engine::Engine;
use super::event::{Event, Signal};
use super::keeper::Keeper;
use super::safe_text::safe;
use super::screen::Screen;
use super::term::Claim;
use super::{ConfigFile, Error, background, clipboard, fault, held, input, signals, term, view};
use crate::explorer::Request;
use crate::scan::GiveWay;

/// Frames are at least this far apart.
const FRAME_INTERVAL: Duration = Duration::from_millis(16);

/// A frame that takes longer, or comes later after its key, stands in the log.
const SLOW_FRAME: Duration = Duration::from_millis(16);

/// Between a frame and the next one if a key was pressed since: a held key repeats no faster.
const KEY_FRAME_INTERVAL: Duration = Duration::from_millis(4);

/// How long a frame waits for the engine's answers after a key: they mostly take less, and then one frame shows all that the
/// key has changed.
const ANSWER_PATIENCE: Duration = Duration::from_millis(3);

/// The same for the first frame, which would be empty otherwise.
const FIRST_PATIENCE: Duration = Duration::from_millis(6);

/// Events that wait for the loop: a turn takes far less than it takes to type so many. A full queue stops the input thread,
/// and so the terminal.
const EVENTS_MAX: usize = 256;

/// Answers taken in one turn, so that a flood of them cannot hold up a frame.
const ANSWERS_PER_TURN: usize = 64;

/// Requests that wait because the engine's queue is full. Beyond it the oldest is dropped; panes ask again.
const OUTBOX_MAX: usize = 64;

/// The size until a terminal tells its own.
const SIZE_UNKNOWN: (u16, u16) = (80, 24);

/// The exit code when the terminal is gone: as if the signal that tells of it (HUP) had ended the program.
const EXIT_GONE: u8 = 128 + 1;

/// How a program ends: the exit code.
type Ended = Option<u8>;

/// How documents are opened.
pub(super) type Open<'a, E> = Box<dyn Fn(&Path) -> Result<E, crate::error::Error> + 'a>;

/// The loop and all it holds.
pub(super) struct MainLoop<'a, E: Engine> {
    app: App,
    engine: E,
    /// Told that a key waits for its frame.
    give_way: Arc<GiveWay>,
    woken: Receiver<()>,
    /// Opens another document.
    open: Open<'a, E>,
    /// Writes settings to the configuration file, and tells how that went.
    keeper: Keeper,
    /// The terminal, to look whether a key waits.
    keys: Option<OwnedFd>,
    signals: Receiver<Signal>,
    events: Receiver<Event>,
    events_in: Sender<Event>,
    screen: Screen<File>,
    claim: Claim,
    size: (u16, u16),
    outbox: VecDeque<Request>,
    /// Questions since the last frame that are not answered yet: an answer may bring the next question.
    n_unanswered: usize,
    /// Whether the state may look other than what was drawn.
    dirty: bool,
    /// Whether the terminal is given back until the program is continued.
    stopped: bool,
    /// When the last key was taken.
    typed: Option<Instant>,
    drawn: Option<Instant>,
}

impl<'a, E: Engine> MainLoop<'a, E> {
    /// Claims the terminal.
    pub(super) fn new(
        app: App,
        engine: E,
        woken: Receiver<()>,
        open: Open<'a, E>,
    ) -> Result<MainLoop<'a, E>, Error> {
        let (signals_in, signals) = bounded(EVENTS_MAX);
        let (events_in, events) = bounded(EVENTS_MAX);
        let out = File::from(io::stdout().as_fd().try_clone_to_owned()?);
        term::install_panic_hook();
        // Before the claim: a signal that comes right after it must find its handler.
        signals::watch(signals_in)?;
        let claim = Claim::new()?;
        Ok(MainLoop {
            app,
            give_way: engine.give_way(),
            engine,
            woken,
            open,
            keeper: Keeper::default(),
            keys: None,
            signals,
            events,
            events_in,
            screen: Screen::new(out),
            claim,
            size: SIZE_UNKNOWN,
            outbox: VecDeque::new(),
            n_unanswered: 0,
            dirty: true,
            stopped: false,
            typed: None,
            drawn: None,
        })
    }

    /// With a file that settings can be written to.
    pub(super) fn with_config(mut self, config: Option<ConfigFile>) -> MainLoop<'a, E> {
        self.keeper = Keeper::of(config);
        self
    }

    /// Runs until the program ends. With `ask`, the terminal is asked for its background along with the first frame.
    pub(super) fn run(mut self, ask: bool) -> Result<u8, Error> {
        self.claim.set_mouse(self.app.has_mouse)?;
        self.size = term::window_size().unwrap_or(self.size);
        self.app.resize(self.size.0, self.size.1);
        if ask {
            self.screen.send_after(background::QUESTION);
        }
        let mut ended = self.first_answers()?;
        self.draw()?;
        let tty = term::open_tty()?;
        self.keys = Some(tty.try_clone()?);
        self.watch_keys()?;
        input::start(tty, ask, self.events_in.clone())?;
        while ended.is_none() {
            self.wait();
            ended = self.turn()?;
        }
        Ok(ended.unwrap_or_default())
    }

    /// The engine's workers look themselves whether a key waits.
    fn watch_keys(&self) -> io::Result<()> {
        let Some(keys) = self.keys.as_ref().map(OwnedFd::try_clone).transpose()? else {
            return Ok(());
        };
        self.give_way.watch(move || {
            fault::panic_if_asked("worker");
            input::is_waiting(&keys)
        });
        Ok(())
    }

    /// Opens another document in place of this one, which stays if that cannot be opened.
    fn open(&mut self, path: &Path) -> Result<(), Error> {
        match (self.open)(path) {
            Ok(engine) => {
                self.engine = engine;
                self.give_way = self.engine.give_way();
                self.watch_keys()?;
                self.outbox.clear();
                self.n_unanswered = 0;
                self.app.opened(self.engine.snapshot());
            }
            Err(error) => self.app.warn(safe(error.to_string().as_bytes())),
        }
        self.dirty = true;
        Ok(())
    }

    /// Asks for what the first frame shows, and gives the engine a moment to answer.
    fn first_answers(&mut self) -> Result<Ended, Error> {
        let deadline = Instant::now() + FIRST_PATIENCE;
        loop {
            self.drain();
            let ended = self.obey()?;
            let is_over = ended.is_some() || !self.is_to_be_answered();
            if is_over || self.woken.recv_deadline(deadline).is_err() {
                return Ok(ended);
            }
        }
    }

    /// Whether something is to come soon that belongs into the next frame.
    fn is_to_be_answered(&self) -> bool {
        self.n_unanswered > 0 || self.app.is_listing()
    }

    /// Time until a frame may be drawn; zero if it may be now.
    fn until_frame(&self) -> Duration {
        let since = |then: Option<Instant>, wanted: Duration| {
            then.map_or(Duration::ZERO, |then| wanted.saturating_sub(then.elapsed()))
        };
        let patience = if self.is_to_be_answered() { ANSWER_PATIENCE } else { Duration::ZERO };
        // A key must not wait for a frame that only showed progress.
        let is_typed = self.typed > self.drawn;
        let interval = if is_typed { KEY_FRAME_INTERVAL } else { FRAME_INTERVAL };
        since(self.drawn, interval).max(since(self.typed, patience))
    }

    /// Waits until something happens, or until a frame that is due may be drawn.
    fn wait(&self) {
        let frame = match self.dirty && !self.stopped {
            true => crossbeam_channel::after(self.until_frame()),
            false => never(),
        };
        let held = match self.app.is_holding() {
            true => crossbeam_channel::after(held::PATIENCE),
            false => never(),
        };
        // A ready receiver is only looked at here; the turn takes what is in all of them.
        let mut select = crossbeam_channel::Select::new();
        select.recv(&self.events);
        select.recv(&self.signals);
        select.recv(&self.woken);
        select.recv(&frame);
        select.recv(&held);
        let _ = select.ready();
    }

    /// One turn: signals, input, engine, commands, a frame.
    fn turn(&mut self) -> Result<Ended, Error> {
        if let Some(code) = self.take_signals()? {
            return Ok(Some(code));
        }
        if self.take_events() {
            return Ok(Some(EXIT_GONE));
        }
        self.drain();
        if self.app.is_holding() {
            self.dirty = true;
            self.app.release();
        }
        if let Some(code) = self.obey()? {
            return Ok(Some(code));
        }
        if self.dirty && !self.stopped && self.until_frame().is_zero() {
            self.draw()?;
        }
        Ok(None)
    }

    fn take_signals(&mut self) -> Result<Ended, Error> {
        let taken: Vec<Signal> = self.signals.try_iter().collect();
        for signal in &taken {
            match signal {
                Signal::End(number) => {
                    tracing::info!(number, "ended by a signal");
                    return Ok(Some(u8::try_from(128 + number).unwrap_or(1)));
                }
                Signal::Stop => self.suspend()?,
                Signal::Continued => self.come_back()?,
                Signal::Resized => {}
            }
        }
        if taken.contains(&Signal::Resized) {
            self.read_size();
        }
        Ok(None)
    }

    /// Takes what was typed. True if the terminal is gone.
    fn take_events(&mut self) -> bool {
        for _ in 0..EVENTS_MAX {
            let Ok(event) = self.events.try_recv() else { break };
            self.dirty = true;
            if matches!(event, Event::Key(_) | Event::Pointed(_)) {
                self.typed = Some(Instant::now());
                self.give_way.ask();
            }
            match event {
                Event::Key(key) => {
                    if self.app.is_prompting() {
                        fault::panic_if_asked("screen");
                    }
                    self.app.key(key);
                }
                Event::Pointed(pointed) => self.app.point(pointed),
                Event::Paste(text) => self.app.paste(text),
                Event::Background { light } => self.app.themes.suit(light),
                Event::Nothing => {}
                Event::Gone => return true,
            }
        }
        false
    }

    /// Takes what the engine has: the newest picture, then answers in order.
    fn drain(&mut self) {
        self.dirty |= self.woken.try_recv().is_ok();
        self.app.take_snapshot(self.engine.snapshot());
        self.app.take_files();
        for told in self.keeper.told() {
            self.dirty = true;
            self.app.take_kept(told);
        }
        for _ in 0..ANSWERS_PER_TURN {
            let Some(answer) = self.engine.try_answer() else { return };
            self.dirty = true;
            self.n_unanswered = self.n_unanswered.saturating_sub(1);
            self.app.take_answer(&answer);
        }
        // More may be waiting, and no wake will tell of it.
        self.events_in.try_send(Event::Nothing).ok();
    }

    /// Does what the state asks for. Commands may bring forth more of them.
    fn obey(&mut self) -> Result<Ended, Error> {
        for command in self.app.take_commands() {
            match command {
                Command::Ask(request) => {
                    if self.outbox.len() >= OUTBOX_MAX {
                        self.outbox.pop_front();
                    }
                    self.outbox.push_back(request);
                }
                Command::Repaint => self.screen.forget(),
                Command::Paste(on) => self.claim.set_paste(on)?,
                Command::Mouse(on) => self.claim.set_mouse(on)?,
                Command::Copy(bytes) => self.screen.send_after(&clipboard::copying(&bytes)),
                Command::Open(path) => self.open(&path)?,
                Command::Keep(tuning) => self.keeper.keep(tuning, &self.app.wake),
                Command::Suspend => self.suspend()?,
                Command::Quit => return Ok(Some(0)),
            }
        }
        while let Some(request) = self.outbox.pop_front() {
            if !self.engine.request(request.clone()) {
                self.outbox.push_front(request);
                break;
            }
            self.n_unanswered += usize::from(is_answered_soon(&request));
        }
        Ok(None)
    }

    fn draw(&mut self) -> Result<(), Error> {
        let begun = Instant::now();
        let (frame, cursor) = view::frame(&self.app);
        self.screen.draw(frame, cursor)?;
        self.give_way.over();
        self.log_if_slow(begun);
        self.dirty = false;
        self.n_unanswered = 0;
        self.drawn = Some(Instant::now());
        Ok(())
    }

    /// Tells the log of a frame that came late for the key it answers, or took long by itself.
    fn log_if_slow(&self, begun: Instant) {
        let draw_ms = begun.elapsed().as_secs_f64() * 1e3;
        let waited =
            self.typed.filter(|typed| Some(*typed) > self.drawn).map(|typed| typed.elapsed());
        let key_ms = waited.map_or(0.0, |waited| waited.as_secs_f64() * 1e3);
        if draw_ms.max(key_ms) > SLOW_FRAME.as_secs_f64() * 1e3 {
            tracing::warn!(draw_ms, key_ms, unanswered = self.n_unanswered, "slow frame");
        }
    }

    /// Gives the terminal back and stops. The stop may take hold of this thread a moment after the call, so that nothing is
    /// claimed again before the signal that the program was continued.
    fn suspend(&mut self) -> Result<(), Error> {
        term::restore();
        self.stopped = signals::stop_group();
        if self.stopped { Ok(()) } else { self.come_back() }
    }

    /// Claims the terminal again and paints it whole.
    fn come_back(&mut self) -> Result<(), Error> {
        self.stopped = false;
        self.claim.again()?;
        self.claim.set_paste(self.app.is_prompting())?;
        self.claim.set_mouse(self.app.has_mouse)?;
        self.read_size();
        Ok(())
    }

    /// Reads the window's size; one that is not told stays as it was. What a terminal keeps of its content over a change is
    /// its own matter, even if it ends at the size it had: everything is painted again.
    fn read_size(&mut self) {
        self.screen.forget();
        let size = term::window_size().unwrap_or(self.size);
        if size != self.size {
            self.size = size;
            self.app.resize(size.0, size.1);
        }
        self.dirty = true;
    }
}

/// Whether a request is a question whose answer belongs into the same frame.
fn is_answered_soon(request: &Request) -> bool {
    matches!(
        request,
        Request::Page { .. }
            | Request::Locate { .. }
            | Request::Jump { .. }
            | Request::Children { .. }
            | Request::ComparePage { .. }
            | Request::CompareRows { .. }
            | Request::CacheRows { .. }
    )
}
