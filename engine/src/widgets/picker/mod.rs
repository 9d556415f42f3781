//! The picker: a panel of wheels that a tap on a `picker` opens, and what it tells when it is confirmed.
//!
//! | module | models |
//! | --- | --- |
//! | [`date`] | the wheels of dates and times |
//! | [`range`] | the wheels of `selector` and `multiSelector` |
//! | [`region`] | the wheels of administrative divisions, and where those come from |

pub mod date;
pub mod range;
pub mod region;

use super::wheel::Wheel;
use super::{Effect, text};
use crate::interact::motion::VelocityTracker;
use crate::interact::pointer::SLOP;
use date::{DateWheels, TimeWheels};
use pellicle_layout::document::{Document, NodeId};
use region::{RegionWheels, Regions};
use serde_json::{Value, json};
use std::sync::Arc;

/// Most rows of a wheel.
pub const MAX_ROWS: usize = 10_000;
/// Most wheels.
pub const MAX_COLUMNS: usize = 16;

/// What the wheels choose from.
#[derive(Clone, PartialEq, Debug)]
enum Mode {
    Selector,
    Multi,
    Time(TimeWheels),
    Date(DateWheels),
    Region(RegionWheels),
}

/// The rows of a wheel.
pub type Rows = Arc<[Arc<str>]>;

/// A finger on a wheel.
#[derive(Clone, Debug)]
struct Finger {
    pointer: u32,
    column: usize,
    start: (f32, f32),
    y: f32,
    moved: bool,
    tracker: VelocityTracker,
}

/// What opening a picker needs beside its element.
pub struct Around<'a> {
    /// The administrative divisions.
    pub regions: &'a Arc<dyn Regions>,
    /// Local wall time, ms since the Unix epoch.
    pub now: f64,
}

/// A picker that is open.
#[derive(Clone, Debug)]
pub struct Picker {
    /// The element.
    pub node: NodeId,
    /// The page that it stands on.
    pub page: u32,
    /// Text between the two buttons.
    pub header: String,
    mode: Mode,
    columns: Vec<(Rows, Wheel)>,
    finger: Option<Finger>,
}

impl Picker {
    /// Opens the picker of an element.
    pub fn open(document: &Document, node: NodeId, page: u32, around: &Around<'_>) -> Picker {
        let (mode, columns) = read(document, node, around);
        let columns = columns.into_iter().map(|(rows, index)| (rows.clone(), Wheel::new(rows.len(), index))).collect();
        Picker { node, page, header: text(document, node, "header-text"), mode, columns, finger: None }
    }

    /// The rows of each wheel.
    pub fn rows(&self) -> impl Iterator<Item = &Rows> {
        self.columns.iter().map(|(rows, _)| rows)
    }

    /// The row that each wheel stands at or goes to.
    pub fn indices(&self) -> Vec<usize> {
        self.columns.iter().map(|(_, wheel)| wheel.index()).collect()
    }

    /// How far each wheel is scrolled, logical px.
    pub fn offsets(&self) -> impl Iterator<Item = f32> {
        self.columns.iter().map(|(_, wheel)| wheel.offset())
    }

    /// Sets the height of a row, logical px.
    pub fn set_row(&mut self, row: f32) {
        self.columns.iter_mut().for_each(|(_, wheel)| wheel.set_row(row));
    }

    /// True while a wheel moves by itself or has something to tell.
    pub fn is_moving(&self) -> bool {
        self.columns.iter().any(|(_, wheel)| wheel.is_moving())
    }

    /// Takes over new wheels, from `first` on; those that stay keep turning. True if any row is another one.
    fn take(&mut self, columns: Vec<(Rows, usize)>, first: usize, now: f64) -> bool {
        let mut changed = columns.len() != self.columns.len();
        let row = self.columns.first().map(|(_, wheel)| wheel.row());
        self.columns.truncate(columns.len());
        for (at, (rows, index)) in columns.into_iter().enumerate() {
            match self.columns.get_mut(at) {
                None => {
                    let mut wheel = Wheel::new(rows.len(), index);
                    row.into_iter().for_each(|row| wheel.set_row(row));
                    self.columns.push((rows, wheel));
                }
                Some((old, wheel)) if at >= first => {
                    wheel.set_count(rows.len());
                    if *old != rows {
                        changed = true;
                        wheel.show(index, None);
                    } else if wheel.index() != index {
                        wheel.show(index, Some(now));
                    }
                    *old = rows;
                }
                Some(_) => {}
            }
        }
        changed
    }

    /// Script changed attributes of the element. True if any row is another one.
    pub fn refresh(&mut self, document: &Document, value_set: bool, around: &Around<'_>, now: f64) -> bool {
        self.header = text(document, self.node, "header-text");
        let (mode, mut columns) = read(document, self.node, around);
        if !value_set && std::mem::discriminant(&mode) == std::mem::discriminant(&self.mode) {
            // What the user has turned to stays.
            for ((_, index), chosen) in columns.iter_mut().zip(self.indices()) {
                *index = chosen;
            }
        }
        self.mode = mode;
        self.take(columns, 0, now)
    }

    /// A finger goes down on a wheel.
    pub fn press(&mut self, pointer: u32, column: usize, (x, y): (f32, f32), time: f64, now: f64) {
        let mut tracker = VelocityTracker::default();
        tracker.push(time, x, y);
        // A finger on a wheel that turns stops it and taps nothing.
        let moved = self.columns.get_mut(column).is_some_and(|(_, wheel)| wheel.stop(now));
        self.finger = Some(Finger { pointer, column, start: (x, y), y, moved, tracker });
    }

    /// True while a finger is on a wheel.
    pub fn is_held(&self) -> bool {
        self.finger.is_some()
    }

    /// The system takes the finger away.
    pub fn drop_finger(&mut self, pointer: u32, time: f64, now: f64) {
        let Some(finger) = self.finger.take_if(|f| f.pointer == pointer) else { return };
        if let Some((_, wheel)) = self.columns.get_mut(finger.column).filter(|_| finger.moved) {
            wheel.release(-finger.tracker.velocity(time).1, now);
        }
    }

    /// The finger moves.
    pub fn move_to(&mut self, pointer: u32, (x, y): (f32, f32), time: f64) {
        let Some(finger) = self.finger.as_mut().filter(|f| f.pointer == pointer) else { return };
        finger.tracker.push(time, x, y);
        if !finger.moved && (x - finger.start.0).hypot(y - finger.start.1) <= SLOP {
            return;
        }
        finger.moved = true;
        let by = finger.y - y;
        finger.y = y;
        if let Some((_, wheel)) = self.columns.get_mut(finger.column) {
            wheel.drag(by);
        }
    }

    /// The finger is lifted; `middle` is the height at which chosen rows stand.
    pub fn lift(&mut self, pointer: u32, at: (f32, f32), middle: f32, time: f64, now: f64) {
        self.move_to(pointer, at, time);
        let Some(finger) = self.finger.take_if(|f| f.pointer == pointer) else { return };
        let Some((_, wheel)) = self.columns.get_mut(finger.column) else { return };
        if finger.moved {
            wheel.release(-finger.tracker.velocity(time).1, now);
        } else {
            // A row that is tapped comes to the middle.
            wheel.step(((at.1 - middle) / wheel.row()).round() as isize, now);
        }
    }

    /// The mouse wheel turns over a wheel by so many logical px.
    pub fn turn(&mut self, column: usize, by: f32, now: f64) {
        if let Some((_, wheel)) = self.columns.get_mut(column) {
            wheel.turn(by, now);
        }
    }

    /// Moves on to a time: whether a wheel has moved, and whether rows have changed. What is to be told goes to `effects`.
    pub fn advance(&mut self, now: f64, effects: &mut Vec<Effect>) -> (bool, bool) {
        let (mut moved, mut changed) = (false, false);
        for column in 0..self.columns.len() {
            let Some((_, wheel)) = self.columns.get_mut(column) else { break };
            let (stands_elsewhere, settled) = wheel.advance(now);
            moved |= stands_elsewhere;
            if settled {
                changed |= self.settled(column, now, effects);
            }
        }
        (moved, changed)
    }

    /// A wheel has come to rest: those behind it may depend on it.
    fn settled(&mut self, column: usize, now: f64, effects: &mut Vec<Effect>) -> bool {
        let indices = self.indices();
        let columns = match &mut self.mode {
            Mode::Selector => return false,
            Mode::Multi => {
                let value = indices.get(column).copied().unwrap_or_default();
                let detail = json!({ "column": column, "value": value });
                effects.push(Effect::Event { target: self.node, event: "columnchange", detail });
                return false;
            }
            Mode::Time(time) => time.choose(&indices),
            Mode::Date(date) => date.choose(&indices),
            Mode::Region(region) => region.choose(&indices),
        };
        self.take(columns, column + 1, now)
    }

    /// The user confirms: `change`, and the value that forms collect.
    pub fn confirm(mut self, document: &mut Document, effects: &mut Vec<Effect>) {
        // Wheels may still turn: what they are going to counts, and what follows from it in the wheels behind.
        for column in 0..self.columns.len() {
            self.settled(column, 0.0, &mut Vec::new());
        }
        let Some((value, detail)) = self.chosen() else { return self.cancel(effects) };
        if let Some(node) = document.node_mut(self.node) {
            node.input_value = Some(Arc::from(value.to_string()));
        }
        effects.push(Effect::Event { target: self.node, event: "change", detail });
    }

    /// The value that forms collect, and what `change` tells; none where there is nothing to choose from.
    fn chosen(&self) -> Option<(Value, Value)> {
        let indices = self.indices();
        Some(match &self.mode {
            _ if self.columns.iter().all(|(rows, _)| rows.is_empty()) => return None,
            Mode::Selector => {
                let index = indices.first().copied().unwrap_or_default();
                // As a text, unlike the numbers of several columns.
                (json!(index), json!({ "value": index.to_string() }))
            }
            Mode::Multi => (json!(indices), json!({ "value": indices })),
            Mode::Time(time) => (json!(time.value()), json!({ "value": time.value() })),
            Mode::Date(date) => (json!(date.value()), json!({ "value": date.value() })),
            Mode::Region(region) => {
                let chosen = region.value();
                (
                    json!(chosen.names),
                    json!({ "value": chosen.names, "code": chosen.codes, "postcode": chosen.postcode }),
                )
            }
        })
    }

    /// The user cancels.
    pub fn cancel(self, effects: &mut Vec<Effect>) {
        effects.push(Effect::Event { target: self.node, event: "cancel", detail: Value::Object(Default::default()) });
    }
}

/// A picker has again the value that the user chose in an earlier run; its program is told as if it were chosen now. False
/// while it does not offer that.
pub fn restore(
    document: &mut Document,
    node: NodeId,
    value: &str,
    around: &Around<'_>,
    effects: &mut Vec<Effect>,
) -> bool {
    // What is no value is none that the user chose.
    let Ok(wanted) = serde_json::from_str::<Value>(value) else { return true };
    let give = |document: &mut Document, value: Option<Arc<str>>| {
        document.node_mut(node).and_then(|found| std::mem::replace(&mut found.input_value, value))
    };
    let before = give(document, Some(Arc::from(value)));
    if before.as_deref() == Some(value) {
        return true;
    }
    let picker = Picker::open(document, node, 0, around);
    if picker.chosen().is_none_or(|(chosen, _)| chosen != wanted) {
        give(document, before);
        return false;
    }
    picker.confirm(document, effects);
    true
}

/// The value that script or the user gave an element last.
fn value_of(document: &Document, node: NodeId) -> Value {
    let edited = document.node(node).and_then(|n| n.input_value.clone());
    let text = edited.unwrap_or_else(|| Arc::from(text(document, node, "value")));
    serde_json::from_str(&text).unwrap_or_else(|_| Value::String(text.to_string()))
}

/// A value as a text: dates such as the year 2016 read as numbers.
fn value_text(value: &Value) -> String {
    value.as_str().map_or_else(|| value.to_string(), str::to_owned)
}

/// The wheels that an element's attributes ask for, with the row that each stands at.
fn read(document: &Document, node: NodeId, around: &Around<'_>) -> (Mode, Vec<(Rows, usize)>) {
    let value = value_of(document, node);
    let attribute = |name: &str| text(document, node, name);
    match attribute("mode").as_str() {
        "multiSelector" => (Mode::Multi, range::columns(document, node, &value)),
        "time" => {
            let mut time = TimeWheels::new(&attribute("start"), &attribute("end"), &value_text(&value), around.now);
            let columns = time.columns();
            (Mode::Time(time), columns)
        }
        "date" => {
            let (start, end, fields) = (attribute("start"), attribute("end"), attribute("fields"));
            let mut date = DateWheels::new(&start, &end, &fields, &value_text(&value), around.now);
            let columns = date.columns();
            (Mode::Date(date), columns)
        }
        "region" => {
            let names: Vec<String> = value.as_array().into_iter().flatten().map(value_text).collect();
            let level = region::level(&attribute("level"));
            let mut region = RegionWheels::new(around.regions.clone(), level, attribute("custom-item"), &names);
            let columns = region.columns();
            (Mode::Region(region), columns)
        }
        _ => (Mode::Selector, vec![range::column(document, node, &value)]),
    }
}
