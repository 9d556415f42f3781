//! Matching and computing the styles of one element.

use super::ancestors::Ancestors;
use super::cascade::{self, CascadeContext, ParsedCache};
use super::computed::ComputedStyle;
use super::matching::{KnownNames, Matcher};
use super::rules::{CompiledRule, Key, Layer, NO_LAYER, RuleSet};
use super::share::{Inputs, StyleCache};
use super::stats::RestyleStats;
use crate::animate::{Circumstances, FrameStyles, Motion, MotionKey, PropertySet};
use crate::css::declaration::{DeclaredValue, Wide};
use crate::css::{DeclarationBlock, Keyframes, PseudoElement, Viewport, parse_style_attribute};
use crate::diagnostic::Diagnostic;
use crate::document::node::InnerRules;
use crate::document::{AttributeValue, ClassName, Document, ElementState, Node, NodeId, ScopeId};
use rustc_hash::FxHashMap;
use smallvec::SmallVec;
use std::sync::{Arc, OnceLock};

/// Inline styles that are remembered before the cache is emptied.
const INLINE_LIMIT: usize = 4096;
/// Diagnostics about style attributes that are kept until they are taken.
const MAX_DIAGNOSTICS: usize = 200;

/// What was computed before.
#[derive(Debug, Default)]
pub(super) struct Caches {
    pub(super) styles: StyleCache,
    pub(super) parsed: ParsedCache,
    pub(super) inline: FxHashMap<Arc<str>, Arc<DeclarationBlock>>,
    pub(super) diagnostics: Vec<(NodeId, Diagnostic)>,
    /// A style attribute sets a property that is not inherited to `inherit`.
    pub(super) explicit_inherit: bool,
}

/// True if the block takes over a value that is not inherited by itself.
pub(super) fn inherits_explicitly(block: &DeclarationBlock) -> bool {
    block.declarations.iter().any(|d| match &d.value {
        DeclaredValue::Wide(wide) => *wide == Wide::Inherit && !d.property.is_inherited(),
        // What references come to is noticed when they are replaced.
        DeclaredValue::Value(_) | DeclaredValue::Unresolved(_) => false,
    })
}

type RuleList<'a> = SmallVec<[&'a CompiledRule; 16]>;

/// The rules that match an element and its pseudo-elements, in cascade order.
#[derive(Default)]
pub(super) struct Matched<'a> {
    pub(super) own: RuleList<'a>,
    pub(super) before: RuleList<'a>,
    pub(super) after: RuleList<'a>,
    pub(super) placeholder: RuleList<'a>,
    pub(super) selection: RuleList<'a>,
}

impl<'a> Matched<'a> {
    pub(super) fn of(
        matcher: &Matcher,
        node: &Node,
        above: &Ancestors,
        sets: &[Option<&'a RuleSet>],
        stats: &mut RestyleStats,
    ) -> Matched<'a> {
        let known = &matcher.known;
        let mut keys: SmallVec<[Key; 12]> = SmallVec::new();
        keys.extend(node.classes.iter().map(|&c| Key::Class(c)));
        if node.state.contains(ElementState::HOVER_CLASS) {
            keys.extend(matcher.hover_classes(node).into_iter().map(Key::Class));
        }
        keys.push(Key::Tag(node.tag()));
        keys.push(Key::Any(None));
        if !node.name.is_empty() {
            keys.push(Key::Id(node.name));
        }
        if node.host != ScopeId::GLOBAL {
            keys.push(Key::Host(node.host));
        }
        if node.scope != ScopeId::GLOBAL {
            keys.push(Key::Any(Some(node.scope)));
        }
        let mut matched = Matched::default();
        for set in sets.iter().copied().flatten() {
            for &key in &keys {
                for &index in set.bucket(key) {
                    let rule = &set.rules[index as usize];
                    if !above.may_have(&rule.needed) {
                        continue;
                    }
                    stats.rules_tested += 1;
                    if matcher.matches(&rule.selector, rule.binding, node) {
                        match rule.pseudo() {
                            None => matched.own.push(rule),
                            Some(PseudoElement::Before) => matched.before.push(rule),
                            Some(PseudoElement::After) => matched.after.push(rule),
                            Some(PseudoElement::Placeholder) => matched.placeholder.push(rule),
                            Some(PseudoElement::Selection) => matched.selection.push(rule),
                        }
                    }
                }
            }
            if (node.tag() == known.input || node.tag() == known.textarea)
                && let Some(value) = node.attribute(known.placeholder_class)
            {
                let classes: Vec<ClassName> = matcher.listed_classes(node, value);
                for &class in &classes {
                    for &index in set.bucket(Key::Class(class)) {
                        let rule = &set.rules[index as usize];
                        if matcher.matches_inside(&rule.selector, rule.binding, &classes, node) {
                            matched.placeholder.push(rule);
                        }
                    }
                }
            }
        }
        let Matched { own, before, after, placeholder, selection } = &mut matched;
        for list in [own, before, after, placeholder, selection] {
            list.sort_unstable_by_key(|r| (r.rank, r.id));
            list.dedup_by_key(|r| r.id);
        }
        matched
    }
}

/// What rules declare for the boxes inside a `picker-view` that carry its `indicator-class` and its `mask-class`.
pub(super) fn picker_rules(
    matcher: &Matcher,
    node: &Node,
    sets: &[Option<&RuleSet>],
    stats: &mut RestyleStats,
) -> Option<Box<[InnerRules; 2]>> {
    let known = &matcher.known;
    if node.tag() != known.picker_view {
        return None;
    }
    let mut of = |name| {
        let Some(value) = node.attribute(name) else { return Vec::new() };
        let classes: Vec<ClassName> = matcher.listed_classes(node, value);
        let mut rules: RuleList = SmallVec::new();
        for set in sets.iter().copied().flatten() {
            for &class in &classes {
                for &index in set.bucket(Key::Class(class)) {
                    let rule = &set.rules[index as usize];
                    stats.rules_tested += 1;
                    if matcher.matches_inside(&rule.selector, rule.binding, &classes, node) {
                        rules.push(rule);
                    }
                }
            }
        }
        rules.sort_unstable_by_key(|r| (r.rank, r.id));
        rules.dedup_by_key(|r| r.id);
        rules.iter().map(|r| r.block.clone()).collect()
    };
    let rules = [of(known.indicator_class), of(known.mask_class)];
    rules.iter().any(|list| !list.is_empty()).then(|| Box::new(rules))
}

/// Computing styles with the caches at hand.
pub(super) struct Computing<'a> {
    pub(super) viewport: &'a Viewport,
    pub(super) root_font_size: f32,
    pub(super) caches: &'a mut Caches,
    pub(super) stats: &'a mut RestyleStats,
    pub(super) motion: &'a mut Motion,
    pub(super) keyframes: &'a FxHashMap<Arc<str>, (Layer, Arc<Keyframes>)>,
}

/// Styles of key frames, of children of one style.
pub(super) struct FrameCascade<'a> {
    pub(super) context: CascadeContext<'a>,
    pub(super) parsed: &'a mut ParsedCache,
    pub(super) keyframes: &'a FxHashMap<Arc<str>, (Layer, Arc<Keyframes>)>,
}

impl FrameStyles for FrameCascade<'_> {
    fn keyframes(&self, name: &str) -> Option<Arc<Keyframes>> {
        self.keyframes.get(name).map(|(_, keyframes)| keyframes.clone())
    }

    fn style(&mut self, block: &DeclarationBlock, base: &ComputedStyle, em: Option<f32>) -> ComputedStyle {
        cascade::cascade_over(block, base, em, self.context, self.parsed)
    }
}

impl Computing<'_> {
    pub(super) fn style(
        &mut self,
        rules: &[&CompiledRule],
        parent: &Arc<ComputedStyle>,
        inline: Option<&Arc<DeclarationBlock>>,
        forced: u8,
        blockify: bool,
        old: &Option<Arc<ComputedStyle>>,
    ) -> Arc<ComputedStyle> {
        let ids: SmallVec<[u32; 16]> = rules.iter().map(|r| r.id).collect();
        let inputs = Inputs { parent, rules: &ids, inline, forced, blockify };
        if let Some(found) = self.caches.styles.find(inputs) {
            self.stats.styles_shared += 1;
            return found;
        }
        self.stats.styles_computed += 1;
        let mut blocks: SmallVec<[&DeclarationBlock; 16]> = rules.iter().map(|r| &*r.block).collect();
        let own = || inline.map(|i| &**i).into_iter().chain(forced_block(forced));
        blocks.extend(own());
        // What is important is stronger the earlier its layer (CSS Cascade 5 section 6.4.2).
        let mut important = None;
        if rules.iter().any(|r| r.rank.0 != NO_LAYER) {
            let mut sorted: SmallVec<[&CompiledRule; 16]> = rules.iter().copied().collect();
            sorted.sort_by_key(|r| std::cmp::Reverse(r.rank.0));
            important = Some(sorted.iter().map(|r| &*r.block).chain(own()).collect::<SmallVec<[_; 16]>>());
        }
        let context = CascadeContext { viewport: self.viewport, root_font_size: self.root_font_size, parent, blockify };
        let style =
            cascade::cascade(&blocks, important.as_deref().unwrap_or(&blocks), context, &mut self.caches.parsed);
        // An equal style stays the same one, so that nothing below looks changed.
        let style = match old {
            Some(old) if **old == style => old.clone(),
            _ => Arc::new(style),
        };
        self.caches.styles.put(inputs, &style);
        style
    }

    /// What is declared as important for a style that something moves, or may.
    pub(super) fn important(
        &self,
        key: MotionKey,
        base: &ComputedStyle,
        rules: &[&CompiledRule],
        inline: Option<&DeclarationBlock>,
    ) -> PropertySet {
        let mut set = PropertySet::default();
        if !base.animation.is_empty() || self.motion.base(key).is_some() {
            let blocks = rules.iter().map(|rule| &*rule.block).chain(inline);
            let declarations = blocks.flat_map(|block| &block.declarations);
            declarations.filter(|d| d.important).for_each(|d| set.insert(d.property));
        }
        set
    }

    /// What shows of a style that the cascade gave, with all that moves it.
    pub(super) fn moving(
        &mut self,
        key: MotionKey,
        shown: Option<&Arc<ComputedStyle>>,
        base: Arc<ComputedStyle>,
        parent: &Arc<ComputedStyle>,
        at: Circumstances,
    ) -> Arc<ComputedStyle> {
        let context =
            CascadeContext { viewport: self.viewport, root_font_size: self.root_font_size, parent, blockify: false };
        let mut styles = FrameCascade { context, parsed: &mut self.caches.parsed, keyframes: self.keyframes };
        self.motion.follow(key, shown, base, at, &mut styles)
    }
}

impl Caches {
    /// The declarations of a style attribute of a node.
    pub(super) fn inline(&mut self, text: &Arc<str>, doc: &Document, node: &Node) -> Arc<DeclarationBlock> {
        if let Some(found) = self.inline.get(text) {
            return found.clone();
        }
        if self.inline.len() >= INLINE_LIMIT {
            self.inline.clear();
        }
        static FILE: OnceLock<Arc<str>> = OnceLock::new();
        let (block, found) = parse_style_attribute(text, FILE.get_or_init(|| Arc::from("")));
        if !found.is_empty() {
            let file: Arc<str> = Arc::from(format!("style of {}", start_tag(doc, node)));
            let room = MAX_DIAGNOSTICS.saturating_sub(self.diagnostics.len());
            let found = found.into_iter().map(|d| (node.id, Diagnostic { file: file.clone(), ..d }));
            self.diagnostics.extend(found.take(room));
        }
        self.explicit_inherit |= inherits_explicitly(&block);
        let block = Arc::new(block);
        self.inline.insert(text.clone(), block.clone());
        block
    }
}

/// An element as it is recognized in its template.
fn start_tag(doc: &Document, node: &Node) -> String {
    let mut tag = format!("<{}", doc.names.resolve(node.tag()));
    if !node.name.is_empty() {
        tag.push_str(&format!(" id=\"{}\"", doc.names.resolve(node.name)));
    }
    let own = node.classes.iter().filter(|c| c.scope == node.scope);
    let classes: Vec<&str> = own.map(|c| &**doc.names.resolve(c.name)).collect();
    if !classes.is_empty() {
        tag.push_str(&format!(" class=\"{}\"", classes.join(" ")));
    }
    tag.push('>');
    tag
}

/// Declarations that a component adds to its own style attribute, by number; 0 is none.
pub(super) fn forced(known: &KnownNames, doc: &Document, node: &Node, viewport: &Viewport) -> u8 {
    let closed = node.tag() == known.page_container && !node.state.contains(ElementState::OPEN);
    if closed || (node.tag() == known.match_media && !media_holds(doc, node, viewport)) {
        return HIDDEN;
    }
    let on = |name| node.attribute(name).is_some_and(AttributeValue::is_on);
    if node.tag() == known.textarea && on(known.auto_height) {
        return 1;
    }
    if node.tag() == known.scroll_view && on(known.enable_flex) {
        return 2 + u8::from(on(known.scroll_x)) + 2 * u8::from(on(known.scroll_y));
    }
    0
}

/// True if all that a `match-media` asks of the page area holds: lengths in logical px, and the orientation.
fn media_holds(doc: &Document, node: &Node, viewport: &Viewport) -> bool {
    let value = |name: &str| node.attribute(doc.names.get(name)?);
    // What is no number asks nothing.
    let length = |name: &str| value(name).and_then(AttributeValue::as_number).map(|n| n as f32);
    let (width, height) = (viewport.width, viewport.height);
    let lengths = [("width", width), ("height", height)].into_iter().all(|(name, own)| {
        length(name).is_none_or(|n| own == n)
            && length(&format!("min-{name}")).is_none_or(|n| own >= n)
            && length(&format!("max-{name}")).is_none_or(|n| own <= n)
    });
    lengths
        && value("orientation").is_none_or(|asked| match &*asked.to_text() {
            "landscape" => width > height,
            "portrait" => width <= height,
            _ => true,
        })
}

/// The number of `display: none`.
const HIDDEN: u8 = 6;

fn forced_block(number: u8) -> Option<&'static DeclarationBlock> {
    static BLOCKS: OnceLock<Vec<DeclarationBlock>> = OnceLock::new();
    let blocks = BLOCKS.get_or_init(|| {
        let texts = [
            "",
            "height: auto",
            "overflow-x: hidden; overflow-y: hidden",
            "overflow-x: auto; overflow-y: hidden",
            "overflow-x: hidden; overflow-y: auto",
            "overflow-x: auto; overflow-y: auto",
            "display: none",
        ];
        texts.iter().map(|t| parse_style_attribute(t, &Arc::from("")).0).collect()
    });
    if number == 0 { None } else { blocks.get(number as usize) }
}
