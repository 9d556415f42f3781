//! Scroll bars: seen while a container moves and for a while after, then they fade.

use pellicle_layout::document::NodeId;
use rustc_hash::FxHashMap;

/// A bar stays so long after the last move, ms.
const STAY: f64 = 500.0;
/// It fades in this many steps of this length, ms.
const STEPS: u8 = 4;
const STEP: f64 = 60.0;

#[derive(Clone, Copy)]
struct Bar {
    moved: f64,
    level: u8,
}

/// The scroll bars that are seen.
#[derive(Default)]
pub struct ScrollBars {
    bars: FxHashMap<NodeId, Bar>,
}

impl ScrollBars {
    /// A container moved; true if its bars were not seen as they are now.
    pub fn moved(&mut self, node: NodeId, now: f64) -> bool {
        let bar = Bar { moved: now, level: STEPS };
        self.bars.insert(node, bar).is_none_or(|old| old.level != STEPS)
    }

    /// Opacity of a container's bars, 0 to 1.
    pub fn opacity(&self, node: NodeId) -> f32 {
        self.bars.get(&node).map_or(0.0, |bar| f32::from(bar.level) / f32::from(STEPS))
    }

    /// Moves on to a time; true if a bar looks otherwise.
    pub fn advance(&mut self, now: f64) -> bool {
        let mut changed = false;
        self.bars.retain(|_, bar| {
            let faded = ((now - bar.moved - STAY) / STEP + 1.0).clamp(0.0, f64::from(STEPS)) as u8;
            let level = STEPS - faded;
            changed |= level != bar.level;
            bar.level = level;
            level > 0
        });
        changed
    }

    /// When a bar changes by itself, ms.
    pub fn next_due(&self) -> Option<f64> {
        let due = |bar: &Bar| bar.moved + STAY + f64::from(STEPS - bar.level) * STEP;
        self.bars.values().map(due).min_by(f64::total_cmp)
    }

    /// Nodes that are gone.
    pub fn forget(&mut self, nodes: &[NodeId]) {
        for node in nodes {
            self.bars.remove(node);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bar_stays_a_while_and_fades_in_steps_that_are_due() {
        let node = NodeId(1);
        let mut bars = ScrollBars::default();
        assert!(bars.moved(node, 0.0) && !bars.moved(node, 10.0));
        let mut levels = vec![bars.opacity(node)];
        while let Some(due) = bars.next_due() {
            assert!(!bars.advance(due - 1.0) && bars.advance(due), "{due}");
            levels.push(bars.opacity(node));
        }
        assert_eq!(levels, [1.0, 0.75, 0.5, 0.25, 0.0]);
    }
}
