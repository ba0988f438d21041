//! Themes: roles to styles. Code names roles, never colours. Files and the choice among them: [`super::theme_file`].

use ratatui::style::{Modifier, Style};

/// What a piece of the screen means.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[repr(u8)]
pub enum Role {
    /// Plain text of a document or a pane.
    Text,
    /// Text that steps back: units, hints, what is not known yet.
    Dim,
    /// The header's and the status line's background and text.
    Bar,
    /// What stands out on a bar: the file's name, the path at the cursor.
    BarStrong,
    /// A key's name in help and hints.
    Key,
    /// The border and title of the focused pane.
    BorderFocused,
    /// The border and title of any other pane.
    Border,
    /// Line numbers and offsets.
    LineNumber,
    /// The number of the cursor's line.
    LineNumberCursor,
    /// The row the cursor is on.
    CursorRow,
    /// The cursor's cell, or the chosen row of a list.
    Cursor,
    /// What a search found.
    Match,
    /// A bracket and its partner.
    Pair,
    /// Strings that are values.
    String,
    /// Strings that are keys.
    KeyString,
    /// Numbers.
    Number,
    /// `true`, `false`, `null` and keywords.
    Constant,
    /// Comments.
    Comment,
    /// Commas, colons, semicolons.
    Separator,
    /// Brackets by depth: the depth modulo the number of these roles.
    Depth0,
    /// See [`Role::Depth0`].
    Depth1,
    /// See [`Role::Depth0`].
    Depth2,
    /// See [`Role::Depth0`].
    Depth3,
    /// See [`Role::Depth0`].
    Depth4,
    /// See [`Role::Depth0`].
    Depth5,
    /// Bytes that are shown, not sent: controls, invalid UTF-8, invisible characters.
    Hidden,
    /// Marks that are ours, not the document's: wrap marks, fold marks, truncation marks.
    Mark,
    /// Something is wrong.
    Error,
    /// Something wants attention.
    Warning,
    /// Something went well.
    Good,
    /// The filled part of a gauge or graph.
    Gauge,
    /// The empty part of a gauge.
    GaugeEmpty,
    /// Popups: background and text.
    Popup,
    /// What only the left side of a comparison tells.
    OnlyLeft,
    /// What only the right side tells.
    OnlyRight,
    /// What both tell to be of other kinds.
    OtherKind,
}

impl Role {
    /// How many there are.
    pub const COUNT: usize = Role::OtherKind as usize + 1;

    /// All roles by their numbers, with their names in theme files.
    pub const NAMES: [(Role, &'static str); Role::COUNT] = [
        (Role::Text, "text"),
        (Role::Dim, "dim"),
        (Role::Bar, "bar"),
        (Role::BarStrong, "bar-strong"),
        (Role::Key, "key"),
        (Role::BorderFocused, "border-focused"),
        (Role::Border, "border"),
        (Role::LineNumber, "line-number"),
        (Role::LineNumberCursor, "line-number-cursor"),
        (Role::CursorRow, "cursor-row"),
        (Role::Cursor, "cursor"),
        (Role::Match, "match"),
        (Role::Pair, "pair"),
        (Role::String, "string"),
        (Role::KeyString, "key-string"),
        (Role::Number, "number"),
        (Role::Constant, "constant"),
        (Role::Comment, "comment"),
        (Role::Separator, "separator"),
        (Role::Depth0, "depth-0"),
        (Role::Depth1, "depth-1"),
        (Role::Depth2, "depth-2"),
        (Role::Depth3, "depth-3"),
        (Role::Depth4, "depth-4"),
        (Role::Depth5, "depth-5"),
        (Role::Hidden, "hidden"),
        (Role::Mark, "mark"),
        (Role::Error, "error"),
        (Role::Warning, "warning"),
        (Role::Good, "good"),
        (Role::Gauge, "gauge"),
        (Role::GaugeEmpty, "gauge-empty"),
        (Role::Popup, "popup"),
        (Role::OnlyLeft, "only-left"),
        (Role::OnlyRight, "only-right"),
        (Role::OtherKind, "other-kind"),
    ];

    /// The role of a bracket at `depth`.
    #[must_use]
    pub fn depth(depth: i64) -> Role {
        match depth.rem_euclid(6) {
            0 => Role::Depth0,
            1 => Role::Depth1,
            2 => Role::Depth2,
            3 => Role::Depth3,
            4 => Role::Depth4,
            _ => Role::Depth5,
        }
    }
}

/// A theme: one style for each role.
#[derive(Clone, Debug, PartialEq)]
pub struct Theme {
    /// The name for `--theme`.
    pub name: String,
    /// Whether it is made for a light background.
    pub light: bool,
    styles: [Style; Role::COUNT],
}

impl Theme {
    /// A theme of these styles, by the roles' numbers.
    #[must_use]
    pub fn new(name: &str, light: bool, styles: [Style; Role::COUNT]) -> Theme {
        Theme { name: name.to_owned(), light, styles }
    }

    /// The style of a role.
    #[must_use]
    pub fn style(&self, role: Role) -> Style {
        self.styles[role as usize]
    }

    /// The style of the chosen row of a list. Where the list has not the focus it is the cursor's row, and underlined if a theme
    /// gives that no look of its own: in a source the cursor and the line's number tell it, in a list nothing would.
    #[must_use]
    pub fn chosen_row(&self, focused: bool) -> Style {
        match self.style(if focused { Role::Cursor } else { Role::CursorRow }) {
            style if style == Style::new() => style.add_modifier(Modifier::UNDERLINED),
            style => style,
        }
    }
}

impl Default for Theme {
    fn default() -> Self {
        Theme::new("plain", false, [Style::default(); Role::COUNT])
    }
}
