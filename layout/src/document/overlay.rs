//! What the render side itself puts over the classes and the inline style of an element: wxs event responders follow a
//! finger with them while script is busy. What script sets later goes below it.

use super::node::{Dirty, Node};
use super::{ClassName, Document, NodeId, ScopeId, StyleEvent};
use smallvec::SmallVec;
use std::sync::Arc;

/// The classes of an element.
pub type ClassSet = SmallVec<[ClassName; 4]>;

/// Classes and style over those of script.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Overlay {
    /// The inline style of script.
    below: Option<Arc<str>>,
    /// The style that comes after it, and so wins.
    style: Arc<str>,
    /// The classes of script.
    classes_below: ClassSet,
    /// Classes that are put on and taken off.
    classes: Vec<(ClassName, bool)>,
}

impl Overlay {
    /// Script sets other classes: those that hold.
    pub(super) fn over_classes(&mut self, below: ClassSet) -> ClassSet {
        self.classes_below = below;
        let mut all = self.classes_below.clone();
        all.retain(|class| !self.classes.contains(&(*class, false)));
        for (class, _) in self.classes.iter().filter(|(_, on)| *on) {
            if !all.contains(class) {
                all.push(*class);
            }
        }
        all
    }

    /// Script sets another style: the one that holds.
    pub(super) fn over_style(&mut self, below: Option<Arc<str>>) -> Option<Arc<str>> {
        self.below = below;
        match &self.below {
            below if self.style.is_empty() => below.clone(),
            None => Some(self.style.clone()),
            Some(below) => Some(Arc::from(format!("{};{}", below.trim_end_matches(';'), self.style))),
        }
    }
}

impl Node {
    fn overlay_mut(&mut self) -> &mut Overlay {
        let (below, classes_below) = (&self.inline_style, &self.classes);
        self.overlay.get_or_insert_with(|| {
            let (below, classes_below) = (below.clone(), classes_below.clone());
            Box::new(Overlay { below, classes_below, ..Overlay::default() })
        })
    }
}

impl Document {
    /// Puts declarations over the inline style of an element, in place of those that were put there before.
    pub fn overlay_style(&mut self, id: NodeId, style: &str) {
        let Some(node) = self.node_mut(id).filter(|n| n.is_element()) else { return };
        if node.overlay.as_ref().map_or("", |o| &*o.style) == style {
            return;
        }
        let overlay = node.overlay_mut();
        overlay.style = Arc::from(style);
        let below = overlay.below.take();
        let all = overlay.over_style(below);
        if node.inline_style != all {
            node.inline_style = all;
            self.mark(id, Dirty::STYLE);
        }
    }

    /// Puts classes on an element, or takes them off, whatever script says.
    pub fn overlay_classes(&mut self, id: NodeId, names: &str, on: bool) {
        let Some(node) = self.node(id).filter(|n| n.is_element()) else { return };
        let scope = node.scope;
        // Written so in the template it would also have the classes of the app's sheet.
        let global = scope != ScopeId::GLOBAL && node.classes.iter().any(|c| c.scope == ScopeId::GLOBAL);
        let mut changed: Vec<ClassName> = Vec::new();
        for word in names.split_ascii_whitespace() {
            let name = self.names.intern(word);
            changed.push(ClassName { scope, name });
            if global {
                changed.push(ClassName { scope: ScopeId::GLOBAL, name });
            }
        }
        let Some(node) = self.node_mut(id) else { return };
        let overlay = node.overlay_mut();
        overlay.classes.retain(|(class, _)| !changed.contains(class));
        overlay.classes.extend(changed.into_iter().map(|class| (class, on)));
        let below = std::mem::take(&mut overlay.classes_below);
        let all = overlay.over_classes(below);
        self.replace_classes(id, all);
    }

    /// True if an element has a class, script's or the render side's, by its plain name.
    pub fn has_class(&self, id: NodeId, name: &str) -> bool {
        let Some(name) = self.names.get(name) else { return false };
        self.node(id).is_some_and(|n| n.classes.iter().any(|c| c.name == name && c.scope == n.scope))
    }

    /// Gives an element its classes, and notes what became of them for the cascade.
    pub(super) fn replace_classes(&mut self, id: NodeId, classes: ClassSet) {
        let Some(node) = self.node_mut(id) else { return };
        if node.classes == classes {
            return;
        }
        let old = std::mem::replace(&mut node.classes, classes);
        let new = &node.classes;
        let gone = old.iter().filter(|c| !new.contains(c));
        let changed = gone.chain(new.iter().filter(|c| !old.contains(c))).copied().collect();
        self.mark(id, Dirty::STYLE);
        self.note_style(id, || StyleEvent::Classes(id, changed));
    }
}

#[cfg(test)]
mod tests {
    use crate::style::testing::Fixture;

    #[test]
    fn what_script_sets_goes_below() {
        let css = ".on { width: 5px } .off { height: 5px } view + .on { margin-left: 5px }";
        let markup = "<view/><view id=\"x\" class=\"off\" style=\"color: #ff0000\"/>";
        let mut f = Fixture::new(css, markup);
        let x = f.by_id("x");
        f.doc.overlay_style(x, "color: #0000ff; opacity: .5");
        f.doc.overlay_classes(x, "on other", true);
        f.doc.overlay_classes(x, "off other", false);
        f.restyle();
        let looks = |f: &Fixture| ["color", "opacity", "width", "height", "margin-left"].map(|name| f.get("x", name));
        assert_eq!(looks(&f), ["rgb(0, 0, 255)", "0.5", "5px", "auto", "5px"]);
        assert!(f.doc.has_class(x, "on") && !f.doc.has_class(x, "off") && !f.doc.has_class(x, "other"));
        // Script sets both anew: what it says counts only where nothing lies over it.
        f.set_style(x, "color: #00ff00; width: 7px");
        f.set_classes(x, 0, "off");
        f.restyle();
        assert_eq!(looks(&f), ["rgb(0, 0, 255)", "0.5", "7px", "auto", "5px"]);
        f.doc.overlay_style(x, "");
        f.doc.overlay_classes(x, "off", true);
        f.restyle();
        assert_eq!(looks(&f), ["rgb(0, 255, 0)", "1", "7px", "5px", "5px"]);
    }
}
