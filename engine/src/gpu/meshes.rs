//! Large paths as triangles, by lyon.
//!
//! A mesh is in the path's own units, so that moving, turning and small changes of scale draw the same triangles
//! again. It is tessellated anew when the scale doubles, because curves need finer pieces then. Strokes are turned
//! into outlines first, as for masks: triangles of a mesh must not overlap, for their coverage is added up.

use crate::glyphs::raster;
use crate::paint::path::{FillRule, LineCap, LineJoin, Path, Segment, Stroke};
use crate::paint::prepare::FramePath;
use lyon::math::{Point, point};
use lyon::path::Path as LyonPath;
use lyon::tessellation::{BuffersBuilder, FillOptions, FillTessellator, FillVertex, VertexBuffers};
use rustc_hash::FxHashMap;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;

/// Distance that a curve's pieces may have from it, device px.
const TOLERANCE: f32 = 0.1;
/// Frames that a mesh is kept unused.
const KEPT: u64 = 60;
/// Most indices of a mesh: a path that needs more is not a drawing.
const MOST_INDICES: usize = 3 << 20;

#[derive(Clone, PartialEq, Eq, Hash)]
struct Key {
    path: Arc<Path>,
    even_odd: bool,
    /// Scale as a power of two.
    detail: i32,
    stroke: Option<(Vec<u32>, LineCap, LineJoin)>,
}

/// A mesh on the device.
pub struct Mesh {
    /// Points, two numbers each.
    pub vertices: wgpu::Buffer,
    /// Three for each triangle, 32 bits each.
    pub indices: wgpu::Buffer,
    /// Number of indices.
    pub count: u32,
}

struct Entry {
    /// `None` for a path that covers nothing.
    mesh: Option<Mesh>,
    used: u64,
}

/// The meshes of the last frames.
#[derive(Default)]
pub struct MeshCache {
    entries: FxHashMap<Key, Entry>,
    frame: u64,
}

fn key(path: &FramePath) -> Key {
    let [a, b, c, d, ..] = path.matrix;
    let scale = (a * d - b * c).abs().sqrt().max((a * a + b * b).sqrt()).max((c * c + d * d).sqrt());
    let stroke = path.stroke.as_ref().map(|s| {
        let numbers = [s.width, s.miter_limit, s.dash_offset].iter().chain(&s.dashes).map(|v| v.to_bits()).collect();
        (numbers, s.cap, s.join)
    });
    let detail = scale.clamp(1e-3, 1e6).log2().ceil() as i32;
    Key { path: path.path.clone(), even_odd: path.rule == FillRule::EvenOdd, detail, stroke }
}

impl MeshCache {
    /// Makes the mesh of a path if it is not there.
    pub fn ensure(&mut self, device: &wgpu::Device, queue: &wgpu::Queue, path: &FramePath, uploaded: &mut u64) {
        let frame = self.frame;
        let entry = self.entries.entry(key(path)).or_insert_with_key(|key| {
            let tolerance = TOLERANCE / (key.detail as f32).exp2();
            let buffers = tessellate(&path.path, path.stroke.as_deref(), path.rule, tolerance);
            let mesh = buffers.filter(|b| !b.indices.is_empty()).map(|b| {
                let vertices: &[u8] = bytemuck::cast_slice(&b.vertices);
                let indices: &[u8] = bytemuck::cast_slice(&b.indices);
                *uploaded += (vertices.len() + indices.len()) as u64;
                let make = |label, bytes: &[u8], usage| {
                    let made = super::buffer(device, label, bytes.len() as u64, usage);
                    queue.write_buffer(&made, 0, bytes);
                    made
                };
                Mesh {
                    vertices: make("mesh", vertices, wgpu::BufferUsages::VERTEX),
                    indices: make("mesh indices", indices, wgpu::BufferUsages::INDEX),
                    count: b.indices.len() as u32,
                }
            });
            Entry { mesh, used: frame }
        });
        entry.used = frame;
    }

    /// The mesh of a path that [`MeshCache::ensure`] has seen.
    pub fn get(&self, path: &FramePath) -> Option<&Mesh> {
        self.entries.get(&key(path))?.mesh.as_ref()
    }

    /// Ends a frame: what has not been used for a while is freed.
    pub fn end_frame(&mut self) {
        self.frame += 1;
        let frame = self.frame;
        self.entries.retain(|_, e| e.used + KEPT > frame);
    }
}

/// Triangles that cover a path; `None` if it has no area or cannot be understood.
fn tessellate(
    path: &Path,
    stroke: Option<&Stroke>,
    rule: FillRule,
    tolerance: f32,
) -> Option<VertexBuffers<[f32; 2], u32>> {
    let (segments, rule) = raster::outline(path, stroke, rule)?;
    let run = || {
        let options = FillOptions::default().with_tolerance(tolerance).with_fill_rule(match rule {
            FillRule::NonZero => lyon::path::FillRule::NonZero,
            FillRule::EvenOdd => lyon::path::FillRule::EvenOdd,
        });
        let mut buffers = VertexBuffers::new();
        let mut builder = BuffersBuilder::new(&mut buffers, |v: FillVertex<'_>| v.position().to_array());
        FillTessellator::new().tessellate_path(&convert(&segments), &options, &mut builder).ok()?;
        Some(buffers)
    };
    // Outlines come from anywhere: what goes wrong in the tessellator stays in it.
    let buffers = catch_unwind(AssertUnwindSafe(run)).ok()??;
    (buffers.indices.len() <= MOST_INDICES).then_some(buffers)
}

fn convert(segments: &[Segment]) -> LyonPath {
    let mut builder = LyonPath::builder();
    let mut open = false;
    let mut last = Point::zero();
    let begin = |builder: &mut lyon::path::path::Builder, open: &mut bool, at: Point| {
        if !*open {
            builder.begin(at);
            *open = true;
        }
    };
    for segment in segments {
        match *segment {
            Segment::Move(x, y) => {
                if open {
                    builder.end(true);
                }
                open = false;
                last = point(x, y);
            }
            Segment::Line(x, y) => {
                begin(&mut builder, &mut open, last);
                last = point(x, y);
                builder.line_to(last);
            }
            Segment::Quad(a, b, x, y) => {
                begin(&mut builder, &mut open, last);
                last = point(x, y);
                builder.quadratic_bezier_to(point(a, b), last);
            }
            Segment::Cubic(a, b, c, d, x, y) => {
                begin(&mut builder, &mut open, last);
                last = point(x, y);
                builder.cubic_bezier_to(point(a, b), point(c, d), last);
            }
            Segment::Close => {
                if open {
                    builder.end(true);
                }
                open = false;
            }
        }
    }
    if open {
        // A fill closes what its path leaves open.
        builder.end(true);
    }
    builder.build()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn area(buffers: &VertexBuffers<[f32; 2], u32>) -> f32 {
        let at = |i: u32| buffers.vertices[i as usize];
        let triangle = |t: &[u32]| {
            let (a, b, c) = (at(t[0]), at(t[1]), at(t[2]));
            ((b[0] - a[0]) * (c[1] - a[1]) - (b[1] - a[1]) * (c[0] - a[0])).abs() * 0.5
        };
        buffers.indices.chunks(3).map(triangle).sum()
    }

    #[test]
    fn triangles_cover_a_path_once_by_either_rule() {
        let ring = Path::builder().circle(0.0, 0.0, 10.0).circle(0.0, 0.0, 5.0).finish();
        let of = |rule| area(&tessellate(&ring, None, rule, 0.001).unwrap());
        let disc = std::f32::consts::PI * 100.0;
        assert!((of(FillRule::NonZero) / disc - 1.0).abs() < 0.002);
        assert!((of(FillRule::EvenOdd) / (disc * 0.75) - 1.0).abs() < 0.002);
    }

    #[test]
    fn a_line_that_crosses_itself_is_covered_once() {
        let cross =
            Path::builder().move_to(-5.0, 0.0).line_to(5.0, 0.0).line_to(5.0, 5.0).line_to(0.0, 5.0).line_to(0.0, -5.0);
        let stroke = Stroke::new(1.0);
        let covered = area(&tessellate(&cross.finish(), Some(&stroke), FillRule::NonZero, 0.01).unwrap());
        // Four lines of 10, 5, 5 and 10 with mitred corners, less the crossing.
        assert!((covered - 29.0).abs() < 1e-3, "{covered}");
    }

    #[test]
    fn an_empty_path_has_no_triangles() {
        let none = tessellate(&Path::builder().finish(), None, FillRule::NonZero, 0.1);
        assert!(none.is_none_or(|b| b.indices.is_empty()));
    }
}
