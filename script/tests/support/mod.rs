//! What the tests of the realm share.

#![allow(dead_code, clippy::unwrap_used)]

pub mod engine;

use engine::{code, engine};
use pellicle_script::package::{MemoryPackage, PackageSource};
use pellicle_script::realm::{
    Clock, LOGIC_STACK_BYTES, Mulberry32, Realm, RealmConfig, ScriptFault, ScriptSink, VirtualClock, open,
};
use pellicle_script::value::Value;
use std::cell::RefCell;
use std::rc::Rc;
use std::sync::Arc;

/// Runs a test on a thread with the stack that a realm needs.
pub fn on_logic_thread(test: impl FnOnce() + Send + 'static) {
    let thread = std::thread::Builder::new().stack_size(LOGIC_STACK_BYTES).spawn(test).unwrap();
    if let Err(panic) = thread.join() {
        std::panic::resume_unwind(panic);
    }
}

/// Keeps what the realm reports.
#[derive(Default)]
pub struct Recorder {
    pub console: RefCell<Vec<(&'static str, String)>>,
    pub faults: RefCell<Vec<(String, ScriptFault)>>,
}

impl ScriptSink for Recorder {
    fn console(&self, level: &'static str, text: &str) {
        self.console.borrow_mut().push((level, text.to_owned()));
    }

    fn fault(&self, context: &str, fault: &ScriptFault) {
        self.faults.borrow_mut().push((context.to_owned(), fault.clone()));
    }
}

impl Recorder {
    pub fn lines(&self) -> Vec<String> {
        self.console.borrow().iter().map(|(_, text)| text.clone()).collect()
    }
}

/// A realm under virtual time over files in memory.
pub struct Bench {
    pub realm: Box<dyn Realm>,
    pub sink: Rc<Recorder>,
    pub clock: Arc<VirtualClock>,
}

impl Bench {
    pub fn new<const N: usize>(files: [(&str, &str); N]) -> Bench {
        Bench::over(files.into_iter().collect::<MemoryPackage>())
    }

    pub fn over(package: impl PackageSource + 'static) -> Bench {
        let sink = Rc::new(Recorder::default());
        let clock = Arc::new(VirtualClock::deterministic());
        let realm = open(RealmConfig {
            engine: engine(),
            code: code(),
            package: Arc::new(package),
            clock: clock.clone(),
            random: Box::new(Mulberry32::new(1)),
            sink: sink.clone(),
        })
        .unwrap();
        Bench { realm, sink, clock }
    }

    /// Runs promise jobs and timers for so many ms of virtual time.
    pub fn settle(&mut self, ms: f64) {
        let end = self.clock.now() + ms;
        assert!(self.realm.run_jobs(100_000));
        while let Some(due) = self.realm.next_timer().filter(|due| *due <= end) {
            self.clock.advance_to(due);
            self.realm.run_timer();
        }
        self.clock.advance_to(end);
    }

    /// The exports of `main.js` as JSON.
    pub fn main(&mut self) -> String {
        let exports = self.realm.require("main").unwrap_or_else(|fault| panic!("{fault} {:?}", fault.stack));
        self.json(&exports)
    }

    pub fn json(&mut self, value: &Value) -> String {
        self.realm.stringify(value).unwrap().unwrap_or_else(|| "undefined".to_owned())
    }
}

/// The JSON of an expression.
pub fn eval(expression: &str) -> String {
    Bench::new([("main.js", &format!("module.exports = ({expression});"))]).main()
}

/// The fault that running a file ends with.
pub fn fault(code: &str) -> ScriptFault {
    let mut bench = Bench::new([("main.js", code)]);
    bench.realm.require("main").expect_err("the file should fail")
}
