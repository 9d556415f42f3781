//! Placement of items (CSS Grid 2, section 8.5). The major axis is that along which lines of cells are filled one after
//! another: rows, unless `grid-auto-flow` says `column`.

use super::lines::{MAX_LINE, Place};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;

/// From line to line.
type Extent = (i32, i32);

/// Items that are longer along the major axis are looked for one by one.
const TALL: i32 = 16;

/// The cells that are taken.
#[derive(Default)]
struct Cells {
    /// What is taken of each line of cells.
    lines: FxHashMap<i32, SmallVec<[Extent; 4]>>,
    /// Items over many lines: along the major axis and along the minor one.
    tall: Vec<(Extent, Extent)>,
}

impl Cells {
    fn take(&mut self, major: Extent, minor: Extent) {
        if major.1 - major.0 > TALL {
            self.tall.push((major, minor));
        } else {
            (major.0..major.1).for_each(|line| self.lines.entry(line).or_default().push(minor));
        }
    }

    /// Where the minor and the major axis may be free again, if the cells are not.
    fn collision(&self, major: Extent, minor: Extent) -> Option<(i32, i32)> {
        let meet = |a: Extent, b: Extent| a.0 < b.1 && b.0 < a.1;
        let mut found: Option<(i32, i32)> = None;
        let mut note = |minor_end: i32, major_end: i32| {
            let (a, b) = found.unwrap_or((minor_end, major_end));
            found = Some((a.max(minor_end), b.max(major_end)));
        };
        for line in major.0..major.1 {
            let taken = self.lines.get(&line).into_iter().flatten();
            taken.filter(|extent| meet(**extent, minor)).for_each(|extent| note(extent.1, line + 1));
        }
        let tall = self.tall.iter().filter(|(lines, extent)| meet(*lines, major) && meet(*extent, minor));
        tall.for_each(|(lines, extent)| note(extent.1, lines.1));
        found
    }
}

/// What is to be placed: along the major axis and along the minor one.
type Request = (Place, Place);

/// Places items in a grid with `explicit` tracks along the minor axis; along the major axis and along the minor one.
pub(super) fn placed(requests: &[Request], explicit: i32, is_dense: bool) -> Vec<(Extent, Extent)> {
    let mut cells = Cells::default();
    let mut places: Vec<Option<(Extent, Extent)>> = vec![None; requests.len()];
    // The implicit grid has room for what is placed by its lines.
    let (mut first, mut last, mut major_first) = (0, explicit, 0);
    for (major, minor) in requests {
        if let Place::Lines(start, end) = *minor {
            (first, last) = (first.min(start), last.max(end));
        }
        if let Place::Lines(start, _) = *major {
            major_first = major_first.min(start);
        }
    }
    for (request, place) in requests.iter().zip(&mut places) {
        if let (Place::Lines(a, b), Place::Lines(c, d)) = *request {
            cells.take((a, b), (c, d));
            *place = Some(((a, b), (c, d)));
        }
    }
    // Items that are bound to lines of cells.
    let mut cursors: FxHashMap<i32, i32> = FxHashMap::default();
    for (request, place) in requests.iter().zip(&mut places) {
        let (Place::Lines(a, b), Place::Span(span)) = *request else { continue };
        let mut start = match cursors.get(&a) {
            Some(&cursor) if !is_dense => cursor,
            _ => first,
        };
        while let Some((free, _)) = cells.collision((a, b), (start, start + span)).filter(|_| start < MAX_LINE) {
            start = free;
        }
        let minor = limited((start, start + span));
        cells.take((a, b), minor);
        cursors.insert(a, minor.1);
        last = last.max(minor.1);
        *place = Some(((a, b), minor));
    }
    // And for the widest of the others.
    for (_, minor) in requests {
        if let Place::Span(span) = *minor {
            last = last.max(first + span);
        }
    }
    let start = (major_first, first);
    let mut cursor = start;
    for (request, place) in requests.iter().zip(&mut places) {
        let Place::Span(span) = request.0 else { continue };
        if is_dense {
            cursor = start;
        }
        match request.1 {
            Place::Lines(a, b) => {
                if !is_dense && a < cursor.1 {
                    cursor.0 += 1;
                }
                cursor.1 = a;
                while let Some((_, free)) =
                    cells.collision((cursor.0, cursor.0 + span), (a, b)).filter(|_| cursor.0 < MAX_LINE)
                {
                    cursor.0 = free.max(cursor.0 + 1).min(MAX_LINE);
                }
            }
            Place::Span(minor) => loop {
                if cursor.1 + minor > last && cursor.1 > first {
                    cursor = (cursor.0 + 1, first);
                }
                let at = ((cursor.0, cursor.0 + span), (cursor.1, cursor.1 + minor));
                match cells.collision(at.0, at.1).filter(|_| cursor.0 < MAX_LINE) {
                    Some((free, _)) if free + minor <= last => cursor.1 = free,
                    Some(_) => cursor = (cursor.0 + 1, first),
                    None => break,
                }
            },
        }
        let minor = match request.1 {
            Place::Lines(a, b) => (a, b),
            Place::Span(minor) => (cursor.1, cursor.1 + minor),
        };
        let (major, minor) = (limited((cursor.0, cursor.0 + span)), limited(minor));
        cells.take(major, minor);
        // The next one may stand beside it.
        cursor.1 = if matches!(request.1, Place::Span(_)) { minor.1 } else { minor.0 };
        *place = Some((major, minor));
    }
    places.into_iter().map(|place| place.unwrap_or(((0, 1), (0, 1)))).collect()
}

/// Within the largest grid that there is.
fn limited((start, end): Extent) -> Extent {
    let start = start.clamp(-MAX_LINE, MAX_LINE - 1);
    (start, end.clamp(start + 1, MAX_LINE))
}
