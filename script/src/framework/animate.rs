//! Animations that script asks for: `animate`, `clearAnimation`, and the styles of worklets.

use super::methods::{argument, text_of};
use super::script::{as_object, is_function};
use super::{Framework, Instance};
use crate::realm::{Realm, ScriptKind, ScriptRef, ScriptResult};
use crate::template::animation::transform_function;
use crate::template::part::PartId;
use crate::template::text::to_text;
use crate::tree::Command;
use crate::value::Value;
use pellicle_layout::animate::ScriptedAnimation;
use pellicle_layout::animate::scripted::{ScriptedFrame, ScrollRange};
use pellicle_layout::document::NodeId;
use std::rc::Rc;

impl Framework {
    /// `animate(selector, keyframes, duration, callback)`: the elements take the last key frame, and the render side moves
    /// them there through the others.
    pub(super) fn animate(&self, realm: &mut dyn Realm, instance: &Rc<Instance>, arguments: &[Value]) {
        let selector = text_of(arguments);
        let frames = key_frames(realm, argument(arguments, 1));
        let style = frames.last().map_or_else(String::new, |frame| frame.style.clone());
        let duration = match argument(arguments, 2) {
            Value::Number(duration) if duration.is_finite() => duration.max(0.0),
            _ => 0.0,
        };
        let scroll = as_object(realm, argument(arguments, 3).clone());
        if let Some(timeline) = scroll {
            // What follows a container has no end of its own.
            let Some(scroll) = self.scroll_range(realm, instance, &timeline) else { return };
            let way = Rc::new(ScriptedAnimation::Frames { duration, frames, scroll: Some(scroll) });
            for part in self.select_parts(instance, &selector, true) {
                self.move_part(part, way.clone());
            }
            return;
        }
        let way = Rc::new(ScriptedAnimation::Frames { duration, frames, scroll: None });
        for part in self.select_parts(instance, &selector, true) {
            self.set_animated_style(part, &style);
            self.move_part(part, way.clone());
        }
        self.call_later(realm, instance, argument(arguments, 3), duration);
    }

    /// `clearAnimation(selector, options, callback)`.
    pub(super) fn clear_animation(&self, realm: &mut dyn Realm, instance: &Rc<Instance>, arguments: &[Value]) {
        for part in self.select_parts(instance, &text_of(arguments), true) {
            self.set_animated_style(part, "");
            self.move_part(part, Rc::new(ScriptedAnimation::none()));
        }
        let callback = if is_function(realm, argument(arguments, 1)) { 1 } else { 2 };
        self.call_later(realm, instance, argument(arguments, callback), 0.0);
    }

    /// `applyAnimatedStyle(selector, updater, options, callback)`: elements follow the styles that a worklet gives.
    pub(super) fn apply_animated_style(
        &self,
        realm: &mut dyn Realm,
        instance: &Rc<Instance>,
        arguments: &[Value],
    ) -> ScriptResult<Value> {
        let Some(worklets) = &self.services.worklets else { return Ok(Value::Undefined) };
        let nodes = self.animated_nodes(instance, &text_of(arguments));
        let this = Value::Script(instance.this.clone());
        let id = worklets.apply(realm, nodes, argument(arguments, 1), &this)?;
        let callback = arguments.iter().skip(2).rfind(|a| is_function(realm, a)).cloned().unwrap_or_default();
        self.call_back(realm, instance, &callback, 0.0, &[Value::object([("styleId", Value::Number(id.into()))])]);
        Ok(Value::Undefined)
    }

    /// `clearAnimatedStyle(selector, styleIds, callback)`; all styles without ids.
    pub(super) fn clear_animated_style(
        &self,
        realm: &mut dyn Realm,
        instance: &Rc<Instance>,
        arguments: &[Value],
    ) -> ScriptResult<Value> {
        let Some(worklets) = &self.services.worklets else { return Ok(Value::Undefined) };
        let nodes = self.animated_nodes(instance, &text_of(arguments));
        let mut ids = None;
        if let Value::Script(list) = argument(arguments, 1)
            && realm.kind(list) == ScriptKind::Array
        {
            let mut found = Vec::new();
            for index in 0..realm.length(list)? {
                if let Value::Number(id) = realm.get_index(list, index)? {
                    found.push(id as u32);
                }
            }
            ids = Some(found);
        }
        worklets.clear(nodes, ids)?;
        let callback = arguments.iter().skip(1).rfind(|a| is_function(realm, a)).cloned().unwrap_or_default();
        self.call_later(realm, instance, &callback, 0.0);
        Ok(Value::Undefined)
    }

    fn animated_nodes(&self, instance: &Rc<Instance>, selector: &str) -> Vec<NodeId> {
        let parts = self.select_parts(instance, selector, true);
        parts.into_iter().filter_map(|part| self.selected(part)).map(|selected| selected.node).collect()
    }

    /// What a `ScrollTimeline` follows; `None` if there is no such element.
    fn scroll_range(
        &self,
        realm: &mut dyn Realm,
        instance: &Rc<Instance>,
        timeline: &ScriptRef,
    ) -> Option<ScrollRange> {
        let mut read = |name: &str| realm.get(timeline, name).unwrap_or_default();
        let selector = match read("scrollSource") {
            Value::String(selector) => selector,
            _ => Rc::from(""),
        };
        let Some(source) = self.animated_nodes(instance, &selector).first().copied() else {
            let message = format!("animate() follows nothing: no element is found by the scrollSource \"{selector}\"");
            self.warn_here(realm, "scroll-timeline", instance, message);
            return None;
        };
        let mut read = |name: &str| realm.get(timeline, name).unwrap_or_default();
        let vertical = !matches!(read("orientation"), Value::String(axis) if &*axis == "horizontal");
        let mut number = |name: &str| match read(name) {
            Value::Number(number) if number.is_finite() => number,
            _ => 0.0,
        };
        let (start, end, time) = (number("startScrollOffset"), number("endScrollOffset"), number("timeRange"));
        Some(ScrollRange { source: source.0, vertical, start: start as f32, end: end as f32, time: time.max(0.0) })
    }

    /// Lets the render side move an element to what its style says already.
    fn move_part(&self, id: PartId, way: Rc<ScriptedAnimation>) {
        if let Some(selected) = self.selected(id) {
            self.tree.borrow_mut().command(Command::Animate(selected.node, way));
        }
    }

    /// Puts the end of an animation over an element's own style.
    fn set_animated_style(&self, id: PartId, style: &str) {
        let found = match self.parts.borrow_mut().element_mut(id) {
            Some(part) => {
                part.animated.get_or_insert_default().set_frame(style);
                true
            }
            None => false,
        };
        if found {
            self.restyle(id);
        }
    }
}

/// The key frames of `animate`, by offset. Those that say nothing of theirs stand evenly between those that do.
fn key_frames(realm: &mut dyn Realm, list: &Value) -> Vec<ScriptedFrame> {
    let Value::Script(list) = list else { return Vec::new() };
    let length = realm.length(list).unwrap_or(0).min(ScriptedAnimation::PARTS as u32);
    let mut frames = Vec::new();
    let mut offsets: Vec<Option<f64>> = Vec::new();
    for at in 0..length {
        let frame = realm.get_index(list, at).unwrap_or_default();
        let Some(frame) = as_object(realm, frame) else { continue };
        offsets.push(match realm.get(&frame, "offset") {
            Ok(Value::Number(offset)) if (0.0..=1.0).contains(&offset) => Some(offset),
            _ => None,
        });
        let easing = match realm.get(&frame, "ease") {
            Ok(Value::String(easing)) => easing.to_string(),
            _ => "linear".to_owned(),
        };
        frames.push(ScriptedFrame { offset: 0.0, easing, style: frame_style(realm, &frame) });
    }
    place_offsets(&mut offsets);
    for (frame, offset) in frames.iter_mut().zip(offsets) {
        frame.offset = offset.unwrap_or_default();
    }
    frames.sort_by(|a, b| a.offset.total_cmp(&b.offset));
    frames
}

/// Web Animations 1 section 5.3.3, "compute missing keyframe offsets": the last stands at the end, the first of several at the
/// beginning, the others evenly between their neighbours.
fn place_offsets(offsets: &mut [Option<f64>]) {
    if let Some(last) = offsets.last_mut() {
        last.get_or_insert(1.0);
    }
    if let Some(first) = offsets.first_mut() {
        first.get_or_insert(0.0);
    }
    let mut known = 0;
    for at in 1..offsets.len() {
        let (Some(from), Some(to)) = (offsets[known], offsets[at]) else { continue };
        let steps = (at - known) as f64;
        for (step, between) in offsets[known + 1..at].iter_mut().enumerate() {
            *between = Some(from + (to - from) * (step + 1) as f64 / steps);
        }
        known = at;
    }
}

/// A key frame as an inline style.
fn frame_style(realm: &mut dyn Realm, frame: &ScriptRef) -> String {
    let mut style = String::new();
    let mut transform = String::new();
    for (name, value) in super::script::entries(realm, frame) {
        let data = realm.to_data(&value, &crate::realm::DataLimits::default()).unwrap_or_default();
        let function = match &data {
            Value::Array(items) => transform_function(&name, &items.borrow().to_vec()),
            value => transform_function(&name, std::slice::from_ref(value)),
        };
        if let Some(function) = function {
            transform.push_str(&function);
            continue;
        }
        match &*name {
            "ease" | "offset" | "composite" => {}
            name => {
                for c in name.chars() {
                    if c.is_ascii_uppercase() {
                        style.push('-');
                    }
                    style.push(c.to_ascii_lowercase());
                }
                style.push_str(&format!(":{};", to_text(&data)));
            }
        }
    }
    if !transform.is_empty() {
        style.push_str(&format!("transform:{transform};"));
    }
    style
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn offsets_that_are_missing_lie_evenly_between_the_others() {
        let placed = |mut offsets: Vec<Option<f64>>| {
            place_offsets(&mut offsets);
            offsets.into_iter().flatten().collect::<Vec<f64>>()
        };
        assert_eq!(placed(vec![None, None, None]), [0.0, 0.5, 1.0]);
        assert_eq!(
            placed(vec![None, Some(0.25), None, None, Some(0.75), None]),
            [0.0, 0.25, 0.25 + 0.5 / 3.0, 0.25 + 1.0 / 3.0, 0.75, 1.0]
        );
        assert_eq!(placed(vec![None]), [1.0]);
        assert_eq!(placed(Vec::new()), [0.0; 0]);
    }
}
