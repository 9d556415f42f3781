//! The style engine of one document: its sheets, and the rules that they give. [`super::restyle`] computes styles.

use super::cascade::{self, CascadeContext};
use super::computed::ComputedStyle;
use super::element::{Caches, inherits_explicitly};
use super::invalidate::HintIndex;
use super::matching::{KnownNames, SiblingIndex};
use super::rules::{Binding, Layer, LayerOrder, RuleSet, UA_SCOPE};
use crate::animate::Motion;
use crate::css::{DeclarationBlock, FontFaceRule, Keyframes, NoImports, Sheet, Viewport, parse_sheet};
use crate::diagnostic::Diagnostic;
use crate::document::{Document, NodeId, ScopeId};
use rustc_hash::{FxHashMap, FxHashSet};
use smallvec::SmallVec;
use std::cell::RefCell;
use std::sync::{Arc, OnceLock};

/// The text of the engine's own sheet, the first of every cascade.
pub const USER_AGENT_SHEET: &str = include_str!("ua.wxss");
/// The same where built-in components are dark.
pub const DARK_USER_AGENT_SHEET: &str = concat!(include_str!("ua.wxss"), include_str!("ua_dark.wxss"));
/// Its path.
pub const DARK_USER_AGENT_PATH: &str = "ua_dark.wxss";

/// A sheet as it takes part in the cascade of a page.
#[derive(Clone, Debug)]
pub struct CascadeSheet<'a> {
    /// The sheet.
    pub sheet: &'a Sheet,
    /// Where it stands.
    pub layer: Layer,
    /// How its names are bound; a rule matches where it does so in any of these ways.
    pub bindings: SmallVec<[Binding; 2]>,
}

/// Whose sheet it is.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
enum Owner {
    UserAgent,
    Component(ScopeId),
    App,
    Page(u32),
}

#[derive(Debug)]
struct Installed {
    owner: Owner,
    sheet: Arc<Sheet>,
    /// Its names are matched in the global scope, too.
    shared: bool,
    sequence: u32,
    compiled: bool,
}

impl Installed {
    fn layer(&self) -> Layer {
        match self.owner {
            Owner::UserAgent => Layer::UserAgent,
            Owner::Component(_) => Layer::Component,
            Owner::App => Layer::App,
            Owner::Page(_) => Layer::Page,
        }
    }

    fn bindings(&self) -> SmallVec<[Binding; 2]> {
        let global = Binding { classes: ScopeId::GLOBAL, nodes: None };
        let own = match self.owner {
            Owner::UserAgent => Binding { classes: UA_SCOPE, nodes: None },
            Owner::Component(scope) => Binding { classes: scope, nodes: Some(scope) },
            Owner::App | Owner::Page(_) => global,
        };
        let mut bindings = SmallVec::from_slice(&[own]);
        if self.shared {
            bindings.push(global);
        }
        bindings
    }
}

/// The rules of all sheets.
#[derive(Debug, Default)]
pub(super) struct Rules {
    /// Of the engine and the components.
    pub main: RuleSet,
    /// Of the app.
    pub app: RuleSet,
    /// Of each page.
    pub pages: FxHashMap<u32, RuleSet>,
    /// What all of them ask about.
    pub hints: HintIndex,
    /// A property that is not inherited is set to `inherit` somewhere.
    pub explicit_inherit: bool,
}

/// The style engine of one document. Names are bound to the document of the first restyle: another
/// document needs an engine of its own.
#[derive(Debug)]
pub struct StyleEngine {
    pub(super) viewport: Viewport,
    pub(super) root_font_size: f32,
    sheets: Vec<Installed>,
    pub(super) rules: Rules,
    pub(super) caches: Caches,
    pub(super) keyframes: FxHashMap<Arc<str>, (Layer, Arc<Keyframes>)>,
    pub(super) known: Option<KnownNames>,
    pub(super) siblings: RefCell<SiblingIndex>,
    /// The nodes with the focus within at the last restyle.
    pub(super) focus: FxHashSet<NodeId>,
    /// Scopes of nodes that were styled.
    pub(super) seen_scopes: FxHashSet<ScopeId>,
    pub(super) motion: Motion,
    layers: LayerOrder,
    next_rule: u32,
    next_sequence: u32,
    /// All rules have to be compiled again.
    stale: bool,
    /// Everything has to be restyled.
    pub(super) full: bool,
    /// Everything is being restyled.
    pub(super) anew: bool,
    /// Pages that have to be restyled as a whole.
    pub(super) full_pages: Vec<u32>,
    /// Pages that keep the app's sheet out.
    pub(super) isolated: FxHashSet<u32>,
}

/// The engine's own sheet, for light or dark components; each is parsed once.
fn user_agent_sheet(dark: bool) -> Arc<Sheet> {
    static LIGHT: OnceLock<Arc<Sheet>> = OnceLock::new();
    static DARK: OnceLock<Arc<Sheet>> = OnceLock::new();
    let parse = |path: &str, text: &str| Arc::new(parse_sheet(path, text, &NoImports).0);
    match dark {
        false => LIGHT.get_or_init(|| parse("ua.wxss", USER_AGENT_SHEET)).clone(),
        true => DARK.get_or_init(|| parse(DARK_USER_AGENT_PATH, DARK_USER_AGENT_SHEET)).clone(),
    }
}

impl StyleEngine {
    /// An engine with the sheet of the built-in components only.
    pub fn new(viewport: Viewport) -> Self {
        let ua = Installed {
            owner: Owner::UserAgent,
            sheet: user_agent_sheet(false),
            shared: false,
            sequence: 0,
            compiled: false,
        };
        StyleEngine {
            viewport,
            root_font_size: 16.0,
            sheets: vec![ua],
            rules: Rules::default(),
            caches: Caches::default(),
            keyframes: FxHashMap::default(),
            known: None,
            siblings: RefCell::default(),
            focus: FxHashSet::default(),
            seen_scopes: FxHashSet::default(),
            motion: Motion::default(),
            layers: LayerOrder::default(),
            next_rule: 0,
            next_sequence: 1,
            stale: false,
            full: false,
            anew: false,
            full_pages: Vec::new(),
            isolated: FxHashSet::default(),
        }
    }

    /// The surface that styles are computed for.
    pub fn viewport(&self) -> &Viewport {
        &self.viewport
    }

    /// Changes the surface; the next restyle computes everything again if it differs.
    pub fn set_viewport(&mut self, viewport: Viewport) {
        if self.viewport != viewport {
            self.viewport = viewport;
            self.stale |= self.sheets.iter().any(|s| !s.sheet.media.is_empty());
            self.full = true;
        }
    }

    /// Sets what 1 rem is, logical px; 16 by default.
    pub fn set_root_font_size(&mut self, px: f32) {
        if self.root_font_size != px {
            self.root_font_size = px;
            self.full = true;
        }
    }

    /// Built-in components look dark where the author sets no colours, or light as usual.
    pub fn set_dark_components(&mut self, dark: bool) {
        self.install(Owner::UserAgent, user_agent_sheet(dark), false);
    }

    /// Installs or replaces the app's sheet.
    pub fn set_app_sheet(&mut self, sheet: Arc<Sheet>) {
        self.install(Owner::App, sheet, false);
    }

    /// Installs or replaces the sheet of the page that the logic side numbers `page`. It applies below the
    /// root of that page only; the app's sheet does not if the page is isolated.
    pub fn set_page_sheet(&mut self, page: u32, sheet: Arc<Sheet>, isolated: bool) {
        if isolated {
            self.isolated.insert(page);
        } else {
            self.isolated.remove(&page);
        }
        self.install(Owner::Page(page), sheet, false);
    }

    /// Takes a page's sheet out, as when the page is gone.
    pub fn remove_page_sheet(&mut self, page: u32) {
        self.sheets.retain(|s| s.owner != Owner::Page(page));
        self.rules.pages.remove(&page);
        self.isolated.remove(&page);
        self.full_pages.push(page);
    }

    /// Installs or replaces the sheet of the component with this scope. With `shared` (`styleIsolation:
    /// shared`) its rules match in the global scope, too. Component sheets stand in the cascade in the
    /// order of their first installation, after the app's and before the pages'.
    pub fn set_component_sheet(&mut self, scope: ScopeId, sheet: Arc<Sheet>, shared: bool) {
        self.install(Owner::Component(scope), sheet, shared);
    }

    fn install(&mut self, owner: Owner, sheet: Arc<Sheet>, shared: bool) {
        if let Some(old) = self.sheets.iter_mut().find(|s| s.owner == owner) {
            (old.sheet, old.shared) = (sheet, shared);
            self.stale = true;
            self.full = true;
            return;
        }
        match owner {
            Owner::Page(page) => self.full_pages.push(page),
            Owner::Component(scope) => self.full |= shared || self.seen_scopes.contains(&scope),
            Owner::App | Owner::UserAgent => self.full = true,
        }
        let sequence = self.next_sequence;
        self.next_sequence += 1;
        self.sheets.push(Installed { owner, sheet, shared, sequence, compiled: false });
    }

    /// Puts a sheet in the place of one that was read from another text, wherever that is installed; true if it was.
    pub fn replace_sheet(&mut self, old: &Arc<Sheet>, new: &Arc<Sheet>) -> bool {
        let mut found = false;
        for installed in self.sheets.iter_mut().filter(|installed| Arc::ptr_eq(&installed.sheet, old)) {
            installed.sheet = new.clone();
            found = true;
        }
        self.stale |= found;
        self.full |= found;
        found
    }

    /// The sheets that apply to the page that the logic side numbers `page`, in the order of the cascade.
    pub fn cascade_of(&self, page: u32) -> Vec<CascadeSheet<'_>> {
        let applies = |owner: Owner| match owner {
            Owner::UserAgent | Owner::Component(_) => true,
            Owner::App => !self.isolated.contains(&page),
            Owner::Page(other) => other == page,
        };
        let mut sheets: Vec<&Installed> = self.sheets.iter().filter(|s| applies(s.owner)).collect();
        sheets.sort_by_key(|s| (s.layer(), s.sequence));
        let sheets = sheets.into_iter();
        sheets.map(|s| CascadeSheet { sheet: &s.sheet, layer: s.layer(), bindings: s.bindings() }).collect()
    }

    /// The `@keyframes` of this name: of the sheet that stands last in the cascade.
    pub fn keyframes(&self, name: &str) -> Option<&Arc<Keyframes>> {
        self.keyframes.get(name).map(|(_, k)| k)
    }

    /// The `@font-face` rules of all sheets, in order of installation.
    pub fn font_faces(&self) -> impl Iterator<Item = &FontFaceRule> {
        self.sheets.iter().flat_map(|s| &s.sheet.font_faces)
    }

    /// The style that `block` gives on top of `base`, whose parent has the style `parent`.
    pub fn keyframe_style(
        &mut self,
        block: &DeclarationBlock,
        base: &ComputedStyle,
        parent: &ComputedStyle,
    ) -> ComputedStyle {
        let context =
            CascadeContext { viewport: &self.viewport, root_font_size: self.root_font_size, parent, blockify: false };
        cascade::cascade_over(block, base, None, context, &mut self.caches.parsed)
    }

    /// What was found in style attributes since the last call, and of which elements. Attributes that read the same
    /// are read once.
    pub fn take_diagnostics(&mut self) -> Vec<(NodeId, Diagnostic)> {
        std::mem::take(&mut self.caches.diagnostics)
    }

    /// What moves by itself.
    pub fn motion(&self) -> &Motion {
        &self.motion
    }

    /// What moves by itself, to tell it the time and to hear what happened.
    pub fn motion_mut(&mut self) -> &mut Motion {
        &mut self.motion
    }

    /// Binds new sheets to the document's names.
    pub(super) fn compile(&mut self, doc: &mut Document) {
        self.known.get_or_insert_with(|| KnownNames::new(&mut doc.names));
        if self.stale {
            self.stale = false;
            self.layers = LayerOrder::default();
            self.forget_rules();
        }
        let mut moved = false;
        for installed in self.sheets.iter().filter(|s| !s.compiled) {
            moved |= self.layers.add(&installed.sheet);
        }
        if moved {
            // Rules that were ranked before have to be ranked anew.
            self.full |= self.sheets.iter().any(|s| s.compiled);
            self.forget_rules();
        }
        for installed in self.sheets.iter_mut().filter(|s| !s.compiled) {
            installed.compiled = true;
            let layer = installed.layer();
            let set = match installed.owner {
                Owner::Page(page) => self.rules.pages.entry(page).or_default(),
                Owner::App => &mut self.rules.app,
                _ => &mut self.rules.main,
            };
            let place = (layer, installed.sequence);
            let names = &mut doc.names;
            let first = set.rules.len();
            let layers = &self.layers;
            for binding in installed.bindings() {
                set.add(&installed.sheet, binding, place, &self.viewport, layers, names, &mut self.next_rule);
            }
            for rule in &set.rules[first..] {
                self.rules.hints.add(rule);
                self.rules.explicit_inherit |= inherits_explicitly(&rule.block);
            }
            for keyframes in &installed.sheet.keyframes {
                let stronger = self.keyframes.get(&keyframes.name).is_some_and(|(l, _)| *l > layer);
                if !stronger {
                    self.keyframes.insert(keyframes.name.clone(), (layer, keyframes.clone()));
                }
            }
        }
    }

    /// Has all sheets compiled anew.
    fn forget_rules(&mut self) {
        self.rules = Rules::default();
        self.keyframes.clear();
        self.sheets.iter_mut().for_each(|s| s.compiled = false);
    }
}
