//! Animations of a number. The formulas are those of `react-native-reanimated`, which the platform's follow.

use super::easing::Easing;
use super::sent::Sent;
use std::sync::Arc;

/// Longest step of a spring, ms: after a pause it goes on from where it was.
const LONGEST_STEP: f64 = 64.0;
/// A decay slower than this, units per s, has ended.
const SLOWEST: f64 = 1.0;
/// Parts of a sequence that may end within one step.
const MOST_ENDS: u32 = 100;

/// What is to happen to a number.
#[derive(Clone, Debug)]
pub enum Animation {
    /// To a value within some ms.
    Timing {
        /// The value; one that is no number is taken at the end.
        to: Sent,
        /// How long, ms.
        duration: f64,
        /// Its course.
        easing: Easing,
        /// Told when it has ended.
        done: Sent,
    },
    /// As a mass on a spring.
    Spring {
        /// Where the spring rests.
        to: Sent,
        /// The spring.
        spring: Spring,
        /// Told when it rests.
        done: Sent,
    },
    /// On with a velocity that fades.
    Decay {
        /// How.
        decay: Decay,
        /// Told when it has ended.
        done: Sent,
    },
    /// Another one after some ms.
    Delay(f64, Arc<Animation>),
    /// One after the other.
    Sequence(Vec<Arc<Animation>>),
    /// Again and again.
    Repeat {
        /// What.
        inner: Arc<Animation>,
        /// How often; none: for ever.
        count: Option<u32>,
        /// Every other time backwards.
        reverse: bool,
        /// Told when it has ended.
        done: Sent,
    },
}

/// A damped spring.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub struct Spring {
    pub damping: f64,
    pub mass: f64,
    pub stiffness: f64,
    /// It stops where it would overshoot.
    pub clamp: bool,
    pub rest_displacement: f64,
    pub rest_speed: f64,
    /// Units per s at the start.
    pub velocity: f64,
}

impl Default for Spring {
    fn default() -> Self {
        Spring {
            damping: 10.0,
            mass: 1.0,
            stiffness: 100.0,
            clamp: false,
            rest_displacement: 0.01,
            rest_speed: 2.0,
            velocity: 0.0,
        }
    }
}

/// A velocity that fades.
#[derive(Clone, Copy, Debug)]
#[allow(missing_docs)]
pub struct Decay {
    /// Units per s.
    pub velocity: f64,
    /// Share of the velocity that is left after 10 ms.
    pub deceleration: f64,
    /// Between these it stays.
    pub clamp: Option<(f64, f64)>,
    pub velocity_factor: f64,
}

/// An animation that runs.
#[derive(Debug)]
pub struct Run {
    animation: Arc<Animation>,
    from: f64,
    /// Where it goes instead, when a repetition runs backwards.
    back_to: Option<f64>,
    start: f64,
    state: State,
}

#[derive(Debug)]
enum State {
    Plain,
    Moving { at: f64, velocity: f64, last: f64 },
    Inner { index: usize, run: Option<Box<Run>> },
}

/// What a step gives.
#[derive(Debug, Default)]
pub struct Step {
    /// The value now.
    pub value: Sent,
    /// It has ended.
    pub ended: bool,
    /// Who is to be told of an end.
    pub told: Vec<Sent>,
}

impl Run {
    /// Starts an animation at a value and a time, ms.
    pub fn new(animation: Arc<Animation>, from: f64, now: f64) -> Run {
        Run::towards(animation, from, None, now)
    }

    fn towards(animation: Arc<Animation>, from: f64, back_to: Option<f64>, now: f64) -> Run {
        let state = match &*animation {
            Animation::Timing { .. } => State::Plain,
            Animation::Spring { spring, .. } => State::Moving { at: from, velocity: spring.velocity, last: now },
            Animation::Decay { decay, .. } => State::Moving { at: from, velocity: decay.velocity, last: now },
            Animation::Delay(..) => State::Inner { index: 0, run: None },
            Animation::Sequence(parts) => {
                let first = parts.first().map(|part| Box::new(Run::new(part.clone(), from, now)));
                State::Inner { index: 0, run: first }
            }
            Animation::Repeat { inner, .. } => {
                State::Inner { index: 0, run: Some(Box::new(Run::new(inner.clone(), from, now))) }
            }
        };
        Run { animation, from, back_to, start: now, state }
    }

    /// Who is to be told that it was cancelled.
    pub fn listeners(&self) -> Vec<Sent> {
        let mut found = Vec::new();
        let mut run = Some(self);
        while let Some(at) = run {
            match &*at.animation {
                Animation::Timing { done, .. }
                | Animation::Spring { done, .. }
                | Animation::Decay { done, .. }
                | Animation::Repeat { done, .. } => found.push(done.clone()),
                Animation::Delay(..) | Animation::Sequence(_) => {}
            }
            run = match &at.state {
                State::Inner { run, .. } => run.as_deref(),
                _ => None,
            };
        }
        found.retain(|done| !matches!(done, Sent::Undefined));
        found
    }

    /// Goes on to a time, ms; `call` gives the values of curves that script wrote.
    pub fn step(&mut self, now: f64, call: &mut dyn FnMut(&Sent, f64) -> f64) -> Step {
        let animation = self.animation.clone();
        match &*animation {
            Animation::Timing { to, duration, easing, done } => {
                let target = self.back_to.map_or_else(|| to.clone(), Sent::Number);
                let t = if *duration > 0.0 { (now - self.start) / duration } else { 1.0 };
                if t >= 1.0 {
                    return Step { value: target, ended: true, told: vec![done.clone()] };
                }
                let from = self.from;
                let value = target.number().map_or(from, |to| from + (to - from) * easing.at(t.max(0.0), call));
                Step { value: Sent::Number(value), ..Step::default() }
            }
            Animation::Spring { to, spring, done } => {
                let target = self.back_to.map_or_else(|| to.clone(), Sent::Number);
                let Some(to) = target.number() else {
                    return Step { value: target, ended: true, told: vec![done.clone()] };
                };
                let State::Moving { at, velocity, last } = &mut self.state else { return Step::default() };
                let passed = (now - *last).clamp(0.0, LONGEST_STEP) / 1000.0;
                *last = now;
                if oscillate(spring, to, at, velocity, passed) {
                    return Step { value: target, ended: true, told: vec![done.clone()] };
                }
                Step { value: Sent::Number(*at), ..Step::default() }
            }
            Animation::Decay { decay, done } => {
                let State::Moving { at, velocity, last } = &mut self.state else { return Step::default() };
                let passed = (now - *last).clamp(0.0, LONGEST_STEP) / 1000.0;
                let speed = *velocity * (-(1.0 - decay.deceleration) * (now - self.start) * 0.1).exp();
                *at += speed * decay.velocity_factor * passed;
                (*velocity, *last) = (speed, now);
                let mut ended = speed.abs() < SLOWEST;
                if let Some((low, high)) = decay.clamp {
                    let held = if decay.velocity < 0.0 { at.max(low) } else { at.min(high) };
                    ended |=
                        held != *at || (decay.velocity < 0.0 && held <= low) || (decay.velocity > 0.0 && held >= high);
                    *at = held;
                }
                let told = if ended { vec![done.clone()] } else { Vec::new() };
                Step { value: Sent::Number(*at), ended, told }
            }
            Animation::Delay(ms, inner) => {
                let State::Inner { run, .. } = &mut self.state else { return Step::default() };
                if now - self.start < *ms {
                    return Step { value: Sent::Number(self.from), ..Step::default() };
                }
                let (from, back_to) = (self.from, self.back_to);
                run.get_or_insert_with(|| Box::new(Run::towards(inner.clone(), from, back_to, now))).step(now, call)
            }
            Animation::Sequence(parts) => self.step_parts(parts, now, call),
            Animation::Repeat { inner, count, reverse, done } => {
                self.step_repeated(inner, *count, *reverse, done, now, call)
            }
        }
    }

    fn step_parts(&mut self, parts: &[Arc<Animation>], now: f64, call: &mut dyn FnMut(&Sent, f64) -> f64) -> Step {
        let mut all = Step { value: Sent::Number(self.from), ..Step::default() };
        let State::Inner { index, run } = &mut self.state else { return all };
        for _ in 0..MOST_ENDS {
            let Some(current) = run else {
                all.ended = true;
                break;
            };
            let Step { value, ended, told } = current.step(now, call);
            let at = value.number().unwrap_or(self.from);
            all.value = value;
            all.told.extend(told);
            if !ended {
                break;
            }
            *index += 1;
            *run = parts.get(*index).map(|part| Box::new(Run::new(part.clone(), at, now)));
        }
        all
    }

    fn step_repeated(
        &mut self,
        inner: &Arc<Animation>,
        count: Option<u32>,
        reverse: bool,
        done: &Sent,
        now: f64,
        call: &mut dyn FnMut(&Sent, f64) -> f64,
    ) -> Step {
        let State::Inner { index, run: Some(run) } = &mut self.state else { return Step::default() };
        let mut step = run.step(now, call);
        if !step.ended {
            return step;
        }
        *index += 1;
        if count.is_some_and(|count| *index >= count as usize) {
            step.told.push(done.clone());
            return step;
        }
        // The next time begins at the next step, so that one that takes no time cannot hold up the frame.
        step.ended = false;
        let reached = step.value.number().unwrap_or(self.from);
        **run = match reverse {
            false => Run::new(inner.clone(), self.from, now),
            true if *index % 2 == 1 => Run::towards(inner.clone(), reached, Some(self.from), now),
            true => Run::new(inner.clone(), reached, now),
        };
        step
    }
}

/// Moves a mass on a spring; true if it rests.
fn oscillate(spring: &Spring, to: f64, at: &mut f64, velocity: &mut f64, t: f64) -> bool {
    let Spring { damping, mass, stiffness, .. } = *spring;
    let (v0, x0) = (-*velocity, to - *at);
    let zeta = damping / (2.0 * (stiffness * mass).sqrt());
    let omega0 = (stiffness / mass).sqrt();
    if !zeta.is_finite() || !omega0.is_finite() || omega0 == 0.0 {
        *at = to;
        return true;
    }
    let (position, speed) = if zeta < 1.0 {
        let omega1 = omega0 * (1.0 - zeta * zeta).sqrt();
        let envelope = (-zeta * omega0 * t).exp();
        let (sin, cos) = (omega1 * t).sin_cos();
        let part = (v0 + zeta * omega0 * x0) / omega1;
        let offset = envelope * (sin * part + x0 * cos);
        let speed = zeta * omega0 * offset - envelope * (cos * (v0 + zeta * omega0 * x0) - omega1 * x0 * sin);
        (to - offset, speed)
    } else {
        let envelope = (-omega0 * t).exp();
        let offset = envelope * (x0 + (v0 + omega0 * x0) * t);
        (to - offset, envelope * (v0 * (t * omega0 - 1.0) + t * x0 * omega0 * omega0))
    };
    let overshoots = spring.clamp && stiffness != 0.0 && if x0 > 0.0 { position > to } else { position < to };
    let rests = speed.abs() < spring.rest_speed && (to - position).abs() < spring.rest_displacement;
    (*at, *velocity) = (position, speed);
    overshoots || rests
}

#[cfg(test)]
mod tests {
    use super::*;

    fn number(run: &mut Run, now: f64) -> (f64, bool) {
        let step = run.step(now, &mut |_, _| 0.0);
        (step.value.number().unwrap(), step.ended)
    }

    fn timing(to: f64, duration: f64) -> Arc<Animation> {
        let (to, easing, done) = (Sent::Number(to), Easing::Linear, Sent::Null);
        Arc::new(Animation::Timing { to, duration, easing, done })
    }

    #[test]
    fn a_timing_ends_at_its_value_and_tells_so() {
        let mut run = Run::new(timing(10.0, 100.0), 0.0, 50.0);
        assert_eq!(number(&mut run, 50.0), (0.0, false));
        assert_eq!(number(&mut run, 100.0), (5.0, false));
        let end = run.step(150.0, &mut |_, _| 0.0);
        assert_eq!((end.value.number(), end.ended, end.told.len()), (Some(10.0), true, 1));
    }

    #[test]
    fn parts_follow_each_other_after_a_delay() {
        let parts = vec![timing(10.0, 100.0), timing(0.0, 100.0)];
        let delayed = Arc::new(Animation::Delay(50.0, Arc::new(Animation::Sequence(parts))));
        let mut run = Run::new(delayed, 4.0, 0.0);
        let values = [0.0, 49.0, 50.0, 100.0, 150.0, 200.0, 250.0].map(|now| number(&mut run, now));
        let expected =
            [(4.0, false), (4.0, false), (4.0, false), (7.0, false), (10.0, false), (5.0, false), (0.0, true)];
        assert_eq!(values, expected);
    }

    #[test]
    fn a_repetition_goes_back_and_forth() {
        let repeat = |reverse, count| {
            let (inner, done) = (timing(10.0, 100.0), Sent::Undefined);
            Run::new(Arc::new(Animation::Repeat { inner, count, reverse, done }), 0.0, 0.0)
        };
        let times = [0.0, 50.0, 100.0, 125.0, 200.0, 225.0, 300.0];
        let mut run = repeat(true, Some(3));
        let there_and_back = times.map(|now| number(&mut run, now).0);
        assert_eq!(there_and_back, [0.0, 5.0, 10.0, 7.5, 0.0, 2.5, 10.0]);
        let mut run = repeat(false, None);
        let again = times.map(|now| number(&mut run, now));
        assert_eq!(again.map(|a| a.0), [0.0, 5.0, 10.0, 2.5, 10.0, 2.5, 10.0]);
        assert!(again.iter().all(|a| !a.1));
    }

    #[test]
    fn a_spring_comes_to_rest_and_a_decay_ends() {
        let spring = Animation::Spring { to: Sent::Number(100.0), spring: Spring::default(), done: Sent::Undefined };
        let mut run = Run::new(Arc::new(spring), 0.0, 0.0);
        let mut values = (1..1000).map(|i| number(&mut run, f64::from(i) * 16.0));
        let (mut most, mut rest) = (0.0f64, 0.0);
        for (value, ended) in values.by_ref() {
            most = most.max(value);
            if ended {
                rest = value;
                break;
            }
        }
        assert!(most > 110.0 && rest == 100.0, "{most} {rest}");

        let decay = Decay { velocity: 1000.0, deceleration: 0.998, clamp: Some((0.0, 50.0)), velocity_factor: 1.0 };
        let mut run = Run::new(Arc::new(Animation::Decay { decay, done: Sent::Undefined }), 0.0, 0.0);
        let end = (1..1000).map(|i| number(&mut run, f64::from(i) * 16.0)).find(|(_, ended)| *ended);
        assert_eq!(end, Some((50.0, true)));
    }
}
