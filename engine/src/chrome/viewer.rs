//! The viewer of `previewImage`: pictures as large as the surface, one at a time. A drag to the side shows the next one, a
//! tap or the back button closes it.

use super::{ChromeAction, ChromePage, overlays};
use crate::interact::{InputEvent, Key};

/// A finger that moved less than this has tapped, logical px.
const TAP: f32 = 10.0;
/// A drag at least this long shows another picture, logical px.
const DRAG: f32 = 40.0;

/// Pictures that are looked at.
#[derive(Clone, PartialEq, Debug)]
pub struct Viewer {
    urls: Vec<String>,
    index: usize,
    /// The finger that is down and where it came down.
    finger: Option<(u32, f32, f32)>,
}

/// What an input did.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Viewed {
    /// Nothing.
    Nothing,
    /// Another picture is shown.
    Other,
    /// The viewer is to close.
    Closed,
}

impl Viewer {
    /// Pictures, beginning with `current`, or with the first if that is none of them.
    pub fn new(urls: Vec<String>, current: &str) -> Viewer {
        let index = urls.iter().position(|url| url == current).unwrap_or(0);
        Viewer { urls, index, finger: None }
    }

    /// The picture that is shown.
    pub fn shown(&self) -> &str {
        self.urls.get(self.index).map_or("", String::as_str)
    }

    /// Takes an input.
    pub fn input(&mut self, event: &InputEvent) -> Viewed {
        match *event {
            InputEvent::PointerDown { pointer, x, y, .. } if self.finger.is_none() => {
                self.finger = Some((pointer, x, y));
                Viewed::Nothing
            }
            InputEvent::PointerUp { pointer, x, y, .. } if self.finger.is_some_and(|f| f.0 == pointer) => {
                let Some((_, from_x, from_y)) = self.finger.take() else { return Viewed::Nothing };
                let (dx, dy) = (x - from_x, y - from_y);
                match (dx.hypot(dy) < TAP, dx.abs() >= DRAG && dx.abs() > dy.abs()) {
                    (true, _) => Viewed::Closed,
                    (_, true) => self.turn(dx < 0.0),
                    _ => Viewed::Nothing,
                }
            }
            InputEvent::PointerCancel { .. } => {
                self.finger = None;
                Viewed::Nothing
            }
            InputEvent::Key { key: Key::Escape | Key::Back, .. } => Viewed::Closed,
            InputEvent::Key { key: Key::Right, .. } => self.turn(true),
            InputEvent::Key { key: Key::Left, .. } => self.turn(false),
            _ => Viewed::Nothing,
        }
    }

    fn turn(&mut self, on: bool) -> Viewed {
        let index = if on { self.index + 1 } else { self.index.wrapping_sub(1) };
        if index >= self.urls.len() {
            return Viewed::Nothing;
        }
        self.index = index;
        Viewed::Other
    }
}

/// Builds the picture and its number over all else of the page; `top` is the unsafe height above, logical px.
pub(super) fn build(chrome: &mut ChromePage, viewer: &Viewer, top: f32) {
    let cover = overlays::cover(chrome, "background:#000;overflow:hidden");
    chrome.act(cover, ChromeAction::Block);
    let picture = chrome.page.element(cover, "image");
    chrome.page.style(picture, "position:absolute;left:0;top:0;width:100%;height:100%");
    chrome.page.attribute(picture, "mode", "aspectFit");
    chrome.page.attribute(picture, "src", viewer.shown());
    if viewer.urls.len() > 1 {
        let number = format!("{}/{}", viewer.index + 1, viewer.urls.len());
        let style = format!("position:absolute;left:0;top:{}px;width:100%;text-align:center;color:#fff", top + 12.0);
        chrome.label(cover, &style, &number);
    }
}
