//! Colours of the form controls where the author sets none: those of the platform, in the light and in the dark.

use pellicle_layout::document::Document;
use pellicle_layout::style::computed::Color;

/// The colours of the form controls.
pub(super) struct Shades {
    /// A switch that is on.
    pub switch_on: Color,
    /// The edge of a switch that is off, or all of it.
    pub switch_off: Color,
    /// The ground of a switch that is off.
    pub switch_ground: Color,
    /// The edge of a mark.
    pub mark_edge: Color,
    /// The ground of a mark.
    pub mark_ground: Color,
    /// The ground of a mark that cannot be set.
    pub mark_disabled: Color,
    /// The tick on that.
    pub tick_disabled: Color,
    /// A mark that is set.
    pub mark_on: Color,
    /// The track of a slider.
    pub track: Color,
    /// The part of it up to the knob.
    pub track_on: Color,
    /// The bar of a `progress`.
    pub bar: Color,
    /// The part of it that is done.
    pub bar_on: Color,
    /// Scroll bars, opaque.
    pub scroll_bar: Color,
}

const LIGHT: Shades = Shades {
    switch_on: Color::rgba(0x04, 0xbe, 0x02, 255),
    switch_off: Color::rgba(0xdf, 0xdf, 0xdf, 255),
    switch_ground: Color::rgba(0xfd, 0xfd, 0xfd, 255),
    mark_edge: Color::rgba(0xd1, 0xd1, 0xd1, 255),
    mark_ground: Color::WHITE,
    mark_disabled: Color::rgba(0xe1, 0xe1, 0xe1, 255),
    tick_disabled: Color::rgba(0xad, 0xad, 0xad, 255),
    mark_on: Color::rgba(0x09, 0xbb, 0x07, 255),
    track: Color::rgba(0xe9, 0xe9, 0xe9, 255),
    track_on: Color::rgba(0x1a, 0xad, 0x19, 255),
    bar: Color::rgba(0xeb, 0xeb, 0xeb, 255),
    bar_on: Color::rgba(0x09, 0xbb, 0x07, 255),
    scroll_bar: Color::BLACK,
};

/// WeUI's brand colour.
const BRAND: Color = Color::rgba(0x07, 0xc1, 0x60, 255);

/// White of some opacity, of 255: the foregrounds of WeUI's dark theme.
const fn white(opacity: u8) -> Color {
    Color::rgba(255, 255, 255, opacity)
}

const DARK: Shades = Shades {
    switch_on: BRAND,
    switch_off: white(26),
    switch_ground: Color::TRANSPARENT,
    mark_edge: white(77),
    mark_ground: Color::TRANSPARENT,
    mark_disabled: white(26),
    tick_disabled: white(77),
    mark_on: BRAND,
    track: white(26),
    track_on: BRAND,
    bar: Color::rgba(0x11, 0x11, 0x11, 255),
    bar_on: BRAND,
    scroll_bar: Color::WHITE,
};

/// The colours of the form controls of a document.
pub(super) fn of(doc: &Document) -> &'static Shades {
    if doc.has_dark_components() { &DARK } else { &LIGHT }
}
