//! Where a binding's value comes from, and what it reads.

use super::change::ReadStep;
use super::reads::{NameRef, Names, Read, Reads};
use crate::realm::PathSegment;
use crate::value::Value;
use crate::vm::{Env, Machine, NameScope, Program, ReadRoot, evaluate};
use pellicle_layout::markup::Expression;
use pellicle_layout::markup::template::AttributeSource;
use std::cell::RefCell;
use std::rc::Rc;

/// Where a value comes from.
#[derive(Debug)]
pub enum Source {
    /// Written in the template.
    Constant(Value),
    /// Computed; true if its value may be a function of a wxs module.
    Program(Program, bool),
}

/// What an expression sees.
#[derive(Clone, Debug, Default)]
pub struct Scope {
    /// The data object.
    pub data: Value,
    /// Loop variables.
    pub variables: Vec<Value>,
    /// Wxs modules of the file.
    pub modules: Rc<[Value]>,
}

impl Source {
    /// Compiles an attribute or text and notes what it reads.
    pub fn compile(source: &AttributeSource, names: &mut Names, reads: &mut Reads) -> Source {
        let constant = match source {
            AttributeSource::Present => Some(Value::Bool(true)),
            AttributeSource::Static(text) => Some(Value::String(Rc::from(&**text))),
            AttributeSource::Expression(_) | AttributeSource::Concat(_) => None,
        };
        match constant {
            Some(value) => Source::Constant(value),
            None => Source::noted(Program::source(source, &scope_of(names)), names, reads),
        }
    }

    /// Compiles one expression and notes what it reads.
    pub fn expression(expression: &Expression, names: &mut Names, reads: &mut Reads) -> Source {
        Source::noted(Program::expression(expression, &scope_of(names)), names, reads)
    }

    fn noted(program: Program, names: &mut Names, reads: &mut Reads) -> Source {
        for read in program.reads() {
            let root = match &read.root {
                ReadRoot::Local(at) => NameRef::Variable(*at as u16),
                ReadRoot::Data(name) => names.field(name),
            };
            let step = |segment: &PathSegment| match segment {
                PathSegment::Field(name) => ReadStep::Field(name.clone()),
                PathSegment::Index(index) => ReadStep::Field(Rc::from(index.to_string())),
            };
            reads.add(Read { root, path: read.path.iter().map(step).collect() });
        }
        let names_modules = program.names_modules()
            || program.reads().iter().any(|read| match &read.root {
                ReadRoot::Local(at) => names.modular.contains(&(*at as u16)),
                ReadRoot::Data(_) => false,
            });
        Source::Program(program, names_modules)
    }

    /// True if it never changes. A call may give something else each time, but nobody asks again.
    pub fn is_constant(&self) -> bool {
        match self {
            Source::Constant(_) => true,
            Source::Program(program, _) => program.reads().is_empty(),
        }
    }

    /// True if its value may be a function of a wxs module.
    pub fn names_modules(&self) -> bool {
        matches!(self, Source::Program(_, true))
    }

    /// The value in a scope.
    pub fn evaluate(&self, scope: &Scope, machine: &RefCell<Machine>) -> Value {
        match self {
            Source::Constant(value) => value.clone(),
            Source::Program(program, _) => {
                let env = Env { data: &scope.data, locals: &scope.variables, modules: &scope.modules };
                evaluate(program, &env, &mut machine.borrow_mut())
            }
        }
    }
}

fn scope_of(names: &Names) -> NameScope<'_> {
    NameScope { locals: &names.variables, modules: &names.modules }
}
