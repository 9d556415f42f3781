//! The matrix: on which engines, surfaces, themes and in which languages scenarios are run, and what is a difference.
//!
//! ```json
//! {
//!   "engines": { "now": "target/release/pellicle", "before": "/opt/pellicle-0.1/pellicle" },
//!   "viewports": ["375x667", "414x896"],
//!   "scales": [1, 2],
//!   "themes": ["light", "dark"],
//!   "locales": ["zh_CN", "en"],
//!   "tolerance": 0, "pixels": 0,
//!   "runs": 5, "slower": 1.25
//! }
//! ```
//!
//! What is left out has one value: the engine that runs this, 375x667 logical px, a scale of 1, light, `zh_CN`. Pictures differ if more than
//! `pixels` pixels differ by more than `tolerance` of 255 in a channel. Each cell is run `runs` times; an engine is slower than the first one
//! if the shortest of them takes more than `slower` times as long.

use super::{MatrixError, known, member, read, wrong};
use pellicle_script::package::json::JsonFile;
use serde_json::Value;
use std::fmt;
use std::path::{Path, PathBuf};

/// The name that a matrix has beside its scenarios.
pub const USUAL_FILE: &str = "matrix.json";
/// Most cells of a matrix.
const MOST_CELLS: usize = 10_000;

/// An engine.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Engine {
    /// What it is called.
    pub name: String,
    /// Its executable.
    pub path: PathBuf,
}

/// What a scenario is shown on, whatever engine shows it.
#[derive(Clone, PartialEq, Debug)]
pub struct Surface {
    /// Size of the page area, logical px.
    pub viewport: (u32, u32),
    /// Device px per logical px.
    pub scale: f64,
    /// Dark mode.
    pub dark: bool,
    /// The user's language.
    pub locale: String,
}

impl fmt::Display for Surface {
    /// As it stands in names of files.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Surface { viewport: (width, height), scale, dark, locale } = self;
        write!(f, "{width}x{height}@{scale}-{}-{locale}", if *dark { "dark" } else { "light" })
    }
}

/// A matrix.
#[derive(Clone, PartialEq, Debug)]
pub struct Plan {
    /// The engines; the first one is what the others are compared with.
    pub engines: Vec<Engine>,
    /// All surfaces.
    pub surfaces: Vec<Surface>,
    /// How far a channel may be off, of 255.
    pub tolerance: u8,
    /// How many pixels may be off further.
    pub pixels: u64,
    /// How often a cell is run.
    pub runs: u32,
    /// From this ratio of times on an engine is slower.
    pub slower: f64,
}

/// A list whose items all fit, and of which there is one at least.
fn list<T>(
    file: &JsonFile,
    name: &str,
    wanted: &str,
    fits: impl Fn(&Value) -> Option<T>,
) -> Result<Option<Vec<T>>, MatrixError> {
    let items = member(file, name, "a list", |value| value.as_array().cloned())?;
    let Some(items) = items else { return Ok(None) };
    if items.is_empty() {
        return Err(wrong(file, &format!("/{name}"), "there is nothing in this list"));
    }
    let item = |(at, value): (usize, &Value)| {
        fits(value).ok_or_else(|| wrong(file, &format!("/{name}/{at}"), &format!("this is to be {wanted}")))
    };
    items.iter().enumerate().map(item).collect::<Result<Vec<T>, _>>().map(Some)
}

fn size(value: &Value) -> Option<(u32, u32)> {
    let (width, height) = value.as_str()?.split_once('x')?;
    let side = |text: &str| text.parse().ok().filter(|side| (1..=8192).contains(side));
    Some((side(width)?, side(height)?))
}

/// A language tag, which is a part of the names of files.
fn tag(value: &Value) -> Option<String> {
    let plain =
        |text: &&str| !text.is_empty() && text.chars().all(|c| c.is_ascii_alphanumeric() || c == '_' || c == '-');
    value.as_str().filter(plain).map(str::to_owned)
}

impl Plan {
    /// One cell, on this engine.
    pub fn single(engine: PathBuf) -> Plan {
        let usual = Surface { viewport: (375, 667), scale: 1.0, dark: false, locale: "zh_CN".to_owned() };
        let engines = vec![Engine { name: "this".to_owned(), path: engine }];
        Plan { engines, surfaces: vec![usual], tolerance: 0, pixels: 0, runs: 1, slower: 1.25 }
    }

    /// Reads a matrix. Paths of engines are relative to its folder; a name alone is looked for where commands are.
    ///
    /// # Errors
    /// [`MatrixError`] if it is none.
    pub fn read(path: &Path, engine: PathBuf) -> Result<Plan, MatrixError> {
        let file = read(path)?;
        let names = ["engines", "viewports", "scales", "themes", "locales", "tolerance", "pixels", "runs", "slower"];
        known(&file, &names)?;
        let single = Plan::single(engine);
        let folder = path.parent().unwrap_or(Path::new(""));
        let engines = |value: &Value| {
            let engine = |(name, path): (&String, &Value)| {
                let text = path.as_str().filter(|path| !path.is_empty())?;
                let is_command = Path::new(text).components().count() == 1 && !text.starts_with('.');
                let path = if is_command { PathBuf::from(text) } else { folder.join(text) };
                let name = tag(&Value::String(name.clone()))?;
                Some(Engine { name, path })
            };
            value.as_object()?.iter().map(engine).collect::<Option<Vec<Engine>>>().filter(|all| !all.is_empty())
        };
        let wanted = "an object of names, of letters, digits, - and _, with the paths of engines";
        let engines = member(&file, "engines", wanted, engines)?.unwrap_or(single.engines);
        let usual = &single.surfaces[0];
        let viewports = list(&file, "viewports", "a size such as 375x667", size)?.unwrap_or(vec![usual.viewport]);
        let scale = |value: &Value| value.as_f64().filter(|scale| (0.5..=8.0).contains(scale));
        let scales = list(&file, "scales", "a number from 0.5 to 8", scale)?.unwrap_or(vec![usual.scale]);
        let theme = |value: &Value| match value.as_str()? {
            "light" => Some(false),
            "dark" => Some(true),
            _ => None,
        };
        let themes = list(&file, "themes", "light or dark", theme)?.unwrap_or(vec![usual.dark]);
        let locales = list(&file, "locales", "a language such as zh_CN or en", tag)?;
        let locales = locales.unwrap_or(vec![usual.locale.clone()]);
        let cells = [viewports.len(), scales.len(), themes.len(), locales.len(), engines.len()];
        if cells.iter().try_fold(1usize, |all, of| all.checked_mul(*of)).is_none_or(|cells| cells > MOST_CELLS) {
            return Err(wrong(&file, "", &format!("these are more than {MOST_CELLS} cells")));
        }
        let mut surfaces: Vec<Surface> = Vec::new();
        for &viewport in &viewports {
            for &scale in &scales {
                for &dark in &themes {
                    for locale in &locales {
                        let surface = Surface { viewport, scale, dark, locale: locale.clone() };
                        // What stands there twice is run once.
                        if !surfaces.contains(&surface) {
                            surfaces.push(surface);
                        }
                    }
                }
            }
        }
        let channel = |value: &Value| u8::try_from(value.as_u64()?).ok();
        let runs = |value: &Value| value.as_u64().filter(|runs| (1..=1000).contains(runs)).map(|runs| runs as u32);
        let ratio = |value: &Value| value.as_f64().filter(|ratio| *ratio >= 1.0);
        Ok(Plan {
            engines,
            surfaces,
            tolerance: member(&file, "tolerance", "a number from 0 to 255", channel)?.unwrap_or(0),
            pixels: member(&file, "pixels", "a number of pixels", Value::as_u64)?.unwrap_or(0),
            runs: member(&file, "runs", "a number from 1 to 1000", runs)?.unwrap_or(single.runs),
            slower: member(&file, "slower", "a ratio from 1 on", ratio)?.unwrap_or(single.slower),
        })
    }
}
