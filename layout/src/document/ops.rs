//! The ops that change a document, and the commit that carries them.
//!
//! An op is a plain enum of at most 20 bytes over interned ids; texts and values live in the commit's own
//! arena, so a commit is a handful of flat buffers that are cleared and filled again without allocating.

use crate::atom::Atom;
use serde::{Deserialize, Serialize};

/// A node of the document. The logic side gives out the ids: the low 24 bits are a slot, the high 8 bits
/// a generation that changes each time the slot is used again, so that a late message about a node that
/// is gone never reaches its successor.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Deserialize, Serialize)]
pub struct NodeId(pub u32);

impl NodeId {
    /// No node: an absent parent, "append" as the `before` of an insert.
    pub const NONE: NodeId = NodeId(u32::MAX);
    /// Slots that a document can have.
    pub const MAX_SLOTS: u32 = (1 << 24) - 1;

    /// The id of `slot` in its `generation`.
    pub fn new(slot: u32, generation: u8) -> NodeId {
        NodeId((u32::from(generation) << 24) | (slot & Self::MAX_SLOTS))
    }

    /// Index of the node in its arena.
    pub fn slot(self) -> usize {
        (self.0 & Self::MAX_SLOTS) as usize
    }

    /// Generation of the slot.
    pub fn generation(self) -> u8 {
        (self.0 >> 24) as u8
    }

    /// True for [`NodeId::NONE`].
    pub fn is_none(self) -> bool {
        self == NodeId::NONE
    }
}

/// The style scope a name belongs to: which component's sheet may match it.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Default, Deserialize, Serialize)]
pub struct ScopeId(pub u16);

impl ScopeId {
    /// The scope of `app.wxss` and of page sheets: its names carry no prefix. Tag selectors of this scope
    /// reach into components too, as in the webview.
    pub const GLOBAL: ScopeId = ScopeId(0);
}

/// A class as the cascade sees it: a name in a scope.
#[derive(Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Debug, Deserialize, Serialize)]
pub struct ClassName {
    /// Whose sheet may match it.
    pub scope: ScopeId,
    /// The name as written.
    pub name: Atom,
}

/// A piece of a commit's text arena: `start..start + len`, in bytes.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
pub struct TextRef {
    /// First byte.
    pub start: u32,
    /// Length in bytes.
    pub len: u32,
}

/// A value in a commit's value list.
#[derive(Clone, Copy, PartialEq, Debug, Deserialize, Serialize)]
pub enum ValueRef {
    /// The attribute is not there (any more).
    Absent,
    /// `null` or `undefined`.
    Null,
    /// A truth value.
    Bool(bool),
    /// A number.
    Number(f64),
    /// A string.
    Text(TextRef),
    /// An array or object, as JSON text (`rich-text` nodes, picker ranges).
    Json(TextRef),
    /// Resolved classes that a component puts on by itself (`hover-class`): `count` entries of [`Commit::classes`] from
    /// `first`.
    Classes {
        /// The first entry.
        first: u32,
        /// How many.
        count: u32,
    },
}

/// How a node listens to an event.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Deserialize, Serialize)]
pub struct ListenFlags(pub u8);

impl ListenFlags {
    /// Bound in the bubble phase (`bind`).
    pub const BIND: u8 = 1;
    /// Bound in the bubble phase and stops there (`catch`).
    pub const CATCH: u8 = 2;
    /// Bound in the bubble phase, excludes other `mut-bind`s (`mut-bind`).
    pub const MUT: u8 = 4;
    /// Bound in the capture phase (`capture-bind`).
    pub const CAPTURE: u8 = 8;
    /// Bound in the capture phase and stops everything (`capture-catch`).
    pub const CAPTURE_CATCH: u8 = 16;

    /// True if any bit of `mask` is set.
    pub fn has(self, mask: u8) -> bool {
        self.0 & mask != 0
    }
}

/// What a query asks of a node.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
pub enum QueryKind {
    /// Border box relative to the viewport, logical px.
    Rect,
    /// Scroll offset and content size, logical px.
    Scroll,
    /// Box, scroll offset and computed styles named by the query.
    Fields,
}

/// One change. Nodes are named by the logic side's ids, names by the logic side's atoms.
#[derive(Clone, Copy, PartialEq, Debug, Deserialize, Serialize)]
#[allow(missing_docs)] // a variant's comment names its fields
pub enum Op {
    /// A new element without a parent.
    Create { node: NodeId, tag: Atom },
    /// A new text node without a parent; its text is set by [`Op::SetText`].
    CreateText { node: NodeId },
    /// Puts `node` (new or moved) under `parent` before `before` ([`NodeId::NONE`]: at the end). A moved
    /// node keeps focus, scroll position and running animations.
    Insert { parent: NodeId, node: NodeId, before: NodeId },
    /// Removes `node` and its subtree and forgets their ids.
    Remove { node: NodeId },
    /// The text of a text node.
    SetText { node: NodeId, text: TextRef },
    /// An attribute; `value` indexes [`Commit::values`].
    SetAttribute { node: NodeId, name: Atom, value: u32 },
    /// The whole class set: `count` entries of [`Commit::classes`] from `first`.
    SetClasses { node: NodeId, first: u32, count: u32 },
    /// The whole inline style.
    SetStyle { node: NodeId, text: TextRef },
    /// The id attribute, [`Atom::EMPTY`] for none.
    SetId { node: NodeId, id: Atom },
    /// `scope`: whose template the node stands in; `host`: the scope of the component it is the host of,
    /// [`ScopeId::GLOBAL`] if it is none.
    Scope { node: NodeId, scope: ScopeId, host: ScopeId },
    /// Whether and how the node listens to `event`; flags 0 stop listening.
    Listen { node: NodeId, event: Atom, flags: ListenFlags },
    /// Makes `node` the root of a page and shows it over all others. `page` is the logic side's number of the
    /// page; its sheet is named by a [`NewSheet`] of the same commit. `depth` counts the pages that lie below it
    /// on the page stack, which hidden tab pages are not on.
    PushPage { node: NodeId, page: u32, depth: u32 },
    /// Removes page `page` (its root is removed by [`Op::Remove`]).
    PopPage { page: u32 },
    /// Brings page `page` to the top without creating it (a tab page).
    ShowPage { page: u32 },
    /// Scrolls a scroll container to a place; `value` indexes three numbers of [`Commit::numbers`]: x and y, logical
    /// px, and the time that it takes, ms (0 for at once).
    ScrollTo { node: NodeId, value: u32 },
    /// Moves focus to a form control ([`NodeId::NONE`]: nowhere).
    Focus { node: NodeId },
    /// The value of a form control, with the revision of the user's input that script had seen, and where the caret
    /// goes, in UTF-16 units ([`Op::NO_CURSOR`]: where the render side puts it).
    SetInputValue { node: NodeId, text: TextRef, revision: u16, cursor: u32 },
    /// The `value` attribute that this commit sets was made when script had seen this revision of the user's input.
    InputSeen { node: NodeId, revision: u16 },
    /// Asks for a node's figures; answered in order after the ops before it are laid out.
    /// `styles` are the properties whose computed values a [`QueryKind::Fields`] wants, one a line.
    Query { node: NodeId, kind: QueryKind, styles: TextRef },
    /// Ends a group of queries, those of one `exec()`: the reply `request` is sent.
    QueryEnd { request: u32 },
    /// Watches how elements intersect an area; `watch` is a [`Watch`](super::watch::Watch) as text.
    Watch { request: u32, watch: TextRef },
    /// Ends that.
    Unwatch { request: u32 },
    /// Lets a node move to what its style says already; `animation` is a
    /// [`ScriptedAnimation`](crate::animate::ScriptedAnimation) as text, an empty one ends those before it.
    Animate { node: NodeId, animation: TextRef },
}

impl Op {
    /// No place for the caret.
    pub const NO_CURSOR: u32 = u32::MAX;
}

const _: () = assert!(size_of::<Op>() <= 20, "an op stays at most 20 bytes");

/// A name that the logic side interned since its last commit.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
pub struct NewName {
    /// The logic side's atom.
    pub atom: Atom,
    /// Its text.
    pub text: TextRef,
}

/// Which nodes a sheet is for.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
pub enum SheetTarget {
    /// `app.wxss`: every page that does not keep it out.
    App,
    /// A page's sheet: the nodes below the root of that page, in scope [`ScopeId::GLOBAL`].
    Page {
        /// The logic side's number of the page.
        page: u32,
        /// `app.wxss` does not hold there (`styleIsolation: page-isolated` and its kin).
        isolated: bool,
    },
    /// A component's sheet, in its own scope. `shared` (`styleIsolation: shared`): its rules reach pages and
    /// other components too.
    Component {
        /// The component's scope.
        scope: ScopeId,
        /// Its rules also hold in scope [`ScopeId::GLOBAL`].
        shared: bool,
    },
}

/// A style sheet that the document needs from this commit on. The logic side gives out scopes and says which
/// file belongs to one; the render side reads and parses the file itself.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Deserialize, Serialize)]
pub struct NewSheet {
    /// Whom it is for.
    pub target: SheetTarget,
    /// Path inside the package, such as `components/card/card.wxss`; the file may be missing.
    pub path: TextRef,
}

/// Where a commit comes from, for statistics: nothing of it changes the document. Times are ms of the logic side's
/// monotonic clock.
#[derive(Clone, Copy, PartialEq, Debug, Default, Deserialize, Serialize)]
pub struct Origin {
    /// What follows the update from script to pixels: the number of the input that caused it, or one of its own.
    pub update: u64,
    /// Number of the oldest input that one of its turns answers; 0 for none.
    pub input: u64,
    /// Inputs that its turns answer.
    pub inputs: u32,
    /// Turns that changed something.
    pub turns: u32,
    /// Calls of `setData` in them.
    pub calls: u32,
    /// When the first of those turns began.
    pub began: f64,
    /// When `setData` was first called; 0 if it never was.
    pub called: f64,
    /// When the last of those turns ended and the commit was published.
    pub published: f64,
}

/// Everything that one logic turn changed, in flat buffers that are used again.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Commit {
    /// Number of the commit, from 1.
    pub sequence: u64,
    /// Where it comes from.
    pub origin: Origin,
    /// Names that are new in this commit.
    pub names: Vec<NewName>,
    /// Sheets that are new in this commit (all of them in a replay).
    pub sheets: Vec<NewSheet>,
    /// The changes, in order.
    pub ops: Vec<Op>,
    /// Values of [`Op::SetAttribute`].
    pub values: Vec<ValueRef>,
    /// Entries of [`Op::SetClasses`] and [`ValueRef::Classes`].
    pub classes: Vec<ClassName>,
    /// Numbers of [`Op::ScrollTo`].
    pub numbers: Vec<f32>,
    /// The text arena.
    pub text: String,
    /// True for a commit of [`replay`](Commit::replay): the document forgets everything first.
    pub replay: bool,
}

impl Commit {
    /// Empties the commit and keeps its buffers.
    pub fn clear(&mut self) {
        let Commit { sequence, origin, names, sheets, ops, values, classes, numbers, text, replay } = self;
        *sequence = 0;
        *origin = Origin::default();
        *replay = false;
        names.clear();
        sheets.clear();
        ops.clear();
        values.clear();
        classes.clear();
        numbers.clear();
        text.clear();
    }

    /// True if nothing would change.
    pub fn is_empty(&self) -> bool {
        self.ops.is_empty() && self.names.is_empty() && self.sheets.is_empty()
    }

    /// Puts `text` into the arena.
    pub fn push_text(&mut self, text: &str) -> TextRef {
        let start = self.text.len() as u32;
        self.text.push_str(text);
        TextRef { start, len: text.len() as u32 }
    }

    /// The text of `range`, `None` if it is out of bounds or splits a character.
    pub fn text(&self, range: TextRef) -> Option<&str> {
        self.text.get(range.start as usize..range.start.checked_add(range.len)? as usize)
    }
}
