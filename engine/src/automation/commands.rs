//! The messages of the protocol: `{id, method, params}`, answered by `{id, result}` or `{id, error: {message}}`.
//!
//! Names and shapes are those that the client of `miniprogram-automator` 0.12 sends and reads.

use super::acting::{REST, unfit};
use super::app::Answer;
use super::reading::camel;
use super::{Automation, AutomationError, Element, Mock, Page, Scope};
use crate::chrome::ChromeAction;
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use pellicle_script::bridge::message::{HostCommand, NodeFigures};
use serde_json::{Map, Value, json};

/// A message of a client.
#[derive(Clone, PartialEq, Debug)]
pub struct Request {
    /// What its answer is to bear.
    pub id: Value,
    /// What is asked, such as `Page.getElement`.
    pub method: String,
    /// With what.
    pub params: Map<String, Value>,
}

/// A message that is no request.
#[derive(Clone, PartialEq, Debug, thiserror::Error)]
#[error("{reason}")]
pub struct NoRequest {
    /// The id that it has, `null` if none.
    pub id: Value,
    /// What it lacks.
    pub reason: &'static str,
}

/// What came of a request.
pub enum Reply {
    /// It is done; its result.
    Done(Value),
    /// Its result is still to come.
    Later(Answer),
    /// It is done, and the client is to be told of console lines from now on.
    Log,
    /// It is done, and so is the mini-program.
    Close,
}

impl Request {
    /// Reads a message.
    ///
    /// # Errors
    /// [`NoRequest`] if it is none.
    pub fn parse(text: &str) -> Result<Request, NoRequest> {
        let failed = |id: Value, reason: &'static str| Err(NoRequest { id, reason });
        let Ok(Value::Object(mut message)) = serde_json::from_str(text) else {
            return failed(Value::Null, "a message is a JSON object");
        };
        let id = match message.remove("id") {
            Some(id @ (Value::String(_) | Value::Number(_))) => id,
            _ => return failed(Value::Null, "a message has an id, a string or a number"),
        };
        let Some(Value::String(method)) = message.remove("method") else {
            return failed(id, "a message has a method");
        };
        match message.remove("params") {
            Some(Value::Object(params)) => Ok(Request { id, method, params }),
            None | Some(Value::Null) => Ok(Request { id, method, params: Map::new() }),
            Some(_) => failed(id, "params is an object"),
        }
    }

    fn text(&self, name: &str) -> Result<&str, AutomationError> {
        self.params.get(name).and_then(Value::as_str).ok_or_else(|| wants(name, "a string"))
    }

    fn list(&self, name: &str) -> Result<Vec<Value>, AutomationError> {
        match self.params.get(name) {
            Some(Value::Array(items)) => Ok(items.clone()),
            None | Some(Value::Null) => Ok(Vec::new()),
            Some(_) => Err(wants(name, "an array")),
        }
    }

    fn names(&self) -> Result<Vec<String>, AutomationError> {
        let name = |name: Value| match name {
            Value::String(name) => Ok(name),
            _ => Err(wants("names", "an array of strings")),
        };
        self.list("names")?.into_iter().map(name).collect()
    }

    fn fields(&self, name: &str) -> Result<Map<String, Value>, AutomationError> {
        self.params.get(name).and_then(Value::as_object).cloned().ok_or_else(|| wants(name, "an object"))
    }

    /// The page that is meant: that of `pageId`, else the one on top.
    fn page(&self) -> Result<Scope<'static>, AutomationError> {
        let id = match self.params.get("pageId") {
            None | Some(Value::Null) => return Ok(Scope::Top),
            Some(Value::Number(id)) => id.as_u64().and_then(|id| u32::try_from(id).ok()),
            Some(Value::String(id)) => id.parse().ok(),
            Some(_) => None,
        };
        id.map(Scope::Page).ok_or_else(|| wants("pageId", "a number"))
    }

    fn element(&self, app: &mut Automation) -> Result<Element, AutomationError> {
        app.element_by_id(self.text("elementId")?)
    }

    /// Where on the surface a touch is: as it says, else the middle of the element.
    fn touch(&self, app: &mut Automation, element: &Element) -> Result<(f32, f32), AutomationError> {
        let first = |name: &str| self.params.get(name).and_then(|list| list.get(0));
        // The types of the client have the first of these, its documentation the second.
        let changed = first("changeTouches").or_else(|| first("changedTouches"));
        let Some(touch) = changed.or_else(|| first("touches")) else { return app.reach(element) };
        let number = |name: &str| touch.get(name).and_then(Value::as_f64).filter(|n| n.is_finite());
        let area = app.driver.app.page_area();
        let (x, y) = match (number("clientX"), number("clientY"), number("pageX"), number("pageY")) {
            (Some(x), Some(y), ..) => (x, y),
            (_, _, Some(x), Some(y)) => {
                let page = app.figures(None, &[])?;
                (x - page.scroll_left, y - page.scroll_top)
            }
            _ => return app.reach(element),
        };
        Ok((area.x + x as f32, area.y + y as f32))
    }
}

fn wants(name: &str, kind: &str) -> AutomationError {
    AutomationError::Message(format!("{name} is to be {kind}"))
}

fn done() -> Result<Reply, AutomationError> {
    Ok(Reply::Done(json!({})))
}

/// Does what a message asks.
///
/// # Errors
/// [`AutomationError`] with what the client is told.
pub fn perform(app: &mut Automation, request: &Request) -> Result<Reply, AutomationError> {
    match request.method.split_once('.') {
        Some(("Tool", method)) => tool(app, request, method),
        Some(("App", method)) => program(app, request, method),
        Some(("Page", method)) => page(app, request, method),
        Some(("Element", method)) => element(app, request, method),
        _ => None,
    }
    .unwrap_or_else(|| Err(AutomationError::Message(format!("{} is not supported", request.method))))
}

/// The outcome of a method; `None` for one that is not known.
type Outcome = Option<Result<Reply, AutomationError>>;

fn tool(app: &mut Automation, request: &Request, method: &str) -> Outcome {
    Some(match method {
        "getInfo" => app.call_wx("getSystemInfoSync", Vec::new()).map(|info| {
            // What the client takes for a version that has everything.
            let version = info.get("SDKVersion").cloned().unwrap_or_else(|| json!("dev"));
            Reply::Done(json!({ "SDKVersion": version, "version": env!("CARGO_PKG_VERSION") }))
        }),
        "close" => Ok(Reply::Close),
        "native" => request.text("method").and_then(|control| native(app, request, control)),
        _ => return None,
    })
}

/// What the user does to the shell around the pages.
fn native(app: &mut Automation, request: &Request, control: &str) -> Result<Reply, AutomationError> {
    let action = match control {
        "navigateLeft" => ChromeAction::Back,
        "goHome" => ChromeAction::Home,
        "confirmModal" => ChromeAction::Confirm,
        "cancelModal" => ChromeAction::Cancel,
        "switchTab" => {
            let url = request.params.get("data").and_then(|data| data.get("url")).and_then(Value::as_str);
            let url = url.ok_or_else(|| wants("data.url", "a string"))?.trim_start_matches('/');
            let bar = app.driver.app.manifest().tab_bar.as_ref();
            let index = bar.and_then(|bar| bar.items.iter().position(|tab| tab.page == url));
            let index = index.and_then(|index| u32::try_from(index).ok());
            ChromeAction::Tab(index.ok_or_else(|| AutomationError::NotFound(url.to_owned()))?)
        }
        other => return Err(AutomationError::Message(format!("{other} is not supported"))),
    };
    let now = app.driver.now();
    if !app.driver.app.control(action, now) {
        return Err(AutomationError::Message(format!("{control}: there is nothing to do it to")));
    }
    app.wait(REST)?;
    done()
}

fn program(app: &mut Automation, request: &Request, method: &str) -> Outcome {
    Some(match method {
        "getPageStack" => {
            let pages = app.pages();
            pages.map(|pages| Reply::Done(json!({ "pageStack": pages.iter().map(page_of).collect::<Vec<_>>() })))
        }
        "getCurrentPage" => app.page().map(|page| Reply::Done(page_of(&page))),
        "callWxMethod" => call_wx(app, request),
        "mockWxMethod" => mock_wx(app, request),
        "callFunction" => request.text("functionDeclaration").and_then(|function| {
            let answer = app.start_function(function, request.list("args")?)?;
            Ok(Reply::Later(answer))
        }),
        "addBinding" => request.text("name").and_then(|name| app.bind(name)).and_then(|()| done()),
        "enableLog" => Ok(Reply::Log),
        "captureScreenshot" => app
            .picture()
            .and_then(|picture| picture.png())
            .map(|png| Reply::Done(json!({ "data": STANDARD.encode(png) }))),
        "exit" => {
            // A program that has stopped has nothing to leave.
            let _ = app.driver.app.logic().command(HostCommand::Hide);
            app.wait(0.0).and_then(|()| done())
        }
        _ => return None,
    })
}

fn page_of(page: &Page) -> Value {
    let query: Map<String, Value> =
        page.query.iter().map(|(name, value)| (name.clone(), Value::String(value.clone()))).collect();
    json!({ "pageId": page.id, "path": page.path, "query": query })
}

fn no_plugins(request: &Request) -> Result<(), AutomationError> {
    match request.params.get("pluginId") {
        None | Some(Value::Null) => Ok(()),
        Some(_) => Err(AutomationError::Message("plugins are not supported".to_owned())),
    }
}

fn call_wx(app: &mut Automation, request: &Request) -> Result<Reply, AutomationError> {
    no_plugins(request)?;
    Ok(Reply::Later(app.start_wx(request.text("method")?, request.list("args")?)?))
}

fn mock_wx(app: &mut Automation, request: &Request) -> Result<Reply, AutomationError> {
    no_plugins(request)?;
    let mock = match (request.params.get("functionDeclaration"), request.params.get("result")) {
        (Some(Value::String(source)), _) => {
            Some(Mock::Function { source: source.clone(), arguments: request.list("args")? })
        }
        (Some(_), _) => return Err(wants("functionDeclaration", "a string")),
        (None, Some(result)) => Some(Mock::Result(result.clone())),
        (None, None) => None,
    };
    app.mock_wx(request.text("method")?, mock)?;
    done()
}

fn found(element: &Element) -> Value {
    let mut found = json!({ "elementId": element.id(), "tagName": element.tag });
    if let (Some(component), Some(fields)) = (element.component, found.as_object_mut()) {
        // The client takes an element that has it for a component.
        fields.insert("nodeId".to_owned(), Value::String(component.to_string()));
    }
    found
}

fn find(app: &mut Automation, within: Scope<'_>, request: &Request, all: bool) -> Result<Reply, AutomationError> {
    let selector = request.text("selector")?;
    Ok(Reply::Done(if all {
        let elements = app.elements(within, selector)?;
        json!({ "elements": elements.iter().map(found).collect::<Vec<_>>() })
    } else {
        found(&app.element(within, selector)?)
    }))
}

fn data(app: &mut Automation, of: Scope<'_>, request: &Request) -> Result<Reply, AutomationError> {
    let path = request.params.get("path").map(|_| request.text("path")).transpose()?;
    Ok(Reply::Done(json!({ "data": app.data(of, path)? })))
}

fn set_data(app: &mut Automation, of: Scope<'_>, request: &Request) -> Result<Reply, AutomationError> {
    app.set_data(of, request.fields("data")?)?;
    done()
}

fn call(app: &mut Automation, of: Scope<'_>, request: &Request) -> Result<Reply, AutomationError> {
    Ok(Reply::Later(app.start_call(of, request.text("method")?, request.list("args")?)?))
}

/// What pages and elements have in common.
fn instance(app: &mut Automation, of: Scope<'_>, request: &Request, method: &str) -> Outcome {
    Some(match method {
        "getElement" => find(app, of, request, false),
        "getElements" => find(app, of, request, true),
        "getData" => data(app, of, request),
        "setData" => set_data(app, of, request),
        "callMethod" => call(app, of, request),
        _ => return None,
    })
}

fn page(app: &mut Automation, request: &Request, method: &str) -> Outcome {
    let of = match request.page() {
        Ok(of) => of,
        Err(error) => return Some(Err(error)),
    };
    Some(match method {
        "getWindowProperties" => request.names().and_then(|names| {
            let figures = app.figures(None, &[])?;
            let properties: Vec<Value> = names.iter().map(|name| window_property(app, &figures, name)).collect();
            Ok(Reply::Done(json!({ "properties": properties })))
        }),
        "getElementByXpath" => by_xpath(app, of, request, false),
        "getElementsByXpath" => by_xpath(app, of, request, true),
        _ => return instance(app, of, request, method),
    })
}

/// Elements of the page on top by an XPath: others show nothing.
fn by_xpath(app: &mut Automation, of: Scope<'_>, request: &Request, all: bool) -> Result<Reply, AutomationError> {
    let path = request.text("selector")?;
    if let Scope::Page(id) = of
        && app.page()?.id != id
    {
        return Err(AutomationError::NotShown);
    }
    let elements = app.elements_by_xpath(path)?;
    Ok(Reply::Done(if all {
        json!({ "elements": elements.iter().map(found).collect::<Vec<_>>() })
    } else {
        found(elements.first().ok_or_else(|| AutomationError::NotFound(path.to_owned()))?)
    }))
}

fn window_property(app: &Automation, page: &NodeFigures, name: &str) -> Value {
    let name = name.strip_prefix("window.").unwrap_or(name);
    match name {
        "document.documentElement.scrollWidth" | "document.body.scrollWidth" => json!(page.scroll_width),
        "document.documentElement.scrollHeight" | "document.body.scrollHeight" => json!(page.scroll_height),
        "document.documentElement.scrollTop" | "pageYOffset" | "scrollY" => json!(page.scroll_top),
        "document.documentElement.scrollLeft" | "pageXOffset" | "scrollX" => json!(page.scroll_left),
        // In a standards mode document the root element scrolls.
        "document.body.scrollTop" | "document.body.scrollLeft" => json!(0),
        "innerWidth" | "document.documentElement.clientWidth" => json!(page.width),
        "innerHeight" | "document.documentElement.clientHeight" => json!(page.height),
        "devicePixelRatio" => json!(app.driver.app.viewport().scale),
        _ => Value::Null,
    }
}

fn element(app: &mut Automation, request: &Request, method: &str) -> Outcome {
    let element = match request.element(app) {
        Ok(element) => element,
        Err(error) => return Some(Err(error)),
    };
    Some(match method {
        "callFunction" => call_function(app, &element, request),
        "tap" => app.tap(&element).and_then(|()| done()),
        "longpress" => app.long_press(&element).and_then(|()| done()),
        "touchstart" => {
            let at = request.touch(app, &element);
            at.and_then(|at| app.press(at)).and_then(|()| done())
        }
        "touchmove" => {
            let at = request.touch(app, &element);
            at.and_then(|at| app.move_finger(at)).and_then(|()| done())
        }
        "touchend" => app.lift().and_then(|()| done()),
        "triggerEvent" => request.text("type").and_then(|event| {
            let detail = request.params.get("detail").cloned().unwrap_or_else(|| json!({}));
            app.trigger(&element, event, detail)?;
            done()
        }),
        "dispatchEvent" => dispatch(app, &element, request),
        "getOffset" => app.offset(&element).map(|(left, top)| Reply::Done(json!({ "left": left, "top": top }))),
        "getWXML" => {
            request.text("type").map(|kind| Reply::Done(json!({ "wxml": app.markup(&element, kind == "outer") })))
        }
        "getAttributes" => request.names().and_then(|names| {
            let mut attributes = app.describe(&element)?.attributes;
            let values: Vec<Value> = names.iter().map(|name| attributes.remove(name).unwrap_or_default()).collect();
            Ok(Reply::Done(json!({ "attributes": values })))
        }),
        "getStyles" => request.names().and_then(|names| {
            let names: Vec<&str> = names.iter().map(String::as_str).filter(|name| !name.contains('\n')).collect();
            let figures = app.figures(Some(&element), &names)?;
            let style = |name: &&str| figures.styles.iter().find(|(n, _)| **n == **name).map_or("", |(_, value)| value);
            let styles: Vec<&str> = names.iter().map(style).collect();
            Ok(Reply::Done(json!({ "styles": styles })))
        }),
        "getProperties" => request.names().and_then(|names| {
            let values = names.iter().map(|name| property(app, &element, name)).collect::<Result<Vec<_>, _>>()?;
            Ok(Reply::Done(json!({ "properties": values })))
        }),
        "getDOMProperties" => request.names().and_then(|names| {
            let values = names.iter().map(|name| dom_property(app, &element, name)).collect::<Result<Vec<_>, _>>()?;
            Ok(Reply::Done(json!({ "properties": values })))
        }),
        _ => return instance(app, Scope::Element(&element), request, method),
    })
}

/// An event of the view layer: fingers are fingers, others run their handlers.
fn dispatch(app: &mut Automation, element: &Element, request: &Request) -> Result<Reply, AutomationError> {
    let within = request.params.get("$").and_then(Value::as_str).filter(|selector| !selector.is_empty());
    let inner = within.map(|selector| app.element(element, selector)).transpose()?;
    let element = inner.as_ref().unwrap_or(element);
    match request.text("eventName")? {
        "tap" => app.tap(element)?,
        "longpress" | "longtap" => app.long_press(element)?,
        "touchstart" => {
            let at = request.touch(app, element)?;
            app.press(at)?;
        }
        "touchmove" => {
            let at = request.touch(app, element)?;
            app.move_finger(at)?;
        }
        "touchend" | "touchcancel" => app.lift()?,
        event => {
            let detail = request.params.get("detail").cloned().unwrap_or_else(|| json!({}));
            app.trigger(element, event, detail)?;
        }
    }
    done()
}

fn property(app: &mut Automation, element: &Element, name: &str) -> Result<Value, AutomationError> {
    if name != "__propPublic" {
        return app.property(element, &camel(name));
    }
    // The client asks for a property only if it is among these.
    let names = app.properties(element)?;
    Ok(Value::Object(names.into_iter().map(|name| (name, Value::Bool(true))).collect()))
}

fn dom_property(app: &mut Automation, element: &Element, name: &str) -> Result<Value, AutomationError> {
    let figures = app.figures(Some(element), &[])?;
    Ok(match name {
        "innerText" | "textContent" => Value::String(app.text(element)),
        "innerHTML" => Value::String(app.markup(element, false)),
        "outerHTML" => Value::String(app.markup(element, true)),
        "tagName" => Value::String(element.tag.clone()),
        "id" => app.attribute(element, "id")?,
        "className" => app.attribute(element, "class")?,
        "offsetWidth" => json!(figures.width.round()),
        "offsetHeight" => json!(figures.height.round()),
        "offsetLeft" => json!(app.offset(element)?.0.round()),
        "offsetTop" => json!(app.offset(element)?.1.round()),
        "scrollLeft" => json!(figures.scroll_left),
        "scrollTop" => json!(figures.scroll_top),
        "scrollWidth" => json!(figures.scroll_width),
        "scrollHeight" => json!(figures.scroll_height),
        "value" | "checked" => app.property(element, name)?,
        _ => Value::Null,
    })
}

/// The functions of built-in components that the client calls.
fn call_function(app: &mut Automation, element: &Element, request: &Request) -> Result<Reply, AutomationError> {
    let name = request.text("functionName")?;
    let arguments = request.list("args")?;
    let number = |at: usize| {
        let number = arguments.get(at).and_then(Value::as_f64).filter(|n| n.is_finite());
        number.ok_or_else(|| wants("args", "numbers"))
    };
    if name.split_once('.').is_none_or(|(tag, _)| tag != element.tag) {
        return Err(unfit(element, &format!("run {name}")));
    }
    let figures = app.figures(Some(element), &[])?;
    let result = match name {
        "input.input" | "textarea.input" => {
            let text = match arguments.first() {
                Some(Value::String(text)) => text.clone(),
                Some(other @ (Value::Number(_) | Value::Bool(_))) => other.to_string(),
                _ => return Err(wants("args", "the text")),
            };
            app.input(element, &text)?;
            Value::Null
        }
        "scroll-view.scrollTo" => {
            app.scroll_to(element, Some(number(0)? as f32), Some(number(1)? as f32))?;
            Value::Null
        }
        "scroll-view.scrollTop" => json!(figures.scroll_top),
        "scroll-view.scrollLeft" => json!(figures.scroll_left),
        "scroll-view.scrollWidth" => json!(figures.scroll_width),
        "scroll-view.scrollHeight" => json!(figures.scroll_height),
        "swiper.swipeTo" => {
            app.swipe_to(element, number(0)?.max(0.0) as usize)?;
            Value::Null
        }
        "movable-view.moveTo" => {
            app.move_to(element, number(0)? as f32, number(1)? as f32)?;
            Value::Null
        }
        "switch.tap" => {
            app.tap(element)?;
            Value::Null
        }
        "slider.slideTo" => {
            app.slide_to(element, number(0)?)?;
            Value::Null
        }
        _ => return Err(AutomationError::Message(format!("{name} is not supported"))),
    };
    Ok(Reply::Done(json!({ "result": result })))
}
