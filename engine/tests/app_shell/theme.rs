//! Light and dark while a program runs.

use super::live::Live;
use super::program::Program;
use super::{log, run, value};
use serde_json::json;

const WHITE: [u8; 3] = [255; 3];
const BLACK: [u8; 3] = [0; 3];

/// A program with two tabs and a page beside them, whose bars have other colours in the dark.
fn program(darkmode: &str, options: &[&str]) -> Live {
    let app = format!(
        r#"{{ "pages": ["a", "b", "c"], {darkmode} "themeLocation": "theme.json",
          "window": {{ "navigationBarBackgroundColor": "@bar", "navigationBarTextStyle": "@ink",
            "backgroundColor": "@ground", "navigationBarTitleText": "t" }},
          "tabBar": {{ "color": "@ink", "selectedColor": "@ink", "backgroundColor": "@tabs", "borderStyle": "@line",
            "list": [{{ "pagePath": "a", "text": "", "iconPath": "@icon", "selectedIconPath": "@icon" }},
              {{ "pagePath": "b", "text": "B" }}] }} }}"#
    );
    let theme = r##"{ "light": { "bar": "#ff0000", "ink": "black", "ground": "#eeeeee", "tabs": "#00ffff", "line": "black",
        "icon": "day.png", "own": "#ffff00" },
      "dark": { "bar": "#0000ff", "ink": "white", "ground": "#111111", "tabs": "#008000", "line": "white",
        "icon": "night.png", "own": "#800080" } }"##;
    let style = "page { height: 100% } .m { width: 50px; height: 50px; background: #ff0000 }
        @media (prefers-color-scheme: dark) { .m { background: #0000ff } }";
    let js = "Page({ onShow() { console.log('show') } })";
    let app_js = "App({ onThemeChange(e) { console.log('app ' + e.theme) } });
        wx.onThemeChange(e => console.log('listener ' + e.theme + ' ' + wx.getSystemInfoSync().theme))";
    let files = [
        ("app.json", app.as_str()),
        ("app.js", app_js),
        ("theme.json", theme),
        ("app.wxss", style),
        ("a.js", js),
        ("a.wxml", "<view class='m' id='m'></view>"),
        ("b.js", js),
        ("b.wxml", "<view>b</view>"),
        ("c.js", js),
        ("c.json", r#"{ "navigationBarBackgroundColor": "@own", "backgroundColor": "@missing" }"#),
        ("c.wxml", "<view>c</view>"),
    ];
    let program = Program::new(&files);
    for (name, color) in [("day.png", WHITE), ("night.png", BLACK)] {
        image::RgbImage::from_pixel(8, 8, image::Rgb(color)).save(program.path().join(name)).unwrap();
    }
    Live::open_with(program, options)
}

/// The colours of navigation bar, the view, the page's ground, and of the tab bar beside and on the first icon.
fn colours(live: &mut Live) -> [[u8; 3]; 5] {
    let height = live.driver().app.viewport().height;
    let tab = height - 25.0;
    [(100.0, 10.0), (20.0, 80.0), (200.0, 300.0), (20.0, tab), (375.0 / 4.0, tab)].map(|at| live.pixel(at))
}

const DAY: [[u8; 3]; 5] = [[255, 0, 0], [255, 0, 0], [238; 3], [0, 255, 255], WHITE];
const NIGHT: [[u8; 3]; 5] = [[0, 0, 255], [0, 0, 255], [17; 3], [0, 128, 0], BLACK];

#[test]
fn a_program_that_follows_the_system_changes_with_it() {
    let mut live = program(r#""darkmode": true,"#, &[]);
    log(&mut live);
    assert_eq!((colours(&mut live), value(&mut live, "wx.getSystemInfoSync().theme")), (DAY, json!("light")));
    live.driver().app.set_dark(true);
    assert_eq!(log(&mut live), ["app dark", "listener dark dark"]);
    assert_eq!(colours(&mut live), NIGHT);
    live.driver().app.set_dark(true);
    assert_eq!(log(&mut live), [""; 0], "it was already");
    // A page that comes later, with a colour of its own, and one that lies behind meanwhile.
    run(&mut live, "wx.navigateTo({ url: 'c' })");
    assert_eq!((live.pixel((100.0, 10.0)), live.pixel((200.0, 300.0))), ([128, 0, 128], [17; 3]));
    live.driver().app.set_dark(false);
    assert_eq!(log(&mut live), ["app light", "listener light light"]);
    assert_eq!((live.pixel((100.0, 10.0)), live.pixel((200.0, 300.0))), ([255, 255, 0], [238; 3]));
    run(&mut live, "wx.navigateBack()");
    assert_eq!(colours(&mut live), DAY);
}

#[test]
fn what_script_has_set_stays() {
    let mut live = program(r#""darkmode": true,"#, &[]);
    run(
        &mut live,
        "wx.setNavigationBarColor({ frontColor: '#ffffff', backgroundColor: '#008000' });
         wx.setTabBarStyle({ backgroundColor: '#ffff00' }); wx.setBackgroundColor({ backgroundColor: '#00ff00' })",
    );
    let own = |view, icon| [[0, 128, 0], view, [0, 255, 0], [255, 255, 0], icon];
    assert_eq!(colours(&mut live), own([255, 0, 0], WHITE));
    live.driver().app.set_dark(true);
    log(&mut live);
    assert_eq!(colours(&mut live), own([0, 0, 255], BLACK));
}

#[test]
fn a_program_that_does_not_follow_has_media_queries_only() {
    for options in [&[][..], &["--dark"]] {
        let mut live = program("", options);
        log(&mut live);
        live.driver().app.set_dark(true);
        assert_eq!(log(&mut live), [""; 0]);
        let mut expected = DAY;
        expected[1] = [0, 0, 255];
        assert_eq!(colours(&mut live), expected);
        assert_eq!(
            value(&mut live, "String(wx.getSystemInfoSync().theme) + wx.getAppBaseInfo().theme"),
            "undefinedundefined"
        );
    }
}

#[test]
fn a_program_that_starts_in_the_dark_is_dark_at_once() {
    let mut live = program(r#""darkmode": true,"#, &["--dark"]);
    assert_eq!((colours(&mut live), value(&mut live, "wx.getSystemInfoSync().theme")), (NIGHT, json!("dark")));
}

#[test]
fn dialogs_and_sheets_are_dark_in_the_dark() {
    // Of a thousand.
    let bright = |live: &mut Live, rows: std::ops::Range<usize>| {
        let (pixels, width) = live.picture();
        let rows = &pixels[rows.start * width * 4..rows.end * width * 4];
        let lit = rows.as_chunks::<4>().0.iter().filter(|p| p[..3].iter().all(|c| *c > 200)).count();
        lit * 1000 / (rows.len() / 4)
    };
    let mut live = program(r#""darkmode": true,"#, &[]);
    for (call, rows) in [
        ("wx.showModal({ title: 'A question', content: 'of some words' })", 300..420),
        ("wx.showActionSheet({ itemList: ['one', 'two', 'three'] })", 600..700),
    ] {
        live.driver().app.set_dark(false);
        run(&mut live, call);
        let light = bright(&mut live, rows.clone());
        assert!(light > 600, "{call}: {light}");
        live.driver().app.set_dark(true);
        log(&mut live);
        let dark = bright(&mut live, rows);
        // But what is written on it.
        assert!((1..80).contains(&dark), "{call}: {dark}");
        live.key(pellicle::interact::Key::Back);
        live.wait(100.0);
    }
}
