//! Ten programs of others, clicked through in a window.
//!
//! A hand taps where the same program without a window has its elements, and both go to the same pages. Needs
//! `PELLICLE_PROGRAMS`, the folder with their sources. The pictures are left in the folder for temporary files of tests.

use super::live::Live;
use super::{Display, Running};
use image::RgbImage;
use serde_json::Value;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

/// What a hand does to come to a page.
#[derive(Clone, Copy)]
enum Hand {
    /// Taps an element.
    Tap(&'static str),
    /// Taps an element that leads nowhere else.
    Press(&'static str),
    /// Turns the wheel until the page is at its end, and taps an element there.
    Below(&'static str),
    /// Taps a place beside the middle of an element: what has moved is not where its box is.
    Beside(&'static str, f32, f32),
    /// Taps a tab, by its number of so many.
    Tab(u32, u32),
    /// Taps the arrow of the navigation bar.
    Back,
}

/// A way through a program: its id, the page that it begins with, steps with the page that each leads to, and what it is
/// known to complain about, with parts of the texts.
struct Walk {
    id: &'static str,
    first: &'static str,
    steps: &'static [(Hand, &'static str)],
    known: &'static [&'static str],
    /// Pages that have nothing to show yet.
    empty: &'static [&'static str],
}

use Hand::{Back, Below, Beside, Press, Tab, Tap};

/// Keys that programs write with braces, which are told.
const KEYS: &str = "`wx:key` is the name of a field";

/// A desktop does not know where it is.
const NOWHERE: &str = "getLocation:fail";

/// Pictures of the network, which may not be there, and of files that are not.
const FAR: &str = "cannot be shown";

/// Servers without TLS, which nobody reaches unless the user lets him.
const PLAIN: &str = "is not encrypted";

const WALKS: [Walk; 10] = [
    Walk {
        id: "D01-calculator",
        first: "pages/index/index",
        steps: &[
            (Tap("button"), "pages/calc/calc"),
            (Press("text=7"), "pages/calc/calc"),
            (Press("text=＋"), "pages/calc/calc"),
            (Press("text=8"), "pages/calc/calc"),
            (Press("text=＝"), "pages/calc/calc"),
            (Tap("view.iconBtn"), "pages/history/history"),
            (Back, "pages/calc/calc"),
            (Back, "pages/index/index"),
            (Tap("view.userinfo"), "pages/logs/logs"),
        ],
        known: &[],
        empty: &[],
    },
    Walk {
        id: "D02-2048",
        first: "pages/index/index",
        steps: &[
            (Tap("button"), "pages/2048/2048"),
            (Back, "pages/index/index"),
            (Tab(1, 2), "pages/logs/logs"),
            (Tab(0, 2), "pages/index/index"),
        ],
        known: &[],
        empty: &[],
    },
    Walk {
        id: "D03-todos",
        first: "pages/index/index",
        steps: &[(Tab(1, 2), "pages/logs/logs"), (Tab(0, 2), "pages/index/index")],
        known: &[KEYS],
        empty: &["pages/logs/logs"],
    },
    Walk {
        id: "D04-diary",
        first: "pages/list/list",
        steps: &[
            (Tap(".item-container@0"), "pages/entry/entry"),
            (Back, "pages/list/list"),
            (Tab(1, 2), "pages/mine/mine"),
            (Press("image.add"), "pages/mine/mine"),
            (Tap("text=确定"), "pages/new/new"),
        ],
        known: &[FAR, "is not a value of `color`"],
        empty: &["pages/new/new"],
    },
    Walk {
        id: "D05-weather",
        first: "pages/index/index",
        steps: &[
            (Tap("view.val"), "pages/citychoose/citychoose"),
            (Tap("view.action"), "pages/index/index"),
            // The menu unfolds around its button.
            (Press("image.main"), "pages/index/index"),
            (Beside("image.main", 0.0, 60.0), "pages/about/about"),
            (Tap("view.action"), "pages/index/index"),
            (Press("image.main"), "pages/index/index"),
            (Beside("image.main", -56.0, -30.0), "pages/setting/setting"),
            (Below("text=查看系统信息"), "pages/systeminfo/systeminfo"),
        ],
        known: &[NOWHERE, FAR, "is not a value of"],
        empty: &[],
    },
    Walk {
        id: "D06-calendar",
        first: "pages/index/index",
        steps: &[
            (Tap("navigator@0"), "pages/calendarV2/index"),
            (Back, "pages/index/index"),
            (Tap("navigator@1"), "pages/calendarComponent/index"),
            (Back, "pages/index/index"),
            (Tap("navigator@2"), "pages/calendarTemplate/index"),
            (Back, "pages/index/index"),
            (Tap("navigator@3"), "pages/datepickerTemplate/index"),
        ],
        known: &[KEYS],
        empty: &[],
    },
    Walk {
        id: "D07-zhihu",
        first: "pages/index/index",
        steps: &[
            (Tap(".question@0"), "pages/question/question"),
            (Tap(".answer-body@0"), "pages/answer/answer"),
            (Back, "pages/question/question"),
            (Back, "pages/index/index"),
            (Tab(1, 5), "pages/discovery/discovery"),
            (Tab(2, 5), "pages/notify/notify"),
            (Tab(3, 5), "pages/chat/chat"),
            (Tab(4, 5), "pages/more/more"),
        ],
        known: &[KEYS, "`<a>` is no", "`data-idx` has no effect", "is not a value of `font-weight`", "`text-space`"],
        empty: &[],
    },
    Walk {
        id: "D08-hotel",
        first: "pages/homePage/homePage",
        steps: &[
            (Tap("text.city"), "pages/select_city/select_city"),
            (Back, "pages/homePage/homePage"),
            (Tap(".commonBtn"), "pages/searchHotel/searchHotel"),
            (Tap("navigator.hotelListItem@0"), "pages/hotelDetail/hotelDetail"),
            (Back, "pages/searchHotel/searchHotel"),
            (Tap(".filterMenu"), "pages/hotelFilter/hotelFilter"),
            (Back, "pages/homePage/homePage"),
            (Tab(1, 2), "pages/minePage/minePage"),
            (Tap(".userTitle"), "pages/login/login"),
        ],
        known: &[
            KEYS,
            "have the same `wx:key`",
            "is not a value of `vertical-align`",
            "`bindconfirm` is written twice",
        ],
        empty: &[],
    },
    Walk {
        id: "D09-mall",
        first: "page/component/index",
        steps: &[
            (Tap("navigator@0"), "page/component/search/search"),
            (Back, "page/component/index"),
            (Tap("navigator@1"), "page/component/list/list"),
            (Tap("navigator@0"), "page/component/details/details"),
            (Back, "page/component/list/list"),
            (Back, "page/component/index"),
            (Tab(1, 4), "page/component/category/category"),
            (Tab(2, 4), "page/component/cart/cart"),
            (Tap(".order-icon"), "page/component/orders/orders"),
            (Back, "page/component/cart/cart"),
            (Tab(3, 4), "page/component/user/user"),
            (Tap("navigator@0"), "page/component/address/address"),
        ],
        known: &[KEYS, PLAIN, "a length needs a unit"],
        empty: &[],
    },
    Walk {
        id: "D10-habits",
        first: "pages/index/index",
        steps: &[
            (Tab(1, 5), "pages/habits/habits"),
            (Tab(2, 5), "pages/analytics/analytics"),
            (Tab(3, 5), "pages/community/community"),
            (Tap(".icon-btn@0"), "pages/community/search/search"),
            (Back, "pages/community/community"),
            (Tab(4, 5), "pages/profile/profile"),
            (Below("button.settings-btn"), "pages/profile/settings/settings"),
            (Below("text=关于我们"), "pages/profile/about/about"),
            (Below("text=用户协议"), "pages/profile/agreement/agreement"),
        ],
        known: &["are not installed", "no font has", "there is no canvas", FAR, PLAIN],
        empty: &[],
    },
];

/// A program in a window.
struct Shown<'a> {
    display: &'a Display,
    process: Running,
    log: PathBuf,
    said: Arc<Mutex<Vec<String>>>,
    routes: usize,
}

impl Shown<'_> {
    fn open<'a>(display: &'a Display, root: &Path, size: (f32, f32), folder: &Path) -> Shown<'a> {
        let log = folder.join("log");
        let mut command = display.command(env!("CARGO_BIN_EXE_pellicle"));
        command.arg("run").arg(root).args(["--renderer", "cpu", "--viewport", &format!("{}x{}", size.0, size.1)]);
        command.arg("--permissions").arg(folder.join("policy.json"));
        command.arg("--log").arg(&log).env("XDG_DATA_HOME", folder).stderr(Stdio::piped());
        let mut process = Running(command.spawn().unwrap());
        let said = Arc::new(Mutex::new(Vec::new()));
        let (lines, kept) = (BufReader::new(process.0.stderr.take().unwrap()).lines(), said.clone());
        std::thread::spawn(move || lines.map_while(Result::ok).for_each(|line| kept.lock().unwrap().push(line)));
        Shown { display, process, log, said, routes: 0 }
    }

    /// Waits for the next page; gives its path.
    fn page(&mut self) -> String {
        let started = Instant::now();
        while started.elapsed() < Duration::from_secs(20) {
            let text = std::fs::read_to_string(&self.log).unwrap_or_default();
            let lines = text.lines().filter_map(|line| serde_json::from_str::<Value>(line).ok());
            let routes: Vec<Value> = lines.filter(|line| line["kind"] == "route").collect();
            if let Some(route) = routes.get(self.routes) {
                self.routes += 1;
                return route["path"].as_str().unwrap_or_default().to_owned();
            }
            assert!(self.process.0.try_wait().unwrap().is_none(), "{:?}", self.said.lock().unwrap());
            std::thread::sleep(Duration::from_millis(20));
        }
        panic!("nothing was opened: {:?}", self.said.lock().unwrap());
    }

    /// The window when it has come to rest, or what it shows after a while: some pages move for ever.
    fn picture(&self, (width, height): (f32, f32)) -> RgbImage {
        let look = || self.display.part(width as u32, height as u32);
        let (mut last, mut rests) = (look(), 0);
        for _ in 0..20 {
            std::thread::sleep(Duration::from_millis(50));
            let now = look();
            rests = if now == last { rests + 1 } else { 0 };
            last = now;
            if rests == 3 {
                break;
            }
        }
        last
    }

    fn click(&self, (x, y): (f32, f32), button: &[&str]) {
        let mut command = self.display.command("xdotool");
        command.args(["mousemove", &x.round().to_string(), &y.round().to_string(), "click"]).args(button);
        assert!(command.status().unwrap().success(), "{x} {y} {button:?}");
    }
}

/// Does the same without and in the window; gives the page that the former came to.
fn act(live: &mut Live, shown: &Shown, hand: Hand) -> String {
    let size = live.driver().app.viewport();
    let at = match hand {
        Tap(selector) | Press(selector) => live.middle(selector),
        Beside(selector, x, y) => {
            let middle = live.middle(selector);
            (middle.0 + x, middle.1 + y)
        }
        Below(selector) => {
            let middle = (size.width / 2.0, size.height / 2.0);
            live.wheel(middle, 5000.0);
            shown.click(middle, &["--repeat", "12", "5"]);
            std::thread::sleep(Duration::from_millis(300));
            live.middle(selector)
        }
        Tab(index, count) => ((index as f32 + 0.5) * size.width / count as f32, size.height - 25.0),
        Back => (22.0, 42.0),
    };
    live.tap_at(at);
    live.wait(700.0);
    shown.click(at, &["1"]);
    live.page()
}

#[test]
fn ten_programs_are_clicked_through() {
    let Some(programs) = std::env::var_os("PELLICLE_PROGRAMS").map(PathBuf::from) else {
        println!("not run: PELLICLE_PROGRAMS is not set");
        return;
    };
    let Some(display) = super::display() else { return };
    let pictures = Path::new(env!("CARGO_TARGET_TMPDIR")).join("programs");
    std::fs::create_dir_all(&pictures).unwrap();
    let only = std::env::var("ONLY").unwrap_or_default();
    let mut wrong = Vec::new();
    for walk in WALKS.iter().filter(|walk| walk.id.contains(&only)) {
        let root = programs.join(walk.id);
        if !root.join(format!("{}.wxml", walk.first)).is_file() {
            println!("{}: not run, its pages are not there", walk.id);
            continue;
        }
        let started = Instant::now();
        let folder = tempfile::tempdir().unwrap();
        // Who is asked covers what is tapped.
        let policy = folder.path().join("policy.json");
        std::fs::write(&policy, r#"{ "default": "grant" }"#).unwrap();
        let mut live = Live::open_at(&root, &["--permissions", policy.to_str().unwrap()]);
        live.wait(1000.0);
        let size = live.driver().app.viewport();
        let size = (size.width, size.height);
        let mut shown = Shown::open(&display, &root, size, folder.path());
        assert_eq!((shown.page().as_str(), live.page().as_str()), (walk.first, walk.first), "{}", walk.id);
        let mut at = 0;
        let mut look = |shown: &Shown, page: &str| {
            let mut inked = 0;
            // What is asked for in `onLoad` may come later.
            for _ in 0..8 {
                let picture = shown.picture(size);
                picture.save(pictures.join(format!("{}-{at:02}.png", walk.id))).unwrap();
                // Below the bars something is on the page.
                let ground = *picture.get_pixel(2, 200);
                let page_rows = picture.enumerate_pixels().filter(|(_, y, _)| (70..size.1 as u32 - 60).contains(y));
                inked = page_rows.filter(|(.., pixel)| **pixel != ground).count();
                if inked >= 150 || walk.empty.contains(&page) {
                    break;
                }
            }
            at += 1;
            (inked < 150 && !walk.empty.contains(&page))
                .then(|| format!("{} {page}: the page is empty ({inked})", walk.id))
        };
        wrong.extend(look(&shown, walk.first));
        for &(hand, page) in walk.steps {
            println!("{} -> {page}", walk.id);
            assert_eq!(act(&mut live, &shown, hand), page, "{}, without a window", walk.id);
            if !matches!(hand, Press(_)) {
                assert_eq!(shown.page(), page, "{}", walk.id);
            }
            wrong.extend(look(&shown, page));
        }
        let said = shown.said.lock().unwrap().clone();
        let complaints = said.iter().filter(|line| !line.starts_with(' '));
        let unexpected = complaints.filter(|line| !walk.known.iter().any(|known| line.contains(known)));
        wrong.extend(unexpected.map(|line| format!("{}: {line}", walk.id)));
        println!("{}: {} pages in {:?}", walk.id, walk.steps.len() + 1, started.elapsed());
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}
