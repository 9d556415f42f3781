//! The event loop of a window.

use super::keys;
use super::living::{Fitting, Looks, WindowProgram};
use super::surface::Surface;
use crate::frame::{Next, Scheduler};
use crate::gpu::GpuError;
use crate::host::app::{App, AppError};
use crate::host::gpu_surface::Shown;
use crate::host::life::container::{Container, LifeConfig};
use crate::host::types::{HostRequest, Renderer, Viewport};
use crate::interact::{InputEvent, PointerKind};
use crate::tools::output;
use pellicle_script::bridge::message::LaunchOptions;
use pellicle_script::capability::audit::{AuditSink, Record};
use pellicle_script::realm::Clock;
use std::cell::RefCell;
use std::path::PathBuf;
use std::rc::Rc;
use std::sync::Arc;
use std::time::{Duration, Instant};
use winit::application::ApplicationHandler;
use winit::dpi::{LogicalPosition, LogicalSize, PhysicalSize};
use winit::error::EventLoopError;
use winit::event::{ElementState, Ime, KeyEvent, MouseButton, MouseScrollDelta, StartCause, TouchPhase, WindowEvent};
use winit::event_loop::{ActiveEventLoop, ControlFlow, EventLoop, EventLoopProxy};
use winit::keyboard::{Key as Pressed, NamedKey};
use winit::window::{Theme, Window, WindowId};

/// Logical px that a notch of the wheel scrolls.
const WHEEL_LINE: f32 = 53.0;
/// The pointer number of the mouse; fingers have their own from 1.
const MOUSE: u32 = 0;
/// Between two frames of a display that does not tell, ms.
const INTERVAL: f64 = 1000.0 / 60.0;

/// Why there is no window.
#[derive(Debug, thiserror::Error)]
pub enum ShellError {
    /// There is no display to open a window on.
    #[error("no display: {0}")]
    NoDisplay(String),
    /// The window or its surface failed.
    #[error("the window cannot be shown: {0}")]
    Window(String),
    /// The GPU painter was asked for and there is no GPU.
    #[error("{0}")]
    Gpu(GpuError),
    /// The mini-program could not be opened.
    #[error("{0}")]
    Open(#[from] AppError),
    /// The mini-program could not be shown.
    #[error("{0}")]
    Program(String),
}

/// How a window is opened.
#[derive(Clone, Debug)]
pub struct WindowOptions {
    /// Its title until the program has one.
    pub title: String,
    /// Size of its contents, logical px.
    pub size: (f32, f32),
    /// Which painter draws.
    pub renderer: Renderer,
    /// The program is light or dark as the system is; else it stays as it was opened.
    pub follow_theme: bool,
    /// Folder that keeps what the GPU's driver has compiled, for the next start.
    pub pipelines: Option<PathBuf>,
    /// Figures of the last frames are shown.
    pub hud: bool,
    /// How the program lives.
    pub life: LifeConfig,
    /// How it is started.
    pub launch: LaunchOptions,
}

/// What other threads ask of the event loop.
#[derive(Clone, Copy, Debug)]
enum Call {
    Wake,
    Close,
}

/// Reaches the window from any thread. Once the window is gone it does nothing.
#[derive(Clone, Debug)]
pub struct WindowHandle(EventLoopProxy<Call>);

impl WindowHandle {
    /// There is something new for the mini-program.
    pub fn wake(&self) {
        let _ = self.0.send_event(Call::Wake);
    }

    /// Closes the window as its user would.
    pub fn close(&self) {
        let _ = self.0.send_event(Call::Close);
    }
}

/// What `build` makes on a display.
///
/// # Errors
/// [`ShellError::NoDisplay`] if there is none.
pub(super) fn with_display<T>(build: fn() -> Result<T, EventLoopError>) -> Result<T, ShellError> {
    // winit panics where a library of the window system is missing.
    match std::panic::catch_unwind(build) {
        Ok(Ok(built)) => Ok(built),
        Ok(Err(error)) => Err(ShellError::NoDisplay(without_place(&error.to_string()).to_owned())),
        Err(_) => Err(ShellError::NoDisplay("a library of the window system is missing".to_owned())),
    }
}

/// Opens a window and runs until it is closed. Frames keep time by `clock`. What is found in the program's files goes to
/// `audit`.
///
/// # Errors
/// [`ShellError`] if there is no display, no window or no program.
pub fn run(
    options: WindowOptions,
    clock: Arc<dyn Clock>,
    audit: Arc<dyn AuditSink>,
    program: impl WindowProgram + 'static,
) -> Result<(), ShellError> {
    let event_loop = with_display(|| EventLoop::<Call>::with_user_event().build())?;
    let handle = WindowHandle(event_loop.create_proxy());
    let viewport = Viewport { width: options.size.0, height: options.size.1, scale: 1.0 };
    let fitting = Fitting::new(viewport, options.hud, INTERVAL);
    let program: Rc<RefCell<dyn WindowProgram>> = Rc::new(RefCell::new(program));
    let opener = fitting.opener(handle, program.clone());
    let life = Container::open(options.life.clone(), options.launch.clone(), opener)?;
    let mut runner = Runner {
        options,
        audit,
        life,
        program,
        fitting,
        window: None,
        surface: None,
        reopened: 0,
        start: clock.monotonic(),
        clock,
        scheduler: Scheduler::new(INTERVAL),
        asked: false,
        covered: false,
        away: false,
        empty: false,
        looks: Looks::default(),
        memory_looked: 0.0,
        memory_level: 0,
        viewport,
        modifiers: Default::default(),
        composing: keys::Composing::default(),
        mouse: (0.0, 0.0),
        pressed: false,
        failure: None,
    };
    event_loop.run_app(&mut runner).map_err(|e| ShellError::Window(e.to_string()))?;
    let now = runner.now();
    runner.life.close(now);
    runner.failure.map_or(Ok(()), Err)
}

/// An error of winit's without the line of its source that it begins with.
fn without_place(error: &str) -> &str {
    error.strip_prefix("os error at ").and_then(|rest| rest.split_once(": ")).map_or(error, |(_, text)| text)
}

/// Whether there is a display for a window. A process that has asked this opens none any more.
///
/// # Errors
/// [`ShellError::NoDisplay`] says why there is none.
pub fn display() -> Result<(), ShellError> {
    with_display(EventLoop::new).map(drop)
}

pub(super) struct Runner {
    pub options: WindowOptions,
    pub audit: Arc<dyn AuditSink>,
    pub life: Container,
    /// What the container opens.
    pub program: Rc<RefCell<dyn WindowProgram>>,
    /// What the program is opened with when it is opened again.
    pub fitting: Rc<Fitting>,
    pub window: Option<Arc<Window>>,
    pub surface: Option<Surface>,
    /// A lost GPU has been replaced this often.
    pub reopened: u32,
    clock: Arc<dyn Clock>,
    /// What the clock said when the window was opened, ms.
    start: f64,
    /// The pace of the display that the window is on.
    pub scheduler: Scheduler,
    /// The next redraw is one that we asked for; any other means that the window has lost its picture.
    asked: bool,
    /// The window is wholly behind others.
    pub covered: bool,
    /// It is put away.
    pub away: bool,
    /// It has no size.
    pub empty: bool,
    /// When it is looked at whether it is put away.
    pub looks: Looks,
    /// When it was looked at last whether memory runs short, ms.
    pub memory_looked: f64,
    /// How short it was then.
    pub memory_level: u32,
    pub viewport: Viewport,
    modifiers: crate::interact::Modifiers,
    composing: keys::Composing,
    mouse: (f32, f32),
    pressed: bool,
    failure: Option<ShellError>,
}

impl Runner {
    /// ms since the window was opened.
    pub fn now(&self) -> f64 {
        self.clock.monotonic() - self.start
    }

    fn input(&mut self, event: InputEvent) {
        let now = self.now();
        if !self.program.borrow_mut().takes_input(self.life.app_mut(), &event, now) {
            self.life.handle(&event, now);
        }
        self.scheduler.wake();
    }

    /// Shows figures of the last frames, or hides them.
    pub(super) fn toggle_hud(&mut self) {
        self.fitting.toggle_hud();
        self.life.apps_mut().for_each(|app| self.fitting.fit(app));
        self.scheduler.wake();
    }

    fn end_composing(&mut self) {
        if let Some(event) = self.composing.settle() {
            self.input(event);
        }
    }

    fn theme(&mut self, theme: Theme) {
        if self.options.follow_theme {
            self.fitting.set_dark(theme == Theme::Dark);
            self.life.apps_mut().for_each(|app| self.fitting.fit(app));
            self.scheduler.wake();
        }
    }

    pub fn fail(&mut self, event_loop: &ActiveEventLoop, error: ShellError) {
        self.failure = Some(error);
        event_loop.exit();
    }

    pub(super) fn resized(&mut self, told: Option<PhysicalSize<u32>>) {
        let Some(window) = &self.window else { return };
        let scale = window.scale_factor() as f32;
        let size = told.unwrap_or_else(|| window.inner_size());
        // A window without a size is one that was put away.
        self.empty = size.width == 0 || size.height == 0;
        self.look();
        if self.empty {
            return;
        }
        self.viewport = Viewport { width: size.width as f32 / scale, height: size.height as f32 / scale, scale };
        let now = self.now();
        self.fitting.set_viewport(self.viewport);
        self.life.apps_mut().for_each(|app| app.resize(self.viewport, now));
        self.scheduler.invalidate();
    }

    /// Does what is due, and tells the loop when it is to turn again.
    fn turn(&mut self, event_loop: &ActiveEventLoop) {
        loop {
            let now = self.now();
            match self.scheduler.next(now) {
                Next::Tick(at) => self.tick(event_loop, at),
                Next::Draw => {
                    if let Some(window) = &self.window {
                        self.asked = true;
                        window.request_redraw();
                    }
                    return event_loop.set_control_flow(ControlFlow::Wait);
                }
                Next::Until(at) => {
                    return event_loop.set_control_flow(ControlFlow::WaitUntil(Instant::now() + wait(at - now)));
                }
                Next::Rest => return event_loop.set_control_flow(ControlFlow::Wait),
            }
        }
    }

    /// Moves the program on and does what it asks for.
    fn tick(&mut self, event_loop: &ActiveEventLoop, at: f64) {
        let update = self.program.borrow().update_state();
        self.life.set_update_state(update);
        self.follow_files(at);
        let tick = self.life.tick(at);
        let tick = self.look_at_memory(at, tick);
        self.scheduler.ticked(at, tick);
        if self.program.borrow_mut().attend(self.life.app_mut(), at) {
            self.scheduler.wake();
        }
        for found in self.life.apps_mut().flat_map(App::take_diagnostics) {
            self.audit.record(Record::Finding(found));
        }
        while let Some(request) = self.life.take_request() {
            self.request(event_loop, request);
        }
        self.tell_of_life();
    }

    fn request(&mut self, event_loop: &ActiveEventLoop, request: HostRequest) {
        match (request, &self.window) {
            (HostRequest::Exit, _) => event_loop.exit(),
            (HostRequest::Stopped(reason), _) if !self.has_page() => {
                self.fail(event_loop, ShellError::Program(format!("the page was not shown: {reason}")));
            }
            (HostRequest::Budget(event), _) => output::note(&event),
            (HostRequest::Stopped(reason), _) => self.stopped(&reason),
            (HostRequest::Restart, _) => {
                if let Err(error) = self.start_again() {
                    self.fail(event_loop, error);
                }
            }
            (HostRequest::ApplyUpdate, _) => {
                if let Err(error) = self.apply_update() {
                    self.fail(event_loop, error);
                }
            }
            (HostRequest::TextInput(area), Some(window)) => {
                window.set_ime_allowed(area.is_some());
                if let Some(area) = area {
                    let position = LogicalPosition::new(f64::from(area.x), f64::from(area.y));
                    window
                        .set_ime_cursor_area(position, LogicalSize::new(f64::from(area.width), f64::from(area.height)));
                }
            }
            (HostRequest::Title(title), Some(window)) => {
                window.set_title(if title.is_empty() { &self.options.title } else { &title });
            }
            (HostRequest::Orientation(wanted), Some(window)) => turn(window, &wanted),
            (HostRequest::Menu, _) => self.open_menu(),
            (HostRequest::Chosen(item), _) => self.chosen(item),
            // A desktop window has none of the platform's services.
            (HostRequest::Open(_) | HostRequest::TextInput(_) | HostRequest::Title(_), _)
            | (HostRequest::Orientation(_), None) => {}
        }
    }

    fn draw(&mut self, event_loop: &ActiveEventLoop) {
        let now = self.now();
        let at = self.scheduler.begin_frame(now);
        let lost = !std::mem::take(&mut self.asked);
        self.tick(event_loop, at);
        let shown = self.show(event_loop, at, lost);
        let now = self.now();
        if self.scheduler.end_frame(now, shown == Shown::Yes) > 0
            && let Some(app) = self.life.app_mut()
        {
            app.missed_refresh();
        }
        if shown == Shown::Later {
            self.scheduler.put_off_frame();
        }
    }

    fn wheel(&mut self, delta: MouseScrollDelta) {
        let (x, y) = match delta {
            MouseScrollDelta::LineDelta(x, y) => (-x * WHEEL_LINE, -y * WHEEL_LINE),
            MouseScrollDelta::PixelDelta(position) => {
                let scale = self.viewport.scale;
                (-position.x as f32 / scale, -position.y as f32 / scale)
            }
        };
        let (delta_x, delta_y) = if self.modifiers.shift && x == 0.0 { (y, 0.0) } else { (x, y) };
        let time = self.now();
        self.input(InputEvent::Wheel { x: self.mouse.0, y: self.mouse.1, delta_x, delta_y, time });
    }
}

impl ApplicationHandler<Call> for Runner {
    fn new_events(&mut self, _: &ActiveEventLoop, _: StartCause) {}

    fn resumed(&mut self, event_loop: &ActiveEventLoop) {
        if self.window.is_some() {
            return;
        }
        let (width, height) = self.options.size;
        let attributes = Window::default_attributes()
            .with_title(&self.options.title)
            .with_inner_size(LogicalSize::new(width, height));
        let window = match event_loop.create_window(attributes) {
            Ok(window) => Arc::new(window),
            Err(error) => return self.fail(event_loop, ShellError::Window(error.to_string())),
        };
        if let Some(rate) = window.current_monitor().and_then(|m| m.refresh_rate_millihertz()).filter(|r| *r > 0) {
            self.scheduler.set_interval(1e6 / f64::from(rate.clamp(24_000, 500_000)));
        }
        self.fitting.set_interval(self.scheduler.interval());
        self.life.apps_mut().for_each(|app| self.fitting.fit(app));
        // Not every system tells.
        if let Some(theme) = window.theme() {
            self.theme(theme);
        }
        self.window = Some(window);
        match self.open_surface(event_loop, self.options.renderer) {
            Ok(surface) => self.surface = Some(surface),
            Err(error) => return self.fail(event_loop, error),
        }
        self.resized(None);
    }

    fn user_event(&mut self, event_loop: &ActiveEventLoop, call: Call) {
        match call {
            Call::Wake => self.scheduler.wake(),
            Call::Close => event_loop.exit(),
        }
    }

    fn window_event(&mut self, event_loop: &ActiveEventLoop, _: WindowId, event: WindowEvent) {
        let time = self.now();
        if !matches!(event, WindowEvent::Ime(_)) {
            self.end_composing();
        }
        match event {
            // A window that somebody else destroys is as closed as one that the user closes.
            WindowEvent::CloseRequested | WindowEvent::Destroyed => event_loop.exit(),
            WindowEvent::Resized(size) => self.resized(Some(size)),
            WindowEvent::ScaleFactorChanged { .. } => self.resized(None),
            WindowEvent::RedrawRequested => {
                if self.away {
                    self.look();
                }
                self.draw(event_loop);
            }
            // Wholly behind others, or put away.
            WindowEvent::Occluded(covered) => {
                self.covered = covered;
                self.look();
                self.scheduler.set_visible(!self.covered && !self.away);
            }
            WindowEvent::ThemeChanged(theme) => self.theme(theme),
            WindowEvent::Focused(on) => {
                // A window that is put away loses the focus, and some systems say no more.
                self.looks.begin(time);
                self.look();
                self.input(InputEvent::WindowFocus(on));
            }
            WindowEvent::ModifiersChanged(state) => self.modifiers = keys::modifiers(state.state()),
            WindowEvent::CursorMoved { position, .. } => {
                let scale = f64::from(self.viewport.scale);
                self.mouse = ((position.x / scale) as f32, (position.y / scale) as f32);
                let (x, y) = self.mouse;
                self.input(InputEvent::PointerMove { pointer: MOUSE, kind: PointerKind::Mouse, x, y, time });
            }
            WindowEvent::CursorLeft { .. } => self.input(InputEvent::PointerLeave),
            WindowEvent::MouseInput { state, button: MouseButton::Left, .. } => {
                let (x, y) = self.mouse;
                self.pressed = state == ElementState::Pressed;
                self.input(if self.pressed {
                    InputEvent::PointerDown { pointer: MOUSE, kind: PointerKind::Mouse, x, y, time }
                } else {
                    InputEvent::PointerUp { pointer: MOUSE, x, y, time }
                });
            }
            WindowEvent::MouseInput { state: ElementState::Pressed, button: MouseButton::Back, .. } => {
                self.input(InputEvent::Key { key: crate::interact::Key::Back, modifiers: self.modifiers });
            }
            WindowEvent::MouseWheel { delta, .. } => self.wheel(delta),
            WindowEvent::Touch(touch) => {
                let scale = f64::from(self.viewport.scale);
                let (x, y) = ((touch.location.x / scale) as f32, (touch.location.y / scale) as f32);
                let pointer = (touch.id % u64::from(u32::MAX - 1)) as u32 + 1;
                self.input(match touch.phase {
                    TouchPhase::Started => InputEvent::PointerDown { pointer, kind: PointerKind::Touch, x, y, time },
                    TouchPhase::Moved => InputEvent::PointerMove { pointer, kind: PointerKind::Touch, x, y, time },
                    TouchPhase::Ended => InputEvent::PointerUp { pointer, x, y, time },
                    TouchPhase::Cancelled => InputEvent::PointerCancel { pointer, time },
                });
            }
            WindowEvent::KeyboardInput { event, is_synthetic: false, .. } if is_pressed(&event, NamedKey::F12) => {
                self.toggle_hud();
            }
            WindowEvent::KeyboardInput { event, is_synthetic: false, .. } if is_pressed(&event, NamedKey::F1) => {
                self.open_menu();
            }
            WindowEvent::KeyboardInput { event, is_synthetic: false, .. } if event.state == ElementState::Pressed => {
                match keys::key(&event.logical_key, self.modifiers) {
                    Some(key) => self.input(InputEvent::Key { key, modifiers: self.modifiers }),
                    None => {
                        if let Some(text) = event.text.filter(|_| !self.modifiers.shortcut) {
                            self.input(InputEvent::Text(text.to_string()));
                        }
                    }
                }
            }
            WindowEvent::Ime(Ime::Preedit(text, selection)) => {
                if let Some(event) = self.composing.preedit(text, selection) {
                    self.input(event);
                }
            }
            WindowEvent::Ime(Ime::Commit(text)) => {
                let event = self.composing.commit(text);
                self.input(event);
            }
            _ => {}
        }
    }

    fn about_to_wait(&mut self, event_loop: &ActiveEventLoop) {
        self.end_composing();
        let now = self.now();
        if self.looks.is_due(now) {
            self.look();
        }
        self.turn(event_loop);
        // The loop turns once more when the window is to be looked at.
        if let Some(at) = self.looks.next() {
            let at = Instant::now() + wait(at - now);
            match event_loop.control_flow() {
                ControlFlow::Poll => {}
                ControlFlow::WaitUntil(earlier) if earlier <= at => {}
                _ => event_loop.set_control_flow(ControlFlow::WaitUntil(at)),
            }
        }
    }
}

/// True for a key that goes down, once.
fn is_pressed(event: &KeyEvent, key: NamedKey) -> bool {
    event.state == ElementState::Pressed && event.logical_key == Pressed::Named(key) && !event.repeat
}

/// A time to wait, from ms.
fn wait(ms: f64) -> Duration {
    Duration::from_secs_f64((ms / 1000.0).clamp(0.0, 1e6))
}

/// Turns a window whose sides are not as a page wants them.
fn turn(window: &Window, wanted: &str) {
    let size = window.inner_size();
    let lies = size.width > size.height;
    if (wanted == "landscape" && !lies) || (wanted == "portrait" && lies) {
        // The window system may refuse; then the page gets what there is.
        let _ = window.request_inner_size(PhysicalSize::new(size.height, size.width));
    }
}
