//! A mini-program as a widget of egui's.
//!
//! The widget is a rectangle with a texture. In each frame of egui it takes its part of the input, ticks the mini-program, has a new
//! picture drawn into the texture if there is one, on egui's own device and queue, and shows it. One that is out of sight
//! is put behind ([`MiniProgram::rest`]): it has no texture, draws nothing, and its script soon stands still.

use crate::around::{Around, EguiClipboard, FORMAT};
use crate::input::{self, Holding};
use eframe::egui::{self, EventFilter, Rect, Response, Sense, Vec2, pos2, vec2};
use eframe::egui_wgpu::RenderState;
use pellicle::gpu::GpuError;
use pellicle::host::app::{App, AppError};
use pellicle::host::hosting::HostError;
use pellicle::host::life::container::{Container, LifeConfig, LifeState};
use pellicle::host::program::{self, AccessSetup, ProgramConfig};
use pellicle::host::types::{HostRequest, UpdateState, Viewport};
use pellicle::interact::InputEvent;
use pellicle::wgpu;
use pellicle_script::bridge::message::LaunchOptions;
use pellicle_script::bridge::outbox::StopReason;
use pellicle_script::capability::audit::{AuditSink, NoAudit};
use pellicle_script::package::PackageSource;
use pellicle_script::sandbox::Trust;
use pellicle_script::sandbox::host_api::HostApis;
use pellicle_script::sandbox::prompt::PermissionPrompt;
use serde_json::Value as Json;
use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

/// Makes what asks the user, once for each start of a mini-program.
pub type Prompts = Box<dyn Fn() -> Box<dyn PermissionPrompt>>;

/// How a mini-program is opened.
pub struct Opening {
    /// What it stores is kept under this name.
    pub id: String,
    /// Its files.
    pub package: Arc<dyn PackageSource>,
    /// On which page, and why.
    pub launch: LaunchOptions,
    /// Whose it is: other people's run in a process of their own.
    pub trust: Trust,
    /// Whether the engine draws its bars; without them the widget is the page alone.
    pub bars: bool,
    /// The host's own APIs.
    pub apis: HostApis,
    /// Who asks the user; without it the engine does.
    pub prompts: Option<Prompts>,
    /// Who hears what it does and says.
    pub audit: Arc<dyn AuditSink>,
    /// What is known of a newer version.
    pub update: UpdateState,
}

impl Opening {
    /// The first page of a package of the host's own, with bars.
    pub fn new(id: impl Into<String>, package: Arc<dyn PackageSource>) -> Opening {
        Opening {
            id: id.into(),
            package,
            launch: LaunchOptions { scene: 1001, ..LaunchOptions::default() },
            trust: Trust::Own,
            bars: true,
            apis: HostApis::default(),
            prompts: None,
            audit: Arc::new(NoAudit),
            update: UpdateState::default(),
        }
    }
}

/// Why a mini-program cannot be opened.
#[derive(Debug, thiserror::Error)]
pub enum OpenError {
    /// What it has stored cannot be.
    #[error(transparent)]
    Host(#[from] HostError),
    /// It cannot be started.
    #[error(transparent)]
    App(#[from] AppError),
}

/// The texture that a mini-program is drawn in.
struct Picture {
    texture: wgpu::Texture,
    id: egui::TextureId,
    size: (u32, u32),
}

impl Picture {
    fn new(render: &RenderState, size: (u32, u32)) -> Picture {
        let texture = render.device.create_texture(&wgpu::TextureDescriptor {
            label: Some("a mini-program"),
            size: wgpu::Extent3d { width: size.0, height: size.1, depth_or_array_layers: 1 },
            mip_level_count: 1,
            sample_count: 1,
            dimension: wgpu::TextureDimension::D2,
            format: FORMAT,
            usage: wgpu::TextureUsages::RENDER_ATTACHMENT | wgpu::TextureUsages::TEXTURE_BINDING,
            view_formats: &[],
        });
        let view = texture.create_view(&wgpu::TextureViewDescriptor::default());
        // Its pixels are those of the screen: nothing is between them.
        let id = render.renderer.write().register_native_texture(&render.device, &view, wgpu::FilterMode::Nearest);
        Picture { texture, id, size }
    }
}

/// A mini-program.
pub struct MiniProgram {
    around: Around,
    container: Container,
    /// What it is opened from the next time.
    package: Rc<RefCell<Arc<dyn PackageSource>>>,
    viewport: Rc<Cell<Viewport>>,
    picture: Option<Picture>,
    holding: Holding,
    /// Input of the present frame.
    events: Vec<InputEvent>,
    requests: Vec<HostRequest>,
    /// It has something new since the last tick.
    woken: Arc<AtomicBool>,
    /// It wants to be ticked then, ms of the frame clock.
    due: Option<f64>,
    /// Where text is edited, from its corner.
    editing: Option<Rect>,
    /// The device refused it.
    trouble: Option<GpuError>,
    /// Frames that were drawn.
    frames: u64,
}

impl MiniProgram {
    /// Opens a mini-program that is shown in a size, logical px.
    ///
    /// # Errors
    /// [`OpenError`] if it cannot be started.
    pub fn open(around: &Around, opening: Opening, size: Vec2) -> Result<MiniProgram, OpenError> {
        let Opening { id, package, launch, trust, bars, apis, prompts, audit, update } = opening;
        let hosted = around.host.program(&id, package.clone())?;
        let package = Rc::new(RefCell::new(package));
        let scale = around.egui.pixels_per_point();
        let viewport = Rc::new(Cell::new(Viewport { width: size.x, height: size.y, scale }));
        let woken = Arc::new(AtomicBool::new(true));
        let life = LifeConfig { file: hosted.frozen_file().cloned(), ..LifeConfig::default() };
        // A container opens it again after it broke down, or was put away for long.
        let opener = {
            let (egui, viewport, woken) = (around.egui.clone(), viewport.clone(), woken.clone());
            let package = package.clone();
            move |launch: LaunchOptions| {
                let (wakes, woken) = (egui.clone(), woken.clone());
                let wake = Arc::new(move || {
                    woken.store(true, Ordering::Release);
                    wakes.request_repaint();
                });
                let config = hosted.with_package(package.borrow().clone()).config(audit.clone(), wake);
                program::open(ProgramConfig {
                    viewport: viewport.get(),
                    chrome: bars,
                    dark: egui.theme() == egui::Theme::Dark,
                    launch,
                    update,
                    trust,
                    clipboard: Arc::new(EguiClipboard::new(&egui)),
                    access: AccessSetup {
                        apis: apis.clone(),
                        prompt: prompts.as_ref().map(|prompts| prompts()),
                        ..config.access
                    },
                    ..config
                })
            }
        };
        let container = Container::open(life, launch, Box::new(opener))?;
        Ok(MiniProgram {
            around: around.clone(),
            container,
            package,
            viewport,
            picture: None,
            holding: Holding::default(),
            events: Vec::new(),
            requests: Vec::new(),
            woken,
            due: None,
            editing: None,
            trouble: None,
            frames: 0,
        })
    }

    /// What is shown, `None` while it is frozen.
    pub fn app(&self) -> Option<&App> {
        self.container.app()
    }

    /// Where it is in its life.
    pub fn state(&self) -> LifeState {
        self.container.state()
    }

    /// Frames that were drawn of it.
    pub fn frames(&self) -> u64 {
        self.frames
    }

    /// Tells its listeners of an event of the host's own.
    pub fn tell(&self, event: &str, argument: Json) {
        // One that is frozen is told by what it asks when it comes back.
        if let Some(app) = self.container.living() {
            app.notify(event, argument);
        }
    }

    /// What is known of a newer version now (`wx.getUpdateManager()`).
    pub fn set_update_state(&mut self, state: UpdateState) {
        self.container.set_update_state(state);
    }

    /// Starts another version in place of the one that runs, whose picture stays until the new one has its page.
    ///
    /// # Errors
    /// [`AppError`] if it cannot be started.
    pub fn restart(&mut self, package: Arc<dyn PackageSource>) -> Result<(), AppError> {
        self.package.replace(package);
        let launch = LaunchOptions { scene: 1001, ..LaunchOptions::default() };
        self.around.egui.request_repaint();
        self.container.restart(launch, self.around.now())
    }

    /// What it asks of its host, since this was asked last.
    pub fn take_requests(&mut self) -> Vec<HostRequest> {
        std::mem::take(&mut self.requests)
    }

    /// Shows it in the interface, in a size.
    pub fn show(&mut self, ui: &mut egui::Ui, size: Vec2) -> Response {
        let (rect, response) = ui.allocate_exact_size(size, Sense::click_and_drag());
        if !ui.is_rect_visible(rect) {
            self.rest();
            return response;
        }
        let now = self.around.now();
        // One that has broken down too often stays as it is until its user wants it again.
        if !matches!(self.container.state(), LifeState::Running | LifeState::Stopped)
            && let Err(error) = self.container.show(LaunchOptions { scene: 1001, ..LaunchOptions::default() }, now)
        {
            ui.put(rect, egui::Label::new(error.to_string()));
            return response;
        }
        self.fit(rect.size(), ui.ctx().pixels_per_point(), now);
        self.take_input(ui, rect, &response, now);
        self.woken.store(false, Ordering::Release);
        let tick = self.container.tick(now);
        self.collect(now);
        if tick.needs_frame || self.picture.is_none() {
            self.trouble = self.draw(now).err();
        }
        if let Some(picture) = &self.picture {
            let whole = Rect::from_min_max(pos2(0.0, 0.0), pos2(1.0, 1.0));
            ui.painter().image(picture.id, rect, whole, egui::Color32::WHITE);
        }
        if let Some(trouble) = &self.trouble {
            ui.put(rect, egui::Label::new(trouble.to_string()));
        }
        if let Some(area) = self.editing.filter(|_| self.holding.focused) {
            // The input method's window opens beside the text.
            let area = area.translate(rect.min.to_vec2());
            ui.ctx().output_mut(|output| {
                output.ime = Some(egui::output::IMEOutput {
                    purpose: egui::IMEPurpose::Normal,
                    rect: area,
                    cursor_rect: area,
                    should_interrupt_composition: false,
                });
            });
        }
        self.wait(tick.next_wakeup, now);
        response
    }

    /// It is out of sight: it goes behind, and soon to rest. To be called in each frame in which it is not shown.
    pub fn rest(&mut self) {
        let now = self.around.now();
        if self.container.state() == LifeState::Running {
            self.container.hide(now);
            self.due = Some(now);
        }
        if let Some(picture) = self.picture.take() {
            self.around.render.renderer.write().free_texture(&picture.id);
            if let Some(app) = self.container.app_mut() {
                app.detach_gpu();
            }
        }
        // Forgotten before the tick: what comes during it is for the next one.
        if !self.woken.swap(false, Ordering::AcqRel) && self.due.is_none_or(|due| due > now) {
            return;
        }
        let tick = self.container.tick(now);
        self.collect(now);
        self.wait(tick.next_wakeup, now);
    }

    /// Its user closes it.
    pub fn close(mut self) {
        if let Some(picture) = self.picture.take() {
            self.around.render.renderer.write().free_texture(&picture.id);
        }
        self.container.close(self.around.now());
    }

    fn wait(&mut self, due: Option<f64>, now: f64) {
        self.due = due;
        if let Some(due) = due {
            self.around.egui.request_repaint_after(Duration::from_secs_f64((due - now).max(0.0) / 1000.0));
        }
    }

    /// Its surface has the size of the widget, and the pixels of the screen.
    fn fit(&mut self, size: Vec2, scale: f32, now: f64) {
        let viewport = Viewport { width: size.x, height: size.y, scale };
        if self.viewport.replace(viewport) != viewport {
            self.container.apps_mut().for_each(|app| app.resize(viewport, now));
        }
    }

    fn take_input(&mut self, ui: &egui::Ui, rect: Rect, response: &Response, now: f64) {
        let was = self.holding;
        self.holding.hovered = response.contains_pointer();
        self.holding.focused = response.has_focus();
        let mut wheels = Vec::new();
        ui.input(|input| {
            for event in &input.events {
                self.events.extend(input::translate(event, rect, &mut self.holding, now));
                if self.holding.hovered {
                    wheels.extend(input::wheel(event, input.pointer.latest_pos(), rect, now));
                }
            }
        });
        if was.hovered && !self.holding.hovered && !self.holding.pressed {
            self.events.push(InputEvent::PointerLeave);
        }
        if was.focused != self.holding.focused {
            self.events.push(InputEvent::WindowFocus(self.holding.focused));
        }
        if self.holding.pressed && !was.pressed {
            response.request_focus();
        }
        if self.holding.focused {
            // Tab and the arrows are the mini-program's while it has the keyboard.
            let all = EventFilter { tab: true, horizontal_arrows: true, vertical_arrows: true, escape: true };
            ui.memory_mut(|memory| memory.set_focus_lock_filter(response.id, all));
        }
        for event in std::mem::take(&mut self.events) {
            self.container.handle(&event, now);
        }
        for wheel in wheels {
            if self.container.handle(&wheel, now).taken {
                // What it scrolls by itself does not scroll what is around it.
                ui.input_mut(|input| input.smooth_scroll_delta = vec2(0.0, 0.0));
            }
        }
    }

    fn collect(&mut self, now: f64) {
        while let Some(request) = self.container.take_request() {
            match request {
                HostRequest::TextInput(area) => {
                    let rect = |area: pellicle::interact::scene::Area| {
                        Rect::from_min_size(pos2(area.x, area.y), vec2(area.width, area.height))
                    };
                    self.editing = area.map(rect);
                }
                HostRequest::Stopped(reason) => {
                    // Over its last picture, with a button that starts it again.
                    self.container.apps_mut().for_each(|app| app.tell_stopped(&reason));
                }
                HostRequest::Restart => {
                    let again = self.container.show(LaunchOptions { scene: 1001, ..LaunchOptions::default() }, now);
                    // What keeps it from starting is said over it, as before.
                    if let (Err(error), Some(app)) = (again, self.container.app_mut()) {
                        app.tell_stopped(&StopReason::Start(error.to_string()));
                    }
                }
                request => self.requests.push(request),
            }
        }
    }

    /// Draws its new picture into the texture, on egui's device.
    fn draw(&mut self, now: f64) -> Result<(), GpuError> {
        self.around.health.check()?;
        let Some(app) = self.container.app_mut() else { return Ok(()) };
        let render = &self.around.render;
        let size = app.viewport().device_size();
        if self.picture.as_ref().is_none_or(|picture| picture.size != size) {
            if let Some(old) = self.picture.take() {
                render.renderer.write().free_texture(&old.id);
            }
            self.picture = Some(Picture::new(render, size));
            app.invalidate();
        }
        let Some(picture) = &self.picture else { return Ok(()) };
        app.use_pipelines(self.around.pipelines.clone());
        let view = picture.texture.create_view(&wgpu::TextureViewDescriptor::default());
        let mut encoder = render.device.create_command_encoder(&wgpu::CommandEncoderDescriptor::default());
        let token = app.encode_gpu(&render.device, &render.queue, &mut encoder, &view, now)?;
        let started = Instant::now();
        // Egui submits its own commands, which read the texture, later in the frame.
        render.queue.submit([encoder.finish()]);
        app.submitted(token, started.elapsed());
        self.frames += 1;
        Ok(())
    }
}
