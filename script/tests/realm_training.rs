//! Ordinary JavaScript of every kind, `benches/training`, gives what it gives in Node.

#![allow(clippy::unwrap_used)] // a failed unwrap is the failure of the test

mod support;

use pellicle_script::package::MemoryPackage;
use std::path::Path;
use std::process::Command;
use support::{Bench, on_logic_thread};

/// Runs all of it; `gave` fills up as promises are settled.
const ALL: &str = "const gave = {}, pieces = Object.assign({}, ...['objects', 'lists', 'texts', 'numbers', 'control', \
    'state', 'language'].map(name => require('./work/' + name)));
const all = async () => {
  for (const name of Object.keys(pieces)) {
    try { gave[name] = String(await pieces[name]()); } catch (error) { gave[name] = 'threw ' + error; }
  }
};
";

#[test]
fn every_piece_of_work_gives_what_it_gives_in_node() {
    on_logic_thread(|| {
        let training = Path::new(env!("CARGO_MANIFEST_DIR")).join("../benches/training");
        let mut package = MemoryPackage::default();
        for file in std::fs::read_dir(training.join("work")).unwrap() {
            let path = file.unwrap().path();
            let name = path.file_name().unwrap().to_str().unwrap();
            package.insert(format!("work/{name}"), std::fs::read(&path).unwrap());
        }
        package.insert("main.js", format!("{ALL}all(); module.exports = () => gave;").into_bytes());
        let mut bench = Bench::over(package);
        let gave = bench.realm.require("main").unwrap();
        bench.settle(1_000.0);
        let pellicle_script::value::Value::Script(gave) = gave else { panic!("{gave:?}") };
        let gave = bench.realm.call(&gave, &pellicle_script::value::Value::Undefined, &[]).unwrap();
        let gave: serde_json::Value = serde_json::from_str(&bench.json(&gave)).unwrap();

        let node = Command::new("node")
            .args(["-e", &format!("{ALL}all().then(() => console.log(JSON.stringify(gave)));")])
            .current_dir(&training)
            .env("TZ", "Asia/Shanghai")
            .output();
        let wanted: serde_json::Value = serde_json::from_slice(&node.unwrap().stdout).unwrap();
        let wanted = wanted.as_object().unwrap();
        assert!(
            wanted.len() > 35 && wanted.values().all(|it| !it.as_str().unwrap().starts_with("threw")),
            "{wanted:?}"
        );
        for (name, wanted) in wanted {
            assert_eq!(&gave[name], wanted, "{name}");
        }
        assert_eq!(gave.as_object().unwrap().len(), wanted.len());
    });
}
