//! What a walk from an engine value to data has passed: the place where it is, and what its data comes to.

use super::{DataError, DataLimits};
use std::fmt::Write;
use std::rc::Rc;

enum Step {
    Field(Rc<str>),
    Index(usize),
}

/// What a walk has passed.
pub(super) struct Walked<'a> {
    pub(super) limits: &'a DataLimits,
    /// With what was spent before.
    pub(super) bytes: usize,
    steps: Vec<Step>,
}

impl<'a> Walked<'a> {
    pub(super) fn new(limits: &'a DataLimits) -> Walked<'a> {
        Walked { limits, bytes: limits.spent, steps: Vec::new() }
    }

    pub(super) fn enter_field(&mut self, name: Rc<str>) {
        self.steps.push(Step::Field(name));
    }

    pub(super) fn enter_item(&mut self, index: usize) {
        self.steps.push(Step::Index(index));
    }

    /// Back to where the last step began.
    pub(super) fn leave(&mut self) {
        self.steps.pop();
    }

    /// Pays for data.
    ///
    /// # Errors
    /// [`DataError::Size`] if it comes to more than it may.
    pub(super) fn spend(&mut self, bytes: usize) -> Result<(), DataError> {
        self.bytes = self.bytes.saturating_add(bytes);
        if self.bytes > self.limits.bytes {
            return Err(DataError::Size { limit: self.limits.bytes });
        }
        Ok(())
    }

    /// Where the walk is: `list[3].name`.
    pub(super) fn path(&self) -> String {
        let mut out = String::new();
        for step in &self.steps {
            let _ = match step {
                Step::Field(name) if out.is_empty() => write!(out, "{name}"),
                Step::Field(name) => write!(out, ".{name}"),
                Step::Index(index) => write!(out, "[{index}]"),
            };
        }
        if out.is_empty() { "the top".to_owned() } else { out }
    }

    /// Refuses an object that lies in `open` others, or in itself.
    ///
    /// # Errors
    /// [`DataError::Depth`], [`DataError::Cycle`].
    pub(super) fn check_nesting<T>(&self, open: &[T], is_it: impl FnMut(&T) -> bool) -> Result<(), DataError> {
        if open.len() >= self.limits.depth as usize {
            return Err(DataError::Depth { path: self.path(), limit: self.limits.depth });
        }
        if open.iter().any(is_it) {
            return Err(DataError::Cycle { path: self.path() });
        }
        Ok(())
    }

    /// A getter threw.
    pub(super) fn threw(&self, message: String) -> DataError {
        DataError::Threw { path: self.path(), message }
    }
}
