//! `hover-class`: the look of what is pressed, without a word from logic.
//!
//! From the pressed element outwards every element with a `hover-class` shows it after its `hover-start-time`
//! and keeps it for its `hover-stay-time` after the finger is gone; `hover-stop-propagation` ends the walk. A
//! drag takes it away at once.

use pellicle_layout::document::{AttributeValue, Document, NodeId};

/// Elements that show a hover class, and when that changes.
#[derive(Clone, Debug, Default)]
pub struct Hover {
    entries: Vec<Entry>,
}

#[derive(Clone, Copy, Debug)]
struct Entry {
    node: NodeId,
    /// When it begins to show.
    start: f64,
    stay: f64,
    /// When it ceases to show; infinite while the finger is down.
    end: f64,
    shown: bool,
}

/// True if an element shows that it is pressed: by the classes that it names, or by the built-in ones of its tag.
pub fn has_hover_class(document: &Document, node: NodeId) -> bool {
    let built_in = match document.tag_name(node) {
        "button" | "navigator" => true,
        "view" | "cover-view" => false,
        _ => return false,
    };
    if document.attribute(node, "disabled").is_some_and(|v| v.is_on()) {
        return false;
    }
    match document.attribute(node, "hover-class") {
        None => built_in,
        Some(AttributeValue::Classes(classes)) => classes.iter().any(|c| &**document.names.resolve(c.name) != "none"),
        Some(value) => !matches!(&*value.to_text(), "" | "none"),
    }
}

impl Hover {
    /// An element is pressed.
    pub fn press(&mut self, document: &Document, target: NodeId, now: f64) {
        let path = std::iter::once(target).chain(document.ancestors(target).map(|n| n.id));
        for node in path {
            if has_hover_class(document, node) {
                let button = document.tag_name(node) == "button";
                let time = |name: &str, default: f64| {
                    let value = document.attribute(node, name).and_then(|v| v.as_number());
                    value.filter(|v| (0.0..=60_000.0).contains(v)).unwrap_or(default)
                };
                let start = now + time("hover-start-time", if button { 20.0 } else { 50.0 });
                let stay = time(
                    "hover-stay-time",
                    match document.tag_name(node) {
                        "button" => 70.0,
                        "navigator" => 600.0,
                        _ => 400.0,
                    },
                );
                self.entries.retain(|e| e.node != node || e.shown);
                match self.entries.iter_mut().find(|e| e.node == node) {
                    Some(entry) => entry.end = f64::INFINITY,
                    None => self.entries.push(Entry { node, start, stay, end: f64::INFINITY, shown: false }),
                }
            }
            if document.attribute(node, "hover-stop-propagation").is_some_and(|v| v.is_on()) {
                break;
            }
        }
    }

    /// The finger is lifted: a class that was to show still does, for its stay time.
    pub fn release(&mut self, now: f64) {
        for entry in &mut self.entries {
            if entry.end == f64::INFINITY {
                entry.end = now.max(entry.start) + entry.stay;
            }
        }
    }

    /// The press became something else: nothing shows any more.
    pub fn cancel(&mut self) {
        for entry in &mut self.entries {
            entry.end = f64::NEG_INFINITY;
        }
    }

    /// Nodes that are gone.
    pub fn forget(&mut self, nodes: &[NodeId]) {
        self.entries.retain(|e| !nodes.contains(&e.node));
    }

    /// When something changes next, ms.
    pub fn next_due(&self) -> Option<f64> {
        let due = self.entries.iter().map(|e| if e.shown { e.end } else { e.start.min(e.end) });
        due.filter(|t| *t < f64::INFINITY).min_by(f64::total_cmp)
    }

    /// Moves on to a time: elements that now show their class (true) or cease to.
    pub fn advance(&mut self, now: f64, changes: &mut Vec<(NodeId, bool)>) {
        self.entries.retain_mut(|entry| {
            if now >= entry.end {
                if entry.shown {
                    changes.push((entry.node, false));
                }
                return false;
            }
            if !entry.shown && now >= entry.start {
                entry.shown = true;
                changes.push((entry.node, true));
            }
            true
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::host::fixed::FixedPage;

    fn advance(hover: &mut Hover, now: f64) -> Vec<(u32, bool)> {
        let mut changes = Vec::new();
        hover.advance(now, &mut changes);
        changes.iter().map(|(n, on)| (n.0, *on)).collect()
    }

    #[test]
    fn ancestors_show_theirs_until_one_stops_it() {
        let mut page = FixedPage::new();
        let far = page.element(page.root(), "view");
        page.attribute(far, "hover-class", "far");
        let stop = page.element(far, "view");
        page.attribute(stop, "hover-class", "stop");
        page.flag(stop, "hover-stop-propagation", true);
        let plain = page.element(stop, "view");
        let button = page.element(plain, "button");
        let (document, _) = page.document().unwrap();
        let mut hover = Hover::default();
        hover.press(&document, button, 0.0);
        assert_eq!(hover.next_due(), Some(20.0));
        assert_eq!(advance(&mut hover, 20.0), [(button.0, true)]);
        assert_eq!(advance(&mut hover, 50.0), [(stop.0, true)]);
        hover.release(100.0);
        assert_eq!(advance(&mut hover, 170.0), [(button.0, false)]);
        assert_eq!(advance(&mut hover, 500.0), [(stop.0, false)]);
        assert_eq!(hover.next_due(), None);
    }

    #[test]
    fn a_quick_tap_shows_it_all_the_same_but_a_drag_never() {
        let mut page = FixedPage::new();
        let button = page.element(page.root(), "button");
        let off = page.element(page.root(), "button");
        page.flag(off, "disabled", true);
        let (document, _) = page.document().unwrap();
        let mut hover = Hover::default();
        hover.press(&document, button, 0.0);
        hover.release(5.0);
        assert_eq!(advance(&mut hover, 21.0), [(button.0, true)]);
        assert_eq!(advance(&mut hover, 91.0), [(button.0, false)]);
        hover.press(&document, button, 200.0);
        hover.cancel();
        assert_eq!(advance(&mut hover, 300.0), []);
        hover.press(&document, off, 400.0);
        assert_eq!(hover.next_due(), None);
    }
}
