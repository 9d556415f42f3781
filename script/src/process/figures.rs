//! What a process has used, as the system counts it.

use std::collections::BTreeMap;
use std::time::{Duration, Instant};

/// Figures of a process.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub(super) struct Usage {
    /// Processor time of all its threads.
    pub cpu: Duration,
    /// Memory that is there, bytes.
    pub resident: u64,
}

/// Ticks of processor time in a second, as `/proc` counts on every Linux.
const TICKS: u64 = 100;
/// Threads that are looked at; a process for script has far fewer.
const MOST_THREADS: usize = 256;

/// Processor time in the text of a `stat` file.
fn cpu(text: &str) -> Option<Duration> {
    // The name in parentheses may hold anything; the figures follow it, user and system time as the 12th and 13th.
    let mut figures = text.get(text.rfind(')')? + 1..)?.split_ascii_whitespace().skip(11);
    let ticks: u64 = figures.next()?.parse::<u64>().ok()?.checked_add(figures.next()?.parse().ok()?)?;
    Some(Duration::from_millis(ticks.checked_mul(1000 / TICKS)?))
}

/// What the process has used so far; `None` where the system does not tell.
pub(super) fn usage(process: u32) -> Option<Usage> {
    let cpu = cpu(&std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?)?;
    let status = std::fs::read_to_string(format!("/proc/{process}/status")).unwrap_or_default();
    let resident = status.lines().find_map(|line| line.strip_prefix("VmRSS:")?.trim().strip_suffix(" kB"));
    let resident = resident.and_then(|kilobytes| kilobytes.trim().parse::<u64>().ok()).unwrap_or(0);
    Some(Usage { cpu, resident: resident.saturating_mul(1024) })
}

/// How long a process that was ended may take to be at its end.
const ENDING: Duration = Duration::from_millis(200);

/// What a process that was ended has used, of which nobody has heard that it has; `None` where the system does not tell.
pub(super) fn at_end(process: u32) -> Option<Usage> {
    let began = Instant::now();
    loop {
        let text = std::fs::read_to_string(format!("/proc/{process}/stat")).ok()?;
        let state = text.get(text.rfind(')')? + 1..)?.split_ascii_whitespace().next()?;
        if state == "Z" || began.elapsed() > ENDING {
            return Some(Usage { cpu: cpu(&text)?, resident: 0 });
        }
        std::thread::sleep(Duration::from_millis(1));
    }
}

/// Processor time of each of its threads, by their numbers.
pub(super) fn threads(process: u32) -> BTreeMap<u32, Duration> {
    let Ok(entries) = std::fs::read_dir(format!("/proc/{process}/task")) else { return BTreeMap::new() };
    let thread = |entry: std::io::Result<std::fs::DirEntry>| {
        let path = entry.ok()?.path();
        let number = path.file_name()?.to_str()?.parse().ok()?;
        Some((number, cpu(&std::fs::read_to_string(path.join("stat")).ok()?)?))
    };
    entries.take(MOST_THREADS).filter_map(thread).collect()
}

#[cfg(all(test, target_os = "linux"))]
mod tests {
    use super::*;

    #[test]
    fn work_shows_in_the_figures_of_a_process() {
        let own = std::process::id();
        let before = usage(own).expect("there is /proc");
        assert!(before.resident > 1 << 20, "{before:?}");
        let started = Instant::now();
        let mut sum = 0_u64;
        while usage(own).expect("there is /proc").cpu < before.cpu + Duration::from_millis(50) {
            sum = (0..100_000).fold(sum, u64::wrapping_add);
            assert!(started.elapsed() < Duration::from_secs(60), "no time was counted: {sum}");
        }
        assert!(threads(own).values().any(|cpu| *cpu > Duration::ZERO));
        let mut child = std::process::Command::new("/bin/sleep").arg("60").spawn().expect("there is sleep");
        child.kill().expect("it can be ended");
        let end = at_end(child.id()).expect("it was not waited for");
        assert!(end.cpu < Duration::from_secs(10) && end.resident == 0, "{end:?}");
        child.wait().expect("it has ended");
        assert_eq!(at_end(child.id()), None);
        assert_eq!((usage(u32::MAX), threads(u32::MAX).len()), (None, 0));
    }
}
