//! What a mini-program may do is asked over it: the user reads who asks for what and why, and taps.

use crate::live::Live;
use crate::program::Program;
use serde_json::{Value, json};
use std::path::Path;

const REASON: &str = "用于保存你的收据";

fn open(policy: &str, audit: &Path) -> Live {
    let js = "const told = (page, name) => ({ complete: r => page.setData({ [name]: r }) });
        Page({ data: { count: 0 },
          save() { wx.saveImageToPhotosAlbum({ filePath: '/none.png', ...told(this, 'saved') }) },
          place() { wx.getLocation(told(this, 'place')) },
          choose() { wx.chooseImage(told(this, 'chosen')) },
          settings() { wx.openSetting(told(this, 'settings')) },
          go() { this.setData({ count: this.data.count + 1 }) } })";
    let app = json!({ "pages": ["index"], "permission": { "scope.writePhotosAlbum": { "desc": REASON } } });
    let files = Program::new(&[
        ("app.json", &app.to_string()),
        ("app.js", "App({})"),
        ("project.config.json", r#"{ "appid": "wx1", "projectname": "Shop" }"#),
        ("index.js", js),
        ("index.wxml", "<view class='go' bindtap='go' style='height: 100px'>{{count}}</view>"),
    ]);
    let file = audit.with_file_name("policy.json");
    std::fs::write(&file, policy).unwrap();
    Live::open_with(files, &["--permissions", file.to_str().unwrap(), "--audit", audit.to_str().unwrap()])
}

/// The colour of the button that grants.
const GREEN: [u8; 3] = [7, 193, 96];

/// The middle of what has this colour.
fn middle_of(live: &mut Live, color: [u8; 3]) -> Option<(f32, f32)> {
    let (pixels, width) = live.picture();
    let at = |i: usize| ((i % width) as f32, (i / width) as f32);
    let found: Vec<(f32, f32)> =
        pixels.chunks_exact(4).enumerate().filter(|(_, pixel)| pixel[..3] == color).map(|(i, _)| at(i)).collect();
    let count = found.len() as f32;
    let (x, y) = found.iter().fold((0.0, 0.0), |(x, y), place| (x + place.0, y + place.1));
    (!found.is_empty()).then(|| (x / count, y / count))
}

/// Keeps a picture for people, where `PELLICLE_LOOK` names a folder.
fn look(live: &mut Live, name: &str) {
    let Some(folder) = std::env::var_os("PELLICLE_LOOK") else { return };
    let (pixels, width) = live.picture();
    let (file, height) = (Path::new(&folder).join(format!("{name}.png")), (pixels.len() / 4 / width) as u32);
    image::save_buffer(file, &pixels, width as u32, height, image::ColorType::Rgba8).unwrap();
}

fn message(data: &Value, name: &str) -> String {
    data[name]["errMsg"].as_str().unwrap_or_default().to_owned()
}

#[test]
fn the_user_grants_and_denies_in_a_dialog_and_changes_it_in_the_settings() {
    let folder = tempfile::tempdir().unwrap();
    let audit = folder.path().join("audit.log");
    let mut live = open(r#"{ "default": "ask" }"#, &audit);
    live.call("save");
    // The call waits, and the page is covered.
    assert_eq!(live.data()["saved"], Value::Null);
    let grant = middle_of(&mut live, GREEN).expect("a button that grants");
    look(&mut live, "asked");
    live.tap(".go");
    assert_eq!(live.data()["count"], 0);
    live.tap_at(grant);
    live.wait(50.0);
    // It was let through to the album, which has no such picture.
    let saved = message(&live.data(), "saved");
    assert!(saved.starts_with("saveImageToPhotosAlbum:fail") && !saved.contains("auth"), "{saved}");
    assert_eq!(middle_of(&mut live, GREEN), None);

    live.call("place");
    let (x, y) = middle_of(&mut live, GREEN).expect("a button that grants");
    // The other button lies left of it.
    live.tap_at((x - 150.0, y));
    live.wait(50.0);
    assert_eq!(message(&live.data(), "place"), "getLocation:fail auth deny");
    // A denied one is not asked again; what is chosen by the user himself is not asked at all.
    live.call("place");
    live.call("choose");
    assert_eq!(middle_of(&mut live, GREEN), None);
    assert_eq!(message(&live.data(), "chosen"), "chooseImage:fail cancel");

    live.call("settings");
    // Sorted by scope, location comes first and is off; the album is on. The green at the end says that all is done.
    let (pixels, width) = live.picture();
    let rows = |color: [u8; 3]| -> Vec<usize> {
        let row = |row: &[u8]| row.chunks_exact(4).filter(|pixel| pixel[..3] == color).count();
        let rows = pixels.chunks_exact(width * 4).enumerate();
        rows.filter(|(_, line)| row(line) > 12).map(|(y, _)| y).collect()
    };
    let green = rows(GREEN);
    let on = green.first().copied().expect("a switch that is on") as f32 + 12.0;
    let x = 187.0;
    live.tap_at((x, on));
    live.tap_at((x, on - 48.0));
    let (pixels, _) = live.picture();
    let last = pixels.chunks_exact(4).rposition(|pixel| pixel[..3] == GREEN).expect("the button") / width;
    live.tap_at((x, last as f32 - 4.0));
    live.wait(50.0);
    let settings = json!({ "scope.userLocation": true, "scope.writePhotosAlbum": false });
    assert_eq!(live.data()["settings"]["authSetting"], settings);
    live.call("save");
    live.call("place");
    let data = live.data();
    assert_eq!(message(&data, "saved"), "saveImageToPhotosAlbum:fail auth deny");
    assert_eq!(message(&data, "place"), "getLocation:fail this host does not know where it is");
    drop(live);
    let text = std::fs::read_to_string(&audit).unwrap();
    let count =
        |verdict: &str| text.lines().filter(|line| line.contains(&format!("\"verdict\":\"{verdict}\""))).count();
    assert_eq!((count("granted"), count("revoked")), (2, 1), "{text}");
}

#[test]
fn what_is_not_in_the_policy_is_denied_without_a_dialog() {
    let folder = tempfile::tempdir().unwrap();
    let audit = folder.path().join("audit.log");
    let mut live = open("{}", &audit);
    live.call("save");
    assert_eq!(message(&live.data(), "saved"), "saveImageToPhotosAlbum:fail auth deny");
    assert_eq!(middle_of(&mut live, GREEN), None);
    drop(live);
    let text = std::fs::read_to_string(&audit).unwrap();
    let line: Value = serde_json::from_str(text.lines().next().unwrap()).unwrap();
    assert_eq!([&line["api"], &line["verdict"], &line["app"]], ["saveImageToPhotosAlbum", "denied", "wx1"]);
}

#[test]
fn everything_that_was_granted_can_be_taken_back_however_much_it_is() {
    let scopes = [
        "userLocation",
        "userFuzzyLocation",
        "userLocationBackground",
        "record",
        "camera",
        "bluetooth",
        "writePhotosAlbum",
        "addPhoneContact",
        "addPhoneCalendar",
        "werun",
        "userInfo",
        "address",
        "invoiceTitle",
        "invoice",
        "clipboard",
        "chooseFile",
        "phoneCall",
        "scanCode",
    ];
    let js = format!(
        "const scopes = {};
         Page({{
           next() {{ wx.authorize({{ scope: 'scope.' + scopes.pop(), fail: e => console.error(e.errMsg) }}) }},
           settings() {{ wx.openSetting({{ complete: r => this.setData({{ settings: r.authSetting }}) }}) }} }})",
        json!(scopes)
    );
    let files = Program::page("<view/>", "", &js);
    let policy = files.path().join("policy.json");
    let asked: serde_json::Map<String, Value> =
        scopes.iter().map(|scope| (format!("scope.{scope}"), json!("ask"))).collect();
    std::fs::write(&policy, json!({ "scopes": asked }).to_string()).unwrap();
    let mut live = Live::open_with(files, &["--permissions", policy.to_str().unwrap(), "--viewport", "320x480"]);
    for _ in scopes {
        live.call("next");
        let grant = middle_of(&mut live, GREEN).expect("a button that grants");
        live.tap_at(grant);
        live.wait(50.0);
    }
    live.call("settings");
    look(&mut live, "settings");
    for scope in scopes {
        let (pixels, width) = live.picture();
        let on = pixels.chunks_exact(4).position(|pixel| pixel[..3] == GREEN).unwrap_or_else(|| panic!("{scope}"));
        live.tap_at(((on % width) as f32 + 2.0, (on / width) as f32 + 8.0));
    }
    let done = middle_of(&mut live, GREEN).expect("the button");
    live.tap_at(done);
    live.wait(50.0);
    let settings = live.data()["settings"].as_object().unwrap().clone();
    assert_eq!(settings.len(), scopes.len(), "{settings:?}");
    assert!(settings.values().all(|granted| granted == false), "{settings:?}");
}
