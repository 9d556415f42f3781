//! Watching how elements intersect an area: what an intersection observer asks of the render side.

use super::ops::NodeId;
use serde::{Deserialize, Serialize};

/// What is watched. It travels as JSON text of a commit, for it is rare and has lists.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct Watch {
    /// Ids of the elements.
    pub targets: Vec<u32>,
    /// What they are compared with: what is common to all of these.
    pub areas: Vec<WatchArea>,
    /// Shares of the targets at whose crossing is told of them, rising.
    pub thresholds: Vec<f32>,
    /// The share that is taken to have been before.
    pub initial_ratio: f32,
}

/// An area that elements are compared with.
#[derive(Clone, PartialEq, Debug, Default, Serialize, Deserialize)]
pub struct WatchArea {
    /// Id of the element whose box it is; none for the viewport.
    pub reference: Option<u32>,
    /// By how much it is larger: top, right, bottom, left, logical px.
    pub margins: [f32; 4],
}

impl Watch {
    /// Most elements that the observers of a mini-program watch together.
    pub const TARGETS: usize = 4_096;
    /// Most areas.
    pub const AREAS: usize = 100;
    /// Most thresholds.
    pub const THRESHOLDS: usize = 1_000;

    /// As text for a commit.
    pub fn to_text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// From a commit's text; `None` if it is none or would cost too much.
    pub fn parse(text: &str) -> Option<Watch> {
        let watch: Watch = serde_json::from_str(text).ok()?;
        let finite = {
            let margins = watch.areas.iter().flat_map(|area| &area.margins);
            margins.chain(&watch.thresholds).chain([&watch.initial_ratio]).all(|n| n.is_finite())
        };
        let few = watch.targets.len() <= Self::TARGETS
            && watch.areas.len() <= Self::AREAS
            && watch.thresholds.len() <= Self::THRESHOLDS;
        (finite && few).then_some(watch)
    }

    /// Its elements.
    pub fn nodes(&self) -> impl Iterator<Item = NodeId> {
        self.targets.iter().map(|id| NodeId(*id))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_watch_comes_back_from_its_text_and_nothing_else_does() {
        let watch = Watch {
            targets: vec![3, 4],
            areas: vec![WatchArea { reference: Some(1), margins: [1.0, 2.0, 3.0, -4.0] }],
            thresholds: vec![0.0, 0.5],
            initial_ratio: 0.25,
        };
        assert_eq!(Watch::parse(&watch.to_text()), Some(watch));
        for text in ["", "{}", "[1]", r#"{"targets":[-1],"areas":[],"thresholds":[],"initial_ratio":0}"#] {
            assert_eq!(Watch::parse(text), None, "{text}");
        }
    }
}
