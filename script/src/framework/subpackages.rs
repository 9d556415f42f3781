//! Parts of the package that come when a page wants them: before the page is opened, or ahead of that where `preloadRule` says so.

use super::Framework;
use super::config::{UnitConfig, UsedComponent, find_component};
use crate::api::pages::Internal;
use crate::bridge::message::ApiFailure;
use crate::bridge::outbox::Responder;
use crate::package::PartReply;
use crate::package::parts::missing_part;
use crate::realm::{NativeFunction, Realm};
use crate::value::Value;
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::RefCell;
use std::rc::Rc;

/// Kinds of network that cost by the byte, and none at all.
const METERED: [&str; 6] = ["2g", "3g", "4g", "5g", "none", "unknown"];

/// What the framework needs of the `wx` surface for that.
pub trait Bringing {
    /// A responder whose answer goes to `done`.
    fn expect(&self, done: Internal) -> Responder;
    /// Asks which network there is.
    fn network(&self, reply: Responder);
    /// The page that is seen waits for another one, or does so no more.
    fn busy(&self, busy: bool);
}

/// What is done when a part has come, or not.
type Brought = Box<dyn FnOnce(&mut dyn Realm, Result<(), ApiFailure>)>;

/// Parts that come, and those that did not.
#[derive(Default)]
pub(super) struct Arrivals {
    bringing: RefCell<Option<Rc<dyn Bringing>>>,
    /// Those that the route asked for whose turn it is, with why one did not come.
    asked: RefCell<FxHashMap<String, Option<String>>>,
    /// Those that were asked for ahead of time and have not come or failed.
    ahead: RefCell<FxHashSet<String>>,
}

/// The roots of subpackages that are wanted when a page is seen.
#[derive(Clone, Debug, Default)]
pub struct Preload {
    /// Over networks that cost by the byte, too.
    pub everywhere: bool,
    /// Which.
    pub roots: Vec<String>,
}

impl Framework {
    /// How parts are brought; `None` where nobody waits for any more.
    pub(crate) fn set_bringing(&self, bringing: Option<Rc<dyn Bringing>>) {
        *self.arrivals.bringing.borrow_mut() = bringing;
    }

    /// Makes `require.async` wait for parts; before script can have put anything in the place of `Error`.
    pub(super) fn wait_with_modules(&self, realm: &mut dyn Realm) {
        if self.package.parts().is_none() {
            return;
        }
        let Ok(Value::Script(class)) = realm.global("Error") else { return };
        let me = self.me.clone();
        let arrive: NativeFunction = Rc::new(move |realm, _, arguments| {
            let (promise, resolve, reject) = realm.promise();
            let (Some(framework), Some(Value::String(root))) = (me.upgrade(), arguments.first()) else {
                return Ok(Value::Undefined);
            };
            let (class, asked) = (class.clone(), root.clone());
            let settle = move |realm: &mut dyn Realm, result: Result<(), ApiFailure>| {
                // Nothing of this throws.
                let settled = match result {
                    Ok(()) => realm.call(&resolve, &Value::Undefined, &[]),
                    Err(failure) => {
                        let message = Value::string(not_come(&asked, &failure.reason));
                        let error = realm.construct(&class, &[message]).unwrap_or_default();
                        realm.call(&reject, &Value::Undefined, &[error])
                    }
                };
                drop(settled);
            };
            framework.bring(root, Box::new(settle));
            Ok(Value::Script(promise))
        });
        let arrival = realm.function("", 1, arrive);
        realm.set_arrival(arrival);
    }

    /// Brings a part; `done` runs in a later turn.
    fn bring(&self, root: &str, done: Brought) {
        let bringing = self.arrivals.bringing.borrow().clone();
        let (Some(bringing), Some(parts)) = (bringing, self.package.parts()) else { return };
        let reply = bringing.expect(Box::new(move |realm, result| done(realm, result.map(drop))));
        parts.bring(root, PartReply::new(reply));
    }

    /// Brings a part for a call of script; one that is there is told of in the same way.
    pub(super) fn bring_for(&self, root: &str, bytes: u64, reply: Responder) {
        let reply = PartReply::new(reply);
        match self.package.parts() {
            Some(parts) if parts.part(&format!("{root}/")).is_some_and(|part| !part.is_here) => {
                parts.bring(root, reply);
            }
            _ => {
                reply.progress(bytes, bytes);
                reply.arrived();
            }
        }
    }

    /// The first part that these pages need and that the route whose turn it is has not asked for.
    pub(super) fn part_wanted<'r>(&self, routes: impl IntoIterator<Item = &'r str>) -> Option<String> {
        self.package.parts()?;
        let mut waiting: Vec<Rc<str>> = routes.into_iter().map(Rc::from).collect();
        let mut seen: FxHashSet<Rc<str>> = waiting.iter().cloned().collect();
        let asked = self.arrivals.asked.borrow();
        while let Some(path) = waiting.pop() {
            if let Some(root) = missing_part(&*self.package, &format!("{path}.json")) {
                if !asked.contains_key(&root) {
                    return Some(root);
                }
                continue;
            }
            // What was loaded once is not read again for each route that leads to it.
            let known = self.definitions.borrow().get(&path).map(|known| known.config.components.clone());
            let components = known.unwrap_or_else(|| UnitConfig::load(&*self.package, &path, &mut |_| ()).components);
            let used = |used: &UsedComponent| find_component(&*self.package, &path, &used.path);
            waiting.extend(components.iter().filter_map(used).filter(|component| seen.insert(component.clone())));
        }
        None
    }

    /// Has the route whose turn it is wait for a part: [`run_routes`](Framework::run_routes) goes on when it has come, or not.
    pub(super) fn wait_for_part(&self, root: String) {
        let (me, asked) = (self.me.clone(), root.clone());
        let busy = |framework: &Framework, busy: bool| {
            let bringing = framework.arrivals.bringing.borrow().clone();
            if let Some(bringing) = bringing.filter(|_| framework.current_page().is_some()) {
                bringing.busy(busy);
            }
        };
        self.arrivals.asked.borrow_mut().insert(root.clone(), None);
        busy(self, true);
        let done = Box::new(move |_: &mut dyn Realm, result: Result<(), ApiFailure>| {
            let Some(framework) = me.upgrade() else { return };
            busy(&framework, false);
            if let Err(failure) = result {
                framework.arrivals.asked.borrow_mut().insert(asked, Some(failure.reason));
            }
            framework.go_on();
        });
        self.bring(&root, done);
    }

    /// The turn of the next route comes: what the one before asked for may be asked for again.
    pub(super) fn forget_asked(&self) {
        self.arrivals.asked.borrow_mut().clear();
    }

    /// Why a page cannot be opened whose part was asked for and is not there.
    pub(super) fn missing_page(&self, route: &str) -> Option<String> {
        let root = missing_part(&*self.package, &format!("{route}.json"))?;
        let why = self.arrivals.asked.borrow().get(&root).cloned().flatten();
        Some(not_come(&root, why.as_deref().unwrap_or("nobody brought it")))
    }

    /// A page is seen: what is wanted ahead of time then begins to come.
    pub(super) fn bring_ahead(&self, route: &str) {
        let Some(preload) = self.config.preload.get(route) else { return };
        let missing =
            |root: &&String| missing_part(&*self.package, &format!("{root}/")).is_some_and(|missing| missing == **root);
        let new: Vec<String> = preload.roots.iter().filter(missing).cloned().collect();
        let new: Vec<String> =
            new.into_iter().filter(|root| self.arrivals.ahead.borrow_mut().insert(root.clone())).collect();
        let bringing = self.arrivals.bringing.borrow().clone();
        let (false, Some(bringing)) = (new.is_empty(), bringing) else { return };
        let me = self.me.clone();
        let begin = move |may: bool| {
            let Some(framework) = me.upgrade() else { return };
            for root in new {
                if !may {
                    framework.arrivals.ahead.borrow_mut().remove(&root);
                    continue;
                }
                let (me, asked) = (me.clone(), root.clone());
                // One that does not come is asked for again when it is needed, and then it is told.
                let done = Box::new(move |_: &mut dyn Realm, _: Result<(), ApiFailure>| {
                    if let Some(framework) = me.upgrade() {
                        framework.arrivals.ahead.borrow_mut().remove(&asked);
                    }
                });
                framework.bring(&root, done);
            }
        };
        if preload.everywhere {
            let now: Internal = Box::new(move |_, _| begin(true));
            return bringing.expect(now).ok(Default::default());
        }
        let network = bringing.expect(Box::new(move |_, result| {
            let kind = result.ok().and_then(|reply| Some(reply.fields.get("networkType")?.as_str()?.to_owned()));
            begin(kind.is_some_and(|kind| !METERED.contains(&&*kind)));
        }));
        bringing.network(network);
    }
}

fn not_come(root: &str, why: &str) -> String {
    format!("the subpackage \"{root}\" has not come: {why}")
}
