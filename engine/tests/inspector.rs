//! The inspector over the Chrome DevTools Protocol: a program in a window, looked at and edited by a plain client.
//!
//! Needs what `support/display.rs` needs.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure
#![cfg(target_os = "linux")]

#[path = "support/devtools.rs"]
mod devtools;
#[path = "support/display.rs"]
#[allow(dead_code)] // other tests use more of it
mod display;
#[path = "support/program.rs"]
mod program;

use devtools::{Client, get, inspected};
use display::{Display, Running, display};
use image::RgbImage;
use program::Program;
use serde_json::{Value, json};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

fn shop() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/shop")
}

/// A program in a window that can be inspected.
struct Shown {
    display: Display,
    _program: Running,
    address: String,
    _storage: tempfile::TempDir,
}

fn show(folder: &Path) -> Option<Shown> {
    show_with(folder, &[])
}

fn show_with(folder: &Path, options: &[&str]) -> Option<Shown> {
    let display = display("375x667")?;
    let storage = tempfile::tempdir().unwrap();
    let mut command = display.command(env!("CARGO_BIN_EXE_pellicle"));
    command.arg("run").arg(folder).args(["--inspect", "--renderer", "cpu", "--viewport", "375x667"]).args(options);
    command.env("XDG_DATA_HOME", storage.path()).env("XDG_CACHE_HOME", storage.path());
    let (program, address) = inspected(&mut command);
    Some(Shown { display, _program: Running(program), address, _storage: storage })
}

impl Shown {
    fn attach(&self) -> Client {
        let mut client = Client::attach(&self.address);
        client.call("DOM.enable", json!({}));
        // The page may still be on its way.
        let started = Instant::now();
        while client.call("DOM.getDocument", json!({}))["root"]["childNodeCount"] == 0 {
            assert!(started.elapsed() < Duration::from_secs(60), "there is no page");
        }
        client
    }

    /// Waits until the picture in the window is as it should be.
    fn until(&self, what: &str, holds: impl Fn(&RgbImage) -> bool) {
        let started = Instant::now();
        loop {
            let shot = self.display.command("import").args(["-window", "root", "png:-"]).output().unwrap();
            let picture = image::load_from_memory(&shot.stdout).unwrap().to_rgb8();
            if holds(&picture) {
                return;
            }
            if started.elapsed() > Duration::from_secs(60) {
                picture.save(Path::new(env!("CARGO_TARGET_TMPDIR")).join("inspector.png")).unwrap();
                panic!("{what} (inspector.png)");
            }
            std::thread::sleep(Duration::from_millis(100));
        }
    }
}

/// A script of the folder `inspector`, with what it said.
fn script(name: &str, arguments: &[&std::ffi::OsStr]) -> Option<String> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/inspector");
    let is_there = folder.join("node_modules").is_dir() && Path::new("/usr/bin/chromium").exists();
    if !is_there {
        assert!(
            std::env::var_os("PELLICLE_REQUIRE_BROWSER").is_none(),
            "npm ci in engine/tests/inspector, and Chromium"
        );
        println!("not run: Chromium or the packages of engine/tests/inspector are missing");
        return None;
    }
    let out = Command::new("node").arg(folder.join(name)).args(arguments).output().unwrap();
    let (said, failed) = (String::from_utf8(out.stdout).unwrap(), String::from_utf8_lossy(&out.stderr).into_owned());
    assert!(out.status.success(), "{said}\n{failed}");
    Some(said)
}

/// Left, top, right and bottom of a box, px of the window.
fn area(client: &mut Client, node: &Value, name: &str) -> [u32; 4] {
    let model = client.call("DOM.getBoxModel", json!({ "nodeId": node }))["model"].take();
    let at = |index: usize| model[name][index].as_f64().unwrap().round() as u32;
    [at(0), at(1), at(4), at(5)]
}

/// True if a colour stands somewhere in an area.
fn has(picture: &RgbImage, [x0, y0, x1, y1]: [u32; 4], wanted: [u8; 3]) -> bool {
    (y0..y1).any(|y| (x0..x1).any(|x| picture.get_pixel(x, y).0.iter().zip(wanted).all(|(a, b)| a.abs_diff(b) < 24)))
}

#[test]
fn nobody_comes_in_without_the_secret_or_from_elsewhere() {
    let Some(shown) = show(&shop()) else { return };
    let rest = shown.address.strip_prefix("ws://").unwrap();
    let (host, path) = rest.split_once('/').unwrap();
    let token = path.split('/').next().unwrap();
    let list = format!("/{token}/json/list");
    let (status, body) = get(host, &list, &[("Host", host)]);
    let targets: Value = serde_json::from_str(&body).unwrap();
    assert_eq!((status, &targets[0]["type"]), (200, &json!("page")));
    assert_eq!(targets[0]["webSocketDebuggerUrl"], shown.address);
    let (_, version) = get(host, &format!("/{token}/json/version"), &[("Host", host)]);
    let version: Value = serde_json::from_str(&version).unwrap();
    assert_eq!(version["Protocol-Version"], "1.3");
    let refused =
        |path: &str, headers: &[(&str, &str)]| assert_eq!(get(host, path, headers).0, 403, "{path} {headers:?}");
    refused("/json/list", &[("Host", host)]);
    refused("/0123456789abcdef0123456789abcdef/json/list", &[("Host", host)]);
    refused(&list, &[("Host", "rebound.example.org")]);
    refused(&list, &[("Host", host), ("Origin", "https://example.org")]);
    // The same holds for WebSockets.
    let upgrade = [("Upgrade", "websocket"), ("Connection", "Upgrade"), ("Sec-WebSocket-Version", "13")];
    let key = ("Sec-WebSocket-Key", "dGhlIHNhbXBsZSBub25jZQ==");
    let with = |more: &[(&'static str, &'static str)]| [&upgrade[..], &[key], more].concat();
    refused(&format!("/{path}"), &with(&[("Host", "rebound.example.org")]));
    refused(&format!("/{path}"), &with(&[("Host", "127.0.0.1"), ("Origin", "http://example.org")]));
    refused("/devtools/page", &with(&[("Host", "127.0.0.1")]));
    assert!(tungstenite::connect(shown.address.replace(token, "0123456789abcdef0123456789abcdef")).is_err());
    shown.attach();
}

#[test]
fn elements_are_shown_edited_and_marked_in_the_window() {
    let Some(shown) = show(&shop()) else { return };
    let mut client = shown.attach();
    let title = client.find(".heading .title");
    let text = area(&mut client, &title, "content");
    shown.until("the title is dark", |picture| has(picture, text, [34, 40, 31]));
    // Its rules, with their files and places.
    client.call("CSS.enable", json!({}));
    client.until("CSS.styleSheetAdded", |told| told["header"]["sourceURL"] == "pellicle://app/pages/home/home.wxss");
    let styles = client.call("CSS.getMatchedStylesForNode", json!({ "nodeId": title }));
    let rules = styles["matchedCSSRules"].as_array().unwrap();
    let rule = &rules.iter().find(|found| found["rule"]["selectorList"]["text"] == ".title").unwrap()["rule"];
    let file = std::fs::read_to_string(shop().join("pages/home/home.wxss")).unwrap();
    let line = file.lines().position(|line| line.starts_with(".title")).unwrap();
    assert_eq!(
        (&rule["styleSheetId"], &rule["style"]["range"]["startLine"]),
        (&json!("pages/home/home.wxss"), &json!(line))
    );
    // What it inherits comes from the page, of another file.
    let inherits =
        |told: &Value| told["rule"]["selectorList"]["text"] == "page" && told["rule"]["styleSheetId"] == "app.wxss";
    let inherited = styles["inherited"].as_array().unwrap();
    assert!(inherited.iter().any(|one| one["matchedCSSRules"].as_array().unwrap().iter().any(inherits)));
    // An edit of the rule shows in the window, and in computed values.
    let text_of = format!("{}  color: #ff0000;\n", rule["style"]["cssText"].as_str().unwrap());
    let edit = json!({ "styleSheetId": rule["styleSheetId"], "range": rule["style"]["range"], "text": text_of });
    let edited = client.call("CSS.setStyleTexts", json!({ "edits": [edit] }));
    assert_eq!(edited["styles"][0]["cssProperties"].as_array().unwrap().last().unwrap()["value"], "#ff0000");
    shown.until("the title is red", |picture| has(picture, text, [255, 0, 0]));
    let computed = client.call("CSS.getComputedStyleForNode", json!({ "nodeId": title }));
    let color = computed["computedStyle"].as_array().unwrap().iter().find(|one| one["name"] == "color").unwrap();
    assert_eq!(color["value"], "rgb(255, 0, 0)");
    // So does one of the style attribute, which the tree tells of.
    client.call("DOM.setAttributeValue", json!({ "nodeId": title, "name": "style", "value": "color: #0000ff" }));
    shown.until("the title is blue", |picture| has(picture, text, [0, 0, 255]));
    let told = client.until("DOM.attributeModified", |told| told["name"] == "style");
    assert_eq!((&told["nodeId"], &told["value"]), (&title, &json!("color: #0000ff")));
    let inline = client.call("CSS.getInlineStylesForNode", json!({ "nodeId": title }))["inlineStyle"].take();
    let edit =
        json!({ "styleSheetId": inline["styleSheetId"], "range": inline["range"], "text": "/* color: blue; */" });
    let edited = client.call("CSS.setStyleTexts", json!({ "edits": [edit] }));
    assert_eq!(edited["styles"][0]["cssProperties"][0]["disabled"], true);
    shown.until("the title is red again", |picture| has(picture, text, [255, 0, 0]));
    // Class and text.
    client.call("DOM.setAttributeValue", json!({ "nodeId": title, "name": "class", "value": "muted" }));
    client.call("DOM.requestChildNodes", json!({ "nodeId": title }));
    let words = client.until("DOM.setChildNodes", |told| told["parentId"] == title)["nodes"][0].take();
    client.call("DOM.setNodeValue", json!({ "nodeId": words["nodeId"], "value": "Edited" }));
    let outer = client.call("DOM.getOuterHTML", json!({ "nodeId": title }))["outerHTML"].take();
    assert_eq!(outer, "<text class=\"muted\" style=\"/* color: blue; */\">Edited</text>");
    client.until("DOM.characterDataModified", |told| told["characterData"] == "Edited");
    // Marks lie over the element while they are asked for.
    let blue = json!({ "r": 0, "g": 0, "b": 255, "a": 1 });
    client.call("Overlay.highlightNode", json!({ "nodeId": title, "highlightConfig": { "contentColor": blue } }));
    let marked = area(&mut client, &title, "content");
    let inside = [marked[0] + 1, marked[1] + 1, marked[2] - 1, marked[3] - 1];
    let is_filled =
        move |picture: &RgbImage| !has(picture, inside, [138, 143, 135]) && has(picture, inside, [0, 0, 255]);
    shown.until("it is marked", is_filled);
    client.call("Overlay.hideHighlight", json!({}));
    shown.until("it is not marked", move |picture| !has(picture, inside, [0, 0, 255]));
    // An element is picked in the window, which the program does not hear of.
    client.call("Overlay.setInspectMode", json!({ "mode": "searchForNode", "highlightConfig": {} }));
    let card =
        client.call("DOM.querySelector", json!({ "nodeId": 1, "selector": "product-card .name" }))["nodeId"].take();
    let [x0, y0, x1, y1] = area(&mut client, &card, "border");
    shown.display.click(((x0 + x1) / 2, (y0 + y1) / 2));
    let picked = client.until("Overlay.inspectNodeRequested", |_| true)["backendNodeId"].take();
    assert_eq!(picked, card);
    client.call("Overlay.setInspectMode", json!({ "mode": "none", "highlightConfig": {} }));
    assert_eq!(client.evaluate("getCurrentPages().length"), 1);
    // Where a client goes no mark is left.
    client.call("Overlay.highlightNode", json!({ "nodeId": title, "highlightConfig": { "contentColor": blue } }));
    shown.until("it is marked", is_filled);
    drop(client);
    shown.until("it is not marked", move |picture| !has(picture, inside, [0, 0, 255]));
}

#[test]
fn the_tree_follows_what_script_does_and_components_have_shadow_trees() {
    let files = Program::new(&[
        ("app.json", r#"{ "pages": ["a"] }"#),
        ("a.json", r#"{ "usingComponents": { "box": "box" } }"#),
        (
            "a.wxml",
            "<view class='list'><view wx:for='{{list}}' wx:key='*this' id='i{{item}}'>{{item}}</view></view><box n='{{n}}'>slotted</box>",
        ),
        ("a.js", "Page({ data: { list: [1, 2, 3], n: 1 } })"),
        ("box.json", r#"{ "component": true }"#),
        ("box.wxml", "<view class='inner'>{{n}}</view><slot/>"),
        ("box.js", "Component({ properties: { n: Number } })"),
    ]);
    let Some(shown) = show(files.path()) else { return };
    let mut client = shown.attach();
    let root = client.call("DOM.getDocument", json!({ "depth": -1 }))["root"].take();
    let page = &root["children"][0];
    let list = &page["children"][0];
    assert_eq!(list["children"].as_array().unwrap().len(), 3);
    let host = &page["children"][1];
    let shadow = &host["shadowRoots"][0];
    assert_eq!(
        (&host["localName"], &shadow["nodeType"], &host["childNodeCount"]),
        (&json!("box"), &json!(11), &json!(0))
    );
    assert_eq!(shadow["children"][0]["attributes"], json!(["class", "inner"]));
    let second = list["children"][1]["nodeId"].clone();
    let (first, third) = (list["children"][0]["nodeId"].clone(), list["children"][2]["nodeId"].clone());
    client.evaluate("getCurrentPages()[0].setData({ list: [3, 1, 4], n: 2 })");
    let gone = client.until("DOM.childNodeRemoved", |told| told["nodeId"] == second);
    assert_eq!(gone["parentNodeId"], list["nodeId"]);
    // The third comes to the front: it is taken out and put in again, as nodes that move are.
    client.until("DOM.childNodeRemoved", |told| told["nodeId"] == third);
    let moved = client.until("DOM.childNodeInserted", |told| told["node"]["nodeId"] == third);
    assert_eq!((&moved["parentNodeId"], &moved["previousNodeId"]), (&list["nodeId"], &json!(0)));
    let new = client.until("DOM.childNodeInserted", |told| told["node"]["attributes"] == json!(["id", "i4"]));
    assert_eq!(new["previousNodeId"], first);
    let word = shadow["children"][0]["children"][0]["nodeId"].clone();
    client.until("DOM.characterDataModified", |told| told["nodeId"] == word && told["characterData"] == "2");
}

#[test]
fn the_console_tells_lines_and_exceptions_and_runs_script_in_the_program() {
    let files = Program::new(&[
        ("app.json", r#"{ "pages": ["a"] }"#),
        ("a.wxml", "<view>a</view>"),
        (
            "a.js",
            "Page({\n  data: { n: 1 },\n  onReady() { console.warn('early', { a: 1 }) },\n  fail() {\n    missing()\n  }\n})",
        ),
    ]);
    let Some(shown) = show(files.path()) else { return };
    let mut client = shown.attach();
    client.call("Runtime.enable", json!({}));
    client.until("Runtime.executionContextCreated", |told| told["context"]["auxData"]["isDefault"] == true);
    // What was said before is told, too.
    let early = client.until("Runtime.consoleAPICalled", |told| told["type"] == "warning");
    assert_eq!(early["args"][0]["value"], "early {\"a\":1}");
    assert_eq!(client.evaluate("getCurrentPages()[0].data.n + 1"), 2);
    assert_eq!(client.evaluate("var x = 3; console.log('said', x)"), Value::Null);
    client.until("Runtime.consoleAPICalled", |told| told["args"][0]["value"] == "said 3");
    assert_eq!(client.evaluate("new Promise(done => setTimeout(() => done('later'), 20))"), "later");
    // Objects stay where they are; a client has them by their numbers.
    let object =
        client.call("Runtime.evaluate", json!({ "expression": "({ list: [1, 2], f() {} })", "generatePreview": true }));
    let object = &object["result"];
    assert_eq!(object["preview"]["properties"][0]["value"], "Array(2)");
    let properties =
        client.call("Runtime.getProperties", json!({ "objectId": object["objectId"], "ownProperties": true }));
    let list = &properties["result"][0];
    assert_eq!((&list["name"], &list["value"]["description"]), (&json!("list"), &json!("Array(2)")));
    let arguments = json!([{ "objectId": list["value"]["objectId"] }, { "value": 3 }]);
    let called = client.call(
        "Runtime.callFunctionOn",
        json!({
            "objectId": object["objectId"], "functionDeclaration": "function (list, n) { return [this.list === list, n, list] }",
            "arguments": arguments, "returnByValue": true,
        }),
    );
    assert_eq!(called["result"]["value"], json!([true, 3, [1, 2]]));
    client.call("Runtime.releaseObject", json!({ "objectId": object["objectId"] }));
    let gone = json!({ "objectId": object["objectId"], "functionDeclaration": "function () {}" });
    assert_ne!(client.call("Runtime.callFunctionOn", gone)["exceptionDetails"], Value::Null);
    let thrown = client.call("Runtime.evaluate", json!({ "expression": "missing()" }));
    let said = thrown["exceptionDetails"]["exception"]["description"].as_str().unwrap().to_owned();
    assert!(said.starts_with("ReferenceError: missing is not defined"), "{said}");
    let wrong = client.call("Runtime.evaluate", json!({ "expression": "1 +" }));
    assert_eq!(wrong["exceptionDetails"]["exception"]["className"], "SyntaxError");
    // An exception that nothing caught, where it was thrown.
    client.evaluate("setTimeout(() => getCurrentPages()[0].fail(), 1), 0");
    let told = client.until("Runtime.exceptionThrown", |_| true)["exceptionDetails"].take();
    let frame = &told["stackTrace"]["callFrames"][0];
    assert_eq!((&told["url"], &frame["functionName"]), (&json!("pellicle://app/a.js"), &json!("fail")));
    // Sources are there; breakpoints are not, and that is said.
    client.call("Debugger.enable", json!({}));
    let script = client.until("Debugger.scriptParsed", |told| told["url"] == "pellicle://app/a.js");
    let source = client.call("Debugger.getScriptSource", json!({ "scriptId": script["scriptId"] }));
    assert!(source["scriptSource"].as_str().unwrap().contains("missing()"));
    let refused = client.ask("Debugger.setBreakpointByUrl", json!({ "url": "pellicle://app/a.js", "lineNumber": 4 }));
    assert!(refused.unwrap_err().contains("Breakpoints cannot be set"));
    // A picture of what the window shows.
    let picture = client.call("Page.captureScreenshot", json!({ "format": "png" }));
    use base64::Engine;
    let bytes = base64::engine::general_purpose::STANDARD.decode(picture["data"].as_str().unwrap()).unwrap();
    let picture = image::load_from_memory(&bytes).unwrap();
    assert_eq!((picture.width(), picture.height()), (375, 667));
}

/// A server that answers each request with a text.
fn server(text: &'static str) -> String {
    let listener = std::net::TcpListener::bind("127.0.0.1:0").unwrap();
    let address = listener.local_addr().unwrap().to_string();
    std::thread::spawn(move || {
        use std::io::{BufRead, BufReader, Write};
        for mut stream in listener.incoming().map_while(Result::ok) {
            let lines = BufReader::new(stream.try_clone().unwrap()).lines().map_while(Result::ok);
            lines.take_while(|line| !line.is_empty()).for_each(drop);
            let head = "HTTP/1.1 200 OK\r\ncontent-type: application/json; charset=utf-8\r\nconnection: close";
            let _ = write!(stream, "{head}\r\ncontent-length: {}\r\n\r\n{text}", text.len());
        }
    });
    address
}

#[test]
fn requests_are_told_with_their_bodies() {
    let files = Program::new(&[
        ("app.json", r#"{ "pages": ["a"] }"#),
        ("a.wxml", "<view>a</view>"),
        ("a.js", "Page({ ask(url) { wx.request({ url, method: 'POST', data: { q: 1 }, fail() {} }) } })"),
    ]);
    let Some(shown) = show_with(files.path(), &["--network", "any"]) else { return };
    let mut client = shown.attach();
    client.call("Network.enable", json!({}));
    let url = format!("http://{}/list", server(r#"{"ok":true}"#));
    client.evaluate(&format!("getCurrentPages()[0].ask('{url}')"));
    let sent = client.until("Network.requestWillBeSent", |_| true);
    assert_eq!((&sent["request"]["url"], &sent["request"]["method"]), (&json!(url), &json!("POST")));
    assert_eq!(sent["request"]["postData"], r#"{"q":1}"#);
    let id = &sent["requestId"];
    let head = client.until("Network.responseReceived", |told| told["requestId"] == *id);
    let response = &head["response"];
    assert_eq!((&response["status"], &response["mimeType"]), (&json!(200), &json!("application/json")));
    assert!(response["timing"]["receiveHeadersEnd"].as_f64().unwrap() >= 0.0);
    assert!(head["timestamp"].as_f64() >= sent["timestamp"].as_f64());
    client.until("Network.dataReceived", |told| told["requestId"] == *id && told["dataLength"] == 11);
    client.until("Network.loadingFinished", |told| told["requestId"] == *id);
    let body = client.call("Network.getResponseBody", json!({ "requestId": id }));
    assert_eq!(body["body"], r#"{"ok":true}"#);
    // One that nobody answers.
    client.evaluate("getCurrentPages()[0].ask('http://127.0.0.1:1/')");
    let failed = client.until("Network.loadingFailed", |_| true);
    assert!(!failed["errorText"].as_str().unwrap().is_empty());
}

#[test]
fn what_is_stored_is_shown_and_edited() {
    let files = Program::new(&[
        ("app.json", r#"{ "pages": ["a"] }"#),
        ("a.wxml", "<view>a</view>"),
        ("a.js", "wx.setStorageSync('name', 'fern'); wx.setStorageSync('list', [1, 2]); Page({})"),
    ]);
    let Some(shown) = show(files.path()) else { return };
    let mut client = shown.attach();
    client.call("DOMStorage.enable", json!({}));
    let key = client.call("Storage.getStorageKeyForFrame", json!({ "frameId": "PELLICLE" }))["storageKey"].take();
    let id = json!({ "storageKey": key, "isLocalStorage": true });
    let entries = client.call("DOMStorage.getDOMStorageItems", json!({ "storageId": id }))["entries"].take();
    assert_eq!(entries, json!([["list", "[1,2]"], ["name", "fern"]]));
    client.evaluate("wx.setStorageSync('name', 'moss')");
    let told = client.until("DOMStorage.domStorageItemUpdated", |told| told["key"] == "name");
    assert_eq!((&told["oldValue"], &told["newValue"]), (&json!("fern"), &json!("moss")));
    client.call("DOMStorage.setDOMStorageItem", json!({ "storageId": id, "key": "list", "value": "[3]" }));
    client.until("DOMStorage.domStorageItemUpdated", |told| told["newValue"] == "[3]");
    assert_eq!(client.evaluate("wx.getStorageSync('list')"), json!([3]));
    client.call("DOMStorage.removeDOMStorageItem", json!({ "storageId": id, "key": "name" }));
    assert_eq!(client.evaluate("wx.getStorageInfoSync().keys"), json!(["list"]));
    client.evaluate("wx.clearStorageSync()");
    client.until("DOMStorage.domStorageItemsCleared", |_| true);
}

#[test]
fn frames_are_told_as_a_trace_and_by_their_figures() {
    let Some(shown) = show(&shop()) else { return };
    let mut client = shown.attach();
    client.call("Pellicle.enable", json!({}));
    client.call("Tracing.start", json!({}));
    client.evaluate("getCurrentPages()[0].setData({ query: 'pot' })");
    let frame = client.until("Pellicle.frameDrawn", |told| told["ops"] != 0);
    assert!(frame["commits"].as_u64() > Some(0) && frame["phases"]["layout"].as_f64() > Some(0.0), "{frame}");
    client.call("Tracing.end", json!({}));
    let told = client.until("Tracing.dataCollected", |_| true)["value"].take();
    client.until("Tracing.tracingComplete", |_| true);
    let events = told.as_array().unwrap();
    let named = |name: &str| events.iter().filter(|event| event["name"] == name).count();
    for name in ["TracingStartedInBrowser", "BeginFrame", "DrawFrame", "UpdateLayoutTree", "Layout", "Paint"] {
        assert!(named(name) > 0, "{name}");
    }
    assert!(events.iter().any(|event| event["args"]["data"]["functionName"] == "setData"));
    // Figures of the program.
    let metrics = client.call("Performance.getMetrics", json!({}))["metrics"].take();
    let value =
        |name: &str| metrics.as_array().unwrap().iter().find(|one| one["name"] == name).unwrap()["value"].as_f64();
    assert!(value("Nodes") > Some(10.0) && value("StyleRules") > Some(10.0));
    let counted = client.call("Memory.getDOMCounters", json!({}));
    assert_eq!(counted["nodes"].as_f64(), value("Nodes"));
    // Pages and their data.
    let pages = client.call("Pellicle.getPages", json!({}))["pages"].take();
    assert_eq!(pages[0]["path"], "pages/home/home");
    assert_eq!(client.call("Pellicle.getData", json!({ "path": "query" }))["data"], "pot");
    let card = client.find("product-card");
    let product = client.call("Pellicle.getData", json!({ "nodeId": card, "path": "product.name" }));
    assert!(product["data"].as_str().is_some_and(|name| !name.is_empty()), "{product}");
    client.call("Pellicle.setData", json!({ "data": { "query": "" } }));
    assert_eq!(client.evaluate("getCurrentPages()[0].data.query"), "");
}

#[test]
fn who_inspects_a_program_that_is_written_hears_of_what_is_saved() {
    let Some(display) = display("375x667") else { return };
    let program = Program::page("<view class='box'>x</view>", ".box { color: red }", "Page({ data: { n: 1 } })");
    let mut command = display.command(env!("CARGO_BIN_EXE_pellicle"));
    command.arg("dev").arg(program.path()).args(["--inspect", "--renderer", "cpu"]);
    command.env("XDG_DATA_HOME", program.path().join(".data")).env("XDG_CACHE_HOME", program.path().join(".cache"));
    let (running, address) = inspected(&mut command);
    let shown = Shown { display, _program: Running(running), address, _storage: tempfile::tempdir().unwrap() };
    let mut client = shown.attach();
    client.call("CSS.enable", json!({}));
    client.until("CSS.styleSheetAdded", |event| event["header"]["styleSheetId"] == "pages/a/a.wxss");
    let save = |path: &str, text: &str| std::fs::write(program.path().join(path), text).unwrap();
    save("pages/a/a.wxss", ".box { color: rgb(0, 0, 255) }");
    client.until("CSS.styleSheetChanged", |event| event["styleSheetId"] == "pages/a/a.wxss");
    let text = client.call("CSS.getStyleSheetText", json!({ "styleSheetId": "pages/a/a.wxss" }));
    assert_eq!(text["text"], ".box { color: rgb(0, 0, 255) }");
    // A program that is started again is the same target.
    save("pages/a/a.js", "Page({ data: { n: 2 } })");
    client.until("DOM.documentUpdated", |_| true);
    let started = Instant::now();
    while client.evaluate("getCurrentPages()[0].data.n") != 2 {
        assert!(started.elapsed() < Duration::from_secs(60), "script runs from what was saved");
    }
    assert_ne!(client.find(".box"), 0);
}

#[test]
fn puppeteer_is_a_client() {
    let Some(shown) = show(&shop()) else { return };
    let mut client = shown.attach();
    let title = client.find(".title");
    let [x0, y0, x1, y1] = area(&mut client, &title, "border");
    let folder = tempfile::tempdir().unwrap();
    let (address, picture) = (shown.address.replace("/page", "/browser"), folder.path().join("page.png"));
    let Some(said) = script("puppeteer.js", &[address.as_ref(), picture.as_ref()]) else { return };
    let found: Value = serde_json::from_str(&said).unwrap();
    assert_eq!((&found["url"], &found["route"]), (&json!("pellicle://app/"), &json!("pages/home/home")));
    assert_eq!((&found["sum"], &found["length"], &found["cards"]), (&json!(5), &json!(3), &json!(10)));
    assert!(found["failed"].as_str().unwrap().starts_with("missing is not defined"), "{found}");
    assert_eq!((&found["thrown"], &found["lines"]), (&json!("on purpose"), &json!([["info", "from puppeteer"]])));
    assert_eq!(found["title"], "<text class=\"title\">Fresh this week</text>");
    assert_eq!((&found["text"], &found["none"]), (&json!("Fresh this week"), &Value::Null));
    assert_eq!((&found["document"], &found["typed"]), (&json!("muted"), &json!("pot")));
    assert_eq!(found["box"], json!([x0, y0, x1 - x0, y1 - y0]));
    let said = found["said"].as_array().unwrap();
    for node in [
        ["RootWebArea", "Fern & Clay"],
        ["textbox", "Search pots, plants and tools"],
        ["StaticText", "Fresh this week"],
    ] {
        assert!(said.contains(&json!(node)), "{node:?}: {said:?}");
    }
    // What was typed has changed it since.
    let title = client.call("Accessibility.getPartialAXTree", json!({ "nodeId": title }))["nodes"].take();
    assert_eq!((&title[0]["role"]["value"], &title[0]["name"]["value"]), (&json!("StaticText"), &json!("Results")));
    assert_eq!(title[1]["role"]["value"], "RootWebArea", "{title}");
    let picture = image::open(picture).unwrap();
    assert_eq!((picture.width(), picture.height()), (375, 667));
}

#[test]
fn the_front_end_of_chrome_shows_and_edits_the_shop() {
    let Some(shown) = show(&shop()) else { return };
    let mut client = shown.attach();
    let title = client.find(".heading .title");
    let text = area(&mut client, &title, "content");
    shown.until("the title is dark", |picture| has(picture, text, [34, 40, 31]));
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("inspector");
    std::fs::create_dir_all(&folder).unwrap();
    let Some(said) = script("drive.js", &[shown.address.as_ref(), folder.as_ref()]) else { return };
    let seen: Vec<Value> = said.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let of = |name: &str| seen.iter().find_map(|one| one.get(name)).unwrap_or_else(|| panic!("{name}: {said}")).clone();
    let holds = |name: &str, part: &str| assert!(of(name).to_string().contains(part), "{name}: {said}");
    holds("tree", "Fresh this week");
    holds("rule", ".title");
    holds("console", "pages/home/home");
    holds("sources", "app.wxss");
    holds("breakpoint", "Breakpoints cannot be set");
    holds("network", "list.json");
    holds("storage", "cart");
    assert!(of("frames").as_u64() > Some(0), "{said}");
    assert_eq!(of("errors"), json!([]));
    shown.until("the title is red", |picture| has(picture, text, [255, 0, 0]));
}
