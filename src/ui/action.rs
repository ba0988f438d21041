//! The one table of actions: name, doc, default keys, scope. Key handling, help and docs read it.

/// Everything a key can do.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Action {
    /// One row down.
    Down,
    /// One row up.
    Up,
    /// One column left (source), or fold (outline).
    Left,
    /// One column right (source), or unfold (outline).
    Right,
    /// One screen down.
    PageDown,
    /// One screen up.
    PageUp,
    /// Half a screen down.
    HalfPageDown,
    /// Half a screen up.
    HalfPageUp,
    /// The row's first byte.
    RowStart,
    /// The row's last byte.
    RowEnd,
    /// The document's start, or line N with a count.
    Top,
    /// The document's end, or line N with a count.
    Bottom,
    /// The partner of a bracket, or N percent with a count.
    Matching,
    /// The container around the cursor.
    Parent,
    /// The first member of the container at the cursor.
    Into,
    /// The next member of the same container.
    NextSibling,
    /// The previous member of the same container.
    PreviousSibling,
    /// Choose: jump to the row chosen in a list.
    Enter,
    /// Fold or unfold the row chosen in the outline.
    ToggleFold,
    /// Byte offsets in place of line numbers, or back.
    ToggleOffsets,
}
