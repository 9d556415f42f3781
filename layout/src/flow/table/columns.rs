//! Widths of table columns (CSS Tables 3, sections 4.3 and 4.4; CSS 2.1, section 17.5.2).

use crate::flow::taffy_style::in_units;

/// What the cells of a column ask for: widths of border boxes, px.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub(super) struct Column {
    /// The narrowest that shows all content.
    pub min: f32,
    /// What the content would take on one line, or the width that a cell was given.
    pub max: f32,
    /// A cell was given a width.
    pub is_fixed: bool,
    /// Share of the table's width that a cell was given.
    pub percent: Option<f32>,
}

impl Column {
    /// Takes in what another cell of the column asks for.
    pub fn unite(&mut self, cell: Column) {
        self.min = self.min.max(cell.min);
        // The widest given width wins over contents.
        self.max = match (self.is_fixed, cell.is_fixed) {
            (true, false) => self.max.max(cell.min),
            (false, true) => cell.max.max(self.min),
            _ => self.max.max(cell.max),
        };
        self.is_fixed |= cell.is_fixed;
        self.percent = match (self.percent, cell.percent) {
            (Some(a), Some(b)) => Some(a.max(b)),
            (a, b) => a.or(b),
        };
    }
}

/// The narrowest and widest that a table's columns want to be together.
pub(super) fn table_widths(columns: &[Column]) -> (f32, f32) {
    let min = columns.iter().map(|c| c.min).sum();
    let mut max: f32 = columns.iter().map(|c| c.max).sum();
    let total: f32 = columns.iter().filter_map(|c| c.percent).sum();
    let rest: f32 = columns.iter().filter(|c| c.percent.is_none()).map(|c| c.max).sum();
    // A share that fits its column says how wide the whole table would have to be.
    for column in columns {
        if let Some(share) = column.percent.filter(|share| *share > 0.0) {
            max = max.max(column.max / share);
        }
    }
    if total > 0.0 && total < 1.0 {
        max = max.max(rest / (1.0 - total));
    }
    (min, max.max(min))
}

/// The widths of columns that share `width` px by their contents.
pub(super) fn by_content(columns: &[Column], width: f32) -> Vec<f32> {
    let share = |c: &Column| c.percent.map(|p| (p * width).max(c.min));
    let guesses: [Vec<f32>; 4] = [
        columns.iter().map(|c| c.min).collect(),
        columns.iter().map(|c| share(c).unwrap_or(c.min)).collect(),
        columns.iter().map(|c| share(c).unwrap_or(if c.is_fixed { c.max } else { c.min })).collect(),
        columns.iter().map(|c| share(c).unwrap_or(c.max)).collect(),
    ];
    let sum = |widths: &[f32]| widths.iter().sum::<f32>();
    let mut below = &guesses[0];
    for guess in &guesses {
        let (low, high) = (sum(below), sum(guess));
        if high >= width {
            let part = if high > low { ((width - low) / (high - low)).clamp(0.0, 1.0) } else { 0.0 };
            return snapped(below.iter().zip(guess).map(|(a, b)| a + (b - a) * part).collect(), width);
        }
        below = guess;
    }
    snapped(widened(columns, below, width), width)
}

/// What is left over goes to the columns that nothing was said of, else to those with a width, else to all.
fn widened(columns: &[Column], widths: &[f32], width: f32) -> Vec<f32> {
    let excess = width - widths.iter().sum::<f32>();
    let free = |c: &Column| !c.is_fixed && c.percent.is_none();
    let fixed = |c: &Column| c.is_fixed && c.percent.is_none();
    let weights: Vec<f32> = if columns.iter().any(|c| free(c) && c.max > 0.0) {
        columns.iter().map(|c| if free(c) { c.max } else { 0.0 }).collect()
    } else if columns.iter().any(free) {
        columns.iter().map(|c| f32::from(u8::from(free(c)))).collect()
    } else if columns.iter().any(|c| fixed(c) && c.max > 0.0) {
        columns.iter().map(|c| if fixed(c) { c.max } else { 0.0 }).collect()
    } else if columns.iter().any(|c| c.percent.is_some_and(|p| p > 0.0)) {
        columns.iter().map(|c| c.percent.unwrap_or(0.0)).collect()
    } else {
        vec![1.0; columns.len()]
    };
    let total: f32 = weights.iter().sum();
    widths.iter().zip(weights).map(|(w, weight)| w + excess * weight / total).collect()
}

/// The widths of columns that share `width` px by the widths given to the cells of the first row
/// (`table-layout: fixed`); columns without one share the rest alike.
pub(super) fn by_first_row(columns: &[Column], width: f32) -> Vec<f32> {
    let given = |c: &Column| c.percent.map(|p| p * width).or(c.is_fixed.then_some(c.max));
    let taken: f32 = columns.iter().filter_map(given).sum();
    let open = columns.iter().filter(|c| given(c).is_none()).count();
    let rest = (width - taken).max(0.0);
    let scale = if open == 0 && taken > 0.0 { width / taken } else { 1.0 };
    snapped(columns.iter().map(|c| given(c).map_or(rest / open.max(1) as f32, |w| w * scale)).collect(), width)
}

/// Whole layout units; the last column takes what that leaves.
fn snapped(mut widths: Vec<f32>, width: f32) -> Vec<f32> {
    for width in &mut widths {
        *width = in_units(*width);
    }
    let rest = width - widths.iter().sum::<f32>();
    if let Some(last) = widths.last_mut()
        && rest.abs() < 1.0
    {
        *last = (*last + rest).max(0.0);
    }
    widths
}

#[cfg(test)]
mod tests {
    use super::*;

    fn content(min: f32, max: f32) -> Column {
        Column { min, max, ..Column::default() }
    }

    #[test]
    fn columns_get_what_they_need_and_share_the_rest_by_what_they_want() {
        let columns = [content(10.0, 20.0), content(10.0, 60.0)];
        assert_eq!(by_content(&columns, 20.0), [10.0, 10.0]);
        // A third of the way from the least to the most.
        assert_eq!(by_content(&columns, 40.0).iter().sum::<f32>(), 40.0);
        assert_eq!(by_content(&columns, 80.0), [20.0, 60.0]);
        assert_eq!(by_content(&columns, 160.0), [40.0, 120.0]);
    }

    #[test]
    fn given_widths_are_kept_while_another_column_can_take_the_rest() {
        let given = Column { min: 10.0, max: 100.0, is_fixed: true, percent: None };
        assert_eq!(by_content(&[given, content(10.0, 20.0)], 300.0), [100.0, 200.0]);
        assert_eq!(by_content(&[given, given], 300.0), [150.0, 150.0]);
        assert_eq!(by_first_row(&[given, content(90.0, 90.0), content(0.0, 5.0)], 300.0), [100.0, 100.0, 100.0]);
    }

    #[test]
    fn shares_are_of_the_whole_table() {
        let share = Column { min: 5.0, max: 20.0, is_fixed: false, percent: Some(0.25) };
        assert_eq!(by_content(&[share, content(10.0, 20.0)], 200.0), [50.0, 150.0]);
        assert_eq!(table_widths(&[share, content(10.0, 20.0)]), (15.0, 80.0));
    }
}
