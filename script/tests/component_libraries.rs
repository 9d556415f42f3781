//! Real component libraries, read from the folder that `PELLICLE_NPM` names: packages unpacked as
//! `NAME-VERSION/package/…`. Nothing of them is in this repository.

use pellicle_layout::diagnostic::Severity;
use pellicle_layout::markup::expression_parser::parse_text;
use pellicle_layout::markup::{TemplateLoader, TemplateSource};
use pellicle_script::value::Value;
use pellicle_script::vm::{Env, Fault, Limits, Machine, MachineHost, NameScope, Program, evaluate, to_text};
use pellicle_script::wxs::{WxsLibrary, WxsRuntime};
use std::cell::RefCell;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

/// The folder of packages, `None` if the tests are not to be run.
fn folder() -> Option<PathBuf> {
    let folder = std::env::var_os("PELLICLE_NPM").map(PathBuf::from);
    if folder.is_none() {
        println!("not run: PELLICLE_NPM names no folder of component libraries");
    }
    folder
}

fn collect(root: &Path, folder: &Path, ending: &str, out: &mut Vec<String>) {
    let Ok(entries) = std::fs::read_dir(folder) else { return };
    for path in entries.flatten().map(|entry| entry.path()) {
        if path.is_dir() {
            collect(root, &path, ending, out);
        } else if path.extension().is_some_and(|e| e == ending)
            && let Ok(path) = path.strip_prefix(root)
        {
            out.push(path.to_string_lossy().into_owned());
        }
    }
}

fn files(root: &Path, ending: &str) -> Vec<String> {
    let mut out = Vec::new();
    collect(root, root, ending, &mut out);
    out.sort();
    out
}

fn source(root: PathBuf) -> Rc<dyn TemplateSource> {
    Rc::new(move |path: &str| std::fs::read(root.join(path)).ok().map(|b| String::from_utf8_lossy(&b).into_owned()))
}

/// A host that collects what it is told.
#[derive(Default)]
struct Listener(RefCell<Vec<String>>);

impl MachineHost for Listener {
    fn now(&self) -> f64 {
        1_705_284_000_000.0
    }
    fn offset_minutes(&self, _at: f64) -> i32 {
        480
    }
    fn random(&self) -> f64 {
        0.5
    }
    fn console(&self, _level: &'static str, _text: &str) {}
    fn fault(&self, fault: &Fault) {
        self.0.borrow_mut().push(fault.to_string());
    }
}

#[test]
fn all_markup_and_wxs_of_component_libraries_is_understood() {
    let Some(root) = folder() else { return };
    let source = source(root.clone());
    let mut loader = TemplateLoader::new();
    // What `mp-html` is built from has marks for its build.
    let pages: Vec<String> =
        files(&root, "wxml").into_iter().filter(|path| !path.starts_with("mp-html/src/")).collect();
    for path in &pages {
        loader.load(&*source, path);
    }
    let mut wrong: Vec<String> = Vec::new();
    let note = |d: &pellicle_layout::diagnostic::Diagnostic| d.severity == Severity::Error;
    wrong.extend(loader.take_diagnostics().iter().filter(|d| note(d)).map(|d| d.to_string()));

    let library = Rc::new(RefCell::new(WxsLibrary::new(source)));
    let listener = Rc::new(Listener::default());
    let mut machine = Machine::new(listener.clone(), Limits::default());
    let modules = files(&root, "wxs");
    let mut runtime = WxsRuntime::new(library.clone());
    for path in &modules {
        runtime.load(&mut machine, path);
    }
    for path in &pages {
        if let Some(template) = loader.get(path) {
            for module in &template.wxs {
                runtime.module(&mut machine, module, &template.file);
            }
        }
    }
    wrong.extend(library.borrow_mut().take_diagnostics().iter().filter(|d| note(d)).map(|d| d.to_string()));
    wrong.append(&mut listener.0.borrow_mut());
    println!("{} wxml and {} wxs files", pages.len(), modules.len());
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// Evaluates an expression with `m` the module whose path ends so.
fn with_module(ending: &str, expressions: &[(&str, &str)]) {
    let Some(root) = folder() else { return };
    let Some(path) = files(&root, "wxs").into_iter().find(|path| path.ends_with(ending)) else {
        panic!("no {ending} in the folder");
    };
    let library = Rc::new(RefCell::new(WxsLibrary::new(source(root))));
    let listener = Rc::new(Listener::default());
    let mut machine = Machine::new(listener.clone(), Limits::default());
    let exports = [WxsRuntime::new(library).load(&mut machine, &path)];
    let names: [Arc<str>; 1] = [Arc::from("m")];
    for (expression, expected) in expressions {
        let parsed = parse_text(expression).unwrap_or_else(|e| panic!("{expression}: {e}"));
        let program = Program::expression(&parsed, &NameScope { locals: &[], modules: &names });
        let value = evaluate(&program, &Env { data: &Value::Undefined, locals: &[], modules: &exports }, &mut machine);
        assert_eq!(&*to_text(&value), *expected, "{expression} {:?}", listener.0.borrow());
    }
    assert!(listener.0.borrow().is_empty(), "{:?}", listener.0.borrow());
}

#[test]
fn vant_makes_class_names_and_styles() {
    with_module(
        "dist/wxs/utils.wxs",
        &[
            (
                "m.bem('button', ['primary', 'large', {block: true, round: false, plain: 1}])",
                "van-button van-button--primary van-button--large van-button--block van-button--plain",
            ),
            ("m.bem('cell')", "van-cell"),
            (
                "m.bem('button', ['primary', 'large', {block: true, round: false, plain: 1}])",
                "van-button van-button--primary van-button--large van-button--block van-button--plain",
            ),
            ("m.addUnit(12) + m.addUnit('3.5') + m.addUnit('4rem') + m.addUnit(undefined)", "12px3.5px4remundefined"),
        ],
    );
    with_module(
        "dist/wxs/style.wxs",
        &[
            (
                "m({'font-size': '12px', backgroundColor: 'red', color: null, width: ''})",
                "font-size:12px;background-color:red",
            ),
            ("m(['a:b', {zIndex: 1}, null, ''])", "a:b;z-index:1"),
        ],
    );
    with_module(
        "dist/calendar/index.wxs",
        &[
            (
                "m.getMonths(1705284000000, 1712000000000)[2] - m.getMonths(1705284000000, 1712000000000)[1]",
                "2505600000",
            ),
            ("m.getButtonDisabled('multiple', [1], 2)", "true"),
        ],
    );
    with_module(
        "dist/calendar/components/month/index.wxs",
        &[
            ("m.formatMonthTitle(1705284000000)", "2024年1月"),
            ("m.getDayStyle('', 0, 1704067200000, 64, '', 0)", "margin-left:14.285714285714286%"),
        ],
    );
}

#[test]
fn tdesign_makes_class_names_and_styles() {
    with_module(
        "miniprogram_dist/common/utils.wxs",
        &[
            (
                "m.cls('t-button', [['disabled', false], ['large', true], 'primary', '', 0, 2])",
                "t-button t-button--large t-button--primary t-button--2",
            ),
            ("m._style(['a:1', {fontSize: '2px', height: m.addUnit(3)}, '', null])", "a:1; font-size:2px;height:3px"),
            ("m._style([undefined, 'color: red;'])", "color: red;"),
            ("m.getBadgeAriaLabel({count: 120, maxCount: 99})", "有99+条消息"),
            ("m.isValidIconName('add-circle_1') + '' + m.isValidIconName('http://a')", "truefalse"),
            ("m.includes([1, 2], 2) + '' + m.isNoEmptyObj({}) + m.isNoEmptyObj({a: 1})", "truefalsetrue"),
        ],
    );
    with_module(
        "miniprogram_dist/calendar/calendar.wxs",
        &[
            ("m.getMonthTitle(2024, 3, '{year} 年 {month} 月')", "2024 年 03 月"),
            (
                "m.getDateLabel({weekdayOfFirstDay: 1, month: 0}, {day: 3, type: 'start', suffix: 'x'})",
                "已选中, 开始日期：1月3日, 星期三, x",
            ),
        ],
    );
}
