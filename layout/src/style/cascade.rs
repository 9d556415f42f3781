//! From matched declarations to a computed style.
//!
//! The order (CSS Cascade 4 section 6): rules by rank, then the style attribute, then what the component
//! itself forces, then `!important` declarations in the same order. Of each longhand the last declaration
//! wins. Font size and colour are computed first, as the rest depends on them.

use crate::css::declaration::{CustomDeclaration, Declaration, DeclaredValue, Unresolved, Wide};
use crate::css::parse::ParseContext;
use crate::css::properties::{inherit_all, inherited_differs, inherited_differs_but, table_damage, table_damage_but};
use crate::css::substitute::{resolve_custom, substitute};
use crate::css::value::{ComputeContext, line_height_of};
use crate::css::{DeclarationBlock, PropertyId, PropertyValue, Viewport};
use crate::document::Dirty;
use crate::style::computed::*;
use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use std::cell::Cell;
use std::sync::{Arc, OnceLock};

/// What computing a style needs besides the declarations.
#[derive(Clone, Copy, Debug)]
pub struct CascadeContext<'a> {
    /// The surface.
    pub viewport: &'a Viewport,
    /// What 1 rem is, logical px.
    pub root_font_size: f32,
    /// The style that is inherited from.
    pub parent: &'a ComputedStyle,
    /// The box is an item of a flex or grid container, or a root: it is no inline box.
    pub blockify: bool,
}

/// The longhands that a value stands for.
type SharedLonghands = Arc<[(PropertyId, PropertyValue)]>;

/// A value with the custom properties that it was resolved with; both are kept so that their addresses stay theirs.
type ResolvedWith = (Arc<Unresolved>, Arc<CustomProperties>, Resolved);

/// Parsed values with references, by what they came to: parsing them again costs more than the rest.
#[derive(Debug, Default)]
pub struct ParsedCache {
    /// What values come to under the custom properties of an element. Entries hold both, so an address is never used
    /// again for another one.
    resolved: FxHashMap<(usize, usize), ResolvedWith>,
    values: FxHashMap<(usize, Arc<str>), SharedLonghands>,
    /// Keeps the keys' addresses in use.
    kept: Vec<Arc<Unresolved>>,
    /// Some property that is not inherited was set to `inherit` by a reference.
    pub explicit_inherit: bool,
}

/// What a value with references comes to.
#[derive(Clone, Debug)]
enum Resolved {
    /// Longhands; none if the value is invalid.
    Longhands(SharedLonghands),
    Wide(Wide),
}

/// Entries of a cache before it is emptied.
const CACHE_LIMIT: usize = 8192;

impl ParsedCache {
    /// Forgets what depends on the surface and on custom properties that may be gone.
    pub fn forget_resolved(&mut self) {
        self.resolved.clear();
    }

    /// What a value comes to under custom properties.
    fn resolve(&mut self, value: &Arc<Unresolved>, custom: &Arc<CustomProperties>, viewport: &Viewport) -> Resolved {
        let key = (Arc::as_ptr(value) as usize, Arc::as_ptr(custom) as usize);
        if let Some((.., found)) = self.resolved.get(&key) {
            return found.clone();
        }
        if self.resolved.len() >= CACHE_LIMIT {
            self.resolved.clear();
        }
        // Invalid at computed-value time is `unset` (CSS Variables 1 section 3.1).
        let resolved = match substitute(&value.text, custom, viewport) {
            Err(_) => Resolved::Wide(Wide::Unset),
            Ok(text) => match Wide::from_text(text.trim()) {
                Some(wide) => Resolved::Wide(wide),
                None => Resolved::Longhands(self.longhands(value, text)),
            },
        };
        self.resolved.insert(key, (value.clone(), custom.clone(), resolved.clone()));
        resolved
    }

    /// The longhands that `text`, the replaced value of `unresolved`, stands for; empty if it is invalid.
    fn longhands(&mut self, unresolved: &Arc<Unresolved>, text: String) -> SharedLonghands {
        let key = (Arc::as_ptr(unresolved) as usize, Arc::from(text));
        if let Some(found) = self.values.get(&key) {
            return found.clone();
        }
        if self.values.len() >= CACHE_LIMIT {
            self.values.clear();
            self.kept.clear();
        }
        let mut longhands = Vec::new();
        // An invalid value leaves the list empty.
        let _ = unresolved.source.parse(&key.1, &ParseContext { base: &unresolved.base }, &mut longhands);
        let longhands: SharedLonghands = longhands.into();
        self.kept.push(unresolved.clone());
        self.values.insert(key, longhands.clone());
        longhands
    }
}

/// The style before any declaration. Unlike [`ComputedStyle::default`] its border and outline widths are
/// `medium`: they become 0 when a style without a line is finished.
pub fn initial() -> &'static ComputedStyle {
    static INITIAL: OnceLock<ComputedStyle> = OnceLock::new();
    INITIAL.get_or_init(|| {
        let mut style = ComputedStyle { border_width: Edges::all(3.0), ..ComputedStyle::default() };
        style.outline.width = 3.0;
        style
    })
}

/// The winning declarations.
struct Winners<'a> {
    values: [Option<&'a DeclaredValue>; PropertyId::COUNT],
    /// Which of them there are, a bit each.
    declared: [u64; PropertyId::COUNT.div_ceil(64)],
    custom: FxHashMap<&'a str, &'a CustomDeclaration>,
}

impl<'a> Winners<'a> {
    fn of(blocks: &[&'a DeclarationBlock], by_importance: &[&'a DeclarationBlock]) -> Winners<'a> {
        let mut winners = Winners {
            values: [None; PropertyId::COUNT],
            declared: [0; PropertyId::COUNT.div_ceil(64)],
            custom: FxHashMap::default(),
        };
        let mut any_important = false;
        for important in [false, true] {
            for block in if important { by_importance } else { blocks } {
                for Declaration { property, value, important: own } in &block.declarations {
                    any_important |= own;
                    if *own == important {
                        let index = *property as usize;
                        winners.values[index] = Some(value);
                        winners.declared[index / 64] |= 1 << (index % 64);
                    }
                }
                for declaration in &block.custom {
                    any_important |= declaration.important;
                    if declaration.important == important {
                        winners.custom.insert(&declaration.name, declaration);
                    }
                }
            }
            if !any_important {
                break;
            }
        }
        winners
    }

    /// The properties that are declared, in the order of the table.
    fn properties(&self) -> impl Iterator<Item = PropertyId> {
        self.declared.iter().enumerate().flat_map(|(word, &bits)| {
            std::iter::successors(Some(bits), |bits| (*bits != 0).then(|| bits & (bits - 1)))
                .take_while(|bits| *bits != 0)
                .map(move |bits| PropertyId::ALL[word * 64 + bits.trailing_zeros() as usize])
        })
    }
}

/// Computes a style from blocks in cascade order, the strongest last; `important` has them in the order in which what is
/// important in them counts.
pub fn cascade(
    blocks: &[&DeclarationBlock],
    important: &[&DeclarationBlock],
    context: CascadeContext,
    cache: &mut ParsedCache,
) -> ComputedStyle {
    let winners = Winners::of(blocks, important);
    let mut style = initial().clone();
    inherit_all(&mut style, context.parent);
    apply(&winners, &mut style, context, cache, Over::Initial);
    finish(&mut style, context);
    style.moving = moving_with(&style, context.parent.moving);
    style
}

/// What of a style moves because that of its parent does.
fn moving_with(style: &ComputedStyle, parent: Moving) -> Moving {
    let current = style.current_colors;
    let color = parent.color && current.contains(PropertyId::Color);
    let decoration =
        color && current.contains(PropertyId::TextDecorationColor) || parent.decoration && current.is_propagated();
    Moving { color, decoration, colors: color && current.show_on_box(style), ..Moving::default() }
}

/// Computes `block` on top of a finished style: a keyframe. Relative units are those of `base`, but that 1 em is `em` logical
/// px where that is given.
pub fn cascade_over(
    block: &DeclarationBlock,
    base: &ComputedStyle,
    em: Option<f32>,
    context: CascadeContext,
    cache: &mut ParsedCache,
) -> ComputedStyle {
    let winners = Winners::of(&[block], &[block]);
    let mut style = base.clone();
    apply(&winners, &mut style, context, cache, Over::Style { em });
    finish(&mut style, context);
    style
}

/// What declarations are put over.
#[derive(Clone, Copy)]
enum Over {
    /// What a style is without any.
    Initial,
    /// A finished style, and what 1 em is if not its font size.
    Style { em: Option<f32> },
}

fn apply(winners: &Winners, style: &mut ComputedStyle, context: CascadeContext, cache: &mut ParsedCache, over: Over) {
    if !winners.custom.is_empty() {
        style.custom = resolve_custom(&context.parent.custom, &winners.custom, context.viewport);
    }
    let asked = Cell::new(false);
    if let Over::Initial = over {
        style.current_colors = CurrentColors::INITIAL;
    }
    let mut computing = ComputeContext {
        viewport: context.viewport,
        font_size: context.parent.font_size,
        root_font_size: context.root_font_size,
        line_height: line_height_of(context.parent),
        color: context.parent.color,
        parent: context.parent,
        asked: Some(&asked),
    };
    // The table starts with what the rest depends on.
    for id in [PropertyId::FontSize, PropertyId::Color] {
        set(id, winners.values[id as usize], style, &computing, cache);
    }
    if winners.values[PropertyId::Color as usize].is_some() {
        style.current_colors.note(PropertyId::Color, asked.take());
    }
    computing.font_size = match over {
        Over::Style { em: Some(em) } => em,
        _ => style.font_size,
    };
    computing.color = style.color;
    set(PropertyId::LineHeight, winners.values[PropertyId::LineHeight as usize], style, &computing, cache);
    computing.line_height = line_height_of(style);
    if let Over::Initial = over {
        PropertyId::set_all_to_current(style, computing.color);
    }
    for id in winners.properties().filter(|&id| id as usize >= FIRST) {
        set(id, winners.values[id as usize], style, &computing, cache);
        style.current_colors.note(id, asked.take());
    }
}

/// Properties that the others depend on: font size, colour and line height stand first in the table.
const FIRST: usize = 3;

fn set(
    id: PropertyId,
    value: Option<&DeclaredValue>,
    style: &mut ComputedStyle,
    context: &ComputeContext,
    cache: &mut ParsedCache,
) {
    let wide = match value {
        None => return,
        Some(DeclaredValue::Value(value)) => return value.apply(style, context),
        Some(DeclaredValue::Wide(wide)) => *wide,
        Some(DeclaredValue::Unresolved(unresolved)) => {
            match cache.resolve(unresolved, &style.custom, context.viewport) {
                Resolved::Longhands(list) => match list.iter().find(|(property, _)| *property == id) {
                    Some((_, value)) => return value.apply(style, context),
                    None => Wide::Unset,
                },
                Resolved::Wide(wide) => {
                    cache.explicit_inherit |= wide == Wide::Inherit && !id.is_inherited();
                    wide
                }
            }
        }
    };
    match wide {
        Wide::Inherit | Wide::Unset if id.is_inherited() => {
            if id == PropertyId::Color {
                context.current_color();
            }
            id.copy(style, context.parent);
        }
        Wide::Inherit => {
            style.current_colors.note_other();
            id.copy(style, context.parent);
        }
        _ if id.set_to_current(style, context.color) => {
            context.current_color();
        }
        _ => id.copy(style, initial()),
    }
}

/// What depends on several properties at once.
fn finish(style: &mut ComputedStyle, context: CascadeContext) {
    finish_borders(style, context.viewport.scale);
    // CSS Overflow 3 section 3.1: one scrolling axis makes the other one scroll, too. Where that one clips, it does so
    // (Chromium).
    let scrolls = |o: Overflow| matches!(o, Overflow::Hidden | Overflow::Scroll | Overflow::Auto);
    let settle = |own: Overflow, other: Overflow| match own {
        Overflow::Visible if scrolls(other) => Overflow::Auto,
        own => own,
    };
    (style.overflow_x, style.overflow_y) =
        (settle(style.overflow_x, style.overflow_y), settle(style.overflow_y, style.overflow_x));
    if style.is_out_of_flow() {
        style.float = Float::None;
    }
    style.was_inline_level = style.display.is_inline_level();
    if context.blockify || style.is_out_of_flow() || style.float != Float::None {
        style.display = blockified(style.display);
    }
    if matches!(style.display, Display::WebkitBox | Display::WebkitInlineBox) {
        style.align_items = style.box_align;
        style.justify_content = style.box_pack;
        style.flex_direction = match (style.box_orient_vertical, style.box_reverse) {
            (false, false) => FlexDirection::Row,
            (false, true) => FlexDirection::RowReverse,
            (true, false) => FlexDirection::Column,
            (true, true) => FlexDirection::ColumnReverse,
        };
    }
    compose_transform(style);
    if style.contain.paint {
        let clipped = |own: Overflow| if own == Overflow::Visible { Overflow::Clip } else { own };
        (style.overflow_x, style.overflow_y) = (clipped(style.overflow_x), clipped(style.overflow_y));
    }
    propagate_decoration(style, context.parent);
    crate::css::motion::finish(style);
}

/// What has to be put together again after properties of a finished style were mixed, for device px of this scale.
pub(crate) fn settle_mixed(style: &mut ComputedStyle, scale: f32) {
    finish_borders(style, scale);
    compose_transform(style);
    // Curves go beyond their ends.
    style.opacity = style.opacity.clamp(0.0, 1.0);
}

/// `translate`, `rotate` and `scale` come before `transform` (CSS Transforms 2 section 6).
fn compose_transform(style: &mut ComputedStyle) {
    if style.translate.is_none() && style.rotate.is_none() && style.scale.is_none() {
        style.transform = style.own_transform.clone();
        return;
    }
    let individual = [style.translate, style.rotate, style.scale];
    let all: SmallVec<[TransformOp; 8]> =
        individual.into_iter().flatten().chain(style.own_transform.iter().copied()).collect();
    crate::animate::store(&mut style.transform, &all);
}

/// A border without a line has no width; the others are whole physical pixels, at least one (CSS
/// Backgrounds 4 section 3.4).
fn finish_borders(style: &mut ComputedStyle, scale: f32) {
    let scale = if scale > 0.0 { scale } else { 1.0 };
    let settle = |width: &mut f32, line: LineStyle| {
        *width = match line {
            LineStyle::None | LineStyle::Hidden => 0.0,
            _ if *width <= 0.0 => 0.0,
            _ => (*width * scale + 1e-4).floor().max(1.0) / scale,
        };
    };
    settle(&mut style.border_width.top, style.border_style.top);
    settle(&mut style.border_width.right, style.border_style.right);
    settle(&mut style.border_width.bottom, style.border_style.bottom);
    settle(&mut style.border_width.left, style.border_style.left);
    settle(&mut style.outline.width, style.outline.style);
}

/// The block-level counterpart of a display type (CSS Display 3 section 2.7).
pub fn blockified(display: Display) -> Display {
    match display {
        Display::Inline | Display::InlineBlock => Display::Block,
        Display::InlineFlex => Display::Flex,
        Display::InlineGrid => Display::Grid,
        Display::InlineTable => Display::Table,
        Display::WebkitInlineBox => Display::WebkitBox,
        Display::TableRow | Display::TableCell | Display::TableRowGroup => Display::Block,
        other => other,
    }
}

/// True if the children of such a box are its items and so no inline boxes. A `-webkit-box` wraps its inline
/// content instead, as browsers do.
pub fn has_items(display: Display) -> bool {
    matches!(display, Display::Flex | Display::InlineFlex | Display::Grid | Display::InlineGrid)
}

/// Decorations are not inherited but drawn across the inline and in-flow block content of their box (CSS
/// Text Decoration 3 section 2.1); a box that says nothing itself carries its parent's.
fn propagate_decoration(style: &mut ComputedStyle, parent: &ComputedStyle) {
    let from = parent.text_decoration;
    let isolated = style.is_out_of_flow()
        || style.float != Float::None
        || matches!(
            style.display,
            Display::InlineBlock | Display::InlineFlex | Display::InlineGrid | Display::InlineTable
        );
    if isolated || !(from.underline || from.overline || from.line_through) {
        return;
    }
    let own = &mut style.text_decoration;
    if !(own.underline || own.overline || own.line_through) {
        *own = from;
        style.current_colors.note_propagated();
        style.text_decoration_thickness = parent.text_decoration_thickness;
    } else {
        own.underline |= from.underline;
        own.overline |= from.overline;
        own.line_through |= from.line_through;
    }
}

/// What a change from one style to another makes necessary for the box.
pub fn damage(old: &ComputedStyle, new: &ComputedStyle) -> Dirty {
    let mut damage = table_damage(old, new);
    // Colours that move have rows of their own.
    if damage.contains(Dirty::PAINT)
        && old.moving.any_color()
        && new.moving.any_color()
        && !table_damage_but(old, new, |id| is_in_row(id, old, new)).contains(Dirty::PAINT)
    {
        damage.remove(Dirty::PAINT);
        damage.insert(Dirty::COMPOSITE);
    }
    // Borders come and go with their style, stacking contexts and containing blocks with effects.
    let effects = |s: &ComputedStyle| {
        let empty = (!s.has_transform(), s.filter.is_empty(), s.backdrop_filter.is_empty());
        (empty, s.is_perspective_root(), s.will_change)
    };
    if effects(old) != effects(new) {
        damage.insert(Dirty::LAYOUT | Dirty::PAINT);
    }
    let colors = |s: &ComputedStyle| (s.moving.colors, s.moving.inherited());
    let layers = |s: &ComputedStyle| (s.has_stacking_effect(), s.has_opacity(), colors(s));
    if layers(old) != layers(new) {
        damage.insert(Dirty::PAINT);
    }
    if old.was_inline_level != new.was_inline_level {
        damage.insert(Dirty::BOXES | Dirty::LAYOUT);
    }
    if old.custom != new.custom {
        // Boxes hand custom properties on to the style attributes inside `rich-text`.
        damage.insert(Dirty::PAINT);
    }
    damage
}

/// True if a change of a colour from one style to another shows through a row of a table, or not at all.
fn is_in_row(id: PropertyId, old: &ComputedStyle, new: &ComputedStyle) -> bool {
    let color = old.moving.color && new.moving.color;
    // A line without a width has a colour, too.
    let no_line = |width: fn(&ComputedStyle) -> f32| color && width(old) == 0.0 && width(new) == 0.0;
    match id {
        PropertyId::Color => color,
        PropertyId::TextDecorationColor => old.moving.decoration && new.moving.decoration,
        PropertyId::OutlineColor => no_line(|s| s.outline.width),
        _ if id.is_box_color() && old.moving.colors && new.moving.colors => true,
        PropertyId::BorderTopColor => no_line(|s| s.border_width.top),
        PropertyId::BorderRightColor => no_line(|s| s.border_width.right),
        PropertyId::BorderBottomColor => no_line(|s| s.border_width.bottom),
        PropertyId::BorderLeftColor => no_line(|s| s.border_width.left),
        _ => false,
    }
}

/// True if a change from one style to another changes no more of children that say nothing themselves than colours that
/// move: in both, the same ones.
pub fn passes_colors_on(old: &ComputedStyle, new: &ComputedStyle) -> bool {
    let moving = new.moving.inherited();
    let lines = |s: &ComputedStyle| TextDecoration { color: Color::TRANSPARENT, ..s.text_decoration };
    (moving.color || moving.decoration)
        && old.moving.inherited() == moving
        && !inherited_differs_but(old, new, |id| moving.color && id == PropertyId::Color)
        && has_items(old.display) == has_items(new.display)
        && (old.display == Display::Contents) == (new.display == Display::Contents)
        && (old.text_decoration == new.text_decoration || moving.decoration && lines(old) == lines(new))
        && old.text_decoration_thickness == new.text_decoration_thickness
}

/// True if a change from one style to another changes the styles of children that say nothing themselves.
pub fn reaches_children(old: &ComputedStyle, new: &ComputedStyle) -> bool {
    inherited_differs(old, new)
        || old.moving.inherited() != new.moving.inherited()
        || has_items(old.display) != has_items(new.display)
        || (old.display == Display::Contents) != (new.display == Display::Contents)
        || old.text_decoration != new.text_decoration
        || old.text_decoration_thickness != new.text_decoration_thickness
}
