//! Velocity of a finger, fling and smooth scrolling.
//!
//! All curves are functions of time alone, so a frame that comes late shows the right place, and the same
//! input gives the same motion at any frame rate. Distances are logical px, times ms.

/// Samples older than this do not count, ms.
const WINDOW: f64 = 100.0;
/// A finger that rests this long before it is lifted flings nothing, ms.
const REST: f64 = 60.0;
/// Slowest fling, px a second.
const MIN_FLING: f32 = 50.0;
/// Fastest fling, px a second.
const MAX_FLING: f32 = 8000.0;
/// A fling's speed falls to 1/e in this time, ms.
const DECAY: f32 = 325.0;
/// A fling that slows down fast has this part of the time. That is the ratio of the two rates of UIScrollView.
const FAST: f32 = 0.2;

/// Follows a finger.
#[derive(Clone, Debug, Default)]
pub struct VelocityTracker {
    samples: [(f64, f32, f32); 16],
    count: usize,
    next: usize,
}

impl VelocityTracker {
    /// Forgets everything.
    pub fn clear(&mut self) {
        self.count = 0;
    }

    /// The finger is at a place.
    pub fn push(&mut self, time: f64, x: f32, y: f32) {
        self.samples[self.next] = (time, x, y);
        self.next = (self.next + 1) % self.samples.len();
        self.count = (self.count + 1).min(self.samples.len());
    }

    /// Its speed when it is lifted at `now`, px a second: the slope of a straight line through the samples of
    /// the last 100 ms; zero if it rested.
    pub fn velocity(&self, now: f64) -> (f32, f32) {
        let length = self.samples.len();
        let recent = |n: usize| self.samples[(self.next + length - 1 - n) % length];
        if self.count == 0 || now - recent(0).0 > REST {
            return (0.0, 0.0);
        }
        let last = recent(0);
        let (mut n, mut t1, mut t2, mut x1, mut y1, mut tx, mut ty) = (0.0f64, 0.0, 0.0, 0.0, 0.0, 0.0, 0.0);
        for i in 0..self.count {
            let (time, x, y) = recent(i);
            let t = time - last.0;
            if -t > WINDOW {
                break;
            }
            let (x, y) = (f64::from(x - last.1), f64::from(y - last.2));
            n += 1.0;
            t1 += t;
            t2 += t * t;
            x1 += x;
            y1 += y;
            tx += t * x;
            ty += t * y;
        }
        let spread = n * t2 - t1 * t1;
        if n < 2.0 || spread < 1e-3 {
            return (0.0, 0.0);
        }
        let slope = |v1: f64, tv: f64| ((n * tv - t1 * v1) / spread * 1000.0) as f32;
        let clamp = |v: f32| v.clamp(-MAX_FLING, MAX_FLING);
        (clamp(slope(x1, tx)), clamp(slope(y1, ty)))
    }
}

/// A coasting that slows down exponentially.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Fling {
    start: f64,
    from: f32,
    /// Signed distance that it would go without an end.
    reach: f32,
    /// Its speed falls to 1/e in this time, ms.
    decay: f32,
}

impl Fling {
    /// A fling from an offset with a speed in px a second; `None` if it is too slow to be one.
    pub fn new(start: f64, from: f32, velocity: f32) -> Option<Fling> {
        (velocity.abs() >= MIN_FLING).then(|| Fling { start, from, reach: velocity * DECAY / 1000.0, decay: DECAY })
    }

    /// The same fling, that ends in a fifth of the time and way.
    #[must_use]
    pub fn fast(self) -> Fling {
        Fling { reach: self.reach * FAST, decay: self.decay * FAST, ..self }
    }

    /// The same fling from elsewhere.
    #[must_use]
    pub fn shifted(self, by: f32) -> Fling {
        Fling { from: self.from + by, ..self }
    }

    /// Where it ends by itself.
    pub fn destination(&self) -> f32 {
        self.from + self.reach
    }

    /// The offset at a time, and whether it goes on.
    pub fn at(&self, now: f64) -> (f32, bool) {
        let elapsed = (now - self.start).max(0.0) as f32;
        let left = (-elapsed / self.decay).exp();
        let offset = self.from + self.reach * (1.0 - left);
        // Half a px from the end nobody sees the rest.
        if (self.reach * left).abs() < 0.5 { (self.destination(), false) } else { (offset, true) }
    }
}

/// How a move's speed changes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum Easing {
    /// The same all the way.
    Linear,
    /// Starts slowly.
    InCubic,
    /// Starts fast and ends slowly.
    #[default]
    OutCubic,
    /// Slow at both ends.
    InOutCubic,
}

impl Easing {
    /// The part of the way at a part of the time.
    fn at(self, t: f32) -> f32 {
        let rest = 1.0 - t;
        match self {
            Easing::Linear => t,
            Easing::InCubic => t * t * t,
            Easing::OutCubic => 1.0 - rest * rest * rest,
            Easing::InOutCubic if t < 0.5 => 4.0 * t * t * t,
            Easing::InOutCubic => 1.0 - 4.0 * rest * rest * rest,
        }
    }
}

/// A move from one offset to another in a given time.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Glide {
    start: f64,
    from: f32,
    to: f32,
    duration: f32,
    easing: Easing,
}

impl Glide {
    /// A glide of `duration` ms that starts fast and ends slowly.
    pub fn new(start: f64, from: f32, to: f32, duration: f32) -> Glide {
        Glide { start, from, to, duration: duration.max(1.0), easing: Easing::default() }
    }

    /// The same glide with another speed on the way.
    #[must_use]
    pub fn eased(self, easing: Easing) -> Glide {
        Glide { easing, ..self }
    }

    /// The same glide, both ends elsewhere.
    #[must_use]
    pub fn shifted(self, by: f32) -> Glide {
        Glide { from: self.from + by, to: self.to + by, ..self }
    }

    /// Where it ends.
    pub fn destination(&self) -> f32 {
        self.to
    }

    /// The offset at a time, and whether it goes on.
    pub fn at(&self, now: f64) -> (f32, bool) {
        let t = ((now - self.start) as f32 / self.duration).clamp(0.0, 1.0);
        if t >= 1.0 { (self.to, false) } else { (self.from + (self.to - self.from) * self.easing.at(t), true) }
    }
}

/// A weight of one on a damped spring that lets it go at rest. Its stiffness is 9/40 of the square of the damping, with
/// which it never swings over.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Spring {
    start: f64,
    from: f32,
    to: f32,
    damping: f32,
}

impl Spring {
    /// A spring that pulls from one offset to another; the larger the damping, the faster.
    pub fn new(start: f64, from: f32, to: f32, damping: f32) -> Spring {
        Spring { start, from, to, damping: damping.clamp(1e-3, 1e4) }
    }

    /// The offset at a time, and whether it goes on: it ends when it is as near as that to its end.
    pub fn at(&self, now: f64, near: f32) -> (f32, bool) {
        let t = ((now - self.start) / 1000.0).max(0.0) as f32;
        let root = 0.1f32.sqrt();
        let (slow, fast) = (self.damping * (root - 1.0) / 2.0, -self.damping * (root + 1.0) / 2.0);
        let way = self.from - self.to;
        let left = way * (slow * (fast * t).exp() - fast * (slow * t).exp()) / (slow - fast);
        if left.abs() < near { (self.to, false) } else { (self.to + left, true) }
    }
}

/// How far the content follows a finger beyond its end: less and less.
pub fn rubber_band(beyond: f32, view: f32) -> f32 {
    if view <= 0.0 {
        return 0.0;
    }
    let pull = beyond.abs();
    (1.0 - 1.0 / (pull * 0.55 / view + 1.0)) * view * beyond.signum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_steady_finger_has_its_own_speed() {
        let mut tracker = VelocityTracker::default();
        for n in 0..30 {
            tracker.push(f64::from(n) * 8.0, 3.0, 100.0 - n as f32 * 4.0);
        }
        let (x, y) = tracker.velocity(29.0 * 8.0 + 5.0);
        assert!(x.abs() < 1e-3 && (y + 500.0).abs() < 1.0, "{x} {y}");
        assert_eq!(tracker.velocity(29.0 * 8.0 + 200.0), (0.0, 0.0));
    }

    #[test]
    fn one_sample_or_one_instant_has_no_speed() {
        let mut tracker = VelocityTracker::default();
        assert_eq!(tracker.velocity(0.0), (0.0, 0.0));
        tracker.push(0.0, 0.0, 0.0);
        tracker.push(0.0, 50.0, 0.0);
        assert_eq!(tracker.velocity(0.0), (0.0, 0.0));
    }

    #[test]
    fn a_fling_slows_down_and_ends_at_its_destination_at_any_frame_rate() {
        let fling = Fling::new(1000.0, 10.0, 1000.0).unwrap();
        assert_eq!(fling.destination(), 335.0);
        let mut last = (10.0, f32::INFINITY);
        let mut now = 1000.0;
        loop {
            now += 16.0;
            let (offset, going) = fling.at(now);
            assert!(offset - last.0 <= last.1 + 0.5, "never faster, but for the last half px");
            last = (offset, offset - last.0);
            if !going {
                break;
            }
        }
        assert_eq!(last.0, 335.0);
        assert!(now < 4000.0);
        assert_eq!(Fling::new(0.0, 0.0, 20.0), None);
    }

    #[test]
    fn every_easing_goes_from_its_start_to_its_end_and_never_back() {
        for easing in [Easing::Linear, Easing::InCubic, Easing::OutCubic, Easing::InOutCubic] {
            let glide = Glide::new(0.0, 10.0, 110.0, 100.0).eased(easing);
            assert_eq!((glide.at(0.0), glide.at(100.0)), ((10.0, true), (110.0, false)));
            for n in 0..100 {
                assert!(glide.at(f64::from(n) + 1.0).0 >= glide.at(f64::from(n)).0, "{easing:?} {n}");
            }
        }
        let half = |easing| Glide::new(0.0, 0.0, 1.0, 100.0).eased(easing).at(50.0).0;
        assert_eq!((half(Easing::Linear), half(Easing::InCubic), half(Easing::InOutCubic)), (0.5, 0.125, 0.5));
    }

    #[test]
    fn a_spring_starts_at_rest_and_never_swings_over() {
        let spring = Spring::new(0.0, 100.0, 0.0, 20.0);
        assert!((spring.at(0.0, 0.1).0 - 100.0).abs() < 1e-3 && spring.at(1.0, 0.1).0 > 99.9);
        let way: Vec<f32> = (0..200).map(|n| spring.at(f64::from(n) * 10.0, 0.1).0).collect();
        assert!(way.windows(2).all(|w| w[1] <= w[0] && w[1] >= 0.0));
        assert_eq!(spring.at(2000.0, 0.1), (0.0, false));
    }

    #[test]
    fn a_rubber_band_never_gives_more_than_the_view() {
        assert_eq!(rubber_band(0.0, 500.0), 0.0);
        let (near, far) = (rubber_band(50.0, 500.0), rubber_band(5000.0, 500.0));
        assert!(near > 20.0 && near < 50.0 && far < 500.0 && far > near);
        assert_eq!(rubber_band(-50.0, 500.0), -near);
    }
}
