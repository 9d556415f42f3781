//! What wxs code has made, so that circles of references are freed and nothing is freed recursively.
//!
//! Values are reference counted. Code can tie them into circles and into chains of any length, whose plain
//! drop would leak or overflow the stack. So the heap keeps a reference to every array, object, scope and
//! function that code makes until [`Heap::collect`] finds that only the heap and other such things hold it:
//! then it is emptied, one by one. Things of others (page data) are never kept and never emptied; code
//! cannot put what it made into them (see [`Heap::owns`]).

use crate::value::{ArrayRef, ObjectRef, Value};
use crate::wxs::function::{Closure, Scope};
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// Something that code made.
#[derive(Clone, Debug)]
pub(crate) enum Made {
    Array(ArrayRef),
    Object(ObjectRef),
    Scope(Rc<Scope>),
    Closure(Rc<Closure>),
}

impl Made {
    fn address(&self) -> usize {
        match self {
            Made::Array(it) => Rc::as_ptr(it).cast::<()>() as usize,
            Made::Object(it) => Rc::as_ptr(it).cast::<()>() as usize,
            Made::Scope(it) => Rc::as_ptr(it).cast::<()>() as usize,
            Made::Closure(it) => Rc::as_ptr(it).cast::<()>() as usize,
        }
    }

    fn references(&self) -> usize {
        match self {
            Made::Array(it) => Rc::strong_count(it),
            Made::Object(it) => Rc::strong_count(it),
            Made::Scope(it) => Rc::strong_count(it),
            Made::Closure(it) => Rc::strong_count(it),
        }
    }

    /// Calls `visit` with the address of everything that this refers to directly, and gives the bytes it
    /// takes. With `own`, items that another array holds by the same reference are left out.
    fn visit(&self, own: bool, visit: &mut dyn FnMut(usize)) -> usize {
        let mut bytes = 64;
        let value = |value: &Value| {
            bytes += size_of::<Value>();
            match value {
                Value::Array(it) => visit(Rc::as_ptr(it).cast::<()>() as usize),
                Value::Object(it) => visit(Rc::as_ptr(it).cast::<()>() as usize),
                Value::Wxs(it) => visit(Rc::as_ptr(it).cast::<()>() as usize),
                Value::String(text) => bytes += text.len(),
                _ => {}
            }
        };
        match self {
            Made::Array(it) if own => it.borrow().own_items().for_each(value),
            Made::Array(it) => it.borrow().iter().for_each(value),
            Made::Object(it) => {
                let object = it.borrow();
                object.values().for_each(value);
                bytes += object.keys().map(|k| k.len() + 40).sum::<usize>();
            }
            Made::Scope(it) => {
                it.cells.borrow().iter().for_each(value);
                if let Some(parent) = &it.parent {
                    visit(Rc::as_ptr(parent).cast::<()>() as usize);
                }
            }
            Made::Closure(it) => {
                if let Some(scope) = &it.scope {
                    visit(Rc::as_ptr(scope).cast::<()>() as usize);
                }
            }
        }
        bytes
    }

    /// Moves what it holds to `out`.
    fn empty(&self, out: &mut Vec<Value>) {
        match self {
            Made::Array(it) => out.append(&mut it.take().into_vec()),
            Made::Object(it) => out.extend(std::mem::take(&mut *it.borrow_mut()).into_values()),
            Made::Scope(it) => out.append(&mut it.cells.borrow_mut()),
            Made::Closure(_) => {}
        }
    }
}

/// Everything that the code of one machine has made and that is still in use.
#[derive(Debug, Default)]
pub(crate) struct Heap {
    made: Vec<Made>,
    places: FxHashMap<usize, u32>,
    /// How many there were after the last collection.
    kept: usize,
    /// Bytes that they took then.
    pub live_bytes: usize,
}

impl Heap {
    /// Keeps something new.
    pub fn keep(&mut self, made: Made) {
        self.places.insert(made.address(), self.made.len() as u32);
        self.made.push(made);
    }

    /// True if code made this array or object; else it belongs to page data.
    pub fn owns(&self, value: &Value) -> bool {
        let address = match value {
            Value::Array(it) => Rc::as_ptr(it).cast::<()>() as usize,
            Value::Object(it) => Rc::as_ptr(it).cast::<()>() as usize,
            _ => return false,
        };
        self.places.contains_key(&address)
    }

    /// How many things are kept.
    pub fn len(&self) -> usize {
        self.made.len()
    }

    /// True if so much is new that a collection pays.
    pub fn is_due(&self) -> bool {
        self.made.len() > 1024 + 2 * self.kept
    }

    /// Empties and forgets what nothing outside the heap leads to. No code may be running.
    pub fn collect(&mut self) {
        // What only others of the heap refer to is not held from outside.
        let mut inside: Vec<u32> = vec![1; self.made.len()];
        let places = &self.places;
        for made in &self.made {
            made.visit(true, &mut |address| {
                if let Some(&place) = places.get(&address) {
                    inside[place as usize] += 1;
                }
            });
        }
        let mut live: Vec<bool> = vec![false; self.made.len()];
        let mut work: Vec<u32> = Vec::new();
        for (place, made) in self.made.iter().enumerate() {
            if made.references() > inside[place] as usize {
                live[place] = true;
                work.push(place as u32);
            }
        }
        let mut bytes = 0;
        while let Some(place) = work.pop() {
            bytes += self.made[place as usize].visit(false, &mut |address| {
                if let Some(&place) = places.get(&address)
                    && !std::mem::replace(&mut live[place as usize], true)
                {
                    work.push(place);
                }
            });
        }
        // Everything is still held while it is emptied, so no drop reaches further than one step.
        let mut contents = Vec::new();
        for (made, _) in self.made.iter().zip(&live).filter(|(_, live)| !**live) {
            made.empty(&mut contents);
        }
        drop(contents);
        let mut flags = live.iter();
        self.made.retain(|_| flags.next().copied().unwrap_or(true));
        self.places.clear();
        self.places.extend(self.made.iter().enumerate().map(|(place, made)| (made.address(), place as u32)));
        self.kept = self.made.len();
        self.live_bytes = bytes;
    }
}

impl Drop for Heap {
    fn drop(&mut self) {
        self.collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn array(heap: &mut Heap, items: Vec<Value>) -> ArrayRef {
        let Value::Array(made) = Value::array(items) else { unreachable!() };
        heap.keep(Made::Array(made.clone()));
        made
    }

    #[test]
    fn circles_are_freed_and_what_is_held_outside_stays() {
        let mut heap = Heap::default();
        let a = array(&mut heap, vec![]);
        let b = array(&mut heap, vec![Value::Array(a.clone())]);
        a.borrow_mut().push(Value::Array(b.clone()));
        let weak = Rc::downgrade(&b);
        drop(b);
        heap.collect();
        assert_eq!((heap.len(), weak.strong_count() > 0), (2, true), "a is held here and leads to b");
        drop(a);
        heap.collect();
        assert_eq!((heap.len(), weak.strong_count()), (0, 0));
    }

    #[test]
    fn what_a_copy_of_an_array_shares_stays_when_the_array_goes() {
        let mut heap = Heap::default();
        let items: Vec<Value> =
            (0..1000).map(|i| Value::Array(array(&mut heap, vec![Value::Number(f64::from(i))]))).collect();
        let made = array(&mut heap, items);
        let copy = made.borrow().clone();
        drop(made);
        heap.collect();
        for (i, item) in copy.iter().enumerate() {
            let Value::Array(item) = item else { unreachable!() };
            assert!(matches!(item.borrow().get(0), Some(Value::Number(n)) if *n == i as f64), "{i}");
        }
        drop(copy);
        heap.collect();
        assert_eq!(heap.len(), 0);
    }

    #[test]
    fn a_chain_of_any_length_is_freed_without_recursion() {
        let mut heap = Heap::default();
        let mut last = Value::Undefined;
        for _ in 0..300_000 {
            last = Value::Array(array(&mut heap, vec![last]));
        }
        drop(last);
        drop(heap);
    }

    #[test]
    fn page_data_is_never_emptied() {
        let mut heap = Heap::default();
        let data = Value::array(vec![Value::Number(1.0)]);
        drop(array(&mut heap, vec![data.clone()]));
        heap.collect();
        let Value::Array(items) = &data else { unreachable!() };
        assert_eq!((items.borrow().len(), heap.len()), (1, 0));
    }
}
