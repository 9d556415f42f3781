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

/// One colour over a row.
pub fn fill(dst: &mut [u8], src: [u8; 4]) {
    match src[3] {
        0 => {}
        255 => {
            for d in dst.chunks_exact_mut(4) {
                d.copy_from_slice(&src);
            }
        }
        a => {
            let rest = 255 - u16::from(a);
            let mut wide = [0u16; 16];
            for (w, s) in wide.iter_mut().zip(src.iter().cycle()) {
                *w = u16::from(*s);
            }
            let mut chunks = dst.chunks_exact_mut(16);
            for chunk in &mut chunks {
                for (d, s) in chunk.iter_mut().zip(&wide) {
                    let t = u16::from(*d) * rest + 128;
                    *d = (*s + ((t + (t >> 8)) >> 8)) as u8;
                }
            }
            for d in chunks.into_remainder().chunks_exact_mut(4) {
                over(d, src);
            }
        }
    }
}

/// A row of pixels over another.
pub fn row(dst: &mut [u8], src: &[u8]) {
    for (d, s) in dst.chunks_exact_mut(4).zip(src.chunks_exact(4)) {
        let rest = 255 - u16::from(s[3]);
        for i in 0..4 {
            let t = u16::from(d[i]) * rest + 128;
            d[i] = u16::from(s[i]).wrapping_add((t + (t >> 8)) >> 8).min(255) as u8;
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

/// One premultiplied colour through a row of coverage.
pub fn mask(dst: &mut [u8], coverage: &[u8], color: [u8; 4]) {
    for (d, &m) in dst.chunks_exact_mut(4).zip(coverage) {
        match m {
            0 => {}
            255 => over(d, color),
            _ => over(d, fade(color, u32::from(m))),
        }
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
    fn opaque_over_anything_is_itself_and_transparent_changes_nothing() {
        let mut d = [1, 2, 3, 4];
        over(&mut d, [0; 4]);
        assert_eq!(d, [1, 2, 3, 4]);
        over(&mut d, [9, 8, 7, 255]);
        assert_eq!(d, [9, 8, 7, 255]);
    }
}
