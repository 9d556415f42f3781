//! Pixels put together with those below (Compositing and Blending 1, section 9). All are premultiplied RGBA.

use crate::cpu::PixelOrder;
use crate::cpu::blend::div255;
use crate::cpu::modes;
use pellicle_script::capability::canvas::Composite;

type Pixel = [u8; 4];

/// True if pixels change where nothing is drawn.
pub fn is_unbounded(composite: Composite) -> bool {
    matches!(
        composite,
        Composite::SourceIn
            | Composite::SourceOut
            | Composite::DestinationIn
            | Composite::DestinationAtop
            | Composite::Copy
    )
}

fn sum(s: Pixel, fs: u8, d: Pixel, fd: u8) -> Pixel {
    std::array::from_fn(|i| {
        let both = u32::from(s[i]) * u32::from(fs) + u32::from(d[i]) * u32::from(fd);
        div255(both.min(65025)) as u8
    })
}

/// A pixel on another.
#[inline]
pub fn pixel(composite: Composite, s: Pixel, d: Pixel) -> Pixel {
    let (sa, da) = (s[3], d[3]);
    let (fs, fd) = match composite {
        Composite::SourceOver => (255, 255 - sa),
        Composite::SourceIn => (da, 0),
        Composite::SourceOut => (255 - da, 0),
        Composite::SourceAtop => (da, 255 - sa),
        Composite::DestinationOver => (255 - da, 255),
        Composite::DestinationIn => (0, sa),
        Composite::DestinationOut => (0, 255 - sa),
        Composite::DestinationAtop => (255 - da, sa),
        Composite::Lighter => (255, 255),
        Composite::Copy => (255, 0),
        Composite::Xor => (255 - da, 255 - sa),
        Composite::Blend(mode) => {
            let blended = if sa == 0 || da == 0 { s } else { modes::pixel(PixelOrder::Rgba, s, d, mode) };
            return sum(blended, 255, d, 255 - sa);
        }
    };
    sum(s, fs, d, fd)
}

/// A pixel between two, by a share in 255ths.
pub fn mix(from: Pixel, to: Pixel, share: u8) -> Pixel {
    sum(to, share, from, 255 - share)
}
