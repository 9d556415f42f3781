//! Whose memory it is: the program's, or that of libraries and the graphics driver. Of Linux; other systems do not tell.

use crate::frame::memory as counting;
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::Path;

/// Memory of this process, bytes: its share of what several processes hold (PSS), by what is mapped.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct Memory {
    /// All of it.
    pub pss: u64,
    /// What is in memory, whoever else holds it.
    pub rss: u64,
    /// Code and constants of the executable.
    pub executable: u64,
    /// Heap and stacks.
    pub anonymous: u64,
    /// Libraries and devices of the graphics driver.
    pub driver: u64,
    /// Other libraries.
    pub libraries: u64,
    /// Font files.
    pub fonts: u64,
    /// Other files.
    pub files: u64,
    /// What the program itself has allocated of the heap; 0 where it does not count that
    /// ([`crate::frame::memory`]).
    #[serde(default)]
    pub allocated: u64,
}

/// Beginnings of the names of the graphics drivers' libraries and of what they bring with them.
const DRIVER: [&str; 19] = [
    "libvulkan",
    "libLLVM",
    "libgallium",
    "libGL",
    "libEGL",
    "libgbm",
    "libdrm",
    "libnvidia",
    "libcuda",
    "libglapi",
    "libamdgpu",
    "libigc",
    "libigdgmm",
    "libSPIRV",
    "libMoltenVK",
    "libz3",
    "libelf",
    "libsensors",
    "libxshmfence",
];

impl Memory {
    /// That of this process; `None` where the system does not tell.
    pub fn now() -> Option<Memory> {
        let smaps = fs::read_to_string("/proc/self/smaps").ok()?;
        let executable = std::env::current_exe().ok();
        let allocated = counting::live_bytes().unwrap_or(0);
        Some(Memory { allocated, ..Memory::of(&smaps, executable.as_deref()) })
    }

    /// What a text in the form of `/proc/PID/smaps` says.
    fn of(smaps: &str, executable: Option<&Path>) -> Memory {
        let mut memory = Memory::default();
        let mut path = "";
        for line in smaps.lines() {
            let (first, rest) = line.split_once(char::is_whitespace).unwrap_or((line, ""));
            let Some(key) = first.strip_suffix(':') else {
                // "address perms offset dev inode path": the path may have spaces.
                path = rest.splitn(5, char::is_whitespace).nth(4).unwrap_or("").trim();
                continue;
            };
            let bytes = || rest.trim().trim_end_matches(" kB").parse::<u64>().unwrap_or(0) * 1024;
            match key {
                "Pss" => {
                    memory.pss += bytes();
                    *memory.part(path, executable) += bytes();
                }
                "Rss" => memory.rss += bytes(),
                _ => {}
            }
        }
        memory
    }

    /// What a mapping belongs to.
    fn part(&mut self, path: &str, executable: Option<&Path>) -> &mut u64 {
        let name = path.rsplit('/').next().unwrap_or(path);
        let is_font = [".ttf", ".otf", ".ttc"].iter().any(|end| name.to_ascii_lowercase().ends_with(end));
        let device = ["/dev/dri", "/dev/nvidia", "/dev/kfd", "/dev/dxg", "/memfd:"];
        match () {
            () if path.is_empty() || path.starts_with('[') => &mut self.anonymous,
            () if executable.is_some_and(|file| file == Path::new(path)) => &mut self.executable,
            () if is_font => &mut self.fonts,
            () if device.iter().any(|start| path.starts_with(start)) => &mut self.driver,
            () if path.contains("/dri/") || DRIVER.iter().any(|start| name.starts_with(start)) => &mut self.driver,
            () if name.contains(".so") => &mut self.libraries,
            () => &mut self.files,
        }
    }
}

/// Where the memory of a program goes, bytes.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub struct MemoryReport {
    /// Which process, when.
    pub of: String,
    /// What is mapped there.
    pub mapped: Memory,
    /// Heap that came with the GPU's device: the driver's too. What the driver allocates later counts as ours.
    pub driver_heap: u64,
}

impl MemoryReport {
    /// The driver's.
    pub fn driver(&self) -> u64 {
        (self.mapped.driver + self.driver_heap).min(self.mapped.pss)
    }

    /// All the rest.
    pub fn ours(&self) -> u64 {
        self.mapped.pss - self.driver()
    }
}

/// Bytes as mebibytes.
pub fn mib(bytes: u64) -> f64 {
    bytes as f64 / f64::from(1 << 20)
}

/// What the threads of this process did so far.
#[derive(Clone, Copy, PartialEq, Debug, Default)]
pub struct Activity {
    /// Processor time, ms.
    pub cpu: f64,
    /// How often a thread went to sleep and was woken.
    pub switches: u64,
}

impl Activity {
    /// That of this process; `None` where the system does not tell.
    pub fn now() -> Option<Activity> {
        let mut activity = Activity::default();
        for task in fs::read_dir("/proc/self/task").ok()?.flatten() {
            // A thread may end in between.
            let times = fs::read_to_string(task.path().join("schedstat")).unwrap_or_default();
            let ran = times.split_whitespace().next().and_then(|ns| ns.parse::<f64>().ok());
            activity.cpu += ran.unwrap_or_default() / 1e6;
            let status = fs::read_to_string(task.path().join("status")).unwrap_or_default();
            let switches = status.lines().find_map(|line| line.strip_prefix("voluntary_ctxt_switches:"));
            activity.switches += switches.and_then(|n| n.trim().parse::<u64>().ok()).unwrap_or_default();
        }
        Some(activity)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_mapping_counts_for_what_it_is_of() {
        let maps = [
            ("/opt/a b/pellicle", 10),
            ("[heap]", 20),
            ("", 30),
            ("/usr/lib/libvulkan_lvp.so", 40),
            ("/usr/lib/libLLVM.so.19.1", 50),
            ("/usr/lib/libc.so.6", 60),
            ("/usr/share/fonts/Noto.ttf", 70),
            ("/usr/lib/locale/C.utf8", 80),
            ("/dev/dri/renderD128", 90),
        ];
        let text: String = maps
            .iter()
            .map(|(path, kb)| {
                format!("7f00-7f01 r--p 00000000 08:01 1234      {path}\nSize: 999 kB\nRss: {} kB\nPss: {kb} kB\nVmFlags: rd\n", 2 * kb)
            })
            .collect();
        let kib = 1024;
        let expected = Memory {
            pss: 450 * kib,
            rss: 900 * kib,
            executable: 10 * kib,
            anonymous: 50 * kib,
            driver: 180 * kib,
            libraries: 60 * kib,
            fonts: 70 * kib,
            files: 80 * kib,
            allocated: 0,
        };
        assert_eq!(Memory::of(&text, Some(Path::new("/opt/a b/pellicle"))), expected);
        let report = MemoryReport { of: String::new(), mapped: expected, driver_heap: 20 * kib };
        assert_eq!((report.driver(), report.ours()), (200 * kib, 250 * kib));
    }

    #[test]
    #[cfg(target_os = "linux")]
    fn this_process_has_memory_and_has_done_something() {
        let memory = Memory::now().expect("Linux tells");
        assert!(memory.executable > 0 && memory.anonymous > 0 && memory.rss >= memory.pss);
        assert!(Activity::now().expect("Linux tells").cpu > 0.0);
    }
}
