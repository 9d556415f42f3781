//! The example hosts for phones, as far as a machine that is none can look at them: Java and Objective-C against declarations of
//! what they use of their systems, and the C between Java and the library run in a JVM, with a stand-in of looper and window.
//!
//! Needs a JDK and clang; `PELLICLE_REQUIRE_PHONES=1` makes their absence a failure.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure
#![cfg(target_os = "linux")]

#[allow(dead_code)] // other tests use more of it
mod support;

use pellicle::package::FolderPackage;
use pellicle::package::archive::pack;
use pellicle::tools::bench::report::Report;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use support::root;

/// Rows of 40 px on a page that says what becomes of it.
const FILES: &[(&str, &str)] = &[
    ("app.json", r#"{ "pages": ["a"] }"#),
    (
        "app.js",
        r#"
        wx.onMemoryWarning(({ level }) => console.log(`memory ${level}`))
        wx.onKeyboardHeightChange(({ height }) => height && console.log(`keyboard ${height}`))
        App({ onShow() { console.log('shown') }, onHide() { console.log('hidden') } })"#,
    ),
    (
        "a.wxml",
        r#"<view class="row {{taps % 2 ? 'on' : ''}}" bindtap="tap" bindtouchstart="touch"></view>
           <input class="row" confirm-type="search" adjust-position="{{false}}" bindinput="typed"/>"#,
    ),
    ("a.wxss", ".row { height: 40px } .on { background: #f00 }"),
    (
        "a.js",
        r#"
        const tell = () => {
            const { safeArea } = wx.getWindowInfo()
            console.log(`safe ${safeArea.top} ${safeArea.bottom}`)
        }
        Page({
            data: { taps: 0 },
            onReady: tell,
            onResize: tell,
            tap() { this.setData({ taps: this.data.taps + 1 }); console.log(`tapped ${this.data.taps}`) },
            touch({ touches }) { if (touches.length > 1) console.log(`fingers ${touches.length}`) },
            typed({ detail }) { console.log(`typed ${detail.value}`) },
        })"#,
    ),
];

/// Whether a tool is there.
fn has(tool: &str) -> bool {
    let there = Command::new(tool).arg("--version").output().is_ok_and(|output| output.status.success());
    if !there {
        assert!(std::env::var_os("PELLICLE_REQUIRE_PHONES").is_none(), "{tool} is missing");
        println!("not run: {tool} is missing");
    }
    there
}

fn succeeds(command: &mut Command) -> Output {
    let output = command.output().unwrap();
    let said = [&output.stdout[..], &output.stderr].map(String::from_utf8_lossy).concat();
    assert!(output.status.success(), "{command:?}: {:?}\n{said}", output.status);
    output
}

/// The files of a folder with an ending, in it or below.
fn files(folder: &Path, ending: &str) -> Vec<PathBuf> {
    let mut found = Vec::new();
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        match path.is_dir() {
            true => found.extend(files(&path, ending)),
            false if path.extension().is_some_and(|of| of == ending) => found.push(path),
            false => {}
        }
    }
    found.sort();
    found
}

/// Takes the declarations of Android's classes apart, each into its file.
fn declarations(text: &str, folder: &Path) {
    for file in text.split("\n== ").skip(1) {
        let (path, source) = file.split_once('\n').unwrap();
        let path = folder.join(path.trim());
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, source).unwrap();
    }
}

/// Where the JDK has `jni.h`.
fn jdk_headers() -> PathBuf {
    let output = succeeds(Command::new("java").args(["-XshowSettings:properties", "-version"]));
    let said = String::from_utf8_lossy(&output.stderr).into_owned();
    let home = said.lines().find_map(|line| line.trim().strip_prefix("java.home = ")).unwrap();
    Path::new(home).join("include")
}

#[test]
fn the_host_for_android_compiles_and_what_it_has_in_c_runs_in_a_jvm() {
    if !["javac", "java"].iter().all(|tool| has(tool)) {
        return;
    }
    let (host, folder) = (root().join("examples/android"), tempfile::tempdir().unwrap());
    let at = |name: &str| folder.path().join(name);
    let (main, check) = (host.join("app/src/main"), host.join("check"));
    declarations(&std::fs::read_to_string(check.join("android.txt")).unwrap(), &at("android"));
    let mut sources = files(&at("android"), "java");
    sources.extend(files(&main.join("java"), "java"));
    sources.push(check.join("Drive.java"));
    let mut javac = Command::new("javac");
    javac.args(["--release", "17", "-Xlint:all", "-Werror", "-d"]).arg(at("classes"));
    succeeds(javac.arg("-h").arg(at("natives")).args(sources));

    // What javac writes of the natives comes before the bodies: one that takes something else does not compile.
    let (headers, natives) = (jdk_headers(), files(&at("natives"), "h"));
    let mut cc = Command::new("cc");
    cc.args([
        "-std=c11",
        "-D_GNU_SOURCE",
        "-Wall",
        "-Wextra",
        "-Werror",
        "-Wmissing-prototypes",
        "-g",
        "-shared",
        "-fPIC",
    ]);
    for include in [&check.join("include"), &headers, &headers.join("linux"), &root().join("engine/capi/include")] {
        cc.arg("-I").arg(include);
    }
    for header in &natives {
        cc.arg("-include").arg(header);
    }
    cc.args([main.join("cpp/pellicle_jni.c"), check.join("standin.c")]);
    cc.arg(std::env::current_exe().unwrap().with_file_name("libpellicle_capi.a"));
    succeeds(cc.args(["-lm", "-ldl", "-lpthread", "-o"]).arg(at("libpellicle_jni.so")));

    for (name, text) in FILES {
        std::fs::create_dir_all(at("program")).unwrap();
        std::fs::write(at("program").join(name), text).unwrap();
    }
    let package = pack(&FolderPackage::open(&at("program")).unwrap(), semver::VersionReq::STAR, &[]).unwrap();
    std::fs::write(at("rows.ma"), package).unwrap();
    let mut java = Command::new("java");
    java.arg(format!("-Djava.library.path={}", folder.path().display())).args(["-Xcheck:jni", "-cp"]);
    java.arg(at("classes")).arg("org.pellicle.host.Drive").arg(at("rows.ma")).arg(at("data"));
    let ran = succeeds(&mut java);
    let said = String::from_utf8(ran.stdout).unwrap();
    assert!(!said.contains("WARNING in native method"), "{said}");
    let json = said.lines().find(|line| line.starts_with('{')).unwrap();
    let report = Report::parse(json).unwrap();
    assert_eq!((report.program.folder.as_str(), report.program.page.as_str()), ("rows", "a"));
    let names: Vec<&str> = report.scenarios.iter().map(|scenario| scenario.scenario.as_str()).collect();
    assert_eq!((&names[..], report.amount.warmup), (&["warm", "tap"][..], 1));
}

#[test]
fn the_host_for_ios_compiles() {
    if !has("clang") {
        return;
    }
    let host = root().join("examples/ios");
    let sources = files(&host.join("Pellicle"), "m");
    assert!(sources.len() >= 5, "{sources:?}");
    for source in sources {
        let mut clang = Command::new("clang");
        clang.args(["--target=arm64-apple-ios16.0", "-fsyntax-only", "-fobjc-arc", "-fblocks", "-std=gnu17"]);
        clang.args(["-Wall", "-Wextra", "-Werror", "-nostdlibinc", "-isystem"]).arg(host.join("check"));
        succeeds(clang.arg("-I").arg(root().join("engine/capi/include")).arg(source));
    }
}
