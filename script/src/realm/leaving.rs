//! What a realm is given by its host, each call of which leaves the engine (see `sandbox::control`).

use crate::package::{CompiledScripts, PackageSource};
use crate::realm::{Clock, Random, RealmConfig, ScriptFault, ScriptSink};
use crate::sandbox::control::outside;
use crate::value::Value;
use pellicle_layout::compiled::CompiledPackage;
use std::rc::Rc;
use std::sync::Arc;

struct Leaving<T>(T);

impl PackageSource for Leaving<Arc<dyn PackageSource>> {
    fn read(&self, path: &str) -> Option<Arc<[u8]>> {
        let _outside = outside();
        self.0.read(path)
    }

    fn text(&self, path: &str) -> Option<String> {
        let _outside = outside();
        self.0.text(path)
    }

    fn source(&self, path: &str) -> Option<String> {
        let _outside = outside();
        self.0.source(path)
    }

    fn compiled(&self, path: &str) -> Option<Arc<CompiledPackage>> {
        let _outside = outside();
        self.0.compiled(path)
    }

    fn scripts(&self, path: &str) -> Option<Arc<CompiledScripts>> {
        let _outside = outside();
        self.0.scripts(path)
    }

    fn contains(&self, path: &str) -> bool {
        let _outside = outside();
        self.0.contains(path)
    }

    fn length(&self, path: &str) -> Option<u64> {
        let _outside = outside();
        self.0.length(path)
    }

    fn paths(&self) -> Vec<String> {
        let _outside = outside();
        self.0.paths()
    }

    fn identity(&self) -> Option<[u8; 32]> {
        let _outside = outside();
        self.0.identity()
    }

    fn content_hash(&self, path: &str) -> Option<[u8; 32]> {
        let _outside = outside();
        self.0.content_hash(path)
    }

    fn fault(&self, path: &str) -> Option<String> {
        let _outside = outside();
        self.0.fault(path)
    }

    fn behind(&self) -> Option<&dyn PackageSource> {
        Some(&self.0)
    }
}

impl Clock for Leaving<Arc<dyn Clock>> {
    fn now(&self) -> f64 {
        let _outside = outside();
        self.0.now()
    }

    fn monotonic(&self) -> f64 {
        let _outside = outside();
        self.0.monotonic()
    }

    fn offset_minutes(&self, now: f64) -> i32 {
        let _outside = outside();
        self.0.offset_minutes(now)
    }
}

impl Random for Leaving<Box<dyn Random>> {
    fn next(&mut self) -> f64 {
        let _outside = outside();
        self.0.next()
    }

    fn fill(&mut self, bytes: &mut [u8]) -> Result<(), String> {
        let _outside = outside();
        self.0.fill(bytes)
    }
}

impl ScriptSink for Leaving<Rc<dyn ScriptSink>> {
    fn console(&self, level: &'static str, text: &str) {
        let _outside = outside();
        self.0.console(level, text);
    }

    fn fault(&self, context: &str, fault: &ScriptFault) {
        let _outside = outside();
        self.0.fault(context, fault);
    }

    fn rejection(&self, fault: &ScriptFault, promise: &Value) {
        let _outside = outside();
        self.0.rejection(fault, promise);
    }
}

/// The same, leaving the engine at each call.
pub(crate) fn leaving(config: RealmConfig) -> RealmConfig {
    RealmConfig {
        engine: config.engine,
        code: config.code,
        package: Arc::new(Leaving(config.package)),
        clock: Arc::new(Leaving(config.clock)),
        random: Box::new(Leaving(config.random)),
        sink: Rc::new(Leaving(config.sink)),
    }
}
