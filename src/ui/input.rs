//! Keys from the terminal, on a thread of their own.
//!
//! Contract: crossterm reads only when poll says that there is something to read, because its own waiting spins on a
//! terminal that is gone. A terminal that hangs up, ends or fails is told of once, and the thread ends.

use std::io;
use std::os::fd::OwnedFd;
use std::thread;
use std::time::Duration;

use crossbeam_channel::Sender;
use crossterm::event::{
    self, Event as TerminalEvent, KeyCode, KeyEvent, KeyEventKind, KeyModifiers,
};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

use super::background::{self, Reply};
use super::event::Event;
use super::mouse::Pointed;

/// A terminal that is gone is noticed after this time at the latest.
const POLL_INTERVAL: Timespec = Timespec { tv_sec: 0, tv_nsec: 250_000_000 };

/// crossterm reads nothing when asked with no time at all.
const READ_PATIENCE: Duration = Duration::from_millis(1);

/// Key events that an answer to a question of ours may look like when it comes too late.
const LATE_REPLY_KEYS_MAX: usize = 64;

/// Begins to read keys and to tell `events` of them. With `asked`, the terminal was asked for its background, and the
/// answer is read first.
///
/// # Errors
/// If the thread cannot be started.
pub(super) fn start(tty: OwnedFd, asked: bool, events: Sender<Event>) -> io::Result<()> {
    thread::Builder::new().name("input".to_owned()).spawn(move || {
        let is_late = asked && !read_background(&tty, &events);
        // A closed channel means that the loop has ended: nobody is left to tell.
        if read_keys(&tty, LateReply::new(is_late), &events).is_err() {
            let _ = events.send(Event::Gone);
        }
    })?;
    Ok(())
}

/// Whether the terminal has input that nobody has read yet.
#[must_use]
pub(super) fn is_waiting(tty: &OwnedFd) -> bool {
    let mut ready = [PollFd::new(tty, PollFlags::IN)];
    let at_once = Timespec { tv_sec: 0, tv_nsec: 0 };
    poll(&mut ready, Some(&at_once)).is_ok() && ready[0].revents() == PollFlags::IN
}

/// The terminal, or the one who listens, is gone.
struct Gone;

/// Waits for the answer about the background and passes on what was typed meanwhile. False if it did not come in time.
fn read_background(tty: &OwnedFd, events: &Sender<Event>) -> bool {
    let Reply { light, complete, typed } = background::read_reply(tty);
    if let Some(light) = light {
        let _ = events.send(Event::Background { light });
    }
    for key in typed {
        let _ = events.send(Event::Key(key));
    }
    complete
}

fn read_keys(tty: &OwnedFd, mut late: LateReply, events: &Sender<Event>) -> Result<(), Gone> {
    loop {
        let mut ready = [PollFd::new(tty, PollFlags::IN)];
        match poll(&mut ready, Some(&POLL_INTERVAL)) {
            Ok(0) | Err(rustix::io::Errno::INTR) => continue,
            Ok(_) => {}
            Err(_) => return Err(Gone),
        }
        let is_gone = PollFlags::HUP | PollFlags::ERR | PollFlags::NVAL;
        if ready[0].revents().intersects(is_gone) {
            return Err(Gone);
        }
        while event::poll(READ_PATIENCE).map_err(|_| Gone)? {
            match event::read().map_err(|_| Gone)? {
                TerminalEvent::Key(key)
                    if key.kind != KeyEventKind::Release && !late.takes(&key) =>
                {
                    events.send(Event::Key(key)).map_err(|_| Gone)?;
                }
                TerminalEvent::Mouse(event) => {
                    if let Some(pointed) = Pointed::of(&event) {
                        events.send(Event::Pointed(pointed)).map_err(|_| Gone)?;
                    }
                }
                TerminalEvent::Paste(text) => events.send(Event::Paste(text)).map_err(|_| Gone)?,
                // Sizes come by signal and ioctl; the rest was never asked for.
                _ => {}
            }
        }
    }
}

/// Swallows the answer about the background when it comes after we stopped to wait: to crossterm it looks like typing,
/// from Alt-] to ^G or Alt-\\.
struct LateReply {
    expected: bool,
    keys_left: usize,
}

impl LateReply {
    fn new(expected: bool) -> LateReply {
        LateReply { expected, keys_left: 0 }
    }

    fn takes(&mut self, key: &KeyEvent) -> bool {
        let is_alt = key.modifiers.contains(KeyModifiers::ALT);
        if self.keys_left > 0 {
            let is_bell = key.code == KeyCode::Char('g') && key.modifiers == KeyModifiers::CONTROL;
            let is_end = is_bell || (is_alt && key.code == KeyCode::Char('\\'));
            self.keys_left = if is_end { 0 } else { self.keys_left - 1 };
            return true;
        }
        if self.expected && is_alt && key.code == KeyCode::Char(']') {
            (self.expected, self.keys_left) = (false, LATE_REPLY_KEYS_MAX);
            return true;
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn taken(late: &mut LateReply, text: &str) -> Vec<bool> {
        let key = |c| match c {
            ']' => KeyEvent::new(KeyCode::Char(c), KeyModifiers::ALT),
            '\x07' => KeyEvent::new(KeyCode::Char('g'), KeyModifiers::CONTROL),
            c => KeyEvent::new(KeyCode::Char(c), KeyModifiers::NONE),
        };
        text.chars().map(|c| late.takes(&key(c))).collect()
    }

    #[test]
    fn a_late_answer_is_not_taken_for_typing() {
        let mut late = LateReply::new(true);
        let taken = taken(&mut late, "j]11;rgb:0000\x07j");
        assert!(!taken[0] && !taken[taken.len() - 1]);
        assert!(taken[1..taken.len() - 1].iter().all(|taken| *taken));
    }

    #[test]
    fn without_a_question_every_key_counts() {
        let mut late = LateReply::new(false);
        assert!(taken(&mut late, "j]11\x07").iter().all(|taken| !taken));
    }
}
