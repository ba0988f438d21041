//! Whether the terminal's background is light: asked of the terminal, behind a question that every terminal answers.
//!
//! The question goes out with the first frame, so that nothing waits for it. The input thread reads the answer before it
//! reads keys; what is typed meanwhile is kept.

use std::os::fd::OwnedFd;
use std::time::{Duration, Instant};

use crossterm::event::{KeyCode, KeyEvent, KeyModifiers};
use rustix::event::{PollFd, PollFlags, Timespec, poll};

/// Asks for the background colour (OSC 11), then for the device's attributes (DA1). Terminals answer in order, so that the
/// second answer tells that the first will not come.
pub(super) const QUESTION: &[u8] = b"\x1b]11;?\x07\x1b[c";

/// A local terminal answers within a few milliseconds.
const PATIENCE: Duration = Duration::from_millis(100);

/// Bytes of answers and typing that are looked at.
const REPLY_BYTES_MAX: usize = 4 << 10;

/// What is known of the background without asking.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Known {
    /// It is light.
    Light,
    /// It is dark, or asking would take too long.
    Dark,
    /// The terminal has to be asked.
    Ask,
}

/// What the environment tells of the background. Over a network the answer may come too late to be told from typing.
pub(super) fn known(variable: impl Fn(&str) -> Option<String>) -> Known {
    if let Some(colours) = variable("COLORFGBG") {
        let background = colours.rsplit(';').next().and_then(|number| number.parse::<u8>().ok());
        match background {
            Some(7 | 9..=15) => return Known::Light,
            Some(0..=6 | 8) => return Known::Dark,
            _ => {}
        }
    }
    let is_remote = variable("SSH_CONNECTION").is_some() || variable("SSH_TTY").is_some();
    let is_console = variable("TERM").is_some_and(|term| term == "linux" || term.starts_with("vt"));
    if is_remote || is_console { Known::Dark } else { Known::Ask }
}

/// What the terminal sent after the question.
#[derive(Clone, Debug, Default, PartialEq)]
pub(super) struct Reply {
    /// Whether the background is light, if that was answered.
    pub(super) light: Option<bool>,
    /// Whether the second question was answered: then nothing more is to come.
    pub(super) complete: bool,
    /// What was typed before and between the answers.
    pub(super) typed: Vec<KeyEvent>,
}

/// Reads from the terminal until both questions are answered, at most a tenth of a second.
#[must_use]
pub(super) fn read_reply(tty: &OwnedFd) -> Reply {
    let deadline = Instant::now() + PATIENCE;
    let mut bytes = Vec::new();
    while bytes.len() < REPLY_BYTES_MAX && !parse(&bytes).complete {
        let left = deadline.saturating_duration_since(Instant::now());
        let patience = Timespec { tv_sec: 0, tv_nsec: i64::from(left.subsec_nanos()) };
        let mut ready = [PollFd::new(tty, PollFlags::IN)];
        match poll(&mut ready, Some(&patience)) {
            Ok(0) => break,
            Ok(_) => {}
            Err(rustix::io::Errno::INTR) => continue,
            Err(_) => break,
        }
        let mut piece = [0; 256];
        match rustix::io::read(tty, &mut piece) {
            Ok(n) if n > 0 => bytes.extend_from_slice(&piece[..n]),
            Err(rustix::io::Errno::INTR) => {}
            _ => break,
        }
    }
    parse(&bytes)
}

fn parse(bytes: &[u8]) -> Reply {
    let mut reply = Reply::default();
    let mut rest = bytes;
    while let Some(byte) = rest.first() {
        let n = match rest {
            [0x1B, b']', ..] => colour(rest, &mut reply),
            [0x1B, b'[', ..] => sequence(rest, &mut reply),
            _ => {
                reply.typed.extend(key(*byte));
                1
            }
        };
        rest = &rest[n.clamp(1, rest.len())..];
    }
    reply
}

/// Reads `ESC ] 11 ; rgb:R/G/B` up to BEL or `ESC \\`. Returns its bytes.
fn colour(bytes: &[u8], reply: &mut Reply) -> usize {
    let Some(end) = bytes[2..].iter().position(|byte| matches!(byte, 0x07 | 0x1B)).map(|i| i + 2)
    else {
        return bytes.len();
    };
    let text = String::from_utf8_lossy(&bytes[2..end]);
    if let Some(rgb) = text.strip_prefix("11;rgb:") {
        let shares: Option<Vec<f64>> = rgb.split('/').map(share).collect();
        if let Some([r, g, b]) = shares.as_deref() {
            reply.light = Some(0.299 * r + 0.587 * g + 0.114 * b > 0.5);
        }
    }
    if bytes[end] == 0x1B { end + 2 } else { end + 1 }
}

/// A colour's part in one to four hexadecimal digits, as a share of the largest that has as many.
fn share(digits: &str) -> Option<f64> {
    let value = u16::from_str_radix(digits, 16).ok()?;
    let largest = 16_u32.checked_pow(u32::try_from(digits.len()).ok()?)? - 1;
    Some(f64::from(value) / f64::from(largest))
}

/// Reads `ESC [ ... letter`: the device's attributes, or an arrow key. Returns its bytes.
fn sequence(bytes: &[u8], reply: &mut Reply) -> usize {
    let Some(end) = bytes[2..].iter().position(|byte| (0x40..=0x7E).contains(byte)).map(|i| i + 2)
    else {
        return bytes.len();
    };
    let code = match bytes[end] {
        b'c' => {
            reply.complete |= bytes[2] == b'?';
            None
        }
        b'A' => Some(KeyCode::Up),
        b'B' => Some(KeyCode::Down),
        b'C' => Some(KeyCode::Right),
        b'D' => Some(KeyCode::Left),
        _ => None,
    };
    reply.typed.extend(code.map(|code| KeyEvent::new(code, KeyModifiers::NONE)));
    end + 1
}

fn key(byte: u8) -> Option<KeyEvent> {
    let (code, modifiers) = match byte {
        b'\r' => (KeyCode::Enter, KeyModifiers::NONE),
        b'\t' => (KeyCode::Tab, KeyModifiers::NONE),
        0x1B => (KeyCode::Esc, KeyModifiers::NONE),
        0x7F => (KeyCode::Backspace, KeyModifiers::NONE),
        b' '..=b'~' => (KeyCode::Char(char::from(byte)), KeyModifiers::NONE),
        0x01..=0x1A => (KeyCode::Char(char::from(byte - 1 + b'a')), KeyModifiers::CONTROL),
        _ => return None,
    };
    Some(KeyEvent::new(code, modifiers))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_light_and_a_dark_answer_are_told_apart() {
        assert_eq!(parse(b"\x1b]11;rgb:ffff/fafa/f0f0\x07\x1b[?62;c").light, Some(true));
        assert_eq!(parse(b"\x1b]11;rgb:1a/1b/26\x1b\\\x1b[?1;2c").light, Some(false));
        assert!(parse(b"\x1b]11;rgb:0/0/0\x07\x1b[?1;2c").complete);
    }

    #[test]
    fn a_terminal_that_knows_no_background_ends_the_waiting() {
        let reply = parse(b"\x1b[?6c");
        assert_eq!((reply.light, reply.complete), (None, true));
    }

    #[test]
    fn typing_around_the_answer_is_kept() {
        let reply = parse(b"jG\x1b]11;rgb:0000/0000/0000\x07 \x1b[B\x06\x1b[?62c");
        let codes: Vec<_> = reply.typed.iter().map(|key| key.code).collect();
        let typed = [
            KeyCode::Char('j'),
            KeyCode::Char('G'),
            KeyCode::Char(' '),
            KeyCode::Down,
            KeyCode::Char('f'),
        ];
        assert_eq!(codes, typed);
    }

    #[test]
    fn answers_cut_anywhere_do_no_harm() {
        let whole = b"\x1b]11;rgb:ffff/ffff/ffff\x1b\\\x1b[?62;22c";
        for end in 0..whole.len() {
            assert!(!parse(&whole[..end]).complete);
        }
    }

    #[test]
    fn the_environment_may_know() {
        let with = |name: &'static str, value: &'static str| {
            known(move |asked| (asked == name).then(|| value.to_owned()))
        };
        assert_eq!(with("COLORFGBG", "0;15"), Known::Light);
        assert_eq!(with("COLORFGBG", "15;default;0"), Known::Dark);
        assert_eq!(with("SSH_TTY", "/dev/pts/1"), Known::Dark);
        assert_eq!(with("TERM", "xterm-256color"), Known::Ask);
    }
}
