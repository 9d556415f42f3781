//! `createSelectorQuery`: what is where. Queries are answered in order, after the changes before them are
//! laid out; one reply for each `exec()`.
//!
//! Callbacks and components are kept on the script object itself, in a hidden field, not in handles: a
//! query that stays reachable only through its own callback can then be collected.

use super::WxApi;
use super::call::Call;
use super::lifecycle::put;
use super::nodes;
use super::pages::{NodeQuery, Selected};
use super::row::CapabilityKind as C;
use super::table::{Entry, Handler};
use crate::bridge::message::{ApiFailure, NodeFigures, QueryReply};
use crate::capability::system::number;
use crate::realm::{Realm, ScriptRef};
use crate::value::Value;
use pellicle_layout::document::NodeId;
use pellicle_layout::document::ops::QueryKind;
use std::cell::RefCell;
use std::rc::Rc;

/// This family's APIs.
pub const ENTRIES: &[Entry] =
    &[Entry::new("createSelectorQuery", C::Pages, &[], Handler::Sync(create_call), "Asks where nodes are.")
        .since("1.4.0")
        .object()];

/// What to do with the answers of a group.
pub type Answered = Box<dyn FnOnce(&mut dyn Realm, &WxApi, Vec<Option<NodeFigures>>)>;

/// A group that waits for its reply.
pub struct PendingQuery {
    done: Answered,
}

/// Sends a group of queries.
pub(super) fn ask(api: &WxApi, nodes: &[NodeQuery], done: Answered) {
    let request = api.next_id();
    api.state().queries.borrow_mut().insert(request, PendingQuery { done });
    api.pages().query(request, nodes);
}

/// A reply arrived.
pub(super) fn answer(api: &WxApi, realm: &mut dyn Realm, reply: QueryReply) {
    let pending = api.state().queries.borrow_mut().remove(&reply.request);
    if let Some(pending) = pending {
        (pending.done)(realm, api, reply.answers);
    }
}

/// What is asked of the nodes of one target.
#[derive(Clone, Debug)]
enum Wanted {
    Rect,
    Scroll,
    Fields(Vec<Field>),
    /// The context or node of a component that has none here.
    Nothing {
        node: bool,
    },
}

impl Wanted {
    /// Properties whose computed values are asked for, one a line.
    fn styles(&self) -> Rc<str> {
        let Wanted::Fields(fields) = self else { return Rc::from("") };
        let names = fields.iter().filter_map(|f| if let Field::Styles(names) = f { Some(names) } else { None });
        let names: Vec<&str> = names.flatten().map(String::as_str).filter(|name| !name.contains('\n')).collect();
        Rc::from(names.join("\n"))
    }
}

#[derive(Clone, Debug)]
enum Field {
    Id,
    Dataset,
    Mark,
    Rect,
    Size,
    Scroll,
    Properties(Vec<String>),
    Styles(Vec<String>),
    Node,
    Context,
}

#[derive(Clone, Debug)]
enum Target {
    Viewport,
    Nodes { selector: String, all: bool },
}

#[derive(Clone, Debug)]
struct Item {
    target: Target,
    wanted: Wanted,
}

/// Most items of one query.
const ITEMS: usize = 10_000;
/// The hidden field with callbacks (`c0`, ...) and components (`s0`, ...).
const KEPT: &str = "__query";

type Items = Rc<RefCell<Vec<Item>>>;

fn create_call(call: &mut Call<'_>) -> Result<Value, ApiFailure> {
    Ok(Value::Script(create(call.api, call.realm, None)))
}

/// A query builder, for a component or the current page.
pub(super) fn create(api: &WxApi, realm: &mut dyn Realm, component: Option<ScriptRef>) -> ScriptRef {
    let query = realm.object(None);
    let kept = realm.object(None);
    // Fresh objects take any field.
    let _ = realm.define(&query, KEPT, Value::Script(kept.clone()), true);
    if let Some(component) = component {
        let _ = realm.set(&kept, "scope", Value::Script(component));
    }
    let items: Items = Rc::default();
    put(
        realm,
        &query,
        "in",
        Rc::new(|realm, this, arguments| {
            if let Some(kept) = kept_of(realm, this) {
                let _ = realm.set(&kept, "scope", arguments.first().cloned().unwrap_or_default());
            }
            Ok(this.clone())
        }),
    );
    for (name, all) in [("select", false), ("selectAll", true)] {
        let items = items.clone();
        put(
            realm,
            &query,
            name,
            Rc::new(move |realm, this, arguments| {
                let selector = match arguments.first() {
                    Some(Value::String(selector)) => selector.to_string(),
                    _ => String::new(),
                };
                Ok(nodes_ref(realm, this, &items, Target::Nodes { selector, all }))
            }),
        );
    }
    let of_viewport = items.clone();
    put(
        realm,
        &query,
        "selectViewport",
        Rc::new(move |realm, this, _| Ok(nodes_ref(realm, this, &of_viewport, Target::Viewport))),
    );
    let api = api.clone();
    put(
        realm,
        &query,
        "exec",
        Rc::new(move |realm, this, arguments| {
            exec(&api, realm, this, &items, arguments.first().cloned());
            Ok(this.clone())
        }),
    );
    query
}

fn kept_of(realm: &mut dyn Realm, query: &Value) -> Option<ScriptRef> {
    let Value::Script(query) = query else { return None };
    match realm.get(query, KEPT) {
        Ok(Value::Script(kept)) => Some(kept),
        _ => None,
    }
}

/// The object that `select` gives: each method adds an item and gives the query back.
fn nodes_ref(realm: &mut dyn Realm, query: &Value, items: &Items, target: Target) -> Value {
    let node = realm.object(None);
    let _ = realm.define(&node, KEPT, query.clone(), true);
    type Want = fn(&mut dyn Realm, &[Value]) -> (Wanted, usize);
    let methods: [(&str, Want); 5] = [
        ("boundingClientRect", |_, _| (Wanted::Rect, 0)),
        ("scrollOffset", |_, _| (Wanted::Scroll, 0)),
        ("fields", |realm, arguments| (Wanted::Fields(fields_of(realm, arguments.first())), 1)),
        ("context", |_, _| (Wanted::Nothing { node: false }, 0)),
        ("node", |_, _| (Wanted::Nothing { node: true }, 0)),
    ];
    for (name, want) in methods {
        let (items, target) = (items.clone(), target.clone());
        put(
            realm,
            &node,
            name,
            Rc::new(move |realm, this, arguments| {
                let Value::Script(node) = this else { return Ok(Value::Undefined) };
                let query = realm.get(node, KEPT)?;
                let (wanted, callback_at) = want(realm, arguments);
                let index = items.borrow().len();
                if index < ITEMS {
                    items.borrow_mut().push(Item { target: target.clone(), wanted });
                    if let Some(kept) = kept_of(realm, &query) {
                        let callback = arguments.get(callback_at).cloned().unwrap_or_default();
                        realm.set(&kept, &format!("c{index}"), callback)?;
                        let scope = realm.get(&kept, "scope")?;
                        realm.set(&kept, &format!("s{index}"), scope)?;
                    }
                }
                Ok(query)
            }),
        );
    }
    Value::Script(node)
}

/// Fields of the `fields` option object.
fn fields_of(realm: &mut dyn Realm, options: Option<&Value>) -> Vec<Field> {
    let Some(Value::Script(options)) = options else { return Vec::new() };
    let mut fields = Vec::new();
    let flags = [
        ("id", Field::Id),
        ("dataset", Field::Dataset),
        ("mark", Field::Mark),
        ("rect", Field::Rect),
        ("size", Field::Size),
        ("scrollOffset", Field::Scroll),
        ("node", Field::Node),
        ("context", Field::Context),
    ];
    for (name, field) in flags {
        if matches!(realm.get(options, name), Ok(Value::Bool(true))) {
            fields.push(field);
        }
    }
    for name in ["properties", "computedStyle"] {
        let Ok(Value::Script(list)) = realm.get(options, name) else { continue };
        let length = realm.length(&list).unwrap_or(0).min(1000);
        let names = (0..length).filter_map(|i| match realm.get_index(&list, i) {
            Ok(Value::String(name)) => Some(name.to_string()),
            _ => None,
        });
        let names: Vec<String> = names.collect();
        fields.push(if name == "properties" { Field::Properties(names) } else { Field::Styles(names) });
    }
    fields
}

/// An item with the nodes that its selector found.
struct Found {
    item: Item,
    nodes: Vec<Selected>,
    callback: Option<ScriptRef>,
}

impl Found {
    fn is_asked(&self) -> bool {
        !matches!(self.item.wanted, Wanted::Nothing { .. })
    }
}

fn function_of(realm: &mut dyn Realm, value: Value) -> Option<ScriptRef> {
    match value {
        Value::Script(f) if super::convert::is_function(realm, &Value::Script(f.clone())) => Some(f),
        _ => None,
    }
}

fn exec(api: &WxApi, realm: &mut dyn Realm, query: &Value, items: &Items, callback: Option<Value>) {
    let items = items.borrow().clone();
    let callback = callback.and_then(|c| function_of(realm, c));
    // An observer that runs while its component is being made asks about elements that are still to come.
    let (api, query) = (api.clone(), query.clone());
    let pages = api.pages();
    pages.when_whole(realm, Box::new(move |realm| send(&api, realm, &query, items, callback)));
}

/// Finds the nodes of a query's items and asks about them.
fn send(api: &WxApi, realm: &mut dyn Realm, query: &Value, items: Vec<Item>, callback: Option<ScriptRef>) {
    let Some(kept) = kept_of(realm, query) else { return };
    let mut found = Vec::with_capacity(items.len());
    for (index, item) in items.into_iter().enumerate() {
        let value = realm.get(&kept, &format!("c{index}")).unwrap_or_default();
        let item_callback = function_of(realm, value);
        let scope = match realm.get(&kept, &format!("s{index}")) {
            Ok(Value::Script(scope)) => Some(scope),
            _ => None,
        };
        let nodes = match &item.target {
            Target::Viewport => {
                let (dataset, mark) = (Value::object::<&str>([]), Value::object::<&str>([]));
                vec![Selected { node: NodeId::NONE, id: String::new(), dataset, mark }]
            }
            Target::Nodes { selector, all } => api.pages().select(realm, scope.as_ref(), selector, *all),
        };
        found.push(Found { item, nodes, callback: item_callback });
    }
    let asked: Vec<NodeQuery> = found
        .iter()
        .filter(|f| f.is_asked())
        .flat_map(|f| {
            let kind = match f.item.wanted {
                _ if api.is_oracle() => QueryKind::Fields,
                Wanted::Rect => QueryKind::Rect,
                Wanted::Scroll => QueryKind::Scroll,
                _ => QueryKind::Fields,
            };
            let styles = f.item.wanted.styles();
            f.nodes.iter().map(move |n| NodeQuery { node: n.node, kind, styles: styles.clone() })
        })
        .collect();
    let done = move |realm: &mut dyn Realm, api: &WxApi, answers: Vec<Option<NodeFigures>>| {
        deliver(api, realm, &found, answers, callback.as_ref());
    };
    ask(api, &asked, Box::new(done));
}

fn deliver(
    api: &WxApi,
    realm: &mut dyn Realm,
    found: &[Found],
    answers: Vec<Option<NodeFigures>>,
    callback: Option<&ScriptRef>,
) {
    let mut answers = answers.into_iter();
    let mut results = Vec::with_capacity(found.len());
    for one in found {
        let mut list = Vec::with_capacity(one.nodes.len());
        for node in &one.nodes {
            let figures = if one.is_asked() { answers.next().flatten() } else { None };
            list.push(result(api, realm, one, node, figures.as_ref()));
        }
        let all = matches!(one.item.target, Target::Nodes { all: true, .. });
        let value = match &one.item.wanted {
            Wanted::Nothing { .. } if api.is_oracle() => Value::Null,
            _ if all => Value::array(list),
            _ => list.into_iter().next().unwrap_or(Value::Null),
        };
        results.push(value);
    }
    for (one, result) in found.iter().zip(&results) {
        if let Some(callback) = &one.callback {
            let outcome = realm.call(callback, &Value::Undefined, std::slice::from_ref(result));
            api.report("query", outcome);
        }
    }
    if let Some(callback) = callback {
        let outcome = realm.call(callback, &Value::Undefined, &[Value::array(results)]);
        api.report("query", outcome);
    }
}

/// Fields in the order that script sees them.
struct Shape(Vec<(String, Value)>);

impl Shape {
    fn value(&mut self, name: &str, value: Value) {
        self.0.push((name.to_owned(), value));
    }

    fn numbers(&mut self, list: &[(&str, f64)]) {
        for &(name, value) in list {
            self.value(name, super::convert::value_of(&number(value)));
        }
    }

    fn rect(&mut self, f: &NodeFigures) {
        self.numbers(&[("left", f.left), ("top", f.top), ("right", f.left + f.width), ("bottom", f.top + f.height)]);
    }

    fn size(&mut self, f: &NodeFigures) {
        self.numbers(&[("width", f.width), ("height", f.height)]);
    }

    fn scroll(&mut self, f: &NodeFigures) {
        self.numbers(&[("scrollLeft", f.scroll_left), ("scrollTop", f.scroll_top)]);
        self.numbers(&[("scrollWidth", f.scroll_width), ("scrollHeight", f.scroll_height)]);
    }
}

fn result(
    api: &WxApi,
    realm: &mut dyn Realm,
    found: &Found,
    selected: &Selected,
    figures: Option<&NodeFigures>,
) -> Value {
    let mut shape = Shape(Vec::with_capacity(12));
    if let Wanted::Nothing { node } = found.item.wanted {
        match node {
            true => {
                let value = if api.is_oracle() { Value::Null } else { nodes::node_of(api, realm, selected) };
                shape.value("node", value);
            }
            false => {
                let value = if api.is_oracle() { Value::Null } else { api.canvas_context(realm, selected) };
                shape.value("context", value);
            }
        }
        return Value::object(shape.0);
    }
    let Some(figures) = figures else { return Value::Null };
    if api.is_oracle() {
        let viewport = matches!(found.item.target, Target::Viewport);
        if !viewport {
            shape.value("id", Value::string(&selected.id));
            shape.value("dataset", selected.dataset.clone());
        }
        shape.rect(figures);
        shape.size(figures);
        shape.numbers(&[("scrollTop", 0.0), ("scrollLeft", 0.0)]);
        if !viewport {
            shape.numbers(&[("scrollHeight", figures.scroll_height), ("scrollWidth", figures.scroll_width)]);
        }
        return Value::object(shape.0);
    }
    match &found.item.wanted {
        Wanted::Rect | Wanted::Scroll => {
            shape.value("id", Value::string(&selected.id));
            shape.value("dataset", selected.dataset.clone());
            if matches!(found.item.wanted, Wanted::Rect) {
                shape.rect(figures);
                shape.size(figures);
            } else {
                shape.scroll(figures);
            }
        }
        Wanted::Fields(fields) => {
            for field in fields {
                match field {
                    Field::Id => shape.value("id", Value::string(&selected.id)),
                    Field::Dataset => shape.value("dataset", selected.dataset.clone()),
                    Field::Mark => shape.value("mark", selected.mark.clone()),
                    Field::Rect => shape.rect(figures),
                    Field::Size => shape.size(figures),
                    Field::Scroll => shape.scroll(figures),
                    Field::Properties(names) => {
                        for name in names {
                            let value = api.pages().attribute(realm, selected.node, name);
                            shape.value(name, value);
                        }
                    }
                    Field::Styles(names) => {
                        for name in names {
                            let style = figures.styles.iter().find(|(n, _)| **n == **name);
                            shape.value(name, Value::string(style.map_or("", |(_, v)| v)));
                        }
                    }
                    Field::Node => {
                        let value = nodes::node_of(api, realm, selected);
                        shape.value("node", value);
                    }
                    Field::Context => {
                        let value = api.canvas_context(realm, selected);
                        shape.value("context", value);
                    }
                }
            }
        }
        Wanted::Nothing { .. } => {}
    }
    Value::object(shape.0)
}
