//! The state of a 2D context: styles, transform, clip, and the commands that were drawn with them.

use super::path::{IDENTITY, PathBuilder, concat};
use crate::capability::canvas::{
    Command, Composite, Font, Gradient, Look, Matrix, Paint, Pattern, Pen, Shadow, TextAlign, TextBaseline, TextStyle,
};
use crate::capability::canvas::{LineCap, LineJoin};
use crate::realm::ScriptRef;
use pellicle_layout::style::computed::{BlendMode, Color, FontFamily, FontSlant};
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

/// States that `save` keeps.
const MOST_SAVED: usize = 1024;

/// A gradient as script has it: its stops can grow.
pub struct GradientState {
    /// Where it runs, and its stops.
    pub gradient: RefCell<Arc<Gradient>>,
}

/// A fill or stroke style.
#[derive(Clone)]
pub enum Style {
    /// A colour.
    Color(Color),
    /// A gradient, and its object.
    Gradient(Rc<GradientState>, ScriptRef),
    /// A pattern, and its object.
    Pattern(Rc<PatternState>, ScriptRef),
}

/// A pattern as script has it.
pub struct PatternState {
    /// The picture and how it is repeated.
    pub pattern: RefCell<Arc<Pattern>>,
    /// Keeps the picture.
    pub keeper: Rc<dyn std::any::Any>,
}

impl Style {
    /// What it paints with now.
    pub fn paint(&self) -> Paint {
        match self {
            Style::Color(color) => Paint::Color(*color),
            Style::Gradient(state, _) => Paint::Gradient(state.gradient.borrow().clone()),
            Style::Pattern(state, _) => Paint::Pattern(state.pattern.borrow().clone()),
        }
    }
}

/// What `save` keeps.
#[derive(Clone)]
pub struct DrawState {
    /// The transform.
    pub matrix: Matrix,
    /// What fills.
    pub fill: Style,
    /// What strokes.
    pub stroke: Style,
    /// Opacity, composition, shadow, clip.
    pub look: Arc<Look>,
    /// Shadow as it was set, though it may not show.
    pub shadow: Shadow,
    /// The pen.
    pub pen: Arc<Pen>,
    /// The dashes as they were set.
    pub dashes: Vec<f64>,
    /// How texts are set.
    pub text: Arc<TextStyle>,
    /// The font as its text.
    pub font_text: Rc<str>,
    /// Pictures are blended with their neighbours.
    pub smooth: bool,
    /// The same setting's quality.
    pub quality: Rc<str>,
    /// The filter as its text.
    pub filter: Rc<str>,
}

impl Default for DrawState {
    fn default() -> Self {
        let black = Style::Color(Color::rgba(0, 0, 0, 255));
        let font =
            Font { families: Arc::from([FontFamily::SansSerif]), size: 10.0, weight: 400, slant: FontSlant::Normal };
        DrawState {
            matrix: IDENTITY,
            fill: black.clone(),
            stroke: black,
            look: Arc::new(Look { alpha: 1.0, ..Look::default() }),
            shadow: Shadow { color: Color::TRANSPARENT, blur: 0.0, offset: (0.0, 0.0) },
            pen: Arc::new(Pen {
                width: 1.0,
                cap: LineCap::Butt,
                join: LineJoin::Miter,
                miter_limit: 10.0,
                dashes: Arc::from([]),
                dash_offset: 0.0,
            }),
            dashes: Vec::new(),
            text: Arc::new(TextStyle {
                font: Arc::new(font),
                align: TextAlign::Start,
                baseline: TextBaseline::Alphabetic,
                rtl: false,
                letter_spacing: 0.0,
            }),
            font_text: Rc::from("10px sans-serif"),
            smooth: true,
            quality: Rc::from("low"),
            filter: Rc::from("none"),
        }
    }
}

impl DrawState {
    /// Changes what holds for everything that is drawn.
    pub fn look(&mut self, change: impl FnOnce(&mut Look)) {
        change(Arc::make_mut(&mut self.look));
    }

    /// Changes the shadow.
    pub fn shadow(&mut self, change: impl FnOnce(&mut Shadow)) {
        change(&mut self.shadow);
        let Shadow { color, blur, offset } = self.shadow;
        let shows = color.a > 0 && (blur > 0.0 || offset != (0.0, 0.0));
        let shadow = shows.then_some(self.shadow);
        self.look(|look| look.shadow = shadow);
    }

    /// Moves the transform on. One that numbers cannot hold flattens everything, as an infinite one would.
    pub fn transform(&mut self, by: Matrix) {
        if by.iter().all(|v| v.is_finite()) {
            let moved = concat(&self.matrix, &by);
            self.matrix = if moved.iter().all(|v| v.is_finite()) { moved } else { [0.0; 6] };
        }
    }
}

/// A 2D context's drawing: state, saved states, path, commands that wait.
#[derive(Default)]
pub struct Drawing {
    /// The present state.
    pub state: DrawState,
    saved: Vec<DrawState>,
    /// The present path.
    pub path: PathBuilder,
    /// What was drawn and not yet handed over.
    pub commands: Vec<Command>,
}

impl Drawing {
    /// An empty one under a transform.
    pub fn under(matrix: Matrix) -> Drawing {
        Drawing { state: DrawState { matrix, ..DrawState::default() }, ..Drawing::default() }
    }

    /// Keeps the state.
    pub fn save(&mut self) {
        if self.saved.len() < MOST_SAVED {
            self.saved.push(self.state.clone());
        }
    }

    /// Takes the last kept state.
    pub fn restore(&mut self) {
        if let Some(state) = self.saved.pop() {
            self.state = state;
        }
    }

    /// As a new context.
    pub fn reset(&mut self) {
        *self = Drawing::default();
    }
}

/// Names of the ways to put colours together.
const COMPOSITES: [(&str, Composite); 26] = [
    ("source-over", Composite::SourceOver),
    ("source-in", Composite::SourceIn),
    ("source-out", Composite::SourceOut),
    ("source-atop", Composite::SourceAtop),
    ("destination-over", Composite::DestinationOver),
    ("destination-in", Composite::DestinationIn),
    ("destination-out", Composite::DestinationOut),
    ("destination-atop", Composite::DestinationAtop),
    ("lighter", Composite::Lighter),
    ("copy", Composite::Copy),
    ("xor", Composite::Xor),
    ("multiply", Composite::Blend(BlendMode::Multiply)),
    ("screen", Composite::Blend(BlendMode::Screen)),
    ("overlay", Composite::Blend(BlendMode::Overlay)),
    ("darken", Composite::Blend(BlendMode::Darken)),
    ("lighten", Composite::Blend(BlendMode::Lighten)),
    ("color-dodge", Composite::Blend(BlendMode::ColorDodge)),
    ("color-burn", Composite::Blend(BlendMode::ColorBurn)),
    ("hard-light", Composite::Blend(BlendMode::HardLight)),
    ("soft-light", Composite::Blend(BlendMode::SoftLight)),
    ("difference", Composite::Blend(BlendMode::Difference)),
    ("exclusion", Composite::Blend(BlendMode::Exclusion)),
    ("hue", Composite::Blend(BlendMode::Hue)),
    ("saturation", Composite::Blend(BlendMode::Saturation)),
    ("color", Composite::Blend(BlendMode::Color)),
    ("luminosity", Composite::Blend(BlendMode::Luminosity)),
];
/// Names of line ends.
const CAPS: [(&str, LineCap); 3] = [("butt", LineCap::Butt), ("round", LineCap::Round), ("square", LineCap::Square)];
/// Names of corners.
const JOINS: [(&str, LineJoin); 3] =
    [("miter", LineJoin::Miter), ("round", LineJoin::Round), ("bevel", LineJoin::Bevel)];
/// Names of anchors along a text.
const ALIGNS: [(&str, TextAlign); 5] = [
    ("start", TextAlign::Start),
    ("end", TextAlign::End),
    ("left", TextAlign::Left),
    ("right", TextAlign::Right),
    ("center", TextAlign::Center),
];
/// Names of anchors in the height of a text; `normal` is the old API's.
const BASELINES: [(&str, TextBaseline); 7] = [
    ("alphabetic", TextBaseline::Alphabetic),
    ("top", TextBaseline::Top),
    ("hanging", TextBaseline::Hanging),
    ("middle", TextBaseline::Middle),
    ("ideographic", TextBaseline::Ideographic),
    ("bottom", TextBaseline::Bottom),
    ("normal", TextBaseline::Alphabetic),
];

/// A choice that has names.
pub trait Named: Copy + PartialEq + 'static {
    /// All of them.
    const NAMES: &'static [(&'static str, Self)];

    /// The one of a name.
    fn of(name: &str) -> Option<Self> {
        Self::NAMES.iter().find(|(known, _)| *known == name).map(|(_, value)| *value)
    }

    /// The name.
    fn name(self) -> &'static str {
        Self::NAMES.iter().find(|(_, value)| *value == self).map_or("", |(name, _)| name)
    }
}

impl Named for Composite {
    const NAMES: &'static [(&'static str, Self)] = &COMPOSITES;
}
impl Named for LineCap {
    const NAMES: &'static [(&'static str, Self)] = &CAPS;
}
impl Named for LineJoin {
    const NAMES: &'static [(&'static str, Self)] = &JOINS;
}
impl Named for TextAlign {
    const NAMES: &'static [(&'static str, Self)] = &ALIGNS;
}
impl Named for TextBaseline {
    const NAMES: &'static [(&'static str, Self)] = &BASELINES;
}
