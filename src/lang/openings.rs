//! Which language a text without a name is in, by what its lines look like: what comes out of a pipe has no extension.
//!
//! Each language has lines that texts in it begin with ([`LanguageInfo::openings`]). The first line that is neither blank nor a
//! comment has to be one of them, for prose hardly ever begins so; whose it is says which languages come into question.
//! Among these all lines count, each for the language whose opening says most about it.

use memchr::memmem;

use super::registry::{LANGUAGES, LanguageId, LanguageInfo};

/// Languages that have what another one has, and more: the other's lines count for them if any of their own is there. The last
/// tells whether they may do without the other's.
const EXTENSIONS: [(LanguageId, LanguageId, bool); 3] = [
    (LanguageId::TypeScript, LanguageId::JavaScript, true),
    (LanguageId::Tsx, LanguageId::TypeScript, false),
    (LanguageId::Crystal, LanguageId::Ruby, true),
];

/// The language of what begins with `head`; none if it does not begin like code.
pub(super) fn by_openings(head: &[u8]) -> Option<LanguageId> {
    let mut lines = Lines { rest: head };
    let mut weights = weigh(lines.next_of_code()?, LANGUAGES.iter());
    let mut asked: Vec<LanguageId> = weights.iter().map(|it| it.0).collect();
    for (more, less, _) in EXTENSIONS {
        if asked.contains(&less) {
            asked.push(more);
        }
    }
    while let Some(line) = lines.next_of_code() {
        let in_question = LANGUAGES.iter().filter(|info| asked.contains(&info.id));
        weights.extend(weigh(line, in_question));
    }
    let mut sums: Vec<(LanguageId, u32)> = asked.iter().map(|id| (*id, 0)).collect();
    for (id, sum) in &mut sums {
        *sum = weights.iter().filter(|it| it.0 == *id).map(|it| it.1).sum();
    }
    for (more, less, stands_alone) in EXTENSIONS {
        let shared = sums.iter().find(|it| it.0 == less).map_or(0, |it| it.1);
        if let Some((_, sum)) = sums.iter_mut().find(|it| it.0 == more && it.1 > 0) {
            *sum = if stands_alone || shared > 0 { *sum + shared } else { 0 };
        }
    }
    sums.into_iter().max_by_key(|it| it.1).map(|(id, _)| id)
}

/// Whether what begins with `head` begins like code; none if its first line of code is not there yet.
pub(super) fn begins_like_code(head: &[u8]) -> Option<bool> {
    let end = memchr::memrchr(b'\n', head)?;
    let first = Lines { rest: &head[..=end] }.next_of_code()?;
    Some(!weigh(first, LANGUAGES.iter()).is_empty())
}

/// The languages of which a line says most, and how much that is: the characters of the longest opening that it is.
fn weigh<'i>(
    line: &[u8],
    languages: impl Iterator<Item = &'i LanguageInfo>,
) -> Vec<(LanguageId, u32)> {
    let weight = |info: &LanguageInfo| {
        let fitting = info.openings.iter().filter(|opening| fits(opening, line));
        fitting.map(|opening| letters(opening)).max().unwrap_or(0)
    };
    let mut weights: Vec<_> = languages.map(|info| (info.id, weight(info))).collect();
    let most = weights.iter().map(|it| it.1).max().unwrap_or(0);
    weights.retain(|it| it.1 == most && most > 0);
    weights
}

/// Characters of an opening that stand for themselves.
fn letters(opening: &str) -> u32 {
    opening.chars().filter(|c| !matches!(c, '$' | '%' | '…' | ' ')).count() as u32
}

/// Whether a line is what an opening says: `$` is a name, `%` one with a capital letter in front, a blank one or more of
/// them, and `…` anything; all else stands for itself. Nests as deep as an opening has `…`.
fn fits(opening: &str, line: &[u8]) -> bool {
    let (mut opening, mut line) = (opening, line);
    while let Some(c) = opening.chars().next() {
        opening = &opening[c.len_utf8()..];
        let n = match c {
            '…' if opening.is_empty() => return true,
            '…' => return (0..line.len()).any(|i| fits(opening, &line[i..])),
            '$' => name(line),
            '%' if line.first().is_some_and(u8::is_ascii_uppercase) => name(line),
            '%' => 0,
            ' ' => line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count(),
            c => usize::from(line.first().is_some_and(|byte| char::from(*byte) == c)),
        };
        if n == 0 {
            return false;
        }
        line = &line[n..];
    }
    line.is_empty()
}

/// Bytes of the name that a line begins with.
fn name(line: &[u8]) -> usize {
    let is_name =
        |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(**byte, b'_' | b'$' | 0x80..);
    match line.first() {
        Some(byte) if !byte.is_ascii_digit() => line.iter().take_while(is_name).count(),
        _ => 0,
    }
}

/// The lines of a text.
struct Lines<'t> {
    rest: &'t [u8],
}

impl<'t> Lines<'t> {
    /// The next line that is neither blank nor a comment, without white space at its end. A comment that is some language's
    /// opening is one too.
    fn next_of_code(&mut self) -> Option<&'t [u8]> {
        loop {
            let line = self.next()?;
            match line.trim_ascii_start() {
                [] | [b'*', ..] => {}
                [b'/', b'*', ..] => self.pass_comment(line),
                [b'#', ..] | [b'/', b'/', ..] if !is_opening(line) => {}
                _ => return Some(line),
            }
        }
    }

    /// Goes behind the comment that begins in a line.
    fn pass_comment(&mut self, line: &[u8]) {
        let mut line = Some(line);
        while line.is_some_and(|line| memmem::find(line, b"*/").is_none()) {
            line = self.next();
        }
    }

    fn next(&mut self) -> Option<&'t [u8]> {
        if self.rest.is_empty() {
            return None;
        }
        let end = memchr::memchr(b'\n', self.rest).unwrap_or(self.rest.len());
        let line = &self.rest[..end];
        self.rest = self.rest.get(end + 1..).unwrap_or_default();
        Some(line.trim_ascii_end())
    }
}

/// Whether some language's texts begin with this line.
fn is_opening(line: &[u8]) -> bool {
    LANGUAGES.iter().any(|info| info.openings.iter().any(|opening| fits(opening, line)))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(text: &str) -> &'static str {
        by_openings(text.as_bytes()).map_or("", |id| id.info().name)
    }

    #[test]
    fn an_opening_is_read_as_it_says() {
        assert!(fits("package $", b"package main"));
        assert!(fits("package $", b"package \t main_2"));
        assert!(!fits("package $", b"package a.b"));
        assert!(!fits("package $", b"package"));
        assert!(!fits("package $", b"package 2"));
        assert!(fits("class % < …", b"class A < B"));
        assert!(!fits("class % < …", b"class a < B"));
        assert!(fits("def $(…) -> …:", b"def a(b: int) -> str:"));
        assert!(!fits("def $(…) -> …:", b"def a(b: int):"));
        assert!(fits("…", b"") && fits("", b"") && !fits("", b"a"));
    }

    #[test]
    fn the_first_line_of_code_says_which_languages_come_into_question() {
        assert_eq!(
            told("// Copyright\n\n/* a\nb */\npackage main\n\nvar x = 1\nvar y = 2\n"),
            "go"
        );
        assert_eq!(told("# Some notes\n\nThese are notes.\nimport os\n"), "");
        assert_eq!(told("2026-11-30 12:00:00 started\nimport os\n"), "");
        assert_eq!(told("\n  \n"), "");
        assert_eq!(told(""), "");
    }

    #[test]
    fn what_only_an_extension_has_tells_it() {
        let shared = "import { a } from 'b';\n\nexport const c = a;\n";
        assert_eq!(told(shared), "javascript");
        assert_eq!(told(&format!("{shared}interface D {{\n  e: string;\n}}\n")), "typescript");
        let element = "export const F = () => {\n  return <div />;\n};\n";
        assert_eq!(told(&format!("{shared}{element}")), "javascript");
        assert_eq!(told(&format!("{shared}{element}interface D {{}}\n")), "tsx");
        let shared = "require \"json\"\n\nclass A < B\n";
        assert_eq!(told(&format!("{shared}  def c(d)\n  end\nend\n")), "ruby");
        assert_eq!(told(&format!("{shared}  def c(d : Int32)\n  end\nend\n")), "crystal");
    }

    #[test]
    fn whether_it_begins_like_code_is_known_with_its_first_line() {
        assert_eq!(begins_like_code(b"// a\n/* b\n"), None);
        assert_eq!(begins_like_code(b"package ma"), None);
        assert_eq!(begins_like_code(b"package main\n"), Some(true));
        assert_eq!(begins_like_code(b"some words\n"), Some(false));
    }
}
