//! Texts of languages in packages.

use super::{opened, pellicle, programs, text};
use crate::program::Program;
use pellicle_script::package::PackageSource;

fn program() -> Program {
    Program::new(&[
        ("pages/a/a.wxml", "<view>{{hello}}</view>"),
        (
            "pages/a/a.js",
            "import en from '../../i18n/locales/en-US';\nimport zh from '../../i18n/locales/zh_CN';\nconst fr = require('../../i18n/fr.json');\n\
             const all = { en, zh, fr };\nPage({ data: { hello: Object.keys(all).map(name => all[name].hello || '-').join() } });\n",
        ),
        ("i18n/locales/en-US.js", "export default { hello: 'good day' };\n"),
        ("i18n/locales/zh_CN.js", "module.exports = { hello: '你好' };\n"),
        ("i18n/fr.json", r#"{ "hello": "bonjour" }"#),
        ("i18n/fr/notes.txt", "à lire"),
        ("i18n/en/notes.txt", "to be read"),
        ("i18n/de.js", "export const hello = 'guten Tag';\n"),
        ("i18n/ui.json", r#"{ "all": true }"#),
    ])
}

#[test]
fn texts_of_other_languages_are_left_out_and_code_finds_none() {
    let program = program();
    let dir = program.path().to_str().unwrap();
    let here = tempfile::tempdir().unwrap();
    let build = |more: &[&str]| pellicle(here.path(), &[&["build", dir, "-o", "app.ma"], more].concat());
    let shown = |package: &str| text(&pellicle(here.path(), &["layout", package, "--deterministic"]).stdout);
    let built = build(&["--locales", "zh,en_US,ja"]);
    assert!(built.status.success(), "{}", text(&built.stderr));
    let said = text(&built.stderr);
    assert!(said.contains("ja: the program has no texts of this language"), "{said}");
    assert!(said.contains("i18n/de.js: it stays, since it exports names"), "{said}");
    let package = opened(&here.path().join("app.ma"));
    assert_eq!(package.text("i18n/fr.json").as_deref(), Some("{}"));
    assert!(!package.contains("i18n/fr/notes.txt") && package.contains("i18n/en/notes.txt"));
    assert_eq!(package.text("i18n/ui.json").as_deref(), Some(r#"{ "all": true }"#));
    assert!(shown("app.ma").contains("good day,你好,-"), "{}", shown("app.ma"));
    assert!(build(&["--locales", "french"]).status.code() == Some(2));

    let built = build(&["--split-locales"]);
    assert!(built.status.success(), "{}", text(&built.stderr));
    for (locale, expected) in [("en-us", "good day,-,-"), ("zh-cn", "-,你好,-"), ("fr", "-,-,bonjour")] {
        let name = format!("app.{locale}.ma");
        assert!(shown(&name).contains(expected), "{name}: {}", shown(&name));
    }
    let plain = Program::page("<view/>", "", "Page({})");
    let none = pellicle(here.path(), &["build", plain.path().to_str().unwrap(), "--split-locales"]);
    assert_eq!(none.status.code(), Some(1), "{}", text(&none.stderr));
}

#[test]
fn a_program_of_others_is_smaller_in_one_language() {
    let Some(folder) = programs().map(|all| all.join("D08-hotel")).filter(|folder| folder.exists()) else { return };
    let here = tempfile::tempdir().unwrap();
    let dir = folder.to_str().unwrap();
    let length = |name: &str| std::fs::metadata(here.path().join(name)).unwrap().len();
    assert!(pellicle(here.path(), &["build", dir, "-o", "all.ma", "--keep-images"]).status.success());
    let one = pellicle(here.path(), &["build", dir, "-o", "one.ma", "--keep-images", "--locales", "zh_CN"]);
    assert!(one.status.success(), "{}", text(&one.stderr));
    println!("D08-hotel: {} bytes with all languages, {} with one", length("all.ma"), length("one.ma"));
    assert!(length("one.ma") < length("all.ma"));
    let boxes = |package: &str| {
        let line = ["layout", package, "--deterministic", "--locale", "zh_CN"];
        text(&pellicle(here.path(), &line).stdout)
    };
    assert!(boxes("one.ma").len() > 1_000);
    assert_eq!(boxes("one.ma"), boxes("all.ma"));
}
