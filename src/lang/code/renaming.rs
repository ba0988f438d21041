//! States that differ in nothing but where things stand that were opened long ago.
//!
//! What a scanner does may depend on what is open, but not on where that begins, if it begins before all that the scanner can
//! look back on: such places are only handed on, and compared with each other. So if one state becomes another when its far
//! places are renamed, in their order, then both go on alike, and where the one ends becomes where the other ends by the same
//! renaming.

use crate::units::ByteOffset;

/// What the far places of one state are in another.
#[derive(Clone, Debug)]
pub struct Renaming {
    /// Places from here on are near, and the same in both.
    near: ByteOffset,
    /// Far places, ascending in both.
    pairs: Vec<(ByteOffset, ByteOffset)>,
}

impl Renaming {
    /// What renames `from` to `to`, place by place; those before `near` are far. `None` if a near place would be renamed, or
    /// the order changed.
    pub(super) fn between(
        near: ByteOffset,
        from: &[ByteOffset],
        to: &[ByteOffset],
    ) -> Option<Renaming> {
        // 0 stands for no place.
        let mut pairs = vec![(0, 0)];
        for (from, to) in from.iter().zip(to) {
            match (*from < near, *to < near) {
                (true, true) => pairs.push((*from, *to)),
                _ if from == to => {}
                _ => return None,
            }
        }
        pairs.sort_unstable();
        pairs.dedup();
        let ascends = pairs.is_sorted_by(|(a, b), (c, d)| a < c && b < d);
        (from.len() == to.len() && ascends).then_some(Renaming { near, pairs })
    }

    /// Renames a place, or tells that it is far and not known.
    pub(super) fn rename(&self, place: &mut ByteOffset) -> bool {
        if *place >= self.near {
            return true;
        }
        let found = self.pairs.binary_search_by_key(place, |(from, _)| *from);
        *place = found.map_or(*place, |i| self.pairs[i].1);
        found.is_ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_far_places_are_renamed_and_none_changes_the_order() {
        let between = |from: &[u64], to: &[u64]| Renaming::between(100, from, to);
        let renaming = between(&[5, 0, 90, 5, 120], &[7, 0, 20, 7, 120]).expect("in order");
        let rename = |place: u64| {
            let mut renamed = place;
            renaming.rename(&mut renamed).then_some(renamed)
        };
        assert_eq!([0, 5, 90, 6, 150].map(rename), [Some(0), Some(7), Some(20), None, Some(150)]);
        assert!(between(&[5, 90], &[20, 7]).is_none(), "the order");
        assert!(between(&[5, 5], &[7, 8]).is_none(), "one place becomes two");
        assert!(between(&[5, 8], &[7, 7]).is_none(), "two places become one");
        assert!(between(&[120], &[130]).is_none(), "near");
        assert!(between(&[99], &[130]).is_none(), "far and near");
        assert!(between(&[0], &[5]).is_none(), "none and one");
    }
}
