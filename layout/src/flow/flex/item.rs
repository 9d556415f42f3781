//! Items: what their styles say, flex base sizes (section 9.2) and automatic minimum sizes (section 4.5).

use super::Container;
use crate::flow::box_model::BoxSizes;
use crate::flow::boxes::BoxId;
use crate::flow::inline::relative_offset;
use crate::flow::question::fit_content;
use crate::flow::solve::Solver;
use crate::flow::taffy_style::resolve_calc;
use crate::style::computed::{Dimension as CssDimension, Display, TableLayout};
use taffy::{
    AlignItems, AlignItemsKeyword, AvailableSpace, CoreStyle, MaybeMath, MaybeResolve, Rect, ResolveOrZero, Size,
};

/// An item while its container is laid out.
pub(super) struct Item {
    pub id: BoxId,
    /// Its index among the container's children.
    pub index: usize,
    pub own: BoxSizes,
    /// Used margins; automatic ones are zero until space is given to them.
    pub margin: Rect<f32>,
    pub is_auto: Rect<bool>,
    ratio: Option<f32>,
    /// Whether it scrolls along the page's axes: it has no automatic minimum size there.
    scrolls: (bool, bool),
    pub grow: f32,
    pub shrink: f32,
    pub align: AlignItems,
    /// Offset by `position: relative`.
    pub offset: (f32, f32),

    /// Flex base size, and whether it is definite.
    pub base: f32,
    pub base_is_definite: bool,
    /// Used limits of the main size.
    pub least: f32,
    pub most: f32,
    /// Hypothetical main size.
    pub hypothetical: f32,
    /// Used main size.
    pub main: f32,
    pub frozen: bool,
    /// Its part of the free space of its line that the items behind it leave, and how far limits keep it from that.
    pub part: f64,
    pub violation: f32,
    /// Cross size.
    pub cross: f32,
    /// From the cross start margin edge to the baseline, where the item is aligned by it.
    pub ascent: f32,
    /// Positions of the border box from main start and from the line's cross start.
    pub main_at: f32,
    pub cross_at: f32,
}

impl Item {
    pub fn edges(&self) -> Size<f32> {
        self.own.edges.sum
    }

    /// Both margins along an axis, automatic ones as zero.
    pub fn margins(&self, horizontal: bool) -> f32 {
        if horizontal { self.margin.left + self.margin.right } else { self.margin.top + self.margin.bottom }
    }

    pub fn main_margins(&self, container: &Container) -> f32 {
        self.margins(container.is_row)
    }

    pub fn cross_margins(&self, container: &Container) -> f32 {
        self.margins(!container.is_row)
    }

    /// Which cross margins are automatic: on the left or top, and on the other side.
    pub fn auto_cross_margins(&self, container: &Container) -> (bool, bool) {
        if container.is_row { (self.is_auto.top, self.is_auto.bottom) } else { (self.is_auto.left, self.is_auto.right) }
    }

    /// Aligned by its baseline with others of its line.
    pub fn has_baseline(&self, container: &Container) -> bool {
        self.align.keyword == AlignItemsKeyword::Baseline && self.auto_cross_margins(container) == (false, false)
    }

    /// A main or cross size within the style's limits along that axis.
    pub fn limited(&self, size: f32, horizontal: bool) -> f32 {
        let (min, max, edges) = if horizontal {
            (self.own.min.width, self.own.max.width, self.edges().width)
        } else {
            (self.own.min.height, self.own.max.height, self.edges().height)
        };
        size.maybe_clamp(min, max).max(edges)
    }

    /// A width that is not given within its limits, those that follow from limits of the height included.
    pub fn fitted(&self, width: f32) -> f32 {
        let (min, max) = match self.ratio.filter(|_| self.own.given.height.is_none()) {
            Some(ratio) => self.own.transferred_limits(ratio),
            None => (self.own.min.width, self.own.max.width),
        };
        width.maybe_clamp(min, max).max(self.edges().width)
    }

    fn scrolls_along(&self, horizontal: bool) -> bool {
        if horizontal { self.scrolls.0 } else { self.scrolls.1 }
    }
}

impl Solver<'_> {
    /// The items of a container, with their base sizes yet to be found.
    pub(super) fn flex_items(&self, container: &Container) -> Vec<Item> {
        let children = &self.tree.data(container.id).flow_children;
        let items = children.iter().enumerate().filter(|(_, id)| !self.tree.shown(**id).style.is_out_of_flow());
        items.map(|(index, &id)| self.flex_item(container, index, id)).collect()
    }

    fn flex_item(&self, container: &Container, index: usize, id: BoxId) -> Item {
        let style = self.tree.style_ref(id);
        let width = container.percent_width;
        let align = style.align_self().unwrap_or(container.align_items);
        let direction = if container.is_rtl { taffy::Direction::Rtl } else { taffy::Direction::Ltr };
        let align = align.resolve_self_relative(style.direction(), direction, !container.is_row);
        let overflow = style.overflow();
        Item {
            id,
            index,
            own: style.box_sizes(container.basis()),
            margin: style.margin().resolve_or_zero(width, resolve_calc),
            is_auto: style.margin().map(|margin| margin.is_auto()),
            ratio: style.aspect_ratio(),
            scrolls: (overflow.x.is_scroll_container(), overflow.y.is_scroll_container()),
            grow: style.flex_grow(),
            shrink: style.flex_shrink(),
            align: if align.keyword == AlignItemsKeyword::Normal { AlignItems::STRETCH } else { align },
            offset: relative_offset(style.style, width.unwrap_or(0.0), container.percent_height),
            base: 0.0,
            base_is_definite: false,
            least: 0.0,
            most: f32::INFINITY,
            hypothetical: 0.0,
            main: 0.0,
            frozen: false,
            part: 0.0,
            violation: 0.0,
            cross: 0.0,
            ascent: 0.0,
            main_at: 0.0,
            cross_at: 0.0,
        }
    }

    /// Its cross size is that of its line.
    pub(super) fn is_stretched(&self, container: &Container, item: &Item) -> bool {
        let style = &self.tree.shown(item.id).style;
        let size = if container.is_row { style.height } else { style.width };
        // A percentage of a height that follows from the content is automatic, but does not make the box stretch.
        size == CssDimension::Auto
            && item.align.keyword == AlignItemsKeyword::Stretch
            && item.auto_cross_margins(container) == (false, false)
    }

    /// It is no smaller than its content, whatever its style says.
    pub(super) fn is_table(&self, item: &Item) -> bool {
        let style = &self.tree.shown(item.id).style;
        style.display == Display::Table && style.table_layout == TableLayout::Auto
    }

    /// Finds an item's flex base size and hypothetical main size.
    pub(super) fn find_base(&mut self, container: &Container, item: &mut Item) {
        if !container.is_row {
            item.cross = self.item_width(container, item);
        }
        (item.base, item.base_is_definite) = self.base_size(container, item);
        let (min, max) = if container.is_row {
            (item.own.min.width, item.own.max.width)
        } else {
            (item.own.min.height, item.own.max.height)
        };
        item.most = max.unwrap_or(f32::INFINITY);
        let style = &self.tree.shown(item.id).style;
        item.least = match (min, if container.is_row { style.min_width } else { style.min_height }) {
            (Some(min), _) => min,
            // A percentage of a height that follows from the content is zero.
            (None, CssDimension::Length(_)) => 0.0,
            (None, CssDimension::MinContent) if container.is_row => {
                self.content_width(container, item, AvailableSpace::MinContent)
            }
            (None, CssDimension::MaxContent) if container.is_row => {
                self.content_width(container, item, AvailableSpace::MaxContent)
            }
            (None, _) if item.scrolls_along(container.is_row) || container.is_old => 0.0,
            (None, _) => self.automatic_minimum(container, item),
        };
        if self.is_table(item) {
            item.least = item.least.max(match container.is_row {
                true => self.content_width(container, item, AvailableSpace::MinContent),
                false => self.content_height(container, item, item.cross),
            });
        }
        let edges = if container.is_row { item.edges().width } else { item.edges().height };
        item.least = item.least.max(edges);
        item.hypothetical = item.base.min(item.most).max(item.least);
    }

    /// Limits of the main size that follow from those of the cross size by the aspect ratio.
    fn transferred_limits(&self, container: &Container, item: &Item) -> (f32, f32) {
        let Some(ratio) = item.ratio else { return (0.0, f32::INFINITY) };
        let limits = match container.is_row {
            true => (item.own.min.height, item.own.max.height),
            false => (item.own.min.width, item.own.max.width),
        };
        let turn = |size: f32| {
            if container.is_row { item.own.edges.width_of(size, ratio) } else { item.own.edges.height_of(size, ratio) }
        };
        (limits.0.map_or(0.0, turn), limits.1.map_or(f32::INFINITY, turn))
    }

    fn base_size(&mut self, container: &Container, item: &Item) -> (f32, bool) {
        let style = &self.tree.shown(item.id).style;
        let main = if container.is_row { style.width } else { style.height };
        let is_open = container.is_row && container.inner_width.is_none();
        let basis = match style.flex_basis {
            // Items of an old flexbox do not shrink, but are no wider than it unless their content is.
            CssDimension::Auto if container.is_old && main == CssDimension::Auto => CssDimension::FitContent,
            CssDimension::Auto => main,
            // While a row's width is looked for, browsers take the width for what depends on it.
            CssDimension::Length(length) if is_open && length.has_percent => main,
            CssDimension::Content if is_open => main,
            basis => basis,
        };
        let whole = if container.is_row { container.inner_width } else { container.percent_height };
        let (outside, edges) = match container.is_row {
            true => (item.own.edges.outside.width, item.edges().width),
            false => (item.own.edges.outside.height, item.edges().height),
        };
        let size = match basis {
            CssDimension::Length(_) => {
                let length = crate::flow::taffy_style::dimension(basis).maybe_resolve(whole, resolve_calc);
                if let Some(length) = length {
                    return ((length + outside).max(edges), true);
                }
                None
            }
            CssDimension::MinContent if container.is_row => {
                Some(self.content_width(container, item, AvailableSpace::MinContent))
            }
            CssDimension::MaxContent if container.is_row => {
                Some(self.content_width(container, item, AvailableSpace::MaxContent))
            }
            CssDimension::FitContent if container.is_row => {
                whole.map(|whole| self.fitted_width(container, item, whole - item.main_margins(container)))
            }
            _ => None,
        };
        if let Some(size) = size {
            return (size.max(edges), false);
        }
        if let (Some(ratio), Some(cross)) = (item.ratio, self.definite_cross(container, item)) {
            let size = if container.is_row {
                item.own.edges.width_of(cross, ratio)
            } else {
                item.own.edges.height_of(cross, ratio)
            };
            return (size.max(edges), true);
        }
        let size = if container.is_row {
            self.content_width(container, item, container.constraint)
        } else {
            self.content_height(container, item, item.cross)
        };
        let (low, high) = self.transferred_limits(container, item);
        (size.min(high).max(low).max(edges), false)
    }

    /// Width that follows from a height that is certain; no less than that of the content.
    pub(super) fn width_by_ratio(&mut self, container: &Container, item: &Item) -> Option<f32> {
        let ratio = item.ratio?;
        let height = match container.is_row {
            true => self.definite_cross(container, item)?,
            false => item.limited(item.own.given.height?, false),
        };
        let width = item.own.edges.width_of(height, ratio);
        let is_least = !item.scrolls.0 && self.tree.shown(item.id).style.min_width == CssDimension::Auto;
        Some(if is_least { width.max(self.content_width(container, item, AvailableSpace::MinContent)) } else { width })
    }

    /// `min-height: auto` stands for the height of the content.
    pub(super) fn is_least_by_content(&self, item: &Item) -> bool {
        !item.scrolls.1 && self.tree.shown(item.id).style.min_height == CssDimension::Auto
    }

    /// Height that follows from a width.
    pub(super) fn height_by_ratio(&self, item: &Item, width: f32) -> Option<f32> {
        item.ratio.map(|ratio| item.own.edges.height_of(width, ratio))
    }

    /// The cross size before lines are known, where that is certain.
    fn definite_cross(&self, container: &Container, item: &Item) -> Option<f32> {
        if !container.is_row {
            return Some(item.cross);
        }
        let stretched = || {
            let height = container.percent_height.filter(|_| !container.is_multi_line())?;
            self.is_stretched(container, item).then_some(height - item.margins(false))
        };
        item.own.given.height.or_else(stretched).map(|height| item.limited(height, false))
    }

    /// `min-width: auto` or `min-height: auto` of an item.
    fn automatic_minimum(&mut self, container: &Container, item: &Item) -> f32 {
        let content = if container.is_row {
            self.content_width(container, item, AvailableSpace::MinContent)
        } else {
            self.content_height(container, item, item.cross)
        };
        let given = if container.is_row { item.own.given.width } else { item.own.given.height };
        let (low, high) = self.transferred_limits(container, item);
        let mut content = content.min(high).max(low);
        // The content is at least as long as the aspect ratio makes it (Chromium).
        if let (Some(ratio), Some(cross)) = (item.ratio, self.definite_cross(container, item)) {
            content = content.max(if container.is_row {
                item.own.edges.width_of(cross, ratio)
            } else {
                item.own.edges.height_of(cross, ratio)
            });
        }
        content.maybe_min(given).min(item.most)
    }

    /// Fits an item of columns that wrap into its line, which can be wider than the container.
    pub(super) fn fit_into_line(&mut self, container: &Container, item: &mut Item, line: f32) {
        let is_auto = self.tree.shown(item.id).style.width == CssDimension::Auto && item.ratio.is_none();
        if is_auto && !self.is_stretched(container, item) {
            let width = self.fitted_width(container, item, line - item.margins(true));
            item.cross = item.limited(width, true);
        }
    }

    /// Width of an item of a column before lines are known.
    fn item_width(&mut self, container: &Container, item: &Item) -> f32 {
        let space = container.inner_width.unwrap_or(0.0) - item.margins(true);
        let width = match self.tree.shown(item.id).style.width {
            CssDimension::MinContent => self.content_width(container, item, AvailableSpace::MinContent),
            CssDimension::MaxContent => self.content_width(container, item, AvailableSpace::MaxContent),
            width => match item.own.given.width {
                Some(width) => width,
                _ if !container.is_multi_line() && self.is_stretched(container, item) => space,
                None => {
                    let by_ratio = match width {
                        CssDimension::Auto => self.width_by_ratio(container, item),
                        _ => None,
                    };
                    let width = by_ratio.unwrap_or_else(|| self.fitted_width(container, item, space));
                    return item.fitted(width);
                }
            },
        };
        let width = item.limited(width, true);
        match self.is_table(item) {
            true => width.max(self.content_width(container, item, AvailableSpace::MinContent)),
            false => width,
        }
    }

    /// `fit-content` of an item.
    pub(super) fn fitted_width(&mut self, container: &Container, item: &Item, space: f32) -> f32 {
        fit_content(AvailableSpace::Definite(space), |space| self.content_width(container, item, space))
    }

    /// Width of an item's border box by its content; its own width and its limits do not count.
    pub(super) fn content_width(&mut self, container: &Container, item: &Item, space: AvailableSpace) -> f32 {
        let height = if container.is_row { self.definite_cross(container, item) } else { item.own.given.height };
        self.width_by_content(item.id, container.basis(), height, space)
    }

    /// Height of an item's border box by its content at a width.
    pub(super) fn content_height(&mut self, container: &Container, item: &Item, width: f32) -> f32 {
        self.height_by_content(item.id, container.basis(), width)
    }
}
