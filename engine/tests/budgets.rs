//! What the host's side holds for a mini-program has budgets, too: pictures, those on the GPU, canvases, style rules. Each is
//! told of once it is nearly used up, and past its end it gives way.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

#[path = "support/freely.rs"]
mod freely;
#[path = "support/program.rs"]
mod program;

use pellicle::gpu::device::{Gpu, Software};
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

struct Run {
    app: App,
    told: Vec<BudgetEvent>,
    _files: Program,
}

impl Run {
    fn open(files: Program, budgets: Budgets) -> Run {
        Run { app: freely::open_in(files.path(), Isolation::Thread, budgets), told: Vec::new(), _files: files }
    }

    /// Frames until it is so.
    fn until(&mut self, what: &str, mut so: impl FnMut(&mut Run) -> bool) {
        let started = Instant::now();
        let mut pixels = vec![0; 375 * 667 * 4];
        while !so(self) {
            let now = started.elapsed().as_secs_f64() * 1e3;
            let figures = self.figures();
            assert!(
                started.elapsed() < Duration::from_secs(60),
                "{what}: {figures:?} {:?}",
                self.app.take_diagnostics()
            );
            self.app.tick(now);
            self.app.render_cpu(&mut pixels, 375 * 4, now);
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
    let mut run = Run { app: opening::open(config).unwrap(), told: Vec::new(), _files: files };
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
    let gpu = match Gpu::open(Software::Allowed) {
        Ok(gpu) => gpu,
        Err(error) if std::env::var_os("PELLICLE_REQUIRE_GPU").is_some() => panic!("{error}"),
        Err(error) => return println!("not run: {error}"),
    };
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
    let mut run = Run { app, told: Vec::new(), _files: files };
    run.until("it runs", |run| run.text(".said") == "runs");
}
