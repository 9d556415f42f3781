//! Going from page to page: for a moment both are seen, and one slides over the other.
//!
//! The page that is left is the display list that it was last drawn from; its nodes may be gone already. Each frame rewrites
//! two rows of the composed list.

use super::app::App;
use crate::paint::compose::{Part, PartKind, compose};
use crate::paint::geometry::{Affine, Point};
use crate::paint::list::DisplayList;
use crate::paint::tables::{Appended, PropertyTables, SpatialId};
use pellicle_layout::document::PageEntry;
use pellicle_layout::style::computed::{Color, Easing};
use smallvec::SmallVec;

/// How long it takes, ms.
const DURATION: f64 = 300.0;
/// Quick at first, as if the page had been thrown.
const EASING: Easing = Easing::CubicBezier(0.2, 0.8, 0.2, 1.0);
/// How far the page below moves, of the width.
const BELOW: f32 = 0.3;

/// Two pages on the way.
pub(super) struct PageTransition {
    /// What the page looked like that is left.
    pub leaving: DisplayList,
    /// To a new page, which comes over the old one; else back, and the old one goes off it.
    pub forward: bool,
    start: f64,
    /// Rows of the composed list that place the page that comes and the one that is left.
    pub rows: Option<(SpatialId, SpatialId)>,
}

impl PageTransition {
    /// How far the page that comes and the one that is left are from their place, of the width.
    pub fn offsets(&self, now: f64) -> (f32, f32) {
        let time = ((now - self.start) / DURATION).clamp(0.0, 1.0);
        let done = EASING.at(time, false) as f32;
        if self.forward { (1.0 - done, -BELOW * done) } else { (-BELOW * (1.0 - done), done) }
    }

    fn is_over(&self, now: f64) -> bool {
        now >= self.start + DURATION
    }
}

/// True for the way to a new page over `old`, false for the way back from it; `None` where pages change places at once:
/// redirections, tabs, a new start.
fn direction(old: PageEntry, new: PageEntry, old_stays: bool) -> Option<bool> {
    if old.page == new.page {
        return None;
    }
    match old_stays {
        true => (new.page > old.page && new.depth == old.depth + 1).then_some(true),
        // Numbers of pages rise: a page with a smaller one was there before.
        false => (new.page < old.page && new.depth < old.depth).then_some(false),
    }
}

impl App {
    /// Another page is on top: the way to it begins.
    pub(super) fn begin_transition(&mut self, now: f64) {
        let Some(new) = self.stage.document.top_page() else { return };
        let Some(old) = self.shown_page.replace(new) else { return };
        let stays = self.stage.document.pages().iter().any(|page| page.page == old.page);
        let drawn = self.painter.list_page == Some(old.page) && !self.stage.list.chunks.is_empty();
        if old.page != new.page {
            self.end_transition();
        }
        if self.motion
            && drawn
            && let Some(forward) = direction(old, new, stays)
        {
            let leaving = self.stage.list.clone();
            self.painter.transition = Some(PageTransition { leaving, forward, start: now, rows: None });
            self.painter.recompose = true;
        }
    }

    fn end_transition(&mut self) {
        if self.painter.transition.take().is_some() {
            self.painter.recompose = true;
            self.picture_dirty = true;
        }
    }

    /// Moves pages on that are on the way.
    pub(super) fn advance_transition(&mut self, now: f64) {
        if self.painter.transition.as_ref().is_some_and(|transition| transition.is_over(now)) {
            return self.end_transition();
        }
        let area = self.page_area();
        let Some(transition) = &self.painter.transition else { return };
        self.picture_dirty = true;
        let (Some((coming, leaving)), Some(whole)) = (transition.rows, &mut self.painter.whole) else { return };
        let offsets = transition.offsets(now);
        for (row, offset) in [(coming, offsets.0), (leaving, offsets.1)] {
            let at = place(Point::new(area.x, area.y), area.width, offset);
            whole.tables.set_transform_row(row, Affine::translation(at.x, at.y));
        }
    }

    /// Puts page and chrome together, and a page that is left.
    pub(super) fn compose(&mut self, now: f64) {
        self.painter.recompose = false;
        let area = self.page_area();
        let corner = Point::new(area.x, area.y);
        let mut parts: SmallVec<[Part<'_>; 3]> = SmallVec::new();
        let mut places = None;
        match &self.painter.transition {
            None => parts.push(Part { list: &self.stage.list, origin: corner, kind: PartKind::Page }),
            Some(transition) => {
                let (coming, leaving) = transition.offsets(now);
                let moving = |list, offset, live| Part {
                    list,
                    origin: place(corner, area.width, offset),
                    kind: PartKind::MovingPage { live },
                };
                parts.push(moving(&self.stage.list, coming, true));
                parts.push(moving(&transition.leaving, leaving, false));
                // The new page comes over the old one, and back, the old one goes off the new one.
                if transition.forward {
                    parts.swap(0, 1);
                }
                places = Some(if transition.forward { (1, 0) } else { (0, 1) });
            }
        }
        let chrome = self.chrome_view.is_some();
        if chrome {
            parts.push(Part { list: &self.painter.chrome, origin: Point::default(), kind: PartKind::Over });
        }
        let composed = (chrome || places.is_some())
            .then(|| compose(&parts, (self.viewport.width, self.viewport.height), Color::WHITE));
        let rows = composed.as_ref().map(|(_, rows)| rows.as_slice()).unwrap_or_default();
        let row = |at: usize| rows.get(at).map(|part: &Appended| part.spatial(PropertyTables::ROOT));
        let moving = places.and_then(|(coming, leaving)| Some((row(coming)?, row(leaving)?)));
        let chrome_rows = rows.last().copied().filter(|_| chrome);
        let whole = composed.map(|(whole, _)| whole);
        drop(parts);
        self.painter.chrome_rows = chrome_rows;
        if let Some(transition) = &mut self.painter.transition {
            transition.rows = moving;
        }
        self.painter.whole = whole;
    }

    /// When the page on top stands still, ms.
    pub(super) fn pages_settle(&self, now: f64) -> f64 {
        self.painter.transition.as_ref().map_or(now, |transition| transition.start + DURATION)
    }

    /// True while two pages are seen.
    pub fn is_changing_pages(&self) -> bool {
        self.painter.transition.is_some()
    }
}

/// Where a page's corner lies that is off its place by a share of the width.
fn place(origin: Point, width: f32, offset: f32) -> Point {
    Point::new(origin.x + width * offset, origin.y)
}

#[cfg(test)]
mod tests {
    use super::*;
    use pellicle_layout::document::NodeId;

    #[test]
    fn only_new_pages_and_the_way_back_slide() {
        let page = |page, depth| PageEntry { page, root: NodeId(page), depth };
        assert_eq!(direction(page(1, 0), page(2, 1), true), Some(true));
        assert_eq!(direction(page(3, 2), page(1, 0), false), Some(false));
        // A redirection, a new start, tabs.
        assert_eq!(direction(page(2, 1), page(3, 1), false), None);
        assert_eq!(direction(page(3, 2), page(4, 0), false), None);
        assert_eq!(direction(page(1, 0), page(2, 0), true), None);
        assert_eq!(direction(page(2, 0), page(1, 0), true), None);
    }
}
