//! The line from which on a scan runs up to where it must guess the state.

use super::LOOK_BACK_MAX;

/// A line that most likely begins a declaration, if there is one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Landmark {
    /// Where the line begins.
    pub at: usize,
    /// Bytes of white space at its beginning; [`Landmark::NO_INDENT`] if it is a line like any other. Lines of the same
    /// indentation mostly stand in the same surroundings.
    pub indent: usize,
}

impl Landmark {
    /// The indentation of lines that begin nothing, in data or other long brackets.
    pub const NO_INDENT: usize = usize::MAX;

    /// The line in `before` that begins with one of `words`, indented as little as any: the last such line of which a state
    /// no longer knows by the end of `before`, else the last one. Without any, a line that begins with something else.
    pub(super) fn find(before: &[u8], words: &[&[u8]]) -> Option<Landmark> {
        let near = before.len().saturating_sub(LOOK_BACK_MAX);
        let (mut far_best, mut near_best) = (None, None);
        for line_break in memchr::memrchr_iter(b'\n', before) {
            let at = line_break + 1;
            let line = &before[at..];
            let indent = line.iter().take_while(|byte| matches!(byte, b' ' | b'\t')).count();
            let best: &mut Option<Landmark> =
                if at < near { &mut far_best } else { &mut near_best };
            if best.is_some_and(|best| best.indent <= indent)
                || !words.iter().any(|word| line[indent..].starts_with(word))
            {
                continue;
            }
            *best = Some(Landmark { at, indent });
            if indent == 0 && at < near {
                break;
            }
        }
        let is_better = |near: &Landmark| far_best.is_none_or(|far| near.indent < far.indent);
        near_best.filter(is_better).or(far_best).or_else(|| {
            // On one line a statement may do: the further back, the more is known of what is open around the cut.
            let end = memchr::memrchr(b'\n', &before[..near])
                .or_else(|| memchr::memchr(b';', &before[..near]))?;
            Some(Landmark { at: end + 1, indent: Landmark::NO_INDENT })
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_last_line_that_is_indented_least() {
        let find = |text: &[u8]| Landmark::find(text, &[b"def "]).map(|it| (it.at, it.indent));
        assert_eq!(find(b"def a\n"), None, "the first line may be cut");
        assert_eq!(find(b"\ndef a\n  def b\nb\n"), Some((1, 0)));
        assert_eq!(find(b"\n  def a\n  def b\n    def c\n"), Some((9, 2)));
        let far = "x".repeat(LOOK_BACK_MAX);
        assert_eq!(find(format!("\ndef a\ndef b\n{far}\ndef c").as_bytes()), Some((7, 0)));
        assert_eq!(
            find(format!("\n  def a\n{far}\ndef b").as_bytes()),
            Some((LOOK_BACK_MAX + 10, 0))
        );
    }
}
