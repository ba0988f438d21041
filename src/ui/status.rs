//! The status line, which says where the cursor is, and the line under it: prompt, messages, progress of a search, trouble,
//! or else the keys that matter most.

use ratatui::buffer::Buffer;
use ratatui::layout::{Position, Rect};

use super::action::Action;
use super::app::{App, Overlay};
use super::compare;
use super::files;
use super::goto;
use super::panes::source::LayoutKind;
use super::prompt::{Prompt, PromptKind};
use super::safe_text::{fit_end, fit_start, safe};
use super::theme::Role;
use super::tune;
use super::view;

use super::widgets::{Pen, format, width};
use crate::explorer::{Location, PathStep, Phase, Problem, SourceChange, StreamStatus};
use crate::lang::{LanguageId, PatternKind, ProblemKind};

/// Columns that the path keeps while anything else is shown.
const PATH_COLUMNS_MIN: u16 = 12;

/// Columns that a pattern takes in a message at most.
const PATTERN_COLUMNS_MAX: u16 = 30;

/// Draws the status line.
pub(super) fn render(app: &App, area: Rect, buffer: &mut Buffer) {
    let theme = app.theme();
    let (plain, strong) = (theme.style(Role::Bar), theme.style(Role::BarStrong));
    buffer.set_style(area, plain);
    let location = app.location.as_ref();
    let path = match location {
        Some(location) if is_in_json(app) && location.began_before_window() => {
            (if app.ascii { "$..." } else { "$…" }).to_owned()
        }
        _ => path_here(app, safe),
    };
    let mut room = area.width.saturating_sub(width(&path).min(PATH_COLUMNS_MIN) + 2);
    let facts = facts(app, location);
    let mut order: Vec<usize> = (0..facts.len()).collect();
    order.sort_by_key(|i| facts[*i].0);
    let mut shown = vec![false; facts.len()];
    for i in order {
        let columns = width(&facts[i].1) + 3;
        if columns > room {
            break;
        }
        (shown[i], room) = (true, room - columns);
    }
    let facts = facts.iter().zip(shown).filter(|(_, shown)| *shown).map(|((_, text), _)| text);
    let right = facts.cloned().collect::<Vec<_>>().join("   ");
    let mut pen = Pen::new(buffer, area, 0);
    let path_columns = area.width.saturating_sub(width(&right) + 3);
    let path = fit_end(&path, path_columns, if app.ascii { "<" } else { "…" });
    pen.put(" ", plain).put(&path, strong);
    let gap = pen.left().saturating_sub(width(&right) + 1);
    pen.skip(gap).put(&right, plain);
}

/// How bytes of a document become text: for the screen, or as they are.
pub(super) type Show = fn(&[u8]) -> String;

/// The path at the cursor: of JSON, or of the definitions around it. Empty if there is none, or it is not known.
pub(super) fn path_here(app: &App, show: Show) -> String {
    let Some(location) = &app.location else { return String::new() };
    let info = app.snapshot.document.language.info();
    match info.scanner {
        Some(_) => definitions(info.family, &location.path, show),
        None if !is_in_json(app) || location.began_before_window() => String::new(),
        None => path(&location.path, show),
    }
}

fn is_in_json(app: &App) -> bool {
    let language = app.snapshot.document.language;
    language.info().scanner.is_none() && language != LanguageId::Text
}

/// What is said of the cursor, with its rank: the lowest stays longest where columns are few.
fn facts(app: &App, location: Option<&Location>) -> Vec<(u8, String)> {
    let unknown = || if app.ascii { "?".to_owned() } else { "…".to_owned() };
    let number = |number: Option<u64>| number.map_or_else(unknown, |n| format::count(n + 1));
    // Of an empty document, whose one place the scan never passes, all is known.
    let is_empty = app.snapshot.document.bytes == 0 && !app.snapshot.awaits_bytes();
    let known = |number: Option<u64>| if is_empty { Some(0) } else { number };
    let line = number(known(location.and_then(|location| location.line)));
    let column = number(known(location.and_then(|location| location.column)));
    let depth = location.and_then(|location| location.depth);
    let depth = if is_empty { Some(0) } else { depth };
    // Behind closers of nothing it is below the document's own.
    let depth = depth.map_or_else(unknown, |depth| format::count(depth.max(0).unsigned_abs()));
    let pattern = location.and_then(|location| location.pattern);
    let pattern = pattern.map(|(_, _, kind)| (5, kind.name().to_owned()));
    let mut facts = vec![
        (1, format!("line {line}")),
        (3, format!("column {column}")),
        (2, byte_as_counted(app.cursor, app.layout)),
        (0, percent(app.cursor, app.snapshot.document.bytes)),
    ];
    if app.snapshot.document.language != LanguageId::Text {
        facts.insert(3, (4, format!("depth {depth}")));
    }
    facts.splice(0..0, pattern);
    facts
}

/// A place as it is told: where the rows are numbered in hexadecimal, in that too.
pub(super) fn byte_as_counted(at: u64, layout: LayoutKind) -> String {
    let byte = format::count(at);
    if layout == LayoutKind::Hex {
        format!("byte {byte} (0x{at:x})")
    } else {
        format!("byte {byte}")
    }
}

/// How far into the document the cursor is; the last byte is all of it.
fn percent(at: u64, bytes: u64) -> String {
    let last = bytes.saturating_sub(1);
    if last == 0 || at >= last {
        return "100 %".to_owned();
    }
    // Wide enough for any document.
    format!("{} %", u128::from(at) * 100 / u128::from(last))
}

/// A path as a person would type it: `$.statuses[3].user["full name"]`. In a sequence of values (JSON Lines) the value's
/// number stands in front: `$[7].id`.
fn path(steps: &[PathStep], show: Show) -> String {
    let mut text = String::from("$");
    for step in steps {
        match &step.key {
            Some(key) if is_name(key) => {
                text.push('.');
                text.push_str(&show(key));
            }
            Some(key) => text.push_str(&format!("[\"{}\"]", show(key))),
            None => text.push_str(&format!("[{}]", step.index)),
        }
    }
    text
}

/// The definitions around a place, as people write them in the language: `Module::Class#method` in Ruby and Crystal,
/// `Class.method` in Python and JavaScript, `impl Foo > fn bar` elsewhere.
fn definitions(family: &str, steps: &[PathStep], show: Show) -> String {
    let mut text = String::new();
    let mut around = None;
    for step in steps {
        let (Some(kind), Some(name)) = (step.definition, &step.key) else { continue };
        let name = String::from_utf8_lossy(name);
        let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
        let is_first = text.is_empty();
        let (separator, name) = match family {
            "ruby" | "crystal" => match (kind, name.strip_prefix("self.")) {
                // Its methods are told from others by their dot.
                (PatternKind::SingletonClass, _) => ("", ""),
                (PatternKind::Method | PatternKind::Def, Some(name)) => (".", name),
                (PatternKind::Method | PatternKind::Def, None) => {
                    let of_self = around == Some(PatternKind::SingletonClass);
                    (if of_self { "." } else { "#" }, name.as_str())
                }
                _ => (if is_first { "" } else { "::" }, name.as_str()),
            },
            "python" | "javascript" | "typescript" => {
                (if is_first { "" } else { "." }, name.as_str())
            }
            _ => {
                text.push_str(if is_first { "" } else { " > " });
                text.push_str(kind.keyword());
                (" ", name.as_str())
            }
        };
        around = Some(kind);
        text.push_str(separator);
        text.push_str(&show(name.as_bytes()));
    }
    text
}

/// Whether a key can stand after a dot.
fn is_name(key: &[u8]) -> bool {
    let is_part = |byte: &u8| byte.is_ascii_alphanumeric() || matches!(byte, b'_' | b'-' | 0x80..);
    !key.is_empty() && !key[0].is_ascii_digit() && key.iter().all(is_part)
}

/// Draws the line under the status line, and says where the cursor of a prompt is.
pub(super) fn render_line(app: &App, buffer: &mut Buffer) -> Option<Position> {
    let area = app.geometry.line;
    let prompt = app.overlays.iter().rev().find_map(|overlay| match overlay {
        Overlay::Prompt(prompt) => Some(prompt),
        Overlay::Help { .. } | Overlay::Files(_) => None,
    });
    if let Some(prompt) = prompt {
        return render_prompt(app, prompt, area, buffer);
    }
    let said = message(app);
    if let Some((text, role)) = &said {
        clear(app, area, buffer);
        let style = app.theme().style(*role);
        let text = fit_start(text, area.width.saturating_sub(2), if app.ascii { ">" } else { "…" });
        Pen::new(buffer, area, 0).put(" ", app.theme().style(Role::Text)).put(&text, style);
    } else if app.geometry.line_is_own {
        render_hints(app, area, buffer);
    }
    if app.geometry.line_is_own && !app.typing.is_empty() {
        let typed = format!("{} ", app.typing);
        Pen::new(buffer, area, 0).put_at_end(&typed, app.theme().style(Role::Key));
    }
    None
}

fn clear(app: &App, area: Rect, buffer: &mut Buffer) {
    view::clear(area, buffer);
    buffer.set_style(area, app.theme().style(Role::Text));
}

fn render_prompt(app: &App, prompt: &Prompt, area: Rect, buffer: &mut Buffer) -> Option<Position> {
    let theme = app.theme();
    clear(app, area, buffer);
    let sign = prompt.kind.sign();
    let (text, column) = prompt.seen(area.width.saturating_sub(1));
    let mut pen = Pen::new(buffer, area, 0);
    pen.put(sign, theme.style(Role::Key)).put(&text, theme.style(Role::Text));
    if prompt.is_empty() {
        let hint = match prompt.kind {
            PromptKind::GoTo => goto::FORMS,
            PromptKind::Side(_) => "lang=ruby,kernel=scalar,block=4096,threads=2,chunk=65536",
            _ => "text; \\c in front ignores case, \\v a regex; Enter: the last one again",
        };
        pen.skip(1).put(hint, theme.style(Role::Dim));
    }
    if let Some(why) = &prompt.wrong {
        let why_style = theme.style(Role::Warning);
        let mark = if app.ascii { ">" } else { "…" };
        // Over what stands there, which tells nothing that is newer.
        let above = Rect { y: area.y.saturating_sub(1), ..area };
        if above.y < area.y {
            clear(app, above, buffer);
            let why = fit_start(why, above.width.saturating_sub(2), mark);
            Pen::new(buffer, above, 0).put(" ", theme.style(Role::Text)).put(&why, why_style);
        }
    }
    (!area.is_empty()).then(|| Position { x: area.x.saturating_add(1 + column), y: area.y })
}

/// What is to be said, most urgent first.
fn message(app: &App) -> Option<(String, Role)> {
    if let Some(message) = &app.message {
        return Some((message.text.clone(), message.role));
    }
    if app.tune.is_some() {
        // What is wrong with the document is of no matter there, and the keys are.
        return None;
    }
    if app.finder.searching().is_some() {
        return Some((searching(app), Role::Text));
    }
    if !app.geometry.line_is_own {
        // The status line is worth more than what stays true for long.
        return None;
    }
    trouble(app).or_else(|| Some((told(told_problem(app)?), Role::Error)))
}

/// What is wrong with more than the document's text.
fn trouble(app: &App) -> Option<(String, Role)> {
    if let Phase::Failed(why) = &app.snapshot.scan.phase {
        let what =
            if app.snapshot.stream.is_some() { "the stream broke off" } else { "the scan stopped" };
        return Some((format!("{what}: {}", safe(why.as_bytes())), Role::Error));
    }
    if let Some(change) = &app.snapshot.source_change {
        return Some((changed(app, change), Role::Warning));
    }
    app.snapshot.stream.as_ref().and_then(lost).map(|said| (said, Role::Warning))
}

/// The document's first problem, if it is told, for nothing else has to be, and the person has not put it away.
pub(super) fn told_problem(app: &App) -> Option<&Problem> {
    let problem = app.snapshot.first_problem.as_ref()?;
    let is_put_away = app.put_away == Some((problem.at, problem.kind));
    let is_told = app.geometry.line_is_own && !is_put_away && trouble(app).is_none();
    is_told.then_some(problem)
}

fn told(problem: &Problem) -> String {
    if problem.kind == ProblemKind::Utf16 {
        // It is true of every line.
        return problem.kind.describe().to_owned();
    }
    let place = match problem.line {
        Some(line) => format!("line {}", format::count(line + 1)),
        None => format!("byte {}", format::count(problem.at)),
    };
    let go = format!(":@{} goes there", problem.at);
    format!("{place}: {} ({go})", problem.kind.describe())
}

fn searching(app: &App) -> String {
    let esc = app.keymap.hint(Action::Cancel);
    let Some(search) = &app.snapshot.search else { return format!("searching   {esc} cancels") };
    let pattern = fit_start(&safe(search.needle.written()), PATTERN_COLUMNS_MAX, "…");
    let share = search.bytes_done as f64 / (search.bytes_total.max(1)) as f64;
    format!("searching `{pattern}`   {}   {esc} cancels", format::percent(share))
}

/// What is said of a stream of which not all is kept.
fn lost(stream: &StreamStatus) -> Option<String> {
    let trouble = stream.trouble.as_ref().map(|why| safe(why.as_bytes()));
    if stream.kept.start > 0 {
        let (kept, from) = (stream.kept.end - stream.kept.start, stream.kept.start);
        let kept = format!(
            "only the newest {} are kept, from byte {} on",
            format::bytes(kept),
            format::count(from)
        );
        return Some(trouble.map_or(kept.clone(), |why| format!("{kept}: {why}")));
    }
    trouble
}

fn changed(app: &App, change: &SourceChange) -> String {
    let again = app.keymap.hint(Action::Rescan);
    match change {
        SourceChange::Grown { bytes } => {
            format!("the file has grown to {}; {again} scans it again", format::bytes(*bytes))
        }
        SourceChange::Truncated { bytes } => {
            format!("the file was cut to {}; {again} scans it again", format::bytes(*bytes))
        }
        SourceChange::Rewritten => format!("the file was rewritten; {again} scans it again"),
        SourceChange::Replaced => format!("the file was replaced; {again} scans the new one"),
        SourceChange::Removed if app.snapshot.followed => {
            "the file was removed; another one under its name is followed on".to_owned()
        }
        SourceChange::Removed => "the file was removed; what is open can still be read".to_owned(),
        SourceChange::StartedOver(why) => format!("{why}: followed on from its start"),
        SourceChange::Unreadable(why) => format!("cannot be read: {}", safe(why.as_bytes())),
    }
}

/// The keys that matter most, as many as fit.
fn render_hints(app: &App, area: Rect, buffer: &mut Buffer) {
    // JSON is most often written for machines.
    let is_plain = app.layout == LayoutKind::Plain;
    let looks = match app.snapshot.document.language {
        LanguageId::Json if is_plain => (Action::Layout, "pretty"),
        _ => (Action::NextTheme, "theme"),
    };
    let of_document = [
        (Action::Help, "keys"),
        (Action::SearchForward, "search"),
        (Action::GoTo, "go to"),
        (Action::Matching, "bracket"),
        (Action::NextPane, "panes"),
        (Action::Zoom, "zoom"),
        looks,
        (Action::Quit, "quit"),
    ];
    let hints = match (&app.tune, &app.compare) {
        (Some(_), _) => tune::hints(),
        (None, Some(_)) => compare::hints(),
        (None, None) => &of_document,
    };
    let hints = hints.iter().map(|(action, word)| (app.keymap.hint(*action), *word));
    let hints: Vec<(String, &str)> = match app.overlays.last() {
        Some(Overlay::Files(_)) => files::HINTS.map(|(key, word)| (key.to_owned(), word)).into(),
        _ => hints.collect(),
    };
    let (key_style, dim) = (app.theme().style(Role::Key), app.theme().style(Role::Dim));
    let mut pen = Pen::new(buffer, area, 0);
    for (key, word) in &hints {
        if width(key) + width(word) + 3 > pen.left() {
            break;
        }
        pen.put(" ", dim).put(key, key_style).put(" ", dim).put(word, dim).put(" ", dim);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn path(steps: &[PathStep]) -> String {
        super::path(steps, safe)
    }

    fn step(open: Option<u64>, index: u64, key: Option<&str>) -> PathStep {
        let key = key.map(|key| key.as_bytes().to_vec());
        PathStep { open, index, key, member: 0, definition: None }
    }

    #[test]
    fn definitions_read_as_people_write_them_in_the_language() {
        use PatternKind::{Class, Fn, Impl, Method, Mod, Module, SingletonClass};
        let path = |family, steps: &[(PatternKind, &str)]| {
            let step = |(kind, name): &(PatternKind, &str)| PathStep {
                definition: Some(*kind),
                ..step(None, 0, Some(name))
            };
            definitions(family, &steps.iter().map(step).collect::<Vec<_>>(), safe)
        };
        assert_eq!(path("ruby", &[(Module, "A"), (Class, "B::C"), (Method, "d=")]), "A::B::C#d=");
        assert_eq!(path("ruby", &[(Class, "A"), (Method, "self.b")]), "A.b");
        assert_eq!(path("ruby", &[(Class, "A"), (SingletonClass, "self"), (Method, "b")]), "A.b");
        assert_eq!(path("python", &[(Class, "A"), (PatternKind::Def, "b")]), "A.b");
        let steps = [(Mod, "a"), (Impl, "fmt::Debug for\n  S<T>"), (Fn, "fmt")];
        assert_eq!(path("rust", &steps), "mod a > impl fmt::Debug for S<T> > fn fmt");
        assert_eq!(path("rust", &[]), "");
    }

    #[test]
    fn a_path_reads_as_it_is_typed() {
        let steps = [
            step(Some(0), 1, Some("statuses")),
            step(Some(9), 3, None),
            step(Some(20), 0, Some("full name")),
            step(Some(30), 0, Some("3d")),
        ];
        assert_eq!(path(&steps), "$.statuses[3][\"full name\"][\"3d\"]");
        assert_eq!(path(&[step(None, 0, None), step(Some(1), 0, Some("id"))]), "$[0].id");
        assert_eq!(path(&[]), "$");
    }

    #[test]
    fn a_key_is_made_safe() {
        assert_eq!(path(&[step(Some(0), 0, Some("a\u{202e}b"))]), "$.a<U+202E>b");
        assert_eq!(path(&[step(Some(0), 0, Some("\u{1b}[31m"))]), "$[\"\u{241b}[31m\"]");
    }

    #[test]
    fn percent_is_never_more_than_what_is_behind() {
        assert_eq!(percent(0, 0), "100 %");
        assert_eq!(percent(0, 10), "0 %");
        assert_eq!(percent(9, 10), "100 %");
        assert_eq!(percent(u64::MAX - 2, u64::MAX), "99 %");
    }
}
