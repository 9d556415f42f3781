//! What runs in turns gave: medians, ratios with their spread, means and bars.

use std::fmt;

/// Sorts, and gives the middle.
pub fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

/// The geometric mean of the ratios that are known.
pub fn geometric(ratios: &[f64]) -> f64 {
    let known: Vec<f64> = ratios.iter().copied().filter(|ratio| ratio.is_finite()).collect();
    (known.iter().map(|ratio| ratio.ln()).sum::<f64>() / known.len() as f64).exp()
}

/// How often one took the time of another in the rounds of a run.
#[derive(Clone, Copy, Debug)]
pub struct Ratio {
    /// In the middle.
    pub middle: f64,
    /// In the round in which it was least.
    pub least: f64,
    /// In the round in which it was most.
    pub most: f64,
}

impl Ratio {
    /// Of times that belong to the same rounds.
    pub fn of(above: &[f64], below: &[f64]) -> Ratio {
        let mut ratios: Vec<f64> = above.iter().zip(below).map(|(above, below)| above / below).collect();
        let middle = median(&mut ratios);
        let end = |value: Option<&f64>| value.copied().unwrap_or(f64::NAN);
        Ratio { middle, least: end(ratios.first()), most: end(ratios.last()) }
    }
}

impl fmt::Display for Ratio {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Ratio { middle, least, most } = self;
        if middle.is_nan() {
            return f.pad("-");
        }
        f.pad(&format!("{middle:.2} ({least:.2}-{most:.2})"))
    }
}

/// What a figure may be at most, and whether it is.
#[derive(Clone, Copy, Debug)]
pub struct Bar {
    /// The most that it may be.
    pub most: f64,
    /// What it is.
    pub figure: f64,
}

impl Bar {
    /// True if the figure is no more than it may be.
    pub fn is_met(self) -> bool {
        self.figure <= self.most
    }
}

impl fmt::Display for Bar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "<= {} {}", self.most, if self.is_met() { "met" } else { "NOT MET" })
    }
}
