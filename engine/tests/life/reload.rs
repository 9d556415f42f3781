//! A program whose files change while it runs: it comes back from them with its pages as they were.

use super::program::Program;
use super::stepped::Stepped;
use pellicle::chrome::Fault;
use pellicle::host::life::container::{LifeConfig, LifeState};
use pellicle::package::FolderPackage;
use pellicle_layout::diagnostic::{Diagnostic, Position, Severity};
use std::rc::Rc;
use std::sync::Arc;

const PAGE: &str = "<view class='n'>{{title}} {{n}}</view><view class='more' bindtap='more'>+</view>
     <input class='name' value='{{name}}'/><view class='tall'/><view class='end'>end</view>";
const STYLE: &str = ".n { height: 20px } .more { height: 40px } .name { height: 30px } .tall { height: 2000px }";

fn script(title: &str, step: u32) -> String {
    format!(
        "let taps = 0
         Page({{ data: {{ title: '{title}', n: 0, list: [] }},
           onLoad() {{ this.setData({{ n: 0 }}) }},
           onShow() {{ console.log('show ' + this.data.n) }}, onHide() {{ console.log('hide') }},
           more() {{ taps++; this.setData({{ n: this.data.n + {step}, list: [...this.data.list, taps] }}); console.log('taps ' + taps) }} }})"
    )
}

fn files() -> Rc<Program> {
    Rc::new(Program::new(&[
        ("app.json", r#"{ "pages": ["pages/a/a", "pages/b/b"] }"#),
        ("pages/a/a.wxml", PAGE),
        ("pages/a/a.wxss", STYLE),
        ("pages/a/a.js", &script("first", 1)),
        ("pages/b/b.wxml", "<view class='q'>{{id}} {{name}}</view>"),
        ("pages/b/b.js", "Page({ data: {}, onLoad(q) { this.setData(q) } })"),
    ]))
}

fn write(files: &Program, path: &str, text: &str) {
    std::fs::write(files.path().join(path), text).unwrap();
}

fn reload(life: &mut Stepped, broken: bool) {
    life.container.reload(broken, life.now);
    life.wait(400.0);
}

/// What is in the field.
fn typed(life: &Stepped) -> String {
    let node = life.app().stage().document.node(life.find(".name")).unwrap();
    node.input_value.as_deref().unwrap_or_default().to_owned()
}

#[test]
fn script_that_changes_runs_on_with_the_data_the_fields_and_the_place_that_there_were() {
    let files = files();
    let mut life = Stepped::open(files.clone(), LifeConfig::default());
    life.tap(".more");
    life.tap(".more");
    life.tap(".name");
    life.type_text("fern");
    life.wheel("", 700.0);
    let scrolled = life.scrolled("");
    assert!(scrolled > 300.0);
    life.log();
    // What was never changed is as the files have it now, what was is as it was, though onLoad makes something else of it.
    write(&files, "pages/a/a.js", &script("second", 10));
    reload(&mut life, false);
    assert_eq!(life.events(), ["Thawed", "Reloaded"]);
    assert_eq!((life.picture_text(".n"), life.scrolled("")), ("second 2".to_owned(), scrolled));
    assert_eq!(typed(&life), "fern");
    // Whoever asks in onShow finds what onLoad has made of it.
    assert_eq!(life.log(), ["show 0"]);
    life.wheel("", -3000.0);
    // What is hit is what was drawn.
    life.picture();
    life.tap(".more");
    // Variables of script begin anew.
    assert_eq!((life.picture_text(".n"), life.log()), ("second 12".to_owned(), vec!["taps 1".to_owned()]));
    // A template that changes keeps all of that, too.
    write(&files, "pages/a/a.wxml", &PAGE.replace("{{title}}", "{{title}}: {{list.length}} taps,"));
    reload(&mut life, false);
    assert_eq!(life.picture_text(".n"), "second: 3 taps, 12");
}

#[test]
fn pages_that_are_open_come_back_with_their_queries() {
    let files = files();
    let mut life = Stepped::open(files.clone(), LifeConfig::default());
    life.tap(".more");
    life.container.living().unwrap().logic().command(route("../b/b?id=7&name=x")).unwrap();
    life.wait(600.0);
    assert_eq!(life.picture_text(".q"), "7 x");
    write(&files, "pages/b/b.wxml", "<view class='q'>{{name}} {{id}}</view>");
    reload(&mut life, false);
    assert_eq!((life.page(), life.picture_text(".q")), ("pages/b/b".to_owned(), "x 7".to_owned()));
    life.container.living().unwrap().logic().command(back()).unwrap();
    life.wait(600.0);
    assert_eq!(life.picture_text(".n"), "first 1");
    // A page that is gone takes those over it with it.
    write(&files, "app.json", r#"{ "pages": ["pages/b/b"] }"#);
    reload(&mut life, false);
    assert_eq!(life.page(), "pages/b/b");
}

#[test]
fn what_a_broken_file_takes_is_there_when_it_is_mended() {
    let files = files();
    let mut life = Stepped::open(files.clone(), LifeConfig::default());
    life.tap(".more");
    life.tap(".name");
    life.type_text("fern");
    life.wheel("", 700.0);
    let scrolled = life.scrolled("");
    for broken in [
        ("pages/a/a.js", "Page({ data: {"),
        ("pages/a/a.js", "throw new Error('no')"),
        ("app.js", "App({"),
        ("app.json", "{ nonsense"),
    ] {
        let whole = std::fs::read_to_string(files.path().join(broken.0)).unwrap();
        write(&files, broken.0, broken.1);
        reload(&mut life, false);
        write(&files, broken.0, &whole);
        reload(&mut life, true);
        assert_eq!((life.picture_text(".n").as_str(), life.state()), ("first 1", LifeState::Running), "{broken:?}");
        assert_eq!((typed(&life).as_str(), life.scrolled("")), ("fern", scrolled), "{broken:?}");
    }
    // A page that does nothing but run: it is ended all the same, and comes back without what only it knew.
    write(&files, "pages/a/a.js", &script("third", 1).replace("more() {", "more() { for (;;);"));
    reload(&mut life, false);
    life.wheel("", -3000.0);
    life.picture();
    life.events();
    life.spin(".more");
    write(&files, "pages/a/a.js", &script("fourth", 1));
    life.container.reload(true, life.now);
    life.wait(3_000.0);
    assert_eq!(life.picture_text(".n"), "fourth 1");
}

#[test]
fn a_style_sheet_that_changes_touches_nothing_else() {
    let files = files();
    write(&files, "app.wxss", "@import 'base.wxss';");
    write(&files, "base.wxss", ".more { width: 100px }");
    let mut life = Stepped::open(files.clone(), LifeConfig::default());
    life.tap(".more");
    life.log();
    let width = |life: &Stepped| {
        use pellicle::interact::scene::Scene;
        let area = life.app().stage().area(life.find(".more")).unwrap();
        (area.width, area.height)
    };
    assert_eq!(width(&life), (100.0, 40.0));
    let styled = |life: &mut Stepped| {
        let package = Arc::new(FolderPackage::open(files.path()).unwrap());
        life.container.apps_mut().for_each(|app| app.reload_styles(package.clone()));
        life.wait(50.0);
    };
    write(&files, "base.wxss", ".more { width: 50px }");
    styled(&mut life);
    assert_eq!(width(&life), (50.0, 40.0));
    write(&files, "pages/a/a.wxss", &STYLE.replace("40px", "60px"));
    styled(&mut life);
    assert_eq!(width(&life), (50.0, 60.0));
    // One that is broken says so and has what is right in it.
    write(&files, "pages/a/a.wxss", ".more { height: 70px; colour: red } .tall { height");
    styled(&mut life);
    let said = life.container.app_mut().unwrap().take_diagnostics();
    assert!(said.iter().any(|found| &*found.file == "pages/a/a.wxss"), "{said:?}");
    assert_eq!(width(&life), (50.0, 70.0));
    std::fs::remove_file(files.path().join("pages/a/a.wxss")).unwrap();
    styled(&mut life);
    assert_eq!(width(&life).0, 50.0);
    write(&files, "pages/a/a.wxss", STYLE);
    styled(&mut life);
    assert_eq!((width(&life), life.picture_text(".n").as_str()), ((50.0, 40.0), "first 1"));
    assert_eq!((life.log(), life.events()), (Vec::<String>::new(), Vec::<String>::new()));
}

#[test]
fn a_fault_lies_over_the_page_until_it_is_put_away() {
    let launch = pellicle_script::bridge::message::LaunchOptions { scene: 1001, ..Default::default() };
    let denied = |_| Box::new(pellicle_script::capability::Denied) as _;
    let mut life = Stepped::start_with(files(), LifeConfig::default(), launch, true, denied);
    let plain = life.picture();
    let position = Position { line: 3, column: 5 };
    let mut finding =
        Diagnostic::new(Severity::Error, "no", Arc::from("pages/a/a.wxml"), position, "no such thing".to_owned());
    finding.source_line = "<view wx:if=\"{{a +}}\">".to_owned();
    let show = |life: &mut Stepped, fault| {
        life.container.apps_mut().for_each(|app| app.show_fault(Some(Arc::new(Fault::clone(fault)))));
        life.wait(20.0);
    };
    let fault = Fault::new(&finding, 2);
    show(&mut life, &fault);
    let covered = life.picture();
    assert!(covered != plain);
    // What it covers takes no taps; the page above it does.
    life.log();
    life.tap(".more");
    assert_eq!(life.log(), ["taps 1"]);
    let (x, y) = (150.0, 380.0);
    let before = life.scrolled("");
    life.input(pellicle::interact::InputEvent::Wheel { x, y, delta_x: 0.0, delta_y: 200.0, time: life.now });
    life.wait(500.0);
    assert_eq!(life.scrolled(""), before);
    let escape = |life: &mut Stepped| {
        use pellicle::interact::{InputEvent, Key};
        life.input(InputEvent::Key { key: Key::Escape, modifiers: Default::default() });
    };
    escape(&mut life);
    assert!(life.app().fault().is_none());
    show(&mut life, &fault);
    assert!(life.app().fault().is_some());
}

fn route(url: &str) -> pellicle_script::bridge::message::HostCommand {
    use pellicle_script::bridge::message::{HostCommand, RouteKind};
    HostCommand::Route { kind: RouteKind::NavigateTo, url: url.to_owned(), events: Box::default() }
}

fn back() -> pellicle_script::bridge::message::HostCommand {
    pellicle_script::bridge::message::HostCommand::NavigateBack { delta: 1 }
}
