//! Pulling the page, or a scroll view, down to refresh it.

use super::motion::{Glide, rubber_band};

/// Pull from which a page refreshes, and at which it rests meanwhile, logical px.
const PAGE: f32 = 50.0;

/// Pull from which the dots are seen, logical px.
const DOTS: f32 = 32.0;
/// How far a finger can pull it at most, logical px.
const REACH: f32 = 300.0;

/// How far the page is pulled down.
#[derive(Clone, Copy, Debug)]
pub struct Pull {
    /// Pull from which it refreshes, and at which it rests meanwhile.
    threshold: f32,
    /// How far a finger can pull it at most.
    reach: f32,
    /// Where it is held, whatever it refreshes.
    held: Option<f32>,
    finger: f32,
    offset: f32,
    glide: Option<Glide>,
    refreshing: bool,
}

impl Default for Pull {
    fn default() -> Self {
        Pull::new(PAGE)
    }
}

impl Pull {
    /// Nothing is pulled; it refreshes from a pull of `threshold` logical px.
    pub fn new(threshold: f32) -> Pull {
        Pull {
            threshold: threshold.max(1.0),
            reach: REACH,
            held: None,
            finger: 0.0,
            offset: 0.0,
            glide: None,
            refreshing: false,
        }
    }

    /// It can be pulled further than usual, logical px.
    pub fn reach_to(&mut self, reach: f32) {
        self.reach = reach.max(REACH);
    }

    /// Holds the content at an offset, logical px, or lets it come back.
    pub fn hold(&mut self, at: Option<f32>, now: f64) {
        (self.held, self.finger) = (at, 0.0);
        self.settle(now);
    }

    /// How far the page's content is moved down, logical px.
    pub fn offset(&self) -> f32 {
        self.offset
    }

    /// True from the pull to `stopPullDownRefresh`.
    pub fn is_refreshing(&self) -> bool {
        self.refreshing
    }

    /// Where it is held, logical px.
    pub fn held(&self) -> Option<f32> {
        self.held
    }

    /// True if a finger that pulls it so far, logical px, makes it ready.
    pub fn is_ready_at(&self, finger: f32) -> bool {
        rubber_band(finger, self.reach) >= self.threshold
    }

    /// True while there is room for the dots above the content.
    pub fn shows(&self) -> bool {
        self.offset >= DOTS
    }

    /// True if it refreshes when it is let go.
    pub fn is_ready(&self) -> bool {
        !self.refreshing && self.offset >= self.threshold
    }

    /// True while it moves by itself.
    pub fn is_moving(&self) -> bool {
        self.glide.is_some()
    }

    /// The finger pulls.
    pub fn drag(&mut self, by: f32) {
        self.glide = None;
        self.finger += by;
        if let Some(held) = self.held {
            // It can be pushed back only.
            self.finger = self.finger.clamp(-held, 0.0);
            self.offset = held + self.finger;
            return;
        }
        self.finger = self.finger.max(0.0);
        self.offset = self.rest() + rubber_band(self.finger, self.reach);
    }

    /// The finger is lifted; true if a refresh begins.
    pub fn release(&mut self, now: f64) -> bool {
        self.finger = 0.0;
        let begins = self.is_ready();
        self.refreshing |= begins;
        self.settle(now);
        begins
    }

    /// Script starts a refresh as if the user had pulled; false if one is going on.
    pub fn start(&mut self, now: f64) -> bool {
        if self.refreshing {
            return false;
        }
        self.refreshing = true;
        self.settle(now);
        true
    }

    /// Script ends the refresh.
    pub fn stop(&mut self, now: f64) {
        self.refreshing = false;
        self.settle(now);
    }

    /// Where it comes to rest when it is let go.
    fn rest(&self) -> f32 {
        self.held.unwrap_or(if self.refreshing { self.threshold } else { 0.0 })
    }

    fn settle(&mut self, now: f64) {
        let to = self.rest();
        self.glide = (self.offset != to).then(|| Glide::new(now, self.offset, to, 250.0));
    }

    /// Moves on to a time; true if the offset changed.
    pub fn advance(&mut self, now: f64) -> bool {
        let Some(glide) = self.glide else { return false };
        let (offset, going) = glide.at(now);
        if !going {
            self.glide = None;
        }
        self.offset = offset;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_pull_refreshes_until_it_is_stopped_and_a_short_one_does_not() {
        let mut pull = Pull::default();
        pull.drag(30.0);
        assert!(!pull.release(0.0));
        pull.advance(300.0);
        assert_eq!(pull.offset(), 0.0);
        pull.drag(200.0);
        assert!(pull.release(300.0));
        pull.advance(600.0);
        assert_eq!((pull.offset(), pull.is_refreshing()), (PAGE, true));
        assert!(!pull.start(600.0));
        pull.stop(700.0);
        pull.advance(1000.0);
        assert_eq!((pull.offset(), pull.is_refreshing(), pull.is_moving()), (0.0, false, false));
    }
}
