//! `createIntersectionObserver` and `createMediaQueryObserver`: script is told when elements come into sight, and when
//! the window begins or ceases to fit a description.

use super::WxApi;
use super::call::Call;
use super::convert::is_function;
use super::lifecycle::put;
use super::pages::Selected;
use super::row::{ArgumentType as T, CapabilityKind as C};
use super::table::{Entry, Handler, optional};
use crate::bridge::message::{ApiFailure, Watched};
use crate::realm::{Realm, ScriptFault, ScriptRef};
use crate::value::Value;
use pellicle_layout::document::NodeId;
use pellicle_layout::document::watch::{Watch, WatchArea};
use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

/// This family's APIs.
pub const ENTRIES: &[Entry] = &[
    Entry::new(
        "createIntersectionObserver",
        C::Pages,
        &[optional("component", T::Any), optional("options", T::Any)],
        Handler::Sync(create_intersection),
        "Tells when elements come into sight.",
    )
    .since("1.9.3")
    .object(),
    Entry::new(
        "createMediaQueryObserver",
        C::System,
        &[optional("component", T::Any)],
        Handler::Sync(create_media),
        "Tells when the window begins or ceases to fit a description.",
    )
    .since("2.11.1")
    .object(),
];

/// Observers that are at work.
#[derive(Default)]
pub struct Observers {
    intersections: RefCell<BTreeMap<u32, Rc<Intersection>>>,
    media: RefCell<Vec<Media>>,
}

struct Intersection {
    targets: Vec<Selected>,
    callback: ScriptRef,
}

struct Media {
    id: u32,
    query: Vec<(&'static str, Value)>,
    matches: bool,
    callback: ScriptRef,
}

/// What an intersection observer is asked for before it begins.
#[derive(Default)]
struct Plan {
    areas: RefCell<Vec<Area>>,
    /// The number that it works under, if it does.
    request: Cell<Option<u32>>,
}

struct Area {
    /// A selector; none for the viewport.
    selector: Option<String>,
    margins: [f32; 4],
}

fn field(realm: &mut dyn Realm, object: Option<&Value>, name: &str) -> Value {
    match object {
        Some(Value::Script(object)) => realm.get(object, name).unwrap_or_default(),
        _ => Value::Undefined,
    }
}

fn number(realm: &mut dyn Realm, object: Option<&Value>, name: &str) -> Option<f32> {
    match field(realm, object, name) {
        Value::Number(n) if n.is_finite() => Some(n as f32),
        _ => None,
    }
}

fn margins(realm: &mut dyn Realm, object: Option<&Value>) -> [f32; 4] {
    ["top", "right", "bottom", "left"].map(|side| number(realm, object, side).unwrap_or(0.0))
}

/// The shares at whose crossing an observer calls back, rising.
fn thresholds(realm: &mut dyn Realm, options: Option<&Value>) -> Vec<f32> {
    let mut found = Vec::new();
    if let Value::Script(list) = field(realm, options, "thresholds") {
        let length = realm.length(&list).unwrap_or(0).min(Watch::THRESHOLDS as u32);
        for at in 0..length {
            if let Ok(Value::Number(n)) = realm.get_index(&list, at)
                && n.is_finite()
            {
                found.push(n.clamp(0.0, 1.0) as f32);
            }
        }
    }
    if found.is_empty() {
        found.push(0.0);
    }
    found.sort_by(f32::total_cmp);
    found.dedup();
    found
}

/// The hidden field with the component.
const SCOPE: &str = "__scope";

fn create_intersection(call: &mut Call<'_>) -> Result<Value, ApiFailure> {
    let (component, options) = (call.argument(0), call.argument(1));
    let (api, realm) = (call.api.clone(), &mut *call.realm);
    let thresholds = thresholds(realm, Some(&options));
    let initial_ratio = number(realm, Some(&options), "initialRatio").unwrap_or(0.0);
    let all = matches!(field(realm, Some(&options), "observeAll"), Value::Bool(true));
    let observer = realm.object(None);
    if matches!(component, Value::Script(_)) {
        // Fresh objects take any field.
        let _ = realm.define(&observer, SCOPE, component, true);
    }
    let plan = Rc::new(Plan::default());
    for (name, named) in [("relativeTo", true), ("relativeToViewport", false)] {
        let plan = plan.clone();
        let add = move |realm: &mut dyn Realm, this: &Value, arguments: &[Value]| {
            let selector = match (named, arguments.first()) {
                (true, Some(Value::String(selector))) => Some(selector.to_string()),
                (true, _) => return Ok(this.clone()),
                (false, _) => None,
            };
            let margins = margins(realm, arguments.get(usize::from(named)));
            if plan.areas.borrow().len() < Watch::AREAS {
                plan.areas.borrow_mut().push(Area { selector, margins });
            }
            Ok(this.clone())
        };
        put(realm, &observer, name, Rc::new(add));
    }
    let begin = {
        let (api, plan) = (api.clone(), plan.clone());
        move |realm: &mut dyn Realm, this: &Value, arguments: &[Value]| {
            let (Some(Value::String(selector)), Some(callback @ Value::Script(function))) =
                (arguments.first(), arguments.get(1))
            else {
                return Ok(Value::Undefined);
            };
            if !is_function(realm, callback) {
                return Ok(Value::Undefined);
            }
            end(&api, &plan);
            let request = api.next_id();
            plan.request.set(Some(request));
            let scope = match field(realm, Some(this), SCOPE) {
                Value::Script(scope) => Some(scope),
                _ => None,
            };
            let (selector, callback, thresholds) = (selector.to_string(), function.clone(), thresholds.clone());
            let (observing, plan) = (api.clone(), plan.clone());
            let work = move |realm: &mut dyn Realm| {
                // It may have been ended again while it waited.
                if plan.request.get() == Some(request) {
                    let watch = Watch { thresholds, initial_ratio, ..Watch::default() };
                    let targets = observing.pages().select(realm, scope.as_ref(), &selector, all);
                    observe(&observing, realm, request, (&plan, scope.as_ref()), (targets, callback), watch);
                }
            };
            api.pages().when_whole(realm, Box::new(work));
            Ok(Value::Undefined)
        }
    };
    put(realm, &observer, "observe", Rc::new(begin));
    let stop = move |_: &mut dyn Realm, _: &Value, _: &[Value]| {
        end(&api, &plan);
        Ok(Value::Undefined)
    };
    put(realm, &observer, "disconnect", Rc::new(stop));
    Ok(Value::Script(observer))
}

fn observe(
    api: &WxApi,
    realm: &mut dyn Realm,
    request: u32,
    (plan, scope): (&Plan, Option<&ScriptRef>),
    (targets, callback): (Vec<Selected>, ScriptRef),
    mut watch: Watch,
) {
    let watched: usize = api.state().observers.intersections.borrow().values().map(|o| o.targets.len()).sum();
    if watched + targets.len() > Watch::TARGETS {
        let message = format!("intersection observers of a mini-program watch at most {} elements", Watch::TARGETS);
        return api.report::<()>("createIntersectionObserver", Err(ScriptFault::error("RangeError", message)));
    }
    for area in plan.areas.borrow().iter() {
        let reference = match &area.selector {
            Some(selector) => match api.pages().select(realm, scope, selector, false).first() {
                Some(found) => Some(found.node.0),
                // What is not there has nothing in common with anything.
                None => return,
            },
            None => None,
        };
        watch.areas.push(WatchArea { reference, margins: area.margins });
    }
    if watch.areas.is_empty() {
        watch.areas.push(WatchArea::default());
    }
    watch.targets = targets.iter().map(|target| target.node.0).filter(|id| *id != NodeId::NONE.0).collect();
    if watch.targets.is_empty() || watch.targets.len() != targets.len() {
        return;
    }
    api.state().observers.intersections.borrow_mut().insert(request, Rc::new(Intersection { targets, callback }));
    api.pages().watch(request, watch);
}

fn end(api: &WxApi, plan: &Plan) {
    if let Some(request) = plan.request.take()
        && api.state().observers.intersections.borrow_mut().remove(&request).is_some()
    {
        api.pages().unwatch(request);
    }
}

/// `left, top, width, height` as script sees a rectangle.
fn rect([left, top, width, height]: [f64; 4]) -> Value {
    Value::object(
        [
            ("left", left),
            ("top", top),
            ("right", left + width),
            ("bottom", top + height),
            ("width", width),
            ("height", height),
        ]
        .map(|(name, n)| (name, Value::Number(n))),
    )
}

/// Calls observers back; one whose elements are all gone is told so by an empty list and ends.
pub(super) fn watched(api: &WxApi, realm: &mut dyn Realm, watched: &Watched) {
    let found = api.state().observers.intersections.borrow().get(&watched.request).cloned();
    let Some(observer) = found else { return };
    if watched.crossings.is_empty() {
        api.state().observers.intersections.borrow_mut().remove(&watched.request);
    }
    for crossing in &watched.crossings {
        let Some(target) = observer.targets.get(crossing.target as usize) else { continue };
        let result = Value::object([
            ("id", Value::string(&target.id)),
            ("dataset", target.dataset.clone()),
            ("time", Value::Number(watched.time)),
            ("intersectionRatio", Value::Number(crossing.ratio)),
            ("intersectionRect", rect(crossing.inside)),
            ("boundingClientRect", rect(crossing.bounds)),
            ("relativeRect", rect(crossing.area)),
        ]);
        let called = realm.call(&observer.callback, &Value::Undefined, &[result]);
        api.report("createIntersectionObserver", called);
        // The callback may have ended it.
        if !api.state().observers.intersections.borrow().contains_key(&watched.request) {
            break;
        }
    }
}

/// What a media query can name (WeChat's documentation of `MediaQueryObserver.observe`).
const QUERY: [&str; 7] = ["minWidth", "maxWidth", "width", "minHeight", "maxHeight", "height", "orientation"];

fn create_media(call: &mut Call<'_>) -> Result<Value, ApiFailure> {
    let (api, realm) = (call.api.clone(), &mut *call.realm);
    let observer = realm.object(None);
    let id = api.next_id();
    let begin = {
        let api = api.clone();
        move |realm: &mut dyn Realm, _: &Value, arguments: &[Value]| {
            let Some(callback @ Value::Script(function)) = arguments.get(1) else { return Ok(Value::Undefined) };
            if !is_function(realm, callback) {
                return Ok(Value::Undefined);
            }
            let mut query = Vec::new();
            for name in QUERY {
                let value = field(realm, arguments.first(), name);
                if matches!(value, Value::Number(_) | Value::String(_)) {
                    query.push((name, value));
                }
            }
            let matches = fits(&api, &query);
            let observers = &api.state().observers.media;
            observers.borrow_mut().retain(|known| known.id != id);
            observers.borrow_mut().push(Media { id, query, matches, callback: function.clone() });
            tell(&api, realm, function, matches);
            Ok(Value::Undefined)
        }
    };
    put(realm, &observer, "observe", Rc::new(begin));
    let stop = move |_: &mut dyn Realm, _: &Value, _: &[Value]| {
        api.state().observers.media.borrow_mut().retain(|known| known.id != id);
        Ok(Value::Undefined)
    };
    put(realm, &observer, "disconnect", Rc::new(stop));
    Ok(Value::Script(observer))
}

fn tell(api: &WxApi, realm: &mut dyn Realm, callback: &ScriptRef, matches: bool) {
    let result = Value::object([("matches", Value::Bool(matches))]);
    let called = realm.call(callback, &Value::Undefined, &[result]);
    api.report("createMediaQueryObserver", called);
}

/// True if the window fits all that a query names.
fn fits(api: &WxApi, query: &[(&'static str, Value)]) -> bool {
    let figures = api.with(|c| c.system.figures()).window();
    let size = |name: &str| figures.get(name).and_then(serde_json::Value::as_f64).unwrap_or(0.0);
    let (width, height) = (size("windowWidth"), size("windowHeight"));
    query.iter().all(|(name, wanted)| match (*name, wanted) {
        ("minWidth", Value::Number(n)) => width >= *n,
        ("maxWidth", Value::Number(n)) => width <= *n,
        ("width", Value::Number(n)) => width == *n,
        ("minHeight", Value::Number(n)) => height >= *n,
        ("maxHeight", Value::Number(n)) => height <= *n,
        ("height", Value::Number(n)) => height == *n,
        ("orientation", Value::String(wanted)) => **wanted == *(if width > height { "landscape" } else { "portrait" }),
        _ => false,
    })
}

/// The window has a new size: those whom that makes a difference to are told.
pub(super) fn resized(api: &WxApi, realm: &mut dyn Realm) {
    let known: Vec<u32> = api.state().observers.media.borrow().iter().map(|observer| observer.id).collect();
    for id in known {
        let query = api.state().observers.media.borrow().iter().find(|o| o.id == id).map(|o| o.query.clone());
        // A callback before it may have ended it.
        let Some(query) = query else { continue };
        let now = fits(api, &query);
        let callback = {
            let mut observers = api.state().observers.media.borrow_mut();
            let changed = observers.iter_mut().find(|o| o.id == id && o.matches != now);
            changed.map(|observer| {
                observer.matches = now;
                observer.callback.clone()
            })
        };
        if let Some(callback) = callback {
            tell(api, realm, &callback, now);
        }
    }
}
