//! A `color` that moves rewrites rows: of the text that shows it, of what inherits it and of what is `currentcolor`. No style
//! is matched, nothing is laid out or built, nothing is allocated, and the picture is what a list built anew shows.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

#[path = "support/live.rs"]
#[allow(dead_code)] // other tests use more of it
mod live;
#[path = "support/program.rs"]
mod program;
#[path = "support/screen.rs"]
mod screen;

use live::Live;
use pellicle::frame::memory::CountingAllocator;
use pellicle::gpu::device::{Gpu, Software};
use pellicle::gpu::headless::read_back;
use pellicle::interact::{InputEvent, PointerKind};
use program::Program;
use screen::{ROWS, Screen, steady, work};

#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::new();

const OTHERS: &str = "<view wx:for='{{20}}' wx:key='*this' class='other'>Row {{item}}</view>";
const FADE: &str = "@keyframes fade { from { color: #cc0033 } to { color: rgba(0, 80, 200, .4) } }
    .moves { animation: fade 320ms linear infinite alternate; font-size: 20px }";

/// Pages on which a colour moves, and every frame rewrites rows.
const PAGES: [(&str, &str); 8] = [
    ("<text class='moves'>one text</text>", ""),
    (
        "<view class='moves'>loose <text>inside <text class='big'>and deeper</text></text><view>block</view><view class='own'>own</view></view>",
        ".big { font-size: 30px } .own { color: #0a0 }",
    ),
    (
        "<view class='moves both'>with a background</view>",
        "@keyframes ground { to { background-color: #ffe } } .both { animation: fade 320ms infinite alternate, ground 250ms infinite;
           background-color: #eef; border: 2px solid }",
    ),
    (
        "<view class='moves line'>underlined <text class='own'>in another colour</text> <text class='wavy'>waves</text>
         <view class='dashed'>dashes</view></view>",
        ".line { text-decoration: underline } .own { color: #0a0 } .wavy { text-decoration: underline wavy }
         .dashed { text-decoration: line-through overline dashed } ",
    ),
    (
        "<view class='moves'><text class='icon'>mail</text><view class='arrow'/><button class='b'>press</button></view>",
        ".icon::before { content: '\u{2709} ' } .icon::after { content: ''; border-left: 4px solid; border-top: 4px solid #0000 }
         .arrow { width: 12px; height: 12px; border: solid; border-width: 0 2px 2px 0 }
         .arrow::after { content: ''; display: block; width: 4px; height: 4px; background: currentColor } .b { color: inherit }",
    ),
    (
        "<view class='moves cut'>a text that is much too long for the width that it is given</view>
         <view class='moves clamp'>a text that is much too long for the two lines that it is given in a box of this width</view>",
        ".cut { width: 140px; white-space: nowrap; overflow: hidden; text-overflow: ellipsis }
         .clamp { width: 140px; display: -webkit-box; -webkit-box-orient: vertical; -webkit-line-clamp: 2; overflow: hidden }",
    ),
    (
        "<scroll-view scroll-y class='moves view'><view class='fixed'>fixed</view><view class='float'>float</view>scrolled \u{1f600}
         <checkbox-group><label><checkbox value='a'/>label</label></checkbox-group></scroll-view>",
        ".view { height: 150px } .fixed { position: fixed; top: 200px; left: 9px } .float { float: right; opacity: .5 }",
    ),
    (
        "<view class='moves shade'>a shadow of its own</view><input class='moves' value='a field'/><textarea class='moves' value='an area'/>
         <input class='moves' placeholder='nothing'/>",
        ".shade { text-shadow: 1px 1px 2px #00f }",
    ),
];

#[test]
fn colours_of_text_that_move_rewrite_rows() {
    for (wxml, wxss) in PAGES {
        let mut screen =
            Screen::open(&format!("{wxml}{OTHERS}"), &format!("{FADE}{wxss} .other {{ padding: 3px }}"), "Page({})");
        screen.frames(3);
        for record in screen.frames(20) {
            assert_eq!(work(&record), ROWS, "{wxml}: {record:?}");
            assert!(record.damage > 0, "{wxml}: {record:?}");
        }
    }
}

#[test]
fn a_steady_frame_of_text_colours_allocates_nothing() {
    for seconds in ["1s", "20s"] {
        let wxss = format!(
            "{FADE} .moves {{ animation-duration: {seconds} }} .line {{ text-decoration: underline; border: 1px solid }}
             .icon::before {{ content: '!' }} .other {{ padding: 3px }}"
        );
        let wxml = format!(
            "<view class='moves line'>loose <text class='icon'>inside</text><view wx:for='{{{{9}}}}' wx:key='*this'>row</view></view>{OTHERS}"
        );
        let mut screen = Screen::open(&wxml, &wxss, "Page({})");
        assert!(steady(&mut screen) >= 10);
    }
}

#[test]
fn only_the_text_is_drawn_again() {
    let mut screen = Screen::open(
        &format!("<view class='wide'><text class='moves'>word</text></view>{OTHERS}"),
        &format!("{FADE} .wide {{ padding: 30px; background: #eee }}"),
        "Page({})",
    );
    screen.frames(3);
    let area = screen.live.area(".moves");
    // Glyphs may reach out of their run by an em to the sides and by half of one above and below.
    let most = ((area.width + 44.0) * (area.height + 24.0)) as u32;
    for record in screen.frames(10) {
        assert!((1..=most).contains(&record.damage), "{} of {most}", record.damage);
    }
}

const TAB: &str = ".tab { font-size: 40px; line-height: 60px; color: #000000; transition: color 320ms linear; border-bottom: 8px solid }
    .on { color: #ff0000 } .slow { transition: color 2s }";

/// The least and the most red of what is drawn in red or black in an element.
fn ink(screen: &mut Screen, selector: &str) -> (u8, u8) {
    let area = screen.live.area(selector);
    let (mut least, mut most) = (255, 0);
    for y in area.y as usize..(area.y + area.height) as usize {
        for x in area.x as usize..(area.x + area.width) as usize {
            let [r, g, b] = screen.pixel(x, y);
            if g == 0 && b == 0 {
                (least, most) = (least.min(r), most.max(r));
            }
        }
    }
    (least, most)
}

#[test]
fn a_transition_of_a_colour_builds_a_list_when_it_begins_and_when_it_ends() {
    let mut screen = Screen::open(
        &format!(
            "<view class='tab {{{{on}}}}'>HHHH<view class='in'>HH<text class='slow'>HH</text></view></view>{OTHERS}"
        ),
        TAB,
        "Page({ data: { on: '' }, go() { this.setData({ on: this.data.on ? '' : 'on' }) } })",
    );
    for end in [255, 0] {
        screen.live.call("go");
        let records = screen.frames(10);
        // Text, what inherits it and the border show the same.
        let line = screen.live.area(".tab").y as usize + 124;
        let [red, ..] = screen.pixel(9, line);
        assert!((60..200).contains(&red), "{red}");
        assert_eq!(ink(&mut screen, ".in"), (red, red));
        let records = [records, screen.frames(20)].concat();
        let built: Vec<usize> = (0..records.len()).filter(|&at| records[at].lists_built > 0).collect();
        assert!(built.len() <= 2 && records[4..14].iter().all(|r| work(r) == ROWS), "{built:?} {records:?}");
        assert_eq!(ink(&mut screen, ".in"), (end, end));
        assert!(!screen.live.driver().app.needs_frame());
    }
}

#[test]
fn a_finger_that_presses_moves_a_colour_or_sets_it() {
    let mut screen = Screen::open(
        &format!(
            "<view class='tab slowly' hover-class='on' hover-start-time='0' hover-stay-time='0'>HH<text>HH</text></view>
             <view class='tab atonce' hover-class='on' hover-start-time='0' hover-stay-time='0'>HH<text>HH</text></view>{OTHERS}"
        ),
        &format!("{TAB} .atonce {{ transition: none }}"),
        "Page({})",
    );
    for (selector, most) in [(".slowly", 3), (".atonce", 2)] {
        let (x, y) = screen.live.middle(selector);
        let time = screen.live.driver().now();
        screen.live.driver().input(InputEvent::PointerDown { pointer: 1, kind: PointerKind::Touch, x, y, time });
        let records = screen.frames(30);
        let built: u32 = records.iter().map(|record| record.lists_built).sum();
        assert!((1..=most).contains(&built), "{selector}: {built}");
        assert_eq!(ink(&mut screen, selector), (255, 255), "{selector}");
        let time = screen.live.driver().now();
        screen.live.driver().input(InputEvent::PointerUp { pointer: 1, x, y, time });
        screen.frames(30);
        assert_eq!(ink(&mut screen, selector), (0, 0), "{selector}");
    }
}

#[test]
fn text_filled_otherwise_stays_as_it_is() {
    let mut screen = Screen::open(
        &format!("<view class='moves ground'>gradient</view><view class='moves fill'>filled</view>{OTHERS}"),
        &format!(
            "{FADE} .ground {{ background: linear-gradient(90deg, red, blue); background-clip: text; -webkit-text-fill-color: transparent }}
             .fill {{ -webkit-text-fill-color: #060 }}"
        ),
        "Page({})",
    );
    screen.frames(3);
    for record in screen.frames(10) {
        assert_eq!((record.restyled, record.laid_out, record.lists_built, record.damage), (0, 0, 0, 0), "{record:?}");
    }
}

#[test]
fn selected_text_and_a_field_with_a_caret_follow() {
    let mut screen = Screen::open(
        &format!(
            "<text class='moves words' user-select>some words to select</text><input class='moves field' value='abc'/>{OTHERS}"
        ),
        &format!("{FADE} .words::selection {{ background-color: #ff0 }} .field {{ height: 40px }}"),
        "Page({})",
    );
    let area = screen.live.area(".words");
    let mouse = PointerKind::Mouse;
    let y = area.y + area.height / 2.0;
    let time = screen.live.driver().now();
    screen.live.driver().input(InputEvent::PointerDown { pointer: 0, kind: mouse, x: area.x + 2.0, y, time });
    screen.live.wait(16.0);
    let time = screen.live.driver().now();
    screen.live.driver().input(InputEvent::PointerMove { pointer: 0, kind: mouse, x: area.x + 90.0, y, time });
    screen.live.wait(16.0);
    let time = screen.live.driver().now();
    screen.live.driver().input(InputEvent::PointerUp { pointer: 0, x: area.x + 90.0, y, time });
    screen.frames(3);
    assert!(screen.live.driver().app.selected_text().is_some_and(|text| text.starts_with("some")));
    for record in screen.frames(10) {
        assert_eq!(work(&record), ROWS, "{record:?}");
    }
    screen.live.tap(".field");
    let records = screen.frames(60);
    // A caret that blinks builds a list.
    let rows = records.iter().filter(|record| work(record) == ROWS).count();
    assert!(rows > 40, "{rows}");
}

#[test]
fn what_has_no_row_is_built_anew() {
    let mut screen = Screen::open(
        &format!(
            "<rich-text class='moves' nodes='<u>some</u> <b style=\"color: red\">nodes</b>'/><view class='moves'><view class='glow'>glows</view>
             <view class='none'>without a box <text>in it</text></view><view class='twice'>twice</view>
             <icon type='success' color='currentColor'/><view class='rim'>outline</view></view>
             <view class='moves'><view class='takes'>takes</view><text class='light'>light</text></view>{OTHERS}"
        ),
        &format!(
            "{FADE} .glow {{ text-shadow: 0 0 4px }} .none {{ display: contents }} .rim {{ outline: 3px solid }}
             .twice {{ animation: other 200ms infinite }} @keyframes other {{ to {{ color: #0f0 }} }}
             .takes {{ border: 3px solid #000; border-color: inherit }} .light {{ opacity: .9; transition: opacity 1s }}"
        ),
        "Page({})",
    );
    screen.frames(30);
    // All of it shows the colour of the moment, whatever it is in.
    let mut screen = Screen::open(
        "<view class='red'>HH<rich-text nodes='<b>HHHH</b>'/><view class='none'>HHHH</view><view class='glow'>HHHH</view>
         <view class='spins'>HH<text>HH</text></view><input value='HHHH'/><textarea value='HHHH'/></view>",
        "@keyframes red { from { color: #000000 } to { color: #ff0000 } } @keyframes spin { from { opacity: .99 } to { opacity: 1 } }
         .red { animation: red 960ms linear infinite; font-size: 40px } .none { display: contents }
         .glow { text-shadow: 200px 0 #0f0, 0 1px } .spins { animation: spin 99ms infinite }
         input, textarea { font-size: 40px; height: 60px }",
        "Page({})",
    );
    for _ in 0..4 {
        screen.frames(6);
        let (least, most) = ink(&mut screen, ".red");
        assert!(least.abs_diff(most) <= 2 && (9..250).contains(&least), "{least} {most}");
    }
}

#[test]
fn the_gpu_painter_draws_rows_as_a_list_built_anew() {
    let gpu = match Gpu::open(Software::Allowed) {
        Ok(gpu) => gpu,
        Err(e) if std::env::var_os("PELLICLE_REQUIRE_GPU").is_some() => panic!("{e}"),
        Err(e) => return println!("not run: {e}"),
    };
    let all: String = PAGES.iter().map(|(wxml, _)| *wxml).collect();
    let sheets: String = PAGES.iter().map(|(_, wxss)| *wxss).collect();
    let mut live = Live::open(Program::page(&all, &format!("{FADE}{sheets}"), "Page({})"));
    live.wait(50.0);
    let (width, height) = live.driver().app.viewport().device_size();
    let texture = gpu.device.create_texture(&wgpu::TextureDescriptor {
        label: None,
        size: wgpu::Extent3d { width, height, depth_or_array_layers: 1 },
        mip_level_count: 1,
        sample_count: 1,
        dimension: wgpu::TextureDimension::D2,
        format: wgpu::TextureFormat::Bgra8Unorm,
        usage: wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::COPY_SRC,
        view_formats: &[],
    });
    let draw = |live: &mut Live| {
        let driver = live.driver();
        let now = driver.now();
        let view = texture.create_view(&Default::default());
        let mut encoder = gpu.device.create_command_encoder(&Default::default());
        let token = driver.app.encode_gpu(&gpu.device, &gpu.queue, &mut encoder, &view, now).unwrap();
        gpu.queue.submit([encoder.finish()]);
        driver.app.submitted(token, Default::default());
        let damage = driver.app.frame_stats().last().unwrap().damage;
        (read_back(&gpu, &texture).unwrap(), damage)
    };
    draw(&mut live);
    for frame in 0..8 {
        live.wait(16.0);
        let (rows, damage) = draw(&mut live);
        assert!(frame < 2 || (1..width * height).contains(&damage), "{damage}");
        let driver = live.driver();
        let (now, viewport) = (driver.now(), driver.app.viewport());
        driver.app.show_in(viewport);
        driver.app.tick(now);
        let (anew, _) = draw(&mut live);
        assert_eq!(rows.iter().zip(&anew).position(|(a, b)| a != b), None, "frame {frame}");
        let mut cpu = vec![0; anew.len()];
        let driver = live.driver();
        driver.app.invalidate();
        driver.app.render_cpu(&mut cpu, width as usize * 4, now);
        cpu.chunks_exact_mut(4).for_each(|p| p.swap(0, 2));
        assert!(cpu.iter().zip(&anew).all(|(a, b)| a.abs_diff(*b) <= 3), "frame {frame}");
        driver.app.invalidate();
        draw(&mut live);
    }
    gpu.health.check().unwrap();
}
