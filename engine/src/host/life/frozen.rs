//! What is kept of a mini-program that is ended: its page stack, with what script, fingers and keys left in the pages.
//!
//! The bytes are a line with name, version and BLAKE3 hash, and JSON behind it. They are nobody's word: a program that
//! has its host's files in its hands gets an error out of them at worst, which stands for a start without them.

use pellicle_script::bridge::message::{LaunchOptions, Restart, RestoredPage};
use serde::{Deserialize, Serialize};
use std::fmt::Write;

/// What the bytes begin with.
const NAME: &str = "pellicle-frozen";
/// The form that this build writes and reads.
const VERSION: u32 = 3;

/// Most bytes of all.
pub const MOST_BYTES: usize = 8 << 20;
/// Most pages.
const MOST_PAGES: usize = 64;
/// Most scroll offsets, and most fields, of one page.
pub(super) const MOST_ENTRIES: usize = 4096;
/// Most levels between a page and an element.
pub(super) const MOST_LEVELS: usize = 512;
/// Longest text of a field, bytes.
pub(super) const MOST_TEXT: usize = 1 << 20;

/// Why bytes are no frozen program.
#[derive(Debug, thiserror::Error)]
pub enum FrozenError {
    /// They are too many.
    #[error("a frozen program of {0} bytes is too large (at most {MOST_BYTES})")]
    TooLarge(usize),
    /// They are something else.
    #[error("this is no frozen program: {0}")]
    Foreign(&'static str),
    /// Another build wrote them.
    #[error("a frozen program of version {0} cannot be read (only {VERSION})")]
    Version(u32),
    /// They were changed or cut off.
    #[error("the frozen program is damaged: its hash does not fit")]
    Damaged,
    /// They do not say what they should.
    #[error("the frozen program cannot be understood: {0}")]
    Malformed(#[from] serde_json::Error),
    /// They say what cannot be.
    #[error("the frozen program cannot be: {0}")]
    Invalid(&'static str),
    /// It is another mini-program's.
    #[error("this is what was kept of the mini-program \"{0}\"")]
    OtherProgram(String),
    /// The file cannot be read or written.
    #[error("the file of the frozen program: {0}")]
    File(#[from] std::io::Error),
}

/// What is kept of a mini-program.
#[derive(Clone, PartialEq, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Frozen {
    /// Its `appid`, empty for none.
    pub app: String,
    /// Its page stack, the lowest first.
    pub pages: Vec<FrozenPage>,
    /// What the page on top says of a start without a path.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub restart: Option<Restart>,
}

/// What is kept of a page.
#[derive(Clone, PartialEq, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct FrozenPage {
    /// How it is opened.
    pub page: RestoredPage,
    /// Containers that are not at their start; the page itself has an empty path.
    pub scrolls: Vec<FrozenScroll>,
    /// Form controls as their user left them.
    pub controls: Vec<FrozenControl>,
}

/// How far a container is scrolled.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct FrozenScroll {
    /// Which.
    pub at: Place,
    /// To the left, logical px.
    pub x: f32,
    /// Up, logical px.
    pub y: f32,
}

/// A form control.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct FrozenControl {
    /// Which.
    pub at: Place,
    /// What it shows.
    pub state: ControlState,
}

/// What a form control shows.
#[derive(Clone, PartialEq, Debug, Deserialize, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ControlState {
    /// A text field's text.
    Text(String),
    /// A check box, radio or switch is on.
    Checked(bool),
    /// A slider's value.
    Value(f64),
    /// A swiper's item.
    Item(usize),
    /// The value of a picker, or the rows of a `picker-view`, as JSON.
    Picked(String),
    /// Where a movable view stands, as script counts it, and its scale.
    Moved {
        /// From the left, logical px.
        x: f32,
        /// From the top, logical px.
        y: f32,
        /// Its scale.
        scale: f32,
    },
}

/// An element of a page.
#[derive(Clone, PartialEq, Debug, Default, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub struct Place {
    /// Its index among its parent's children, that one's, ..., from the page's root down.
    pub path: Vec<u32>,
    /// Its tag.
    pub tag: String,
    /// Its `id`, empty for none.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub id: String,
}

impl Frozen {
    /// The bytes that [`Frozen::from_bytes`] understands.
    ///
    /// # Errors
    /// [`FrozenError::TooLarge`] if they are too many to be read again; [`FrozenError::Invalid`] if there are too many
    /// pages, or figures that are none.
    pub fn to_bytes(&self) -> Result<Vec<u8>, FrozenError> {
        self.check()?;
        let body = serde_json::to_vec(self)?;
        let mut bytes = head(VERSION, &body).into_bytes();
        bytes.extend_from_slice(&body);
        if bytes.len() > MOST_BYTES {
            return Err(FrozenError::TooLarge(bytes.len()));
        }
        Ok(bytes)
    }

    /// Reads what [`Frozen::to_bytes`] wrote.
    ///
    /// # Errors
    /// [`FrozenError`] that says what is wrong with them.
    pub fn from_bytes(bytes: &[u8]) -> Result<Frozen, FrozenError> {
        if bytes.len() > MOST_BYTES {
            return Err(FrozenError::TooLarge(bytes.len()));
        }
        let end =
            bytes.iter().take(256).position(|&byte| byte == b'\n').ok_or(FrozenError::Foreign("no first line"))?;
        let (line, body) = (&bytes[..end], &bytes[end + 1..]);
        let line = std::str::from_utf8(line).map_err(|_| FrozenError::Foreign("its first line is no text"))?;
        let version = line.split(' ').nth(1).filter(|_| line.starts_with(NAME));
        let version = version.and_then(|text| text.parse().ok()).ok_or(FrozenError::Foreign("another first line"))?;
        if version != VERSION {
            return Err(FrozenError::Version(version));
        }
        if bytes[..=end] != *head(version, body).as_bytes() {
            return Err(FrozenError::Damaged);
        }
        let frozen: Frozen = serde_json::from_slice(body)?;
        frozen.check()?;
        Ok(frozen)
    }

    fn check(&self) -> Result<(), FrozenError> {
        let all = |fits: bool, what| if fits { Ok(()) } else { Err(FrozenError::Invalid(what)) };
        all(self.pages.len() <= MOST_PAGES, "too many pages")?;
        all(self.restart.is_none_or(|restart| restart.left.is_finite()), "a time that is none")?;
        for page in &self.pages {
            all(page.scrolls.len() <= MOST_ENTRIES && page.controls.len() <= MOST_ENTRIES, "too many elements")?;
            all(page.page.exit.as_ref().is_none_or(|exit| exit.expires.is_finite()), "a time that is none")?;
            let places = page.scrolls.iter().map(|s| &s.at).chain(page.controls.iter().map(|c| &c.at));
            all(places.clone().all(|place| place.path.len() <= MOST_LEVELS), "an element too far down")?;
            all(page.scrolls.iter().all(|s| s.x.is_finite() && s.y.is_finite()), "an offset that is none")?;
            let sound = |control: &FrozenControl| match &control.state {
                ControlState::Text(text) | ControlState::Picked(text) => text.len() <= MOST_TEXT,
                ControlState::Moved { x, y, scale } => [x, y, scale].into_iter().all(|value| value.is_finite()),
                ControlState::Value(value) => value.is_finite(),
                ControlState::Checked(_) | ControlState::Item(_) => true,
            };
            all(page.controls.iter().all(sound), "a value that is none")?;
        }
        Ok(())
    }

    /// The options of a start that opens its pages again, from those of a start without it.
    pub fn launch(&self, mut options: LaunchOptions) -> LaunchOptions {
        options.restore = self.pages.iter().map(|page| page.page.clone()).collect();
        options.restart = self.restart.map(Box::new);
        if self.restart.is_some() {
            return options;
        }
        if let Some(first) = options.restore.first().filter(|_| options.path.is_empty()) {
            (options.path, options.query) = (first.path.clone(), first.query.clone());
        }
        options
    }
}

impl Frozen {
    /// What is kept of a program that its user has closed: what a page's `restartStrategy` asks for, else nothing. What the
    /// user did in the pages is none of it.
    #[must_use]
    pub fn closed(mut self) -> Option<Frozen> {
        self.restart?;
        for page in &mut self.pages {
            page.scrolls.clear();
            page.controls.clear();
        }
        (!self.pages.is_empty()).then_some(self)
    }
}

fn head(version: u32, body: &[u8]) -> String {
    let mut line = format!("{NAME} {version} ");
    // Writing into a string does not fail.
    let _ = writeln!(line, "{}", blake3::hash(body).to_hex());
    line
}

#[cfg(test)]
mod tests {
    use super::*;
    use pellicle_script::bridge::message::RestartStrategy;
    use serde_json::json;

    fn sample() -> Frozen {
        let exit = pellicle_script::bridge::message::ExitState { data: json!({ "a": [1, null] }), expires: 5.0 };
        let page =
            RestoredPage { path: "a".into(), query: vec![("x".into(), "1".into())], exit: Some(exit), data: None };
        let at = Place { path: vec![0, 3], tag: "input".into(), id: "name".into() };
        Frozen {
            app: "wx1".into(),
            restart: None,
            pages: vec![FrozenPage {
                page,
                scrolls: vec![FrozenScroll { at: Place::default(), x: 0.0, y: 12.5 }],
                controls: vec![
                    FrozenControl { at: at.clone(), state: ControlState::Text("né".into()) },
                    FrozenControl { at: at.clone(), state: ControlState::Checked(true) },
                    FrozenControl { at: at.clone(), state: ControlState::Value(0.5) },
                    FrozenControl { at: at.clone(), state: ControlState::Item(2) },
                    FrozenControl { at: at.clone(), state: ControlState::Picked("[1]".into()) },
                    FrozenControl { at, state: ControlState::Moved { x: 1.5, y: -2.0, scale: 1.0 } },
                ],
            }],
        }
    }

    #[test]
    fn what_is_written_is_read() {
        let frozen = sample();
        assert_eq!(Frozen::from_bytes(&frozen.to_bytes().unwrap()).unwrap(), frozen);
    }

    #[test]
    fn every_changed_byte_and_every_cut_is_an_error() {
        let bytes = sample().to_bytes().unwrap();
        for at in 0..bytes.len() {
            let mut changed = bytes.clone();
            changed[at] ^= 1;
            assert!(Frozen::from_bytes(&changed).is_err(), "byte {at}");
            assert!(Frozen::from_bytes(&bytes[..at]).is_err(), "cut at {at}");
        }
    }

    #[test]
    fn what_cannot_be_is_an_error_though_its_hash_fits() {
        let sealed = |body: &str| [head(VERSION, body.as_bytes()).as_bytes(), body.as_bytes()].concat();
        let deep = format!(r#"{{"app":"","pages":{}"#, "[".repeat(100_000));
        assert!(matches!(Frozen::from_bytes(&sealed(&deep)), Err(FrozenError::Malformed(_))));
        let unknown = r#"{"app":"","pages":[],"more":1}"#;
        assert!(matches!(Frozen::from_bytes(&sealed(unknown)), Err(FrozenError::Malformed(_))));
        let mut many = sample();
        many.pages = vec![many.pages[0].clone(); MOST_PAGES + 1];
        let body = serde_json::to_string(&many).unwrap();
        assert!(matches!(Frozen::from_bytes(&sealed(&body)), Err(FrozenError::Invalid(_))));
        assert!(matches!(many.to_bytes(), Err(FrozenError::Invalid(_))));
        let later = head(VERSION + 1, b"{}") + "{}";
        assert!(matches!(Frozen::from_bytes(later.as_bytes()), Err(FrozenError::Version(4))));
        assert!(matches!(Frozen::from_bytes(&vec![b'x'; MOST_BYTES + 1]), Err(FrozenError::TooLarge(_))));
        assert!(matches!(Frozen::from_bytes(b"{}\n"), Err(FrozenError::Foreign(_))));
    }

    #[test]
    fn a_start_with_it_leads_to_its_pages() {
        let options = sample().launch(LaunchOptions { scene: 1001, ..LaunchOptions::default() });
        assert_eq!((options.path.as_str(), options.restore.len(), options.scene), ("a", 1, 1001));
        assert_eq!(options.query, [("x".to_owned(), "1".to_owned())]);
        // Where that leads to, script knows.
        let restart = Some(Restart { strategy: RestartStrategy::HomePage, left: 1.0 });
        let kept = Frozen { restart, ..sample() };
        assert_eq!(Frozen::from_bytes(&kept.to_bytes().unwrap()).unwrap(), kept);
        let options = kept.launch(LaunchOptions::default());
        assert_eq!(
            (options.path.as_str(), options.restore.len(), options.restart.as_deref()),
            ("", 1, restart.as_ref())
        );
        assert!(kept.closed().unwrap().pages[0].controls.is_empty() && sample().closed().is_none());
    }
}
