//! Pictures for screens of several densities: `name.png`, `name@2x.png`, `name@3x.png`.
//!
//! Who names `name.png` gets the member of the family that suits the screen: the first that has at least as many px as the screen for each
//! logical one, else the finest that there is. Whichever it is, it counts as large as its px divided by its density, so what is laid
//! out does not depend on the screen. Who names `name@2x.png` gets that file as it is.

use pellicle_script::package::PackageSource;

/// The finest that there is a name for.
pub const FINEST: u32 = 4;
/// Endings of pictures that come in densities.
const ENDINGS: [&str; 4] = ["png", "jpg", "jpeg", "webp"];

/// A path as stem and ending, if it is that of a picture that comes in densities.
fn parts(path: &str) -> Option<(&str, &str)> {
    let (stem, ending) = path.rsplit_once('.')?;
    ENDINGS.iter().any(|known| ending.eq_ignore_ascii_case(known)).then_some((stem, ending))
}

/// The member of a family for a density; `path` is that for 1.
pub fn member(path: &str, density: u32) -> Option<String> {
    match density {
        1 => Some(path.to_owned()),
        _ => parts(path).map(|(stem, ending)| format!("{stem}@{density}x.{ending}")),
    }
}

/// The family and the density that a name tells: `a@2x.png` is `a.png` for 2. `None` for a name without a density.
pub fn of_member(path: &str) -> Option<(String, u32)> {
    let (stem, ending) = parts(path)?;
    let (name, density) = stem.strip_suffix('x')?.rsplit_once('@')?;
    let density = density.parse().ok().filter(|density| (2..=FINEST).contains(density) && !name.is_empty())?;
    Some((format!("{name}.{ending}"), density))
}

/// Of densities in rising order the one that suits a scale, device px per logical px.
pub fn suits(densities: impl IntoIterator<Item = u32>, scale: f32) -> Option<u32> {
    let mut last = None;
    for density in densities {
        last = Some(density);
        // A screen of 2.01 is none for 3.
        if density as f32 + 0.05 >= scale {
            break;
        }
    }
    last
}

/// The file that suits a scale where `path` is named, and its density. `None` if the package has no member of the family.
pub fn pick(package: &dyn PackageSource, path: &str, scale: f32) -> Option<(String, u32)> {
    let there = |density: &u32| member(path, *density).is_some_and(|path| package.contains(&path));
    // A name that tells a density means that file.
    let finest = if of_member(path).is_some() || parts(path).is_none() { 1 } else { FINEST };
    let density = suits((1..=finest).filter(there), scale)?;
    Some((member(path, density)?, density))
}

/// True if the package has a picture for this path, in any density.
pub fn contains(package: &dyn PackageSource, path: &str) -> bool {
    package.contains(path) || pick(package, path, 1.0).is_some()
}

#[cfg(test)]
mod tests {
    use super::*;
    use pellicle_script::package::MemoryPackage;

    #[test]
    fn the_member_is_taken_that_suits_the_screen() {
        let names = ["a/x.png", "a/x@2x.png", "a/x@3x.png", "only@3x.jpg", "alone.png", "@2x.png", "t@2x.txt"];
        let package: MemoryPackage = names.into_iter().map(|name| (name, "")).collect();
        let picked =
            |path: &str, scale: f32| pick(&package, path, scale).map(|(path, density)| format!("{path} {density}"));
        for (path, scale, expected) in [
            ("a/x.png", 1.0, "a/x.png 1"),
            ("a/x.png", 1.25, "a/x@2x.png 2"),
            ("a/x.png", 2.0, "a/x@2x.png 2"),
            ("a/x.png", 2.625, "a/x@3x.png 3"),
            ("a/x.png", 4.0, "a/x@3x.png 3"),
            ("a/x@2x.png", 3.0, "a/x@2x.png 1"),
            ("only.jpg", 1.0, "only@3x.jpg 3"),
            ("alone.png", 3.0, "alone.png 1"),
            ("@2x.png", 1.0, "@2x.png 1"),
        ] {
            assert_eq!(picked(path, scale).as_deref(), Some(expected), "{path} at {scale}");
        }
        assert_eq!((picked("no.png", 1.0), picked("t.txt", 1.0)), (None, None));
        assert!(contains(&package, "only.jpg") && !contains(&package, "t.txt"));
    }
}
