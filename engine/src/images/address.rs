//! Where an image is said to be.

/// An address against the file it was written in: absolute ones stay, `/x` counts from the package's root,
/// others from the file's folder.
pub fn resolve(base: &str, url: &str) -> String {
    let scheme = url.split_once(':').is_some_and(|(s, _)| {
        !s.is_empty() && s.bytes().all(|b| b.is_ascii_alphanumeric() || matches!(b, b'+' | b'-' | b'.'))
    });
    if scheme || url.starts_with("//") {
        return url.to_owned();
    }
    let joined = if url.starts_with('/') {
        url.to_owned()
    } else {
        let folder = base.rsplit_once('/').map_or("", |(folder, _)| folder);
        format!("{folder}/{url}")
    };
    let mut parts: Vec<&str> = Vec::new();
    for part in joined.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            other => parts.push(other),
        }
    }
    format!("/{}", parts.join("/"))
}
