//! Where an animation is at a time (Web Animations 1 section 4): phases, iterations, directions.

use crate::style::computed::{Animation, AnimationDirection, FillMode};

/// Where in its life an animation is.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Phase {
    /// Its delay is not over.
    Before,
    /// It moves.
    Active,
    /// It is over.
    After,
}

/// When and how often something is animated. Times in ms.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Timing {
    /// Until it begins; negative begins within it.
    pub delay: f64,
    /// Of one iteration.
    pub duration: f64,
    /// How often; may be a fraction or infinite.
    pub iterations: f64,
    /// Which way.
    pub direction: AnimationDirection,
    /// Whether it shows before and after.
    pub fill: FillMode,
}

/// Where an animation is.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Sample {
    /// Its phase.
    pub phase: Phase,
    /// Progress within the iteration, with the direction; `None` if it does not show.
    pub progress: Option<f64>,
    /// The number of the iteration.
    pub iteration: f64,
}

impl Timing {
    /// Of one entry of `animation`.
    pub fn of(animation: &Animation) -> Timing {
        Timing {
            delay: animation.delay.into(),
            duration: animation.duration.max(0.0).into(),
            iterations: animation.iterations.max(0.0).into(),
            direction: animation.direction,
            fill: animation.fill,
        }
    }

    /// How long it moves; infinity for ever.
    pub fn active_duration(&self) -> f64 {
        if self.duration == 0.0 || self.iterations == 0.0 { 0.0 } else { self.duration * self.iterations }
    }

    /// Where it is `local` ms after its start.
    pub fn sample(&self, local: f64) -> Sample {
        let active = self.active_duration();
        let phase = match local - self.delay {
            since if since < 0.0 => Phase::Before,
            since if since >= active => Phase::After,
            _ => Phase::Active,
        };
        let fills = match phase {
            Phase::Before => matches!(self.fill, FillMode::Backwards | FillMode::Both),
            Phase::Active => true,
            Phase::After => matches!(self.fill, FillMode::Forwards | FillMode::Both),
        };
        let time = (local - self.delay).clamp(0.0, active);
        let overall = match self.duration {
            0.0 if phase == Phase::Before => 0.0,
            0.0 => self.iterations,
            duration => time / duration,
        };
        let mut within = if overall.is_finite() { overall % 1.0 } else { 0.0 };
        if within == 0.0 && phase != Phase::Before && time == active && self.iterations != 0.0 {
            within = 1.0;
        }
        let iteration = match () {
            () if phase == Phase::After && self.iterations.is_infinite() => f64::INFINITY,
            () if within == 1.0 => overall.floor() - 1.0,
            () => overall.floor(),
        };
        let backwards = match self.direction {
            AnimationDirection::Normal => false,
            AnimationDirection::Reverse => true,
            AnimationDirection::Alternate => iteration % 2.0 == 1.0,
            AnimationDirection::AlternateReverse => iteration % 2.0 != 1.0,
        };
        let progress = if backwards { 1.0 - within } else { within };
        Sample { phase, progress: fills.then_some(progress), iteration }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn iterations_turn_and_stay_as_they_are_told() {
        let timing = Timing {
            delay: 100.0,
            duration: 200.0,
            iterations: 2.5,
            direction: AnimationDirection::Alternate,
            fill: FillMode::Forwards,
        };
        let at = |local| {
            let sample = timing.sample(local);
            (sample.phase, sample.progress, sample.iteration)
        };
        assert_eq!(at(99.0), (Phase::Before, None, 0.0));
        assert_eq!(at(100.0), (Phase::Active, Some(0.0), 0.0));
        assert_eq!(at(350.0), (Phase::Active, Some(0.75), 1.0));
        assert_eq!(at(550.0), (Phase::Active, Some(0.25), 2.0));
        assert_eq!(at(900.0), (Phase::After, Some(0.5), 2.0));
        let whole = Timing { iterations: 2.0, direction: AnimationDirection::Normal, ..timing };
        assert_eq!(whole.sample(500.0).progress, Some(1.0));
        let at_once = Timing { duration: 0.0, iterations: f64::INFINITY, fill: FillMode::Both, ..timing };
        assert_eq!((at_once.sample(0.0).progress, at_once.sample(100.0).phase), (Some(0.0), Phase::After));
        assert_eq!(Timing { iterations: 0.0, ..at_once }.sample(500.0).progress, Some(0.0));
    }
}
