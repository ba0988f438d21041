//! The tree behind the outline: which containers are unfolded, how many rows that makes, and which row is which member.
//!
//! Only unfolded containers are kept, so a container of 100 million members costs what one of three does. Members
//! themselves stand in [`super::windows`]. Nothing here recurses: a document may be nested a million levels deep.

use std::collections::{BTreeMap, HashMap};

use crate::units::{ByteOffset, MemberIndex};

/// A container: its opening bracket, or `None` for the document's own top level.
pub(super) type NodeId = Option<ByteOffset>;

/// A row's name, which stays the same when rows above it come and go.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) struct Place {
    /// The container.
    pub(super) node: NodeId,
    /// The member's place in it.
    pub(super) member: MemberIndex,
}

/// An unfolded container.
#[derive(Clone, Debug)]
pub(super) struct Node {
    /// The member that it is the value of; `None` for the top level.
    pub(super) parent: Option<Place>,
    /// Levels above its members: 0 for the top level.
    pub(super) level: u64,
    /// Members, as far as is known.
    pub(super) total: u64,
    /// Whether `total` is final.
    pub(super) complete: bool,
    /// Whether the person unfolded it; if not, it was unfolded to show the cursor, and folds when the cursor leaves.
    pub(super) kept: bool,
    /// Rows that its members take, those of unfolded ones below them included.
    rows: u64,
    /// Unfolded members.
    unfolded: BTreeMap<MemberIndex, ByteOffset>,
}

/// All unfolded containers.
#[derive(Clone, Debug)]
pub(super) struct Tree {
    nodes: HashMap<NodeId, Node>,
}

impl Default for Tree {
    fn default() -> Self {
        let top = Node {
            parent: None,
            level: 0,
            total: 0,
            complete: false,
            kept: true,
            rows: 0,
            unfolded: BTreeMap::new(),
        };
        Tree { nodes: HashMap::from([(None, top)]) }
    }
}

impl Tree {
    /// An unfolded container.
    pub(super) fn node(&self, id: NodeId) -> Option<&Node> {
        self.nodes.get(&id)
    }

    /// Rows in all.
    pub(super) fn rows(&self) -> u64 {
        self.nodes.get(&None).map_or(0, |top| top.rows)
    }

    /// The container that is unfolded below a row, if one is.
    pub(super) fn unfolded_at(&self, place: Place) -> Option<ByteOffset> {
        self.nodes.get(&place.node)?.unfolded.get(&place.member).copied()
    }

    /// Sets how many members a container has.
    pub(super) fn set_total(&mut self, id: NodeId, total: u64, complete: bool) {
        let Some(node) = self.nodes.get(&id) else { return };
        // Members that are no longer there take what is unfolded below them along.
        let gone: Vec<_> = node.unfolded.range(total..).map(|(member, _)| *member).collect();
        for member in gone {
            self.fold(Place { node: id, member });
        }
        let Some(node) = self.nodes.get_mut(&id) else { return };
        let change = total as i64 - node.total as i64;
        node.total = total;
        node.complete = complete;
        self.add_rows(id, change);
    }

    /// Unfolds the member at `place`, a container that opens at `open`. It has no members until they are counted.
    pub(super) fn unfold(&mut self, place: Place, open: ByteOffset, kept: bool) {
        if self.unfolded_at(place) == Some(open) {
            if let Some(node) = self.nodes.get_mut(&Some(open)) {
                node.kept |= kept;
            }
            return;
        }
        // The same bracket cannot stand in two places; if it seems to, the older news was wrong.
        if let Some(older) = self.nodes.get(&Some(open)).and_then(|node| node.parent) {
            self.fold(older);
        }
        self.fold(place);
        let Some(parent) = self.nodes.get_mut(&place.node) else { return };
        parent.unfolded.insert(place.member, open);
        let level = parent.level + 1;
        let node = Node {
            parent: Some(place),
            level,
            total: 0,
            complete: false,
            kept,
            rows: 0,
            unfolded: BTreeMap::new(),
        };
        self.nodes.insert(Some(open), node);
    }

    /// Folds the member at `place` and everything below it.
    pub(super) fn fold(&mut self, place: Place) {
        let Some(parent) = self.nodes.get_mut(&place.node) else { return };
        let Some(open) = parent.unfolded.remove(&place.member) else { return };
        let rows = self.nodes.get(&Some(open)).map_or(0, |node| node.rows);
        self.add_rows(place.node, -(rows as i64));
        let mut doomed = vec![open];
        while let Some(open) = doomed.pop() {
            if let Some(node) = self.nodes.remove(&Some(open)) {
                doomed.extend(node.unfolded.into_values());
            }
        }
    }

    /// Folds what was only unfolded to show the cursor and is not on the way to `place`.
    pub(super) fn fold_left_behind(&mut self, place: Place) {
        let mut way = Vec::new();
        let mut id = place.node;
        while let Some(parent) = self.nodes.get(&id).and_then(|node| node.parent) {
            way.push(id);
            id = parent.node;
        }
        // A container that the person unfolded inside of one that they did not keeps both open.
        let mut needed: Vec<NodeId> = way;
        for (id, node) in &self.nodes {
            if node.kept {
                needed.push(*id);
            }
        }
        let mut keep = std::collections::HashSet::new();
        while let Some(id) = needed.pop() {
            if keep.insert(id)
                && let Some(parent) = self.nodes.get(&id).and_then(|node| node.parent)
            {
                needed.push(parent.node);
            }
        }
        let behind: Vec<Place> = self
            .nodes
            .iter()
            .filter(|(id, _)| !keep.contains(*id))
            .filter_map(|(_, node)| node.parent)
            .collect();
        for place in behind {
            self.fold(place);
        }
    }

    /// The member on a row.
    pub(super) fn place_of(&self, row: u64) -> Option<Place> {
        let mut id = None;
        let mut node = self.nodes.get(&None)?;
        let mut row = row;
        if row >= node.rows {
            return None;
        }
        'down: loop {
            // Rows before the current member that unfolded members before it take.
            let mut extra = 0;
            for (member, open) in &node.unfolded {
                let member_row = member + extra;
                if row <= member_row {
                    break;
                }
                let Some(below) = self.nodes.get(&Some(*open)) else { continue };
                if row <= member_row + below.rows {
                    row -= member_row + 1;
                    id = Some(*open);
                    node = below;
                    continue 'down;
                }
                extra += below.rows;
            }
            return Some(Place { node: id, member: row - extra });
        }
    }

    /// The row of a member, if its container is unfolded.
    pub(super) fn row_of(&self, place: Place) -> Option<u64> {
        let mut place = place;
        let mut row = 0;
        loop {
            let node = self.nodes.get(&place.node)?;
            if place.member >= node.total {
                return None;
            }
            let before =
                node.unfolded.range(..place.member).map(|(_, open)| self.rows_below(*open));
            row += place.member + before.sum::<u64>();
            match node.parent {
                Some(parent) => {
                    row += 1;
                    place = parent;
                }
                None => return Some(row),
            }
        }
    }

    /// The row after `place`, without counting from the top: that is what drawing and stepping use.
    pub(super) fn next(&self, place: Place) -> Option<Place> {
        if let Some(open) = self.unfolded_at(place)
            && self.nodes.get(&Some(open)).is_some_and(|node| node.total > 0)
        {
            return Some(Place { node: Some(open), member: 0 });
        }
        let mut place = place;
        loop {
            let node = self.nodes.get(&place.node)?;
            if place.member + 1 < node.total {
                return Some(Place { member: place.member + 1, ..place });
            }
            place = node.parent?;
        }
    }

    fn rows_below(&self, open: ByteOffset) -> u64 {
        self.nodes.get(&Some(open)).map_or(0, |node| node.rows)
    }

    /// Adds rows to a container and to all that it stands in.
    fn add_rows(&mut self, id: NodeId, change: i64) {
        let mut id = id;
        while change != 0
            && let Some(node) = self.nodes.get_mut(&id)
        {
            node.rows = node.rows.saturating_add_signed(change);
            match node.parent {
                Some(parent) => id = parent.node,
                None => break,
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    /// The naive twin: every row written down.
    fn all_rows(tree: &Tree) -> Vec<Place> {
        let mut rows = Vec::new();
        let mut todo = vec![Place { node: None, member: 0 }];
        while let Some(place) = todo.pop() {
            let node = tree.node(place.node).unwrap();
            if place.member >= node.total {
                continue;
            }
            rows.push(place);
            todo.push(Place { member: place.member + 1, ..place });
            if let Some(open) = tree.unfolded_at(place) {
                todo.push(Place { node: Some(open), member: 0 });
            }
        }
        rows
    }

    fn check(tree: &Tree) {
        let rows = all_rows(tree);
        assert_eq!(tree.rows(), rows.len() as u64);
        for (row, place) in rows.iter().enumerate() {
            assert_eq!(tree.place_of(row as u64), Some(*place), "row {row}");
            assert_eq!(tree.row_of(*place), Some(row as u64), "{place:?}");
            assert_eq!(tree.next(*place), rows.get(row + 1).copied(), "after {place:?}");
        }
        assert_eq!(tree.place_of(rows.len() as u64), None);
    }

    #[derive(Clone, Debug)]
    enum Step {
        Unfold(u64, u64, bool),
        Fold(u64),
        Leave(u64),
    }

    fn steps() -> impl Strategy<Value = Vec<Step>> {
        let step = prop_oneof![
            4 => (any::<u64>(), 0..6u64, any::<bool>()).prop_map(|(a, b, c)| Step::Unfold(a, b, c)),
            1 => any::<u64>().prop_map(Step::Fold),
            1 => any::<u64>().prop_map(Step::Leave),
        ];
        prop::collection::vec(step, 0..40)
    }

    proptest! {
        #[test]
        fn rows_and_members_agree_with_the_full_tree(top in 1..8u64, steps in steps()) {
            let mut tree = Tree::default();
            tree.set_total(None, top, true);
            let mut fresh = 0;
            for step in steps {
                let rows = tree.rows();
                let at = |n: u64| tree.place_of(n % rows).unwrap();
                match step {
                    Step::Unfold(row, total, kept) => {
                        let place = at(row);
                        fresh += 1;
                        tree.unfold(place, fresh, kept);
                        tree.set_total(Some(fresh), total, true);
                    }
                    Step::Fold(row) => tree.fold(at(row)),
                    Step::Leave(row) => {
                        let place = at(row);
                        tree.fold_left_behind(place);
                        prop_assert!(tree.row_of(place).is_some());
                    }
                }
                check(&tree);
            }
        }
    }

    #[test]
    fn a_hundred_million_members_are_as_cheap_as_three() {
        let mut tree = Tree::default();
        tree.set_total(None, 1, true);
        tree.unfold(Place { node: None, member: 0 }, 10, true);
        tree.set_total(Some(10), 100_000_000, true);
        tree.unfold(Place { node: Some(10), member: 50_000_000 }, 20, true);
        tree.set_total(Some(20), 5, true);
        assert_eq!(tree.rows(), 100_000_006);
        let place = tree.place_of(50_000_003).unwrap();
        assert_eq!(place, Place { node: Some(20), member: 1 });
        assert_eq!(tree.row_of(place), Some(50_000_003));
    }

    #[test]
    fn a_container_that_shrinks_takes_its_rows_along() {
        let mut tree = Tree::default();
        tree.set_total(None, 3, true);
        tree.unfold(Place { node: None, member: 2 }, 10, true);
        tree.set_total(Some(10), 4, true);
        tree.set_total(None, 1, true);
        check(&tree);
        assert!(tree.node(Some(10)).is_none());
    }

    #[test]
    fn a_hundred_thousand_levels_are_no_stack_of_ours() {
        let mut tree = Tree::default();
        tree.set_total(None, 1, true);
        let mut place = Place { node: None, member: 0 };
        for open in 0..100_000 {
            tree.unfold(place, open, false);
            place = Place { node: Some(open), member: 0 };
        }
        tree.fold_left_behind(Place { node: None, member: 0 });
        assert_eq!(tree.rows(), 1);
    }
}
