// Reduces a surface by averaging blocks, and blurs it along one axis (engine/src/cpu/layer.rs).

struct Blur {
    // Texels of the source that count, and whether their mirror image lies beyond them (z = 1).
    source: vec4<i32>,
    // Direction of the blur, radius in texels, texels of a block.
    axis: vec4<i32>,
    // Weights from the middle outwards, four a vector.
    weights: array<vec4<f32>, 4>,
}

@group(0) @binding(0) var<uniform> blur: Blur;
@group(1) @binding(0) var source: texture_2d<f32>;

@vertex
fn vs(@builtin(vertex_index) index: u32) -> @builtin(position) vec4<f32> {
    // One triangle over everything.
    let x = select(-1.0, 3.0, index == 1u);
    let y = select(-1.0, 3.0, index == 2u);
    return vec4(x, y, 0.0, 1.0);
}

@fragment
fn reduce(@builtin(position) position: vec4<f32>) -> @location(0) vec4<f32> {
    let block = blur.axis.w;
    let start = vec2<i32>(floor(position.xy)) * block;
    let end = min(start + block, blur.source.xy);
    var sum = vec4(0.0);
    for (var y = start.y; y < end.y; y++) {
        for (var x = start.x; x < end.x; x++) {
            sum += textureLoad(source, vec2(x, y), 0);
        }
    }
    let inside = max((end.x - start.x) * (end.y - start.y), 1);
    return sum / f32(select(block * block, inside, blur.source.z == 1));
}

fn texel(at: vec2<i32>) -> vec4<f32> {
    let n = blur.source.xy;
    if blur.source.z == 0 {
        if any(at < vec2(0)) || any(at >= n) {
            return vec4(0.0);
        }
        return textureLoad(source, at, 0);
    }
    let period = 2 * n;
    let i = (at % period + period) % period;
    return textureLoad(source, min(i, period - 1 - i), 0);
}

@fragment
fn spread(@builtin(position) position: vec4<f32>) -> @location(0) vec4<f32> {
    let at = vec2<i32>(floor(position.xy));
    var sum = blur.weights[0].x * texel(at);
    for (var i = 1; i <= blur.axis.z; i++) {
        let w = blur.weights[i / 4][i % 4];
        sum += w * (texel(at - blur.axis.xy * i) + texel(at + blur.axis.xy * i));
    }
    return sum;
}
