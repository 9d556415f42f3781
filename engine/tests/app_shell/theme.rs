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

/// A page with one of each control, which says nothing of colours.
fn controls(darkmode: &str) -> Live {
    let wxml = "<button class='b' id='plain'>b</button><button class='b' id='main' type='primary'>b</button>\
        <button class='b' id='own'>b</button><switch id='off'/><switch id='on' checked/><checkbox id='check'/>\
        <radio id='radio'/><slider id='slider' value='50'/><progress id='progress' percent='50' stroke-width='20'/>\
        <input id='input' placeholder='MMMM'/><picker-view class='wheels'><picker-view-column>\
        <view wx:for='{{9}}' wx:key='*this'>.</view></picker-view-column></picker-view>";
    let wxss = ".b { height: 40px } #own { background: #00ff00 } .wheels { height: 200px } #input { font-size: 30px }";
    let app = format!(r#"{{ "pages": ["a"], {darkmode} "window": {{}} }}"#);
    Live::open(Program::new(&[
        ("app.json", &app),
        ("theme.json", "{}"),
        ("a.js", "Page({})"),
        ("a.wxml", wxml),
        ("a.wxss", wxss),
    ]))
}

#[test]
fn controls_are_dark_in_the_dark_where_the_program_follows_it() {
    let look = |live: &mut Live| {
        let mut at = |selector: &str, x: f32, y: f32| {
            let area = live.area(selector);
            live.pixel((area.x + x, area.y + y))
        };
        [
            at("#plain", 20.0, 20.0),
            at("#main", 20.0, 20.0),
            at("#own", 20.0, 20.0),
            at("#off", 40.0, 8.0),
            at("#on", 8.0, 16.0),
            at("#check", 11.0, 5.0),
            at("#radio", 11.0, 5.0),
            at("#slider", 4.0, 9.0),
            at("#progress", 300.0, 10.0),
            at("#progress", 20.0, 10.0),
            at(".wheels", 20.0, 2.0),
            at(".wheels", 20.0, 199.0),
        ]
    };
    // Of the ground between the controls, and the brightest or darkest of a placeholder.
    let ground = |live: &mut Live| {
        let area = live.area("#slider");
        live.pixel((2.0, area.y - 2.0))
    };
    let ink = |live: &mut Live| {
        let (area, ground) = (live.area("#input"), i32::from(ground(live)[0]));
        let (pixels, width) = live.picture();
        let rows = area.y as usize..(area.y + area.height) as usize;
        let all = rows.flat_map(|y| (0..150).map(move |x| (y * width + x) * 4)).map(|i| i32::from(pixels[i]));
        all.max_by_key(|red| (red - ground).abs()).unwrap()
    };
    let mut live = controls(r#""darkmode": true,"#);
    let light = (look(&mut live), ground(&mut live), ink(&mut live));
    assert_eq!((light.0[0], light.0[1], light.1), ([248; 3], [26, 173, 25], WHITE));
    assert!(light.2 < 160, "{}", light.2);
    live.driver().app.set_dark(true);
    log(&mut live);
    assert_eq!(ground(&mut live), [25; 3]);
    let dark = look(&mut live);
    // Of white a tenth and three tenths on #191919, and WeUI's colours.
    let near = |color: [u8; 3], to: [u8; 3]| color.iter().zip(to).all(|(a, b)| a.abs_diff(b) < 4);
    const BRAND: [u8; 3] = [7, 193, 96];
    let expected =
        [[48; 3], BRAND, [0, 255, 0], [48; 3], BRAND, [25; 3], [25; 3], BRAND, [17; 3], BRAND, [25; 3], [25; 3]];
    for (at, (color, to)) in dark.into_iter().zip(expected).enumerate() {
        assert!(near(color, to), "{at}: {color:?}, not {to:?}");
    }
    let written = ink(&mut live);
    assert!((70..110).contains(&written), "{written}");
    live.driver().app.set_dark(false);
    log(&mut live);
    assert_eq!((look(&mut live), ground(&mut live), ink(&mut live)), light);
    // A program that does not follow the system is light.
    let mut live = controls("");
    live.driver().app.set_dark(true);
    log(&mut live);
    assert_eq!((look(&mut live), ground(&mut live), ink(&mut live)), light);
}

#[test]
fn a_toast_is_dark_in_the_dark() {
    let mut live = program(r#""darkmode": true,"#, &["--dark"]);
    run(&mut live, "wx.showToast({ title: 'words', icon: 'none' })");
    let (width, height) = (live.driver().app.viewport().width, live.driver().app.viewport().height);
    let (pixels, across) = live.picture();
    // Above its text.
    let row = &pixels[(height / 2.0 - 62.0) as usize * across * 4..][..width as usize * 4];
    assert!(row.as_chunks::<4>().0.iter().any(|p| p[..3].iter().all(|c| (60..66).contains(c))), "a toast of #404040");
}
