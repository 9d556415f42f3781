//! What the user's fingers and keys do to a page.

use pellicle::host::fixed::FixedPage;
use pellicle::interact::clipboard::{Clipboard, ProcessClipboard};
use pellicle::interact::outgoing::Outgoing;
use pellicle::interact::scene::{Area, Scene, ScrollArea, Stage};
use pellicle::interact::session::{PageSettings, Session};
use pellicle::interact::{InputEvent, Key, Modifiers, PointerKind};
use pellicle_layout::document::ops::ListenFlags;
use pellicle_layout::document::{Document, NodeId};
use pellicle_layout::flow::BoxTree;
use pellicle_script::bridge::event::EventDetail;
use std::collections::BTreeMap;
use std::sync::Arc;

/// A page whose boxes are given by hand.
struct Page {
    document: Document,
    root: NodeId,
    areas: BTreeMap<NodeId, Area>,
    scrolls: BTreeMap<NodeId, ScrollArea>,
    boxes: BoxTree,
}

impl Scene for Page {
    fn document(&self) -> &Document {
        &self.document
    }
    fn hit(&self, x: f32, y: f32) -> Option<NodeId> {
        self.areas.iter().rev().find(|(_, area)| area.contains(x, y)).map(|(node, _)| *node)
    }
    fn area(&self, node: NodeId) -> Option<Area> {
        self.areas.get(&node).copied()
    }
    fn scroll_area(&self, node: NodeId) -> Option<ScrollArea> {
        self.scrolls.get(&node).copied()
    }
}

impl Stage for Page {
    fn document_mut(&mut self) -> &mut Document {
        &mut self.document
    }
    fn root(&self) -> NodeId {
        self.root
    }
    fn text_offset(&self, _: NodeId, x: f32, _: f32) -> Option<usize> {
        Some((x / 10.0) as usize)
    }
    fn boxes(&self) -> &BoxTree {
        &self.boxes
    }
    fn scene(&self) -> &dyn Scene {
        self
    }
}

struct Rig {
    page: Page,
    session: Session,
    clipboard: Arc<ProcessClipboard>,
    now: f64,
    out: Vec<Outgoing>,
}

const WHOLE: Area = Area { x: 0.0, y: 0.0, width: 400.0, height: 600.0 };

fn vertical(content: f32) -> ScrollArea {
    ScrollArea { view: (400.0, 600.0), content: (400.0, content), axes: (false, true) }
}

impl Rig {
    fn new(page: FixedPage, areas: &[(NodeId, Area)], scrolls: &[(NodeId, ScrollArea)]) -> Rig {
        let (document, root) = page.document().expect("a page");
        let page = Page {
            document,
            root,
            areas: areas.iter().copied().chain([(root, WHOLE)]).collect(),
            scrolls: scrolls.iter().copied().collect(),
            boxes: BoxTree::default(),
        };
        let clipboard = Arc::new(ProcessClipboard::default());
        let session = Session::new(PageSettings::default(), clipboard.clone());
        let mut rig = Rig { page, session, clipboard, now: 0.0, out: Vec::new() };
        let created: Vec<NodeId> = rig.page.document.nodes().map(|n| n.id).collect();
        rig.session.commit(&mut rig.page, &created, &[], 0.0, &mut rig.out);
        rig
    }

    fn input(&mut self, event: InputEvent) {
        self.session.handle(&mut self.page, &event, self.now, &mut self.out);
    }

    fn down(&mut self, x: f32, y: f32) {
        self.input(InputEvent::PointerDown { pointer: 1, kind: PointerKind::Touch, x, y, time: self.now });
    }

    fn to(&mut self, x: f32, y: f32) {
        self.wait(8.0);
        self.input(InputEvent::PointerMove { pointer: 1, kind: PointerKind::Touch, x, y, time: self.now });
    }

    fn up(&mut self, x: f32, y: f32) {
        self.input(InputEvent::PointerUp { pointer: 1, x, y, time: self.now });
    }

    fn wait(&mut self, ms: f64) {
        self.now += ms;
        self.session.advance(&mut self.page, self.now, &mut self.out);
    }

    /// Names and targets of the events sent since the last call.
    fn events(&mut self) -> Vec<(String, u32, String)> {
        let names = [
            "tap",
            "touchstart",
            "touchmove",
            "touchend",
            "longpress",
            "scroll",
            "scrolltolower",
            "input",
            "change",
            "confirm",
            "focus",
            "blur",
        ];
        let document = &self.page.document;
        let name_of = |atom| {
            let known = names.iter().find(|n| document.names.get(n).and_then(|a| document.logic_atom(a)) == Some(atom));
            known.unwrap_or(&"?").to_string()
        };
        let events = self.out.drain(..).filter_map(|o| match o {
            Outgoing::Event { message, .. } => {
                let detail = match &message.detail {
                    EventDetail::Json(text) => text.to_string(),
                    EventDetail::Point { x, y } => format!("{x},{y}"),
                    EventDetail::None => String::new(),
                };
                Some((name_of(message.event), message.target.0, detail))
            }
            _ => None,
        });
        events.collect()
    }

    fn names(&mut self) -> Vec<String> {
        self.events().into_iter().map(|(name, _, _)| name).collect()
    }
}

#[test]
fn a_drag_scrolls_the_inner_view_and_at_its_end_the_outer_one() {
    let mut page = FixedPage::new();
    let inner = page.element(page.root(), "scroll-view");
    page.listen(inner, "scroll", ListenFlags::BIND);
    let root = page.root();
    let mut rig = Rig::new(page, &[(inner, WHOLE)], &[(root, vertical(900.0)), (inner, vertical(700.0))]);
    rig.down(50.0, 500.0);
    rig.to(50.0, 440.0);
    assert_eq!(rig.session.scrolls.offset(inner), (0.0, 60.0));
    rig.to(50.0, 300.0);
    rig.up(50.0, 300.0);
    assert_eq!(rig.session.scrolls.offset(inner), (0.0, 100.0));
    assert_eq!(rig.session.scrolls.offset(root), (0.0, 0.0));
    rig.wait(2000.0);
    assert!(rig.names().contains(&"scroll".to_owned()));
    rig.down(50.0, 500.0);
    rig.to(50.0, 450.0);
    assert_eq!(rig.session.scrolls.offset(root), (0.0, 50.0));
}

#[test]
fn an_element_that_catches_touchmove_keeps_the_page_still() {
    let mut page = FixedPage::new();
    let mask = page.element(page.root(), "view");
    page.listen(mask, "touchmove", ListenFlags::CATCH);
    let root = page.root();
    let mut rig = Rig::new(page, &[(mask, WHOLE)], &[(root, vertical(900.0))]);
    rig.down(50.0, 500.0);
    rig.to(50.0, 400.0);
    rig.up(50.0, 400.0);
    assert_eq!(rig.session.scrolls.offset(root), (0.0, 0.0));
    assert_eq!(rig.names(), ["touchmove"]);
}

#[test]
fn a_tap_is_told_with_its_place_on_the_page() {
    let mut page = FixedPage::new();
    let view = page.element(page.root(), "view");
    page.listen(view, "tap", ListenFlags::BIND);
    let root = page.root();
    let mut rig = Rig::new(page, &[(view, WHOLE)], &[(root, vertical(900.0))]);
    rig.session.scroll_to(&rig.page, root, (None, Some(100.0)), 0.0, 0.0);
    rig.wait(1.0);
    rig.down(10.0, 20.0);
    rig.up(10.0, 20.0);
    assert_eq!(rig.events(), [("tap".to_owned(), view.0, "10,120".to_owned())]);
}

#[test]
fn a_long_press_that_is_bound_takes_the_tap() {
    for (bound, expected) in [(true, vec!["longpress"]), (false, vec!["tap"])] {
        let mut page = FixedPage::new();
        let view = page.element(page.root(), "view");
        page.listen(view, "tap", ListenFlags::BIND);
        if bound {
            page.listen(view, "longpress", ListenFlags::BIND);
        }
        let mut rig = Rig::new(page, &[(view, WHOLE)], &[]);
        rig.down(10.0, 20.0);
        rig.wait(400.0);
        rig.up(10.0, 20.0);
        assert_eq!(rig.names(), expected);
    }
}

#[test]
fn a_finger_on_moving_content_stops_it_and_taps_nothing() {
    let mut page = FixedPage::new();
    let view = page.element(page.root(), "view");
    page.listen(view, "tap", ListenFlags::BIND);
    let root = page.root();
    let mut rig = Rig::new(page, &[(view, WHOLE)], &[(root, vertical(9000.0))]);
    rig.down(50.0, 500.0);
    for n in 1..=8 {
        rig.to(50.0, 500.0 - n as f32 * 30.0);
    }
    rig.up(50.0, 260.0);
    rig.wait(16.0);
    assert!(rig.session.scrolls.is_moving());
    rig.down(50.0, 300.0);
    rig.up(50.0, 300.0);
    assert!(!rig.session.scrolls.is_moving());
    assert!(rig.names().is_empty());
}

#[test]
fn a_field_is_typed_into_and_confirmed() {
    let mut page = FixedPage::new();
    let field = page.element(page.root(), "input");
    for event in ["input", "focus", "blur", "confirm"] {
        page.listen(field, event, ListenFlags::BIND);
    }
    let mut rig = Rig::new(page, &[(field, Area { height: 30.0, ..WHOLE })], &[]);
    rig.down(5.0, 5.0);
    rig.up(5.0, 5.0);
    rig.input(InputEvent::Text("hi".to_owned()));
    rig.input(InputEvent::Key { key: Key::Enter, modifiers: Modifiers::default() });
    let events = rig.events();
    assert_eq!(events.iter().map(|e| e.0.as_str()).collect::<Vec<_>>(), ["focus", "input", "confirm", "blur"]);
    assert_eq!(events[1].2, r#"{"value":"hi","cursor":2}"#.replace('}', &format!(",\"keyCode\":{}}}", 'i' as u32)));
}

#[test]
fn text_is_cut_and_pasted_through_the_clipboard() {
    let mut page = FixedPage::new();
    let field = page.element(page.root(), "input");
    page.attribute(field, "value", "word");
    let mut rig = Rig::new(page, &[(field, WHOLE)], &[]);
    rig.down(15.0, 5.0);
    rig.up(15.0, 5.0);
    let shortcut = Modifiers { shortcut: true, ..Modifiers::default() };
    for key in ['a', 'x', 'v', 'v'] {
        rig.input(InputEvent::Key { key: Key::Character(key), modifiers: shortcut });
    }
    assert_eq!(rig.clipboard.read().as_deref(), Some("word"));
    assert_eq!(rig.session.focused.as_ref().unwrap().editor.text(), "wordword");
}

#[test]
fn a_swiper_is_dragged_across_and_tells_its_change() {
    let mut page = FixedPage::new();
    let swiper = page.element(page.root(), "swiper");
    page.listen(swiper, "change", ListenFlags::BIND);
    for _ in 0..3 {
        page.element(swiper, "swiper-item");
    }
    let root = page.root();
    let mut rig = Rig::new(page, &[(swiper, WHOLE)], &[(root, vertical(900.0))]);
    rig.down(300.0, 100.0);
    rig.to(200.0, 105.0);
    rig.to(60.0, 105.0);
    rig.up(60.0, 105.0);
    rig.wait(1000.0);
    assert_eq!(
        rig.events(),
        [("change".to_owned(), swiper.0, r#"{"current":1,"currentItemId":"","source":"touch"}"#.to_owned())]
    );
    assert_eq!(rig.session.swiper_position(swiper), Some(1.0));
    assert_eq!(rig.session.scrolls.offset(root), (0.0, 0.0));
}

#[test]
fn a_frame_tells_one_scroll_however_many_moves_and_ticks_it_has() {
    let mut page = FixedPage::new();
    let view = page.element(page.root(), "scroll-view");
    page.listen(view, "scroll", ListenFlags::BIND);
    let mut rig = Rig::new(page, &[(view, WHOLE)], &[(view, vertical(2000.0))]);
    rig.down(50.0, 500.0);
    rig.to(50.0, 480.0);
    rig.wait(16.0);
    rig.events();
    for y in [470.0, 460.0, 450.0] {
        rig.input(InputEvent::PointerMove { pointer: 1, kind: PointerKind::Touch, x: 50.0, y, time: rig.now });
        rig.wait(0.0);
    }
    assert!(rig.names().is_empty());
    assert!(rig.session.next_due(rig.now).is_some());
    rig.wait(16.0);
    assert_eq!(rig.names(), ["scroll"]);
    rig.wait(0.0);
    assert!(rig.names().is_empty());
}

#[test]
fn a_double_tap_selects_a_word() {
    let mut page = FixedPage::new();
    let field = page.element(page.root(), "input");
    page.attribute(field, "value", "hello world");
    let mut rig = Rig::new(page, &[(field, WHOLE)], &[]);
    let mut tap = |x: f32, after: f64| {
        rig.wait(after);
        rig.down(x, 5.0);
        rig.up(x, 5.0);
        rig.session.focused.as_ref().unwrap().editor.selected().to_owned()
    };
    assert_eq!([tap(75.0, 0.0), tap(75.0, 1000.0), tap(76.0, 100.0)], ["", "", "world"]);
    assert_eq!([tap(76.0, 100.0), tap(15.0, 100.0)], ["", ""], "a third tap, and one at another place");
}
