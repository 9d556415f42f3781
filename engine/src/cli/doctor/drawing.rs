//! A program that is drawn, by each script engine of this build on a thread and in a process of its own.

use super::Finding;
use crate::host::program::{self, Isolation, ProgramConfig};
use crate::host::types::Viewport;
use crate::tools::driver::Driver;
use pellicle_script::bridge::thread::Drive;
use pellicle_script::package::MemoryPackage;
use pellicle_script::process::{self, ProcessOptions};
use pellicle_script::realm::{Clock, ScriptEngine, VirtualClock};
use pellicle_script::sandbox::Trust;
use std::sync::Arc;
use std::time::Duration;

/// Longest time that a step of script may take.
const LIMIT: Duration = Duration::from_secs(20);
/// Side of the picture, px.
const SIDE: u32 = 40;
/// Its colour, which script chooses.
const COLOR: [u8; 4] = [18, 52, 86, 255];

/// All ways to run script that there are.
pub(super) fn all() -> Vec<Finding> {
    let ways = [("on a thread", Isolation::Thread), ("in a process", Isolation::Process(ProcessOptions::default()))];
    let mut findings = Vec::new();
    for engine in ScriptEngine::BUILT {
        for (way, isolation) in &ways {
            let subject = format!("{} {way}", engine.name());
            let thread = matches!(isolation, Isolation::Thread);
            if !thread && !process::is_supported() {
                let found = "this system starts no processes for script";
                findings.push(Finding::less(
                    subject,
                    found,
                    "Programs that are not yours have nothing around them here.",
                ));
                continue;
            }
            findings.push(match draw(*engine, isolation.clone()) {
                Ok(()) => Finding::good(subject, "a program was drawn"),
                Err(why) if thread => Finding::bad(subject, why, ""),
                Err(why) => {
                    let help = "It takes what Linux calls seccomp and Landlock; containers may forbid them. --isolation thread does without.";
                    Finding::less(subject, why, help)
                }
            });
        }
    }
    findings
}

/// Draws a page whose colour script sets.
fn draw(engine: ScriptEngine, isolation: Isolation) -> Result<(), String> {
    let [r, g, b, _] = COLOR;
    let page =
        format!("Page({{ data: {{ color: '' }}, onLoad() {{ this.setData({{ color: 'rgb({r},{g},{b})' }}) }} }})");
    let files = [
        ("app.json", r#"{ "pages": ["page"] }"#),
        ("app.js", "App({})"),
        ("page.js", &page),
        ("page.wxml", "<view style='height: 100vh; background: {{color}}'></view>"),
    ];
    let clock = Arc::new(VirtualClock::deterministic());
    let base = clock.monotonic();
    let package = Arc::new(files.into_iter().collect::<MemoryPackage>());
    let config = ProgramConfig {
        viewport: Viewport { width: SIDE as f32, height: SIDE as f32, scale: 1.0 },
        isolation,
        engine,
        trust: Trust::Own,
        ..ProgramConfig::new(package, Drive::Steps(clock))
    };
    let app = program::open(config).map_err(|error| error.to_string())?;
    let mut driver = Driver::new(app, base, LIMIT, Box::new(|| false));
    driver.settle(500.0).map_err(|error| error.to_string())?;
    let mut pixels = vec![0; (SIDE * SIDE * 4) as usize];
    let now = driver.now();
    driver.app.render_cpu(&mut pixels, (SIDE * 4) as usize, now);
    match pixels.chunks_exact(4).all(|pixel| pixel == COLOR) {
        true => Ok(()),
        false => Err("a program was drawn wrong".to_owned()),
    }
}
