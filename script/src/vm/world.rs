//! What expressions and wxs ask of the world, on either side.

use super::{Fault, MachineHost};
use crate::realm::{Clock, Mulberry32, Random, ScriptSink};
use pellicle_layout::diagnostic::{Diagnostic, Severity};
use rustc_hash::FxHashSet;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

/// Faults of templates that are told; one binding in a long list fails for each round.
const MAX_FAULTS: usize = 1000;

/// The world of a machine: a clock, a console, and where faults are told.
pub struct World {
    clock: Arc<dyn Clock>,
    random: RefCell<Mulberry32>,
    sink: Rc<dyn ScriptSink>,
    diagnostics: Rc<dyn Fn(Diagnostic)>,
    told: RefCell<FxHashSet<String>>,
}

impl std::fmt::Debug for World {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("World")
    }
}

impl World {
    /// A world with this clock; console lines go to `sink`, faults to `diagnostics`.
    pub fn new(clock: Arc<dyn Clock>, sink: Rc<dyn ScriptSink>, diagnostics: Rc<dyn Fn(Diagnostic)>) -> World {
        // Seeded by the clock: the same virtual time gives the same numbers.
        let random = RefCell::new(Mulberry32::new(clock.now() as u64 as u32));
        World { clock, random, sink, diagnostics, told: RefCell::default() }
    }
}

impl MachineHost for World {
    fn now(&self) -> f64 {
        self.clock.now()
    }

    fn offset_minutes(&self, at: f64) -> i32 {
        self.clock.offset_minutes(at)
    }

    fn random(&self) -> f64 {
        self.random.borrow_mut().next()
    }

    fn console(&self, level: &'static str, text: &str) {
        self.sink.console(level, text);
    }

    fn fault(&self, fault: &Fault) {
        let mut told = self.told.borrow_mut();
        if told.len() >= MAX_FAULTS || !told.insert(fault.to_string()) {
            return;
        }
        let position = fault.position.unwrap_or_default();
        let message = format!("{}: {}", fault.kind.name(), fault.message);
        (self.diagnostics)(Diagnostic::new(Severity::Warning, "template-fault", fault.file.clone(), position, message));
    }
}
