//! A recording in a window, at any speed.

use super::present::CpuSurface;
use super::window::{ShellError, with_display};
use crate::paint::DeviceRect;
use crate::replay::{Drawn, PlayFault, Player};
use std::sync::Arc;
use std::time::{Duration, Instant};
use winit::application::ApplicationHandler;
use winit::dpi::PhysicalSize;
use winit::event::{ElementState, WindowEvent};
use winit::event_loop::{ActiveEventLoop, ControlFlow, EventLoop};
use winit::keyboard::{Key, NamedKey};
use winit::window::{Window, WindowId};

/// Shows a recording in a window until that is closed: each picture when it was drawn, times a speed. The space bar stops and
/// goes on, the right arrow goes to the next picture. `told` hears of each picture, and may have it stop.
///
/// # Errors
/// [`ShellError`] if there is no display or the recording cannot be played.
pub fn run(player: Player, speed: f64, title: String, told: Box<dyn FnMut(&Drawn) -> bool>) -> Result<(), ShellError> {
    let event_loop = with_display(EventLoop::new)?;
    let mut watched = Watched {
        player,
        speed: speed.max(1e-3),
        title,
        told,
        window: None,
        surface: None,
        clock: None,
        stopped: false,
        over: false,
        outcome: Ok(()),
    };
    event_loop.run_app(&mut watched).map_err(|error| ShellError::Window(error.to_string()))?;
    watched.outcome
}

/// When a time of the recording is there in the window.
#[derive(Clone, Copy)]
struct Pace {
    /// A moment, and the recording's time then, ms.
    began: Instant,
    time: f64,
}

struct Watched {
    player: Player,
    speed: f64,
    title: String,
    told: Box<dyn FnMut(&Drawn) -> bool>,
    window: Option<Arc<Window>>,
    surface: Option<CpuSurface>,
    clock: Option<Pace>,
    stopped: bool,
    over: bool,
    outcome: Result<(), ShellError>,
}

impl Watched {
    fn fail(&mut self, event_loop: &ActiveEventLoop, error: impl std::fmt::Display) {
        self.outcome = Err(ShellError::Program(error.to_string()));
        event_loop.exit();
    }

    /// Plays the next thing; true if it was a picture.
    fn step(&mut self, event_loop: &ActiveEventLoop) -> Result<bool, PlayFault> {
        let Some(played) = self.player.step()? else {
            self.over = true;
            return Ok(true);
        };
        let Some(drawn) = played.drawn else { return Ok(false) };
        if !(self.told)(&drawn) {
            event_loop.exit();
        }
        self.show(false);
        Ok(true)
    }

    fn show(&mut self, lost: bool) {
        let ((width, height), pixels) = self.player.picture();
        let (Some(surface), Some(window)) = (&mut self.surface, &self.window) else { return };
        if pixels.is_empty() {
            return;
        }
        if window.inner_size() != PhysicalSize::new(width, height) {
            // Where the window system has another say, the picture is cut or has room around it.
            let _ = window.request_inner_size(PhysicalSize::new(width, height));
        }
        window.pre_present_notify();
        let whole = vec![DeviceRect::of_size(width, height)];
        let drawn = surface.draw((width, height), lost, |to, _| {
            to.copy_from_slice(pixels);
            whole
        });
        if let Err(error) = drawn {
            self.outcome = Err(ShellError::Window(error.to_string()));
        }
    }

    /// Plays what is due; gives when something is again.
    fn advance(&mut self, event_loop: &ActiveEventLoop) -> Result<Option<Instant>, PlayFault> {
        while !self.over && !self.stopped {
            let Some(time) = self.player.next_time() else {
                self.step(event_loop)?;
                continue;
            };
            let pace = *self.clock.get_or_insert(Pace { began: Instant::now(), time });
            let wait = Duration::from_secs_f64(((time - pace.time) / self.speed / 1000.0).clamp(0.0, 1e6));
            let due = pace.began + wait;
            if due > Instant::now() {
                return Ok(Some(due));
            }
            self.step(event_loop)?;
        }
        Ok(None)
    }

    fn key(&mut self, event_loop: &ActiveEventLoop, key: &Key) -> Result<(), PlayFault> {
        match key {
            Key::Named(NamedKey::Space) => {
                self.stopped = !self.stopped;
                self.clock = None;
            }
            Key::Named(NamedKey::ArrowRight) => {
                self.stopped = true;
                while !self.over && !self.step(event_loop)? {}
            }
            Key::Named(NamedKey::Escape) => event_loop.exit(),
            _ => {}
        }
        Ok(())
    }
}

impl ApplicationHandler for Watched {
    fn resumed(&mut self, event_loop: &ActiveEventLoop) {
        if self.window.is_some() {
            return;
        }
        let (width, height) = self.player.app().viewport().device_size();
        let attributes = Window::default_attributes()
            .with_title(self.title.clone())
            .with_inner_size(PhysicalSize::new(width, height))
            .with_resizable(false);
        let window = match event_loop.create_window(attributes) {
            Ok(window) => Arc::new(window),
            Err(error) => return self.fail(event_loop, error),
        };
        match CpuSurface::new(window.clone()) {
            Ok(surface) => (self.surface, self.window) = (Some(surface), Some(window)),
            Err(error) => self.fail(event_loop, error),
        }
    }

    fn window_event(&mut self, event_loop: &ActiveEventLoop, _: WindowId, event: WindowEvent) {
        match event {
            WindowEvent::CloseRequested => event_loop.exit(),
            WindowEvent::RedrawRequested => self.show(true),
            WindowEvent::KeyboardInput { event, .. } if event.state == ElementState::Pressed => {
                if let Err(error) = self.key(event_loop, &event.logical_key) {
                    self.fail(event_loop, error);
                }
            }
            _ => {}
        }
    }

    fn about_to_wait(&mut self, event_loop: &ActiveEventLoop) {
        match self.advance(event_loop) {
            Ok(Some(due)) => event_loop.set_control_flow(ControlFlow::WaitUntil(due)),
            // The last picture stays until the window is closed.
            Ok(None) => event_loop.set_control_flow(ControlFlow::Wait),
            Err(error) => self.fail(event_loop, error),
        }
    }
}
