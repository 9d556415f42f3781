//! A list of what is near the screen shows what the list of everything shows, wherever its containers have scrolled
//! within their windows.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

use pellicle::cpu::{CpuPainter, PixelOrder, Target};
use pellicle::glyphs::GlyphCache;
use pellicle::host::chrome_view::lay_out_fixed;
use pellicle::host::fixed::FixedPage;
use pellicle::images::ImageStore;
use pellicle::paint::builder::{Input, Still, build};
use pellicle::paint::geometry::Point;
use pellicle::paint::prepare::Resources;
use pellicle::paint::{DeviceRect, DisplayList};
use pellicle_layout::css::Viewport;
use pellicle_layout::document::{Document, NodeId};
use pellicle_layout::flow::LayoutEngine;
use pellicle_layout::markup::parse;
use pellicle_layout::style::computed::Color;
use pellicle_layout::text::{FontBook, FontPolicy};

const SIZE: (u32, u32) = (200, 150);

/// What reaches out of its row in every way that a style has.
const ROWS: [&str; 12] = [
    "<view style='height:40px;background:lightblue'>plain <text style='color:red'>text</text></view>",
    "<view style='height:30px;box-shadow:0 60px 20px 10px green'>thrown far</view>",
    "<view style='height:20px'><view style='position:absolute;left:120px;top:20px;width:30px;height:30px;background:red'></view>placed by the page</view>",
    "<view style='height:20px;position:relative'><view><view style='position:absolute;top:-90px;left:60px;width:20px;height:20px;background:blue'></view></view>above its row</view>",
    "<view style='height:30px;transform:translateY(100px) rotate(20deg);background:orange'>moved</view>",
    "<view style='height:10px'><view style='width:40px;height:160px;background:silver'></view></view>",
    "<view style='height:20px;overflow:hidden'><view style='height:500px;background:plum'>cut</view></view>",
    "<view style='height:20px'><view style='position:fixed;right:0;bottom:10px;width:20px;height:20px;background:black'></view></view>",
    "<view style='height:60px'><view style='position:sticky;top:5px;height:12px;background:gold'>sticks</view></view>",
    "<view style='white-space:nowrap;text-align:right;width:30px'>a line that is much longer than its box</view>",
    "<view style='height:20px;filter:blur(8px);background:teal'></view>",
    "<view style='height:20px;opacity:0.6;outline:40px solid navy;margin-top:50px'>outlined</view>",
];

struct Page {
    doc: Document,
    layout: LayoutEngine,
    images: ImageStore,
    glyphs: GlyphCache,
}

fn page() -> Page {
    let rows: String = (0..60).map(|i| format!("{}<view>{i}</view>", ROWS[i % ROWS.len()])).collect();
    let inner: String =
        (0..40).map(|i| format!("<view style='height:25px;background:#{0}{0}f'>{i}</view>", i % 10)).collect();
    let scroller = format!("<scroll-view scroll-y style='height:80px;border:2px solid'>{inner}</scroll-view>");
    let (template, found) =
        parse("page.wxml", &format!("<view style='position:relative'>{rows}{scroller}{rows}</view>"));
    assert!(found.is_empty(), "{found:?}");
    let surface = Viewport { width: SIZE.0 as f32, height: SIZE.1 as f32, ..Default::default() };
    let fonts = FontBook::new(FontPolicy::Author).unwrap();
    let (doc, layout) = lay_out_fixed(&FixedPage::from_template(&template), fonts, surface).unwrap();
    Page { doc, layout, images: ImageStore::new(), glyphs: GlyphCache::new(8 << 20) }
}

impl Page {
    fn list(&mut self, near: bool) -> DisplayList {
        build(Input {
            doc: &self.doc,
            boxes: self.layout.box_tree(),
            fonts: self.layout.fonts(),
            images: &mut self.images,
            state: &Still,
            viewport: (SIZE.0 as f32, SIZE.1 as f32),
            canvas: Color::WHITE,
            near,
        })
    }

    fn draw(&mut self, list: &DisplayList) -> Vec<u8> {
        let (width, height) = SIZE;
        let mut pixels = vec![0; (width * height * 4) as usize];
        let mut resources = Resources { fonts: self.layout.fonts(), images: &self.images, glyphs: &mut self.glyphs };
        let stride = width as usize * 4;
        let mut target = Target { pixels: &mut pixels, width, height, stride, order: PixelOrder::Rgba };
        CpuPainter::new(1).paint(list, &mut resources, &mut target, 1.0, &[DeviceRect::of_size(width, height)]);
        pixels
    }

    /// The elements that scroll: the page, then the scroll-view.
    fn scrollers(&self) -> (NodeId, NodeId) {
        let root = self.doc.top_page().unwrap().root;
        let mut stack = vec![root];
        while let Some(node) = stack.pop() {
            if self.doc.tag_name(node) == "scroll-view" {
                return (root, node);
            }
            stack.extend_from_slice(&self.doc.node(node).unwrap().children);
        }
        panic!("no scroll-view");
    }
}

#[test]
fn what_is_near_shows_as_in_the_whole_list_wherever_it_has_scrolled() {
    let mut page = page();
    let (root, inner) = page.scrollers();
    let boxes = page.layout.box_tree();
    let (root_box, inner_box) = (boxes.root().unwrap(), boxes.scroller(inner).unwrap());
    let end = boxes.get(root_box).unwrap().layout.max_scroll().1;
    assert!(end > 3000.0, "{end}");
    let mut places: Vec<f32> = (0..24).map(|i| end * i as f32 / 23.0).collect();
    places.extend([3.5, 40.25, end / 2.0 - 60.0]);
    let (mut smallest, mut everything) = (usize::MAX, 0);
    for y in places {
        let tree = page.layout.box_tree_mut();
        tree.set_scroll_offset(root_box, 0.0, y);
        tree.set_scroll_offset(inner_box, 0.0, y / 8.0);
        let (mut near, mut whole) = (page.list(true), page.list(false));
        smallest = smallest.min(near.items().count());
        everything = whole.items().count();
        assert!(page.draw(&near) == page.draw(&whole), "at {y}");
        // As far as the windows reach, without building anew.
        let screen = SIZE.1 as f32 - 1.0;
        for by in [-screen, -40.0, 70.0, screen] {
            let (at, inside) =
                (Point::new(0.0, (y + by).clamp(0.0, end)), Point::new(0.0, (y / 8.0 + by / 3.0).max(0.0)));
            assert!(near.windows[&root].covers(at));
            assert!(!near.windows[&root].covers(Point::new(0.0, at.y + 3.0 * SIZE.1 as f32)));
            for list in [&mut near, &mut whole] {
                assert!(list.tables.set_scroll(root, at));
                list.tables.set_scroll(inner, inside);
            }
            assert!(page.draw(&near) == page.draw(&whole), "built at {y}, shown at {}", at.y);
        }
    }
    assert!(smallest * 4 < everything, "{smallest} of {everything}");
}

#[test]
fn cells_without_a_row_are_painted_where_they_are_laid_out() {
    let wxml = "<view style='height:50px'></view><view style='display:table;margin-left:40px;width:100px'>\
                <view style='display:table-cell;height:30px;background:#ff0000'></view></view>";
    let (template, _) = parse("page.wxml", wxml);
    let surface = Viewport { width: SIZE.0 as f32, height: SIZE.1 as f32, ..Default::default() };
    let fonts = FontBook::new(FontPolicy::Author).unwrap();
    let (doc, layout) = lay_out_fixed(&FixedPage::from_template(&template), fonts, surface).unwrap();
    let mut page = Page { doc, layout, images: ImageStore::new(), glyphs: GlyphCache::new(8 << 20) };
    for near in [false, true] {
        let list = page.list(near);
        let pixels = page.draw(&list);
        let at = |x: usize, y: usize| pixels[(y * SIZE.0 as usize + x) * 4..][..3].to_vec();
        assert_eq!((at(60, 65), at(20, 65), at(60, 20)), (vec![255, 0, 0], vec![255; 3], vec![255; 3]));
    }
}
