//! What each byte of a page means, as a role. Structure comes from the page's own marks and spans, exactly; numbers and
//! constants are told by the bytes between them; other languages' colours come from the highlighter and never override
//! structure.

use std::ops::Range;

use crate::explorer::Page;
use crate::lang::{LanguageId, SpanKind};
use crate::ui::highlight::{Painted, role_of_word};
use crate::ui::theme::Role;

/// Bytes looked at on either side to find a token's ends. Longer ones are called numbers by what is seen of them.
const TOKEN_BYTES_MAX: usize = 64;

/// Tells roles of bytes, going forward through a page.
#[derive(Debug)]
pub(super) struct Colours<'a> {
    page: &'a Page,
    language: LanguageId,
    painted: &'a [Painted],
    mark_idx: usize,
    span_idx: usize,
    painted_idx: usize,
    token: (Range<usize>, Role),
}

impl<'a> Colours<'a> {
    pub(super) fn new(page: &'a Page, language: LanguageId, painted: &'a [Painted]) -> Self {
        let token = (0..0, Role::Text);
        Colours { page, language, painted, mark_idx: 0, span_idx: 0, painted_idx: 0, token }
    }

    /// Goes to byte `at` of the page, wherever it is.
    pub(super) fn seek(&mut self, at: usize) {
        self.mark_idx = self.page.marks.partition_point(|mark| (mark.at as usize) < at);
        self.span_idx = self.page.spans.partition_point(|span| span.end as usize <= at);
        let offset = self.page.range.start + at as u64;
        self.painted_idx = self.painted.partition_point(|painted| painted.range.end <= offset);
    }

    /// The role of byte `at` of the page; `at` never goes back between two calls of [`Colours::seek`].
    pub(super) fn role(&mut self, at: usize) -> Role {
        while self.page.marks.get(self.mark_idx).is_some_and(|mark| (mark.at as usize) < at) {
            self.mark_idx += 1;
        }
        while self.page.spans.get(self.span_idx).is_some_and(|span| span.end as usize <= at) {
            self.span_idx += 1;
        }
        if let Some(mark) = self.page.marks.get(self.mark_idx).filter(|m| m.at as usize == at) {
            let is_bracket = mark.class.opens() || mark.class.closes();
            return if is_bracket { Role::depth(mark.depth) } else { Role::Separator };
        }
        let span = self.page.spans.get(self.span_idx).filter(|span| span.start as usize <= at);
        match (span.map(|span| (span.kind, span.key)), self.language) {
            (Some((SpanKind::String, true)), _) => Role::KeyString,
            (Some((kind, _)), _) if kind.is_comment() => Role::Comment,
            (Some((SpanKind::JsxText | SpanKind::MacroText | SpanKind::Data, _)), _) => Role::Text,
            (Some(_), _) => Role::String,
            (None, LanguageId::Text) => self.painted_role(at),
            (None, _) => self.token_role(at),
        }
    }

    fn painted_role(&mut self, at: usize) -> Role {
        let offset = self.page.range.start + at as u64;
        while self.painted.get(self.painted_idx).is_some_and(|p| p.range.end <= offset) {
            self.painted_idx += 1;
        }
        let painted = self.painted.get(self.painted_idx);
        painted.filter(|p| p.range.start <= offset).map_or(Role::Text, |p| p.role)
    }

    /// Numbers and constants are told by the whole token, so that a token cut by a row's end keeps its colour.
    fn token_role(&mut self, at: usize) -> Role {
        if self.token.0.contains(&at) {
            return self.token.1;
        }
        let bytes = &self.page.bytes;
        let is_part = if self.language == LanguageId::Json { is_token } else { is_word };
        if !bytes.get(at).is_some_and(|byte| is_part(*byte)) {
            return Role::Text;
        }
        let before = bytes[..at].iter().rev().take(TOKEN_BYTES_MAX);
        let start = at - before.take_while(|byte| is_part(**byte)).count();
        let after = bytes[at..].iter().take(TOKEN_BYTES_MAX);
        let end = at + after.take_while(|byte| is_part(**byte)).count();
        // Ruby and Crystal spell some names so.
        let is_asked = matches!(self.language, LanguageId::Ruby | LanguageId::Crystal)
            && bytes.get(end) == Some(&b'?');
        let end = end + usize::from(is_asked);
        let role = match &bytes[start..end] {
            _ if self.language != LanguageId::Json => {
                role_of_word(self.language, bytes, start, end)
            }
            b"true" | b"false" | b"null" => Role::Constant,
            [b'0'..=b'9' | b'-', ..] => Role::Number,
            _ => Role::Text,
        };
        self.token = (start..end, role);
        role
    }
}

fn is_word(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || byte == b'_' || byte >= 0x80
}

fn is_token(byte: u8) -> bool {
    byte.is_ascii_alphanumeric() || matches!(byte, b'+' | b'-' | b'.' | b'_') || byte >= 0x80
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ui::panes::testing;

    fn roles(text: &str) -> Vec<Role> {
        let page = testing::page(text.as_bytes());
        let mut colours = Colours::new(&page, LanguageId::Json, &[]);
        (0..text.len()).map(|at| colours.role(at)).collect()
    }

    #[test]
    fn every_kind_of_token_has_its_colour() {
        use Role::{Constant, Depth0, Depth1, KeyString, Number, Separator, String, Text};
        let text = r#"{"a":[-1, true,"b"]}"#;
        let expected = [
            vec![Depth0],
            vec![KeyString; 3],
            vec![Separator, Depth1],
            vec![Number; 2],
            vec![Separator, Text],
            vec![Constant; 4],
            vec![Separator],
            vec![String; 3],
            vec![Depth1, Depth0],
        ];
        assert_eq!(roles(text), expected.concat());
    }

    #[test]
    fn words_that_json_does_not_know_are_plain() {
        assert_eq!(roles("[nul]")[1], Role::Text);
        assert_eq!(roles("[nullx]")[1], Role::Text);
    }

    #[test]
    fn going_forward_and_going_there_agree() {
        let text = r#"[{"k": "v", "n": [1, 2.5e3, null]}, "x"]"#;
        let page = testing::page(text.as_bytes());
        let forward = roles(text);
        for (at, role) in forward.iter().enumerate() {
            let mut colours = Colours::new(&page, LanguageId::Json, &[]);
            colours.seek(at);
            assert_eq!(colours.role(at), *role, "{at}");
        }
    }
}
