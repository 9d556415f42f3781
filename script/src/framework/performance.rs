//! How long things take, for `wx.getPerformance` and `setUpdatePerformanceListener`.

use super::Framework;
use super::instance::Instance;
use super::pages::PageState;
use super::script::{flag, is_function};
use crate::realm::{PathSegment, Realm};
use crate::value::Value;
use std::rc::Rc;

/// The event that entries are told under.
pub(crate) const EVENT: &str = "Performance";

/// Who is told of an instance's updates.
#[derive(Clone, Debug)]
pub(super) struct UpdateListener {
    callback: Value,
    with_paths: bool,
}

/// An update that is told of.
pub(super) struct Watched {
    listener: UpdateListener,
    /// Its data paths are told, too.
    pub with_paths: bool,
    start: f64,
}

/// Sets who is told of an instance's updates; no function: nobody.
pub(super) fn set_update_listener(realm: &mut dyn Realm, instance: &Rc<Instance>, options: &Value, callback: &Value) {
    let with_paths = matches!(options, Value::Script(options) if flag(realm, options, "withDataPaths"));
    let listener = is_function(realm, callback).then(|| UpdateListener { callback: callback.clone(), with_paths });
    // What was told before may go with its last handle.
    let before = instance.update_listener.replace(listener);
    drop(before);
}

fn steps_value(path: &[PathSegment]) -> Value {
    let step = |step: &PathSegment| match step {
        PathSegment::Field(name) => Value::String(name.clone()),
        PathSegment::Index(index) => Value::Number(f64::from(*index)),
    };
    Value::array(path.iter().map(step).collect())
}

impl Framework {
    /// An update begins: what is needed to tell of it, if somebody is told.
    pub(super) fn update_starts(&self, instance: &Instance) -> Option<Watched> {
        let listener = instance.update_listener.borrow().clone()?;
        let with_paths = listener.with_paths;
        Some(Watched { listener, with_paths, start: self.services.clock.now() })
    }

    /// Tells of an update after what runs now.
    pub(super) fn update_ended(
        &self,
        realm: &mut dyn Realm,
        instance: &Rc<Instance>,
        watched: Watched,
        paths: &[Vec<PathSegment>],
    ) {
        let id = self.updates.get().wrapping_add(1);
        self.updates.set(id);
        let number = |n: f64| Value::Number(n);
        let mut fields = vec![
            ("updateProcessId", number(f64::from(id))),
            ("isMergedUpdate", Value::Bool(false)),
            ("pendingStartTimestamp", number(watched.start)),
            ("updateStartTimestamp", number(watched.start)),
            ("updateEndTimestamp", number(self.services.clock.now())),
        ];
        if watched.with_paths {
            fields.push(("dataPaths", Value::array(paths.iter().map(|path| steps_value(path)).collect())));
        }
        self.call_back(realm, instance, &watched.listener.callback, 0.0, &[Value::object(fields)]);
    }

    fn timed(&self, realm: &mut dyn Realm, kind: &str, name: &str, start: f64, more: Vec<(&'static str, Value)>) {
        let now = self.services.clock.now();
        let fields = [
            ("name", Value::string(name)),
            ("entryType", Value::string(kind)),
            ("startTime", Value::Number(start)),
            ("duration", Value::Number(now - start)),
        ];
        self.tell(realm, EVENT, Value::object(fields.into_iter().chain(more)));
    }

    /// A page was shown for the first time.
    pub(super) fn page_timed(&self, realm: &mut dyn Realm, page: &PageState) {
        let path = || ("path", Value::String(page.route.clone()));
        let kind = self.navigation.get();
        let (name, start) = match kind {
            "appLaunch" => ("appLaunch", self.launched.get()),
            _ => ("route", page.opened),
        };
        let navigation =
            vec![path(), ("navigationStart", Value::Number(start)), ("navigationType", Value::string(kind))];
        self.timed(realm, "navigation", name, start, navigation);
        self.timed(realm, "render", "firstRender", page.opened, vec![path()]);
        let now = self.services.clock.now();
        for name in ["firstPaint", "firstContentfulPaint"] {
            self.timed(realm, "render", name, now, vec![path()]);
        }
    }

    /// A file of script was run.
    pub(super) fn script_timed(&self, realm: &mut dyn Realm, file: &str, start: f64) {
        let files = Value::array(vec![Value::string(file)]);
        let more = vec![("moduleName", Value::string("__APP__")), ("fileList", files)];
        self.timed(realm, "script", "evaluateScript", start, more);
    }
}
