//! `page-meta` and `navigation-bar`: what the first nodes of a page set of its window.

use super::app::App;
use super::stage::ROOT_FONT_SIZE;
use super::types::HostRequest;
use crate::chrome::PageBar;
use crate::chrome::fade::Timing;
use pellicle_layout::document::{AttributeValue, NodeId};
use std::sync::Arc;

/// Largest font size of a page, logical px.
const MAX_FONT_SIZE: f64 = 1000.0;

impl App {
    /// Obeys what commits have changed of these nodes.
    pub(super) fn follow_meta(&mut self, attributes: &[(NodeId, Arc<str>)], now: f64) {
        let title = self.title().to_owned();
        for (node, name) in attributes {
            let document = &self.stage.document;
            let tag = document.tag_name(*node);
            if !matches!(tag, "page-meta" | "navigation-bar") {
                continue;
            }
            let root = document.ancestors(*node).last().map(|n| n.id);
            let page = document.pages().iter().find(|page| Some(page.root) == root).copied();
            let (Some(page), Some(value)) = (page, document.attribute(*node, name).cloned()) else { continue };
            if tag == "navigation-bar" {
                let number = crate::widgets::number(document, *node, "color-animation-duration", 0.0, 0.0, f64::MAX);
                let timing = Timing::new(number, &crate::widgets::text(document, *node, "color-animation-timing-func"));
                self.chrome.change_bar(Some(page.page), |bar| match &**name {
                    "background-color" if value.is_on() => bar.fade_to(value.to_text().to_string(), timing, now),
                    name => set_bar(bar, name, &value),
                });
                continue;
            }
            match &**name {
                "page-style" | "page-font-size" => self.style_page(*node, page.root),
                "root-font-size" => {
                    self.stage.set_root_font_size(page.page, self.font_size(&value).unwrap_or(ROOT_FONT_SIZE));
                }
                "page-orientation" => self.turn_screen(),
                _ => {
                    let name = name.clone();
                    self.chrome.change_bar(Some(page.page), |bar| set_window(bar, &name, &value));
                    self.painter.list_dirty = true;
                    self.picture_dirty = true;
                }
            }
        }
        if self.title() != title {
            self.requests.push_back(HostRequest::Title(self.title().to_owned()));
        }
    }

    /// Asks for the screen as the page on top wants it: as its `page-meta` says, else as its file does.
    pub(super) fn turn_screen(&mut self) {
        let (Some(entry), Some(top)) = (self.stage.document.top_page(), self.stage.top()) else { return };
        let document = &self.stage.document;
        let meta = crate::widgets::descendants(document, entry.root).find(|&n| document.tag_name(n) == "page-meta");
        let written = meta.map(|meta| crate::widgets::text(document, meta, "page-orientation"));
        let known = |text: &String| matches!(text.as_str(), "auto" | "portrait" | "landscape");
        let wanted = written.filter(known).unwrap_or_else(|| top.window.orientation.clone());
        if known(&wanted) && self.orientation != wanted {
            self.orientation.clone_from(&wanted);
            self.requests.push_back(HostRequest::Orientation(wanted));
        }
    }

    /// The style of a page's root that its `page-meta` asks for.
    fn style_page(&mut self, meta: NodeId, root: NodeId) {
        let document = &self.stage.document;
        let size = document.attribute(meta, "page-font-size").and_then(|value| self.font_size(value));
        let size = size.map_or_else(String::new, |px| format!("font-size: {px}px;"));
        let style = document.attribute(meta, "page-style").map_or_else(|| Arc::from(""), AttributeValue::to_text);
        self.stage.document.overlay_style(root, &format!("{size}{style}"));
    }

    /// A font size: a number of px, with or without unit, or `system`.
    fn font_size(&self, value: &AttributeValue) -> Option<f32> {
        let px = match &*value.to_text() {
            "system" => self.system.font_size_setting,
            _ => value.as_number()?,
        };
        (px > 0.0 && px <= MAX_FONT_SIZE).then_some(px as f32)
    }
}

/// An attribute of a `navigation-bar`.
fn set_bar(bar: &mut PageBar, name: &str, value: &AttributeValue) {
    let text = || value.to_text().to_string();
    match name {
        "title" => bar.title = text(),
        "loading" => bar.loading = value.is_on(),
        "front-color" => match &*value.to_text() {
            "#000000" => bar.dark_text = true,
            "#ffffff" => bar.dark_text = false,
            _ => {}
        },
        _ => {}
    }
}

/// An attribute of a `page-meta` that says how the window looks.
fn set_window(bar: &mut PageBar, name: &str, value: &AttributeValue) {
    let text = value.to_text();
    match (name, &*text) {
        ("background-text-style", "light" | "dark") => bar.light_dots = &*text == "light",
        ("background-color", color) if !color.is_empty() => bar.canvas = color.to_owned(),
        ("background-color-top", color) => bar.above = (!color.is_empty()).then(|| color.to_owned()),
        ("root-background-color", color) => bar.content = (!color.is_empty()).then(|| color.to_owned()),
        _ => {}
    }
}
