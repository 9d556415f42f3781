//! Natural sizes of pictures.
//!
//! Sizes of files and `data:` URLs are read from their headers at once, so that a page's first layout has them;
//! decoding is somebody else's and takes its time. A picture of the network has its size when it has come.

use crate::images::{DecodeError, ImageId, ImageStore, Natural, decode, svg};
use crate::package::densities;
use crate::package::sources::{SourceKind, resolve_picture};
use base64::Engine as _;
use pellicle_layout::document::{Dirty, Document, NodeId};
use pellicle_layout::flow::ReplacedSizes;
use pellicle_script::package::PackageSource;
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// Bytes of sizes that are remembered with their addresses; a `data:` URL is as long as its picture.
const KNOWN_BYTES: usize = 1 << 20;
/// Time in which a picture fades in, ms.
const FADE: f64 = 300.0;
/// How much shows of a picture that is to fade in: it is to be decoded, which nothing is that cannot be seen.
const AWAITED: f32 = 0.004;
/// Bytes that an address takes beside its text.
const ENTRY_BYTES: usize = 64;

/// Natural size of a picture that has come, px, or why it has not.
pub type PictureOutcome = Result<(u32, u32), DecodeError>;

/// Natural sizes by element.
#[derive(Default)]
pub struct Pictures {
    sizes: FxHashMap<NodeId, (f32, f32)>,
    /// Addresses as the image store knows them: files begin with a slash.
    urls: FxHashMap<NodeId, Arc<str>>,
    /// Elements whose picture the store was asked for.
    asked: FxHashMap<NodeId, ImageId>,
    /// Elements whose source was set since pictures were asked for.
    new: Vec<NodeId>,
    /// Elements with `lazy-load` whose picture is not asked for before they come near.
    put_off: FxHashSet<NodeId>,
    /// Elements that asked for a picture that had not come. Some may show another by now, or be gone.
    waiting: FxHashMap<ImageId, Vec<NodeId>>,
    /// Elements that have not been told what became of their picture.
    untold: FxHashSet<NodeId>,
    /// Those of them for which there is something to tell.
    due: Vec<NodeId>,
    /// Elements with `fade-in` whose picture was not there when it was asked for.
    awaited: FxHashSet<NodeId>,
    /// When the pictures of others of them came, ms.
    fading: FxHashMap<NodeId, f64>,
    /// Sizes of files and `data:` URLs by path or URL.
    known: FxHashMap<Arc<str>, Option<(f32, f32)>>,
    /// Bytes of what is known.
    known_bytes: usize,
}

impl ReplacedSizes for Pictures {
    fn natural_size(&self, node: NodeId) -> Option<(f32, f32)> {
        self.sizes.get(&node).copied()
    }
}

impl Pictures {
    /// The source of an image element changed; `owner` is the file that its markup stands in, `scale` what pictures of several
    /// densities are chosen for.
    pub fn set_source(
        &mut self,
        package: &dyn PackageSource,
        document: &mut Document,
        node: NodeId,
        owner: &str,
        scale: f32,
    ) {
        let source = document.attribute(node, "src").map(|v| v.to_text()).unwrap_or_default();
        let (size, url) = match resolve_picture(package, owner, &source) {
            (SourceKind::Local, Some(path)) => {
                let size = self.size_of(&path, || {
                    let (file, density) = densities::pick(package, &path, scale)?;
                    let (width, height) = natural_size(&package.read(&file)?)?;
                    let side = |px: f32| if density == 1 { px } else { (px / density as f32).ceil() };
                    Some((side(width), side(height)))
                });
                (size, Some(Arc::from(format!("/{path}"))))
            }
            (SourceKind::Data, _) => (self.size_of(&source, || natural_size(&data_url(&source)?)), Some(source)),
            (SourceKind::Net, _) => {
                let secure = document.attribute(node, "forceHttps").is_some_and(|v| v.is_on());
                (None, Some(if secure { over_tls(source) } else { source }))
            }
            (SourceKind::Missing, _) => (None, Some(Arc::from(format!("/{}", source.trim_start_matches('/'))))),
            _ => (None, None),
        };
        match url {
            Some(url) => {
                self.urls.insert(node, url);
                self.untold.insert(node);
                self.new.push(node);
            }
            None => {
                self.urls.remove(&node);
                self.untold.remove(&node);
            }
        }
        self.asked.remove(&node);
        self.put_off.remove(&node);
        self.awaited.remove(&node);
        self.fading.remove(&node);
        self.set_size(document, node, size);
    }

    /// The size of an element's picture is known now, or is not any more.
    pub fn set_size(&mut self, document: &mut Document, node: NodeId, size: Option<(f32, f32)>) {
        let old = match size {
            Some(size) => self.sizes.insert(node, size),
            None => self.sizes.remove(&node),
        };
        if old != size {
            document.mark(node, Dirty::LAYOUT);
        }
    }

    /// Elements that are gone.
    pub fn forget(&mut self, nodes: &[NodeId]) {
        if self.urls.is_empty() {
            return;
        }
        for node in nodes {
            self.sizes.remove(node);
            self.urls.remove(node);
            self.asked.remove(node);
            self.put_off.remove(node);
            self.untold.remove(node);
            self.awaited.remove(node);
            self.fading.remove(node);
        }
    }

    /// The picture of an element has come at a time, ms: it begins to show if it fades in.
    pub fn come(&mut self, node: NodeId, now: f64) {
        if self.awaited.remove(&node) {
            self.fading.insert(node, now);
        }
    }

    /// Moves what fades in on to a time, ms; true if anything of it looks otherwise.
    pub fn fade(&mut self, now: f64) -> bool {
        let any = self.is_fading();
        self.fading.retain(|_, since| now < *since + FADE);
        any
    }

    /// True while a picture fades in.
    pub fn is_fading(&self) -> bool {
        !self.fading.is_empty()
    }

    /// How much of an element's picture shows at a time, 0 to 1.
    pub fn opacity(&self, node: NodeId, now: f64) -> f32 {
        match self.fading.get(&node) {
            Some(since) => ((now - since) / FADE).clamp(f64::from(AWAITED), 1.0) as f32,
            None if self.awaited.contains(&node) => AWAITED,
            None => 1.0,
        }
    }

    /// The address of an element's picture.
    pub fn url(&self, node: NodeId) -> Option<Arc<str>> {
        self.urls.get(&node).cloned()
    }

    /// Asks the store for the pictures of elements whose source is new, but for those that wait until they come near.
    pub fn request_all(&mut self, document: &mut Document, images: &mut ImageStore) {
        if self.new.is_empty() {
            return;
        }
        let mut new = std::mem::take(&mut self.new);
        new.sort_unstable();
        new.dedup();
        new.retain(|node| {
            let waits = document.attribute(*node, "lazy-load").is_some_and(|v| v.is_on());
            // Some have lost their source again, or are gone.
            let asks = self.urls.contains_key(node);
            if waits && asks {
                self.put_off.insert(*node);
            }
            asks && !waits
        });
        for node in new {
            let had = self.has_come(node, images);
            self.request(node, had, document, images);
        }
    }

    /// True if the picture of an element has come, or failed, whoever has asked for it.
    pub fn has_come(&self, node: NodeId, images: &ImageStore) -> bool {
        self.urls.get(&node).is_some_and(|url| images.has_come(url))
    }

    /// True for an element whose picture is not asked for before it comes near.
    pub fn waits(&self, node: NodeId) -> bool {
        self.put_off.contains(&node)
    }

    /// Asks for the pictures of elements that waited and have come near, given whether they had come when that was
    /// found. True if one of them is to fade in.
    pub fn request_near(&mut self, near: &[(NodeId, bool)], document: &mut Document, images: &mut ImageStore) -> bool {
        let before = self.awaited.len();
        for &(node, had) in near {
            if self.put_off.remove(&node) {
                self.request(node, had, document, images);
            }
        }
        self.awaited.len() > before
    }

    /// Asks for the picture of an element; `had` if it has come before.
    fn request(&mut self, node: NodeId, had: bool, document: &mut Document, images: &mut ImageStore) {
        let Some(id) = self.urls.get(&node).and_then(|url| images.request("", url)) else { return };
        self.asked.insert(node, id);
        match images.outcome(id) {
            Some(_) => self.due.push(node),
            None => self.waiting.entry(id).or_default().push(node),
        }
        if !had && !document.plain_components && document.attribute(node, "fade-in").is_some_and(|v| v.is_on()) {
            self.awaited.insert(node);
        }
        // What another element has asked for before is not measured again.
        if let Some((width, height)) = images.size(id) {
            self.set_size(document, node, Some((width as f32, height as f32)));
        }
    }

    /// A picture has come or failed: the elements that asked for it before, in order. They are to be told.
    pub fn settle(&mut self, id: ImageId) -> Vec<NodeId> {
        let mut nodes = self.waiting.remove(&id).unwrap_or_default();
        nodes.retain(|node| self.asked.get(node) == Some(&id));
        nodes.sort_unstable();
        nodes.dedup();
        self.due.extend_from_slice(&nodes);
        nodes
    }

    /// Elements whose picture has come or failed since the last call, in order. An element is told once for each
    /// source, also if others have shown the same picture before; and no second time when a picture that was
    /// dropped for the budget comes back.
    pub fn take_outcomes(&mut self, images: &ImageStore) -> Vec<(NodeId, PictureOutcome)> {
        let mut due = std::mem::take(&mut self.due);
        due.sort_unstable();
        due.dedup();
        let outcome = |node| {
            let outcome = images.outcome(*self.asked.get(&node)?)?;
            self.untold.remove(&node).then_some((node, outcome))
        };
        due.into_iter().filter_map(outcome).collect()
    }

    /// The pictures of all elements.
    pub fn images(&self) -> impl Iterator<Item = ImageId> {
        self.asked.values().copied()
    }

    /// An element that shows a picture: of those that wait for it, if there are any.
    pub fn one_of(&self, id: ImageId) -> Option<NodeId> {
        let is_shown = |node: &&NodeId| self.asked.get(node) == Some(&id);
        let waiting = self.waiting.get(&id).and_then(|nodes| nodes.iter().filter(is_shown).min().copied());
        waiting.or_else(|| self.nodes_of(id).first().copied())
    }

    /// Elements that show a picture, in order.
    pub fn nodes_of(&self, id: ImageId) -> Vec<NodeId> {
        let mut nodes: Vec<NodeId> = self.asked.iter().filter(|(_, i)| **i == id).map(|(n, _)| *n).collect();
        nodes.sort_unstable();
        nodes
    }

    fn size_of(&mut self, key: &str, measure: impl FnOnce() -> Option<(f32, f32)>) -> Option<(f32, f32)> {
        if let Some(known) = self.known.get(key) {
            return *known;
        }
        let size = measure();
        if self.known_bytes + key.len() > KNOWN_BYTES {
            self.known.clear();
            self.known_bytes = 0;
        }
        self.known_bytes += key.len() + ENTRY_BYTES;
        self.known.insert(Arc::from(key), size);
        size
    }
}

/// An address of the network for which no plain connection is made.
fn over_tls(address: Arc<str>) -> Arc<str> {
    let is_plain = address.get(..7).is_some_and(|scheme| scheme.eq_ignore_ascii_case("http://"));
    if is_plain { Arc::from(format!("https://{}", &address[7..])) } else { address }
}

/// The size that a picture's header tells, px.
pub fn natural_size(bytes: &[u8]) -> Option<(f32, f32)> {
    if let Some(natural) = svg::natural(bytes) {
        return svg_size(natural);
    }
    let (width, height) = decode::size(bytes).ok()?;
    Some((width as f32, height as f32))
}

/// The size of a drawing: its own, or that of its view box.
fn svg_size(natural: Natural) -> Option<(f32, f32)> {
    match (natural.width, natural.height, natural.ratio) {
        (None, None, None) => None,
        _ => Some(natural.concrete(svg::DEFAULT_SIZE)),
    }
}

/// The bytes of a `data:` URL.
pub fn data_url(url: &str) -> Option<Vec<u8>> {
    let (head, body) = url.strip_prefix("data:")?.split_once(',')?;
    if head.ends_with(";base64") {
        let clean: String = body.chars().filter(|c| !c.is_whitespace()).collect();
        let engine = base64::engine::general_purpose::STANDARD_NO_PAD;
        return engine.decode(clean.trim_end_matches('=')).ok();
    }
    let mut out = Vec::with_capacity(body.len());
    let bytes = body.as_bytes();
    let mut at = 0;
    while at < bytes.len() {
        let hex = (bytes[at] == b'%').then(|| body.get(at + 1..at + 3)).flatten();
        match hex.and_then(|h| u8::from_str_radix(h, 16).ok()) {
            Some(byte) => {
                out.push(byte);
                at += 3;
            }
            None => {
                out.push(bytes[at]);
                at += 1;
            }
        }
    }
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_size_of_a_vector_picture_is_its_own_or_its_view_box() {
        let size = |text: &str| natural_size(text.as_bytes());
        assert_eq!(size("<?xml?><svg width=\"20px\" height='10'>"), Some((20.0, 10.0)));
        assert_eq!(size("<svg viewBox='0 0 48 24' width='96'>"), Some((96.0, 48.0)));
        assert_eq!(size("<svg viewBox='0,0,48,24'>"), Some((300.0, 150.0)));
        assert_eq!(size("<svg>"), None);
    }

    #[test]
    fn a_data_url_gives_its_bytes_in_both_forms() {
        assert_eq!(data_url("data:image/png;base64,aGk="), Some(b"hi".to_vec()));
        assert_eq!(data_url("data:,a%20b"), Some(b"a b".to_vec()));
        assert_eq!(data_url("data:image/png;base64,***"), None);
        let mut png = Vec::new();
        image::RgbaImage::new(3, 2).write_to(&mut std::io::Cursor::new(&mut png), image::ImageFormat::Png).unwrap();
        assert_eq!(natural_size(&png), Some((3.0, 2.0)));
        assert_eq!(natural_size(&png[..10]), None);
    }
}
