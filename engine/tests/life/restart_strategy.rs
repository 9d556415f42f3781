//! `restartStrategy`: where a cold start leads after a program was left from a page.

use super::program::Program;
use super::stepped::Stepped;
use super::{LifeConfig, LifeState, MINUTE};
use pellicle::host::life::file::FrozenFile;
use pellicle_script::bridge::message::LaunchOptions;
use std::rc::Rc;

/// Pages `home`, `shelf` (a tab), `book`, and what each says of a start after it was left.
fn program(window: &str, book: &str) -> Program {
    let app = format!(
        r#"{{ "pages": ["home", "shelf", "book"], "window": {{ {window} }},
             "tabBar": {{ "list": [{{ "pagePath": "home", "text": "H" }}, {{ "pagePath": "shelf", "text": "S" }}] }} }}"#
    );
    let page = |name: &str, exit: &str| {
        format!(
            "Page({{ onLoad(o) {{ console.log('{name} ' + JSON.stringify([o, this.exitState])) }},
               onSaveExitState() {{ return {exit} }},
               book() {{ wx.navigateTo({{ url: 'book?id=7' }}) }}, shelf() {{ wx.switchTab({{ url: 'shelf' }}) }} }})"
        )
    };
    let left = |name: &str| format!("{{ data: '{name}' }}");
    let links = "<view class='book' bindtap='book'>b</view><view class='shelf' bindtap='shelf'>s</view>";
    Program::new(&[
        ("app.json", &app),
        ("home.wxml", links),
        ("home.js", &page("home", &left("home"))),
        ("shelf.wxml", links),
        ("shelf.js", &page("shelf", &left("shelf"))),
        ("book.json", book),
        ("book.wxml", "<input class='text'/>"),
        (
            "book.js",
            &page("book", "{ data: 'book', expireTimeStamp: Date.now() + (getApp().brief ? 3600000 : 86400000) }"),
        ),
        ("app.js", "App({ brief: wx.getLaunchOptionsSync().scene === 7 })"),
    ])
}

const LATEST: &str = r#"{ "restartStrategy": "homePageAndLatestPage" }"#;

/// Goes to pages, leaves the program until it is frozen, and comes back: the pages that were loaded then, and the texts of
/// fields.
fn comes_back(files: Program, scene: u32, path: &[&str], behind: f64) -> (Vec<String>, String) {
    let launch = LaunchOptions { scene, ..LaunchOptions::default() };
    let mut life = Stepped::start(files, LifeConfig::default(), launch);
    for link in path {
        life.tap(link);
    }
    if path.last() == Some(&".book") {
        life.tap(".text");
        life.type_text("Ann");
    }
    life.hide();
    life.wait(behind);
    assert_eq!(life.state(), LifeState::Frozen);
    life.log();
    life.show();
    let typed = match life.page().as_str() {
        "book" => {
            life.app().stage().document.node(life.find(".text")).unwrap().input_value.as_deref().map(str::to_owned)
        }
        _ => None,
    };
    (life.log(), typed.unwrap_or_default())
}

const HALF: f64 = 31.0 * MINUTE;
const BOOK: &str = r#"book [{"id":"7"},"book"]"#;

#[test]
fn a_frozen_program_follows_the_strategy_of_the_page_that_it_was_left_from() {
    let pages = |window: &str, book: &str, path: &[&str]| comes_back(program(window, book), 1001, path, HALF);
    // Without one it is where it was, with all that is in it.
    let all = vec![r#"home [{},"home"]"#.to_owned(), BOOK.to_owned()];
    assert_eq!(pages("", "{}", &[".book"]), (all.clone(), "Ann".to_owned()));
    // The page is loaded again with its query; what its user did in it is not its state.
    assert_eq!(pages("", LATEST, &[".book"]), (all.clone(), String::new()));
    let everywhere = r#""restartStrategy": "homePageAndLatestPage""#;
    assert_eq!(pages(everywhere, "{}", &[".book"]), (all.clone(), String::new()));
    let home = vec![all[0].clone()];
    assert_eq!(pages("", r#"{ "restartStrategy": "homePage" }"#, &[".book"]), (home.clone(), String::new()));
    // What a page says is before what all say, and a tab is nothing to come back to.
    assert_eq!(pages(everywhere, r#"{ "restartStrategy": "homePage" }"#, &[".book"]).0, home);
    let alone = vec![r#"home [{},null]"#.to_owned()];
    assert_eq!(pages(everywhere, "{}", &[".shelf"]).0, alone);
    // From the tab the entry page has gone, and with it what it left.
    assert_eq!(pages("", LATEST, &[".shelf", ".book"]).0, [alone[0].clone(), BOOK.to_owned()]);
}

#[test]
fn a_strategy_counts_for_a_day_or_until_the_page_says() {
    let day = 24.0 * 60.0 * MINUTE;
    let pages = |scene: u32, behind: f64| comes_back(program("", LATEST), scene, &[".book"], behind).0.len();
    assert_eq!([pages(1001, day - MINUTE), pages(1001, day + MINUTE)], [2, 1]);
    assert_eq!([pages(7, 59.0 * MINUTE), pages(7, 61.0 * MINUTE)], [2, 1]);
}

#[test]
fn a_program_that_was_closed_starts_as_its_last_page_says() {
    let folder = tempfile::tempdir().unwrap();
    let file = FrozenFile::new(folder.path().join("frozen"));
    let config = || LifeConfig { file: Some(file.clone()), ..LifeConfig::default() };
    let mut runs = Vec::new();
    for (book, behind) in [(LATEST, 10.0), (LATEST, 6_000.0), (LATEST, HALF), ("{}", 10.0), ("{}", 6_000.0)] {
        let files = Rc::new(program("", book));
        let mut life = Stepped::open(files.clone(), config());
        life.tap(".book");
        life.hide();
        life.wait(behind);
        life.container.close(life.now);
        runs.push(Stepped::open(files, config()).log().len());
        assert!(file.read().unwrap().is_none(), "it runs");
    }
    assert_eq!(runs, [2, 2, 2, 1, 1]);
}
