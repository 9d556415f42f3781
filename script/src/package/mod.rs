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
//! | [`parts`] | packages that come in parts |
//! | [`work`] | what was made of a program's files, counted |
//! | `npm` | where packages of others lie |

pub mod compiled;
pub mod encoding;
pub mod forms;
pub mod json;
pub mod loaders;
pub mod maps;
pub mod parts;
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
pub use parts::{Part, PartReply, Parts};
pub use scripts::{CompiledScripts, SCRIPTS_FILE, ScriptCompiler};
pub use work::{FileFigures, FileWork, Work};

pub use pellicle_layout::markup::loader::resolve;

use pellicle_layout::compiled::CompiledPackage;
use pellicle_layout::diagnostic::Diagnostic;
use std::sync::Arc;

/// The files of a mini-program, read only. Shared by the logic and render side.
///
/// A package that stands before another one names that ([`behind`](PackageSource::behind)) and says itself only what it knows better:
/// who reads otherwise ([`read`](PackageSource::read)) gives texts otherwise, too.
pub trait PackageSource: Send + Sync {
    /// The bytes of a file; `None` if the package has no such file.
    fn read(&self, path: &str) -> Option<Arc<[u8]>>;
    /// All paths, sorted.
    fn paths(&self) -> Vec<String>;
    /// The package that this one stands before: whatever this one does not say itself is as that says.
    fn behind(&self) -> Option<&dyn PackageSource> {
        None
    }
    /// The text of a file, without a byte-order mark. A file that is not UTF-8 is left out: its text is empty.
    fn text(&self, path: &str) -> Option<String> {
        match self.behind() {
            Some(behind) => behind.text(path),
            None => text_of(self.read(path)?),
        }
    }
    /// The text that places in a file are told of: that of the source, where somebody has it beside what is shipped.
    fn source(&self, path: &str) -> Option<String> {
        match self.behind() {
            Some(behind) => behind.source(path),
            None => self.text(path),
        }
    }
    /// The compiled form of the templates and sheets of the part that a file lies in, if there is one to be used.
    fn compiled(&self, path: &str) -> Option<Arc<CompiledPackage>> {
        self.behind()?.compiled(path)
    }
    /// The compiled form of the scripts of the part that a file lies in, if there is one to be used.
    fn scripts(&self, path: &str) -> Option<Arc<CompiledScripts>> {
        self.behind()?.scripts(path)
    }
    /// True if the package has a file at this path.
    fn contains(&self, path: &str) -> bool {
        self.behind().map_or_else(|| self.read(path).is_some(), |behind| behind.contains(path))
    }
    /// Bytes of a file; `None` if the package has no such file. A source that knows without reading says so, however large
    /// the file is.
    fn length(&self, path: &str) -> Option<u64> {
        match self.behind() {
            Some(behind) => behind.length(path),
            None => self.read(path).map(|bytes| bytes.len() as u64),
        }
    }
    /// SHA-256 of a file's contents, where whoever vouches for the package vouches for that too, and the file is held to it
    /// when it is read: such a file need not be read to know what is in it. `None` if only reading tells.
    fn content_hash(&self, path: &str) -> Option<[u8; 32]> {
        self.behind()?.content_hash(path)
    }
    /// What tells this package from others, by all of its files, where somebody vouches for those. `None` if only reading tells.
    fn identity(&self) -> Option<[u8; 32]> {
        self.behind()?.identity()
    }
    /// Why a file that the package has is not given to anybody, if it was asked for: its contents are not those that somebody
    /// vouches for.
    fn fault(&self, path: &str) -> Option<String> {
        self.behind()?.fault(path)
    }
    /// What files were read as at earlier starts, if that is kept.
    fn forms(&self) -> Option<&Forms> {
        self.behind()?.forms()
    }
    /// Counts what is made of the files, if somebody wants to know.
    fn work(&self) -> Option<&FileWork> {
        self.behind()?.work()
    }
    /// Its parts, where it may be there in part only.
    fn parts(&self) -> Option<&dyn Parts> {
        self.behind()?.parts()
    }
}

fn text_of(bytes: Arc<[u8]>) -> Option<String> {
    Some(encoding::decode(&bytes).map(str::to_owned).unwrap_or_default())
}

/// Counts what was made of a file of a package.
pub(crate) fn note_work(package: &dyn PackageSource, work: Work) {
    if let Some(counts) = package.work() {
        counts.note(work);
    }
}

/// Whatever points to a package is one, and says no more than that.
macro_rules! pointer {
    ($($pointer:ty $(where $package:ident)?),*) => {$(
        impl$(<$package: PackageSource>)? PackageSource for $pointer {
            fn read(&self, path: &str) -> Option<Arc<[u8]>> {
                (**self).read(path)
            }

            fn paths(&self) -> Vec<String> {
                (**self).paths()
            }

            fn behind(&self) -> Option<&dyn PackageSource> {
                Some(&**self)
            }
        }
    )*};
}

pointer!(&P where P, &dyn PackageSource, Arc<P> where P, Arc<dyn PackageSource>);

/// Where the compiled form of the scripts of the part lies that a file lies in.
#[cfg_attr(not(feature = "quickjs"), allow(dead_code))]
pub(crate) fn scripts_file(package: &dyn PackageSource, path: &str) -> String {
    match package.parts().and_then(|parts| parts.part(path)) {
        Some(part) => format!("{}/{SCRIPTS_FILE}", part.root),
        None => SCRIPTS_FILE.to_owned(),
    }
}

/// The finding with the line that it is about, where whoever found it had not the text at hand.
pub fn with_line(package: &dyn PackageSource, mut finding: Diagnostic) -> Diagnostic {
    if finding.source_line.is_empty()
        && let Some(text) = package.source(&finding.file)
    {
        finding.show_line(&text);
    }
    finding
}

/// The text of a file, without a byte-order mark; empty if it is not UTF-8.
pub fn read_text(package: &dyn PackageSource, path: &str) -> Option<String> {
    package.text(path)
}
