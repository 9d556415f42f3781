// Draws primitives: one instanced quad each, its kind decided in the fragment shader.
//
// Figures stand in a data texture of four words a texel, 1024 texels a row; their layout is that of
// engine/src/paint/prepare/prim.rs. The functions below are those of the CPU painter (engine/src/cpu), in the
// same order of operations; both paint premultiplied colours into 8-bit surfaces without colour management.

struct Globals {
    // Device pixel of the surface's first texel.
    origin: vec2<f32>,
    // Texels of the surface.
    size: vec2<f32>,
}

@group(0) @binding(0) var<uniform> globals: Globals;
@group(0) @binding(1) var data: texture_2d<u32>;
@group(0) @binding(2) var coverage_pages: texture_2d_array<f32>;
@group(0) @binding(3) var color_pages: texture_2d_array<f32>;
@group(1) @binding(0) var picture: texture_2d<f32>;

const SOLID = 0u;
const QUAD = 1u;
const GRADIENT = 2u;
const IMAGE = 3u;
const MASK = 4u;
const COLOR_MASK = 5u;
const SHADOW = 6u;
const LAYER = 7u;
const DASH = 8u;

const FLAG_BORDER = 0x200u;
const FLAG_INSET = 0x200u;
const FLAG_MATRIX = 0x200u;
const FLAG_LUMINANCE = 0x800u;
const FLAG_REPEAT = 0x200u;
const FLAG_SHARP = 0x400u;
const FLAG_TINT = 0x400u;
const FLAG_NEAREST = 0x800u;
const FLAG_TILED = 0x1000u;
const FLAG_WRAP_X = 0x2000u;
const FLAG_WRAP_Y = 0x4000u;

// What a pipeline draws, beside rectangles and masks: hardware pays for all that a shader could do.
override BOXES: bool = true;
override SHADOWS: bool = true;
override PICTURES: bool = true;
override REST: bool = true;
override CLIPS: bool = true;

struct Varyings {
    @builtin(position) position: vec4<f32>,
    // Kind and flags, colour, first data row, clips.
    @location(0) @interpolate(flat) head: vec4<u32>,
    @location(1) @interpolate(flat) params: vec4<i32>,
}

@vertex
fn vs(
    @builtin(vertex_index) index: u32,
    @location(0) bounds: vec4<i32>,
    @location(1) head: vec4<u32>,
    @location(2) params: vec4<i32>,
) -> Varyings {
    let b = vec4<f32>(bounds);
    let p = vec2(select(b.x, b.z, (index & 1u) == 1u), select(b.y, b.w, (index & 2u) == 2u));
    let q = (p - globals.origin) / globals.size * 2.0 - 1.0;
    return Varyings(vec4(q.x, -q.y, 0.0, 1.0), head, params);
}

fn words(at: u32) -> vec4<u32> {
    return textureLoad(data, vec2<i32>(i32(at & 1023u), i32(at >> 10u)), 0);
}

fn floats(at: u32) -> vec4<f32> {
    return bitcast<vec4<f32>>(words(at));
}

fn straight(color: u32) -> vec4<f32> {
    return unpack4x8unorm(color);
}

fn premultiplied(color: u32) -> vec4<f32> {
    let c = unpack4x8unorm(color);
    return vec4(c.rgb * c.a, c.a);
}

struct Shape {
    // The linear part of the map from device px: its gradients.
    axes: vec4<f32>,
    rect: vec4<f32>,
    rx: vec4<f32>,
    ry: vec4<f32>,
}

fn shape_at(at: u32) -> Shape {
    return Shape(floats(at), floats(at + 2u), floats(at + 3u), floats(at + 4u));
}

// A device point in the shape's local px.
fn local(at: u32, p: vec2<f32>) -> vec2<f32> {
    let m = floats(at);
    let o = floats(at + 1u);
    return vec2(m.x * p.x + m.z * p.y + o.x, m.y * p.x + m.w * p.y + o.y);
}

fn axis_coverage(lo: f32, hi: f32, q: f32) -> f32 {
    return clamp(min(q - lo, 0.5) + min(hi - q, 0.5), 0.0, 1.0);
}

// Coverage of a pixel by one side of a line; a function that is 0 on it, positive inside, and its gradient.
fn half_plane(value: f32, g: vec2<f32>) -> f32 {
    let length = max(sqrt(g.x * g.x + g.y * g.y), 1e-6);
    let n = abs(g) / length;
    let a = max(max(n.x, n.y), 1e-6);
    let b = min(n.x, n.y);
    let distance = abs(value) / length;
    let height = max((a + b) * 0.5 - distance, 0.0);
    let beyond = select(height * height / max(2.0 * a * b, 1e-6), 0.5 - distance / a, distance <= (a - b) * 0.5);
    return select(1.0 - beyond, beyond, value < 0.0);
}

fn band(lo: f32, hi: f32, q: f32, g: vec2<f32>) -> f32 {
    return max(half_plane(q - lo, g) + half_plane(hi - q, g) - 1.0, 0.0);
}

fn coverage(s: Shape, q: vec2<f32>) -> f32 {
    let m = s.axes;
    var base: f32;
    if all(m == vec4(1.0, 0.0, 0.0, 1.0)) {
        base = axis_coverage(s.rect.x, s.rect.z, q.x) * axis_coverage(s.rect.y, s.rect.w, q.y);
    } else {
        base = band(s.rect.x, s.rect.z, q.x, m.xz) * band(s.rect.y, s.rect.w, q.y, m.yw);
    }
    var d = vec2(0.0);
    var r = vec2(1.0);
    // Measured from the edges: the same box has the same corners wherever it stands.
    let near = q - s.rect.xy;
    let far = s.rect.zw - q;
    let tl = vec2(near.x - s.rx.x, near.y - s.ry.x);
    let tr = vec2(s.rx.y - far.x, near.y - s.ry.y);
    let br = vec2(s.rx.z - far.x, s.ry.z - far.y);
    let bl = vec2(near.x - s.rx.w, s.ry.w - far.y);
    if s.rx.x > 0.0 && tl.x < 0.0 && tl.y < 0.0 { d = tl; r = vec2(s.rx.x, s.ry.x); }
    if s.rx.y > 0.0 && tr.x > 0.0 && tr.y < 0.0 { d = tr; r = vec2(s.rx.y, s.ry.y); }
    if s.rx.z > 0.0 && br.x > 0.0 && br.y > 0.0 { d = br; r = vec2(s.rx.z, s.ry.z); }
    if s.rx.w > 0.0 && bl.x < 0.0 && bl.y > 0.0 { d = bl; r = vec2(s.rx.w, s.ry.w); }
    if d.x == 0.0 {
        return base;
    }
    let n = d / r;
    let k = sqrt(n.x * n.x + n.y * n.y);
    let h = n / r;
    return min(base, half_plane((1.0 - k) * k, vec2(h.x * m.x + h.y * m.y, h.x * m.z + h.y * m.w)));
}

// Coverage by all clips of a primitive.
fn clipped(clip: u32, p: vec2<f32>) -> f32 {
    var c = 1.0;
    let first = clip & 0xffffffu;
    for (var i = 0u; i < (clip >> 24u); i++) {
        let at = first + i * 5u;
        c *= coverage(shape_at(at), local(at, p));
    }
    return c;
}

// Widths are top, right, bottom, left; colours likewise.
fn side_color(rect: vec4<f32>, w: vec4<f32>, colors: vec4<u32>, q: vec2<f32>) -> vec4<f32> {
    if colors.x == colors.y && colors.x == colors.z && colors.x == colors.w {
        return premultiplied(colors.x);
    }
    let inner = vec4(rect.x + w.w, rect.y + w.x, rect.z - w.y, rect.w - w.z);
    let is_left = q.x < (inner.x + inner.z) * 0.5;
    let is_top = q.y < (inner.y + inner.w) * 0.5;
    let dx = select(rect.z - q.x, q.x - rect.x, is_left);
    let wx = select(w.y, w.w, is_left);
    let vertical = premultiplied(select(colors.y, colors.w, is_left));
    let dy = select(rect.w - q.y, q.y - rect.y, is_top);
    let wy = select(w.z, w.x, is_top);
    let horizontal = premultiplied(select(colors.z, colors.x, is_top));
    let length = sqrt(wx * wx + wy * wy);
    var d = 0.0;
    if length > 0.0 {
        d = (dx * wy - dy * wx) / length;
    }
    let t = clamp(0.5 + d, 0.0, 1.0);
    return horizontal * t + vertical * (1.0 - t);
}

fn quad(head: vec4<u32>, p: vec2<f32>) -> vec4<f32> {
    let s = shape_at(head.z);
    let q = local(head.z, p);
    let fill = premultiplied(head.y);
    if (head.x & FLAG_BORDER) == 0u {
        return fill * coverage(s, q);
    }
    return bordered(s, q, fill, floats(head.z + 5u), words(head.z + 6u));
}

// A shape with a solid border of these widths and colours.
fn bordered(s: Shape, q: vec2<f32>, fill: vec4<f32>, w: vec4<f32>, colors: vec4<u32>) -> vec4<f32> {
    let outer = coverage(s, q);
    if outer <= 0.0 {
        return vec4(0.0);
    }
    let rect = vec4(s.rect.x + w.w, s.rect.y + w.x, s.rect.z - w.y, s.rect.w - w.z);
    var inner = 0.0;
    if rect.z > rect.x && rect.w > rect.y {
        let rx = max(s.rx - vec4(w.w, w.y, w.y, w.w), vec4(0.0));
        let ry = max(s.ry - vec4(w.x, w.x, w.z, w.z), vec4(0.0));
        inner = coverage(Shape(s.axes, rect, rx, ry), q);
    }
    let side = side_color(s.rect, w, colors, q);
    let ring = 1.0 - min(inner / outer, 1.0);
    return (side * ring + fill * (1.0 - side.a * ring)) * outer;
}

// The angle of a vector in turns, 0 up and clockwise (paint/math.rs).
fn turns(v: vec2<f32>) -> f32 {
    let a = abs(v);
    let hi = max(a.x, a.y);
    var q = 0.0;
    if hi > 0.0 {
        q = min(a.x, a.y) / hi;
    }
    let s = q * q;
    let t = q * (0.15915441 + s * (-0.053027726 + s * (0.03153371 + s * (-0.021084087
        + s * (0.012702348 + s * (-0.00536765 + s * 0.0010890376))))));
    var r = 0.0;
    if a.x < a.y {
        if v.y < 0.0 {
            r = select(1.0 - t, t, v.x >= 0.0);
        } else {
            r = select(0.5 + t, 0.5 - t, v.x >= 0.0);
        }
    } else if v.x >= 0.0 {
        r = select(0.25 + t, 0.25 - t, v.y < 0.0);
    } else {
        r = select(0.75 - t, 0.75 + t, v.y < 0.0);
    }
    return select(r, r - 1.0, r >= 1.0);
}

// A local point from the corner of its tile; z is 0 between tiles.
fn tile_point(head: vec4<u32>, q: vec2<f32>, step: vec2<f32>) -> vec3<f32> {
    let tile = floats(head.z + 5u);
    var t = q - tile.xy;
    if (head.x & FLAG_TILED) == 0u {
        return vec3(t, 1.0);
    }
    if step.x > 0.0 { t.x -= floor(t.x / step.x) * step.x; }
    if step.y > 0.0 { t.y -= floor(t.y / step.y) * step.y; }
    let inside = t.x >= 0.0 && t.x < tile.z && t.y >= 0.0 && t.y < tile.w;
    return vec3(t, select(0.0, 1.0, inside));
}

fn gradient(head: vec4<u32>, p: vec2<f32>) -> vec4<f32> {
    let q = local(head.z, p);
    let own = coverage(shape_at(head.z), q);
    let info = words(head.z + 6u);
    let at = tile_point(head, q, bitcast<vec2<f32>>(info.xy));
    if at.z == 0.0 {
        return vec4(0.0);
    }
    let f = floats(head.z + 7u);
    var t = 0.0;
    if info.z == 0u {
        t = (at.x - f.x) * f.z + (at.y - f.y) * f.w;
    } else if info.z == 1u {
        let d = vec2((at.x - f.x) * f.z, (at.y - f.y) * f.w);
        t = sqrt(d.x * d.x + d.y * d.y);
    } else {
        t = turns(at.xy - f.xy) - f.z;
        if t < 0.0 { t += 1.0; }
    }
    let n = info.w;
    let stops = head.z + 8u;
    let first = floats(stops + 1u).x;
    let last = floats(stops + 2u * n - 1u).x;
    if (head.x & FLAG_REPEAT) != 0u {
        let span = last - first;
        if span <= 0.0 {
            return floats(stops + 2u * n - 2u) * own;
        }
        t = first + (t - first) - floor((t - first) / span) * span;
    }
    if t < first {
        return floats(stops) * own;
    }
    if t >= last {
        return floats(stops + 2u * n - 2u) * own;
    }
    var i = 0u;
    while i + 2u < n && floats(stops + 2u * i + 3u).x <= t {
        i++;
    }
    let a = floats(stops + 2u * i);
    let b = floats(stops + 2u * i + 2u);
    let pa = floats(stops + 2u * i + 1u).x;
    let pb = floats(stops + 2u * i + 3u).x;
    return (a + (b - a) * ((t - pa) / (pb - pa))) * own;
}

// Whole part and weight (in steps of 1/256) of a position between texel centres.
fn taps(u: vec2<f32>) -> vec4<f32> {
    let t = u - 0.5;
    let f = floor(t);
    return vec4(f, floor((t - f) * 256.0 + 0.5) / 256.0);
}

// A texel within limits; beyond them lies the edge, or the next copy.
fn within(i: vec2<i32>, lo: vec2<i32>, hi: vec2<i32>, wraps: vec2<bool>) -> vec2<i32> {
    let n = hi - lo + 1;
    let wrapped = select(select(i, i - n, i > hi), i + n, i < lo);
    return clamp(select(i, wrapped, wraps), lo, hi);
}

// A smoothed texel of the picture whose first one lies at `at`.
fn smooth_picture(u: vec2<f32>, at: vec2<i32>, lo: vec2<i32>, hi: vec2<i32>, wraps: vec2<bool>) -> vec4<f32> {
    let t = taps(u);
    let i = vec2<i32>(t.xy);
    let a = within(i, lo, hi, wraps) + at;
    let b = within(i + 1, lo, hi, wraps) + at;
    let top = mix(textureLoad(picture, a, 0), textureLoad(picture, vec2(b.x, a.y), 0), t.z);
    let bottom = mix(textureLoad(picture, vec2(a.x, b.y), 0), textureLoad(picture, b, 0), t.z);
    return mix(top, bottom, t.w);
}

// Where the picture lies in its texture and its size stand in `params`; without a size it is all of the texture.
fn image(head: vec4<u32>, params: vec4<i32>, p: vec2<f32>) -> vec4<f32> {
    let q = local(head.z, p);
    let own = coverage(shape_at(head.z), q);
    let info = words(head.z + 6u);
    let at = tile_point(head, q, bitcast<vec2<f32>>(info.xy));
    if at.z == 0.0 {
        return vec4(0.0);
    }
    let map = floats(head.z + 7u);
    var last = vec2<i32>(params.w & 0xffff, i32(u32(params.w) >> 16u)) - 1;
    if params.w == 0 {
        last = vec2<i32>(textureDimensions(picture, 0)) - 1;
    }
    let limits = vec4<i32>(words(head.z + 8u));
    let lo = min(limits.xy, last);
    let hi = min(limits.zw, last);
    let u = map.xy + at.xy * map.zw;
    var c: vec4<f32>;
    if (head.x & FLAG_NEAREST) != 0u {
        c = textureLoad(picture, clamp(vec2<i32>(floor(u)), lo, hi) + params.yz, 0);
    } else {
        c = smooth_picture(u, params.yz, lo, hi, (head.xx & vec2(FLAG_WRAP_X, FLAG_WRAP_Y)) != vec2(0u));
    }
    if (head.x & FLAG_TINT) != 0u {
        c = premultiplied(head.y) * c.a;
    } else {
        c *= straight(head.y).a;
    }
    return c * own;
}

fn stretch(q: f32, lo: f32, hi: f32, half: f32, scale: f32) -> f32 {
    let near = (q - lo) * scale;
    return select(max(2.0 * half - (hi - q) * scale, half), near, near < half);
}

fn shadow(head: vec4<u32>, p: vec2<f32>) -> vec4<f32> {
    let q = local(head.z, p);
    let shape = shape_at(head.z);
    let own = coverage(shape, q);
    let inset = (head.x & FLAG_INSET) != 0u;
    let hole = select(1.0 - own, own, inset);
    let rect = floats(head.z + 5u);
    if (head.x & FLAG_SHARP) != 0u {
        let sharp = coverage(Shape(shape.axes, rect, floats(head.z + 6u), floats(head.z + 7u)), q);
        return premultiplied(head.y) * (select(sharp, 1.0 - sharp, inset) * hole);
    }
    let place = vec4<i32>(words(head.z + 6u));
    let figures = floats(head.z + 7u);
    let page = bitcast<u32>(figures.w);
    var m = 0.0;
    let inside = q.x >= rect.x && q.x < rect.z && q.y >= rect.y && q.y < rect.w;
    if inside && hole > 0.0 {
        let u = vec2(stretch(q.x, rect.x, rect.z, figures.x, figures.z), stretch(q.y, rect.y, rect.w, figures.y, figures.z));
        let t = taps(u);
        let i = vec2<i32>(t.xy);
        let a = clamp(i, vec2(0), place.zw - 1) + place.xy;
        let b = clamp(i + 1, vec2(0), place.zw - 1) + place.xy;
        let layer = i32(page);
        let top = mix(textureLoad(coverage_pages, a, layer, 0).r, textureLoad(coverage_pages, vec2(b.x, a.y), layer, 0).r, t.z);
        let bottom = mix(textureLoad(coverage_pages, vec2(a.x, b.y), layer, 0).r, textureLoad(coverage_pages, b, layer, 0).r, t.z);
        m = mix(top, bottom, t.w);
    }
    return premultiplied(head.y) * (select(m, 1.0 - m, inset) * hole);
}

fn recolor(c: vec4<f32>, at: u32) -> vec4<f32> {
    if c.a <= 0.0 {
        return c;
    }
    let s = vec4(min(c.rgb / c.a, vec3(1.0)), c.a);
    let m = vec4(dot(floats(at), s), dot(floats(at + 1u), s), dot(floats(at + 2u), s), dot(floats(at + 3u), s));
    let o = clamp(m + floats(at + 4u), vec4(0.0), vec4(1.0));
    return vec4(o.rgb * o.a, o.a);
}

// The surface begins at `first` of its texture, which others may share.
fn layer(head: vec4<u32>, first: vec2<i32>, p: vec2<f32>) -> vec4<f32> {
    let info = floats(head.z);
    let place = floats(head.z + 1u);
    let hi = vec2<i32>(place.zw) - 1;
    let inside = (p - place.xy) * info.y;
    if any(inside < vec2(0.0)) || any(inside >= place.zw) {
        // Masks are drawn over all that they cut; where the surface ends there is nothing.
        return vec4(0.0);
    }
    var c: vec4<f32>;
    if info.y == 1.0 {
        c = textureLoad(picture, clamp(vec2<i32>(floor(p - place.xy)), vec2(0), hi) + first, 0);
    } else {
        c = smooth_picture((p - place.xy) * info.y, first, vec2(0), hi, vec2(false));
    }
    if (head.x & FLAG_LUMINANCE) != 0u {
        c = vec4(dot(c.rgb, vec3(0.2126, 0.7152, 0.0722)));
    } else if (head.x & FLAG_TINT) != 0u {
        c = premultiplied(head.y) * c.a;
    } else if (head.x & FLAG_MATRIX) != 0u {
        c = recolor(c, head.z + 2u);
    }
    return c * info.x;
}

const QUARTER = 1.5707964;

// The angle of a corner as a share of its arc, and the distance from the ellipse.
fn bend(q: vec2<f32>, c: vec2<f32>, r: vec2<f32>, arc: f32, start: f32, from_: f32) -> vec2<f32> {
    let s = max(r, vec2(1e-3));
    let n = (q - c) / s;
    let t = turns(n) - from_;
    let k = sqrt(n.x * n.x + n.y * n.y);
    let h = n / s;
    let g = max(sqrt(h.x * h.x + h.y * h.y), 1e-6);
    return vec2(start + clamp(t * 4.0, 0.0, 1.0) * arc, (k - 1.0) * k / g);
}

// Distance along the middle line of a border of width w, clockwise from its top left, and distance from it.
fn around(s: Shape, w: f32, q: vec2<f32>) -> vec2<f32> {
    let h = w * 0.5;
    let r = vec4(s.rect.xy + h, s.rect.zw - h);
    let rx = max(s.rx - h, vec4(0.0));
    let ry = max(s.ry - h, vec4(0.0));
    let arc = QUARTER * (rx + ry) * 0.5;
    let top = max(r.z - r.x - rx.x - rx.y, 0.0);
    let right = max(r.w - r.y - ry.y - ry.z, 0.0);
    let bottom = max(r.z - r.x - rx.z - rx.w, 0.0);
    let left = max(r.w - r.y - ry.w - ry.x, 0.0);
    let s1 = top;
    let s2 = s1 + arc.y;
    let s3 = s2 + right;
    let s4 = s3 + arc.z;
    let s5 = s4 + bottom;
    let s6 = s5 + arc.w;
    let s7 = s6 + left;
    if q.x > r.z - rx.y && q.y < r.y + ry.y {
        return bend(q, vec2(r.z - rx.y, r.y + ry.y), vec2(rx.y, ry.y), arc.y, s1, 0.0);
    }
    if q.x > r.z - rx.z && q.y > r.w - ry.z {
        return bend(q, vec2(r.z - rx.z, r.w - ry.z), vec2(rx.z, ry.z), arc.z, s3, 0.25);
    }
    if q.x < r.x + rx.w && q.y > r.w - ry.w {
        return bend(q, vec2(r.x + rx.w, r.w - ry.w), vec2(rx.w, ry.w), arc.w, s5, 0.5);
    }
    if q.x < r.x + rx.x && q.y < r.y + ry.x {
        return bend(q, vec2(r.x + rx.x, r.y + ry.x), vec2(rx.x, ry.x), arc.x, s7, 0.75);
    }
    let d = vec4(q.y - r.y, r.z - q.x, r.w - q.y, q.x - r.x);
    var out = vec2(q.x - r.x - rx.x, -d.x);
    var best = d.x;
    if d.y < best { best = d.y; out = vec2(s2 + q.y - r.y - ry.y, -d.y); }
    if d.z < best { best = d.z; out = vec2(s4 + (r.z - rx.z) - q.x, -d.z); }
    if d.w < best { out = vec2(s6 + (r.w - ry.w) - q.y, -d.w); }
    return out;
}

fn dash(head: vec4<u32>, p: vec2<f32>) -> vec4<f32> {
    let s = shape_at(head.z);
    let q = local(head.z, p);
    let w = floats(head.z + 5u);
    let colors = words(head.z + 6u);
    let info = floats(head.z + 7u);
    let side = bitcast<u32>(info.w);
    // Along the line, off its middle, its width; how much of the pixel the side reaches.
    var line = vec3(0.0);
    var color = colors.x;
    var ends = 1.0;
    switch side {
        case 0u: { line = vec3(q.x - info.x, q.y - s.rect.y - w.x * 0.5, w.x); }
        case 1u: { line = vec3(q.y - info.x, s.rect.z - q.x - w.y * 0.5, w.y); color = colors.y; }
        case 2u: { line = vec3(q.x - info.x, s.rect.w - q.y - w.z * 0.5, w.z); color = colors.z; }
        case 3u: { line = vec3(q.y - info.x, q.x - s.rect.x - w.w * 0.5, w.w); color = colors.w; }
        case 4u: { line = vec3(around(s, w.x, q), w.x); }
        default: { line = vec3(around(s, info.x, q), info.x); }
    }
    if side == 0u || side == 2u {
        ends = axis_coverage(s.rect.x, s.rect.z, q.x);
    } else if side < 4u {
        ends = axis_coverage(s.rect.y, s.rect.w, q.y);
    }
    let m = line.x - floor(line.x / info.z) * info.z;
    let off = min(abs(m - info.y * 0.5), abs(m - info.y * 0.5 - info.z));
    var c = 0.0;
    if (head.x & FLAG_BORDER) != 0u {
        c = clamp(0.5 - (sqrt(off * off + line.y * line.y) - line.z * 0.5), 0.0, 1.0);
    } else {
        // The ring's own edges cut what goes around sides that differ.
        let edge = select(clamp(line.z * 0.5 + 0.5 - abs(line.y), 0.0, 1.0), 1.0, side == 5u);
        c = edge * clamp(info.y * 0.5 + 0.5 - off, 0.0, 1.0);
    }
    if side == 5u {
        return bordered(s, q, vec4(0.0), w, colors) * c;
    }
    return premultiplied(color) * (c * ends);
}

@fragment
fn fs(in: Varyings) -> @location(0) vec4<f32> {
    // The centre of the device pixel.
    let p = in.position.xy + globals.origin;
    let head = in.head;
    var c = vec4(0.0);
    switch head.x & 0xffu {
        case SOLID: { c = premultiplied(head.y); }
        case QUAD: { if BOXES { c = quad(head, p); } }
        case GRADIENT: { if REST { c = gradient(head, p); } }
        case IMAGE: { if PICTURES { c = image(head, in.params, p); } }
        case MASK: {
            let at = vec2<i32>(floor(p)) + in.params.xy;
            c = premultiplied(head.y) * textureLoad(coverage_pages, at, in.params.z, 0).r;
        }
        case COLOR_MASK: {
            let at = vec2<i32>(floor(p)) + in.params.xy;
            c = textureLoad(color_pages, at, in.params.z, 0) * straight(head.y).a;
        }
        case SHADOW: { if SHADOWS { c = shadow(head, p); } }
        case LAYER: { if PICTURES { c = layer(head, in.params.zw, p); } }
        case DASH: { if REST { c = dash(head, p); } }
        default: {}
    }
    if CLIPS && head.w != 0u {
        c *= clipped(head.w, p);
    }
    return c;
}
