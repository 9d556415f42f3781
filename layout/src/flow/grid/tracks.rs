//! Tracks while they are sized (CSS Grid 2, section 12): what items add to them, and how space is shared.

use crate::flow::flex::Shares;
use crate::flow::taffy_style::{length, resolve_calc};
use crate::style::computed::{LengthPercentage, Track as Sizing, TrackSize};
use std::ops::Range;
use taffy::MaybeResolve;

/// A column or a row.
#[derive(Clone, Debug)]
pub(super) struct Track {
    sizing: Sizing,
    /// Sizing functions, percentages of what is not known as `auto`.
    min: TrackSize,
    max: TrackSize,
    /// The limit of `fit-content()`.
    fit: f32,
    pub is_collapsed: bool,
    pub base: f32,
    limit: f32,
    /// What the present step adds; negative where it concerns no item in the track.
    planned: f32,
    /// Its limit was infinite until the present step.
    is_growable: bool,
    /// Where it starts, along the flow.
    pub at: f32,
}

/// The columns or the rows of a grid.
#[derive(Debug, Default)]
pub(super) struct Tracks {
    pub list: Vec<Track>,
    pub gap: f32,
    /// The line before the first one.
    pub first: i32,
}

/// What items are asked for in a step of section 12.5, and which sizes of tracks that is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(super) enum Step {
    Minimums,
    ContentMinimums,
    MaxContentMinimums,
    IntrinsicMaximums,
    MaxContentMaximums,
}

impl Step {
    pub const ALL: [Step; 5] = [
        Step::Minimums,
        Step::ContentMinimums,
        Step::MaxContentMinimums,
        Step::IntrinsicMaximums,
        Step::MaxContentMaximums,
    ];

    fn is_minimum(self) -> bool {
        matches!(self, Step::Minimums | Step::ContentMinimums | Step::MaxContentMinimums)
    }
}

fn is_intrinsic(size: TrackSize) -> bool {
    matches!(size, TrackSize::Auto | TrackSize::MinContent | TrackSize::MaxContent | TrackSize::FitContent(_))
}

impl Track {
    pub fn new(sizing: Sizing, is_collapsed: bool) -> Track {
        Track {
            sizing,
            min: TrackSize::Auto,
            max: TrackSize::Auto,
            fit: f32::INFINITY,
            is_collapsed,
            base: 0.0,
            limit: 0.0,
            planned: -1.0,
            is_growable: false,
            at: 0.0,
        }
    }

    /// Section 12.4.
    fn initialize(&mut self, available: Option<f32>) {
        let px =
            |value: LengthPercentage| length(value).maybe_resolve(available, resolve_calc).map(|px: f32| px.max(0.0));
        let known = |size: TrackSize| match size {
            TrackSize::Length(value) => {
                px(value).map_or(TrackSize::Auto, |px| TrackSize::Length(LengthPercentage::px(px)))
            }
            size => size,
        };
        (self.min, self.max, self.fit) = (known(self.sizing.min), known(self.sizing.max), f32::INFINITY);
        if let TrackSize::FitContent(value) = self.sizing.max {
            (self.min, self.fit) = (TrackSize::Auto, px(value).unwrap_or(f32::INFINITY));
        }
        if matches!(self.min, TrackSize::Fraction(_)) {
            self.min = TrackSize::Auto;
        }
        if self.is_collapsed {
            let none = TrackSize::Length(LengthPercentage::ZERO);
            (self.min, self.max) = (none, none);
        }
        self.base = if let TrackSize::Length(value) = self.min { value.px } else { 0.0 };
        self.limit = if let TrackSize::Length(value) = self.max { value.px.max(self.base) } else { f32::INFINITY };
        (self.planned, self.is_growable) = (-1.0, false);
    }

    /// The size depends on that of the container.
    fn is_relative(&self) -> bool {
        if matches!(self.sizing.max, TrackSize::Fraction(_)) {
            return true;
        }
        let is_relative = |size: TrackSize| matches!(size, TrackSize::Length(value) | TrackSize::FitContent(value) if value.has_percent);
        is_relative(self.sizing.min) || is_relative(self.sizing.max)
    }

    pub fn factor(&self) -> Option<f32> {
        if let TrackSize::Fraction(factor) = self.max { Some(factor) } else { None }
    }

    pub fn has_auto_minimum(&self) -> bool {
        matches!(self.min, TrackSize::Auto)
    }

    pub fn is_intrinsic(&self) -> bool {
        is_intrinsic(self.min) || is_intrinsic(self.max)
    }

    /// Its size whatever items are in it.
    fn fixed(&self) -> Option<f32> {
        match (self.min, self.max) {
            (TrackSize::Length(min), TrackSize::Length(max)) if min.px >= max.px => Some(self.base),
            _ => None,
        }
    }

    fn definite_maximum(&self) -> Option<f32> {
        if let TrackSize::Length(_) = self.max { Some(self.limit) } else { None }
    }

    /// A step concerns the track.
    pub fn is_in(&self, step: Step) -> bool {
        use TrackSize::{Auto, FitContent, MaxContent, MinContent};
        match step {
            Step::Minimums => is_intrinsic(self.min),
            Step::ContentMinimums => matches!(self.min, MinContent | MaxContent),
            Step::MaxContentMinimums => matches!(self.min, MaxContent),
            Step::IntrinsicMaximums => is_intrinsic(self.max),
            Step::MaxContentMaximums => matches!(self.max, MaxContent | Auto | FitContent(_)),
        }
    }

    /// The size that the step is for.
    fn affected(&self, step: Step) -> f32 {
        if step.is_minimum() || self.limit.is_infinite() { self.base } else { self.limit }
    }

    /// How far a step makes it grow before others have to take the rest.
    fn room(&self, step: Step) -> f32 {
        match step {
            _ if step.is_minimum() => self.limit - self.base,
            _ if self.limit.is_finite() && !self.is_growable => 0.0,
            _ if self.fit.is_finite() => (self.fit - self.affected(step)).max(0.0),
            _ => f32::INFINITY,
        }
    }

    /// It takes what is left then.
    fn grows_beyond(&self, step: Step) -> bool {
        match step {
            Step::Minimums | Step::ContentMinimums => is_intrinsic(self.max),
            Step::MaxContentMinimums => self.is_in(Step::MaxContentMaximums),
            _ => false,
        }
    }
}

impl Tracks {
    pub fn initialize(&mut self, available: Option<f32>) {
        self.list.iter_mut().for_each(|track| track.initialize(available));
    }

    pub fn is_relative(&self) -> bool {
        self.list.iter().any(Track::is_relative)
    }

    /// The gaps between the tracks of a range, less those of collapsed ones.
    pub fn gaps(&self, range: &Range<usize>) -> f32 {
        let shown = self.list[range.clone()].iter().filter(|track| !track.is_collapsed).count();
        self.gap * shown.saturating_sub(1) as f32
    }

    pub fn all(&self) -> Range<usize> {
        0..self.list.len()
    }

    /// Size of a range with the gaps inside.
    pub fn span(&self, range: &Range<usize>) -> f32 {
        self.list[range.clone()].iter().map(|track| track.base).sum::<f32>() + self.gaps(range)
    }

    /// Size of a range that no item changes.
    pub fn fixed_span(&self, range: &Range<usize>) -> Option<f32> {
        let sum = self.list[range.clone()].iter().map(Track::fixed).sum::<Option<f32>>()?;
        Some(sum + self.gaps(range))
    }

    /// The most that a range can be where all its maximums are lengths.
    pub fn greatest_span(&self, range: &Range<usize>) -> Option<f32> {
        let sum = self.list[range.clone()].iter().map(Track::definite_maximum).sum::<Option<f32>>()?;
        Some(sum + self.gaps(range))
    }

    /// Plans for an item of a span to be accommodated by the tracks that a step concerns (section 12.5.1).
    pub fn accommodate(&mut self, range: &Range<usize>, step: Step, is_flexible: bool, wanted: f32) {
        let grows = |track: &Track| track.is_in(step) && (!is_flexible || track.factor().is_some());
        let sum: f32 = self.list[range.clone()].iter().map(|track| track.affected(step)).sum();
        let mut extra = (wanted - sum - self.gaps(range)).max(0.0);
        let tracks = &mut self.list[range.clone()];
        if let [track] = tracks {
            if grows(track) {
                let most = if step.is_minimum() { extra } else { track.room(step) };
                track.planned = track.planned.max(extra.min(most));
            }
            return;
        }
        let chosen: Vec<usize> = (0..tracks.len()).filter(|&n| grows(&tracks[n])).collect();
        let mut shares = vec![0.0_f32; tracks.len()];
        let factors: f32 = chosen.iter().filter_map(|&n| tracks[n].factor()).sum();
        if is_flexible && factors > 0.0 {
            for &n in &chosen {
                shares[n] = extra * tracks[n].factor().unwrap_or(0.0) / factors;
            }
            extra = 0.0;
        }
        // Those that can take least come first: what they leave is for the others.
        let mut order = chosen.clone();
        order.sort_by(|&a, &b| tracks[a].room(step).total_cmp(&tracks[b].room(step)));
        for (done, &n) in order.iter().enumerate() {
            let share = (extra / (order.len() - done) as f32).min(tracks[n].room(step)).max(0.0);
            shares[n] += share;
            extra -= share;
        }
        if extra > 0.0 {
            let beyond: Vec<usize> = chosen.iter().copied().filter(|&n| tracks[n].grows_beyond(step)).collect();
            let takers = if beyond.is_empty() { &chosen } else { &beyond };
            let left = |n: usize, shares: &[f32]| match step.is_minimum() {
                true => f32::INFINITY,
                false => (tracks[n].fit - tracks[n].affected(step) - shares[n]).max(0.0),
            };
            let mut order: Vec<(f32, usize)> = takers.iter().map(|&n| (left(n, &shares), n)).collect();
            order.sort_by(|a, b| a.0.total_cmp(&b.0));
            for (done, &(left, n)) in order.iter().enumerate() {
                let share = (extra / (order.len() - done) as f32).min(left);
                shares[n] += share;
                extra -= share;
            }
        }
        for n in chosen {
            tracks[n].planned = tracks[n].planned.max(shares[n]);
        }
    }

    /// Makes the tracks that a step concerns as large as was planned.
    pub fn grow(&mut self, step: Step) {
        for track in &mut self.list {
            let planned = std::mem::replace(&mut track.planned, -1.0);
            if step.is_minimum() {
                track.base += planned.max(0.0);
                track.limit = track.limit.max(track.base);
            } else if planned >= 0.0 {
                let was_infinite = track.limit.is_infinite();
                track.limit = track.affected(step) + planned;
                track.is_growable = step == Step::IntrinsicMaximums && was_infinite;
            }
            if step == Step::MaxContentMaximums {
                track.is_growable = false;
            }
        }
    }

    /// Tracks without a limit are as large as they are (the end of section 12.5).
    pub fn close(&mut self) {
        for track in self.list.iter_mut().filter(|track| track.limit.is_infinite()) {
            track.limit = track.base;
        }
    }

    /// Shares free space among tracks up to their limits (section 12.6); `None` is as much as they want.
    pub fn maximize(&mut self, free: Option<f32>) {
        let Some(mut free) = free else {
            self.list.iter_mut().for_each(|track| track.base = track.base.max(track.limit));
            return;
        };
        if free <= 0.0 {
            return;
        }
        let mut order: Vec<usize> = (0..self.list.len()).filter(|&n| self.list[n].limit > self.list[n].base).collect();
        let room = |track: &Track| track.limit - track.base;
        order.sort_by(|&a, &b| room(&self.list[a]).total_cmp(&room(&self.list[b])));
        for (done, &n) in order.iter().enumerate() {
            let share = (free / (order.len() - done) as f32).min(room(&self.list[n]));
            self.list[n].base += share;
            free -= share;
        }
    }

    /// The size of a fraction that fills a space with the tracks of a range (section 12.7.1).
    pub fn fraction(&self, range: &Range<usize>, space: f32) -> f32 {
        let tracks = &self.list[range.clone()];
        let gaps = self.gaps(range);
        let mut flexible: Vec<bool> = tracks.iter().map(|track| track.factor().is_some()).collect();
        loop {
            let mut left = space - gaps;
            let mut factors = 0.0_f32;
            for (track, is_flexible) in tracks.iter().zip(&flexible) {
                match track.factor().filter(|_| *is_flexible) {
                    Some(factor) => factors += factor,
                    None => left -= track.base,
                }
            }
            let fraction = left.max(0.0) / factors.max(1.0);
            let mut is_final = true;
            for (track, is_flexible) in tracks.iter().zip(&mut flexible) {
                if *is_flexible && track.factor().unwrap_or(0.0) * fraction < track.base {
                    (*is_flexible, is_final) = (false, false);
                }
            }
            if is_final {
                return fraction;
            }
        }
    }

    /// The size of the tracks if a fraction has a size.
    pub fn with_fraction(&self, fraction: f32) -> f32 {
        let size = |track: &Track| track.base.max(track.factor().unwrap_or(0.0) * fraction);
        self.list.iter().map(size).sum::<f32>() + self.gaps(&self.all())
    }

    pub fn expand(&mut self, fraction: f32) {
        for track in &mut self.list {
            track.base = track.base.max(track.factor().unwrap_or(0.0) * fraction);
        }
    }

    /// Shares free space among `auto` tracks (section 12.8).
    pub fn stretch(&mut self, free: f32) {
        let is_auto = |track: &&mut Track| matches!(track.max, TrackSize::Auto);
        let count = self.list.iter_mut().filter(is_auto).count();
        if count > 0 && free > 0.0 {
            self.list.iter_mut().filter(is_auto).for_each(|track| track.base += free / count as f32);
        }
    }

    /// Places the tracks from a start, with more space between them.
    pub fn place(&mut self, start: f32, mut between: Shares) {
        let mut at = start;
        for track in &mut self.list {
            track.at = at;
            if !track.is_collapsed {
                at += track.base + self.gap + between.next();
            }
        }
    }

    /// Start and end of a range that was placed.
    pub fn area(&self, range: &Range<usize>) -> (f32, f32) {
        let shown = |track: &&Track| !track.is_collapsed;
        let tracks = &self.list[range.clone()];
        let first = tracks.iter().find(shown).or(tracks.first());
        let last = tracks.iter().rfind(shown).or(tracks.last());
        (first.map_or(0.0, |track| track.at), last.map_or(0.0, |track| track.at + track.base))
    }
}
