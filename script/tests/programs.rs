//! Whole programs of others, run with the services of the reference runtime: final page data and `wx` calls
//! are the same. The folders come from the environment: PELLICLE_PROGRAMS and PELLICLE_SHARED.

#![allow(clippy::unwrap_used)]

mod program;

use pellicle_layout::document::ops::NodeId;
use pellicle_layout::document::{Document, NodeKind};
use pellicle_script::api::oracle::{OracleOptions, report};
use pellicle_script::api::{ApiConfig, ServiceProfile, WxApi};
use pellicle_script::bridge::message::{LaunchOptions, Message, NodeFigures, QueryReply};
use pellicle_script::bridge::queue::{Mailbox, MailboxLimits, mailbox};
use pellicle_script::capability::Capabilities;
use pellicle_script::capability::audit::MemoryAudit;
use pellicle_script::framework::{FirstRender, PropertyPassing, PropertyTyping, Services};
use pellicle_script::package::MemoryPackage;
use pellicle_script::realm::{Clock, VirtualClock};
use program::{Bench, run_package};
use serde_json::Value as Json;
use std::path::{Path, PathBuf};
use std::sync::Arc;

fn folders() -> Option<(PathBuf, PathBuf)> {
    let folder = |name| std::env::var_os(name).map(PathBuf::from);
    Some((folder("PELLICLE_PROGRAMS")?, folder("PELLICLE_SHARED")?.join("oracle")))
}

fn load(folder: &Path) -> MemoryPackage {
    let mut files: Vec<(String, Vec<u8>)> = Vec::new();
    let mut stack = vec![folder.to_path_buf()];
    while let Some(at) = stack.pop() {
        for entry in std::fs::read_dir(at).unwrap() {
            let path = entry.unwrap().path();
            if path.is_dir() {
                stack.push(path);
            } else {
                let name = path.strip_prefix(folder).unwrap().to_string_lossy().replace('\\', "/");
                files.push((name, std::fs::read(&path).unwrap()));
            }
        }
    }
    files.into_iter().collect()
}

/// What a run left: the page's data, and calls with faults as the reference writes them.
struct Outcome {
    data: Json,
    calls: Json,
    faults: Vec<String>,
    missed: Vec<String>,
}

struct Run<'a> {
    bench: &'a mut Bench,
    api: WxApi,
    mailbox: Mailbox,
    missed: Vec<String>,
}

impl Run<'_> {
    fn settle(&mut self, ms: f64) {
        let end = self.bench.clock.now() + ms;
        loop {
            self.bench.realm.run_jobs(100_000);
            if self.bench.app.perform_routes(&mut *self.bench.realm) {
                self.bench.realm.run_jobs(100_000);
            }
            if self.bench.app.turn_end(&mut *self.bench.realm) {
                self.bench.commit_now();
                let sequence = self.bench.commit.sequence;
                self.answer_queries();
                self.bench.app.acknowledged(&mut *self.bench.realm, sequence);
                continue;
            }
            if let Some(message) = self.mailbox.take() {
                match message {
                    Message::Reply(reply) => self.api.reply(&mut *self.bench.realm, reply),
                    other => panic!("unexpected {other:?}"),
                }
                continue;
            }
            match self.bench.realm.next_timer().filter(|due| *due <= end) {
                Some(due) => {
                    self.bench.clock.advance_to(due);
                    self.bench.realm.run_timer();
                }
                None => break,
            }
        }
        self.bench.clock.advance_to(end);
    }

    /// Boxes are not laid out here: every node is found and has no size.
    fn answer_queries(&mut self) {
        use pellicle_layout::document::apply::Request;
        let mut answers = Vec::new();
        for request in std::mem::take(&mut self.bench.applied.requests) {
            match request {
                Request::Query { node, .. } => {
                    let viewport = node.is_none();
                    let found = viewport || self.bench.document.node(node).is_some();
                    let (width, height) = if viewport { (375.0, 667.0) } else { (0.0, 0.0) };
                    answers.push(found.then(|| NodeFigures { node: Some(node), width, height, ..Default::default() }));
                }
                Request::QueryEnd(request) => {
                    let reply = QueryReply { request, answers: std::mem::take(&mut answers) };
                    self.api.query_reply(&mut *self.bench.realm, reply);
                }
                _ => {}
            }
        }
    }

    fn step(&mut self, step: &Json) {
        if let Some(ms) = step["wait"].as_f64() {
            self.settle(ms);
        } else if let Some(method) = step["call"].as_str() {
            let arguments: Vec<_> =
                step["args"].as_array().into_iter().flatten().map(pellicle_script::api::convert::value_of).collect();
            self.bench.app.call_method(&mut *self.bench.realm, method, &arguments);
        } else if let Some(selector) = step["tap"].as_str().or(step["on"].as_str()) {
            let event = step["event"].as_str().unwrap_or("tap");
            let detail = step.get("detail").map(Json::to_string).unwrap_or_default();
            match find(&self.bench.document, selector) {
                Some(node) => {
                    self.bench.fire_unsettled(node, event, &detail);
                }
                None => self.missed.push(selector.to_owned()),
            }
        }
        self.settle(50.0);
    }
}

/// `text=abc` or `tag.class#id`, with `@n` for the n-th.
fn find(document: &Document, selector: &str) -> Option<NodeId> {
    let (what, nth) = selector.split_once('@').unwrap_or((selector, "0"));
    let mut stack = vec![document.top_page()?.root];
    let mut nth: usize = nth.parse().ok()?;
    while let Some(id) = stack.pop() {
        let node = document.node(id)?;
        stack.extend(node.children.iter().rev().copied());
        let NodeKind::Element(tag) = node.kind else { continue };
        let name = |a| document.names.resolve(a).to_string();
        let hit = match what.strip_prefix("text=") {
            Some(text) => {
                let own: Vec<String> =
                    node.children.iter().filter_map(|&c| document.node(c)?.text().map(|t| t.to_string())).collect();
                own.concat().trim() == text
            }
            None => {
                let first = what.find(['.', '#']).unwrap_or(what.len());
                let mut hit = first == 0 || name(tag) == what[..first];
                let mut rest = &what[first..];
                while !rest.is_empty() {
                    let end = rest[1..].find(['.', '#']).map_or(rest.len(), |i| i + 1);
                    let wanted = &rest[1..end];
                    hit &= if rest.starts_with('.') {
                        node.classes.iter().any(|c| name(c.name) == wanted)
                    } else {
                        name(node.name) == wanted
                    };
                    rest = &rest[end..];
                }
                hit
            }
        };
        if hit {
            if nth == 0 {
                return Some(id);
            }
            nth -= 1;
        }
    }
    None
}

/// The reference runtime hands objects on as they are and makes components with the first picture.
fn like_the_reference(services: &mut Services) {
    services.property_passing = PropertyPassing::Share;
    services.property_typing = PropertyTyping::Lenient;
    services.first_render = FirstRender::AfterLoad;
}

fn run_case(programs: &Path, oracle: &Path, case: &Json) -> Outcome {
    let root = case["root"].as_str().unwrap();
    let package = Arc::new(load(&programs.join(root.rsplit('/').next().unwrap())));
    let (page, query) = case["page"].as_str().unwrap().split_once('?').unwrap_or((case["page"].as_str().unwrap(), ""));
    let query = case["query"].as_str().unwrap_or(query).to_owned();
    let page = page.trim_start_matches('/').to_owned();
    let read = |key: &str| match &case[key] {
        Json::String(file) => serde_json::from_str(&std::fs::read_to_string(oracle.join(file)).unwrap()).unwrap(),
        other => other.clone(),
    };
    let (steps, data, settle) = (read("steps"), read("data"), case["settle"].as_f64().unwrap_or(1000.0));
    let storage = read("storage").as_object().cloned().unwrap_or_default();
    run_package(package, like_the_reference, move |bench| {
        let (sender, mailbox) = mailbox(MailboxLimits::default());
        let audit = Arc::new(MemoryAudit::default());
        let api = WxApi::new(ApiConfig {
            capabilities: Capabilities::default(),
            profile: ServiceProfile::Oracle(OracleOptions { storage, ..OracleOptions::default() }),
            pages: bench.app.pages(),
            audit: audit.clone(),
            sink: bench.log.clone(),
            mailbox: sender,
            worklets: None,
            workers: None,
            random: None,
            clock: Arc::new(VirtualClock::deterministic()),
        });
        api.install(&mut *bench.realm, &["wx"]).unwrap();
        let query = query.split('&').filter_map(|pair| pair.split_once('=')).map(|(a, b)| (a.to_owned(), b.to_owned()));
        let options = LaunchOptions { path: page, query: query.collect(), scene: 1001, ..LaunchOptions::default() };
        bench.app.launch(&mut *bench.realm, options);
        let mut run = Run { bench, api, mailbox, missed: Vec::new() };
        run.settle(50.0);
        if let Some(fields) = data.as_object() {
            let fields = fields.iter().map(|(k, v)| (k.as_str(), pellicle_script::api::convert::value_of(v)));
            run.bench.app.merge_data(pellicle_script::value::Value::object(fields));
        }
        run.bench.app.open_first_page(&mut *run.bench.realm);
        run.settle(settle);
        for step in steps.as_array().into_iter().flatten() {
            run.step(step);
        }
        let data = serde_json::from_str(&run.bench.data()).unwrap();
        let calls = report(&audit.records(), &[]);
        Outcome { data, calls, faults: run.bench.take_faults(), missed: run.missed }
    })
}

#[test]
fn programs_of_others_end_with_the_data_and_calls_of_the_reference() {
    let Some((programs, oracle)) = folders() else {
        println!("not run: PELLICLE_PROGRAMS and PELLICLE_SHARED are not set");
        return;
    };
    let only = std::env::var("ONLY").unwrap_or_default();
    let cases: Json = serde_json::from_str(&std::fs::read_to_string(oracle.join("cases.json")).unwrap()).unwrap();
    let mut wrong = Vec::new();
    for case in cases.as_array().unwrap() {
        let name = case["name"].as_str().unwrap();
        if !name.contains(&only) {
            continue;
        }
        let expected = |kind: &str| -> Json {
            let path = oracle.join("expected").join(format!("{name}.{kind}.json"));
            serde_json::from_str(&std::fs::read_to_string(path).unwrap()).unwrap()
        };
        let outcome = run_case(&programs, &oracle, case);
        let (data, calls) = (expected("data"), expected("calls"));
        let mut problems = Vec::new();
        if outcome.data != data {
            problems.push(format!("data: {}", difference(&data, &outcome.data, "")));
        }
        if outcome.calls["calls"] != calls["calls"] {
            problems.push(format!("calls: {}", difference(&calls["calls"], &outcome.calls["calls"], "")));
        }
        let exceptions =
            calls["log"].as_array().unwrap().iter().filter(|l| l.as_str().unwrap().starts_with("EXCEPTION")).count();
        if outcome.faults.len() != exceptions {
            problems.push(format!("faults: {exceptions} expected, {:?}", outcome.faults));
        }
        if outcome.missed.len() != calls["missedSteps"].as_array().map_or(0, Vec::len) {
            problems.push(format!("missed steps: {:?}", outcome.missed));
        }
        if !problems.is_empty() {
            wrong.push(format!("{name}\n    {}", problems.join("\n    ")));
        }
    }
    assert!(wrong.is_empty(), "{} cases differ:\n{}", wrong.len(), wrong.join("\n"));
}

/// The first place where two values differ.
fn difference(want: &Json, got: &Json, path: &str) -> String {
    let cut = |v: &Json| v.to_string().chars().take(160).collect::<String>();
    match (want, got) {
        (Json::Object(a), Json::Object(b)) => {
            let keys = a.keys().chain(b.keys().filter(|k| !a.contains_key(*k)));
            for key in keys {
                let (x, y) = (a.get(key).unwrap_or(&Json::Null), b.get(key).unwrap_or(&Json::Null));
                if x != y || a.contains_key(key) != b.contains_key(key) {
                    return difference(x, y, &format!("{path}.{key}"));
                }
            }
            format!("{path}: order")
        }
        (Json::Array(a), Json::Array(b)) => {
            for i in 0..a.len().max(b.len()) {
                let (x, y) = (a.get(i).unwrap_or(&Json::Null), b.get(i).unwrap_or(&Json::Null));
                if x != y {
                    return difference(x, y, &format!("{path}[{i}]"));
                }
            }
            path.to_owned()
        }
        (a, b) => format!("{path}: expected {}, got {}", cut(a), cut(b)),
    }
}
