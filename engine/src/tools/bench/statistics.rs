//! Percentiles of samples that were taken in several runs, how sure they are, and what differs between two such sets.
//!
//! Samples of one run are more alike than those of two: the machine was in another state. So the bootstrap draws runs
//! first and samples of these then, and a set of one run says nothing of how runs differ. Its random numbers begin at a
//! fixed seed: the same samples give the same intervals everywhere.

use serde::{Deserialize, Serialize};

/// How often a set is drawn anew.
const ROUNDS: usize = 1000;
/// Samples that are drawn in all of them together, at most.
const DRAWN: usize = 4_000_000;
/// Fewest rounds.
const FEW: usize = 200;

/// A figure and how sure it is.
#[derive(Clone, Copy, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Estimate {
    /// What the samples say.
    pub value: f64,
    /// Lower end of the interval of 95 % confidence.
    pub low: f64,
    /// Upper end.
    pub high: f64,
}

/// What is said of a set of samples.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Statistic {
    /// A share of the samples, in thousandths, is not above it.
    Quantile(u32),
    /// The arithmetic mean.
    Mean,
}

impl Statistic {
    /// Half of the samples are below.
    pub const P50: Statistic = Statistic::Quantile(500);
    /// 90 % are below.
    pub const P90: Statistic = Statistic::Quantile(900);
    /// 99 % are below.
    pub const P99: Statistic = Statistic::Quantile(990);
    /// 99.9 % are below.
    pub const P999: Statistic = Statistic::Quantile(999);
    /// The largest.
    pub const MAX: Statistic = Statistic::Quantile(1000);

    /// Its name in reports.
    pub fn name(self) -> &'static str {
        match self {
            Statistic::P50 => "p50",
            Statistic::P90 => "p90",
            Statistic::P99 => "p99",
            Statistic::P999 => "p99.9",
            Statistic::MAX => "max",
            Statistic::Quantile(_) => "quantile",
            Statistic::Mean => "mean",
        }
    }

    /// Samples that it takes for it to be told from the largest one.
    pub fn needs(self) -> usize {
        match self {
            Statistic::Quantile(share) if share < 1000 => (1000 / (1000 - share as usize)).max(1),
            _ => 1,
        }
    }
}

/// Samples of some runs.
#[derive(Clone, Debug, Default)]
pub struct Samples {
    /// All of them in order.
    sorted: Vec<f64>,
    /// Places in that of the samples of each run.
    runs: Vec<Vec<u32>>,
}

impl Samples {
    /// The samples of some runs. Those that are no number are left out, and so are runs without any.
    pub fn new(runs: &[Vec<f64>]) -> Samples {
        let finite = |run: &Vec<f64>| run.iter().copied().filter(|v| v.is_finite()).collect::<Vec<f64>>();
        let runs: Vec<Vec<f64>> = runs.iter().map(finite).filter(|run| !run.is_empty()).collect();
        let mut all: Vec<(f64, u32)> =
            runs.iter().enumerate().flat_map(|(n, run)| run.iter().map(move |v| (*v, n as u32))).collect();
        all.sort_unstable_by(|a, b| a.0.total_cmp(&b.0));
        let mut places = vec![Vec::new(); runs.len()];
        for (place, (_, run)) in all.iter().enumerate() {
            places[*run as usize].push(place as u32);
        }
        Samples { sorted: all.into_iter().map(|(value, _)| value).collect(), runs: places }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.sorted.len()
    }

    /// True if there are none.
    pub fn is_empty(&self) -> bool {
        self.sorted.is_empty()
    }

    /// Runs that have any.
    pub fn runs(&self) -> usize {
        self.runs.len()
    }

    /// What they say; 0 if there are none. Percentiles are those of the nearest rank.
    pub fn get(&self, statistic: Statistic) -> f64 {
        match statistic {
            Statistic::Mean => self.sorted.iter().sum::<f64>() / self.len().max(1) as f64,
            Statistic::Quantile(share) => {
                let rank = (self.len() * share as usize).div_ceil(1000).max(1);
                self.sorted.get(rank - 1).copied().unwrap_or_default()
            }
        }
    }

    /// What they say and how sure it is.
    pub fn estimates<const N: usize>(&self, statistics: [Statistic; N]) -> [Estimate; N] {
        let values = statistics.map(|s| self.get(s));
        let mut drawn = Drawn::new(self);
        let mut random = SplitMix::new();
        let mut found: [Vec<f64>; N] = std::array::from_fn(|_| Vec::new());
        for _ in 0..rounds(self.len()) {
            drawn.draw(self, &mut random);
            for (list, value) in found.iter_mut().zip(drawn.get(self, statistics)) {
                list.push(value);
            }
        }
        let mut index = 0;
        values.map(|value| {
            let (low, high) = interval(&mut found[index], 0.95);
            index += 1;
            // The largest of drawn samples is never above the largest: of it nothing is known but that.
            Estimate { value, low: low.min(value), high: high.max(value) }
        })
    }
}

/// What changed between two sets of samples.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Verdict {
    /// Less in the second one, beyond noise.
    Less,
    /// More, beyond noise.
    More,
    /// No difference that noise could not make.
    Same,
}

/// Two sets of samples side by side.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Difference {
    /// What the first one says.
    pub before: f64,
    /// What the second one says.
    pub after: f64,
    /// The second by the first, or what it is more than the first where that may be zero; with an interval of 99 %
    /// confidence.
    pub change: Estimate,
    /// What is to be made of it.
    pub verdict: Verdict,
}

/// The second set by the first one; `None` if one of them says nothing above zero.
///
/// Many figures are compared at once, so the interval is one of 99 %. It is widened for few runs: they differ more than
/// draws from them do.
pub fn ratio(before: &Samples, after: &Samples, statistic: Statistic) -> Option<Difference> {
    let (first, second) = (before.get(statistic), after.get(statistic));
    if first <= 0.0 || second <= 0.0 {
        return None;
    }
    let mut found = drawn_pairs(before, after, statistic, |a, b| (a > 0.0).then_some(b / a));
    let value = second / first;
    let (low, high) = interval(&mut found, 0.99);
    let wider = widening(before).max(widening(after));
    let low = value * (low.min(value) / value).powf(wider);
    let high = value * (high.max(value) / value).powf(wider);
    Some(difference(first, second, Estimate { value, low, high }, 1.0))
}

/// What the second set's mean is more than the first one's: for shares, which may be zero.
pub fn shift(before: &Samples, after: &Samples) -> Option<Difference> {
    if before.is_empty() || after.is_empty() {
        return None;
    }
    let (first, second) = (before.get(Statistic::Mean), after.get(Statistic::Mean));
    let mut found = drawn_pairs(before, after, Statistic::Mean, |a, b| Some(b - a));
    let value = second - first;
    let (low, high) = interval(&mut found, 0.99);
    let wider = widening(before).max(widening(after));
    let low = value - (value - low).max(0.0) * wider;
    let high = value + (high - value).max(0.0) * wider;
    Some(difference(first, second, Estimate { value, low, high }, 0.0))
}

fn difference(before: f64, after: f64, change: Estimate, none: f64) -> Difference {
    let verdict = match () {
        () if change.high < none => Verdict::Less,
        () if change.low > none => Verdict::More,
        () => Verdict::Same,
    };
    Difference { before, after, change, verdict }
}

/// How much wider an interval is to be because draws from a few runs differ less than the runs do.
fn widening(samples: &Samples) -> f64 {
    let runs = samples.runs() as f64;
    if runs > 1.0 { (runs / (runs - 1.0)).sqrt() } else { 1.0 }
}

fn drawn_pairs(
    before: &Samples,
    after: &Samples,
    statistic: Statistic,
    pair: impl Fn(f64, f64) -> Option<f64>,
) -> Vec<f64> {
    let (mut first, mut second) = (Drawn::new(before), Drawn::new(after));
    let mut random = SplitMix::new();
    let draws = (0..rounds(before.len() + after.len())).filter_map(|_| {
        first.draw(before, &mut random);
        second.draw(after, &mut random);
        let ([a], [b]) = (first.get(before, [statistic]), second.get(after, [statistic]));
        pair(a, b)
    });
    draws.collect()
}

fn rounds(samples: usize) -> usize {
    (DRAWN / samples.max(1)).clamp(FEW, ROUNDS)
}

/// The middle part of drawn values that has a share of them.
fn interval(values: &mut [f64], share: f64) -> (f64, f64) {
    values.sort_unstable_by(f64::total_cmp);
    let Some(last) = values.len().checked_sub(1) else { return (0.0, 0.0) };
    let at = |part: f64| values[((part * last as f64).round() as usize).min(last)];
    (at((1.0 - share) / 2.0), at((1.0 + share) / 2.0))
}

/// Samples drawn from others: how often each of these was.
struct Drawn {
    counts: Vec<u32>,
    total: usize,
}

impl Drawn {
    fn new(of: &Samples) -> Drawn {
        Drawn { counts: vec![0; of.len()], total: 0 }
    }

    fn draw(&mut self, from: &Samples, random: &mut SplitMix) {
        self.counts.fill(0);
        self.total = 0;
        for _ in 0..from.runs.len() {
            let run = &from.runs[random.below(from.runs.len())];
            for _ in 0..run.len() {
                self.counts[run[random.below(run.len())] as usize] += 1;
            }
            self.total += run.len();
        }
    }

    /// What the draw says; `statistics` that are quantiles rise from one to the next.
    fn get<const N: usize>(&self, of: &Samples, statistics: [Statistic; N]) -> [f64; N] {
        let (mut place, mut passed) = (0, 0);
        statistics.map(|statistic| match statistic {
            Statistic::Mean => {
                let sum: f64 = self.counts.iter().zip(&of.sorted).map(|(n, v)| f64::from(*n) * v).sum();
                sum / self.total.max(1) as f64
            }
            Statistic::Quantile(share) => {
                let rank = (self.total * share as usize).div_ceil(1000).max(1);
                while place < self.counts.len() && passed + (self.counts[place] as usize) < rank {
                    passed += self.counts[place] as usize;
                    place += 1;
                }
                of.sorted.get(place).or(of.sorted.last()).copied().unwrap_or_default()
            }
        })
    }
}

/// Random numbers from a fixed seed (SplitMix64).
struct SplitMix(u64);

impl SplitMix {
    fn new() -> SplitMix {
        SplitMix(0x005e_ed0f_be9c)
    }

    fn below(&mut self, end: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^= z >> 31;
        ((u128::from(z) * end as u128) >> 64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Runs of frames around a time, each run a little off, with a tail.
    fn runs(seed: u64, around: f64, count: usize) -> Vec<Vec<f64>> {
        let mut random = SplitMix(seed);
        let mut uniform = move || random.below(1 << 20) as f64 / f64::from(1 << 20);
        (0..count)
            .map(|_| {
                let drift = 1.0 + 0.02 * (uniform() - 0.5);
                let frame = |_| {
                    let tail = if uniform() < 0.02 { 2.0 } else { 1.0 };
                    around * drift * tail * (1.0 + 0.2 * (uniform() + uniform() - 1.0))
                };
                (0..200).map(frame).collect()
            })
            .collect()
    }

    #[test]
    fn percentiles_are_of_the_nearest_rank() {
        let samples = Samples::new(&[(1..=60).rev().map(f64::from).collect(), (61..=100).map(f64::from).collect()]);
        let of = |s| samples.get(s);
        assert_eq!((of(Statistic::P50), of(Statistic::P90), of(Statistic::P99)), (50.0, 90.0, 99.0));
        assert_eq!((of(Statistic::P999), of(Statistic::MAX), of(Statistic::Mean)), (100.0, 100.0, 50.5));
        assert_eq!((samples.len(), samples.runs()), (100, 2));
        assert_eq!(Samples::new(&[vec![], vec![f64::NAN]]).get(Statistic::P50), 0.0);
        assert_eq!(Samples::new(&[vec![7.0]]).get(Statistic::P999), 7.0);
        let many = Samples::new(&[(1..=10_000).map(f64::from).collect()]);
        assert_eq!(many.get(Statistic::P999), 9990.0);
        assert_eq!(
            [Statistic::P50, Statistic::P90, Statistic::P99, Statistic::P999].map(Statistic::needs),
            [2, 10, 100, 1000]
        );
    }

    #[test]
    fn an_interval_holds_its_value_is_the_same_each_time_and_shrinks_with_samples() {
        let statistics = [Statistic::P50, Statistic::P99, Statistic::MAX, Statistic::Mean];
        let (few, many) = (Samples::new(&runs(1, 10.0, 3)), Samples::new(&runs(1, 10.0, 24)));
        let estimates = few.estimates(statistics);
        assert_eq!(estimates, few.estimates(statistics));
        for Estimate { value, low, high } in estimates {
            assert!(low <= value && value <= high, "{estimates:?}");
        }
        let width = |samples: &Samples| {
            let [p50] = samples.estimates([Statistic::P50]);
            p50.high - p50.low
        };
        assert!(width(&many) < width(&few) && width(&few) > 0.0, "{} {}", width(&many), width(&few));
    }

    #[test]
    fn ten_percent_more_are_found_and_noise_is_not() {
        let of = |seed, around| Samples::new(&runs(seed, around, 6));
        let base = of(1, 10.0);
        for seed in 2..7 {
            let slower = ratio(&base, &of(seed, 11.0), Statistic::P50).expect("above zero");
            assert_eq!(slower.verdict, Verdict::More, "{slower:?}");
            assert!(slower.change.low < 1.1 && slower.change.high > 1.08, "{slower:?}");
            let faster = ratio(&base, &of(seed, 9.0), Statistic::P50).expect("above zero");
            assert_eq!(faster.verdict, Verdict::Less, "{faster:?}");
            for statistic in [Statistic::P50, Statistic::P90, Statistic::P99] {
                let same = ratio(&base, &of(seed, 10.0), statistic).expect("above zero");
                assert_eq!(same.verdict, Verdict::Same, "{statistic:?} {same:?}");
            }
        }
        assert_eq!(ratio(&base, &Samples::new(&[vec![0.0]]), Statistic::P50), None);
    }

    #[test]
    fn shares_may_be_zero() {
        let share = |late: usize| {
            let run = |_| (0..100).map(|n| f64::from(u8::from(n < late))).collect::<Vec<f64>>();
            Samples::new(&(0..5).map(run).collect::<Vec<_>>())
        };
        let jankier = shift(&share(0), &share(10)).expect("samples");
        assert_eq!(jankier.verdict, Verdict::More);
        assert!((jankier.change.value - 0.1).abs() < 1e-9);
        assert_eq!(shift(&share(4), &share(5)).expect("samples").verdict, Verdict::Same);
        assert_eq!(shift(&share(0), &share(0)).expect("samples").verdict, Verdict::Same);
        assert_eq!(shift(&Samples::default(), &share(1)), None);
    }
}
