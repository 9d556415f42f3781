//! The rounds of a loop: what is iterated, and which old round becomes which new one.

use super::change::{diff, is_other};
use super::text::to_text;
use crate::value::Value;
use rustc_hash::FxHashMap;
use std::rc::Rc;

/// Item and index of each round, and whether there would be more than `limit`.
pub fn rows(list: &Value, limit: usize) -> (Vec<(Value, Value)>, bool) {
    let number = |i: usize| Value::Number(i as f64);
    let mut rows: Vec<(Value, Value)> = match list {
        Value::Number(n) if *n >= 1.0 && n.fract() == 0.0 => {
            (0..(*n).min(limit as f64 + 1.0) as usize).map(|i| (number(i), number(i))).collect()
        }
        Value::String(text) => text
            .chars()
            .take(limit + 1)
            .enumerate()
            .map(|(i, c)| (Value::string(c.encode_utf8(&mut [0; 4])), number(i)))
            .collect(),
        Value::Array(items) => {
            items.borrow().iter().take(limit + 1).enumerate().map(|(i, item)| (item.clone(), number(i))).collect()
        }
        Value::Object(fields) => fields
            .borrow()
            .iter()
            .take(limit + 1)
            .map(|(name, item)| (item.clone(), Value::String(name.clone())))
            .collect(),
        _ => Vec::new(),
    };
    let cut = rows.len() > limit;
    rows.truncate(limit);
    (rows, cut)
}

/// The keys of the rounds, made unique, and whether any had to be. Without a `wx:key` a round's key is its place, and
/// its place among those without a key where the item has no such field (`wx:key="index"` is common).
pub fn keys(key: Option<&str>, rows: &[(Value, Value)]) -> (Vec<Rc<str>>, bool) {
    let Some(key) = key else {
        return ((0..rows.len()).map(|i| Rc::from(i.to_string())).collect(), false);
    };
    let mut seen: FxHashMap<Rc<str>, u32> = FxHashMap::default();
    let mut doubled = false;
    let mut without = 0;
    let keys = rows
        .iter()
        .map(|(item, _)| {
            let Some(text) = key_text(key, item) else {
                without += 1;
                // No key of a program has a control character in it.
                return Rc::from(format!("\u{1}{without}"));
            };
            let count = seen.entry(text.clone()).or_insert(0);
            *count += 1;
            if *count == 1 {
                return text;
            }
            doubled = true;
            Rc::from(format!("{text}\u{1}{count}"))
        })
        .collect();
    (keys, doubled)
}

/// The places at which a list has other items than before, where every round keeps its key and its place; `None` where that
/// is not so, or where it takes the rounds to tell.
pub fn changed(key: Option<&str>, old: &Value, new: &Value) -> Option<Vec<u32>> {
    let (Value::Array(old), Value::Array(new)) = (old, new) else { return None };
    let (old, new) = (old.borrow(), new.borrow());
    if old.len() != new.len() {
        return None;
    }
    let keeps_key = |old: &Value, new: &Value| key.is_none_or(|key| key_text(key, old) == key_text(key, new));
    let mut places = Vec::new();
    for (at, old, new) in old.unshared(&new) {
        // Also what is another one of the same content takes the old one's place.
        if is_other(old, new) || !diff(old, new).is_none() {
            if !keeps_key(old, new) {
                return None;
            }
            places.push(at as u32);
        }
    }
    Some(places)
}

fn key_text(key: &str, item: &Value) -> Option<Rc<str>> {
    if key == "*this" {
        return (!item.is_nullish()).then(|| to_text(item));
    }
    let text = |value: &Value| (!value.is_nullish()).then(|| to_text(value));
    match item {
        Value::Object(fields) => fields.borrow().get(key).and_then(text),
        Value::Array(items) => key.parse::<usize>().ok().and_then(|at| items.borrow().get(at).and_then(text)),
        _ => None,
    }
}

/// For each new key the place of the old round with that key.
pub fn matches(old: &[Rc<str>], new: &[Rc<str>]) -> Vec<Option<u32>> {
    // What most updates leave alone, or only add to, needs no table.
    let same = old.iter().zip(new).take_while(|(a, b)| a == b).count();
    let mut out: Vec<Option<u32>> = (0..same as u32).map(Some).collect();
    if same == new.len() {
        return out;
    }
    let rest: FxHashMap<&str, u32> = old.iter().enumerate().skip(same).map(|(i, key)| (&**key, i as u32)).collect();
    out.extend(new[same..].iter().map(|key| rest.get(&**key).copied()));
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn everything_that_can_be_iterated_gives_items_and_indices() {
        let show = |list: Value| {
            let (rows, _) = rows(&list, 100);
            rows.iter()
                .map(|(item, index)| format!("{}:{}", to_text(index), to_text(item)))
                .collect::<Vec<_>>()
                .join(" ")
        };
        assert_eq!(show(Value::array(vec![Value::string("a"), Value::Null])), "0:a 1:");
        assert_eq!(show(Value::object([("x", Value::Number(1.0)), ("y", Value::Bool(true))])), "x:1 y:true");
        assert_eq!(show(Value::Number(2.0)), "0:0 1:1");
        assert_eq!(show(Value::Number(2.9)), "");
        assert_eq!(show(Value::string("a字")), "0:a 1:字");
        assert_eq!(show(Value::Null), "");
        assert_eq!(show(Value::Number(-1.0)), "");
    }

    #[test]
    fn a_list_that_keeps_its_keys_tells_which_items_are_others() {
        let item = |id: f64, text: &str| Value::object([("id", Value::Number(id)), ("text", Value::string(text))]);
        let old = Value::array(vec![item(1.0, "a"), item(2.0, "b"), item(3.0, "c")]);
        let Value::Array(items) = &old else { panic!() };
        let with = |at: usize, new: Value| {
            let mut list = items.borrow().to_vec();
            list[at] = new;
            Value::array(list)
        };
        assert_eq!(changed(Some("id"), &old, &with(1, item(2.0, "x"))), Some(vec![1]));
        assert_eq!(changed(Some("id"), &old, &with(1, item(2.0, "b"))), Some(vec![1]), "another of the same content");
        assert_eq!(changed(Some("id"), &old, &with(1, item(9.0, "b"))), None);
        assert_eq!(changed(None, &old, &with(2, item(9.0, "b"))), Some(vec![2]), "the place is the key");
        assert_eq!(changed(Some("*this"), &old, &with(2, Value::Null)), None);
        assert_eq!(changed(Some("id"), &old, &old.clone()), Some(Vec::new()));
        assert_eq!(changed(Some("id"), &old, &Value::array(Vec::new())), None);
        assert_eq!(changed(Some("id"), &old, &Value::Number(3.0)), None);
    }

    #[test]
    fn items_without_the_field_are_keyed_by_their_place_among_themselves() {
        let item = |id: Option<&str>| Value::object(id.map(|id| ("id", Value::string(id))));
        let nothing = Value::object([("id", Value::Null)]);
        let list = Value::array(vec![item(Some("a")), nothing, Value::Number(7.0), item(Some("a"))]);
        let (texts, doubled) = keys(Some("id"), &rows(&list, 100).0);
        assert_eq!(texts.iter().map(|key| &**key).collect::<Vec<_>>(), ["a", "\u{1}1", "\u{1}2", "a\u{1}2"]);
        assert!(doubled, "two items say `a`");
        let (_, doubled) = keys(Some("index"), &rows(&Value::Number(3.0), 100).0);
        assert!(!doubled, "no item has the field");
    }

    #[test]
    fn an_endless_list_is_cut() {
        let (rows, cut) = rows(&Value::Number(1e9), 10);
        assert_eq!((rows.len(), cut), (10, true));
    }

    proptest! {
        #[test]
        fn keys_are_unique_and_rounds_keep_their_keys(old in prop::collection::vec(0u8..6, 0..12), new in prop::collection::vec(0u8..6, 0..12)) {
            let keys_of = |list: &[u8]| {
                let list = Value::array(list.iter().map(|n| Value::Number(f64::from(*n))).collect());
                keys(Some("*this"), &rows(&list, 100).0).0
            };
            let (old, new) = (keys_of(&old), keys_of(&new));
            let mut sorted = new.clone();
            sorted.sort();
            sorted.dedup();
            prop_assert_eq!(sorted.len(), new.len());
            let places = matches(&old, &new);
            prop_assert_eq!(places.len(), new.len());
            for (key, place) in new.iter().zip(&places) {
                match place {
                    Some(place) => prop_assert_eq!(&old[*place as usize], key),
                    None => prop_assert!(!old.contains(key)),
                }
            }
            let mut used: Vec<u32> = places.iter().flatten().copied().collect();
            used.sort();
            used.dedup();
            prop_assert_eq!(used.len(), places.iter().flatten().count());
        }
    }
}
