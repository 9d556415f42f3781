//! What `node()` of a query gives for elements that script can do more with: canvases, `snapshot`, `scroll-view`.

use super::call::{Call, Completion};
use super::files::failure;
use super::files::saved::fresh;
use super::lifecycle::put;
use super::pages::{NodeQuery, Selected};
use super::row::{ApiKind, ApiRow, CapabilityKind as C};
use super::{WxApi, canvas, query};
use crate::bridge::message::{ApiFailure, ApiReply, NodeFigures};
use crate::capability::files::{FileArea, WriteAt};
use crate::capability::shell::{ShellCall, SnapshotFormat};
use crate::realm::{Realm, ScriptRef};
use crate::tree::Attribute;
use crate::value::Value;
use crate::worklet::crossing::StandsFor;
use crate::worklet::sent::Sent;
use pellicle_layout::document::NodeId;
use pellicle_layout::document::ops::QueryKind;
use std::rc::Rc;

/// Duration of a scroll that script wants to be seen unless it says otherwise, ms.
const SMOOTH: f64 = 300.0;

/// `takeSnapshot` of a `snapshot` element.
const TAKE_SNAPSHOT: ApiRow = ApiRow::new("takeSnapshot", ApiKind::Async, &[], C::Pages, "The picture of an element.");

/// The node object of an element; `null` if it has none.
pub(super) fn node_of(api: &WxApi, realm: &mut dyn Realm, selected: &Selected) -> Value {
    let is = |tag: &str| api.pages().is_element(selected.node, tag);
    if is("snapshot") {
        return Value::Script(snapshot(api, realm, selected.node));
    }
    if is("scroll-view") {
        return Value::Script(scroll_view(api, realm, selected.node));
    }
    canvas::node_of(api, realm, selected)
}

fn snapshot(api: &WxApi, realm: &mut dyn Realm, node: NodeId) -> ScriptRef {
    let object = realm.object(None);
    let owner = api.clone();
    let take = move |realm: &mut dyn Realm, _: &Value, arguments: &[Value]| {
        static ROW: ApiRow = TAKE_SNAPSHOT;
        let mut call = Call::new(realm, &owner, &ROW, arguments);
        let (completion, promise) = Completion::of(&mut call, false);
        take_snapshot(&mut call, completion, node);
        Ok(promise.map_or(Value::Undefined, Value::Script))
    };
    put(realm, &object, "takeSnapshot", Rc::new(take));
    object
}

/// Asks for a picture when what script has changed so far is shown.
fn take_snapshot(call: &mut Call<'_>, completion: Completion, node: NodeId) {
    let to_file = call.text("type", "arraybuffer") == "file";
    // A file is a picture for others; bytes are pixels unless another form is asked for.
    let format = match call.text("format", "rgba").as_str() {
        "png" => SnapshotFormat::Png,
        _ if to_file => SnapshotFormat::Png,
        _ => SnapshotFormat::Rgba,
    };
    let ready = move |realm: &mut dyn Realm, api: &WxApi, answers: Vec<Option<NodeFigures>>| {
        if answers.first().is_none_or(Option::is_none) {
            completion.finish(realm, api, Err(ApiFailure::internal("the element is not shown")));
            return;
        }
        let owner = api.clone();
        let convert = move |realm: &mut dyn Realm, reply: ApiReply| match to_file {
            true => stored(&owner, reply),
            false => Ok(super::convert::reply_fields(realm, &reply)),
        };
        let reply = completion.responder_with(api, None, convert);
        let page = api.pages().current_page();
        api.with(|c| c.shell.call(page, ShellCall::Snapshot { node, format }, reply));
    };
    query::ask(call.api, &[NodeQuery::new(node, QueryKind::Rect)], Box::new(ready));
}

/// Keeps a picture as a temporary file.
fn stored(api: &WxApi, reply: ApiReply) -> Result<super::pages::Fields, ApiFailure> {
    let Some((_, bytes)) = reply.binary else { return Err(ApiFailure::internal("there is no picture")) };
    let path = fresh(api, FileArea::Temporary, "png")?;
    let written = api.with(|c| c.files.write(&path, WriteAt::Whole, &bytes));
    written.map_err(|error| failure(error, "open", &path.text()))?;
    let figure = |name: &str| reply.fields.get(name).and_then(serde_json::Value::as_f64).unwrap_or(0.0);
    Ok(vec![
        ("tempFilePath".to_owned(), Value::string(path.text())),
        ("width".to_owned(), Value::Number(figure("width"))),
        ("height".to_owned(), Value::Number(figure("height"))),
    ])
}

/// `ScrollViewContext`.
fn scroll_view(api: &WxApi, realm: &mut dyn Realm, node: NodeId) -> ScriptRef {
    // Worklets know the element by it, too.
    let object = realm.native(None, Rc::new(StandsFor(Sent::ScrollView(node), Vec::new())));
    // What the object shows of the element, by its attribute; setting it sets the attribute.
    let fields = [
        ("scrollEnabled", " scroll-enabled", true),
        ("bounces", "bounces", true),
        ("showScrollbar", "show-scrollbar", true),
        ("pagingEnabled", "paging-enabled", false),
        ("fastDeceleration", "fast-deceleration", false),
        ("decelerationDisabled", " deceleration-disabled", false),
    ];
    for (field, attribute, default) in fields {
        let read = api.clone();
        let get = move |_: &mut dyn Realm, _: &Value, _: &[Value]| {
            Ok(Value::Bool(read.pages().flag(node, attribute).unwrap_or(default)))
        };
        let write = api.clone();
        let set = move |_: &mut dyn Realm, _: &Value, arguments: &[Value]| {
            let on = arguments.first().is_some_and(canvas::truthy);
            write.pages().set_attribute(node, attribute, Attribute::Bool(on));
            Ok(Value::Undefined)
        };
        // A fresh object takes any field.
        let _ = realm.define_accessor(&object, field, Rc::new(get), Some(Rc::new(set)));
    }
    let owner = api.clone();
    let scroll_to = move |realm: &mut dyn Realm, _: &Value, arguments: &[Value]| {
        let number = |realm: &mut dyn Realm, name: &str| option(realm, arguments.first(), name).and_then(as_number);
        // What is not named stays where it is.
        let x = number(realm, "left").map_or(f32::NAN, |n| n as f32);
        let y = number(realm, "top").map_or(f32::NAN, |n| n as f32);
        let animated = option(realm, arguments.first(), "animated").is_some_and(|v| canvas::truthy(&v));
        let duration = number(realm, "duration").unwrap_or(if animated { SMOOTH } else { 0.0 });
        owner.pages().scroll_element(node, (x, y), duration.clamp(0.0, 60_000.0) as f32);
        Ok(Value::Undefined)
    };
    put(realm, &object, "scrollTo", Rc::new(scroll_to));
    let owner = api.clone();
    let into_view = move |realm: &mut dyn Realm, _: &Value, arguments: &[Value]| {
        if let Some(Value::String(selector)) = arguments.first() {
            scroll_into_view(&owner, realm, node, selector, arguments.get(1));
        }
        Ok(Value::Undefined)
    };
    put(realm, &object, "scrollIntoView", Rc::new(into_view));
    for (method, attribute) in [("triggerRefresh", " trigger-refresh"), ("closeTwoLevel", " close-two-level")] {
        let owner = api.clone();
        let ask = move |_: &mut dyn Realm, _: &Value, _: &[Value]| {
            // A new value each time: what does not change is not told.
            let number = f64::from(owner.next_id());
            owner.pages().set_attribute(node, attribute, Attribute::Number(number));
            Ok(Value::Undefined)
        };
        put(realm, &object, method, Rc::new(ask));
    }
    object
}

fn option(realm: &mut dyn Realm, options: Option<&Value>, name: &str) -> Option<Value> {
    let Some(Value::Script(options)) = options else { return None };
    realm.get(options, name).ok().filter(|value| !value.is_nullish())
}

fn as_number(value: Value) -> Option<f64> {
    match value {
        Value::Number(n) => Some(n).filter(|n| n.is_finite()),
        Value::String(text) => text.trim().parse().ok().filter(|n: &f64| n.is_finite()),
        _ => None,
    }
}

/// Scrolls to the first element inside that a selector finds.
fn scroll_into_view(api: &WxApi, realm: &mut dyn Realm, node: NodeId, selector: &str, options: Option<&Value>) {
    let found = api.pages().select_in(node, selector);
    let Some(target) = found else { return };
    let offset = option(realm, options, "offset").and_then(as_number).unwrap_or(0.0);
    let animated = option(realm, options, "animated").is_some_and(|v| canvas::truthy(&v));
    let within = option(realm, options, "withinExtent").is_some_and(|v| canvas::truthy(&v));
    let alignment = match option(realm, options, "alignment") {
        Some(Value::String(text)) => text.to_string(),
        _ => String::new(),
    };
    let done = move |_: &mut dyn Realm, api: &WxApi, answers: Vec<Option<NodeFigures>>| {
        let [Some(view), Some(target)] = answers.as_slice() else { return };
        let along = |from: f64, at: f64, size: f64, room: f64| {
            let (start, spare) = (at, room - size);
            let seen = start >= -0.5 && start <= spare + 0.5;
            if within && seen {
                return from;
            }
            from + offset
                + match alignment.as_str() {
                    "center" => start - spare / 2.0,
                    "end" => start - spare,
                    "nearest" if seen => 0.0,
                    "nearest" if start > 0.0 => start - spare,
                    _ => start,
                }
        };
        let x = along(view.scroll_left, target.left - view.left, target.width, view.width);
        let y = along(view.scroll_top, target.top - view.top, target.height, view.height);
        api.pages().scroll_element(node, (x as f32, y as f32), if animated { SMOOTH as f32 } else { 0.0 });
    };
    let queries = [NodeQuery::new(node, QueryKind::Scroll), NodeQuery::new(target, QueryKind::Rect)];
    query::ask(api, &queries, Box::new(done));
}
