//! Functions of wxs as values.

use crate::value::{Value, WxsValue};
use crate::vm::code::Code;
use std::any::Any;
use std::cell::RefCell;
use std::rc::Rc;

/// The variables of a running function that its inner functions use.
pub(crate) struct Scope {
    pub cells: RefCell<Vec<Value>>,
    pub parent: Option<Rc<Scope>>,
}

// Scopes may go in circles through the functions they hold.
impl std::fmt::Debug for Scope {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Scope")
    }
}

/// A function written in wxs, with the variables around it.
pub(crate) struct Closure {
    pub code: Rc<Code>,
    pub scope: Option<Rc<Scope>>,
}

impl std::fmt::Debug for Closure {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "function {}", self.code.name)
    }
}

impl WxsValue for Closure {
    fn as_any(&self) -> &dyn Any {
        self
    }

    fn type_of(&self) -> &'static str {
        "function"
    }
}
