//! Opening the files of a mini-program as an app: what the command line and plain hosts need.

use super::app::{App, AppConfig, AppError};
use super::caches::SharedCaches;
use super::render::fits;
use super::services::PackageImages;
use super::types::{SafeInsets, UpdateState, Viewport};
use crate::canvas::board::CanvasBoard;
use crate::canvas::text::TextSetup;
use crate::canvas::{CanvasSetup, SoftwareCanvas};
use crate::fonts::{DesktopFonts, FontLoader, FontSource};
use crate::images::ImageStore;
use crate::interact::clipboard::{Clipboard, ProcessClipboard};
use crate::package::validation::{Validation, ValidationRules, validate};
use crate::package::{PROJECT_FILE, tampered};
use crate::replay::{Blobs, Head, RecordConfig, Recorder, Tap, package_hash};
use pellicle_layout::compiled::COMPILED_FILE;
use pellicle_layout::document::{DocumentLimits, NodeId};
use pellicle_layout::text::FontPolicy;
use pellicle_script::api::ServiceProfile;
use pellicle_script::bridge::message::LaunchOptions;
use pellicle_script::bridge::outbox::{Outbox, WakeHost};
use pellicle_script::bridge::thread::{self, Drive, SpawnError, ThreadConfig};
use pellicle_script::capability::audit::{AuditSink, NoAudit, Record};
use pellicle_script::capability::device::Device;
use pellicle_script::capability::files::{FileQuota, FileSystem, MemoryFiles, SharedFiles};
use pellicle_script::capability::network::Network;
use pellicle_script::capability::shell::HostShell;
use pellicle_script::capability::storage::{MemoryStorage, Storage, StorageQuota};
use pellicle_script::capability::system::{SharedFigures, SystemFigures};
use pellicle_script::capability::{Capabilities, Denied, Extension, Policy};
use pellicle_script::framework::Limits;
use pellicle_script::logic::{LogicProgram, LogicSetup};
use pellicle_script::package::{EncodingCheck, Forms, PackageSource, SCRIPTS_FILE, WithCompiled, json, read_text};
use pellicle_script::process::{self, ProcessOptions};
use pellicle_script::realm::{Clock, Random, ScriptEngine, SystemRandom};
use pellicle_script::record::RecordedSetup;
use pellicle_script::sandbox::AccessControl;
use pellicle_script::sandbox::host_api::HostApis;
use pellicle_script::sandbox::permissions::Permissions;
use pellicle_script::sandbox::prompt::{AskingPrompt, PermissionPrompt, ShellPrompt};
use pellicle_script::sandbox::{self, Budgets, Trust};
use pellicle_script::worklet::hub::{MotionConfig, MotionHub};
use std::sync::Arc;

/// What a mini-program is opened with.
pub struct ProgramConfig {
    /// Its files.
    pub package: Arc<dyn PackageSource>,
    /// Its surface.
    pub viewport: Viewport,
    /// What of it the system covers, and tells later by [`App::set_safe_area`]; `None`: a status bar of 20 px, which programs
    /// expect of a phone.
    pub safe_area: Option<SafeInsets>,
    /// Bars are drawn around the page.
    pub chrome: bool,
    /// The system is in dark mode.
    pub dark: bool,
    /// The user's language as script is told it, such as `zh_CN` or `en`; dates and numbers are written in it.
    pub language: String,
    /// Time moves things by itself: swipers play, carets blink.
    pub motion: bool,
    /// How it is started.
    pub launch: LaunchOptions,
    /// What its host knows of a newer version, and tells it later by [`App::set_update_state`].
    pub update: UpdateState,
    /// How its logic runs.
    pub drive: Drive,
    /// Where its logic runs.
    pub isolation: Isolation,
    /// The script engine that its logic runs on.
    pub engine: ScriptEngine,
    /// Its randomness.
    pub random: Box<dyn Random>,
    /// Where pictures come from.
    pub images: ImageStore,
    /// What it shares with the host's other programs: a host gives all of them the same.
    pub caches: SharedCaches,
    /// Which fonts there are.
    pub fonts: FontPolicy,
    /// Where further fonts come from.
    pub font_loader: FontLoader,
    /// Where texts on canvases find further fonts: at once, on the logic thread.
    pub canvas_fonts: Box<dyn FontSource>,
    /// The clipboard of text fields.
    pub clipboard: Arc<dyn Clipboard>,
    /// Its key-value store.
    pub storage: Box<dyn Storage>,
    /// Its files.
    pub files: Box<dyn FileSystem>,
    /// Its network.
    pub network: Box<dyn Network>,
    /// Its devices.
    pub device: Box<dyn Device>,
    /// The host's own services.
    pub extension: Box<dyn Extension>,
    /// What it may call.
    pub policy: Box<dyn Policy>,
    /// What it is watched by and may do.
    pub access: AccessSetup,
    /// Which services stand behind `wx`.
    pub profile: ServiceProfile,
    /// What it may use.
    pub budgets: Budgets,
    /// Whose it is.
    pub trust: Trust,
    /// Where calls, console lines, faults and findings go.
    pub audit: Arc<dyn AuditSink>,
    /// Called on the logic thread when there is something to fetch.
    pub wake: WakeHost,
    /// Where all that enters it is recorded, so that it can be played again ([`replay`](crate::replay)).
    pub record: Option<RecordConfig>,
}

impl ProgramConfig {
    /// A package that its host trusts with nothing: pictures and fonts come from the package alone and are read at once,
    /// what is stored stays in memory, the rest of the world is refused. The surface is that of a phone, 375 by 667 logical
    /// px. A host sets what it gives, and how it is woken.
    pub fn new(package: Arc<dyn PackageSource>, drive: Drive) -> ProgramConfig {
        let clock: Arc<dyn Clock> = match &drive {
            Drive::Free(clock) => clock.clone(),
            Drive::Steps(clock) => clock.clone(),
        };
        let own = Arc::new(PackageImages::new(package.clone()));
        let fonts = || Box::new(DesktopFonts::files_only(own.clone()));
        let kept = Box::new(MemoryFiles::new(FileQuota::default(), clock));
        ProgramConfig {
            viewport: Viewport { width: 375.0, height: 667.0, ..Viewport::default() },
            safe_area: None,
            chrome: false,
            dark: false,
            language: SystemFigures::default().language,
            motion: true,
            launch: LaunchOptions { scene: 1001, ..LaunchOptions::default() },
            update: UpdateState::default(),
            drive,
            isolation: Isolation::Auto,
            engine: ScriptEngine::default(),
            random: Box::new(SystemRandom::default()),
            images: ImageStore::synchronous(own.clone()),
            caches: SharedCaches::default(),
            fonts: FontPolicy::Author,
            font_loader: FontLoader::synchronous(fonts()),
            canvas_fonts: fonts(),
            clipboard: Arc::new(ProcessClipboard::default()),
            storage: Box::new(MemoryStorage::new(StorageQuota::default())),
            files: Box::new(SharedFiles::new(package.clone(), kept)),
            network: Box::new(Denied),
            device: Box::new(Denied),
            extension: Box::new(Denied),
            policy: Box::new(Denied),
            access: AccessSetup::default(),
            profile: ServiceProfile::Host,
            budgets: Budgets::default(),
            trust: Trust::Foreign,
            audit: Arc::new(NoAudit),
            wake: Arc::new(|| {}),
            record: None,
            package,
        }
    }
}

/// What a mini-program may do, and how its user is asked.
#[derive(Default)]
pub struct AccessSetup {
    /// Its permissions, counters and audit log.
    pub control: AccessControl,
    /// Asks the user; without it the engine does, by dialogs over the mini-program.
    pub prompt: Option<Box<dyn PermissionPrompt>>,
    /// APIs of the host's own.
    pub apis: HostApis,
    /// Whether it is looked at before it starts, and what keeps it from it.
    pub validation: Validation,
}

/// Looks at a package as the host wants it; what is found and does not keep it from starting is recorded.
fn look_at(
    package: &dyn PackageSource,
    trust: Trust,
    access: &AccessSetup,
    audit: &dyn AuditSink,
) -> Result<(), AppError> {
    let rules = match access.validation {
        Validation::Foreign if trust == Trust::Foreign => ValidationRules::default(),
        Validation::Foreign | Validation::Off => return Ok(()),
        Validation::By(rules) => rules,
    };
    let report = validate(package, &rules, |api| access.apis.find(api).is_some())?;
    for found in report.diagnostics {
        audit.record(Record::Finding(found));
    }
    Ok(())
}

/// Tells permissions whose they are, where the host has not, and why the mini-program wants them.
fn introduce(package: &dyn PackageSource, permissions: &Permissions) {
    let read = |file: &str| Some(json::parse(file, &read_text(package, file)?).0?.value);
    let (id, name) = permissions.app();
    if id.is_empty() && name.is_empty() {
        let project = read(PROJECT_FILE);
        let text = |key: &str| project.as_ref().and_then(|project| Some(project.get(key)?.as_str()?.to_owned()));
        permissions.set_app(&text("appid").unwrap_or_default(), &text("projectname").unwrap_or_default());
    }
    let app = read("app.json").unwrap_or_default();
    if let Some(reasons) = app.get("permission") {
        permissions.set_reasons(reasons);
    }
    if let Some(declared) = app.get("requiredPrivateInfos") {
        permissions.set_private_infos(declared);
    }
}

/// Where the logic of a mini-program runs.
#[derive(Clone, Debug, Default)]
pub enum Isolation {
    /// On a thread for a package of the host's own, in a process for any other where there can be one. A package of the
    /// host's own gets a process, too, when too many threads were parked in this one.
    #[default]
    Auto,
    /// On a thread of this process.
    Thread,
    /// In a process of its own, which can do nothing but run script. The program that is started for it calls
    /// [`child_main_if_asked`](pellicle_script::process::child_main_if_asked) first.
    Process(ProcessOptions),
}

impl Isolation {
    /// What it comes to for a package: the options of the process, or none.
    fn process(self, trust: Trust) -> Option<ProcessOptions> {
        match self {
            Isolation::Thread => None,
            Isolation::Process(options) => Some(options),
            Isolation::Auto => {
                let full = matches!(sandbox::admit(trust), Err(SpawnError::TooManyParked(_)));
                (process::is_supported() && (trust == Trust::Foreign || full)).then(ProcessOptions::default)
            }
        }
    }
}

/// The identity that the project's settings give a mini-program, empty for none.
pub(crate) fn app_id(package: &dyn PackageSource) -> String {
    let text = read_text(package, PROJECT_FILE).unwrap_or_default();
    let config = json::parse(PROJECT_FILE, &text).0;
    let id = config.and_then(|config| Some(config.value.get("appid")?.as_str()?.to_owned()));
    id.unwrap_or_default()
}

/// What the render side holds: more than twice of what script may make, because a commit may make all of that before what
/// it replaces goes.
pub(crate) fn document_limits(limits: &Limits) -> DocumentLimits {
    let usual = DocumentLimits::default();
    let nodes = limits.nodes.saturating_mul(5) / 2;
    DocumentLimits { nodes: nodes.clamp(usual.nodes, NodeId::MAX_SLOTS), ..usual }
}

/// Opens a mini-program. What its logic finds in its files goes to the audit sink, what the render side finds is for
/// [`App::take_diagnostics`].
///
/// # Errors
/// [`AppError`] if there is nothing to show.
pub fn open(config: ProgramConfig) -> Result<App, AppError> {
    let ProgramConfig {
        package,
        viewport,
        safe_area,
        chrome,
        dark,
        language,
        motion,
        launch,
        update,
        drive,
        isolation,
        engine,
        random,
        ..
    } = config;
    let ProgramConfig {
        mut images,
        caches,
        fonts,
        mut font_loader,
        canvas_fonts,
        clipboard,
        storage,
        files,
        network,
        device,
        extension,
        policy,
        access,
        profile,
        budgets,
        trust,
        audit,
        wake,
        record,
        ..
    } = config;
    let process = isolation.process(trust);
    // What a process of its own compiles is nothing that this one may read, and Boa has nothing to keep.
    let keeps_code = process.is_none() && engine == ScriptEngine::QuickJs;
    let keeps_forms = caches.has_folder() || package.content_hash(COMPILED_FILE).is_some();
    let kept = (keeps_code || keeps_forms).then(|| Arc::new(caches.code().of(&app_id(&*package))));
    let package: Arc<dyn PackageSource> = {
        let audit = audit.clone();
        let tell = move |found| audit.record(Record::Finding(found));
        let package = WithCompiled::open_with(package, kept.clone().map(Forms::new), &tell);
        Arc::new(EncodingCheck::new(package, tell))
    };
    // Compiled forms stand for all files that they were made of, and have been asked for by now.
    let forms = [COMPILED_FILE, SCRIPTS_FILE].into_iter().find_map(|path| tampered(&*package, path));
    if let Some(found) = forms {
        return Err(AppError::Tampered(Box::new(found)));
    }
    look_at(&*package, trust, &access, &*audit)?;
    introduce(&*package, &access.control.permissions);
    let figures = SharedFigures::default();
    let clock: Arc<dyn Clock> = match &drive {
        Drive::Free(clock) => clock.clone(),
        Drive::Steps(clock) => clock.clone(),
    };
    let tap = match record {
        None => Tap::default(),
        Some(record) => {
            let head = |blobs: &mut Blobs<'_>, embedded| Head {
                build: Head::this_build(),
                package: package_hash(&*package),
                path: None,
                embedded,
                viewport,
                safe_area,
                chrome,
                dark,
                language: language.clone(),
                motion,
                launch: launch.clone(),
                update,
                threaded_pictures: images.is_threaded(),
                process: process.is_some(),
                steps: matches!(drive, Drive::Steps(_)),
                fonts: match &fonts {
                    FontPolicy::Author => None,
                    FontPolicy::Exact(files) => Some(files.iter().map(|file| blobs.keep((**file).as_ref())).collect()),
                },
                setup: RecordedSetup::new(engine, profile.clone(), budgets, clock.zone(), &access.apis),
            };
            Tap::Noted(Recorder::begin(record, head, &*package).map_err(AppError::Recording)?)
        }
    };
    images.tap(tap.clone());
    font_loader.tap(tap.clone());
    let board = CanvasBoard::default();
    images.set_budget(fits(budgets.image_bytes.soft));
    images.set_most(fits(budgets.image_bytes.hard));
    let canvas = SoftwareCanvas::new(CanvasSetup {
        bytes: fits(budgets.canvas_bytes.hard),
        texts: TextSetup { policy: fonts.clone(), loader: FontLoader::synchronous(canvas_fonts) },
        images: images.source().clone(),
        threaded: images.is_threaded(),
        board: board.clone(),
        wake: wake.clone(),
    });
    let worklets = MotionHub::new(MotionConfig {
        engine,
        clock: clock.clone(),
        steps: matches!(drive, Drive::Steps(_)),
        audit: audit.clone(),
        wake: wake.clone(),
    });
    let motion_hub = worklets.clone();
    let code = kept.filter(|_| keeps_code);
    let app = AppConfig {
        package: package.clone(),
        viewport,
        safe_area,
        chrome,
        dark,
        motion,
        images,
        caches,
        canvases: board,
        worklets,
        launch,
        update,
        thread: ThreadConfig {
            budgets,
            trust,
            record: tap.recorder().map(Recorder::logic),
            ..ThreadConfig::new(drive, wake)
        },
        fonts,
        font_loader,
        clipboard: tap.clipboard(clipboard),
        clock: tap.clock(clock.clone()),
        audit: audit.clone(),
        figures: figures.clone(),
        system: SystemFigures { app_id: app_id(&*package), language, ..SystemFigures::default() },
        document: document_limits(&budgets.framework),
        access: access.control.clone(),
        tap,
    };
    let setup = move |outbox: &Outbox| {
        let capabilities = Capabilities {
            storage,
            files,
            canvas: Box::new(canvas),
            network,
            device,
            shell: Box::new(HostShell(outbox.clone())),
            system: Box::new(figures),
            extension,
            policy,
            access: access.control,
            prompt: {
                let shell = ShellPrompt(HostShell(outbox.clone()));
                match access.prompt {
                    None => Box::new(shell),
                    Some(prompt) if prompt.has_settings() => prompt,
                    Some(ask) => Box::new(AskingPrompt { ask, shell }),
                }
            },
            apis: access.apis,
        };
        LogicSetup {
            engine,
            code,
            package,
            clock,
            random,
            capabilities,
            profile,
            audit: audit.clone(),
            diagnostics: Arc::new(move |found| audit.record(Record::Finding(found))),
            aliases: Vec::new(),
            motion: Some(motion_hub),
        }
    };
    match process {
        None => App::open(app, move |config| {
            thread::spawn(config, move |context| LogicProgram::new(setup(&context.outbox), context))
        }),
        Some(options) => App::open(app, move |config| Ok(process::spawn(config, options, setup)?)),
    }
}
