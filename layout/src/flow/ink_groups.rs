//! Ink of runs of neighbours: what a box of many children keeps so that neither finding its own ink nor finding those
//! of its children that show goes through all of them.
//!
//! Children stand in groups of [`FAN`], groups in groups of as many, up to a few at the top: a tree as flat as a list of
//! bounding boxes allows. It follows the order of the children, which for lists is that of their places.
//!
//! Invariant: where a group is not known, neither are those around it nor the ink of the box.

use super::boxes::BoxId;
use super::geometry::Rect;
use super::ink::{Area, Ink};
use super::tree::BoxTree;
use smallvec::SmallVec;

/// Members of a group: as a power of two, and as a number.
const BITS: u32 = 5;
const FAN: usize = 1 << BITS;
/// A box with fewer children is gone through.
const MANY: usize = 2 * FAN;

/// The ink of some neighbours.
#[derive(Clone, Debug, Default)]
pub(super) struct Group {
    /// Where those paint that the box around places, from its left top corner; `None` if it places none of them.
    pub area: Option<Area>,
    /// Boxes, or boxes below them, that a box further out places.
    pub placed_outside: SmallVec<[BoxId; 1]>,
    /// One of them may be anywhere.
    pub roams: bool,
}

impl Group {
    pub fn add(&mut self, area: Area) {
        match &mut self.area {
            Some(all) => all.add(area),
            None => self.area = Some(area),
        }
    }

    pub fn merge(&mut self, other: &Group) {
        other.area.into_iter().for_each(|area| self.add(area));
        self.placed_outside.extend_from_slice(&other.placed_outside);
        self.roams |= other.roams;
    }

    /// True if nothing of it paints outside of its area.
    fn is_bounded(&self) -> bool {
        !self.roams && self.placed_outside.is_empty()
    }
}

/// The groups of a box's children: on each level as many as it takes, [`FAN`] of the level before in each.
#[derive(Debug)]
pub(crate) struct InkGroups {
    levels: Vec<Vec<Option<Group>>>,
}

impl InkGroups {
    /// Groups of which nothing is known yet, for a box of so many children; `None` for one of few.
    fn new(children: usize) -> Option<Box<InkGroups>> {
        if children <= MANY {
            return None;
        }
        let (mut levels, mut count) = (Vec::new(), children);
        while count > FAN {
            count = count.div_ceil(FAN);
            levels.push(vec![None; count]);
        }
        Some(Box::new(InkGroups { levels }))
    }

    /// Forgets the groups around a child.
    fn forget(&mut self, child: usize) {
        for (level, groups) in self.levels.iter_mut().enumerate() {
            if let Some(group) = groups.get_mut(child >> (BITS as usize * (level + 1))) {
                *group = None;
            }
        }
    }

    fn top(&self) -> usize {
        self.levels.len() - 1
    }

    /// Calls `f` with the members of the groups that `open` lets through, in order: from the top down, with the level
    /// and index of each group.
    fn visit(&self, children: usize, mut open: impl FnMut(usize, usize) -> bool, mut f: impl FnMut(usize)) {
        let mut stack: SmallVec<[(usize, usize); 64]> = SmallVec::new();
        stack.extend((0..self.levels[self.top()].len()).rev().map(|index| (self.top(), index)));
        while let Some((level, index)) = stack.pop() {
            if !open(level, index) {
                continue;
            }
            let first = index * FAN;
            match level.checked_sub(1) {
                Some(below) => {
                    let end = (first + FAN).min(self.levels[below].len());
                    stack.extend((first..end).rev().map(|index| (below, index)));
                }
                None => (first..(first + FAN).min(children)).for_each(&mut f),
            }
        }
    }
}

impl BoxTree {
    /// What a child paints for the box around it has changed, or where.
    pub(super) fn forget_group(&mut self, around: BoxId, child: BoxId) {
        if !self.contains(around) || self.data(around).ink_groups.is_none() {
            return;
        }
        let index = self.index_in(around, child);
        let groups = &mut self.data_mut(around).ink_groups;
        match (index, &mut *groups) {
            (Some(index), Some(groups)) => groups.forget(index),
            // It is in no list: what is known is of another one.
            _ => *groups = None,
        }
    }

    /// The index of a child in the list of its parent: where it was when groups were made, or else where it is found.
    fn index_in(&self, around: BoxId, child: BoxId) -> Option<usize> {
        let children = &self.get(around)?.children;
        let index = self.get(child).map(|_| self.data(child).index as usize)?;
        match children.get(index) {
            Some(&at) if at == child => Some(index),
            _ => children.iter().position(|&at| at == child),
        }
    }

    /// Calls `f` with the children of a box whose ink is to be found.
    pub(super) fn each_inkless(&self, id: BoxId, mut f: impl FnMut(BoxId)) {
        let children = &self.shown(id).children;
        match &self.data(id).ink_groups {
            Some(groups) => {
                let is_open = |level: usize, index: usize| groups.levels[level][index].is_none();
                groups.visit(children.len(), is_open, |index| f(children[index]));
            }
            None => children.iter().for_each(|&child| f(child)),
        }
    }

    /// Finds what is not known of a box's groups, from its children's ink; makes groups where there are many.
    pub(super) fn find_groups(&mut self, id: BoxId) {
        let count = self.shown(id).children.len();
        let Some(mut groups) = self.data_mut(id).ink_groups.take().or_else(|| InkGroups::new(count)) else { return };
        let mut open: Vec<(usize, usize)> = Vec::new();
        let is_open = |level: usize, index: usize| {
            let is_open = groups.levels[level][index].is_none();
            if is_open {
                open.push((level, index));
            }
            is_open
        };
        groups.visit(0, is_open, |_| {});
        // Those of a level come after the ones around them.
        for (level, index) in open.into_iter().rev() {
            let first = index * FAN;
            let mut group = Group::default();
            match level.checked_sub(1) {
                Some(below) => {
                    let end = (first + FAN).min(groups.levels[below].len());
                    groups.levels[below][first..end].iter().flatten().for_each(|member| group.merge(member));
                }
                None => {
                    for index in first..(first + FAN).min(count) {
                        let child = self.shown(id).children[index];
                        if self.contains(child) {
                            self.data_mut(child).index = index as u32;
                            self.add_child_ink(id, child, &mut group);
                        }
                    }
                }
            }
            groups.levels[level][index] = Some(group);
        }
        self.data_mut(id).ink_groups = Some(groups);
    }

    /// The ink of all children of a box, as far as it goes beyond them one by one.
    pub(super) fn children_ink(&self, id: BoxId) -> Group {
        let mut all = Group::default();
        match &self.data(id).ink_groups {
            Some(groups) => groups.levels[groups.top()].iter().flatten().for_each(|group| all.merge(group)),
            None => self.shown(id).children.iter().for_each(|&child| self.add_child_ink(id, child, &mut all)),
        }
        all
    }

    fn add_child_ink(&self, id: BoxId, child: BoxId, group: &mut Group) {
        let Some(below) = self.ink(child) else { return };
        group.roams |= below.roams;
        for &placed in std::iter::once(&child).chain(&below.placed_outside) {
            let Some(shown) = self.get(placed) else { continue };
            if shown.offset_parent == Some(id) {
                let area = self.ink(placed).map_or_else(Rect::default, |ink: &Ink| ink.area);
                group.add(Area::of(Rect { x: area.x + shown.layout.x, y: area.y + shown.layout.y, ..area }));
            } else {
                group.placed_outside.push(placed);
            }
        }
    }

    /// Calls `f` with the children of a box in order, but for runs of neighbours that paint only where `shows` says that
    /// nothing shows: an area from the left top corner of the box. False if the box has not so many that this is known.
    pub fn children_near(&self, id: BoxId, shows: impl Fn(Rect) -> bool, mut f: impl FnMut(BoxId)) -> bool {
        let Some(shown) = self.get(id) else { return false };
        let Some(groups) = &self.data(id).ink_groups else { return false };
        let is_open = |level: usize, index: usize| match &groups.levels[level][index] {
            Some(group) => !group.is_bounded() || group.area.is_some_and(|area| shows(area.rect())),
            None => true,
        };
        groups.visit(shown.children.len(), is_open, |index| f(shown.children[index]));
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn groups_of_groups_reach_every_child_once_and_in_order() {
        assert!(InkGroups::new(MANY).is_none());
        for count in [MANY + 1, 1000, 1024, 1025, 33_000, 100_000] {
            let groups = InkGroups::new(count).unwrap();
            let mut seen = Vec::new();
            groups.visit(count, |_, _| true, |index| seen.push(index));
            assert!(seen.into_iter().eq(0..count), "{count}");
            assert!(groups.levels[groups.top()].len() <= FAN, "{count}");
        }
    }

    #[test]
    fn a_child_concerns_one_group_of_each_level() {
        let mut groups = InkGroups::new(100_000).unwrap();
        groups.levels.iter_mut().flatten().for_each(|group| *group = Some(Group::default()));
        groups.forget(77_777);
        let mut opened = 0;
        let mut seen = Vec::new();
        let is_open = |level: usize, index: usize| {
            opened += 1;
            groups.levels[level][index].is_none()
        };
        groups.visit(100_000, is_open, |index| seen.push(index));
        assert_eq!((seen.len(), seen.contains(&77_777)), (FAN, true));
        assert!(opened <= FAN * groups.levels.len());
    }
}
