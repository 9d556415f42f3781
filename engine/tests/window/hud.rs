//! Figures over the picture in a window.

use super::{Running, display, renderers, sleeps};
use image::RgbImage;
use std::time::Duration;

/// True if the panel's dark ground is at the window's lower edge, in the middle.
fn has_panel(screen: &RgbImage) -> bool {
    // Windows stand in the corner without a window manager. No text stands in the panel's last rows.
    (0..300).all(|x| screen.get_pixel(30 + x, 667 - 11).0.iter().all(|&c| c < 70))
}

#[test]
fn figures_are_shown_and_hidden_by_a_key_and_a_window_with_them_rests() {
    let Some(display) = display() else { return };
    let storage = tempfile::tempdir().unwrap();
    for renderer in renderers() {
        let trace = storage.path().join(format!("{renderer}.json"));
        let mut command = display.shop(storage.path());
        command.args(["--renderer", renderer, "--hud", "--trace"]).arg(&trace);
        let mut program = Running(command.spawn().unwrap());
        let shown = display.settled(&mut program).unwrap();
        assert!(has_panel(&shown), "{renderer}");
        std::thread::sleep(Duration::from_secs(2));
        let before = sleeps(program.0.id());
        std::thread::sleep(Duration::from_secs(5));
        assert_eq!(sleeps(program.0.id()) - before, 0, "{renderer}: it shows figures and rests");
        display.focus();
        display.hand(&["key", "F12"]);
        assert!(!has_panel(&display.settled(&mut program).unwrap()), "{renderer}");
        display.hand(&["key", "F12"]);
        assert!(has_panel(&display.settled(&mut program).unwrap()), "{renderer}");
        // The window is closed, and the trace is written.
        let window = display.window();
        assert!(display.command("xdotool").args(["windowclose", &window]).status().unwrap().success());
        let status = program.0.wait().unwrap();
        assert!(status.success(), "{renderer}: {status}");
        let text = std::fs::read(&trace).unwrap();
        let trace: serde_json::Value = serde_json::from_slice(&text).unwrap();
        let events = trace["traceEvents"].as_array().unwrap();
        let named = |name: &str| events.iter().any(|event| event["name"] == name);
        for name in ["launch", "publish", "frame", "paint", "submit"] {
            assert!(named(name), "{renderer}: {name}");
        }
        if renderer == "gpu" {
            assert!(named("wait") && named("GPU frame"));
        }
    }
}
