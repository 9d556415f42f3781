//! Where the files of a mini-program come from.
//!
//! A package is a flat set of paths: `/`-separated, relative to the folder of `app.json`, without a leading
//! slash. How the bytes got there (folder, archive, cache) is the engine's business.
//!
//! | module | models |
//! | --- | --- |
//! | [`json`] | configuration files: JSON as people write it |
//! | [`schema`] | what kind of value each key of a configuration file takes |
//! | [`encoding`] | files that are not UTF-8 |
//! | [`loaders`] | how the parsers of templates and sheets read files |
//! | [`compiled`] | a package with templates, sheets and scripts in compiled form |
//! | [`scripts`] | the compiled form of scripts |
//! | [`maps`] | source maps of scripts that are shipped without them |
//! | [`forms`] | what files were read as, kept from one start to the next |
//! | [`work`] | what was made of a program's files, counted |
//! | `npm` | where packages of others lie |

pub mod compiled;
pub mod encoding;
pub mod forms;
pub mod json;
pub mod loaders;
pub mod maps;
pub mod schema;
pub mod scripts;
pub mod work;

mod memory;
pub(crate) mod npm;

pub use compiled::WithCompiled;
pub use encoding::EncodingCheck;
pub use forms::Forms;
pub use loaders::{PackageSheets, PackageTemplates};
pub use memory::MemoryPackage;
pub use scripts::{CompiledScripts, SCRIPTS_FILE, ScriptCompiler};
pub use work::{FileFigures, FileWork, Work};

pub use pellicle_layout::markup::loader::resolve;

use pellicle_layout::compiled::CompiledPackage;
use pellicle_layout::diagnostic::Diagnostic;
use std::sync::Arc;

/// The files of a mini-program, read only. Shared by the logic and render side.
pub trait PackageSource: Send + Sync {
    /// The bytes of a file; `None` if the package has no such file.
    fn read(&self, path: &str) -> Option<Arc<[u8]>>;
    /// The text of a file, without a byte-order mark. A file that is not UTF-8 is left out: its text is empty.
    fn text(&self, path: &str) -> Option<String> {
        let bytes = self.read(path)?;
        Some(encoding::decode(&bytes).map(str::to_owned).unwrap_or_default())
    }
    /// The compiled form of templates and sheets, if there is one to be used.
    fn compiled(&self) -> Option<&CompiledPackage> {
        None
    }
    /// The compiled form of scripts, if there is one to be used.
    fn scripts(&self) -> Option<&CompiledScripts> {
        None
    }
    /// True if the package has a file at this path.
    fn contains(&self, path: &str) -> bool {
        self.read(path).is_some()
    }
    /// Bytes of a file; `None` if the package has no such file. A source that knows without reading says so, however large
    /// the file is.
    fn length(&self, path: &str) -> Option<u64> {
        self.read(path).map(|bytes| bytes.len() as u64)
    }
    /// All paths, sorted.
    fn paths(&self) -> Vec<String>;
    /// SHA-256 of a file's contents, where whoever vouches for the package vouches for that too, and the file is held to it
    /// when it is read: such a file need not be read to know what is in it. `None` if only reading tells.
    fn content_hash(&self, _path: &str) -> Option<[u8; 32]> {
        None
    }
    /// What tells this package from others, by all of its files, where somebody vouches for those. `None` if only reading tells.
    fn identity(&self) -> Option<[u8; 32]> {
        None
    }
    /// Why a file that the package has is not given to anybody, if it was asked for: its contents are not those that somebody
    /// vouches for.
    fn fault(&self, _path: &str) -> Option<String> {
        None
    }
    /// What files were read as at earlier starts, if that is kept.
    fn forms(&self) -> Option<&Forms> {
        None
    }
    /// Counts what is made of the files, if somebody wants to know.
    fn work(&self) -> Option<&FileWork> {
        None
    }
}

/// Counts what was made of a file of a package.
pub(crate) fn note_work(package: &dyn PackageSource, work: Work) {
    if let Some(counts) = package.work() {
        counts.note(work);
    }
}

impl<P: PackageSource + ?Sized> PackageSource for &P {
    fn read(&self, path: &str) -> Option<Arc<[u8]>> {
        (**self).read(path)
    }

    fn text(&self, path: &str) -> Option<String> {
        (**self).text(path)
    }

    fn compiled(&self) -> Option<&CompiledPackage> {
        (**self).compiled()
    }

    fn scripts(&self) -> Option<&CompiledScripts> {
        (**self).scripts()
    }

    fn contains(&self, path: &str) -> bool {
        (**self).contains(path)
    }

    fn length(&self, path: &str) -> Option<u64> {
        (**self).length(path)
    }

    fn paths(&self) -> Vec<String> {
        (**self).paths()
    }

    fn identity(&self) -> Option<[u8; 32]> {
        (**self).identity()
    }

    fn content_hash(&self, path: &str) -> Option<[u8; 32]> {
        (**self).content_hash(path)
    }

    fn fault(&self, path: &str) -> Option<String> {
        (**self).fault(path)
    }

    fn forms(&self) -> Option<&Forms> {
        (**self).forms()
    }

    fn work(&self) -> Option<&FileWork> {
        (**self).work()
    }
}

impl<P: PackageSource + ?Sized> PackageSource for Arc<P> {
    fn read(&self, path: &str) -> Option<Arc<[u8]>> {
        (**self).read(path)
    }

    fn text(&self, path: &str) -> Option<String> {
        (**self).text(path)
    }

    fn compiled(&self) -> Option<&CompiledPackage> {
        (**self).compiled()
    }

    fn scripts(&self) -> Option<&CompiledScripts> {
        (**self).scripts()
    }

    fn contains(&self, path: &str) -> bool {
        (**self).contains(path)
    }

    fn length(&self, path: &str) -> Option<u64> {
        (**self).length(path)
    }

    fn paths(&self) -> Vec<String> {
        (**self).paths()
    }

    fn identity(&self) -> Option<[u8; 32]> {
        (**self).identity()
    }

    fn content_hash(&self, path: &str) -> Option<[u8; 32]> {
        (**self).content_hash(path)
    }

    fn fault(&self, path: &str) -> Option<String> {
        (**self).fault(path)
    }

    fn forms(&self) -> Option<&Forms> {
        (**self).forms()
    }

    fn work(&self) -> Option<&FileWork> {
        (**self).work()
    }
}

/// The finding with the line that it is about, where whoever found it had not the text at hand.
pub fn with_line(package: &dyn PackageSource, mut finding: Diagnostic) -> Diagnostic {
    if finding.source_line.is_empty()
        && let Some(text) = read_text(package, &finding.file)
    {
        finding.show_line(&text);
    }
    finding
}

/// The text of a file, without a byte-order mark; empty if it is not UTF-8.
pub fn read_text(package: &dyn PackageSource, path: &str) -> Option<String> {
    package.text(path)
}
