//! The fonts of a desktop: found by fontdb, opened when something asks for them.

use super::{FontSource, FoundFace};
use crate::images::ImageSource;
use cosmic_text::fontdb::{Database, FaceInfo, ID, Source, Style};
use cosmic_text::skrifa::{FontRef, MetadataProvider};
use pellicle_layout::text::font::FontBytes;
use rustc_hash::FxHashMap;
use std::path::PathBuf;
use std::sync::Arc;

/// Faces of a family that are opened: its weights and styles.
const MAX_FACES: usize = 12;

/// The fonts that are installed, and files of the package and the network. The machine is searched when the
/// first face is asked for.
pub struct DesktopFonts {
    database: Option<Database>,
    opened: FxHashMap<PathBuf, FontBytes>,
    files: Arc<dyn ImageSource>,
    /// The machine may be searched.
    system: bool,
}

impl DesktopFonts {
    /// Installed fonts, and what `files` fetches.
    pub fn new(files: Arc<dyn ImageSource>) -> DesktopFonts {
        DesktopFonts { database: None, opened: FxHashMap::default(), files, system: true }
    }

    /// Only what `files` fetches: the same on every machine.
    pub fn files_only(files: Arc<dyn ImageSource>) -> DesktopFonts {
        DesktopFonts { system: false, ..DesktopFonts::new(files) }
    }

    fn database(&mut self) -> &Database {
        let system = self.system;
        self.database.get_or_insert_with(|| {
            let mut database = Database::new();
            if system {
                database.load_system_fonts();
            }
            database
        })
    }

    /// Opens faces; files that are gone or cannot be read are left out.
    fn open(&mut self, ids: &[ID]) -> Vec<FoundFace> {
        let files: Vec<(Source, u32)> = ids.iter().filter_map(|&id| self.database().face_source(id)).collect();
        files.into_iter().take(MAX_FACES).filter_map(|(source, index)| self.open_file(&source, index)).collect()
    }

    fn open_file(&mut self, source: &Source, index: u32) -> Option<FoundFace> {
        let path = match source {
            Source::Binary(data) => return Some(FoundFace { data: data.clone(), index }),
            Source::File(path) | Source::SharedFile(path, _) => path,
        };
        if let Some(data) = self.opened.get(path) {
            return Some(FoundFace { data: data.clone(), index });
        }
        let data: FontBytes = Arc::new(std::fs::read(path).ok()?);
        self.opened.insert(path.clone(), data.clone());
        Some(FoundFace { data, index })
    }

    fn faces_of(&mut self, family: &str) -> Vec<ID> {
        let mut faces: Vec<(u16, bool, ID)> = self
            .database()
            .faces()
            .filter(|face| is_family(face, family))
            .map(|face| (face.weight.0, face.style != Style::Normal, face.id))
            .collect();
        // Upright faces first; the order of a database is that of the folders.
        faces.sort_by_key(|&(weight, italic, _)| (italic, weight));
        faces.dedup_by_key(|&mut (weight, italic, _)| (italic, weight));
        faces.into_iter().map(|(_, _, id)| id).collect()
    }
}

impl FontSource for DesktopFonts {
    fn family(&mut self, name: &str) -> Vec<FoundFace> {
        let faces = self.faces_of(&name.to_lowercase());
        self.open(&faces)
    }

    fn covering(&mut self, c: char) -> Vec<FoundFace> {
        let database = self.database();
        let mut faces: Vec<(Rank, ID)> = database.faces().map(|face| (rank(face, c), face.id)).collect();
        faces.sort_by(|a, b| a.0.cmp(&b.0));
        let found = faces
            .iter()
            .find(|(_, id)| database.with_face_data(*id, |data, index| covers(data, index, c)).unwrap_or(false));
        let Some(family) =
            found.and_then(|(_, id)| database.face(*id)?.families.first()).map(|(name, _)| name.to_lowercase())
        else {
            return Vec::new();
        };
        let faces = self.faces_of(&family);
        self.open(&faces)
    }

    fn fetch(&mut self, url: &str) -> Result<Vec<u8>, String> {
        self.files.fetch(url)
    }
}

fn is_family(face: &FaceInfo, lower: &str) -> bool {
    face.families.iter().any(|(name, _)| name.to_lowercase() == lower)
}

fn covers(data: &[u8], index: u32, c: char) -> bool {
    FontRef::from_index(data, index).is_ok_and(|font| font.charmap().map(c).is_some_and(|glyph| glyph.to_u32() != 0))
}

/// What speaks against a face as the fallback for a character, the weightiest first; names last, so that the
/// same fonts give the same choice whatever order they were found in.
type Rank = (bool, bool, bool, bool, u16, String, u32);

fn rank(face: &FaceInfo, c: char) -> Rank {
    let name = face.families.first().map(|(name, _)| name.to_lowercase()).unwrap_or_default();
    let is_han = matches!(c, '\u{2e80}'..='\u{2fdf}' | '\u{3000}'..='\u{303f}' | '\u{3400}'..='\u{9fff}' | '\u{ff00}'..='\u{ffef}' | '\u{20000}'..='\u{3ffff}');
    // Of faces for all of East Asia, mini-programs want the simplified forms.
    let words = |list: &[&str]| name.split([' ', '-']).any(|word| list.contains(&word));
    let is_foreign = is_han && words(&["jp", "kr", "tc", "hk", "tw"]);
    let is_serif = words(&["serif", "song", "ming", "mincho", "times", "roman"]) && !words(&["sans"]);
    let style = face.style != Style::Normal;
    (is_foreign, style, face.monospaced, is_serif, face.weight.0.abs_diff(400), name, face.index)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::images::NoSource;

    fn fonts() -> DesktopFonts {
        let mut database = Database::new();
        for data in [ttf_noto_sans::BOLD, ttf_noto_sans::REGULAR, ttf_noto_sans::ITALIC] {
            database.load_font_data(data.to_vec());
        }
        DesktopFonts { database: Some(database), ..DesktopFonts::files_only(Arc::new(NoSource)) }
    }

    #[test]
    fn a_family_is_found_by_any_spelling_with_all_its_faces() {
        let mut fonts = fonts();
        assert_eq!(fonts.family("noto SANS").len(), 3);
        assert!(fonts.family("no such family").is_empty());
    }

    #[test]
    fn a_character_takes_a_family_that_covers_it() {
        let mut fonts = fonts();
        assert_eq!(fonts.covering('é').len(), 3);
        assert!(fonts.covering('\u{10fffd}').is_empty());
    }

    #[test]
    fn without_the_machine_nothing_is_installed() {
        let mut fonts = DesktopFonts::files_only(Arc::new(NoSource));
        assert!(fonts.family("DejaVu Sans").is_empty() && fonts.covering('a').is_empty());
    }
}
