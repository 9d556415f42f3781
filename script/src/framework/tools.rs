//! What tools ask of the framework: pages, elements and their data.

use super::{Framework, Instance, path, script};
use crate::api::convert;
use crate::bridge::tool::{Description, FoundElement, OpenPage, Place, ToolError};
use crate::realm::Realm;
use crate::template::compiled::Target;
use crate::template::part::{PartId, PartKind};
use crate::template::text::to_text;
use crate::value::Value;
use pellicle_layout::document::NodeId;
use serde_json::{Map, Value as Json};
use std::rc::Rc;

impl Framework {
    /// The page stack.
    pub(crate) fn open_pages(&self) -> Vec<OpenPage> {
        let page = |page: &Rc<super::PageState>| OpenPage {
            id: page.id,
            path: page.route.to_string(),
            query: page.query.clone(),
        };
        self.pages.borrow().iter().map(page).collect()
    }

    /// The element of a node.
    pub(crate) fn part_of(&self, node: NodeId) -> Option<PartId> {
        self.tree.borrow().get(node).map(|n| PartId(n.part))
    }

    /// The component that a part is the host of.
    pub(crate) fn component_at(&self, part: PartId) -> Option<Rc<Instance>> {
        let id = self.parts.borrow().element(part)?.instance?;
        self.instance(id)
    }

    /// Elements in the template of a page or component, or below an element. Below the host of a component lie its own
    /// template and what it was given for its slots.
    ///
    /// # Errors
    /// [`ToolError`] if the place is gone.
    pub(crate) fn find_elements(
        &self,
        within: Place,
        selector: &str,
        all: bool,
    ) -> Result<Vec<FoundElement>, ToolError> {
        let host = match within {
            Place::Top | Place::Page(_) => {
                let page = match within {
                    Place::Page(id) => self.page_state(id),
                    _ => self.current_page(),
                };
                let page = page.ok_or(ToolError::NoPage)?;
                let found = self.select_parts(&page.instance, selector, all);
                return Ok(found.into_iter().filter_map(|part| self.found_element(part)).collect());
            }
            place => self.host(place)?,
        };
        let mut found = match self.component_at(host) {
            Some(component) => self.select_parts(&component, selector, all),
            None => Vec::new(),
        };
        if let Some(owner) = self.owner_of(host).filter(|_| all || found.is_empty()) {
            let parts = self.select_parts(&owner, selector, true).into_iter();
            found.extend(parts.filter(|&part| self.parts.borrow().ancestors(part).any(|above| above == host)));
        }
        found.truncate(if all { usize::MAX } else { 1 });
        Ok(found.into_iter().filter_map(|part| self.found_element(part)).collect())
    }

    /// The element that a place means.
    pub(crate) fn element_at(&self, place: Place) -> Result<FoundElement, ToolError> {
        self.found_element(self.host(place)?).ok_or(ToolError::NoElement)
    }

    fn host(&self, place: Place) -> Result<PartId, ToolError> {
        let part = match place {
            Place::Element(node) => self.part_of(node),
            Place::Component(id) => self.instance(id).map(|component| component.host),
            Place::Top | Place::Page(_) => None,
        };
        part.filter(|&part| part != PartId::NONE).ok_or(ToolError::NoElement)
    }

    fn found_element(&self, part: PartId) -> Option<FoundElement> {
        let page = self.owner_of(part)?.page;
        let (node, tag, component) = {
            let parts = self.parts.borrow();
            let element = parts.element(part)?;
            (element.node, element.element.tag.to_string(), element.instance)
        };
        // A virtual host has no box: what is in it stands for it.
        let node = if node.is_none() { self.composed_children(part).first().copied().unwrap_or(node) } else { node };
        Some(FoundElement { node, page, tag, component })
    }

    /// The JSON text of data of a page or component, all of it or at a path: functions left out, `null` for nothing.
    ///
    /// # Errors
    /// [`ToolError`] if the path is none or a getter throws.
    pub(crate) fn data_text(
        &self,
        realm: &mut dyn Realm,
        instance: &Instance,
        at: Option<&str>,
    ) -> Result<String, ToolError> {
        let data = self.data_of(realm, instance);
        let Some(at) = at else { return Ok(whole_text(realm, data)) };
        let steps = path::parse(at).map_err(|_| ToolError::DataPath(at.to_owned()))?;
        let failed = |fault: crate::realm::ScriptFault| ToolError::Script(fault.message);
        let value = realm.read_path(&data, &steps).map_err(failed)?;
        let text = realm.stringify(&value).map_err(failed)?;
        Ok(text.unwrap_or_else(|| "null".to_owned()))
    }

    /// What the template and the component say of an element.
    ///
    /// # Errors
    /// [`ToolError::NoElement`] if it is gone.
    pub(crate) fn describe(&self, realm: &mut dyn Realm, place: Place) -> Result<Description, ToolError> {
        let part = self.host(place)?;
        let mut attributes = self.attributes_of(part).ok_or(ToolError::NoElement)?;
        let classes = self.class_list(part);
        if !classes.is_empty() {
            attributes.insert("class".to_owned(), Json::from(&*classes));
        }
        let mut properties = Map::new();
        if let Some(component) = self.component_at(part) {
            let data = self.data_of(realm, &component);
            for name in component.definition.properties.keys() {
                let value = script::get(realm, &data, name);
                properties.insert(name.to_string(), convert::script_json(realm, &value));
            }
        }
        Ok(Description { attributes, properties })
    }

    /// The attributes of an element as its template has them.
    fn attributes_of(&self, part: PartId) -> Option<Map<String, Json>> {
        let parts = self.parts.borrow();
        let Some(PartKind::Element(element)) = parts.get(part).map(|p| &p.kind) else { return None };
        let named = |target: &Target, value: &Value| match target {
            Target::Attribute { name, .. } => Some((name.to_string(), convert::json_of(value))),
            Target::Style => Some(("style".to_owned(), Json::from(&*to_text(value)))),
            Target::Id => Some(("id".to_owned(), Json::from(&*to_text(value)))),
            Target::Slot => Some(("slot".to_owned(), Json::from(&*to_text(value)))),
            Target::Dataset(name) => Some((format!("data-{}", dashed(name)), convert::json_of(value))),
            _ => None,
        };
        let bindings = element.element.bindings.iter().zip(&element.values);
        Some(bindings.filter_map(|(binding, value)| named(&binding.target, value)).collect())
    }
}

/// The JSON text of data; of one that has none as a whole, the fields that have.
fn whole_text(realm: &mut dyn Realm, data: crate::realm::ScriptRef) -> String {
    if let Ok(Some(text)) = realm.stringify(&Value::Script(data.clone())) {
        return text;
    }
    let mut fields = Vec::new();
    for name in realm.keys(&data).unwrap_or_default() {
        let value = script::get(realm, &data, &name);
        if let Ok(Some(text)) = realm.stringify(&value) {
            fields.push(format!("{}:{text}", Json::String(name)));
        }
    }
    format!("{{{}}}", fields.join(","))
}

/// A name in camel case as it is written in a template.
fn dashed(name: &str) -> String {
    let mut out = String::with_capacity(name.len() + 4);
    for c in name.chars() {
        if c.is_ascii_uppercase() {
            out.push('-');
        }
        out.push(c.to_ascii_lowercase());
    }
    out
}
