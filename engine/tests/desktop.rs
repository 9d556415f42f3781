//! What a desktop offers mini-programs: files that its user chooses, pictures, permissions.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

#[path = "support/live.rs"]
#[allow(dead_code)] // other tests use more of it
mod live;
#[path = "support/program.rs"]
mod program;

use live::Live;
use program::Program;
use serde_json::json;
use tempfile::{NamedTempFile, TempDir};

/// A folder with a picture of 40 x 20 px and a text.
fn chosen() -> (TempDir, Vec<String>) {
    let folder = TempDir::new().unwrap();
    let picture = folder.path().join("leaf.png");
    image::RgbImage::from_pixel(40, 20, image::Rgb([0, 160, 0])).save(&picture).unwrap();
    let text = folder.path().join("notes.txt");
    std::fs::write(&text, "twelve chars").unwrap();
    let paths = [picture, text].map(|p| p.to_string_lossy().into_owned()).to_vec();
    (folder, paths)
}

/// A page that runs `script` when it is ready, with `told(name)` to keep what calls answer.
fn open(script: &str, choose: &[&str]) -> Live {
    open_with(script, choose, &[])
}

/// The same, with further options.
fn open_with(script: &str, choose: &[&str], options: &[&str]) -> Live {
    let wxml = "<image id='shown' wx:if='{{shown}}' src='{{shown}}' style='width: 40px; height: 20px'></image>";
    let js = format!(
        "Page({{ data: {{}}, onReady() {{ const page = this;
           const told = name => ({{ success: r => page.setData({{ [name]: r }}), fail: e => page.setData({{ [name]: e }}) }});
           {script} }} }})"
    );
    let choose = choose.iter().flat_map(|path| ["--choose", path]);
    let options: Vec<&str> = choose.chain(options.iter().copied()).collect();
    let mut live = Live::open_with(Program::page(wxml, "page { background: white }", &js), &options);
    live.wait(200.0);
    live
}

#[test]
fn a_picture_is_chosen_shown_measured_and_compressed() {
    let (_folder, paths) = chosen();
    let mut live = open(
        "wx.chooseImage({ count: 1, success: r => {
           const path = r.tempFilePaths[0];
           page.setData({ size: r.tempFiles[0].size > 0, shown: path });
           wx.getImageInfo({ src: path, ...told('info') });
           wx.compressImage({ src: path, quality: 50, compressedWidth: 10, success: s =>
             wx.getImageInfo({ src: s.tempFilePath, ...told('small') }) });
         } });",
        &[&paths[0]],
    );
    let data = live.data();
    assert_eq!(
        (&data["size"], &data["info"]["width"], &data["info"]["type"]),
        (&json!(true), &json!(40), &json!("png"))
    );
    let small = &data["small"];
    assert_eq!((&small["width"], &small["height"], &small["type"]), (&json!(10), &json!(5), &json!("jpeg")), "{data}");
    let area = live.area("#shown");
    assert_eq!(live.pixel((area.x + 20.0, area.y + 10.0)), [0, 160, 0]);
}

#[test]
fn media_and_files_are_told_apart_and_no_choice_fails() {
    let (_folder, paths) = chosen();
    let mut live = open(
        "wx.chooseMedia({ mediaType: ['image'], ...told('media') });
         wx.chooseMessageFile({ count: 5, type: 'all', success: r => {
           page.setData({ files: r.tempFiles });
           wx.getFileSystemManager().readFile({ filePath: r.tempFiles[0].path, encoding: 'utf8', ...told('text') });
         } });
         wx.chooseImage({ ...told('none') });",
        &[&paths[0], &paths[1]],
    );
    let data = live.data();
    let media = &data["media"]["tempFiles"][0];
    assert_eq!(
        (&media["fileType"], &media["width"], &data["media"]["type"]),
        (&json!("image"), &json!(40), &json!("image"))
    );
    let file = &data["files"][0];
    assert_eq!((&file["name"], &file["size"], &file["type"]), (&json!("notes.txt"), &json!(12), &json!("file")));
    assert_eq!(data["text"]["data"], "twelve chars");
    assert_eq!(data["none"]["errMsg"], "chooseImage:fail cancel");
}

#[test]
fn what_a_desktop_does_not_have_fails_and_programs_go_on() {
    let policy = NamedTempFile::new().unwrap();
    std::fs::write(
        policy.path(),
        r#"{ "scopes": { "scope.writePhotosAlbum": "grant", "scope.userLocation": "deny" } }"#,
    )
    .unwrap();
    let mut live = open_with(
        "wx.login(told('login')); wx.getSetting(told('setting')); wx.authorize({ scope: 'scope.userLocation', ...told('denied') });
         wx.authorize({ scope: 'scope.writePhotosAlbum', ...told('granted') }); wx.vibrateShort(told('shaken'));
         wx.makePhoneCall({ phoneNumber: 'rm -rf', ...told('phone') }); wx.saveImageToPhotosAlbum({ filePath: 'none.png', ...told('saved') });
         wx.getLocation(told('place')); page.setData({ run: typeof wx.getWeRunData })",
        &[],
        &["--permissions", policy.path().to_str().unwrap()],
    );
    let data = live.data();
    let message = |name: &str| data[name]["errMsg"].as_str().unwrap_or_default().to_owned();
    assert_eq!(message("login"), "login:fail this host has no accounts");
    assert_eq!(data["setting"]["authSetting"], json!({ "scope.writePhotosAlbum": true, "scope.userLocation": false }));
    assert_eq!([message("denied"), message("granted")], ["authorize:fail auth deny", "authorize:ok"]);
    assert_eq!(message("shaken"), "vibrateShort:ok");
    assert!(message("phone").starts_with("makePhoneCall:fail"), "{data}");
    assert!(message("saved").starts_with("saveImageToPhotosAlbum:fail"), "{data}");
    assert_eq!(message("place"), "getLocation:fail auth deny");
    assert_eq!(data["run"], "undefined");
}

#[test]
fn pictures_are_looked_at_one_after_the_other() {
    let folder = TempDir::new().unwrap();
    let mut options = Vec::new();
    for (name, color) in [("red.png", [200, 0, 0]), ("blue.png", [0, 0, 200])] {
        let path = folder.path().join(name);
        image::RgbImage::from_pixel(20, 10, image::Rgb(color)).save(&path).unwrap();
        options.push(path.to_string_lossy().into_owned());
    }
    let options: Vec<&str> = options.iter().map(String::as_str).collect();
    let mut live = open(
        "page.setData({ taps: 0 }); page.tap = () => page.setData({ taps: page.data.taps + 1 });
         wx.chooseImage({ count: 2, success: r => wx.previewImage({ urls: r.tempFilePaths, current: r.tempFilePaths[1], ...told('shown') }) })",
        &options,
    );
    let (pixels, width) = live.picture();
    let (across, down) = (width as f32, (pixels.len() / 4 / width) as f32);
    let middle = (across / 2.0, down / 2.0);
    assert_eq!(live.data()["shown"]["errMsg"], "previewImage:ok");
    // As wide as the surface, as high as that makes it.
    assert_eq!((live.pixel(middle), live.pixel((across / 2.0, down * 0.1 + 60.0))), ([0, 0, 200], [0, 0, 0]));
    live.drag(middle, (120.0, 10.0));
    live.frames(2);
    assert_eq!(live.pixel(middle), [200, 0, 0]);
    // There is none before the first.
    live.drag(middle, (120.0, 0.0));
    live.frames(2);
    assert_eq!(live.pixel(middle), [200, 0, 0]);
    live.drag(middle, (0.0, 0.0));
    live.frames(2);
    assert_eq!(live.pixel(middle), [255, 255, 255]);
}
