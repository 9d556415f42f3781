//! Pages of `examples/showcase` under a host that lets the user choose pictures.

use pellicle::canvas::board::CanvasBoard;
use pellicle::fonts::{DesktopFonts, FontLoader};
use pellicle::host::app::{App, AppConfig};
use pellicle::host::services::PackageImages;
use pellicle::host::types::Viewport;
use pellicle::images::ImageStore;
use pellicle::interact::clipboard::ProcessClipboard;
use pellicle::package::FolderPackage;
use pellicle::tools::driver::Driver;
use pellicle::tools::steps::Step;
use pellicle_layout::text::FontPolicy;
use pellicle_script::api::ServiceProfile;
use pellicle_script::bridge::message::{ApiFailure, ApiReply, LaunchOptions};
use pellicle_script::bridge::outbox::Responder;
use pellicle_script::bridge::thread::{Drive, ThreadConfig};
use pellicle_script::capability::audit::NoAudit;
use pellicle_script::capability::device::{Device, DeviceCall};
use pellicle_script::capability::files::{FileQuota, MemoryFiles, SharedFiles};
use pellicle_script::capability::shell::HostShell;
use pellicle_script::capability::system::{SharedFigures, SystemFigures};
use pellicle_script::capability::{Capabilities, Extension};
use pellicle_script::logic::{LogicProgram, LogicSetup};
use pellicle_script::package::PackageSource;
use pellicle_script::realm::{Clock, Mulberry32, VirtualClock};
use pellicle_script::worklet::hub::{MotionConfig, MotionHub};
use serde_json::{Value, json};
use std::path::Path;
use std::sync::Arc;
use std::time::Duration;

/// A user who always chooses the leaf, by `chooseMedia` or `chooseImage`.
struct Album;

impl Device for Album {
    fn call(&mut self, call: DeviceCall, reply: Responder) {
        match call {
            DeviceCall::ChooseImage { .. } => reply.ok(ApiReply::of(json!({
                "tempFilePaths": ["/images/leaf.png"],
                "tempFiles": [{ "path": "/images/leaf.png", "size": 1200 }],
            }))),
            _ => reply.fail(ApiFailure::unsupported()),
        }
    }
}

impl Extension for Album {
    fn offers(&self, api: &str) -> bool {
        api == "chooseMedia"
    }

    fn call(&mut self, _api: &str, _arguments: Value, reply: Responder) {
        reply.ok(ApiReply::of(json!({
            "type": "image",
            "tempFiles": [{ "tempFilePath": "/images/leaf.png", "size": 1200, "fileType": "image", "width": 40, "height": 40 }],
        })));
    }
}

/// A page of the showcase under that host; `None` if the packages are not installed.
pub struct Choosing(Driver);

impl Choosing {
    /// Opens the page of a component.
    pub fn open(library: &str, component: &str) -> Option<Choosing> {
        let showcase = Path::new(env!("CARGO_MANIFEST_DIR")).join("../examples/showcase");
        if !showcase.join("node_modules").is_dir() {
            println!("not run: npm ci --prefix examples/showcase");
            return None;
        }
        let package: Arc<dyn PackageSource> = Arc::new(FolderPackage::open(&showcase).unwrap());
        let files = Arc::new(PackageImages::new(package.clone(), false));
        let clock = Arc::new(VirtualClock::deterministic());
        let (base, figures) = (clock.monotonic(), SharedFigures::default());
        let path = format!("pages/{library}/{component}/{component}");
        let config = AppConfig {
            package: package.clone(),
            viewport: Viewport { width: 375.0, height: 667.0, ..Viewport::default() },
            chrome: false,
            dark: false,
            motion: true,
            images: ImageStore::synchronous(files.clone()),
            canvases: CanvasBoard::default(),
            worklets: MotionHub::new(MotionConfig {
                clock: clock.clone(),
                steps: true,
                audit: Arc::new(NoAudit),
                wake: Arc::new(|| {}),
            }),
            launch: LaunchOptions { path, ..LaunchOptions::default() },
            thread: ThreadConfig::new(Drive::Steps(clock.clone()), Arc::new(|| {})),
            fonts: FontPolicy::Author,
            font_loader: FontLoader::synchronous(Box::new(DesktopFonts::files_only(files))),
            clipboard: Arc::new(ProcessClipboard::default()),
            clock: clock.clone(),
            audit: Arc::new(NoAudit),
            figures: figures.clone(),
            system: SystemFigures::default(),
        };
        let app = App::open(config, move |context| {
            let kept = Box::new(MemoryFiles::new(FileQuota::default(), clock.clone()));
            let capabilities = Capabilities {
                files: Box::new(SharedFiles::new(package.clone(), kept)),
                device: Box::new(Album),
                extension: Box::new(Album),
                shell: Box::new(HostShell(context.outbox.clone())),
                system: Box::new(figures),
                ..Capabilities::default()
            };
            let setup = LogicSetup {
                package,
                clock,
                random: Box::new(Mulberry32::new(1)),
                capabilities,
                profile: ServiceProfile::Host,
                audit: Arc::new(NoAudit),
                diagnostics: Arc::new(|_| {}),
                limits: Default::default(),
                aliases: Vec::new(),
                motion: None,
            };
            LogicProgram::new(setup, context)
        });
        let mut driver = Driver::new(app.unwrap(), base, Duration::from_secs(20), Box::new(|| false));
        driver.settle(500.0).unwrap();
        Some(Choosing(driver))
    }

    /// Taps the middle of an element.
    pub fn tap(&mut self, selector: &str) {
        let node = self.0.find(selector).unwrap_or_else(|| panic!("no {selector}"));
        let at = self.0.middle(node).unwrap();
        self.0.click(at);
        self.wait(300.0);
    }

    /// Calls a method of the page.
    #[allow(dead_code)] // each test file uses its part
    pub fn call(&mut self, method: &str) {
        let call = Step::Call { method: method.to_owned(), arguments: Vec::new() };
        self.0.act(&call, &mut |_, _| {}).unwrap();
    }

    /// Time passes, ms.
    pub fn wait(&mut self, ms: f64) {
        self.0.settle(ms).unwrap();
    }

    /// The data of the page.
    pub fn data(&mut self) -> Value {
        self.0.data().unwrap()
    }

    /// How many elements match.
    pub fn count(&self, selector: &str) -> usize {
        (0..).take_while(|n| self.0.find(&format!("{selector}@{n}")).is_some()).count()
    }
}
