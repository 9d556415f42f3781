//! Box generation: from the styled document to the box tree. [`super::update`] tells what is made anew.
//!
//! Making a child list takes two steps: [`Generator::contents`] walks the element's contents and leaves a flat
//! list of text, inline box edges and boxes; [`super::assemble`] groups that list into formatting contexts.

use super::ReplacedSizes;
use super::boxes::{BoxId, BoxOrigin};
use super::builder::is_builder;
use super::builtin::{self, Inner, InnerBox};
use super::containers;
use super::derive::anonymous;
use super::flat::Flat;
use super::taffy_style::ItemOf;
use super::tree::{BoxKind, BoxTree, GridData};
use super::update::{BOX_DIRT, generates_alike, same_family};
use crate::css;
use crate::document::{AttributeValue, Dirty, Document, NodeId, NodeKind};
use crate::style::ComputedStyle;
use crate::style::cascade::has_items;
use crate::style::computed::{Content, ContentItem, Display, Float};
use std::sync::Arc;

/// What a list of children is collected for.
#[derive(Clone, Copy)]
pub(crate) struct Context<'s> {
    /// Nearest inline box, or the block container.
    pub owner: BoxId,
    /// Children become items of a flex or grid container.
    pub blockify: bool,
    /// Style that loose text takes.
    pub style: &'s Arc<ComputedStyle>,
    /// The element whose children these are.
    pub node: NodeId,
}

/// Builds boxes for one page.
pub(crate) struct Generator<'a> {
    pub doc: &'a Document,
    pub tree: &'a mut BoxTree,
    pub replaced: &'a dyn ReplacedSizes,
    /// What inline styles inside `rich-text` refer to.
    pub viewport: css::Viewport,
    pub boxes_built: u32,
}

impl Generator<'_> {
    pub(super) fn natural_size(&self, node: NodeId, tag: &str) -> Option<(f32, f32)> {
        is_picture(tag).then(|| self.replaced.natural_size(node)).flatten()
    }

    /// The element's style with what the component itself decides.
    pub(super) fn adjusted_style(
        &mut self,
        node: NodeId,
        tag: &str,
        style: &Arc<ComputedStyle>,
        natural: Option<(f32, f32)>,
    ) -> Arc<ComputedStyle> {
        match is_builder(tag) {
            true => Arc::new(self.builder_style(node, tag, style)),
            false => builtin::adjusted_style(self.doc, node, tag, style, natural),
        }
    }

    /// Which algorithm lays out an element that is no inline box. A picture with generated content is a box around both.
    pub(super) fn kind_of(&self, node: NodeId, tag: &str, style: &ComputedStyle) -> BoxKind {
        let generates = |made: &Option<Arc<ComputedStyle>>| {
            made.as_ref().is_some_and(|s| matches!(s.content, Content::Items(_)) && s.display != Display::None)
        };
        let is_alone = self.doc.node(node).is_none_or(|node| !generates(&node.before) && !generates(&node.after));
        if is_picture(tag) && is_alone { BoxKind::Replaced } else { formatting_kind(style) }
    }

    /// Makes the child list of an element's box anew.
    pub fn fill(&mut self, id: BoxId, node: NodeId) {
        let style = self.tree.shown(id).style.clone();
        self.boxes_built += 1;
        let old = self.take_children(id);
        let mut flats = Vec::new();
        let kind = self.tree.data(id).kind;
        let blockify = has_items(style.display);
        let ctx = Context { owner: id, blockify, style: &style, node };
        if kind != BoxKind::Replaced {
            self.contents(node, ctx, &mut flats);
        }
        self.assemble(id, node, flats);
        self.tree.sweep(old);
        self.tree.invalidate_content(id);
    }

    /// Takes the lists of a box's old children, to be swept when the new ones are attached.
    pub fn take_children(&mut self, id: BoxId) -> Vec<BoxId> {
        let mut old = std::mem::take(&mut self.tree.shown_mut(id).children);
        let data = self.tree.data_mut(id);
        data.contains_floats = false;
        data.holds_split = false;
        data.source = None;
        old.append(&mut data.flow_children);
        self.tree.shown_mut(id).inline = None;
        old
    }

    /// Collects what stands inside an element: generated content, its inner boxes or its children.
    fn contents(&mut self, node: NodeId, ctx: Context<'_>, out: &mut Vec<Flat>) {
        let Some(element) = self.doc.node(node) else { return };
        self.pseudo(BoxOrigin::Before(node), element.before.as_ref(), ctx, out);
        let tag = self.doc.tag_name(node);
        match builtin::inner_content(self.doc, node, tag, ctx.style, &self.viewport) {
            Some(inner) => inner.iter().for_each(|inner| self.inner(inner, node, ctx, out)),
            None => self.children(node, ctx, out),
        }
        self.pseudo(BoxOrigin::After(node), element.after.as_ref(), ctx, out);
    }

    fn children(&mut self, node: NodeId, ctx: Context<'_>, out: &mut Vec<Flat>) {
        let doc = self.doc;
        let Some(element) = doc.node(node) else { return };
        let in_text = doc.tag_name(node) == "text";
        for &child in &element.children {
            let Some(child_node) = doc.node(child) else { continue };
            match &child_node.kind {
                NodeKind::Element(_) => self.element(child, ctx, out),
                NodeKind::Text(text) => {
                    let text = if in_text { decoded(doc, node, text) } else { text.clone() };
                    let (style, owner) = (ctx.style.clone(), ctx.owner);
                    out.push(Flat::Text { text, style, owner, node: child, offset: 0, breaks_at_newlines: in_text });
                }
            }
        }
    }

    fn element(&mut self, node: NodeId, ctx: Context<'_>, out: &mut Vec<Flat>) {
        let doc = self.doc;
        let Some(element) = doc.node(node) else { return };
        let Some(style) = &element.style else { return };
        match style.display {
            Display::None => return,
            Display::Contents => {
                self.contents(node, Context { style, node, ..ctx }, out);
                return;
            }
            _ => {}
        }
        let tag = doc.tag_name(node);
        let origin = BoxOrigin::Element(node);
        let natural = self.natural_size(node, tag);
        let adjusted = self.adjusted_style(node, tag, style, natural);
        if self.is_inline_box(&adjusted, ctx) && !is_picture(tag) {
            let id = self.open_inline(origin, adjusted.clone(), node, ctx, out);
            let old = self.take_children(id);
            self.contents(node, Context { owner: id, blockify: false, style: &adjusted, node }, out);
            out.push(Flat::Close(id));
            self.tree.sweep(old);
            return;
        }
        let kind = self.kind_of(node, tag, &adjusted);
        let reusable = self.tree.principal(node).filter(|&id| {
            let (shown, data) = (self.tree.shown(id), self.tree.data(id));
            same_family(data.kind, kind)
                && !element.dirty.intersects(Dirty::BOXES)
                && generates_alike(&shown.style, &adjusted)
        });
        let id = match reusable {
            Some(id) => {
                self.tree.data_mut(id).epoch = self.tree.epoch;
                // The element itself may be clean where its parent decides its style (swiper items).
                let clean = !element.dirty.intersects(BOX_DIRT);
                let is_placed_anew = clean && *self.tree.shown(id).style != *adjusted;
                if is_placed_anew {
                    self.set_style(id, adjusted.clone(), natural);
                }
                self.visit(node, is_placed_anew && self.lends_style(id));
                id
            }
            None => {
                let id = self.tree.renew(origin, adjusted.clone(), kind);
                let data = self.tree.data_mut(id);
                data.natural_size = natural;
                data.is_portal = builtin::is_portal(doc, node);
                data.is_masonry = containers::is_masonry(doc, node);
                data.widest_column = containers::widest_column(doc, node);
                data.stays_pinned = containers::stays_pinned(doc, node);
                data.cuts_plainly = builtin::cuts_plainly(doc, node, tag);
                self.set_up(id, &adjusted);
                self.fill(id, node);
                id
            }
        };
        self.push_box(id, &adjusted, ctx, out);
    }

    /// True for a box that joins the line of its container.
    fn is_inline_box(&self, style: &ComputedStyle, ctx: Context<'_>) -> bool {
        style.display == Display::Inline && !ctx.blockify && !style.is_out_of_flow() && style.float == Float::None
    }

    fn open_inline(
        &mut self,
        origin: BoxOrigin,
        style: Arc<ComputedStyle>,
        node: NodeId,
        ctx: Context<'_>,
        out: &mut Vec<Flat>,
    ) -> BoxId {
        let id = self.tree.renew(origin, style, BoxKind::InlineBox);
        self.boxes_built += 1;
        self.tree.shown_mut(id).parent = Some(ctx.owner);
        out.push(Flat::Open { id, node, owner: ctx.owner });
        id
    }

    /// Sets what a new box keeps about its own formatting.
    pub fn set_up(&mut self, id: BoxId, style: &ComputedStyle) {
        let data = self.tree.data_mut(id);
        if data.kind == BoxKind::Grid {
            data.grid = style.grid.as_deref().map(|g| Box::new(GridData::new(g)));
        }
    }

    /// Adds a finished block-level, atomic, floating or out-of-flow box to the list.
    fn push_box(&mut self, id: BoxId, style: &ComputedStyle, ctx: Context<'_>, out: &mut Vec<Flat>) {
        let node = ctx.node;
        self.tree.shown_mut(id).parent = Some(ctx.owner);
        let owner = ctx.owner;
        out.push(if style.is_out_of_flow() {
            Flat::OutOfFlow { id, node, owner }
        } else if style.float != Float::None && !ctx.blockify {
            Flat::Float { id, node, owner }
        } else if ctx.blockify || !style.display.is_inline_level() {
            Flat::Block { id, owner }
        } else {
            Flat::Atomic { id, node, owner }
        });
    }

    /// `::before` or `::after`.
    fn pseudo(&mut self, origin: BoxOrigin, style: Option<&Arc<ComputedStyle>>, ctx: Context<'_>, out: &mut Vec<Flat>) {
        let Some(style) = style else { return };
        let Content::Items(items) = &style.content else { return };
        if style.display == Display::None {
            return;
        }
        let node = origin.node();
        let mut text = String::new();
        for item in items.iter() {
            match item {
                ContentItem::Text(t) => text.push_str(t),
                ContentItem::Attr(name) => {
                    text.push_str(
                        &self.doc.attribute(node, name).map_or_else(|| Arc::from(""), AttributeValue::to_text),
                    );
                }
                ContentItem::Image(..) => {}
            }
        }
        let content = if !text.is_empty() {
            vec![Inner::Text(Arc::from(text), 0)]
        } else if has_items(style.display) {
            // An empty text is an item of its own all the same.
            let style = anonymous(style, Display::Block);
            vec![Inner::Box(InnerBox { slot: None, style, image: false, content: Vec::new() })]
        } else {
            Vec::new()
        };
        if style.display == Display::Contents {
            content.iter().for_each(|inner| self.inner(inner, node, Context { style, ..ctx }, out));
            return;
        }
        self.made_box(origin, style.clone(), &content, false, node, ctx, out);
    }

    fn inner(&mut self, inner: &Inner, node: NodeId, ctx: Context<'_>, out: &mut Vec<Flat>) {
        let (style, owner) = (ctx.style.clone(), ctx.owner);
        match inner {
            Inner::Text(text, offset) => {
                let (text, offset) = (text.clone(), *offset);
                out.push(Flat::Text { text, style, owner, node, offset, breaks_at_newlines: false });
            }
            Inner::Break => out.push(Flat::Break { style, owner, node }),
            Inner::Children => self.children(node, ctx, out),
            Inner::Box(InnerBox { slot, style, image, content }) => {
                let origin = match slot {
                    Some(slot) => BoxOrigin::Internal(node, *slot),
                    None => BoxOrigin::Anonymous(node),
                };
                self.made_box(origin, style.clone(), content, *image, node, ctx, out);
            }
        }
    }

    /// A box that is not an element's: generated content, or the inside of a component.
    #[allow(clippy::too_many_arguments)]
    fn made_box(
        &mut self,
        origin: BoxOrigin,
        style: Arc<ComputedStyle>,
        content: &[Inner],
        image: bool,
        node: NodeId,
        ctx: Context<'_>,
        out: &mut Vec<Flat>,
    ) {
        if self.is_inline_box(&style, ctx) && !image {
            let id = self.open_inline(origin, style.clone(), node, ctx, out);
            let old = self.take_children(id);
            let inside = Context { owner: id, blockify: false, style: &style, node };
            content.iter().for_each(|inner| self.inner(inner, node, inside, out));
            out.push(Flat::Close(id));
            self.tree.sweep(old);
            return;
        }
        let kind = if image { BoxKind::Replaced } else { formatting_kind(&style) };
        let id = self.tree.renew(origin, style.clone(), kind);
        self.boxes_built += 1;
        let natural = self.natural_size(node, self.doc.tag_name(node)).filter(|_| image);
        let data = self.tree.data_mut(id);
        (data.is_replaced, data.natural_size) = (image, natural);
        self.set_up(id, &style);
        let old = self.take_children(id);
        let blockify = has_items(style.display);
        let inside = Context { owner: id, blockify, style: &style, node };
        let mut flats = Vec::new();
        content.iter().for_each(|inner| self.inner(inner, node, inside, &mut flats));
        self.assemble(id, node, flats);
        self.tree.sweep(old);
        if image && style.display == Display::Inline {
            self.tree.shown_mut(id).parent = Some(ctx.owner);
            out.push(Flat::Atomic { id, node, owner: ctx.owner });
        } else {
            self.push_box(id, &style, ctx, out);
        }
    }

    /// How a child flexes in its container.
    pub fn item_of(style: &ComputedStyle) -> ItemOf {
        match style.display {
            Display::WebkitBox | Display::WebkitInlineBox => ItemOf::WebkitBox,
            Display::TableRow => ItemOf::TableRow,
            _ => ItemOf::Other,
        }
    }
}

/// The element shows a picture.
pub(super) fn is_picture(tag: &str) -> bool {
    matches!(tag, "image" | "cover-image")
}

/// Which algorithm lays out the contents of a box that is not an inline one.
pub(crate) fn formatting_kind(style: &ComputedStyle) -> BoxKind {
    match style.display {
        Display::Flex | Display::InlineFlex | Display::TableRow => BoxKind::Flex,
        // A clamped old flexbox is a block container with fewer lines.
        Display::WebkitBox | Display::WebkitInlineBox if style.line_clamp.is_some() && style.box_orient_vertical => {
            BoxKind::Block
        }
        Display::WebkitBox | Display::WebkitInlineBox => BoxKind::Flex,
        Display::Grid | Display::InlineGrid => BoxKind::Grid,
        _ => BoxKind::Block,
    }
}

/// What `space` puts in place of a blank.
pub(super) fn blank(space: &str) -> Option<&'static str> {
    match space {
        "nbsp" => Some("\u{a0}"),
        "ensp" => Some("\u{2002}"),
        "emsp" => Some("\u{2003}"),
        _ => None,
    }
}

/// What `decode` and `space` make of the text of a `text` element.
pub fn decoded(doc: &Document, element: NodeId, text: &Arc<str>) -> Arc<str> {
    let decode = doc.attribute(element, "decode").is_some_and(AttributeValue::is_on);
    let space = doc.attribute(element, "space").filter(|v| v.is_on()).map(AttributeValue::to_text);
    if !decode && space.is_none() {
        return text.clone();
    }
    let mut out = text.to_string();
    if decode {
        // `&amp;` comes last, so that `&amp;lt;` stays `&lt;`.
        for (name, c) in [
            ("&nbsp;", "\u{a0}"),
            ("&lt;", "<"),
            ("&gt;", ">"),
            ("&apos;", "'"),
            ("&ensp;", "\u{2002}"),
            ("&emsp;", "\u{2003}"),
            ("&amp;", "&"),
        ] {
            if out.contains(name) {
                out = out.replace(name, c);
            }
        }
    }
    if let Some(replacement) = space.as_deref().and_then(blank) {
        out = out.replace(' ', replacement);
    }
    Arc::from(out)
}
