//! What drawing an SVG document costs, estimated before it is drawn.

use super::{DecodeError, damaged};
use resvg::tiny_skia::Transform;
use resvg::usvg::filter::Kind;
use resvg::usvg::{Group, Node, Paint, Path, Tree};

/// Most nodes that are drawn, those of patterns, masks and clips each time that they are used.
const MOST_NODES: u64 = 200_000;
/// Most points of all outlines.
const MOST_POINTS: u64 = 4_000_000;
/// Most dashes of all lines.
const MOST_DASHES: f64 = 200_000.0;
/// Most pixels that are filled, whole surfaces taken off and put back included.
const MOST_FILLED: f64 = 600e6;
/// Most pixels of the surfaces that stand at the same time.
const MOST_STANDING: f64 = 32e6;
/// A filter's surface is at most this many times the picture.
const FILTER_ROOM: f64 = 25.0;
/// Most of what one pixel of a filter costs.
const MOST_FILTER: f64 = 4000.0;

/// What a document costs.
#[derive(Default)]
pub struct Cost {
    nodes: u64,
    points: u64,
    dashes: f64,
    /// Pixels filled, in pictures.
    filled: f64,
    /// Surfaces at the same time, in pictures.
    standing: f64,
    /// Size of the picture, px.
    size: (f64, f64),
    place: Transform,
}

/// The cost of a tree whose coordinates are mapped by `place` onto a picture of this size.
///
/// # Errors
/// If no picture is small enough.
pub fn of(tree: &Tree, place: Transform, size: (u32, u32)) -> Result<Cost, DecodeError> {
    let mut cost = Cost { size: (f64::from(size.0), f64::from(size.1)), place, ..Cost::default() };
    cost.group(tree.root(), 1.0, true)?;
    Ok(cost)
}

fn too_much() -> DecodeError {
    damaged("drawing the svg would take too long")
}

impl Cost {
    /// The most pixels that the picture may have.
    pub fn most_pixels(&self, most: f64) -> f64 {
        most.min(MOST_FILLED / self.filled.max(1.0)).min(MOST_STANDING / self.standing.max(1.0))
    }

    /// `surfaces` stand around the group; `own` is false in patterns, masks and clips, which lie anywhere.
    fn group(&mut self, group: &Group, surfaces: f64, own: bool) -> Result<(), DecodeError> {
        self.nodes += 1;
        if self.nodes > MOST_NODES || self.filled * 4.0 > MOST_FILLED {
            return Err(too_much());
        }
        let mut surfaces = surfaces;
        if group.should_isolate() {
            let filtered = !group.filters().is_empty();
            let room = if filtered { FILTER_ROOM } else { 1.0 };
            let masks = f64::from(u8::from(group.mask().is_some())) + f64::from(u8::from(group.clip_path().is_some()));
            surfaces += room * (1.0 + masks);
            self.filled += 2.0 * room * (1.0 + masks);
            for filter in group.filters() {
                for primitive in filter.primitives() {
                    let each = self.filter(primitive.kind());
                    if each > MOST_FILTER {
                        return Err(too_much());
                    }
                    self.filled += FILTER_ROOM.min(4.0) * each;
                }
            }
        }
        self.standing = self.standing.max(surfaces);
        for node in group.children() {
            match node {
                Node::Group(inner) => self.group(inner, surfaces, own)?,
                Node::Path(path) => self.path(path, own)?,
                Node::Image(_) | Node::Text(_) => self.nodes += 1,
            }
            let mut result = Ok(());
            node.subroots(|root| {
                if result.is_ok() {
                    result = self.group(root, surfaces + 1.0, false);
                }
            });
            result?;
        }
        Ok(())
    }

    fn path(&mut self, path: &Path, own: bool) -> Result<(), DecodeError> {
        self.nodes += 1;
        self.points += path.data().len() as u64;
        if self.points > MOST_POINTS {
            return Err(too_much());
        }
        let coats = f64::from(u8::from(path.fill().is_some())) + 2.0 * f64::from(u8::from(path.stroke().is_some()));
        let area = if own { self.share(path) } else { 1.0 };
        self.filled += coats * area;
        if let Some(dashes) = path.stroke().and_then(|s| s.dasharray()) {
            let pattern: f32 = dashes.iter().sum();
            let mut length = 0.0;
            for pair in path.data().points().windows(2) {
                length += f64::from(pair[0].distance(pair[1]));
            }
            self.dashes += length / f64::from(pattern.max(1e-9)) * dashes.len() as f64;
            if self.dashes.is_nan() || self.dashes > MOST_DASHES {
                return Err(too_much());
            }
        }
        let paints = [path.fill().map(|f| f.paint()), path.stroke().map(|s| s.paint())];
        for paint in paints.into_iter().flatten() {
            if let Paint::Pattern(pattern) = paint {
                let to_device = self.place.pre_concat(path.abs_transform()).pre_concat(pattern.transform());
                let (sx, sy) = to_device.get_scale();
                let tile = f64::from(pattern.rect().width() * sx) * f64::from(pattern.rect().height() * sy);
                // A tile is a surface of its own, whatever the size of the picture.
                if tile.is_nan() || tile > MOST_STANDING / 2.0 {
                    return Err(too_much());
                }
                let tile = tile / (self.size.0 * self.size.1);
                self.standing = self.standing.max(tile);
                self.filled += tile;
            }
        }
        Ok(())
    }

    /// How much of the picture a path may cover, 0 to 1.
    fn share(&self, path: &Path) -> f64 {
        let Some(bounds) = path.abs_stroke_bounding_box().transform(self.place) else { return 1.0 };
        let along =
            |from: f32, to: f32, room: f64| (f64::from(to).min(room) - f64::from(from).max(0.0)).max(0.0) / room;
        along(bounds.left(), bounds.right(), self.size.0) * along(bounds.top(), bounds.bottom(), self.size.1)
    }

    /// What a pixel of a filter primitive costs, in pixels that are filled.
    fn filter(&self, kind: &Kind) -> f64 {
        match kind {
            Kind::Turbulence(t) => 20.0 * f64::from(t.num_octaves()),
            Kind::Morphology(m) => {
                let (sx, sy) = self.place.get_scale();
                f64::from(m.radius_x().get() * sx).max(1.0) * f64::from(m.radius_y().get() * sy).max(1.0) * 4.0
            }
            Kind::ConvolveMatrix(c) => f64::from(c.matrix().columns()) * f64::from(c.matrix().rows()) * 4.0,
            Kind::GaussianBlur(_) | Kind::DropShadow(_) => 20.0,
            Kind::DiffuseLighting(_) | Kind::SpecularLighting(_) => 20.0,
            _ => 4.0,
        }
    }
}
