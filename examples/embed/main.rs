//! A host with a picture of its own that shows two mini-programs in it, as an app or a game would: one device, one
//! command encoder, one submission a frame.
//!
//! `cargo run --example embed -- OUT.png` draws the shop and the feed side by side into a PNG file, and says what their
//! frames took; with a second name, `TRACE.json`, it records the shop for Perfetto. Without a GPU the CPU painter draws
//! them into the host's memory.

use pellicle::fonts::installed::DesktopFonts;
use pellicle::fonts::loader::FontLoader;
use pellicle::frame::memory::{self, CountingAllocator};
use pellicle::frame::trace::Trace;
use pellicle::frame::{Next, Scheduler};
use pellicle::gpu::GpuError;
use pellicle::gpu::device::{Choice, Gpu, Renderer, choose};
use pellicle::gpu::headless::{read_back, target};
use pellicle::gpu::pipelines::Pipelines;
use pellicle::host::app::{App, AppError};
use pellicle::host::caches::SharedCaches;
use pellicle::host::program::{self, ProgramConfig};
use pellicle::host::services::{DesktopServices, DesktopSetup, NamedFiles, PackageImages};
use pellicle::host::types::{Tick, Viewport};
use pellicle::images::ImageStore;
use pellicle::interact::clipboard::ProcessClipboard;
use pellicle::package::FolderPackage;
use pellicle::tools::record::RunRecord;
use pellicle::wgpu;
use pellicle_script::bridge::thread::Drive;
use pellicle_script::capability::Denied;
use pellicle_script::capability::files::SharedFiles;
use pellicle_script::package::PackageSource;
use pellicle_script::realm::SystemClock;
use pellicle_script::sandbox::Trust;
use std::path::Path;
use std::sync::Arc;
use std::sync::mpsc::channel;
use std::time::{Duration, Instant};

/// So that frames know what they allocate; a host that does not care leaves it out.
#[global_allocator]
static ALLOCATOR: CountingAllocator = CountingAllocator::new();

/// Each mini-program's surface, and the host's own frame around the two.
const SURFACE: (u32, u32) = (320, 560);
const MARGIN: u32 = 24;
const FRAME: (u32, u32) = (2 * SURFACE.0 + 3 * MARGIN, SURFACE.1 + 2 * MARGIN);
/// The host's own colour.
const GROUND: [u8; 4] = [38, 52, 69, 255];

fn open(
    name: &str,
    caches: &SharedCaches,
    wake: &Arc<dyn Fn() + Send + Sync>,
) -> Result<App, Box<dyn std::error::Error>> {
    let dir = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples").join(name);
    let package: Arc<dyn PackageSource> = Arc::new(FolderPackage::open(&dir)?);
    let clipboard = Arc::new(ProcessClipboard::default());
    let files = Arc::new(PackageImages::new(package.clone()));
    let audit = Arc::new(RunRecord::passing(None, None));
    let services = DesktopServices::new(DesktopSetup {
        clipboard: clipboard.clone(),
        pictures: files.clone(),
        files: SharedFiles::new(package.clone(), Box::new(Denied)),
        dialogs: Arc::new(NamedFiles::default()),
        album: None,
        audit: audit.clone(),
        threaded: true,
    });
    let fonts = |files| DesktopFonts::new(caches.fonts().clone(), files);
    // A mini-program may do what the host hands in, and nothing else: here is no network and no lasting storage.
    let opened: Result<App, AppError> = program::open(ProgramConfig {
        viewport: Viewport { width: SURFACE.0 as f32, height: SURFACE.1 as f32, scale: 1.0 },
        chrome: true,
        images: ImageStore::threaded(files.clone(), 1, wake.clone()),
        caches: caches.clone(),
        canvas_fonts: Box::new(fonts(files.clone())),
        font_loader: FontLoader::threaded(Box::new(fonts(files)), wake.clone()),
        clipboard,
        files: Box::new(Denied),
        device: Box::new(services),
        trust: Trust::Own,
        audit,
        wake: wake.clone(),
        ..ProgramConfig::new(package, Drive::Free(Arc::new(SystemClock::local())))
    });
    Ok(opened?)
}

/// Where the left corner of a surface lies in the frame.
fn place(index: usize) -> (u32, u32) {
    (MARGIN + index as u32 * (SURFACE.0 + MARGIN), MARGIN)
}

/// The host's frame.
enum Frame {
    /// On its device, with a texture for each surface.
    Device(Box<Gpu>, wgpu::Texture, Vec<wgpu::Texture>),
    /// In its memory.
    Memory(Vec<u8>),
}

impl Frame {
    fn open() -> Result<Frame, GpuError> {
        Ok(match choose(Renderer::Auto, Gpu::open)? {
            Choice::Gpu(gpu) => {
                println!("drawn by {}", gpu.name());
                let surfaces = (0..2).map(|_| target(&gpu.device, SURFACE)).collect();
                let frame = gpu.device.create_texture(&wgpu::TextureDescriptor {
                    label: Some("the host's frame"),
                    size: extent(FRAME),
                    mip_level_count: 1,
                    sample_count: 1,
                    dimension: wgpu::TextureDimension::D2,
                    format: wgpu::TextureFormat::Rgba8Unorm,
                    usage: wgpu::TextureUsages::RENDER_ATTACHMENT
                        | wgpu::TextureUsages::COPY_SRC
                        | wgpu::TextureUsages::COPY_DST,
                    view_formats: &[],
                });
                Frame::Device(Box::new(gpu), frame, surfaces)
            }
            Choice::Cpu(why) => {
                println!("drawn by the CPU{}", why.map_or_else(String::new, |why| format!(": {why}")));
                Frame::Memory(GROUND.repeat((FRAME.0 * FRAME.1) as usize))
            }
        })
    }

    fn draw(&mut self, apps: &mut [App], now: f64) -> Result<(), GpuError> {
        match self {
            Frame::Device(gpu, frame, surfaces) => draw_on_gpu(gpu, frame, surfaces, apps, now),
            Frame::Memory(pixels) => {
                // Each app draws what has changed straight into its part of the frame.
                let stride = FRAME.0 as usize * 4;
                for (index, app) in apps.iter_mut().enumerate() {
                    let (x, y) = place(index);
                    app.render_cpu(&mut pixels[y as usize * stride + x as usize * 4..], stride, now);
                }
                Ok(())
            }
        }
    }

    fn pixels(self) -> Result<Vec<u8>, GpuError> {
        match self {
            Frame::Device(gpu, frame, _) => read_back(&gpu, &frame),
            Frame::Memory(pixels) => Ok(pixels),
        }
    }
}

fn extent((width, height): (u32, u32)) -> wgpu::Extent3d {
    wgpu::Extent3d { width, height, depth_or_array_layers: 1 }
}

/// The host's own ground, then both surfaces, submitted at once.
fn draw_on_gpu(
    gpu: &Gpu,
    frame: &wgpu::Texture,
    surfaces: &[wgpu::Texture],
    apps: &mut [App],
    now: f64,
) -> Result<(), GpuError> {
    let mut encoder = gpu.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
    let [r, g, b, a] = GROUND.map(|v| f64::from(v) / 255.0);
    encoder.begin_render_pass(&wgpu::RenderPassDescriptor {
        label: Some("the host's own drawing"),
        color_attachments: &[Some(wgpu::RenderPassColorAttachment {
            view: &frame.create_view(&wgpu::TextureViewDescriptor::default()),
            depth_slice: None,
            resolve_target: None,
            ops: wgpu::Operations {
                load: wgpu::LoadOp::Clear(wgpu::Color { r, g, b, a }),
                store: wgpu::StoreOp::Store,
            },
        })],
        depth_stencil_attachment: None,
        timestamp_writes: None,
        occlusion_query_set: None,
        multiview_mask: None,
    });
    let mut tokens = Vec::new();
    for (index, (app, surface)) in apps.iter_mut().zip(surfaces).enumerate() {
        let view = surface.create_view(&wgpu::TextureViewDescriptor::default());
        tokens.push(app.encode_gpu(&gpu.device, &gpu.queue, &mut encoder, &view, now)?);
        let (x, y) = place(index);
        let to = wgpu::TexelCopyTextureInfo { origin: wgpu::Origin3d { x, y, z: 0 }, ..frame.as_image_copy() };
        encoder.copy_texture_to_texture(surface.as_image_copy(), to, extent(SURFACE));
    }
    let started = Instant::now();
    gpu.queue.submit([encoder.finish()]);
    for (app, token) in apps.iter_mut().zip(tokens) {
        app.submitted(token, started.elapsed());
    }
    gpu.health.check()
}

fn tick(apps: &mut [App], now: f64) -> Tick {
    apps.iter_mut().map(|app| app.tick(now)).fold(Tick::default(), Tick::and)
}

fn main() -> Result<(), Box<dyn std::error::Error>> {
    // Mini-programs of others run in processes of their own, which are this program started again.
    pellicle_script::process::child_main_if_asked();
    let out = std::env::args().nth(1).unwrap_or_else(|| "embed.png".to_owned());
    let (wake, woken) = channel();
    let wake: Arc<dyn Fn() + Send + Sync> = Arc::new(move || {
        let _ = wake.send(());
    });
    // Fonts, glyphs and pictures that both use are in memory once.
    let caches = SharedCaches::default();
    let mut apps = [open("shop", &caches, &wake)?, open("feed", &caches, &wake)?];
    // Written when it is dropped, however this ends.
    let trace = std::env::args().nth(2).map(|path| Trace::new().to_file(Path::new(&path))).transpose()?;
    apps[0].set_trace(trace.as_ref().map(|file| file.trace().clone()));
    let mut frame = Frame::open()?;
    if let Frame::Device(gpu, ..) = &frame {
        // Both are drawn on one device: what they draw with is made once.
        let pipelines = Arc::new(Pipelines::new(&gpu.device, wgpu::TextureFormat::Rgba8Unorm));
        apps.iter_mut().for_each(|app| app.use_pipelines(pipelines.clone()));
    }
    // The host owns time: it tells each app what time it is, and draws when one of them has something new to show. What
    // comes from outside wakes it, until then it sleeps.
    let start = Instant::now();
    let clock = || start.elapsed().as_secs_f64() * 1000.0;
    let mut scheduler = Scheduler::new(1000.0 / 60.0);
    while clock() < 1500.0 {
        let now = clock();
        match scheduler.next(now) {
            Next::Tick(at) => scheduler.ticked(at, tick(&mut apps, at)),
            Next::Draw => {
                let at = scheduler.begin_frame(now);
                scheduler.ticked(at, tick(&mut apps, at));
                frame.draw(&mut apps, at)?;
                scheduler.end_frame(clock(), true);
            }
            Next::Until(at) => {
                if woken.recv_timeout(Duration::from_secs_f64((at - now) / 1000.0)).is_ok() {
                    scheduler.wake();
                }
            }
            Next::Rest => {
                if woken.recv_timeout(Duration::from_millis(100)).is_ok() {
                    scheduler.wake();
                }
            }
        }
    }
    let pixels = frame.pixels()?;
    image::save_buffer(&out, &pixels, FRAME.0, FRAME.1, image::ColorType::Rgba8)?;
    println!("{out}, after {} frames", scheduler.counts().drawn);
    for (app, name) in apps.iter().zip(["shop", "feed"]) {
        let stats = app.frame_stats().summary();
        let (work, gpu) = (stats.total, stats.gpu);
        println!(
            "{name}: {} frames, work p50 {:.1} p99 {:.1} ms, GPU p50 {:.1} ms",
            stats.frames, work.p50, work.p99, gpu.p50
        );
    }
    if let (Some(live), Some(peak)) = (memory::live_bytes(), memory::peak_bytes()) {
        println!("{:.1} MB allocated, {:.1} MB at most", live as f64 / 1e6, peak as f64 / 1e6);
    }
    Ok(())
}
