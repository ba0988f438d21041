//! The terminal: claimed once, given back by one function, whatever happens.
//!
//! Contract: [`restore`] may be called at any time, by any thread, any number of times. It undoes exactly what is on, by a
//! bit set that is written before each change, so that a claim that failed half way is undone as well.

use std::io::{self, IsTerminal};
use std::os::fd::{AsFd, OwnedFd};
use std::sync::atomic::{AtomicU8, Ordering};
use std::sync::{Mutex, PoisonError};

use rustix::event::{PollFd, PollFlags, Timespec, poll};
use rustix::termios::{OptionalActions, Termios, tcgetattr, tcgetwinsize, tcsetattr};

const RAW: u8 = 1;
const ALTERNATE: u8 = 2;
const CURSOR: u8 = 4;
const PASTE: u8 = 8;
const MOUSE: u8 = 16;

/// Buttons and the wheel, told in decimal (SGR), so that no column is too far out.
const MOUSE_ON: &str = "\x1b[?1000h\x1b[?1006h";
const MOUSE_OFF: &str = "\x1b[?1006l\x1b[?1000l";

/// Ends a synchronised update, in case one is open, and gives back the plain style.
const END_FRAME: &str = "\x1b[?2026l\x1b[0m";

/// How often a claim is tried after the program was continued: the shell may not have handed over yet.
const RECLAIMS_MAX: usize = 10;

/// How long a terminal may take before it can be written to.
const WRITE_PATIENCE: Timespec = Timespec { tv_sec: 0, tv_nsec: 300_000_000 };

static ON: AtomicU8 = AtomicU8::new(0);
static SAVED: Mutex<Option<Saved>> = Mutex::new(None);

/// The terminal as it was.
struct Saved {
    tty: OwnedFd,
    termios: Termios,
}

/// Why there can be no screen here; `None` if there can.
#[must_use]
pub(super) fn refusal() -> Option<&'static str> {
    if !io::stdout().is_terminal() {
        return Some("standard output is no terminal");
    }
    match std::env::var("TERM") {
        Err(_) => return Some("TERM is not set, so nothing is known of this terminal"),
        Ok(term) if term.is_empty() || term == "dumb" => {
            return Some("this terminal (TERM=dumb) cannot show a screen");
        }
        Ok(_) => {}
    }
    open_tty().is_err().then_some("there is no terminal to read keys from")
}

/// The terminal that keys come from: standard input, or the controlling terminal if that is something else.
///
/// # Errors
/// If there is none.
pub(super) fn open_tty() -> io::Result<OwnedFd> {
    let stdin = io::stdin();
    if stdin.is_terminal() {
        return stdin.as_fd().try_clone_to_owned();
    }
    Ok(std::fs::File::options().read(true).write(true).open("/dev/tty")?.into())
}

/// A claimed terminal. Dropping it gives the terminal back.
#[derive(Debug)]
pub(super) struct Claim(());

impl Claim {
    /// Claims the terminal: raw mode, alternate screen, no cursor. Remembers how it was before the first time.
    ///
    /// # Errors
    /// If the terminal does not take the settings; it is then as it was.
    pub(super) fn new() -> io::Result<Claim> {
        let tty = open_tty()?;
        let termios = tcgetattr(&tty)?;
        *SAVED.lock().unwrap_or_else(PoisonError::into_inner) = Some(Saved { tty, termios });
        let claim = Claim(());
        claim.enter()?;
        Ok(claim)
    }

    /// Claims it again after the program was stopped and continued. What a shell has set meanwhile is what will be given
    /// back.
    ///
    /// # Errors
    /// If the terminal does not take the settings, tried several times.
    pub(super) fn again(&self) -> io::Result<()> {
        let mut tried = 0;
        loop {
            tried += 1;
            match self.remember().and_then(|()| self.enter()) {
                Err(_) if tried < RECLAIMS_MAX => {}
                result => return result,
            }
        }
    }

    /// Tells the terminal to mark what is pasted, or not to.
    ///
    /// # Errors
    /// If it cannot be written to.
    pub(super) fn set_paste(&self, on: bool) -> io::Result<()> {
        set(PASTE, on, ["\x1b[?2004l", "\x1b[?2004h"])
    }

    /// Tells the terminal to send clicks and turns of the wheel, or not to.
    ///
    /// # Errors
    /// If it cannot be written to.
    pub(super) fn set_mouse(&self, on: bool) -> io::Result<()> {
        set(MOUSE, on, [MOUSE_OFF, MOUSE_ON])
    }

    /// Takes the settings of now for those to give back, unless they are our own.
    fn remember(&self) -> io::Result<()> {
        if ON.load(Ordering::SeqCst) & RAW == 0
            && let Some(saved) = SAVED.lock().unwrap_or_else(PoisonError::into_inner).as_mut()
        {
            saved.termios = tcgetattr(&saved.tty)?;
        }
        Ok(())
    }

    fn enter(&self) -> io::Result<()> {
        set_raw()?;
        ON.fetch_or(ALTERNATE | CURSOR, Ordering::SeqCst);
        write("\x1b[?1049h\x1b[?25l\x1b[0m\x1b[2J")
    }
}

impl Drop for Claim {
    fn drop(&mut self) {
        restore();
    }
}

/// Turns something on, or off if it was on.
fn set(bit: u8, on: bool, [switch_off, switch_on]: [&str; 2]) -> io::Result<()> {
    if on {
        ON.fetch_or(bit, Ordering::SeqCst);
        write(switch_on)
    } else if ON.fetch_and(!bit, Ordering::SeqCst) & bit != 0 {
        write(switch_off)
    } else {
        Ok(())
    }
}

fn set_raw() -> io::Result<()> {
    let saved = SAVED.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(Saved { tty, termios }) = saved.as_ref() else { return Ok(()) };
    let mut raw = termios.clone();
    raw.make_raw();
    ON.fetch_or(RAW, Ordering::SeqCst);
    Ok(tcsetattr(tty, OptionalActions::Now, &raw)?)
}

/// Gives the terminal back as it was. Failures are passed over: a terminal that is gone needs nothing.
pub(super) fn restore() {
    let on = ON.swap(0, Ordering::SeqCst);
    if on & (ALTERNATE | CURSOR | PASTE | MOUSE) != 0 {
        let mut text = String::from(END_FRAME);
        let undone = [
            (MOUSE, MOUSE_OFF),
            (PASTE, "\x1b[?2004l"),
            (CURSOR, "\x1b[?25h"),
            (ALTERNATE, "\x1b[?1049l"),
        ];
        for (bit, undo) in undone {
            if on & bit != 0 {
                text.push_str(undo);
            }
        }
        let _ = write(&text);
    }
    if on & RAW != 0 {
        let saved = SAVED.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(Saved { tty, termios }) = saved.as_ref() {
            let _ = tcsetattr(tty, OptionalActions::Now, termios);
        }
    }
}

/// Restores the terminal before a panic of this thread is told, and sends what other threads panic with to the log: they
/// are caught by the engine, and the screen goes on.
pub(super) fn install_panic_hook() {
    let screen_thread = std::thread::current().id();
    let told = std::panic::take_hook();
    std::panic::set_hook(Box::new(move |info| {
        if std::thread::current().id() == screen_thread {
            restore();
            told(info);
        } else {
            tracing::error!("a thread panicked: {info}");
        }
    }));
}

/// Columns and rows, if the terminal tells: one that says 0 does not know.
#[must_use]
pub(super) fn window_size() -> Option<(u16, u16)> {
    let size = tcgetwinsize(io::stdout()).ok()?;
    (size.ws_col > 0 && size.ws_row > 0).then_some((size.ws_col, size.ws_row))
}

/// Writes past the lock of standard output, which a thread that is stuck in a write would hold. A terminal that takes
/// nothing for a while (stopped by ^S) is given up.
fn write(text: &str) -> io::Result<()> {
    let out = io::stdout();
    let mut rest = text.as_bytes();
    while !rest.is_empty() {
        let mut ready = [PollFd::new(&out, PollFlags::OUT)];
        if poll(&mut ready, Some(&WRITE_PATIENCE))? == 0 {
            return Err(io::ErrorKind::TimedOut.into());
        }
        match rustix::io::write(&out, rest) {
            Ok(n) => rest = &rest[n..],
            Err(rustix::io::Errno::INTR) => {}
            Err(error) => return Err(error.into()),
        }
    }
    Ok(())
}
