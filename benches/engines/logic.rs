//! Whole pieces of logic on stock Boa, on Boa as Pellicle runs it, on QuickJS and on Node without its JIT.
//!
//! A piece of logic is one file beside this one with what it requires, the same text on every engine; it gives a value that all of
//! them must agree on.

use super::figures::{Ratio, geometric, median};
use super::{Failure, npm};
use boa_engine::context::ContextBuilder;
use boa_engine::{Context, JsValue, Source, js_string};
use pellicle_script::package::MemoryPackage;
use pellicle_script::realm::{Mulberry32, RealmConfig, ScriptEngine, ScriptFault, ScriptSink, SystemClock, open};
use pellicle_script::value::Value;
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::rc::Rc;
use std::sync::Arc;

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("engines")
}

/// The libraries that cases require, and where they are.
fn libraries() -> BTreeMap<&'static str, PathBuf> {
    let npm = npm();
    let own = folder().join("node_modules");
    BTreeMap::from([
        ("mobx", npm.join("mobx-miniprogram/dist/mobx.cjs.production.min.js")),
        ("lodash", own.join("lodash/lodash.js")),
        ("dayjs", own.join("dayjs/dayjs.min.js")),
    ])
}

/// A piece of logic: the text of a module with what it requires.
struct Case {
    name: String,
    text: String,
    /// It is about loading.
    loads: bool,
}

fn cases() -> Result<Vec<Case>, Failure> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder())?.flatten() {
        let path = entry.path();
        let Some(name) = path.file_name().and_then(|name| name.to_str()).and_then(|name| name.strip_suffix(".js"))
        else {
            continue;
        };
        let text = std::fs::read_to_string(&path)?;
        let mut bundled = String::new();
        let mut missing = None;
        for (library, path) in libraries() {
            if text.contains(&format!("require('{library}')")) {
                match std::fs::read_to_string(&path) {
                    Ok(code) => bundled.push_str(&format!("'{library}':function(module,exports){{{code}\n}},")),
                    Err(_) => missing = Some(path),
                }
            }
        }
        if let Some(path) = missing {
            println!("not run: {name}, there is no {}", path.display());
            continue;
        }
        let require = format!(
            "var require=(()=>{{const files={{{bundled}}};const loaded={{}};return name=>{{if(!loaded[name]){{\
             const module=loaded[name]={{exports:{{}}}};files[name](module,module.exports)}}return loaded[name].exports}}}})();\n"
        );
        found.push(Case { name: name.to_owned(), text: require + &text, loads: name.starts_with("load-") });
    }
    found.sort_by(|a, b| a.name.cmp(&b.name));
    Ok(found)
}

/// Time so far, ms. (The system tells processor time of a running thread in ticks only.)
fn now_ms() -> f64 {
    use std::sync::OnceLock;
    use std::time::Instant;
    static START: OnceLock<Instant> = OnceLock::new();
    START.get_or_init(Instant::now).elapsed().as_secs_f64() * 1e3
}

/// What one engine took for a case, ms: until the module was there, and for one call; and what the call gave.
struct Taken {
    load: f64,
    call: f64,
    gave: String,
}

struct Silent;

impl ScriptSink for Silent {
    fn console(&self, _: &'static str, _: &str) {}
    fn fault(&self, _: &str, _: &ScriptFault) {}
}

fn on_pellicle(engine: ScriptEngine, case: &Case) -> Result<Taken, Failure> {
    let package: MemoryPackage = [("case.js", case.text.as_str())].into_iter().collect();
    let mut realm = open(RealmConfig {
        engine,
        package: Arc::new(package),
        clock: Arc::new(SystemClock::new(480)),
        random: Box::new(Mulberry32::new(1)),
        sink: Rc::new(Silent),
        code: None,
    })?;
    let began = now_ms();
    let Value::Script(call) = realm.require("case")? else { return Err("the case exports no function".into()) };
    let loaded = now_ms();
    let gave = realm.call(&call, &Value::Undefined, &[])?;
    let ended = now_ms();
    Ok(Taken { load: loaded - began, call: ended - loaded, gave: realm.display(&gave) })
}

fn on_stock_boa(case: &Case) -> Result<Taken, Failure> {
    let text = |error: boa_engine::JsError| error.to_string();
    let mut context: Context = ContextBuilder::new().build().map_err(text)?;
    context.runtime_limits_mut().set_recursion_limit(3_500);
    context.runtime_limits_mut().set_stack_size_limit(1 << 18);
    let wrapped = format!(
        "(()=>{{const module={{exports:{{}}}},exports=module.exports;{}\nreturn module.exports}})()",
        case.text
    );
    let began = now_ms();
    let call = context.eval(Source::from_bytes(&wrapped)).map_err(text)?;
    let loaded = now_ms();
    let call = call.as_callable().ok_or("the case exports no function")?;
    let gave = call.call(&JsValue::undefined(), &[], &mut context).map_err(text)?;
    let ended = now_ms();
    let gave = gave.to_string(&mut context).unwrap_or(js_string!("")).to_std_string_lossy();
    Ok(Taken { load: loaded - began, call: ended - loaded, gave })
}

/// What Node runs: the text of a case from its input, measured as here.
const IN_NODE: &str = "const text=require('fs').readFileSync(0,'utf8'),vm=require('vm');\
    const cpu=()=>performance.now();\
    const t0=cpu();const f=vm.runInThisContext('(()=>{const module={exports:{}},exports=module.exports;'+text+'\\nreturn module.exports})()');\
    const t1=cpu();const gave=f();const t2=cpu();console.log(JSON.stringify([t1-t0,t2-t1,String(gave)]))";

fn on_node(case: &Case) -> Result<Taken, Failure> {
    use std::io::Write;
    let mut child = Command::new("node")
        .args(["--jitless", "-e", IN_NODE])
        .env("TZ", "Asia/Shanghai")
        .stdin(std::process::Stdio::piped())
        .stdout(std::process::Stdio::piped())
        .stderr(std::process::Stdio::null())
        .spawn()?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(case.text.as_bytes())?;
    }
    let output = child.wait_with_output()?;
    let (load, call, gave) = serde_json::from_slice(&output.stdout)?;
    Ok(Taken { load, call, gave })
}

/// The engines in the order in which they take turns.
const ENGINES: [&str; 4] = ["stock Boa", "Boa", "QuickJS", "Node"];

fn run(engine: &str, case: &Case) -> Result<Taken, Failure> {
    match engine {
        "stock Boa" => on_stock_boa(case),
        "Boa" => on_pellicle(ScriptEngine::Boa, case),
        "QuickJS" => on_pellicle(ScriptEngine::QuickJs, case),
        _ => on_node(case),
    }
}

/// Runs all of them and prints what they took.
///
/// # Errors
/// If a file cannot be read, or engines give different values.
pub fn scripts(rounds: usize) -> Result<(), Failure> {
    println!(
        "Whole pieces of logic, {rounds} rounds; times in ms (median), ratios of a round (median, least to most)\n"
    );
    println!(
        "{:<12} {:>9} {:>9} {:>9} {:>9}   {:<22} {:<22}",
        "", "stock Boa", "Boa", "QuickJS", "Node", "Boa / QuickJS", "stock Boa / Boa"
    );
    let mut means: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
    for case in cases()? {
        let mut times: BTreeMap<&str, Vec<f64>> = BTreeMap::new();
        let mut gave: BTreeMap<&str, String> = BTreeMap::new();
        for round in 0..rounds {
            for place in 0..ENGINES.len() {
                let engine = ENGINES[(place + round) % ENGINES.len()];
                match run(engine, &case) {
                    Ok(taken) => {
                        let time = if case.loads { taken.load + taken.call } else { taken.call };
                        times.entry(engine).or_default().push(time);
                        gave.insert(engine, taken.gave);
                    }
                    Err(error) if round == 0 => println!("not run: {} on {engine}: {error}", case.name),
                    Err(_) => {}
                }
            }
        }
        let mut values: Vec<&String> =
            gave.iter().filter(|(engine, _)| **engine != "stock Boa").map(|(_, gave)| gave).collect();
        values.dedup();
        if values.len() > 1 {
            return Err(format!("{}: the engines do not agree: {gave:?}", case.name).into());
        }
        let middle = |engine: &str| times.get(engine).map_or(f64::NAN, |list| median(&mut list.clone()));
        let ratio = |above: &str, below: &str| {
            let list = |engine: &str| times.get(engine).map_or(&[][..], Vec::as_slice);
            Ratio::of(list(above), list(below))
        };
        let (to_quick, over_stock) = (ratio("Boa", "QuickJS"), ratio("stock Boa", "Boa"));
        println!(
            "{:<12} {:>9.2} {:>9.2} {:>9.2} {:>9.2}   {to_quick:<22} {over_stock:<22}",
            case.name,
            middle("stock Boa"),
            middle("Boa"),
            middle("QuickJS"),
            middle("Node")
        );
        means.entry("Boa / QuickJS").or_default().push(to_quick.middle);
        means.entry("stock Boa / Boa").or_default().push(over_stock.middle);
    }
    for (name, ratios) in means {
        println!("geometric mean of {name}: {:.2}", geometric(&ratios));
    }
    Ok(())
}
