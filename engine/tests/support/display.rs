//! A display of its own for windows, a hand in it, and what stands on it.
//!
//! Needs Xvfb, xdotool and ImageMagick's `import`; `PELLICLE_REQUIRE_GPU=1` makes their absence a failure.

use image::RgbImage;
use std::ffi::OsStr;
use std::io::{BufRead, BufReader};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// How long something may take to show.
const PATIENCE: Duration = Duration::from_secs(60);

/// A process that ends with the test.
pub struct Running(pub Child);

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

pub struct Display {
    name: String,
    _server: Running,
}

/// A display of a size, such as `500x800`; `None` if there cannot be one here.
pub fn display(size: &str) -> Option<Display> {
    let tools = [("xdotool", "version"), ("import", "-version")];
    let absent = tools.iter().find(|(tool, version)| Command::new(tool).arg(version).output().is_err());
    let started = Command::new("Xvfb")
        .args(["-displayfd", "1", "-screen", "0", &format!("{size}x24"), "-nolisten", "tcp"])
        .stdout(Stdio::piped())
        .stderr(Stdio::null())
        .spawn();
    let (Ok(server), None) = (started, absent) else {
        assert!(std::env::var_os("PELLICLE_REQUIRE_GPU").is_none(), "Xvfb, xdotool or import are missing");
        println!("not run: Xvfb, xdotool or import are missing");
        return None;
    };
    let mut server = Running(server);
    let mut number = String::new();
    BufReader::new(server.0.stdout.take().unwrap()).read_line(&mut number).unwrap();
    Some(Display { name: format!(":{}", number.trim()), _server: server })
}

impl Display {
    pub fn command(&self, program: impl AsRef<OsStr>) -> Command {
        let mut command = Command::new(program);
        command.env("DISPLAY", &self.name).env("WINIT_X11_SCALE_FACTOR", "1");
        command.env_remove("WAYLAND_DISPLAY").env_remove("WAYLAND_SOCKET");
        command
    }

    /// What a hand does.
    pub fn hand(&self, line: &[&str]) {
        assert!(self.command("xdotool").args(line).status().unwrap().success(), "{line:?}");
    }

    /// A click. A pointer that comes and clicks at once is not always seen to come.
    pub fn click(&self, (x, y): (u32, u32)) {
        self.hand(&["mousemove", &x.to_string(), &y.to_string()]);
        std::thread::sleep(Duration::from_millis(300));
        self.hand(&["click", "1"]);
    }

    pub fn screen(&self) -> RgbImage {
        let shot = self.command("import").args(["-window", "root", "png:-"]).output().unwrap();
        image::load_from_memory(&shot.stdout).unwrap().to_rgb8()
    }

    /// The screen once it shows something else than `last`, and has come to rest.
    pub fn settled(&self, last: &RgbImage) -> RgbImage {
        let mut before = last.clone();
        let rests = |now: &RgbImage| {
            let rests = now != last && *now == before;
            before.clone_from(now);
            rests
        };
        self.until("something new that stands still", rests)
    }

    /// The screen once it shows what is waited for.
    pub fn until(&self, what: &str, mut is_there: impl FnMut(&RgbImage) -> bool) -> RgbImage {
        let started = Instant::now();
        loop {
            let now = self.screen();
            if is_there(&now) {
                return now;
            }
            if started.elapsed() > PATIENCE {
                let path = std::env::temp_dir().join(format!("pellicle-display-{}.png", std::process::id()));
                let _ = now.save(&path);
                panic!("not on the screen: {what}; what was is in {}", path.display());
            }
            std::thread::sleep(Duration::from_millis(600));
        }
    }

    /// The window with this name.
    pub fn window(&self, name: &str) -> String {
        let found = self.command("xdotool").args(["search", "--onlyvisible", "--name", name]).output().unwrap();
        String::from_utf8(found.stdout).unwrap().lines().last().unwrap_or_default().to_owned()
    }
}
