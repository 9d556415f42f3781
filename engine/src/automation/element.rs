//! An element in a test's hand, and where one is looked for.

use super::{AutomationError, Page};
use pellicle_layout::document::NodeId;
use pellicle_script::bridge::tool::{FoundElement, Place};

/// An element of a page. It stays the same one while it lives; what is done to one that is gone is an error.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Element {
    /// Its node; that of its content where it is a component without a node of its own.
    pub node: NodeId,
    /// Number of its page.
    pub page: u32,
    /// Its tag as written.
    pub tag: String,
    /// Number of the component that it is the host of.
    pub component: Option<u32>,
}

impl From<FoundElement> for Element {
    fn from(found: FoundElement) -> Element {
        let FoundElement { node, page, tag, component } = found;
        Element { node, page, tag, component }
    }
}

impl Element {
    /// The element as the logic side is asked about it.
    pub(super) fn place(&self) -> Place {
        self.component.map_or(Place::Element(self.node), Place::Component)
    }

    /// The name of the element in messages.
    pub fn id(&self) -> String {
        match self.component {
            Some(component) => format!("component-{component}"),
            None => format!("element-{}", self.node.0),
        }
    }

    /// The element that a name in messages means.
    ///
    /// # Errors
    /// [`AutomationError::Message`] if the text is no such name.
    pub(super) fn place_of(id: &str) -> Result<Place, AutomationError> {
        let number = |text: &str| text.parse::<u32>().ok();
        let place = match id.split_once('-') {
            Some(("component", n)) => number(n).map(Place::Component),
            Some(("element", n)) => number(n).map(|n| Place::Element(NodeId(n))),
            _ => None,
        };
        place.ok_or_else(|| AutomationError::Message(format!("\"{id}\" is the id of no element")))
    }
}

/// Where elements are looked for, and whose data and methods are meant.
#[derive(Clone, Copy, Debug)]
pub enum Scope<'a> {
    /// The template of the page on top.
    Top,
    /// That of a page by its number.
    Page(u32),
    /// Below an element; below a component lie its own template and what it was given for its slots.
    Element(&'a Element),
}

impl Scope<'_> {
    pub(super) fn place(self) -> Place {
        match self {
            Scope::Top => Place::Top,
            Scope::Page(id) => Place::Page(id),
            Scope::Element(element) => element.place(),
        }
    }
}

impl From<&Page> for Scope<'_> {
    fn from(page: &Page) -> Self {
        Scope::Page(page.id)
    }
}

impl<'a> From<&'a Element> for Scope<'a> {
    fn from(element: &'a Element) -> Scope<'a> {
        Scope::Element(element)
    }
}
