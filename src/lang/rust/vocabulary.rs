//! The vocabulary of Rust: what texts in it begin with (`lang/openings.rs`), and its keywords.

/// What texts in Rust begin with.
pub(in crate::lang) const OPENINGS: &[&str] = &[
    "#![…",
    "#[…]",
    "use $::…",
    "use {…",
    "extern crate $…;",
    "mod $;",
    "mod $ {",
    "pub mod $…",
    "pub use …",
    "pub fn $…",
    "pub struct $…",
    "pub enum $…",
    "pub trait $…",
    "pub type $…",
    "pub const $…",
    "pub(crate) …",
    "pub(in crate::lang) …",
    "pub …",
    "fn $(…",
    "fn $<…",
    "impl $…",
    "impl<…",
    "trait $…{…",
    "macro_rules! $…",
    "const $: …",
    "static $: …",
    "$!(…",
    "$! {…",
    "$!…{",
    "$::…!(…",
    "::$::…!(…",
    "$::…! {…",
];

/// Keywords, and literals that are words; sorted.
pub(in crate::lang) const KEYWORDS: &[&str] = &[
    "Self", "as", "async", "await", "bool", "break", "char", "const", "continue", "crate", "dyn",
    "else", "enum", "extern", "f32", "f64", "false", "fn", "for", "i128", "i16", "i32", "i64",
    "i8", "if", "impl", "in", "isize", "let", "loop", "match", "mod", "move", "mut", "pub", "ref",
    "return", "self", "static", "str", "struct", "super", "trait", "true", "type", "u128", "u16",
    "u32", "u64", "u8", "union", "unsafe", "use", "usize", "where", "while",
];
