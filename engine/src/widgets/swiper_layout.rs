//! Where the items of a swiper stand, and how they look there: side by side, as a stack of cards, or changed by how far
//! they are from the middle.
//!
//! The ways are those of the swiper of Skyline: its stacks and transformers are those of Flutter's `card_swiper`. All are
//! functions of the distance of an item from the current one, in items: negative before it, positive behind it.

use crate::paint::geometry::{Affine, Point};
use pellicle_layout::document::{Document, NodeId};

/// `layout-type`, with `transformer-type`.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub enum SwiperLayout {
    /// Side by side.
    #[default]
    Normal,
    /// Cards that show behind the current one at its left; the next one comes from the right.
    StackLeft,
    /// Cards that show behind the current one at its right; the next one comes from the left.
    StackRight,
    /// Cards that show above the current one; the next one comes turned, from the right.
    Tinder,
    /// Neighbours are smaller and pale.
    ScaleAndFade,
    /// Pages fold up at their sides.
    Accordion,
    /// Pages turn about their common edge.
    ThreeD,
    /// The next page grows in its place.
    ZoomIn,
    /// Pages become smaller and pale on their way.
    ZoomOut,
    /// The next page comes from the depth.
    Deepth,
}

/// An item in its frame.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct ItemFrame {
    /// Its size, logical px.
    pub size: (f32, f32),
    /// The fixed point of its transform, from its left top corner.
    pub origin: (f32, f32),
    /// Width of the swiper, or its height where it is vertical, logical px.
    pub room: f32,
    /// The swiper goes up and down.
    pub vertical: bool,
    /// By how much all items are moved along it, logical px.
    pub by: f32,
}

/// Opacity and order of an item.
#[derive(Clone, Copy, PartialEq, Debug)]
pub struct ItemLook {
    /// From 0 to 1.
    pub opacity: f32,
    /// Its level among the items: higher ones lie over lower ones.
    pub level: i32,
}

/// What a stack does with cards at distances from -3 to 2.
struct Stack {
    scale: [f32; 6],
    opacity: [f32; 6],
    /// Along the swiper: thirds of the room beside the item, and whole rooms.
    along: [(f32, f32); 6],
    /// Across it, logical px.
    across: [f32; 6],
    /// Degrees.
    turn: [f32; 6],
}

const CARDS: Stack = Stack {
    scale: [0.7, 0.8, 0.9, 1.0, 1.0, 1.0],
    opacity: [0.0, 0.5, 1.0, 1.0, 1.0, 0.0],
    along: [(-3.0, 0.0), (-2.0, 0.0), (-1.0, 0.0), (0.0, 0.0), (0.0, 1.0), (0.0, 1.0)],
    across: [0.0; 6],
    turn: [0.0; 6],
};

const TINDER: Stack = Stack {
    scale: [0.8, 0.8, 0.85, 0.9, 1.0, 1.0],
    opacity: [0.0, 0.9, 0.9, 1.0, 0.0, 0.0],
    along: [(0.0, 0.0), (0.0, 0.0), (0.0, 0.0), (0.0, 0.0), (0.0, 1.0), (0.0, 1.0)],
    across: [0.0, 0.0, -5.0, -10.0, -15.0, -20.0],
    turn: [0.0, 0.0, 0.0, 0.0, 20.0, 25.0],
};

/// The value at a distance, between those of whole distances.
fn between<T: Copy>(values: &[T; 6], distance: f32, mix: impl Fn(T, T, f32) -> T) -> T {
    let at = (distance + 3.0).clamp(0.0, 5.0);
    let first = (at.floor() as usize).min(4);
    mix(values[first], values[first + 1], at - first as f32)
}

fn mix(a: f32, b: f32, part: f32) -> f32 {
    a + (b - a) * part
}

impl SwiperLayout {
    /// That of a swiper.
    pub fn of(document: &Document, swiper: NodeId) -> SwiperLayout {
        let text = |name: &str| document.attribute(swiper, name).map(|value| value.to_text());
        match text("layout-type").as_deref() {
            Some("stackLeft") => SwiperLayout::StackLeft,
            Some("stackRight") => SwiperLayout::StackRight,
            Some("tinder") => SwiperLayout::Tinder,
            Some("transformer") => match text("transformer-type").as_deref() {
                Some("accordion") => SwiperLayout::Accordion,
                Some("threeD") => SwiperLayout::ThreeD,
                Some("zoomIn") => SwiperLayout::ZoomIn,
                Some("zoomOut") => SwiperLayout::ZoomOut,
                Some("deepth") => SwiperLayout::Deepth,
                _ => SwiperLayout::ScaleAndFade,
            },
            _ => SwiperLayout::Normal,
        }
    }

    /// True if a finger goes the other way to bring the next item.
    pub fn is_reversed(self) -> bool {
        self == SwiperLayout::StackRight
    }

    fn stack(self) -> Option<&'static Stack> {
        match self {
            SwiperLayout::StackLeft | SwiperLayout::StackRight => Some(&CARDS),
            SwiperLayout::Tinder => Some(&TINDER),
            _ => None,
        }
    }

    /// How far an item is from a position (both in items) in a swiper of `count`, of which `shown` are seen at once.
    pub fn distance(self, index: usize, position: f32, count: usize, shown: f32, circular: bool) -> f32 {
        let distance = index as f32 - position;
        if !circular {
            return distance;
        }
        let count = count.max(1) as f32;
        // In a circle an item stands where it is nearest to the middle of those that are seen: of a stack, one before it.
        let middle = match self.stack() {
            Some(_) => (3.0 - count) / 2.0,
            None => (shown - 1.0) / 2.0,
        };
        distance - ((distance - middle) / count).round() * count
    }

    /// The map of an item at a distance, about the fixed point of its transform.
    pub fn matrix(self, distance: f32, frame: &ItemFrame) -> Affine {
        let (width, height) = frame.size;
        let length = if frame.vertical { height } else { width };
        let beside = distance * length + frame.by;
        // A map about a point of the item (parts of its size), moved along the swiper and across it.
        let about = |at: (f32, f32), inner: Affine, along: f32, across: f32| {
            let point = Point::new(at.0 * width - frame.origin.0, at.1 * height - frame.origin.1);
            let moved = if frame.vertical { (across, along) } else { (along, across) };
            Affine::translation(moved.0 + point.x, moved.1 + point.y)
                .then_inner(&inner)
                .then_inner(&Affine::translation(-point.x, -point.y))
        };
        let scaled = |at, scale: f32, along| about(at, Affine::scaling(scale, scale), along, 0.0);
        const MIDDLE: (f32, f32) = (0.5, 0.5);
        let d = distance;
        if let Some(stack) = self.stack() {
            if self.opacity(d) <= 0.0 {
                return Affine::scaling(0.0, 0.0);
            }
            let side = if self.is_reversed() { -1.0 } else { 1.0 };
            let third = ((frame.room - length) / 6.0).max(0.0);
            let way = |at: (f32, f32)| side * (at.0 * third + at.1 * frame.room);
            let along = between(&stack.along, d, |a, b, part| (mix(a.0, b.0, part), mix(a.1, b.1, part)));
            let at = match (self, frame.vertical) {
                (SwiperLayout::Tinder, false) => (0.5, 1.0),
                (SwiperLayout::Tinder, true) => (1.0, 0.5),
                (SwiperLayout::StackRight, false) => (1.0, 0.5),
                (SwiperLayout::StackRight, true) => (0.5, 1.0),
                (_, false) => (0.0, 0.5),
                (_, true) => (0.5, 0.0),
            };
            let scale = between(&stack.scale, d, mix);
            let (sin, cos) = between(&stack.turn, d, mix).to_radians().sin_cos();
            let turned = Affine::new(cos * scale, sin * scale, -sin * scale, cos * scale, 0.0, 0.0);
            return about(at, turned, way(along) + frame.by, between(&stack.across, d, mix));
        }
        match self {
            SwiperLayout::ScaleAndFade => scaled(MIDDLE, 0.8 + (1.0 - d.abs()).max(0.0) * 0.2, beside),
            SwiperLayout::Accordion => {
                scaled(if d < 0.0 { (1.0, 0.0) } else { (0.0, 1.0) }, (1.0 - d.abs()).max(0.0), beside)
            }
            SwiperLayout::ThreeD => {
                let edge = if d < 0.0 { 1.0 } else { 0.0 };
                let narrow = (d.clamp(-1.0, 1.0) * 1.5).cos();
                match frame.vertical {
                    true => about((0.5, edge), Affine::scaling(1.0, narrow), beside, 0.0),
                    false => about((edge, 0.5), Affine::scaling(narrow, 1.0), beside, 0.0),
                }
            }
            SwiperLayout::ZoomIn if d > 0.0 => scaled(MIDDLE, (1.0 - d).max(0.0), frame.by),
            SwiperLayout::Deepth if d > 0.0 => scaled(MIDDLE, 0.75 + 0.25 * (1.0 - d).max(0.0), frame.by),
            SwiperLayout::ZoomOut => {
                let scale = (1.0 - d.abs()).max(0.85);
                let margins = (width * (1.0 - scale) / 2.0, height * (1.0 - scale) / 2.0);
                let (own, other) = if frame.vertical { (margins.1, margins.0) } else { margins };
                let nearer = if d.abs() <= 1.0 { -d.signum() * (own - other / 2.0) } else { 0.0 };
                scaled(MIDDLE, scale, beside + nearer)
            }
            _ => about(MIDDLE, Affine::IDENTITY, beside, 0.0),
        }
    }

    fn opacity(self, d: f32) -> f32 {
        let nearness = (1.0 - d.abs()).max(0.0);
        match self {
            SwiperLayout::ScaleAndFade => 0.3 + nearness * 0.7,
            SwiperLayout::ZoomOut => 1.0 - (1.0 - nearness).min(0.15) / 0.15 * 0.5,
            SwiperLayout::Deepth if d > 0.0 => nearness,
            _ => self.stack().map_or(1.0, |stack| match d {
                d if (-3.0..=2.0).contains(&d) => between(&stack.opacity, d, mix),
                _ => 0.0,
            }),
        }
    }

    /// How an item looks at a distance.
    pub fn look(self, d: f32) -> ItemLook {
        let level = match self {
            _ if self.stack().is_some() => ((d.clamp(-1e4, 1e4) + 1e4) * 64.0) as i32,
            // What comes from the depth lies below.
            SwiperLayout::Deepth => ((1e4 - d.clamp(-1e4, 1e4)) * 64.0) as i32,
            _ => 0,
        };
        ItemLook { opacity: self.opacity(d), level }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const FRAME: ItemFrame =
        ItemFrame { size: (240.0, 100.0), origin: (120.0, 50.0), room: 300.0, vertical: false, by: 0.0 };

    /// Where the left top and the right bottom corner of an item come to lie.
    fn corners(layout: SwiperLayout, d: f32) -> [(i32, i32); 2] {
        let matrix = layout.matrix(d, &FRAME);
        [(-120.0, -50.0), (120.0, 50.0)].map(|(x, y)| {
            let at = matrix.apply(Point::new(x, y));
            ((at.x + 120.0).round() as i32, (at.y + 50.0).round() as i32)
        })
    }

    #[test]
    fn the_current_item_fills_its_frame_but_for_tinder() {
        use SwiperLayout::*;
        for layout in [Normal, StackLeft, StackRight, ScaleAndFade, Accordion, ThreeD, ZoomIn, ZoomOut, Deepth] {
            assert_eq!(corners(layout, 0.0), [(0, 0), (240, 100)], "{layout:?}");
            assert_eq!(layout.look(0.0).opacity, 1.0);
        }
        // A tenth smaller above its lower edge, and 10 px higher.
        assert_eq!(corners(Tinder, 0.0), [(12, 0), (228, 90)]);
    }

    #[test]
    fn cards_show_at_the_side_of_the_one_that_lies_over_them() {
        // A third of the 30 px beside the item, nine tenths as large about the middle of its side.
        assert_eq!(corners(SwiperLayout::StackLeft, -1.0), [(-10, 5), (206, 95)]);
        assert_eq!(corners(SwiperLayout::StackRight, -1.0), [(34, 5), (250, 95)]);
        assert_eq!(corners(SwiperLayout::StackLeft, 1.0)[0], (300, 0));
        assert_eq!(corners(SwiperLayout::StackLeft, 0.5)[0], (150, 0));
        let (below, above) = (SwiperLayout::StackLeft.look(-1.0), SwiperLayout::StackLeft.look(0.0));
        assert!(below.level < above.level && SwiperLayout::StackLeft.look(-3.0).opacity == 0.0);
    }

    #[test]
    fn transformers_change_what_is_not_in_the_middle() {
        assert_eq!(corners(SwiperLayout::ScaleAndFade, 1.0), [(264, 10), (456, 90)]);
        assert_eq!(corners(SwiperLayout::ZoomIn, 0.5), [(60, 25), (180, 75)]);
        assert_eq!(corners(SwiperLayout::Accordion, 0.5), [(120, 50), (240, 100)]);
        assert!((SwiperLayout::ScaleAndFade.look(-1.0).opacity - 0.3).abs() < 1e-6);
        assert_eq!(SwiperLayout::ZoomOut.look(0.6).opacity, 0.5);
    }

    #[test]
    fn in_a_circle_one_card_waits_and_the_others_lie_below() {
        let distances = |layout: SwiperLayout| -> Vec<i32> {
            (0..4).map(|index| layout.distance(index, 0.0, 4, 1.0, true).round() as i32).collect()
        };
        assert_eq!(distances(SwiperLayout::StackLeft), [0, 1, -2, -1]);
        assert_eq!(SwiperLayout::Normal.distance(3, 0.0, 4, 1.0, true), -1.0);
        assert_eq!(SwiperLayout::Normal.distance(3, 0.0, 4, 1.0, false), 3.0);
    }
}
