//! What surrounds the innermost levels: taken off, and put around them again.

use std::mem::discriminant;
use std::ops::RangeInclusive;

use super::state::{Frame, Kind, Last, State};

impl Kind {
    /// Whether nothing but its end asks for more of a frame than its kind and how far it has come.
    fn is_plain(self) -> bool {
        use Kind::{Block, Bracket, Call, Class, Control, For, Object, Paren};
        matches!(self, Block | Class | Object | Control | For | Call | Paren | Bracket)
    }
}

impl Frame {
    /// All of it but where it stands.
    fn without_places(self) -> Frame {
        Frame { start: 0, name: (0, 0), ..self }
    }

    /// Whether two bodies are alike but for what their ends look at.
    fn is_body_like(&self, other: &Frame) -> bool {
        let way = |frame: &Frame| {
            (frame.kind, frame.pending, frame.value, frame.ternaries, frame.conditions)
        };
        way(self) == way(other)
    }
}

impl State {
    /// How many of the innermost frames of two states may be alike, and the one that they lie in too: so many or one less. An
    /// empty range: none, not even without them.
    pub(super) fn levels_alike(&self, other: &State, most: usize) -> RangeInclusive<usize> {
        #[allow(clippy::reversed_empty_ranges, reason = "no number is worth trying")]
        const NONE: RangeInclusive<usize> = 1..=0;
        if discriminant(&self.mode) != discriminant(&other.mode) || self.last != other.last {
            return NONE;
        }
        let pairs = || self.frame.levels().zip(other.frame.levels());
        let is_alike = |(a, b): &(&Frame, &Frame)| a.without_places() == b.without_places();
        // The one around them is taken off with what surrounds it.
        let at_hand = self.frame.n_at_hand().min(other.frame.n_at_hand());
        let most = most.min(at_hand.saturating_sub(1));
        let n = pairs().take(most).take_while(is_alike).count();
        let is_body = pairs().nth(n).is_some_and(|(a, b)| a.is_body_like(b));
        match (is_body, n.checked_sub(1)) {
            (true, _) => n.saturating_sub(1)..=n,
            (false, Some(n)) => n..=n,
            (false, None) => NONE,
        }
    }

    /// Takes off what surrounds the innermost `n` frames and the one that they lie in. Of that one, if it is a body, what its
    /// end alone looks at goes too. `None` if they are not at hand.
    pub(super) fn take_surroundings(&mut self, n: usize) -> Option<State> {
        let mut outer = State::default();
        let frames = self.frame.take_outer(n + 1)?;
        let is_document = frames.is_empty();
        let body = self.frame.innermost_mut().first_mut()?;
        let Frame { kind, start, after, defines, special, closer, name, .. } = *body;
        if start == 0 && !is_document {
            return None;
        }
        if kind.is_plain() {
            let nothing = Frame { after: Last::default(), defines: false, special: false, ..*body };
            *body = Frame { start: 0, closer: 0, name: (0, 0), ..nothing };
        }
        outer.frame = frames.into();
        let end = Frame { kind, start, after, defines, special, closer, name, ..Frame::default() };
        if is_document {
            *outer.frame = end;
        } else {
            outer.frame.push(end);
        }
        let n_defs = self.defs.iter().take_while(|def| def.start >= start).count();
        outer.defs = self.defs.take_outer(n_defs)?;
        let n_templates =
            self.templates.iter().take_while(|template| template.start >= start).count();
        outer.templates = self.templates.take_outer(n_templates)?;
        Some(outer)
    }

    /// Puts around what is open what [`State::take_surroundings`] has taken off.
    pub(super) fn put_surroundings(&mut self, mut outer: State) {
        let Frame { start, after, defines, special, closer, name, .. } = *outer.frame;
        if let Some(body) = self.frame.innermost_mut().first_mut() {
            *body = Frame { start, after, defines, special, closer, name, ..*body };
        }
        outer.frame.replace_last(std::mem::take(&mut self.frame));
        outer.defs.push_all(&self.defs);
        outer.templates.push_all(&self.templates);
        (self.frame, self.defs, self.templates) = (outer.frame, outer.defs, outer.templates);
    }
}
