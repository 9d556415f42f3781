//! Blending of premultiplied 8-bit pixels, four bytes each, in whole numbers: the same bits everywhere.
//! The loops are written so that the compiler turns them into vector code.

/// `v / 255` rounded, for `v` up to 65025.
#[inline(always)]
pub fn div255(v: u32) -> u32 {
    let t = v + 128;
    (t + (t >> 8)) >> 8
}

/// A premultiplied pixel from a straight colour.
#[inline]
pub fn premultiply(c: [u8; 4]) -> [u8; 4] {
    let a = u32::from(c[3]);
    let m = |v: u8| div255(u32::from(v) * a) as u8;
    [m(c[0]), m(c[1]), m(c[2]), c[3]]
}

/// A premultiplied pixel times a coverage.
#[inline(always)]
pub fn fade(p: [u8; 4], coverage: u32) -> [u8; 4] {
    p.map(|v| div255(u32::from(v) * coverage) as u8)
}

/// One pixel over another.
#[inline(always)]
pub fn over(dst: &mut [u8], src: [u8; 4]) {
    let rest = 255 - u32::from(src[3]);
    for (d, s) in dst.iter_mut().zip(src) {
        *d = (u32::from(s) + div255(u32::from(*d) * rest)).min(255) as u8;
    }
}

/// `v / 255` rounded in sixteen bits, for `v` up to 65025.
#[inline(always)]
fn div255_narrow(v: u16) -> u16 {
    let t = v + 128;
    (t + (t >> 8)) >> 8
}

/// One colour over a row.
#[inline]
pub fn fill(dst: &mut [u8], src: [u8; 4]) {
    match src[3] {
        0 => {}
        255 => dst.as_chunks_mut::<4>().0.fill(src),
        a => {
            let rest = 255 - u16::from(a);
            let wide: [u16; 16] = std::array::from_fn(|i| u16::from(src[i % 4]));
            let (chunks, tail) = dst.as_chunks_mut::<16>();
            for chunk in chunks {
                for (d, s) in chunk.iter_mut().zip(wide) {
                    *d = (s + div255_narrow(u16::from(*d) * rest)) as u8;
                }
            }
            for d in tail.as_chunks_mut::<4>().0 {
                over(d, src);
            }
        }
    }
}

/// A row of pixels over another. Runs that are opaque, or nothing, are known four pixels at a time.
pub fn row(dst: &mut [u8], src: &[u8]) {
    let (fours, tail) = dst.as_chunks_mut::<16>();
    let (sources, rest) = src.as_chunks::<16>();
    for (d, s) in fours.iter_mut().zip(sources) {
        match [s[3], s[7], s[11], s[15]] {
            [0, 0, 0, 0] if *s == [0; 16] => {}
            [255, 255, 255, 255] => *d = *s,
            _ => row_of(d, s),
        }
    }
    row_of(tail, rest);
}

#[inline(always)]
fn row_of(dst: &mut [u8], src: &[u8]) {
    for (d, s) in dst.as_chunks_mut::<4>().0.iter_mut().zip(src.as_chunks::<4>().0) {
        let rest = 255 - u16::from(s[3]);
        for i in 0..4 {
            d[i] = u16::from(s[i]).wrapping_add(div255_narrow(u16::from(d[i]) * rest)).min(255) as u8;
        }
    }
}

/// Of a row of pixels stays what another one covers.
pub fn keep(dst: &mut [u8], src: &[u8]) {
    for (d, s) in dst.chunks_exact_mut(4).zip(src.chunks_exact(4)) {
        fade_row(d, u32::from(s[3]));
    }
}

/// A row of pixels in place of another one, less where that is.
pub fn outside(dst: &mut [u8], src: &[u8]) {
    for (d, s) in dst.chunks_exact_mut(4).zip(src.chunks_exact(4)) {
        let rest = 255 - u32::from(d[3]);
        d.copy_from_slice(&fade([s[0], s[1], s[2], s[3]], rest));
    }
}

/// Two rows of pixels, each less where the other one is.
pub fn exclude(dst: &mut [u8], src: &[u8]) {
    for (d, s) in dst.chunks_exact_mut(4).zip(src.chunks_exact(4)) {
        let (below, above) = (255 - u32::from(d[3]), 255 - u32::from(s[3]));
        for (d, s) in d.iter_mut().zip(s) {
            *d = (div255(u32::from(*s) * below) + div255(u32::from(*d) * above)).min(255) as u8;
        }
    }
}

/// One premultiplied colour through a row of coverage, four pixels at a time: most of a mask is nothing or whole.
#[inline]
pub fn mask(dst: &mut [u8], coverage: &[u8], color: [u8; 4]) {
    let wide: [u16; 16] = std::array::from_fn(|i| u16::from(color[i % 4]));
    let opaque: [u8; 16] = std::array::from_fn(|i| color[i % 4]);
    let alpha = u16::from(color[3]);
    let (chunks, tail) = dst.as_chunks_mut::<16>();
    let (fours, rest) = coverage.as_chunks::<4>();
    for (d, m) in chunks.iter_mut().zip(fours) {
        match *m {
            [0, 0, 0, 0] => {}
            [255, 255, 255, 255] if alpha == 255 => *d = opaque,
            _ => {
                let m: [u16; 16] = std::array::from_fn(|i| u16::from(m[i / 4]));
                for ((d, m), s) in d.iter_mut().zip(m).zip(wide) {
                    let rest = 255 - div255_narrow(alpha * m);
                    *d = (div255_narrow(s * m) + div255_narrow(u16::from(*d) * rest)) as u8;
                }
            }
        }
    }
    for (d, &m) in tail.as_chunks_mut::<4>().0.iter_mut().zip(rest) {
        mask_pixel(d, m, color);
    }
}

/// One premultiplied colour through one coverage.
#[inline(always)]
fn mask_pixel(d: &mut [u8], m: u8, color: [u8; 4]) {
    match m {
        0 => {}
        255 => over(d, color),
        _ => over(d, fade(color, u32::from(m))),
    }
}

/// All of a pixel in fine levels.
pub const WHOLE: u16 = 255 << 8;

/// A sum of channels times fine levels as a channel.
#[inline(always)]
fn of_fine(sum: u32) -> u8 {
    let whole = u32::from(WHOLE);
    ((sum + whole / 2) / whole).min(255) as u8
}

/// One premultiplied colour through a row of fine levels.
pub fn edge(dst: &mut [u8], levels: &[u16], color: [u8; 4]) {
    for (d, &level) in dst.as_chunks_mut::<4>().0.iter_mut().zip(levels) {
        over(d, color.map(|v| of_fine(u32::from(v) * u32::from(level))));
    }
}

/// A ring and what it leaves of a shape, each in its colour: fine levels of the shape and of the hole in the ring.
pub fn ring(dst: &mut [u8], (outer, inner): (&[u16], &[u16]), line: [u8; 4], fill: [u8; 4]) {
    let (line, fill) = (line.map(u32::from), fill.map(u32::from));
    for ((d, &outer), &inner) in dst.as_chunks_mut::<4>().0.iter_mut().zip(outer).zip(inner) {
        let of_line = u32::from(outer - inner.min(outer));
        let of_fill = u32::from(outer) - (line[3] * of_line + 127) / 255;
        over(d, std::array::from_fn(|i| of_fine(line[i] * of_line + fill[i] * of_fill)));
    }
}

/// A row of pixels times one coverage.
pub fn fade_row(row: &mut [u8], coverage: u32) {
    let coverage = coverage.min(255) as u16;
    for v in row {
        let t = u16::from(*v) * coverage + 128;
        *v = ((t + (t >> 8)) >> 8) as u8;
    }
}

/// A coverage in 0..=1 as 0..=255.
#[inline(always)]
pub fn level(coverage: f32) -> u32 {
    (coverage * 255.0 + 0.5) as u32
}

/// A premultiplied colour of numbers as bytes.
#[inline(always)]
pub fn bytes(c: [f32; 4]) -> [u8; 4] {
    c.map(|v| (v * 255.0 + 0.5) as u8)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn division_by_255_rounds() {
        for v in 0..=65025u32 {
            assert_eq!(div255(v), (v * 2 + 255) / 510, "{v}");
        }
    }

    #[test]
    fn rows_and_single_pixels_blend_alike() {
        for a in [0u8, 1, 77, 128, 254, 255] {
            let src = premultiply([200, 30, 90, a]);
            let mut one = [13u8, 250, 99, 255].repeat(9);
            let mut many = one.clone();
            let mut rows = one.clone();
            one.chunks_exact_mut(4).for_each(|d| over(d, src));
            fill(&mut many, src);
            row(&mut rows, &src.repeat(9));
            assert_eq!(one, many);
            assert_eq!(one, rows);
        }
    }

    #[test]
    fn masks_blend_pixel_by_pixel_as_single_pixels_do() {
        let coverage: Vec<u8> = [0, 0, 0, 0, 255, 255, 255, 255, 3, 0, 77, 255, 128, 254, 1, 9, 255, 0, 40].to_vec();
        for a in [0u8, 1, 77, 254, 255] {
            let color = premultiply([200, 30, 90, a]);
            for skip in 0..5 {
                let coverage = &coverage[skip..];
                let mut many: Vec<u8> = (0..coverage.len() * 4).map(|i| (i * 37) as u8).collect();
                let mut one = many.clone();
                mask(&mut many, coverage, color);
                one.chunks_exact_mut(4).zip(coverage).for_each(|(d, m)| over(d, fade(color, u32::from(*m))));
                assert_eq!(one, many, "{a} {skip}");
            }
        }
    }

    #[test]
    fn edges_round_once_and_whole_levels_are_the_colour_itself() {
        for a in [0u8, 90, 255] {
            let color = premultiply([200, 30, 90, a]);
            for level in (0..=WHOLE).step_by(97).chain([WHOLE]) {
                let (mut is, mut ring_is) = ([0u8; 4], [0u8; 4]);
                edge(&mut is, &[level], color);
                let exact = color.map(|v| (f64::from(v) * f64::from(level) / f64::from(WHOLE) + 0.5).floor() as u8);
                assert_eq!(is, exact, "{level}");
                // A ring without a hole is its line, one that is all hole the fill.
                ring(&mut ring_is, (&[level], &[0]), color, [9, 9, 9, 9]);
                if a == 255 {
                    assert_eq!(ring_is, is, "{level}");
                }
                ring_is = [0; 4];
                ring(&mut ring_is, (&[level], &[WHOLE]), [9, 9, 9, 9], color);
                assert_eq!(ring_is, is, "{level}");
            }
        }
    }

    #[test]
    fn rows_of_all_kinds_blend_as_single_pixels_do() {
        let alphas = [0u8, 0, 0, 0, 255, 255, 255, 255, 0, 255, 128, 4, 3, 0, 255];
        let source: Vec<u8> = alphas.iter().flat_map(|a| premultiply([250, 3, 99, *a])).collect();
        let mut many: Vec<u8> = (0..source.len()).map(|i| (i * 11) as u8).collect();
        let mut one = many.clone();
        row(&mut many, &source);
        one.chunks_exact_mut(4).zip(source.as_chunks::<4>().0).for_each(|(d, s)| over(d, *s));
        assert_eq!(one, many);
    }

    #[test]
    fn opaque_over_anything_is_itself_and_transparent_changes_nothing() {
        let mut d = [1, 2, 3, 4];
        over(&mut d, [0; 4]);
        assert_eq!(d, [1, 2, 3, 4]);
        over(&mut d, [9, 8, 7, 255]);
        assert_eq!(d, [9, 8, 7, 255]);
    }
}
