//! The vocabulary of Python: what texts in it begin with (`lang/openings.rs`), and its keywords.

/// What texts in Python begin with.
pub(in crate::lang) const OPENINGS: &[&str] = &[
    "\"\"\"…",
    "'''…",
    "r\"\"\"…",
    "import $",
    "import $.$",
    "import $ as $",
    "import $, …",
    "from $ import …",
    "from $.… import …",
    "from .… import …",
    "def $(…",
    "def $(…):",
    "def $(…) -> …:",
    "async def $(…",
    "class $:",
    "class $(…):",
    "if $…:",
    "try:",
    "@$",
    "@$.$…",
    "__all__ = …",
    "print(…)",
];

/// Keywords, and literals that are words; sorted.
pub(in crate::lang) const KEYWORDS: &[&str] = &[
    "False", "None", "True", "and", "as", "assert", "async", "await", "break", "case", "class",
    "continue", "def", "del", "elif", "else", "except", "finally", "for", "from", "global", "if",
    "import", "in", "is", "lambda", "match", "nonlocal", "not", "or", "pass", "raise", "return",
    "self", "try", "while", "with", "yield",
];
