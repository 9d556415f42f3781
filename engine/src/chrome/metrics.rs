//! Heights and places of the bars, logical px. The defaults are those that programs expect of a phone.

use super::state::{ChromeState, Navigation};
use pellicle_script::capability::system::EdgeRect;

/// Heights and places of the bars.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct ChromeMetrics {
    /// Height of the system's status bar, above the navigation bar: what is unsafe at the top of the screen.
    pub status_bar: f32,
    /// Height of the navigation bar without the status bar.
    pub navigation_bar: f32,
    /// Height of the tab bar without the safe area below.
    pub tab_bar: f32,
    /// Unsafe height at the bottom of the screen.
    pub bottom_inset: f32,
    /// Unsafe widths at the left and the right of the screen.
    pub side_insets: (f32, f32),
    /// Size of the capsule.
    pub capsule: (f32, f32),
    /// Distance of the capsule from the right edge.
    pub capsule_right: f32,
}

impl Default for ChromeMetrics {
    fn default() -> Self {
        ChromeMetrics {
            status_bar: 20.0,
            navigation_bar: 44.0,
            tab_bar: 50.0,
            bottom_inset: 0.0,
            side_insets: (0.0, 0.0),
            capsule: (87.0, 32.0),
            capsule_right: 8.0,
        }
    }
}

impl ChromeMetrics {
    /// Those of a surface of which the system covers this much, logical px.
    pub fn covered(top: f32, right: f32, bottom: f32, left: f32) -> ChromeMetrics {
        ChromeMetrics { status_bar: top, bottom_inset: bottom, side_insets: (left, right), ..ChromeMetrics::default() }
    }

    /// Height that the navigation bar takes from the page.
    pub fn top(&self, state: &ChromeState) -> f32 {
        match state.navigation {
            Navigation::Bar { .. } => self.status_bar + self.navigation_bar,
            Navigation::CapsuleOnly { .. } | Navigation::None => 0.0,
        }
    }

    /// Height that the tab bar takes from the page.
    pub fn bottom(&self, state: &ChromeState) -> f32 {
        if state.tabs_visible() { self.tab_bar + self.bottom_inset } else { 0.0 }
    }

    /// The capsule in a surface of this width.
    pub fn capsule_rect(&self, width: f32) -> EdgeRect {
        let top = self.status_bar + (self.navigation_bar - self.capsule.1) / 2.0 - 2.0;
        let right = width - self.capsule_right - self.side_insets.1;
        EdgeRect {
            left: f64::from(right - self.capsule.0),
            top: f64::from(top),
            right: f64::from(right),
            bottom: f64::from(top + self.capsule.1),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_capsule_lies_where_programs_expect_it() {
        let rect = ChromeMetrics::default().capsule_rect(375.0);
        assert_eq!((rect.left, rect.top, rect.right, rect.bottom), (280.0, 24.0, 367.0, 56.0));
    }
}
