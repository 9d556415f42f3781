//! A C program that calls everything, rightly and wrongly, with sanitizers and without.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure
#![cfg(target_os = "linux")]

mod support;

use pellicle::package::FolderPackage;
use pellicle::package::archive::{SecretKey, pack};
use pellicle_script::realm::ScriptEngine;
use std::path::Path;
use std::process::Command;

/// What the program in C opens: rows of 40 px that do things when they are tapped, and a page beside.
const FILES: &[(&str, &str)] = &[
    (
        "app.json",
        r##"{ "pages": ["pages/a/a", "pages/b/b"], "darkmode": true, "window": { "navigationBarTitleText": "First" },
              "permission": { "scope.record": { "desc": "for a test" } } }"##,
    ),
    ("project.config.json", r#"{ "appid": "wx0123456789abcdef", "projectname": "Rows" }"#),
    (
        "app.js",
        r#"
        wx.onThemeChange(({ theme }) => console.log(`theme ${theme}`))
        wx.onMemoryWarning(({ level }) => console.log(`memory ${level}`))
        wx.onWindowResize(({ size }) => {
            const { safeArea, statusBarHeight } = wx.getWindowInfo()
            console.log(`safe ${statusBarHeight} ${safeArea.top} ${safeArea.bottom}`)
            console.log(`width ${size.windowWidth}`)
        })
        wx.onKeyboardHeightChange(({ height }) => height && console.log(`keyboard ${height}`))
        const updates = wx.getUpdateManager()
        updates.onCheckForUpdate(({ hasUpdate }) => console.log(`update ${hasUpdate}`))
        updates.onUpdateFailed(() => console.log('update failed'))
        updates.onUpdateReady(() => { console.log('update ready'); updates.applyUpdate() })
        wx.onCartChange((told) => {
            if (told === 'throw') throw new Error('on purpose')
            console.log(`cart ${JSON.stringify(told)}`)
        })
        App({
            onShow() { console.log('shown') },
            onHide() { console.log('hidden') },
        })"#,
    ),
    (
        "pages/a/a.wxml",
        r#"<view class="row {{on ? 'on' : ''}}" bindtap="tap"></view>
           <input class="row" type="digit" maxlength="6" adjust-position="{{false}}" bindinput="typed"/>
           <view class="row" bindtap="go">go</view>
           <view class="row" bindtap="pay">pay</view>
           <view class="row" bindtap="ask">ask</view>
           <view class="row" bindtap="settings">settings</view>
           <view class="tall"></view>"#,
    ),
    (
        "pages/a/a.wxss",
        ".row { height: 40px } .on { background: red } .tall { height: 900px; background: linear-gradient(#fff, #08f) }",
    ),
    (
        "pages/a/a.js",
        r#"Page({
            data: { on: false },
            onReady() { console.log('ready') },
            onPageScroll({ scrollTop }) { if (scrollTop % 120 === 0) console.log(`scrolled ${scrollTop}`) },
            tap() { this.setData({ on: !this.data.on }); console.log('tapped') },
            typed({ detail }) { console.log(`typed ${detail.value}`) },
            go() { wx.navigateTo({ url: '/pages/b/b' }) },
            pay() {
                wx.pay({
                    amount: 3,
                    success: ({ receipt }) => console.log(`paid ${receipt}`),
                    fail: ({ errno, errMsg }) => console.log(`not paid ${errno} ${errMsg}`),
                })
            },
            settings() {
                wx.openSetting({
                    success: ({ authSetting }) => console.log(`settings ${JSON.stringify(authSetting)}`),
                })
            },
            ask() {
                wx.authorize({
                    scope: 'scope.record',
                    success: () => console.log('may'),
                    fail: () => console.log('refused'),
                })
            },
        })"#,
    ),
    ("pages/b/b.json", r#"{ "navigationBarTitleText": "Second" }"#),
    ("pages/b/b.wxml", "<view>second</view>"),
    ("pages/b/b.js", "Page({ onLoad({ x }) { if (x) console.log(`second ${x}`) } })"),
];

/// Builds the program and runs it on the mini-program as a folder and as a package.
fn calls_all(options: &[&str]) {
    let folder = tempfile::tempdir().unwrap();
    let at = |name: &str| folder.path().join(name);
    for (name, text) in FILES {
        let path = at("program").join(name);
        std::fs::create_dir_all(path.parent().unwrap()).unwrap();
        std::fs::write(path, text).unwrap();
    }
    let key = SecretKey::from_seed(&[1; 32]);
    let engine = semver::VersionReq::STAR;
    let package = pack(&FolderPackage::open(&at("program")).unwrap(), engine, &[&key]).unwrap();
    std::fs::write(at("program.ma"), package).unwrap();
    let known = key.public().to_string();
    let other = SecretKey::from_seed(&[2; 32]).public().to_string();

    let mut options = options.to_vec();
    if ScriptEngine::BUILT.contains(&ScriptEngine::QuickJs) {
        options.push("-DQUICKJS");
    }
    let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/c/abi.c");
    support::build(&source, &at("abi"), &options, &[]);
    let mut program = Command::new(at("abi"));
    program.arg(at("program")).arg(at("program.ma")).args([known, other]).arg(at("data"));
    let ran = program.output().unwrap();
    assert!(ran.status.success(), "{:?}\n{}", ran.status, String::from_utf8_lossy(&ran.stderr));
}

#[test]
fn all_calls_do_what_they_say_with_script_in_processes() {
    calls_all(&[]);
}

#[test]
fn all_calls_do_what_they_say_under_sanitizers() {
    calls_all(support::SANITIZED);
}
