//! What helps to begin: programs that `pellicle new` makes, `doctor`, `completions`.

#![allow(clippy::unwrap_used)] // a failed unwrap is the failure of the test

use serde_json::Value;
use std::path::Path;
use std::process::{Command, Output};

fn pellicle(folder: &Path, options: &[&str]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pellicle"));
    command.current_dir(folder).args(options);
    for display in ["DISPLAY", "WAYLAND_DISPLAY", "WAYLAND_SOCKET"] {
        command.env_remove(display);
    }
    command.output().unwrap()
}

fn done(folder: &Path, options: &[&str]) -> String {
    let output = pellicle(folder, options);
    let (out, said) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{options:?}: {out}{said}");
    format!("{out}{said}")
}

#[test]
fn what_is_made_is_checked_tested_built_and_runs_as_the_readme_says() {
    let compiler =
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../script/tests/typings/node_modules/typescript/bin/tsc");
    for template in ["blank", "tabs", "component", "typescript"] {
        let work = tempfile::tempdir().unwrap();
        done(work.path(), &["new", "My Garden", "--template", template]);
        let folder = work.path().join("My Garden");
        assert!(done(&folder, &["check", ".", "--deny"]).contains("0 errors, 0 warnings"), "{template}");
        assert!(done(&folder, &["test", ".", "--update"]).contains("1 cells, 0 to look at"));
        assert!(done(&folder, &["test", "."]).contains("1 cells, 0 to look at"), "{template}");
        done(&folder, &["build", ".", "-o", "my-garden.ma"]);
        let boxes = done(&folder, &["layout", "my-garden.ma"]);
        let page: Value = serde_json::from_str(&boxes[..boxes.rfind('}').unwrap() + 1]).unwrap();
        assert!(page["elements"].as_array().unwrap().len() > 3, "{template}");
        // What only tools and people read is not in it.
        let listed = done(&folder, &["verify", "my-garden.ma"]);
        assert!(!listed.contains("wx.d.ts"), "{listed}");
        // What was written by hand since is not written over.
        std::fs::write(folder.join("app.json"), "mine").unwrap();
        let again = pellicle(work.path(), &["new", "My Garden", "--template", template]);
        assert_eq!(again.status.code(), Some(2));
        assert!(String::from_utf8_lossy(&again.stderr).contains("app.json"));
        assert_eq!(std::fs::read_to_string(folder.join("app.json")).unwrap(), "mine");
        if template == "typescript" && compiler.exists() {
            let run = Command::new("node").arg(&compiler).current_dir(&folder).output().unwrap();
            assert!(run.status.success(), "{}", String::from_utf8_lossy(&run.stdout));
        }
    }
}

#[test]
fn names_stand_where_they_belong_whatever_is_in_them() {
    let work = tempfile::tempdir().unwrap();
    let title = r#"Say "hi" \ {{name}}"#;
    done(work.path(), &["new", "a/b", "--name", "x-1", "--title", title, "--appid", "wx7", "-t", "component"]);
    let read = |path: &str| std::fs::read_to_string(work.path().join("a/b").join(path)).unwrap();
    let app: Value = serde_json::from_str(&read("app.json")).unwrap();
    assert_eq!(app["window"]["navigationBarTitleText"], title);
    let project: Value = serde_json::from_str(&read("project.config.json")).unwrap();
    assert_eq!((&project["appid"], &project["projectname"]), (&"wx7".into(), &"x-1".into()));
    assert_eq!(serde_json::from_str::<Value>(&read("package.json")).unwrap()["name"], "x-1");
    for name in ["", "../x", "X", "-a", "a b"] {
        assert_eq!(pellicle(work.path(), &["new", "c", "--name", name]).status.code(), Some(2), "{name}");
    }
    assert!(!work.path().join("c").exists());
}

#[test]
fn a_doctor_draws_a_program_by_each_engine_and_says_what_is_missing() {
    let work = tempfile::tempdir().unwrap();
    let found: Value = serde_json::from_slice(&pellicle(work.path(), &["doctor", "--json"]).stdout).unwrap();
    let of = |subject: &str| {
        let mut all = found.as_array().unwrap().iter();
        all.find(|finding| finding["subject"] == subject).cloned().unwrap_or_default()
    };
    for way in ["boa on a thread", "boa in a process"] {
        assert_eq!(of(way)["health"], "good", "{found}");
    }
    // This process has no display.
    assert_eq!(of("display")["health"], "less", "{found}");
    assert!(of("display")["help"].as_str().unwrap().contains("DISPLAY"));
    for subject in ["GPU", "Chinese fonts", "emoji", "storage", "caches"] {
        assert!(of(subject)["health"].is_string(), "{subject}: {found}");
    }
    let text = done(work.path(), &["doctor"]);
    assert!(text.lines().any(|line| line.starts_with("ok  boa on a thread")), "{text}");
}

#[test]
fn shells_complete_commands_and_options() {
    let work = tempfile::tempdir().unwrap();
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let script = done(work.path(), &["completions", shell]);
        assert!(script.contains("pellicle") && script.contains("network-speed"), "{shell}");
    }
    // What is completed is what bash makes of it.
    let script = work.path().join("complete");
    std::fs::write(&script, done(work.path(), &["completions", "bash"])).unwrap();
    let line = "source complete; COMP_WORDS=(pellicle ren); COMP_CWORD=1; _pellicle pellicle ren pellicle; echo ${COMPREPLY[@]}";
    let run = Command::new("bash").args(["-c", line]).current_dir(work.path()).output().unwrap();
    assert_eq!(String::from_utf8_lossy(&run.stdout).trim(), "render");
}
