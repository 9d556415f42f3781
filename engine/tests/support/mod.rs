//! What tests against a browser's boxes share.

use serde_json::Value;
use std::collections::BTreeMap;
use std::path::Path;

/// Figures may differ by this much, px.
pub const TOLERANCE: f64 = 1.0;

/// The faces that the browser's figures were taken with: regular, bold, fallback.
pub const FONTS: [&str; 3] = [
    "/usr/share/fonts/truetype/dejavu/DejaVuSans.ttf",
    "/usr/share/fonts/truetype/dejavu/DejaVuSans-Bold.ttf",
    "/usr/share/fonts/truetype/droid/DroidSansFallbackFull.ttf",
];

/// The JSON of a file.
pub fn read(path: &Path) -> Option<Value> {
    serde_json::from_str(&std::fs::read_to_string(path).ok()?).ok()
}

/// Boxes within tolerance, and all that are judged: hidden and inline ones are not, extra ones count as off.
pub fn compare(expected: &Value, actual: &Value) -> (u32, u32) {
    let list = |v: &Value| v["elements"].as_array().cloned().unwrap_or_default();
    let mut found: BTreeMap<String, Value> =
        list(actual).into_iter().map(|e| (e["path"].as_str().unwrap_or("").to_owned(), e)).collect();
    let (mut pass, mut judged) = (0, 0);
    for e in list(expected) {
        let a = found.remove(e["path"].as_str().unwrap_or(""));
        if e["hidden"] == true || e["inline"] == true {
            continue;
        }
        judged += 1;
        let Some(a) = a.filter(|a| a["hidden"] != true) else { continue };
        let near = |key: &str| match (e[key].as_f64(), a[key].as_f64()) {
            (Some(e), Some(a)) => (e - a).abs() <= TOLERANCE,
            _ => false,
        };
        pass += u32::from(["x", "y", "width", "height"].into_iter().all(near));
    }
    (pass, judged + found.len() as u32)
}
