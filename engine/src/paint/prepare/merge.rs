//! Surfaces that are put together, so that a GPU needs fewer passes and calls.
//!
//! A page has several of the same layers beside each other: masked icons, spinners, faded rows. Those that touch none of
//! the same pixels are drawn on one surface: one pass clears and draws all of them, and their surroundings read one
//! texture. Pixels are the same ones; a layer still ends where its own surface ended.

use super::prim::{Prim, PrimKind};
use super::{Frame, Pass};
use crate::paint::geometry::DeviceRect;

/// A surface that others are put onto may have so many times their pixels.
const SPARSE: i64 = 16;
/// Or as many as these, which cost next to nothing.
const FEW_PIXELS: i64 = 1 << 16;
/// Groups of a frame, and surfaces of a group: what is there already is looked through for each new one.
const MOST: usize = 32;

/// What a frame does with a surface.
#[derive(Clone, Copy, Default)]
struct Use {
    /// The pass that draws it, and its primitives.
    drawn: Option<(u32, (u32, u32))>,
    /// Something else than a primitive reads or makes it, or it is drawn more than once.
    apart: bool,
    /// The last pass that makes it.
    ready: u32,
    /// The group that it went into.
    group: Option<u32>,
}

/// Surfaces that become one.
#[derive(Default)]
struct Group {
    /// The pass that draws them: the first one's.
    pass: u32,
    rect: DeviceRect,
    /// Pixels of the surfaces alone.
    pixels: i64,
    members: Vec<u32>,
}

impl Group {
    /// Pixels that putting together has taken so far.
    fn spent(&self) -> i64 {
        if self.members.len() > 1 { self.rect.area() } else { 0 }
    }
}

/// Puts surfaces together. It keeps its memory from frame to frame.
#[derive(Default)]
pub(super) struct Merger {
    uses: Vec<Use>,
    groups: Vec<Group>,
    /// How many of `groups` are of this frame.
    count: usize,
    prims: Vec<Prim>,
}

impl Merger {
    /// Puts together what can be of a frame, on surfaces of at most `most` pixels in all and `max_side` px a side: what is
    /// put together is there until the last of it is read.
    pub(super) fn merge(&mut self, frame: &mut Frame, most: i64, max_side: u32) {
        // The target, and two that could be one.
        if frame.surfaces.len() < 3 {
            return;
        }
        self.find_uses(frame);
        self.find_groups(frame, most, max_side);
        if self.groups[..self.count].iter().any(|group| group.members.len() > 1) {
            self.apply(frame);
        }
    }

    fn find_uses(&mut self, frame: &Frame) {
        let uses = &mut self.uses;
        uses.clear();
        uses.resize(frame.surfaces.len(), Use::default());
        for (index, pass) in (0u32..).zip(&frame.passes) {
            let mut apart = |surface: u32| {
                if let Some(used) = uses.get_mut(surface as usize) {
                    (used.apart, used.ready) = (true, index);
                }
            };
            match pass {
                Pass::Draw { surface, prims, .. } => {
                    if frame.surfaces[*surface as usize].step > 1 || uses[*surface as usize].drawn.is_some() {
                        uses[*surface as usize].apart = true;
                    }
                    uses[*surface as usize].drawn = Some((index, (prims.start, prims.end)));
                    uses[*surface as usize].ready = index;
                }
                Pass::Mesh { surface, .. } => apart(*surface),
                Pass::Blend { from, under, to, .. } => [from, under, to].into_iter().for_each(|s| apart(*s)),
                Pass::Copy { from, to } | Pass::Blur { from, to, .. } => [from, to].into_iter().for_each(|s| apart(*s)),
            }
        }
        // The target stays the target, and what is kept from frame to frame is nobody else's.
        uses[0].apart = true;
        for kept in &frame.kept {
            uses[kept.surface as usize].apart = true;
        }
    }

    fn find_groups(&mut self, frame: &Frame, most: i64, max_side: u32) {
        self.count = 0;
        let mut spent = 0;
        for (index, pass) in (0u32..).zip(&frame.passes) {
            let Pass::Draw { surface, prims, .. } = pass else { continue };
            if self.uses[*surface as usize].apart {
                continue;
            }
            let rect = frame.surfaces[*surface as usize].rect;
            // What it reads must be there when the group is drawn.
            let own = &frame.prims[prims.start as usize..prims.end as usize];
            let read = own.iter().filter(|p| p.kind() == PrimKind::Layer);
            let ready = read.map(|p| self.ready(p.params[0]) + 1).max().unwrap_or(0);
            let fits = |group: &Group| {
                let both = group.rect.union(&rect);
                ready <= group.pass
                    && group.members.len() < MOST
                    && both.width().max(both.height()) as u32 <= max_side
                    && both.area() <= ((group.pixels + rect.area()) * SPARSE).max(FEW_PIXELS)
                    && spent + both.area() - group.spent() <= most
                    && group.members.iter().all(|m| frame.surfaces[*m as usize].rect.intersect(&rect).is_empty())
            };
            let at = match self.groups[..self.count].iter().position(fits) {
                Some(at) => {
                    let group = &mut self.groups[at];
                    let both = group.rect.union(&rect);
                    spent += both.area() - group.spent();
                    (group.rect, group.pixels) = (both, group.pixels + rect.area());
                    at
                }
                None if self.count < MOST => {
                    if self.count == self.groups.len() {
                        self.groups.push(Group::default());
                    }
                    let group = &mut self.groups[self.count];
                    (group.pass, group.rect, group.pixels) = (index, rect, rect.area());
                    group.members.clear();
                    self.count += 1;
                    self.count - 1
                }
                None => continue,
            };
            self.groups[at].members.push(*surface);
            self.uses[*surface as usize].group = Some(at as u32);
        }
    }

    /// The pass after which a surface is there.
    fn ready(&self, surface: i32) -> u32 {
        let used = self.uses.get(surface.max(0) as usize).copied().unwrap_or_default();
        used.group.map_or(used.ready, |group| self.groups[group as usize].pass)
    }

    /// Rewrites the passes: the first surface of a group stands for all of it.
    fn apply(&mut self, frame: &mut Frame) {
        let Merger { uses, groups, prims: out, .. } = self;
        let (surfaces, all) = (&frame.surfaces, &frame.prims);
        let group_of = |surface: i32| {
            let used = uses.get(surface.max(0) as usize)?;
            Some(&groups[used.group? as usize])
        };
        // The same primitive, reading from where its surface is now.
        let moved = |prim: &Prim| {
            let mut prim = *prim;
            if prim.kind() == PrimKind::Layer
                && let Some(group) = group_of(prim.params[0])
            {
                let own = surfaces[prim.params[0].max(0) as usize].rect;
                let at = (own.x0 - group.rect.x0, own.y0 - group.rect.y0);
                (prim.params[0], prim.params[2], prim.params[3]) = (group.members[0] as i32, at.0, at.1);
            }
            prim
        };
        out.clear();
        let mut index = 0;
        frame.passes.retain_mut(|pass| {
            index += 1;
            let Pass::Draw { surface, prims, .. } = pass else { return true };
            let start = out.len() as u32;
            match group_of(*surface as i32) {
                Some(group) if group.pass != index - 1 => return false,
                Some(group) => {
                    for member in &group.members {
                        let Some((_, (from, to))) = uses[*member as usize].drawn else { continue };
                        let rect = surfaces[*member as usize].rect;
                        // Nothing was drawn beside its surface. Now there are neighbours.
                        out.extend(all[from as usize..to as usize].iter().filter_map(|p| {
                            let cut = p.rect().intersect(&rect);
                            let bounds = [cut.x0, cut.y0, cut.x1, cut.y1];
                            (!cut.is_empty()).then(|| moved(&Prim { bounds, ..*p }))
                        }));
                    }
                }
                None => out.extend(all[prims.start as usize..prims.end as usize].iter().map(moved)),
            }
            *prims = start..out.len() as u32;
            true
        });
        std::mem::swap(&mut frame.prims, out);
        for group in &groups[..self.count] {
            for member in &group.members {
                frame.surfaces[*member as usize].rect = DeviceRect::default();
            }
            frame.surfaces[group.members[0] as usize].rect = group.rect;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::paint::prepare::Surface;
    use proptest::prelude::*;

    const SIDE: i32 = 400;

    /// A surface: where it is, and which of those before it it shows.
    type Drawn = ((i32, i32, i32), Vec<prop::sample::Index>, bool);

    /// A frame of these surfaces and a picture that shows all of them; some are blurred first. Each primitive bears its
    /// number, and those of layers the surface that they read.
    fn frame(drawn: &[Drawn]) -> Frame {
        let mut frame = Frame::default();
        let whole = DeviceRect::new(0, 0, SIDE, SIDE);
        frame.surfaces.push(Surface { rect: whole, step: 1 });
        let add = |frame: &mut Frame, surface: usize, shown: &[u32]| {
            let start = frame.prims.len() as u32;
            let rect = frame.surfaces[surface].rect;
            let bounds = |r: DeviceRect| [r.x0, r.y0, r.x1, r.y1];
            // Masks are drawn over more than their surface.
            let wide = rect.outset(20);
            frame.prims.push(Prim { bounds: bounds(wide), kind: PrimKind::Solid as u32, ..Prim::default() });
            for read in shown {
                let params = [*read as i32, 0, 0, 0];
                let kind = PrimKind::Layer as u32;
                frame.prims.push(Prim { bounds: bounds(wide), kind, params, clip: *read, ..Prim::default() });
            }
            for (number, prim) in (start..).zip(&mut frame.prims[start as usize..]) {
                prim.data = number;
            }
            let prims = start..frame.prims.len() as u32;
            frame.passes.push(Pass::Draw { surface: surface as u32, clear: true, prims });
        };
        for ((x, y, side), shown, blurs) in drawn {
            let rect = DeviceRect::new(*x, *y, x + side, y + side);
            let surface = frame.surfaces.len();
            frame.surfaces.push(Surface { rect, step: 1 });
            let mut shown: Vec<u32> = shown.iter().map(|i| i.index(surface) as u32).filter(|i| *i > 0).collect();
            shown.sort_unstable();
            shown.dedup();
            add(&mut frame, surface, &shown);
            if *blurs {
                let to = frame.surfaces.len() as u32;
                frame.surfaces.push(Surface { rect, step: 1 });
                frame.passes.push(Pass::Blur { from: surface as u32, to, sigma: 1.0, extend: false });
            }
        }
        let all: Vec<u32> = (1..frame.surfaces.len() as u32).collect();
        add(&mut frame, 0, &all);
        frame
    }

    proptest! {
        #[test]
        fn surfaces_are_drawn_once_apart_from_their_neighbours_and_before_they_are_read(
            drawn in prop::collection::vec(
                (
                    (0..SIDE, 0..SIDE, 1..90i32),
                    prop::collection::vec(any::<prop::sample::Index>(), 0..3),
                    prop::bool::weighted(0.2),
                ),
                1..24,
            ),
        ) {
            let before = frame(&drawn);
            let mut after = before.clone();
            Merger::default().merge(&mut after, 1 << 20, SIDE as u32 + 90);
            // The surface that each primitive was drawn on.
            let mut home = vec![0; before.prims.len()];
            for pass in &before.passes {
                let Pass::Draw { surface, prims, .. } = pass else { continue };
                home[prims.start as usize..prims.end as usize].fill(*surface as usize);
            }
            let mut times = vec![0; before.prims.len()];
            let mut ready = vec![false; before.surfaces.len()];
            for pass in &after.passes {
                match pass {
                    Pass::Draw { surface, prims, .. } => {
                        let own = &after.prims[prims.start as usize..prims.end as usize];
                        let room = after.surfaces[*surface as usize].rect;
                        for (i, prim) in own.iter().enumerate() {
                            times[prim.data as usize] += 1;
                            let from = home[prim.data as usize];
                            if *surface > 0 {
                                prop_assert!(room.contains(&prim.rect().intersect(&before.surfaces[from].rect)));
                            }
                            for other in own[..i].iter().filter(|p| home[p.data as usize] != from) {
                                prop_assert!(prim.rect().intersect(&other.rect()).is_empty());
                            }
                            if prim.kind() == PrimKind::Layer {
                                // `clip` is the surface that it was to read.
                                let (was, is) = (before.surfaces[prim.clip as usize].rect, prim.params[0] as usize);
                                prop_assert!(ready[is]);
                                prop_assert_eq!(after.surfaces[is].rect.x0 + prim.params[2], was.x0);
                                prop_assert_eq!(after.surfaces[is].rect.y0 + prim.params[3], was.y0);
                                prop_assert!(after.surfaces[is].rect.contains(&was));
                            }
                        }
                        ready[*surface as usize] = true;
                    }
                    Pass::Blur { from, to, .. } => {
                        prop_assert!(ready[*from as usize]);
                        prop_assert_eq!(after.surfaces[*from as usize].rect, before.surfaces[*from as usize].rect);
                        ready[*to as usize] = true;
                    }
                    _ => {}
                }
            }
            prop_assert!(times.iter().all(|n| *n == 1), "{times:?}");
            prop_assert!(after.passes.len() <= before.passes.len());
        }
    }

    #[test]
    fn far_ones_stay_apart_and_so_do_those_beyond_the_budget() {
        let two = |x: i32| frame(&[((0, 0, 10), Vec::new(), false), ((x, 0, 10), Vec::new(), false)]);
        let passes = |mut frame: Frame, most: i64| {
            Merger::default().merge(&mut frame, most, 1 << 20);
            frame.passes.len()
        };
        assert_eq!(passes(two(10), 1000), 2);
        assert_eq!(passes(two(6000), 1 << 30), 2);
        assert_eq!(passes(two(9000), 1 << 30), 3);
        assert_eq!(passes(two(200), 1000), 3);
    }
}
