//! Validation and application of a commit.
//!
//! Every id, range and index is checked before it is used. A commit that names a node that is not there is
//! refused at that op with [`ApplyError`]; the ops before it stay applied and the tree stays whole, and
//! the render side asks the logic side for a replay.

use super::node::{AttributeValue, Dirty, Node, NodeKind};
use super::ops::{ClassName, Commit, ListenFlags, NodeId, Op, QueryKind, SheetTarget, TextRef, ValueRef};
use super::watch::Watch;
use super::{Document, PageEntry};
use crate::animate::ScriptedAnimation;
use crate::atom::Atom;
use smallvec::SmallVec;
use std::sync::Arc;

/// Most bytes of the names of one document, which keeps them all.
const MOST_NAME_BYTES: usize = 256 << 20;

/// Why a commit was refused.
#[derive(Clone, Copy, PartialEq, Eq, Debug, thiserror::Error)]
#[error("op {index} of the commit is invalid: {reason}")]
pub struct ApplyError {
    /// Index of the op in the commit.
    pub index: usize,
    /// What was wrong with it.
    pub reason: &'static str,
}

/// What a commit asks the render side to do beyond the tree itself, in order.
#[derive(Clone, PartialEq, Debug)]
pub enum Request {
    /// Read and parse a style sheet before the next restyle.
    Sheet {
        /// Whom it is for.
        target: SheetTarget,
        /// Path inside the package.
        path: Arc<str>,
    },
    /// Page `page` is new and on top.
    PagePushed(u32),
    /// Page `page` is gone.
    PagePopped(u32),
    /// Page `page` came to the top.
    PageShown(u32),
    /// Scroll a container to a place, logical px.
    ScrollTo {
        /// The scroll container.
        node: NodeId,
        /// Horizontal offset.
        x: f32,
        /// Vertical offset.
        y: f32,
        /// How long that takes, ms; 0 for at once.
        duration: f32,
    },
    /// Move the focus ([`NodeId::NONE`]: nowhere).
    Focus(NodeId),
    /// Script replaced the value of a form control.
    InputValue {
        /// The control.
        node: NodeId,
        /// Revision of the user's input that script had seen.
        revision: u16,
        /// Where the caret goes, UTF-16 units.
        cursor: Option<u32>,
    },
    /// The new `value` attribute of a form control was made when script had seen this revision of the user's input.
    InputSeen {
        /// The control.
        node: NodeId,
        /// The revision.
        revision: u16,
    },
    /// Answer a query after layout.
    Query {
        /// The node asked about.
        node: NodeId,
        /// What is asked.
        kind: QueryKind,
        /// Properties whose computed values are asked for, one a line.
        styles: Arc<str>,
    },
    /// The group is complete: send the reply.
    QueryEnd(u32),
    /// Watch how elements intersect an area.
    Watch(u32, Box<Watch>),
    /// Watch no longer.
    Unwatch(u32),
    /// Let an element move from what it shows; an empty animation ends those before it.
    Animate(NodeId, Box<ScriptedAnimation>),
}

/// What applying a commit did.
#[derive(Clone, PartialEq, Debug, Default)]
pub struct Applied {
    /// Ops applied.
    pub ops: usize,
    /// Those of them that put a node somewhere, a new one or one that moves.
    pub inserted: usize,
    /// What else is asked, in order.
    pub requests: Vec<Request>,
    /// Elements that were created, in order: widgets attach their behaviour to them.
    pub created: Vec<NodeId>,
    /// Nodes that were removed.
    pub removed: Vec<NodeId>,
    /// Elements that got new attribute values.
    pub attributes: Vec<(NodeId, Atom)>,
}

impl Applied {
    /// Forgets everything, keeping the allocations.
    fn clear(&mut self) {
        self.ops = 0;
        self.inserted = 0;
        self.requests.clear();
        self.created.clear();
        self.removed.clear();
        self.attributes.clear();
    }
}

/// What came of a change of a node.
pub type Outcome = Result<(), &'static str>;

impl Document {
    /// Applies a whole commit in order and marks what it dirtied. `into` is cleared and filled.
    ///
    /// # Errors
    /// [`ApplyError`] at the first op that does not fit the tree; earlier ops stay applied.
    pub fn apply(&mut self, commit: &Commit, into: &mut Applied) -> Result<(), ApplyError> {
        self.begin(commit, into)?;
        self.apply_ops(commit, 0, commit.ops.len(), into)
    }

    /// Applies a commit from op `first` on to its end, or to the end of a group of queries that more changes follow: the
    /// queries are to be answered before these are applied. Gives the op to go on from, the number of ops at the
    /// end. `into` is cleared and filled with what this part did.
    ///
    /// # Errors
    /// As [`apply`](Self::apply); `into` tells how far it came.
    pub fn apply_part(&mut self, commit: &Commit, first: usize, into: &mut Applied) -> Result<usize, ApplyError> {
        if first == 0 {
            self.begin(commit, into)?;
        } else {
            into.clear();
        }
        let rest = commit.ops.get(first..).unwrap_or_default();
        let asks = |op: &Op| matches!(op, Op::Query { .. } | Op::QueryEnd { .. });
        let barrier = rest.windows(2).position(|pair| matches!(pair[0], Op::QueryEnd { .. }) && !asks(&pair[1]));
        let end = barrier.map_or(commit.ops.len(), |at| first + at + 1);
        self.apply_ops(commit, first, end, into)?;
        Ok(end)
    }

    fn apply_ops(&mut self, commit: &Commit, first: usize, end: usize, into: &mut Applied) -> Result<(), ApplyError> {
        let ops = commit.ops.get(first..end).unwrap_or_default();
        let mut rest = ops;
        while let [op, behind @ ..] = rest {
            let outcome = if matches!(op, Op::Remove { .. }) {
                let run = rest.iter().map_while(|op| if let Op::Remove { node } = op { Some(*node) } else { None });
                let (removed, outcome) = self.remove_run(run, &mut into.removed);
                rest = &rest[removed..];
                outcome
            } else {
                let outcome = self.apply_op(commit, op, into);
                if outcome.is_ok() {
                    rest = behind;
                }
                outcome
            };
            into.ops = ops.len() - rest.len();
            outcome.map_err(|reason| ApplyError { index: first + into.ops, reason })?;
        }
        Ok(())
    }

    /// What stands before the ops of a commit: names and sheets.
    fn begin(&mut self, commit: &Commit, into: &mut Applied) -> Result<(), ApplyError> {
        into.clear();
        if commit.replay {
            into.removed.extend(self.slots.iter().flatten().map(|n| n.id));
            self.slots.clear();
            self.pages.clear();
            self.live = 0;
        }
        for name in &commit.names {
            let Some(text) = commit.text(name.text) else {
                return Err(ApplyError { index: 0, reason: "a name outside the text arena" });
            };
            if name.atom.0 as usize > self.from_logic.len() + commit.names.len() {
                return Err(ApplyError { index: 0, reason: "a name's number out of range" });
            }
            let atom = self.names.intern(text);
            if self.names.bytes() > MOST_NAME_BYTES {
                return Err(ApplyError { index: 0, reason: "more names than a document keeps" });
            }
            put(&mut self.from_logic, name.atom.0 as usize, atom);
            put(&mut self.to_logic, atom.0 as usize, name.atom);
        }
        for sheet in &commit.sheets {
            let Some(path) = commit.text(sheet.path) else {
                return Err(ApplyError { index: 0, reason: "a sheet's path outside the text arena" });
            };
            into.requests.push(Request::Sheet { target: sheet.target, path: Arc::from(path) });
        }
        Ok(())
    }

    fn apply_op(&mut self, commit: &Commit, op: &Op, into: &mut Applied) -> Outcome {
        match *op {
            Op::Create { node, tag } => {
                let tag = self.atom(tag)?;
                self.create(node, NodeKind::Element(tag))?;
                into.created.push(node);
            }
            Op::CreateText { node } => self.create(node, NodeKind::Text(Arc::from("")))?,
            Op::Insert { parent, node, before } => {
                self.insert(parent, node, before)?;
                into.inserted += 1;
            }
            Op::Remove { node } => self.remove_run(std::iter::once(node), &mut into.removed).1?,
            Op::SetText { node, text } => self.set_text(node, text_of(commit, text)?)?,
            Op::SetAttribute { node, name, value } => self.set_attribute(commit, node, name, value, into)?,
            Op::SetClasses { node, first, count } => {
                let classes = self.classes_of(commit, first, count)?;
                self.set_classes(node, classes)?;
            }
            Op::SetStyle { node, text } => self.set_style(node, text_of(commit, text)?)?,
            Op::SetId { node, id } => self.set_id(node, self.atom(id)?)?,
            Op::Scope { node, scope, host } => {
                let n = self.existing(node)?;
                if (n.scope, n.host) != (scope, host) {
                    (n.scope, n.host) = (scope, host);
                    // Of a node that is styled, siblings may ask for the scope, too.
                    let around = if n.style.is_some() && !n.parent.is_none() { n.parent } else { node };
                    self.mark(around, Dirty::STYLE_SUBTREE);
                }
            }
            Op::Listen { node, event, flags } => {
                let event = self.atom(event)?;
                let n = self.existing(node)?;
                n.listeners.retain(|(e, _)| *e != event);
                if flags != ListenFlags(0) {
                    n.listeners.push((event, flags));
                }
            }
            Op::PushPage { node, page, depth } => {
                self.existing(node)?;
                if self.pages.iter().any(|p| p.page == page) {
                    return Err("a page pushed twice");
                }
                self.pages.push(PageEntry { page, root: node, depth });
                into.requests.push(Request::PagePushed(page));
            }
            Op::PopPage { page } => {
                let at = self.pages.iter().position(|p| p.page == page).ok_or("an unknown page")?;
                self.pages.remove(at);
                into.requests.push(Request::PagePopped(page));
            }
            Op::ShowPage { page } => {
                let at = self.pages.iter().position(|p| p.page == page).ok_or("an unknown page")?;
                let entry = self.pages.remove(at);
                self.pages.push(entry);
                into.requests.push(Request::PageShown(page));
            }
            Op::ScrollTo { node, value } => {
                self.existing(node)?;
                let at = value as usize;
                let &[x, y, duration] = commit.numbers.get(at..at.saturating_add(3)).ok_or("numbers out of range")?
                else {
                    return Err("numbers out of range");
                };
                into.requests.push(Request::ScrollTo { node, x, y, duration });
            }
            Op::Focus { node } => {
                if !node.is_none() {
                    self.existing(node)?;
                }
                into.requests.push(Request::Focus(node));
            }
            Op::SetInputValue { node, text, revision, cursor } => {
                let text: Arc<str> = Arc::from(text_of(commit, text)?);
                self.existing(node)?.input_value = Some(text);
                self.mark(node, Dirty::LAYOUT);
                let cursor = (cursor != Op::NO_CURSOR).then_some(cursor);
                into.requests.push(Request::InputValue { node, revision, cursor });
            }
            Op::InputSeen { node, revision } => {
                self.existing(node)?;
                into.requests.push(Request::InputSeen { node, revision });
            }
            // A query may name a node that has just been removed: it is answered with null.
            Op::Query { node, kind, styles } => {
                let styles = Arc::from(text_of(commit, styles)?);
                into.requests.push(Request::Query { node, kind, styles });
            }
            Op::QueryEnd { request } => into.requests.push(Request::QueryEnd(request)),
            Op::Watch { request, watch } => {
                let watch = Watch::parse(text_of(commit, watch)?).ok_or("no watch")?;
                into.requests.push(Request::Watch(request, Box::new(watch)));
            }
            Op::Unwatch { request } => into.requests.push(Request::Unwatch(request)),
            Op::Animate { node, animation } => {
                self.existing(node)?;
                let animation = ScriptedAnimation::parse(text_of(commit, animation)?).ok_or("no animation")?;
                into.requests.push(Request::Animate(node, Box::new(animation)));
            }
        }
        Ok(())
    }

    fn set_attribute(&mut self, commit: &Commit, node: NodeId, name: Atom, value: u32, into: &mut Applied) -> Outcome {
        let name = self.atom(name)?;
        let value = match *commit.values.get(value as usize).ok_or("value out of range")? {
            ValueRef::Absent => None,
            ValueRef::Null => Some(AttributeValue::Null),
            ValueRef::Bool(b) => Some(AttributeValue::Bool(b)),
            ValueRef::Number(n) => Some(AttributeValue::Number(n)),
            ValueRef::Text(t) => Some(AttributeValue::Text(Arc::from(text_of(commit, t)?))),
            ValueRef::Json(t) => Some(AttributeValue::Json(Arc::from(text_of(commit, t)?))),
            ValueRef::Classes { first, count } => {
                Some(AttributeValue::Classes(Arc::from(self.classes_of(commit, first, count)?.as_slice())))
            }
        };
        if self.set_value(node, name, value)? {
            into.attributes.push((node, name));
        }
        Ok(())
    }

    /// Classes of a commit, by the document's own names.
    fn classes_of(&self, commit: &Commit, first: u32, count: u32) -> Result<SmallVec<[ClassName; 4]>, &'static str> {
        let end = first.checked_add(count).ok_or("classes out of range")? as usize;
        let source = commit.classes.get(first as usize..end).ok_or("classes out of range")?;
        source.iter().map(|class| Ok(ClassName { scope: class.scope, name: self.atom(class.name)? })).collect()
    }

    pub(super) fn existing(&mut self, id: NodeId) -> Result<&mut Node, &'static str> {
        self.node_mut(id).ok_or("an unknown node")
    }

    fn atom(&self, logic: Atom) -> Result<Atom, &'static str> {
        if logic.is_empty() {
            return Ok(Atom::EMPTY);
        }
        self.from_logic.get(logic.0 as usize).copied().flatten().ok_or("an unknown name")
    }
}

fn text_of(commit: &Commit, range: TextRef) -> Result<&str, &'static str> {
    commit.text(range).ok_or("text outside the arena")
}

fn put(table: &mut Vec<Option<Atom>>, index: usize, atom: Atom) {
    if index >= table.len() {
        table.resize(index + 1, None);
    }
    table[index] = Some(atom);
}
