//! Escapes for what is printed: nothing from a path, a document or a system message can steer the terminal.
//!
//! Controls, bidi marks and characters without width are written as `\n`, `\x1b` or `\u{202e}`; bytes that are not
//! UTF-8 as `\xff`. A backslash stays a backslash: this is for reading, not for parsing back.

use std::ffi::OsStr;
use std::fmt::Write;
use std::os::unix::ffi::OsStrExt;

/// Bytes as safe text on one line.
#[must_use]
pub fn escape_bytes(bytes: &[u8]) -> String {
    let mut out = String::with_capacity(bytes.len());
    for piece in bytes.utf8_chunks() {
        for character in piece.valid().chars() {
            push(&mut out, character);
        }
        for byte in piece.invalid() {
            let _ = write!(out, "\\x{byte:02x}");
        }
    }
    out
}

/// Text as safe text on one line.
#[must_use]
pub fn escape(text: &str) -> String {
    escape_bytes(text.as_bytes())
}

/// A path or an argument as safe text on one line.
#[must_use]
pub fn escape_os(text: &OsStr) -> String {
    escape_bytes(text.as_bytes())
}

fn push(out: &mut String, character: char) {
    match character {
        '\n' => out.push_str("\\n"),
        '\r' => out.push_str("\\r"),
        '\t' => out.push_str("\\t"),
        c if c.is_ascii_control() => {
            let _ = write!(out, "\\x{:02x}", c as u32);
        }
        c if c.is_control() || is_invisible(c) => {
            let _ = write!(out, "\\u{{{:x}}}", c as u32);
        }
        c => out.push(c),
    }
}

/// Characters that show nothing and change how others are shown: joiners, bidi controls, tags, line separators.
fn is_invisible(character: char) -> bool {
    matches!(character,
        '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{2028}'..='\u{202e}'
        | '\u{2060}'..='\u{206f}' | '\u{fe00}'..='\u{fe0f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}'
        | '\u{e0000}'..='\u{e0fff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_steer_a_terminal_is_shown_instead() {
        let shown = escape_bytes(b"a\x1b[2J\nb\xff\x7f\xc2\x9b\xe2\x80\xae");
        assert_eq!(shown, "a\\x1b[2J\\nb\\xff\\x7f\\u{9b}\\u{202e}");
    }

    #[test]
    fn plain_text_stays_as_it_is() {
        assert_eq!(escape("héllo wörld \\ 漢字"), "héllo wörld \\ 漢字");
    }

    #[test]
    fn no_control_survives() {
        let all: String = (0..=0x11_0000).filter_map(char::from_u32).collect();
        assert!(!escape(&all).chars().any(|c| c.is_control() || is_invisible(c)));
    }
}
