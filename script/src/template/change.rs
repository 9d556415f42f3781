//! What changed between two values, as a tree.
//!
//! Data is a tree of shared values that a `setData` changes by copying the containers on the way
//! ([`set_path`]; of a long list a chunk), so whatever did not change is the same allocation and costs nothing to compare. The
//! change tree guards expressions: one is evaluated again only if a path that it reads is in the tree.

use crate::realm::PathSegment;
use crate::value::Value;
use std::cell::RefCell;
use std::rc::Rc;

/// How deep values are compared; what is nested deeper counts as changed.
const MAX_DEPTH: u32 = 400;

/// What changed in a value.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub enum Change {
    /// Nothing.
    #[default]
    None,
    /// All of it, as far as anyone can tell.
    All,
    /// These fields of an object, and nothing else.
    Fields(Vec<(Rc<str>, Change)>),
    /// These items of an array, and its length if `length`.
    Items {
        /// Index and change.
        items: Vec<(u32, Change)>,
        /// The number of items changed.
        length: bool,
    },
}

/// A step of a path that an expression reads.
#[derive(Clone, PartialEq, Eq, Debug)]
pub enum ReadStep {
    /// A field, or an index written as a number.
    Field(Rc<str>),
    /// A computed field: any.
    Any,
}

impl Change {
    /// True if nothing changed.
    pub fn is_none(&self) -> bool {
        *self == Change::None
    }

    /// The change of a field or item.
    pub fn step(&self, step: &ReadStep) -> &Change {
        match (self, step) {
            (Change::None, _) => &Change::None,
            (Change::All, _) | (_, ReadStep::Any) => &Change::All,
            (Change::Fields(fields), ReadStep::Field(name)) => {
                fields.iter().find(|(n, _)| n == name).map_or(&Change::None, |(_, change)| change)
            }
            (Change::Items { items, length }, ReadStep::Field(name)) => match name.parse::<u32>() {
                Ok(index) => items.iter().find(|(i, _)| *i == index).map_or(&Change::None, |(_, change)| change),
                Err(_) if &**name == "length" && !*length => &Change::None,
                Err(_) => &Change::All,
            },
        }
    }

    /// True if the value at `path` changed.
    pub fn touches(&self, path: &[ReadStep]) -> bool {
        let mut at = self;
        for step in path {
            match at {
                Change::None => return false,
                Change::All => return true,
                _ => at = at.step(step),
            }
        }
        !at.is_none()
    }
}

/// What changed from `old` to `new`. Cost: the parts that are not shared.
pub fn diff(old: &Value, new: &Value) -> Change {
    diff_at(old, new, 0)
}

/// True if two values are equal in content: as a template would see them.
pub fn same(old: &Value, new: &Value) -> bool {
    same_at(old, new, 0)
}

/// True for lists and objects that are not the same one, equal or not: something was set, if only to what it was.
pub fn is_other(old: &Value, new: &Value) -> bool {
    match (old, new) {
        (Value::Array(a), Value::Array(b)) => !Rc::ptr_eq(a, b),
        (Value::Object(a), Value::Object(b)) => !Rc::ptr_eq(a, b),
        _ => false,
    }
}

fn primitive_same(old: &Value, new: &Value) -> Option<bool> {
    Some(match (old, new) {
        (Value::Undefined, Value::Undefined) | (Value::Null, Value::Null) => true,
        (Value::Bool(a), Value::Bool(b)) => a == b,
        (Value::Number(a), Value::Number(b)) => a == b || a.is_nan() && b.is_nan(),
        (Value::String(a), Value::String(b)) => Rc::ptr_eq(a, b) || a == b,
        (Value::Array(a), Value::Array(b)) => return Rc::ptr_eq(a, b).then_some(true),
        (Value::Object(a), Value::Object(b)) => return Rc::ptr_eq(a, b).then_some(true),
        (Value::Wxs(a), Value::Wxs(b)) => Rc::ptr_eq(a, b),
        (Value::Script(a), Value::Script(b)) => Rc::ptr_eq(&a.0, &b.0),
        _ => false,
    })
}

fn same_at(old: &Value, new: &Value, depth: u32) -> bool {
    if let Some(same) = primitive_same(old, new) {
        return same;
    }
    if depth > MAX_DEPTH {
        return false;
    }
    match (old, new) {
        (Value::Array(a), Value::Array(b)) => {
            let (a, b) = (a.borrow(), b.borrow());
            a.len() == b.len() && a.unshared(&b).all(|(_, a, b)| same_at(a, b, depth + 1))
        }
        (Value::Object(a), Value::Object(b)) => {
            let (a, b) = (a.borrow(), b.borrow());
            a.len() == b.len() && a.iter().zip(b.iter()).all(|((k, a), (l, b))| k == l && same_at(a, b, depth + 1))
        }
        _ => false,
    }
}

fn diff_at(old: &Value, new: &Value, depth: u32) -> Change {
    match primitive_same(old, new) {
        Some(true) => return Change::None,
        Some(false) => return Change::All,
        None if depth > MAX_DEPTH => return Change::All,
        None => {}
    }
    match (old, new) {
        (Value::Array(a), Value::Array(b)) => {
            let (a, b) = (a.borrow(), b.borrow());
            let mut items = Vec::new();
            for (i, old, new) in a.unshared(&b) {
                let change = diff_at(old, new, depth + 1);
                if !change.is_none() {
                    items.push((i as u32, change));
                }
            }
            let (shorter, longer) = (a.len().min(b.len()), a.len().max(b.len()));
            items.extend((shorter..longer).map(|i| (i as u32, Change::All)));
            let length = a.len() != b.len();
            if items.is_empty() && !length { Change::None } else { Change::Items { items, length } }
        }
        (Value::Object(a), Value::Object(b)) => {
            let (a, b) = (a.borrow(), b.borrow());
            // Loops over objects show the order of the fields.
            if a.len() != b.len() || !a.keys().eq(b.keys()) {
                return Change::All;
            }
            let mut fields = Vec::new();
            for ((name, old), new) in a.iter().zip(b.values()) {
                let change = diff_at(old, new, depth + 1);
                if !change.is_none() {
                    fields.push((name.clone(), change));
                }
            }
            if fields.is_empty() { Change::None } else { Change::Fields(fields) }
        }
        _ => Change::All,
    }
}

/// Sets the value at a path by copying the containers on the way; those that nobody else holds are changed
/// in place. Missing containers are made: an array before an index, else an object. A container of the other kind
/// is replaced, as `setData` does.
pub fn set_path(root: &mut Value, path: &[PathSegment], value: Value) {
    let Some((first, rest)) = path.split_first() else {
        *root = value;
        return;
    };
    match (&*root, first) {
        (Value::Object(_), PathSegment::Index(_)) => *root = Value::array(Vec::new()),
        (Value::Array(_), PathSegment::Field(name)) if name.parse::<u32>().is_err() => {
            *root = Value::object::<&str>([]);
        }
        _ => {}
    }
    match root {
        Value::Object(fields) => {
            let fields = own(fields);
            let mut fields = fields.borrow_mut();
            let name: Rc<str> = match first {
                PathSegment::Field(name) => name.clone(),
                PathSegment::Index(index) => Rc::from(index.to_string()),
            };
            set_path(fields.entry(name).or_default(), rest, value);
        }
        Value::Array(items) => {
            let index = match first {
                PathSegment::Index(index) => Some(*index as usize),
                PathSegment::Field(name) => name.parse::<usize>().ok(),
            };
            // Fields of an array other than its items are nothing that a template shows.
            let Some(index) = index.filter(|&i| i < MAX_ITEMS) else { return };
            let items = own(items);
            let mut items = items.borrow_mut();
            if index >= items.len() {
                items.resize(index + 1);
            }
            if let Some(item) = items.get_mut(index) {
                set_path(item, rest, value);
            }
        }
        other => {
            *other = match first {
                PathSegment::Index(_) => Value::array(Vec::new()),
                PathSegment::Field(_) => Value::object::<&str>([]),
            };
            set_path(other, path, value);
        }
    }
}

/// The longest array that a path may grow.
const MAX_ITEMS: usize = 1 << 20;

/// The container, copied one level deep if somebody else holds it too.
fn own<T: Clone>(container: &mut Rc<RefCell<T>>) -> &mut Rc<RefCell<T>> {
    if Rc::strong_count(container) > 1 {
        let copy = container.borrow().clone();
        *container = Rc::new(RefCell::new(copy));
    }
    container
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn field(name: &str) -> ReadStep {
        ReadStep::Field(Rc::from(name))
    }

    fn path(text: &[&str]) -> Vec<PathSegment> {
        text.iter().map(|s| s.parse().map_or_else(|_| PathSegment::Field(Rc::from(*s)), PathSegment::Index)).collect()
    }

    fn value() -> impl Strategy<Value = Value> {
        let leaf = prop_oneof![
            Just(Value::Null),
            any::<bool>().prop_map(Value::Bool),
            (0u8..4).prop_map(|n| Value::Number(f64::from(n))),
            "[ab]".prop_map(Value::string),
        ];
        leaf.prop_recursive(3, 20, 4, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..4).prop_map(Value::array),
                prop::collection::vec(("[a-c]", inner), 0..4).prop_map(Value::object),
            ]
        })
    }

    #[test]
    fn only_the_changed_path_is_named() {
        let old = Value::object([
            ("list", Value::array(vec![Value::object([("n", Value::Number(1.0))]), Value::Null])),
            ("other", Value::Bool(true)),
        ]);
        let mut new = old.clone();
        set_path(&mut new, &path(&["list", "0", "n"]), Value::Number(2.0));
        let change = diff(&old, &new);
        assert!(change.touches(&[field("list"), field("0"), field("n")]));
        assert!(change.touches(&[field("list")]));
        assert!(change.touches(&[field("list"), ReadStep::Any, field("n")]));
        assert!(!change.touches(&[field("list"), field("1")]));
        assert!(!change.touches(&[field("list"), field("length")]));
        assert!(!change.touches(&[field("other")]));
    }

    #[test]
    fn a_path_into_a_long_list_copies_a_part_of_it() {
        let item = |n: u32| Value::object([("n", Value::Number(f64::from(n)))]);
        let old = Value::object([("list", Value::array((0..100_000).map(item).collect()))]);
        let mut new = old.clone();
        set_path(&mut new, &path(&["list", "70000", "n"]), Value::Null);
        let list = |root: &Value| match root {
            Value::Object(fields) => match fields.borrow().get("list") {
                Some(Value::Array(list)) => list.clone(),
                _ => panic!("no list"),
            },
            _ => panic!("no object"),
        };
        let copied = list(&old).borrow().unshared(&list(&new).borrow()).count();
        assert!(copied < 1000, "{copied}");
        let change = diff(&old, &new);
        let item = Change::Fields(vec![(Rc::from("n"), Change::All)]);
        let items = Change::Items { items: vec![(70_000, item)], length: false };
        assert_eq!(change, Change::Fields(vec![(Rc::from("list"), items)]));
    }

    #[test]
    fn a_path_makes_the_containers_it_needs() {
        let mut root = Value::object::<&str>([]);
        set_path(&mut root, &path(&["a", "2", "b"]), Value::Bool(true));
        let want = Value::object([(
            "a",
            Value::array(vec![Value::Undefined, Value::Undefined, Value::object([("b", Value::Bool(true))])]),
        )]);
        assert!(same(&root, &want));
    }

    proptest! {
        #[test]
        fn no_difference_means_equal(a in value(), b in value()) {
            prop_assert_eq!(diff(&a, &b).is_none(), same(&a, &b));
            prop_assert!(diff(&a, &a.clone()).is_none());
        }

        #[test]
        fn setting_a_path_leaves_the_old_value_as_it_was(old in value(), at in prop::collection::vec("[a-c0-2]", 1..4), new in value()) {
            let before = format!("{old:?}");
            let mut root = Value::object([("a", old.clone())]);
            let keep = root.clone();
            let steps: Vec<&str> = at.iter().map(String::as_str).collect();
            set_path(&mut root, &path(&steps), new.clone());
            prop_assert_eq!(format!("{old:?}"), before);
            let all: Vec<ReadStep> = steps.iter().map(|s| field(s)).collect();
            prop_assert!(diff(&keep, &root).is_none() || diff(&keep, &root).touches(&all[..1]));
        }
    }
}
