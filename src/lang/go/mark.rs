//! What brackets and separators are, what they do to depth, and what closes the level that they open.

use crate::lang::Class;

/// A bracket or a separator. Questions about it are masks, not flags: of flags the compiler makes branches, and which one comes
/// next cannot be foretold.
#[derive(Clone, Copy)]
#[repr(align(8))]
pub(super) struct Mark {
    pub(super) class: Class,
    pub(super) change: i8,
    /// What closes the level that it opens; 0 if it opens none.
    pub(super) closer: u8,
    /// All bits if it opens a level; if it closes one.
    pub(super) opens: u8,
    pub(super) closes: u8,
    /// All bits if it does not stand in the plain head of a function.
    pub(super) stops_head: u8,
}

/// By byte; for other bytes it means nothing.
pub(super) static MARKS: [Mark; 256] = {
    const fn mark(byte: u8, class: Class, closer: u8) -> Mark {
        let closes = matches!(byte, b')' | b']' | b'}');
        let in_head = matches!(byte, b'(' | b')' | b'[' | b']' | b',');
        Mark {
            class,
            change: if closes { -1 } else { (closer != 0) as i8 },
            closer,
            opens: if closer != 0 { !0 } else { 0 },
            closes: if closes { !0 } else { 0 },
            stops_head: if in_head { 0 } else { !0 },
        }
    }
    let mut marks = [mark(b',', Class::Comma, 0); 256];
    marks[b'(' as usize] = mark(b'(', Class::ParenOpen, b')');
    marks[b'[' as usize] = mark(b'[', Class::BracketOpen, b']');
    marks[b'{' as usize] = mark(b'{', Class::BraceOpen, b'}');
    marks[b')' as usize] = mark(b')', Class::ParenClose, 0);
    marks[b']' as usize] = mark(b']', Class::BracketClose, 0);
    marks[b'}' as usize] = mark(b'}', Class::BraceClose, 0);
    marks[b';' as usize] = mark(b';', Class::Semicolon, 0);
    marks
};
