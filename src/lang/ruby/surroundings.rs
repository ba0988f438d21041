//! What surrounds the innermost levels: taken off, and put around them again.

use super::{Frame, FrameKind, State};

impl Frame {
    /// Whether nothing but what closes it asks what it is.
    fn is_plain(&self) -> bool {
        use FrameKind::{Endless, Interpolation, Parameters, Receiver};
        !self.waits && !matches!(self.kind, Endless | Interpolation | Parameters | Receiver)
    }

    /// Whether a definition is open as long as it is.
    fn holds_definition(&self) -> bool {
        self.kind.is_definition()
            || matches!(self.kind, FrameKind::Parameters | FrameKind::Receiver)
    }
}

impl State {
    /// Takes off all that surrounds the innermost `n` frames. `None` if those are not at hand, or what they lie in is more than
    /// a body.
    pub(super) fn take_surroundings(&mut self, n: usize) -> Option<State> {
        let frames = self.frames.take_outer(n)?;
        if !frames.last().is_none_or(Frame::is_plain) {
            return None;
        }
        let n_definitions = self.frames.iter().filter(|frame| frame.holds_definition()).count();
        let definitions = self.definitions.take_outer(n_definitions)?;
        Some(State { frames, definitions, ..State::default() })
    }

    /// Puts around what is open what [`State::take_surroundings`] has taken off.
    pub(super) fn put_surroundings(&mut self, mut outer: State) {
        outer.frames.push_all(&self.frames);
        outer.definitions.push_all(&self.definitions);
        (self.frames, self.definitions) = (outer.frames, outer.definitions);
    }
}
