//! Whole pages by the GPU painter: what `render --renderer gpu` draws is what the CPU draws but for rounding, and
//! a host gets the same picture into its own commands.
//!
//! Needs an adapter (a software one will do); `PELLICLE_REQUIRE_GPU=1` makes its absence a failure.

#![allow(clippy::unwrap_used)] // a failed unwrap in a test is the failure

use clap::Parser;
use pellicle::cli::headless::Headless;
use pellicle::cli::options::{Command as Cli, Options, PageOptions};
use pellicle::gpu::GpuError;
use pellicle::gpu::device::{Gpu, Software};
use pellicle::gpu::headless::read_back;
use pellicle::gpu::pipelines::Pipelines;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::Arc;

fn shop() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/shop")
}

fn open() -> Option<Gpu> {
    match Gpu::open(Software::Allowed) {
        Ok(gpu) => Some(gpu),
        Err(e) if std::env::var_os("PELLICLE_REQUIRE_GPU").is_some() => panic!("{e}"),
        Err(e) => {
            println!("not run: {e}");
            None
        }
    }
}

fn render(out: &Path, more: &[&str], environment: &[(&str, &str)]) -> Output {
    let mut command = Command::new(env!("CARGO_BIN_EXE_pellicle"));
    command.arg("render").arg(shop()).args(["--deterministic", "--query", "id=2", "-o"]).arg(out).args(more);
    command.env_remove("PELLICLE_RENDERER").envs(environment.iter().copied()).output().unwrap()
}

fn picture(path: &Path) -> image::RgbaImage {
    image::open(path).unwrap().to_rgba8()
}

fn page(line: &[&str]) -> PageOptions {
    page_of(&shop(), line)
}

fn page_of(dir: &Path, line: &[&str]) -> PageOptions {
    let head = ["pellicle", "render", "-o", "unused.png", dir.to_str().unwrap()];
    match Options::parse_from([&head, line].concat()).command {
        Cli::Render(options) => options.page,
        _ => unreachable!(),
    }
}

#[test]
fn every_page_of_the_shop_is_the_cpu_painters_within_3_of_255() {
    if open().is_none() {
        return;
    }
    let dir = tempfile::tempdir().unwrap();
    let pages = ["home", "category", "cart", "mine", "detail", "checkout", "orders"];
    for (i, name) in pages.iter().enumerate() {
        let path = format!("pages/{name}/{name}");
        let scale = ["1", "2", "1.5"][i % 3];
        let draw = |renderer: &str| {
            let file = dir.path().join(format!("{name}-{renderer}.png"));
            let output = render(&file, &["--page", &path, "--scale", scale, "--renderer", renderer], &[]);
            assert!(output.status.success(), "{}", String::from_utf8_lossy(&output.stderr));
            picture(&file)
        };
        let (cpu, gpu) = (draw("cpu"), draw("gpu"));
        assert_eq!(cpu.dimensions(), gpu.dimensions());
        let worst = cpu.as_raw().iter().zip(gpu.as_raw()).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
        println!("{path} at {scale}: worst {worst}");
        assert!(worst <= 3, "{path} at {scale}: {worst}");
        assert!(cpu.pixels().any(|p| *p != *cpu.get_pixel(0, 0)), "{path} is not empty");
    }
}

#[test]
fn every_page_of_the_examples_is_the_same_picture_on_both_painters() {
    let Some(gpu) = open() else { return };
    let pipelines = Arc::new(Pipelines::new(&gpu.device, wgpu::TextureFormat::Bgra8Unorm));
    let (mut seen, mut wrong) = (0, Vec::new());
    for name in ["feed", "shop", "showcase"] {
        let program = shop().with_file_name(name);
        if name == "showcase" && !program.join("node_modules").is_dir() {
            println!("showcase: not run: `npm ci --prefix examples/showcase` is to come first");
            continue;
        }
        for (i, path) in pages(&program).into_iter().enumerate() {
            let scale = ["1", "1.5", "2"][i % 3];
            let line = ["--deterministic", "--page", &path, "--query", "id=2", "--scale", scale];
            let Ok(mut headless) = Headless::open(&program, &page_of(&program, &line), true) else { panic!("{path}") };
            let driver = &mut headless.driver;
            let (now, size) = (driver.now(), driver.app.viewport().device_size());
            driver.app.use_pipelines(pipelines.clone());
            let mut cpu = vec![0; (size.0 * size.1 * 4) as usize];
            driver.app.render_cpu(&mut cpu, size.0 as usize * 4, now);
            cpu.chunks_exact_mut(4).for_each(|p| p.swap(0, 2));
            driver.app.invalidate();
            let texture = texture(&gpu, size);
            let view = texture.create_view(&Default::default());
            let mut encoder = gpu.device.create_command_encoder(&Default::default());
            let token = driver.app.encode_gpu(&gpu.device, &gpu.queue, &mut encoder, &view, now).unwrap();
            gpu.queue.submit([encoder.finish()]);
            driver.app.submitted(token, Default::default());
            let drawn = read_back(&gpu, &texture).unwrap();
            let worst = cpu.iter().zip(&drawn).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
            println!("{name} {path} at {scale}: worst {worst}");
            if worst > 3 {
                let i = cpu.iter().zip(&drawn).position(|(a, b)| a.abs_diff(*b) == worst).unwrap() as u32 / 4;
                wrong.push(format!("{name} {path} at {scale}: {worst} at {} {}", i % size.0, i / size.0));
            }
            seen += 1;
        }
    }
    gpu.health.check().unwrap();
    assert!(seen >= 9 && wrong.is_empty(), "of {seen}: {wrong:#?}");
}

#[test]
fn the_painter_is_named_by_option_or_environment_and_its_absence_is_an_error() {
    let dir = tempfile::tempdir().unwrap();
    let file = dir.path().join("x.png");
    let none = [("WGPU_BACKEND", "vulkan"), ("VK_DRIVER_FILES", "/dev/null"), ("VK_ICD_FILENAMES", "/dev/null")];
    let refused = |more: &[&str], environment: &[(&str, &str)]| {
        let output = render(&file, more, environment);
        assert_eq!(output.status.code(), Some(1));
        let text = String::from_utf8(output.stderr).unwrap();
        assert!(text.contains("no GPU: ") && text.contains("--renderer cpu"), "{text}");
        assert!(!file.exists());
    };
    refused(&["--renderer", "gpu"], &none);
    refused(&[], &[none[0], none[1], none[2], ("PELLICLE_RENDERER", "gpu")]);
    assert!(render(&file, &["--renderer", "cpu"], &[("PELLICLE_RENDERER", "gpu")]).status.success());
    assert!(render(&file, &["--renderer", "auto"], &none).status.success(), "auto draws without a GPU");
    let wrong = render(&file, &[], &[("PELLICLE_RENDERER", "paper")]);
    assert_eq!(wrong.status.code(), Some(2));
}

#[test]
fn a_software_gpu_is_used_when_asked_for_and_never_by_itself() {
    let Some(gpu) = open() else { return };
    let software = gpu.adapter.get_info().device_type == wgpu::DeviceType::Cpu;
    match Gpu::open(Software::Refused) {
        Ok(real) => assert_ne!(real.adapter.get_info().device_type, wgpu::DeviceType::Cpu),
        Err(error) => assert!(software && matches!(error, GpuError::NoAdapter(_)), "{error}"),
    }
}

/// Draw calls of a page.
const CALLS: u32 = 8;

/// The pages that a program's `app.json` names.
fn pages(program: &Path) -> Vec<String> {
    let text = std::fs::read_to_string(program.join("app.json")).unwrap();
    let app: serde_json::Value = serde_json::from_str(&text).unwrap();
    app["pages"].as_array().unwrap().iter().map(|page| page.as_str().unwrap().to_owned()).collect()
}

#[test]
fn a_page_of_the_examples_takes_few_draw_calls_and_nothing_is_bound_anew_for_the_next_frame() {
    let Some(gpu) = open() else { return };
    // As a host that shows many programs.
    let pipelines = Arc::new(Pipelines::new(&gpu.device, wgpu::TextureFormat::Bgra8Unorm));
    let (mut seen, mut many) = (0, Vec::new());
    for name in ["shop", "feed", "showcase"] {
        let program = shop().with_file_name(name);
        // The components of the showcase come from npm.
        if name == "showcase" && !program.join("node_modules").is_dir() {
            println!("showcase: not run: `npm ci --prefix examples/showcase` is to come first");
            continue;
        }
        for path in pages(&program) {
            let options = page_of(&program, &["--deterministic", "--page", &path, "--query", "id=2"]);
            let Ok(mut headless) = Headless::open(&program, &options, true) else { panic!("{path}") };
            let app = &mut headless.driver.app;
            app.use_pipelines(pipelines.clone());
            let view = texture(&gpu, app.viewport().device_size()).create_view(&Default::default());
            // Nothing is submitted: it is counted what would be.
            let mut frame = || {
                let mut encoder = gpu.device.create_command_encoder(&Default::default());
                app.invalidate();
                let _ = app.encode_gpu(&gpu.device, &gpu.queue, &mut encoder, &view, 0.0).unwrap();
                *app.frame_stats().last().unwrap()
            };
            let (first, second) = (frame(), frame());
            assert!(first.draws > 0 && first.bound > 0, "{path}");
            assert_eq!(second.bound, 0, "{path}");
            println!("{name} {path}: {} draws", first.draws);
            if first.draws > CALLS {
                many.push((path, first.draws));
            }
            seen += 1;
        }
    }
    assert!(seen >= 9, "{seen}");
    assert!(many.is_empty(), "{many:#?}");
}

/// A texture of a host's, in the byte order of windows.
fn texture(gpu: &Gpu, size: (u32, u32)) -> wgpu::Texture {
    gpu.device.create_texture(&wgpu::TextureDescriptor {
        label: None,
        size: wgpu::Extent3d { width: size.0, height: size.1, depth_or_array_layers: 1 },
        mip_level_count: 1,
        sample_count: 1,
        dimension: wgpu::TextureDimension::D2,
        format: wgpu::TextureFormat::Bgra8Unorm,
        usage: wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::COPY_SRC,
        view_formats: &[],
    })
}

#[test]
fn a_host_encodes_pages_into_its_own_commands() {
    let (Some(gpu), Some(other)) = (open(), open()) else { return };
    let mut headless = Headless::open(&shop(), &page(&["--deterministic"]), false).unwrap();
    let driver = &mut headless.driver;
    let size = driver.app.viewport().device_size();
    let now = driver.now();
    let mut cpu = vec![0; (size.0 * size.1 * 4) as usize];
    driver.app.render_cpu(&mut cpu, size.0 as usize * 4, now);
    for p in cpu.chunks_exact_mut(4) {
        p.swap(0, 2);
    }
    // Two frames into two textures by one submission each, then another device: each view gets the whole picture.
    for (frame, gpu) in [&gpu, &gpu, &other].into_iter().enumerate() {
        if frame == 2 {
            driver.app.detach_gpu();
        }
        let texture = texture(gpu, size);
        let view = texture.create_view(&Default::default());
        let mut encoder = gpu.device.create_command_encoder(&Default::default());
        let token = driver.app.encode_gpu(&gpu.device, &gpu.queue, &mut encoder, &view, now).unwrap();
        gpu.queue.submit([encoder.finish()]);
        driver.app.submitted(token, std::time::Duration::from_millis(1));
        let drawn = read_back(gpu, &texture).unwrap();
        let worst = cpu.iter().zip(&drawn).map(|(a, b)| a.abs_diff(*b)).max().unwrap();
        assert!(worst <= 3, "{worst}");
    }
    assert!(driver.app.frame_stats().last().unwrap().phases[7] >= 1.0, "the time of the submission is recorded");
}
