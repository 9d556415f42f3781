//! Explicit grids: templates written out track by track, and the names of lines (CSS Grid 2, sections 7 and 8.3).
//!
//! Lines are counted from 0, the first one of the explicit grid; those before it are negative.

use crate::flow::tree::{GridData, GridTracks};
use crate::style::computed::{GridLine, RepeatCount, Track};
use std::ops::Range;
use std::sync::Arc;

/// Tracks that a grid has to either side of its first line at most.
pub(super) const MAX_LINE: i32 = 10_000;

/// What gives a line its name.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Naming {
    /// The template.
    Own,
    /// An area that starts, or ends, there: its name and `-start` or `-end`.
    AreaStart,
    AreaEnd,
}

/// The explicit grid along one axis, as far as placement needs it.
#[derive(Debug, Default)]
pub(crate) struct Lines {
    /// Number of explicit tracks.
    pub count: i32,
    /// Names by line, in order.
    names: Vec<(i32, Arc<str>, Naming)>,
}

/// A template written out.
#[derive(Default)]
pub(super) struct Template {
    pub tracks: Vec<Track>,
    /// Those of `repeat(auto-fit, ...)`, which collapse without items.
    pub fitted: Range<usize>,
    pub lines: Lines,
}

/// The line of a placement that the other one does not tell.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Place {
    /// From line to line.
    Lines(i32, i32),
    /// Somewhere, over a number of tracks.
    Span(i32),
}

impl Template {
    /// The template of columns or rows with `repetitions` of its automatic repeat, if it has one.
    pub fn new(data: &GridData, is_columns: bool, repetitions: usize) -> Template {
        let (components, sets) = match is_columns {
            true => (&data.columns, &data.column_names),
            false => (&data.rows, &data.row_names),
        };
        let mut template = Template::default();
        for (index, component) in components.iter().enumerate() {
            template.name(sets.get(index));
            match component {
                GridTracks::Single(track) => template.tracks.push(*track),
                GridTracks::Repeat { count, tracks, line_names } => {
                    let start = template.tracks.len();
                    let times = match count {
                        RepeatCount::Count(count) => usize::from(*count),
                        _ => repetitions,
                    };
                    for _ in 0..times {
                        if template.tracks.len() >= MAX_LINE as usize || tracks.is_empty() {
                            break;
                        }
                        for (index, track) in tracks.iter().enumerate() {
                            template.name(line_names.get(index));
                            template.tracks.push(*track);
                        }
                        template.name(line_names.get(tracks.len()));
                    }
                    if *count == RepeatCount::AutoFit {
                        template.fitted = start..template.tracks.len();
                    }
                }
            }
        }
        template.name(sets.get(components.len()));
        template.tracks.truncate(MAX_LINE as usize);
        template.fitted.end = template.fitted.end.min(template.tracks.len());
        template.fitted.start = template.fitted.start.min(template.fitted.end);
        let mut count = template.tracks.len() as i32;
        for area in &data.areas {
            let (start, end) = match is_columns {
                true => (area.column_start, area.column_end),
                false => (area.row_start, area.row_end),
            };
            let (start, end) = (i32::from(start) - 1, i32::from(end) - 1);
            template.lines.names.push((start, area.name.clone(), Naming::AreaStart));
            template.lines.names.push((end, area.name.clone(), Naming::AreaEnd));
        }
        // Cells without a name count as well.
        let cells = if is_columns { data.area_columns } else { data.area_rows };
        count = count.max(i32::from(cells)).min(MAX_LINE);
        template.lines.count = count;
        template.lines.names.sort_by_key(|(line, ..)| *line);
        template
    }

    fn name(&mut self, names: Option<&Vec<Arc<str>>>) {
        let line = self.tracks.len() as i32;
        self.lines.names.extend(names.into_iter().flatten().map(|name| (line, name.clone(), Naming::Own)));
    }
}

impl Lines {
    /// Lines of a name, in order; one that an area gives again is named once.
    fn named<'a>(&'a self, name: &'a str) -> impl DoubleEndedIterator<Item = i32> + 'a {
        self.names.iter().filter(move |(_, own, naming)| is_named(own, *naming, name)).map(|(line, ..)| *line)
    }

    /// The first line that starts or ends an area.
    fn edge_of(&self, area: &str, is_start: bool) -> Option<i32> {
        let (suffix, naming) = if is_start { ("-start", Naming::AreaStart) } else { ("-end", Naming::AreaEnd) };
        let is_edge = |own: &str, by: Naming| match by {
            Naming::Own => own.strip_suffix(suffix) == Some(area),
            by => by == naming && own == area,
        };
        self.names.iter().find(|(_, own, by)| is_edge(own, *by)).map(|(line, ..)| *line)
    }

    /// The `n`th line of a name from a line on; all lines behind the explicit grid have it.
    fn forwards(&self, name: &str, from: i32, n: i32) -> i32 {
        let mut found = 0;
        let mut last = None;
        for line in self.named(name).filter(|line| *line >= from) {
            if last != Some(line) {
                found += 1;
                last = Some(line);
            }
            if found == n {
                return line;
            }
        }
        from.max(self.count + 1) + (n - found) - 1
    }

    /// The `n`th line of a name from a line back; all lines before the explicit grid have it.
    fn backwards(&self, name: &str, from: i32, n: i32) -> i32 {
        let mut found = 0;
        let mut last = None;
        for line in self.named(name).rev().filter(|line| *line <= from) {
            if last != Some(line) {
                found += 1;
                last = Some(line);
            }
            if found == n {
                return line;
            }
        }
        from.min(-1) - (n - found) + 1
    }

    /// The line that a `grid-row-start` or the like names; `None` for `auto` and spans.
    fn line(&self, line: &GridLine, is_start: bool) -> Option<i32> {
        let line = match line {
            GridLine::Line(n) if *n > 0 => i32::from(*n) - 1,
            GridLine::Line(n) if *n < 0 => self.count + 1 + i32::from(*n),
            // A name alone is that of an area first (section 8.3).
            GridLine::Named(name, 1) => self.edge_of(name, is_start).unwrap_or_else(|| self.forwards(name, 0, 1)),
            GridLine::Named(name, n) if *n > 0 => self.forwards(name, 0, i32::from(*n)),
            GridLine::Named(name, n) => self.backwards(name, self.count, -i32::from(*n)),
            _ => return None,
        };
        Some(line.clamp(-MAX_LINE, MAX_LINE))
    }

    /// Where a pair of lines places an item.
    pub fn place(&self, (start, end): &(GridLine, GridLine)) -> Place {
        let (first, last) = (self.line(start, true), self.line(end, false));
        let (first, last) = match (first, last) {
            (Some(first), Some(last)) if first == last => (first, first + 1),
            (Some(first), Some(last)) => (first.min(last), first.max(last)),
            (Some(first), None) => match end {
                GridLine::Span(n) => (first, first + i32::from(*n).max(1)),
                GridLine::SpanNamed(name, n) => (first, self.forwards(name, first + 1, i32::from(*n).max(1))),
                _ => (first, first + 1),
            },
            (None, Some(last)) => match start {
                GridLine::Span(n) => (last - i32::from(*n).max(1), last),
                GridLine::SpanNamed(name, n) => (self.backwards(name, last - 1, i32::from(*n).max(1)), last),
                _ => (last - 1, last),
            },
            (None, None) => {
                return Place::Span(match (start, end) {
                    (GridLine::Span(n), _) | (GridLine::Auto, GridLine::Span(n)) => i32::from(*n).clamp(1, MAX_LINE),
                    _ => 1,
                });
            }
        };
        let first = first.clamp(-MAX_LINE, MAX_LINE - 1);
        Place::Lines(first, last.clamp(first + 1, MAX_LINE))
    }

    /// The lines of an out-of-flow box; `None` for those of the padding edge (section 9.2).
    pub fn free_place(&self, lines: &(GridLine, GridLine)) -> (Option<i32>, Option<i32>) {
        let is_open = |line: &GridLine| matches!(line, GridLine::Auto);
        match self.place(lines) {
            Place::Span(_) => (None, None),
            Place::Lines(first, last) => {
                (Some(first).filter(|_| !is_open(&lines.0)), Some(last).filter(|_| !is_open(&lines.1)))
            }
        }
    }
}

fn is_named(own: &str, naming: Naming, name: &str) -> bool {
    match naming {
        Naming::Own => own == name,
        Naming::AreaStart => name.strip_suffix("-start") == Some(own),
        Naming::AreaEnd => name.strip_suffix("-end") == Some(own),
    }
}
