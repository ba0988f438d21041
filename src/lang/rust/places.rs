//! Where what is open begins, for who renames it.

use super::levels::Level;
use super::{Bounds, Defined, Frame, Question, Role, State};
use crate::units::ByteOffset;

type Visit<'a> = &'a mut dyn FnMut(&mut ByteOffset);

impl State {
    /// Hands over where what is open begins, and what may come of that.
    pub(super) fn places(&mut self, visit: Visit<'_>) -> bool {
        let (Some(levels), Some(frames)) = (self.levels.all_mut(), self.frames.all_mut()) else {
            return false;
        };
        levels.iter_mut().for_each(|level| level.place(visit));
        for frame in frames {
            match frame {
                Frame::Bracket { open, role, .. } => {
                    visit(open);
                    role.places(visit);
                }
                Frame::Angle { start, bounds, .. } => {
                    visit(start);
                    bounds.places(visit);
                }
                Frame::Head { defined, bounds, end, .. } => {
                    defined.places(visit);
                    bounds.places(visit);
                    visit(end);
                }
            }
        }
        for (start, end) in &mut self.held {
            visit(start);
            visit(end);
        }
        if let Question::Generic { start, end, bounds }
        | Question::PathOrShift { start, end, bounds } = &mut self.question
        {
            visit(start);
            visit(end);
            bounds.places(visit);
        }
        true
    }
}

impl Level {
    fn place(&mut self, visit: Visit<'_>) {
        let mut open = self.open();
        visit(&mut open);
        *self = self.at(open);
    }
}

impl Role {
    fn places(&mut self, visit: Visit<'_>) {
        match self {
            Role::Body(defined) | Role::MacroParameters(defined) => defined.places(visit),
            Role::MacroCall(start) | Role::Unsafe(start) => visit(start),
            Role::Attribute(start, path) => {
                visit(start);
                if let Some((start, end)) = path {
                    visit(start);
                    visit(end);
                }
            }
            Role::Plain | Role::Visibility => {}
        }
    }
}

impl Defined {
    fn places(&mut self, visit: Visit<'_>) {
        visit(&mut self.start);
        visit(&mut self.name.0);
        visit(&mut self.name.1);
    }
}

impl Bounds {
    fn places(&mut self, visit: Visit<'_>) {
        visit(&mut self.start);
        visit(&mut self.end);
    }
}
