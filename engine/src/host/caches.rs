//! What the caches of the render side hold, and what programs of a host share of them.

use super::app::App;
use super::sheets::SharedSheets;
use crate::fonts::InstalledFonts;
use crate::glyphs::SharedMasks;
use crate::images::SharedPictures;
use crate::package::archive::PackageCache;
use crate::replay::HostCall;
use pellicle_layout::text::FaceId;
use pellicle_layout::text::font::FontBytes;
use pellicle_script::bridge::message::HostCommand;
use pellicle_script::realm::{CodeCache, Owned};
use std::collections::BTreeMap;
use std::sync::{Arc, OnceLock};

/// Bytes of caches.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct CacheBytes {
    /// Masks of glyphs, paths and shadows.
    pub glyphs: usize,
    /// Masks of glyphs that it brought to the shared ones ([`SharedCaches`]).
    pub shared_masks: usize,
    /// Pixels of pictures, with those that other programs hold, too.
    pub pictures: usize,
    /// Font files that texts may use; pages of them that nobody reads need not be in memory.
    pub fonts: usize,
}

/// What the programs of a host may hold together.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub struct CacheBudgets {
    /// Bytes of shared masks.
    pub masks: usize,
    /// Bytes of the pixels of pictures, but for those that are shown. Each program has its own budget, too.
    pub pictures: usize,
    /// Bytes of the pixels of pictures that no program has any more, for the next start.
    pub pictures_left: usize,
    /// Bytes of compiled script in memory ([`CodeCache`]), of programs whose script runs on a thread and whose engine has
    /// such: QuickJS.
    pub code: usize,
    /// Bytes of style sheets that several starts of the same package use.
    pub sheets: usize,
    /// Bytes of packages that were opened by [`SharedCaches::packages`], with their files that were read.
    pub packages: usize,
}

impl Default for CacheBudgets {
    /// 4, 192, 16, 16, 16 and 32 MB.
    fn default() -> Self {
        CacheBudgets {
            masks: 4 << 20,
            pictures: 192 << 20,
            pictures_left: 16 << 20,
            code: 16 << 20,
            sheets: 16 << 20,
            packages: 32 << 20,
        }
    }
}

/// What mini-programs share that a host opens with the same one of these: fonts of the machine, masks of their glyphs,
/// pixels of the same picture files, compiled code of the same script files, packages and their style sheets, and the room for pixels ([`crate::images::shared`]). What each has of it is known
/// ([`App::cache_bytes`]); none sees by it what another one does, but for the time that a find saves.
#[derive(Clone, Default)]
pub struct SharedCaches(Arc<Parts>);

struct Parts {
    fonts: InstalledFonts,
    masks: Arc<SharedMasks>,
    pictures: Arc<SharedPictures>,
    /// Made when the first program wants it.
    code: OnceLock<Arc<CodeCache>>,
    code_budget: usize,
    sheets: Arc<SharedSheets>,
    packages: Arc<PackageCache>,
}

impl Default for Parts {
    fn default() -> Self {
        Parts::new(CacheBudgets::default())
    }
}

impl Parts {
    fn new(budgets: CacheBudgets) -> Parts {
        Parts {
            fonts: InstalledFonts::default(),
            masks: Arc::new(SharedMasks::new(budgets.masks)),
            pictures: Arc::new(SharedPictures::keeping(budgets.pictures, budgets.pictures_left)),
            code: OnceLock::new(),
            code_budget: budgets.code,
            sheets: Arc::new(SharedSheets::new(budgets.sheets)),
            packages: Arc::new(PackageCache::new(budgets.packages)),
        }
    }
}

/// What shared caches hold.
#[derive(Clone, Copy, PartialEq, Eq, Debug, Default)]
pub struct SharedBytes {
    /// Masks of glyphs.
    pub masks: usize,
    /// Pixels of pictures; those that several programs hold count once.
    pub pictures: usize,
    /// Pixels of pictures that no program has any more.
    pub pictures_left: usize,
    /// How often pixels were wanted that a program had already.
    pub pictures_found: usize,
    /// Files of installed fonts.
    pub fonts: usize,
    /// Compiled script in memory.
    pub code: usize,
    /// Style sheets of packages, about.
    pub sheets: usize,
    /// Packages that were opened, with their files that were read.
    pub packages: usize,
}

impl SharedCaches {
    /// With these budgets.
    pub fn new(budgets: CacheBudgets) -> SharedCaches {
        SharedCaches(Arc::new(Parts::new(budgets)))
    }

    /// With these budgets, but for compiled script: that is kept in a cache of the host's making, which may have a folder
    /// ([`CodeCache::in_folder`]).
    pub fn with_code(budgets: CacheBudgets, code: CodeCache) -> SharedCaches {
        let parts = Parts { code: OnceLock::from(Arc::new(code)), ..Parts::new(budgets) };
        SharedCaches(Arc::new(parts))
    }

    /// The fonts of the machine.
    pub fn fonts(&self) -> &InstalledFonts {
        &self.0.fonts
    }

    /// Masks of glyphs.
    pub fn masks(&self) -> &Arc<SharedMasks> {
        &self.0.masks
    }

    /// Pixels of pictures.
    pub fn pictures(&self) -> &Arc<SharedPictures> {
        &self.0.pictures
    }

    /// Compiled script. Call it on a thread of the host's.
    pub fn code(&self) -> &Arc<CodeCache> {
        self.0.code.get_or_init(|| Arc::new(CodeCache::new(self.0.code_budget)))
    }

    /// Style sheets of packages.
    pub fn sheets(&self) -> &Arc<SharedSheets> {
        &self.0.sheets
    }

    /// Packages: one that is opened here again is not checked again.
    pub fn packages(&self) -> &PackageCache {
        &self.0.packages
    }

    /// True if what is compiled is kept on disk, too.
    pub fn has_folder(&self) -> bool {
        self.0.code.get().is_some_and(|code| code.folder().is_some())
    }

    /// Compiled script and forms in memory, by the program that brought them and by kind; what several asked for stands by itself.
    pub fn owned(&self) -> Vec<Owned> {
        self.0.code.get().map(|code| code.owned()).unwrap_or_default()
    }

    /// What they hold.
    pub fn bytes(&self) -> SharedBytes {
        let Parts { fonts, masks, pictures, code, sheets, packages, .. } = &*self.0;
        SharedBytes {
            masks: masks.bytes(),
            pictures: pictures.bytes(),
            pictures_left: pictures.left_bytes(),
            pictures_found: pictures.found(),
            fonts: fonts.bytes(),
            code: code.get().map_or(0, |code| code.figures().bytes),
            sheets: sheets.bytes(),
            packages: packages.bytes(),
        }
    }

    /// What programs have left that have ended goes, font files that none of them uses, compiled script, style sheets and packages. Each program that is told of
    /// a lack of memory sees to it ([`App::warn_of_memory`]); this is for a host that has none.
    pub fn trim(&self) {
        self.0.masks.trim();
        self.0.pictures.trim();
        self.0.sheets.trim();
        self.0.packages.trim();
        if let Some(code) = self.0.code.get() {
            code.trim();
        }
    }
}

impl App {
    /// The system is short of memory: what can be made again is dropped, and the mini-program is told
    /// (`wx.onMemoryWarning`). `level` is the system's, as Android counts: 5, 10, 15.
    pub fn warn_of_memory(&mut self, level: u32) {
        self.called(|| HostCall::MemoryWarning(level));
        self.drop_layers();
        self.painter.images.trim();
        self.painter.caches.trim();
        // A program that has ended needs no warning.
        let _ = self.logic().command(HostCommand::MemoryWarning { level });
        self.came_back();
    }

    /// The program stands still for a while: pictures that it does not show go, so that others have the room.
    pub(super) fn drop_unseen_pictures(&mut self) {
        self.painter.images.trim();
    }

    /// What the caches hold.
    pub fn cache_bytes(&self) -> CacheBytes {
        let fonts = self.stage.fonts();
        let faces = (0..fonts.face_count()).map(|face| &fonts.face(FaceId(face as u32)).data);
        // A file may have several faces.
        let address = |data: &FontBytes| Arc::as_ptr(data).cast::<u8>() as usize;
        let files: BTreeMap<usize, usize> = faces.map(|data| (address(data), data.as_ref().as_ref().len())).collect();
        CacheBytes {
            glyphs: self.painter.glyphs.bytes(),
            shared_masks: self.painter.glyphs.shared_figures().bytes,
            pictures: self.painter.images.bytes(),
            fonts: files.values().sum(),
        }
    }
}
