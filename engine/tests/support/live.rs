//! Whole mini-programs in a test's hands: fingers, keys, pixels, data.
//!
//! What a step of a script names stands for an element here (`tag.class#id`, `text=...`, `@n`), and what cannot be done
//! is the failure of the test.

use super::program::Program;
use clap::Parser;
use pellicle::automation::{Automation, Element, Scope};
use pellicle::cli::headless::Headless;
use pellicle::cli::options::{Command, Options};
use pellicle::host::types::{HostRequest, Renderer};
use pellicle::interact::scene::Area;
use pellicle::interact::{InputEvent, Key, Modifiers};
use pellicle::tools::driver::Driver;
use pellicle::tools::steps::Step;
use pellicle_layout::document::NodeId;
use pellicle_script::capability::audit::Record;
use serde_json::Value;
use std::path::Path;

/// A mini-program that runs, with bars, in virtual time.
pub struct Live {
    /// What drives it.
    pub app: Automation,
    _files: Option<Program>,
}

impl Live {
    /// Opens a program.
    pub fn open(files: Program) -> Live {
        Live::open_with(files, &[])
    }

    /// Opens a program with further options of `render`.
    pub fn open_with(files: Program, options: &[&str]) -> Live {
        let live = Live::open_at(files.path(), options);
        Live { _files: Some(files), ..live }
    }

    /// Opens the program of a folder.
    pub fn open_at(folder: &Path, options: &[&str]) -> Live {
        let line = ["pellicle", "render", folder.to_str().unwrap(), "-o", "unused.png"];
        let line = line.into_iter().chain(options.iter().copied());
        let Command::Render(options) = Options::parse_from(line).command else { unreachable!() };
        let headless = Headless::open(folder, &options.page, true).map_err(|e| format!("{e:?}")).unwrap();
        Live { app: headless.automate(Renderer::Cpu), _files: None }
    }

    /// The app's driver.
    pub fn driver(&mut self) -> &mut Driver {
        &mut self.app.driver
    }

    /// Time passes, ms; the picture is brought up to date as a window would.
    pub fn wait(&mut self, ms: f64) {
        self.app.wait(ms).unwrap();
    }

    /// Time passes frame by frame.
    pub fn frames(&mut self, count: u32) {
        for _ in 0..count {
            self.wait(16.0);
            self.picture();
        }
    }

    /// An element.
    pub fn element(&mut self, selector: &str) -> Element {
        self.app.locate(selector).unwrap_or_else(|error| panic!("{error}"))
    }

    /// The node of an element.
    pub fn find(&mut self, selector: &str) -> NodeId {
        self.element(selector).node
    }

    /// Where an element lies on the surface.
    pub fn area(&mut self, selector: &str) -> Area {
        let element = self.element(selector);
        self.app.area(&element).unwrap()
    }

    /// The size of an element's box, whatever turns or scales it.
    pub fn size(&mut self, selector: &str) -> (f32, f32) {
        self.picture();
        let node = self.find(selector);
        let boxes = self.driver().app.stage().boxes();
        let layout = &boxes.get(boxes.principal(node).unwrap()).unwrap().layout;
        (layout.width, layout.height)
    }

    /// The middle of an element on the surface.
    pub fn middle(&mut self, selector: &str) -> (f32, f32) {
        let area = self.area(selector);
        (area.x + area.width / 2.0, area.y + area.height / 2.0)
    }

    /// Taps the middle of an element.
    pub fn tap(&mut self, selector: &str) {
        self.picture();
        let at = self.middle(selector);
        self.tap_at(at);
    }

    /// Taps a place of the surface.
    pub fn tap_at(&mut self, at: (f32, f32)) {
        self.app.tap_at(at).unwrap();
        self.picture();
    }

    /// A finger drags from a place by a distance, rests, and is lifted.
    pub fn drag(&mut self, from: (f32, f32), by: (f32, f32)) {
        self.drag_and_hold(from, by);
        self.app.lift().unwrap();
    }

    /// A finger drags from a place by a distance and stays there.
    pub fn drag_and_hold(&mut self, from: (f32, f32), by: (f32, f32)) {
        self.picture();
        self.app.drag_and_hold(from, by).unwrap();
    }

    /// The finger is lifted.
    pub fn lift(&mut self, at: (f32, f32)) {
        self.app.lift_at(at).unwrap();
    }

    /// A wheel is turned over a place by a distance.
    pub fn wheel(&mut self, (x, y): (f32, f32), delta_y: f32) {
        let time = self.driver().now();
        self.driver().input(InputEvent::Wheel { x, y, delta_x: 0.0, delta_y, time });
        self.wait(300.0);
        self.picture();
    }

    /// Text is typed.
    pub fn type_text(&mut self, text: &str) {
        self.driver().input(InputEvent::Text(text.to_owned()));
    }

    /// A key is pressed.
    pub fn key(&mut self, key: Key) {
        self.driver().input(InputEvent::Key { key, modifiers: Modifiers::default() });
    }

    /// The data of the page on top.
    pub fn data(&mut self) -> Value {
        self.app.data(Scope::Top, None).unwrap()
    }

    /// The whole picture: RGBA and its width in px.
    pub fn picture(&mut self) -> (Vec<u8>, usize) {
        let picture = self.app.picture().unwrap();
        (picture.pixels, picture.width)
    }

    /// The colour at a place of the surface.
    pub fn pixel(&mut self, (x, y): (f32, f32)) -> [u8; 3] {
        let (pixels, width) = self.picture();
        let i = (y as usize * width + x as usize) * 4;
        [pixels[i], pixels[i + 1], pixels[i + 2]]
    }

    /// All that the program has asked of its host since the last call.
    pub fn requests(&mut self) -> Vec<HostRequest> {
        let app = &mut self.driver().app;
        std::iter::from_fn(|| app.take_request()).collect()
    }

    /// The path of the page on top.
    pub fn page(&mut self) -> String {
        self.driver().app.stage().top().unwrap().path.to_string()
    }

    /// True if an element is there and has a box that is not empty.
    pub fn shown(&mut self, selector: &str) -> bool {
        let area = self.app.locate(selector).and_then(|element| self.app.area(&element));
        area.is_ok_and(|area| area.width > 0.0 && area.height > 0.0)
    }

    /// The text of an element and of all below it.
    pub fn text(&mut self, selector: &str) -> String {
        let element = self.element(selector);
        self.app.text(&element)
    }

    /// An attribute of an element as text, empty if it has none.
    pub fn attribute(&mut self, selector: &str, name: &str) -> String {
        let node = self.find(selector);
        pellicle::widgets::text(&self.driver().app.stage().document, node, name)
    }

    /// Calls a method of the page on top.
    pub fn call(&mut self, method: &str) {
        let call = Step::Call { method: method.to_owned(), arguments: Vec::new() };
        self.driver().act(&call, &mut |_, _| {}).unwrap();
        self.wait(50.0);
        self.picture();
    }

    /// Exceptions, warnings and errors since the start: of script, of the console, of the program's files.
    pub fn complaints(&mut self) -> Vec<String> {
        let driven = &mut self.app;
        driven.record.report(&mut driven.driver.app);
        let told = |record| match record {
            Record::Fault { context, message, stack } => Some(format!("{message} (in {context}) {stack:?}")),
            Record::Console { level: level @ ("warn" | "error"), text } => Some(format!("console.{level}: {text}")),
            Record::Warning(text) => Some(text),
            Record::Finding(finding) => Some(finding.to_string()),
            _ => None,
        };
        driven.record.records().into_iter().filter_map(told).collect()
    }

    /// What was found in the program's files.
    pub fn findings(&mut self) -> Vec<String> {
        self.driver().app.take_diagnostics().iter().map(ToString::to_string).collect()
    }
}
