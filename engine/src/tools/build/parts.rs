//! How large the parts of a package are: the main package and each subpackage, as sources, unpacked and packed.

use crate::package::AppManifest;
use crate::package::archive::container::{Container, split};
use crate::package::archive::{ContainerError, INDEX_FILE};
use crate::package::sizes::{SizeLimits, Sizes, is_within};
use pellicle_layout::diagnostic::Diagnostic;
use pellicle_script::package::{MemoryPackage, PackageSource};
use std::collections::BTreeMap;

/// How large a part of a package is.
#[derive(Clone, PartialEq, Eq, Debug, Default)]
pub struct PartSize {
    /// Root of a subpackage; `None` for the main package, which has what belongs to no subpackage, compiled forms and all that
    /// the container has beside files.
    pub root: Option<String>,
    /// Files.
    pub files: usize,
    /// Bytes that these files have as sources; of files that building made, none.
    pub sources: u64,
    /// Bytes of the files in the package.
    pub unpacked: u64,
    /// Bytes that they take in the package, compressed.
    pub packed: u64,
}

impl PartSize {
    /// All parts together.
    pub fn sum(parts: &[PartSize]) -> PartSize {
        parts.iter().fold(PartSize::default(), |sum, part| PartSize {
            root: None,
            files: sum.files + part.files,
            sources: sum.sources + part.sources,
            unpacked: sum.unpacked + part.unpacked,
            packed: sum.packed + part.packed,
        })
    }
}

/// Files and bytes by what names end with.
pub(super) fn kinds(files: &MemoryPackage) -> BTreeMap<String, (usize, u64)> {
    let mut kinds: BTreeMap<String, (usize, u64)> = BTreeMap::new();
    for path in files.paths() {
        let name = path.rsplit('/').next().unwrap_or(&path);
        let kind = name.rsplit_once('.').map_or(name, |(_, end)| end).to_ascii_lowercase();
        let of_kind = kinds.entry(kind).or_default();
        *of_kind = (of_kind.0 + 1, of_kind.1 + files.length(&path).unwrap_or(0));
    }
    kinds
}

/// The files that were packed.
#[derive(Clone, Copy)]
pub(super) struct Packed<'a> {
    pub(super) main: &'a [u8],
    /// Subpackages in files of their own.
    pub(super) apart: &'a BTreeMap<String, Vec<u8>>,
}

/// Measures what was packed of `files`, which were made of `sources`, and says what is larger than it may be.
///
/// # Errors
/// [`ContainerError`] if the bytes are no container.
pub(super) fn measure(
    sources: &dyn PackageSource,
    files: &MemoryPackage,
    packed: Packed<'_>,
    limits: &SizeLimits,
) -> Result<(Vec<PartSize>, Vec<Diagnostic>), ContainerError> {
    // What is to be said about it was said when the program was compiled.
    let manifest = AppManifest::read(sources, false, &mut Vec::new());
    let roots = manifest.iter().flat_map(|manifest| &manifest.subpackages).map(|sub| Some(sub.root.clone()));
    let mut parts: Vec<PartSize> =
        std::iter::once(None).chain(roots).map(|root| PartSize { root, ..PartSize::default() }).collect();
    let mut left = packed.main.len() as u64;
    let own = packed.apart.values().map(|bytes| (&**bytes, false));
    for (bytes, is_main) in own.chain([(packed.main, true)]) {
        let container = Container::open(&split(bytes)?)?;
        let mut of_file = None;
        for entry in container.entries().iter().filter(|entry| entry.name != INDEX_FILE) {
            let within = |part: &PartSize| part.root.as_deref().is_some_and(|root| is_within(root, &entry.name));
            let at = parts.iter().position(within).unwrap_or(0);
            of_file = Some(at);
            let Some(part) = parts.get_mut(at) else { continue };
            part.files += 1;
            part.sources += sources.length(&entry.name).unwrap_or(0);
            part.unpacked += files.length(&entry.name).unwrap_or(0);
            if is_main && at > 0 {
                part.packed += entry.packed();
                left -= entry.packed();
            }
        }
        // A file of its own has a directory, too.
        if !is_main && let Some(part) = of_file.and_then(|at| parts.get_mut(at)) {
            part.packed += bytes.len() as u64;
        }
    }
    if let Some(main) = parts.first_mut() {
        main.packed = left;
    }
    let sizes = Sizes {
        main: left,
        subpackages: parts.iter().filter_map(|part| Some((part.root.clone()?, part.packed))).collect(),
        files: PartSize::sum(&parts).files,
    };
    let beyond = manifest.map(|manifest| sizes.beyond(limits, &manifest)).unwrap_or_default();
    Ok((parts, beyond))
}
