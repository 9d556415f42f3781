//! What the machine has.

use super::Finding;
use crate::cli::named;
use crate::fonts::{DesktopFonts, FontSource, InstalledFonts};
use crate::gpu::device::{Gpu, Software};
use crate::host::services::PackageImages;
use crate::shell;
use pellicle_script::package::MemoryPackage;
use pellicle_script::realm::ScriptEngine;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// Fewer files than this are watched too soon by few programs.
const FEW_WATCHES: u64 = 8192;

/// What is running.
pub(super) fn build() -> String {
    let engines: Vec<&str> = ScriptEngine::BUILT.iter().map(|engine| engine.name()).collect();
    let kind = if cfg!(debug_assertions) { ", with assertions" } else { "" };
    let (version, os, arch) = (env!("CARGO_PKG_VERSION"), std::env::consts::OS, std::env::consts::ARCH);
    format!("pellicle {version}{kind} for {os} on {arch}, script by {}", engines.join(" and "))
}

/// Whether there is a display for windows.
pub(super) fn display() -> Finding {
    match shell::display() {
        Ok(()) => Finding::good("display", "windows can be opened"),
        Err(error) => Finding::less(
            "display",
            error.to_string(),
            "run draws to a file instead. On Linux DISPLAY or WAYLAND_DISPLAY names one; xvfb-run makes one that nobody sees.",
        ),
    }
}

/// Whether there is a GPU.
pub(super) fn gpu() -> Finding {
    let real = match Gpu::open(Software::Refused) {
        Ok(gpu) => return Finding::good("GPU", gpu.name()),
        Err(error) => error,
    };
    let help = "The CPU draws the same pictures. On Debian and Ubuntu mesa-vulkan-drivers has drivers for most cards.";
    match Gpu::open(Software::Allowed) {
        Ok(gpu) => Finding::less("GPU", format!("only {}, which computes on the CPU", gpu.name()), help),
        Err(_) => Finding::less("GPU", real.to_string(), help),
    }
}

/// Whether the installed fonts have what texts are written in.
pub(super) fn fonts() -> Vec<Finding> {
    let nothing = Arc::new(PackageImages::new(Arc::new(MemoryPackage::new())));
    let mut fonts = DesktopFonts::new(InstalledFonts::default(), nothing);
    let mut has = |subject: &str, letter: char, package: &str| {
        if fonts.covering(letter).is_empty() {
            let found = format!("no installed font has {letter:?}");
            let help = format!("Such texts are drawn as boxes. On Debian and Ubuntu {package} has one.");
            Finding::less(subject, found, help)
        } else {
            Finding::good(subject, format!("{letter} is there"))
        }
    };
    vec![
        has("Latin fonts", 'a', "fonts-noto-core"),
        has("Chinese fonts", '中', "fonts-noto-cjk"),
        has("emoji", '😀', "fonts-noto-color-emoji"),
    ]
}

/// Whether what programs store and what is kept of their starts can be written.
pub(super) fn folders() -> Vec<Finding> {
    let data = crate::cli::run::data_folder();
    [
        ("storage", data, "Programs forget what they store when they end."),
        ("caches", named::cache_folder(), "Starts take longer."),
    ]
    .map(|(subject, folder, help)| {
        let Some(folder) = folder else { return Finding::less(subject, "there is no folder for it", help) };
        match writable(&folder) {
            Ok(()) => Finding::good(subject, folder.display().to_string()),
            Err(error) => Finding::less(subject, format!("{}: {error}", folder.display()), help),
        }
    })
    .to_vec()
}

/// Whether a file can be written in a folder, or in the first above it that there is. None is left behind.
fn writable(folder: &Path) -> std::io::Result<()> {
    let there = folder.ancestors().find(|folder| folder.is_dir()).unwrap_or(Path::new("/"));
    let probe: PathBuf = there.join(format!(".pellicle-doctor-{}", std::process::id()));
    std::fs::write(&probe, [])?;
    std::fs::remove_file(&probe)
}

/// Whether enough files can be watched by `dev` and `build --watch`, where the system has a limit.
pub(super) fn watching() -> Option<Finding> {
    let most = std::fs::read_to_string("/proc/sys/fs/inotify/max_user_watches").ok()?.trim().parse::<u64>().ok()?;
    let found = format!("{most} folders can be watched");
    Some(match most < FEW_WATCHES {
        true => Finding::less("watching", found, "sysctl fs.inotify.max_user_watches=65536 lets dev watch more."),
        false => Finding::good("watching", found),
    })
}
