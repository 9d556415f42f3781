//! Figures over the picture.

use super::{COUNTER, Renderer, Screen};
use pellicle::frame::FrameRecord;

/// The panel's ground at its lower left corner, and a place of the page that it leaves free.
fn colors(screen: &Screen) -> ([u8; 3], [u8; 3]) {
    let (pixels, (width, height)) = (screen.canvas.pixels().unwrap(), screen.canvas.size());
    let at = |x: u32, y: u32| {
        let i = ((y * width + x) * 4) as usize;
        [pixels[i], pixels[i + 1], pixels[i + 2]]
    };
    (at(width / 2, height - 12), at(width / 2, height / 2))
}

fn work(record: &FrameRecord) -> [u32; 9] {
    let FrameRecord { ops, restyled, laid_out, lists_built, items, draws, instances, damage, damage_rects, .. } =
        *record;
    [ops, restyled, laid_out, lists_built, items, draws, instances, damage, damage_rects]
}

/// A tap at the button, drawn.
fn tap(screen: &mut Screen) -> FrameRecord {
    let at = screen.live.middle(".plus");
    screen.down(at);
    screen.up(at);
    screen.wait(16.0);
    screen.frame()
}

fn shown_by(renderer: Renderer) {
    let Some(mut screen) = Screen::open(COUNTER, renderer) else { return };
    tap(&mut screen);
    let plain = tap(&mut screen);
    let page = screen.canvas.pixels().unwrap();
    let (ground, middle) = colors(&screen);
    screen.live.driver().app.set_hud(true).unwrap();
    screen.wait(16.0);
    screen.frame();
    let (panel, free) = colors(&screen);
    assert!(panel.iter().all(|&c| c < 60) && ground.iter().all(|&c| c > 200), "{panel:?} over {ground:?}");
    assert_eq!(free, middle);
    // What it shows does not go into what is measured.
    let measured = tap(&mut screen);
    assert_eq!(work(&measured), work(&plain));
    // Flashes fade, then nothing moves any more, and none of that is a frame of the page.
    let frames = screen.frames();
    let mut drawn = 0;
    loop {
        screen.wait(16.0);
        if !screen.live.driver().app.needs_frame() {
            break;
        }
        screen.frame();
        drawn += 1;
        assert!(drawn < 30, "it does not come to rest");
    }
    assert!(drawn > 5, "{drawn}");
    assert_eq!(screen.frames(), frames);
    let turns = screen.live.driver().frame_counts().turns;
    screen.wait(60_000.0);
    assert!(screen.live.driver().frame_counts().turns - turns < 3, "a display at rest wakes nobody");
    // Without it the picture is the page's again.
    screen.live.driver().app.set_hud(false).unwrap();
    screen.wait(16.0);
    screen.frame();
    let again = screen.canvas.pixels().unwrap();
    let data = screen.live.data();
    assert_eq!(data["n"], 4);
    // The number has changed; the rest is the same.
    let (width, area) = (screen.canvas.size().0 as usize, screen.live.area(".n"));
    let rows = area.y as usize..(area.y + area.height).ceil() as usize;
    let differs = page.chunks(4).zip(again.chunks(4)).enumerate().filter(|(_, (a, b))| a != b);
    assert!(differs.map(|(at, _)| at / width).all(|row| rows.contains(&row)));
}

#[test]
fn the_cpu_painter_draws_figures_over_the_page_and_takes_them_away() {
    shown_by(Renderer::Cpu);
}

#[test]
fn the_gpu_painter_draws_figures_over_the_page_and_takes_them_away() {
    shown_by(Renderer::Gpu);
}

#[test]
fn both_painters_draw_the_same_figures() {
    let open = |renderer| {
        let mut screen = Screen::open(COUNTER, renderer)?;
        // Times differ from run to run: without frames there are none.
        screen.live.driver().app.frame_stats_mut().clear();
        screen.live.driver().app.set_hud(true).unwrap();
        screen.wait(16.0);
        screen.live.driver().app.frame_stats_mut().clear();
        screen.frame();
        Some(screen.canvas.pixels().unwrap())
    };
    let (Some(cpu), Some(gpu)) = (open(Renderer::Cpu), open(Renderer::Gpu)) else { return };
    // The figures of the one frame are times; all but their texts and the bar is the same.
    let differs = cpu.iter().zip(&gpu).filter(|(a, b)| a.abs_diff(**b) > 3).count();
    assert!(differs * 50 < cpu.len(), "{differs} of {}", cpu.len());
}
