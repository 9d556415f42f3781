//! The window under a display of its own: what either painter shows there is the same picture.
//!
//! Needs Xvfb, xdotool and ImageMagick's `import`, and for the GPU painter an adapter (a software one will do);
//! `PELLICLE_REQUIRE_GPU=1` makes their absence a failure.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure
#![cfg(target_os = "linux")]

#[path = "window/developing.rs"]
mod developing;
#[path = "window/hud.rs"]
mod hud;
#[path = "window/life.rs"]
mod life;
#[path = "support/live.rs"]
#[allow(dead_code)] // other tests use more of it
mod live;
#[path = "support/program.rs"]
mod program;
#[path = "window/programs.rs"]
mod programs;
#[path = "updater/http.rs"]
#[allow(dead_code)] // other tests use more of it
mod server;
#[path = "window/tutorial.rs"]
mod tutorial;
#[path = "window/updates.rs"]
mod updates;

use image::RgbImage;
use std::io::{BufRead, BufReader, Read};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// A process that ends with the test.
struct Running(Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn shop() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/shop")
}

struct Display {
    name: String,
    _server: Running,
    /// Where the server keeps its picture.
    memory: tempfile::TempDir,
}

fn display() -> Option<Display> {
    let memory = tempfile::tempdir().unwrap();
    let started = Command::new("Xvfb")
        .args(["-displayfd", "1", "-screen", "0", "800x1000x24", "-nolisten", "tcp", "-fbdir"])
        .arg(memory.path())
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let tools = ["xdotool", "import", "xprop"].iter().find(|t| Command::new(t).arg("-version").output().is_err());
    let mut server = match (started, tools) {
        (Ok(server), None) => Running(server),
        (Ok(server), Some(tool)) => {
            drop(Running(server));
            return missing(tool);
        }
        (Err(_), _) => return missing("Xvfb"),
    };
    let mut number = String::new();
    BufReader::new(server.0.stdout.take().unwrap()).read_line(&mut number).unwrap();
    Some(Display { name: format!(":{}", number.trim()), _server: server, memory })
}

fn missing<T>(what: &str) -> Option<T> {
    assert!(std::env::var_os("PELLICLE_REQUIRE_GPU").is_none(), "{what} is missing");
    println!("not run: {what} is missing");
    None
}

/// The painters that there are.
fn renderers() -> impl Iterator<Item = &'static str> {
    let gpu = pellicle::gpu::device::Gpu::open(pellicle::gpu::device::Software::Allowed).is_ok();
    ["cpu"].into_iter().chain(gpu.then_some("gpu"))
}

impl Display {
    /// Gives the program's window the focus: nobody but us does so here.
    fn focus(&self) {
        self.hand(&["search", "--onlyvisible", "--name", "Fern|shop", "windowfocus"]);
    }

    fn command(&self, program: &str) -> Command {
        let mut command = Command::new(program);
        command.env("DISPLAY", &self.name).env("WINIT_X11_SCALE_FACTOR", "1").env_remove("PELLICLE_RENDERER");
        command.env_remove("WAYLAND_DISPLAY").env_remove("WAYLAND_SOCKET");
        command
    }

    fn shop(&self, storage: &Path) -> Command {
        let mut command = self.command(env!("CARGO_BIN_EXE_pellicle"));
        command.arg("run").arg(shop()).env("XDG_DATA_HOME", storage).stderr(Stdio::piped());
        command
    }

    fn run(&self, renderer: &str, storage: &Path, environment: &[(&str, &str)]) -> Running {
        let mut command = self.shop(storage);
        Running(command.args(["--renderer", renderer]).envs(environment.iter().copied()).spawn().unwrap())
    }

    /// What a hand does.
    fn hand(&self, line: &[&str]) {
        assert!(self.command("xdotool").args(line).status().unwrap().success(), "{line:?}");
        std::thread::sleep(Duration::from_millis(300));
    }

    fn screen(&self) -> Option<RgbImage> {
        let shot = self.command("import").args(["-window", "root", "png:-"]).output().ok()?;
        Some(image::load_from_memory(&shot.stdout).ok()?.to_rgb8())
    }

    /// The left upper part of the screen, from the server's memory: an XWD file.
    fn part(&self, width: u32, height: u32) -> RgbImage {
        let file = std::fs::read(self.memory.path().join("Xvfb_screen0")).unwrap();
        let field = |index: usize| u32::from_be_bytes(file[index * 4..index * 4 + 4].try_into().unwrap()) as usize;
        // The header, and a table of colours of twelve bytes each.
        let (start, line) = (field(0) + field(19) * 12, field(12));
        RgbImage::from_fn(width, height, |x, y| {
            let at = start + y as usize * line + x as usize * 4;
            image::Rgb([file[at + 2], file[at + 1], file[at]])
        })
    }

    /// The screen once something is on it and it has come to rest.
    fn settled(&self, program: &mut Running) -> Option<RgbImage> {
        let started = Instant::now();
        let mut last: Option<RgbImage> = None;
        while started.elapsed() < Duration::from_secs(40) {
            if program.0.try_wait().unwrap().is_some() {
                return None;
            }
            std::thread::sleep(Duration::from_millis(700));
            let now = self.screen();
            let shown = now.as_ref().is_some_and(|p| p.pixels().any(|p| p.0 != [0; 3]));
            if shown && now == last {
                return now;
            }
            last = now;
        }
        panic!("nothing stands still on the screen");
    }

    fn window(&self) -> String {
        let found = self.command("xdotool").args(["search", "--onlyvisible", "--name", "Fern|shop"]).output().unwrap();
        String::from_utf8(found.stdout).unwrap().lines().last().unwrap_or_default().to_owned()
    }

    fn resize(&self, width: u32, height: u32) {
        let window = self.window();
        let size = [width.to_string(), height.to_string()];
        let status = self.command("xdotool").args(["windowsize", &window, &size[0], &size[1]]).status().unwrap();
        assert!(status.success());
    }
}

/// Stops a program and gives what it said.
fn said(mut program: Running) -> String {
    let _ = program.0.kill();
    let mut text = String::new();
    program.0.stderr.take().unwrap().read_to_string(&mut text).unwrap();
    text
}

fn worst(a: &RgbImage, b: &RgbImage) -> u8 {
    assert_eq!(a.dimensions(), b.dimensions());
    a.as_raw().iter().zip(b.as_raw()).map(|(x, y)| x.abs_diff(*y)).max().unwrap()
}

#[test]
fn a_window_shows_the_same_picture_by_either_painter_after_a_resize_too() {
    let Some(display) = display() else { return };
    let storage = tempfile::tempdir().unwrap();
    let shots = |renderer: &str, environment: &[(&str, &str)]| {
        let mut program = display.run(renderer, storage.path(), environment);
        let first = display.settled(&mut program);
        let Some(first) = first else { return Err(said(program)) };
        display.resize(300, 520);
        std::thread::sleep(Duration::from_millis(300));
        let second = display.settled(&mut program).unwrap();
        assert!(second != first, "the resize shows");
        Ok([first, second])
    };
    let cpu = shots("cpu", &[]).unwrap();
    let mut drawn = 0;
    for back_end in ["vulkan", "gl"] {
        match shots("gpu", &[("WGPU_BACKEND", back_end)]) {
            Ok(gpu) => {
                for (c, g) in cpu.iter().zip(&gpu) {
                    assert!(worst(c, g) <= 3, "{back_end}: {}", worst(c, g));
                }
                drawn += 1;
            }
            Err(text) => println!("{back_end}: not run: {text}"),
        }
    }
    if drawn == 0 {
        missing::<()>("a GPU");
    }
}

#[test]
fn without_a_gpu_the_window_says_so_and_the_cpu_draws() {
    let Some(display) = display() else { return };
    let storage = tempfile::tempdir().unwrap();
    // No driver of either kind.
    let none = [("WGPU_BACKEND", "vulkan"), ("VK_DRIVER_FILES", "/dev/null"), ("VK_ICD_FILENAMES", "/dev/null")];
    let mut program = display.run("auto", storage.path(), &none);
    let auto = display.settled(&mut program).unwrap();
    let text = said(program);
    assert_eq!(
        text.lines().filter(|l| l.starts_with("no GPU: ") && l.ends_with("; the CPU draws")).count(),
        1,
        "{text}"
    );
    let mut program = display.run("cpu", storage.path(), &none);
    assert!(display.settled(&mut program).unwrap() == auto);
    assert_eq!(said(program), "");
    let mut program = display.run("gpu", storage.path(), &none);
    let status = program.0.wait().unwrap();
    assert_eq!(status.code(), Some(1));
    assert!(said(program).contains("no GPU: "));
}

#[test]
fn a_window_that_was_covered_is_drawn_again() {
    let Some(display) = display() else { return };
    let storage = tempfile::tempdir().unwrap();
    let other = tempfile::tempdir().unwrap();
    for renderer in renderers() {
        let mut program = display.run(renderer, storage.path(), &[]);
        let alone = display.settled(&mut program).unwrap();
        // Another window on top of it, of another size; where it goes, nothing is left but what is drawn again.
        let mut cover = display.run("cpu", other.path(), &[]);
        display.settled(&mut cover).unwrap();
        display.resize(200, 400);
        std::thread::sleep(Duration::from_millis(300));
        let covered = display.settled(&mut cover).unwrap();
        assert!(covered != alone, "the other window is on top");
        drop(cover);
        std::thread::sleep(Duration::from_millis(500));
        assert!(display.settled(&mut program).unwrap() == alone, "{renderer}");
    }
}

/// How often the threads of a process have gone to sleep so far: each wake-up from outside is one.
fn sleeps(process: u32) -> u64 {
    let threads = std::fs::read_dir(format!("/proc/{process}/task")).unwrap();
    let of = |thread: std::io::Result<std::fs::DirEntry>| {
        let status = std::fs::read_to_string(thread.ok()?.path().join("status")).ok()?;
        status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:")?.trim().parse::<u64>().ok())
    };
    threads.filter_map(of).sum()
}

#[test]
fn a_window_at_rest_is_not_woken() {
    let Some(display) = display() else { return };
    let storage = tempfile::tempdir().unwrap();
    for renderer in renderers() {
        let mut program = display.run(renderer, storage.path(), &[]);
        display.settled(&mut program).unwrap();
        // What was decoded for the first pictures has been told by then.
        std::thread::sleep(Duration::from_secs(2));
        let before = sleeps(program.0.id());
        assert!(before > 0);
        std::thread::sleep(Duration::from_secs(10));
        assert_eq!(sleeps(program.0.id()) - before, 0, "{renderer}");
    }
}

/// Where the first product's button to put it into the cart is in the window, px: its box, below the navigation bar.
fn add_button() -> (String, String) {
    let out = Command::new(env!("CARGO_BIN_EXE_pellicle")).arg("layout").arg(shop()).output().unwrap();
    let page: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    let button = page["elements"].as_array().unwrap().iter().find(|e| e["cls"] == "add").unwrap();
    let middle = |at: &str, size: &str| button[at].as_f64().unwrap() + button[size].as_f64().unwrap() / 2.0;
    (middle("x", "width").to_string(), (64.0 + middle("y", "height")).to_string())
}

#[test]
fn a_click_changes_data_and_the_picture_and_keys_go_to_the_field_that_has_the_focus() {
    let Some(display) = display() else { return };
    let folder = tempfile::tempdir().unwrap();
    let log = folder.path().join("log");
    let mut command = display.shop(folder.path());
    let mut program =
        Running(command.args(["--renderer", "cpu", "--viewport", "375x760", "--log"]).arg(&log).spawn().unwrap());
    let calls = |api: &str| {
        let text = std::fs::read_to_string(&log).unwrap();
        let lines = text.lines().map(|line| serde_json::from_str::<serde_json::Value>(line).unwrap());
        lines.filter(|line| line["api"] == api).map(|line| line["arguments"][0].clone()).collect::<Vec<_>>()
    };
    let before = display.settled(&mut program).unwrap();
    let (x, y) = add_button();
    display.hand(&["mousemove", &x, &y, "click", "1"]);
    assert_eq!(calls("showToast").len(), 1);
    assert_eq!(calls("setTabBarBadge"), [serde_json::json!({ "index": 2, "text": "1" })]);
    // The toast goes by itself; the badge stays.
    std::thread::sleep(Duration::from_millis(1800));
    let badge = display.settled(&mut program).unwrap();
    let changed = |a: &RgbImage, b: &RgbImage, rows: std::ops::Range<u32>| {
        a.enumerate_pixels().any(|(x, y, p)| rows.contains(&y) && b.get_pixel(x, y) != p)
    };
    assert!(changed(&badge, &before, 710..760), "the tab bar has a badge");
    assert!(!changed(&badge, &before, 0..700), "the toast is gone");
    // The search field: the page then shows what matches.
    display.focus();
    display.hand(&["mousemove", "180", "94", "click", "1"]);
    display.hand(&["type", "--delay", "60", "fern"]);
    std::thread::sleep(Duration::from_millis(500));
    let found = display.screen().unwrap();
    assert!(changed(&found, &badge, 300..700), "the list is filtered");
    // A tab by its middle, of four.
    display.hand(&["mousemove", "140", "735", "click", "1"]);
    let category = display.settled(&mut program).unwrap();
    assert!(changed(&category, &found, 64..700), "another page");
    assert_eq!(said(program), "");
}

#[test]
fn a_program_ends_when_somebody_else_destroys_its_window() {
    let Some(display) = display() else { return };
    let storage = tempfile::tempdir().unwrap();
    let mut program = display.run("cpu", storage.path(), &[]);
    display.settled(&mut program).unwrap();
    display.hand(&["windowclose", &display.window()]);
    let started = Instant::now();
    while started.elapsed() < Duration::from_secs(20) {
        if program.0.try_wait().unwrap().is_some() {
            return;
        }
        std::thread::sleep(Duration::from_millis(100));
    }
    panic!("it lives on");
}

#[test]
fn a_program_that_is_interrupted_writes_what_is_written_at_the_end() {
    let Some(display) = display() else { return };
    let storage = tempfile::tempdir().unwrap();
    let trace = storage.path().join("trace.json");
    let mut command = display.shop(storage.path());
    let mut program = Running(command.args(["--renderer", "cpu", "--trace"]).arg(&trace).spawn().unwrap());
    display.settled(&mut program).unwrap();
    let status = Command::new("kill").args(["-INT", &program.0.id().to_string()]).status().unwrap();
    assert!(status.success());
    let started = Instant::now();
    let ended = loop {
        if let Some(status) = program.0.try_wait().unwrap() {
            break status;
        }
        assert!(started.elapsed() < Duration::from_secs(20), "it lives on");
        std::thread::sleep(Duration::from_millis(100));
    };
    assert!(ended.success(), "{ended}");
    let trace: serde_json::Value = serde_json::from_slice(&std::fs::read(&trace).unwrap()).unwrap();
    assert!(trace["traceEvents"].as_array().unwrap().len() > 10);
}

#[test]
fn what_is_found_in_the_files_of_a_program_is_told_once_in_a_window() {
    let Some(display) = display() else { return };
    let folder = tempfile::tempdir().unwrap();
    let files = [
        ("app.json", r#"{"pages": ["a/a"]}"#),
        ("app.js", "App({});"),
        ("a/a.js", "Page({});"),
        ("a/a.wxml", "<view class=\"x\">a</view><view wx:if=\"{{a +}}\">b</view>"),
        ("a/a.wxss", ".x {\n  widht: 10px;\n}"),
    ];
    std::fs::create_dir(folder.path().join("a")).unwrap();
    for (path, text) in files {
        std::fs::write(folder.path().join(path), text).unwrap();
    }
    let mut command = display.command(env!("CARGO_BIN_EXE_pellicle"));
    command.arg("run").arg(folder.path()).args(["--renderer", "cpu"]).env("XDG_DATA_HOME", folder.path());
    let mut program = Running(command.stderr(Stdio::piped()).spawn().unwrap());
    display.settled(&mut program).unwrap();
    let said = said(program);
    for place in ["a/a.wxml:1:", "a/a.wxss:2:3: "] {
        assert_eq!(said.lines().filter(|line| line.starts_with(place)).count(), 1, "{said}");
    }
    assert!(said.contains("\n  2 |   widht: 10px;\n    |   ^\n"), "{said}");
}

#[test]
fn a_desktop_asks_its_user_for_pictures_and_opens_links() {
    use std::os::unix::fs::PermissionsExt;
    let Some(display) = display() else { return };
    let folder = tempfile::tempdir().unwrap();
    let root = folder.path();
    // The programs that a desktop has for dialogs and for links.
    let tool = |name: &str, text: String| {
        std::fs::write(root.join(name), text).unwrap();
        std::fs::set_permissions(root.join(name), std::fs::Permissions::from_mode(0o755)).unwrap();
    };
    let (picture, opened, pictures) = (root.join("leaf.png"), root.join("opened"), root.join("Pictures"));
    RgbImage::from_pixel(8, 8, image::Rgb([0, 160, 0])).save(&picture).unwrap();
    tool("kdialog", format!("#!/bin/sh\necho '{}'\n", picture.display()));
    tool("xdg-open", format!("#!/bin/sh\necho \"$1\" >> '{}'\n", opened.display()));
    let app = root.join("app");
    std::fs::create_dir(&app).unwrap();
    let js = "Page({ data: { path: '' }, choose() { wx.chooseImage({ count: 1, success: r => {
        this.setData({ path: r.tempFilePaths[0] });
        wx.saveImageToPhotosAlbum({ filePath: r.tempFilePaths[0], complete: () => wx.makePhoneCall({ phoneNumber: '+49 (30) 1234' }) });
      } }) } })";
    for (name, text) in [
        (
            "app.json",
            r#"{ "pages": ["index"], "window": { "navigationStyle": "custom", "navigationBarTitleText": "shop" } }"#,
        ),
        ("app.js", "App({})"),
        ("index.js", js),
        (
            "index.wxml",
            "<view bindtap='choose' class='all'><image wx:if='{{path}}' src='{{path}}' class='all'></image></view>",
        ),
        ("index.wxss", ".all { display: block; width: 100vw; height: 100vh; background: #a00000 }"),
    ] {
        std::fs::write(app.join(name), text).unwrap();
    }
    let path = format!("{}:{}", root.display(), std::env::var("PATH").unwrap_or_default());
    let mut command = display.command(env!("CARGO_BIN_EXE_pellicle"));
    let policy = root.join("policy.json");
    std::fs::write(&policy, r#"{ "scopes": { "scope.writePhotosAlbum": "grant" } }"#).unwrap();
    command
        .arg("run")
        .arg(&app)
        .args(["--renderer", "cpu", "--permissions"])
        .arg(&policy)
        .env("PATH", path)
        .env("XDG_DATA_HOME", root);
    command.env("HOME", root).env_remove("XDG_CURRENT_DESKTOP").env_remove("XDG_CONFIG_HOME").stderr(Stdio::piped());
    std::fs::create_dir_all(root.join(".config")).unwrap();
    std::fs::write(root.join(".config/user-dirs.dirs"), "XDG_PICTURES_DIR=\"$HOME/Pictures\"\n").unwrap();
    let mut program = Running(command.spawn().unwrap());
    let red = display.settled(&mut program).unwrap();
    let at = |picture: &RgbImage, color: [u8; 3]| picture.pixels().filter(|p| p.0 == color).count();
    assert!(at(&red, [160, 0, 0]) > 10_000);
    display.hand(&["mousemove", "150", "300", "click", "1"]);
    let green = display.settled(&mut program).unwrap();
    assert!(at(&green, [0, 160, 0]) > 10_000, "{}", said(program));
    let started = Instant::now();
    while std::fs::read_to_string(&opened).is_err() && started.elapsed() < Duration::from_secs(20) {
        std::thread::sleep(Duration::from_millis(100));
    }
    assert_eq!(std::fs::read_to_string(&opened).unwrap_or_default().trim(), "tel:+49301234", "{}", said(program));
    assert_eq!(std::fs::read_dir(&pictures).unwrap().count(), 1);
}
