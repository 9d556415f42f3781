//! Timing functions, transitions and animations.

use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// What of a style is moved by a transition or an animation, or will be: as under `will-change`, the box keeps what the
/// motion needs even while the value of the moment asks for nothing (CSS Animations 1 section 3).
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct Moving {
    /// `transform`, `translate`, `rotate` or `scale`.
    pub transform: bool,
    /// `opacity`.
    pub opacity: bool,
    /// Colours of the box alone: [`PropertyId::is_box_color`](crate::css::PropertyId::is_box_color).
    pub colors: bool,
    /// `color`, by itself or because it is inherited from an element whose `color` moves.
    pub color: bool,
    /// `text-decoration-color`, by itself, as `currentcolor` or with the decoration of the parent.
    pub decoration: bool,
}

impl Moving {
    /// What the insides of an element have of it: what is inherited.
    pub(crate) fn inherited(self) -> Moving {
        Moving { color: self.color, decoration: self.decoration, ..Moving::default() }
    }

    /// True if any colour with a row of its own moves.
    pub(crate) fn any_color(self) -> bool {
        self.colors || self.color || self.decoration
    }
}

/// A timing function.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
pub enum Easing {
    /// `linear`.
    Linear,
    /// `cubic-bezier(x1, y1, x2, y2)` (and the keywords that stand for one).
    CubicBezier(f32, f32, f32, f32),
    /// `steps(n, ...)`: number of steps and where the jumps are.
    Steps(u32, StepJump),
    /// `linear(...)`: the points of a line, input and output, with inputs that do not fall; at least two.
    Points(Arc<[(f32, f32)]>),
}

keywords!(
    /// Where `steps()` jumps.
    StepJump { End = "end" | "jump-end", Start = "start" | "jump-start", None = "jump-none", Both = "jump-both" }
);

/// One entry of `transition`. Times in ms.
#[derive(Clone, PartialEq, Debug)]
pub struct Transition {
    /// Property name, or `all`.
    pub property: Arc<str>,
    /// Duration, ms.
    pub duration: f32,
    /// Delay, ms.
    pub delay: f32,
    /// Timing function.
    pub easing: Easing,
}

/// One entry of `animation`. Times in ms.
#[derive(Clone, PartialEq, Debug)]
pub struct Animation {
    /// Name of the `@keyframes`.
    pub name: Arc<str>,
    /// Duration, ms.
    pub duration: f32,
    /// Delay, ms.
    pub delay: f32,
    /// Timing function.
    pub easing: Easing,
    /// How often; infinity for `infinite`.
    pub iterations: f32,
    /// `animation-direction`.
    pub direction: AnimationDirection,
    /// `animation-fill-mode`.
    pub fill: FillMode,
    /// `animation-play-state: paused`.
    pub paused: bool,
}

keywords!(
    /// `animation-direction`.
    AnimationDirection { Normal = "normal", Reverse = "reverse", Alternate = "alternate", AlternateReverse = "alternate-reverse" }
);
keywords!(
    /// `animation-fill-mode`.
    FillMode { None = "none", Forwards = "forwards", Backwards = "backwards", Both = "both" }
);
