//! Methods of arrays. Callbacks may change the array they run over: items are read one by one.

use super::{argument, methods, number_argument, place_argument};
use crate::value::{ArrayRef, List, Value};
use crate::vm::fault::{FaultKind, Outcome};
use crate::vm::number::to_integer;
use crate::vm::{Machine, convert, text};
use std::cmp::Ordering;

methods! {
    /// Methods of arrays.
    ArrayMethod {
        At = "at",
        Concat = "concat",
        Every = "every",
        Fill = "fill",
        Filter = "filter",
        Find = "find",
        FindIndex = "findIndex",
        Flat = "flat",
        ForEach = "forEach",
        Includes = "includes",
        IndexOf = "indexOf",
        Join = "join",
        LastIndexOf = "lastIndexOf",
        Map = "map",
        Pop = "pop",
        Push = "push",
        Reduce = "reduce",
        ReduceRight = "reduceRight",
        Reverse = "reverse",
        Shift = "shift",
        Slice = "slice",
        Some = "some",
        Sort = "sort",
        Splice = "splice",
        ToString = "toString",
        Unshift = "unshift",
    }
}

fn item(list: &ArrayRef, index: usize) -> Value {
    list.borrow().get(index).cloned().unwrap_or_default()
}

/// Calls a method of an array (or of a string, whose characters are its items).
pub(super) fn call(method: ArrayMethod, machine: &mut Machine, this: &Value, args: &[Value]) -> Outcome<Value> {
    let list = match this {
        Value::Array(list) => list.clone(),
        Value::String(s) => {
            machine.charge(s.len() * 8)?;
            let items = s.chars().map(|c| Value::string(c.encode_utf8(&mut [0; 4]))).collect();
            let Value::Array(list) = machine.new_array(items)? else { return Ok(Value::Undefined) };
            list
        }
        _ => return Err(machine.fault(FaultKind::Type, "an array method needs an array")),
    };
    let length = list.borrow().len();
    use ArrayMethod as M;
    match method {
        M::Every | M::Some | M::ForEach | M::Map | M::Filter | M::Find | M::FindIndex => {
            return each(method, machine, this, &list, args);
        }
        M::Reduce | M::ReduceRight => return reduce(method == M::ReduceRight, machine, this, &list, args),
        M::Push | M::Unshift | M::Splice | M::Fill => {
            let new = if method == M::Splice { args.get(2..).unwrap_or(&[]) } else { args };
            machine.may_hold(this, new)?;
            machine.burn(new.len() as u64)?;
        }
        M::At | M::Pop => {}
        _ => machine.burn(length as u64 / 4 + 1)?,
    }
    Ok(match method {
        M::At => {
            let index = to_integer(number_argument(args, 0));
            let index = if index < 0.0 { index + length as f64 } else { index };
            if index < 0.0 { Value::Undefined } else { item(&list, index as usize) }
        }
        M::Push => {
            machine.charge(size_of_val(args))?;
            list.borrow_mut().extend(args.iter().cloned());
            Value::Number((length + args.len()) as f64)
        }
        M::Unshift => {
            machine.burn(length as u64 / 4)?;
            machine.charge(size_of_val(args))?;
            list.borrow_mut().edit(|items| drop(items.splice(0..0, args.iter().cloned())));
            Value::Number((length + args.len()) as f64)
        }
        M::Pop => list.borrow_mut().pop().unwrap_or_default(),
        M::Shift => match length {
            0 => Value::Undefined,
            _ => list.borrow_mut().edit(|items| items.remove(0)),
        },
        M::Reverse => {
            list.borrow_mut().edit(|items| items.reverse());
            this.clone()
        }
        M::Slice => {
            let (start, end) = (place_argument(args, 0, length, 0), place_argument(args, 1, length, length));
            let items = list.borrow().iter().take(end).skip(start).cloned().collect();
            machine.new_array(items)?
        }
        M::Splice => {
            let start = place_argument(args, 0, length, 0);
            let count = match args.len() {
                0 => 0,
                1 => length - start,
                _ => to_integer(number_argument(args, 1)).clamp(0.0, (length - start) as f64) as usize,
            };
            machine.burn(length as u64 / 4)?;
            machine.charge(size_of_val(args))?;
            let new = args.get(2..).unwrap_or(&[]).to_vec();
            let removed = list.borrow_mut().edit(|items| items.splice(start..start + count, new).collect());
            machine.new_array(removed)?
        }
        M::Fill => {
            let (start, end) = (place_argument(args, 1, length, 0), place_argument(args, 2, length, length));
            machine.may_hold(this, &args[..args.len().min(1)])?;
            machine.burn(length as u64 / 4)?;
            let mut items = list.borrow_mut();
            for at in start..end {
                if let Some(place) = items.get_mut(at) {
                    *place = argument(args, 0);
                }
            }
            this.clone()
        }
        M::Concat => {
            let mut items = list.borrow().to_vec();
            for arg in args {
                match arg {
                    Value::Array(more) => {
                        let more = more.borrow();
                        machine.charge(more.len() * size_of::<Value>())?;
                        items.extend(more.iter().cloned());
                    }
                    other => items.push(other.clone()),
                }
            }
            machine.new_array(items)?
        }
        M::Flat => {
            let depth = match argument(args, 0) {
                Value::Undefined => 1,
                value => to_integer(convert::to_number(&value)).clamp(0.0, 32.0) as usize,
            };
            let mut items = list.borrow().to_vec();
            for _ in 0..depth {
                let mut flat = Vec::with_capacity(items.len());
                let mut changed = false;
                for item in items {
                    match &item {
                        Value::Array(inner) => {
                            let inner = inner.borrow();
                            machine.charge(inner.len() * size_of::<Value>())?;
                            machine.burn(inner.len() as u64)?;
                            flat.extend(inner.iter().cloned());
                            changed = true;
                        }
                        _ => flat.push(item),
                    }
                }
                items = flat;
                if !changed {
                    break;
                }
            }
            machine.new_array(items)?
        }
        M::Includes => {
            let wanted = argument(args, 0);
            let start = place_argument(args, 1, length, 0);
            let same = |v: &Value| match (v, &wanted) {
                (Value::Number(a), Value::Number(b)) if a.is_nan() => b.is_nan(),
                _ => convert::strict_equal(v, &wanted),
            };
            Value::Bool(list.borrow().iter().skip(start).any(same))
        }
        M::IndexOf => {
            let wanted = argument(args, 0);
            let start = place_argument(args, 1, length, 0);
            let found = list.borrow().iter().skip(start).position(|v| convert::strict_equal(v, &wanted));
            Value::Number(found.map_or(-1.0, |i| (i + start) as f64))
        }
        M::LastIndexOf => {
            let wanted = argument(args, 0);
            let end = match args.len() {
                0 | 1 => length,
                _ => {
                    let last = to_integer(number_argument(args, 1));
                    let last = if last < 0.0 { length as f64 + last } else { last };
                    (last + 1.0).clamp(0.0, length as f64) as usize
                }
            };
            let items = list.borrow();
            let found = (0..end).rev().find(|&at| convert::strict_equal(&items[at], &wanted));
            Value::Number(found.map_or(-1.0, |at| at as f64))
        }
        M::Join | M::ToString => {
            let separator = match argument(args, 0) {
                Value::Undefined => ",".into(),
                _ if method == M::ToString => ",".into(),
                value => convert::to_string(&value),
            };
            let mut out = String::new();
            for (i, item) in list.borrow().iter().enumerate() {
                if i > 0 {
                    out.push_str(&separator);
                }
                convert::write_text(item, &mut out);
                if out.len() > convert::MAX_TEXT {
                    return Err(machine.fault(FaultKind::Memory, "the joined text is too long"));
                }
            }
            machine.text(out)?
        }
        M::Sort => {
            let items = list.borrow().to_vec();
            let sorted = sort(machine, items, &argument(args, 0))?;
            // The comparison may have changed the length: what it did is undone, as sorting comes last.
            *list.borrow_mut() = List::from(sorted);
            this.clone()
        }
        M::Every | M::Some | M::ForEach | M::Map | M::Filter | M::Find | M::FindIndex | M::Reduce | M::ReduceRight => {
            Value::Undefined
        }
    })
}

/// Methods that ask a function about every item.
fn each(method: ArrayMethod, machine: &mut Machine, this: &Value, list: &ArrayRef, args: &[Value]) -> Outcome<Value> {
    use ArrayMethod as M;
    let function = argument(args, 0);
    let context = argument(args, 1);
    let length = list.borrow().len();
    let mut kept = Vec::new();
    for index in 0..length {
        // Items that are gone by now are left out, as the holes of script are.
        let Some(item) = list.borrow().get(index).cloned() else { break };
        let arguments = [item.clone(), Value::Number(index as f64), this.clone()];
        let given = machine.call_function(&function, &context, &arguments)?;
        let yes = convert::truthy(&given);
        match method {
            M::Every if !yes => return Ok(Value::Bool(false)),
            M::Some if yes => return Ok(Value::Bool(true)),
            M::Find if yes => return Ok(item),
            M::FindIndex if yes => return Ok(Value::Number(index as f64)),
            M::Filter if yes => kept.push(item),
            M::Map => kept.push(given),
            _ => {}
        }
    }
    if length == 0 && !machine.is_function(&function) {
        return Err(machine.fault(FaultKind::Type, "the argument is not a function"));
    }
    match method {
        M::Every => Ok(Value::Bool(true)),
        M::Some => Ok(Value::Bool(false)),
        M::FindIndex => Ok(Value::Number(-1.0)),
        M::Map | M::Filter => machine.new_array(kept),
        _ => Ok(Value::Undefined),
    }
}

fn reduce(from_right: bool, machine: &mut Machine, this: &Value, list: &ArrayRef, args: &[Value]) -> Outcome<Value> {
    let function = argument(args, 0);
    let length = list.borrow().len();
    let mut indices: Box<dyn Iterator<Item = usize>> =
        if from_right { Box::new((0..length).rev()) } else { Box::new(0..length) };
    let mut total = match args.get(1) {
        Some(start) => start.clone(),
        None => match indices.next() {
            Some(first) => item(list, first),
            None => return Err(machine.fault(FaultKind::Type, "an empty array needs a value to start from")),
        },
    };
    for index in indices {
        let arguments = [total, item(list, index), Value::Number(index as f64), this.clone()];
        total = machine.call_function(&function, &Value::Undefined, &arguments)?;
    }
    Ok(total)
}

/// A stable merge sort that any comparison leaves with an order, consistent or not. `undefined` goes last.
fn sort(machine: &mut Machine, items: Vec<Value>, function: &Value) -> Outcome<Vec<Value>> {
    if !matches!(function, Value::Undefined) && !machine.is_function(function) {
        return Err(machine.fault(FaultKind::Type, "the comparison is not a function"));
    }
    machine.charge(items.len() * 2 * size_of::<Value>())?;
    let (mut items, undefined): (Vec<Value>, Vec<Value>) =
        items.into_iter().partition(|v| !matches!(v, Value::Undefined));
    if matches!(function, Value::Undefined) {
        let mut keyed: Vec<_> = Vec::with_capacity(items.len());
        for item in items {
            let key = convert::to_string(&item);
            machine.burn(key.len() as u64 / 16 + 4)?;
            keyed.push((key, item));
        }
        keyed.sort_by(|(a, _), (b, _)| text::compare(a, b));
        items = keyed.into_iter().map(|(_, item)| item).collect();
    } else {
        let mut width = 1;
        while width < items.len() {
            let mut merged = Vec::with_capacity(items.len());
            for run in items.chunks(2 * width) {
                let (mut left, mut right) = run.split_at(width.min(run.len()));
                while let (Some(a), Some(b)) = (left.first(), right.first()) {
                    let given = machine.call_function(function, &Value::Undefined, &[a.clone(), b.clone()])?;
                    let order = convert::to_number(&given).partial_cmp(&0.0).unwrap_or(Ordering::Equal);
                    if order == Ordering::Greater {
                        merged.push(b.clone());
                        right = &right[1..];
                    } else {
                        merged.push(a.clone());
                        left = &left[1..];
                    }
                }
                merged.extend_from_slice(left);
                merged.extend_from_slice(right);
            }
            items = merged;
            width *= 2;
        }
    }
    items.extend(undefined);
    Ok(items)
}
