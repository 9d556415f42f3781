//! The pictures of a stage's elements.

use super::super::pictures::PictureOutcome;
use super::PageStage;
use crate::images::{DecodeError, ImageId, ImageStore};
use pellicle_layout::atom::Atom;
use pellicle_layout::diagnostic::{Diagnostic, Position, Severity};
use pellicle_layout::document::{NodeId, ScopeId};
use std::sync::Arc;

/// Longest address in a finding, characters.
const MAX_ADDRESS: usize = 200;

impl PageStage {
    /// Looks up the pictures of elements whose attributes changed. It needs to know which page or component an
    /// element belongs to, so the commit's sheets come first.
    pub fn find_pictures(&mut self, attributes: &[(NodeId, Atom)]) {
        let names = [self.document.names.get("src"), self.document.names.get("forceHttps")];
        for &(node, name) in attributes {
            let is_picture = matches!(self.document.tag_name(node), "image" | "cover-image");
            if names.contains(&Some(name)) && is_picture {
                let scope = self.document.node(node).map_or(ScopeId::GLOBAL, |n| n.scope);
                let owner = self.owner_of(node, scope);
                let scale = self.styles.viewport().scale;
                self.pictures.set_source(&*self.package, &mut self.document, node, &owner, scale);
            }
        }
    }

    /// Asks for the pictures of elements that were not asked for yet.
    pub fn request_pictures(&mut self, images: &mut ImageStore) {
        self.pictures.request_all(&mut self.document, images);
    }

    /// Asks for the pictures of elements that came near the screen when the list was built. True if the list has to be
    /// built again: one of them is to fade in.
    pub fn request_near_pictures(&mut self, near: &[(NodeId, bool)], images: &mut ImageStore) -> bool {
        !near.is_empty() && self.pictures.request_near(near, &mut self.document, images)
    }

    /// A picture has come, with its natural size, or failed.
    pub fn settle_picture(&mut self, id: ImageId, size: Option<(u32, u32)>) {
        for node in self.pictures.settle(id) {
            if let Some((width, height)) = size {
                self.set_picture_size(node, (width as f32, height as f32));
            }
        }
    }

    /// Elements that are to be told what became of their picture.
    pub fn take_picture_outcomes(&mut self, images: &ImageStore) -> Vec<(NodeId, PictureOutcome)> {
        self.pictures.take_outcomes(images)
    }

    /// What there is to say about a picture that cannot be shown.
    pub fn picture_fault(&self, id: ImageId, url: &str, error: &DecodeError) -> Diagnostic {
        let node = self.pictures.one_of(id);
        let owner = node.and_then(|n| Some(self.owner_of(n, self.document.node(n)?.scope)));
        let owner = owner.unwrap_or_else(|| self.top().map_or_else(|| Arc::from("app"), |top| top.path.clone()));
        // A `data:` URL is as long as its picture.
        let short: String = url.chars().take(MAX_ADDRESS).collect();
        Diagnostic {
            severity: Severity::Warning,
            code: "picture",
            file: Arc::from(format!("{owner}.wxml")),
            position: Position { line: 1, column: 1 },
            message: format!("the picture \"{short}\" cannot be shown: {error}"),
            source_line: String::new(),
        }
    }

    /// The pictures of all elements.
    pub fn images(&self) -> impl Iterator<Item = ImageId> {
        self.pictures.images()
    }

    /// Elements that show a picture.
    pub fn nodes_of_image(&self, id: ImageId) -> Vec<NodeId> {
        self.pictures.nodes_of(id)
    }

    /// The natural size of an element's picture is known.
    pub fn set_picture_size(&mut self, node: NodeId, size: (f32, f32)) {
        self.pictures.set_size(&mut self.document, node, Some(size));
    }
}
