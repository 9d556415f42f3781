//! What the fuzz targets do with their bytes. `script/tests/fuzz_corpus.rs` runs the same on a stable compiler.

use pellicle_layout::document::apply::Applied;
use pellicle_layout::document::ops::Commit;
use pellicle_layout::document::{Document, DocumentLimits};
use pellicle_layout::markup::expression_parser::parse_text;
use pellicle_script::api::files::zip;
use pellicle_script::api::network::{encode_component, encode_url};
use pellicle_script::capability::files::FilePath;
use pellicle_script::package::{json as package_json, schema};
use pellicle_script::realm::inspect::inspect;
use pellicle_script::realm::{LOGIC_STACK_BYTES, Zone};
use pellicle_script::value::Value;
use pellicle_script::vm::{Env, Fault, Limits, Machine, MachineHost, NameScope, Program, evaluate, to_text};
use pellicle_script::wire::decode::Numbers;
use pellicle_script::wire::frame::{FrameReader, Kind, push};
use pellicle_script::wire::message::ToChild;
use pellicle_script::wire::{call, commit, frame};
use pellicle_script::wxs::{WxsLibrary, WxsRuntime};
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

/// Time that stands still, and nobody who listens.
struct Nobody;

impl MachineHost for Nobody {
    fn now(&self) -> f64 {
        1_705_284_000_000.0
    }
    fn offset_minutes(&self, _: f64) -> i32 {
        480
    }
    fn random(&self) -> f64 {
        0.25
    }
    fn console(&self, _: &'static str, _: &str) {}
    fn fault(&self, _: &Fault) {}
}

/// Bytes as a wxs module that requires itself; each function that it exports is called.
pub fn wxs(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes).into_owned();
    let limits = Limits { fuel: 20_000, allocation: 1 << 20, live: 1 << 20, ..Limits::default() };
    // Every file is there, as many as a package may have: without an end, two requires in each would never end either.
    let files = Cell::new(0);
    let read = move |_: &str| {
        files.set(files.get() + 1);
        (files.get() <= 100).then(|| text.clone())
    };
    let library = Rc::new(RefCell::new(WxsLibrary::new(Rc::new(read))));
    let mut machine = Machine::new(Rc::new(Nobody), limits);
    let mut runtime = WxsRuntime::new(library.clone());
    let exports = runtime.load(&mut machine, "a.wxs");
    let found = library.borrow_mut().take_diagnostics();
    assert!(found.iter().all(|d| d.position.line >= 1 && d.position.column >= 1));
    let names: Vec<Rc<str>> = match &exports {
        Value::Object(fields) => fields.borrow().keys().take(8).cloned().collect(),
        _ => Vec::new(),
    };
    let modules: [Arc<str>; 1] = [Arc::from("m")];
    let data = Value::object([("a", Value::Number(3.0)), ("s", Value::string("text"))]);
    for name in names {
        let call = format!("m['{}'](a, s)", name.replace(['\\', '\'', '{', '}'], ""));
        let Ok(expression) = parse_text(&call) else { continue };
        let program = Program::expression(&expression, &NameScope { locals: &[], modules: &modules });
        let env = Env { data: &data, locals: &[], modules: std::slice::from_ref(&exports) };
        let value = evaluate(&program, &env, &mut machine);
        assert!(to_text(&value).len() <= 4 << 20);
    }
}

/// Bytes as a script file that `pellicle check` reads.
pub fn source(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes).into_owned();
    // It goes as deep as the source is nested, on a stack made for that.
    let work = move || {
        for path in ["a.js", "a.ts"] {
            let found = inspect(path, &text);
            assert!(found.diagnostics.iter().all(|d| d.position.line >= 1 && d.position.column >= 1));
        }
    };
    let thread = std::thread::Builder::new().stack_size(LOGIC_STACK_BYTES).spawn(work).expect("a thread");
    if let Err(panic) = thread.join() {
        std::panic::resume_unwind(panic);
    }
}

/// Bytes as a settings file, and as a zone file.
pub fn json(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    for name in ["app.json", "pages/a.json"] {
        let (file, found) = package_json::parse(name, &text);
        assert!(file.is_some() || !found.is_empty());
        assert!(found.iter().all(|d| d.position.line >= 1 && d.position.column >= 1));
        if let Some(file) = file {
            assert!(schema::check(&file).iter().all(|d| d.position.line >= 1));
        }
    }
    if let Some(zone) = Zone::parse(bytes) {
        for now in [-1e15, 0.0, 1.7e12, f64::NAN] {
            zone.offset_minutes(now);
        }
    }
}

/// Bytes as an archive.
pub fn archive(bytes: &[u8]) {
    const MOST: u64 = 1 << 20;
    let Ok(entries) = zip::entries(bytes) else { return };
    for entry in entries.iter().take(50) {
        if let Ok(bytes) = zip::read(bytes, entry, MOST) {
            assert!(bytes.len() as u64 <= MOST);
        }
    }
}

/// Bytes as the name of a file, and as an address.
pub fn path(bytes: &[u8]) {
    let text = String::from_utf8_lossy(bytes);
    if let Ok(path) = FilePath::parse(&text) {
        let names = path.names().split('/');
        assert!(path.names().is_empty() || names.clone().all(|n| !n.is_empty() && n != "." && n != ".."), "{path:?}");
        assert!(!path.names().starts_with('/') && !path.names().contains(['\\', '\0']));
        // What is written out is the same again; the package itself has no text.
        assert!(path.text().is_empty() || FilePath::parse(&path.text()).as_ref() == Ok(&path), "{path:?}");
    }
    let encoded = encode_url(&text);
    assert_eq!(encode_url(&encoded), encoded);
    assert!(encode_component(&text).is_ascii());
}

/// Ops of a commit.
const MOST_OPS: u64 = 10_000;

/// Bytes as what a process that runs script sends to its host: frames of calls and commits.
pub fn to_host(bytes: &[u8]) {
    let (mut rest, mut reader, mut buffer) = (bytes, FrameReader::default(), Commit::default());
    let mut document = Document::new(DocumentLimits { nodes: 1000, depth: 50 });
    while let Ok((kind, frame)) = reader.next(&mut rest) {
        match kind {
            Kind::Commit if commit::read(frame, MOST_OPS, &mut buffer).is_ok() => {
                // It is applied or refused.
                let _ = document.apply(&buffer, &mut Applied::default());
            }
            Kind::Commit => assert!(buffer.is_empty(), "a refused commit leaves its buffer empty"),
            Kind::Value | Kind::Answer => {
                let Ok(sent) = call::read(frame) else { continue };
                let mut again = Vec::new();
                push(&mut again, &sent).expect("what was read is written");
                let read = call::read(&again).expect("and read");
                assert_eq!(format!("{read:?}"), format!("{sent:?}"));
            }
        }
    }
}

/// Bytes as what a host sends to a process that runs script.
pub fn to_script(bytes: &[u8]) {
    let (mut rest, mut reader) = (bytes, FrameReader::default());
    while let Ok((_, bytes)) = reader.next(&mut rest) {
        if let Ok(ToChild::Message { body, .. }) = frame::read::<ToChild>(bytes, Numbers::Any) {
            // It is a message or nothing.
            let _ = body.message();
        }
    }
}
