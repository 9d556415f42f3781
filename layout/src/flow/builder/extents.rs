//! Heights of the rows of a long list, some of them unknown.

/// Rows whose heights are summed up together.
const CHUNK: usize = 128;

/// What is known of a chunk of rows.
#[derive(Clone, Copy, Debug, Default, PartialEq)]
struct Chunk {
    /// Of the known ones.
    sum: f64,
    known: u32,
}

/// Heights of rows with the gaps behind them, px. Where rows begin is found from sums of chunks of rows: a question
/// costs a 128th of the rows.
#[derive(Clone, Debug, PartialEq)]
pub struct Extents {
    /// All rows have this height.
    fixed: Option<f32>,
    rows: u32,
    /// Not a number: unknown.
    heights: Vec<f32>,
    chunks: Vec<Chunk>,
    sum: f64,
    known: u32,
    /// Of a row of which nothing is known.
    mean: f64,
}

impl Extents {
    /// No rows; those of which nothing is known are `unknown` px high.
    pub fn new(unknown: f32) -> Extents {
        let (heights, chunks) = (Vec::new(), Vec::new());
        Extents { fixed: None, rows: 0, heights, chunks, sum: 0.0, known: 0, mean: f64::from(unknown) }
    }

    /// Gives all rows one height, or has them measured.
    pub fn set_fixed(&mut self, height: Option<f32>) {
        if self.fixed != height {
            *self = Extents { fixed: height, mean: self.mean, ..Extents::new(0.0) };
        }
    }

    /// True if all rows have one height.
    pub fn is_fixed(&self) -> bool {
        self.fixed.is_some()
    }

    /// So many rows; what is known of those that stay is kept.
    pub fn resize(&mut self, rows: u32) {
        if self.rows == rows && (self.is_fixed() || self.heights.len() == rows as usize) {
            return;
        }
        for row in rows..self.rows {
            self.forget(row);
        }
        self.rows = rows;
        if !self.is_fixed() {
            self.heights.resize(rows as usize, f32::NAN);
            self.chunks.resize((rows as usize).div_ceil(CHUNK), Chunk::default());
        }
    }

    fn forget(&mut self, row: u32) {
        let Some(height) = self.heights.get_mut(row as usize) else { return };
        let old = std::mem::replace(height, f32::NAN);
        if !old.is_nan() {
            self.count(row, -f64::from(old), -1);
        }
    }

    fn count(&mut self, row: u32, sum: f64, known: i32) {
        if let Some(chunk) = self.chunks.get_mut(row as usize / CHUNK) {
            chunk.sum += sum;
            chunk.known = chunk.known.saturating_add_signed(known);
        }
        self.sum += sum;
        self.known = self.known.saturating_add_signed(known);
    }

    /// A row was measured; true if it is of another height than was known, px.
    pub fn set(&mut self, row: u32, height: f32) -> bool {
        if !height.is_finite() || row >= self.rows || self.is_fixed() {
            return false;
        }
        let height = height.max(0.0);
        let old = self.heights.get(row as usize).copied().unwrap_or(f32::NAN);
        if (old - height).abs() <= 0.01 {
            return false;
        }
        self.forget(row);
        if let Some(place) = self.heights.get_mut(row as usize) {
            *place = height;
            self.count(row, f64::from(height), 1);
        }
        true
    }

    /// Rows of which nothing is known are from now on as high as the mean of the others; true if that is another height.
    /// Not as long as there are any above `row`: what is seen would move.
    pub fn learn(&mut self, row: u32) -> bool {
        let whole = row as usize / CHUNK;
        let chunks: u32 = self.chunks.iter().take(whole).map(|chunk| chunk.known).sum();
        let rest = self.heights.get(whole * CHUNK..row as usize).unwrap_or_default();
        let known = chunks + rest.iter().filter(|height| !height.is_nan()).count() as u32;
        if known < row || self.known == 0 {
            return false;
        }
        let mean = self.sum / f64::from(self.known);
        let old = std::mem::replace(&mut self.mean, mean);
        (old - mean).abs() > 0.01
    }

    /// Where a row begins, px; of the row behind the last one where the list ends.
    pub fn start(&self, row: u32) -> f64 {
        let row = row.min(self.rows);
        if let Some(height) = self.fixed {
            return f64::from(row) * f64::from(height);
        }
        let mean = self.mean;
        let whole = row as usize / CHUNK;
        let chunks: f64 = self.chunks.iter().take(whole).map(|c| height_of(c, CHUNK, mean)).sum();
        let rest = self.heights.get(whole * CHUNK..row as usize).unwrap_or_default();
        chunks + rest.iter().map(|&h| known_or(h, mean)).sum::<f64>()
    }

    /// The row at a height, px; the number of rows below the last one.
    pub fn at(&self, offset: f32) -> u32 {
        let offset = f64::from(offset.max(0.0));
        if let Some(height) = self.fixed {
            return ((offset / f64::from(height).max(0.01)) as u32).min(self.rows);
        }
        let mean = self.mean;
        let (mut end, mut row) = (0.0, 0usize);
        for (index, chunk) in self.chunks.iter().enumerate() {
            let rows = CHUNK.min(self.rows as usize - index * CHUNK);
            let height = height_of(chunk, rows, mean);
            if end + height > offset {
                break;
            }
            end += height;
            row += rows;
        }
        for &height in self.heights.get(row..).unwrap_or_default() {
            end += known_or(height, mean);
            if end > offset {
                break;
            }
            row += 1;
        }
        row as u32
    }
}

fn height_of(chunk: &Chunk, rows: usize, mean: f64) -> f64 {
    chunk.sum + (rows as f64 - f64::from(chunk.known)) * mean
}

fn known_or(height: f32, mean: f64) -> f64 {
    if height.is_nan() { mean } else { f64::from(height) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn rows_of_one_height_need_no_measuring() {
        let mut rows = Extents::new(100.0);
        rows.set_fixed(Some(50.0));
        rows.resize(10_000);
        assert_eq!((rows.start(10_000), rows.at(499.0), rows.at(500.0), rows.at(1e9)), (500_000.0, 9, 10, 10_000));
        assert!(!rows.set(3, 80.0), "what is fixed is not measured");
    }

    #[test]
    fn unknown_rows_are_as_high_as_the_mean_of_the_others() {
        let mut rows = Extents::new(100.0);
        rows.resize(1000);
        assert_eq!(rows.start(1000), 100_000.0);
        assert!(rows.set(0, 10.0) && rows.set(1, 30.0) && !rows.set(1, 30.0));
        assert_eq!((rows.start(2), rows.start(1000)), (40.0, 99_840.0));
        assert!(rows.learn(2) && !rows.learn(2));
        assert_eq!((rows.start(2), rows.start(1000)), (40.0, 20_000.0));
        assert!(rows.set(500, 80.0) && !rows.learn(500), "rows above are unknown");
        assert_eq!(rows.start(500), 10_000.0);
        rows.resize(1);
        assert_eq!(rows.start(5), 10.0);
    }

    proptest! {
        #[test]
        fn sums_of_chunks_are_those_of_rows(
            known in prop::collection::vec((0u32..700, 0.5f32..300.0), 0..60),
            rows in 1u32..700,
            offset in 0.0f32..70_000.0,
        ) {
            let mut extents = Extents::new(40.0);
            extents.resize(700);
            for &(row, height) in &known {
                extents.set(row, height);
            }
            extents.resize(rows);
            let mut plain = vec![f32::NAN; 700];
            known.iter().for_each(|&(row, height)| plain[row as usize] = height);
            extents.learn(0);
            let mean = extents.mean;
            let heights: Vec<f64> = plain[..rows as usize].iter().map(|&h| known_or(h, mean)).collect();
            let end: f64 = heights.iter().sum();
            prop_assert!((extents.start(rows) - end).abs() < 0.1);
            let at = extents.at(offset);
            prop_assert!(at <= rows && (at == rows || extents.start(at + 1) > f64::from(offset) - 0.1));
            prop_assert!(extents.start(at) <= f64::from(offset) + 0.1);
        }
    }
}
