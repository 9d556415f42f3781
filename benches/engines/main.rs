//! Script engines side by side: whole pieces of logic and the pages of a mini-program, on stock Boa, on Boa as Pellicle runs
//! it, on QuickJS and on Node without its JIT.
//!
//! Each round runs every engine once, one after the other, and only ratios of a round are compared. A piece of logic is one
//! file of `benches/engines` with what it requires, the same text on every engine; it gives a value that all of them must
//! agree on. The row operations run in processes of their own, and script's part of them counts.
//! `cargo bench -p pellicle-benches --features quickjs --bench engines [-- ROUNDS] [scripts|rows]`
//!
//! `PELLICLE_NPM` names the folder of the component libraries (`examples/showcase/node_modules` by default);
//! `benches/engines` has its own libraries: `npm ci` there. What is not there is said and left out.

use boa_engine::context::ContextBuilder;
use boa_engine::{Context, JsValue, Source, js_string};
use pellicle::frame::memory::CountingAllocator;
use pellicle_script::package::MemoryPackage;
use pellicle_script::realm::{
    LOGIC_STACK_BYTES, Mulberry32, RealmConfig, ScriptEngine, ScriptFault, ScriptSink, SystemClock, open,
};
use pellicle_script::sandbox::{self, AccountingAllocator};
use pellicle_script::value::Value;
use std::collections::BTreeMap;
use std::error::Error;
use std::path::{Path, PathBuf};
use std::process::{Command, ExitCode};
use std::rc::Rc;
use std::sync::Arc;

#[global_allocator]
static ALLOCATOR: CountingAllocator<AccountingAllocator> = CountingAllocator::over(AccountingAllocator::new());

/// Set in the environment of a process that measures rows.
const MODE: &str = "PELLICLE_BENCH_ENGINES";
const ROUNDS: usize = 9;

type Failure = Box<dyn Error>;

fn main() -> ExitCode {
    if std::env::var_os(MODE).is_some() {
        sandbox::install();
        return pellicle::cli::main();
    }
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let rounds = arguments.iter().find_map(|argument| argument.parse().ok()).unwrap_or(ROUNDS);
    let wants = move |part: &str| {
        let named = ["scripts", "rows"].into_iter().any(|part| arguments.iter().any(|argument| argument == part));
        !named || arguments.iter().any(|argument| argument == part)
    };
    let work = move || -> Result<(), String> {
        if wants("scripts") {
            scripts(rounds).map_err(|error| error.to_string())?;
        }
        if wants("rows") {
            rows(rounds).map_err(|error| error.to_string())?;
        }
        Ok(())
    };
    let thread = std::thread::Builder::new().stack_size(LOGIC_STACK_BYTES).spawn(work);
    match thread.map(std::thread::JoinHandle::join) {
        Ok(Ok(Ok(()))) => ExitCode::SUCCESS,
        Ok(Ok(Err(error))) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
        _ => ExitCode::FAILURE,
    }
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("engines")
}

/// The libraries that cases require, and where they are.
fn libraries() -> BTreeMap<&'static str, PathBuf> {
    let npm = std::env::var_os("PELLICLE_NPM")
        .map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/showcase/node_modules"), PathBuf::from);
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
        code: None,
        package: Arc::new(package),
        clock: Arc::new(SystemClock::new(480)),
        random: Box::new(Mulberry32::new(1)),
        sink: Rc::new(Silent),
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

fn scripts(rounds: usize) -> Result<(), Failure> {
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
        let ratio = |above: &str, below: &str| -> (f64, String) {
            let (Some(above), Some(below)) = (times.get(above), times.get(below)) else {
                return (f64::NAN, "-".to_owned());
            };
            let mut ratios: Vec<f64> = above.iter().zip(below).map(|(above, below)| above / below).collect();
            let middle = median(&mut ratios);
            let (least, most) =
                (ratios.first().copied().unwrap_or(f64::NAN), ratios.last().copied().unwrap_or(f64::NAN));
            (middle, format!("{middle:.2} ({least:.2}-{most:.2})"))
        };
        let (to_quick, to_quick_text) = ratio("Boa", "QuickJS");
        let (over_stock, over_stock_text) = ratio("stock Boa", "Boa");
        println!(
            "{:<12} {:>9.2} {:>9.2} {:>9.2} {:>9.2}   {to_quick_text:<22} {over_stock_text:<22}",
            case.name,
            middle("stock Boa"),
            middle("Boa"),
            middle("QuickJS"),
            middle("Node")
        );
        means.entry("Boa / QuickJS").or_default().push(to_quick);
        means.entry("stock Boa / Boa").or_default().push(over_stock);
    }
    for (name, ratios) in means {
        println!("geometric mean of {name}: {:.2}", geometric(&ratios));
    }
    Ok(())
}

/// Sorts, and gives the middle.
fn median(values: &mut [f64]) -> f64 {
    values.sort_by(f64::total_cmp);
    values.get(values.len() / 2).copied().unwrap_or(f64::NAN)
}

fn geometric(ratios: &[f64]) -> f64 {
    let known: Vec<f64> = ratios.iter().copied().filter(|ratio| ratio.is_finite()).collect();
    (known.iter().map(|ratio| ratio.ln()).sum::<f64>() / known.len() as f64).exp()
}

/// Script's part of each row operation in one process, ms.
fn measure(engine: ScriptEngine, into: &Path) -> Result<BTreeMap<String, f64>, Failure> {
    let rows = Path::new(env!("CARGO_MANIFEST_DIR")).join("rows");
    let output = Command::new(std::env::current_exe()?)
        .env(MODE, "rows")
        .arg("bench")
        .arg(&rows)
        .arg("--scenario")
        .arg(rows.join("operations.json"))
        .args(["--runs", "1", "--frames", "8", "--renderer", "cpu", "--engine", engine.name(), "--json"])
        .arg(into)
        .output()?;
    if !output.status.success() {
        return Err(String::from_utf8_lossy(&output.stderr).into());
    }
    let report: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(into)?)?;
    let mut times = BTreeMap::new();
    collect(&report, &mut times);
    Ok(times)
}

/// Finds the operations in a report, wherever they stand.
fn collect(value: &serde_json::Value, times: &mut BTreeMap<String, f64>) {
    if let Some(name) = value.get("operation").and_then(serde_json::Value::as_str)
        && let Some(logic) = value.pointer("/parts/logic/p50").and_then(serde_json::Value::as_f64)
    {
        times.insert(name.to_owned(), logic);
    }
    match value {
        serde_json::Value::Array(items) => items.iter().for_each(|item| collect(item, times)),
        serde_json::Value::Object(fields) => fields.values().for_each(|item| collect(item, times)),
        _ => {}
    }
}

fn rows(rounds: usize) -> Result<(), Failure> {
    let file = std::env::temp_dir().join(format!("pellicle-engines-{}.json", std::process::id()));
    let mut ratios: BTreeMap<String, Vec<f64>> = BTreeMap::new();
    let mut times: BTreeMap<String, (Vec<f64>, Vec<f64>)> = BTreeMap::new();
    for round in 0..rounds {
        let mut both = BTreeMap::new();
        for place in 0..2 {
            // Another one begins each time.
            let engine = [ScriptEngine::Boa, ScriptEngine::QuickJs][(place + round) % 2];
            both.insert(engine.name(), measure(engine, &file)?);
        }
        for (name, boa) in &both["boa"] {
            if let Some(quick) = both["quickjs"].get(name) {
                ratios.entry(name.clone()).or_default().push(boa / quick);
                let (boas, quicks) = times.entry(name.clone()).or_default();
                boas.push(*boa);
                quicks.push(*quick);
            }
        }
    }
    let _ = std::fs::remove_file(&file);
    println!(
        "\nScript's part of the row operations, {rounds} rounds; ms (median), ratios of a round (median, least to most)\n"
    );
    println!("{:<20} {:>9} {:>9}   Boa / QuickJS", "", "Boa", "QuickJS");
    let mut means = Vec::new();
    for (name, list) in &mut ratios {
        let middle = median(list);
        let (least, most) = (list.first().copied().unwrap_or(f64::NAN), list.last().copied().unwrap_or(f64::NAN));
        let (boa, quick) = times.get_mut(name).map_or((f64::NAN, f64::NAN), |(a, b)| (median(a), median(b)));
        println!("{name:<20} {boa:>9.3} {quick:>9.3}   {middle:.2} ({least:.2}-{most:.2})");
        means.push(middle);
    }
    println!("geometric mean of Boa / QuickJS: {:.2}", geometric(&means));
    Ok(())
}
