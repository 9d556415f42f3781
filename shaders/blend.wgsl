// Blends the colours of a surface with those of what lies under it (engine/src/cpu/modes.rs). Both are premultiplied
// and stand for the same pixels; the opacity stays that of the source.

struct Blend {
    // The number of the mode, in the order of `BlendMode`.
    mode: vec4<u32>,
}

@group(0) @binding(0) var<uniform> blend: Blend;
@group(1) @binding(0) var source: texture_2d<f32>;
@group(2) @binding(0) var under: texture_2d<f32>;

@vertex
fn vs(@builtin(vertex_index) index: u32) -> @builtin(position) vec4<f32> {
    // One triangle over everything.
    let x = select(-1.0, 3.0, index == 1u);
    let y = select(-1.0, 3.0, index == 2u);
    return vec4(x, y, 0.0, 1.0);
}

fn screen(a: f32, b: f32) -> f32 {
    return a + b - a * b;
}

fn hard(top: f32, bottom: f32) -> f32 {
    if top <= 0.5 {
        return bottom * 2.0 * top;
    }
    return screen(bottom, 2.0 * top - 1.0);
}

fn channel(b: f32, s: f32) -> f32 {
    switch blend.mode.x {
        case 1u: { return b * s; }
        case 2u: { return screen(b, s); }
        case 3u: { return hard(b, s); }
        case 4u: { return min(b, s); }
        case 5u: { return max(b, s); }
        case 6u: {
            if b <= 0.0 { return 0.0; }
            if s >= 1.0 { return 1.0; }
            return min(b / (1.0 - s), 1.0);
        }
        case 7u: {
            if b >= 1.0 { return 1.0; }
            if s <= 0.0 { return 0.0; }
            return 1.0 - min((1.0 - b) / s, 1.0);
        }
        case 8u: { return hard(s, b); }
        case 9u: {
            if s <= 0.5 {
                return b - (1.0 - 2.0 * s) * b * (1.0 - b);
            }
            var d = sqrt(b);
            if b <= 0.25 {
                d = ((16.0 * b - 12.0) * b + 4.0) * b;
            }
            return b + (2.0 * s - 1.0) * (d - b);
        }
        case 10u: { return abs(b - s); }
        case 11u: { return b + s - 2.0 * b * s; }
        default: { return s; }
    }
}

fn brightness(c: vec3<f32>) -> f32 {
    return 0.3 * c.r + 0.59 * c.g + 0.11 * c.b;
}

fn lowest(c: vec3<f32>) -> f32 {
    return min(min(c.r, c.g), c.b);
}

fn highest(c: vec3<f32>) -> f32 {
    return max(max(c.r, c.g), c.b);
}

fn with_brightness(color: vec3<f32>, wanted: f32) -> vec3<f32> {
    var c = color + (wanted - brightness(color));
    let l = brightness(c);
    let lo = lowest(c);
    let hi = highest(c);
    if lo < 0.0 {
        c = l + (c - l) * l / (l - lo);
    }
    if hi > 1.0 {
        c = l + (c - l) * (1.0 - l) / (hi - l);
    }
    return c;
}

fn with_saturation(c: vec3<f32>, wanted: f32) -> vec3<f32> {
    let lo = lowest(c);
    let hi = highest(c);
    if hi > lo {
        return (c - lo) * wanted / (hi - lo);
    }
    return vec3(0.0);
}

fn saturation(c: vec3<f32>) -> f32 {
    return highest(c) - lowest(c);
}

fn colors(b: vec3<f32>, s: vec3<f32>) -> vec3<f32> {
    switch blend.mode.x {
        case 12u: { return with_brightness(with_saturation(s, saturation(b)), brightness(b)); }
        case 13u: { return with_brightness(with_saturation(b, saturation(s)), brightness(b)); }
        case 14u: { return with_brightness(s, brightness(b)); }
        case 15u: { return with_brightness(b, brightness(s)); }
        default: { return vec3(channel(b.r, s.r), channel(b.g, s.g), channel(b.b, s.b)); }
    }
}

@fragment
fn fs(@builtin(position) position: vec4<f32>) -> @location(0) vec4<f32> {
    let at = vec2<i32>(floor(position.xy));
    let s = textureLoad(source, at, 0);
    // Surfaces may stand in textures of different sizes.
    let last = vec2<i32>(textureDimensions(under)) - 1;
    let b = textureLoad(under, min(at, last), 0);
    if s.a <= 0.0 || b.a <= 0.0 {
        return s;
    }
    let cs = min(s.rgb / s.a, vec3(1.0));
    let cb = min(b.rgb / b.a, vec3(1.0));
    let mixed = (1.0 - b.a) * cs + b.a * colors(cb, cs);
    return vec4(clamp(mixed, vec3(0.0), vec3(1.0)) * s.a, s.a);
}
