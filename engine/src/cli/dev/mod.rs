//! `pellicle dev`: a window that keeps in step with the files of its program while they are written.
//!
//! A style sheet that is saved is read again, and nothing else happens to the program. Anything else starts it again with
//! its pages as they were ([`Container::reload`](crate::host::life::container::Container::reload)). What is wrong with
//! the files is said over the page until they are right.
//!
//! | module | models |
//! | --- | --- |
//! | `files` | what has changed, and what that means for the program |
//! | `faults` | what is wrong |
//! | `menu` | what its author has the program's surroundings be like |
//! | [`devices`] | screens |

pub mod devices;
mod faults;
mod files;
mod menu;

use super::Failure;
use super::options::DevOptions;
use super::run::{self, Parts};
use crate::chrome::Fault;
use crate::host::app::{App, AppError};
use crate::host::life::container::LifeEvent;
use crate::host::services::simulated::Simulation;
use crate::host::types::Viewport;
use crate::interact::InputEvent;
use crate::package::FolderPackage;
use crate::shell::{self, Chosen, FilesChange, WindowHandle, WindowProgram};
use crate::tools::record::RunRecord;
use crate::tools::{excerpt, output};
use faults::Faults;
use files::{Changed, Files};
use menu::{Asked, Menu};
use pellicle_layout::diagnostic::{Diagnostic, Position, Severity};
use pellicle_script::bridge::message::LaunchOptions;
use pellicle_script::package::PackageSource;
use std::sync::{Arc, OnceLock};

/// Opens a window and runs until it is closed.
///
/// # Errors
/// [`Failure`] if the program cannot be shown as it is, there is no display, or its folder cannot be watched.
pub fn run(options: &DevOptions) -> Result<(), Failure> {
    let mut page = options.show.clone();
    if let Some(device) = options.device {
        page.viewport = device.size;
    }
    let page = &page;
    let log = RunRecord::create_file(page.log.as_deref()).map_err(Failure::Usage)?;
    let folder = &options.dir;
    let package: Arc<dyn PackageSource> = Arc::new(super::open_folder(folder)?);
    let window: Arc<OnceLock<WindowHandle>> = Arc::default();
    let faults = Arc::new(Faults::new(package.clone(), window.clone()));
    let heard = faults.clone();
    let record = RunRecord::passing(log, Some(package.clone())).heard_by(move |record| heard.hear(record));
    let record = Arc::new(record);
    let files = Files::watch(folder, window.clone())?;
    let (shown, mut parts) = run::prepare(page, options.hud, folder, package, record.clone())?;
    let clock = parts.clock.clone();
    output::note(format_args!("{}: what is saved is shown; Ctrl-C ends it", folder.display()));
    let world: Arc<Simulation> = Arc::default();
    world.set_network(options.network_speed);
    world.set_place(options.place);
    parts.world = Some(world.clone());
    parts.safe_area = options.device.map(|device| device.safe_area);
    parts.inspector = options.inspector.inspect.map(|port| run::inspector(port, &shown.title)).transpose()?;
    let menu = Menu::new(world, options.device, page.dark, &page.locale);
    let program = Developed { parts, files, faults, window, menu, stale: false };
    shell::run(shown, clock, record, program).map_err(run::not_shown)
}

/// A program that is being written.
struct Developed {
    parts: Parts,
    files: Files,
    faults: Arc<Faults>,
    /// Reaches the window, once there is one.
    window: Arc<OnceLock<WindowHandle>>,
    menu: Menu,
    /// It does not run from the files as they are: those could not be opened.
    stale: bool,
}

impl WindowProgram for Developed {
    fn open(&mut self, window: WindowHandle, viewport: Viewport, launch: LaunchOptions) -> Result<App, AppError> {
        let _ = self.window.set(window.clone());
        self.parts.open(window, viewport, launch)
    }

    fn attend(&mut self, app: Option<&mut App>, now: f64) -> bool {
        self.parts.attend(app, now)
    }

    fn takes_input(&mut self, app: Option<&mut App>, event: &InputEvent, now: f64) -> bool {
        self.parts.takes_input(app, event, now)
    }

    fn change(&mut self) -> Option<FilesChange> {
        let changed = self.files.take()?;
        let package: Arc<dyn PackageSource> = match FolderPackage::open(self.files.folder()) {
            Ok(package) => Arc::new(package),
            Err(error) => {
                self.stale = true;
                self.faults.begin(None);
                self.faults.add(unplaced(error.to_string()));
                return None;
            }
        };
        // A recording is of the files as they were when it began.
        let styles = changed == Changed::Styles && !self.stale && self.parts.page.record.is_none();
        self.stale = false;
        let broken = self.faults.begin(Some((package.clone(), styles)));
        self.parts.open_from(package.clone());
        Some(if styles { FilesChange::Styles(package) } else { FilesChange::Program { broken } })
    }

    fn fault(&mut self) -> Option<Option<Arc<Fault>>> {
        self.faults.take()
    }

    fn menu(&mut self) -> Option<(String, Vec<String>)> {
        Some(self.menu.list())
    }

    fn chosen(&mut self, item: u32) -> Chosen {
        let (chosen, asked) = self.menu.chosen(item);
        match asked {
            Some(Asked::StartAgain) => self.files.note(Changed::Program),
            Some(Asked::Language(language)) => {
                self.parts.page.locale = language;
                self.files.note(Changed::Program);
            }
            Some(Asked::Covered(insets)) => self.parts.safe_area = Some(insets),
            None => {}
        }
        chosen
    }

    fn heard(&mut self, event: &LifeEvent) {
        if let LifeEvent::NotReloaded(error) = event {
            self.stale = true;
            match error {
                AppError::Manifest(found) => {
                    output::note(excerpt::texts(found));
                    found.iter().for_each(|found| self.faults.add(found.clone()));
                }
                AppError::Tampered(found) => self.faults.add((**found).clone()),
                error => self.faults.add(unplaced(error.to_string())),
            }
        }
    }
}

/// Something that is wrong without a place.
fn unplaced(message: String) -> Diagnostic {
    Diagnostic::new(Severity::Error, "program", Arc::from(""), Position::default(), message)
}
