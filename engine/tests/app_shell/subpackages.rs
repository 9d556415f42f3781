//! Subpackages, what they are loaded by, and where components come from.

use super::live::Live;
use super::program::Program;
use super::{log, run};
use std::path::PathBuf;

/// A main package with two subpackages, one of them independent.
fn program(more: &[(&str, &str)]) -> Live {
    let app = r#"{ "pages": ["pages/a/a"],
      "subpackages": [{ "root": "shop", "name": "s", "pages": ["list/list", "item"] },
        { "root": "/alone/", "independent": true, "pages": ["index"] }],
      "preloadRule": { "pages/a/a": { "network": "all", "packages": ["s", "alone"] } },
      "lazyCodeLoading": "requiredComponents", "sitemapLocation": "sitemap.json", "style": "v2",
      "requiredBackgroundModes": ["audio"], "permission": { "scope.userLocation": { "desc": "x" } },
      "networkTimeout": { "request": 1 }, "debug": true, "singlePage": {}, "functionalPages": true,
      "anythingElse": [1] }"#;
    let page = "Page({ onLoad(q) { console.log(this.route + ' ' + JSON.stringify(q)) } })";
    let mut files = vec![
        ("app.json", app),
        ("app.js", "console.log('app'); App({})"),
        ("sitemap.json", r#"{ "rules": [{ "action": "allow", "page": "*" }] }"#),
        ("pages/a/a.js", page),
        ("pages/a/a.wxml", "<view id='a'>a</view>"),
        ("shop/list/list.js", page),
        ("shop/list/list.wxml", "<navigator id='on' url='../item?id=1'>l</navigator>"),
        ("shop/item.js", page),
        ("shop/item.wxml", "<view>i</view>"),
        ("shop/price.js", "console.log('price runs'); exports.of = n => n + 1"),
        ("shop/broken.js", "throw new Error('it breaks')"),
        ("alone/index.js", page),
        ("alone/index.wxml", "<view>x</view>"),
    ];
    files.extend_from_slice(more);
    Live::open(Program::new(&files))
}

#[test]
fn pages_of_subpackages_are_pages_like_others_and_keys_of_other_parts_are_quiet() {
    let mut live = program(&[]);
    assert_eq!(log(&mut live), ["app", "pages/a/a {}"]);
    assert_eq!(run(&mut live, "wx.navigateTo({ url: '/shop/list/list' })"), ["shop/list/list {}"]);
    live.tap("#on");
    assert_eq!(log(&mut live), ["shop/item {\"id\":\"1\"}"]);
    assert_eq!(run(&mut live, "wx.reLaunch({ url: '/alone/index?x=y' })"), ["alone/index {\"x\":\"y\"}"]);
    assert_eq!(live.complaints(), [""; 0]);
}

#[test]
fn subpackages_are_fetched_before_they_are_needed() {
    let worker = ("work/w.js", "worker.onMessage(() => {})");
    let app = r#"{ "pages": ["pages/a/a"], "subPackages": [{ "root": "shop", "name": "s", "pages": ["item"] }],
      "workers": { "path": "work", "isSubpackage": true } }"#;
    let mut live = program(&[("app.json", app), ("pages/a/a.js", "Page({})"), worker]);
    log(&mut live);
    let mut fetch = |options: &str| {
        let script = format!(
            "const task = wx.preDownloadSubpackage({{ {options}, success: r => console.log(r.errMsg), \
               fail: e => console.log(e.errMsg), complete: () => console.log('complete') }}); \
             task.onProgressUpdate(p => console.log(p.progress, p.totalBytesWritten === p.totalBytesExpectedToWrite, \
               p.totalBytesWritten > 10)); console.log('asked')"
        );
        run(&mut live, &script)
    };
    let done = ["asked", "100 true true", "preDownloadSubpackage:ok", "complete"];
    assert_eq!(fetch("packageType: 'workers'"), done);
    assert_eq!(fetch("packageType: 'normal', name: 's'"), done);
    assert_eq!(fetch("packageType: 'normal', name: '/shop/'"), done);
    let failed = fetch("packageType: 'normal', name: 'none'");
    assert_eq!(failed, ["asked", "preDownloadSubpackage:fail no subpackage named \"none\"", "complete"]);
    assert_eq!(fetch("packageType: 'none'")[1], "preDownloadSubpackage:fail no subpackage of type \"none\"");
}

#[test]
fn modules_of_other_subpackages_come_later() {
    let loader = "Page({
        sync() { console.log('at once ' + require('../../shop/price').of(1)) },
        promise() { require.async('../../shop/price.js').then(m => console.log('then ' + m.of(1))); console.log('asked') },
        callback() { const r = require('../../shop/price', m => console.log('called ' + m.of(2)), e => console.log('no'));
          console.log('gave ' + r) },
        missing() {
          require.async('../../shop/none').then(() => console.log('no'), e => console.log(e.mod + '|' + e.errMsg));
          require('../../shop/none', () => console.log('no'), ({ mod, errMsg }) => console.log(mod + '|' + errMsg));
        },
        async broken() { try { await require.async('../../shop/broken') } catch (e) { console.log(e.message, e.mod) } },
        plugin() {
          requirePlugin.async('p').catch(({ mod, errMsg }) => console.log(mod + '|' + errMsg));
          requirePlugin('p', () => console.log('no'), ({ errMsg }) => console.log(errMsg));
          try { requirePlugin('p') } catch (e) { console.log(e.message) }
        } })";
    let mut live = program(&[("pages/a/a.js", loader)]);
    log(&mut live);
    let mut call = |method: &str| {
        live.call(method);
        log(&mut live)
    };
    assert_eq!(call("promise"), ["asked", "price runs", "then 2"]);
    assert_eq!(call("callback"), ["gave undefined", "called 3"]);
    assert_eq!(call("sync"), ["at once 2"]);
    let missing = "../../shop/none|Error: module '../../shop/none' is not found, required by 'pages/a/a.js'";
    assert_eq!(call("missing"), [missing, missing]);
    assert_eq!(call("broken"), ["it breaks ../../shop/broken"]);
    let none = "requirePlugin:fail there are no plugins here: p";
    assert_eq!(call("plugin"), [none, "there are no plugins here: p", &format!("p|{none}")]);
}

#[test]
fn components_are_found_beside_from_the_root_in_packages_and_in_the_app() {
    let component = |text: &str| format!("<view id='{text}'>{text}</view>");
    let names = ["beside", "below", "rooted", "npm", "folder", "global", "built"];
    let texts = names.map(component);
    let js = "Component({})";
    let json = r#"{ "component": true }"#;
    let places = [
        "shop/parts/beside",
        "shop/parts/deep/below",
        "parts/rooted",
        "node_modules/pack/dist/npm",
        "parts/folder/index",
        "parts/global",
        "miniprogram_npm/@scope/built/part/index",
    ];
    let mut files = vec![
        (
            "app.json".to_owned(),
            r#"{ "pages": ["a"], "subPackages": [{ "root": "shop", "pages": ["page"] }],
              "usingComponents": { "app-wide": "parts/global", "shadowed": "parts/none" } }"#
                .to_owned(),
        ),
        ("a.js".to_owned(), "Page({})".to_owned()),
        ("a.wxml".to_owned(), "<app-wide/>".to_owned()),
        ("shop/page.js".to_owned(), "Page({})".to_owned()),
        (
            "shop/page.json".to_owned(),
            r#"{ "usingComponents": { "c-beside": "parts/beside", "c-below": "./parts/deep/below",
              "c-rooted": "/parts/rooted", "c-npm": "pack/npm", "c-folder": "../parts/folder",
              "c-built": "@scope/built/part", "shadowed": "/parts/rooted" } }"#
                .to_owned(),
        ),
        (
            "shop/page.wxml".to_owned(),
            "<c-beside/><c-below/><c-rooted/><c-npm/><c-folder/><c-built/><app-wide/><shadowed/>".to_owned(),
        ),
        ("node_modules/pack/package.json".to_owned(), r#"{ "miniprogram": "dist" }"#.to_owned()),
    ];
    for (place, text) in places.iter().zip(&texts) {
        files.push((format!("{place}.wxml"), text.clone()));
        files.push((format!("{place}.js"), js.to_owned()));
        files.push((format!("{place}.json"), json.to_owned()));
    }
    let files: Vec<(&str, &str)> = files.iter().map(|(path, text)| (path.as_str(), text.as_str())).collect();
    let mut live = Live::open(Program::new(&files));
    assert_eq!(live.text("#global"), "global");
    run(&mut live, "wx.navigateTo({ url: '/shop/page' })");
    for name in names {
        assert_eq!(live.text(&format!("#{name}")), name);
    }
    assert_eq!(live.text("#rooted@1"), "rooted");
    assert_eq!(live.complaints(), [""; 0]);
}

#[test]
fn what_is_not_there_has_its_placeholder_and_plugins_are_refused_with_words() {
    let mut live = Live::open(Program::new(&[
        (
            "app.json",
            r#"{ "pages": ["a"],
"plugins": { "maps": { "version": "1.0.0", "provider": "wx76a9a06e5b4e693e" } } }"#,
        ),
        (
            "a.json",
            r#"{ "usingComponents": { "x-map": "plugin://maps/map", "far-away": "/shop/none", "near-by": "./near" },
              "componentPlaceholder": { "x-map": "view", "far-away": "near-by" } }"#,
        ),
        ("a.js", "Page({})"),
        ("a.wxml", "<x-map id='map'>m</x-map><far-away id='far'/>"),
        ("near.wxml", "<view id='near'>near</view>"),
        ("near.json", r#"{ "component": true }"#),
        ("near.js", "Component({})"),
    ]));
    assert_eq!((live.text("#map").as_str(), live.text("#near").as_str()), ("m", "near"));
    let complaints = live.complaints();
    let told = |text: &str| complaints.iter().filter(|line| line.contains(text)).count();
    assert_eq!(told("app.json:2:22: the plugin \"maps\" is not available"), 1, "{complaints:#?}");
    assert_eq!(
        told("component \"x-map\" (plugin://maps/map) is of a plugin; it is shown as its placeholder <view>"),
        1
    );
    assert_eq!(told("component \"far-away\" not found"), 1);
    assert_eq!(complaints.len(), 3, "{complaints:#?}");
}

/// The platform's own demonstration: three subpackages, light and dark, a hundred and seventy pages.
#[test]
fn a_real_program_with_subpackages_is_walked_through() {
    let Some(programs) = std::env::var_os("PELLICLE_PROGRAMS").map(PathBuf::from) else {
        println!("not run: PELLICLE_PROGRAMS is not set");
        return;
    };
    let mut live = Live::open_at(&programs.join("D08-hotel.src/miniprogram"), &[]);
    live.wait(2500.0);
    assert_eq!(live.page(), "page/component/index");
    let bar = live.pixel((5.0, 5.0));
    live.driver().app.set_dark(true);
    live.wait(100.0);
    assert_eq!((bar, live.pixel((5.0, 5.0))), ([0xf7; 3], [0x1f; 3]));
    let height = live.driver().app.viewport().height;
    assert_eq!(live.pixel((5.0, height - 5.0)), [0x1f; 3], "the tab bar");
    live.tap("#form");
    // The list opens by a transition.
    live.wait(600.0);
    live.tap("navigator.navigator@4");
    live.wait(300.0);
    assert_eq!(live.page(), "packageComponent/pages/form/label/label");
    live.key(pellicle::interact::Key::Back);
    live.wait(100.0);
    // A page of each subpackage, and a tab.
    let pages = [
        ("navigateTo", "packageAPI/pages/page/navigation-bar/navigation-bar"),
        ("navigateTo", "packageAPI/pages/route/eventChannel/eventChannel"),
        ("switchTab", "page/API/index"),
        ("reLaunch", "packageIndependent/pages/vtabs/vtabs"),
        ("redirectTo", "packageIndependent/pages/sticky/sticky"),
    ];
    for (api, page) in pages {
        run(&mut live, &format!("wx.{api}({{ url: '/{page}' }})"));
        live.wait(300.0);
        live.picture();
        assert_eq!(live.page(), page);
    }
    let faults: Vec<String> = live.complaints().into_iter().filter(|line| line.contains("(in ")).collect();
    assert_eq!(faults, [""; 0]);
}
