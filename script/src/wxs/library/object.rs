//! Methods that every value has, methods of functions, and `Object.*`.

use super::{argument, methods, text_argument, type_name};
use crate::value::Value;
use crate::vm::fault::{FaultKind, Outcome};
use crate::vm::{Machine, convert, members};

methods! {
    /// Methods that every value has.
    ObjectMethod {
        HasOwnProperty = "hasOwnProperty",
        PropertyIsEnumerable = "propertyIsEnumerable",
        ToLocaleString = "toLocaleString",
        ToString = "toString",
        ValueOf = "valueOf",
    }
}

methods! {
    /// Methods of functions.
    FunctionMethod {
        Apply = "apply",
        Bind = "bind",
        Call = "call",
    }
}

methods! {
    /// `Object.*`.
    ObjectFunction {
        Assign = "assign",
        Entries = "entries",
        Freeze = "freeze",
        Keys = "keys",
        Values = "values",
    }
}

/// Calls a method that every value has.
pub(super) fn call(method: ObjectMethod, machine: &mut Machine, this: &Value, args: &[Value]) -> Outcome<Value> {
    match method {
        ObjectMethod::HasOwnProperty | ObjectMethod::PropertyIsEnumerable => {
            Ok(Value::Bool(members::has_own(this, &text_argument(args, 0))))
        }
        ObjectMethod::ValueOf => Ok(this.clone()),
        ObjectMethod::ToString | ObjectMethod::ToLocaleString => match this {
            Value::Object(_) => Ok(Value::string("[object Object]")),
            // `Object.prototype.toString.call(x)`.
            Value::Undefined => Ok(Value::string("[object Undefined]")),
            Value::Null => Ok(Value::string("[object Null]")),
            Value::Wxs(_) if type_name(this) == "Object" => Ok(Value::string("[object Object]")),
            other => {
                let mut text = String::new();
                convert::write_string(other, &mut text);
                machine.text(text)
            }
        },
    }
}

/// Calls a method of a function.
pub(super) fn call_function_method(
    method: FunctionMethod,
    machine: &mut Machine,
    this: &Value,
    args: &[Value],
) -> Outcome<Value> {
    let context = argument(args, 0);
    match method {
        FunctionMethod::Call => machine.call_function(this, &context, args.get(1..).unwrap_or(&[])),
        FunctionMethod::Apply => {
            let arguments = match args.get(1) {
                Some(Value::Array(items)) => items.borrow().to_vec(),
                None | Some(Value::Undefined | Value::Null) => Vec::new(),
                Some(_) => return Err(machine.fault(FaultKind::Type, "apply needs an array of arguments")),
            };
            machine.burn(arguments.len() as u64)?;
            machine.call_function(this, &context, &arguments)
        }
        FunctionMethod::Bind => {
            Err(machine.fault(FaultKind::Unsupported, "bind is not supported in wxs; write a function that calls it"))
        }
    }
}

/// Calls `Object.*`.
pub(super) fn call_static(function: ObjectFunction, machine: &mut Machine, args: &[Value]) -> Outcome<Value> {
    let object = argument(args, 0);
    if object.is_nullish() {
        return Err(machine.fault(FaultKind::Type, "undefined and null have no fields"));
    }
    match function {
        ObjectFunction::Freeze => Ok(object),
        ObjectFunction::Assign => {
            for source in args.get(1..).unwrap_or(&[]) {
                for (key, value) in members::fields(source) {
                    machine.set_member(&object, &key, value)?;
                }
            }
            Ok(object)
        }
        ObjectFunction::Keys | ObjectFunction::Values | ObjectFunction::Entries => {
            let fields = members::fields(&object);
            machine.burn(fields.len() as u64)?;
            let mut items = Vec::with_capacity(fields.len());
            for (key, value) in fields {
                items.push(match function {
                    ObjectFunction::Keys => Value::String(key),
                    ObjectFunction::Values => value,
                    _ => machine.new_array(vec![Value::String(key), value])?,
                });
            }
            machine.new_array(items)
        }
    }
}
