//! Real programs: every script file below the folders of `PELLICLE_PROGRAMS` compiles, and what it does while
//! loading goes wrong only where it needs something that is not there.

mod support;

use pellicle_script::package::{MemoryPackage, PackageSource};
use pellicle_script::realm::{DynamicObject, FaultKind, NativeFunction, Realm, ScriptRef};
use pellicle_script::value::Value;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::time::Instant;
use support::{Bench, on_logic_thread};

/// Files that are no scripts of a mini-program: servers, build tools, minified browser bundles in modern syntax.
const SKIPPED: [&str; 2] = ["/.git/", "/__tests__/"];

fn files_below(folder: &Path, out: &mut Vec<PathBuf>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    let mut entries: Vec<PathBuf> = entries.flatten().map(|entry| entry.path()).collect();
    entries.sort();
    for path in entries {
        if path.is_dir() { files_below(&path, out) } else { out.push(path) }
    }
}

/// Something that takes every call, as the platform's API does for a program that is only loaded.
fn blackhole(realm: &mut dyn Realm) -> ScriptRef {
    realm.dynamic(DynamicObject {
        get: Rc::new(|realm, name| Ok((name != "then").then(|| Value::Script(blackhole(realm))))),
        keys: Rc::new(Vec::new),
        call: Some(Rc::new(|realm, _, _| Ok(Value::Script(blackhole(realm))))),
    })
}

/// The platform's API: what programs ask for while they load is data, everything else takes every call.
fn platform(realm: &mut dyn Realm) -> ScriptRef {
    realm.dynamic(DynamicObject {
        get: Rc::new(|realm, name| {
            let answer: NativeFunction = match name {
                "getSystemInfoSync" | "getWindowInfo" | "getAppBaseInfo" | "getDeviceInfo" => Rc::new(|_, _, _| {
                    let texts = [("SDKVersion", "2.32.3"), ("platform", "devtools"), ("language", "zh_CN")];
                    let numbers = [("windowWidth", 375.0), ("windowHeight", 667.0), ("pixelRatio", 1.0)];
                    let texts = texts.into_iter().map(|(name, text)| (name, Value::string(text)));
                    Ok(Value::object(texts.chain(numbers.into_iter().map(|(name, n)| (name, Value::Number(n))))))
                }),
                "getStorageSync" => Rc::new(|_, _, _| Ok(Value::string(""))),
                _ => return Ok(Some(Value::Script(blackhole(realm)))),
            };
            Ok(Some(Value::Script(realm.function(name, 0, answer))))
        }),
        keys: Rc::new(Vec::new),
        call: None,
    })
}

#[test]
fn every_script_of_real_programs_compiles() {
    let Ok(folder) = std::env::var("PELLICLE_PROGRAMS") else {
        println!("not run: PELLICLE_PROGRAMS names no folder of programs");
        return;
    };
    on_logic_thread(move || {
        let mut programs: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().flatten().map(|e| e.path()).collect();
        programs.sort();
        let mut broken = Vec::new();
        for program in programs.iter().filter(|path| path.is_dir()) {
            let started = Instant::now();
            let mut files = Vec::new();
            files_below(program, &mut files);
            let mut package = MemoryPackage::new();
            for file in &files {
                let name = file.strip_prefix(program).unwrap().to_string_lossy().replace('\\', "/");
                if file.extension().is_some_and(|ending| matches!(ending.to_str(), Some("js" | "ts" | "json"))) {
                    package.insert(name, std::fs::read(file).unwrap());
                }
            }
            let scripts: Vec<String> = package
                .paths()
                .into_iter()
                .filter(|path| path.ends_with(".js") || (path.ends_with(".ts") && !path.ends_with(".d.ts")))
                .filter(|path| !SKIPPED.iter().any(|skipped| format!("/{path}").contains(skipped)))
                .collect();
            let mut bench = Bench::over(package);
            let wx = platform(&mut *bench.realm);
            bench.realm.set_global("wx", Value::Script(wx)).unwrap();
            for name in ["App", "Page", "Component", "requirePlugin", "getCurrentPages"] {
                let nothing = bench.realm.function(name, 0, Rc::new(|_, _, _| Ok(Value::array(Vec::new()))));
                bench.realm.set_global(name, Value::Script(nothing)).unwrap();
            }
            let same: NativeFunction = Rc::new(|_, _, arguments| Ok(arguments.first().cloned().unwrap_or_default()));
            let behavior = bench.realm.function("Behavior", 1, same);
            bench.realm.set_global("Behavior", Value::Script(behavior)).unwrap();
            let app = bench.realm.object(None);
            bench.realm.set(&app, "globalData", Value::object::<&str>([])).unwrap();
            let get_app: NativeFunction = Rc::new(move |_, _, _| Ok(Value::Script(app.clone())));
            let get_app = bench.realm.function("getApp", 0, get_app);
            bench.realm.set_global("getApp", Value::Script(get_app)).unwrap();
            let mut counts = [0; 4];
            for script in &scripts {
                if std::env::var_os("PELLICLE_TRACE").is_some() {
                    println!("{} {script}", started.elapsed().as_millis());
                }
                match bench.realm.require(script) {
                    Ok(_) => counts[0] += 1,
                    Err(fault) => match fault.kind {
                        FaultKind::Exception => {
                            counts[1] += 1;
                            if std::env::var_os("PELLICLE_VERBOSE").is_some() {
                                println!("  {script}: {} {:?}", fault.message, fault.stack.first());
                            }
                        }
                        FaultKind::NotFound => counts[2] += 1,
                        FaultKind::Syntax | FaultKind::Fatal => {
                            counts[3] += 1;
                            let place = fault.stack.first();
                            broken.push(format!("{}/{script}: {} {place:?}", program.display(), fault.message));
                        }
                    },
                }
            }
            let [loaded, threw, missing, bad] = counts;
            println!(
                "{}: {} scripts in {} ms: {loaded} loaded, {threw} threw, {missing} need what is not there, {bad} broken",
                program.display(),
                scripts.len(),
                started.elapsed().as_millis()
            );
        }
        assert!(broken.is_empty(), "{}", broken.join("\n"));
    });
}
