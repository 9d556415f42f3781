//! What the fuzz targets do with their bytes. `engine/tests/fuzz_corpus.rs` runs the same on a stable compiler.

use pellicle::host::life::frozen::Frozen;
use pellicle::images::{decode, svg};
use pellicle::package::archive::{ArchiveLimits, ArchivePackage, Trust};
use pellicle::package::validation::{ValidationRules, validate};
use pellicle_script::package::{MemoryPackage, PackageSource};

/// Pixels of a picture that is decoded: larger ones are within the limits and take long.
const MOST_PIXELS: u64 = 1 << 20;

/// Bytes as a picture.
pub fn image(bytes: &[u8]) {
    let Ok((width, height)) = decode::size(bytes) else { return };
    assert!(width > 0 && height > 0);
    if u64::from(width) * u64::from(height) > MOST_PIXELS {
        return;
    }
    if svg::is_svg(bytes) {
        if let Ok(drawn) = svg::rasterise(bytes, (40, 30)) {
            assert!(!drawn.levels().is_empty());
        }
        return;
    }
    for skipped in [0, 2] {
        let Ok(picture) = decode::decode(bytes, skipped) else { continue };
        assert!(picture.skipped() <= skipped);
        for level in picture.levels() {
            assert_eq!(level.pixels.len(), level.width as usize * level.height as usize * 4);
        }
    }
}

/// What the parts of an input are, one after the other.
const FILES: [&str; 9] = [
    "app.json",
    "pages/a/a.wxml",
    "pages/a/a.js",
    "pages/a/a.json",
    "pages/a/a.wxss",
    "app.js",
    "app.wxss",
    "project.config.json",
    "pages/a/b.wxs",
];
/// What stands between two files.
const BETWEEN: &[u8] = b"\n====\n";

/// Bytes as the files of a mini-program that a host looks at before it starts it.
pub fn package(bytes: &[u8]) {
    let mut package = MemoryPackage::new();
    let mut rest = bytes;
    for path in FILES {
        let end = rest.windows(BETWEEN.len()).position(|piece| piece == BETWEEN);
        package.insert(path, &rest[..end.unwrap_or(rest.len())]);
        match end {
            Some(end) => rest = &rest[end + BETWEEN.len()..],
            None => break,
        }
    }
    for rules in [ValidationRules::default(), ValidationRules::strict()] {
        match validate(&package, &rules, |api| api == "payHere") {
            Ok(report) => assert!(report.elements.supported <= report.elements.all),
            Err(invalid) => assert!(!invalid.refused.is_empty()),
        }
    }
}

/// Bytes as a package in one file. What opens has the files that it lists, within its limits.
pub fn archive(bytes: &[u8]) {
    let limits = ArchiveLimits { content_bytes: 4 << 20, ..ArchiveLimits::default() };
    let Ok(package) = ArchivePackage::open(bytes, Trust::Anybody, &limits) else { return };
    let mut content = 0;
    for path in package.paths() {
        let Some(file) = package.read(&path) else {
            assert!(package.fault(&path).is_some() && package.verify().is_err(), "what is not given has a reason");
            continue;
        };
        assert_eq!(package.length(&path), Some(file.len() as u64));
        content += file.len() as u64;
    }
    assert!(content <= limits.content_bytes);
}

/// Bytes as what is kept of a mini-program that was ended: itself, and behind a hash that fits.
pub fn frozen(bytes: &[u8]) {
    // A hash that fits is not guessed.
    let _ = Frozen::from_bytes(bytes);
    let Ok(frozen) = serde_json::from_slice::<Frozen>(bytes) else { return };
    if let Ok(written) = frozen.to_bytes() {
        let read = Frozen::from_bytes(&written).expect("what was written is read");
        assert_eq!(format!("{read:?}"), format!("{frozen:?}"));
    }
}
