//! Markup to pixels: paint order, clips, backgrounds, pictures and components.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

use pellicle::cpu::{CpuPainter, PixelOrder, Target};
use pellicle::glyphs::GlyphCache;
use pellicle::host::chrome_view::lay_out_fixed;
use pellicle::host::fixed::FixedPage;
use pellicle::images::ImageStore;
use pellicle::paint::builder::{Input, PaintState, Still, build};
use pellicle::paint::damage::DamageTracker;
use pellicle::paint::list::ItemKind;
use pellicle::paint::prepare::Resources;
use pellicle::paint::tables::SpatialKind;
use pellicle::paint::{DeviceRect, DisplayList};
use pellicle_layout::css::Viewport;
use pellicle_layout::document::NodeId;
use pellicle_layout::markup::parse;
use pellicle_layout::style::computed::Color;
use pellicle_layout::text::{FontBook, FontPolicy};

struct Picture {
    width: u32,
    pixels: Vec<u8>,
    list: DisplayList,
}

impl Picture {
    fn at(&self, x: u32, y: u32) -> [u8; 3] {
        let i = ((y * self.width + x) * 4) as usize;
        [self.pixels[i], self.pixels[i + 1], self.pixels[i + 2]]
    }

    fn save(&self, name: &str) {
        if let Some(dir) = std::env::var_os("PELLICLE_PAGES_OUT") {
            let file = std::path::PathBuf::from(dir).join(format!("{name}.png"));
            let height = self.pixels.len() as u32 / 4 / self.width;
            image::save_buffer(file, &self.pixels, self.width, height, image::ColorType::Rgba8).unwrap();
        }
    }
}

fn fonts() -> FontBook {
    let read = |path: &str| {
        let bytes = std::fs::read(path).ok()?;
        Some(std::sync::Arc::new(bytes) as pellicle_layout::text::font::FontBytes)
    };
    let exact = std::env::var("PELLICLE_PAGES_FONTS").ok().map(|v| v.split(':').filter_map(read).collect());
    FontBook::new(exact.map_or(FontPolicy::Author, FontPolicy::Exact)).unwrap()
}

fn draw_with(wxml: &str, size: (u32, u32), scale: f32, state: &dyn PaintState) -> Picture {
    let (template, diagnostics) = parse("page.wxml", wxml);
    assert!(diagnostics.is_empty(), "{diagnostics:?}");
    let page = FixedPage::from_template(&template);
    let surface = Viewport { width: size.0 as f32, height: size.1 as f32, ..Default::default() };
    let (doc, layout) = lay_out_fixed(&page, fonts(), surface).unwrap();
    let mut images = ImageStore::new();
    let list = build(Input {
        doc: &doc,
        boxes: layout.box_tree(),
        fonts: layout.fonts(),
        images: &mut images,
        state,
        viewport: (surface.width, surface.height),
        canvas: Color::WHITE,
        near: false,
    });
    let (width, height) = ((size.0 as f32 * scale) as u32, (size.1 as f32 * scale) as u32);
    let mut tracker = DamageTracker::default();
    tracker.update(&list, &images, 0, (width, height), scale);
    images.want(tracker.wanted());
    let mut pixels = vec![0; (width * height * 4) as usize];
    let mut glyphs = GlyphCache::new(8 << 20);
    let mut resources = Resources { fonts: layout.fonts(), images: &images, glyphs: &mut glyphs };
    let mut target = Target { pixels: &mut pixels, width, height, stride: width as usize * 4, order: PixelOrder::Rgba };
    CpuPainter::new(1).paint(&list, &mut resources, &mut target, scale, &[DeviceRect::of_size(width, height)]);
    Picture { width, pixels, list }
}

fn draw(wxml: &str) -> Picture {
    draw_with(wxml, (100, 100), 1.0, &Still)
}

const RED: [u8; 3] = [255, 0, 0];
const BLUE: [u8; 3] = [0, 0, 255];
const GREEN: [u8; 3] = [0, 128, 0];
const WHITE: [u8; 3] = [255; 3];

/// A positioned 60 px square.
fn square(x: u32, y: u32, color: &str, more: &str) -> String {
    format!(
        "<view style='position:absolute;left:{x}px;top:{y}px;width:60px;height:60px;background:{color};{more}'></view>"
    )
}

#[test]
fn levels_order_positioned_boxes_and_ties_keep_tree_order() {
    let p = draw(
        &[square(0, 0, "red", "z-index:2"), square(20, 20, "blue", "z-index:1"), square(40, 40, "green", "")].concat(),
    );
    assert_eq!((p.at(30, 30), p.at(50, 50), p.at(70, 70), p.at(90, 90)), (RED, RED, BLUE, GREEN));
    let p = draw(&[square(0, 0, "red", ""), square(20, 20, "blue", "")].concat());
    assert_eq!(p.at(30, 30), BLUE);
}

#[test]
fn a_negative_level_lies_behind_the_blocks_of_its_context() {
    let block = "<view style='width:50px;height:50px;background:blue'></view>";
    let p = draw(&format!("{}{block}", square(0, 0, "red", "z-index:-1")));
    assert_eq!((p.at(10, 10), p.at(55, 55)), (BLUE, RED));
}

#[test]
fn a_level_does_not_reach_out_of_its_context() {
    let inner = square(0, 0, "red", "z-index:99");
    let context = format!("<view style='position:absolute;left:0;top:0;z-index:0;opacity:0.99'>{inner}</view>");
    let p = draw(&format!("{context}{}", square(0, 0, "blue", "z-index:1")));
    assert_eq!(p.at(10, 10), BLUE);
}

#[test]
fn lines_lie_over_floats_and_floats_over_blocks() {
    let float = "<view style='float:left;width:40px;height:40px;background:red'></view>";
    let block = "<view style='height:20px;background:blue'></view>";
    let inline = "<view style='display:inline-block;width:30px;height:10px;background:green;margin-left:-20px'></view>";
    let p = draw(&format!("{float}{block}<view>{inline}</view>"));
    assert_eq!((p.at(5, 5), p.at(60, 5)), (RED, BLUE));
    // The box stands on the baseline of its line, which begins below the block.
    assert_eq!(p.at(25, 30), GREEN);
}

#[test]
fn overflow_clips_contents_but_not_what_is_placed_from_outside() {
    let inside = "<view style='width:90px;height:20px;background:red'></view>";
    let outside = "<view style='position:absolute;left:60px;top:30px;width:20px;height:20px;background:blue'></view>";
    let p = draw(&format!("<view style='width:50px;height:50px;overflow:hidden'>{inside}{outside}</view>"));
    assert_eq!((p.at(40, 10), p.at(60, 10), p.at(70, 40)), (RED, WHITE, BLUE));
}

#[test]
fn rounded_corners_clip_what_overflows_them() {
    let p = draw(
        "<view style='width:80px;height:80px;border-radius:40px;overflow:hidden'><view style='height:80px;background:red'></view></view>",
    );
    assert_eq!((p.at(40, 40), p.at(3, 3), p.at(76, 76)), (RED, WHITE, WHITE));
}

#[test]
fn hidden_boxes_leave_their_visible_children() {
    let p = draw(
        "<view style='visibility:hidden;background:red;height:40px'><view style='visibility:visible;width:20px;height:20px;background:blue'></view></view>",
    );
    assert_eq!((p.at(10, 10), p.at(50, 10)), (BLUE, WHITE));
}

#[test]
fn opacity_fades_a_group_as_a_whole() {
    let p = draw(
        "<view style='opacity:0.5;width:60px;height:60px;background:red'><view style='width:30px;height:30px;background:blue'></view></view>",
    );
    // Blue hides red before the group is faded.
    let near = |a: [u8; 3], b: [u8; 3]| a.iter().zip(b).all(|(a, b)| a.abs_diff(b) <= 1);
    assert!(near(p.at(10, 10), [128, 128, 255]), "{:?}", p.at(10, 10));
    assert!(near(p.at(50, 50), [255, 128, 128]));
}

#[test]
fn the_page_background_fills_the_canvas() {
    let (template, _) = parse("p.wxml", "<view style='height:10px'></view>");
    let page = FixedPage::from_template(&template);
    assert!(page.root() != NodeId::NONE);
    let p = draw("<view style='height:10px;background:red'></view>");
    assert_eq!((p.at(50, 5), p.at(50, 50)), (RED, WHITE));
}

#[test]
fn transforms_apply_about_the_middle() {
    let p = draw("<view style='margin:20px;width:40px;height:20px;background:red;transform:rotate(90deg)'></view>");
    assert_eq!((p.at(40, 12), p.at(40, 48), p.at(22, 30)), (RED, RED, WHITE));
}

#[test]
fn a_fixed_box_is_placed_by_the_viewport() {
    let fixed = "<view style='position:fixed;right:0;bottom:0;width:20px;height:20px;background:red'></view>";
    let p = draw(&format!("<view style='overflow:hidden;height:10px'>{fixed}</view>"));
    assert_eq!((p.at(95, 95), p.at(75, 95)), (RED, WHITE));
}

#[test]
fn gradients_and_shadows_of_a_style_are_drawn() {
    let p = draw(
        "<view style='margin:20px;width:40px;height:40px;background:linear-gradient(to right, red, blue);box-shadow:0 0 10px #000'></view>",
    );
    let (left, right) = (p.at(21, 40), p.at(58, 40));
    assert!(left[0] > 240 && left[2] < 15 && right[2] > 240 && right[0] < 15, "{left:?} {right:?}");
    assert!(p.at(16, 40)[0] < 200 && p.at(5, 40)[0] > 240);
}

#[test]
fn an_inset_shadow_whose_spread_leaves_no_hole_fills_its_box() {
    for shadow in ["inset 0 0 0 20px red", "inset 0 0 0 30px red", "inset 3px 3px 9px 25px red"] {
        let p = draw(&format!("<view style='margin:20px;width:40px;height:40px;box-shadow:{shadow}'></view>"));
        assert_eq!((p.at(21, 21), p.at(40, 40), p.at(59, 59), p.at(62, 40)), (RED, RED, RED, WHITE), "{shadow}");
    }
}

#[test]
fn a_box_that_is_clipped_away_throws_its_shadow_where_it_is_not() {
    // The usual way to give an icon another colour.
    let icon = "width:40px;height:30px;background:blue;transform:translateX(-20000px)";
    let p = draw(&format!(
        "<view style='overflow:hidden;width:40px;height:30px'><view style='{icon};filter:drop-shadow(20000px 0 0 red)'></view></view>"
    ));
    assert_eq!((p.at(1, 1), p.at(38, 28), p.at(42, 10)), (RED, RED, WHITE));
}

#[test]
fn component_attributes_take_any_colour_of_a_sheet() {
    for color in ["red", "hsl(0, 100%, 50%)", "rgb(255 0 0 / 100%)", "#F00", "currentColor"] {
        let p = draw(&format!("<icon type='success' size='40' color='{color}' style='color:red'></icon>"));
        assert_eq!(p.at(5, 20), RED, "{color}");
    }
}

#[test]
fn letters_of_any_size_are_drawn() {
    for size in [300, 1100, 4000] {
        // The left stem of the letter, on the middle of the line.
        let at = format!("margin:-{}px 0 0 -{}px", size / 2 - 50, size / 10);
        let p = draw(&format!("<view style='font-size:{size}px;line-height:1;{at}'>H</view>"));
        let dark = (0..100).filter(|&x| p.at(x, 50) == [0; 3]).count();
        assert!(dark > 10, "{size}: {dark}");
    }
}

#[test]
fn a_sticky_box_in_a_box_that_clips_does_not_follow_the_page() {
    let sticky = "<view style='position:sticky;top:0;height:10px'>x</view>";
    let scrollers = |overflow: &str| -> Vec<u32> {
        let p = draw(&format!("<view style='overflow:{overflow};height:500px'>{sticky}</view>"));
        let stuck = p.list.tables.spatial().iter().filter_map(|node| match node.kind {
            SpatialKind::Sticky(sticky) => Some(sticky.scroller.0),
            _ => None,
        });
        stuck.collect()
    };
    assert_eq!(scrollers("hidden"), [0]);
    assert_ne!(scrollers("visible"), [0]);
}

#[test]
fn a_round_box_keeps_its_corners_when_its_dashed_sides_differ() {
    let p = draw(
        "<view style='margin:20px;width:52px;height:52px;border-radius:30px;border:4px dashed red;border-top-color:blue'></view>",
    );
    assert_eq!((p.at(21, 21), p.at(78, 21), p.at(21, 78), p.at(78, 78)), (WHITE, WHITE, WHITE, WHITE));
    let pixels: Vec<[u8; 3]> = (0..100).flat_map(|y| (0..100).map(move |x| (x, y))).map(|(x, y)| p.at(x, y)).collect();
    assert!(pixels.contains(&RED) && pixels.contains(&BLUE));
}

#[test]
fn a_gradient_of_very_many_stops_ends_with_the_last_one() {
    let stops: Vec<&str> = (0..299).map(|i| if i % 2 == 0 { "red" } else { "green" }).collect();
    let fill = format!("linear-gradient(to right, {}, blue 99%, blue)", stops.join(","));
    let p = draw(&format!("<view style='width:100px;height:20px;background:{fill}'></view>"));
    assert_eq!(p.at(99, 10), BLUE);
}

#[test]
fn data_images_are_drawn_by_their_mode() {
    // Two by one px: red, blue.
    let mut png = Vec::new();
    let pixels = image::RgbImage::from_fn(2, 1, |x, _| image::Rgb(if x == 0 { RED } else { BLUE }));
    pixels.write_to(&mut std::io::Cursor::new(&mut png), image::ImageFormat::Png).unwrap();
    use base64::Engine as _;
    let url = format!("data:image/png;base64,{}", base64::engine::general_purpose::STANDARD.encode(&png));
    let draw_mode = |mode: &str| {
        draw(&format!("<image src='{url}' mode='{mode}' style='width:80px;height:80px;display:block'></image>"))
    };
    let fill = draw_mode("scaleToFill");
    assert_eq!((fill.at(5, 5), fill.at(75, 75)), (RED, BLUE));
    let fit = draw_mode("aspectFit");
    assert_eq!((fit.at(5, 5), fit.at(5, 40), fit.at(75, 40)), (WHITE, RED, BLUE));
    let corner = draw_mode("top right");
    assert_eq!((corner.at(78, 0), corner.at(79, 0), corner.at(77, 0)), (RED, BLUE, WHITE));
}

struct Focused;

impl PaintState for Focused {
    fn caret(&self, _node: NodeId) -> Option<u32> {
        Some(2)
    }
    fn scroll_bar(&self, _node: NodeId) -> f32 {
        1.0
    }
    fn swiper_current(&self, _node: NodeId) -> Option<usize> {
        Some(1)
    }
}

#[test]
fn components_draw_their_own_pictures() {
    let wxml = "
        <view style='padding:10px'>
          <switch checked></switch><switch></switch>
          <checkbox checked>One</checkbox><checkbox>Two</checkbox>
          <radio checked>Three</radio><radio>Four</radio>
          <view><icon type='success'></icon><icon type='success_no_circle'></icon><icon type='info'></icon><icon type='warn'></icon><icon type='waiting'></icon><icon type='cancel'></icon><icon type='download'></icon><icon type='search'></icon><icon type='clear'></icon><icon type='success' size='40'></icon></view>
          <slider value='40'></slider>
          <progress percent='30' show-info></progress>
          <input value='Hello' style='border:1px solid #ccc'></input>
          <button type='primary'>Primary</button>
          <button loading>Loading</button>
          <video style='width:200px;height:60px'></video>
          <swiper indicator-dots style='height:60px;background:#eee'><swiper-item>A</swiper-item><swiper-item>B</swiper-item><swiper-item>C</swiper-item></swiper>
          <scroll-view scroll-y style='height:60px;background:#f5f5f5'><view style='height:200px'>Scrolls</view></scroll-view>
        </view>";
    let p = draw_with(wxml, (375, 800), 2.0, &Focused);
    p.save("components");
    assert!(p.list.items().count() > 40);
}

/// Two pages that have to look the same, and like something.
fn same(a: &str, b: &str) {
    let (a, b) = (draw(a), draw(b));
    assert!(a.pixels.chunks(4).any(|p| p != [255; 4]), "nothing is drawn");
    assert!(a.pixels == b.pixels);
}

#[test]
fn a_password_shows_a_dot_for_each_character() {
    same("<input password value='a中😀'></input>", "<input value='\u{2022}\u{2022}\u{2022}'></input>");
    same("<input password placeholder='abc'></input>", "<input placeholder='abc'></input>");
}

#[test]
fn a_placeholder_has_the_text_style_of_its_own() {
    same(
        "<input placeholder='abc' placeholder-style='font-size:20px;font-weight:bold;letter-spacing:3px;color:red'></input>",
        "<input value='abc' style='height:22.4px;font-size:20px;font-weight:bold;letter-spacing:3px;color:red'></input>",
    );
}

#[test]
fn sizes_in_attributes_have_units() {
    // A surface of 100 px has 750 rpx.
    same("<icon type='success' size='150rpx'></icon>", "<icon type='success' size='20'></icon>");
    same(
        "<progress percent='40' stroke-width='1em' border-radius='15rpx'></progress>",
        "<progress percent='40' stroke-width='16px' border-radius='2'></progress>",
    );
}

#[test]
fn an_input_aligns_its_text() {
    let ink = |style: &str| {
        let p = draw(&format!("<input value='ab' style='{style}'></input>"));
        let columns = || (0..100).filter(|&x| (0..22).any(|y| p.at(x, y) != WHITE));
        (columns().next().unwrap(), columns().next_back().unwrap())
    };
    let (left, right, center) = (ink("text-align:left"), ink("text-align:right"), ink("text-align:center"));
    assert!(left.0 < 4 && right.1 > 95, "{left:?} {right:?}");
    assert!((center.0 + center.1).abs_diff(100) < 4, "{center:?}");
}

#[test]
fn a_loading_button_shows_a_spinner() {
    let paths = |wxml: &str| draw(wxml).list.items().filter(|i| matches!(i.1.kind, ItemKind::Path(_))).count();
    assert_eq!(paths("<button loading></button>"), 12);
    assert_eq!(paths("<button></button>"), 0);
}

#[test]
fn hit_areas_stand_in_paint_order() {
    let p = draw(&[square(0, 0, "red", "z-index:2"), square(20, 20, "blue", "z-index:1")].concat());
    let first = p.list.hits_from_top().next().unwrap();
    assert_eq!((first.1.rect.x, first.1.rect.y), (0.0, 0.0));
}

#[test]
fn a_page_of_many_parts_looks_like_itself() {
    let wxml = include_str!("goldens/sampler.wxml");
    for scale in [1.0, 2.0] {
        draw_with(wxml, (375, 720), scale, &Still).save(&format!("sampler-{scale}"));
    }
}
