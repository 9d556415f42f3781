//! Colours of a navigation bar that change over time.

use super::state::{ChromeState, PageBar};
use pellicle_layout::css::color::color_from_text;
use pellicle_layout::css::motion::easing_from_text;
use pellicle_layout::style::computed::{Color, Easing};

/// Longest time that a change takes, ms.
const LONGEST: f64 = 60_000.0;

/// How long a change takes and how it goes.
#[derive(Clone, PartialEq, Debug)]
pub struct Timing {
    duration: f64,
    easing: Easing,
}

impl Timing {
    /// A change over some ms by a documented function: `linear`, `easeIn`, `easeOut` or `easeInOut`. Another name is
    /// `linear`, and what is no time is none.
    pub fn new(duration: f64, function: &str) -> Timing {
        let name = match function {
            "easeIn" => "ease-in",
            "easeOut" => "ease-out",
            "easeInOut" => "ease-in-out",
            _ => "linear",
        };
        let duration = if duration.is_finite() { duration.clamp(0.0, LONGEST) } else { 0.0 };
        Timing { duration, easing: easing_from_text(name).unwrap_or(Easing::Linear) }
    }
}

/// A ground on its way from one colour to another.
#[derive(Clone, PartialEq, Debug)]
pub struct Fade {
    from: Color,
    to: Color,
    /// When it began, ms.
    start: f64,
    timing: Timing,
}

impl Fade {
    /// The colour at a time, as CSS has it; `None` when it is there.
    fn at(&self, now: f64) -> Option<String> {
        let progress = (now - self.start) / self.timing.duration;
        if progress.is_nan() || progress >= 1.0 {
            return None;
        }
        let share = self.timing.easing.at(progress.max(0.0), false);
        let mix = |from: u8, to: u8| (f64::from(from) + (f64::from(to) - f64::from(from)) * share).round() as u8;
        let (from, to) = (self.from, self.to);
        let alpha = f64::from(mix(from.a, to.a)) / 255.0;
        Some(format!("rgba({}, {}, {}, {alpha:.3})", mix(from.r, to.r), mix(from.g, to.g), mix(from.b, to.b)))
    }
}

impl PageBar {
    /// The ground as it is shown at a time.
    pub(super) fn ground(&self, now: f64) -> String {
        self.fade.as_ref().and_then(|fade| fade.at(now)).unwrap_or_else(|| self.background.clone())
    }

    /// Gives the bar another ground, from the time `now` (ms) on.
    pub fn fade_to(&mut self, background: String, timing: Timing, now: f64) {
        let colors = color_from_text(&self.ground(now), Color::BLACK).zip(color_from_text(&background, Color::BLACK));
        let moves = |(from, to): &(Color, Color)| timing.duration > 0.0 && from != to;
        self.fade = colors.filter(moves).map(|(from, to)| Fade { from, to, start: now, timing });
        self.background = background;
    }
}

impl ChromeState {
    /// True while the bar that is shown changes its colour.
    pub fn is_fading(&self) -> bool {
        self.shown_bar().is_some_and(|bar| bar.fade.is_some())
    }

    /// Moves on to a time, ms.
    pub(super) fn advance_fades(&mut self, now: f64) {
        self.now = now;
        let mut is_shown = false;
        let shown = self.shown_page();
        for (page, bar) in &mut self.bars {
            if bar.fade.is_some() {
                is_shown |= Some(*page) == shown;
                bar.fade = bar.fade.take().filter(|fade| fade.at(now).is_some());
            }
        }
        if is_shown {
            self.show_again();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::package::WindowConfig;

    #[test]
    fn a_ground_goes_to_another_colour_and_stays_there() {
        let window = WindowConfig { navigation_bar_background: "#000".into(), ..WindowConfig::default() };
        let mut bar = PageBar::new(&window);
        bar.fade_to("#c86400".into(), Timing::new(100.0, "linear"), 1000.0);
        assert_eq!(bar.ground(1000.0), "rgba(0, 0, 0, 1.000)");
        assert_eq!(bar.ground(1050.0), "rgba(100, 50, 0, 1.000)");
        assert_eq!(bar.ground(1100.0), "#c86400");
        // One that is broken off goes on from where it was.
        bar.fade_to("#000".into(), Timing::new(100.0, "no such"), 1050.0);
        assert_eq!(bar.ground(1050.0), "rgba(100, 50, 0, 1.000)");
        bar.fade_to("#fff".into(), Timing::new(f64::NAN, "easeIn"), 1060.0);
        assert_eq!(bar.ground(1060.0), "#fff");
    }
}
