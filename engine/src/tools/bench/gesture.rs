//! What a finger does on any page: where it can scroll, fling and tap.

use crate::host::app::App;
use crate::interact::scene::{Area, Scene};
use crate::interact::{InputEvent, PointerKind};
use pellicle_layout::document::NodeId;

/// Frames for which a flinging finger touches.
const FLICK: u32 = 6;
/// Elements that are tapped in a run, at most.
const MOST_TAPPED: usize = 32;
/// Elements that a user taps though nothing of the program need listen.
const TAPPABLE: [&str; 6] = ["navigator", "switch", "checkbox", "radio", "label", "picker"];

/// Something that scrolls.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct Scroller {
    /// The element.
    pub node: NodeId,
    /// What is seen of it, on the surface.
    pub area: Area,
    /// Where a finger takes hold of it, on the surface.
    pub hold: (f32, f32),
    /// It scrolls up and down, else left and right.
    pub vertical: bool,
    /// How far it scrolls, logical px.
    pub length: f32,
}

/// What of the page can be scrolled furthest: up and down before left and right.
pub fn longest(app: &App) -> Option<Scroller> {
    let stage = app.stage();
    let root = stage.document.top_page()?.root;
    let below = stage.document.nodes().filter(|n| n.id == root || stage.document.ancestors(n.id).any(|a| a.id == root));
    let scrollers = below.filter_map(|node| scroller(app, node.id));
    scrollers
        .max_by(|a, b| (a.vertical, a.length).partial_cmp(&(b.vertical, b.length)).unwrap_or(std::cmp::Ordering::Equal))
}

fn scroller(app: &App, node: NodeId) -> Option<Scroller> {
    let stage = app.stage();
    let (across, down) = stage.scroll_area(node)?.max();
    let vertical = down >= 1.0;
    let length = if vertical { down } else { across };
    if length < 1.0 {
        return None;
    }
    let page = app.page_area();
    let area = seen(app, node)?;
    let takes = |&(x, y): &(f32, f32)| {
        let hit = stage.hit(x - page.x, y - page.y);
        hit.is_some_and(|hit| hit == node || stage.document.ancestors(hit).any(|above| above.id == node))
    };
    let parts = [0.5, 0.3, 0.7];
    let places = parts.iter().flat_map(|y| parts.map(|x| (area.x + area.width * x, area.y + area.height * y)));
    let hold = places.into_iter().find(takes)?;
    Some(Scroller { node, area, hold, vertical, length })
}

/// What of an element lies in the page's view, on the surface.
fn seen(app: &App, node: NodeId) -> Option<Area> {
    let (area, page) = (app.stage().area(node)?, app.page_area());
    let (left, top) = (area.x.max(0.0), area.y.max(0.0));
    let right = (area.x + area.width).min(page.width);
    let bottom = (area.y + area.height).min(page.height);
    let seen = Area { x: left + page.x, y: top + page.y, width: right - left, height: bottom - top };
    (seen.width >= 1.0 && seen.height >= 1.0).then_some(seen)
}

/// The middle of each element that can be seen and tapped, from the top of the document.
pub fn tappable(app: &App) -> Vec<(f32, f32)> {
    let stage = app.stage();
    let document = &stage.document;
    let Some(root) = document.top_page().map(|page| page.root) else { return Vec::new() };
    let tap = document.names.get("tap");
    let page = app.page_area();
    let mut places: Vec<(f32, f32)> = Vec::new();
    for node in document.nodes() {
        let listens = tap.is_some_and(|tap| node.listeners.iter().any(|(name, _)| *name == tap));
        if node.id == root || !(listens || TAPPABLE.contains(&document.tag_name(node.id))) {
            continue;
        }
        let Some(area) = seen(app, node.id) else { continue };
        let (x, y) = (area.x + area.width / 2.0, area.y + area.height / 2.0);
        let reached = stage
            .hit(x - page.x, y - page.y)
            .is_some_and(|hit| hit == node.id || document.ancestors(hit).any(|above| above.id == node.id));
        // One that fills another is the same to a finger.
        let known = places.iter().any(|(a, b)| (a - x).abs() < 1.0 && (b - y).abs() < 1.0);
        if reached && !known {
            places.push((x, y));
        }
    }
    places.truncate(MOST_TAPPED);
    places
}

/// A finger goes down.
pub fn down(app: &mut App, (x, y): (f32, f32), time: f64) {
    app.show_nothing(time);
    app.handle(&InputEvent::PointerDown { pointer: 1, kind: PointerKind::Touch, x, y, time }, time);
}

/// It moves.
pub fn to(app: &mut App, (x, y): (f32, f32), time: f64) {
    app.handle(&InputEvent::PointerMove { pointer: 1, kind: PointerKind::Touch, x, y, time }, time);
}

/// It is lifted.
pub fn up(app: &mut App, (x, y): (f32, f32), time: f64) {
    app.handle(&InputEvent::PointerUp { pointer: 1, x, y, time }, time);
}

/// A finger that scrolls slowly up and down.
pub struct Drags {
    on: Scroller,
}

impl Drags {
    /// Drags something.
    pub fn new(on: Scroller) -> Drags {
        Drags { on }
    }

    /// What happens before a frame: thirty of them up, thirty down, twelve px a frame.
    pub fn act(&self, app: &mut App, frame: u32, time: f64) {
        let (round, at) = (frame / 30, frame % 30);
        let direction = if round % 2 == 0 { -1.0 } else { 1.0 };
        let by = direction * (at as f32 - 15.0) * 12.0;
        let (x, y) = self.on.hold;
        let place = if self.on.vertical { (x, y + by) } else { (x + by, y) };
        match at {
            0 => down(app, place, time),
            29 => up(app, place, time),
            _ => to(app, place, time),
        }
    }
}

/// A finger that flings again and again: to the end, and back.
pub struct Flings {
    on: Scroller,
    /// Frame of the flick that is going on.
    flick: Option<u32>,
    back: bool,
    /// Flings so far.
    pub count: u32,
}

impl Flings {
    /// Flings something.
    pub fn new(on: Scroller) -> Flings {
        Flings { on, flick: None, back: false, count: 0 }
    }

    /// What happens before a frame: a new flick once the last one has come to rest.
    pub fn act(&mut self, app: &mut App, time: f64) {
        let frame = match self.flick {
            Some(frame) => frame,
            None if app.session().is_some_and(|session| session.scrolls.is_moving()) => return,
            None => {
                self.turn(app);
                self.count += 1;
                0
            }
        };
        let Area { x, y, width, height } = self.on.area;
        let (from, room) = if self.on.vertical { (y, height) } else { (x, width) };
        // Six tenths of what is seen of it in a tenth of a second, as a thumb does.
        let part = 0.8 - 0.6 * frame as f32 / FLICK as f32;
        let along = from + room * if self.back { 1.0 - part } else { part };
        let place = if self.on.vertical { (self.on.hold.0, along) } else { (along, self.on.hold.1) };
        self.flick = (frame < FLICK).then_some(frame + 1);
        match frame {
            0 => down(app, place, time),
            FLICK => up(app, place, time),
            _ => to(app, place, time),
        }
    }

    /// At an end it goes the other way.
    fn turn(&mut self, app: &App) {
        let offset = app.session().map_or((0.0, 0.0), |session| session.scrolls.offset(self.on.node));
        let end = app.stage().scroll_area(self.on.node).map_or((0.0, 0.0), |area| area.max());
        let (at, end) = if self.on.vertical { (offset.1, end.1) } else { (offset.0, end.0) };
        if at >= end - 1.0 {
            self.back = true;
        } else if at <= 1.0 {
            self.back = false;
        }
    }
}
