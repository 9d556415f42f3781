//! Items of their own heights, each in the column that ends first.
//!
//! Where an item lies follows from all before it, so every question goes through the list up to there: some
//! nanoseconds an item, asked when the view comes to other items.

use std::ops::Range;

/// Heights of the items, px.
#[derive(Clone, Debug, PartialEq)]
pub struct Columns {
    /// Not a number: unknown.
    heights: Vec<f32>,
    sum: f64,
    known: u32,
    /// Of an item of which nothing is known.
    mean: f32,
}

impl Columns {
    /// No items; those of which nothing is known are `unknown` px high.
    pub fn new(unknown: f32) -> Columns {
        Columns { heights: Vec::new(), sum: 0.0, known: 0, mean: unknown }
    }

    /// So many items; what is known of those that stay is kept.
    pub fn resize(&mut self, items: u32) {
        for height in self.heights.drain((items as usize).min(self.heights.len())..).filter(|h| !h.is_nan()) {
            self.sum -= f64::from(height);
            self.known -= 1;
        }
        self.heights.resize(items as usize, f32::NAN);
    }

    /// An item was measured; true if it is of another height than was known, px.
    pub fn set(&mut self, item: u32, height: f32) -> bool {
        let Some(place) = self.heights.get_mut(item as usize).filter(|_| height.is_finite()) else { return false };
        let (old, height) = (*place, height.max(0.0));
        if (old - height).abs() <= 0.01 {
            return false;
        }
        *place = height;
        if old.is_nan() {
            self.known += 1;
        } else {
            self.sum -= f64::from(old);
        }
        self.sum += f64::from(height);
        true
    }

    /// Items of which nothing is known are from now on as high as the mean of the others; true if that is another
    /// height. Not as long as there are any before `item`: what is seen would move.
    pub fn learn(&mut self, item: u32) -> bool {
        let before = self.heights.get(..item as usize).unwrap_or_default();
        if self.known == 0 || before.iter().any(|height| height.is_nan()) {
            return false;
        }
        let mean = (self.sum / f64::from(self.known)) as f32;
        let old = std::mem::replace(&mut self.mean, mean);
        (old - mean).abs() > 0.01
    }

    /// Puts items into columns, in their order: tells of each where it begins and ends, as long as `go_on` wants more.
    /// Gives where the columns end, gaps counted in.
    fn place(&self, columns: u32, gap: f32, mut go_on: impl FnMut(u32, f32, f32) -> bool) -> Vec<f32> {
        let mut ends = vec![0.0f32; columns.max(1) as usize];
        for (item, &height) in self.heights.iter().enumerate() {
            let Some(first) = ends.iter_mut().min_by(|a, b| a.total_cmp(b)) else { break };
            let height = if height.is_nan() { self.mean } else { height };
            if !go_on(item as u32, *first, *first + height) {
                break;
            }
            *first += height + gap;
        }
        ends
    }

    /// The items that lie between two heights, px.
    pub fn between(&self, top: f32, bottom: f32, count: u32, columns: u32, gap: f32) -> Range<u32> {
        let (mut first, mut end) = (None, 0);
        self.place(columns, gap, |item, from, to| {
            if from >= bottom {
                return false;
            }
            if to > top {
                first.get_or_insert(item);
                end = item + 1;
            }
            true
        });
        let end = end.min(count);
        first.unwrap_or(end).min(end)..end
    }

    /// Where the columns end above an item, px below the one that ends first.
    pub fn ends(&self, item: u32, columns: u32, gap: f32) -> Vec<f32> {
        let mut ends = self.place(columns, gap, |at, _, _| at < item);
        let least = ends.iter().copied().fold(f32::INFINITY, f32::min);
        ends.iter_mut().for_each(|end| *end -= least);
        ends
    }

    /// Room above and below the items that are there, px.
    pub fn room(&self, built: &Range<u32>, count: u32, columns: u32, gap: f32) -> (f32, f32) {
        let (mut above, mut inside, mut whole) = (None, 0.0f32, 0.0f32);
        self.place(columns, gap, |item, from, to| {
            if item == built.start {
                above = Some(from);
            }
            if built.contains(&item) {
                inside = inside.max(to);
            }
            whole = whole.max(to);
            item < count
        });
        let above = above.unwrap_or(whole);
        (above, (whole - inside.max(above)).max(0.0))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn items_go_to_the_column_that_ends_first() {
        let mut columns = Columns::new(100.0);
        columns.resize(6);
        for (item, height) in [30.0, 50.0, 10.0, 20.0, 40.0, 5.0].into_iter().enumerate() {
            assert!(columns.set(item as u32, height));
        }
        // Left: 30, 10, 20; right: 50, 40. The last one goes to the left at 60.
        assert_eq!(columns.ends(4, 2, 0.0), [10.0, 0.0]);
        assert_eq!(columns.between(45.0, 55.0, 6, 2, 0.0), 1..5);
        assert_eq!(columns.room(&(0..6), 6, 2, 0.0), (0.0, 0.0));
        assert_eq!(columns.room(&(4..6), 6, 2, 0.0), (50.0, 0.0));
        assert_eq!(columns.room(&(0..2), 6, 2, 0.0), (0.0, 40.0));
    }

    #[test]
    fn unknown_items_are_as_high_as_the_mean() {
        let mut columns = Columns::new(100.0);
        columns.resize(100);
        assert_eq!(columns.room(&(0..0), 100, 2, 0.0).1 + columns.room(&(0..0), 100, 2, 0.0).0, 5000.0);
        assert!(columns.set(0, 10.0) && columns.learn(0));
        assert_eq!(columns.room(&(0..1), 100, 2, 0.0), (0.0, 490.0));
        columns.resize(1);
        assert_eq!(columns.room(&(0..1), 1, 2, 0.0), (0.0, 0.0));
    }
}
