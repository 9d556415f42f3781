//! `transition` and `animation`: lists with one entry a transition or animation.
//!
//! As with backgrounds, the computed style holds whole entries: the list of names says how many there are,
//! and each other longhand repeats over them. Entries named `none` mark a list that is to stay empty; they
//! are taken out when a style is finished ([`finish`]).

use super::parse::{PResult, fail, integer, keyword, list, number, optional, reason, take_ident, time};
use super::properties::{Place, PropertyId, PropertyValue};
use super::text_form::ToText;
use super::value::computes_to_itself;
use crate::style::computed::{Animation, AnimationDirection, ComputedStyle, Easing, FillMode, StepJump, Transition};
use cssparser::{Parser, Token};
use serde::{Deserialize, Serialize};
use std::sync::Arc;

/// Whether an animation is paused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
pub struct Paused(pub bool);

computes_to_itself!(
    Arc<[f32]>,
    Arc<[Easing]>,
    Arc<[Arc<str>]>,
    Arc<[AnimationDirection]>,
    Arc<[FillMode]>,
    Arc<[Paused]>,
    Arc<[Ms]>,
);

/// `ease`.
pub const EASE: Easing = Easing::CubicBezier(0.25, 0.1, 0.25, 1.0);

/// The transition that `transition-duration` alone gives.
pub fn initial_transition() -> Transition {
    Transition { property: Arc::from("all"), duration: 0.0, delay: 0.0, easing: EASE }
}

/// An animation with initial values and no name.
pub fn initial_animation() -> Animation {
    Animation {
        name: Arc::from("none"),
        duration: 0.0,
        delay: 0.0,
        easing: EASE,
        iterations: 1.0,
        direction: AnimationDirection::Normal,
        fill: FillMode::None,
        paused: false,
    }
}

/// Takes out the entries that name nothing.
pub fn finish(style: &mut ComputedStyle) {
    if style.transition.iter().any(|t| &*t.property == "none") {
        style.transition = style.transition.iter().filter(|t| &*t.property != "none").cloned().collect();
    }
    if style.animation.iter().any(|a| &*a.name == "none") {
        style.animation = style.animation.iter().filter(|a| &*a.name != "none").cloned().collect();
    }
}

macro_rules! entry_place {
    ($(#[$meta:meta])* $name:ident, $value:ty, $list:ident, $field:ident, $initial:ident, $is_name:literal) => {
        $(#[$meta])*
        pub struct $name;

        impl Place for $name {
            type Value = Arc<[$value]>;

            fn set(style: &mut ComputedStyle, value: Self::Value) {
                if value.is_empty() {
                    return;
                }
                if $is_name {
                    style.$list = std::iter::repeat_n($initial(), value.len()).collect();
                } else if style.$list.is_empty() {
                    style.$list = Arc::from([$initial()]);
                }
                for (entry, value) in Arc::make_mut(&mut style.$list).iter_mut().zip(value.iter().cycle()) {
                    entry.$field = value.clone().into();
                }
            }

            fn copy(to: &mut ComputedStyle, from: &ComputedStyle) {
                if from.$list.is_empty() {
                    Self::set(to, Arc::from([<$value>::from($initial().$field)]));
                } else {
                    Self::set(to, from.$list.iter().map(|e| <$value>::from(e.$field.clone())).collect());
                }
            }

            fn differs(a: &ComputedStyle, b: &ComputedStyle) -> bool {
                $is_name && a.$list != b.$list
            }

            fn text(style: &ComputedStyle, out: &mut String) {
                if style.$list.is_empty() {
                    <$value>::from($initial().$field).write(out);
                }
                super::text_form::comma_list(style.$list.iter().map(|e| <$value>::from(e.$field.clone())), out);
            }
        }
    };
}
/// A time in ms, for printing in seconds.
#[derive(Clone, Copy, PartialEq, Debug, Deserialize, Serialize)]
pub struct Ms(pub f32);

impl From<Ms> for f32 {
    fn from(value: Ms) -> f32 {
        value.0
    }
}
impl From<f32> for Ms {
    fn from(value: f32) -> Ms {
        Ms(value)
    }
}
impl From<Paused> for bool {
    fn from(value: Paused) -> bool {
        value.0
    }
}
impl From<bool> for Paused {
    fn from(value: bool) -> Paused {
        Paused(value)
    }
}

entry_place!(
    /// `transition-property` in a computed style.
    TransitionPropertyPlace, Arc<str>, transition, property, initial_transition, true
);
entry_place!(
    /// `transition-duration` in a computed style.
    TransitionDurationPlace, Ms, transition, duration, initial_transition, false
);
entry_place!(
    /// `transition-delay` in a computed style.
    TransitionDelayPlace, Ms, transition, delay, initial_transition, false
);
entry_place!(
    /// `transition-timing-function` in a computed style.
    TransitionEasingPlace, Easing, transition, easing, initial_transition, false
);
entry_place!(
    /// `animation-name` in a computed style.
    AnimationNamePlace, Arc<str>, animation, name, initial_animation, true
);
entry_place!(
    /// `animation-duration` in a computed style.
    AnimationDurationPlace, Ms, animation, duration, initial_animation, false
);
entry_place!(
    /// `animation-delay` in a computed style.
    AnimationDelayPlace, Ms, animation, delay, initial_animation, false
);
entry_place!(
    /// `animation-timing-function` in a computed style.
    AnimationEasingPlace, Easing, animation, easing, initial_animation, false
);
entry_place!(
    /// `animation-iteration-count` in a computed style.
    AnimationCountPlace, f32, animation, iterations, initial_animation, false
);
entry_place!(
    /// `animation-direction` in a computed style.
    AnimationDirectionPlace, AnimationDirection, animation, direction, initial_animation, false
);
entry_place!(
    /// `animation-fill-mode` in a computed style.
    AnimationFillPlace, FillMode, animation, fill, initial_animation, false
);
entry_place!(
    /// `animation-play-state` in a computed style.
    AnimationPlayPlace, Paused, animation, paused, initial_animation, false
);

/// Most points of `linear()`.
pub(crate) const MOST_POINTS: usize = 1_000;

/// A timing function (CSS Easing 2).
pub fn easing(input: &mut Parser) -> PResult<Easing> {
    match input.next()?.clone() {
        Token::Ident(name) => Ok(match name.to_ascii_lowercase().as_str() {
            "linear" => Easing::Linear,
            "ease" => EASE,
            "ease-in" => Easing::CubicBezier(0.42, 0.0, 1.0, 1.0),
            "ease-out" => Easing::CubicBezier(0.0, 0.0, 0.58, 1.0),
            "ease-in-out" => Easing::CubicBezier(0.42, 0.0, 0.58, 1.0),
            "step-start" => Easing::Steps(1, StepJump::Start),
            "step-end" => Easing::Steps(1, StepJump::End),
            _ => return Err(fail()),
        }),
        Token::Function(name) => {
            let name = name.to_ascii_lowercase();
            input.parse_nested_block(|i| match name.as_str() {
                "cubic-bezier" => {
                    let mut n = [0.0; 4];
                    for (index, slot) in n.iter_mut().enumerate() {
                        if index > 0 {
                            i.expect_comma()?;
                        }
                        *slot = number(i)?;
                    }
                    let [x1, y1, x2, y2] = n;
                    if !(0.0..=1.0).contains(&x1) || !(0.0..=1.0).contains(&x2) {
                        return Err(reason("the first and third number of cubic-bezier() are from 0 to 1"));
                    }
                    Ok(Easing::CubicBezier(x1, y1, x2, y2))
                }
                "steps" => {
                    let count = integer(i)?;
                    let jump =
                        if super::parse::take_comma(i) { keyword(i, StepJump::from_keyword)? } else { StepJump::End };
                    let least = if jump == StepJump::None { 2 } else { 1 };
                    if count < least {
                        return Err(reason("steps() needs more steps"));
                    }
                    Ok(Easing::Steps(count as u32, jump))
                }
                "linear" => line(i),
                _ => Err(fail()),
            })
        }
        _ => Err(fail()),
    }
}

/// The points of `linear()`: an output, and where along the way, once or from one place to another.
fn line(input: &mut Parser) -> PResult<Easing> {
    let stops = input.parse_comma_separated(|i| {
        let percent = |i: &mut Parser| i.try_parse(|i| i.expect_percentage()).ok();
        let before = percent(i);
        let output = number(i)?;
        let (first, second) = match before {
            Some(first) => (Some(first), None),
            None => (percent(i), None),
        };
        Ok((output, first, first.and_then(|_| percent(i)).or(second)))
    })?;
    if stops.len() < 2 || stops.len() > MOST_POINTS {
        return Err(reason("linear() needs more points, or less"));
    }
    let mut points: Vec<(Option<f32>, f32)> = Vec::with_capacity(stops.len());
    let mut largest = f32::NEG_INFINITY;
    let last = stops.len() - 1;
    for (at, (output, first, second)) in stops.into_iter().enumerate() {
        let first = match at {
            0 => first.or(Some(0.0)),
            _ if at == last => first.or(Some(largest.max(1.0))),
            _ => first,
        };
        for at in std::iter::once(first).chain(second.map(Some)) {
            let at = at.map(|at| at.max(largest));
            largest = at.unwrap_or(largest);
            points.push((at, output));
        }
    }
    // Points without a place lie evenly between those around them.
    let mut done: Vec<(f32, f32)> = Vec::with_capacity(points.len());
    for (at, &(input, output)) in points.iter().enumerate() {
        let input = match (input, done.last()) {
            (Some(input), _) => input,
            (None, before) => {
                let before = before.map_or(0.0, |(input, _)| *input);
                let rest = &points[at..];
                let next = rest.iter().enumerate().find_map(|(ahead, (input, _))| input.map(|input| (ahead, input)));
                let (ahead, end) = next.unwrap_or((1, before));
                before + (end - before) / (ahead + 1) as f32
            }
        };
        done.push((input, output));
    }
    Ok(Easing::Points(done.into()))
}

/// A timing function out of a text of its own.
pub fn easing_from_text(text: &str) -> Option<Easing> {
    Parser::new(text).parse_entirely(easing).ok()
}

/// A list of timing functions.
pub fn easings(input: &mut Parser) -> PResult<Arc<[Easing]>> {
    list(input, easing)
}

/// A list of times.
pub fn times(input: &mut Parser) -> PResult<Arc<[Ms]>> {
    list(input, |i| time(i).map(Ms))
}

/// A list of times that are not negative.
pub fn durations(input: &mut Parser) -> PResult<Arc<[Ms]>> {
    list(input, duration)
}

fn duration(input: &mut Parser) -> PResult<Ms> {
    let value = time(input)?;
    if value < 0.0 { Err(reason("a duration is not negative")) } else { Ok(Ms(value)) }
}

/// A property name with its prefix taken off, or `all` or `none`.
fn property_name(input: &mut Parser) -> PResult<Arc<str>> {
    let name = input.expect_ident()?.clone();
    if name.starts_with("--") {
        return Ok(Arc::from(&*name));
    }
    let name = name.to_ascii_lowercase();
    Ok(Arc::from(super::properties::canonical_name(&name).unwrap_or(&name)))
}

/// `transition-property`.
pub fn property_names(input: &mut Parser) -> PResult<Arc<[Arc<str>]>> {
    list(input, property_name)
}

fn animation_name(input: &mut Parser) -> PResult<Arc<str>> {
    Ok(Arc::from(&**input.expect_ident_or_string()?))
}

/// `animation-name`.
pub fn animation_names(input: &mut Parser) -> PResult<Arc<[Arc<str>]>> {
    list(input, animation_name)
}

fn iteration_count(input: &mut Parser) -> PResult<f32> {
    if take_ident(input, "infinite") {
        return Ok(f32::INFINITY);
    }
    super::parse::non_negative_number(input)
}

/// `animation-iteration-count`.
pub fn iteration_counts(input: &mut Parser) -> PResult<Arc<[f32]>> {
    list(input, iteration_count)
}

/// `animation-direction`.
pub fn directions(input: &mut Parser) -> PResult<Arc<[AnimationDirection]>> {
    list(input, |i| keyword(i, AnimationDirection::from_keyword))
}

/// `animation-fill-mode`.
pub fn fill_modes(input: &mut Parser) -> PResult<Arc<[FillMode]>> {
    list(input, |i| keyword(i, FillMode::from_keyword))
}

fn play_state(input: &mut Parser) -> PResult<Paused> {
    keyword(input, |name| match name.to_ascii_lowercase().as_str() {
        "running" => Some(Paused(false)),
        "paused" => Some(Paused(true)),
        _ => None,
    })
}

/// `animation-play-state`.
pub fn play_states(input: &mut Parser) -> PResult<Arc<[Paused]>> {
    list(input, play_state)
}

/// The `transition` shorthand.
pub fn transition(input: &mut Parser, out: &mut Vec<(PropertyId, PropertyValue)>) -> PResult<()> {
    let all = input.parse_comma_separated(|i| {
        let (mut entry, mut times, mut eased, mut named, mut behaves) = (initial_transition(), 0, false, false, false);
        while let Some(()) = optional(i, |_| Ok(()))? {
            if times == 0
                && let Ok(found) = i.try_parse(duration)
            {
                (entry.duration, times) = (found.0, 1);
            } else if times == 1
                && let Ok(found) = i.try_parse(time)
            {
                (entry.delay, times) = (found, 2);
            } else if !eased && let Ok(found) = i.try_parse(easing) {
                (entry.easing, eased) = (found, true);
            } else if !behaves && (take_ident(i, "allow-discrete") || take_ident(i, "normal")) {
                // What changes half way does so without being allowed to.
                behaves = true;
            } else if !named {
                (entry.property, named) = (property_name(i)?, true);
            } else {
                return Err(fail());
            }
        }
        Ok(entry)
    })?;
    if all.len() > 1 && all.iter().any(|t| &*t.property == "none") {
        return Err(fail());
    }
    macro_rules! put {
        ($id:ident, $e:ident => $value:expr) => {
            out.push((PropertyId::$id, PropertyValue::$id(all.iter().map(|$e| $value).collect())))
        };
    }
    put!(TransitionProperty, e => e.property.clone());
    put!(TransitionDuration, e => Ms(e.duration));
    put!(TransitionDelay, e => Ms(e.delay));
    put!(TransitionTimingFunction, e => e.easing.clone());
    Ok(())
}

/// The `animation` shorthand.
pub fn animation(input: &mut Parser, out: &mut Vec<(PropertyId, PropertyValue)>) -> PResult<()> {
    let all = input.parse_comma_separated(|i| {
        let mut entry = initial_animation();
        let (mut times, mut eased, mut counted, mut directed) = (0, false, false, false);
        let (mut filled, mut played, mut named) = (false, false, false);
        while let Some(()) = optional(i, |_| Ok(()))? {
            if times == 0
                && let Ok(found) = i.try_parse(duration)
            {
                (entry.duration, times) = (found.0, 1);
            } else if times == 1
                && let Ok(found) = i.try_parse(time)
            {
                (entry.delay, times) = (found, 2);
            } else if !eased && let Ok(found) = i.try_parse(easing) {
                (entry.easing, eased) = (found, true);
            } else if !counted && let Ok(found) = i.try_parse(iteration_count) {
                (entry.iterations, counted) = (found, true);
            } else if !directed && let Ok(found) = i.try_parse(|i| keyword(i, AnimationDirection::from_keyword)) {
                (entry.direction, directed) = (found, true);
            } else if !filled && let Ok(found) = i.try_parse(|i| keyword(i, FillMode::from_keyword)) {
                (entry.fill, filled) = (found, true);
            } else if !played && let Ok(found) = i.try_parse(play_state) {
                (entry.paused, played) = (found.0, true);
            } else if !named {
                (entry.name, named) = (animation_name(i)?, true);
            } else {
                return Err(fail());
            }
        }
        Ok(entry)
    })?;
    macro_rules! put {
        ($id:ident, $e:ident => $value:expr) => {
            out.push((PropertyId::$id, PropertyValue::$id(all.iter().map(|$e| $value).collect())))
        };
    }
    put!(AnimationName, e => e.name.clone());
    put!(AnimationDuration, e => Ms(e.duration));
    put!(AnimationDelay, e => Ms(e.delay));
    put!(AnimationTimingFunction, e => e.easing.clone());
    put!(AnimationIterationCount, e => e.iterations);
    put!(AnimationDirection, e => e.direction);
    put!(AnimationFillMode, e => e.fill);
    put!(AnimationPlayState, e => Paused(e.paused));
    Ok(())
}
