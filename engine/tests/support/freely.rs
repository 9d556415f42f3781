//! A program whose script runs freely on a thread of its own, on the machine's own clock.

#[path = "../../../script/tests/support/engine.rs"]
mod engine;

use engine::engine;
use pellicle::host::app::App;
use pellicle::host::program::{self, Isolation, ProgramConfig};
use pellicle::package::FolderPackage;
use pellicle_script::bridge::thread::Drive;
use pellicle_script::realm::{Mulberry32, SystemClock};
use pellicle_script::sandbox::{Budgets, Trust};
use std::path::Path;
use std::sync::Arc;

#[allow(dead_code)] // each test file uses its part
pub fn open(folder: &Path) -> App {
    open_in(folder, Isolation::Thread, Budgets::default())
}

/// The same, with script where `isolation` says and within `budgets`.
pub fn open_in(folder: &Path, isolation: Isolation, budgets: Budgets) -> App {
    let package = Arc::new(FolderPackage::open(folder).unwrap());
    let config = ProgramConfig {
        isolation,
        engine: engine(),
        budgets,
        random: Box::new(Mulberry32::new(1)),
        trust: Trust::Own,
        ..ProgramConfig::new(package, Drive::Free(Arc::new(SystemClock::new(0))))
    };
    program::open(config).unwrap()
}
