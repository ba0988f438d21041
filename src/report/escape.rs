//! Text from outside made safe for a terminal or a line of a report: what a terminal would obey is shown instead.

/// The text with controls, escape sequences, bidirectional and invisible characters written out.
#[must_use]
pub fn shown(text: &str) -> String {
    let mut safe = String::with_capacity(text.len());
    for character in text.chars() {
        match character {
            '\t' => safe.push(' '),
            _ if hides(character) => safe.push_str(&format!("<U+{:04X}>", u32::from(character))),
            _ => safe.push(character),
        }
    }
    safe
}

/// Whether a character must not be sent: controls, the twelve bidi controls, zero-width formats, separators, tags.
fn hides(character: char) -> bool {
    character.is_control()
        || matches!(
            character,
            '\u{61C}' | '\u{AD}' | '\u{180E}' | '\u{200B}'..='\u{200F}' | '\u{2028}'..='\u{202E}'
            | '\u{2060}'..='\u{206F}' | '\u{FEFF}' | '\u{FFF9}'..='\u{FFFB}' | '\u{E0000}'..='\u{E007F}'
        )
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_that_a_terminal_obeys_gets_through() {
        let hostile = "a\x1b[2Jb\u{9b}31m\u{202e}c\u{200b}\r\n\x07é漢";
        let safe = shown(hostile);
        assert!(!safe.chars().any(hides), "{safe}");
        assert!(safe.ends_with("é漢"));
        assert!(safe.starts_with("a<U+001B>[2Jb"));
    }
}
