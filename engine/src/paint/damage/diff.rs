//! Two rows of marks side by side, and few rectangles for many.

use super::mark::Mark;
use crate::paint::geometry::DeviceRect;

/// Most rectangles that are kept apart: each costs a walk over the primitives.
const MOST: usize = 6;
/// How far ahead partners are looked for.
const WINDOW: usize = 64;
/// Comparisons after which the rest counts as changed.
const PATIENCE: usize = 200_000;
/// Pixels that may be drawn for nothing to save a rectangle.
const SLACK: i64 = 2048;

/// Adds the pixels of marks that are not in both rows, in one order.
pub fn compare(old: &[Mark], new: &[Mark], damage: &mut Vec<DeviceRect>) {
    let start = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let (old, new) = (&old[start..], &new[start..]);
    let end = old.iter().rev().zip(new.iter().rev()).take_while(|(a, b)| a == b).count();
    let (old, new) = (&old[..old.len() - end], &new[..new.len() - end]);
    let (mut i, mut j) = (0, 0);
    let mut patience = PATIENCE;
    while i < old.len() && j < new.len() {
        if old[i] == new[j] {
            (i, j) = (i + 1, j + 1);
            continue;
        }
        let Some((x, y)) = partners(&old[i..], &new[j..], &mut patience) else { break };
        old[i..i + x].iter().chain(&new[j..j + y]).for_each(|m| add(damage, m.bounds));
        (i, j) = (i + x, j + y);
    }
    old[i..].iter().chain(&new[j..]).for_each(|m| add(damage, m.bounds));
}

/// The nearest marks that are alike, as numbers of marks before them: at least one of each row is passed over.
/// Where there are none near by, a window of both is.
fn partners(old: &[Mark], new: &[Mark], patience: &mut usize) -> Option<(usize, usize)> {
    let (n, m) = (old.len().min(WINDOW), new.len().min(WINDOW));
    for distance in 1..n + m - 1 {
        for x in distance.saturating_sub(m - 1)..=distance.min(n - 1) {
            *patience = patience.checked_sub(1)?;
            if old[x] == new[distance - x] {
                return Some((x, distance - x));
            }
        }
    }
    Some((n, m))
}

/// Adds a rectangle to a few, merging those that lie together.
pub fn add(rects: &mut Vec<DeviceRect>, mut rect: DeviceRect) {
    if rect.is_empty() {
        return;
    }
    // Merging may make it reach another one.
    while let Some(i) = rects.iter().position(|r| waste(r, &rect) <= SLACK) {
        rect = rects.swap_remove(i).union(&rect);
    }
    rects.push(rect);
    while rects.len() > MOST {
        let pairs = (0..rects.len()).flat_map(|i| (i + 1..rects.len()).map(move |j| (i, j)));
        let Some((i, j)) = pairs.min_by_key(|&(i, j)| waste(&rects[i], &rects[j])) else { return };
        let other = rects.swap_remove(j);
        rects[i] = rects[i].union(&other);
    }
}

/// Pixels that are in the union of two rectangles and in neither (less those in both).
fn waste(a: &DeviceRect, b: &DeviceRect) -> i64 {
    a.union(b).area() - a.area() - b.area()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn mark(hash: u64) -> Mark {
        let at = hash as i32 * 100;
        Mark { hash, bounds: DeviceRect::new(at, at, at + 1, at + 1) }
    }

    fn damaged(old: &[u64], new: &[u64]) -> Vec<u64> {
        let marks = |row: &[u64]| row.iter().map(|&h| mark(h)).collect::<Vec<_>>();
        let (old, new) = (marks(old), marks(new));
        let mut out = Vec::new();
        compare(&old, &new, &mut out);
        let all: std::collections::BTreeSet<u64> = old.iter().chain(&new).map(|m| m.hash).collect();
        all.into_iter().filter(|&h| out.iter().any(|r| r.contains(&mark(h).bounds))).collect()
    }

    #[test]
    fn only_what_came_went_or_changed_its_place_in_the_order_is_damaged() {
        assert!(damaged(&[1, 2, 3], &[1, 2, 3]).is_empty());
        assert_eq!(damaged(&[1, 2, 3], &[1, 9, 3]), [2, 9]);
        assert_eq!(damaged(&[1, 2, 3, 4, 5], &[1, 3, 4, 6, 5]), [2, 6]);
        assert_eq!(damaged(&[1, 2], &[]), [1, 2]);
        assert_eq!(damaged(&[1, 2, 3], &[3, 2, 1]).len(), 2, "one of three keeps its place among the others");
    }

    #[test]
    fn a_handful_of_rectangles_is_kept_and_near_ones_are_one() {
        let mut rects = Vec::new();
        for i in 0..40 {
            add(&mut rects, DeviceRect::new(i * 500, 0, i * 500 + 10, 900));
        }
        assert!(rects.len() <= MOST);
        assert!((0..40).all(|i| rects.iter().any(|r| r.contains(&DeviceRect::new(i * 500, 0, i * 500 + 10, 900)))));
        let mut rects = Vec::new();
        add(&mut rects, DeviceRect::new(0, 0, 10, 10));
        add(&mut rects, DeviceRect::new(12, 0, 20, 10));
        assert_eq!(rects, [DeviceRect::new(0, 0, 20, 10)]);
    }

    proptest! {
        #[test]
        fn what_is_not_damaged_is_a_common_part_of_both_rows(
            old in prop::collection::vec(0u64..12, 0..150),
            new in prop::collection::vec(0u64..12, 0..150),
        ) {
            let hit = damaged(&old, &new);
            let kept = |row: &[u64]| row.iter().copied().filter(|h| !hit.contains(h)).collect::<Vec<_>>();
            prop_assert_eq!(kept(&old), kept(&new));
        }
    }
}
