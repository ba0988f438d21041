//! Signals: each becomes an event for the loop. One that was ignored when the program began stays ignored.
//!
//! Contract: whoever asks twice within two seconds to end the program is obeyed here, even if the loop is stuck.

use std::io;
use std::os::raw::c_int;
use std::thread;
use std::time::{Duration, Instant};

use crossbeam_channel::Sender;
use signal_hook::consts::signal::{SIGCONT, SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP, SIGWINCH};
use signal_hook::iterator::Signals;

use super::event::Signal;
use super::term;

const WATCHED: [c_int; 7] = [SIGTERM, SIGHUP, SIGINT, SIGQUIT, SIGTSTP, SIGCONT, SIGWINCH];

/// Within this time a second request to end is taken for impatience.
const IMPATIENCE: Duration = Duration::from_secs(2);

/// Begins to watch for signals and to tell `events` of them.
///
/// # Errors
/// If the handlers or the thread cannot be set up.
pub(super) fn watch(events: Sender<Signal>) -> io::Result<()> {
    let ignored = ignored();
    let mut signals = Signals::new(WATCHED.iter().filter(|signal| !is_in(ignored, **signal)))?;
    thread::Builder::new().name("signals".to_owned()).spawn(move || {
        let mut asked: Option<Instant> = None;
        for number in signals.forever() {
            let signal = match number {
                SIGWINCH => Signal::Resized,
                SIGTSTP => Signal::Stop,
                SIGCONT => Signal::Continued,
                _ => Signal::End(number),
            };
            if let Signal::End(number) = signal {
                if asked.is_some_and(|asked| asked.elapsed() < IMPATIENCE) {
                    term::restore();
                    std::process::exit(128 + number);
                }
                asked = Some(Instant::now());
            }
            // A full queue holds the same news already: the loop reads the size and the state, not the number of signals.
            let _ = events.try_send(signal);
        }
    })?;
    Ok(())
}

/// The signals that the program was started with as ignored (`nohup` does that), one bit each. Where the system does not
/// tell, none.
fn ignored() -> u64 {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let mask = status.lines().find_map(|line| line.strip_prefix("SigIgn:"));
    mask.and_then(|mask| u64::from_str_radix(mask.trim(), 16).ok()).unwrap_or(0)
}

fn is_in(mask: u64, signal: c_int) -> bool {
    u32::try_from(signal - 1).is_ok_and(|bit| mask.checked_shr(bit).is_some_and(|m| m & 1 == 1))
}

/// Stops the whole process group, as the terminal driver does for a program that leaves ^Z to it. SIGSTOP and not SIGTSTP,
/// which is ours and would be dropped in a group without a shell. False if it cannot be stopped, or if it would never learn
/// that it was continued.
pub(super) fn stop_group() -> bool {
    !is_in(ignored(), SIGCONT)
        && rustix::process::kill_current_process_group(rustix::process::Signal::STOP).is_ok()
}

/// Whether there is a shell that could continue this program: the leader of a session has none.
#[must_use]
pub(super) fn has_shell() -> bool {
    rustix::process::getsid(None).is_ok_and(|leader| leader != rustix::process::getpid())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_mask_has_signal_one_in_bit_zero() {
        assert!(is_in(0b1, SIGHUP));
        assert!(!is_in(0b1, SIGINT));
        assert!(is_in(1 << (SIGTERM - 1), SIGTERM));
        assert!(!is_in(u64::MAX, 0));
    }
}
