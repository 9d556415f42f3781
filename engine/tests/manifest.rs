//! `manifest.json`: what a package says of itself, and programs that have nothing else.

#![allow(clippy::unwrap_used)] // a failed unwrap is the failure of the test

#[path = "support/program.rs"]
mod program;

use pellicle::package::archive::{ArchiveLimits, ArchivePackage, Trust};
use pellicle::package::miniapp::Manifest;
use pellicle_script::package::{MemoryPackage, PackageSource};
use program::Program;
use proptest::prelude::*;
use serde_json::{Value, json};
use std::path::Path;
use std::process::{Command, Output};

fn pellicle(folder: &Path, line: &[&str]) -> Output {
    Command::new(env!("CARGO_BIN_EXE_pellicle")).current_dir(folder).args(line).output().unwrap()
}

/// The manifest of the package that is built from a program, and what was said.
fn built(program: &Program, options: &[&str]) -> (Value, String) {
    let out = program.path().join("out.ma");
    let line = [&["build", ".", "-o", "out.ma"], options].concat();
    let output = pellicle(program.path(), &line);
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{said}");
    let package = ArchivePackage::open_file(&out, Trust::Anybody, &ArchiveLimits::default()).unwrap();
    (serde_json::from_slice(&package.read("manifest.json").unwrap()).unwrap(), said)
}

const APP: &str = r##"{
    "pages": ["pages/a/a"],
    "subPackages": [{ "root": "more", "pages": ["b"] }],
    "window": {
        "navigationBarTitleText": "Title", "navigationBarBackgroundColor": "#102030", "navigationBarTextStyle": "white",
        "backgroundColor": "@color", "pageOrientation": "landscape", "onReachBottomDistance": 80, "restartStrategy": "homePage"
    },
    "darkmode": true,
    "permission": { "scope.userLocation": { "desc": "to find shops" } },
    "requiredPrivateInfos": ["getLocation"]
}"##;

const PAGES: [(&str, &str); 3] =
    [("pages/a/a.wxml", "<view>a</view>"), ("more/b.wxml", "<view>b</view>"), ("app.json", APP)];

#[test]
fn a_package_has_the_manifest_of_its_program() {
    let project = r#"{ "appid": "wx0123", "projectname": "Shops" }"#;
    let npm = r#"{ "name": "shops", "version": "1.4.2", "description": "Shops near by" }"#;
    let program =
        Program::new(&[PAGES.as_slice(), &[("project.config.json", project), ("package.json", npm)]].concat());
    let (manifest, said) = built(&program, &["--engine", ">=0.1.0, <0.3.0"]);
    assert_eq!(said, "");
    let expected = json!({
        "app_id": "wx0123", "name": "Shops", "description": "Shops near by", "icons": [], "color_scheme": "auto",
        "window": {
            "navigation_bar_background_color": "#102030", "navigation_bar_text_style": "white",
            "navigation_bar_title_text": "Title", "on_reach_bottom_distance": 80, "orientation": "landscape"
        },
        "req_permissions": [{ "name": "scope.userLocation", "reason": "to find shops" }, { "name": "getLocation" }],
        "platform_version": { "min_code": 1000, "target_code": manifest["platform_version"]["target_code"] },
        "version": { "code": 1_004_002, "name": "1.4.2" },
        "pages": ["pages/a/a", "more/b"]
    });
    assert_eq!(manifest, expected);
    // Who builds may say another version.
    assert_eq!(
        built(&program, &["--app-version", "2.0.0"]).0["version"],
        json!({ "code": 2_000_000, "name": "2.0.0" })
    );
}

#[test]
fn what_an_author_wrote_comes_first_and_what_is_wrong_is_said_with_its_place() {
    let manifest = r#"{
  "app_id": "org.example.shops", "pages": ["pages/elsewhere"], "version": { "code": "new", "name": "9.0.0" },
  "icons": [{ "src": "icon.png", "sizes": "48x48" }, { "sizes": "any" }],
  "device_type": ["phone"], "store": { "price": 3 }
}"#;
    let program =
        Program::new(&[PAGES.as_slice(), &[("manifest.json", manifest), ("icon.png", "no picture")]].concat());
    let (found, said) = built(&program, &[]);
    // Without a name it is no manifest, so that nothing of it is used.
    assert!(said.contains("manifest.json:1:1: a manifest has to have `name`"), "{said}");
    assert_eq!(found["app_id"], "org.example.shops");
    assert_eq!(found["pages"], json!(["pages/elsewhere"]), "it stays as it was written");

    let named = manifest.replacen("\"pages\"", "\"name\": \"Shops\", \"pages\"", 1);
    let program = Program::new(&[PAGES.as_slice(), &[("manifest.json", &named), ("icon.png", "no picture")]].concat());
    let (found, said) = built(&program, &[]);
    assert!(said.contains("manifest.json:2:102: this is to be a whole number from 0; it is left out"), "{said}");
    assert!(said.contains("manifest.json:3:54: `src` is missing here; all of it is left out"), "{said}");
    assert_eq!(found["icons"], json!([{ "src": "icon.png", "sizes": "48x48" }]));
    assert_eq!((&found["name"], &found["app_id"]), (&json!("Shops"), &json!("org.example.shops")));
    assert_eq!((&found["store"], &found["device_type"]), (&json!({ "price": 3 }), &json!(["phone"])));
    assert_eq!(found["pages"], json!(["pages/a/a", "more/b"]), "those that there are");
    assert_eq!(found["version"], json!({ "code": 1, "name": "0.0.0" }));
    // `check` says it, too.
    let checked = pellicle(program.path(), &["check", "."]);
    let said = String::from_utf8_lossy(&checked.stdout).into_owned() + &String::from_utf8_lossy(&checked.stderr);
    assert!(said.contains("manifest.json:2:102"), "{said}");
    // One of another kind is somebody else's.
    let web = r#"{ "name": "A page of the web", "start_url": "." }"#;
    let (found, said) = built(&Program::new(&[PAGES.as_slice(), &[("manifest.json", web)]].concat()), &[]);
    assert_eq!((found, said), (serde_json::from_str(web).unwrap(), String::new()));
}

#[test]
fn a_program_that_has_a_manifest_alone_runs_as_it_says() {
    let manifest = r##"{
        "app_id": "org.example.demo", "name": "Demo", "icons": [{ "src": "icon.png" }],
        "version": { "code": 11, "name": "1.0.1" }, "platform_version": { "min_code": 1 },
        "pages": ["pages/a/a.html", "./pages/b"], "color_scheme": "auto",
        "window": { "navigation_bar_title_text": "My MiniApp", "background_color": "#ffffff", "fullscreen": false },
        "req_permissions": [{ "name": "scope.camera", "reason": "to scan" }, { "name": "system.permission.LOCATION" }]
    }"##;
    let markup = [("pages/a/a.wxml", "<view style='height: 40px'>{{id}}</view>"), ("pages/b.wxml", "<view/>")];
    let js = "Page({ onLoad() { this.setData({ id: wx.getAccountInfoSync().miniProgram.appId }) } })";
    let files = [markup.as_slice(), &[("pages/a/a.js", js), ("manifest.json", manifest)]].concat();
    let program = Program::new(&files);
    std::fs::remove_file(program.path().join("app.json")).unwrap();
    let (boxes, data, said) = program.layout(&[]);
    assert_eq!(said, "");
    assert_eq!(data["id"], "org.example.demo");
    // The same as with the file that says the same.
    let app = r##"{ "pages": ["pages/a/a", "pages/b"], "darkmode": true, "permission": { "scope.camera": { "desc": "to scan" } },
        "window": { "navigationBarTitleText": "My MiniApp", "backgroundColor": "#ffffff" } }"##;
    let project = r#"{ "appid": "org.example.demo", "projectname": "Demo" }"#;
    let files =
        [markup.as_slice(), &[("pages/a/a.js", js), ("app.json", app), ("project.config.json", project)]].concat();
    assert_eq!(Program::new(&files).layout(&[]), (boxes, data, String::new()));
    // A package of it has both.
    let (found, _) = built(&program, &[]);
    assert_eq!((&found["version"]["name"], &found["icons"][0]["src"]), (&json!("1.0.1"), &json!("icon.png")));
    let package = ArchivePackage::open_file(&program.path().join("out.ma"), Trust::Anybody, &ArchiveLimits::default());
    let app: Value = serde_json::from_slice(&package.unwrap().read("app.json").unwrap()).unwrap();
    assert_eq!(app["pages"], json!(["pages/a/a", "pages/b"]));

    for (wrong, said) in [
        (r#"{ "app_id": "x", "pages": ["a"] }"#, "manifest.json:1:1: a manifest has to have `name`"),
        (r#"{ "app_id": "x", "name": "X", "pages": "a" }"#, "manifest.json:1:1: a manifest has to have `pages`"),
        ("{}", "there is no app.json in this folder"),
    ] {
        std::fs::write(program.path().join("manifest.json"), wrong).unwrap();
        let output = pellicle(program.path(), &["layout", "."]);
        let text = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(output.status.code() == Some(1) && text.contains(said), "{wrong}: {text}");
    }
}

#[test]
fn what_is_published_needs_no_name_on_the_command_line() {
    let project = r#"{ "appid": "shops", "projectname": "Shops" }"#;
    let program = Program::new(&[PAGES.as_slice(), &[("project.config.json", project)]].concat());
    let done = |line: &str| {
        let output = pellicle(program.path(), &line.split_whitespace().collect::<Vec<_>>());
        assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
        String::from_utf8_lossy(&output.stdout).into_owned()
    };
    built(&program, &[]);
    done("repository init repository --keys keys");
    let unnamed = pellicle(program.path(), &["publish", "repository", "out.ma", "--keys", "keys"]);
    assert_eq!(unnamed.status.code(), Some(2));
    let said = String::from_utf8_lossy(&unnamed.stderr).into_owned();
    assert!(said.contains("out.ma: the package does not name its version; give --app-version"), "{said}");
    built(&program, &["--app-version", "1.1.0"]);
    let said = done("publish repository out.ma --keys keys");
    assert!(said.starts_with("shops 1.1.0: "), "{said}");
    assert!(done("repository list repository").starts_with("shops Shops\n"));
}

fn window() -> impl Strategy<Value = Value> {
    let text = prop_oneof![Just("dark"), Just("white"), Just("portrait"), Just("#123456"), Just("custom"), Just("")];
    let value = prop_oneof![
        any::<bool>().prop_map(Value::from),
        any::<i32>().prop_map(Value::from),
        text.prop_map(Value::from),
        Just(Value::Null),
        Just(json!([])),
    ];
    let key = prop_oneof![
        Just("navigation_bar_title_text"),
        Just("navigation_style"),
        Just("background_text_style"),
        Just("on_reach_bottom_distance"),
        Just("enable_pull_down_refresh"),
        Just("orientation"),
        Just("a/b~c"),
    ];
    prop::collection::vec((key, value), 0..6)
        .prop_map(|members| members.into_iter().map(|(k, v)| (k.to_owned(), v)).collect())
}

proptest! {
    /// What a manifest says comes back from the `app.json` that is made of it, whatever else stands in it.
    #[test]
    fn both_ways_are_the_same(window in window(), title in ".{0,8}", reason in "[a-z]{1,8}") {
        let written = json!({
            "app_id": "x", "name": if title.is_empty() { "X" } else { &title }, "pages": ["a", "../b", "https://c", 5, "d/e.wxml"],
            "window": window, "req_permissions": [{ "name": "scope.camera", "reason": reason }, "no", { "name": "getLocation" }]
        });
        let read = |text: String| Manifest::read(&[("manifest.json", text.as_str())].into_iter().collect::<MemoryPackage>(), &mut Vec::new()).unwrap();
        let manifest = read(written.to_string());
        prop_assert_eq!(&read(manifest.to_text()), &manifest);
        let app = manifest.app_json();
        prop_assert_eq!(&app["pages"], &json!(["a", "d/e"]));
        let (app, project) = (app.to_string(), manifest.project_json().to_string());
        let package: MemoryPackage = [("app.json", app.as_str()), ("project.config.json", project.as_str())].into_iter().collect();
        let engine = semver::VersionReq::STAR;
        let facts = pellicle::package::miniapp::Facts { version: None, engine: &engine };
        let back = Manifest::of_program(&package, facts, &mut Vec::new()).unwrap();
        prop_assert_eq!(back.app_json().to_string(), app);
        prop_assert_eq!(back.project_json(), manifest.project_json());
    }
}
