//! A live page or component.

use super::definition::{Definition, Mirror};
use super::performance::UpdateListener;
use crate::realm::{PathSegment, ScriptRef};
use crate::template::part::PartId;
use crate::value::Value;
use pellicle_layout::document::ops::ClassName;
use smallvec::SmallVec;
use std::cell::{Cell, RefCell};
use std::rc::{Rc, Weak};

/// Where an instance is in its life.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Debug)]
#[allow(missing_docs)]
pub enum Stage {
    Created,
    Attached,
    Detached,
}

/// A data change that observers have not seen.
#[derive(Clone, Debug)]
pub(crate) struct DataChange {
    pub(super) path: Vec<PathSegment>,
    /// What the field held before, for property observers.
    pub(super) old: Value,
    /// What it holds now; both only where a property observer asks.
    pub(super) new: Value,
    /// The change came from a property observer of the same field, which is not called again.
    pub(super) quiet: bool,
}

/// Classes that the owner gives to an external class.
pub type ResolvedClasses = SmallVec<[ClassName; 4]>;

/// A live page or component.
#[derive(Debug)]
pub struct Instance {
    /// Its number, never used again.
    pub id: u32,
    /// What it is.
    pub definition: Rc<Definition>,
    /// The script object.
    pub this: ScriptRef,
    /// Number of its page.
    pub page: u32,
    /// The instance in whose template it stands; none for pages.
    pub owner: Weak<Instance>,
    /// Its host, [`PartId::NONE`] for pages.
    pub host: PartId,
    /// Root of its own template.
    pub root: Cell<PartId>,
    /// Instances above it, itself not counted.
    pub depth: u32,
    /// What the template sees of the data: copied on write, so a clone is a snapshot.
    pub mirror: RefCell<Value>,
    /// The snapshot that the template shows.
    pub(crate) shown: RefCell<Value>,
    pub(crate) stage: Cell<Stage>,
    /// What is in the template is attached, or being attached.
    pub(crate) content_attached: Cell<bool>,
    pub(crate) ready: Cell<bool>,
    /// The template is being made or updated.
    pub(crate) updating: Cell<bool>,
    /// The template exists.
    pub(crate) built: Cell<bool>,
    /// Observers are running; further changes wait in `changes`.
    pub(super) observing: Cell<bool>,
    pub(super) changes: RefCell<Vec<DataChange>>,
    /// Fields whose property observer is running.
    pub(super) busy: RefCell<Vec<Rc<str>>>,
    /// Template updates wait until the outermost `groupSetData` ends.
    pub(super) grouped: Cell<u32>,
    /// Parts of nodes that are always there, by ordinal.
    pub(crate) statics: RefCell<Vec<PartId>>,
    /// Slots of its template.
    pub(crate) slots: RefCell<Vec<PartId>>,
    /// With dynamic slots: the slots have got their content; those that come later get it when they come.
    pub(crate) is_filled: Cell<bool>,
    /// New slots that wait for their content.
    pub(crate) unfilled: RefCell<Vec<PartId>>,
    /// Nodes of its template may be there several times: none is always there once.
    pub(crate) shows_again: Cell<bool>,
    /// External classes that the owner gives.
    pub(crate) external: RefCell<Vec<(Rc<str>, ResolvedClasses)>>,
    /// Components that the owner gives for generics.
    pub(crate) generics: RefCell<Vec<(Rc<str>, Rc<Definition>)>>,
    /// For each upward relation of the definition: the linked instance.
    pub(super) links: RefCell<Vec<Option<Weak<Instance>>>>,
    /// Who is told how long its updates take.
    pub(super) update_listener: RefCell<Option<UpdateListener>>,
}

impl Instance {
    /// A fresh instance.
    pub(super) fn new(
        id: u32,
        definition: Rc<Definition>,
        this: ScriptRef,
        page: u32,
        place: (PartId, Weak<Instance>, u32),
    ) -> Self {
        let mirror: Mirror = definition.mirror.clone();
        let mirror = Value::Object(Rc::new(RefCell::new(mirror)));
        let links = definition.relations.iter().map(|_| None).collect();
        let (host, owner, depth) = place;
        Instance {
            id,
            definition,
            this,
            page,
            owner,
            host,
            root: Cell::new(PartId::NONE),
            depth,
            shown: RefCell::new(mirror.clone()),
            mirror: RefCell::new(mirror),
            stage: Cell::new(Stage::Created),
            content_attached: Cell::new(false),
            ready: Cell::new(false),
            updating: Cell::new(false),
            built: Cell::new(false),
            observing: Cell::new(false),
            changes: RefCell::default(),
            busy: RefCell::default(),
            grouped: Cell::new(0),
            statics: RefCell::default(),
            slots: RefCell::default(),
            is_filled: Cell::new(false),
            unfilled: RefCell::default(),
            shows_again: Cell::new(false),
            external: RefCell::default(),
            generics: RefCell::default(),
            links: RefCell::new(links),
            update_listener: RefCell::default(),
        }
    }

    /// Notes that the template begins or ends to be made or updated; `walks` counts all that are.
    pub(crate) fn set_updating(&self, updating: bool, walks: &Cell<u32>) {
        self.updating.set(updating);
        walks.set(if updating { walks.get() + 1 } else { walks.get().saturating_sub(1) });
    }

    /// True for a page.
    pub fn is_page(&self) -> bool {
        self.host == PartId::NONE
    }
}
