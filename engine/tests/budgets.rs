//! What the host's side holds for a mini-program has budgets, too: pictures, those on the GPU, canvases, style rules, kept
//! layers, pages of glyphs. Each is told of once it is nearly used up, and past its end it gives way.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

#[path = "support/freely.rs"]
mod freely;
#[path = "support/program.rs"]
mod program;

use pellicle::gpu::device::{Gpu, Software};
use pellicle::gpu::headless::{read_back, target};
use pellicle::host::app::App;
use pellicle::host::program::{self as opening, AccessSetup, Isolation, ProgramConfig};
use pellicle::host::types::HostRequest;
use pellicle::package::FolderPackage;
use pellicle_script::bridge::thread::Drive;
use pellicle_script::process::child_main_if_asked;
use pellicle_script::realm::SystemClock;
use pellicle_script::sandbox::audit_log::{AuditLimits, AuditLog};
use pellicle_script::sandbox::{AccessControl, Bounds, Budget, BudgetEvent, BudgetFigures, Budgets, Trust};
use program::Program;
use std::sync::Arc;
use std::time::{Duration, Instant};

/// Columns and rows of what apps show.
const SIZE: (u32, u32) = (375, 667);

struct Run {
    app: App,
    told: Vec<BudgetEvent>,
    /// What the CPU has drawn.
    pixels: Vec<u8>,
    /// What draws instead of the CPU, and into what.
    gpu: Option<(Arc<Gpu>, wgpu::Texture)>,
    _files: Program,
}

/// The GPU, or none where there need be none.
fn gpu() -> Option<Arc<Gpu>> {
    match Gpu::open(Software::Allowed) {
        Ok(gpu) => Some(Arc::new(gpu)),
        Err(error) if std::env::var_os("PELLICLE_REQUIRE_GPU").is_some() => panic!("{error}"),
        Err(error) => {
            println!("not run: {error}");
            None
        }
    }
}

impl Run {
    fn open(files: Program, budgets: Budgets) -> Run {
        Run::of(freely::open_in(files.path(), Isolation::Thread, budgets), files)
    }

    fn of(app: App, files: Program) -> Run {
        Run { app, told: Vec::new(), pixels: vec![0; (SIZE.0 * SIZE.1 * 4) as usize], gpu: None, _files: files }
    }

    /// The same, drawn by a GPU.
    fn on(self, gpu: &Arc<Gpu>) -> Run {
        Run { gpu: Some((gpu.clone(), target(&gpu.device, SIZE))), ..self }
    }

    fn draw(&mut self, now: f64) {
        let Some((gpu, texture)) = &self.gpu else {
            self.app.render_cpu(&mut self.pixels, SIZE.0 as usize * 4, now);
            return;
        };
        if !self.app.has_damage(now) {
            return;
        }
        let view = texture.create_view(&Default::default());
        let mut encoder = gpu.device.create_command_encoder(&Default::default());
        let token = self.app.encode_gpu(&gpu.device, &gpu.queue, &mut encoder, &view, now).unwrap();
        gpu.queue.submit([encoder.finish()]);
        self.app.submitted(token, Duration::ZERO);
    }

    /// What is shown.
    fn picture(&self) -> Vec<u8> {
        match &self.gpu {
            Some((gpu, texture)) => read_back(gpu, texture).unwrap(),
            None => self.pixels.clone(),
        }
    }

    /// Frames until it is so.
    fn until(&mut self, what: &str, mut so: impl FnMut(&mut Run) -> bool) {
        let started = Instant::now();
        while !so(self) {
            let now = started.elapsed().as_secs_f64() * 1e3;
            let figures = self.figures();
            assert!(
                started.elapsed() < Duration::from_secs(60),
                "{what}: {figures:?} {:?}",
                self.app.take_diagnostics()
            );
            self.app.tick(now);
            self.draw(now);
            while let Some(request) = self.app.take_request() {
                if let HostRequest::Budget(event) = request {
                    self.told.push(event);
                }
            }
            std::thread::sleep(Duration::from_millis(4));
        }
    }

    fn figures(&self) -> BudgetFigures {
        self.app.logic().sandbox().figures()
    }

    fn is_told(&self, budget: Budget) -> bool {
        self.told.iter().any(|event| event.budget == budget)
    }

    /// Text of the element with this class.
    fn text(&self, class: &str) -> String {
        let document = &self.app.stage().document;
        let node = document.top_page().and_then(|top| pellicle::tools::select::find(document, top.root, class));
        node.map(|node| pellicle::tools::select::own_text(document, node).trim().to_owned()).unwrap_or_default()
    }
}

#[test]
fn limits_that_are_reached_and_many_exceptions_stand_in_the_audit_log() {
    let js = "Page({ data: { list: [] }, onLoad() {
        for (let n = 0; n < 70; n++) setTimeout(() => { throw new Error('no ' + n) }, 1);
        setTimeout(() => this.setData({ list: Array.from({ length: 1000 }, (_, n) => n) }), 200);
    } })";
    let files = Program::page("<view wx:for='{{list}}' wx:key='*this'>{{item}}</view>", "", js);
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("audit.log");
    let log = AuditLog::open(&file, AuditLimits::default()).unwrap();
    let control = AccessControl { log: Some(log.clone()), ..AccessControl::default() };
    let budgets = Budgets {
        timers: Bounds { soft: 10, hard: 1000 },
        commit_ops: Bounds { soft: 500, hard: 800 },
        ..Budgets::default()
    };
    let clock = Arc::new(SystemClock::new(0));
    let config = ProgramConfig {
        isolation: Isolation::Thread,
        budgets,
        access: AccessSetup { control: control.clone(), ..AccessSetup::default() },
        trust: Trust::Own,
        ..ProgramConfig::new(Arc::new(FolderPackage::open(files.path()).unwrap()), Drive::Free(clock))
    };
    let mut run = Run::of(opening::open(config).unwrap(), files);
    run.until("stopped", |run| run.app.is_stopped());
    log.sync();
    let text = std::fs::read_to_string(&file).unwrap();
    let lines: Vec<serde_json::Value> = text.lines().map(|line| serde_json::from_str(line).unwrap()).collect();
    let details = |verdict: &str| -> Vec<&str> {
        let of = lines.iter().filter(|line| line["verdict"] == verdict);
        of.map(|line| line["detail"].as_str().unwrap()).collect()
    };
    assert!(details("near budget").iter().any(|detail| detail.contains("'timers'")), "{text}");
    assert!(matches!(details("faulty")[..], [detail] if detail.contains("60 exceptions")), "{text}");
    assert!(matches!(details("stopped")[..], [detail] if detail.contains("'ops of a commit'")), "{text}");
    let figures = control.counters.figures(1e6);
    assert!(figures.budget_hits >= 2 && figures.exceptions == 70, "{figures:?}");
}

fn rules(count: u32, class: &str) -> String {
    (0..count).map(|rule| format!(".{class}{rule} {{ width: 7px }}\n")).collect()
}

#[test]
fn sheets_with_more_rules_than_there_may_be_are_left_out() {
    let budgets = Budgets { style_rules: Bounds { soft: 8, hard: 20 }, ..Budgets::default() };
    let files = |own: u32| {
        Program::new(&[
            ("app.wxss", &rules(5, "a")),
            ("pages/a/a.wxml", "<view class='a0 done'>here</view><view class='p0'/>"),
            ("pages/a/a.wxss", &rules(own, "p")),
            ("pages/a/a.js", "Page({})"),
        ])
    };
    let mut run = Run::open(files(10), budgets);
    run.until("told", |run| run.is_told(Budget::StyleRules));
    assert_eq!(run.told, [BudgetEvent { budget: Budget::StyleRules, limit: 8, figure: 15 }]);
    assert_eq!((run.figures().style_rules, run.figures().refusals), (15, 0));

    let mut run = Run::open(files(100), budgets);
    run.until("refused", |run| run.figures().refusals > 0 && run.text(".done") == "here");
    let figures = run.figures();
    assert_eq!((figures.style_rules, figures.refusals), (5, 1), "the app's sheet is there");
    let found = run.app.take_diagnostics();
    let left_out = found.iter().find(|found| found.code == "style-rules").unwrap();
    assert!(&*left_out.file == "pages/a/a.wxss" && left_out.message.contains("105"), "{left_out:?}");
    let width = |class: &str| {
        let stage = run.app.stage();
        let document = &stage.document;
        let node =
            document.top_page().and_then(|top| pellicle::tools::select::find(document, top.root, class)).unwrap();
        let boxes = stage.boxes();
        boxes.get(boxes.principal(node).unwrap()).unwrap().layout.width
    };
    assert_eq!((width(".a0"), width(".p0")), (7.0, 375.0));
}

/// A page with a picture of so many px on a side, and nothing of it transparent.
fn with_picture(side: u32) -> Program {
    let files = Program::page("<image class='i' src='/i.png'/>", ".i { width: 300px; height: 300px }", "Page({})");
    let picture = image::RgbaImage::from_pixel(side, side, image::Rgba([200, 0, 0, 255]));
    picture.save(files.path().join("i.png")).unwrap();
    files
}

#[test]
fn pictures_are_told_of_and_get_coarser() {
    let budgets = Budgets { image_bytes: Bounds { soft: 10_000, hard: 60_000 }, ..Budgets::default() };
    let mut run = Run::open(with_picture(100), budgets);
    run.until("told", |run| run.is_told(Budget::ImageBytes));
    let fine = run.figures().image_bytes;
    assert!((40_000..60_000).contains(&fine), "{fine}");

    let mut run = Run::open(with_picture(1000), budgets);
    run.until("coarser", |run| run.figures().image_bytes > 0);
    let coarse = run.figures().image_bytes;
    assert!(coarse <= 60_000, "{coarse} of what would be five million");
}

#[test]
fn pictures_on_the_gpu_are_told_of_and_past_the_end_none_is_added() {
    let Some(gpu) = gpu() else { return };
    for (bounds, refusals) in [(Bounds { soft: 1000, hard: 1 << 30 }, 0), (Bounds { soft: 1000, hard: 2000 }, 1)] {
        let budgets = Budgets { texture_bytes: bounds, ..Budgets::default() };
        // Larger than those that lie together in pages.
        let mut run = Run::open(with_picture(600), budgets);
        run.until("there is a picture", |run| run.figures().image_bytes > 0);
        let texture = gpu.device.create_texture(&wgpu::TextureDescriptor {
            label: None,
            size: wgpu::Extent3d { width: 375, height: 667, depth_or_array_layers: 1 },
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: wgpu::TextureFormat::Bgra8Unorm,
            usage: wgpu::TextureUsages::RENDER_ATTACHMENT,
            view_formats: &[],
        });
        let view = texture.create_view(&Default::default());
        let mut encoder = gpu.device.create_command_encoder(&Default::default());
        run.app.invalidate();
        let _ = run.app.encode_gpu(&gpu.device, &gpu.queue, &mut encoder, &view, 0.0).unwrap();
        run.until("told", |run| run.is_told(Budget::TextureBytes));
        let figures = run.figures();
        assert_eq!(figures.refusals, refusals, "{figures:?}");
        assert_eq!(figures.texture_bytes > 1000, refusals == 0, "{figures:?}");
    }
}

/// A sheet of many boxes that fades, and then says so.
fn with_sheet() -> Program {
    let wxml = "<view class='sheet {{on}}' bindtransitionend='ended'>
      <view class='cell' wx:for='{{120}}' wx:key='*this'>Cell {{item}}</view></view><view class='said'>{{said}}</view>";
    let wxss = ".sheet { position: fixed; left: 20px; top: 60px; width: 335px; height: 480px; background: #eef; overflow: hidden;
        transition: opacity 1500ms linear }
      .sheet.on { opacity: .3 }
      .cell { display: inline-block; width: 70px; height: 40px; margin: -3px; border-radius: 9px; font-size: 12px;
        background: linear-gradient(#fc0, #f60); box-shadow: 0 2px 6px #0008 }";
    let js = "Page({ data: { on: '', said: '' }, onReady() { setTimeout(() => this.setData({ on: 'on' }), 300) },
      ended() { this.setData({ said: 'faded' }) } })";
    Program::page(wxml, wxss, js)
}

fn layers(gpu: Option<&Arc<Gpu>>) {
    let open = |bounds| {
        let run = Run::open(with_sheet(), Budgets { layer_bytes: bounds, ..Budgets::default() });
        if let Some(gpu) = gpu { run.on(gpu) } else { run }
    };
    // What is kept is shown while it fades; where nothing is kept, it is drawn anew.
    let mut most = 0;
    let mut pictures = Vec::new();
    for (bounds, refusals) in [
        (Budgets::default().layer_bytes, 0),
        (Bounds { soft: 100_000, hard: 32 << 20 }, 0),
        (Bounds { soft: 100_000, hard: 200_000 }, 1),
    ] {
        let mut run = open(bounds);
        let mut kept = 0;
        run.until("it has faded", |run| {
            kept = kept.max(run.figures().layer_bytes);
            run.text(".said") == "faded"
        });
        // The last of it may still be on its way.
        let mut frames = 0;
        run.until("it rests", |_| {
            frames += 1;
            frames > 10
        });
        let told: Vec<(Budget, u64)> = run.told.iter().map(|event| (event.budget, event.limit)).collect();
        match bounds.soft {
            100_000 => assert_eq!(told, [(Budget::LayerBytes, 100_000)]),
            _ => assert_eq!(told, []),
        }
        assert_eq!(run.figures().refusals > 0, refusals > 0, "{:?}", run.figures());
        match refusals {
            0 => most = kept,
            _ => assert_eq!(kept, 0, "of {most}"),
        }
        pictures.push(run.picture());
    }
    assert!(most > 500_000, "{most}");
    assert!(pictures[0] == pictures[1] && pictures[0] == pictures[2]);
}

#[test]
fn layers_that_are_kept_are_told_of_and_past_the_end_they_are_drawn_anew() {
    layers(None);
}

#[test]
fn layers_that_are_kept_on_the_gpu_are_told_of_and_past_the_end_they_are_drawn_anew() {
    if let Some(gpu) = gpu() {
        layers(Some(&gpu));
    }
}

/// A page of large letters, all of different sizes, one over the other; where they go after a second, and the page still
/// changes, if `go`.
fn with_letters(go: bool) -> Program {
    let wxml = "<view class='all'><view class='letter' wx:for='{{list}}' wx:key='size'
        style='left: {{item.x}}px; top: {{item.y}}px; font-size: {{item.size}}px; color: {{item.color}}'>{{item.text}}</view>
      </view><view class='glass'/><view class='said'>{{said}}</view>";
    let wxss = ".all { position: fixed; left: 0; top: 0; width: 375px; height: 667px; overflow: hidden; opacity: .8 }
      .glass { position: fixed; left: 80px; top: 300px; width: 200px; height: 30px; backdrop-filter: blur(3px) }
      .letter { position: absolute; line-height: 1 }";
    let js = "const list = Array.from({ length: 340 }, (_, n) => ({ x: n * 53 % 375 - 60, y: n * 97 % 667 - 60,
        size: 140 + n / 4, text: 'WM@QG&'[n % 6], color: ['#c003', '#06c3', '#0803'][n % 3] }))
      Page({ data: { list, said: 'shown' }, onReady() {
        if (GO) {
          setTimeout(() => this.setData({ list: [] }), 1000)
          setInterval(() => this.setData({ said: 'shown' + Date.now() % 10 }), 15)
        }
      } })";
    Program::page(wxml, wxss, &js.replace("GO", &go.to_string()))
}

fn glyphs(gpu: Option<&Arc<Gpu>>) {
    let shown = |bounds| {
        let budgets = Budgets { glyph_bytes: bounds, ..Budgets::default() };
        let run = Run::open(with_letters(false), budgets);
        let mut run = if let Some(gpu) = gpu { run.on(gpu) } else { run };
        let mut frames = 0;
        run.until("it is shown", |run| {
            frames += u32::from(run.text(".said") == "shown");
            frames > 20
        });
        run
    };
    let whole = shown(Budgets::default().glyph_bytes);
    let needed = whole.figures().glyph_bytes;
    assert!(needed > 8 << 20 && whole.told.is_empty(), "{needed}");
    let expected = whole.picture();
    for hard in [5 << 20, 6 << 20] {
        let parts = shown(Bounds { soft: 2 << 20, hard });
        let told: Vec<(Budget, u64)> = parts.told.iter().map(|event| (event.budget, event.limit)).collect();
        assert_eq!(told, [(Budget::GlyphBytes, 2 << 20)]);
        let figures = parts.figures();
        assert!(figures.glyph_bytes <= hard && figures.refusals > 0, "{figures:?}");
        let picture = parts.picture();
        let differ: Vec<usize> =
            (0..expected.len() / 4).filter(|i| picture[i * 4..i * 4 + 4] != expected[i * 4..i * 4 + 4]).collect();
        let at = |i: &usize| (i % SIZE.0 as usize, i / SIZE.0 as usize);
        assert_eq!((differ.len(), differ.first().map(at)), (0, None), "in portions of {hard} it is another picture");
    }
}

#[test]
fn pages_of_glyphs_are_told_of_and_past_the_end_a_picture_is_drawn_in_portions() {
    glyphs(None);
}

#[test]
fn pages_of_glyphs_on_the_gpu_are_told_of_and_past_the_end_a_picture_is_drawn_in_portions() {
    if let Some(gpu) = gpu() {
        glyphs(Some(&gpu));
    }
}

#[test]
fn pages_of_glyphs_that_a_frame_needed_once_go_again() {
    let budgets = Budgets { glyph_bytes: Bounds { soft: 2 << 20, hard: 128 << 20 }, ..Budgets::default() };
    let mut run = Run::open(with_letters(true), budgets);
    let mut most = 0;
    run.until("it is gone", |run| {
        let bytes = run.figures().glyph_bytes;
        most = most.max(bytes);
        most > bytes && bytes <= 2 << 20
    });
    assert!(most > 8 << 20, "{most}");
    assert_eq!(run.told.iter().map(|event| event.budget).collect::<Vec<_>>(), [Budget::GlyphBytes]);
    assert_eq!(run.figures().refusals, 0);
}

#[test]
fn queries_past_what_may_be_written_ahead_are_answered_about_a_later_state() {
    let js = "Page({ data: { width: 0, said: '' }, onReady() {
        const widths = []
        for (let n = 1; n <= 50; n++) {
          this.setData({ width: n })
          wx.createSelectorQuery().select('.box').boundingClientRect(box => {
            widths.push(box.width)
            if (widths.length == 50) this.setData({ said: widths.join() })
          }).exec()
        }
    } })";
    let wxml = "<view class='box' style='width: {{width}}px'/><view class='said'>{{said}}</view>";
    let ask = |bounds| {
        let budgets = Budgets { staged_ops: bounds, ..Budgets::default() };
        let mut run = Run::open(Program::page(wxml, "", js), budgets);
        run.until("all are answered", |run| !run.text(".said").is_empty());
        let widths: Vec<u32> = run.text(".said").split(',').map(|width| width.parse().unwrap()).collect();
        (run, widths)
    };
    let (run, widths) = ask(Budgets::default().staged_ops);
    assert_eq!(widths, (1..=50).collect::<Vec<u32>>());
    let all = run.figures().staged_ops;
    assert!(all > 100 && run.told.is_empty() && run.figures().refusals == 0, "{:?}", run.figures());
    let (run, widths) = ask(Bounds { soft: 50, hard: 60 });
    let told: Vec<(Budget, u64)> = run.told.iter().map(|event| (event.budget, event.limit)).collect();
    assert_eq!(told, [(Budget::StagedOps, 50)]);
    let figures = run.figures();
    assert!((60..70).contains(&figures.staged_ops) && figures.refusals > 0, "{figures:?} of {all}");
    let own = widths.iter().zip(1..).take_while(|(width, n)| *width == n).count();
    assert!((1..50).contains(&own), "{widths:?}");
    assert!(widths[own..].iter().all(|width| *width == 50), "{widths:?}");
}

#[test]
fn canvases_are_told_of_and_past_the_end_none_is_made() {
    let budgets = Budgets { canvas_bytes: Bounds { soft: 30_000, hard: 100_000 }, ..Budgets::default() };
    let js = "Page({ data: { said: '' }, onLoad() {
        this.first = wx.createOffscreenCanvas({ type: '2d', width: 100, height: 100 })
        try { this.second = wx.createOffscreenCanvas({ type: '2d', width: 200, height: 200 }) }
        catch (error) { this.setData({ said: error.message }) }
    } })";
    let mut run = Run::open(Program::page("<view class='said'>{{said}}</view>", "", js), budgets);
    run.until("told", |run| run.is_told(Budget::CanvasBytes) && !run.text(".said").is_empty());
    assert!(run.text(".said").contains("more than"), "{}", run.text(".said"));
    let figures = run.figures();
    assert_eq!((figures.canvas_bytes, figures.refusals), (40_000, 1), "{figures:?}");
}

#[test]
fn a_package_of_the_hosts_own_runs_on_a_thread_although_there_could_be_a_process() {
    // As a host says that its program may be started again to run script.
    child_main_if_asked();
    let files = Program::page("<view class='said'>{{said}}</view>", "", "Page({ data: { said: 'runs' } })");
    let app = freely::open_in(files.path(), Isolation::Auto, Budgets::default());
    assert_eq!(app.logic().sandbox().process(), None);
    let mut run = Run::of(app, files);
    run.until("it runs", |run| run.text(".said") == "runs");
}
