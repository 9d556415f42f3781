//! A mini-program in a window that a newer version comes for while it runs.

use super::server::Server;
use super::{Display, Running, display};
use image::RgbImage;
use serde_json::Value;
use std::io::Read;
use std::path::Path;
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// Runs `pellicle` in a folder, with success.
fn pellicle(folder: &Path, line: &str) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pellicle"));
    let output = command.current_dir(folder).args(line.split_whitespace()).output().unwrap();
    assert!(output.status.success(), "{line}: {}", String::from_utf8_lossy(&output.stderr));
}

/// Publishes a version whose page is of one colour and is tapped for a newer one.
fn publish(work: &Path, version: &str, color: &str) {
    let app = work.join("app");
    std::fs::create_dir_all(&app).unwrap();
    let style = format!(".all {{ display: block; width: 100vw; height: 100vh; background: {color} }}");
    let settings =
        r#"{ "pages": ["index"], "window": { "navigationStyle": "custom", "navigationBarTitleText": "shop" } }"#;
    for (name, text) in [
        ("app.json", settings),
        (
            "app.js",
            "const updates = wx.getUpdateManager()
             updates.onCheckForUpdate(({ hasUpdate }) => console.log('check ' + hasUpdate))
             updates.onUpdateReady(() => console.log('ready'))
             updates.onUpdateFailed(() => console.log('failed'))
             App({ onHide() { wx.setStorageSync('left', 'before') } })",
        ),
        (
            "index.js",
            "Page({ onLoad() { console.log('page ' + wx.getStorageSync('left')) }, tap() { wx.getUpdateManager().applyUpdate() } })",
        ),
        ("index.wxml", "<view bindtap='tap' class='all'></view>"),
        ("index.wxss", &style),
    ] {
        std::fs::write(app.join(name), text).unwrap();
    }
    pellicle(work, "build app -o app.ma");
    pellicle(work, &format!("publish repository app.ma --app shop --app-version {version} --keys keys"));
}

/// The lines of the console.
fn lines(log: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(log).unwrap_or_default();
    let lines = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
    let console = lines.filter(|line| line["kind"] == "console");
    console.map(|line| line["text"].as_str().unwrap_or_default().to_owned()).collect()
}

fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let started = Instant::now();
    while !holds() {
        assert!(started.elapsed() < Duration::from_secs(60), "{what}");
        std::thread::sleep(Duration::from_millis(50));
    }
}

/// Whether a picture is of one colour where the window is.
fn shows(picture: &RgbImage, color: [u8; 3]) -> bool {
    picture.pixels().filter(|pixel| pixel.0 == color).count() > 100_000
}

/// Closes the window as its user does, and gives what was said.
fn close(display: &Display, mut program: Running) -> String {
    display.hand(&["windowclose", &display.window()]);
    let mut said = String::new();
    program.0.stderr.take().unwrap().read_to_string(&mut said).unwrap();
    assert!(program.0.wait().unwrap().success(), "{said}");
    said
}

#[test]
fn a_newer_version_comes_while_it_runs_and_takes_its_place_in_the_same_window() {
    let Some(display) = display() else { return };
    for isolation in ["thread", "process"] {
        let work = tempfile::tempdir().unwrap();
        let (work, data) = (work.path(), work.path().join("data"));
        pellicle(work, "repository init repository --keys keys");
        publish(work, "1.0.0", "#a00000");
        let server = Server::over(&work.join("repository"));
        let run = |log: &str| {
            let mut command = display.command(env!("CARGO_BIN_EXE_pellicle"));
            command.current_dir(work).args([
                "run",
                "shop",
                "--installed",
                "--store",
                "store",
                "--from",
                &server.address,
            ]);
            command.args(["--root", "repository/metadata/1.root.json", "--renderer", "cpu", "--log", log]);
            command.args(["--isolation", isolation]).env("XDG_DATA_HOME", &data).stderr(Stdio::piped());
            Running(command.stdout(Stdio::null()).spawn().unwrap())
        };
        let (red, green) = ([160, 0, 0], [0, 160, 0]);
        // Not installed: it is fetched before it starts.
        let mut program = run("first");
        assert!(shows(&display.settled(&mut program).unwrap(), red));
        until("it has heard", || lines(&work.join("first")).len() == 2);
        assert!(lines(&work.join("first")).contains(&"check false".to_owned()));
        assert_eq!(close(&display, program), "");

        publish(work, "2.0.0", "#00a000");
        let mut program = run("second");
        until("the newer one is there", || lines(&work.join("second")).iter().any(|line| line == "ready"));
        assert!(shows(&display.settled(&mut program).unwrap(), red), "it was not asked for");
        let window = display.window();
        display.hand(&["mousemove", "150", "300", "click", "1"]);
        until("it runs", || shows(&display.screen().unwrap(), green));
        assert_eq!((display.window(), program.0.try_wait().unwrap().is_none()), (window, true));
        until("it has heard", || lines(&work.join("second")).len() == 5);
        let said = lines(&work.join("second"));
        let page = |left: &str| said.iter().filter(|line| **line == format!("page {left}")).count();
        // The old one had come to its end when the new one began.
        assert_eq!(
            (page("before"), said[2].as_str(), said.iter().filter(|line| *line == "ready").count()),
            (2, "ready", 1)
        );
        assert!(said[..3].contains(&"check true".to_owned()) && said[3..].contains(&"check false".to_owned()));
        assert_eq!(close(&display, program), "shop 2.0.0 is there and runs from the next start on\n");

        let mut program = run("third");
        assert!(shows(&display.settled(&mut program).unwrap(), green));
        assert_eq!(close(&display, program), "");
    }
}

#[test]
fn a_newer_version_that_cannot_be_opened_leaves_the_one_before() {
    let Some(display) = display() else { return };
    let work = tempfile::tempdir().unwrap();
    let (work, data) = (work.path(), work.path().join("data"));
    pellicle(work, "repository init repository --keys keys");
    publish(work, "1.0.0", "#a00000");
    let run = |log: &str| {
        let mut command = display.command(env!("CARGO_BIN_EXE_pellicle"));
        command.current_dir(work).args(["run", "shop", "--installed", "--store", "store", "--from", "repository"]);
        command.args(["--root", "repository/metadata/1.root.json", "--renderer", "cpu", "--log", log]);
        command.env("XDG_DATA_HOME", &data).stdout(Stdio::null()).stderr(Stdio::piped());
        Running(command.spawn().unwrap())
    };
    let mut program = run("first");
    display.settled(&mut program).unwrap();
    close(&display, program);
    // A package without pages, which this engine's own tools do not make.
    use pellicle::package::archive::{SecretKey, pack};
    let mut files = pellicle_script::package::MemoryPackage::default();
    files.insert("app.json", br#"{ "pages": [] }"#);
    let package = pack(&files, "*".parse().unwrap(), &[&SecretKey::from_seed(&[3; 32])]).unwrap();
    std::fs::write(work.join("app.ma"), package).unwrap();
    pellicle(work, "publish repository app.ma --app shop --app-version 2.0.0 --keys keys");
    let mut program = run("second");
    until("the newer one is there", || lines(&work.join("second")).iter().any(|line| line == "ready"));
    display.settled(&mut program).unwrap();
    display.hand(&["mousemove", "150", "300", "click", "1"]);
    until("the old one runs again", || lines(&work.join("second")).len() == 5);
    assert!(shows(&display.settled(&mut program).unwrap(), [160, 0, 0]));
    assert!(close(&display, program).contains("2.0.0 cannot be opened: app.json cannot be understood\n"));
}
