// Adds up the coverage of a path's triangles: the mesh is drawn once for each of 17 points of a pixel, and each adds
// 15 of 255. The triangles of a mesh do not overlap, so a pixel inside of the path comes to 255 exactly.

struct Mesh {
    // Device pixel of the surface's first texel, and the surface's size.
    place: vec4<f32>,
    // From the mesh's units to device px: a b c d, then e f.
    linear: vec4<f32>,
    moved: vec4<f32>,
}

@group(0) @binding(0) var<uniform> mesh: Mesh;

const SAMPLES = 17u;

@vertex
fn vs(@builtin(instance_index) sample: u32, @location(0) point: vec2<f32>) -> @builtin(position) vec4<f32> {
    // A lattice: every sample has a row and a column of its own.
    let at = vec2(f32(sample), f32((sample * 5u) % SAMPLES)) + 0.5;
    let shift = at / f32(SAMPLES) - 0.5;
    let m = mesh.linear;
    let p = vec2(m.x * point.x + m.z * point.y, m.y * point.x + m.w * point.y) + mesh.moved.xy - shift;
    let q = (p - mesh.place.xy) / mesh.place.zw * 2.0 - 1.0;
    return vec4(q.x, -q.y, 0.0, 1.0);
}

@fragment
fn fs() -> @location(0) vec4<f32> {
    return vec4(15.0 / 255.0);
}
