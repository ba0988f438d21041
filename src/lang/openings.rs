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

    #[test]
    #[ignore]
    fn eval() {
        use std::collections::BTreeMap;
        use std::io::Read;
        let list = std::env::var("LIST").unwrap();
        let mut table: BTreeMap<(String, String), (u64, Vec<String>)> = BTreeMap::new();
        for path in std::fs::read_to_string(list).unwrap().lines() {
            let ext = path.rsplit('/').next().unwrap().rsplit_once('.').map_or("", |it| it.1);
            let Ok(file) = std::fs::File::open(path) else { continue };
            let mut head = Vec::new();
            if file.take(4096).read_to_end(&mut head).is_err() || head.is_empty() {
                continue;
            }
            let head = head.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(&head);
            let found = by_openings(head).map_or("-", |id| id.info().name);
            let entry = table.entry((ext.to_owned(), found.to_owned())).or_default();
            entry.0 += 1;
            if entry.1.len() < 4 && entry.0 % 7 == 1 {
                entry.1.push(path.to_owned());
            }
        }
        for ((ext, found), (n, some)) in table {
            println!("{ext:6} {found:12} {n:8} {}", some.join(" "));
        }
    }
}
