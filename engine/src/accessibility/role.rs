//! Roles of elements.

use crate::widgets::{is_on, text};
use pellicle_layout::document::{Document, NodeId};

/// What an element is, by the names of ARIA (<https://www.w3.org/TR/wai-aria-1.2/#role_definitions>).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug)]
#[allow(missing_docs)]
pub enum Role {
    Page,
    Group,
    Text,
    Heading,
    Image,
    Button,
    Link,
    TextBox,
    SearchBox,
    CheckBox,
    Radio,
    RadioGroup,
    Switch,
    Slider,
    SpinButton,
    ComboBox,
    ProgressBar,
    Form,
    List,
    ListItem,
    Tab,
    TabList,
    TabPanel,
    Dialog,
    Alert,
    Status,
    Navigation,
    Region,
    Menu,
    MenuItem,
    Option,
    ListBox,
    Table,
    Row,
    Cell,
    Video,
    Canvas,
    Carousel,
    Document,
}

/// Roles by the names that `aria-role` has for them.
const NAMES: &[(&str, Role)] = &[
    ("page", Role::Page),
    ("group", Role::Group),
    ("text", Role::Text),
    ("heading", Role::Heading),
    ("img", Role::Image),
    ("image", Role::Image),
    ("button", Role::Button),
    ("link", Role::Link),
    ("textbox", Role::TextBox),
    ("searchbox", Role::SearchBox),
    ("checkbox", Role::CheckBox),
    ("radio", Role::Radio),
    ("radiogroup", Role::RadioGroup),
    ("switch", Role::Switch),
    ("slider", Role::Slider),
    ("spinbutton", Role::SpinButton),
    ("combobox", Role::ComboBox),
    ("progressbar", Role::ProgressBar),
    ("form", Role::Form),
    ("list", Role::List),
    ("listitem", Role::ListItem),
    ("tab", Role::Tab),
    ("tablist", Role::TabList),
    ("tabpanel", Role::TabPanel),
    ("dialog", Role::Dialog),
    ("alertdialog", Role::Dialog),
    ("alert", Role::Alert),
    ("status", Role::Status),
    ("navigation", Role::Navigation),
    ("region", Role::Region),
    ("menu", Role::Menu),
    ("menuitem", Role::MenuItem),
    ("option", Role::Option),
    ("listbox", Role::ListBox),
    ("table", Role::Table),
    ("row", Role::Row),
    ("cell", Role::Cell),
    ("video", Role::Video),
    ("canvas", Role::Canvas),
    ("carousel", Role::Carousel),
    ("document", Role::Document),
];

impl Role {
    /// Its name.
    pub fn name(self) -> &'static str {
        NAMES.iter().find(|(_, role)| *role == self).map_or("group", |(name, _)| name)
    }

    /// The role that an element says it has (`aria-role`, or `role`): the first of those that are known.
    pub(super) fn said(document: &Document, node: NodeId) -> Option<Role> {
        let said = text(document, node, "aria-role");
        let said = if said.is_empty() { text(document, node, "role") } else { said };
        said.split_whitespace().find_map(|word| NAMES.iter().find(|(name, _)| *name == word).map(|(_, role)| *role))
    }

    /// The role that a tag has by itself.
    pub(super) fn of_tag(document: &Document, node: NodeId) -> Option<Role> {
        Some(match document.tag_name(node) {
            "page" => Role::Page,
            "button" => Role::Button,
            "navigator" => Role::Link,
            "image" | "cover-image" | "icon" => Role::Image,
            "input" | "textarea" => Role::TextBox,
            "checkbox" => Role::CheckBox,
            "radio" => Role::Radio,
            "radio-group" => Role::RadioGroup,
            "switch" if text(document, node, "type") == "checkbox" => Role::CheckBox,
            "switch" => Role::Switch,
            "slider" => Role::Slider,
            "picker" => Role::ComboBox,
            "picker-view-column" => Role::SpinButton,
            "progress" => Role::ProgressBar,
            "form" => Role::Form,
            "video" | "live-player" => Role::Video,
            "canvas" => Role::Canvas,
            "swiper" => Role::Carousel,
            "rich-text" | "web-view" => Role::Document,
            _ => return None,
        })
    }

    /// True if it is something that its user acts on.
    pub fn is_control(self) -> bool {
        use Role::*;
        matches!(
            self,
            Button
                | Link
                | TextBox
                | SearchBox
                | CheckBox
                | Radio
                | Switch
                | Slider
                | SpinButton
                | ComboBox
                | Tab
                | MenuItem
                | Option
        )
    }

    /// True if its name is what is in it, and what is in it is nothing by itself.
    pub(super) fn is_named_by_content(self) -> bool {
        use Role::*;
        matches!(self, Button | Link | CheckBox | Radio | Switch | Tab | MenuItem | Option | Heading | Text)
    }
}

/// True if an element and all in it are not there for who does not see them.
pub(super) fn is_hidden(document: &Document, node: NodeId) -> bool {
    is_on(document, node, "aria-hidden") && text(document, node, "aria-hidden") != "false"
}
