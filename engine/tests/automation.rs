//! Whole mini-programs driven as a test of their author would: by the Rust API, by messages over the socket, and by the
//! client of `miniprogram-automator` from npm.

#![allow(clippy::unwrap_used)] // a failed unwrap is the failure of the test

#[path = "support/live.rs"]
#[allow(dead_code)] // each test file uses its part
mod live;
#[path = "support/program.rs"]
mod program;

use live::Live;
use pellicle::automation::{AutomationError, Mock, Scope, ToolError};
use program::Program;
use serde_json::{Value, json};
use std::io::{BufRead, BufReader};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use tungstenite::{Message, WebSocket};

fn shop() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/shop")
}

#[test]
fn a_plant_is_bought_in_the_shop() {
    let mut live = Live::open_at(&shop(), &["--page", "pages/detail/detail", "--query", "id=2"]);
    let app = &mut live.app;
    let page = app.page().unwrap();
    assert_eq!((page.path.as_str(), page.query.as_slice()), ("pages/detail/detail", &[("id".into(), "2".into())][..]));
    // The parts of a component are found below its element only.
    assert!(matches!(app.element(Scope::Top, ".stepper"), Err(AutomationError::NotFound(_))));
    let stepper = app.element(&page, "stepper").unwrap();
    let buttons = app.elements(&stepper, ".button").unwrap();
    assert_eq!(buttons.iter().map(|button| app.text(button)).collect::<Vec<_>>(), ["−", "+"]);
    app.tap(&buttons[1]).unwrap();
    app.tap(&buttons[1]).unwrap();
    assert_eq!(app.data(&stepper, Some("value")).unwrap(), 3);
    assert_eq!(app.property(&stepper, "max").unwrap(), 5);
    assert_eq!(app.data(Scope::Top, None).unwrap()["count"], 3);
    let add = app.element(Scope::Top, ".primary").unwrap();
    assert_eq!(app.text(&add), "Add 3 to cart");
    app.tap(&add).unwrap();
    // The toast goes.
    app.wait(2000.0).unwrap();

    let cart = app.route("switchTab", Some("/pages/cart/cart")).unwrap();
    assert_eq!(app.data(&cart, Some("total")).unwrap(), 3 * 3900);
    // The page below is gone, and so is what was on it.
    assert!(matches!(app.tap(&add), Err(AutomationError::Tool(ToolError::NoElement))));
    assert!(matches!(app.data(&page, None), Err(AutomationError::Tool(ToolError::NoPage))));
    let pay = app.element(Scope::Top, ".pay").unwrap();
    app.tap(&pay).unwrap();
    app.wait(500.0).unwrap();

    let pages: Vec<String> = app.pages().unwrap().into_iter().map(|page| page.path).collect();
    assert_eq!(pages, ["pages/cart/cart", "pages/checkout/checkout"]);
    let fields = app.elements(Scope::Top, "input").unwrap();
    for (field, text) in fields.iter().zip(["Fern", "Clay Street 1", "12345 Pot"]) {
        app.input(field, "something else").unwrap();
        app.input(field, text).unwrap();
        assert_eq!(app.property(field, "value").unwrap(), text);
    }
    let gift = app.element(Scope::Top, "switch").unwrap();
    app.tap(&gift).unwrap();
    assert_eq!(app.property(&gift, "checked").unwrap(), true);
    let submit = app.element(Scope::Top, ".submit").unwrap();
    app.tap(&submit).unwrap();
    app.wait(500.0).unwrap();
    assert_eq!(app.page().unwrap().path, "pages/orders/orders");
    let orders = app.call_wx("getStorageSync", vec![json!("orders")]).unwrap();
    assert_eq!(
        orders[0]["address"],
        json!({"name": "Fern", "street": "Clay Street 1", "city": "12345 Pot", "gift": true})
    );
    assert_eq!((&orders[0]["total"], &orders[0]["items"][0]["count"]), (&json!(11_700), &json!(3)));
    assert!(live.complaints().is_empty());
}

/// A program with one of each of what the messages are about.
fn parts() -> Program {
    Program::new(&[
        ("app.json", r#"{"pages": ["pages/a/a", "pages/b/b"]}"#),
        ("app.js", "App({ globalData: { greeting: 'hello' }, onHide() { console.log('hidden') } })"),
        ("pages/a/a.json", r#"{"usingComponents": {"counter": "/counter", "ghost": "/ghost"}}"#),
        (
            "pages/a/a.wxml",
            r#"<view class="top {{on ? 'on' : ''}}" id="top" data-kind="a" style="color: red" bindtap="tap" bindlongpress="long"
  bindtouchstart="down" bindtouchmove="move" bindtouchend="up" bindstrange="strange">Top <text>text</text></view>
<counter class="counter" start="{{5}}" bind:changed="changed"><view class="given">given</view></counter>
<ghost><view class="inside">x</view></ghost>
<input class="field" value="old" bindinput="typed" /><textarea class="area" />
<switch class="switch" bindchange="switched" /><slider class="slider" min="10" max="60" bindchange="slid" />
<scroll-view class="scroll" scroll-y><view class="tall" /></scroll-view>
<swiper class="swiper" bindchange="swiped"><swiper-item>0</swiper-item><swiper-item>1</swiper-item><swiper-item>2</swiper-item></swiper>
<movable-area class="ground"><movable-view class="stone" direction="all" x="10" y="10" /></movable-area>
<view class="far" bindtap="far">far</view>"#,
        ),
        (
            "pages/a/a.wxss",
            ".top { width: 200px; height: 50px; padding: 5px; background: rgb(0, 0, 255) } .scroll { height: 60px }
             .tall { height: 500px } .swiper { height: 60px } .ground { width: 300px; height: 120px }
             .stone { width: 40px; height: 40px } .far { margin-top: 1500px; height: 40px }",
        ),
        (
            "pages/a/a.js",
            "const say = name => function (e) { this.setData({ last: [name, e.detail] }) };
             Page({ data: { on: true, list: [{ n: 1 }], taps: 0, seen: [] },
               tap() { this.setData({ taps: this.data.taps + 1 }) }, long: say('long'), changed: say('changed'),
               typed: say('typed'), switched: say('switched'), slid: say('slid'), swiped: say('swiped'), far: say('far'),
               strange: say('strange'),
               down(e) { this.setData({ seen: [...this.data.seen, 'down ' + e.touches[0].pageX] }) },
               move(e) { this.setData({ seen: [...this.data.seen, 'move ' + e.touches[0].pageX] }) },
               up() { this.setData({ seen: [...this.data.seen, 'up'] }) },
               add(a, b) { return a + b }, later(x) { return new Promise(done => setTimeout(() => done({ x }), 30)) },
               fails() { throw new Error('no luck') }, refused() { return Promise.reject(new Error('refused')) },
               never() { return new Promise(() => {}) }, speak() { console.log('spoken'); onSpoken('a', { b: 1 }) },
               ask() { wx.showModal({ title: 't', success: r => this.setData({ answer: r.confirm }) }) } })",
        ),
        ("pages/b/b.wxml", "<view class='b'>page b</view>"),
        ("pages/b/b.js", "Page({})"),
        ("counter.json", r#"{"component": true}"#),
        ("counter.wxml", "<view class='count' bindtap='more'>{{start + n}}</view><slot />"),
        (
            "counter.js",
            "Component({ properties: { start: Number }, data: { n: 0 }, methods: {
               more() { this.setData({ n: this.data.n + 1 }); this.triggerEvent('changed', { n: this.data.n }) },
               by(n) { this.setData({ n: this.data.n + n }); return this.data.n } } })",
        ),
        ("ghost.json", r#"{"component": true}"#),
        ("ghost.wxml", "<view class='shell'><slot /></view>"),
        ("ghost.js", "Component({ options: { virtualHost: true }, data: { boo: 1 }, methods: { name() { return 'ghost' } } })"),
    ])
}

/// `pellicle automate` and a client of it.
struct Session {
    child: Child,
    socket: WebSocket<TcpStream>,
    next: u32,
    events: Vec<Value>,
}

/// Starts the command; gives it and where it listens.
fn serve(folder: &Path, options: &[&str]) -> (Child, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pellicle"));
    command.arg("automate").arg(folder).args(["--listen", "127.0.0.1:0"]).args(options);
    let mut child = command.stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stdout.as_mut().unwrap()).read_line(&mut line).unwrap();
    let url = line.trim().to_owned();
    assert!(url.starts_with("ws://127.0.0.1:"), "{url}");
    (child, url)
}

fn connect(url: &str) -> WebSocket<TcpStream> {
    let stream = TcpStream::connect(url.trim_start_matches("ws://")).unwrap();
    stream.set_read_timeout(Some(std::time::Duration::from_secs(60))).unwrap();
    tungstenite::client(url, stream).unwrap().0
}

impl Session {
    fn open(folder: &Path, options: &[&str]) -> Session {
        let (child, url) = serve(folder, options);
        Session { child, socket: connect(&url), next: 0, events: Vec::new() }
    }

    fn write(&mut self, text: &str) {
        self.socket.send(Message::text(text)).unwrap();
    }

    fn read(&mut self) -> Value {
        loop {
            if let Message::Text(text) = self.socket.read().unwrap() {
                return serde_json::from_str(&text).unwrap();
            }
        }
    }

    /// The result of a method, or what went wrong.
    fn ask(&mut self, method: &str, params: Value) -> Result<Value, String> {
        self.next += 1;
        let id = format!("message-{}", self.next);
        self.write(&json!({ "id": id, "method": method, "params": params }).to_string());
        loop {
            let mut message = self.read();
            if message["id"].is_null() {
                self.events.push(message);
                continue;
            }
            assert_eq!(message["id"], id);
            return match message["error"]["message"].as_str() {
                Some(error) => Err(error.to_owned()),
                None => Ok(message["result"].take()),
            };
        }
    }

    fn result(&mut self, method: &str, params: Value) -> Value {
        self.ask(method, params).unwrap_or_else(|error| panic!("{method}: {error}"))
    }

    /// An element of the page.
    fn element(&mut self, selector: &str) -> Value {
        self.result("Page.getElement", json!({ "selector": selector }))
    }

    /// What a method of an element says.
    fn of(&mut self, element: &Value, method: &str, mut params: Value) -> Value {
        params["elementId"] = element["elementId"].clone();
        self.result(&format!("Element.{method}"), params)
    }

    fn data(&mut self, path: &str) -> Value {
        self.result("Page.getData", json!({ "path": path }))["data"].take()
    }

    /// Ends the program; true if the command said that all was well.
    fn close(mut self) -> bool {
        self.result("Tool.close", json!({}));
        self.child.wait().unwrap().success()
    }
}

impl Drop for Session {
    fn drop(&mut self) {
        // A test that failed leaves it running.
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

#[test]
fn pages_and_functions_answer_over_the_socket() {
    let program = parts();
    let mut it = Session::open(program.path(), &[]);
    assert_eq!(it.result("Tool.getInfo", json!({}))["SDKVersion"], "3.0.0");
    let page = it.result("App.getCurrentPage", json!({}));
    assert_eq!((&page["path"], &page["query"]), (&json!("pages/a/a"), &json!({})));
    assert_eq!(it.data("list[0].n"), 1);
    assert_eq!(it.ask("Page.getData", json!({ "path": "list[" })).unwrap_err(), "\"list[\" is no data path");
    it.result("Page.setData", json!({ "pageId": page["pageId"], "data": { "list[0].n": 7, "on": false } }));
    assert_eq!(it.data("list"), json!([{ "n": 7 }]));
    let call = |method: &str, args: Value| json!({ "method": method, "args": args });
    assert_eq!(it.result("Page.callMethod", call("add", json!([1, 2]))), json!({ "result": 3 }));
    assert_eq!(it.result("Page.callMethod", call("later", json!(["y"]))), json!({ "result": { "x": "y" } }));
    let fault = it.ask("Page.callMethod", call("fails", json!([]))).unwrap_err();
    assert_eq!(fault, "Error: no luck");
    assert!(it.ask("Page.callMethod", call("refused", json!([]))).unwrap_err().contains("refused"));
    let none = it.ask("Page.callMethod", call("missing", json!([]))).unwrap_err();
    assert_eq!(none, "pages/a/a has no method `missing`");
    // An answer that never comes keeps nobody else waiting.
    it.write(&json!({ "id": "never", "method": "Page.callMethod", "params": call("never", json!([])) }).to_string());

    let function = |text: &str, args: Value| json!({ "functionDeclaration": text, "args": args });
    let greeting = "function (x) { return getApp().globalData.greeting + x }";
    assert_eq!(it.result("App.callFunction", function(greeting, json!(["!"])))["result"], "hello!");
    let later = "async x => { await new Promise(done => setTimeout(done, 20)); return [x, getCurrentPages().length] }";
    assert_eq!(it.result("App.callFunction", function(later, json!([4])))["result"], json!([4, 1]));
    for bad in ["function (", "1 + 1", "() => { throw new TypeError('no') }", "() => { let a = {}; a.a = a; return a }"]
    {
        it.ask("App.callFunction", function(bad, json!([]))).unwrap_err();
    }

    it.result("App.callWxMethod", call("setStorage", json!([{ "key": "k", "data": [1] }])));
    assert_eq!(it.result("App.callWxMethod", call("getStorageSync", json!(["k"])))["result"], json!([1]));
    let stored = it.result("App.callWxMethod", call("getStorage", json!([{ "key": "k" }])));
    assert_eq!(stored["result"], json!({ "errMsg": "getStorage:ok", "data": [1] }));
    let failed = it.ask("App.callWxMethod", call("getStorage", json!([{ "key": "none" }]))).unwrap_err();
    assert!(failed.starts_with("getStorage:fail"), "{failed}");
    assert_eq!(it.ask("App.callWxMethod", call("noSuch", json!([]))).unwrap_err(), "wx.noSuch is not a function");

    it.result("App.mockWxMethod", json!({ "method": "showModal", "result": { "confirm": true } }));
    it.result("Page.callMethod", call("ask", json!([])));
    assert_eq!(it.data("answer"), true);
    let mock = "function (key, more) { return key === 'k' ? this.origin(key).concat(more) : 'mocked' }";
    it.result("App.mockWxMethod", json!({ "method": "getStorageSync", "functionDeclaration": mock, "args": [2] }));
    assert_eq!(it.result("App.callWxMethod", call("getStorageSync", json!(["k"])))["result"], json!([1, 2]));
    assert_eq!(it.result("App.callWxMethod", call("getStorageSync", json!(["z"])))["result"], "mocked");
    it.result("App.mockWxMethod", json!({ "method": "getStorageSync" }));
    assert_eq!(it.result("App.callWxMethod", call("getStorageSync", json!(["z"])))["result"], "");
    it.result("App.mockWxMethod", json!({ "method": "request", "result": { "errMsg": "request:fail no net" } }));
    let failed = it.ask("App.callWxMethod", call("request", json!([{ "url": "https://a.b" }]))).unwrap_err();
    assert_eq!(failed, "request:fail no net");

    it.result("App.enableLog", json!({}));
    it.result("App.addBinding", json!({ "name": "onSpoken" }));
    it.result("Page.callMethod", call("speak", json!([])));
    assert!(it.events.contains(&json!({ "method": "App.logAdded", "params": { "type": "log", "args": ["spoken"] } })));
    let called = json!({ "method": "App.bindingCalled", "params": { "name": "onSpoken", "args": ["a", { "b": 1 }] } });
    assert!(it.events.contains(&called), "{:?}", it.events);
    let thrown = it.events.iter().find(|event| event["method"] == "App.exceptionThrown").unwrap();
    assert_eq!(thrown["params"]["message"], "Error: no luck");

    it.result("App.callWxMethod", call("navigateTo", json!([{ "url": "/pages/b/b?x=1&y=%E5%AD%97" }])));
    let stack = it.result("App.getPageStack", json!({}));
    assert_eq!(
        (&stack["pageStack"][0]["path"], &stack["pageStack"][1]["path"]),
        (&json!("pages/a/a"), &json!("pages/b/b"))
    );
    assert_eq!(stack["pageStack"][1]["query"], json!({ "x": "1", "y": "%E5%AD%97" }));
    // The page below still has its data; its elements are not there to be tapped.
    assert_eq!(it.result("Page.getData", json!({ "pageId": page["pageId"], "path": "on" }))["data"], false);
    let below = it.result("Page.getElement", json!({ "pageId": page["pageId"], "selector": ".top" }));
    let refused = it.ask("Element.tap", json!({ "elementId": below["elementId"] })).unwrap_err();
    assert_eq!(refused, "the element has no box on the page that is shown");
    it.result("App.callWxMethod", call("navigateBack", json!([{}])));

    let png = it.result("App.captureScreenshot", json!({}));
    let png =
        base64::Engine::decode(&base64::engine::general_purpose::STANDARD, png["data"].as_str().unwrap()).unwrap();
    let picture = image::load_from_memory(&png).unwrap().to_rgb8();
    assert_eq!(picture.width(), 375);
    assert!(picture.pixels().any(|pixel| pixel.0 == [0, 0, 255]));
    it.result("App.exit", json!({}));
    assert!(it.close());
}

#[test]
fn elements_are_found_by_xpath_and_events_are_dispatched_over_the_socket() {
    let program = parts();
    let mut it = Session::open(program.path(), &[]);
    let texts = |it: &mut Session, path: &str| -> Vec<String> {
        let found = it.result("Page.getElementsByXpath", json!({ "selector": path }));
        let names = json!({ "names": ["innerText"] });
        let text = |it: &mut Session, element: &Value| it.of(element, "getDOMProperties", names.clone());
        let text = |element: &Value| text(it, element)["properties"][0].as_str().unwrap().to_owned();
        found["elements"].as_array().unwrap().iter().map(text).collect()
    };
    assert_eq!(texts(&mut it, "/page/view[1]/text"), ["text"]);
    assert_eq!(texts(&mut it, "//view[@class='far']"), ["far"]);
    assert_eq!(texts(&mut it, "//*[contains(@class,'far') or text()='text']"), ["text", "far"]);
    assert_eq!(texts(&mut it, "//counter/view[starts-with(@class, \"cou\") and not(@id)]"), ["5"]);
    assert_eq!(texts(&mut it, "//text[.='text']/.."), ["Top text"]);
    assert_eq!(texts(&mut it, "//swiper-item[last()]"), ["2"]);
    assert_eq!(texts(&mut it, "//swiper-item[2]"), ["1"]);
    assert_eq!(texts(&mut it, "//none"), [""; 0]);
    let counter = it.result("Page.getElementByXpath", json!({ "selector": "//counter" }));
    assert!(counter["nodeId"].is_string());
    assert!(it.ask("Page.getElementByXpath", json!({ "selector": "//none" })).is_err());
    assert!(it.ask("Page.getElementsByXpath", json!({ "selector": "//a[" })).unwrap_err().contains("no XPath"));

    let top = it.element("#top");
    it.of(&top, "dispatchEvent", json!({ "eventName": "touchstart", "touches": [{ "clientX": 12, "clientY": 9 }] }));
    it.of(
        &top,
        "dispatchEvent",
        json!({ "eventName": "touchmove", "changeTouches": [{ "clientX": 14, "clientY": 9 }] }),
    );
    it.of(&top, "dispatchEvent", json!({ "eventName": "touchend" }));
    assert_eq!(it.data("seen"), json!(["down 12", "move 14", "up"]));
    it.result("Page.setData", json!({ "data": { "taps": 0 } }));
    it.of(&top, "dispatchEvent", json!({ "eventName": "tap", "$": "text" }));
    assert_eq!(it.data("taps"), 1);
    it.of(&top, "dispatchEvent", json!({ "eventName": "longpress" }));
    assert_eq!(it.data("last")[0], "long");
    it.of(&top, "dispatchEvent", json!({ "eventName": "strange", "detail": { "b": 2 } }));
    assert_eq!(it.data("last"), json!(["strange", { "b": 2 }]));
}

#[test]
fn what_the_user_does_to_the_shell_is_done_over_the_socket() {
    let program = parts();
    let mut it = Session::open(program.path(), &[]);
    let native = |it: &mut Session, method: &str| it.ask("Tool.native", json!({ "method": method }));
    assert!(native(&mut it, "confirmModal").unwrap_err().contains("nothing to do it to"));
    for (method, answer) in [("confirmModal", true), ("cancelModal", false)] {
        it.result("Page.callMethod", json!({ "method": "ask", "args": [] }));
        native(&mut it, method).unwrap();
        assert_eq!(it.data("answer"), answer);
    }
    it.result("App.callWxMethod", json!({ "method": "navigateTo", "args": [{ "url": "/pages/b/b" }] }));
    native(&mut it, "navigateLeft").unwrap();
    assert_eq!(it.result("App.getCurrentPage", json!({}))["path"], "pages/a/a");
    it.result("App.callWxMethod", json!({ "method": "reLaunch", "args": [{ "url": "/pages/b/b" }] }));
    native(&mut it, "goHome").unwrap();
    assert_eq!(it.result("App.getCurrentPage", json!({}))["path"], "pages/a/a");
    assert!(native(&mut it, "switchTab").is_err());
    assert_eq!(native(&mut it, "shareConfirm").unwrap_err(), "shareConfirm is not supported");
}

#[test]
fn elements_are_found_read_and_touched_over_the_socket() {
    let program = parts();
    let mut it = Session::open(program.path(), &[]);
    let names = |list: &[&str]| json!({ "names": list });
    let top = it.element("#top");
    assert_eq!(top["tagName"], "view");
    assert_eq!(it.result("Page.getElements", json!({ "selector": ".none" })), json!({ "elements": [] }));
    assert!(it.ask("Page.getElement", json!({ "selector": ".none" })).is_err());
    let attributes = it.of(&top, "getAttributes", names(&["class", "id", "data-kind", "style", "none"]));
    assert_eq!(attributes["attributes"], json!(["top on", "top", "a", "color: red", null]));
    let styles = it.of(&top, "getStyles", names(&["color", "padding-left", "backgroundColor", "no-such"]));
    assert_eq!(styles["styles"][0], "rgb(255, 0, 0)");
    assert_eq!(styles["styles"][1], "5px");
    assert_eq!(styles["styles"][2], "rgb(0, 0, 255)");
    assert_eq!(it.of(&top, "getOffset", json!({})), json!({ "left": 0.0, "top": 0.0 }));
    let dom = it.of(&top, "getDOMProperties", names(&["offsetWidth", "offsetHeight", "innerText", "tagName"]));
    assert_eq!(dom["properties"], json!([210.0, 60.0, "Top text", "view"]));
    let inner = it.of(&top, "getWXML", json!({ "type": "inner" }));
    assert_eq!(inner["wxml"], "Top <text>text</text>");
    let outer = it.of(&top, "getWXML", json!({ "type": "outer" }));
    assert!(outer["wxml"].as_str().unwrap().starts_with("<view id=\"top\" class=\"top on\" style=\"color: red\">Top"));
    let text = it.of(&top, "getElement", json!({ "selector": "text" }));
    assert_eq!(it.of(&text, "getDOMProperties", names(&["innerText"]))["properties"][0], "text");

    it.of(&top, "tap", json!({}));
    it.of(&top, "longpress", json!({}));
    assert_eq!(it.data("taps"), 1);
    assert_eq!(it.data("last")[0], "long");
    it.result("Page.setData", json!({ "data": { "seen": [] } }));
    it.of(&top, "touchstart", json!({}));
    it.of(&top, "touchmove", json!({ "touches": [{ "clientX": 30, "clientY": 20 }] }));
    it.of(&top, "touchend", json!({}));
    assert_eq!(it.data("seen"), json!(["down 105", "move 30", "up"]));
    // As the client of npm does a long press: time passes here as it does there.
    it.result("Page.setData", json!({ "data": { "last": [] } }));
    it.of(&top, "touchstart", json!({}));
    std::thread::sleep(std::time::Duration::from_millis(350));
    it.of(&top, "touchend", json!({}));
    assert_eq!(it.data("last")[0], "long");
    it.of(&top, "triggerEvent", json!({ "type": "strange", "detail": { "a": 1 } }));
    assert_eq!(it.data("last"), json!(["strange", { "a": 1 }]));

    let counter = it.element("counter");
    assert!(counter["nodeId"].is_string());
    let count = it.of(&counter, "getElement", json!({ "selector": ".count" }));
    let given = it.of(&counter, "getElement", json!({ "selector": ".given" }));
    assert_eq!(it.of(&given, "getDOMProperties", names(&["innerText"]))["properties"][0], "given");
    it.of(&count, "tap", json!({}));
    assert_eq!(it.data("last"), json!(["changed", { "n": 1 }]));
    assert_eq!(it.of(&counter, "callMethod", json!({ "method": "by", "args": [3] })), json!({ "result": 4 }));
    it.of(&counter, "setData", json!({ "data": { "n": 10 } }));
    assert_eq!(it.of(&counter, "getData", json!({}))["data"], json!({ "start": 5, "n": 10 }));
    assert_eq!(it.of(&count, "getDOMProperties", names(&["innerText"]))["properties"][0], "15");
    let public = it.of(&counter, "getProperties", names(&["__propPublic", "start"]));
    assert_eq!(public["properties"], json!([{ "start": true }, 5]));
    it.of(&counter, "triggerEvent", json!({ "type": "changed", "detail": { "n": 99 } }));
    assert_eq!(it.data("last"), json!(["changed", { "n": 99 }]));
    let refused = it.ask("Element.getData", json!({ "elementId": top["elementId"] })).unwrap_err();
    assert_eq!(refused, "the element is no component");
    // A component without a node of its own.
    let ghost = it.element("ghost");
    assert_eq!(it.of(&ghost, "callMethod", json!({ "method": "name" })), json!({ "result": "ghost" }));
    assert_eq!(it.of(&ghost, "getDOMProperties", names(&["innerText"]))["properties"][0], "x");

    let run = |name: &str, args: Value| json!({ "functionName": name, "args": args });
    let field = it.element(".field");
    it.of(&field, "callFunction", run("input.input", json!(["new text"])));
    assert_eq!(it.data("last")[1]["value"], "new text");
    assert_eq!(it.of(&field, "getProperties", names(&["value"]))["properties"][0], "new text");
    it.of(&field, "callFunction", run("input.input", json!([""])));
    assert_eq!(it.data("last")[1]["value"], "");
    let area = it.element(".area");
    it.of(&area, "callFunction", run("textarea.input", json!(["a\nb"])));
    assert_eq!(it.of(&area, "getProperties", names(&["value"]))["properties"][0], "a\nb");
    let switch = it.element(".switch");
    it.of(&switch, "callFunction", run("switch.tap", json!([])));
    assert_eq!(it.data("last"), json!(["switched", { "value": true }]));
    let slider = it.element(".slider");
    it.of(&slider, "callFunction", run("slider.slideTo", json!([35])));
    assert_eq!(it.data("last"), json!(["slid", { "value": 35 }]));
    let scroll = it.element(".scroll");
    it.of(&scroll, "callFunction", run("scroll-view.scrollTo", json!([0, 120])));
    assert_eq!(it.of(&scroll, "callFunction", run("scroll-view.scrollTop", json!([])))["result"], 120.0);
    assert_eq!(it.of(&scroll, "callFunction", run("scroll-view.scrollHeight", json!([])))["result"], 500.0);
    let swiper = it.element(".swiper");
    it.of(&swiper, "callFunction", run("swiper.swipeTo", json!([2])));
    assert_eq!(it.data("last")[1]["current"], 2);
    assert_eq!(it.of(&swiper, "getProperties", names(&["current"]))["properties"][0], 2);
    let stone = it.element(".stone");
    it.of(&stone, "callFunction", run("movable-view.moveTo", json!([100, 50])));
    let place = it.of(&stone, "getProperties", names(&["_translateX", "_translateY"]));
    assert_eq!(place["properties"], json!([100.0, 50.0]));
    assert!(
        it.ask(
            "Element.callFunction",
            json!({ "elementId": top["elementId"], "functionName": "input.input", "args": ["x"] })
        )
        .is_err()
    );

    // What is out of sight is scrolled into view before it is touched.
    let far = it.element(".far");
    it.of(&far, "tap", json!({}));
    assert_eq!(it.data("last")[0], "far");
    let page = it.result("Page.getWindowProperties", names(&["document.documentElement.scrollTop", "innerWidth"]));
    assert!(page["properties"][0].as_f64().unwrap() > 500.0);
    assert_eq!(page["properties"][1], 375.0);
    assert_eq!(it.of(&top, "getOffset", json!({})), json!({ "left": 0.0, "top": 0.0 }));
    assert!(it.close());
}

#[test]
fn nothing_that_a_client_says_ends_the_program() {
    let program = parts();
    let mut it = Session::open(program.path(), &["--budget-cpu-ms", "1500"]);
    for bad in ["", "no json", "[1]", "7", "{}", r#"{"id":{}}"#, r#"{"method":"App.getCurrentPage"}"#] {
        it.write(bad);
        let answer = it.read();
        assert!(answer["id"].is_null() && answer["error"]["message"].is_string(), "{bad}: {answer}");
    }
    it.write(r#"{"id":5}"#);
    assert_eq!(it.read()["id"], 5);
    it.write(r#"{"id":6,"method":"App.getCurrentPage","params":[]}"#);
    assert_eq!(it.read()["error"]["message"], "params is an object");
    for (method, params) in [
        ("No.such", json!({})),
        ("App", json!({})),
        ("Page.getElement", json!({})),
        ("Page.getElement", json!({ "selector": 5 })),
        ("Page.getElement", json!({ "selector": "view:hover > [a]" })),
        ("Page.getData", json!({ "pageId": 999 })),
        ("Page.getData", json!({ "pageId": "x" })),
        ("Page.setData", json!({ "data": [] })),
        ("Page.callMethod", json!({ "method": "add", "args": 7 })),
        ("Page.getWindowProperties", json!({ "names": [1] })),
        ("Element.tap", json!({})),
        ("Element.dispatchEvent", json!({ "elementId": "component-1" })),
        ("Page.getElementByXpath", json!({})),
        ("Tool.native", json!({ "data": {} })),
        ("Element.tap", json!({ "elementId": "x" })),
        ("Element.tap", json!({ "elementId": "element-99999999999" })),
        ("Element.tap", json!({ "elementId": "element-4294967295" })),
        ("Element.tap", json!({ "elementId": "component-77" })),
        ("Element.callFunction", json!({ "elementId": "component-1", "functionName": "" })),
        ("App.mockWxMethod", json!({ "method": "showModal", "functionDeclaration": "no function" })),
        ("App.mockWxMethod", json!({ "method": "showModal", "functionDeclaration": 5 })),
        ("App.callWxMethod", json!({ "method": "login", "pluginId": "p" })),
    ] {
        assert!(it.ask(method, params.clone()).is_err(), "{method} {params}");
    }
    let deep = format!("{}1{}", "[".repeat(100_000), "]".repeat(100_000));
    it.write(&format!(r#"{{"id":1,"method":"Page.callMethod","params":{{"method":"add","args":{deep}}}}}"#));
    assert!(it.read()["error"].is_object());
    it.result("Page.callMethod", json!({ "method": "add", "args": [1, 1] }));

    // A page in a browser names where it comes from, and is not let in; a second client is.
    let (stream, url) = (it.socket.get_ref().peer_addr().unwrap(), "ws://127.0.0.1");
    let mut request = tungstenite::client::IntoClientRequest::into_client_request(url).unwrap();
    request.headers_mut().insert("origin", "https://example.com".parse().unwrap());
    assert!(tungstenite::client(request, TcpStream::connect(stream).unwrap()).is_err());
    let mut other = connect(&format!("ws://{stream}"));
    other.send(Message::text(r#"{"id":1,"method":"Tool.getInfo"}"#)).unwrap();
    assert!(other.read().unwrap().into_text().unwrap().contains("SDKVersion"));
    // Half a message and gone.
    std::io::Write::write_all(other.get_mut(), &[0x81, 0xfe]).unwrap();
    drop(other);

    // Script without an end is told of, and then the program is over. Each turn of the loop is a long one: a machine that
    // is fast comes to the end of the time before that of the turns that a loop may have.
    let endless = "() => { const turn = () => { for (let i = 0; i < 100000; i++); }; for (;;) turn(); }";
    let endless = it.ask("App.callFunction", json!({ "functionDeclaration": endless })).unwrap_err();
    assert_eq!(endless, "script did not end in time");
    assert_eq!(it.child.wait().unwrap().code(), Some(1));
}

#[test]
fn the_command_listens_on_this_machine_only() {
    let program = parts();
    for address in ["0.0.0.0:0", "192.168.0.1:9420", "9420"] {
        let mut command = Command::new(env!("CARGO_BIN_EXE_pellicle"));
        let output = command.arg("automate").arg(program.path()).args(["--listen", address]).output().unwrap();
        assert_eq!(output.status.code(), Some(2), "{address}");
    }
}

#[test]
fn a_mock_stands_in_until_it_is_taken_back() {
    let mut live = Live::open(parts());
    let app = &mut live.app;
    let function = |source: &str| Some(Mock::Function { source: source.to_owned(), arguments: Vec::new() });
    app.mock_wx("getWeRunData", function("o => ({ latitude: 1, longitude: o.type === 'wgs84' ? 2 : 3 })")).unwrap();
    let place = app.evaluate("() => wx.getWeRunData({ type: 'wgs84' })", Vec::new()).unwrap();
    assert_eq!(place, json!({ "errMsg": "getWeRunData:ok", "latitude": 1, "longitude": 2 }));
    app.mock_wx("getWeRunData", function("() => { throw new Error('lost') }")).unwrap();
    let lost = app.call_wx("getWeRunData", vec![json!({})]).unwrap_err();
    assert_eq!(lost.to_string(), "getWeRunData:fail lost");
    app.mock_wx("getWeRunData", None).unwrap();
    let own = app.call_wx("getWeRunData", vec![json!({})]).unwrap_err();
    assert_eq!(own.to_string(), "wx.getWeRunData is not a function");
    // A promise that nothing settles is waited for in virtual time, not for ever.
    let never = app.call(Scope::Top, "never", Vec::new());
    assert!(matches!(never, Err(AutomationError::Timeout(_))));
}

/// Where `npm ci` has put what drives programs from Node.
fn modules() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../benches/browser/node_modules")
}

#[test]
fn the_client_of_npm_buys_a_plant() {
    if !modules().join("miniprogram-automator").is_dir() {
        assert!(
            std::env::var_os("PELLICLE_REQUIRE_BROWSER").is_none_or(|v| v.is_empty()),
            "npm ci --prefix benches/browser"
        );
        println!("not run: npm ci --prefix benches/browser");
        return;
    }
    let (mut child, url) = serve(&shop(), &["--page", "pages/detail/detail", "--query", "id=2"]);
    let script = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/automation/shop.js");
    let output = Command::new("node").arg(script).arg(url).env("NODE_PATH", modules()).output().unwrap();
    let said = format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    if !output.status.success() {
        // The client is gone, the program is not.
        let _ = child.kill();
    }
    let ended = child.wait().unwrap();
    assert!(output.status.success() && said.contains("bought"), "{said}");
    assert!(ended.success(), "{ended}");
}
