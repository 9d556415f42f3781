//! Whole pieces of logic on plain Boa, on Boa as Pellicle runs it, on QuickJS and on Node without its JIT.
//!
//! A piece of logic is one file beside this one with what it requires, the same text on every engine; it gives a value that all of
//! them must agree on. Pellicle's engines run it on a thread of a mini-program, as they would in one.
//!
//! Plain Boa is the engine alone, in this build or in another one ([`PLAIN`]): what is shipped is built with more care
//! (`.ci/dist`) than cargo takes by itself, and both ratios tell something.

use super::figures::{Ratio, geometric, median};
use super::{Failure, npm};
use boa_engine::context::ContextBuilder;
use boa_engine::{Context, JsValue, Source, js_string};
use pellicle_script::package::{MemoryPackage, SCRIPTS_FILE, ScriptCompiler, WithCompiled};
use pellicle_script::realm::{Mulberry32, RealmConfig, ScriptEngine, ScriptFault, ScriptSink, SystemClock, open};
use pellicle_script::sandbox::{Budgets, Sandbox};
use pellicle_script::value::Value;
use std::collections::BTreeMap;
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::rc::Rc;
use std::sync::Arc;

/// Names a build of this bench (the file that `cargo bench --no-run` tells of) whose plain Boa is measured. Without it it is this one's.
const PLAIN: &str = "PELLICLE_PLAIN_BOA";
/// What a process is told that runs a case on plain Boa: its text is the input.
pub const ON_PLAIN: &str = "plain";

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

fn on_pellicle(engine: ScriptEngine, is_compiled: bool, case: &Case) -> Result<Taken, Failure> {
    let mut package: MemoryPackage = [("case.js", case.text.as_str())].into_iter().collect();
    if is_compiled {
        let mut compiler = ScriptCompiler::default();
        compiler.add(&package, ["case.js".to_owned()]);
        package.insert(SCRIPTS_FILE, compiler.finish().ok_or("too much to compile")?);
    }
    let package = WithCompiled::open(package, |message| println!("{}: {message}", case.name));
    let _member = Sandbox::new(Budgets::default()).enter_thread(false, |_| {});
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

fn on_plain_boa(text: &str) -> Result<Taken, Failure> {
    let source = text;
    let text = |error: boa_engine::JsError| error.to_string();
    let mut context: Context = ContextBuilder::new().build().map_err(text)?;
    context.runtime_limits_mut().set_recursion_limit(3_500);
    context.runtime_limits_mut().set_stack_size_limit(1 << 18);
    let wrapped =
        format!("(()=>{{const module={{exports:{{}}}},exports=module.exports;{}\nreturn module.exports}})()", source);
    let began = now_ms();
    let call = context.eval(Source::from_bytes(&wrapped)).map_err(text)?;
    let loaded = now_ms();
    let call = call.as_callable().ok_or("the case exports no function")?;
    let gave = call.call(&JsValue::undefined(), &[], &mut context).map_err(text)?;
    let ended = now_ms();
    let gave = gave.to_string(&mut context).unwrap_or(js_string!("")).to_std_string_lossy();
    Ok(Taken { load: loaded - began, call: ended - loaded, gave })
}

/// Runs the case of the input on plain Boa, twice, and prints what it took the second time.
///
/// # Errors
/// If it fails.
pub fn plain() -> Result<(), Failure> {
    let mut text = String::new();
    std::io::stdin().read_to_string(&mut text)?;
    on_plain_boa(&text)?;
    let taken = on_plain_boa(&text)?;
    println!("{}", serde_json::to_string(&(taken.load, taken.call, taken.gave))?);
    Ok(())
}

/// What a process took that is given the case's text.
fn in_process(mut command: Command, case: &Case) -> Result<Taken, Failure> {
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn()?;
    if let Some(mut input) = child.stdin.take() {
        input.write_all(case.text.as_bytes())?;
    }
    let output = child.wait_with_output()?;
    let (load, call, gave) = serde_json::from_slice(&output.stdout)?;
    Ok(Taken { load, call, gave })
}

fn on_plain(case: &Case) -> Result<Taken, Failure> {
    let Some(build) = std::env::var_os(PLAIN) else { return on_plain_boa(&case.text) };
    let mut command = Command::new(build);
    command.env(super::MODE, ON_PLAIN);
    in_process(command, case)
}

/// What Node runs: the text of a case from its input, measured as here.
const IN_NODE: &str = "const text=require('fs').readFileSync(0,'utf8'),vm=require('vm');\
    const cpu=()=>performance.now();\
    const t0=cpu();const f=vm.runInThisContext('(()=>{const module={exports:{}},exports=module.exports;'+text+'\\nreturn module.exports})()');\
    const t1=cpu();const gave=f();const t2=cpu();console.log(JSON.stringify([t1-t0,t2-t1,String(gave)]))";

fn on_node(case: &Case) -> Result<Taken, Failure> {
    let mut command = Command::new("node");
    command.args(["--jitless", "-e", IN_NODE]).env("TZ", "Asia/Shanghai");
    in_process(command, case)
}

/// The engines in the order in which they take turns.
const ENGINES: [&str; 5] = ["plain Boa", "Boa", "compiled", "QuickJS", "Node"];

/// What is compared.
const RATIOS: [(&str, &str, &str); 3] = [
    ("Boa / QuickJS", "Boa", "QuickJS"),
    ("plain Boa / Boa", "plain Boa", "Boa"),
    ("plain Boa / compiled", "plain Boa", "compiled"),
];

fn run(engine: &str, case: &Case) -> Result<Taken, Failure> {
    match engine {
        "plain Boa" => on_plain(case),
        "Boa" => on_pellicle(ScriptEngine::Boa, false, case),
        "compiled" => on_pellicle(ScriptEngine::Boa, true, case),
        "QuickJS" => on_pellicle(ScriptEngine::QuickJs, false, case),
        _ => on_node(case),
    }
}

/// Runs all of them and prints what they took.
///
/// # Errors
/// If a file cannot be read, or engines give different values.
pub fn scripts(rounds: usize) -> Result<(), Failure> {
    println!(
        "Whole pieces of logic, {rounds} rounds; times in ms (median), ratios of a round (median, least to most).\n\
         Compiled is Boa with what `pellicle compile` made of the text; plain Boa is {}.\n",
        std::env::var(PLAIN).unwrap_or_else(|_| "that of this build".to_owned())
    );
    let columns = ENGINES.map(|engine| format!("{engine:>9}")).join(" ");
    println!("{:<12} {columns}   {:<22} {:<22} {:<22}", "", RATIOS[0].0, RATIOS[1].0, RATIOS[2].0);
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
            gave.iter().filter(|(engine, _)| **engine != "plain Boa").map(|(_, gave)| gave).collect();
        values.dedup();
        if values.len() > 1 {
            return Err(format!("{}: the engines do not agree: {gave:?}", case.name).into());
        }
        let middle = |engine: &str| times.get(engine).map_or(f64::NAN, |list| median(&mut list.clone()));
        let ratio = |above: &str, below: &str| {
            let list = |engine: &str| times.get(engine).map_or(&[][..], Vec::as_slice);
            Ratio::of(list(above), list(below))
        };
        let columns = ENGINES.map(|engine| format!("{:>9.2}", middle(engine))).join(" ");
        let ratios = RATIOS.map(|(name, above, below)| {
            let ratio = ratio(above, below);
            means.entry(name).or_default().push(ratio.middle);
            format!("{ratio:<22}")
        });
        println!("{:<12} {columns}   {}", case.name, ratios.join(" "));
    }
    for (name, ratios) in means {
        println!("geometric mean of {name}: {:.2}", geometric(&ratios));
    }
    Ok(())
}
