//! The fonts of the system: found by fontdb, opened when something asks for them, once for all programs of a host.

use super::{FontSource, FoundFace};
use crate::images::ImageSource;
use cosmic_text::fontdb::{Database, FaceInfo, ID, Source, Style};
use cosmic_text::skrifa::{FontRef, MetadataProvider};
use pellicle_layout::text::font::FontBytes;
use rustc_hash::FxHashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, OnceLock, PoisonError, Weak};

/// Folders of the system's fonts that fontdb does not know of: those of phones.
const FOLDERS: &[&str] = if cfg!(target_os = "android") {
    &["/system/fonts", "/system_ext/fonts", "/product/fonts"]
} else if cfg!(target_os = "ios") {
    &["/System/Library/Fonts"]
} else {
    &[]
};
/// Faces of a family that are opened: its weights and styles.
const MAX_FACES: usize = 12;

type OpenedFile = Weak<dyn AsRef<[u8]> + Send + Sync>;

/// The fonts of the machine: searched when the first face is asked for, and then once for all that share this. A file is
/// in memory once, as long as somebody uses a face of it.
#[derive(Clone, Default)]
pub struct InstalledFonts(Arc<Installed>);

#[derive(Default)]
struct Installed {
    database: OnceLock<Database>,
    opened: Mutex<FxHashMap<PathBuf, OpenedFile>>,
}

impl InstalledFonts {
    /// Fonts of which the machine is not searched.
    fn of(database: Database) -> InstalledFonts {
        InstalledFonts(Arc::new(Installed { database: OnceLock::from(database), opened: Mutex::default() }))
    }

    fn database(&self) -> &Database {
        self.0.database.get_or_init(|| {
            let mut database = Database::new();
            database.load_system_fonts();
            FOLDERS.iter().for_each(|folder| database.load_fonts_dir(folder));
            database
        })
    }

    fn opened(&self) -> MutexGuard<'_, FxHashMap<PathBuf, OpenedFile>> {
        self.0.opened.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Bytes of the files that are in use.
    pub fn bytes(&self) -> usize {
        self.opened().values().filter_map(Weak::upgrade).map(|data| (*data).as_ref().len()).sum()
    }

    fn open_file(&self, source: &Source, index: u32) -> Option<FoundFace> {
        let path = match source {
            Source::Binary(data) => return Some(FoundFace { data: data.clone(), index }),
            Source::File(path) | Source::SharedFile(path, _) => path,
        };
        // It is read under the lock: another one that wants it waits, and does not read it once more.
        let mut opened = self.opened();
        if let Some(data) = opened.get(path).and_then(Weak::upgrade) {
            return Some(FoundFace { data, index });
        }
        let data: FontBytes = Arc::new(std::fs::read(path).ok()?);
        opened.insert(path.clone(), Arc::downgrade(&data));
        Some(FoundFace { data, index })
    }
}

/// Fonts of the machine, and files of the package and the network.
pub struct DesktopFonts {
    installed: InstalledFonts,
    files: Arc<dyn ImageSource>,
}

impl DesktopFonts {
    /// Installed fonts, and what `files` fetches.
    pub fn new(installed: InstalledFonts, files: Arc<dyn ImageSource>) -> DesktopFonts {
        DesktopFonts { installed, files }
    }

    /// Only what `files` fetches: the same on every machine.
    pub fn files_only(files: Arc<dyn ImageSource>) -> DesktopFonts {
        DesktopFonts::new(InstalledFonts::of(Database::new()), files)
    }

    fn database(&self) -> &Database {
        self.installed.database()
    }

    /// Opens faces; files that are gone or cannot be read are left out.
    fn open(&self, ids: &[ID]) -> Vec<FoundFace> {
        let files = ids.iter().filter_map(|&id| self.database().face_source(id));
        files.take(MAX_FACES).filter_map(|(source, index)| self.installed.open_file(&source, index)).collect()
    }

    fn faces_of(&self, family: &str) -> Vec<ID> {
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
        DesktopFonts::new(InstalledFonts::of(database), Arc::new(NoSource))
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

    #[test]
    fn a_file_is_in_memory_once_and_as_long_as_it_is_used() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sans.ttf");
        std::fs::write(&path, ttf_noto_sans::REGULAR).unwrap();
        let mut database = Database::new();
        database.load_font_file(&path).unwrap();
        let installed = InstalledFonts::of(database);
        let mut fonts = [(); 2].map(|()| DesktopFonts::new(installed.clone(), Arc::new(NoSource)));
        let [first, second] = fonts.each_mut().map(|fonts| fonts.family("noto sans").remove(0).data);
        assert!(Arc::ptr_eq(&first, &second));
        assert_eq!(installed.bytes(), ttf_noto_sans::REGULAR.len());
        drop((first, second));
        assert_eq!(installed.bytes(), 0);
        assert_eq!(fonts[1].covering('é').len(), 1);
    }
}
